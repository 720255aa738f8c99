//! Tokens: only their hashes.

use domain::Instant;
use domain::policy::{Person, Role};
use sqlx::Row as _;

use super::{Conn, Engine, instant, people, us};
use crate::caller::StoredToken;
use crate::error::HubError;

/// Tokens by their hashes, in no order; those that there are.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_hashes(conn: &mut Conn, hashes: &[String]) -> Result<Vec<StoredToken>, HubError> {
    macro_rules! found {
        ($hashes:literal) => {
            concat!(
                "select t.id, t.hash, case t.session when 1 then p.roles else t.roles end as roles, t.sources, t.expires_at,
                   t.revoked_at, t.session, coalesce(t.sign_in, t.id) as sign_in, p.id as person_id, p.name, p.queues, p.ceiling,
                   p.may_elevate, p.disabled_at
                 from tokens t join people p on p.id = t.person_id where t.hash ",
                $hashes
            )
        };
    }
    let rows = sqlx::query(Engine::of(conn).pick(
        found!("in (select value from json_each($1))"),
        found!("= any(array(select value from json_each($1)))"),
    ))
    .bind(serde_json::json!(hashes).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<StoredToken>, HubError> {
    Ok(by_hashes(conn, &[hash.to_owned()]).await?.pop())
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
        session: row.try_get::<i64, _>("session")? != 0,
        sign_in: row.try_get("sign_in")?,
        ceiling: people::ceiling(row)?,
        may_elevate: people::may_elevate(row)?,
        disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, token: &StoredToken, now: Instant) -> Result<(), HubError> {
    let roles: Vec<&str> = token.person.roles.iter().map(|role| role.as_str()).collect();
    sqlx::query(
        "insert into tokens (id, hash, person_id, roles, sources, created_at, expires_at, session, sign_in) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&token.id)
    .bind(&token.hash)
    .bind(&token.person.id)
    .bind(serde_json::json!(roles).to_string())
    .bind(serde_json::json!(token.sources).to_string())
    .bind(us(now))
    .bind(token.expires_at.map(us))
    .bind(i64::from(token.session))
    .bind((token.sign_in != token.id).then_some(&token.sign_in))
    .execute(conn)
    .await?;
    Ok(())
}

/// A token that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    pub id: String,
    pub person_id: String,
    /// As of [`StoredToken`].
    pub sign_in: String,
}

/// A token by its id, for revoking; by the hash of the token itself too.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revoke(conn: &mut Conn, id_or_hash: &str, now: Instant) -> Result<Option<Revoked>, HubError> {
    let row = sqlx::query(
        "update tokens set revoked_at = $2 where (id = $1 or hash = $1) and revoked_at is null
         returning id, person_id, coalesce(sign_in, id) as sign_in",
    )
    .bind(id_or_hash)
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Revoked {
            id: row.try_get("id")?,
            person_id: row.try_get("person_id")?,
            sign_in: row.try_get("sign_in")?,
        })
    })
    .transpose()
}

/// Lets a token end no later than this.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_by(conn: &mut Conn, id: &str, until: Instant) -> Result<(), HubError> {
    sqlx::query("update tokens set expires_at = $2 where id = $1 and expires_at > $2")
        .bind(id)
        .bind(us(until))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the sessions of a sign-in, those that were renewed too; no other token. How many that were.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_sign_in(conn: &mut Conn, sign_in: &str, now: Instant) -> Result<u64, HubError> {
    let done = sqlx::query(
        "update tokens set revoked_at = $2 where (id = $1 or sign_in = $1) and session = 1 and revoked_at is null",
    )
    .bind(sign_in)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Whether the person can still come with anything.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_live(conn: &mut Conn, person_id: &str, now: Instant) -> Result<bool, HubError> {
    let row = sqlx::query(
        "select 1 as n from tokens
         where person_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2) limit 1",
    )
    .bind(person_id)
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
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

/// The roles people have, by live tokens or given to them for when they sign in: once each, with their person. Who is
/// disabled has none.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn roles_of_people(conn: &mut Conn, now: Instant) -> Result<Vec<(String, Role)>, HubError> {
    let rows = sqlx::query(
        "select t.person_id, t.roles from tokens t join people p on p.id = t.person_id
         where t.session = 0 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $1) and p.disabled_at is null
         union all
         select id as person_id, roles from people where subject is not null and disabled_at is null",
    )
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

/// A token as the page on access lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: String,
    pub person_id: String,
    pub roles: Vec<Role>,
    pub sources: Vec<String>,
    pub session: bool,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
}

/// All that are taken now, sign-ins too; the oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn live(conn: &mut Conn, now: Instant) -> Result<Vec<TokenRow>, HubError> {
    let rows = sqlx::query(
        "select id, person_id, roles, sources, session, created_at, expires_at from tokens
         where revoked_at is null and (expires_at is null or expires_at > $1) order by id",
    )
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let list = |name: &str| -> Result<Vec<String>, HubError> {
                let text: String = row.try_get(name)?;
                serde_json::from_str(&text).map_err(HubError::broken)
            };
            let expires_at: Option<i64> = row.try_get("expires_at")?;
            Ok(TokenRow {
                id: row.try_get("id")?,
                person_id: row.try_get("person_id")?,
                roles: list("roles")?
                    .iter()
                    .filter_map(|name| Role::parse(name))
                    .collect(),
                sources: list("sources")?,
                session: row.try_get::<i64, _>("session")? != 0,
                created_at: instant(row.try_get("created_at")?)?,
                expires_at: expires_at.map(instant).transpose()?,
            })
        })
        .collect()
}
