//! Errors on the wire: a stable code, a sentence, and a pointer where there is a place.

use domain::{Invalid, policy::Refusal};
use serde::{Deserialize, Serialize};

/// RFC 9457 problem details with the members API.md adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Stable, snake_case.
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

/// What an IPC call fails with. The window shows `message` once and acts only on `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WireError {
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl WireError {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            pointer: None,
        }
    }
}

impl From<Invalid> for WireError {
    fn from(invalid: Invalid) -> Self {
        Self {
            code: invalid.code,
            message: domain::text::capitalised(&invalid.detail),
            pointer: Some(invalid.pointer),
        }
    }
}

impl From<Refusal> for WireError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code,
            message: refusal.text,
            pointer: refusal.pointer,
        }
    }
}
