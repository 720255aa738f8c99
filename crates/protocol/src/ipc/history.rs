//! What the person has decided.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::decision::Agreement;
use domain::outcome::DecisionState;
use serde::{Deserialize, Serialize};

use crate::opinions::{HistoryStanding, OutcomeView};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PageArgs {
    pub after: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryPage {
    pub rows: Vec<HistoryRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryRow {
    pub decision_id: String,
    pub case_id: String,
    pub queue: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub words: String,
    pub at: DateTime<Utc>,
    pub agreement: Agreement,
    /// None while it lies in the outbox.
    pub state: Option<DecisionState>,
    pub standing: HistoryStanding,
    /// "In the outbox", "Final in 0:12", "Waits for a second person", "Released", "Undone", "Discarded".
    pub state_words: String,
    pub outcome: Option<OutcomeView>,
    pub can_undo: bool,
    /// Undoing it is a correction, which needs a reason: it is released, or its undo window is over.
    pub corrects: bool,
    pub comment: Option<String>,
}
