//! Which pairs of records one holds for the same and the other doesn't; where they agree on that, which values survive.

use std::collections::{BTreeMap, BTreeSet};

use super::DisputePoint;
use crate::matching::verdict::surviving;
use crate::matching::view::view;
use crate::matching::{MatchBody, MatchVerdict, Survivor};
use crate::text::{joined, label, value_text};

pub(super) fn differences(
    first: &MatchVerdict,
    second: &MatchVerdict,
    body: &MatchBody,
) -> Vec<DisputePoint> {
    let letters: BTreeMap<String, String> = view(body, None, false)
        .records
        .into_iter()
        .map(|record| (record.id, record.letter))
        .collect();
    let letter = |id: &str| letters.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let (mine, theirs) = (Relations::of(first), Relations::of(second));
    let mut found = Vec::new();
    for (index, left) in body.records.iter().enumerate() {
        for right in &body.records[index + 1..] {
            let (a, b) = (
                mine.between(&left.id, &right.id),
                theirs.between(&left.id, &right.id),
            );
            if a != b {
                let place = format!("{} and {}", letter(&left.id), letter(&right.id));
                found.push(DisputePoint::of_words(place, a, b));
            }
        }
    }
    if found.is_empty() {
        found = survivors(first, second, body, &letter);
    }
    found
}

struct Relations<'v> {
    cluster_of: BTreeMap<&'v str, usize>,
    unsure: BTreeSet<(&'v str, &'v str)>,
}

impl<'v> Relations<'v> {
    fn of(verdict: &'v MatchVerdict) -> Self {
        let clusters = verdict.clusters.iter().enumerate();
        let unsure = verdict.unsure.iter().map(|[a, b]| (a.as_str(), b.as_str()));
        Self {
            cluster_of: clusters
                .flat_map(|(index, ids)| ids.iter().map(move |id| (id.as_str(), index)))
                .collect(),
            unsure: unsure.flat_map(|(a, b)| [(a, b), (b, a)]).collect(),
        }
    }

    fn between(&self, left: &str, right: &str) -> &'static str {
        if self.cluster_of.get(left) == self.cluster_of.get(right) {
            "Same"
        } else if self.unsure.contains(&(left, right)) {
            "Can't tell"
        } else {
            "Different"
        }
    }
}

/// Of clusters that both have, where both name a survivor.
fn survivors(
    first: &MatchVerdict,
    second: &MatchVerdict,
    body: &MatchBody,
    letter: &dyn Fn(&str) -> String,
) -> Vec<DisputePoint> {
    let (Some(mine), Some(theirs)) = (&first.survivors, &second.survivors) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (ids, golden) in first.clusters.iter().zip(mine) {
        let same: BTreeSet<&String> = ids.iter().collect();
        let other = second
            .clusters
            .iter()
            .position(|other| other.iter().collect::<BTreeSet<_>>() == same)
            .and_then(|index| theirs.get(index));
        let (Some(golden), Some(Some(other))) = (golden, other) else {
            continue;
        };
        for (attribute, survivor) in golden {
            let Some(theirs) = other.get(attribute) else {
                continue;
            };
            if surviving(survivor, attribute, body) == surviving(theirs, attribute, body) {
                continue;
            }
            let records: Vec<String> = ids.iter().map(|id| letter(id)).collect();
            let text = |survivor: &Survivor| {
                surviving(survivor, attribute, body).map_or_else(String::new, value_text)
            };
            found.push(DisputePoint::of_values(
                format!("{} of {}", label(attribute), joined(&records)),
                &or_empty(text(survivor)),
                &or_empty(text(theirs)),
            ));
        }
    }
    found
}

fn or_empty(text: String) -> String {
    if text.is_empty() { "empty".to_owned() } else { text }
}
