//! Records beside one another: which attributes, in which order, and what of each value departs from the others.

use serde_json::Value;

use super::{AttributeRow, Cell, EqualInAll, MatchLayout, MatchView, RecordView};
use crate::decision::Verdict;
use crate::matching::evidence::{attribute_label, link_views};
use crate::matching::{MatchBody, Record};
use crate::suggestion::Suggestion;
use crate::text::{Segment, compare, compare_alone, differing_share, escaped, folded, inspect, value_text};

const COLUMNS_MAX: usize = 5;

/// With no value held twice, a cell is only cut into letters while most of it is shared with the others.
const READABLE_SHARE: f64 = 0.6;

/// The case as the screen shows it. `show_machine` false: no links, no suggestion, nothing that gives either away.
pub fn view(body: &MatchBody, suggestion: Option<&Suggestion>, show_machine: bool) -> MatchView {
    let layout = if body.records.len() <= COLUMNS_MAX {
        MatchLayout::Columns
    } else {
        MatchLayout::Rows
    };
    let rows: Vec<AttributeRow> = ordered_attributes(body)
        .into_iter()
        .filter_map(|name| row(body, &name, show_machine))
        .collect();
    MatchView {
        entity_type: body.entity_type.clone(),
        layout,
        records: record_views(body),
        equal_in_all: rows.iter().filter_map(equal_in_all).collect(),
        rows,
        links: if show_machine {
            link_views(body)
        } else {
            Vec::new()
        },
        suggested_clusters: suggestion
            .filter(|_| show_machine)
            .and_then(|s| cluster_numbers(body, s)),
    }
}

pub(super) fn record_views(body: &MatchBody) -> Vec<RecordView> {
    let upper = body.records.len() <= COLUMNS_MAX;
    let naming = naming_attributes(body);
    body.records
        .iter()
        .enumerate()
        .map(|(index, record)| RecordView {
            id: record.id.clone(),
            letter: letter(index, upper),
            name: record_name(body, record, &naming),
            system: record.system.clone(),
            updated_at: record.updated_at,
            url: record.url.clone(),
        })
        .collect()
}

/// What the records are called, in their order.
pub fn names(body: &MatchBody) -> Vec<String> {
    let naming = naming_attributes(body);
    body.records
        .iter()
        .map(|record| record_name(body, record, &naming))
        .collect()
}

/// A … Z, then AA, AB …
fn letter(index: usize, upper: bool) -> String {
    let first = if upper { b'A' } else { b'a' };
    let at = |n: usize| char::from(first + (n % 26) as u8);
    if index < 26 {
        at(index).to_string()
    } else {
        format!("{}{}", at(index / 26 - 1), at(index))
    }
}

/// The attributes that name a record, best first; more than one are read together (first and last name). What is masked
/// names nothing: names stand in headings and lists, where nobody asked to see it.
fn naming_attributes(body: &MatchBody) -> Vec<String> {
    let mut names = body.attribute_names();
    names.retain(|name| !body.masks(name));
    let find = |wanted: &[&str]| {
        names
            .iter()
            .find(|n| wanted.contains(&n.to_lowercase().as_str()))
            .map(|n| (*n).to_owned())
    };
    let own = body
        .entity_type
        .as_deref()
        .map(|kind| format!("{}_name", kind.to_lowercase()))
        .unwrap_or_default();
    if let Some(name) = find(&["name", "full_name", own.as_str()]) {
        return vec![name];
    }
    let first = find(&["first_name", "given_name", "forename"]);
    let last = find(&["last_name", "family_name", "surname"]);
    if let (Some(first), Some(last)) = (first, last) {
        return vec![first, last];
    }
    let coverage = |name: &str| body.records.iter().filter(|r| has_value(r, name)).count();
    let named = names
        .iter()
        .filter(|n| n.ends_with("_name") || n.ends_with("Name"))
        .rev()
        .max_by_key(|n| coverage(n));
    named
        .map(|n| (*n).to_owned())
        .or_else(|| find(&["title", "label"]))
        .into_iter()
        .collect()
}

fn record_name(body: &MatchBody, record: &Record, naming: &[String]) -> String {
    let tidy = |value: &Value| escaped(&value_text(value).split_whitespace().collect::<Vec<_>>().join(" "));
    let name = naming
        .iter()
        .filter_map(|n| record.fields.get(n))
        .map(tidy)
        .collect::<Vec<_>>()
        .join(" ");
    if !name.trim().is_empty() {
        return name.trim().to_owned();
    }
    let textual = |value: &&Value| {
        value
            .as_str()
            .is_some_and(|text| text.chars().any(char::is_alphabetic))
    };
    record
        .fields
        .iter()
        .filter(|(name, _)| !body.masks(name))
        .map(|(_, value)| value)
        .find(textual)
        .map_or_else(|| record.id.clone(), tidy)
}

fn has_value(record: &Record, attribute: &str) -> bool {
    record
        .fields
        .get(attribute)
        .is_some_and(|value| !value_text(value).trim().is_empty())
}

/// Compared ones in the order of the evidence; then what names a record, then as declared, then what most records have.
pub(super) fn ordered_attributes(body: &MatchBody) -> Vec<String> {
    let mut ordered: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !ordered.iter().any(|n| n == name) {
            ordered.push(name.to_owned());
        }
    };
    body.links
        .iter()
        .flat_map(|link| &link.evidence)
        .filter_map(|evidence| evidence.attribute.as_deref())
        .for_each(&mut add);
    naming_attributes(body).iter().for_each(|name| add(name));
    body.attributes.iter().for_each(|attribute| add(&attribute.name));
    let mut others = body.attribute_names();
    others.sort_by_key(|name| std::cmp::Reverse(body.records.iter().filter(|r| has_value(r, name)).count()));
    others.into_iter().for_each(add);
    ordered
}

