//! A case as it came in, made ready for the store: checked, hashed, cut into what stays and what can be erased.
//! Pure work, done before the writing transaction begins.

use std::collections::HashSet;

use domain::case::Case;
use domain::policy::times::Said;
use domain::{Instant, Invalid, canonical, heading};
use serde_json::{Map, Value, json};

use crate::caller::{Caller, QUEUE_NOT_ALLOWED};
use crate::store::cases::CaseHead;
use crate::store::payloads::{NewDetail, NewPayload};

/// A case ready to be written, and what it is if it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    pub head: CaseHead,
    pub payload: NewPayload,
    /// What its source says of its times; the rest is the queue's policy's.
    pub said: Said,
}

/// Why a case isn't taken, with its external id as far as it could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct NotTaken {
    pub external_id: Option<String>,
    pub invalid: Invalid,
}

/// Checks one case and makes it ready. Its id is for the writer to put there: a new one, or the one it is known by.
///
/// # Errors
/// [`NotTaken`] with the code and pointer of the first fault.
pub fn ready(json: Value, caller: &Caller, now: Instant) -> Result<Ready, NotTaken> {
    let external_id = json.get("external_id").and_then(Value::as_str).map(str::to_owned);
    make(json, caller, now).map_err(|invalid| NotTaken { external_id, invalid })
}

fn make(mut json: Value, caller: &Caller, now: Instant) -> Result<Ready, Invalid> {
    let case = Case::read(&json)?;
    let source = caller.source_for(case.envelope.source.as_deref())?;
    let sent_hash = canonical::hash_of(&json)?;
    let queue = case.queue().to_owned();
    // The queue says by whose word a case is settled: who has queues of their own doesn't choose another.
    if !caller.person.sees_queue(&queue) {
        let detail = format!("this token's cases don't go into the queue '{queue}'");
        return Err(Invalid::new(QUEUE_NOT_ALLOWED, "/queue", detail));
    }
    let details = cut_details(&mut json, &case);
    if let Value::Object(members) = &mut json {
        members.insert("source".into(), json!(source));
        members.insert("revision".into(), json!(case.envelope.revision));
        members.insert("queue".into(), json!(queue));
    }
    let content_hash = canonical::content_hash(&json)?;
    let payload = NewPayload {
        case_id: String::new(),
        revision: case.envelope.revision,
        sent_hash,
        content_hash: content_hash.clone(),
        received_us: now.timestamp_micros(),
        words: words(&json),
        payload: written(&json)?,
        suggestion_id: case.suggestion.as_ref().map(|_| uuid::Uuid::now_v7().to_string()),
        details,
    };
    let mut head = head(source, queue, content_hash, &case, &json, now);
    head.correlation_id
        .get_or_insert_with(|| caller.correlation_id.clone());
    let says = |name: &str| json.get(name).is_some_and(|said| !said.is_null());
    let said = Said {
        due_at: case.envelope.due_at,
        expires_at: case.envelope.expires_at,
        on_expiry: says("on_expiry").then_some(case.envelope.on_expiry),
    };
    Ok(Ready { head, payload, said })
}

/// As the value's `to_string`, without its formatter, which an ingest would spend an eighth of its time in.
fn written(json: &Value) -> Result<String, Invalid> {
    serde_json::to_string(json).map_err(|error| Invalid::new("invalid_case", "", error.to_string()))
}

fn head(
    source: String,
    queue: String,
    content_hash: String,
    case: &Case,
    json: &Value,
    now: Instant,
) -> CaseHead {
    let envelope = &case.envelope;
    let confidence = case.suggestion.as_ref().and_then(|s| s.confidence);
    CaseHead {
        id: String::new(),
        source,
        external_id: envelope.external_id.clone(),
        revision: envelope.revision,
        kind: envelope.kind,
        queue,
        state: domain::outcome::CaseState::Open,
        title: envelope.title.clone(),
        heading: Some(heading::in_lists(case)),
        subject: json.get("subject").filter(|s| !s.is_null()).cloned(),
        priority: envelope.priority,
        sensitivity: envelope.sensitivity,
        content_hash,
        due_at: envelope.due_at,
        expires_at: envelope.expires_at,
        on_expiry: envelope.on_expiry,
        proposed_by: envelope.proposed_by.clone(),
        assignee: None,
        correlation_id: envelope.correlation_id.clone(),
        routed: false,
        certainty: confidence.map_or(1.0, |c| (c - 0.5).abs()),
        received_at: now,
        lease_token: None,
        lease_person: None,
        leased_until: None,
        decision_id: None,
        more: more(json),
        erased_at: None,
        check_for: None,
        barred: Vec::new(),
        lay_in: Vec::new(),
    }
}

