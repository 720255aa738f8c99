//! An answer to every attribute in conflict, and when two verdicts answer the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::normal::normal;
use super::{ConflictAttribute, ConflictBody};
use crate::decision::INVALID_VERDICT;
use crate::invalid::{Invalid, null_as_default, read, segment};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConflictVerdict {
    /// Every attribute of the case, by name.
    pub values: BTreeMap<String, Answer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Answer {
    /// One value: that of its claims after normalisation, or typed (no claims).
    Value {
        value: Value,
        #[serde(default, deserialize_with = "null_as_default")]
        claims: Vec<String>,
        #[serde(
            default,
            deserialize_with = "null_as_default",
            skip_serializing_if = "BTreeMap::is_empty"
        )]
        marks: BTreeMap<String, Mark>,
    },
    /// More than one is right.
    Several {
        values: Vec<Value>,
        #[serde(default, deserialize_with = "null_as_default")]
        claims: Vec<String>,
        #[serde(
            default,
            deserialize_with = "null_as_default",
            skip_serializing_if = "BTreeMap::is_empty"
        )]
        marks: BTreeMap<String, Mark>,
    },
    Unknown {
        #[serde(
            default,
            deserialize_with = "null_as_default",
            skip_serializing_if = "BTreeMap::is_empty"
        )]
        marks: BTreeMap<String, Mark>,
    },
    AskOwner {
        system: String,
        question: String,
        #[serde(
            default,
            deserialize_with = "null_as_default",
            skip_serializing_if = "BTreeMap::is_empty"
        )]
        marks: BTreeMap<String, Mark>,
    },
}

/// What is the matter with a claim that isn't the answer. A marked claim doesn't count against its source as wrong
/// when it's `stale` or `less_specific`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Mark {
    Stale,
    Wrong,
    LessSpecific,
    Copied,
}

impl Answer {
    pub fn marks(&self) -> &BTreeMap<String, Mark> {
        match self {
            Self::Value { marks, .. }
            | Self::Several { marks, .. }
            | Self::Unknown { marks }
            | Self::AskOwner { marks, .. } => marks,
        }
    }

    /// The values taken as true: none for unknown and ask owner.
    pub fn values(&self) -> Vec<&Value> {
        match self {
            Self::Value { value, .. } => vec![value],
            Self::Several { values, .. } => values.iter().collect(),
            Self::Unknown { .. } | Self::AskOwner { .. } => Vec::new(),
        }
    }

    fn check(&self, attribute: &ConflictAttribute) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: String| Err(Invalid::new(INVALID_VERDICT, pointer, detail));
        for id in self.marks().keys() {
            if attribute.claim(id).is_none() {
                return bad(
                    &format!("/marks{}", segment(id)),
                    format!("there is no claim '{id}'"),
                );
            }
        }
        match self {
            Self::Value { value, claims, .. } => check_claims(claims, &[value], attribute),
            Self::Several { values, claims, .. } => {
                let distinct: BTreeSet<_> = values.iter().map(|v| normal(&attribute.value_type, v)).collect();
                if distinct.len() < 2 || distinct.len() != values.len() {
                    return bad("/values", "several means two or more different values".into());
                }
                check_claims(claims, &values.iter().collect::<Vec<_>>(), attribute)
            }
            Self::Unknown { .. } => Ok(()),
            Self::AskOwner { system, question, .. } => {
                if system.trim().is_empty() {
                    return bad("/system", "whom to ask is missing".into());
                }
                if question.trim().is_empty() {
                    return bad("/question", "the question is missing".into());
                }
                Ok(())
            }
        }
    }

    /// The same values, whatever is marked beside them.
    pub(crate) fn answers_as(&self, other: &Self, attribute: &ConflictAttribute) -> bool {
        let set = |answer: &Self| -> BTreeSet<_> {
            answer
                .values()
                .into_iter()
                .map(|v| normal(&attribute.value_type, v))
                .collect()
        };
        match (self, other) {
            (Self::Value { .. } | Self::Several { .. }, Self::Value { .. } | Self::Several { .. }) => {
                set(self) == set(other)
            }
            (Self::Unknown { .. }, Self::Unknown { .. }) => true,
            (Self::AskOwner { system: a, .. }, Self::AskOwner { system: b, .. }) => a == b,
            _ => false,
        }
    }

    fn agrees(&self, other: &Self, attribute: &ConflictAttribute) -> bool {
        let marks_agree = self
            .marks()
            .iter()
            .all(|(id, mark)| other.marks().get(id).is_none_or(|theirs| theirs == mark));
        self.answers_as(other, attribute) && marks_agree
    }
}

fn check_claims(claims: &[String], values: &[&Value], attribute: &ConflictAttribute) -> Result<(), Invalid> {
    let allowed: BTreeSet<_> = values.iter().map(|v| normal(&attribute.value_type, v)).collect();
    for (index, id) in claims.iter().enumerate() {
        let pointer = format!("/claims/{index}");
        let Some(claim) = attribute.claim(id) else {
            return Err(Invalid::new(
                INVALID_VERDICT,
                pointer,
                format!("there is no claim '{id}'"),
            ));
        };
        if !allowed.contains(&normal(&attribute.value_type, &claim.value)) {
            return Err(Invalid::new(
                INVALID_VERDICT,
                pointer,
                format!("claim '{id}' says something else"),
            ));
        }
    }
    Ok(())
}

impl ConflictVerdict {
    /// # Errors
    /// `invalid_verdict` with a pointer: an attribute that isn't in conflict, one left open, a claim that says something else.
    pub fn read(json: &Value, body: &ConflictBody) -> Result<Self, Invalid> {
        let verdict: Self = read(json, INVALID_VERDICT)?;
        for (name, answer) in &verdict.values {
            let place = format!("/values{}", segment(name));
            let Some(attribute) = body.attribute(name) else {
                return Err(Invalid::new(
                    INVALID_VERDICT,
                    place,
                    "this attribute isn't in conflict",
                ));
            };
            // Where a member says which kind of object it is, serde takes a list as well, its first element for that member.
            if !json["values"][name].is_object() {
                return Err(Invalid::new(INVALID_VERDICT, place, "an object is expected"));
            }
            answer.check(attribute).map_err(|e| e.under(&place))?;
        }
        match body
            .attributes
            .iter()
            .find(|a| !verdict.values.contains_key(&a.name))
        {
            Some(open) => Err(Invalid::new(
                INVALID_VERDICT,
                "/values",
                format!("'{}' has no answer", open.name),
            )),
            None => Ok(verdict),
        }
    }

    /// Same values for every attribute; marks count only where both sides have them.
    pub fn agrees(&self, other: &Self, body: &ConflictBody) -> bool {
        body.attributes.iter().all(|attribute| {
            match (
                self.values.get(&attribute.name),
                other.values.get(&attribute.name),
            ) {
                (Some(mine), Some(theirs)) => mine.agrees(theirs, attribute),
                _ => false,
            }
        })
    }
}
