//! What changes with the draft: per call the headline of the final arguments, the fields that differ, the message's diff.

use serde_json::Value;

use super::checks::{Messages, checks, conversation, schema_checks};
use super::fields::{fields, leaves};
use super::{CallPreview, ChangedField};
use crate::action::headline::headline;
use crate::action::schema::faults;
use crate::action::{Action, ActionBody};
use crate::canonical::canonical;
use crate::text::{Change, ChangeSort, value_text, word_diff};

/// From a draft's verdict, whole or still in the making; one per call, in order.
pub fn previews(body: &ActionBody, verdict: Option<&Value>) -> Vec<CallPreview> {
    let messages = conversation(body);
    let answers = verdict.and_then(|v| v.get("actions")).and_then(Value::as_array);
    body.actions
        .iter()
        .map(|action| {
            let answer = answers
                .into_iter()
                .flatten()
                .find(|a| a.get("id").and_then(Value::as_str) == Some(&action.id));
            let edited = answer.filter(|a| a.get("type").and_then(Value::as_str) == Some("edit"));
            preview(
                action,
                body,
                &messages,
                edited.and_then(|a| a.get("arguments")).filter(|a| a.is_object()),
            )
        })
        .collect()
}

fn preview(action: &Action, body: &ActionBody, messages: &Messages, edited: Option<&Value>) -> CallPreview {
    let arguments = edited.unwrap_or(&action.arguments);
    let faults = faults(action.arguments_schema.as_ref(), arguments);
    let fields = fields(action, arguments, &faults);
    let message_diff = edited
        .map(|edited| message_diff(action, edited))
        .unwrap_or_default();
    CallPreview {
        id: action.id.clone(),
        headline: headline(action, arguments),
        changed: edited.map(|edited| changed(action, edited)).unwrap_or_default(),
        diff_words: (!message_diff.is_empty()).then(|| diff_words(&message_diff)),
        message_diff,
        faults: schema_checks(&faults),
        checks: checks(action, body, arguments, &faults, &fields, messages),
    }
}

/// Empty on one side: it was added or taken out.
fn changed(action: &Action, edited: &Value) -> Vec<ChangedField> {
    let (before, after) = (leaves(action, &action.arguments), leaves(action, edited));
    let old = |pointer: &str| before.iter().find(|leaf| leaf.pointer == pointer);
    let mut changed: Vec<ChangedField> = after
        .iter()
        .filter(|leaf| old(&leaf.pointer).is_none_or(|o| !same(o.value, leaf.value)))
        .map(|leaf| ChangedField {
            pointer: leaf.pointer.clone(),
            label: leaf.label.clone(),
            before: old(&leaf.pointer)
                .map(|o| value_text(o.value))
                .unwrap_or_default(),
            after: value_text(leaf.value),
        })
        .collect();
    changed.extend(
        before
            .iter()
            .filter(|leaf| !after.iter().any(|a| a.pointer == leaf.pointer))
            .map(|leaf| ChangedField {
                pointer: leaf.pointer.clone(),
                label: leaf.label.clone(),
                before: value_text(leaf.value),
                after: String::new(),
            }),
    );
    changed
}

/// Equal as JSON: a window that reads 1480.0 writes 1480.
pub(crate) fn same(before: &Value, after: &Value) -> bool {
    before == after
        || matches!((canonical(before), canonical(after)), (Ok(before), Ok(after)) if before == after)
}

fn message_diff(action: &Action, edited: &Value) -> Vec<Change> {
    let pointer = action
        .message
        .as_ref()
        .and_then(|m| m.body.as_deref())
        .filter(|p| p.starts_with('/'));
    let text = |arguments: &Value| {
        pointer
            .and_then(|p| arguments.pointer(p))
            .map(value_text)
            .unwrap_or_default()
    };
    let (before, after) = (text(&action.arguments), text(edited));
    if before == after {
        Vec::new()
    } else {
        word_diff(&before, &after)
    }
}

fn diff_words(changes: &[Change]) -> String {
    let words = |sort: ChangeSort| -> usize {
        changes
            .iter()
            .filter(|c| c.sort == sort)
            .map(|c| c.text.split_whitespace().count())
            .sum()
    };
    let (added, removed) = (words(ChangeSort::Added), words(ChangeSort::Removed));
    format!(
        "{added} {} in, {removed} out",
        if added == 1 { "word" } else { "words" }
    )
}
