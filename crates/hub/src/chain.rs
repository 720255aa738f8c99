//! Whether the audit chain holds, asked over HTTP: some thousand entries a request, from where the caller got to before.
//! It keeps nothing between requests, so any hub answers the next one. The whole walk at once, with checkpoints and the
//! content of cases, is `verify` on the command line.

use domain::{Invalid, chain};
use protocol::audit::{ChainBreak, ChainWalk};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::paging::position;
use crate::store::audit;

/// Entries of one request; about a second's work.
const ENTRIES_MAX: i64 = 20_000;
const PAGE: i64 = 500;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WalkQuery {
    /// `position` of the answer before; from the first entry when absent.
    pub after: Option<String>,
    /// `hash` of the answer before; needed with `after`.
    pub hash: Option<String>,
}

/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn walk(hub: &Hub, caller: &Caller, query: &WalkQuery) -> Result<ChainWalk, HubError> {
    caller.may(Scope::AuditRead)?;
    let begin = position(query.after.as_deref())?;
    let hash = match (begin, query.hash.clone()) {
        (0, _) => chain::genesis(),
        (_, Some(hash)) if hash.len() == chain::genesis().len() && hex::decode(&hash).is_ok() => hash,
        _ => {
            return Err(
                Invalid::new("invalid_query", "/hash", "the hash of the entry at that position").into(),
            );
        }
    };
    hub.store.sequence().await?;
    let mut conn = hub.store.reader().await?;
    let (head, _) = audit::head(&mut conn).await?;
    let mut walked = ChainWalk {
        position: begin,
        hash,
        head,
        entries: 0,
        erased: 0,
        at: hub.now(),
        broken: None,
    };
    if begin > 0 {
        let there = audit::after(&mut conn, begin - 1, 1).await?;
        if there
            .first()
            .is_none_or(|row| (row.position, &row.hash) != (begin, &walked.hash))
        {
            walked.broken = Some(ChainBreak {
                position: begin,
                why: "it isn't the entry that held before".to_owned(),
            });
            return Ok(walked);
        }
    }
    while walked.position < begin.saturating_add(ENTRIES_MAX) {
        let rows = audit::after(&mut conn, walked.position, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Err(why) = chain::follows(walked.position, &walked.hash, &row.link()) {
                walked.broken = Some(ChainBreak {
                    position: row.position,
                    why: why.to_string(),
                });
                return Ok(walked);
            }
            walked.entries += 1;
            walked.erased += u64::from(row.payload.is_none());
            (walked.position, walked.hash) = (row.position, row.hash);
        }
    }
    // Written since.
    walked.head = walked.head.max(walked.position);
    Ok(walked)
}
