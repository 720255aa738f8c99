//! The person's own decisions of 90 days, with what the hub said of them.

use domain::Instant;
use domain::outcome::DecisionState;
use protocol::WireError;
use protocol::ipc::{HistoryPage, HistoryRow, PageArgs};

use super::undo::corrects;
use crate::open_desk::OpenDesk;
use crate::replica::decisions::{DecisionStored, PAGE, Stage};
use crate::words;

pub async fn page(open: &OpenDesk, args: PageArgs) -> Result<HistoryPage, WireError> {
    let before = args.after.as_deref().map(read_cursor).transpose()?;
    let stored = open
        .replica
        .decisions_before(before.as_ref().map(|(at, id)| (*at, id.as_str())))
        .await?;
    let full = i64::try_from(stored.len()).is_ok_and(|n| n == PAGE);
    let next = stored
        .last()
        .filter(|_| full)
        .map(|last| format!("{}.{}", last.decided_at.timestamp_micros(), last.decision.id));
    let now = open.now();
    Ok(HistoryPage {
        rows: stored.into_iter().map(|stored| row(stored, now)).collect(),
        next,
    })
}

fn read_cursor(cursor: &str) -> Result<(Instant, String), WireError> {
    let bad = || WireError::new("bad_cursor", "This page can't be found again");
    let (micros, id) = cursor.split_once('.').ok_or_else(bad)?;
    let at = micros
        .parse()
        .ok()
        .and_then(Instant::from_timestamp_micros)
        .ok_or_else(bad)?;
    Ok((at, id.to_owned()))
}

fn row(stored: DecisionStored, now: Instant) -> HistoryRow {
    HistoryRow {
        state_words: state_words(&stored, now),
        can_undo: can_undo(&stored, now),
        corrects: corrects(&stored, now) == Ok(true),
        state: match stored.stage {
            Stage::Hub(state) => Some(state),
            Stage::Waiting | Stage::Discarded => None,
        },
        decision_id: stored.decision.id,
        case_id: stored.decision.case_id,
        queue_title: words::queue_title(&stored.queue),
        queue: stored.queue,
        kind: stored.kind,
        title: stored.title,
        words: stored.words,
        at: stored.decided_at,
        agreement: stored.agreement,
        comment: stored.decision.comment,
    }
}

fn can_undo(stored: &DecisionStored, now: Instant) -> bool {
    !stored.undoing && corrects(stored, now).is_ok_and(|corrects| !corrects || !stored.irreversible)
}

fn state_words(stored: &DecisionStored, now: Instant) -> String {
    match stored.stage {
        Stage::Waiting if stored.wedged => "Needs you".into(),
        _ if stored.undoing => "Undo in the outbox".into(),
        Stage::Waiting => "In the outbox".into(),
        Stage::Discarded => "Discarded".into(),
        // Its undo window begins when somebody else agrees.
        Stage::Hub(DecisionState::Pending) if stored.undo_until.is_none() => {
            "Waits for a second person".into()
        }
        Stage::Hub(DecisionState::Pending) => match stored.undo_until.filter(|until| *until > now) {
            Some(until) => format!("Final in {}", words::minutes_seconds(until - now)),
            None => "Becoming final".into(),
        },
        Stage::Hub(DecisionState::Released) => "Released".into(),
        Stage::Hub(DecisionState::Corrected) => "Corrected".into(),
        Stage::Hub(DecisionState::Undone) => "Undone".into(),
        Stage::Hub(DecisionState::Kept) => "Kept as a second opinion".into(),
    }
}
