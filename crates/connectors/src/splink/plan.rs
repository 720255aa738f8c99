//! What is done with every row, settled once from the header, the options and the first pairs.

use super::align::Alignment;
use super::columns::{Comparison, PairColumns, Sides};
use super::records::Records;
use super::{Note, SplinkOptions};
use crate::row_error::{ColumnNames, InputFile, OpenError};
use crate::table::Row;
use crate::value_type::ValueType;

/// An attribute as cases declare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub name: String,
    pub value_type: ValueType,
}

#[derive(Debug)]
pub(super) struct Plan {
    pub columns: PairColumns,
    /// One per column of the records file.
    pub record_attributes: Vec<Attribute>,
    /// What the pairs hold and the records don't.
    pub own: Vec<(Attribute, Sides)>,
    pub version: Option<String>,
    /// One per comparison: the attribute its evidence speaks of.
    evidence_attributes: Vec<String>,
}

impl Plan {
    pub fn make(
        columns: PairColumns,
        records: &Records,
        options: &SplinkOptions,
        sample: &[&Row],
        notes: &mut Vec<Note>,
    ) -> Result<Self, OpenError> {
        check_map(&columns, records, options)?;
        let alignment = Alignment {
            columns: &columns,
            records,
            options,
            sample,
        };
        let mut attribute_of = |name: &String| match alignment.of_comparison(name, notes) {
            Some(column) => records.columns[column].clone(),
            None => name.clone(),
        };
        let evidence_attributes: Vec<String> = columns
            .comparisons
            .iter()
            .map(|comparison| attribute_of(&comparison.name))
            .collect();
        let own: Vec<_> = columns
            .values
            .iter()
            .filter(|(name, _)| !records.columns.contains(name))
            .filter(|(name, _)| match position_of(&columns.comparisons, name) {
                Some(index) => evidence_attributes[index] == *name, // aligned with no column
                None => alignment.told_or_same(name).flatten().is_none(),
            })
            .map(|(name, sides)| (Attribute::text(name), *sides))
            .collect();
        notes.extend(own.iter().map(|(attribute, _)| Note::AttributeFromPairs {
            name: attribute.name.clone(),
        }));
        notes.extend(about_weights(&columns));
        let version = match (&options.version, columns.version()) {
            (Some(version), _) => Some(version.clone()),
            (None, Some(version)) => {
                notes.push(Note::VersionGuessed { version });
                Some(version.to_owned())
            }
            (None, None) => None,
        };
        Ok(Self {
            record_attributes: record_attributes(records),
            own,
            version,
            evidence_attributes,
            columns,
        })
    }

    /// Each comparison with the name of the attribute it speaks of.
    pub fn comparisons(&self) -> impl Iterator<Item = (&Comparison, &str)> {
        self.columns
            .comparisons
            .iter()
            .zip(self.evidence_attributes.iter().map(String::as_str))
    }
}

impl Attribute {
    pub fn text(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            value_type: ValueType::Text,
        }
    }
}

fn check_map(columns: &PairColumns, records: &Records, options: &SplinkOptions) -> Result<(), OpenError> {
    for (name, column) in &options.map {
        if position_of(&columns.comparisons, name).is_none() && columns.sides_of(name).is_none() {
            return Err(OpenError::UnknownMapped {
                file: InputFile::Pairs,
                name: name.clone(),
                there: ColumnNames::of(&columns.names()),
            });
        }
        if !column.is_empty() && !records.columns.contains(column) {
            return Err(OpenError::UnknownMapped {
                file: InputFile::Records,
                name: column.clone(),
                there: ColumnNames::of(&records.columns),
            });
        }
    }
    Ok(())
}

fn position_of(comparisons: &[Comparison], name: &str) -> Option<usize> {
    comparisons.iter().position(|comparison| comparison.name == name)
}

fn about_weights(columns: &PairColumns) -> Vec<Note> {
    let mut notes = Vec::new();
    let names: Vec<String> = columns
        .comparisons
        .iter()
        .filter(|comparison| comparison.factor.is_none())
        .map(|comparison| comparison.name.clone())
        .collect();
    if !names.is_empty() {
        notes.push(Note::FactorsAbsent { names });
    }
    if columns.weight.is_none() {
        notes.push(Note::WeightAbsent);
    }
    notes
}

fn record_attributes(records: &Records) -> Vec<Attribute> {
    let attribute = |(column, name): (usize, &String)| {
        let value_type = match ValueType::of(records.values(column)) {
            // Postcodes, phone and house numbers are digits too, and aren't compared as figures.
            ValueType::Number => ValueType::Text,
            other => other,
        };
        Attribute {
            value_type,
            ..Attribute::text(name)
        }
    };
    records.columns.iter().enumerate().map(attribute).collect()
}
