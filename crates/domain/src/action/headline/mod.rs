//! The headline of an action, written by us from the real arguments, never by the agent.
//!
//! General on purpose: the tool's name gives verb and object, the arguments give ids, recipient, amount, dates and lists.
//! What it can't place it says as "name value"; what it leaves out it counts. Sums are never read out of a conversation.

mod money;
mod phrases;

pub use money::{amount_text, money};

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Action;
use crate::text::{capitalised, escaped, lower_label, value_text};
use phrases::{Parts, Tone, quoted, shortened};

/// More arguments than this are counted, not told.
const TOLD_MAX: usize = 6;

/// In characters: far more than a good headline needs, so that only hostile ones are cut.
const LINE_MAX: usize = 600;

const MONEY_VERBS: [&str; 9] = [
    "refund",
    "pay",
    "charge",
    "transfer",
    "credit",
    "reimburse",
    "debit",
    "wire",
    "compensate",
];
const VERBS: [&str; 44] = [
    "add", "adjust", "apply", "approve", "archive", "assign", "block", "book", "cancel", "change", "close",
    "create", "delete", "disable", "enable", "escalate", "extend", "grant", "hold", "issue", "make", "merge",
    "modify", "notify", "open", "order", "patch", "post", "process", "quote", "release", "remove", "renew",
    "replace", "reset", "revoke", "schedule", "send", "set", "ship", "submit", "update", "upgrade", "void",
];

