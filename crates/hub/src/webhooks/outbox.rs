//! What a piece of work has to tell the outside world, written with it: one row for each webhook that wants to hear of it.

use domain::Instant;
use domain::label::Label;
use domain::policy::EscalateTo;
use domain::webhook::WebhookEvent;
use serde_json::{Value, json};

use crate::error::HubError;
use crate::store::cases::CaseHead;
use crate::store::deliveries::{self, NewDelivery};
use crate::store::notes::OutcomeRow;
use crate::store::{Conn, decisions::DecisionHead, webhooks};

/// Something that happened to a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    event: WebhookEvent,
    case_id: String,
    /// The feed's row it is about, where there is one: its content is read when it is sent, and erased with it.
    about: Option<String>,
    /// Else what there is to say.
    data: Option<Value>,
    /// Of the request that caused it.
    correlation_id: Option<String>,
}

impl Notice {
    pub fn created(head: &CaseHead) -> Self {
        Self::case(WebhookEvent::CaseCreated, head)
    }

    pub fn revised(head: &CaseHead) -> Self {
        Self::case(WebhookEvent::CaseRevised, head)
    }

    /// Released, withdrawn, expired or returned. What is decided and not yet released isn't told of.
    pub fn closed(head: &CaseHead) -> Self {
        Self::case(WebhookEvent::CaseClosed, head)
    }

    /// To whom, null where nobody was there to take it; why isn't told.
    pub fn escalated(head: &CaseHead, to: Option<&EscalateTo>, by_policy: bool) -> Self {
        let mut notice = Self::case(WebhookEvent::CaseEscalated, head);
        if let Some(Value::Object(data)) = &mut notice.data {
            data.insert("escalated_to".to_owned(), json!(to));
            data.insert("by_policy".to_owned(), json!(by_policy));
        }
        notice
    }

    fn case(event: WebhookEvent, head: &CaseHead) -> Self {
        Self {
            event,
            case_id: head.id.clone(),
            about: None,
            data: Some(json!({
                "id": head.id, "source": head.source, "external_id": head.external_id, "revision": head.revision,
                "queue": head.queue, "kind": head.kind, "state": head.state, "content_hash": head.content_hash,
            })),
            correlation_id: head.correlation_id.clone(),
        }
    }

    pub fn released(decision: &DecisionHead) -> Self {
        let caused_by = decision.correlation_id.as_deref();
        Self::decision(WebhookEvent::DecisionReleased, &decision.id, decision, caused_by)
    }

    /// By the row of the feed that takes it back.
    pub fn corrected(correction_id: &str, decision: &DecisionHead, caused_by: Option<&str>) -> Self {
        Self::decision(
            WebhookEvent::DecisionCorrected,
            correction_id,
            decision,
            caused_by,
        )
    }

    fn decision(event: WebhookEvent, row_id: &str, decision: &DecisionHead, caused_by: Option<&str>) -> Self {
        Self {
            event,
            case_id: decision.case_id.clone(),
            about: Some(row_id.to_owned()),
            data: None,
            correlation_id: caused_by.map(str::to_owned),
        }
    }

    /// A row of the ledger of labels, or of its retraction.
    pub fn label(label: &Label) -> Self {
        Self {
            event: match label.head.retracts {
                None => WebhookEvent::LabelCreated,
                Some(_) => WebhookEvent::LabelRetracted,
            },
            case_id: label.head.case.id.clone(),
            about: Some(label.head.id.clone()),
            data: None,
            correlation_id: label.head.correlation_id.clone(),
        }
    }

    pub fn outcome(decision: &DecisionHead, outcome: &OutcomeRow, caused_by: &str) -> Self {
        Self {
            event: WebhookEvent::OutcomeReported,
            case_id: decision.case_id.clone(),
            about: None,
            data: Some(json!({"decision_id": decision.id, "status": outcome.status, "at": outcome.at})),
            correlation_id: Some(caused_by.to_owned()),
        }
    }
}

/// Writes the deliveries, in this transaction. Returns whether there are any.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn write(conn: &mut Conn, notices: &[Notice], now: Instant) -> Result<bool, HubError> {
    if notices.is_empty() {
        return Ok(false);
    }
    let hooks = webhooks::active(conn).await?;
    let mut rows = Vec::new();
    for notice in notices {
        let wanting: Vec<&str> = hooks
            .iter()
            .filter(|(_, events)| notice.event.is_wanted(events))
            .map(|(id, _)| id.as_str())
            .collect();
        if wanting.is_empty() {
            continue;
        }
        let event_id = uuid::Uuid::now_v7().to_string();
        let sequence = deliveries::next_sequence(conn, &notice.case_id).await?;
        for webhook_id in wanting {
            rows.push(NewDelivery {
                webhook_id: webhook_id.to_owned(),
                event_id: event_id.clone(),
                event: notice.event,
                case_id: notice.case_id.clone(),
                sequence,
                about: notice.about.clone(),
                data: notice.data.clone(),
                correlation_id: notice.correlation_id.clone(),
            });
        }
    }
    deliveries::insert(conn, &rows, now).await?;
    Ok(!rows.is_empty())
}
