//! Where more than one person decides: what this person is asked for, and which of their own decisions wait for
//! others.

use domain::outcome::CaseState;
use protocol::WireError;
use protocol::hub::CaseRow;
use protocol::ipc::{AskedRow, OpinionCounts, OpinionsView};

use super::history::row;
use crate::open_desk::OpenDesk;
use crate::words;

/// None where no policy asks for a second person and nothing of the kind is there.
pub async fn counts(open: &OpenDesk) -> Result<Option<OpinionCounts>, WireError> {
    let (person, queues) = (open.person(), open.queues());
    let mine = || queues.iter().filter(|info| person.decides().contains(&info.kind));
    let counts = OpinionCounts {
        awaiting_second: mine().map(|info| info.awaiting_second).sum(),
        disputed: mine().map(|info| info.disputed).sum(),
        adjudicates: mine().any(|info| info.adjudicates && info.policy.asks_for_a_second()),
        own: open.replica.count_waiting_for_others().await?,
    };
    let some = counts.awaiting_second + counts.disputed + counts.own > 0;
    let ever = mine().any(|info| info.policy.asks_for_a_second());
    Ok((some || ever).then_some(counts))
}

pub async fn view(open: &OpenDesk) -> Result<OpinionsView, WireError> {
    let now = open.now();
    let own = open.replica.waiting_for_others().await?;
    let (asked, fault) = match open.hub.opinions().await {
        Ok(rows) => (rows.into_iter().map(|row| asked(row, now)).collect(), None),
        Err(error) => (Vec::new(), Some(WireError::from(error).message)),
    };
    Ok(OpinionsView {
        asked,
        fault,
        own: own.into_iter().map(|stored| row(stored, now)).collect(),
    })
}

fn asked(row: CaseRow, now: domain::Instant) -> AskedRow {
    AskedRow {
        queue_title: words::queue_title(&row.queue),
        title: words::row_title(&row),
        due: row.due_at.map(|at| words::due(at, now)),
        case_id: row.id,
        queue: row.queue,
        kind: row.kind,
        external_id: row.external_id,
        state: row.state,
        priority: row.priority,
    }
}

/// Whether the case is on its second or third opinion.
pub const fn waits_for_another(state: Option<CaseState>) -> bool {
    matches!(state, Some(CaseState::AwaitingSecond | CaseState::Disputed))
}
