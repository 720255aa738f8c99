//! Files: exported, imported, handed over from outside, and picked in the system's dialogs.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExportArgs {
    pub format: String,
    pub queue: Option<String>,
    /// Of the cases.
    pub source: Option<String>,
    pub split: Option<String>,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Exported {
    pub path: String,
    pub manifest_path: String,
    pub rows: u64,
    /// What this format can't say, in sentences.
    pub left_out: Vec<String>,
    /// Sources whose labels make a file of their own.
    pub other_sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ImportArgs {
    Cases {
        paths: Vec<String>,
        /// Replaces the cases' own.
        queue: Option<String>,
        /// Replaces the cases' own.
        #[serde(default)]
        source: Option<String>,
    },
    Splink {
        records: String,
        pairs: String,
        id: String,
        low: f64,
        high: f64,
        queue: String,
        /// What the ids belong to; none: `splink`.
        source: Option<String>,
        /// The records' column that says which system they are from; none: guessed, and said.
        #[serde(default)]
        system: Option<String>,
        /// What the records are; none: `record`.
        #[serde(default)]
        entity_type: Option<String>,
        /// Name in the pairs, column of the records; an empty column keeps the two apart.
        #[serde(default)]
        map: Vec<(String, String)>,
    },
    Claims {
        path: String,
        queue: String,
        /// What the entities belong to; none: `claims`.
        source: Option<String>,
        /// What the entities are, where the file doesn't say; none: `entity`.
        #[serde(default)]
        entity_type: Option<String>,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Imported {
    pub created: u64,
    pub revised: u64,
    pub unchanged: u64,
    /// Decided before: left alone.
    pub left_alone: u64,
    pub known_links: u64,
    /// All of them; `refused` holds the first.
    pub refused_count: u64,
    pub refused: Vec<RefusedRow>,
    /// What was guessed, in sentences.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandedOverView {
    /// Names of files that are imported once a store is open.
    pub waiting: Vec<String>,
    pub done: Vec<HandedOver>,
}

/// Imported together: one of `imported` and `failed` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandedOver {
    /// Their names.
    pub files: Vec<String>,
    pub imported: Option<Imported>,
    /// Why nothing of them came in, in a sentence.
    pub failed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RefusedRow {
    pub file: String,
    pub line: u64,
    pub code: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PickArgs {
    pub title: String,
    /// Without dots.
    pub extensions: Vec<String>,
    pub several: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PickSaveArgs {
    pub title: String,
    pub name: String,
}

/// Empty: the person closed the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Picked {
    pub paths: Vec<String>,
}
