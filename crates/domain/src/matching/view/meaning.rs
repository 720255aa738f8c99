//! What a draft's clusters mean: golden records, the weakest link kept, the strongest cut, the pairs in words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::columns::{ordered_attributes, record_views};
use super::{ClusterMeaning, GoldenField, GoldenRecord, MatchPreview};
use crate::matching::evidence::{attribute_label, percent_short, signed};
use crate::matching::survivorship::surviving;
use crate::matching::{Link, MatchBody, Survivor};
use crate::text::{counted, joined, value_text};

/// From a draft's verdict, whole or still in the making; none: as if all records were the same.
pub fn preview(body: &MatchBody, verdict: Option<&Value>, show_machine: bool) -> MatchPreview {
    let draft = Grouping::read(body, verdict);
    let attributes = ordered_attributes(body);
    let golden = draft
        .clusters
        .iter()
        .enumerate()
        .filter(|(_, ids)| ids.len() > 1)
        .map(|(index, ids)| GoldenRecord {
            cluster: index as u32,
            fields: golden_fields(body, &attributes, ids, &draft.survivors[index]),
        })
        .collect();
    let letters: Letters = record_views(body).into_iter().map(|r| (r.id, r.letter)).collect();
    let shown: &[Link] = if show_machine { &body.links } else { &[] };
    let clusters = draft
        .clusters
        .iter()
        .enumerate()
        .map(|(index, ids)| meaning(shown, &letters, &draft, index, ids.len()))
        .collect();
    MatchPreview {
        golden,
        clusters,
        words: words(body, &draft, show_machine),
        unsure_words: unsure_words(draft.unsure),
    }
}

/// What is said of pairs that can't be told.
pub fn unsure_words(pairs: usize) -> Option<String> {
    (pairs > 0).then(|| format!("{} can’t be told", counted(pairs, "pair")))
}

type Letters = HashMap<String, String>;

struct Grouping<'a> {
    clusters: Vec<Vec<&'a str>>,
    survivors: Vec<BTreeMap<String, Survivor>>,
    cluster_of: HashMap<&'a str, usize>,
    /// Pairs in doubt that don't lie together.
    unsure: usize,
}

impl<'a> Grouping<'a> {
    /// Takes what can be read: unknown ids and repetitions are passed over, records left out stand alone.
    fn read(body: &'a MatchBody, verdict: Option<&Value>) -> Self {
        let mut grouping = Self {
            clusters: Vec::new(),
            survivors: Vec::new(),
            cluster_of: HashMap::new(),
            unsure: 0,
        };
        let drafted = verdict.and_then(|v| v.get("clusters")).and_then(Value::as_array);
        let picks = verdict.and_then(|v| v.get("survivors"));
        for (index, cluster) in drafted.into_iter().flatten().enumerate() {
            let mut ids = Vec::new();
            for record in cluster
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|id| body.record(id.as_str()?))
            {
                let id = record.id.as_str();
                if !grouping.cluster_of.contains_key(id) {
                    grouping.cluster_of.insert(id, grouping.clusters.len());
                    ids.push(id);
                }
            }
            if !ids.is_empty() {
                grouping.clusters.push(ids);
                grouping.survivors.push(picked(picks.and_then(|p| p.get(index))));
            }
        }
        let together = drafted.is_none();
        for record in &body.records {
            let id = record.id.as_str();
            if grouping.cluster_of.contains_key(id) {
                continue;
            }
            if !together || grouping.clusters.is_empty() {
                grouping.clusters.push(Vec::new());
                grouping
                    .survivors
                    .push(picked(picks.and_then(|p| p.get(grouping.survivors.len()))));
            }
            let last = grouping.clusters.len() - 1;
            grouping.clusters[last].push(id);
            grouping.cluster_of.insert(id, last);
        }
        grouping.unsure = grouping.in_doubt(verdict.and_then(|v| v.get("unsure")));
        grouping
    }

    fn in_doubt(&self, unsure: Option<&Value>) -> usize {
        let pairs = unsure.and_then(Value::as_array).into_iter().flatten();
        let apart = pairs.filter_map(|pair| {
            let (left, right) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
            let (l, r) = (self.cluster_of.get(left)?, self.cluster_of.get(right)?);
            (l != r).then(|| (left.min(right), left.max(right)))
        });
        apart.collect::<BTreeSet<_>>().len()
    }

    fn same(&self, link: &Link) -> bool {
        self.cluster_of.get(link.left.as_str()) == self.cluster_of.get(link.right.as_str())
    }

    fn touches(&self, link: &Link, cluster: usize) -> bool {
        [&link.left, &link.right]
            .iter()
            .any(|id| self.cluster_of.get(id.as_str()) == Some(&cluster))
    }
}

