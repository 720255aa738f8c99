//! What the window asks of a file before it is imported.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordsArgs {
    /// Where the file of records lies.
    pub records: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordsHeader {
    /// Those that have a name, in the order of the file.
    pub columns: Vec<String>,
    /// Which of them is likely the records' id; none: no name says so.
    pub id: Option<String>,
}
