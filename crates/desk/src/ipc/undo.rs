//! Taking a decision back: unheard while it wasn't sent, as an undo while it waits for release, as a correction after.

use domain::Instant;
use domain::draft::Draft;
use domain::outcome::{CaseState, DecisionState};
use protocol::WireError;
use protocol::ipc::{UndoArgs, Undone};
use uuid::Uuid;

use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;
use crate::replica::decisions::{DecisionStored, Stage};
use crate::replica::outbox::TakenBack;

/// Inside its window, or not delivered yet.
pub fn undoable(last: &DecisionStored, now: Instant) -> bool {
    match last.stage {
        Stage::Waiting => !last.undoing,
        Stage::Hub(DecisionState::Pending) => {
            let waits = last.undo_until.is_none() && last.case_state == Some(CaseState::AwaitingSecond);
            !last.undoing && (waits || last.undo_until.is_some_and(|until| until > now))
        }
        Stage::Hub(_) | Stage::Discarded => false,
    }
}

pub async fn undo(open: &OpenDesk, args: UndoArgs) -> Result<Undone, WireError> {
    let now = open.now();
    let stored = match &args.decision_id {
        Some(id) => open.replica.decision(id).await?,
        None => open
            .replica
            .last_decision()
            .await?
            .filter(|last| undoable(last, now)),
    };
    let stored = stored.ok_or_else(|| {
        WireError::new(
            "nothing_to_undo",
            "There is nothing to take back here. Older decisions are in My decisions",
        )
    })?;
    let reason = args
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let corrects = corrects(&stored, now)?;
    if corrects && stored.irreversible {
        return Err(WireError::new(
            "irreversible",
            "What was done can't be undone. A lead can mark the decision as wrong.",
        ));
    }
    if corrects && reason.is_none() {
        return Err(WireError::new(
            "reason_required",
            "This decision is released. Say why it was wrong; it becomes a correction.",
        ));
    }
    let undo_id = Uuid::now_v7().to_string();
    let taken = open
        .replica
        .take_back(&stored, &draft_of(&stored), &undo_id, reason, now)
        .await?;
    if taken == TakenBack::Unsent {
        open.status.lock().count_decided(&stored.queue, -1);
    }
    if stored.wedged {
        // It was refused, perhaps because the case changed: here it still lies as it was.
        open.status.lock().refetch.insert(stored.decision.case_id.clone());
    }
    open.status.use_queue(&stored.queue, open.now());
    open.status.wake();
    let case_id = stored.decision.case_id.clone();
    let at_hand = open.replica.case_standing(&case_id).await? == Some(Standing::AtHand);
    Ok(Undone {
        case: if at_hand {
            Some(open.on_screen(&case_id).await?)
        } else {
            None
        },
        case_id,
        queue: stored.queue,
        words: words(taken, corrects).to_owned(),
    })
}

/// Whether it is released, so that taking it back is a correction.
pub fn corrects(stored: &DecisionStored, now: domain::Instant) -> Result<bool, WireError> {
    match stored.stage {
        Stage::Waiting => Ok(false),
        Stage::Hub(DecisionState::Pending) => Ok(stored.undo_until.is_some_and(|until| until <= now)),
        Stage::Hub(DecisionState::Released) => Ok(true),
        Stage::Hub(DecisionState::Corrected | DecisionState::Undone) => {
            Err(WireError::new("already_undone", "This is undone already"))
        }
        Stage::Hub(DecisionState::Kept) => Err(WireError::new(
            "nothing_to_undo",
            "This was kept as a second opinion and changed nothing",
        )),
        Stage::Discarded => Err(WireError::new(
            "nothing_to_undo",
            "This was discarded and never sent",
        )),
    }
}

fn draft_of(stored: &DecisionStored) -> Draft {
    let decision = &stored.decision;
    Draft {
        verdict: decision.verdict.clone(),
        cannot_tell: decision.cannot_tell,
        reasons: decision.reasons.clone(),
        comment: decision.comment.clone(),
    }
}

const fn words(taken: TakenBack, corrects: bool) -> &'static str {
    match (taken, corrects) {
        (TakenBack::Unsent, _) => "Undone, never sent",
        (TakenBack::Already, _) => "Already being undone",
        (TakenBack::Queued, false) => "Undone",
        (TakenBack::Queued, true) => "Correction on its way",
    }
}
