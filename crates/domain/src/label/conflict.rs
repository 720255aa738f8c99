//! Every attribute answered, and with it which system was right.

use super::split::split_of_case;
use super::{AnswerSort, LabelPayload, LabelledClaim, Taught, ValueLabel};
use crate::case::Case;
use crate::conflict::normal::{Normal, normal};
use crate::conflict::verdict::{Answer, Mark};
use crate::conflict::{ConflictAttribute, ConflictBody, ConflictVerdict};

pub(super) fn taught(case: &Case, body: &ConflictBody, verdict: Option<&ConflictVerdict>) -> Vec<Taught> {
    let split = split_of_case(case, body.entity.id.as_deref());
    body.attributes
        .iter()
        .map(|attribute| {
            let answer = verdict.and_then(|verdict| verdict.values.get(&attribute.name));
            let (value, values) = match answer {
                Some(Answer::Value { value, .. }) => (Some(value.clone()), Vec::new()),
                Some(Answer::Several { values, .. }) => (None, values.clone()),
                Some(Answer::Unknown { .. } | Answer::AskOwner { .. }) | None => (None, Vec::new()),
            };
            let label = ValueLabel {
                entity: body.entity.clone(),
                attribute: attribute.name.clone(),
                answer: answer.map(sort),
                value,
                values,
                claims: claims(attribute, answer),
            };
            (
                Some(split),
                LabelPayload {
                    value: Some(label),
                    ..LabelPayload::default()
                },
            )
        })
        .collect()
}

const fn sort(answer: &Answer) -> AnswerSort {
    match answer {
        Answer::Value { .. } => AnswerSort::Value,
        Answer::Several { .. } => AnswerSort::Several,
        Answer::Unknown { .. } => AnswerSort::Unknown,
        Answer::AskOwner { .. } => AnswerSort::AskOwner,
    }
}

fn claims(attribute: &ConflictAttribute, answer: Option<&Answer>) -> Vec<LabelledClaim> {
    let right: Option<Vec<Normal>> = match answer {
        Some(answer @ (Answer::Value { .. } | Answer::Several { .. })) => Some(
            answer
                .values()
                .into_iter()
                .map(|value| normal(&attribute.value_type, value))
                .collect(),
        ),
        Some(Answer::Unknown { .. } | Answer::AskOwner { .. }) | None => None,
    };
    attribute
        .claims
        .iter()
        .map(|claim| {
            let mark = answer.and_then(|answer| answer.marks().get(&claim.id)).copied();
            let computed = right
                .as_ref()
                .map(|right| right.contains(&normal(&attribute.value_type, &claim.value)));
            let correct = match mark {
                Some(Mark::Stale | Mark::LessSpecific) => None,
                // Also where nobody knows the right value: that this one is wrong was said.
                Some(Mark::Wrong) => Some(false),
                Some(Mark::Copied) | None => computed,
            };
            LabelledClaim {
                system: claim.system.clone(),
                value: claim.value.clone(),
                correct,
                mark,
            }
        })
        .collect()
}
