//! Who looks at a case besides the one who has it: as the hub says it, and as the window shows it. Looking decides nothing
//! and takes nothing from anybody.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ipc::CaseOnScreen;

/// Somebody who has the case on the screen without having it to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Looker {
    pub name: String,
    /// Said again by then, or they look no longer.
    pub until: DateTime<Utc>,
}

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
