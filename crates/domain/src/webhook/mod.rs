//! What the outside world is told by webhook, where to, and how often it is tried. What it is not: sending.

mod address;
mod retry;
mod standing;

pub use address::{URL_BYTES_MAX, is_public};
pub use retry::{Answer, LEASE_SECONDS, Next, TIMEOUT_SECONDS, TRIES_MAX, Tries, after};
pub use standing::{Standing, standing};

use serde::{Deserialize, Serialize};

/// What can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookEvent {
    #[serde(rename = "decision.released")]
    DecisionReleased,
    /// A released decision was taken back.
    #[serde(rename = "decision.corrected")]
    DecisionCorrected,
    #[serde(rename = "case.created")]
    CaseCreated,
    #[serde(rename = "case.revised")]
    CaseRevised,
    /// Released, withdrawn, expired or returned.
    #[serde(rename = "case.closed")]
    CaseClosed,
    /// To somebody by name, to a role, to another queue.
    #[serde(rename = "case.escalated")]
    CaseEscalated,
    #[serde(rename = "label.created")]
    LabelCreated,
    #[serde(rename = "label.retracted")]
    LabelRetracted,
    #[serde(rename = "outcome.reported")]
    OutcomeReported,
}

/// Stands for all events, those of later versions too.
pub const EVERY_EVENT: &str = "*";

impl WebhookEvent {
    pub const ALL: [Self; 9] = [
        Self::DecisionReleased,
        Self::DecisionCorrected,
        Self::CaseCreated,
        Self::CaseRevised,
        Self::CaseClosed,
        Self::CaseEscalated,
        Self::LabelCreated,
        Self::LabelRetracted,
        Self::OutcomeReported,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DecisionReleased => "decision.released",
            Self::DecisionCorrected => "decision.corrected",
            Self::CaseCreated => "case.created",
            Self::CaseRevised => "case.revised",
            Self::CaseClosed => "case.closed",
            Self::CaseEscalated => "case.escalated",
            Self::LabelCreated => "label.created",
            Self::LabelRetracted => "label.retracted",
            Self::OutcomeReported => "outcome.reported",
        }
    }

    /// For who chooses: "A decision was released".
    pub const fn words(self) -> &'static str {
        match self {
            Self::DecisionReleased => "A decision was released",
            Self::DecisionCorrected => "A released decision was taken back",
            Self::CaseCreated => "A case came in",
            Self::CaseRevised => "A case came in again, changed",
            Self::CaseClosed => "A case was closed",
            Self::CaseEscalated => "A case was escalated",
            Self::LabelCreated => "A label was written",
            Self::LabelRetracted => "A label was withdrawn",
            Self::OutcomeReported => "What became of a decision was reported",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }

    /// Whether a webhook that asked for these events is told of this one.
    pub fn is_wanted(self, events: &[String]) -> bool {
        events
            .iter()
            .any(|name| name == EVERY_EVENT || name == self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_and_writes_as_its_name() {
        for event in WebhookEvent::ALL {
            assert_eq!(WebhookEvent::parse(event.as_str()), Some(event));
            assert_eq!(serde_json::json!(event), event.as_str());
        }
        assert_eq!(WebhookEvent::parse("decision.made"), None);
    }

    #[test]
    fn a_webhook_is_told_what_it_asked_for() {
        let asked = ["case.closed".to_owned()];
        assert!(WebhookEvent::CaseClosed.is_wanted(&asked));
        assert!(!WebhookEvent::CaseCreated.is_wanted(&asked));
        assert!(WebhookEvent::CaseCreated.is_wanted(&[EVERY_EVENT.to_owned()]));
    }
}
