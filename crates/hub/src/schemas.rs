//! What cases and verdicts look like, for the OpenAPI document alone. Cases travel through the hub as the JSON that
//! came in, so no handler has these types.

use domain::action::{ActionBody, ActionVerdict};
use domain::case::Envelope;
use domain::conflict::{ConflictBody, ConflictVerdict};
use domain::matching::{MatchBody, MatchVerdict};
use domain::suggestion::ModelVersion;
use utoipa::ToSchema;

/// One, or an array of them.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum CaseOrCases {
    One(Box<Case>),
    Many(Vec<Case>),
}

/// What automation couldn't settle. Members that aren't named here are kept and come back.
#[derive(ToSchema)]
pub struct Case {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub suggestion: Option<Suggestion>,
    pub body: CaseBody,
}

/// By the case's kind.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum CaseBody {
    /// Of an `identity_match`.
    Match(MatchBody),
    /// Of a `data_conflict`.
    Conflict(ConflictBody),
    /// Of a `proposed_action`.
    Action(ActionBody),
}

/// What the machine would do.
#[derive(ToSchema)]
pub struct Suggestion {
    pub verdict: Verdict,
    /// 0 to 1.
    pub confidence: Option<f64>,
    pub by: Option<ModelVersion>,
    pub rationale: Option<String>,
}

/// By the case's kind.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Verdict {
    /// On an `identity_match`.
    Match(MatchVerdict),
    /// On a `data_conflict`.
    Conflict(ConflictVerdict),
    /// On a `proposed_action`.
    Action(ActionVerdict),
}

/// One, or an array of them; its `verdict` is a [`Verdict`].
#[derive(ToSchema)]
#[serde(untagged)]
pub enum DecisionOrDecisions {
    One(Box<domain::Decision>),
    Many(Vec<domain::Decision>),
}

/// One, or an array of them.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum LinkOrLinks {
    One(Box<crate::links::NewLink>),
    Many(Vec<crate::links::NewLink>),
}
