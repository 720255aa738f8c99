//! Who is out of the office, until when, and who stands in. One a person: a new one takes the old one's place.

use domain::Instant;
use domain::policy::passing::Absence;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

fn read(row: &super::Row) -> Result<Absence, HubError> {
    Ok(Absence {
        person: row.try_get("person_id")?,
        from: instant(row.try_get("from_at")?)?,
        until: instant(row.try_get("until_at")?)?,
        delegate: row.try_get("delegate_id")?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn put(conn: &mut Conn, absence: &Absence) -> Result<(), HubError> {
    sqlx::query(
        "insert into absences (person_id, from_at, until_at, delegate_id) values ($1, $2, $3, $4)
         on conflict (person_id) do update set from_at = excluded.from_at, until_at = excluded.until_at,
             delegate_id = excluded.delegate_id",
    )
    .bind(&absence.person)
    .bind(us(absence.from))
    .bind(us(absence.until))
    .bind(&absence.delegate)
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns whether there was one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn delete(conn: &mut Conn, person: &str) -> Result<bool, HubError> {
    let done = sqlx::query("delete from absences where person_id = $1")
        .bind(person)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Those that aren't over, now or to come.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn not_over(conn: &mut Conn, now: Instant) -> Result<Vec<Absence>, HubError> {
    let rows = sqlx::query(
        "select person_id, from_at, until_at, delegate_id from absences where until_at > $1 order by person_id",
    )
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}
