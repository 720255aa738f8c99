//! What the person has decided, where it stands, and what became of it.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::decision::Agreement;
use domain::outcome::{DecisionState, OutcomeStatus};
use serde::{Deserialize, Serialize};

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

/// Where an own decision stands, for the mark beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum HistoryStanding {
    /// In the outbox.
    Waiting,
    /// In the outbox, and needs the person.
    Wedged,
    Discarded,
    /// In its undo window.
    Pending,
    AwaitingSecond,
    Disputed,
    /// An adjudicator has decided; not final yet.
    Settling,
    /// Settled as this person had it.
    Upheld,
    /// Settled otherwise.
    Overruled,
    Kept,
    Released,
    Done,
    Failed,
    Compensated,
    Corrected,
    Undone,
}

/// What became of a released decision, by its executor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutcomeView {
    pub status: OutcomeStatus,
    /// In the executor's words.
    pub detail: Option<String>,
    pub at: DateTime<Utc>,
}
