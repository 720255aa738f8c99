//! A case: what automation could not settle. Reading one checks everything that can be checked without other cases.
//!
//! The typed form here is for rules and views. What is stored, hashed and given back is the JSON as received.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::body::CaseBody;
use crate::invalid::{INVALID_CASE, Invalid, null_as_default, read, unique_where_given};
use crate::kind::Kind;
use crate::outcome::CaseState;
pub use crate::sensitivity::Sensitivity;
use crate::suggestion::{self, Suggestion};

/// The highest revision taken. Well below what the type holds: there is always a next one.
pub const REVISION_MAX: u32 = i32::MAX as u32;

/// The largest case taken, in bytes as sent.
pub const CASE_BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub envelope: Envelope,
    pub suggestion: Option<Suggestion>,
    pub body: CaseBody,
}

/// Everything about a case but what is decided. Unknown members are kept in the JSON, not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope {
    pub source: Option<String>,
    pub external_id: String,
    /// From 1 to [`REVISION_MAX`].
    #[serde(default = "first_revision", deserialize_with = "first_if_null")]
    pub revision: u32,
    pub queue: Option<String>,
    pub kind: Kind,
    pub title: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub on_expiry: OnExpiry,
    /// 0 low … 4 urgent.
    #[serde(default, deserialize_with = "null_as_default")]
    pub priority: u8,
    #[serde(default, deserialize_with = "null_as_default")]
    pub sensitivity: Sensitivity,
    /// Who may not be the one to approve.
    pub proposed_by: Option<String>,
    pub correlation_id: Option<String>,
    pub subject: Option<Subject>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub context: Vec<ContextEntry>,
}

fn first_revision() -> u32 {
    1
}

fn first_if_null<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    Ok(Option::<u32>::deserialize(from)?.unwrap_or_else(first_revision))
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OnExpiry {
    /// Stays, marked expired; takes only reject and respond.
    #[default]
    Escalate,
    Return,
    /// Proposed actions only: a rejection by policy, never a label.
    Reject,
}

impl OnExpiry {
    /// Where a case stands that nobody decided in time.
    pub const fn state(self) -> CaseState {
        match self {
            Self::Return => CaseState::Returned,
            Self::Escalate | Self::Reject => CaseState::Expired,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub id: Option<String>,
    pub label: Option<String>,
    pub url: Option<String>,
}

/// A piece of context. Its `detail` is fetched when opened and isn't part of this type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContextEntry {
    /// What its detail is fetched by: an entry without one shows no more than is here.
    pub id: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub system: Option<String>,
    pub read_at: Option<DateTime<Utc>>,
    /// Never below the case's own.
    pub sensitivity: Option<Sensitivity>,
}

impl ContextEntry {
    /// What its detail is in a case of this sensitivity: an entry can be more sensitive than its case, never less.
    pub fn sensitivity_in(&self, case: Sensitivity) -> Sensitivity {
        self.sensitivity.map_or(case, |own| own.max(case))
    }
}

impl Case {
    /// Reads and checks one case as received (after [`crate::json::parse`]).
    ///
    /// # Errors
    /// [`Invalid`] with code `invalid_case` (or `invalid_suggestion`) and a pointer into the case.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        if !json.is_object() {
            return Err(Invalid::new(INVALID_CASE, "", "a case is a JSON object"));
        }
        let envelope: Envelope = read(json, INVALID_CASE)?;
        envelope.check()?;
        let body_json = json.get("body").unwrap_or(&Value::Null);
        let body = CaseBody::read(envelope.kind, body_json).map_err(|e| e.under("/body"))?;
        let suggestion = match json.get("suggestion").filter(|s| !s.is_null()) {
            Some(value) => {
                Some(suggestion::read_suggestion(value, &body).map_err(|e| e.under("/suggestion"))?)
            }
            None => None,
        };
        Ok(Self {
            envelope,
            suggestion,
            body,
        })
    }

    /// The queue it goes to: its own, else the kind's name.
    pub fn queue(&self) -> &str {
        self.envelope
            .queue
            .as_deref()
            .unwrap_or(self.envelope.kind.as_str())
    }
}

impl Envelope {
    fn check(&self) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_CASE, pointer, detail));
        if self.external_id.is_empty() || self.external_id.len() > 512 {
            return bad("/external_id", "1 to 512 bytes");
        }
        if self.revision == 0 {
            return bad("/revision", "revisions count from 1");
        }
        if self.revision > REVISION_MAX {
            return bad("/revision", &format!("the highest revision is {REVISION_MAX}"));
        }
        if self.priority > 4 {
            return bad("/priority", "0 to 4");
        }
        for (pointer, name) in [("/queue", &self.queue), ("/source", &self.source)] {
            if name.as_ref().is_some_and(|n| n.is_empty() || n.len() > 128) {
                return bad(pointer, "1 to 128 bytes");
            }
        }
        if self.on_expiry == OnExpiry::Reject && self.kind != Kind::ProposedAction {
            return bad("/on_expiry", "only a proposed action can be rejected by expiry");
        }
        unique_where_given(self.context.iter().map(|c| c.id.as_deref()), "/context", "/id")
    }
}
