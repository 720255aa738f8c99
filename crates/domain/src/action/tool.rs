//! What is registered of a tool: what it does, by somebody else's word than the proposer's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema::{INVALID_ARGUMENTS, faults};
use super::view::fault_words;
use super::{Action, ActionBody, ActionVerdict, AmountPointers, Answered, Effect};
use crate::invalid::{Invalid, null_as_default, read};

pub const INVALID_TOOL: &str = "invalid_tool";

/// By name.
pub type Tools = BTreeMap<String, Tool>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tool {
    pub effect: Effect,
    /// Absent: it can't be undone.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    #[serde(default, deserialize_with = "null_as_default")]
    pub reversible: bool,
    /// JSON Schema of its arguments; they must fit this one and the case's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// How a call reads, with JSON pointers in braces: "Refund {/amount} to {/to}".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Where amount and currency stand in the arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountPointers>,
    /// Where the recipient stands in the arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

impl Tool {
    /// # Errors
    /// `invalid_tool` with a pointer into it.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        let tool: Self = read(json, INVALID_TOOL)?;
        let bad = |pointer: &str, detail: String| Err(Invalid::new(INVALID_TOOL, pointer, detail));
        if let Some(schema) = &tool.schema
            && let Err(error) = jsonschema::options().build(schema)
        {
            return bad("/schema", format!("the schema can't be read: {error}"));
        }
        if tool
            .headline
            .as_ref()
            .is_some_and(|text| text.trim().is_empty() || text.len() > 500)
        {
            return bad("/headline", "1 to 500 bytes".into());
        }
        let value = tool.amount.as_ref().map(|amount| amount.value.as_str());
        for (pointer, given) in [
            ("/amount/value", value),
            ("/recipient", tool.recipient.as_deref()),
        ] {
            if given.is_some_and(|given| !given.starts_with('/')) {
                return bad(pointer, "a JSON pointer into the arguments".into());
            }
        }
        Ok(tool)
    }
}

/// Whether what would run fits the registered schemas too.
///
/// # Errors
/// `invalid_arguments` with a pointer into the verdict.
pub fn check_registered(verdict: &ActionVerdict, body: &ActionBody, tools: &Tools) -> Result<(), Invalid> {
    for (index, (answer, action)) in verdict.actions.iter().zip(&body.actions).enumerate() {
        let schema = tools.get(&action.tool).and_then(|tool| tool.schema.as_ref());
        let Some(arguments) = answer.final_arguments(action) else {
            continue;
        };
        if let Some(fault) = faults(schema, arguments).into_iter().next() {
            let place = format!("/actions/{index}");
            return Err(match answer.answered {
                Answered::Edit => fault.under("/arguments").under(&place),
                _ => Invalid::new(INVALID_ARGUMENTS, format!("{place}/type"), fault_words(&fault)),
            });
        }
    }
    Ok(())
}

/// Whether anything that runs can't be undone, by the case or by the registry. Only what somebody else than its proposer
/// calls reversible can be taken back; on one's own computer (`solo`) nobody registers anything, and the case's word counts.
pub fn runs_for_good(verdict: &ActionVerdict, body: &ActionBody, tools: &Tools, solo: bool) -> bool {
    let reversible =
        |action: &Action| action.reversible && tools.get(&action.tool).map_or(solo, |tool| tool.reversible);
    let mut answered = verdict.actions.iter().zip(&body.actions);
    answered.any(|(answer, action)| answer.answered.acts() && !reversible(action))
}
