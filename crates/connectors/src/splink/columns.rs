//! What the columns of a predictions file mean, by Splink's naming.
//!
//! Per comparison X: `X_l`, `X_r`, `gamma_X` and `bf_X` (4) or `mw_X` (5); with term frequencies also
//! `tf_X_l`, `tf_X_r` and `bf_tf_adj_X` (`mw_tf_adj_X`). What else ends in `_l` and `_r` was retained
//! by `additional_columns_to_retain`, or is a column a comparison was made from.

use crate::row_error::{ColumnNames, InputFile, OpenError};
use crate::table::position;

/// The column on the left and on the right side of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sides {
    pub left: usize,
    pub right: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FactorUnit {
    /// `bf_*`: a Bayes factor.
    BayesFactor,
    /// `mw_*`: its log2.
    MatchWeight,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub name: String,
    pub gamma: Option<usize>,
    pub factor: Option<(usize, FactorUnit)>,
    /// The term-frequency adjustment, in the factor's unit.
    pub term_frequency: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PairColumns {
    pub probability: usize,
    pub weight: Option<usize>,
    pub id: Sides,
    /// Name of the id column as the linker has it.
    pub id_name: String,
    pub source_dataset: Option<Sides>,
    pub comparisons: Vec<Comparison>,
    /// Every name with both sides in the file, compared or retained, in the file's order.
    pub values: Vec<(String, Sides)>,
}

impl PairColumns {
    pub fn find(columns: &[String], id_column: &str) -> Result<Self, OpenError> {
        let missing = |column: String| OpenError::MissingColumn {
            file: InputFile::Pairs,
            column,
            there: ColumnNames::of(columns),
        };
        let probability =
            position(columns, "match_probability").ok_or_else(|| missing("match_probability".to_owned()))?;
        let (id_name, id) = [id_column, "unique_id"]
            .into_iter()
            .find_map(|name| sides(columns, name).map(|sides| (name.to_owned(), sides)))
            .ok_or_else(|| missing(format!("{id_column}_l")))?;
        let comparisons = comparisons(columns);
        let is_reserved = |name: &str| {
            name == id_name || name == "source_dataset" || is_term_frequency(columns, &comparisons, name)
        };
        let values = columns
            .iter()
            .filter_map(|column| column.strip_suffix("_l"))
            .filter(|name| !is_reserved(name))
            .filter_map(|name| sides(columns, name).map(|sides| (name.to_owned(), sides)))
            .collect();
        Ok(Self {
            probability,
            weight: position(columns, "match_weight"),
            id,
            id_name,
            source_dataset: sides(columns, "source_dataset"),
            values,
            comparisons,
        })
    }

    /// 4 wrote `bf_`, 5 writes `mw_`.
    pub fn version(&self) -> Option<&'static str> {
        self.comparisons
            .iter()
            .find_map(|comparison| comparison.factor)
            .map(|(_, unit)| match unit {
                FactorUnit::BayesFactor => "4",
                FactorUnit::MatchWeight => "5",
            })
    }

    /// What can be mapped.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.comparisons.iter().map(|known| known.name.clone()).collect();
        for (name, _) in &self.values {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    pub fn sides_of(&self, name: &str) -> Option<Sides> {
        self.values
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, sides)| *sides)
    }
}

fn sides(columns: &[String], name: &str) -> Option<Sides> {
    let left = position(columns, &format!("{name}_l"))?;
    let right = position(columns, &format!("{name}_r"))?;
    Some(Sides { left, right })
}

