//! An identity match as the screen shows it: aligned, compared, printed. Computed here so that the window holds no rules.

mod columns;
mod meaning;

use serde::{Deserialize, Serialize};

pub use columns::{names, view};
pub use meaning::{preview, unsure_words};

use super::Factor;
use crate::Instant;
use crate::case::Sensitivity;
use crate::text::Segment;

/// Up to five records stand as columns; from six on as rows, with the matrix of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum MatchLayout {
    Columns,
    Rows,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MatchView {
    pub entity_type: Option<String>,
    pub layout: MatchLayout,
    /// In the order of the case: column or row order.
    pub records: Vec<RecordView>,
    /// One per attribute; compared ones first, then the others.
    pub rows: Vec<AttributeRow>,
    /// Every scored pair; empty when the machine's view is withheld.
    pub links: Vec<LinkView>,
    /// Attributes whose values are equal in all records that have one.
    pub equal_in_all: Vec<EqualInAll>,
    /// What the suggestion's partition is, as cluster numbers from 1 in record order; none when there is none or it's withheld.
    pub suggested_clusters: Option<Vec<u32>>,
}

/// An attribute that tells no record from another, in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EqualInAll {
    pub attribute: String,
    /// "ZIP 60622, where given".
    pub words: String,
    /// What is said as long as its values are masked: "Born, where given". None: it isn't masked.
    pub masked_words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordView {
    pub id: String,
    /// A, B, C … for columns; a, b, c … for rows.
    pub letter: String,
    /// The value of the attribute that names a record best, for headings and rows.
    pub name: String,
    pub system: Option<String>,
    pub updated_at: Option<Instant>,
    /// Shown as text; never followed by itself.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AttributeRow {
    pub attribute: String,
    pub label: String,
    pub value_type: String,
    pub sensitivity: Sensitivity,
    /// Its values are covered until the person asks to see them; what was seen goes with the decision.
    pub masked: bool,
    /// All records that have a value have the same.
    pub equal: bool,
    /// Whether the machine compared it (has evidence in any link).
    pub compared: bool,
    /// In the order of the records.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Cell {
    /// As text, whole; empty when `missing`.
    pub text: String,
    pub missing: bool,
    /// The text again, cut where characters differ from the others.
    pub segments: Vec<Segment>,
    /// Equal to the value most records have; in a group only departures stand out.
    pub majority: bool,
}

/// One scored pair with its evidence, printed with one decimal such that what is printed adds up, or `adds_up` is false.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LinkView {
    pub left: String,
    pub right: String,
    pub probability: Option<f64>,
    /// "98.1 %", "> 99.9 %", "< 0.1 %".
    pub probability_text: Option<String>,
    pub weight: Option<f64>,
    /// "+5.7", "−8.0".
    pub weight_text: Option<String>,
    pub prior: Option<f64>,
    pub prior_text: Option<String>,
    /// "about 1 pair in 250 the same".
    pub prior_words: Option<String>,
    pub evidence: Vec<EvidenceView>,
    /// Prior and evidence make the weight (within 0.01).
    pub adds_up: bool,
    /// "prior and five attributes, adds up", or in words why not.
    pub sum_words: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EvidenceView {
    pub attribute: String,
    pub level: Option<String>,
    pub similarity: Option<f64>,
    pub weight: Option<f64>,
    pub weight_text: String,
    pub factor: Option<Factor>,
    /// Where the bar starts and ends on the log2 axis: the running sum before and after it.
    pub from: f64,
    pub to: f64,
}

/// What stands below the table and changes with the draft: golden record, what the clusters mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MatchPreview {
    /// One per cluster of two or more records.
    pub golden: Vec<GoldenRecord>,
    /// One per cluster, in order.
    pub clusters: Vec<ClusterMeaning>,
    /// "Of 28 pairs 15 are kept together …", in words; empty for a pair.
    pub words: String,
    /// "1 pair can't be told": of the pairs the draft leaves in doubt those it doesn't put together. None: there is none.
    pub unsure_words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct GoldenRecord {
    /// From 0, into the draft's clusters.
    pub cluster: u32,
    pub fields: Vec<GoldenField>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct GoldenField {
    pub attribute: String,
    pub label: String,
    pub text: String,
    /// The records that say so, by id; empty when it was typed.
    pub records: Vec<String>,
    /// Somebody picked or typed it, as opposed to the default.
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClusterMeaning {
    /// From 1, as the keys have it.
    pub number: u32,
    pub records: u32,
    /// "a – b +1.7 76 %"; none when nothing is linked or the machine's view is withheld.
    pub weakest_kept: Option<String>,
    pub strongest_cut: Option<String>,
}
