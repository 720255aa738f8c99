//! Committing. What was on the screen is what is signed, and it is on disk before the next case is shown.

use std::time::Instant as Stopwatch;

use domain::decision::{Agreement, Decision, Verdict};
use domain::draft::{Assessment, CANNOT_TELL, verdict_words};
use domain::heading;
use domain::outcome::CaseState;
use protocol::WireError;
use protocol::ipc::{DecideArgs, Decided};
use uuid::Uuid;

use super::overview::undo_card;
use super::work::next;
use crate::open_desk::OpenDesk;
use crate::replica::NotWritten;
use crate::replica::decisions::{DecisionStored, Stage};
use crate::screen::Prepared;

pub async fn decide(open: &OpenDesk, args: DecideArgs) -> Result<Decided, WireError> {
    let started = Stopwatch::now();
    let ready = open.shelf.get(&open.replica, &args.case_id).await?;
    if ready.content_hash != args.content_hash {
        return Err(NotWritten::Changed.into());
    }
    let assessment = open.around(&ready, false, |around| ready.assess(&args.draft, around));
    if let Some(refusal) = assessment.refusal {
        return Err(refusal.into());
    }
    let stored = stored(open, &ready, &args, &assessment)?;
    open.replica.commit_decision(&stored).await??;
    open.status.use_queue(&stored.queue, open.now());
    open.status.lock().count_decided(&stored.queue, 1);
    open.status.lock().decided_at = Some(open.now());
    open.status.wake();
    let work = next(open, &stored.queue, &args.have, args.limit).await?;
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Decided {
        undo: undo_card(&stored),
        agreement: stored.agreement,
        work,
        took_us,
    })
}

fn stored(
    open: &OpenDesk,
    ready: &Prepared,
    args: &DecideArgs,
    assessment: &Assessment,
) -> Result<DecisionStored, WireError> {
    let now = open.now();
    let draft = &args.draft;
    let json = draft.verdict.clone().filter(|_| !draft.cannot_tell);
    let verdict = json
        .as_ref()
        .map(|json| Verdict::read(json, &ready.case.body))
        .transpose()?;
    let decision = Decision {
        id: Uuid::now_v7().to_string(),
        case_id: args.case_id.clone(),
        case_revision: ready.revision,
        content_hash: ready.content_hash.clone(),
        lease: None,
        verdict: json,
        cannot_tell: draft.cannot_tell,
        reasons: draft.reasons.clone(),
        comment: draft.comment.clone().filter(|comment| !comment.trim().is_empty()),
        decided_at: Some(now),
        active_ms: Some(args.active_ms),
        shown: Some(args.shown.clone()),
        signature: None,
    };
    let queue = ready.case.queue();
    Ok(DecisionStored {
        decision,
        queue: queue.to_owned(),
        kind: ready.case.envelope.kind,
        title: heading::in_lists(&ready.case),
        words: verdict.as_ref().map_or_else(
            || CANNOT_TELL.to_owned(),
            |verdict| verdict_words(verdict, &ready.case.body),
        ),
        // Against what the case suggests, seen or not: how the hub will count it.
        agreement: Agreement::of(verdict.as_ref(), ready.case.suggestion.as_ref(), &ready.case.body),
        overrides: assessment.overrides.clone(),
        decided_at: now,
        stage: Stage::Waiting,
        undo_until: None,
        undo_seconds: open.undo_seconds(queue),
        irreversible: assessment.irreversible,
        undoing: false,
        wedged: false,
        case_state: assessment
            .ahead
            .as_ref()
            .filter(|ahead| ahead.waits)
            .map(|_| CaseState::AwaitingSecond),
        upheld: None,
        outcome: None,
    })
}
