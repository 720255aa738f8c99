//! Public keys that devices sign with, live and revoked.

use domain::Instant;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub id: String,
    pub person_id: String,
    pub name: String,
    pub alg: String,
    /// Hex.
    pub public_key: String,
    pub created_at: Instant,
    pub revoked_at: Option<Instant>,
}

macro_rules! columns {
    () => {
        "id, person_id, name, alg, public_key, created_at, revoked_at"
    };
}

fn read(row: &super::Row) -> Result<KeyRow, HubError> {
    Ok(KeyRow {
        id: row.try_get("id")?,
        person_id: row.try_get("person_id")?,
        name: row.try_get("name")?,
        alg: row.try_get("alg")?,
        public_key: row.try_get("public_key")?,
        created_at: instant(row.try_get("created_at")?)?,
        revoked_at: row
            .try_get::<Option<i64>, _>("revoked_at")?
            .map(instant)
            .transpose()?,
    })
}

/// Enrols it. False: the key is known already.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, key: &KeyRow) -> Result<bool, HubError> {
    let done = sqlx::query(
        "insert into device_keys (id, person_id, name, alg, public_key, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (public_key) do nothing",
    )
    .bind(&key.id)
    .bind(&key.person_id)
    .bind(&key.name)
    .bind(&key.alg)
    .bind(&key.public_key)
    .bind(us(key.created_at))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A page of them, in the order they were enrolled, from after an id on.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn page(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<KeyRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from device_keys where id > $1 order by id limit $2"
    ))
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Revokes a live one; of this person, where one is named.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revoke(
    conn: &mut Conn,
    id: &str,
    person_id: Option<&str>,
    now: Instant,
) -> Result<Option<KeyRow>, HubError> {
    let row = sqlx::query(concat!(
        "update device_keys set revoked_at = $2
         where id = $1 and revoked_at is null and ($3 is null or person_id = $3) returning ",
        columns!()
    ))
    .bind(id)
    .bind(us(now))
    .bind(person_id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}
