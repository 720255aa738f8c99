//! Which record column each name of the pairs file stands for.
//!
//! Told by `--map`, else the same name, else (for comparisons only) guessed: by the words of the name,
//! and by whether the values agree. A guess that isn't clear isn't made: the pairs' own values are then
//! shown as an attribute beside the records'.

use std::collections::HashSet;

use super::columns::PairColumns;
use super::records::Records;
use super::{Note, SplinkOptions};
use crate::table::{Row, position};

/// How well values have to agree (0 to 1) for one column to be taken among several of a fitting name.
const CHOICE_AGREEMENT: f64 = 0.5;
/// By how much it has to agree better than the next.
const CHOICE_MARGIN: f64 = 0.2;
/// How well values have to agree for the only column of a fitting name.
const ONLY_AGREEMENT: f64 = 0.3;
/// Name parts that say how a column was prepared, not what it holds.
const PREPARATIONS: [&str; 14] = [
    "norm",
    "normalised",
    "normalized",
    "clean",
    "cleaned",
    "std",
    "standardised",
    "standardized",
    "lower",
    "upper",
    "parsed",
    "trimmed",
    "tidy",
    "canonical",
];

pub(super) struct Alignment<'a> {
    pub columns: &'a PairColumns,
    pub records: &'a Records,
    pub options: &'a SplinkOptions,
    pub sample: &'a [&'a Row],
}

