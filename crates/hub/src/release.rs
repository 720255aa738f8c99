//! From pending to released, and back: labels, feed rows and retractions in the transaction that causes them.

use std::collections::HashSet;

use domain::action::tool::runs_for_good;
use domain::case::{Case, CaseBody};
use domain::label::{Basis, Decided, Label, Selection, labels_of, retraction_of};
use domain::outcome::{CaseState, DecisionState};
use domain::policy::Order;
use domain::policy::checks::acts;
use domain::{Instant, Kind, Verdict};
use serde_json::{Value, json};

use crate::due::{AllDue, Due};
use crate::error::HubError;
use crate::later::Judged;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::decisions::{DecisionHead, DecisionPayload};
use crate::store::feeds::NewRow;
use crate::store::labels::NewLabel;
use crate::store::payloads::Payload;
use crate::store::{self, Conn, decisions, events, feeds, labels, meta};
use crate::verdicts::verdict_of;
use crate::webhooks::outbox::Notice;
use crate::work::Work;
use crate::{checks, gate, standing};

/// Releases decisions, but for those undone or released since they were looked for. Of several on one case the first is: the
/// others come next time.
pub(crate) async fn release_pending(work: &mut Work, due: &[DecisionHead]) -> Result<(), HubError> {
    let mut cases_seen = HashSet::new();
    let due: Vec<&DecisionHead> = due
        .iter()
        .filter(|decision| cases_seen.insert(decision.case_id.as_str()))
        .collect();
    let mut all = AllDue::read(work.conn(), &due).await?;
    for decision in due {
        if let Some(decision) = all.take(&decision.id) {
            release_due_one(work, &all, decision).await?;
        }
    }
    Ok(())
}

/// Releases a decision, and with it who agreed: their labels, one row in the feed, their case.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn release(work: &mut Work, decision: &DecisionHead) -> Result<(), HubError> {
    let mut all = AllDue::read(work.conn(), &[decision]).await?;
    match all.take(&decision.id) {
        Some(decision) => release_due_one(work, &all, decision).await,
        None => Ok(()),
    }
}

async fn release_due_one(work: &mut Work, all: &AllDue, decision: Due) -> Result<(), HubError> {
    let Due {
        decision,
        mut head,
        payload,
        content,
        beside,
    } = decision;
    if !acts(decision.basis) {
        return checks::release(work, &decision).await;
    }
    if !decision.draft {
        work.later.feed.push(NewRow {
            id: decision.id.clone(),
            decision_id: decision.id.clone(),
            corrects: false,
            correlation_id: decision.correlation_id.clone(),
        });
        work.tell(Notice::released(&decision));
    }
    let content = match content {
        Err(HubError::Erased) => None,
        other => Some(other?),
    };
    release_one(work, all, &decision, &payload, content.as_ref())?;
    for second in standing::beside(work, &decision, beside).await? {
        let payload = decisions::payload(work.conn(), &second.id).await?;
        release_one(work, all, &second, &payload, content.as_ref())?;
    }
    if head.decision_id.as_deref() == Some(decision.id.as_str()) {
        work.set_state_later(&mut head, CaseState::Released, Some(&decision.id));
        work.tell(Notice::closed(&head));
    }
    work.case_event(events::DECISION_RELEASED, &head);
    if let Some(policy) = all.policy_of(&decision.queue) {
        checks::draw_audit(work, &decision, policy).await?;
    }
    Ok(())
}

