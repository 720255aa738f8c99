//! Drafting, deciding, skipping, and taking back.

use domain::decision::{Agreement, Shown};
use domain::draft::Draft;
use serde::{Deserialize, Serialize};

use super::overview::UndoCard;
use super::work::{CaseOnScreen, Work};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DraftArgs {
    pub case_id: String,
    /// Of the case as it was on the screen: a choice counts for this content only.
    pub content_hash: String,
    pub draft: Draft,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DecideArgs {
    pub case_id: String,
    /// Of the case as it was on the screen: a case revised meanwhile isn't decided.
    pub content_hash: String,
    pub draft: Draft,
    /// How long the case was in front of the person and the window in use.
    pub active_ms: u64,
    pub shown: Shown,
    /// Cases the window still holds after this one.
    #[serde(default)]
    pub have: Vec<String>,
    /// How many more to hand over.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Decided {
    pub undo: UndoCard,
    pub agreement: Agreement,
    pub work: Work,
    /// Microseconds this call took here, for the bench.
    pub took_us: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SkipArgs {
    pub case_id: String,
    #[serde(default)]
    pub have: Vec<String>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UndoArgs {
    /// None: the last one.
    pub decision_id: Option<String>,
    /// Needed after release, when it becomes a correction.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Undone {
    pub case_id: String,
    pub queue: String,
    /// "Undone", "Correction sent".
    pub words: String,
    /// The case again, with the decision as its draft, when it is at hand.
    pub case: Option<CaseOnScreen>,
}
