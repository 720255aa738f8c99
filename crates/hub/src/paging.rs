//! Pages of lists and feeds: how many, and from where.

use domain::{Instant, Invalid, Kind};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::HubError;
use crate::store::audit::AuditFilter;
use crate::store::us;

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 500;

/// Rows of one answer: 50, at most 500; more asked for is less given.
///
/// # Errors
/// `invalid_query` for less than one.
pub fn limit(asked: Option<i64>) -> Result<i64, HubError> {
    match asked {
        None => Ok(LIMIT_DEFAULT),
        Some(asked) if asked >= 1 => Ok(asked.min(LIMIT_MAX)),
        Some(_) => Err(Invalid::new("invalid_query", "/limit", "at least 1").into()),
    }
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

/// A follower's place must be one the feed has come to: waiting for it behind the end, they would miss what is written until
/// then. So it is after a database was restored from an older copy.
///
/// # Errors
/// `invalid_query`.
pub fn within(after: i64, last: i64) -> Result<(), HubError> {
    if after <= last {
        return Ok(());
    }
    Err(Invalid::new(
        "invalid_query",
        "/after",
        "this feed has not come that far; begin again",
    )
    .into())
}

/// What the audit takes. Everything that is said must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// `next` of the page before, in the same order.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
    /// Seconds to wait for more when there is none, at most 30; not with `order=newest`.
    pub wait: Option<u64>,
    /// `oldest`, a feed, when absent; or `newest`, a list that ends.
    pub order: Option<String>,
    /// `decision.accepted`, or all of a matter: `decision`.
    pub action: Option<String>,
    /// Who did it: id or name.
    pub person: Option<String>,
    /// Id of the case.
    pub case: Option<String>,
    /// Of the request that caused it.
    pub correlation_id: Option<String>,
    /// At or after this instant, or day.
    pub from: Option<String>,
    /// Before this instant, or by the end of this day.
    pub until: Option<String>,
}

impl AuditQuery {
    /// # Errors
    /// `invalid_query`.
    pub fn newest_first(&self) -> Result<bool, HubError> {
        match self.order.as_deref() {
            None | Some("oldest") => Ok(false),
            Some("newest") => Ok(true),
            Some(_) => Err(Invalid::new("invalid_query", "/order", "'oldest' or 'newest'").into()),
        }
    }

    /// The position before which a page begins, newest first.
    ///
    /// # Errors
    /// `invalid_query`.
    pub fn before(&self) -> Result<i64, HubError> {
        match self.after.as_deref().filter(|cursor| !cursor.is_empty()) {
            None => Ok(i64::MAX),
            cursor => position(cursor),
        }
    }

    /// # Errors
    /// `invalid_query` for a time that is none.
    pub fn filter(&self) -> Result<AuditFilter, HubError> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let time = |text: Option<String>, end: bool, pointer: &str, otherwise: i64| match text {
            None => Ok(otherwise),
            Some(text) => moment(&text, end)
                .ok_or_else(|| Invalid::new("invalid_query", pointer, "an instant or a day")),
        };
        Ok(AuditFilter {
            action: said(&self.action),
            person: said(&self.person),
            case_id: said(&self.case),
            correlation_id: said(&self.correlation_id),
            from: time(said(&self.from), false, "/from", i64::MIN)?,
            until: time(said(&self.until), true, "/until", i64::MAX)?,
        })
    }
}

/// An instant as RFC 3339, or a day: its beginning, or its end. Microseconds.
pub fn moment(text: &str, end: bool) -> Option<i64> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(us(instant));
    }
    let day: chrono::NaiveDate = text.parse().ok()?;
    let day = if end { day.succ_opt()? } else { day };
    Some(us(day.and_hms_opt(0, 0, 0)?.and_utc()))
}

/// What a list takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
}

impl ListQuery {
    /// The last id of the page before; empty: from the beginning.
    pub fn after(&self) -> &str {
        self.after.as_deref().unwrap_or_default()
    }

    /// Rows of one answer.
    ///
    /// # Errors
    /// `invalid_query`.
    pub fn limit(&self) -> Result<i64, HubError> {
        limit(self.limit)
    }
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
