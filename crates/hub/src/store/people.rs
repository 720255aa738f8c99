//! People and service accounts.

use domain::Instant;
use sqlx::Row as _;

use super::{Conn, us};
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
