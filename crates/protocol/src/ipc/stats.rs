//! How often people override, by queue, kind and model version.

use chrono::{DateTime, Utc};
use domain::Kind;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatsArgs {
    pub queue: Option<String>,
    pub kind: Option<Kind>,
    /// `name@version` of the suggestion.
    pub by: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// One of `queue kind model rule field day`; none: everything in one row.
    pub group_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatsView {
    pub items: Vec<RateRow>,
}

/// A rate, never without its count and interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RateRow {
    /// The group's members by name, as asked for.
    pub group: std::collections::BTreeMap<String, Option<String>>,
    pub n: u64,
    pub agree: u64,
    #[serde(rename = "override")]
    pub overridden: u64,
    pub edited: u64,
    pub cannot_tell: u64,
    pub no_suggestion: u64,
    /// None when n is 0.
    pub rate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// "49.3 % [44.7–54.0], 220 of 446".
    pub words: String,
}
