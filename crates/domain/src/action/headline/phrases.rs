//! Arguments as phrases: ids, recipients, routes, lists with their dates, and the rest as "name value".

use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value};

use super::money::money;
use crate::text::{joined, lower_label, split_words, value_text};

const RECIPIENTS: [&str; 22] = [
    "to_name",
    "recipient_name",
    "payee_name",
    "beneficiary_name",
    "customer_name",
    "vendor_name",
    "supplier_name",
    "recipient",
    "payee",
    "beneficiary",
    "to",
    "vendor",
    "supplier",
    "customer",
    "assignee",
    "email",
    "user_id",
    "customer_id",
    "vendor_id",
    "supplier_id",
    "account_id",
    "contact_id",
];
/// A text longer than this is cut in the headline; the form below shows it whole.
const TEXT_MAX: usize = 60;
const LISTED_MAX: usize = 6;

/// The arguments that aren't told yet, in order.
pub(super) struct Parts<'a> {
    arguments: &'a Map<String, Value>,
    left: Vec<String>,
    /// Arguments whose values the schema lists: codes, read with spaces.
    options: Vec<String>,
}

/// How the rest is put.
#[derive(Clone, Copy)]
pub(super) struct Tone {
    /// The amount itself goes through the means of payment; otherwise something else is paid with it.
    pub moving_money: bool,
    /// Lists are what something is changed to.
    pub changing: bool,
}

impl<'a> Parts<'a> {
    pub fn new(arguments: &'a Map<String, Value>, names: &[String], schema: Option<&Value>) -> Self {
        let listed = |name: &&String| {
            schema
                .and_then(|s| s.get("properties")?.get(name.as_str())?.get("enum"))
                .is_some()
        };
        Self {
            arguments,
            left: names.to_vec(),
            options: names.iter().filter(listed).cloned().collect(),
        }
    }

    fn take(&mut self, name: &str) -> Option<&'a Value> {
        let position = self.left.iter().position(|n| n == name)?;
        self.left.remove(position);
        self.arguments.get(name)
    }

    fn scalar(&self, name: &str) -> Option<String> {
        let value = self
            .arguments
            .get(name)
            .filter(|v| v.is_string() || v.is_number())?;
        Some(value_text(value)).filter(|text| !text.trim().is_empty() && self.left.iter().any(|n| n == name))
    }

    /// Only a member of the arguments themselves; deeper places stay where they are.
    pub fn take_pointer(&mut self, pointer: &str) {
        if let Some(name) = pointer.strip_prefix('/').filter(|name| !name.contains('/')) {
            self.take(&name.replace("~1", "/").replace("~0", "~"));
        }
    }

    /// The id of what the tool is about: (stem, id), "reservation" and "Z7GOZK" out of `reservation_id`, or `quote` of
    /// `approve_quote`.
    pub fn take_id_of(&mut self, object: &[String]) -> Option<(String, String)> {
        let (name, stem, id) = self.left.iter().find_map(|name| {
            let words: Vec<String> = split_words(name).into_iter().map(|w| w.to_lowercase()).collect();
            let (last, before) = words.split_last()?;
            let ends_as_id = matches!(
                last.as_str(),
                "id" | "number" | "no" | "ref" | "reference" | "key" | "code"
            );
            let stem = if ends_as_id { before } else { words.as_slice() };
            let names_object = |word: &String| object.iter().any(|o| same_noun(o, word));
            let fits = if ends_as_id {
                stem.is_empty() || stem.iter().any(names_object)
            } else {
                stem.iter().all(names_object)
            };
            Some((name.clone(), stem.join(" "), self.scalar(name).filter(|_| fits)?))
        })?;
        self.take(&name);
        Some((stem, shortened(&id, 2 * TEXT_MAX)))
    }

    /// "reservation" of `update_reservation_flights` with its id, when flights are told as a list anyway.
    pub fn object_noun(&self, object: &[String], id: Option<&(String, String)>) -> String {
        let told_later = |word: &String| {
            self.left
                .iter()
                .any(|name| split_words(name).iter().any(|w| same_noun(word, w)))
        };
        let kept: Vec<&str> = match id {
            Some(_) if object.len() > 1 => object
                .iter()
                .filter(|w| !told_later(w))
                .map(String::as_str)
                .collect(),
            _ => Vec::new(),
        };
        if kept.is_empty() {
            object.join(" ")
        } else {
            kept.join(" ")
        }
    }

    pub fn take_recipient(&mut self) -> Option<String> {
        let first = RECIPIENTS
            .iter()
            .find_map(|name| Some((*name, self.scalar(name)?)))?;
        self.take(first.0);
        Some(shortened(&human(&first.1), 2 * TEXT_MAX))
    }

    /// What is left as ", cabin economy, pay with …"; what isn't told is counted. What pays and why is always told.
    pub fn rest(&mut self, most: usize, tone: Tone) -> String {
        let mut phrases: Vec<String> = self.take_route().into_iter().collect();
        let (mut goal, mut last) = (String::new(), Vec::new());
        for name in std::mem::take(&mut self.left) {
            let Some(value) = self.arguments.get(&name).filter(|v| !is_empty(v)) else {
                continue;
            };
            match value {
                _ if is_means_of_payment(&name) => {
                    let how = if tone.moving_money { "through" } else { "pay with" };
                    last.push(format!("{how} {}", told(value)));
                }
                Value::String(code) if self.options.contains(&name) => {
                    phrases.push(format!("{} {}", lower_label(&name), code.replace('_', " ")));
                }
                _ if is_reason(&name) => {
                    last.push(format!("{} {}", lower_label(&name), quoted(&value_text(value))))
                }
                Value::Array(items)
                    if tone.changing
                        && goal.is_empty()
                        && !names_people(&name)
                        && items.iter().any(Value::is_object) =>
                {
                    goal = format!(" to {}", list(items));
                }
                Value::Array(items) => phrases.push(format!("{} {}", lower_label(&name), list(items))),
                Value::Bool(true) => phrases.push(lower_label(&name)),
                Value::Bool(false) => phrases.push(format!("no {}", lower_label(&name))),
                _ => phrases.push(format!("{} {}", lower_label(&name), told(value))),
            }
        }
        let left_out = phrases.len().saturating_sub(most);
        phrases.truncate(most);
        if left_out > 0 {
            phrases.push(format!("{left_out} more"));
        }
        phrases.extend(last);
        let told: String = phrases.iter().map(|phrase| format!(", {phrase}")).collect();
        format!("{goal}{told}")
    }

    /// "EWR to ORD".
    fn take_route(&mut self) -> Option<String> {
        let pairs = [
            ("origin", "destination"),
            ("from", "to"),
            ("from_account", "to_account"),
            ("start_date", "end_date"),
        ];
        let (from, to) = pairs
            .into_iter()
            .find(|(from, to)| self.scalar(from).is_some() && self.scalar(to).is_some())?;
        let route = format!("{} to {}", human(&self.scalar(from)?), human(&self.scalar(to)?));
        self.take(from);
        self.take(to);
        Some(route)
    }
}

