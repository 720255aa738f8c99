//! The cases at hand, and a case as it stands on a screen.

use chrono::{DateTime, Utc};
use domain::action::view::ActionView;
use domain::case::{Sensitivity, Subject};
use domain::conflict::view::ConflictView;
use domain::dispute::DisputeView;
use domain::draft::{Assessment, Draft};
use domain::matching::view::MatchView;
use domain::outcome::CaseState;
use domain::suggestion::ModelVersion;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hub::{Comment, HistoryEntry, ReasonCode};
use crate::looks::Looker;
use crate::worklife::Escalated;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WorkArgs {
    pub queue: String,
    /// Cases the window already holds, in its order.
    #[serde(default)]
    pub have: Vec<String>,
    /// How many more to hand over.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Work {
    /// Without those the window already holds.
    pub cases: Vec<CaseOnScreen>,
    pub left: u64,
    /// Why there is nothing to show, when there is nothing.
    pub idle: Option<Idle>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Idle {
    /// Everything is decided.
    Done { decided_today: u64 },
    /// Open cases are with others, or were skipped by this person.
    WithOthers { left: u64 },
    /// Being fetched.
    Loading,
    /// The hub is away and nothing is at hand.
    Offline,
    /// This person's roles don't decide here.
    NotAllowed { words: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CaseArgs {
    pub case_id: String,
}

/// A case as the window shows it. Everything that is a rule is already answered in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CaseOnScreen {
    pub id: String,
    pub queue: String,
    pub queue_title: String,
    pub external_id: String,
    pub source: String,
    pub revision: u32,
    pub state: CaseState,
    pub title: String,
    pub sensitivity: Sensitivity,
    /// 0 low … 4 urgent.
    pub priority: u8,
    pub due: Option<Due>,
    pub expires_at: Option<DateTime<Utc>>,
    pub subject: Option<Subject>,
    /// Computed here from what is shown; what a decision is bound to.
    pub content_hash: String,
    /// Whether policy lets the machine's view be shown before deciding.
    pub show_machine: bool,
    pub suggestion: Option<SuggestionView>,
    pub body: BodyView,
    pub context: Vec<ContextView>,
    pub history: Vec<HistoryEntry>,
    /// It waits for those it was escalated to, this person among them.
    pub escalated: Option<Escalated>,
    /// It is assigned to this person.
    pub assigned_to_me: bool,
    /// What those who see the case wrote to each other, as it was when the case was last fetched.
    pub comments: Vec<Comment>,
    /// Who else has it on the screen, as it was when the case was last fetched.
    pub looking: Vec<Looker>,
    pub reasons: Vec<ReasonCode>,
    pub draft: Draft,
    pub assessment: Assessment,
    /// Of a disputed case, for who settles it: both opinions, their differences first.
    pub dispute: Option<DisputeView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "view", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum BodyView {
    IdentityMatch(MatchView),
    DataConflict(ConflictView),
    ProposedAction(ActionView),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Due {
    pub at: DateTime<Utc>,
    /// "due 08:40", "late by 12 min", "due tomorrow".
    pub words: String,
    pub late: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SuggestionView {
    pub id: Option<String>,
    /// "Same, 98 %".
    pub words: String,
    /// "splink 4.0.17".
    pub by_words: Option<String>,
    pub by: Option<ModelVersion>,
    pub rationale: Option<String>,
    /// As sent, for choosing it with one key.
    pub verdict: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextView {
    pub id: String,
    pub title: String,
    pub summary: Option<String>,
    pub system: Option<String>,
    pub read_at: Option<DateTime<Utc>>,
    pub sensitivity: Sensitivity,
    pub has_detail: bool,
    /// Opening it is written into the audit.
    pub audited: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextArgs {
    pub case_id: String,
    pub context_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextDetail {
    pub detail: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CommentArgs {
    pub case_id: String,
    pub text: String,
}
