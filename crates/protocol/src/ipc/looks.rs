//! A case on the screen of somebody who looks, and doesn't have it.

use serde::{Deserialize, Serialize};

use super::work::CaseOnScreen;

/// A case to look at, which this person doesn't have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LookedAt {
    /// Its assessment says why nothing is decided here.
    pub case: CaseOnScreen,
    /// Who has it, where the person may know.
    pub with: Option<String>,
    /// Nobody has it and this person may decide it: it can be opened.
    pub free: bool,
    /// This person leads its queue, and may give it to somebody.
    pub assignable: bool,
    /// This person may write into its discussion.
    pub comments: bool,
}