fn same_noun(left: &str, right: &str) -> bool {
    let stem = |word: &str| word.to_lowercase().trim_end_matches('s').to_owned();
    stem(left) == stem(right)
}

fn is_means_of_payment(name: &str) -> bool {
    matches!(
        name,
        "payment"
            | "payment_id"
            | "payment_method"
            | "payment_methods"
            | "payment_method_id"
            | "pay_with"
            | "card_id"
    )
}

fn is_reason(name: &str) -> bool {
    matches!(
        name,
        "reason"
            | "note"
            | "notes"
            | "comment"
            | "memo"
            | "description"
            | "message"
            | "body"
            | "subject"
            | "text"
    )
}

fn names_people(name: &str) -> bool {
    matches!(
        name,
        "passengers" | "people" | "users" | "recipients" | "attendees" | "contacts" | "members"
    )
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// "HAT057 and HAT146 on 22 May 2024": a date once for all that follow one another and share it.
fn list(items: &[Value]) -> String {
    let mut runs: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for item in items.iter().take(LISTED_MAX) {
        let date = date_of(item);
        match runs.last_mut().filter(|(shared, _)| *shared == date) {
            Some((_, texts)) => texts.push(told(item)),
            None => runs.push((date, vec![told(item)])),
        }
    }
    if items.len() > LISTED_MAX {
        runs.push((None, vec![format!("{} more", items.len() - LISTED_MAX)]));
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(date, texts)| {
            format!(
                "{}{}",
                joined(&texts),
                date.map(|d| format!(" on {d}")).unwrap_or_default()
            )
        })
        .collect();
    if texts.len() > 1 && texts.iter().any(|text| text.contains(" and ")) {
        texts.join(", ")
    } else {
        joined(&texts)
    }
}

fn date_of(item: &Value) -> Option<String> {
    let date = ["date", "day", "on"]
        .iter()
        .find_map(|name| item.get(*name)?.as_str())?;
    Some(human(date))
}

/// One value in a few words: of an object its name or id, with the quantity or amount that goes with it.
fn told(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let what = object_name(members);
            let text = |name: &str| {
                members
                    .get(name)
                    .filter(|v| v.is_string() || v.is_number())
                    .map(value_text)
            };
            match (text("quantity"), text("amount").or_else(|| text("total"))) {
                (Some(quantity), _) => format!("{quantity} × {what}"),
                (None, Some(amount)) => format!("{what} ({})", money(&amount, text("currency").as_deref())),
                (None, None) => what,
            }
        }
        Value::Array(items) => list(items),
        other => shortened(&human(&value_text(other)), TEXT_MAX),
    }
}

fn object_name(members: &Map<String, Value>) -> String {
    let text = |name: &str| {
        members
            .get(name)
            .filter(|v| v.is_string() || v.is_number())
            .map(value_text)
    };
    let name = match (text("first_name"), text("last_name")) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        _ => text("name").or_else(|| text("label")).or_else(|| text("title")),
    };
    let find = |fits: &dyn Fn(&str) -> bool| {
        members
            .iter()
            .find(|(name, v)| v.is_string() && fits(name))
            .map(|(_, v)| value_text(v))
    };
    let id = || {
        find(&is_id).or_else(|| {
            find(&|name| {
                matches!(
                    name,
                    "invoice" | "order" | "product" | "item" | "account" | "ticket"
                )
            })
        })
    };
    shortened(&name.or_else(id).unwrap_or_else(|| pairs(members)), TEXT_MAX)
}

fn is_id(name: &str) -> bool {
    matches!(name, "id" | "sku" | "code")
        || ["_id", "_number", "_no", "_code", "_ref"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn pairs(members: &Map<String, Value>) -> String {
    members
        .iter()
        .map(|(name, value)| format!("{} {}", lower_label(name), value_text(value)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Dates in words, codes of an enumeration with spaces, everything else as it is.
pub(super) fn human(text: &str) -> String {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return day.format("%-d %B %Y").to_string();
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return instant
            .format("%-d %B %Y, %H:%M %:z")
            .to_string()
            .replace(" +00:00", " UTC");
    }
    text.to_owned()
}

pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", shortened(text.trim(), 2 * TEXT_MAX))
}

/// Cut at a character, with an ellipsis.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}
