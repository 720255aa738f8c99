//! What stands around every case: queues, counters, sync, undo.

use chrono::{DateTime, NaiveTime, Utc};
use domain::Instant;
use domain::policy::Role;
use domain::policy::pages::pages_of;
use protocol::WireError;
use protocol::hub::QueueInfo;
use protocol::ipc::{Mode, Overview, QueueView, SyncState, SyncView, UndoCard};

use super::opinions::{counts, waits_for_another};
use super::undo::undoable;
use crate::open_desk::OpenDesk;
use crate::replica::cases::{CaseHeld, Standing};
use crate::replica::decisions::{DecisionStored, Stage};
use crate::words;

pub async fn overview(open: &OpenDesk) -> Result<Overview, WireError> {
    let now = open.now();
    let person = open.person();
    let held = open.replica.cases_held().await?;
    let (waiting, wedged) = open.replica.outbox_counts().await?;
    let queues = open.queues();
    let views: Vec<QueueView> = queues
        .iter()
        .filter(|info| person.sees_queue(&info.name))
        .map(|info| queue(open, info, &held))
        .collect();
    let (for_me, away) = {
        let state = open.status.lock();
        let for_me = (open.mode == Mode::Team).then_some(state.for_me);
        (for_me, state.away.clone().filter(|away| away.until > now))
    };
    Ok(Overview {
        mode: open.mode,
        place: match open.mode {
            Mode::Solo => "On this computer".into(),
            Mode::Team => open.hub.host().to_owned(),
        },
        opens: opens(&views).map(|view| view.name.clone()),
        queues: views,
        decided_today: open.replica.decided_since(start_of_day(now)).await?,
        sync: sync(open, &held, waiting, wedged),
        outbox_waiting: waiting,
        outbox_wedged: wedged,
        undo: open
            .replica
            .last_decision()
            .await?
            .filter(|last| undoable(last, now))
            .as_ref()
            .map(undo_card),
        opinions: counts(open).await?,
        failed: open.replica.count_failed().await?,
        leads: person.has(Role::Lead) || person.has(Role::Admin),
        for_me,
        away,
        hub_pages: pages_of(&person),
        recovery_key_due: !open.replica.recovery_key_settled().await?,
        clock_ahead_ms: open.clock.ahead_micros() / 1000,
        person: person.name.clone(),
        roles: person.roles.clone(),
        provider: open.provider(),
    })
}

/// The first with something to decide, or the first of all.
fn opens(queues: &[QueueView]) -> Option<&QueueView> {
    let works = queues.iter().find(|queue| queue.decides && queue.left > 0);
    works.or(queues.first())
}

fn queue(open: &OpenDesk, info: &QueueInfo, held: &[CaseHeld]) -> QueueView {
    let at_hand = held
        .iter()
        .filter(|case| case.queue == info.name && case.standing == Standing::AtHand)
        .count();
    QueueView {
        name: info.name.clone(),
        title: words::queue_title(&info.name),
        kind: info.kind,
        left: left(open, info),
        due: info.due,
        at_hand: at_hand as u64,
        decides: open.person().decides().contains(&info.kind),
    }
}

/// By the hub's last word less what was decided here since.
pub fn left(open: &OpenDesk, info: &QueueInfo) -> u64 {
    info.open
        .saturating_add_signed(-open.status.lock().decided(&info.name))
}

fn sync(open: &OpenDesk, held: &[CaseHeld], waiting: u64, wedged: u64) -> SyncView {
    let state = open.status.lock();
    let offline = state.sync == SyncState::Offline;
    let again = offline || state.sync == SyncState::Failing;
    let word = match state.sync {
        SyncState::Synced => "Synced",
        SyncState::Syncing => "Syncing",
        SyncState::Offline => "Offline",
        SyncState::Failing => "Not synced",
        SyncState::Refused => "Signed out",
    };
    let leases = held
        .iter()
        .filter(|case| case.standing == Standing::AtHand)
        .filter_map(|case| case.lease_expires_at);
    let (code, trouble) = state.trouble.clone().unzip();
    SyncView {
        state: state.sync,
        words: format!("{word} · {}", words::outbox(waiting, wedged)),
        since: state.since.filter(|_| offline),
        next_try_at: state.next_try_at.filter(|_| again),
        leases_until: leases.min().filter(|_| offline),
        code,
        trouble,
    }
}

pub fn undo_card(stored: &DecisionStored) -> UndoCard {
    UndoCard {
        decision_id: stored.decision.id.clone(),
        case_id: stored.decision.case_id.clone(),
        queue: stored.queue.clone(),
        verdict: stored.words.clone(),
        overrides: stored.overrides.clone(),
        title: stored.title.clone(),
        decided_at: stored.decided_at,
        undo_until: stored.undo_until,
        words: undo_words(stored).to_owned(),
        undo_seconds: stored.undo_seconds,
    }
}

/// Where the window runs its time is said after these words.
fn undo_words(stored: &DecisionStored) -> &'static str {
    let waits = waits_for_another(stored.case_state);
    match (stored.stage, stored.undo_until) {
        (Stage::Waiting, _) if waits => "On disk. Goes to a second person",
        (Stage::Waiting, _) => "On disk. Final once the hub has it",
        (_, None) if waits => "Waits for a second person",
        _ => "Delivered",
    }
}

/// The day is the hub's: UTC.
pub fn start_of_day(now: DateTime<Utc>) -> Instant {
    now.date_naive().and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use protocol::hub::Lease;

    use super::*;
    use crate::test_desk::{TestDesk, whole};

    #[test]
    fn the_queue_that_opens_is_the_first_where_there_is_something_to_decide() {
        let queue = |name: &str, left, decides| QueueView {
            name: name.into(),
            title: name.into(),
            kind: domain::Kind::IdentityMatch,
            left,
            due: 0,
            at_hand: 0,
            decides,
        };
        let opening = |queues: &[QueueView]| opens(queues).map(|queue| queue.name.clone());
        let (others, done, work) = (
            queue("others", 9, false),
            queue("done", 0, true),
            queue("work", 2, true),
        );
        assert_eq!(
            opening(&[others.clone(), done.clone(), work]),
            Some("work".into())
        );
        assert_eq!(
            opening(&[others, done]),
            Some("others".into()),
            "there is always one to look at"
        );
        assert_eq!(opening(&[]), None);
    }

    #[tokio::test]
    async fn offline_it_says_when_the_first_lease_ends_and_not_the_last() {
        let desk = TestDesk::fresh().await;
        let now = desk.open.now();
        let held = [("c1", 10), ("c2", 50)].map(|(id, minutes)| {
            let lease = Lease {
                token: id.into(),
                expires_at: now + TimeDelta::minutes(minutes),
            };
            (whole(id, 1), Some(lease), Standing::AtHand)
        });
        desk.open.replica.put_cases(&held, now).await.unwrap();
        desk.open.status.lock().sync = SyncState::Offline;
        let until = overview(&desk.open).await.unwrap().sync.leases_until.unwrap();
        assert!(until <= now + TimeDelta::minutes(10), "{until}");
    }
}
