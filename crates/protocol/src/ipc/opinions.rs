//! What the window is told where more than one person decides: who is asked, and whose own opinion waits.

use domain::Kind;
use domain::outcome::CaseState;
use serde::{Deserialize, Serialize};

use super::history::HistoryRow;
use super::work::Due;

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
