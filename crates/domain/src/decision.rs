//! A person's decision on a case, as it is sent, kept and compared.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::body::CaseBody;
use crate::canonical;
use crate::invalid::{Invalid, null_as_default};
use crate::suggestion::Suggestion;
pub use crate::verdict::Verdict;

pub const INVALID_VERDICT: &str = "invalid_verdict";

/// How a decision stands to what the machine suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Agreement {
    Agree,
    Override,
    CannotTell,
    NoSuggestion,
}

impl Agreement {
    /// `verdict` none: the person could not tell.
    pub fn of(verdict: Option<&Verdict>, suggestion: Option<&Suggestion>, body: &CaseBody) -> Self {
        match (verdict, suggestion) {
            (None, _) => Self::CannotTell,
            (Some(_), None) => Self::NoSuggestion,
            (Some(verdict), Some(suggestion)) if verdict.agrees(&suggestion.verdict, body) => Self::Agree,
            (Some(_), Some(_)) => Self::Override,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Override => "override",
            Self::CannotTell => "cannot_tell",
            Self::NoSuggestion => "no_suggestion",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Agree, Self::Override, Self::CannotTell, Self::NoSuggestion]
            .into_iter()
            .find(|a| a.as_str() == name)
    }
}

/// A decision as a client sends it (API.md, Decisions).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Made by the client: any UUID.
    pub id: String,
    pub case_id: String,
    pub case_revision: u32,
    pub content_hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<String>,
    /// By the case's kind; none when `cannot_tell`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Value>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub cannot_tell: bool,
    #[serde(default, deserialize_with = "null_as_default")]
    pub reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Value>,
}

/// What the person had before them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shown {
    pub suggestion_id: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub links: bool,
    /// Context entries opened, by id.
    #[serde(default, deserialize_with = "null_as_default")]
    pub opened: Vec<String>,
    /// Attributes unmasked, by name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub revealed: Vec<String>,
}

impl Decision {
    /// Shape only: exactly one of verdict and `cannot_tell`, a UUID as id. The rest needs the case.
    ///
    /// # Errors
    /// `invalid_verdict` or `invalid_decision` with a pointer into the decision.
    pub fn check_shape(&self) -> Result<(), Invalid> {
        let is_uuid = self.id.len() == 36
            && self.id.bytes().enumerate().all(|(i, b)| {
                if matches!(i, 8 | 13 | 18 | 23) {
                    b == b'-'
                } else {
                    b.is_ascii_hexdigit()
                }
            });
        if !is_uuid {
            return Err(Invalid::new(
                "invalid_decision",
                "/id",
                "a UUID, made by the client",
            ));
        }
        match (&self.verdict, self.cannot_tell) {
            (None, false) => Err(Invalid::new(
                INVALID_VERDICT,
                "/verdict",
                "a verdict, or cannot_tell",
            )),
            (Some(_), true) => Err(Invalid::new(
                INVALID_VERDICT,
                "/verdict",
                "a verdict and cannot_tell exclude one another",
            )),
            _ => Ok(()),
        }
    }

    /// What makes the same decision sent twice a duplicate: everything but the lease.
    ///
    /// # Errors
    /// `unsafe_number`, see [`canonical::canonical`].
    pub fn fingerprint(&self) -> Result<String, Invalid> {
        let mut same = self.clone();
        same.lease = None;
        let json =
            serde_json::to_value(&same).map_err(|e| Invalid::new("invalid_decision", "", e.to_string()))?;
        canonical::hash_of(&json)
    }
}
