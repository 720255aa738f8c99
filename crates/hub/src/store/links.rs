//! Pairs of records that automation joined by itself: no cases, but known when contradictions are looked for.

use domain::Instant;
use sqlx::Row as _;

use super::{Conn, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct LinkRow {
    pub source: String,
    pub queue: Option<String>,
    /// System and id; the side that sorts first is the left one.
    pub left: (String, String),
    pub right: (String, String),
    pub probability: Option<f64>,
    pub payload: String,
}

/// True when it is new; known already, it is left as it was.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, link: &LinkRow, now: Instant) -> Result<Option<String>, HubError> {
    let row = sqlx::query(
        "insert into links (id, source, queue, left_system, left_id, right_system, right_id, probability, basis, payload, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'automatic', $9, $10)
         on conflict (source, left_system, left_id, right_system, right_id) do nothing returning id",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(&link.source)
    .bind(&link.queue)
    .bind(&link.left.0)
    .bind(&link.left.1)
    .bind(&link.right.0)
    .bind(&link.right.1)
    .bind(link.probability)
    .bind(&link.payload)
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok(row.try_get("id")?)).transpose()
}

/// The queue a pair that is there was sent for, where one was named.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn queue_of(conn: &mut Conn, link: &LinkRow) -> Result<Option<String>, HubError> {
    let row = sqlx::query(
        "select queue from links
         where source = $1 and left_system = $2 and left_id = $3 and right_system = $4 and right_id = $5",
    )
    .bind(&link.source)
    .bind(&link.left.0)
    .bind(&link.left.1)
    .bind(&link.right.0)
    .bind(&link.right.1)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| row.try_get("queue")).transpose()?.flatten())
}
