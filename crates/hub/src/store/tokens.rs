//! Tokens: only their hashes.

use domain::Instant;
use domain::policy::{Person, Role};
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::auth::StoredToken;
use crate::error::HubError;

/// # Errors
/// [`HubError`] of the database.
pub async fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<StoredToken>, HubError> {
    let row = sqlx::query(
        "select t.id, t.hash, t.roles, t.sources, t.expires_at, t.revoked_at, p.id as person_id, p.name, p.queues
         from tokens t join people p on p.id = t.person_id where t.hash = $1",
    )
    .bind(hash)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &super::Row) -> Result<StoredToken, HubError> {
    let list = |name: &str| -> Result<Vec<String>, HubError> {
        let text: String = row.try_get(name)?;
        serde_json::from_str(&text).map_err(HubError::broken)
    };
    let roles: Vec<Role> = list("roles")?
        .iter()
        .filter_map(|name| Role::parse(name))
        .collect();
    let person = Person {
        id: row.try_get("person_id")?,
        name: row.try_get("name")?,
        roles,
        queues: list("queues")?,
    };
    Ok(StoredToken {
        id: row.try_get("id")?,
        hash: row.try_get("hash")?,
        person,
        sources: list("sources")?,
        expires_at: row
            .try_get::<Option<i64>, _>("expires_at")?
            .map(instant)
            .transpose()?,
        revoked_at: row
            .try_get::<Option<i64>, _>("revoked_at")?
            .map(instant)
            .transpose()?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, token: &StoredToken, now: Instant) -> Result<(), HubError> {
    let roles: Vec<&str> = token.person.roles.iter().map(|role| role.as_str()).collect();
    sqlx::query(
        "insert into tokens (id, hash, person_id, roles, sources, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&token.id)
    .bind(&token.hash)
    .bind(&token.person.id)
    .bind(serde_json::json!(roles).to_string())
    .bind(serde_json::json!(token.sources).to_string())
    .bind(us(now))
    .bind(token.expires_at.map(us))
    .execute(conn)
    .await?;
    Ok(())
}

/// A token by its id, for revoking; by the hash of the token itself too.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revoke(
    conn: &mut Conn,
    id_or_hash: &str,
    now: Instant,
) -> Result<Option<(String, String)>, HubError> {
    let row = sqlx::query(
        "update tokens set revoked_at = $2 where (id = $1 or hash = $1) and revoked_at is null returning id, person_id",
    )
    .bind(id_or_hash)
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.try_get("id")?, row.try_get("person_id")?)))
        .transpose()
}

/// Ids of a person's live tokens.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn live_of_person(conn: &mut Conn, person_id: &str) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query("select id from tokens where person_id = $1 and revoked_at is null order by id")
        .bind(person_id)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// The roles that live tokens give, once each, with their person.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn roles_of_people(conn: &mut Conn, now: Instant) -> Result<Vec<(String, Role)>, HubError> {
    let rows = sqlx::query("select person_id, roles from tokens where revoked_at is null and (expires_at is null or expires_at > $1)")
        .bind(us(now))
        .fetch_all(conn)
        .await?;
    let mut found = Vec::new();
    for row in &rows {
        let person: String = row.try_get("person_id")?;
        let roles: Vec<String> = serde_json::from_str(row.try_get("roles")?).map_err(HubError::broken)?;
        for role in roles.iter().filter_map(|name| Role::parse(name)) {
            if !found.contains(&(person.clone(), role)) {
                found.push((person.clone(), role));
            }
        }
    }
    Ok(found)
}
