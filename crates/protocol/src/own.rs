//! A person's own decisions, as the hub lists them.

use serde::{Deserialize, Serialize};

use crate::hub::DecisionRow;

/// One of the caller's own decisions, with what a list of them shows of its case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnDecision {
    #[serde(flatten)]
    pub decision: DecisionRow,
    /// What lists call its case. None: its content was erased, or it came in before hubs made one.
    #[serde(default)]
    pub heading: Option<String>,
    /// What was decided, in a word or two: "Different", "Rejected". None: it was erased.
    #[serde(default)]
    pub words: Option<String>,
    /// Released, it can't be undone, only marked wrong.
    #[serde(default)]
    pub irreversible: bool,
}
