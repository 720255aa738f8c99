//! Identity match: 2 to 50 records that may be one entity. Its verdict is a partition of the records.

pub mod evidence;
pub mod survivorship;
pub mod verdict;
pub mod view;

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::invalid::{INVALID_CASE, Invalid, null_as_default, read, unique};
use crate::sensitivity::Sensitivity;
pub use verdict::{MatchVerdict, Survivor};

pub const RECORDS_MIN: usize = 2;
pub const RECORDS_MAX: usize = 50;
/// From here up values are covered, as context detail is fetched only when it is opened.
const MASKED_FROM: Sensitivity = Sensitivity::Confidential;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchBody {
    pub entity_type: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub attributes: Vec<MatchAttribute>,
    pub records: Vec<Record>,
    /// The machine's view of pairs: shown or withheld by policy, never signed.
    #[serde(default, deserialize_with = "null_as_default")]
    pub links: Vec<Link>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchAttribute {
    pub name: String,
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub value_type: Option<String>,
    pub sensitivity: Option<Sensitivity>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Record {
    pub id: String,
    pub system: Option<String>,
    pub updated_at: Option<DateTime<Utc>>,
    pub url: Option<String>,
    /// Attribute name to value: any JSON.
    pub fields: BTreeMap<String, Value>,
}

/// One scored pair. Weights are log2 Bayes factors; `weight` = `prior` + the sum of the evidence's weights
/// (Fellegi and Sunter 1969, in the base-2 form Splink prints).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    pub left: String,
    pub right: String,
    pub probability: Option<f64>,
    pub weight: Option<f64>,
    pub prior: Option<f64>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    pub attribute: Option<String>,
    pub level: Option<String>,
    pub similarity: Option<f64>,
    pub weight: Option<f64>,
    /// A Bayes factor that has no finite weight.
    pub factor: Option<Factor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Factor {
    Zero,
    Infinite,
}

fn records_wanted(there: usize) -> String {
    let have = match there {
        0 => "this one has none".to_owned(),
        1 => "this one has 1".to_owned(),
        many => format!("this one has {many}"),
    };
    format!("a match compares {RECORDS_MIN} to {RECORDS_MAX} records; {have}")
}

impl MatchBody {
    /// # Errors
    /// `invalid_case` with a pointer into the body: 51 records, an id twice, a link to a record that isn't there.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        let body: Self = read(json, INVALID_CASE)?;
        let bad = |pointer: String, detail: String| Err(Invalid::new(INVALID_CASE, pointer, detail));
        if !(RECORDS_MIN..=RECORDS_MAX).contains(&body.records.len()) {
            return bad("/records".into(), records_wanted(body.records.len()));
        }
        unique(body.records.iter().map(|r| r.id.as_str()), "/records", "/id")?;
        unique(
            body.attributes.iter().map(|a| a.name.as_str()),
            "/attributes",
            "/name",
        )?;
        let ids: HashSet<&str> = body.records.iter().map(|r| r.id.as_str()).collect();
        let mut pairs = HashSet::new();
        for (index, link) in body.links.iter().enumerate() {
            for (side, id) in [("left", &link.left), ("right", &link.right)] {
                if !ids.contains(id.as_str()) {
                    return bad(
                        format!("/links/{index}/{side}"),
                        format!("there is no record '{id}'"),
                    );
                }
            }
            if link.left == link.right {
                return bad(
                    format!("/links/{index}/right"),
                    "a record isn't linked to itself".into(),
                );
            }
            let pair = (
                link.left.as_str().min(&link.right),
                link.left.as_str().max(&link.right),
            );
            if !pairs.insert(pair) {
                return bad(format!("/links/{index}"), "this pair is linked twice".into());
            }
            if link.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
                return bad(format!("/links/{index}/probability"), "0 to 1".into());
            }
        }
        Ok(body)
    }

    /// As the source declared it; what nobody declared is internal.
    pub fn sensitivity_of(&self, attribute: &str) -> Sensitivity {
        let declared = self.attributes.iter().find(|a| a.name == attribute);
        declared.and_then(|a| a.sensitivity).unwrap_or_default()
    }

    /// Whether the screen covers the attribute's values until somebody asks to see them.
    pub fn masks(&self, attribute: &str) -> bool {
        self.sensitivity_of(attribute) >= MASKED_FROM
    }

    pub fn record(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// Attribute names in the order of the screen: the declared ones, then others as the records bring them.
    pub fn attribute_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.attributes.iter().map(|a| a.name.as_str()).collect();
        for record in &self.records {
            for name in record.fields.keys() {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    }
}

#[cfg(test)]
mod tests;
