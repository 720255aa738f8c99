//! Figures in, figures out: rates with their count and interval, never a rate alone.
//!
//! Agreement is what is measured here, not correctness. Which decisions are counted is for the caller to choose:
//! released ones; kept, undone and corrected stand outside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::case::CaseBody;
use crate::decision::{Agreement, Verdict};
use crate::label::ValueLabel;

/// The level of every interval shown.
pub const LEVEL: f64 = 0.95;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval {
    pub low: f64,
    pub high: f64,
    pub level: f64,
    pub method: Method,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Method {
    Wilson,
}

/// The score interval for a proportion (E. B. Wilson, Probable inference, the law of succession, and statistical
/// inference, JASA 22, 1927, 209–212), without continuity correction:
/// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z the normal quantile of (1 + level)/2.
/// It stays within 0 to 1 and says something also for 0 of n. None where n is 0 or the input is no proportion.
pub fn wilson(successes: u64, n: u64, level: f64) -> Option<Interval> {
    if n == 0 || successes > n || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, level));
    let rate = proportion(successes, n)?;
    let count = n as f64;
    let share = z * z / count;
    let middle = rate + share / 2.0;
    let half = z * (rate * (1.0 - rate) / count + share / (4.0 * count)).sqrt();
    // Rounding must not put the rate outside, nor a bound beyond 0 or 1.
    let low = ((middle - half) / (1.0 + share)).clamp(0.0, rate);
    let high = ((middle + half) / (1.0 + share)).clamp(rate, 1.0);
    Some(Interval {
        low,
        high,
        level,
        method: Method::Wilson,
    })
}

fn proportion(part: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| part as f64 / n as f64)
}

/// Decisions of one group, counted by how they stand to the suggestion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OverrideCounts {
    pub agree: u64,
    pub overridden: u64,
    /// Part of `overridden`.
    pub edited: u64,
    pub cannot_tell: u64,
    pub no_suggestion: u64,
}

impl OverrideCounts {
    /// `edited`: see [`is_edited`].
    pub fn count(&mut self, agreement: Agreement, edited: bool) {
        self.add(agreement, 1, u64::from(edited));
    }

    /// As [`Self::count`], for decisions the store has already counted. Of anything but overrides none is edited.
    pub fn add(&mut self, agreement: Agreement, decisions: u64, edited: u64) {
        match agreement {
            Agreement::Agree => self.agree += decisions,
            Agreement::Override => {
                self.overridden += decisions;
                self.edited += edited.min(decisions);
            }
            Agreement::CannotTell => self.cannot_tell += decisions,
            Agreement::NoSuggestion => self.no_suggestion += decisions,
        }
    }

    /// What was decided with and in view of a suggestion: agree + override.
    pub const fn n(&self) -> u64 {
        self.agree + self.overridden
    }
}

/// One row of `GET /v1/stats/overrides`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RateItem {
    /// What it is grouped by, name to value; empty: everything. A null value: those that have none, as a model.
    pub group: BTreeMap<String, Option<String>>,
    /// agree + override.
    pub n: u64,
    pub agree: u64,
    #[serde(rename = "override")]
    pub overridden: u64,
    /// Part of override: the same actions, other arguments.
    pub edited: u64,
    pub cannot_tell: u64,
    pub no_suggestion: u64,
    /// override / n; null when n is 0.
    pub rate: Option<f64>,
    /// Null when n is 0.
    pub interval: Option<Interval>,
}

impl RateItem {
    pub fn of(group: BTreeMap<String, Option<String>>, counts: &OverrideCounts) -> Self {
        let n = counts.n();
        Self {
            group,
            n,
            agree: counts.agree,
            overridden: counts.overridden,
            edited: counts.edited,
            cannot_tell: counts.cannot_tell,
            no_suggestion: counts.no_suggestion,
            rate: proportion(counts.overridden, n),
            interval: wilson(counts.overridden, n, LEVEL),
        }
    }
}

/// Whether an override is an edit: every action is done that the machine would have done and no other, but at least
/// one with other arguments. Only proposed actions are edited; another partition or value is another answer.
pub fn is_edited(verdict: &Verdict, suggestion: &Verdict, body: &CaseBody) -> bool {
    let (Verdict::Action(mine), Verdict::Action(theirs), CaseBody::Action(_)) = (verdict, suggestion, body)
    else {
        return false;
    };
    let same_actions = mine.actions.len() == theirs.actions.len()
        && mine.actions.iter().zip(&theirs.actions).all(|(mine, theirs)| {
            mine.answered == theirs.answered || (mine.answered.acts() && theirs.answered.acts())
        });
    same_actions && mine.acts() && !verdict.agrees(suggestion, body)
}

/// How often two came to the same: the one who looked, and what was known or decided before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreed {
    /// agree + disagree.
    pub n: u64,
    pub agree: u64,
    pub disagree: u64,
    /// Beside n: who can't tell neither agrees nor disagrees.
    pub cannot_tell: u64,
    /// agree / n; null when n is 0.
    pub rate: Option<f64>,
    pub interval: Option<Interval>,
}

impl Agreed {
    pub fn of(agree: u64, disagree: u64, cannot_tell: u64) -> Self {
        let n = agree + disagree;
        Self {
            n,
            agree,
            disagree,
            cannot_tell,
            rate: proportion(agree, n),
            interval: wilson(agree, n, LEVEL),
        }
    }
}

/// How often a system was right about an attribute, where the answer is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceTrust {
    pub system: String,
    pub attribute: String,
    pub right: u64,
    /// Claims judged right or wrong; those without a judgement (unknown, stale, less specific) aren't counted.
    pub n: u64,
    /// right / n; null when n is 0.
    pub rate: Option<f64>,
    pub interval: Option<Interval>,
}

impl SourceTrust {
    pub fn of(system: &str, attribute: &str, right: u64, n: u64) -> Self {
        Self {
            system: system.to_owned(),
            attribute: attribute.to_owned(),
            right,
            n,
            rate: proportion(right, n),
            interval: wilson(right, n, LEVEL),
        }
    }
}

/// Counts value labels into [`SourceTrust`], by system and attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustCounts(BTreeMap<(String, String), (u64, u64)>);

impl TrustCounts {
    /// A system that claims twice is counted twice.
    pub fn count(&mut self, label: &ValueLabel) {
        for claim in &label.claims {
            if let Some(correct) = claim.correct {
                let (right, n) = self
                    .0
                    .entry((claim.system.clone(), label.attribute.clone()))
                    .or_default();
                *right += u64::from(correct);
                *n += 1;
            }
        }
    }

    /// Sorted by system, then attribute.
    pub fn items(&self) -> Vec<SourceTrust> {
        self.0
            .iter()
            .map(|((system, attribute), (right, n))| SourceTrust::of(system, attribute, *right, *n))
            .collect()
    }
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
