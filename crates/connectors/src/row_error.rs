//! What can be wrong with a file (`OpenError`: nothing is read) or with a row (`RowError`: the rest goes on).

use std::fmt;

use serde::Serialize;

/// Which of an import's files a row stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputFile {
    Records,
    Pairs,
    Claims,
    Cases,
}

impl InputFile {
    pub fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Pairs => "pairs",
            Self::Claims => "claims",
            Self::Cases => "cases",
        }
    }
}

/// Stable reasons for refusing one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowErrorCode {
    /// The file can't be read any further; nothing follows this error.
    Unreadable,
    /// More or fewer cells than the header has.
    WrongColumnCount,
    /// Bytes that are no UTF-8.
    InvalidText,
    TooLarge,
    MissingId,
    MissingValue,
    /// The records file has no such record.
    MissingRecord,
    /// Several records have this id and nothing says which is meant.
    AmbiguousRecord,
    DuplicateRecord,
    DuplicatePair,
    DuplicateClaim,
    DuplicateCase,
    SameRecord,
    InvalidProbability,
    InvalidWeight,
    InvalidFactor,
    InvalidTime,
}

impl RowErrorCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::WrongColumnCount => "wrong_column_count",
            Self::InvalidText => "invalid_text",
            Self::TooLarge => "too_large",
            Self::MissingId => "missing_id",
            Self::MissingValue => "missing_value",
            Self::MissingRecord => "missing_record",
            Self::AmbiguousRecord => "ambiguous_record",
            Self::DuplicateRecord => "duplicate_record",
            Self::DuplicatePair => "duplicate_pair",
            Self::DuplicateClaim => "duplicate_claim",
            Self::DuplicateCase => "duplicate_case",
            Self::SameRecord => "same_record",
            Self::InvalidProbability => "invalid_probability",
            Self::InvalidWeight => "invalid_weight",
            Self::InvalidFactor => "invalid_factor",
            Self::InvalidTime => "invalid_time",
        }
    }
}

/// One row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{} line {line}: {} ({detail})", file.name(), code.as_str())]
pub struct RowError {
    pub file: InputFile,
    /// Line of the text file where the row begins, the first being 1; in Parquet the row, the first being 1.
    pub line: u64,
    pub code: RowErrorCode,
    pub detail: String,
}

impl RowError {
    pub(crate) fn new(file: InputFile, line: u64, code: RowErrorCode, detail: impl fmt::Display) -> Self {
        Self {
            file,
            line,
            code,
            detail: detail.to_string(),
        }
    }
}

/// The columns a file has, for whoever named one that isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNames(Vec<String>);

/// As many as a person looks through.
const COLUMNS_SAID: usize = 30;

impl ColumnNames {
    pub(crate) fn of(columns: &[String]) -> Self {
        Self(columns.to_vec())
    }
}

impl fmt::Display for ColumnNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.0.iter().take(COLUMNS_SAID).map(String::as_str);
        f.write_str(&said.collect::<Vec<_>>().join(", "))?;
        match self.0.len().checked_sub(COLUMNS_SAID) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}

/// Why an import can't begin.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the {} can't be read: {source}", file.name())]
    Read {
        file: InputFile,
        #[source]
        source: std::io::Error,
    },
    #[error("the {} are no readable Parquet file: {source}", file.name())]
    Parquet {
        file: InputFile,
        #[source]
        source: parquet::errors::ParquetError,
    },
    #[error("the header of the {} is no UTF-8", file.name())]
    HeaderNotText { file: InputFile },
    #[error("the {} have no column {column}; there is {there}", file.name())]
    MissingColumn {
        file: InputFile,
        column: String,
        there: ColumnNames,
    },
    #[error("the {} have the column {column} more than once", file.name())]
    DuplicateColumn { file: InputFile, column: String },
    #[error("the {} have no column {name} to map; there is {there}", file.name())]
    UnknownMapped {
        file: InputFile,
        name: String,
        there: ColumnNames,
    },
    #[error("the band must be 0 ≤ low ≤ high ≤ 1, not {low} to {high}")]
    InvalidBand { low: f64, high: f64 },
}

impl OpenError {
    /// Stable, snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Parquet { .. } => "unreadable",
            Self::HeaderNotText { .. } => "invalid_text",
            Self::MissingColumn { .. } => "missing_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::UnknownMapped { .. } => "unknown_mapped",
            Self::InvalidBand { .. } => "invalid_band",
        }
    }

    /// Whether what was asked for is wrong, not the file.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::UnknownMapped { .. } | Self::InvalidBand { .. })
    }
}
