//! What an agent had before it, as the messages of a chat: the prompt both TRL formats share.
//!
//! The shapes are those TRL documents for conversational data with tools: OpenAI's messages, a call's arguments as a
//! JSON text and the tools as one JSON text, so that every row has the same columns whatever the tool.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::{Value, json};

use super::manifest::{Loss, Tally};
use crate::label::ActionLabel;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Message {
    role: &'static str,
    /// Always there, empty beside calls: one column less that may be missing.
    content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall>,
    /// Of a tool's answer.
    #[serde(flatten)]
    answers: Option<Answers>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ToolCall {
    id: String,
    #[serde(rename = "type")]
    sort: &'static str,
    function: Function,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Function {
    name: String,
    arguments: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Answers {
    name: String,
    tool_call_id: String,
}

impl Message {
    fn of(role: &'static str, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            tool_calls: Vec::new(),
            answers: None,
        }
    }

    /// The agent says something.
    pub fn reply(text: &str) -> Self {
        Self::of("assistant", text)
    }

    /// The agent calls the tool.
    pub fn call(label: &ActionLabel, arguments: &Value) -> Self {
        let calls = vec![ToolCall::of(label.id.clone(), &label.tool, arguments)];
        Self {
            tool_calls: calls,
            ..Self::reply("")
        }
    }

    pub const fn has_calls(&self) -> bool {
        !self.tool_calls.is_empty()
    }

    pub const fn answers_a_call(&self) -> bool {
        self.answers.is_some()
    }

    /// The same without members a column has no place for: calls as text, a tool's answer by its content alone.
    pub fn flattened(&mut self) {
        for call in self.tool_calls.drain(..) {
            let Function { name, arguments } = call.function;
            let gap = if self.content.is_empty() { "" } else { "\n" };
            self.content.push_str(&format!("{gap}{name}({arguments})"));
        }
        self.answers = None;
    }
}

impl ToolCall {
    fn of(id: String, tool: &str, arguments: &Value) -> Self {
        Self {
            id,
            sort: "function",
            function: Function {
                name: tool.to_owned(),
                arguments: arguments.to_string(),
            },
        }
    }
}

/// The prompt: policy and facts as the system's words, then the conversation. Empty when there is none of them.
pub(super) fn prompt(label: &ActionLabel, tally: &mut Tally) -> Vec<Message> {
    let turns = list(&label.context, "conversation");
    let leading = turns
        .iter()
        .take_while(|turn| text(turn, "role") == Some("system"))
        .count();
    let said = turns[..leading]
        .iter()
        .filter_map(|turn| text(turn, "content"))
        .map(str::to_owned);
    let system: Vec<String> = said
        .chain(policy(&label.context))
        .chain(facts(&label.context))
        .collect();
    let mut messages = Vec::new();
    if !system.is_empty() {
        messages.push(Message::of("system", system.join("\n\n")));
    }
    let mut calls = OpenCalls::default();
    let mut unknown_role = false;
    for turn in &turns[leading..] {
        messages.push(calls.message(turn, &mut unknown_role));
    }
    if unknown_role {
        tally.lost(Loss::RoleAsUser);
    }
    if !list(&label.context, "evidence").is_empty() {
        tally.lost(Loss::Evidence);
    }
    messages
}

/// The tools of the row: the one in question, with its schema.
pub(super) fn tools(label: &ActionLabel) -> String {
    let any = json!({"type": "object"});
    let parameters = label.context.get("arguments_schema").unwrap_or(&any);
    json!([{"type": "function", "function": {"name": label.tool, "parameters": parameters}}]).to_string()
}

/// Calls in a conversation have no ids; they get one each, and a tool's answer the oldest open one of its name.
#[derive(Default)]
struct OpenCalls {
    made: usize,
    open: HashMap<String, VecDeque<String>>,
}

impl OpenCalls {
    fn message(&mut self, turn: &Value, unknown_role: &mut bool) -> Message {
        let content = text(turn, "content").unwrap_or_default();
        match text(turn, "role") {
            Some("agent" | "assistant") => Message {
                tool_calls: list(turn, "calls").iter().map(|call| self.call(call)).collect(),
                ..Message::reply(content)
            },
            Some("tool") => {
                let name = text(turn, "name").unwrap_or_default().to_owned();
                let tool_call_id = self
                    .open
                    .get_mut(&name)
                    .and_then(VecDeque::pop_front)
                    .unwrap_or_default();
                Message {
                    answers: Some(Answers { name, tool_call_id }),
                    ..Message::of("tool", content)
                }
            }
            Some("system") => Message::of("system", content),
            role => {
                *unknown_role |= !matches!(role, Some("customer" | "user"));
                Message::of("user", content)
            }
        }
    }

    fn call(&mut self, call: &Value) -> ToolCall {
        self.made += 1;
        let id = format!("call_{}", self.made);
        let tool = text(call, "tool").unwrap_or_default();
        self.open
            .entry(tool.to_owned())
            .or_default()
            .push_back(id.clone());
        ToolCall::of(id, tool, call.get("arguments").unwrap_or(&json!({})))
    }
}

fn policy(context: &Value) -> Option<String> {
    let clauses = list(context, "policy").iter().map(|clause| {
        let parts = [
            text(clause, "title").map(|title| format!("## {title}")),
            text(clause, "text").map(str::to_owned),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    let clauses: Vec<String> = clauses.filter(|clause| !clause.is_empty()).collect();
    (!clauses.is_empty()).then(|| format!("# Policy\n{}", clauses.join("\n")))
}

fn facts(context: &Value) -> Option<String> {
    let facts: Vec<String> = list(context, "facts")
        .iter()
        .map(|fact| {
            let label = text(fact, "label")
                .or_else(|| text(fact, "id"))
                .unwrap_or_default();
            let value = fact.get("value").unwrap_or(&Value::Null);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let system = text(fact, "system")
                .map(|system| format!(" ({system})"))
                .unwrap_or_default();
            format!("- {label}: {value}{system}")
        })
        .collect();
    (!facts.is_empty()).then(|| format!("# Facts\n{}", facts.join("\n")))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}