fn row(body: &MatchBody, attribute: &str, show_machine: bool) -> Option<AttributeRow> {
    let texts: Vec<String> = body
        .records
        .iter()
        .map(|r| r.fields.get(attribute).map(value_text).unwrap_or_default())
        .collect();
    let compared = show_machine
        && body.links.iter().any(|l| {
            l.evidence
                .iter()
                .any(|e| e.attribute.as_deref() == Some(attribute))
        });
    let keys: Vec<String> = texts.iter().map(|text| folded(text)).collect();
    let present = keys.iter().filter(|key| !key.is_empty()).count();
    if present == 0 && !compared {
        return None;
    }
    let declared = body.attributes.iter().find(|a| a.name == attribute);
    let first = keys.iter().find(|key| !key.is_empty());
    Some(AttributeRow {
        attribute: attribute.to_owned(),
        label: attribute_label(body, attribute),
        value_type: declared
            .and_then(|a| a.value_type.clone())
            .unwrap_or_else(|| inferred_type(body, attribute)),
        sensitivity: body.sensitivity_of(attribute),
        masked: body.masks(attribute),
        equal: present > 0 && keys.iter().all(|key| key.is_empty() || Some(key) == first),
        compared,
        cells: cells(&texts, &keys),
    })
}

fn inferred_type(body: &MatchBody, attribute: &str) -> String {
    let mut values = body
        .records
        .iter()
        .filter_map(|r| r.fields.get(attribute))
        .filter(|v| !v.is_null())
        .peekable();
    let some = values.peek().is_some();
    if some && values.all(Value::is_number) {
        "number".to_owned()
    } else {
        "text".to_owned()
    }
}

fn cells(texts: &[String], keys: &[String]) -> Vec<Cell> {
    let reference = reference(keys);
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let missing = keys[index].is_empty();
            let other = match texts.len() {
                2 => Some(1 - index),
                _ => reference.as_ref().map(|r| r.index),
            };
            let segments = match other.filter(|_| !missing) {
                Some(other) if keys[other] == keys[index] => inspect(text),
                Some(other) => {
                    let cut = if texts.len() == 2 {
                        compare(text, &texts[other])
                    } else {
                        compare_alone(text, &texts[other])
                    };
                    let held_twice = texts.len() == 2 || reference.as_ref().is_some_and(|r| r.held_twice);
                    if held_twice || differing_share(&cut) <= READABLE_SHARE {
                        cut
                    } else {
                        inspect(text)
                    }
                }
                None => {
                    if missing {
                        Vec::<Segment>::new()
                    } else {
                        inspect(text)
                    }
                }
            };
            Cell {
                text: if missing { String::new() } else { text.clone() },
                missing,
                segments,
                majority: !missing
                    && reference
                        .as_ref()
                        .is_some_and(|r| (r.held_twice || r.alone) && keys[r.index] == keys[index]),
            }
        })
        .collect()
}

/// What the cells of a group are compared with.
struct Reference {
    index: usize,
    /// More than one record says so: a majority, not only the value nearest to the others.
    held_twice: bool,
    /// Nobody else says anything.
    alone: bool,
}

fn reference(keys: &[String]) -> Option<Reference> {
    let votes = |key: &str| keys.iter().filter(|other| *other == key).count();
    let mut best: Option<(usize, usize)> = None;
    for (index, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
        let votes = votes(key);
        if best.is_none_or(|(most, _)| votes > most) {
            best = Some((votes, index));
        }
    }
    let (most, index) = best?;
    if most > 1 {
        return Some(Reference {
            index,
            held_twice: true,
            alone: false,
        });
    }
    let words: Vec<Vec<&str>> = keys
        .iter()
        .map(|key| key.split(' ').filter(|w| !w.is_empty()).take(12).collect())
        .collect();
    let shared = |index: usize| -> usize {
        words
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != index)
            .map(|(_, other)| words[index].iter().filter(|w| other.contains(w)).count())
            .sum()
    };
    let mut nearest = (shared(index), index);
    for (candidate, _) in keys
        .iter()
        .enumerate()
        .filter(|(i, key)| *i != index && !key.is_empty())
    {
        let score = shared(candidate);
        if score > nearest.0 {
            nearest = (score, candidate);
        }
    }
    let alone = keys.iter().filter(|key| !key.is_empty()).count() == 1;
    Some(Reference {
        index: nearest.1,
        held_twice: false,
        alone,
    })
}

fn equal_in_all(row: &AttributeRow) -> Option<EqualInAll> {
    let mut present = row.cells.iter().filter(|cell| !cell.missing);
    let first = present.next().filter(|_| row.equal)?;
    present.next()?;
    let text = first.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let gaps = if row.cells.iter().any(|cell| cell.missing) {
        ", where given"
    } else {
        ""
    };
    Some(EqualInAll {
        attribute: row.attribute.clone(),
        words: format!("{} {}{gaps}", row.label, crate::text::escaped(&text)),
        masked_words: row.masked.then(|| format!("{}{gaps}", row.label)),
    })
}

/// The suggested partition as numbers from 1, in the order in which records first meet them.
fn cluster_numbers(body: &MatchBody, suggestion: &Suggestion) -> Option<Vec<u32>> {
    let Verdict::Match(verdict) = &suggestion.verdict else {
        return None;
    };
    let mut met: Vec<usize> = Vec::new();
    body.records
        .iter()
        .map(|record| {
            let cluster = verdict.clusters.iter().position(|ids| ids.contains(&record.id))?;
            let number = met.iter().position(|m| *m == cluster).unwrap_or_else(|| {
                met.push(cluster);
                met.len() - 1
            });
            u32::try_from(number + 1).ok()
        })
        .collect()
}
