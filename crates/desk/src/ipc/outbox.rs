//! What the hub hasn't taken yet, and what a person can do about an entry that needs them.

use domain::draft::Draft;
use protocol::WireError;
use protocol::ipc::{CaseOnScreen, Done, OutboxArgs, OutboxEntry, OutboxView};

use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;
use crate::replica::outbox::{Entry, What};
use crate::sync::kept_lease;

pub async fn view(open: &OpenDesk) -> Result<OutboxView, WireError> {
    let mut entries = Vec::new();
    for entry in open.replica.outbox().await? {
        let Some(stored) = open.replica.decision(&entry.decision_id).await? else {
            continue;
        };
        entries.push(OutboxEntry {
            words: match entry.what {
                What::Decision => stored.words,
                What::Undo => format!("Undo of {}", stored.words),
            },
            id: entry.id,
            case_id: entry.case_id,
            queue: stored.queue,
            kind: stored.kind,
            title: stored.title,
            at: entry.made_at,
            wedged: entry.wedged,
        });
    }
    Ok(OutboxView { entries })
}

pub async fn retry(open: &OpenDesk, args: OutboxArgs) -> Result<Done, WireError> {
    if !open.replica.unwedge(&args.id).await? {
        return Err(gone());
    }
    open.status.wake_at_once();
    Ok(Done {})
}

pub async fn discard(open: &OpenDesk, args: OutboxArgs) -> Result<Done, WireError> {
    let entry = entry(open, &args).await?;
    if entry.what == What::Decision && entry.tried && entry.wedged.is_none() {
        return Err(WireError::new(
            "maybe_sent",
            "The hub may have this already. Undo it instead.",
        ));
    }
    open.replica.discard(&entry).await?;
    // The case may lie here otherwise than at the hub: as undone, or as it was before it changed.
    open.status.lock().refetch.insert(entry.case_id);
    open.status.wake();
    Ok(Done {})
}

/// The case as it is now, with the old answer as its draft; of an answer to other content its words and reasons. The wedged entry goes when the new decision is committed.
pub async fn decide_again(open: &OpenDesk, args: OutboxArgs) -> Result<CaseOnScreen, WireError> {
    let entry = entry(open, &args).await?;
    let stored = open
        .replica
        .decision(&entry.decision_id)
        .await?
        .ok_or_else(gone)?;
    let whole = open.hub.case(&entry.case_id).await?;
    if !whole.state.takes_decisions() {
        return Err(WireError::new(
            "already_decided",
            "The case takes no decision any more. Discard this one.",
        ));
    }
    let decision = stored.decision;
    let draft = Draft {
        verdict: decision.verdict,
        cannot_tell: decision.cannot_tell,
        reasons: decision.reasons,
        comment: decision.comment,
    };
    let held = open.replica.case(&entry.case_id).await?;
    let lease = held.and_then(|held| kept_lease(open, &whole, &held));
    let queue = whole.queue.clone();
    open.replica
        .put_cases(&[(whole, lease, Standing::AtHand)], open.now())
        .await?;
    open.shelf.forget(&entry.case_id);
    open.replica
        .set_draft(&entry.case_id, &decision.content_hash, &draft, open.now())
        .await?;
    open.status.use_queue(&queue, open.now());
    open.on_screen(&entry.case_id).await
}

async fn entry(open: &OpenDesk, args: &OutboxArgs) -> Result<Entry, WireError> {
    open.replica.outbox_entry(&args.id).await?.ok_or_else(gone)
}

fn gone() -> WireError {
    WireError::new("entry_gone", "This is no longer in the outbox")
}
