//! Elevations: what was added to whom, why, and until when.

use domain::Instant;
use domain::access::Raise;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElevationRow {
    pub id: String,
    pub person_id: String,
    /// The token, or the first session of the sign-in, that asked.
    pub sign_in: Option<String>,
    pub given: Raise,
    pub reason: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

macro_rules! columns {
    () => {
        "id, person_id, sign_in, given, reason, created_at, expires_at"
    };
}

fn read(row: &super::Row) -> Result<ElevationRow, HubError> {
    let given: String = row.try_get("given")?;
    Ok(ElevationRow {
        id: row.try_get("id")?,
        person_id: row.try_get("person_id")?,
        sign_in: row.try_get("sign_in")?,
        given: serde_json::from_str(&given).map_err(HubError::broken)?,
        reason: row.try_get("reason")?,
        created_at: instant(row.try_get("created_at")?)?,
        expires_at: instant(row.try_get("expires_at")?)?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, row: &ElevationRow) -> Result<(), HubError> {
    sqlx::query(
        "insert into elevations (id, person_id, sign_in, given, reason, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&row.id)
    .bind(&row.person_id)
    .bind(&row.sign_in)
    .bind(serde_json::to_string(&row.given).map_err(HubError::broken)?)
    .bind(&row.reason)
    .bind(us(row.created_at))
    .bind(us(row.expires_at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Of one person, those that run.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn running_of(
    conn: &mut Conn,
    person_id: &str,
    now: Instant,
) -> Result<Vec<ElevationRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from elevations where person_id = $1 and expires_at > $2 and ended_at is null order by id"
    ))
    .bind(person_id)
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// All that run.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn running(conn: &mut Conn, now: Instant) -> Result<Vec<ElevationRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from elevations where expires_at > $1 and ended_at is null order by id"
    ))
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Ends one before its time. None: there is none of this id that runs.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end(conn: &mut Conn, id: &str, now: Instant) -> Result<Option<ElevationRow>, HubError> {
    let row = sqlx::query(concat!(
        "update elevations set ended_at = $2 where id = $1 and ended_at is null and expires_at > $2 returning ",
        columns!()
    ))
    .bind(id)
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Ends those of a token or sign-in that is no more.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_of_sign_in(
    conn: &mut Conn,
    sign_in: &str,
    now: Instant,
) -> Result<Vec<ElevationRow>, HubError> {
    let rows = sqlx::query(concat!(
        "update elevations set ended_at = $2 where sign_in = $1 and ended_at is null and expires_at > $2 returning ",
        columns!()
    ))
    .bind(sign_in)
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Whether one has run out that isn't noted as ended yet.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn any_run_out(conn: &mut Conn, now: Instant) -> Result<bool, HubError> {
    let row = sqlx::query("select id from elevations where ended_at is null and expires_at <= $1 limit 1")
        .bind(us(now))
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Notes those as ended that have run out, each once, whichever hub is first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn run_out(conn: &mut Conn, now: Instant) -> Result<Vec<ElevationRow>, HubError> {
    let rows = sqlx::query(concat!(
        "update elevations set ended_at = expires_at where ended_at is null and expires_at <= $1 returning ",
        columns!()
    ))
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}
