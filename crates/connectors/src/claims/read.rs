//! One row of a claims file, and the types of its attributes.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::Note;
use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};
use crate::table::{Row, Table, position};
use crate::value_type::ValueType;

pub(super) struct Columns {
    entity: usize,
    attribute: usize,
    system: usize,
    value: usize,
    updated_at: Option<usize>,
    entity_type: Option<usize>,
    label: Option<usize>,
    value_type: Option<usize>,
    url: Option<usize>,
}

pub(super) struct ClaimRow {
    pub line: u64,
    pub entity: String,
    pub attribute: String,
    pub entity_type: Option<String>,
    pub label: Option<String>,
    pub value_type: Option<String>,
    pub claim: Claim,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub system: String,
    /// As received.
    pub received: Option<String>,
    /// RFC 3339, UTC.
    pub updated_at: Option<String>,
    pub is_zone_assumed: bool,
    pub url: Option<String>,
}

impl Claim {
    /// Without the blanks around it; null when nothing else was there.
    pub fn value(&self) -> Value {
        self.text().map_or(Value::Null, |text| json!(text))
    }

    pub fn text(&self) -> Option<&str> {
        self.received
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

impl Columns {
    pub fn find(table: &Table) -> Result<Self, OpenError> {
        let require = |name| table.require(InputFile::Claims, name);
        let optional = |name| position(&table.columns, name);
        Ok(Self {
            entity: require("entity")?,
            attribute: require("attribute")?,
            system: require("system")?,
            value: require("value")?,
            updated_at: optional("updated_at"),
            entity_type: optional("entity_type"),
            label: optional("label"),
            value_type: optional("type"),
            url: optional("url"),
        })
    }

    pub fn read(&self, row: Row) -> Result<ClaimRow, RowError> {
        let error = |code, detail: String| RowError::new(InputFile::Claims, row.line, code, detail);
        let required = |column, name: &str| {
            let cell = row
                .cell(column)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned);
            cell.ok_or_else(|| error(RowErrorCode::MissingValue, format!("{name} is empty")))
        };
        let optional = |column: Option<usize>| column.and_then(|column| row.cell(column)).map(str::to_owned);
        let (updated_at, is_zone_assumed) = match self.updated_at.and_then(|column| row.cell(column)) {
            Some(text) => {
                let (time, is_zone_assumed) = time(text)
                    .ok_or_else(|| error(RowErrorCode::InvalidTime, format!("updated_at is {text}")))?;
                (Some(time), is_zone_assumed)
            }
            None => (None, false),
        };
        Ok(ClaimRow {
            line: row.line,
            entity: required(self.entity, "entity")?,
            attribute: required(self.attribute, "attribute")?,
            entity_type: optional(self.entity_type),
            label: optional(self.label),
            value_type: optional(self.value_type),
            claim: Claim {
                system: required(self.system, "system")?,
                received: optional(Some(self.value)),
                updated_at,
                is_zone_assumed,
                url: optional(self.url),
            },
        })
    }
}

/// To RFC 3339 in UTC, and whether the text left its zone out. A day counts from its beginning.
fn time(text: &str) -> Option<(String, bool)> {
    let text = text.trim();
    let written = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    // RFC 3339 with a `T` or a blank; chrono reads both.
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some((written(time.to_utc()), false));
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .map(|day| day.and_time(NaiveTime::MIN))
        })?;
    Some((written(local.and_utc()), true))
}

/// Per attribute the first `type` the file gives, else what all its values have in common.
pub(super) fn types(rows: &[ClaimRow], notes: &mut Vec<Note>) -> HashMap<String, String> {
    let mut by_attribute: BTreeMap<&str, Vec<&ClaimRow>> = BTreeMap::new();
    for row in rows {
        by_attribute.entry(&row.attribute).or_default().push(row);
    }
    let mut types = HashMap::new();
    for (attribute, rows) in by_attribute {
        let given = rows.iter().find_map(|row| row.value_type.clone());
        let value_type = given.unwrap_or_else(|| {
            let value_type = ValueType::of(rows.iter().filter_map(|row| row.claim.text()));
            notes.push(Note::TypeGuessed {
                attribute: attribute.to_owned(),
                value_type,
            });
            value_type.as_str().to_owned()
        });
        types.insert(attribute.to_owned(), value_type);
    }
    types
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_utc_and_it_is_known_whether_they_named_a_zone() {
        let read = |text| time(text).unwrap();
        assert_eq!(
            read("2026-03-01T10:00:00+02:00"),
            ("2026-03-01T08:00:00Z".to_owned(), false)
        );
        assert_eq!(
            read("2026-03-01 10:00:00"),
            ("2026-03-01T10:00:00Z".to_owned(), true)
        );
        assert_eq!(read("2026-03-01"), ("2026-03-01T00:00:00Z".to_owned(), true));
        assert_eq!(time("03/01/2026"), None, "day and month can't be told apart");
    }
}
