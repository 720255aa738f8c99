//! What we looked at before a person does: schema, amount, recipient, characters. Each check says what it found and where.

use serde_json::Value;

use super::fields::{FIELDS_MAX, place_label};
use super::{ArgumentField, Check, CheckLevel};
use crate::action::{Action, ActionBody};
use crate::invalid::Invalid;
use crate::text::{SegmentSort, counted, skeleton_of, suspicious_count, value_text};

/// The conversation's part, looked through once for all calls.
pub(super) struct Messages {
    count: usize,
    suspicious: usize,
}

pub(super) fn conversation(body: &ActionBody) -> Messages {
    let suspicious = |turn: &&crate::action::Turn| {
        turn.content
            .as_deref()
            .is_some_and(|text| suspicious_count(text) > 0)
    };
    Messages {
        count: body.conversation.len(),
        suspicious: body.conversation.iter().filter(suspicious).count(),
    }
}

/// Of the arguments it would be called with: as proposed, or edited.
pub(super) fn checks(
    action: &Action,
    body: &ActionBody,
    arguments: &Value,
    faults: &[Invalid],
    fields: &[ArgumentField],
    messages: &Messages,
) -> Vec<Check> {
    let mut checks: Vec<Check> = schema_checks(faults);
    checks.extend(amount(action, arguments));
    checks.extend(recipient(action, body, arguments));
    checks.extend(characters(fields, messages));
    if fields.len() >= FIELDS_MAX {
        let title = format!("Only the first {FIELDS_MAX} values are laid out");
        checks.push(warning(
            &title,
            Some("The whole arguments stand in the form"),
            None,
        ));
    }
    if action.arguments_schema.is_some() && faults.is_empty() {
        checks.push(Check {
            level: CheckLevel::Passed,
            title: "Arguments fit their schema".to_owned(),
            detail: None,
            pointer: None,
        });
    }
    checks.sort_by_key(|check| match check.level {
        CheckLevel::Stop => 0,
        CheckLevel::Warning => 1,
        CheckLevel::Passed => 2,
    });
    checks
}

/// One stop for every place at which the arguments break their schema.
pub(super) fn schema_checks(faults: &[Invalid]) -> Vec<Check> {
    faults
        .iter()
        .map(|fault| Check {
            level: CheckLevel::Stop,
            title: fault_words(fault),
            detail: None,
            pointer: Some(fault.pointer.clone()),
        })
        .collect()
}

/// "Reservation ID is missing".
pub(crate) fn fault_words(fault: &Invalid) -> String {
    let place = place_label(&fault.pointer);
    if place.is_empty() {
        format!("Arguments: {}", fault.detail)
    } else {
        format!("{place} {}", fault.detail)
    }
}

fn warning(title: &str, detail: Option<&str>, pointer: Option<&str>) -> Check {
    Check {
        level: CheckLevel::Warning,
        title: title.to_owned(),
        detail: detail.map(str::to_owned),
        pointer: pointer.map(str::to_owned),
    }
}

fn amount(action: &Action, arguments: &Value) -> Vec<Check> {
    let Some(pointers) = &action.amount else {
        return Vec::new();
    };
    let mut found = Vec::new();
    match arguments.pointer(&pointers.value) {
        None | Some(Value::Null) => {
            found.push(warning(
                "The amount can't be found",
                Some("Nothing stands where the case says the amount is"),
                Some(&pointers.value),
            ));
        }
        Some(value) if crate::conflict::normal::read_decimal(&value_text(value)).is_none() => {
            found.push(warning("The amount isn't a number", None, Some(&pointers.value)));
        }
        Some(_) => {}
    }
    if let Some(currency) = pointers.currency.as_deref().filter(|c| c.starts_with('/'))
        && arguments
            .pointer(currency)
            .and_then(Value::as_str)
            .is_none_or(|c| c.trim().is_empty())
    {
        found.push(warning("The currency can't be found", None, Some(currency)));
    }
    found
}

/// The recipient against the addresses among the facts.
fn recipient(action: &Action, body: &ActionBody, arguments: &Value) -> Option<Check> {
    let pointer = action
        .message
        .as_ref()?
        .to
        .as_deref()
        .filter(|p| p.starts_with('/'))?;
    let Some(to) = arguments
        .pointer(pointer)
        .map(value_text)
        .filter(|to| !to.trim().is_empty())
    else {
        return Some(warning("There is no recipient", None, Some(pointer)));
    };
    let to = address(&to);
    let on_file: Vec<(String, &crate::action::Fact)> = body
        .facts
        .iter()
        .filter(|fact| fact.value.is_string())
        .map(|fact| (address(&value_text(&fact.value)), fact))
        .filter(|(text, _)| text.contains('@') || is_phone(text) && is_phone(&to))
        .collect();
    if on_file.is_empty() {
        return None;
    }
    if let Some((_, fact)) = on_file.iter().find(|(text, _)| *text == to) {
        return Some(Check {
            level: CheckLevel::Passed,
            title: "Recipient is the one on file".to_owned(),
            detail: fact.label.clone().or_else(|| fact.id.clone()),
            pointer: Some(pointer.to_owned()),
        });
    }
    let alike = on_file
        .iter()
        .find(|(text, _)| skeleton_of(text) == skeleton_of(&to));
    let (title, detail) = match (alike, on_file.first()) {
        (Some((text, _)), _) => ("Recipient is a look-alike", format!("On file: {text}")),
        (None, Some((text, _))) => ("Recipient isn't the one on file", format!("On file: {text}")),
        (None, None) => return None,
    };
    Some(warning(title, Some(&detail), Some(pointer)))
}

/// The bare address of "Ana Ruiz <ana@example.com>", without case.
fn address(text: &str) -> String {
    let bare = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text,
    };
    bare.trim().to_lowercase()
}

fn is_phone(text: &str) -> bool {
    text.len() > 5
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'))
}

fn characters(fields: &[ArgumentField], messages: &Messages) -> Vec<Check> {
    let mut found = Vec::new();
    for field in fields {
        let first = |sort: SegmentSort| {
            field
                .segments
                .iter()
                .find(|s| s.sort == sort)
                .and_then(|s| s.really.as_deref())
        };
        if let Some(really) = first(SegmentSort::Hidden) {
            found.push(warning(
                &format!("Hidden character in {}", in_sentence(&field.label)),
                Some(really),
                Some(&field.pointer),
            ));
        }
        if let Some(really) = first(SegmentSort::LookAlike) {
            found.push(warning(
                &format!("Look-alike character in {}", in_sentence(&field.label)),
                Some(really),
                Some(&field.pointer),
            ));
        }
    }
    if messages.suspicious > 0 {
        let words = format!(
            "Hidden or look-alike characters in {}",
            counted(messages.suspicious, "message")
        );
        found.push(warning(&words, Some("Marked in the conversation"), None));
    }
    if found.is_empty() {
        let values = counted(fields.len(), "value");
        let among = if messages.count > 0 {
            format!(", {}", counted(messages.count, "message"))
        } else {
            String::new()
        };
        let title = "No hidden or look-alike characters".to_owned();
        found.push(Check {
            level: CheckLevel::Passed,
            title,
            detail: Some(format!("in {values}{among}")),
            pointer: None,
        });
    }
    found
}

fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let first = letters
        .next()
        .map(|c| c.to_lowercase().to_string())
        .unwrap_or_default();
    let rest = letters.as_str();
    if rest.chars().next().is_some_and(char::is_uppercase) {
        label.to_owned()
    } else {
        format!("{first}{rest}")
    }
}
