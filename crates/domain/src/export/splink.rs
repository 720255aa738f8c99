//! What Splink's two tables share: one row per unordered pair, the newest live label, under the linker's own names.
//!
//! Columns as `register_labels_table` wants them (Splink 4.0.17 and 5.0.0): `source_dataset_l`, `<id column>_l`,
//! `source_dataset_r`, `<id column>_r`, `clerical_match_score`. A linker with several inputs joins on both, and drops
//! rows with an unknown source dataset without a word; one that deduplicates a single input joins on the id alone, so
//! the source datasets are left out. Which it is the imports say; where nothing was imported, the records' systems are
//! taken for source datasets (a linker without them ignores the columns).
//!
//! An id names a record within its source only: the first customer is not the first site. So a file is of one source.

use std::collections::HashMap;
use std::io::Write;

use super::ExportError;
use super::manifest::{Disagreement, Loss, Tally};
use crate::label::{Label, LabelledRecord, SplinkOrigin};

/// Splink's own default.
const ID_COLUMN: &str = "unique_id";

/// Source dataset and id.
type RecordKey = (Option<String>, String);

/// The labels so far. Holds ids, never fields.
#[derive(Default)]
pub(super) struct Pairs(Vec<Labelled>);

struct Labelled {
    source: String,
    left: RecordKey,
    right: RecordKey,
    label: Option<u8>,
    splink: Option<SplinkOrigin>,
}

/// One unordered pair.
struct Pair<'a> {
    sides: [&'a RecordKey; 2],
    newest: Option<u8>,
    /// Some label said not the same, some the same.
    said: [bool; 2],
}

/// What the linker calls things.
struct Names {
    id_column: String,
    source_datasets: bool,
}

impl Pairs {
    pub fn push(&mut self, label: &Label) {
        if let Some(pair) = &label.payload.pair {
            let key = |record: &LabelledRecord| (record.system.clone(), record.id.clone());
            let (left, right) = (key(&pair.left), key(&pair.right));
            self.0.push(Labelled {
                source: label.head.case.source.clone(),
                left,
                right,
                label: pair.label,
                splink: pair.splink.clone(),
            });
        }
    }

    /// Writes the pairs whose newest label `takes` lets through, and counts the others as what it says.
    pub fn write(
        mut self,
        out: &mut dyn Write,
        tally: &mut Tally,
        takes: impl Fn(Option<u8>) -> Result<u8, Loss>,
    ) -> Result<(), ExportError> {
        self.keep_one_source(tally);
        let names = self.names();
        self.adopt(&names, tally);
        let pairs = self.newest(tally);
        let datasets = pairs
            .iter()
            .any(|pair| pair.sides.iter().any(|(dataset, _)| dataset.is_some()));
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        csv.write_record(header(&names.id_column, datasets))?;
        for pair in pairs {
            if pair.said == [true, true] {
                let [left, right] = pair.sides;
                tally.disagreed(|| Disagreement {
                    left: left.clone(),
                    right: right.clone(),
                });
            }
            match takes(pair.newest) {
                Ok(label) => {
                    csv.write_record(pair.row(label, datasets))?;
                    tally.wrote(if label == 1 { "1" } else { "0" });
                    tally.lost(Loss::Provenance);
                }
                Err(loss) => tally.lost(loss),
            }
        }
        csv.flush()?;
        Ok(())
    }

    /// Leaves out labels of other sources than the most frequent.
    fn keep_one_source(&mut self, tally: &mut Tally) {
        let most = most_frequent(self.0.iter().map(|labelled| labelled.source.as_str()));
        let Some(source) = most.map(str::to_owned) else {
            return;
        };
        self.0.retain(|labelled| {
            let kept = labelled.source == source;
            if !kept {
                tally.of_another_source(&labelled.source);
            }
            kept
        });
    }

    /// The id column most labels have. Labels that don't come from Splink name none.
    fn names(&self) -> Names {
        let origins = || self.0.iter().filter_map(|labelled| labelled.splink.as_ref());
        let most = most_frequent(origins().map(|origin| origin.id_column.as_str()));
        let id_column = most.unwrap_or(ID_COLUMN).to_owned();
        let mut of_column = origins()
            .filter(|origin| origin.id_column == id_column)
            .peekable();
        let source_datasets = of_column.peek().is_none() || of_column.any(|origin| origin.source_dataset);
        Names {
            id_column,
            source_datasets,
        }
    }

    /// Leaves out labels of another id column, and systems that aren't source datasets; sorts the sides.
    fn adopt(&mut self, names: &Names, tally: &mut Tally) {
        let before = self.0.len();
        self.0.retain(|l| {
            l.splink
                .as_ref()
                .is_none_or(|origin| origin.id_column == names.id_column)
        });
        tally.lost_by(Loss::OtherIdColumn, (before - self.0.len()) as u64);
        for labelled in &mut self.0 {
            if !names.source_datasets
                || labelled
                    .splink
                    .as_ref()
                    .is_some_and(|origin| !origin.source_dataset)
            {
                labelled.left.0 = None;
                labelled.right.0 = None;
            }
            if labelled.left > labelled.right {
                std::mem::swap(&mut labelled.left, &mut labelled.right);
            }
        }
    }

    /// In the order in which the pairs first came.
    fn newest(&self, tally: &mut Tally) -> Vec<Pair<'_>> {
        let mut places = HashMap::new();
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        for labelled in &self.0 {
            let sides = [&labelled.left, &labelled.right];
            let place = *places.entry(sides).or_insert(pairs.len());
            if place == pairs.len() {
                pairs.push(Pair {
                    sides,
                    newest: None,
                    said: [false; 2],
                });
            }
            pairs[place].newest = labelled.label;
            if let Some(label @ (0 | 1)) = labelled.label {
                pairs[place].said[usize::from(label)] = true;
            }
        }
        tally.lost_by(Loss::Superseded, (self.0.len() - pairs.len()) as u64);
        pairs
    }
}

/// Of two equally frequent the one that sorts first.
fn most_frequent<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)));
    most.map(|(name, _)| name)
}

fn header(id_column: &str, datasets: bool) -> Vec<String> {
    let side = |side: &str| {
        let dataset = datasets.then(|| format!("source_dataset_{side}"));
        dataset.into_iter().chain([format!("{id_column}_{side}")])
    };
    side("l")
        .chain(side("r"))
        .chain(["clerical_match_score".to_owned()])
        .collect()
}

impl Pair<'_> {
    fn row(&self, label: u8, datasets: bool) -> Vec<&str> {
        let sides = self.sides.iter().flat_map(|(dataset, id)| {
            let dataset = datasets.then(|| dataset.as_deref().unwrap_or_default());
            dataset.into_iter().chain([id.as_str()])
        });
        sides.chain([if label == 1 { "1.0" } else { "0.0" }]).collect()
    }
}
