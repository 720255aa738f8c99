//! People and service accounts, and what is given to them.

use domain::Instant;
use domain::access::{Grant, MayElevate};
use domain::case::Sensitivity;
use domain::policy::Role;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    /// None: all.
    pub queues: Vec<String>,
}

fn read(row: &super::Row) -> Result<PersonRow, HubError> {
    let queues: String = row.try_get("queues")?;
    Ok(PersonRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        queues: serde_json::from_str(&queues).map_err(HubError::broken)?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<PersonRow>, HubError> {
    let row = sqlx::query("select id, name, queues from people where name = $1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The id of who was called so by then, if they were there already.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn called_at(conn: &mut Conn, name: &str, at: Instant) -> Result<Option<String>, HubError> {
    let row = sqlx::query("select id from people where name = $1 and created_at <= $2")
        .bind(name)
        .bind(us(at))
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("id")?)).transpose()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<PersonRow>, HubError> {
    let row = sqlx::query("select id, name, queues from people where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn all(conn: &mut Conn) -> Result<Vec<PersonRow>, HubError> {
    let rows = sqlx::query("select id, name, queues from people order by name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, person: &PersonRow, now: Instant) -> Result<(), HubError> {
    sqlx::query("insert into people (id, name, queues, created_at) values ($1, $2, $3, $4)")
        .bind(&person.id)
        .bind(&person.name)
        .bind(serde_json::json!(person.queues).to_string())
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn set_queues(conn: &mut Conn, id: &str, queues: &[String]) -> Result<(), HubError> {
    sqlx::query("update people set queues = $2 where id = $1")
        .bind(id)
        .bind(serde_json::json!(queues).to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// A person with what is given to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonAccess {
    pub id: String,
    pub name: String,
    /// Roles of whoever signs in as them, and of whatever they do with a token: queues and ceiling.
    pub grant: Grant,
    pub may_elevate: Option<MayElevate>,
    /// Who they are at their provider: its issuer, and their subject there.
    pub identity: Option<(String, String)>,
    /// The provider says what is given, not an admin.
    pub managed: bool,
    pub disabled_at: Option<Instant>,
    pub version: i64,
}

macro_rules! access_columns {
    () => {
        "id, name, queues, roles, ceiling, may_elevate, issuer, subject, managed, disabled_at, version"
    };
}

fn read_access(row: &super::Row) -> Result<PersonAccess, HubError> {
    let list = |name: &str| -> Result<Vec<String>, HubError> {
        let text: String = row.try_get(name)?;
        serde_json::from_str(&text).map_err(HubError::broken)
    };
    let (issuer, subject): (Option<String>, Option<String>) =
        (row.try_get("issuer")?, row.try_get("subject")?);
    let disabled_at: Option<i64> = row.try_get("disabled_at")?;
    Ok(PersonAccess {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        grant: Grant {
            roles: list("roles")?
                .iter()
                .filter_map(|name| Role::parse(name))
                .collect(),
            queues: list("queues")?,
            ceiling: ceiling(row)?,
        },
        may_elevate: may_elevate(row)?,
        identity: issuer.zip(subject),
        managed: row.try_get::<i64, _>("managed")? != 0,
        disabled_at: disabled_at.map(instant).transpose()?,
        version: row.try_get("version")?,
    })
}

/// A ceiling that can't be read is the lowest.
pub(super) fn ceiling(row: &super::Row) -> Result<Option<Sensitivity>, HubError> {
    let text: Option<String> = row.try_get("ceiling")?;
    Ok(text.map(|text| {
        Sensitivity::ALL
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or(Sensitivity::Public)
    }))
}

pub(super) fn may_elevate(row: &super::Row) -> Result<Option<MayElevate>, HubError> {
    let text: Option<String> = row.try_get("may_elevate")?;
    text.map(|text| serde_json::from_str(&text).map_err(HubError::broken))
        .transpose()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn access(conn: &mut Conn, id: &str) -> Result<Option<PersonAccess>, HubError> {
    let row = sqlx::query(concat!(
        "select ",
        access_columns!(),
        " from people where id = $1"
    ))
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read_access).transpose()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn access_of_all(conn: &mut Conn) -> Result<Vec<PersonAccess>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        access_columns!(),
        " from people order by name"
    ))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_access).collect()
}

/// The person a provider knows under this subject.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_identity(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
) -> Result<Option<PersonAccess>, HubError> {
    let row = sqlx::query(concat!(
        "select ",
        access_columns!(),
        " from people where issuer = $1 and subject = $2"
    ))
    .bind(issuer)
    .bind(subject)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read_access).transpose()
}

/// Writes everything of the person, if nobody else has since this version. True: written, under the next one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_access(conn: &mut Conn, person: &PersonAccess) -> Result<bool, HubError> {
    let roles: Vec<&str> = person.grant.roles.iter().map(|role| role.as_str()).collect();
    let may_elevate = person.may_elevate.as_ref().map(serde_json::to_string).transpose();
    let done = sqlx::query(
        "update people set name = $2, queues = $3, roles = $4, ceiling = $5, may_elevate = $6, issuer = $7, subject = $8,
           managed = $9, disabled_at = $10, version = version + 1 where id = $1 and version = $11",
    )
    .bind(&person.id)
    .bind(&person.name)
    .bind(serde_json::json!(person.grant.queues).to_string())
    .bind(serde_json::json!(roles).to_string())
    .bind(person.grant.ceiling.map(Sensitivity::as_str))
    .bind(may_elevate.map_err(HubError::broken)?)
    .bind(person.identity.as_ref().map(|(issuer, _)| issuer))
    .bind(person.identity.as_ref().map(|(_, subject)| subject))
    .bind(i64::from(person.managed))
    .bind(person.disabled_at.map(us))
    .bind(person.version)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
