//! What the window is told where more than one person decides: who is asked, where own opinions stand, how it ended.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::outcome::{CaseState, OutcomeStatus};
use serde::{Deserialize, Serialize};

use crate::ipc::{Due, HistoryRow};

/// For the sidebar: what waits for this person, and what of theirs waits for others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OpinionCounts {
    /// Second opinions to give.
    pub awaiting_second: u64,
    /// Disputes to settle.
    pub disputed: u64,
    /// Whether this person settles disputes anywhere.
    pub adjudicates: bool,
    /// Own decisions that wait for another's word, those in dispute among them.
    pub own: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OpinionsView {
    /// What this person is asked for, in the hub's order; empty while the hub is away.
    pub asked: Vec<AskedRow>,
    /// Why the hub couldn't be asked, in a sentence.
    pub fault: Option<String>,
    /// Own decisions that wait for another's word, newest first.
    pub own: Vec<HistoryRow>,
}

/// A case that waits for this person's opinion. Nothing of what others decided is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AskedRow {
    pub case_id: String,
    pub queue: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub external_id: String,
    /// `awaiting_second` or `disputed`.
    pub state: CaseState,
    /// 0 low … 4 urgent.
    pub priority: u8,
    pub due: Option<Due>,
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
