//! Every proposed call: what was proposed, what became of it, and what the agent had before it.

use serde_json::{Map, Value};

use super::split::split_of_case;
use super::{ActionLabel, LabelPayload, Taught};
use crate::action::{Action, ActionBody, ActionVerdict};
use crate::case::Case;

pub(super) fn taught(
    case: &Case,
    body_json: &Value,
    body: &ActionBody,
    verdict: Option<&ActionVerdict>,
    comment: Option<&str>,
) -> Vec<Taught> {
    let subject = case
        .envelope
        .subject
        .as_ref()
        .and_then(|subject| subject.id.as_deref());
    let split = split_of_case(case, subject);
    body.actions
        .iter()
        .map(|action| {
            let answer =
                verdict.and_then(|verdict| verdict.actions.iter().find(|answer| answer.id == action.id));
            let said = answer
                .and_then(|answer| answer.message.as_deref())
                .filter(|said| !said.trim().is_empty());
            let label = ActionLabel {
                id: action.id.clone(),
                tool: action.tool.clone(),
                context: context(body_json, action),
                proposed: action.arguments.clone(),
                final_arguments: answer.and_then(|answer| answer.final_arguments(action)).cloned(),
                label: answer.map(|answer| answer.answered),
                feedback: said.or(comment).map(str::to_owned),
            };
            (
                Some(split),
                LabelPayload {
                    action: Some(label),
                    ..LabelPayload::default()
                },
            )
        })
        .collect()
}

/// As received: a trainer gets the words the agent got.
fn context(body: &Value, action: &Action) -> Value {
    let mut context = Map::new();
    for name in ["agent", "conversation", "facts", "policy", "evidence"] {
        if let Some(value) = body.get(name).filter(|value| !value.is_null()) {
            context.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(schema) = &action.arguments_schema {
        context.insert("arguments_schema".to_owned(), schema.clone());
    }
    Value::Object(context)
}
