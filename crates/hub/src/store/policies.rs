//! The versions of queues' policies.

use domain::Instant;
use domain::policy::Policy;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

/// One version of a queue's policy.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    pub version: i64,
    /// None: it can't be read.
    pub policy: Option<Policy>,
    pub at: Instant,
    /// The id of who wrote it; none: the hub's default.
    pub person_id: Option<String>,
}

/// None, said in the log, for a text that is no policy.
pub(super) fn parse(text: &str) -> Option<Policy> {
    let read = serde_json::from_str(text)
        .map_err(|error| error.to_string())
        .and_then(|json| Policy::read(&json).map_err(|invalid| invalid.to_string()));
    read.inspect_err(|error| tracing::error!(error, "policy.unreadable"))
        .ok()
}

/// Cases ranked with the change of their queue's order; those of a longer queue are ranked behind.
const RANKED_AT_ONCE: i64 = 2_000;

/// # Errors
/// [`HubError`] of the database.
pub(super) async fn insert(
    conn: &mut Conn,
    queue: &str,
    version: i64,
    policy: &str,
    person_id: Option<&str>,
    now: Instant,
) -> Result<(), HubError> {
    sqlx::query("insert into policies (queue, version, policy, at, person_id) values ($1, $2, $3, $4, $5)")
        .bind(queue)
        .bind(version)
        .bind(policy)
        .bind(us(now))
        .bind(person_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes it the queue's policy, if its version still is `known`. False: somebody else was first, and nothing changed.
/// `person_id`: none where the hub itself writes it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn replace(
    conn: &mut Conn,
    queue: &str,
    known: i64,
    policy: &Policy,
    person_id: Option<&str>,
    now: Instant,
) -> Result<bool, HubError> {
    let text = serde_json::to_string(policy).map_err(HubError::broken)?;
    let changed = sqlx::query(
        "update queues set policy = $3, policy_version = policy_version + 1 where name = $1 and policy_version = $2",
    )
    .bind(queue)
    .bind(known)
    .bind(&text)
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let reordered = sqlx::query("update queues set queue_order = $2 where name = $1 and queue_order <> $2")
        .bind(queue)
        .bind(policy.order.as_str())
        .execute(&mut *conn)
        .await?;
    if reordered.rows_affected() > 0 {
        // A long queue's other cases are ranked behind (`ranking`).
        let last = super::cases::rank_some(conn, queue, "", RANKED_AT_ONCE).await?;
        super::queues::set_ranked_to(conn, queue, last.as_deref()).await?;
    }
    insert(conn, queue, known + 1, &text, person_id, now).await?;
    Ok(true)
}

/// The newest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn versions(conn: &mut Conn, queue: &str) -> Result<Vec<VersionRow>, HubError> {
    let rows = sqlx::query(
        "select version, policy, at, person_id from policies where queue = $1 order by version desc limit 500",
    )
    .bind(queue)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(VersionRow {
                version: row.try_get("version")?,
                policy: parse(row.try_get("policy")?),
                at: instant(row.try_get("at")?)?,
                person_id: row.try_get("person_id")?,
            })
        })
        .collect()
}
