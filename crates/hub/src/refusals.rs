//! What was tried and refused, in the audit: a role that doesn't give it, a case of another queue, a token whose time is
//! over. What it is not: the refusing; that happened before, and stands also where it can't be noted.

use domain::policy::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Hub;
use crate::auth::{Caller, StoredToken};
use crate::error::{HubError, TokenFault};
use crate::store::audit::{Actor, Entry};

/// An id as it may stand in the audit: nothing that somebody made up.
pub fn id(text: &str) -> Option<String> {
    Uuid::parse_str(text).ok().map(|id| id.to_string())
}

/// The case or decision an address names.
pub fn id_in(template: &str, path: &str) -> Option<String> {
    let place = template.split('/').position(|part| part == "{id}")?;
    id(path.split('/').nth(place)?)
}

/// A token that was known and isn't taken. An unknown one is nobody's, and not noted.
pub async fn of_token(hub: &Hub, token: &StoredToken, fault: TokenFault, correlation_id: String) {
    let actor = Actor {
        person: Some(token.person.id.clone()),
        token: Some(token.id.clone()),
        correlation_id: Some(correlation_id),
    };
    note(
        hub,
        actor,
        Entry::new("request.refused", json!({"code": fault.code()})),
    )
    .await;
}

/// A request that was answered with a refusal: its code, and what of the request may be kept.
pub async fn of_request(hub: &Hub, caller: &Caller, refused: Value) {
    let actor = Actor {
        person: Some(caller.person.id.clone()),
        token: Some(caller.token_id.clone()),
        correlation_id: Some(caller.correlation_id.clone()),
    };
    note(hub, actor, Entry::new("request.refused", refused)).await;
}

/// Of the refusals of a decision, those that somebody should look at.
pub fn is_noted(code: &str) -> bool {
    matches!(
        code,
        "not_allowed" | "not_found" | "second_must_differ" | "id_reused"
    )
}

/// A decision of a batch that wasn't taken.
pub fn of_decision(refusal: &Refusal, decision_id: Option<&str>, case_id: Option<String>) -> Entry {
    let payload = json!({"code": refusal.code, "decision": decision_id.and_then(id), "case": case_id});
    Entry::new("decision.refused", payload)
}

async fn note(hub: &Hub, actor: Actor, entry: Entry) {
    if let Err(error) = written(hub, actor, entry).await {
        tracing::error!(%error, "refusals.not_noted");
    }
}

async fn written(hub: &Hub, actor: Actor, entry: Entry) -> Result<(), HubError> {
    let mut work = hub.work_as(actor).await?;
    work.audit(entry);
    hub.commit(work).await
}