fn release_one(
    work: &mut Work,
    all: &AllDue,
    decision: &DecisionHead,
    payload: &DecisionPayload,
    content: Option<&Payload>,
) -> Result<(), HubError> {
    // Content erased meanwhile teaches nothing.
    let labels = match content {
        Some(content) => taught(work.now, all, decision, payload, content)?,
        None => Vec::new(),
    };
    tell_of(work, decision, &labels);
    if counts_claims(decision) {
        let judged = claims_of(&labels).map(|(attribute, system, right)| Judged {
            decision_id: decision.id.clone(),
            attribute: attribute.to_owned(),
            system: system.to_owned(),
            right,
        });
        work.later.judged.extend(judged);
    }
    let entry = Entry::new(
        "decision.released",
        json!({"labels": labels.len(), "agreement": decision.agreement, "basis": decision.basis, "draft": decision.draft}),
    );
    let entry = entry.case(&decision.case_id).decision(&decision.id);
    // The hub itself has no request; what it does here the decision's request caused.
    work.audit(entry.caused_by(decision.correlation_id.as_deref()));
    work.later.released.push(decision.id.clone());
    let queue = &decision.queue;
    work.later.labels.extend(labels.into_iter().map(|label| NewLabel {
        label,
        queue: queue.clone(),
    }));
    Ok(())
}

/// A system was right once about a case, however many agreed.
fn counts_claims(decision: &DecisionHead) -> bool {
    decision.basis != Basis::SecondOpinion
}

/// The labels of a decision, from the revision it was made on.
fn taught(
    now: Instant,
    all: &AllDue,
    decision: &DecisionHead,
    payload: &DecisionPayload,
    content: &Payload,
) -> Result<Vec<Label>, HubError> {
    let case = Case::read(&content.json)?;
    let verdict = verdict_of(payload, &case)?;
    let by = all.pseudonyms.of(&decision.person_id)?;
    let decided = Decided {
        decision_id: &decision.id,
        case_id: &decision.case_id,
        content_hash: &decision.content_hash,
        by: &by,
        basis: decision.basis,
        verdict: verdict.as_ref(),
        comment: payload.comment.as_deref(),
        suggestion: payload.suggestion.as_ref(),
        selection: selection(decision),
        at: now,
        correlation_id: decision.correlation_id.as_deref(),
    };
    Ok(labels_of(&content.json, &case, &decided, || {
        uuid::Uuid::now_v7().to_string()
    }))
}

fn selection(decision: &DecisionHead) -> Selection {
    Selection {
        order: decision.selection_order.as_deref().and_then(Order::parse),
        probability: decision.selection_probability,
    }
}

/// Of each claim that labels judge: attribute, system, whether it was right.
fn claims_of(labels: &[Label]) -> impl Iterator<Item = (&str, &str, bool)> {
    let values = labels.iter().filter_map(|label| label.payload.value.as_ref());
    values.flat_map(|value| {
        let judged = value.claims.iter().filter(|claim| claim.correct.is_some());
        judged.map(|claim| {
            (
                value.attribute.as_str(),
                claim.system.as_str(),
                claim.correct == Some(true),
            )
        })
    })
}

/// Ends a pending decision; its case is for the caller to reopen.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn undo_pending(
    work: &mut Work,
    head: &CaseHead,
    decision: &DecisionHead,
    reason: &str,
) -> Result<(), HubError> {
    let (now, by) = (work.now, work.actor.person.clone());
    decisions::end(
        work.conn(),
        &decision.id,
        DecisionState::Undone,
        reason,
        by.as_deref(),
        now,
    )
    .await?;
    checks::taken_back(work, head).await?;
    work.case_event(events::DECISION_CORRECTED, head);
    work.audit(
        Entry::new("decision.undone", json!({"reason": reason}))
            .case(&head.id)
            .decision(&decision.id),
    );
    Ok(())
}

/// Takes a released decision back: a row in the feed, the labels retracted. Returns the id of the correction.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn correct(
    work: &mut Work,
    head: &CaseHead,
    decision: &DecisionHead,
    reason: &str,
) -> Result<String, HubError> {
    let (now, by) = (work.now, work.actor.person.clone());
    for second in standing::seconds_of(work.conn(), decision).await? {
        let state = DecisionState::Corrected;
        decisions::end(work.conn(), &second.id, state, reason, by.as_deref(), now).await?;
        retract(work, &second).await?;
    }
    let id = uuid::Uuid::now_v7().to_string();
    decisions::end(
        work.conn(),
        &decision.id,
        DecisionState::Corrected,
        reason,
        by.as_deref(),
        now,
    )
    .await?;
    checks::taken_back(work, head).await?;
    if !decision.draft && acts(decision.basis) {
        let caused_by = work.actor.correlation_id.clone();
        let row = NewRow {
            id: id.clone(),
            decision_id: decision.id.clone(),
            corrects: true,
            correlation_id: caused_by.clone(),
        };
        feeds::append(work.conn(), &[row], now).await?;
        work.tell(Notice::corrected(&id, decision, caused_by.as_deref()));
    }
    let retracted = retract(work, decision).await?;
    work.case_event(events::DECISION_CORRECTED, head);
    let entry = Entry::new(
        "decision.corrected",
        json!({"correction": id, "reason": reason, "retracted": retracted}),
    );
    work.audit(entry.case(&head.id).decision(&decision.id));
    Ok(id)
}

