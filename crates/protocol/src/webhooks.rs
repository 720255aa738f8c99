//! Webhooks, as they are managed over HTTP. What they send is said in the hub's `webhooks::body`.

use chrono::{DateTime, Utc};
use domain::webhook::{Standing, WebhookEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Signing {
    /// HMAC-SHA-256 under a secret both sides know (`v1`).
    #[default]
    Hmac,
    /// Verified with a public key (`v1a`).
    Ed25519,
}

impl Signing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hmac => "hmac",
            Self::Ed25519 => "ed25519",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Hmac, Self::Ed25519]
            .into_iter()
            .find(|signing| signing.as_str() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhook {
    /// https; without credentials in it.
    pub url: String,
    /// Names of events, or `*` for all.
    pub events: Vec<String>,
    #[serde(default)]
    pub signing: Option<Signing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookState {
    Active,
    /// Its receiver answered 410: it is sent nothing until it is enabled again.
    Disabled,
}

impl WebhookState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Disabled]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    pub signing: Signing,
    /// `whpk_…`, with ed25519.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    pub state: WebhookState,
    pub created_at: DateTime<Utc>,
    pub last_success_at: Option<DateTime<Utc>>,
    /// Whether anything arrives: `untried delivering failing disabled`.
    #[serde(default)]
    pub standing: Standing,
    /// While it is failing.
    #[serde(default)]
    pub failing_since: Option<DateTime<Utc>>,
    /// Deliveries not yet taken by the receiver, those that wait for another try included.
    pub waiting: u64,
    /// Deliveries given up.
    pub dead: u64,
}

/// A webhook just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMade {
    /// `whsec_…`, with hmac; shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    #[serde(flatten)]
    pub webhook: Webhook,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up; it can be replayed.
    Dead,
}

impl DeliveryState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Dead]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    pub id: String,
    /// The event's: `webhook-id`, and `id` of the CloudEvent.
    pub event_id: String,
    pub event: WebhookEvent,
    pub case_id: String,
    /// Within the case; a receiver ignores lower ones than it has seen.
    pub sequence: u64,
    pub state: DeliveryState,
    pub tries: u32,
    pub created_at: DateTime<Utc>,
    /// When it is tried next; none when it isn't.
    pub next_at: Option<DateTime<Utc>>,
    pub tried_at: Option<DateTime<Utc>>,
    /// HTTP status of the last answer.
    pub status: Option<u16>,
    /// Why there was no answer: `private_address`, `timeout`, `unreachable`, `proxy_failed` where the operator's proxy didn't
    /// get through, `invalid_webhook` where the address isn't taken any more, `not_made` where the hub couldn't say it.
    pub fault: Option<String>,
    pub correlation_id: Option<String>,
}

/// What came of a test message. It is sent once and not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tested {
    pub delivered: bool,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub fault: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Deliveries that are tried again.
    pub replayed: u64,
}

/// What a webhook sends: a CloudEvent 1.0 in structured JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CloudEvent {
    pub specversion: String,
    /// The same each time it is sent.
    pub id: String,
    /// `urn:tiebreak:hub:` and the hub's id.
    pub source: String,
    /// Name of the event.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub time: DateTime<Utc>,
    pub datacontenttype: String,
    /// Extension: rises with every event of the case; as text of one length, so that it orders as text too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// Extension: of the request that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    /// Extension: the case's own, as its source sent it, else of the request it came in with. The same in everything that
    /// is told of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub casecorrelationid: Option<String>,
    /// Of a decision its row in `GET /v1/decisions`, of a label its row in `GET /v1/labels`; of a case and an outcome what
    /// they are called and how they stand. Of a draft's verdict, and of what it teaches, nothing is told.
    pub data: Value,
}
