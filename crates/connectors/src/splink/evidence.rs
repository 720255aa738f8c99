//! From Bayes factors to evidence that adds up.
//!
//! Fellegi and Sunter (1969) in the base-2 form Splink prints: match_weight = prior + Σ log2(factor).
//! A factor of zero or infinity has no finite weight: the prior can't be told then, and nothing adds up.

use serde_json::{Map, Value, json};

use super::columns::{Comparison, FactorUnit};
use super::plan::Plan;
use crate::number::round_computed;
use crate::row_error::{InputFile, RowError, RowErrorCode};
use crate::table::Row;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Factor {
    /// log2 of the Bayes factor.
    Weight(f64),
    Zero,
    Infinite,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    pub attribute: String,
    pub level: Option<String>,
    pub factor: Option<Factor>,
    /// The part of the weight that is the term-frequency adjustment.
    pub term_frequency_weight: Option<f64>,
}

/// A pair's score and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    /// Absent where Splink gives none that is finite.
    pub weight: Option<f64>,
    /// Absent when a factor is zero, infinite or not in the file.
    pub prior: Option<f64>,
    pub evidence: Vec<Evidence>,
}

impl Score {
    pub fn read(plan: &Plan, row: &Row) -> Result<Self, RowError> {
        let weight = match plan.columns.weight.and_then(|column| row.cell(column)) {
            Some(text) => parse(text).ok_or_else(|| {
                RowError::new(
                    InputFile::Pairs,
                    row.line,
                    RowErrorCode::InvalidWeight,
                    format!("match_weight is {text}"),
                )
            })?,
            None => f64::INFINITY,
        };
        let weight = Some(weight).filter(|weight| weight.is_finite());
        let evidence = plan
            .comparisons()
            .map(|(comparison, attribute)| Evidence::read(comparison, attribute, row))
            .collect::<Result<Vec<_>, _>>()?;
        let sum = evidence
            .iter()
            .try_fold(0.0, |sum, evidence| match evidence.factor {
                Some(Factor::Weight(weight)) => Some(sum + weight),
                _ => None,
            });
        let prior = weight.zip(sum).map(|(weight, sum)| round_computed(weight - sum));
        Ok(Self {
            weight,
            prior,
            evidence,
        })
    }

    /// False when a factor is zero or infinite: then no prior could make the sum right.
    pub fn adds_up(&self) -> bool {
        !self
            .evidence
            .iter()
            .any(|evidence| matches!(evidence.factor, Some(Factor::Zero | Factor::Infinite)))
    }
}

impl Evidence {
    fn read(comparison: &Comparison, attribute: &str, row: &Row) -> Result<Self, RowError> {
        let invalid =
            |detail: String| RowError::new(InputFile::Pairs, row.line, RowErrorCode::InvalidFactor, detail);
        let read_factor = |column, unit| match row.cell(column) {
            Some(text) => factor(text, unit)
                .ok_or_else(|| invalid(format!("the factor of {} is {text}", comparison.name))),
            None => Err(invalid(format!("the factor of {} is empty", comparison.name))),
        };
        let mut evidence = Self {
            attribute: attribute.to_owned(),
            level: comparison.gamma.and_then(|column| row.cell(column)).map(level),
            factor: None,
            term_frequency_weight: None,
        };
        let Some((column, unit)) = comparison.factor else {
            return Ok(evidence);
        };
        let own = read_factor(column, unit)?;
        evidence.factor = Some(match comparison.term_frequency {
            None => own,
            Some(column) => {
                let adjustment = read_factor(column, unit)?;
                if let Factor::Weight(weight) = adjustment {
                    evidence.term_frequency_weight = Some(weight);
                }
                product(own, adjustment)
                    .ok_or_else(|| invalid(format!("zero times infinite in {}", comparison.name)))?
            }
        });
        Ok(evidence)
    }

    pub fn to_json(&self) -> Value {
        let mut json = Map::new();
        json.insert("attribute".to_owned(), json!(self.attribute));
        if let Some(level) = &self.level {
            json.insert("level".to_owned(), json!(level));
        }
        match self.factor {
            Some(Factor::Weight(weight)) => json.insert("weight".to_owned(), json!(weight)),
            Some(Factor::Zero) => json.insert("factor".to_owned(), json!("zero")),
            Some(Factor::Infinite) => json.insert("factor".to_owned(), json!("infinite")),
            None => None,
        };
        if let Some(weight) = self.term_frequency_weight {
            json.insert("term_frequency_weight".to_owned(), json!(weight));
        }
        Value::Object(json)
    }
}

/// Splink's −1 says that a value is missing on a side; pandas may have made the level a float.
fn level(gamma: &str) -> String {
    let gamma = gamma.trim();
    match gamma.strip_suffix(".0").unwrap_or(gamma) {
        "-1" => "missing".to_owned(),
        level => format!("gamma {level}"),
    }
}

/// A number or ±infinity; never NaN.
fn parse(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|value| !value.is_nan())
}

fn factor(text: &str, unit: FactorUnit) -> Option<Factor> {
    let value = parse(text)?;
    let weight = match unit {
        FactorUnit::MatchWeight => value,
        FactorUnit::BayesFactor if value < 0.0 => return None,
        FactorUnit::BayesFactor => value.log2(),
    };
    Some(match weight {
        f64::INFINITY => Factor::Infinite,
        f64::NEG_INFINITY => Factor::Zero,
        weight => Factor::Weight(round_computed(weight)),
    })
}

/// The product of two factors; `None` for zero times infinite, which is no number.
fn product(one: Factor, other: Factor) -> Option<Factor> {
    Some(match (one, other) {
        (Factor::Weight(one), Factor::Weight(other)) => Factor::Weight(round_computed(one + other)),
        (Factor::Zero, Factor::Infinite) | (Factor::Infinite, Factor::Zero) => return None,
        (Factor::Zero, _) | (_, Factor::Zero) => Factor::Zero,
        (Factor::Infinite, _) | (_, Factor::Infinite) => Factor::Infinite,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bayes_factors_become_their_logarithm_and_match_weights_stay() {
        assert_eq!(factor("8.0", FactorUnit::BayesFactor), Some(Factor::Weight(3.0)));
        assert_eq!(
            factor("-2.5", FactorUnit::MatchWeight),
            Some(Factor::Weight(-2.5))
        );
    }

    #[test]
    fn zero_and_infinite_factors_have_no_weight_in_either_unit() {
        assert_eq!(factor("0.0", FactorUnit::BayesFactor), Some(Factor::Zero));
        assert_eq!(factor("inf", FactorUnit::BayesFactor), Some(Factor::Infinite));
        assert_eq!(factor("-Infinity", FactorUnit::MatchWeight), Some(Factor::Zero));
        assert_eq!(
            factor("Infinity", FactorUnit::MatchWeight),
            Some(Factor::Infinite)
        );
    }

    #[test]
    fn what_is_no_factor_is_none() {
        for text in ["-0.5", "nan", "high", ""] {
            assert_eq!(factor(text, FactorUnit::BayesFactor), None, "{text}");
        }
        assert_eq!(product(Factor::Zero, Factor::Infinite), None);
        assert_eq!(product(Factor::Zero, Factor::Weight(3.0)), Some(Factor::Zero));
    }

    #[test]
    fn level_minus_one_is_said_in_words() {
        assert_eq!(level("-1"), "missing");
        assert_eq!(level("-1.0"), "missing");
        assert_eq!(level("3.0"), "gamma 3");
    }
}
