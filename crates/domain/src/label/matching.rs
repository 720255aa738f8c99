//! Every pair inside one verdict: together 1, apart 0, unsure or not told null.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::split::split_of_pair;
use super::{LabelPayload, LabelledRecord, MatchLabel, SplinkOrigin, Taught};
use crate::matching::{MatchBody, MatchVerdict, Record};

pub(super) fn taught(case_json: &Value, body: &MatchBody, verdict: Option<&MatchVerdict>) -> Vec<Taught> {
    let splink = splink_origin(case_json);
    let told = verdict.map(Told::by);
    let sides: Vec<Side<'_>> = body
        .records
        .iter()
        .enumerate()
        .map(|(index, record)| Side {
            record,
            own_id: own_id(case_json, index).unwrap_or(&record.id),
        })
        .collect();
    let mut pairs = Vec::new();
    for (index, one) in sides.iter().enumerate() {
        for other in &sides[index + 1..] {
            let (left, right) = if one.key() <= other.key() {
                (one, other)
            } else {
                (other, one)
            };
            let label = told
                .as_ref()
                .and_then(|told| told.label(&left.record.id, &right.record.id));
            let pair = MatchLabel {
                left: left.labelled(),
                right: right.labelled(),
                label,
                splink: splink.clone(),
            };
            let payload = LabelPayload {
                pair: Some(pair),
                ..LabelPayload::default()
            };
            pairs.push((split_of_pair(left.key(), right.key()), payload));
        }
    }
    pairs
}

struct Side<'a> {
    record: &'a Record,
    own_id: &'a str,
}

impl<'a> Side<'a> {
    fn key(&self) -> (Option<&'a str>, &'a str) {
        (self.record.system.as_deref(), self.own_id)
    }

    fn labelled(&self) -> LabelledRecord {
        let Record { system, fields, .. } = self.record;
        LabelledRecord {
            system: system.clone(),
            id: self.own_id.to_owned(),
            fields: fields.clone(),
        }
    }
}

/// Two systems may use one id. A case then gives a record another one, and its own stands beside it.
fn own_id(case_json: &Value, index: usize) -> Option<&str> {
    case_json
        .get("body")?
        .get("records")?
        .get(index)?
        .get("source_id")?
        .as_str()
}

fn splink_origin(case_json: &Value) -> Option<SplinkOrigin> {
    let import = case_json.get("import")?;
    let text = |name| import.get(name).and_then(Value::as_str);
    (text("format") == Some("splink")).then_some(())?;
    let source_dataset = import
        .get("source_dataset")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    Some(SplinkOrigin {
        id_column: text("id_column")?.to_owned(),
        source_dataset,
    })
}

struct Told<'a> {
    cluster_of: HashMap<&'a str, usize>,
    unsure: HashSet<(&'a str, &'a str)>,
}

impl<'a> Told<'a> {
    fn by(verdict: &'a MatchVerdict) -> Self {
        let members = verdict.clusters.iter().enumerate();
        let cluster_of = members
            .flat_map(|(index, ids)| ids.iter().map(move |id| (id.as_str(), index)))
            .collect();
        let unsure = verdict
            .unsure
            .iter()
            .map(|[a, b]| (a.as_str().min(b), a.as_str().max(b)))
            .collect();
        Self { cluster_of, unsure }
    }

    fn label(&self, left: &str, right: &str) -> Option<u8> {
        let unsure = self.unsure.contains(&(left.min(right), left.max(right)));
        let together = self.cluster_of.get(left)? == self.cluster_of.get(right)?;
        (!unsure).then_some(u8::from(together))
    }
}
