//! From labels to files that trainers read as they are; one file per format, each with its manifest.
//!
//! An [`Exporter`] takes the live labels in the order of the ledger, oldest first, and writes as it goes. Which labels
//! are live, and the filters, are the caller's: here nothing is looked up. Ids and values are written as they came: a
//! trainer joins on them, so nothing is put before a leading `=` or `+` for spreadsheets' sake (the CSV files are data,
//! not sheets).

mod conversation;
mod labels_jsonl;
mod manifest;
mod out;
mod schema_first;
mod source_trust;
mod splink;
mod splink_labels;
mod splink_matches;
mod trl_kto;
mod trl_preference;

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::label::Label;
use manifest::Tally;
pub use manifest::{Disagreement, Filters, Loss, Manifest, NotSaid};
use out::Out;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Format {
    #[serde(rename = "labels.jsonl")]
    LabelsJsonl,
    #[serde(rename = "splink-labels.csv")]
    SplinkLabels,
    #[serde(rename = "splink-matches.csv")]
    SplinkMatches,
    #[serde(rename = "trl-preference.jsonl")]
    TrlPreference,
    #[serde(rename = "trl-kto.jsonl")]
    TrlKto,
    #[serde(rename = "source-trust.csv")]
    SourceTrust,
}

impl Format {
    pub const ALL: [Format; 6] = [
        Format::LabelsJsonl,
        Format::SplinkLabels,
        Format::SplinkMatches,
        Format::TrlPreference,
        Format::TrlKto,
        Format::SourceTrust,
    ];

    /// Its name in the address and on the command line, and a good file name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LabelsJsonl => "labels.jsonl",
            Self::SplinkLabels => "splink-labels.csv",
            Self::SplinkMatches => "splink-matches.csv",
            Self::TrlPreference => "trl-preference.jsonl",
            Self::TrlKto => "trl-kto.jsonl",
            Self::SourceTrust => "source-trust.csv",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::LabelsJsonl | Self::TrlPreference | Self::TrlKto => "application/x-ndjson",
            Self::SplinkLabels | Self::SplinkMatches | Self::SourceTrust => "text/csv; charset=utf-8",
        }
    }

    /// The kinds of label it is made from; others needn't be read for it.
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::LabelsJsonl => &Kind::ALL,
            Self::SplinkLabels | Self::SplinkMatches => &[Kind::IdentityMatch],
            Self::TrlPreference | Self::TrlKto => &[Kind::ProposedAction],
            Self::SourceTrust => &[Kind::DataConflict],
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the file can't be written: {0}")]
    Write(#[from] io::Error),
    #[error("a label can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a label can't be written as CSV: {0}")]
    Csv(#[from] csv::Error),
}

impl ExportError {
    pub const fn code(&self) -> &'static str {
        "export_failed"
    }
}

/// One format's way from labels to rows. What it holds back it writes in `finish`.
trait Rows {
    fn push(&mut self, label: &Label, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError>;

    fn finish(&mut self, _out: &mut dyn Write, _tally: &mut Tally) -> Result<(), ExportError> {
        Ok(())
    }
}

/// Writes one file. The Splink formats hold the ids of every pair until the end (one row per unordered pair, the
/// newest), the trust table a count per system and attribute; the others write as they read.
pub struct Exporter<W: Write> {
    format: Format,
    filters: Filters,
    rows: Box<dyn Rows + Send>,
    tally: Tally,
    out: Out<W>,
}

impl<W: Write> Exporter<W> {
    /// `filters`: what the labels were chosen by, for the manifest.
    pub fn new(format: Format, filters: Filters, out: W) -> Self {
        let rows: Box<dyn Rows + Send> = match format {
            Format::LabelsJsonl => Box::new(labels_jsonl::LabelsJsonl),
            Format::SplinkLabels => Box::<splink_labels::SplinkLabels>::default(),
            Format::SplinkMatches => Box::<splink_matches::SplinkMatches>::default(),
            Format::TrlPreference => Box::<trl_preference::TrlPreference>::default(),
            Format::TrlKto => Box::<trl_kto::TrlKto>::default(),
            Format::SourceTrust => Box::<source_trust::SourceTrust>::default(),
        };
        Self {
            format,
            filters,
            rows,
            tally: Tally::default(),
            out: Out::new(out),
        }
    }

    /// Labels of other kinds, retractions among them, are passed over.
    ///
    /// # Errors
    /// [`ExportError`]: the writer refused, or a label couldn't be written.
    pub fn push(&mut self, label: &Label) -> Result<(), ExportError> {
        if label.head.retracts.is_some() || !self.format.kinds().contains(&label.head.kind) {
            return Ok(());
        }
        self.tally.labels += 1;
        if label.is_erased() {
            self.tally.lost(Loss::Erased);
            return Ok(());
        }
        self.rows.push(label, &mut self.out, &mut self.tally)
    }

    /// The rest of the file, its manifest, and the writer back.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(mut self) -> Result<(Manifest, W), ExportError> {
        self.rows.finish(&mut self.out, &mut self.tally)?;
        self.out.flush()?;
        let (inner, bytes, sha256) = self.out.close();
        Ok((
            self.tally.manifest(self.format, self.filters, bytes, sha256),
            inner,
        ))
    }
}

/// One JSON object and a line feed.
fn write_line(out: &mut dyn Write, row: &impl Serialize) -> Result<(), ExportError> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests;
