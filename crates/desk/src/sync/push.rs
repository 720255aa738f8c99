//! Sending what was decided. An entry leaves the outbox only by the hub's word or the person's.

use std::time::Duration;

use domain::outcome::{CaseState, DecisionState};
use protocol::Problem;
use protocol::hub::{DecisionItem, DecisionResult};
use protocol::ipc::{Topic, Wedged};

use super::error::SyncError;
use super::wedge;
use crate::hub_client::{HubError, Retry};
use crate::open_desk::OpenDesk;
use crate::replica::outbox::Entry;

const AFTERWARDS: &[Topic] = &[Topic::Overview, Topic::Outbox, Topic::History, Topic::Opinions];

pub async fn decisions(open: &OpenDesk, ids: &[String]) -> Result<(), SyncError> {
    // From here on the hub may know of them, also after a crash.
    let ids = open.replica.mark_tried(ids, open.now()).await?;
    let mut batch = Vec::new();
    for id in &ids {
        batch.extend(open.replica.decision(id).await?.map(|stored| stored.decision));
    }
    if batch.is_empty() {
        return Ok(());
    }
    match open.hub.decide(&batch).await {
        Ok(items) => {
            for item in items {
                let id = usize::try_from(item.index)
                    .ok()
                    .and_then(|index| batch.get(index))
                    .map(|decision| decision.id.clone());
                if let Some(id) = id {
                    take_answer(open, &id, item).await?;
                }
            }
        }
        Err(HubError::Unreached(why)) => {
            open.replica.unmark_tried(&ids).await?;
            return Err(HubError::Unreached(why).into());
        }
        Err(error) if error.is_sign_in() || error.retry() != Retry::Never => return Err(error.into()),
        // One of them made the whole unreadable: alone each gets its own answer.
        Err(_) if batch.len() > 1 => {
            for decision in batch {
                Box::pin(decisions(open, &[decision.id])).await?;
            }
        }
        Err(HubError::Refused(problem)) => wedge_by(open, &batch[0].id, &problem).await?,
        Err(error) => return Err(error.into()),
    }
    open.changed(AFTERWARDS);
    Ok(())
}

async fn take_answer(open: &OpenDesk, id: &str, item: DecisionItem) -> Result<(), SyncError> {
    match item.result {
        DecisionResult::Accepted | DecisionResult::Duplicate => {
            let now = open.now();
            let released = item.case_state == Some(CaseState::Released)
                || item.undo_until.is_some_and(|until| until <= now);
            let state = if released {
                DecisionState::Released
            } else {
                DecisionState::Pending
            };
            let seconds = item
                .undo_until
                .and_then(|until| (until - now + chrono::TimeDelta::milliseconds(500)).to_std().ok());
            open.replica
                .delivered(
                    id,
                    state,
                    item.undo_until,
                    seconds.map(whole_seconds),
                    item.case_state,
                )
                .await?;
            open.status.lock().queues_stale = true;
        }
        DecisionResult::Kept => {
            open.replica
                .delivered(id, DecisionState::Kept, None, None, item.case_state)
                .await?
        }
        DecisionResult::Refused => {
            let code = item.code.as_deref().unwrap_or("refused");
            let wedged = wedge::of(open, id, code, item.detail.as_deref()).await?;
            set_wedged(open, id, &wedged).await?;
        }
    }
    Ok(())
}

fn whole_seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

pub async fn undo(open: &OpenDesk, id: &str) -> Result<(), SyncError> {
    if open
        .replica
        .mark_tried(&[id.to_owned()], open.now())
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let Some(entry) = open.replica.outbox_entry(id).await? else {
        return Ok(());
    };
    match open.hub.undo(&entry.decision_id, entry.reason.as_deref()).await {
        Ok(taken) => undone(open, &entry, taken.state).await?,
        // A decision the hub never had needs no undoing.
        Err(HubError::Refused(problem)) if problem.status == 404 => {
            undone(open, &entry, DecisionState::Undone).await?
        }
        Err(HubError::Refused(problem)) if problem.status != 401 => {
            wedge_by(open, &entry.id, &problem).await?
        }
        Err(error) => return Err(error.into()),
    }
    open.changed(AFTERWARDS);
    Ok(())
}

async fn undone(open: &OpenDesk, entry: &Entry, state: DecisionState) -> Result<(), SyncError> {
    open.replica.undo_delivered(entry, state).await?;
    let mut state = open.status.lock();
    // Open again: perhaps at hand already, perhaps to be claimed.
    state.refetch.insert(entry.case_id.clone());
    state.queues_stale = true;
    state.forget_dry();
    Ok(())
}

async fn wedge_by(open: &OpenDesk, id: &str, problem: &Problem) -> Result<(), SyncError> {
    let wedged = wedge::of(open, id, &problem.code, Some(&problem.detail)).await?;
    set_wedged(open, id, &wedged).await
}

async fn set_wedged(open: &OpenDesk, id: &str, wedged: &Wedged) -> Result<(), SyncError> {
    open.replica.wedge(id, wedged).await?;
    tracing::info!(code = wedged.code, entry_id = id, "outbox.wedged");
    open.status.lock().newly_wedged += 1;
    Ok(())
}

/// Says once a round how many came to need the person. Nothing of a case and nothing the hub wrote leaves the window.
pub async fn say_wedged(open: &OpenDesk) -> Result<(), SyncError> {
    let count = std::mem::take(&mut open.status.lock().newly_wedged);
    if count > 0 && open.replica.settings().await?.notifications {
        let title = match count {
            1 => "A decision needs you".to_owned(),
            _ => format!("{count} decisions need you"),
        };
        open.host.notify(&title, "The outbox says why.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_desk::TestDesk;

    #[tokio::test]
    async fn many_refused_decisions_are_said_once_and_in_our_words() {
        let desk = TestDesk::fresh().await;
        for id in ["d1", "d2", "d3"] {
            let wedged = wedge::of(&desk.open, id, "policy_x", Some("call 555 0100 now"))
                .await
                .unwrap();
            set_wedged(&desk.open, id, &wedged).await.unwrap();
        }
        say_wedged(&desk.open).await.unwrap();
        say_wedged(&desk.open).await.unwrap();
        let said = desk.said.0.lock().unwrap().clone();
        assert_eq!(
            said,
            [(
                "3 decisions need you".to_owned(),
                "The outbox says why.".to_owned()
            )]
        );
    }
}
