//! Cases found by their words.

use domain::Kind;
use domain::outcome::CaseState;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchArgs {
    pub query: String,
    pub after: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchPage {
    pub rows: Vec<SearchRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchRow {
    pub case_id: String,
    pub queue: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub external_id: String,
    pub state: CaseState,
    /// It is on this computer and can be opened to decide.
    pub at_hand: bool,
    /// It is free, and this person may decide it: opening claims it.
    pub free: bool,
    /// "Eva": who is at it now.
    pub with: Option<String>,
    /// This person leads its queue and may give it to somebody.
    pub assignable: bool,
}
