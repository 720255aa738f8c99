//! Proposed action: what an agent wants to do, one or more calls, decided one by one.

pub mod headline;
pub mod schema;
pub mod tool;
pub mod verdict;
pub mod view;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::invalid::{INVALID_CASE, Invalid, null_as_default, read, unique, unique_where_given};
pub use verdict::{ActionAnswer, ActionVerdict, Answered};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionBody {
    pub agent: Option<Agent>,
    pub actions: Vec<Action>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub facts: Vec<Fact>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub conversation: Vec<Turn>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub policy: Vec<Clause>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub evidence: Vec<Quote>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agent {
    pub name: Option<String>,
    pub version: Option<String>,
    pub run_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    pub id: String,
    pub tool: String,
    pub target_system: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub effect: Effect,
    /// Absent: it can't be undone.
    #[serde(default, deserialize_with = "null_as_default")]
    pub reversible: bool,
    pub arguments: Value,
    /// JSON Schema, draft 2020-12 unless it says otherwise.
    pub arguments_schema: Option<Value>,
    pub amount: Option<AmountPointers>,
    pub message: Option<MessagePointers>,
    /// Absent: all four.
    pub allowed: Option<Vec<Answered>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Effect {
    Read,
    #[default]
    Write,
    Send,
    Pay,
    Delete,
}

impl Effect {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Send => "send",
            Self::Pay => "pay",
            Self::Delete => "delete",
        }
    }
}

/// Where the amount stands in the arguments. A `currency` that doesn't start with `/` is the currency itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmountPointers {
    pub value: String,
    pub currency: Option<String>,
}

/// Where the message stands in the arguments: JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePointers {
    pub channel: Option<String>,
    pub to: Option<String>,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub format: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    pub id: Option<String>,
    pub label: Option<String>,
    #[serde(default)]
    pub value: Value,
    pub system: Option<String>,
    pub read_at: Option<DateTime<Utc>>,
    pub etag: Option<String>,
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Turn {
    /// `customer agent tool system`, or another word as sent.
    pub role: Option<String>,
    pub name: Option<String>,
    pub content: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub calls: Vec<Call>,
    pub at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    pub tool: Option<String>,
    #[serde(default)]
    pub arguments: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clause {
    pub id: Option<String>,
    pub title: Option<String>,
    pub text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    pub title: Option<String>,
    pub quote: Option<String>,
    pub url: Option<String>,
}

impl ActionBody {
    /// # Errors
    /// `invalid_case` with a pointer into the body. Arguments that break their schema are taken and marked, not refused.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        let body: Self = read(json, INVALID_CASE)?;
        if body.actions.is_empty() {
            return Err(Invalid::new(INVALID_CASE, "/actions", "at least one action"));
        }
        unique(body.actions.iter().map(|a| a.id.as_str()), "/actions", "/id")?;
        unique_where_given(body.facts.iter().map(|f| f.id.as_deref()), "/facts", "/id")?;
        for (index, action) in body.actions.iter().enumerate() {
            if action.tool.is_empty() {
                return Err(Invalid::new(
                    INVALID_CASE,
                    format!("/actions/{index}/tool"),
                    "empty",
                ));
            }
            if !action.arguments.is_object() {
                return Err(Invalid::new(
                    INVALID_CASE,
                    format!("/actions/{index}/arguments"),
                    "an object of arguments is missing",
                ));
            }
            if action.allowed.as_ref().is_some_and(Vec::is_empty) {
                return Err(Invalid::new(
                    INVALID_CASE,
                    format!("/actions/{index}/allowed"),
                    "allows nothing",
                ));
            }
        }
        Ok(body)
    }

    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }
}

impl Action {
    pub fn allows(&self, answered: Answered) -> bool {
        self.allowed
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&answered))
    }
}

#[cfg(test)]
mod tests;
