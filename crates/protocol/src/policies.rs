//! Policies and tools as the hub shows and takes them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::action::tool::Tool;
use domain::policy::Policy;
use domain::policy::gate::Gate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A queue's policy as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePolicy {
    pub queue: String,
    pub kind: Kind,
    /// From 1; said again by who changes it.
    pub version: i64,
    /// None: it can't be read, and nothing is decided in this queue until it is written anew.
    pub policy: Option<Policy>,
}

/// The same, with all it was before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyHistory {
    #[serde(flatten)]
    pub now: QueuePolicy,
    /// The newest first.
    pub versions: Vec<PolicyVersion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyVersion {
    pub version: i64,
    pub policy: Option<Policy>,
    pub at: DateTime<Utc>,
    /// Name of who wrote it; none: the hub's default.
    pub by: Option<String>,
}

/// A policy to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPreset {
    pub name: String,
    pub title: String,
    pub policy: Policy,
}

/// A policy as it shall be. `version`, or `If-Match`, is the one it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyChange {
    #[serde(default)]
    pub version: Option<i64>,
    /// Of a queue that isn't there yet: it is made, from version 0.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// As in a `QueuePolicy`; what is left out is the default.
    #[cfg_attr(feature = "openapi", schema(value_type = Policy))]
    pub policy: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulateRequest {
    pub queue: String,
    /// None: the queue's own.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Policy>))]
    pub policy: Option<Value>,
    /// How many of the newest cases: 100 when absent, at most 500.
    #[serde(default)]
    pub last: Option<i64>,
}

/// What a policy would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Simulation {
    pub n: u64,
    /// Cases left out of `n`: what they held is erased.
    #[serde(default)]
    pub erased: u64,
    /// Decided by one person.
    pub one: u64,
    /// Needing a second, those drawn by chance among them.
    pub two: u64,
    pub drawn: u64,
    /// Decisions that would have been refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Suggestion and links would have been withheld.
    pub blind: u64,
    /// Released to nobody who acts.
    pub draft: u64,
    /// How often each rule applied, in their order.
    pub rules: Vec<RuleCount>,
    pub items: Vec<Simulated>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleCount {
    pub when: String,
    pub n: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Simulated {
    pub case_id: String,
    pub external_id: String,
    /// Judged by what was decided; where nothing is, by what was suggested.
    pub decided: bool,
    #[serde(flatten)]
    pub gate: Gate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A tool as it is registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredTool {
    pub name: String,
    #[serde(flatten)]
    pub tool: Tool,
    pub at: DateTime<Utc>,
}