/// In the order in which the file names them first.
fn comparisons(columns: &[String]) -> Vec<Comparison> {
    let mut names: Vec<&str> = Vec::new();
    for column in columns {
        let name = ["gamma_", "bf_", "mw_"]
            .iter()
            .find_map(|prefix| column.strip_prefix(prefix));
        if let Some(name) = name.filter(|name| adjusted(columns, column, name).is_none())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names.into_iter().map(|name| comparison(columns, name)).collect()
}

fn comparison(columns: &[String], name: &str) -> Comparison {
    let units = [("mw_", FactorUnit::MatchWeight), ("bf_", FactorUnit::BayesFactor)];
    let factor = units.into_iter().find_map(|(prefix, unit)| {
        position(columns, &format!("{prefix}{name}")).map(|column| (prefix, column, unit))
    });
    let term_frequency = factor.and_then(|(prefix, ..)| {
        ["tf_adj_", "tf_"]
            .iter()
            .find_map(|infix| position(columns, &format!("{prefix}{infix}{name}")))
    });
    Comparison {
        name: name.to_owned(),
        gamma: position(columns, &format!("gamma_{name}")),
        factor: factor.map(|(_, column, unit)| (column, unit)),
        term_frequency,
    }
}

/// The comparison that `bf_tf_adj_X` (here `name` = `tf_adj_X`) adjusts, if it is in the file under that prefix.
/// A comparison may itself be called `tf_…`: then there is no other for it to adjust.
fn adjusted<'a>(columns: &[String], column: &str, name: &'a str) -> Option<&'a str> {
    let prefix = column.strip_suffix(name)?;
    if prefix == "gamma_" {
        return None;
    }
    ["tf_adj_", "tf_"]
        .iter()
        .filter_map(|infix| name.strip_prefix(infix))
        .find(|base| position(columns, &format!("{prefix}{base}")).is_some())
}

/// `tf_X_l`, `tf_X_r`: how frequent a value is, not a value of the record.
fn is_term_frequency(columns: &[String], comparisons: &[Comparison], name: &str) -> bool {
    name.strip_prefix("tf_").is_some_and(|base| {
        sides(columns, base).is_some() || comparisons.iter().any(|comparison| comparison.name == base)
    }) && !comparisons.iter().any(|comparison| comparison.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str) -> PairColumns {
        let columns: Vec<String> = header.split(',').map(str::to_owned).collect();
        PairColumns::find(&columns, "ref").unwrap()
    }

    #[test]
    fn splink_4_with_term_frequencies_is_understood() {
        let columns = find(
            "match_weight,match_probability,ref_l,ref_r,name_l,name_r,gamma_name,tf_name_l,tf_name_r,bf_name,bf_tf_adj_name,town_l,town_r,match_key",
        );
        assert_eq!(columns.comparisons.len(), 1);
        assert_eq!(columns.comparisons[0].factor, Some((9, FactorUnit::BayesFactor)));
        assert_eq!(columns.comparisons[0].term_frequency, Some(10));
        let names: Vec<_> = columns.values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["name", "town"], "tf_name is no value of a record");
        assert_eq!(columns.version(), Some("4"));
    }

    #[test]
    fn splink_5_with_its_default_id_and_source_datasets_is_understood() {
        let columns = find(
            "match_weight,match_probability,source_dataset_l,source_dataset_r,unique_id_l,unique_id_r,name_l,name_r,gamma_name,mw_name,mw_tf_adj_name",
        );
        assert_eq!(columns.id_name, "unique_id");
        assert_eq!(columns.source_dataset, Some(Sides { left: 2, right: 3 }));
        assert_eq!(columns.comparisons[0].factor, Some((9, FactorUnit::MatchWeight)));
        assert_eq!(columns.comparisons[0].term_frequency, Some(10));
        assert_eq!(columns.version(), Some("5"));
    }

    #[test]
    fn a_comparison_called_tf_something_is_one_of_its_own() {
        let columns = find("match_probability,ref_l,ref_r,tf_code_l,tf_code_r,gamma_tf_code,bf_tf_code");
        assert_eq!(columns.comparisons[0].name, "tf_code");
        assert_eq!(columns.values[0].0, "tf_code");
    }

    #[test]
    fn a_file_without_ids_or_probability_is_refused() {
        let columns = ["match_probability".to_owned(), "a_l".to_owned()];
        assert_eq!(
            PairColumns::find(&columns, "ref").unwrap_err().code(),
            "missing_column"
        );
        let columns = ["ref_l".to_owned(), "ref_r".to_owned()];
        assert_eq!(
            PairColumns::find(&columns, "ref").unwrap_err().code(),
            "missing_column"
        );
    }
}
