//! What is registered of tools.

use domain::Instant;
use domain::action::tool::{Tool, Tools};
use sqlx::Row as _;

use super::{Conn, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct ToolRow {
    pub name: String,
    pub tool: Tool,
    pub at: Instant,
    pub person_id: String,
}

fn read(row: &super::Row) -> Result<ToolRow, HubError> {
    let tool: String = row.try_get("tool")?;
    Ok(ToolRow {
        name: row.try_get("name")?,
        tool: serde_json::from_str(&tool).map_err(HubError::broken)?,
        at: super::instant(row.try_get("at")?)?,
        person_id: row.try_get("person_id")?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn all(conn: &mut Conn) -> Result<Vec<ToolRow>, HubError> {
    let rows = sqlx::query("select name, tool, at, person_id from tools order by name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// Those of these names (a JSON array) that are registered.
///
/// # Errors
/// [`HubError`] of the database; of an entry that can't be read, for then nobody knows how strict it was.
pub async fn named(conn: &mut Conn, names: &str) -> Result<Tools, HubError> {
    let rows = sqlx::query(
        "select name, tool, at, person_id from tools where name in (select value from json_each($1))",
    )
    .bind(names)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| read(row).map(|row| (row.name, row.tool)))
        .collect()
}

/// Registers the tool, or writes over what was registered of it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn put(conn: &mut Conn, row: &ToolRow) -> Result<(), HubError> {
    sqlx::query(
        "insert into tools (name, tool, at, person_id) values ($1, $2, $3, $4)
         on conflict (name) do update set tool = excluded.tool, at = excluded.at, person_id = excluded.person_id",
    )
    .bind(&row.name)
    .bind(serde_json::to_string(&row.tool).map_err(HubError::broken)?)
    .bind(us(row.at))
    .bind(&row.person_id)
    .execute(conn)
    .await?;
    Ok(())
}
