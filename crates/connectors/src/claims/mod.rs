//! Claims: which system says what about an entity's attribute, one CSV row each, into one case per
//! entity and attribute on which systems differ.
//!
//! Columns `entity, attribute, system, value` and, where there are any, `updated_at`, `entity_type`,
//! `label` (of the entity), `type` (of the attribute), `url`. Two values are one when the domain says so for
//! the attribute's type (`9:05` and `09:05`). An empty value is kept as a claim of null; alone it is no
//! difference, for the file can't say whether there is no value or nothing is known.

mod case;
mod read;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::io::Read;

use domain::conflict::normal::{Normal, normal};
use serde_json::Value;

use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};
use crate::table::Table;
use crate::value_type::ValueType;
use read::{Claim, Columns};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsOptions {
    /// The cases' `source`.
    pub source: String,
    pub queue: Option<String>,
    /// For entities whose rows give no `entity_type`.
    pub entity_type: String,
}

impl Default for ClaimsOptions {
    fn default() -> Self {
        Self {
            source: "claims".to_owned(),
            queue: None,
            entity_type: "entity".to_owned(),
        }
    }
}

/// A case as the hub takes it, and the line of its first claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub line: u64,
    pub case: Value,
}

/// Counts so far; whole once the iterator has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub claims: u64,
    pub cases: u64,
    /// Entities' attributes on which all systems agree: no case.
    pub agreed: u64,
    pub refused: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    TypeGuessed {
        attribute: String,
        value_type: ValueType,
    },
    /// Times without a zone were taken as UTC.
    TimesWithoutZone { count: u64 },
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TypeGuessed {
                attribute,
                value_type,
            } => {
                write!(
                    out,
                    "{attribute} is compared as {value_type}, by its values (a column `type` says another)"
                )
            }
            Self::TimesWithoutZone { count } => {
                write!(
                    out,
                    "updated_at names no zone in {count} rows; they were taken as UTC"
                )
            }
        }
    }
}

/// What one entity's attribute is claimed to be, in the order of the file.
struct Disagreement {
    line: u64,
    entity: String,
    attribute: String,
    entity_type: Option<String>,
    label: Option<String>,
    claims: Vec<Claim>,
}

/// Iterates over the cases; bad rows are reported first.
pub struct Claims {
    options: ClaimsOptions,
    types: HashMap<String, String>,
    errors: VecDeque<RowError>,
    groups: std::vec::IntoIter<Disagreement>,
    seen: HashSet<String>,
    notes: Vec<Note>,
    summary: Summary,
}

impl Claims {
    /// Reads the file whole: claims of one attribute may stand anywhere in it.
    pub fn open(options: ClaimsOptions, reader: impl Read + Send + 'static) -> Result<Self, OpenError> {
        let table = Table::from_csv(InputFile::Claims, reader)?;
        let columns = Columns::find(&table)?;
        let mut errors = VecDeque::new();
        let mut claims = Vec::new();
        for row in table.rows {
            match row.and_then(|row| columns.read(row)) {
                Ok(claim) => claims.push(claim),
                Err(error) => errors.push_back(error),
            }
        }
        let mut notes = Vec::new();
        let count = claims
            .iter()
            .map(|row| u64::from(row.claim.is_zone_assumed))
            .sum();
        if count > 0 {
            notes.push(Note::TimesWithoutZone { count });
        }
        let types = read::types(&claims, &mut notes);
        let summary = Summary {
            claims: claims.len() as u64,
            ..Summary::default()
        };
        let groups = grouped(claims, &mut errors).into_iter();
        Ok(Self {
            options,
            types,
            errors,
            groups,
            seen: HashSet::new(),
            notes,
            summary,
        })
    }

    pub fn summary(&self) -> Summary {
        self.summary
    }

    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    fn translate(&mut self, group: &Disagreement) -> Result<Option<Item>, RowError> {
        let value_type = self.types.get(&group.attribute).map_or("text", String::as_str);
        let values: Vec<Normal> = group
            .claims
            .iter()
            .map(|claim| normal(value_type, &claim.value()))
            .collect();
        let distinct: HashSet<&Normal> = values.iter().filter(|value| **value != Normal::Null).collect();
        if distinct.len() < 2 {
            self.summary.agreed += 1;
            return Ok(None);
        }
        let case = case::case(&self.options, group, value_type, &values);
        let external_id = case::external_id(group);
        if !self.seen.insert(external_id.clone()) {
            let detail = format!("{external_id} is already another entity's attribute");
            return Err(RowError::new(
                InputFile::Claims,
                group.line,
                RowErrorCode::DuplicateCase,
                detail,
            ));
        }
        self.summary.cases += 1;
        Ok(Some(Item {
            line: group.line,
            case,
        }))
    }
}

impl Iterator for Claims {
    type Item = Result<Item, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let result = match self.errors.pop_front() {
                Some(error) => Err(error),
                None => {
                    let group = self.groups.next()?;
                    self.translate(&group)
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

/// By entity and attribute, both in the order in which they first appear.
fn grouped(rows: Vec<read::ClaimRow>, errors: &mut VecDeque<RowError>) -> Vec<Disagreement> {
    let mut groups: Vec<Disagreement> = Vec::new();
    let mut by_name: HashMap<(String, String), usize> = HashMap::new();
    for row in rows {
        let index = *by_name
            .entry((row.entity.clone(), row.attribute.clone()))
            .or_insert_with(|| {
                groups.push(Disagreement {
                    line: row.line,
                    entity: row.entity,
                    attribute: row.attribute,
                    entity_type: None,
                    label: None,
                    claims: Vec::new(),
                });
                groups.len() - 1
            });
        let group = &mut groups[index];
        if group.claims.contains(&row.claim) {
            let detail = format!("{} says this further up already", row.claim.system);
            errors.push_back(RowError::new(
                InputFile::Claims,
                row.line,
                RowErrorCode::DuplicateClaim,
                detail,
            ));
            continue;
        }
        group.entity_type = group.entity_type.take().or(row.entity_type);
        group.label = group.label.take().or(row.label);
        group.claims.push(row.claim);
    }
    groups
}

#[cfg(test)]
mod tests;
