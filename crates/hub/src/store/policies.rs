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
