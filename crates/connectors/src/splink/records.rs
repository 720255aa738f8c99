//! The records file, whole in memory, found by id (and by source dataset where ids repeat).

use std::collections::{HashMap, HashSet};
use std::io::Read;

use super::{Note, SplinkOptions};
use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};
use crate::table::{Row, Table, position};

/// Column names taken for the system when none is given, the likeliest first.
const SYSTEM_COLUMNS: [&str; 3] = ["source_dataset", "source", "system"];

#[derive(Debug)]
pub(super) struct Record {
    pub id: String,
    pub system: Option<String>,
    row: Row,
}

impl Record {
    pub fn value(&self, column: usize) -> Option<&str> {
        self.row.cell(column)
    }
}

#[derive(Debug)]
pub(super) struct Records {
    pub columns: Vec<String>,
    pub id_column: usize,
    pub system_column: Option<usize>,
    records: Vec<Record>,
    by_id: HashMap<String, Vec<usize>>,
    systems: HashSet<String>,
}

impl Records {
    /// Reads all of it; bad rows come back beside it.
    pub fn read(
        reader: impl Read + Send + 'static,
        options: &SplinkOptions,
        notes: &mut Vec<Note>,
    ) -> Result<(Self, Vec<RowError>), OpenError> {
        let table = Table::from_csv(InputFile::Records, reader)?;
        let id_column = table.require(InputFile::Records, &options.id_column)?;
        let system_column = match &options.system_column {
            Some(column) => Some(table.require(InputFile::Records, column)?),
            None => guess_system(&table.columns, id_column, notes),
        };
        let mut records = Self {
            columns: table.columns,
            id_column,
            system_column,
            records: Vec::new(),
            by_id: HashMap::new(),
            systems: HashSet::new(),
        };
        let errors = table
            .rows
            .filter_map(|row| row.and_then(|row| records.add(row)).err())
            .collect();
        Ok((records, errors))
    }

    fn add(&mut self, row: Row) -> Result<(), RowError> {
        let error = |code, detail: String| RowError::new(InputFile::Records, row.line, code, detail);
        let Some(id) = row.cell(self.id_column).map(str::to_owned) else {
            return Err(error(
                RowErrorCode::MissingId,
                format!("{} is empty", self.columns[self.id_column]),
            ));
        };
        let system = self
            .system_column
            .and_then(|column| row.cell(column))
            .map(str::to_owned);
        let same_id = self.by_id.entry(id.clone()).or_default();
        if same_id.iter().any(|index| self.records[*index].system == system) {
            return Err(error(
                RowErrorCode::DuplicateRecord,
                format!("{id} stands further up already"),
            ));
        }
        same_id.push(self.records.len());
        self.systems.extend(system.clone());
        self.records.push(Record { id, system, row });
        Ok(())
    }

    /// All values of a column that aren't empty.
    pub fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.records.iter().filter_map(move |record| record.value(column))
    }

    /// The record of a pair's side. Where the file knows the source dataset as a system, it has to fit;
    /// else the id alone has to be enough.
    pub fn find(&self, id: &str, source_dataset: Option<&str>) -> Result<&Record, RowErrorCode> {
        let candidates = self.by_id.get(id).map(Vec::as_slice).unwrap_or_default();
        let mut candidates = candidates.iter().map(|index| &self.records[*index]);
        match source_dataset.filter(|dataset| self.systems.contains(*dataset)) {
            Some(dataset) => candidates
                .find(|record| record.system.as_deref() == Some(dataset))
                .ok_or(RowErrorCode::MissingRecord),
            None => match (candidates.next(), candidates.next()) {
                (Some(record), None) => Ok(record),
                (Some(_), Some(_)) => Err(RowErrorCode::AmbiguousRecord),
                (None, _) => Err(RowErrorCode::MissingRecord),
            },
        }
    }

    /// Whether records of several systems have this id, so that the id alone names none of them.
    pub fn is_shared_id(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|indexes| indexes.len() > 1)
    }
}

fn guess_system(columns: &[String], id_column: usize, notes: &mut Vec<Note>) -> Option<usize> {
    let guess = SYSTEM_COLUMNS
        .iter()
        .find_map(|name| position(columns, name))
        .filter(|column| *column != id_column);
    notes.push(match guess {
        Some(column) => Note::SystemColumnGuessed {
            column: columns[column].clone(),
        },
        None => Note::SystemColumnAbsent,
    });
    guess
}
