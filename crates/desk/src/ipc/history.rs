//! The person's own decisions of 90 days, with what the hub said of them.

use domain::Instant;
use domain::outcome::{CaseState, DecisionState, OutcomeStatus};
use protocol::WireError;
use protocol::ipc::{HistoryPage, HistoryRow, HistoryStanding, PageArgs};

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

pub fn row(stored: DecisionStored, now: Instant) -> HistoryRow {
    let standing = standing(&stored);
    HistoryRow {
        standing,
        state_words: state_words(&stored, standing, now),
        can_undo: can_undo(&stored, now),
        corrects: corrects(&stored, now) == Ok(true),
        state: match stored.stage {
            Stage::Hub(state) => Some(state),
            Stage::Waiting | Stage::Discarded => None,
        },
        outcome: stored.outcome,
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

fn standing(stored: &DecisionStored) -> HistoryStanding {
    use HistoryStanding as Standing;
    let state = match stored.stage {
        Stage::Waiting if stored.wedged => return Standing::Wedged,
        Stage::Waiting => return Standing::Waiting,
        Stage::Discarded => return Standing::Discarded,
        Stage::Hub(state) => state,
    };
    match (state, stored.case_state, stored.upheld) {
        (DecisionState::Undone, ..) => Standing::Undone,
        (DecisionState::Corrected, ..) => Standing::Corrected,
        (DecisionState::Kept, _, Some(true)) => Standing::Upheld,
        (DecisionState::Kept, _, Some(false)) => Standing::Overruled,
        (DecisionState::Kept, _, None) => Standing::Kept,
        (DecisionState::Released, ..) => match stored.outcome.as_ref().map(|outcome| outcome.status) {
            None => Standing::Released,
            Some(OutcomeStatus::Done) => Standing::Done,
            Some(OutcomeStatus::Failed) => Standing::Failed,
            Some(OutcomeStatus::Compensated) => Standing::Compensated,
        },
        // Its undo window begins when somebody else agrees.
        (DecisionState::Pending, ..) if stored.undo_until.is_some() => Standing::Pending,
        (DecisionState::Pending, Some(CaseState::Disputed), _) => Standing::Disputed,
        (DecisionState::Pending, Some(CaseState::Decided), _) => Standing::Settling,
        (DecisionState::Pending, ..) => Standing::AwaitingSecond,
    }
}

fn state_words(stored: &DecisionStored, standing: HistoryStanding, now: Instant) -> String {
    let words = match standing {
        HistoryStanding::Wedged => "Needs you",
        _ if stored.undoing => "Undo in the outbox",
        HistoryStanding::Waiting => "In the outbox",
        HistoryStanding::Discarded => "Discarded",
        HistoryStanding::Pending => {
            return match stored.undo_until.filter(|until| *until > now) {
                Some(until) => format!("Final in {}", words::minutes_seconds(until - now)),
                None => "Becoming final".into(),
            };
        }
        HistoryStanding::AwaitingSecond => "Waits for a second person",
        HistoryStanding::Disputed => "Disputed: an adjudicator decides",
        HistoryStanding::Settling => "Being settled",
        HistoryStanding::Upheld => "Settled as you decided",
        HistoryStanding::Overruled => "Settled otherwise",
        HistoryStanding::Kept => "Kept as a second opinion",
        HistoryStanding::Released => "Released",
        HistoryStanding::Done => "Done",
        HistoryStanding::Failed => "Failed",
        HistoryStanding::Compensated => "Made good again",
        HistoryStanding::Corrected => "Corrected",
        HistoryStanding::Undone => "Undone",
    };
    words.to_owned()
}
