//! A data conflict as the screen shows it: claims grouped by value, in order of value, never of votes.

mod axis;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::normal::{Normal, clock_of_raw, normal};
use super::{Claim, ConflictAttribute, ConflictBody, Entity};
use crate::Instant;
use crate::text::{Segment, counted, escaped, inspect, label, value_text};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConflictView {
    pub entity: Entity,
    pub attributes: Vec<AttributeClaims>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AttributeClaims {
    pub name: String,
    pub label: String,
    pub value_type: String,
    /// "20 sites, 4 values": counted in words.
    pub words: String,
    /// By value, ascending; text alphabetically; null last. Keys 1–9 choose them in this order.
    pub groups: Vec<ValueGroup>,
    /// For times, dates and numbers: where the values lie, 0 to 1 each; empty otherwise.
    pub axis: Vec<AxisPoint>,
    pub axis_ticks: Vec<AxisTick>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ValueGroup {
    /// From 1, as the keys have it.
    pub option: u32,
    /// What a verdict would carry.
    pub value: Value,
    /// As shown in one line, hidden characters written out; "empty" for null.
    pub text: String,
    /// The value as it came, with hidden and look-alike characters marked; no segments for null.
    pub segments: Vec<Segment>,
    pub claims: Vec<ClaimView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClaimView {
    pub id: String,
    pub system: String,
    /// As the system wrote it, when that differs from the value shown.
    pub raw: Option<String>,
    pub updated_at: Option<Instant>,
    pub url: Option<String>,
    /// How often this system was right before on this attribute; none when nothing is known yet.
    pub right_before: Option<RightBefore>,
}

/// A rate with its count and interval (Wilson 1927, 95 %).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RightBefore {
    pub right: u64,
    pub n: u64,
    pub rate: f64,
    pub low: f64,
    pub high: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AxisPoint {
    pub option: u32,
    pub claims: u32,
    pub at: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AxisTick {
    pub text: String,
    pub at: f64,
}

/// How often a system was right before on an attribute, by system and attribute; none when nothing is known.
pub type Record<'a> = &'a dyn Fn(&str, &str) -> Option<RightBefore>;

/// The case as the screen shows it.
pub fn view(body: &ConflictBody, right_before: Record<'_>) -> ConflictView {
    let attributes = body
        .attributes
        .iter()
        .map(|attribute| claims_view(attribute, right_before))
        .collect();
    ConflictView {
        entity: body.entity.clone(),
        attributes,
    }
}

fn claims_view(attribute: &ConflictAttribute, right_before: Record<'_>) -> AttributeClaims {
    let grouped = grouped(attribute);
    let (axis, axis_ticks) = axis::axis(&grouped);
    let systems: BTreeSet<&str> = attribute.claims.iter().map(|c| c.system.as_str()).collect();
    AttributeClaims {
        name: attribute.name.clone(),
        label: attribute.label.clone().unwrap_or_else(|| label(&attribute.name)),
        value_type: attribute.value_type.clone(),
        words: format!(
            "{}, {}",
            counted(systems.len(), "system"),
            counted(grouped.len(), "value")
        ),
        groups: grouped
            .iter()
            .enumerate()
            .map(|(index, (normal, claims))| value_group(attribute, index, normal, claims, right_before))
            .collect(),
        axis,
        axis_ticks,
    }
}

/// In order of value: text without regard to case, nothing last. Never in order of votes.
fn grouped(attribute: &ConflictAttribute) -> Vec<(Normal, Vec<&Claim>)> {
    let mut groups: BTreeMap<(bool, String, Normal), Vec<&Claim>> = BTreeMap::new();
    for claim in &attribute.claims {
        let normal = normal(&attribute.value_type, &claim.value);
        let sorted_as = if let Normal::Text(text) = &normal {
            text.to_lowercase()
        } else {
            String::new()
        };
        groups
            .entry((normal == Normal::Null, sorted_as, normal))
            .or_default()
            .push(claim);
    }
    groups
        .into_iter()
        .map(|((_, _, normal), claims)| (normal, claims))
        .collect()
}

fn value_group(
    attribute: &ConflictAttribute,
    index: usize,
    normal: &Normal,
    claims: &[&Claim],
    right_before: Record<'_>,
) -> ValueGroup {
    let value = claims
        .first()
        .map(|claim| claim.value.clone())
        .unwrap_or_default();
    let text = shown_text(&value);
    ValueGroup {
        option: index as u32 + 1,
        claims: claims
            .iter()
            .map(|claim| ClaimView {
                id: claim.id.clone(),
                system: claim.system.clone(),
                raw: claim.raw.clone().filter(|raw| !says_the_same(raw, &text, normal)),
                updated_at: claim.updated_at,
                url: claim.url.clone(),
                right_before: right_before(&claim.system, &attribute.name),
            })
            .collect(),
        segments: inspect(&value_text(&value)),
        value,
        text,
    }
}

/// A claimed value as it is shown: "empty" for nothing.
pub fn shown_text(value: &Value) -> String {
    let text = value_text(value);
    if text.trim().is_empty() {
        "empty".to_owned()
    } else {
        escaped(&text)
    }
}

/// Whether what the system wrote is the value shown in other clothes: "9:53 p.m." for 21:53.
fn says_the_same(raw: &str, text: &str, normal: &Normal) -> bool {
    raw.trim() == text.trim()
        || matches!(normal, Normal::Time { seconds } if clock_of_raw(raw) == Some(*seconds))
}
