//! A partition of the records, and when two of them say the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MatchBody;
use crate::decision::INVALID_VERDICT;
use crate::invalid::{Invalid, null_as_default, read, segment};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchVerdict {
    /// A partition of all the records; one cluster: all the same.
    pub clusters: Vec<Vec<String>>,
    /// One entry per cluster: which record's value survives for an attribute, or what was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survivors: Option<Vec<Option<BTreeMap<String, Survivor>>>>,
    /// Pairs that can't be told; that they lie in different clusters then says nothing.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub unsure: Vec<[String; 2]>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Survivor {
    Record(String),
    Value(Value),
}

impl MatchVerdict {
    /// # Errors
    /// `invalid_verdict` with a pointer into the verdict: no partition, a survivor from outside its cluster.
    pub fn read(json: &Value, body: &MatchBody) -> Result<Self, Invalid> {
        let verdict: Self = read(json, INVALID_VERDICT)?;
        let cluster_of = verdict.partition(body)?;
        verdict.check_survivors(body)?;
        for (index, [left, right]) in verdict.unsure.iter().enumerate() {
            let pointer = format!("/unsure/{index}");
            let (Some(l), Some(r)) = (cluster_of.get(left.as_str()), cluster_of.get(right.as_str())) else {
                return Err(Invalid::new(
                    INVALID_VERDICT,
                    pointer,
                    "names a record that isn't in the case",
                ));
            };
            if l == r {
                return Err(Invalid::new(
                    INVALID_VERDICT,
                    pointer,
                    "a pair in one cluster isn't unsure",
                ));
            }
        }
        Ok(verdict)
    }

    fn partition(&self, body: &MatchBody) -> Result<HashMap<&str, usize>, Invalid> {
        let mut cluster_of = HashMap::new();
        for (index, cluster) in self.clusters.iter().enumerate() {
            if cluster.is_empty() {
                return Err(Invalid::new(
                    INVALID_VERDICT,
                    format!("/clusters/{index}"),
                    "an empty cluster",
                ));
            }
            for (position, id) in cluster.iter().enumerate() {
                let pointer = format!("/clusters/{index}/{position}");
                if body.record(id).is_none() {
                    return Err(Invalid::new(
                        INVALID_VERDICT,
                        pointer,
                        format!("there is no record '{id}'"),
                    ));
                }
                if cluster_of.insert(id.as_str(), index).is_some() {
                    return Err(Invalid::new(
                        INVALID_VERDICT,
                        pointer,
                        format!("'{id}' lies in two clusters"),
                    ));
                }
            }
        }
        match body
            .records
            .iter()
            .find(|record| !cluster_of.contains_key(record.id.as_str()))
        {
            Some(left_out) => Err(Invalid::new(
                INVALID_VERDICT,
                "/clusters",
                format!("'{}' lies in no cluster", left_out.id),
            )),
            None => Ok(cluster_of),
        }
    }

    fn check_survivors(&self, body: &MatchBody) -> Result<(), Invalid> {
        let Some(survivors) = &self.survivors else {
            return Ok(());
        };
        if survivors.len() != self.clusters.len() {
            return Err(Invalid::new(
                INVALID_VERDICT,
                "/survivors",
                "one entry per cluster",
            ));
        }
        let names = body.attribute_names();
        for (index, golden) in survivors.iter().enumerate() {
            for (attribute, survivor) in golden.iter().flatten() {
                let pointer = format!("/survivors/{index}{}", segment(attribute));
                if !names.contains(&attribute.as_str()) {
                    return Err(Invalid::new(INVALID_VERDICT, pointer, "no such attribute"));
                }
                if let Survivor::Record(id) = survivor
                    && !self.clusters[index].contains(id)
                {
                    return Err(Invalid::new(
                        INVALID_VERDICT,
                        pointer,
                        format!("'{id}' isn't in this cluster"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The partition as a set of sets: what two verdicts are compared by.
    pub fn blocks(&self) -> BTreeSet<BTreeSet<&str>> {
        self.clusters
            .iter()
            .map(|cluster| cluster.iter().map(String::as_str).collect())
            .collect()
    }

    /// Whether the two would do the same: same partition, same unsure pairs, and the same survivors where both name one.
    pub fn agrees(&self, other: &Self, body: &MatchBody) -> bool {
        let unsure = |verdict: &Self| -> BTreeSet<[String; 2]> {
            verdict
                .unsure
                .iter()
                .map(|[a, b]| {
                    if a <= b {
                        [a.clone(), b.clone()]
                    } else {
                        [b.clone(), a.clone()]
                    }
                })
                .collect()
        };
        self.blocks() == other.blocks() && unsure(self) == unsure(other) && self.survivors_agree(other, body)
    }

    fn survivors_agree(&self, other: &Self, body: &MatchBody) -> bool {
        let (Some(mine), Some(theirs)) = (&self.survivors, &other.survivors) else {
            return true;
        };
        self.clusters.iter().zip(mine).all(|(cluster, golden)| {
            let ids: BTreeSet<&String> = cluster.iter().collect();
            let same = other
                .clusters
                .iter()
                .position(|c| c.iter().collect::<BTreeSet<_>>() == ids);
            let (Some(golden), Some(Some(their_golden))) = (golden, same.and_then(|i| theirs.get(i))) else {
                return true;
            };
            golden
                .iter()
                .all(|(attribute, survivor)| match their_golden.get(attribute) {
                    Some(their) => surviving(survivor, attribute, body) == surviving(their, attribute, body),
                    None => true,
                })
        })
    }
}

/// The value that survives, whichever way it was named.
pub fn surviving<'a>(survivor: &'a Survivor, attribute: &str, body: &'a MatchBody) -> Option<&'a Value> {
    match survivor {
        Survivor::Value(value) => Some(value),
        Survivor::Record(id) => body.record(id).and_then(|record| record.fields.get(attribute)),
    }
}
