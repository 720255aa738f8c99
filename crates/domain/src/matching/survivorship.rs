//! Which value survives into the golden record when nobody has picked yet.
//!
//! The most frequent value, compared without case and white space; then the record updated last, then the longest
//! value, then the record that comes first. A person's pick overrides it, always.

use serde_json::Value;

use super::{MatchBody, Record, Survivor};
use crate::text::{folded, value_text};

/// The surviving value of one attribute in one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Surviving {
    pub value: Value,
    /// The records of the cluster that say so, by id; empty when it was typed.
    pub records: Vec<String>,
    /// Somebody picked or typed it.
    pub chosen: bool,
}

/// The value that goes into the golden record; none when no record of the cluster has one and nothing was picked.
pub fn surviving(
    body: &MatchBody,
    cluster: &[&str],
    attribute: &str,
    pick: Option<&Survivor>,
) -> Option<Surviving> {
    let claims: Vec<Claim<'_>> = cluster
        .iter()
        .filter_map(|id| Claim::of(body.record(id)?, attribute))
        .collect();
    match pick {
        Some(Survivor::Value(typed)) => Some(Surviving {
            value: typed.clone(),
            records: Vec::new(),
            chosen: true,
        }),
        Some(Survivor::Record(id)) => match claims.iter().find(|claim| claim.record.id == *id) {
            Some(claim) => Some(claim.surviving(&claims, true)),
            // A record without the attribute was picked: the golden record has none either.
            None => body.record(id).map(|_| Surviving {
                value: Value::Null,
                records: vec![id.clone()],
                chosen: true,
            }),
        },
        None => default(&claims).map(|claim| claim.surviving(&claims, false)),
    }
}

struct Claim<'a> {
    record: &'a Record,
    value: &'a Value,
    key: String,
}

impl<'a> Claim<'a> {
    fn of(record: &'a Record, attribute: &str) -> Option<Self> {
        let value = record.fields.get(attribute)?;
        let key = folded(&value_text(value));
        (!key.is_empty()).then_some(Self { record, value, key })
    }

    fn surviving(&self, claims: &[Claim<'_>], chosen: bool) -> Surviving {
        let records = claims
            .iter()
            .filter(|c| c.key == self.key)
            .map(|c| c.record.id.clone())
            .collect();
        Surviving {
            value: self.value.clone(),
            records,
            chosen,
        }
    }
}

fn default<'c, 'a>(claims: &'c [Claim<'a>]) -> Option<&'c Claim<'a>> {
    let votes = |claim: &Claim<'_>| claims.iter().filter(|other| other.key == claim.key).count();
    let rank = |claim: &Claim<'_>| (votes(claim), claim.record.updated_at, claim.key.chars().count());
    let mut best: Option<&Claim<'_>> = None;
    for claim in claims {
        if best.is_none_or(|b| rank(claim) > rank(b)) {
            best = Some(claim);
        }
    }
    best
}
