//! Decisions on their way to the hub, and those it refused.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::text::Change;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxArgs {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxView {
    /// In the order they were made and will be sent.
    pub entries: Vec<OutboxEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxEntry {
    pub id: String,
    pub case_id: String,
    pub queue: String,
    pub kind: Kind,
    pub title: String,
    /// "Different", "3 groups", or "Undo of …".
    pub words: String,
    pub at: DateTime<Utc>,
    /// None: waiting. Some: needs the person.
    pub wedged: Option<Wedged>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Wedged {
    /// The hub's code, or ours.
    pub code: String,
    /// What happened, in a sentence.
    pub words: String,
    /// What can be done about it.
    pub can_retry: bool,
    pub can_decide_again: bool,
    /// For a case that changed: what changed, field by field.
    pub changes: Vec<FieldChange>,
    pub seen_hash: Option<String>,
    pub now_hash: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FieldChange {
    /// "e0272, phone".
    pub place: String,
    pub change: Vec<Change>,
}