/// Withdraws the live labels of a decision. Returns how many.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn retract(work: &mut Work, decision: &DecisionHead) -> Result<usize, HubError> {
    // What a check taught wasn't its answer.
    if !acts(decision.basis) {
        return Ok(0);
    }
    let live = labels::live_of_decision(work.conn(), &decision.id).await?;
    if counts_claims(decision) {
        for (attribute, system, right) in claims_of(&live) {
            labels::count_claim(work.conn(), &decision.id, attribute, system, right, -1).await?;
        }
    }
    let by = match &work.actor.person.clone() {
        Some(person) => meta::pseudonyms(work.conn()).await?.of(person)?,
        None => String::new(),
    };
    let (at, caused_by) = (work.now, work.actor.correlation_id.clone());
    let rows: Vec<NewLabel> = live
        .iter()
        .map(|label| {
            let id = uuid::Uuid::now_v7().to_string();
            NewLabel {
                label: retraction_of(&label.head, id, &by, at, caused_by.as_deref()),
                queue: decision.queue.clone(),
            }
        })
        .collect();
    labels::append(work.conn(), &rows).await?;
    tell_of(work, decision, rows.iter().map(|row| &row.label));
    Ok(rows.len())
}

/// A webhook's receiver may well be who would act: what a draft teaches is read in the ledger, by those who lead.
fn tell_of<'l>(work: &mut Work, decision: &DecisionHead, labels: impl IntoIterator<Item = &'l Label>) {
    if !decision.draft {
        let notices = labels.into_iter().map(Notice::label);
        notices.for_each(|notice| work.tell(notice));
    }
}

/// Whether what this decision set off can't be taken back: an action ran that isn't reversible, by its case or by the
/// registry of tools. A draft set nothing off. On one's own computer (`solo`) nobody registers tools, and the case's word counts.
///
/// # Errors
/// [`HubError`] of the database, or for stored content that can't be read.
pub async fn is_irreversible(work: &mut Work, decision: &DecisionHead, solo: bool) -> Result<bool, HubError> {
    if decision.kind != Kind::ProposedAction || decision.draft {
        return Ok(false);
    }
    let payload = decisions::payload(work.conn(), &decision.id).await?;
    let content = store::payloads::read(work.conn(), &decision.case_id, decision.revision).await?;
    let case = Case::read(&content.json)?;
    let verdict = verdict_of(&payload, &case)?;
    ran_for_good(work.conn(), verdict.as_ref(), &case, solo).await
}

/// As [`is_irreversible`], of a verdict that is no draft.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn ran_for_good(
    conn: &mut Conn,
    verdict: Option<&Verdict>,
    case: &Case,
    solo: bool,
) -> Result<bool, HubError> {
    Ok(match (verdict, &case.body) {
        (Some(Verdict::Action(verdict)), CaseBody::Action(body)) => {
            let tools = gate::registered(conn, case).await?;
            runs_for_good(verdict, body, &tools, solo)
        }
        _ => false,
    })
}

/// Whether taking the verdict back means taking records apart.
pub fn is_merge(kind: Kind, verdict: Option<&Value>) -> bool {
    kind == Kind::IdentityMatch
        && verdict
            .and_then(|v| v.get("clusters")?.as_array())
            .is_some_and(|clusters| {
                clusters
                    .iter()
                    .any(|c| c.as_array().is_some_and(|ids| ids.len() > 1))
            })
}
