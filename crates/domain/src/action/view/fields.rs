//! Arguments as fields for reading: one per leaf, with its pointer, its label and what is wrong with it.

use serde_json::{Map, Value};

use super::ArgumentField;
use crate::action::headline::ordered_names;
use crate::action::{Action, Call};
use crate::invalid::{Invalid, segment};
use crate::text::{capitalised, escaped, inspect, lower_label, value_text};

/// More leaves than this aren't laid out one by one; a check says so.
pub(super) const FIELDS_MAX: usize = 500;

/// A leaf of the arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf<'a> {
    pub pointer: String,
    pub label: String,
    pub value: &'a Value,
}

pub(super) fn fields(action: &Action, arguments: &Value, faults: &[Invalid]) -> Vec<ArgumentField> {
    leaves(action, arguments)
        .into_iter()
        .map(|leaf| ArgumentField {
            segments: inspect(&value_text(leaf.value)),
            fault: faults
                .iter()
                .find(|fault| fault.pointer == leaf.pointer)
                .map(|fault| capitalised(&fault.detail)),
            label: leaf.label,
            pointer: leaf.pointer,
        })
        .collect()
}

/// Every leaf, top-level members in the order of the schema.
pub(crate) fn leaves<'a>(action: &Action, arguments: &'a Value) -> Vec<Leaf<'a>> {
    let mut found = Vec::new();
    let empty = Map::new();
    let members = arguments.as_object().unwrap_or(&empty);
    for name in ordered_names(action, members) {
        if let Some(value) = arguments.get(&name) {
            walk(value, segment(&name), lower_label(&name), &mut found);
        }
    }
    found
}

fn walk<'a>(value: &'a Value, pointer: String, label: String, found: &mut Vec<Leaf<'a>>) {
    if found.len() >= FIELDS_MAX {
        return;
    }
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                walk(
                    member,
                    format!("{pointer}{}", segment(name)),
                    format!("{label}, {}", lower_label(name)),
                    found,
                );
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let singular = label.strip_suffix('s').unwrap_or(&label).to_owned();
            for (index, item) in items.iter().enumerate() {
                walk(
                    item,
                    format!("{pointer}/{index}"),
                    format!("{singular} {}", index + 1),
                    found,
                );
            }
        }
        leaf => found.push(Leaf {
            pointer,
            label: capitalised(&label),
            value: leaf,
        }),
    }
}

/// The label of a place in the arguments: "/flights/0/date" is "Flight 1, date".
pub(crate) fn place_label(pointer: &str) -> String {
    let mut label = String::new();
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        match name.parse::<usize>() {
            Ok(index) => label = format!("{} {}", label.strip_suffix('s').unwrap_or(&label), index + 1),
            Err(_) if label.is_empty() => label = lower_label(&name),
            Err(_) => label = format!("{label}, {}", lower_label(&name)),
        }
    }
    capitalised(&label)
}

/// "search_onestop_flight(origin: JFK, …)".
pub(super) fn call_words(call: &Call) -> String {
    const LONGEST: usize = 200;
    let mut words = format!("{}(", call.tool.as_deref().unwrap_or_default());
    for (index, (name, value)) in call.arguments.as_object().into_iter().flatten().enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        if words.chars().count() > LONGEST {
            words.push_str(", …");
            break;
        }
        let text: String = value_text(value).chars().take(LONGEST).collect();
        words.push_str(&format!("{separator}{name}: {text}"));
    }
    words.push(')');
    escaped(&words)
}
