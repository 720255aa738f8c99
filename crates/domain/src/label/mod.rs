//! Labels: what a released decision teaches, as the ledger holds it and the wire shows it (API.md, What flows back).
//!
//! A label is a head, which stays, and a payload with the content, which the hub keeps in a row of its own and can
//! erase; on the wire they are one object. It comes from a person's verdict, never by default: what a verdict leaves
//! open has the label null. This is not the ledger: which labels are live is for the hub to know.

mod action;
mod conflict;
mod matching;
pub mod split;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Instant;
use crate::action::Answered;
use crate::case::{Case, CaseBody};
use crate::conflict::Entity;
use crate::conflict::verdict::Mark;
use crate::decision::Verdict;
use crate::kind::Kind;
use crate::policy::order::Order;
pub use split::Split;

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    #[serde(flatten)]
    pub head: LabelHead,
    #[serde(flatten)]
    pub payload: LabelPayload,
}

/// How the label came about. Holds nothing of the case's content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabelHead {
    pub id: String,
    pub kind: Kind,
    pub decision_id: String,
    pub case: LabelledCase,
    /// A pseudonym.
    pub by: String,
    pub basis: Basis,
    pub selection: Selection,
    pub split: Option<Split>,
    pub at: DateTime<Utc>,
    /// The label this row withdraws; such a row has no content of its own.
    pub retracts: Option<String>,
    /// Of the request that caused the row: the decision, or what took it back.
    #[serde(default)]
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabelledCase {
    pub id: String,
    pub source: String,
    pub external_id: String,
    pub revision: u32,
    pub content_hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Basis {
    /// Everything inside one verdict, the pairs it implies included.
    Human,
    SecondOpinion,
    Adjudicated,
    Gold,
    /// What follows across verdicts.
    Inferred,
}

impl Basis {
    pub const ALL: [Basis; 5] = [
        Basis::Human,
        Basis::SecondOpinion,
        Basis::Adjudicated,
        Basis::Gold,
        Basis::Inferred,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::SecondOpinion => "second_opinion",
            Self::Adjudicated => "adjudicated",
            Self::Gold => "gold",
            Self::Inferred => "inferred",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == name)
    }
}

/// How the case came to be reviewed. `order` none: no order picked it, it was opened by itself or had been skipped.
/// `probability`, with which it was picked among those alike (due time, priority), none: not known, so no weighting by it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Selection {
    pub order: Option<Order>,
    pub probability: Option<f64>,
}

/// The content. One of match, value and action; none of them in a retraction, or once erased.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabelPayload {
    /// What the machine suggested for the whole case, frozen at the decision.
    pub suggestion: Option<Value>,
    #[serde(rename = "match", default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<MatchLabel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueLabel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionLabel>,
}

/// One pair of records. The side whose (system, id) sorts first is the left one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchLabel {
    pub left: LabelledRecord,
    pub right: LabelledRecord,
    /// 1 the same, 0 not the same, null can't be told.
    pub label: Option<u8>,
    /// Where the case was imported from Splink.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splink: Option<SplinkOrigin>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabelledRecord {
    pub system: Option<String>,
    /// The system's own: the record's `source_id` where the case had to give it another id, else its id.
    pub id: String,
    pub fields: BTreeMap<String, Value>,
}

/// How Splink knows the records, as an import from it left it in the case: `"import": {"format": "splink", "id_column":
/// "record_id", "source_dataset": true}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SplinkOrigin {
    /// The linker's `unique_id_column_name`.
    pub id_column: String,
    /// Whether the records' systems are the linker's source datasets; otherwise it has none.
    pub source_dataset: bool,
}

/// One attribute of one entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValueLabel {
    pub entity: Entity,
    pub attribute: String,
    /// `value several unknown ask_owner`; null: can't tell.
    pub answer: Option<AnswerSort>,
    /// The one value; null where there isn't exactly one, see `answer`.
    pub value: Option<Value>,
    /// Of `several`: all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    pub claims: Vec<LabelledClaim>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AnswerSort {
    Value,
    Several,
    Unknown,
    AskOwner,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabelledClaim {
    pub system: String,
    pub value: Value,
    /// Equal to an answered value after normalisation. Null where there is no answer, and for a claim marked stale or
    /// less specific: it was right once, or right as far as it goes, and doesn't count against its system.
    pub correct: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
}

