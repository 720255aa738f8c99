//! The person's own decisions made elsewhere: on another computer, or before this store was made. Only ones that aren't
//! known here are taken in; what becomes of known ones the feed tells.

use chrono::TimeDelta;
use protocol::ipc::Topic;
use protocol::own::OwnDecision;

use super::error::SyncError;
use super::plan::DECISIONS_KEPT;
use super::pull::only_this;
use crate::open_desk::OpenDesk;
use crate::replica::decisions::{DecisionStored, Stage};

/// Asked for once more: what was accepted shortly before the last time may not have been there to be read then.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// All of 90 days the first time, later what the hub has accepted since.
pub(super) async fn own_decisions(open: &OpenDesk) -> Result<(), SyncError> {
    let now = open.now();
    let read_at = open.replica.own_decisions_read_at().await?;
    let since = read_at.map_or(now - DECISIONS_KEPT, |at| at - AGAIN);
    let mut after: Option<String> = None;
    let mut new = 0;
    loop {
        let answer = open.hub.own_decisions(since, after.as_deref()).await;
        let Some(page) = only_this(answer)? else {
            // Not theirs to ask for now.
            break;
        };
        let rows: Vec<DecisionStored> = page.items.into_iter().map(|own| stored(open, own)).collect();
        new += open.replica.take_in_decisions(&rows).await?;
        after = page.next;
        if after.is_none() {
            open.replica.set_own_decisions_read_at(now).await?;
            break;
        }
    }
    open.status.lock().own_read_at = Some(now);
    if new > 0 {
        open.changed(&[Topic::Overview, Topic::History, Topic::Opinions]);
    }
    Ok(())
}

fn stored(open: &OpenDesk, own: OwnDecision) -> DecisionStored {
    let row = own.decision;
    DecisionStored {
        title: own.heading.unwrap_or(row.case.external_id),
        words: own.words.unwrap_or_else(|| "No longer kept".to_owned()),
        kind: row.kind,
        agreement: row.agreement,
        overrides: None,
        decided_at: row.decided_at.unwrap_or(row.accepted_at),
        stage: Stage::Hub(row.state),
        undo_until: row.undo_until,
        undo_seconds: open.undo_seconds(&row.queue),
        queue: row.queue,
        irreversible: own.irreversible,
        undoing: false,
        wedged: false,
        case_state: row.case_state,
        upheld: row.upheld,
        outcome: row.outcome.and_then(|json| serde_json::from_value(json).ok()),
        decision: domain::decision::Decision {
            id: row.id,
            case_id: row.case.id,
            case_revision: row.case.revision,
            content_hash: row.case.content_hash,
            lease: None,
            verdict: row.verdict,
            cannot_tell: row.cannot_tell,
            reasons: row.reasons,
            comment: row.comment,
            decided_at: row.decided_at,
            active_ms: None,
            shown: None,
            signature: None,
        },
    }
}
