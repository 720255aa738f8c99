//! What people and executors add afterwards: comments on cases, outcomes of decisions.

use domain::Instant;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct CommentRow {
    pub id: String,
    pub at: Instant,
    pub person_id: String,
    /// Name of who wrote it.
    pub by: String,
    /// None: erased.
    pub words: Option<String>,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert_comment(
    conn: &mut Conn,
    id: &str,
    case_id: &str,
    person_id: &str,
    words: &str,
    now: Instant,
) -> Result<(), HubError> {
    sqlx::query("insert into comments (id, case_id, person_id, at, words) values ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(case_id)
        .bind(person_id)
        .bind(us(now))
        .bind(words)
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn comments(conn: &mut Conn, case_id: &str) -> Result<Vec<CommentRow>, HubError> {
    let rows = sqlx::query(
        "select c.id, c.at, c.person_id, c.words, p.name from comments c join people p on p.id = c.person_id where c.case_id = $1 order by c.at, c.id",
    )
    .bind(case_id)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(CommentRow {
                id: row.try_get("id")?,
                at: instant(row.try_get("at")?)?,
                person_id: row.try_get("person_id")?,
                by: row.try_get("name")?,
                words: row.try_get("words")?,
            })
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    pub status: String,
    pub detail: Option<String>,
    pub at: Instant,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert_outcome(
    conn: &mut Conn,
    decision_id: &str,
    outcome: &OutcomeRow,
    person_id: &str,
) -> Result<(), HubError> {
    sqlx::query("insert into outcomes (id, decision_id, status, detail, person_id, at) values ($1, $2, $3, $4, $5, $6)")
        .bind(uuid::Uuid::now_v7().to_string())
        .bind(decision_id)
        .bind(&outcome.status)
        .bind(&outcome.detail)
        .bind(person_id)
        .bind(us(outcome.at))
        .execute(conn)
        .await?;
    Ok(())
}

/// The last one reported.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn last_outcome(conn: &mut Conn, decision_id: &str) -> Result<Option<OutcomeRow>, HubError> {
    let row = sqlx::query(
        "select status, detail, at from outcomes where decision_id = $1 order by at desc, id desc limit 1",
    )
    .bind(decision_id)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(OutcomeRow {
            status: row.try_get("status")?,
            detail: row.try_get("detail")?,
            at: instant(row.try_get("at")?)?,
        })
    })
    .transpose()
}
