//! Passing cases on, being away, gold and what checks found: as the hub takes and shows them.

use chrono::{DateTime, Utc};
use domain::policy::EscalateTo;
use domain::stats::Agreed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// To a colleague who may decide it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandOver {
    /// A person's id or name.
    pub to: String,
    /// Written beside the case, for them and all who see it.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EscalateRequest {
    pub reason: String,
    /// None: as the queue's policy says, else the leads of the queue.
    #[serde(default)]
    pub to: Option<EscalateTo>,
}

/// That a case was escalated, and still waits for those it was escalated to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Escalated {
    pub at: DateTime<Utc>,
    /// Name of who did it, where the caller may know; none: the queue's policy.
    pub by: Option<String>,
    /// "Kim", "lead", "fraud": a person's name, a role or a queue.
    pub to: String,
    /// None: none was said, or it was erased.
    pub reason: Option<String>,
}

/// Somebody a case can be handed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    pub id: String,
    pub name: String,
    /// They are away until then.
    pub away_until: Option<DateTime<Utc>>,
    /// Name of who is then given what is theirs.
    pub stands_in: Option<String>,
}

/// Away, from now when it isn't said, until then: it ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AwayRequest {
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
    /// Id or name of who is given what is assigned to the caller; none: whoever may.
    #[serde(default)]
    pub delegate: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Away {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Id and name of who stands in.
    pub delegate: Option<String>,
    pub delegate_name: Option<String>,
}

/// A case with its known answer, to be handed out among the others and never released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoldRequest {
    /// As in `POST /v1/cases`, with its `source`: whoever works on it reads there where it comes from.
    pub case: Value,
    /// A verdict as of a decision; null: nobody could tell.
    #[serde(default)]
    pub answer: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gold {
    pub id: String,
    pub queue: String,
    pub source: String,
    pub external_id: String,
    pub created_at: DateTime<Utc>,
    /// Handed out no more, and erased.
    pub retired_at: Option<DateTime<Utc>>,
}

/// How often those who looked came to the same, in one queue. Of nobody in particular.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueAgreement {
    pub queue: String,
    /// With known answers.
    pub gold: Agreed,
    /// With what one person had decided and was released.
    pub audit: Agreed,
    /// With the first of two who were asked before release.
    pub second_opinion: Agreed,
}
