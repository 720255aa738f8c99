//! What is sent: a CloudEvent 1.0 in structured JSON, made anew for each try from what stands in the database then. So
//! nothing of a case's content lies in the outbox, and what was erased meanwhile isn't sent.

use domain::policy::Person;
use domain::webhook::WebhookEvent;
use protocol::webhooks::CloudEvent;
use serde_json::{Value, json};

use crate::Hub;
use crate::caller::Caller;
use crate::error::HubError;
use crate::feeds::decision_row;
use crate::store::deliveries::DeliveryRow;
use crate::store::{Conn, cases, feeds, labels, meta};

/// Digits of a sequence: more than a case has events, so that it orders as text and as a number.
const SEQUENCE_DIGITS: usize = 12;

/// # Errors
/// `not_found` when what it is about is gone; [`HubError`] of the database.
pub async fn of_delivery(hub: &Hub, delivery: &DeliveryRow) -> Result<Vec<u8>, HubError> {
    let mut conn = hub.store.reader().await?;
    let case = cases::head(&mut conn, &delivery.case_id).await?;
    let event = CloudEvent {
        subject: Some(delivery.case_id.clone()),
        casecorrelationid: case.and_then(|case| case.correlation_id),
        sequence: Some(format!("{:0SEQUENCE_DIGITS$}", delivery.sequence)),
        correlationid: delivery.correlation_id.clone(),
        data: data(&mut conn, delivery).await?,
        ..bare(
            &mut conn,
            delivery.event_id.clone(),
            delivery.event.as_str(),
            delivery.created_at,
        )
        .await?
    };
    serde_json::to_vec(&event).map_err(HubError::broken)
}

/// The message by which a receiver is tried out.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of_test(hub: &Hub, webhook_id: &str, event_id: &str) -> Result<Vec<u8>, HubError> {
    let mut conn = hub.store.reader().await?;
    let event = CloudEvent {
        data: json!({"webhook": webhook_id}),
        ..bare(&mut conn, event_id.to_owned(), "webhook.test", hub.now()).await?
    };
    serde_json::to_vec(&event).map_err(HubError::broken)
}

async fn bare(
    conn: &mut Conn,
    id: String,
    kind: &str,
    time: domain::Instant,
) -> Result<CloudEvent, HubError> {
    Ok(CloudEvent {
        specversion: "1.0".to_owned(),
        id,
        source: format!("urn:tiebreak:hub:{}", meta::hub_id(conn).await?),
        kind: kind.to_owned(),
        subject: None,
        time,
        datacontenttype: "application/json".to_owned(),
        sequence: None,
        correlationid: None,
        casecorrelationid: None,
        data: Value::Null,
    })
}

async fn data(conn: &mut Conn, delivery: &DeliveryRow) -> Result<Value, HubError> {
    let Some(about) = &delivery.about else {
        return Ok(delivery.data.clone().unwrap_or_default());
    };
    let row = match delivery.event {
        WebhookEvent::LabelCreated | WebhookEvent::LabelRetracted => {
            let label = labels::by_id(conn, about).await?;
            serde_json::to_value(label.ok_or(HubError::NotFound { what: "label" })?)
        }
        _ => {
            let row = feeds::by_id(conn, about).await?;
            let row = row.ok_or(HubError::NotFound { what: "decision" })?;
            serde_json::to_value(decision_row(conn, &outsider(), row).await?)
        }
    };
    row.map_err(HubError::broken)
}

/// A reader who may know nobody: people stand in what is sent by their pseudonyms.
fn outsider() -> Caller {
    Caller {
        person: Person {
            id: String::new(),
            name: String::new(),
            roles: Vec::new(),
            queues: Vec::new(),
        },
        sources: Vec::new(),
        ceiling: None,
        token_id: String::new(),
        token_hash: String::new(),
        sign_in: String::new(),
        correlation_id: String::new(),
    }
}
