//! The registry of tools: what each does, by an admin's word and not the proposer's.

use domain::Invalid;
use domain::action::tool::{INVALID_TOOL, Tool};
use protocol::policies::RegisteredTool;
use serde_json::{Value, json};

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::store::audit::Entry;
use crate::store::events::{Event, TOOLS_CHANGED};
use crate::store::tools::{self, ToolRow};

const NAME_BYTES_MAX: usize = 256;

fn shown(row: ToolRow) -> RegisteredTool {
    RegisteredTool {
        name: row.name,
        tool: row.tool,
        at: row.at,
    }
}

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn all(hub: &Hub, caller: &Caller) -> Result<Vec<RegisteredTool>, HubError> {
    caller.may(Scope::ToolsRead)?;
    let mut conn = hub.store.reader().await?;
    Ok(tools::all(&mut conn).await?.into_iter().map(shown).collect())
}

/// Registers a tool, or registers it anew; what is decided from now on is judged by it.
///
/// # Errors
/// `not_allowed`, `invalid_tool`; [`HubError`] of the database.
pub async fn put(hub: &Hub, caller: &Caller, name: &str, tool: &Value) -> Result<RegisteredTool, HubError> {
    caller.may(Scope::ToolsWrite)?;
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        let detail = format!("a name of 1 to {NAME_BYTES_MAX} bytes");
        return Err(HubError::Unprocessable(Invalid::new(INVALID_TOOL, "", detail)));
    }
    let tool = Tool::read(tool).map_err(HubError::Unprocessable)?;
    let mut work = hub.work(caller).await?;
    let row = ToolRow {
        name: name.to_owned(),
        tool,
        at: work.now,
        person_id: caller.person.id.clone(),
    };
    tools::put(work.conn(), &row).await?;
    work.audit(Entry::new(
        "tool.registered",
        json!({"name": name, "tool": row.tool}),
    ));
    work.event(Event {
        kind: TOOLS_CHANGED,
        ..Event::default()
    });
    hub.commit(work).await?;
    Ok(shown(row))
}
