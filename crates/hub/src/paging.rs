//! Pages of lists and feeds: how many, and from where.

use domain::{Invalid, Kind};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::HubError;

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 500;

/// Rows of one answer: 50, at most 500; more asked for is less given.
pub fn limit(asked: Option<i64>) -> i64 {
    asked.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
}

/// The position a feed's cursor stands for; none: from the beginning.
///
/// # Errors
/// `invalid_query` for a cursor this hub didn't give.
pub fn position(after: Option<&str>) -> Result<i64, HubError> {
    match after.filter(|cursor| !cursor.is_empty()) {
        None => Ok(0),
        Some(cursor) => cursor
            .parse()
            .ok()
            .filter(|position| *position >= 0)
            .ok_or_else(|| Invalid::new("invalid_query", "/after", "this is no cursor of this feed").into()),
    }
}

/// What a feed of everything takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChainQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
    /// Seconds to wait for more when there is none, at most 30.
    pub wait: Option<u64>,
}

/// What a feed takes that can be narrowed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
    /// Seconds to wait for more when there is none, at most 30.
    pub wait: Option<u64>,
    pub queue: Option<String>,
    pub kind: Option<String>,
}

impl FeedQuery {
    /// # Errors
    /// `invalid_query` for a kind there is none of: an empty feed would look like one nothing has happened in.
    pub fn kind(&self) -> Result<Option<String>, HubError> {
        match &self.kind {
            Some(kind) if Kind::parse(kind).is_none() => {
                Err(Invalid::new("invalid_query", "/kind", "there is no such kind").into())
            }
            kind => Ok(kind.clone()),
        }
    }
}

/// A feed's page: `next` is always there. Fewer rows than asked for: everything up to `last` was looked at.
pub fn page<T>(items: Vec<(i64, T)>, limit: i64, last: i64, after: i64) -> protocol::hub::Page<T> {
    let shown = items.last().map_or(after, |(position, _)| *position);
    let full = i64::try_from(items.len()).is_ok_and(|n| n >= limit);
    let next = if full { shown } else { shown.max(last) };
    protocol::hub::Page {
        items: items.into_iter().map(|(_, item)| item).collect(),
        next: Some(next.to_string()),
    }
}