/// One proposed call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionLabel {
    /// The action's id in its case.
    pub id: String,
    pub tool: String,
    /// What the agent had before it: `agent conversation facts policy evidence arguments_schema`, as received.
    pub context: Value,
    /// The proposed arguments.
    pub proposed: Value,
    /// The arguments it was let through with; null when it wasn't.
    #[serde(rename = "final")]
    pub final_arguments: Option<Value>,
    /// Null: can't tell.
    pub label: Option<Answered>,
    /// Why it was rejected, the answer instead of it, else the decision's comment.
    pub feedback: Option<String>,
}

/// A released decision, as far as its labels need it.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    pub decision_id: &'a str,
    /// The hub's id of the case.
    pub case_id: &'a str,
    pub content_hash: &'a str,
    /// The decider's pseudonym.
    pub by: &'a str,
    pub basis: Basis,
    /// None: can't tell.
    pub verdict: Option<&'a Verdict>,
    pub comment: Option<&'a str>,
    /// As frozen with the decision.
    pub suggestion: Option<&'a Value>,
    pub selection: Selection,
    /// Of the release.
    pub at: Instant,
    pub correlation_id: Option<&'a str>,
}

/// The labels of one decision: one per pair of records, per attribute, per action. `case_json` is the case as stored,
/// `source` filled in; `case` the same, read.
pub fn labels_of(
    case_json: &Value,
    case: &Case,
    decided: &Decided<'_>,
    mut make_id: impl FnMut() -> String,
) -> Vec<Label> {
    let body = case_json.get("body").unwrap_or(&Value::Null);
    let taught = match (&case.body, decided.verdict) {
        (CaseBody::Match(records), Some(Verdict::Match(verdict))) => {
            matching::taught(case_json, records, Some(verdict))
        }
        (CaseBody::Match(records), None) => matching::taught(case_json, records, None),
        (CaseBody::Conflict(claims), Some(Verdict::Conflict(verdict))) => {
            conflict::taught(case, claims, Some(verdict))
        }
        (CaseBody::Conflict(claims), None) => conflict::taught(case, claims, None),
        (CaseBody::Action(actions), Some(Verdict::Action(verdict))) => {
            action::taught(case, body, actions, Some(verdict), decided.comment)
        }
        (CaseBody::Action(actions), None) => action::taught(case, body, actions, None, decided.comment),
        // A verdict of another kind was never read against this case and teaches nothing.
        (_, Some(_)) => Vec::new(),
    };
    let labelled_case = LabelledCase {
        id: decided.case_id.to_owned(),
        source: case.envelope.source.clone().unwrap_or_default(),
        external_id: case.envelope.external_id.clone(),
        revision: case.envelope.revision,
        content_hash: decided.content_hash.to_owned(),
    };
    taught
        .into_iter()
        .map(|(split, mut payload)| {
            payload.suggestion = decided.suggestion.cloned();
            Label {
                head: LabelHead {
                    id: make_id(),
                    kind: case.envelope.kind,
                    decision_id: decided.decision_id.to_owned(),
                    case: labelled_case.clone(),
                    by: decided.by.to_owned(),
                    basis: decided.basis,
                    selection: decided.selection,
                    split,
                    at: decided.at,
                    retracts: None,
                    correlation_id: decided.correlation_id.map(str::to_owned),
                },
                payload,
            }
        })
        .collect()
}

/// The row that withdraws a label. It has no payload: what was erased of the label stays erased. `by`: the pseudonym
/// of who took it back. `correlation_id`: of the request it came with.
pub fn retraction_of(
    label: &LabelHead,
    id: String,
    by: &str,
    at: Instant,
    correlation_id: Option<&str>,
) -> Label {
    let head = LabelHead {
        id,
        by: by.to_owned(),
        at,
        correlation_id: correlation_id.map(str::to_owned),
        retracts: Some(label.id.clone()),
        ..label.clone()
    };
    Label {
        head,
        payload: LabelPayload::default(),
    }
}

impl Label {
    /// Its content is gone; that it was given remains.
    pub fn is_erased(&self) -> bool {
        let LabelPayload {
            pair, value, action, ..
        } = &self.payload;
        self.head.retracts.is_none() && pair.is_none() && value.is_none() && action.is_none()
    }
}

/// What one part of a verdict teaches, before the head is known.
type Taught = (Option<Split>, LabelPayload);

#[cfg(test)]
pub(crate) mod invented;
#[cfg(test)]
mod tests;