/// What the call would do, in one line: "Refund €120.00 to Ana Ruiz, booking Z7GOZK". Hidden characters are written out.
pub fn headline(action: &Action, arguments: &Value) -> String {
    let empty = Map::new();
    let arguments_map = arguments.as_object().unwrap_or(&empty);
    let text = match message_headline(action, arguments) {
        Some(text) => text,
        None => call_headline(action, arguments, arguments_map),
    };
    escaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// "Send an e-mail to ana@example.com: “Your refund”".
fn message_headline(action: &Action, arguments: &Value) -> Option<String> {
    let message = action.message.as_ref()?;
    let at = |pointer: &Option<String>| {
        let pointer = pointer.as_deref()?;
        let value = if pointer.starts_with('/') {
            arguments.pointer(pointer)?
        } else {
            return None;
        };
        Some(value_text(value)).filter(|text| !text.trim().is_empty())
    };
    let channel = at(&message.channel).or_else(|| message.channel.clone().filter(|c| !c.starts_with('/')));
    let what = match channel.as_deref().map(str::to_lowercase).as_deref() {
        Some("email" | "e-mail" | "mail") => "an e-mail".to_owned(),
        Some("sms" | "text") => "a text message".to_owned(),
        Some(other) => format!("a {} message", lower_label(other)),
        None => "a message".to_owned(),
    };
    let to = at(&message.to).map_or_else(|| " to nobody".to_owned(), |to| format!(" to {to}"));
    let subject = at(&message.subject)
        .map(|subject| format!(": {}", quoted(&subject)))
        .unwrap_or_default();
    Some(format!("Send {what}{to}{subject}"))
}

fn call_headline(action: &Action, arguments: &Value, map: &Map<String, Value>) -> String {
    let (verb, object) = verb_and_object(&action.tool);
    let mut parts = Parts::new(map, &ordered_names(action, map), action.arguments_schema.as_ref());
    let amount = action.amount.as_ref().and_then(|pointers| {
        parts.take_pointer(&pointers.value);
        if let Some(currency) = pointers.currency.as_deref().filter(|c| c.starts_with('/')) {
            parts.take_pointer(currency);
        }
        amount_text(action, arguments)
    });
    let id = parts.take_id_of(&object);
    let recipient = parts.take_recipient();
    let noun = parts.object_noun(&object, id.as_ref());
    let about = match &id {
        Some((stem, id)) if noun.contains(stem.as_str()) => format!("{noun} {id}"),
        Some((stem, id)) => format!("{noun} of {stem} {id}"),
        None => noun,
    };
    let whom = |preposition: &str| {
        recipient
            .as_ref()
            .map(|r| format!(" {preposition} {r}"))
            .unwrap_or_default()
    };
    let money = money_verb(&verb, &object).filter(|_| amount.is_some());
    let mut line = match (&amount, &money) {
        (Some(amount), Some(money)) => {
            let rest = if is_money_word(&about) || about.is_empty() {
                String::new()
            } else {
                format!(", {about}")
            };
            format!("{} {amount}{}{rest}", capitalised(money), whom("to"))
        }
        (Some(amount), None) => format!(
            "{} {about} of {amount}{}",
            spoken(&verb),
            whom(preposition(&verb))
        ),
        (None, _) => format!("{} {about}{}", spoken(&verb), whom(preposition(&verb))),
    };
    if verb.is_empty() {
        line = format!(
            "Run {}{}",
            action.tool,
            id.map(|(stem, id)| format!(", {stem} {id}")).unwrap_or_default()
        );
    }
    let changing = spoken(&verb) == "Change";
    line.push_str(&parts.rest(
        TOLD_MAX,
        Tone {
            moving_money: money.is_some(),
            changing,
        },
    ));
    shortened(&line, LINE_MAX)
}

/// Verb first ("cancel_reservation") or last ("payments.refund"); none: an empty verb.
fn verb_and_object(tool: &str) -> (String, Vec<String>) {
    let mut words: Vec<String> = crate::text::split_words(tool)
        .into_iter()
        .map(|w| w.to_lowercase())
        .collect();
    let known = |word: &String| VERBS.contains(&word.as_str()) || MONEY_VERBS.contains(&word.as_str());
    match (words.first().is_some_and(known), words.iter().position(known)) {
        (true, _) => {
            let verb = words.remove(0);
            (verb, words)
        }
        (false, Some(position)) => {
            let verb = words.remove(position);
            (verb, words)
        }
        (false, None) => (String::new(), words),
    }
}

/// The verb that moves money: the tool's own, or its object's ("issue_refund").
fn money_verb(verb: &str, object: &[String]) -> Option<String> {
    if MONEY_VERBS.contains(&verb) {
        return Some(verb.to_owned());
    }
    let makes = matches!(
        verb,
        "issue"
            | "create"
            | "process"
            | "make"
            | "send"
            | "submit"
            | "post"
            | "schedule"
            | "approve"
            | "release"
            | ""
    );
    match object.last().map(String::as_str) {
        Some("refund") if makes => Some("refund".to_owned()),
        Some("payment") if makes && !matches!(verb, "approve" | "release" | "schedule") => {
            Some("pay".to_owned())
        }
        Some("transfer") if makes => Some("transfer".to_owned()),
        _ => None,
    }
}

fn preposition(verb: &str) -> &'static str {
    if matches!(
        verb,
        "send" | "issue" | "grant" | "ship" | "assign" | "transfer" | "pay"
    ) {
        "to"
    } else {
        "for"
    }
}

fn is_money_word(noun: &str) -> bool {
    matches!(noun, "refund" | "payment" | "transfer" | "charge")
}

fn spoken(verb: &str) -> String {
    match verb {
        "update" | "modify" | "patch" => "Change".to_owned(),
        other => capitalised(other),
    }
}

/// The required ones as the schema lists them, then its other properties, then what else is there.
pub(super) fn ordered_names(action: &Action, arguments: &Map<String, Value>) -> Vec<String> {
    let schema = action.arguments_schema.as_ref();
    let required = schema.and_then(|s| s.get("required")).and_then(Value::as_array);
    let properties = schema
        .and_then(|s| s.get("properties"))
        .and_then(Value::as_object);
    let mut seen = BTreeSet::new();
    required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .chain(properties.into_iter().flat_map(|p| p.keys().map(String::as_str)))
        .chain(arguments.keys().map(String::as_str))
        .filter(|name| arguments.contains_key(*name) && seen.insert((*name).to_owned()))
        .map(str::to_owned)
        .collect()
}
