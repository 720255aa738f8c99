//! What an import of Splink's predictions is told by its caller.

use crate::row_error::OpenError;

#[derive(Debug, Clone, PartialEq)]
pub struct SplinkOptions {
    /// The cases' `source`.
    pub source: String,
    pub queue: Option<String>,
    pub entity_type: String,
    /// The records' id column; in the pairs it is `<id>_l` and `<id>_r`, or `unique_id_l` and `unique_id_r`.
    pub id_column: String,
    /// The records' column that says which system they come from; guessed when `None`.
    pub system_column: Option<String>,
    /// Pairs with a lower probability are passed over.
    pub low: f64,
    /// Pairs with at least this probability are known links.
    pub high: f64,
    /// Name in the pairs file, column of the records. An empty column keeps the two apart.
    pub map: Vec<(String, String)>,
    /// Splink's version; 4 or 5 by the columns when `None`.
    pub version: Option<String>,
}

impl SplinkOptions {
    pub fn new(id_column: impl Into<String>, low: f64, high: f64) -> Self {
        Self {
            source: "splink".to_owned(),
            queue: None,
            entity_type: "record".to_owned(),
            id_column: id_column.into(),
            system_column: None,
            low,
            high,
            map: Vec::new(),
            version: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), OpenError> {
        // Written so that a NaN is refused too.
        if 0.0 <= self.low && self.low <= self.high && self.high <= 1.0 {
            Ok(())
        } else {
            Err(OpenError::InvalidBand {
                low: self.low,
                high: self.high,
            })
        }
    }
}
