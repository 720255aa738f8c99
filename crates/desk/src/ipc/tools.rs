//! The registry of tools: what each does, and registering one.

use domain::action::Effect;
use domain::action::tool::{INVALID_TOOL, Tool};
use domain::json;
use domain::policy::pages::may_register_tools;
use domain::text::capitalised;
use protocol::WireError;
use protocol::ipc::{Done, RegisterToolArgs, ToolView, ToolsView};
use protocol::policies::RegisteredTool;
use serde_json::{Value, to_value};

use super::look_again;
use crate::open_desk::OpenDesk;

pub async fn all(open: &OpenDesk) -> Result<ToolsView, WireError> {
    let tools = open.hub.registered_tools().await?;
    Ok(ToolsView {
        tools: tools.into_iter().map(view).collect(),
        why_not: may_register_tools(&open.person())
            .err()
            .map(|refusal| refusal.text),
    })
}

fn view(registered: RegisteredTool) -> ToolView {
    let schema = registered.tool.schema.as_ref();
    ToolView {
        words: words(&registered.tool),
        schema_text: schema
            .and_then(|schema| serde_json::to_string_pretty(schema).ok())
            .unwrap_or_default(),
        name: registered.name,
        tool: registered.tool,
        at: registered.at,
    }
}

/// "pays, can't be undone".
fn words(tool: &Tool) -> String {
    let does = match tool.effect {
        Effect::Read => "reads",
        Effect::Write => "writes",
        Effect::Send => "sends",
        Effect::Pay => "pays",
        Effect::Delete => "deletes",
    };
    let undone = if tool.reversible {
        "can be undone"
    } else {
        "can’t be undone"
    };
    format!("{does}, {undone}")
}

pub async fn register(open: &OpenDesk, args: RegisterToolArgs) -> Result<Done, WireError> {
    let name = args.name.trim();
    if name.is_empty() {
        return Err(fault("/name", "The name agents call it by"));
    }
    let mut tool = to_value(&args.tool).map_err(|_| fault("", "This can't be read"))?;
    if !args.schema_text.trim().is_empty() {
        tool["schema"] = schema(&args.schema_text)?;
    }
    open.hub.register_tool(name, &tool).await?;
    // What may be decided here is judged by it from now on.
    open.status.lock().tools_read_at = None;
    look_again(open);
    Ok(Done {})
}

/// A fault is in the schema, wherever in it.
fn schema(text: &str) -> Result<Value, WireError> {
    let read = json::parse(text).map_err(|invalid| fault("/schema", &invalid.detail))?;
    if read.is_object() || read.is_boolean() {
        Ok(read)
    } else {
        Err(fault("/schema", "a JSON Schema is an object"))
    }
}

fn fault(pointer: &str, text: &str) -> WireError {
    WireError {
        code: INVALID_TOOL.to_owned(),
        message: capitalised(text),
        pointer: Some(pointer.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_is_none_is_said_at_the_schema() {
        for text in ["{", "[1]", r#"{"type": 1, "type": 2}"#] {
            assert_eq!(
                schema(text).unwrap_err().pointer.as_deref(),
                Some("/schema"),
                "{text}"
            );
        }
        assert!(schema(r#"{"type": "object"}"#).is_ok());
    }
}
