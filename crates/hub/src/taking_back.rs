//! Decisions taken back: before release undone, after it corrected; or their label alone withdrawn.

use domain::outcome::{CaseState, DecisionState};
use domain::policy::opinions::may_be_given_in;
use protocol::hub::TakenBack;
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::passing::passed;
use crate::release;
use crate::sight;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self as rows, DecisionHead};
use crate::store::{events, leases, queues};
use crate::work::Work;
use crate::{opinions, standing};

/// A decision the caller may take back: the decider's own, or of a queue the caller leads.
async fn own(work: &mut Work, caller: &Caller, id: &str) -> Result<(DecisionHead, CaseHead), HubError> {
    let id = id.to_ascii_lowercase();
    let gone = || HubError::NotFound { what: "decision" };
    let case_id = rows::by_id(work.conn(), &id).await?.ok_or_else(gone)?.case_id;
    let head = cases::hold(work.conn(), &case_id).await?.ok_or_else(gone)?;
    // Read again with its case held: it may have been released meanwhile.
    let decision = rows::by_id(work.conn(), &id).await?.ok_or_else(gone)?;
    let decider = decision.person_id == caller.person.id;
    if !decider && !sight::sees_case(caller, &head) {
        return Err(HubError::NotFound { what: "decision" });
    }
    if !decider && !sight::leads(caller, &decision.queue) {
        return Err(HubError::forbidden(
            "not_allowed",
            "only who decided it, or a lead of the queue, takes it back",
        ));
    }
    Ok((decision, head))
}

/// Before release undoes; after it corrects. Taken back already, it answers the same again.
///
/// # Errors
/// `not_found`, `not_allowed`, `irreversible`; [`HubError`] of the database.
pub async fn undo(hub: &Hub, caller: &Caller, id: &str, reason: &str) -> Result<TakenBack, HubError> {
    caller.may(Scope::DecisionsUndo)?;
    let mut work = hub.work(caller).await?;
    let (decision, mut head) = own(&mut work, caller, id).await?;
    let (mut correction_id, mut moved) = (None, false);
    let state = match decision.state {
        DecisionState::Pending | DecisionState::Kept => {
            release::undo_pending(&mut work, &head, &decision, reason).await?;
            moved = opinions::after_undo(&mut work, &mut head, &decision).await?;
            DecisionState::Undone
        }
        DecisionState::Released => {
            // The case would be open again, and nobody could read it.
            if head.erased_at.is_some() {
                return Err(HubError::conflict(
                    "erased",
                    "the case's content was erased; mark it as wrong to withdraw its label",
                ));
            }
            let deciding = standing::deciding(work.conn(), &head, decision.clone()).await?;
            if release::is_irreversible(&mut work, &deciding, hub.solo).await? {
                return Err(HubError::conflict(
                    "irreversible",
                    "what was released can't be undone; mark it as wrong to withdraw its label",
                ));
            }
            correction_id = Some(release::correct(&mut work, &head, &deciding, reason).await?);
            moved = head.decision_id == Some(deciding.id);
            if moved {
                work.set_state(&mut head, CaseState::Open, None).await?;
            }
            DecisionState::Corrected
        }
        DecisionState::Undone | DecisionState::Corrected => decision.state,
    };
    if moved {
        give_back(&mut work, caller, &mut head, &decision).await?;
    }
    hub.commit(work).await?;
    Ok(TakenBack {
        id: decision.id,
        state,
        case_state: head.state,
        correction_id,
    })
}

/// The decider has the case again, as long as the lease would have lasted, if they may still decide it.
async fn give_back(
    work: &mut Work,
    caller: &Caller,
    head: &mut CaseHead,
    decision: &DecisionHead,
) -> Result<(), HubError> {
    let Some(token) = &decision.lease_token else {
        return Ok(());
    };
    let Some(lease) = leases::by_token(work.conn(), token).await? else {
        return Ok(());
    };
    if lease.expires_at <= work.now
        || head.lease_token.is_some()
        || work.actor.person.as_deref() != Some(lease.person_id.as_str())
    {
        return Ok(());
    }
    let queue = queues::by_name(work.conn(), &head.queue).await?;
    let policy = queue.and_then(|queue| queue.policy);
    let theirs = may_be_given_in(&caller.person, policy.as_ref(), passed(head), head.state);
    if !sight::sees_case(caller, head) || theirs.is_err() {
        return Ok(());
    }
    leases::revive(work.conn(), token).await?;
    cases::set_lease(
        work.conn(),
        &head.id,
        Some((token, &lease.person_id, lease.expires_at)),
    )
    .await
}

/// Withdraws the label of a released decision, not the act.
///
/// # Errors
/// `not_found`, `not_allowed`, `not_released`; [`HubError`] of the database.
pub async fn mark_wrong(hub: &Hub, caller: &Caller, id: &str, reason: &str) -> Result<TakenBack, HubError> {
    caller.may(Scope::DecisionsUndo)?;
    let mut work = hub.work(caller).await?;
    let (decision, head) = own(&mut work, caller, id).await?;
    let decision = standing::deciding(work.conn(), &head, decision).await?;
    if decision.state != DecisionState::Released {
        return Err(HubError::conflict(
            "not_released",
            "only a released decision has a label to withdraw",
        ));
    }
    if decision.marked_wrong_at.is_none() {
        let (now, by) = (work.now, work.actor.person.clone());
        rows::mark_wrong(work.conn(), &decision.id, reason, by.as_deref(), now).await?;
        let mut retracted = release::retract(&mut work, &decision).await?;
        for second in standing::seconds_of(work.conn(), &decision).await? {
            retracted += release::retract(&mut work, &second).await?;
        }
        work.case_event(events::DECISION_CORRECTED, &head);
        let entry = Entry::new(
            "decision.marked_wrong",
            json!({"reason": reason, "retracted": retracted}),
        );
        work.audit(entry.case(&head.id).decision(&decision.id));
    }
    hub.commit(work).await?;
    Ok(TakenBack {
        id: decision.id,
        state: decision.state,
        case_state: head.state,
        correction_id: None,
    })
}
