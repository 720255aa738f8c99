//! What is done to a case without deciding it: taken back, assigned, routed, commented; and the outcome of a decision.

use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::outcome::{CaseState, DecisionState, OutcomeStatus};
use domain::policy::Refusal;
use domain::policy::opinions::may_be_asked;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::passing::{Around, passed};
use crate::sight;
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::{decisions, escalations, events, notes, queues};
use crate::webhooks::outbox::Notice;
use crate::work::Work;
use crate::{gate, opinions};

/// The source takes its case back. A decision not yet released is undone; a released one stands, and so does its case.
///
/// # Errors
/// `not_found`, `not_allowed`, `already_decided`; [`HubError`] of the database.
pub async fn withdraw(hub: &Hub, caller: &Caller, id: &str) -> Result<CaseHead, HubError> {
    caller.may(Scope::CasesWrite)?;
    let mut work = hub.work(caller).await?;
    let mut head = sight::hold(work.conn(), caller, id).await?;
    if !sight::owns(caller, &head.source) {
        return Err(HubError::forbidden(
            "not_allowed",
            "only its source withdraws a case",
        ));
    }
    match head.state {
        CaseState::Withdrawn => return Ok(head),
        CaseState::Released => {
            return Err(HubError::conflict(
                "already_decided",
                "the decision on this case is released",
            ));
        }
        _ => {}
    }
    opinions::end_all(&mut work, &head, "withdrawn").await?;
    work.end_lease(&mut head, "withdrawn").await?;
    work.set_state(&mut head, CaseState::Withdrawn, None).await?;
    work.case_event(events::CASE_CLOSED, &head);
    work.tell(Notice::closed(&head));
    work.audit(Entry::new("case.withdrawn", json!({"revision": head.revision})).case(&head.id));
    hub.commit(work).await?;
    Ok(head)
}

/// What may be changed without a new revision; absent: left as it is.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// 0 low … 4 urgent.
    pub priority: Option<u8>,
    pub due_at: Option<DateTime<Utc>>,
    /// Only earlier than it was.
    pub expires_at: Option<DateTime<Utc>>,
    /// Id or name of a person who may decide the case. To give it to nobody in particular again: `assign` to null.
    pub assignee: Option<String>,
}

/// By the case's source or a lead of its queue; assigning is a lead's alone.
///
/// # Errors
/// `not_found`, `not_allowed`, `invalid_routing`; [`HubError`] of the database.
pub async fn route(hub: &Hub, caller: &Caller, id: &str, routing: Routing) -> Result<CaseHead, HubError> {
    caller.may(Scope::RoutingWrite)?;
    let mut work = hub.work(caller).await?;
    let mut head = sight::hold(work.conn(), caller, id).await?;
    let leads = sight::leads(caller, &head.queue);
    if !leads && (routing.assignee.is_some() || !sight::owns(caller, &head.source)) {
        return Err(only_a_lead());
    }
    let changed = json!({"priority": routing.priority, "due_at": routing.due_at, "expires_at": routing.expires_at, "assignee": routing.assignee});
    apply(&mut head, &routing)?;
    if let Some(to) = &routing.assignee {
        assign_to(&mut work, &mut head, to).await?;
    }
    cases::set_routing(work.conn(), &head).await?;
    work.case_event(events::CASE_REVISED, &head);
    work.touch(&head.queue);
    work.audit(Entry::new("case.routed", changed).case(&head.id));
    hub.commit(work).await?;
    Ok(head)
}

fn apply(head: &mut CaseHead, routing: &Routing) -> Result<(), HubError> {
    let bad = |pointer: &str, detail: &str| {
        HubError::Unprocessable(Invalid::new("invalid_routing", pointer, detail))
    };
    if let Some(priority) = routing.priority {
        if priority > 4 {
            return Err(bad("/priority", "0 to 4"));
        }
        head.priority = priority;
    }
    if let Some(at) = routing.expires_at {
        if head.expires_at.is_some_and(|was| at > was) {
            return Err(bad("/expires_at", "only earlier than it was"));
        }
        head.expires_at = Some(at);
    }
    head.due_at = routing.due_at.or(head.due_at);
    head.routed |= routing.priority.is_some() || routing.due_at.is_some() || routing.expires_at.is_some();
    Ok(())
}

fn only_a_lead() -> HubError {
    HubError::forbidden("not_allowed", "only a lead of the queue does this")
}

/// Gives the case to one person, or with none to whoever may decide it.
///
/// # Errors
/// `not_found`, `not_allowed`, `invalid_routing`; [`HubError`] of the database.
pub async fn assign(hub: &Hub, caller: &Caller, id: &str, to: Option<&str>) -> Result<CaseHead, HubError> {
    if let Some(to) = to {
        let routing = Routing {
            assignee: Some(to.to_owned()),
            ..Routing::default()
        };
        return route(hub, caller, id, routing).await;
    }
    caller.may(Scope::RoutingWrite)?;
    let mut work = hub.work(caller).await?;
    let mut head = sight::case(work.conn(), caller, id).await?;
    if !sight::leads(caller, &head.queue) {
        return Err(only_a_lead());
    }
    let escalated = escalations::of_case(work.conn(), &head.id).await?.is_some();
    if head.assignee.take().is_some() || escalated {
        let now = work.now;
        escalations::end(work.conn(), &head.id, now).await?;
        cases::set_routing(work.conn(), &head).await?;
        work.case_event(events::CASE_REVISED, &head);
        work.touch(&head.queue);
        work.audit(Entry::new("case.assigned", json!({"to": null})).case(&head.id));
        hub.commit(work).await?;
    }
    Ok(head)
}

