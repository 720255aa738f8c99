//! A proposed action as the screen shows it: our headline, checks, arguments as fields, the message as it will be read.

mod checks;
mod fields;
mod previews;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use checks::fault_words;
pub(crate) use fields::leaves;
pub use previews::previews;
pub(crate) use previews::same as same_json;

use super::headline::{amount_text, headline};
use super::schema::faults;
use super::{Action, ActionBody, Agent, Answered, Clause, Effect, Fact, Quote};
use crate::Instant;
use crate::text::{Change, Segment, escaped_lines, inspect, value_text};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ActionView {
    pub agent: Option<Agent>,
    pub calls: Vec<CallView>,
    pub facts: Vec<Fact>,
    pub conversation: Vec<TurnView>,
    pub policy: Vec<Clause>,
    pub evidence: Vec<Quote>,
    /// What the agent says of it, for the fenced box; hidden characters are written out.
    pub own_words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CallView {
    pub id: String,
    pub tool: String,
    pub target_system: Option<String>,
    pub effect: Effect,
    pub reversible: bool,
    /// "Refund €120.00 to Ana Ruiz, booking Z7GOZK": written by us from the arguments.
    pub headline: String,
    pub arguments: Value,
    pub schema: Option<Value>,
    /// The arguments, flattened for reading: one field per leaf, in the order of the schema.
    pub fields: Vec<ArgumentField>,
    /// "€120.00".
    pub amount_text: Option<String>,
    pub message: Option<MessageView>,
    pub allowed: Vec<Answered>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ArgumentField {
    /// JSON pointer into the arguments.
    pub pointer: String,
    pub label: String,
    /// With hidden and look-alike characters marked.
    pub segments: Vec<Segment>,
    /// What is wrong by the schema, in words.
    pub fault: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MessageView {
    pub channel: Option<String>,
    /// Pointers of the parts that can be edited.
    pub to_pointer: Option<String>,
    pub subject_pointer: Option<String>,
    pub body_pointer: Option<String>,
    pub to: Vec<Segment>,
    pub subject: Vec<Segment>,
    pub body: Vec<Segment>,
    pub body_text: String,
    /// "markdown" or "text".
    pub format: String,
}

/// Something we looked at: passed, or look here. Shape and words, never colour alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Check {
    pub level: CheckLevel,
    /// The point, in a few words.
    pub title: String,
    pub detail: Option<String>,
    /// JSON pointer into the arguments, where there is a place.
    pub pointer: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CheckLevel {
    Passed,
    Warning,
    /// It can't be approved as it is.
    Stop,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TurnView {
    pub role: String,
    pub name: Option<String>,
    pub text: Vec<Segment>,
    /// "search_onestop_flight(origin: JFK, …)".
    pub calls: Vec<String>,
    pub at: Option<Instant>,
}

/// What changes with the draft: one per call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CallPreview {
    pub id: String,
    /// Of the final arguments.
    pub headline: String,
    /// Fields that differ from what was proposed.
    pub changed: Vec<ChangedField>,
    /// The message body, proposed against edited, word by word; empty when not edited.
    pub message_diff: Vec<Change>,
    /// "26 words in, 22 out".
    pub diff_words: Option<String>,
    /// Where the final arguments break their schema.
    pub faults: Vec<Check>,
    /// Everything that was looked at, again on the final arguments.
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangedField {
    pub pointer: String,
    pub label: String,
    pub before: String,
    pub after: String,
}

/// The case as the screen shows it. `rationale`: the suggestion's, where it is shown.
pub fn view(body: &ActionBody, rationale: Option<&str>) -> ActionView {
    let messages = checks::conversation(body);
    ActionView {
        agent: body.agent.clone(),
        calls: body
            .actions
            .iter()
            .map(|action| call_view(action, body, &messages))
            .collect(),
        facts: body.facts.clone(),
        conversation: body.conversation.iter().map(turn_view).collect(),
        policy: body.policy.clone(),
        evidence: body.evidence.clone(),
        own_words: own_words(body, rationale),
    }
}

fn own_words(body: &ActionBody, rationale: Option<&str>) -> Option<String> {
    let said = |text: &&str| !text.trim().is_empty();
    let by_agent = |turn: &&super::Turn| matches!(turn.role.as_deref(), Some("agent" | "assistant"));
    let last = body
        .conversation
        .iter()
        .rev()
        .filter(by_agent)
        .filter_map(|turn| turn.content.as_deref())
        .find(said);
    rationale.filter(said).or(last).map(escaped_lines)
}

fn call_view(action: &Action, body: &ActionBody, messages: &checks::Messages) -> CallView {
    let faults = faults(action.arguments_schema.as_ref(), &action.arguments);
    let fields = fields::fields(action, &action.arguments, &faults);
    CallView {
        id: action.id.clone(),
        tool: action.tool.clone(),
        target_system: action.target_system.clone(),
        effect: action.effect,
        reversible: action.reversible,
        headline: headline(action, &action.arguments),
        arguments: action.arguments.clone(),
        schema: action.arguments_schema.clone(),
        amount_text: amount_text(action, &action.arguments),
        message: message_view(action),
        allowed: allowed(action),
        checks: checks::checks(action, body, &action.arguments, &faults, &fields, messages),
        fields,
    }
}

/// In the order of the keys.
fn allowed(action: &Action) -> Vec<Answered> {
    [
        Answered::Approve,
        Answered::Edit,
        Answered::Reject,
        Answered::Respond,
    ]
    .into_iter()
    .filter(|a| action.allows(*a))
    .collect()
}

fn message_view(action: &Action) -> Option<MessageView> {
    let pointers = action.message.as_ref()?;
    let text = |pointer: &Option<String>| {
        pointer
            .as_deref()
            .filter(|p| p.starts_with('/'))
            .and_then(|p| action.arguments.pointer(p))
            .map(value_text)
            .unwrap_or_default()
    };
    let place = |pointer: &Option<String>| pointer.clone().filter(|p| action.arguments.pointer(p).is_some());
    let literal = |pointer: &Option<String>| {
        let own = pointer.clone().filter(|p| !p.starts_with('/'));
        own.or_else(|| Some(text(pointer)).filter(|t| !t.is_empty()))
    };
    let body_text = text(&pointers.body);
    Some(MessageView {
        channel: literal(&pointers.channel),
        to_pointer: place(&pointers.to),
        subject_pointer: place(&pointers.subject),
        body_pointer: place(&pointers.body),
        to: inspect(&text(&pointers.to)),
        subject: inspect(&text(&pointers.subject)),
        body: inspect(&body_text),
        body_text,
        format: if literal(&pointers.format).as_deref() == Some("markdown") {
            "markdown".to_owned()
        } else {
            "text".to_owned()
        },
    })
}

fn turn_view(turn: &super::Turn) -> TurnView {
    TurnView {
        role: turn.role.clone().unwrap_or_default(),
        name: turn.name.clone(),
        text: inspect(turn.content.as_deref().unwrap_or_default()),
        calls: turn.calls.iter().map(fields::call_words).collect(),
        at: turn.at,
    }
}
