//! Rows of named text cells, from CSV or Parquet alike: what is above this knows neither format.
//!
//! An empty cell and a null are both `None`. Values are text as received, nothing is trimmed.

mod csv_rows;
mod parquet_rows;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use parquet::file::reader::ChunkReader;

use crate::row_error::{ColumnNames, InputFile, OpenError, RowError};

/// One row; `line` counts as [`RowError::line`] does.
#[derive(Debug)]
pub(crate) struct Row {
    pub line: u64,
    pub cells: Vec<Option<String>>,
}

impl Row {
    /// The cell's text; `None` when it is empty.
    pub fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).and_then(Option::as_deref)
    }
}

pub(crate) type Rows = Box<dyn Iterator<Item = Result<Row, RowError>> + Send>;

pub(crate) struct Table {
    pub columns: Vec<String>,
    /// Columns whose values have no form as text (lists, maps, intervals); they are not read.
    pub left_out: Vec<String>,
    pub rows: Rows,
}

impl Table {
    pub fn from_csv(file: InputFile, reader: impl Read + Send + 'static) -> Result<Self, OpenError> {
        csv_rows::open(file, reader)?.checked(file)
    }

    /// The position of a column that has to be there.
    pub fn require(&self, file: InputFile, column: &str) -> Result<usize, OpenError> {
        position(&self.columns, column).ok_or_else(|| OpenError::MissingColumn {
            file,
            column: column.to_owned(),
            there: ColumnNames::of(&self.columns),
        })
    }

    fn checked(self, file: InputFile) -> Result<Self, OpenError> {
        let mut seen = std::collections::HashSet::new();
        match self.columns.iter().find(|column| !seen.insert(column.as_str())) {
            Some(column) => Err(OpenError::DuplicateColumn {
                file,
                column: column.clone(),
            }),
            None => Ok(self),
        }
    }
}

pub(crate) fn position(columns: &[String], name: &str) -> Option<usize> {
    columns.iter().position(|column| column == name)
}

/// A file of scored pairs, CSV or Parquet.
pub struct Pairs(pub(crate) Table);

impl Pairs {
    pub fn csv(reader: impl Read + Send + 'static) -> Result<Self, OpenError> {
        Table::from_csv(InputFile::Pairs, reader).map(Self)
    }

    /// Any reader Parquet can seek in: a `File`, or `Bytes` in memory.
    pub fn parquet(reader: impl ChunkReader + 'static) -> Result<Self, OpenError> {
        parquet_rows::open(InputFile::Pairs, reader)?
            .checked(InputFile::Pairs)
            .map(Self)
    }

    /// Parquet when the file begins as Parquet does (`PAR1`), CSV otherwise; the name says nothing.
    pub fn from_file(mut file: File) -> Result<Self, OpenError> {
        let begins_as_parquet = (|| {
            let mut magic = Vec::with_capacity(4);
            file.seek(SeekFrom::Start(0))?;
            (&mut file).take(4).read_to_end(&mut magic)?;
            file.seek(SeekFrom::Start(0))?;
            Ok::<_, io::Error>(magic == b"PAR1")
        })()
        .map_err(|source| OpenError::Read {
            file: InputFile::Pairs,
            source,
        })?;
        if begins_as_parquet {
            Self::parquet(file)
        } else {
            Self::csv(file)
        }
    }
}
