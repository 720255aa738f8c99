//! One pair, its sides in the order of their ids, so that it doesn't matter which way round Splink wrote it.

use serde::{Deserialize, Serialize};

use super::columns::PairColumns;
use super::evidence::Score;
use super::plan::Plan;
use super::records::{Record, Records};
use crate::row_error::{InputFile, RowError, RowErrorCode};
use crate::table::Row;

/// A pair that automation settled by itself, as `POST /v1/links` takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownLink {
    pub left: KnownRecord,
    pub right: KnownRecord,
    pub probability: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Always `automatic`.
    pub basis: String,
}

/// A record as its system knows it; no `system` where the records name none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KnownRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    pub id: String,
}

pub(super) struct Side<'a> {
    pub record: &'a Record,
    /// The source dataset, else the record's system.
    pub system: Option<&'a str>,
    /// Whether this is the `_l` side of the row.
    pub is_left: bool,
    /// As the case names it: the id, qualified by the system where the id alone names several records.
    pub qualified_id: String,
}

pub(super) struct Pair<'a> {
    pub sides: [Side<'a>; 2],
    pub probability: f64,
    pub score: Score,
}

pub(super) fn probability(columns: &PairColumns, row: &Row) -> Result<f64, RowError> {
    let text = row.cell(columns.probability).unwrap_or("empty");
    match text.trim().parse::<f64>() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => {
            let detail = format!("match_probability is {text}");
            Err(RowError::new(
                InputFile::Pairs,
                row.line,
                RowErrorCode::InvalidProbability,
                detail,
            ))
        }
    }
}

impl<'a> Pair<'a> {
    pub fn read(plan: &Plan, records: &'a Records, row: &'a Row, probability: f64) -> Result<Self, RowError> {
        let left = side(plan, records, row, true)?;
        let right = side(plan, records, row, false)?;
        if std::ptr::eq(left.record, right.record) {
            let detail = format!("{} on both sides", left.record.id);
            return Err(RowError::new(
                InputFile::Pairs,
                row.line,
                RowErrorCode::SameRecord,
                detail,
            ));
        }
        let score = Score::read(plan, row)?;
        let mut sides = [left, right];
        sides.sort_by(|a, b| (&a.record.id, a.system).cmp(&(&b.record.id, b.system)));
        Ok(Self {
            sides,
            probability,
            score,
        })
    }

    /// The two ids, sorted, joined by `|`.
    pub fn external_id(&self) -> String {
        let mut ids = [
            self.sides[0].qualified_id.as_str(),
            self.sides[1].qualified_id.as_str(),
        ];
        ids.sort_unstable();
        ids.join("|")
    }

    pub fn known_link(&self) -> KnownLink {
        let known = |side: &Side<'_>| KnownRecord {
            system: side.system.map(str::to_owned),
            id: side.record.id.clone(),
        };
        KnownLink {
            left: known(&self.sides[0]),
            right: known(&self.sides[1]),
            probability: self.probability,
            weight: self.score.weight,
            basis: "automatic".to_owned(),
        }
    }
}

fn side<'a>(plan: &Plan, records: &'a Records, row: &'a Row, is_left: bool) -> Result<Side<'a>, RowError> {
    let error = |code, detail: String| RowError::new(InputFile::Pairs, row.line, code, detail);
    let columns = &plan.columns;
    let of_side = |sides: super::columns::Sides| row.cell(if is_left { sides.left } else { sides.right });
    let Some(id) = of_side(columns.id) else {
        let suffix = if is_left { "l" } else { "r" };
        return Err(error(
            RowErrorCode::MissingId,
            format!("{}_{suffix} is empty", columns.id_name),
        ));
    };
    let source_dataset = columns.source_dataset.and_then(of_side);
    let record = records.find(id, source_dataset).map_err(|code| {
        let place = source_dataset
            .map(|dataset| format!(" of {dataset}"))
            .unwrap_or_default();
        error(code, format!("the record {id}{place}"))
    })?;
    let system = source_dataset.or(record.system.as_deref());
    // Two systems' records of one id would be one record twice in a case, and two pairs one case.
    let qualified_id = match system.filter(|_| records.is_shared_id(id)) {
        Some(system) => format!("{system}:{id}"),
        None => id.to_owned(),
    };
    Ok(Side {
        record,
        system,
        is_left,
        qualified_id,
    })
}