impl Alignment<'_> {
    /// `Some(None)`: told to stay apart. `None`: nothing is told, and no column has that name.
    pub fn told_or_same(&self, name: &str) -> Option<Option<usize>> {
        match self.options.map.iter().find(|(told, _)| told == name) {
            Some((_, column)) => Some(position(&self.records.columns, column)),
            None => position(&self.records.columns, name)
                .or_else(|| {
                    self.records
                        .columns
                        .iter()
                        .position(|column| column.eq_ignore_ascii_case(name))
                })
                .map(Some),
        }
    }

    /// The column a comparison was made from; what was guessed, or couldn't be, is noted.
    pub fn of_comparison(&self, name: &str, notes: &mut Vec<Note>) -> Option<usize> {
        if let Some(answer) = self.told_or_same(name) {
            return answer;
        }
        let candidates = self.candidates(name);
        let scored: Vec<(usize, Option<f64>)> = candidates
            .into_iter()
            .map(|column| (column, self.agreement(name, column)))
            .collect();
        let chosen = match scored.as_slice() {
            [] => return None,
            [(column, agreement)] => agreement
                .is_none_or(|agreement| agreement >= ONLY_AGREEMENT)
                .then_some(*column)?,
            several => match clearly_best(several) {
                Some(column) => column,
                None => {
                    let columns = several
                        .iter()
                        .map(|(column, _)| self.records.columns[*column].clone())
                        .collect();
                    notes.push(Note::AlignmentUnclear {
                        name: name.to_owned(),
                        columns,
                    });
                    return None;
                }
            },
        };
        notes.push(Note::Aligned {
            name: name.to_owned(),
            column: self.records.columns[chosen].clone(),
        });
        Some(chosen)
    }

    /// Columns whose name fits: the same words but for how they were prepared, else names with all those words.
    fn candidates(&self, name: &str) -> Vec<usize> {
        let taken: HashSet<usize> = self
            .columns
            .comparisons
            .iter()
            .filter_map(|comparison| self.told_or_same(&comparison.name).flatten())
            .chain([self.records.id_column])
            .chain(self.records.system_column)
            .collect();
        let words = words(name);
        let free: Vec<(usize, Vec<String>)> = self
            .records
            .columns
            .iter()
            .enumerate()
            .filter(|(column, _)| !taken.contains(column))
            .map(|(column, name)| (column, self::words(name)))
            .collect();
        let pick = |fits: &dyn Fn(&[String]) -> bool| -> Vec<usize> {
            free.iter()
                .filter(|(_, other)| fits(other))
                .map(|(column, _)| *column)
                .collect()
        };
        let same = pick(&|other| other == words.as_slice());
        if same.is_empty() {
            pick(&|other| words.iter().all(|word| has_word(other, word)))
        } else {
            same
        }
    }

    /// How well the pairs' values agree with the records' in this column, 0 to 1; `None` without values.
    fn agreement(&self, name: &str, column: usize) -> Option<f64> {
        let sides = self.columns.sides_of(name)?;
        let id = self.columns.id;
        let dataset = self.columns.source_dataset;
        let mut agreements = Vec::new();
        for row in self.sample {
            for (value, id, dataset) in [
                (sides.left, id.left, dataset.map(|dataset| dataset.left)),
                (sides.right, id.right, dataset.map(|dataset| dataset.right)),
            ] {
                let record = row.cell(id).and_then(|id| {
                    self.records
                        .find(id, dataset.and_then(|dataset| row.cell(dataset)))
                        .ok()
                });
                if let Some((one, other)) = row
                    .cell(value)
                    .zip(record.and_then(|record| record.value(column)))
                {
                    agreements.push(value_agreement(one, other));
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
        let count = agreements.len() as f64;
        (!agreements.is_empty()).then(|| agreements.iter().sum::<f64>() / count)
    }
}

fn clearly_best(scored: &[(usize, Option<f64>)]) -> Option<usize> {
    let mut scored: Vec<(usize, f64)> = scored
        .iter()
        .map(|(column, score)| (*column, score.unwrap_or(0.0)))
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    match scored.as_slice() {
        [(column, best), (_, next), ..] if *best >= CHOICE_AGREEMENT && best - next >= CHOICE_MARGIN => {
            Some(*column)
        }
        _ => None,
    }
}

/// The words of a column's name, without digits at their ends (`zip5`) and without preparations (`_norm`).
fn words(name: &str) -> Vec<String> {
    let all: Vec<String> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .map(|word| {
            word.trim_end_matches(|letter: char| letter.is_ascii_digit())
                .to_lowercase()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let telling: Vec<String> = all
        .iter()
        .filter(|word| !PREPARATIONS.contains(&word.as_str()))
        .cloned()
        .collect();
    if telling.is_empty() { all } else { telling }
}

/// Equal, or one abbreviates the other by at least three letters (`addr`, `address`).
fn has_word(words: &[String], word: &str) -> bool {
    words.iter().any(|other| {
        let (short, long) = if word.len() <= other.len() {
            (word, other.as_str())
        } else {
            (other.as_str(), word)
        };
        short == long || (short.chars().count() >= 3 && long.starts_with(short))
    })
}

/// The share of the shorter value's words that the other has too.
fn value_agreement(one: &str, other: &str) -> f64 {
    let words = |value: &str| -> HashSet<String> {
        value
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let shorter = one.len().min(other.len());
    if shorter == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "words of one cell")]
    let share = one.intersection(&other).count() as f64 / shorter as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_leave_out_how_a_column_was_prepared() {
        assert_eq!(words("name_norm"), ["name"]);
        assert_eq!(words("zip5"), ["zip"]);
        assert_eq!(words("std_postcode_clean"), ["postcode"]);
        assert_eq!(words("norm"), ["norm"], "a name of nothing else is kept");
    }

    #[test]
    fn abbreviations_of_three_letters_and_more_fit() {
        let words = ["site".to_owned(), "address".to_owned()];
        assert!(has_word(&words, "addr"));
        assert!(!has_word(&words, "ad"));
    }

    #[test]
    fn a_best_column_has_to_be_clearly_better() {
        assert_eq!(clearly_best(&[(1, Some(0.9)), (2, Some(0.1))]), Some(1));
        assert_eq!(clearly_best(&[(1, Some(0.9)), (2, Some(0.8))]), None);
        assert_eq!(clearly_best(&[(1, Some(0.4)), (2, None)]), None);
    }
}