async fn assign_to(work: &mut Work, head: &mut CaseHead, to: &str) -> Result<(), HubError> {
    let now = work.now;
    let people = staff::who_see(work.conn(), head.sensitivity, now).await?;
    let bad = |detail: &str| HubError::Unprocessable(Invalid::new("invalid_routing", "/assignee", detail));
    let person = staff::named(&people, to).ok_or_else(|| bad("there is no such person who may see it"))?;
    // Nobody else is given the case: with one who can't decide it, it would never be decided.
    let readable = queues::by_name(work.conn(), &head.queue)
        .await?
        .and_then(|queue| queue.policy);
    let around = Around::of(work.conn(), head).await?;
    gate::readable(readable)
        .and_then(|_| around.ask(head, |asked| may_be_asked(person, asked)))
        .map_err(|refusal: Refusal| {
            let detail = format!("{} may not decide it: {}", person.name, refusal.text);
            match passed(head).is_of(&person.id) {
                true => HubError::Attempted(Invalid::new("invalid_routing", "/assignee", detail)),
                false => bad(&detail),
            }
        })?;
    if head
        .lease_person
        .as_ref()
        .is_some_and(|holder| *holder != person.id)
    {
        work.end_lease(head, "assigned").await?;
    }
    escalations::end(work.conn(), &head.id, now).await?;
    head.assignee = Some(person.id.clone());
    work.personal_event(events::CASE_ASSIGNED, head, &person.id);
    work.audit(Entry::new("case.assigned", json!({"to": person.id})).case(&head.id));
    Ok(())
}

/// Longest comment, in bytes.
const COMMENT_BYTES_MAX: usize = 16 * 1024;

/// # Errors
/// `not_found`, `invalid_comment`; [`HubError`] of the database.
pub async fn comment(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    text: &str,
) -> Result<protocol::hub::Comment, HubError> {
    if text.trim().is_empty() || text.len() > COMMENT_BYTES_MAX {
        let detail = format!("1 to {COMMENT_BYTES_MAX} bytes");
        return Err(HubError::Unprocessable(Invalid::new(
            "invalid_comment",
            "/text",
            detail,
        )));
    }
    let mut work = hub.work(caller).await?;
    let head = sight::hold(work.conn(), caller, id).await?;
    if !sight::owns(caller, &head.source) {
        caller.may(Scope::CommentsWrite)?;
    }
    // What is written now would outlive what it is about.
    if head.erased_at.is_some() {
        return Err(HubError::Erased);
    }
    let (comment_id, now) = (uuid::Uuid::now_v7().to_string(), work.now);
    notes::insert_comment(work.conn(), &comment_id, &head.id, &caller.person.id, text, now).await?;
    work.case_event(events::CASE_COMMENTED, &head);
    work.audit(Entry::new("case.commented", json!({"comment": comment_id})).case(&head.id));
    hub.commit(work).await?;
    Ok(protocol::hub::Comment {
        id: comment_id,
        at: now,
        by: Some(caller.person.name.clone()),
        text: Some(text.to_owned()),
    })
}

/// The executor reports back what became of a released decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct OutcomeReport {
    pub status: OutcomeStatus,
    pub detail: Option<String>,
}

/// # Errors
/// `not_found`, `not_allowed`, `not_released`; [`HubError`] of the database.
pub async fn outcome(
    hub: &Hub,
    caller: &Caller,
    decision_id: &str,
    report: OutcomeReport,
) -> Result<Value, HubError> {
    caller.may(Scope::OutcomesWrite)?;
    let mut work = hub.work(caller).await?;
    let decision = decisions::by_id(work.conn(), &decision_id.to_ascii_lowercase()).await?;
    let decision = decision
        .filter(|d| sight::owns(caller, &d.source))
        .ok_or(HubError::NotFound { what: "decision" })?;
    if !matches!(decision.state, DecisionState::Released | DecisionState::Corrected) {
        return Err(HubError::conflict(
            "not_released",
            "only what is released has an outcome",
        ));
    }
    let row = notes::OutcomeRow {
        status: report.status.as_str().to_owned(),
        detail: report.detail,
        at: work.now,
    };
    notes::insert_outcome(work.conn(), &decision.id, &row, &caller.person.id).await?;
    work.tell(Notice::outcome(&decision, &row, &caller.correlation_id));
    if let Some(head) = cases::hold(work.conn(), &decision.case_id).await? {
        work.personal_event(events::DECISION_RELEASED, &head, &decision.person_id);
    }
    work.audit(
        Entry::new("decision.outcome", json!({"status": row.status}))
            .case(&decision.case_id)
            .decision(&decision.id),
    );
    hub.commit(work).await?;
    Ok(json!({"decision_id": decision.id, "status": row.status, "detail": row.detail, "at": row.at}))
}
