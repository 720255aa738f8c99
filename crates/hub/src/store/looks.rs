//! Who looks at a case without having it, until when. One row a case and person: looking on puts the end off.

use domain::Instant;
use protocol::looks::Looker;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

/// Until then the person looks. What is over is forgotten with it. Returns whether they didn't look before.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn put(
    conn: &mut Conn,
    case: &str,
    person: &str,
    now: Instant,
    until: Instant,
) -> Result<bool, HubError> {
    sqlx::query("delete from looks where case_id = $1 and until_at <= $2")
        .bind(case)
        .bind(us(now))
        .execute(&mut *conn)
        .await?;
    let put_off = sqlx::query("update looks set until_at = $3 where case_id = $1 and person_id = $2")
        .bind(case)
        .bind(person)
        .bind(us(until))
        .execute(&mut *conn)
        .await?;
    if put_off.rows_affected() > 0 {
        return Ok(false);
    }
    sqlx::query(
        "insert into looks (case_id, person_id, until_at) values ($1, $2, $3)
         on conflict (case_id, person_id) do update set until_at = excluded.until_at",
    )
    .bind(case)
    .bind(person)
    .bind(us(until))
    .execute(conn)
    .await?;
    Ok(true)
}

/// Returns whether they looked.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn delete(conn: &mut Conn, case: &str, person: &str) -> Result<bool, HubError> {
    let done = sqlx::query("delete from looks where case_id = $1 and person_id = $2")
        .bind(case)
        .bind(person)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Those who look at the case now, but for this person, by name.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn others(
    conn: &mut Conn,
    case: &str,
    person: &str,
    now: Instant,
) -> Result<Vec<Looker>, HubError> {
    let rows = sqlx::query(
        "select p.name, l.until_at from looks l join people p on p.id = l.person_id
         where l.case_id = $1 and l.person_id <> $2 and l.until_at > $3 order by p.name",
    )
    .bind(case)
    .bind(person)
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Looker {
                name: row.try_get("name")?,
                until: instant(row.try_get("until_at")?)?,
            })
        })
        .collect()
}
