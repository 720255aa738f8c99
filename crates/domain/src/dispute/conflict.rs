//! Which attributes the two answer otherwise, and which claims they mark otherwise.

use super::DisputePoint;
use crate::conflict::verdict::Answer;
use crate::conflict::view::shown_text;
use crate::conflict::{ConflictAttribute, ConflictBody, ConflictVerdict, Mark};
use crate::text::{joined, label};

pub(super) fn differences(
    first: &ConflictVerdict,
    second: &ConflictVerdict,
    body: &ConflictBody,
) -> Vec<DisputePoint> {
    let mut found = Vec::new();
    for attribute in &body.attributes {
        let answers = (
            first.values.get(&attribute.name),
            second.values.get(&attribute.name),
        );
        let (Some(a), Some(b)) = answers else { continue };
        if !a.answers_as(b, attribute) {
            found.push(answer(attribute, a, b));
        }
        for (id, mark) in a.marks() {
            let Some(theirs) = b.marks().get(id).filter(|theirs| *theirs != mark) else {
                continue;
            };
            let system = attribute
                .claim(id)
                .map_or(id.as_str(), |claim| claim.system.as_str());
            found.push(DisputePoint::of_words(
                format!("{}, claim of {system}", named(attribute)),
                mark_words(*mark),
                mark_words(*theirs),
            ));
        }
    }
    found
}

fn answer(attribute: &ConflictAttribute, first: &Answer, second: &Answer) -> DisputePoint {
    let place = named(attribute);
    match (first, second) {
        (Answer::Value { value: a, .. }, Answer::Value { value: b, .. }) => {
            DisputePoint::of_values(place, &shown_text(a), &shown_text(b))
        }
        (first, second) => DisputePoint::of_words(place, &words(first), &words(second)),
    }
}

fn named(attribute: &ConflictAttribute) -> String {
    attribute.label.clone().unwrap_or_else(|| label(&attribute.name))
}

fn words(answer: &Answer) -> String {
    match answer {
        Answer::Value { value, .. } => shown_text(value),
        Answer::Several { values, .. } => joined(&values.iter().map(shown_text).collect::<Vec<_>>()),
        Answer::Unknown { .. } => "Unknown".to_owned(),
        Answer::AskOwner { system, question, .. } => format!("Ask {system}: {question}"),
    }
}

const fn mark_words(mark: Mark) -> &'static str {
    match mark {
        Mark::Stale => "Stale",
        Mark::Wrong => "Wrong",
        Mark::LessSpecific => "Less specific",
        Mark::Copied => "Copied",
    }
}