/// Members that have a column of their own in a list, or aren't shown there.
const LISTED_OTHERWISE: [&str; 17] = [
    "source",
    "external_id",
    "revision",
    "queue",
    "kind",
    "title",
    "subject",
    "due_at",
    "expires_at",
    "on_expiry",
    "priority",
    "sensitivity",
    "proposed_by",
    "correlation_id",
    "context",
    "suggestion",
    "body",
];

fn more(json: &Value) -> Map<String, Value> {
    let members = json.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| !LISTED_OTHERWISE.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Takes `detail` out of the context: it is kept apart, fetched when opened, and audited from confidential up.
fn cut_details(json: &mut Value, case: &Case) -> Vec<NewDetail> {
    let Some(Value::Array(entries)) = json.get_mut("context") else {
        return Vec::new();
    };
    let mut details = Vec::new();
    for (entry, known) in entries.iter_mut().zip(&case.envelope.context) {
        let Some(members) = entry.as_object_mut() else {
            continue;
        };
        let Some(detail) = members.remove("detail").filter(|d| !d.is_null()) else {
            continue;
        };
        let sensitivity = known.sensitivity_in(case.envelope.sensitivity);
        // Without an id there is no address it could be fetched by.
        let Some(context_id) = known.id.clone() else {
            continue;
        };
        members.insert("has_detail".into(), Value::Bool(true));
        details.push(NewDetail {
            context_id,
            sensitivity: json!(sensitivity).as_str().unwrap_or_default().to_owned(),
            detail: detail.to_string(),
        });
    }
    details
}

/// Longest text searched of one case, in bytes: enough for records and messages, bounded for the rest.
const WORDS_BYTES_MAX: usize = 64 * 1024;

/// What `q` looks in: title, subject, external id and the body's text, lower case, each text once.
fn words(json: &Value) -> String {
    let mut words = Words::default();
    for name in ["title", "external_id", "subject", "body"] {
        if let Some(value) = json.get(name) {
            words.gather(value);
        }
    }
    words.found
}

#[derive(Default)]
struct Words<'a> {
    found: String,
    /// Two records that may be one have most of their texts in common.
    seen: HashSet<&'a str>,
}

impl<'a> Words<'a> {
    fn gather(&mut self, value: &'a Value) {
        if self.found.len() >= WORDS_BYTES_MAX {
            return;
        }
        match value {
            Value::String(text) => {
                if self.seen.insert(text) {
                    self.push(text);
                }
            }
            Value::Number(number) => self.push(&number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.gather(item)),
            Value::Object(members) => self.gather_members(members),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The machine's evidence and schemas are no text of the case.
    fn gather_members(&mut self, members: &'a Map<String, Value>) {
        for (name, member) in members {
            if !matches!(name.as_str(), "links" | "arguments_schema") {
                self.gather(member);
            }
        }
    }

    fn push(&mut self, text: &str) {
        let mut room = WORDS_BYTES_MAX.saturating_sub(self.found.len());
        if room == 0 {
            return;
        }
        if !self.found.is_empty() {
            self.found.push('\n');
            room -= 1;
        }
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.found.push_str(&text[..end].to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_records_have_in_common_is_searched_once() {
        let record = |id: &str| json!({"id": id, "name": "Málaga Ltd", "links": ["evidence"]});
        let case = json!({"title": "Same?", "body": {"records": [record("7"), record("8")], "score": 0.5}});
        assert_eq!(words(&case), "same?\n7\nmálaga ltd\n8\n0.5");
    }
}
