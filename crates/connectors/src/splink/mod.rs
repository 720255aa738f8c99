//! Splink 4 and 5: predictions and their records, into cases of possible matches and into known links.
//!
//! What it is: a stream over the pairs file that knows the records (held in memory). A pair with
//! low ≤ p < high is a case, one with p ≥ high a known link, one below is counted and passed over.
//! What it is not: it never runs Splink, and takes no model file; all evidence stands in the predictions.

mod align;
mod case;
mod columns;
mod evidence;
mod header;
mod note;
mod options;
mod pair;
mod plan;
mod records;

use std::collections::{HashSet, VecDeque};
use std::io::Read;

use serde_json::Value;

pub use header::Header;
pub use note::Note;
pub use options::SplinkOptions;
pub use pair::{KnownLink, KnownRecord};

use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};
use crate::table::{Pairs, Row, Rows, Table};
use pair::Pair;
use plan::Plan;
use records::Records;

/// Pairs read ahead, to see by their values which record column a comparison was made from.
const PAIRS_READ_AHEAD: usize = 400;

/// How far priors may lie apart before it is said, in log2.
const PRIOR_TOLERANCE: f64 = 0.01;

/// What one pair became.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where the pair stands in the pairs file, as [`RowError::line`] counts.
    pub line: u64,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A case as the hub takes it.
    Case(Value),
    Link(KnownLink),
}

/// Counts so far; whole once the iterator has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub pairs: u64,
    /// Pairs with p < low, passed over.
    pub below: u64,
    pub cases: u64,
    pub links: u64,
    /// Rows of either file that were left out.
    pub refused: u64,
}

/// Iterates over what the pairs become; bad rows are reported, the records file's first.
pub struct Splink {
    options: SplinkOptions,
    records: Records,
    plan: Plan,
    record_errors: VecDeque<RowError>,
    read_ahead: VecDeque<Result<Row, RowError>>,
    rows: Rows,
    seen: HashSet<String>,
    notes: Vec<Note>,
    prior: Option<(f64, f64)>,
    summary: Summary,
}

impl Splink {
    /// Reads the records whole and the beginning of the pairs.
    pub fn open(
        options: SplinkOptions,
        records: impl Read + Send + 'static,
        pairs: Pairs,
    ) -> Result<Self, OpenError> {
        options.check()?;
        let mut notes = Vec::new();
        let Table {
            columns,
            left_out,
            mut rows,
        } = pairs.0;
        notes.extend(left_out.into_iter().map(|column| Note::ColumnLeftOut { column }));
        let columns = columns::PairColumns::find(&columns, &options.id_column)?;
        let (records, record_errors) = Records::read(records, &options, &mut notes)?;
        let read_ahead: VecDeque<_> = rows.by_ref().take(PAIRS_READ_AHEAD).collect();
        let sample: Vec<&Row> = read_ahead.iter().filter_map(|row| row.as_ref().ok()).collect();
        let plan = Plan::make(columns, &records, &options, &sample, &mut notes)?;
        Ok(Self {
            options,
            records,
            plan,
            record_errors: record_errors.into(),
            read_ahead,
            rows,
            seen: HashSet::new(),
            notes,
            prior: None,
            summary: Summary::default(),
        })
    }

    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// What was guessed and what was found; that the prior varies is known only at the end.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = self.notes.clone();
        if let Some((low, high)) = self.prior.filter(|(low, high)| high - low > PRIOR_TOLERANCE) {
            notes.push(Note::PriorVaries { low, high });
        }
        notes
    }

    fn translate(&mut self, row: &Row) -> Result<Option<Item>, RowError> {
        self.summary.pairs += 1;
        let probability = pair::probability(&self.plan.columns, row)?;
        if probability < self.options.low {
            self.summary.below += 1;
            return Ok(None);
        }
        let pair = Pair::read(&self.plan, &self.records, row, probability)?;
        let external_id = pair.external_id();
        if let Some(prior) = pair.score.prior {
            let (low, high) = self.prior.unwrap_or((prior, prior));
            self.prior = Some((low.min(prior), high.max(prior)));
        }
        if !self.seen.insert(external_id.clone()) {
            let detail = format!("{external_id} stands further up already");
            return Err(RowError::new(
                InputFile::Pairs,
                row.line,
                RowErrorCode::DuplicatePair,
                detail,
            ));
        }
        let content = if probability >= self.options.high {
            self.summary.links += 1;
            Content::Link(pair.known_link())
        } else {
            self.summary.cases += 1;
            Content::Case(case::case(&self.options, &self.plan, &self.records, &pair, row))
        };
        Ok(Some(Item {
            line: row.line,
            content,
        }))
    }
}

impl Iterator for Splink {
    type Item = Result<Item, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let result = if let Some(error) = self.record_errors.pop_front() {
                Err(error)
            } else {
                match self.read_ahead.pop_front().or_else(|| self.rows.next())? {
                    Ok(row) => self.translate(&row),
                    Err(error) => Err(error),
                }
            };
            match result {
                Ok(None) => {}
                Ok(Some(item)) => return Some(Ok(item)),
                Err(error) => {
                    self.summary.refused += 1;
                    return Some(Err(error));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