fn picked(survivors: Option<&Value>) -> BTreeMap<String, Survivor> {
    survivors
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, pick)| Some((name.clone(), serde_json::from_value(pick.clone()).ok()?)))
        .collect()
}

fn golden_fields(
    body: &MatchBody,
    attributes: &[String],
    ids: &[&str],
    picks: &BTreeMap<String, Survivor>,
) -> Vec<GoldenField> {
    attributes
        .iter()
        .filter_map(|attribute| {
            let surviving = surviving(body, ids, attribute, picks.get(attribute))?;
            Some(GoldenField {
                attribute: attribute.clone(),
                label: attribute_label(body, attribute),
                text: value_text(&surviving.value),
                records: surviving.records,
                chosen: surviving.chosen,
            })
        })
        .collect()
}

/// Weight where there is one, else the log-odds of the probability: what links are ranked by.
fn strength(link: &Link) -> Option<f64> {
    link.weight
        .or_else(|| link.probability.map(|p| (p / (1.0 - p)).log2()))
        .filter(|s| !s.is_nan())
}

fn meaning(
    links: &[Link],
    letters: &Letters,
    draft: &Grouping<'_>,
    index: usize,
    records: usize,
) -> ClusterMeaning {
    let links = || {
        links
            .iter()
            .filter(|l| draft.touches(l, index))
            .filter_map(|l| Some((strength(l)?, l)))
    };
    let weakest = links()
        .filter(|(_, l)| draft.same(l))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let strongest = links()
        .filter(|(_, l)| !draft.same(l))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let words = |link: &Link| {
        let letter = |id: &str| letters.get(id).cloned().unwrap_or_default();
        let weight = link.weight.map(|w| format!(" {}", signed(w))).unwrap_or_default();
        let probability = link
            .probability
            .map(|p| format!(" {}", percent_short(p)))
            .unwrap_or_default();
        format!(
            "{} – {}{weight}{probability}",
            letter(&link.left),
            letter(&link.right)
        )
    };
    ClusterMeaning {
        number: index as u32 + 1,
        records: records as u32,
        weakest_kept: weakest.map(|(_, link)| words(link)),
        strongest_cut: strongest.map(|(_, link)| words(link)),
    }
}

/// "Of 28 pairs 15 are kept together by group 1, 1 by group 2; 12 are kept apart, 4 of them against the score."
fn words(body: &MatchBody, draft: &Grouping<'_>, show_machine: bool) -> String {
    let pairs_of = |n: usize| n * n.saturating_sub(1) / 2;
    let all = pairs_of(body.records.len());
    if all < 2 {
        return String::new();
    }
    let kept: Vec<(usize, usize)> = draft
        .clusters
        .iter()
        .enumerate()
        .map(|(i, ids)| (i + 1, pairs_of(ids.len())))
        .filter(|(_, n)| *n > 0)
        .collect();
    let together: usize = kept.iter().map(|(_, n)| n).sum();
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let mut out = match kept.as_slice() {
        [] => format!("None of {all} pairs is kept together"),
        [(group, n), rest @ ..] if rest.len() < 4 => {
            let mut parts = vec![format!("{n} {} kept together by group {group}", is(*n))];
            parts.extend(rest.iter().map(|(group, n)| format!("{n} by group {group}")));
            format!("Of {all} pairs {}", joined(&parts))
        }
        groups => format!(
            "Of {all} pairs {together} are kept together by {}",
            counted(groups.len(), "group")
        ),
    };
    let apart = all - together;
    if apart > 0 {
        out.push_str(&format!("; {apart} {} kept apart", is(apart)));
    }
    if show_machine {
        let against =
            |link: &&Link| strength(link).is_some_and(|s| if draft.same(link) { s < 0.0 } else { s > 0.0 });
        let cut_against = body
            .links
            .iter()
            .filter(|l| !draft.same(l))
            .filter(against)
            .count();
        let kept_against = body
            .links
            .iter()
            .filter(|l| draft.same(l))
            .filter(against)
            .count();
        if cut_against > 0 {
            out.push_str(&format!(", {cut_against} of them against the score"));
        }
        if kept_against > 0 {
            out.push_str(&format!(
                ". {kept_against} {} together against the score",
                is(kept_against)
            ));
        }
        let compared = body.links.iter().filter(|l| strength(l).is_some()).count();
        if compared < all {
            let n = all - compared;
            out.push_str(&format!(
                ". {} {} never compared",
                counted(n, "pair"),
                if n == 1 { "was" } else { "were" }
            ));
        }
    }
    out.push('.');
    out
}
