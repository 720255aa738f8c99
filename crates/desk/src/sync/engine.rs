//! Does what the plan says, again and again; waits where an error says so. Push, then pull.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use protocol::hub::ReleaseReason;
use protocol::ipc::{SyncState, Topic};
use tokio::task::JoinHandle;

use super::at_hand::drop_cases;
use super::error::SyncError;
use super::plan::{DECISIONS_KEPT, Facts, OutboxFact, QueueFact, Step, plan};
use super::settle::settle;
use super::status::DRY_FOR;
use super::{earlier, known, pull, push};
use crate::hub_client::HubError;
use crate::open_desk::OpenDesk;
use crate::renewal::{self, Renewal};
use crate::replica::cases::Standing;
use crate::sign_in;

/// More rounds than this without rest is a fault: something is planned that doing doesn't settle.
const ROUNDS_MAX: u32 = 200;
/// How long decisions are gathered before they are sent.
const GATHER: Duration = Duration::from_millis(100);
/// The log is moved into the file when nobody has decided for this long.
const CHECKPOINT_AFTER: TimeDelta = TimeDelta::seconds(5);

pub struct Engine {
    tasks: Vec<JoinHandle<()>>,
}

impl Engine {
    pub fn start(open: &Arc<OpenDesk>) -> Self {
        let engine = tokio::spawn(once_drawn(open.clone(), run));
        let watcher = tokio::spawn(once_drawn(open.clone(), pull::watch));
        let warming = tokio::spawn(pull::warm(open.clone()));
        Self {
            tasks: vec![engine, watcher, warming],
        }
    }

    /// Ends at the next await; everything done is on disk, everything else is planned again next time.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            // Aborted on purpose: how it ended says nothing.
            drop(task.await);
        }
    }
}

/// The first picture is made of what is on this computer: what the hub says can come after it.
async fn once_drawn<F: Future<Output = ()>>(open: Arc<OpenDesk>, then: fn(Arc<OpenDesk>) -> F) {
    open.host.drawn().await;
    then(open).await;
}

async fn run(open: Arc<OpenDesk>) {
    loop {
        let before = snapshot(&open);
        // From here on a wish is a new one, also while this round fails.
        open.status.lock().at_once = false;
        renewal::in_time(&open).await;
        let outcome = match round(&open).await {
            Err(SyncError::Hub(error)) if error.is_sign_in() => once_renewed(&open, error).await,
            Err(SyncError::Hub(error)) if error.is_forbidden() => {
                // They may less than they did: who they are now says what is left to do.
                open.status.lock().greeted_at = None;
                round(&open).await
            }
            outcome => outcome,
        };
        let said = push::say_wedged(&open).await;
        let outcome = outcome.and(said);
        let wait = settle(&open, outcome);
        if snapshot(&open) != before {
            open.changed(&[Topic::Overview]);
        }
        rest(&open, wait).await;
    }
}

/// The hub has refused the token: once more with a new one, if there is one to be had without the person.
async fn once_renewed(open: &OpenDesk, refused: HubError) -> Result<(), SyncError> {
    match renewal::after(open, &refused).await {
        Renewal::Done => round(open).await,
        Renewal::Later(error) => Err(error),
        Renewal::Not => Err(refused.into()),
    }
}

fn snapshot(open: &OpenDesk) -> (SyncState, Option<domain::Instant>) {
    let state = open.status.lock();
    (state.sync, state.next_try_at)
}

/// Does what is due until nothing is.
async fn round(open: &OpenDesk) -> Result<(), SyncError> {
    for _ in 0..ROUNDS_MAX {
        if open.is_leaving() {
            return Ok(());
        }
        let steps = plan(&facts(open).await?);
        if steps.is_empty() {
            return Ok(());
        }
        for step in steps {
            perform(open, &step).await?;
        }
        if is_without_role(open) {
            // Nothing else is theirs to ask for; asked again soon, since somebody may just be giving them a role.
            open.status.lock().greeted_at = None;
            return Ok(());
        }
    }
    tracing::error!(rounds = ROUNDS_MAX, "sync.no_rest");
    Ok(())
}

/// Somebody the hub knows, and nobody gave anything to.
fn is_without_role(open: &OpenDesk) -> bool {
    let person = open.person();
    !person.id.is_empty() && person.roles.is_empty()
}

/// Until something is to be done or the time is over. While the hub is away only the person cuts it short.
async fn rest(open: &OpenDesk, wait: Duration) {
    let until = tokio::time::Instant::now() + wait;
    let waiting_for_hub = open.status.lock().next_try_at.is_some();
    let mut checkpoint = Some(tokio::time::Instant::now() + Duration::from_secs(6));
    loop {
        let next = checkpoint.map_or(until, |at| at.min(until));
        tokio::select! {
            () = open.status.woken() => {
                if open.status.lock().at_once {
                    return;
                }
                if !waiting_for_hub {
                    // The next case is painted first, and decisions made in a row go out together.
                    tokio::time::sleep(GATHER).await;
                    return;
                }
            }
            () = tokio::time::sleep_until(next) => {
                if tokio::time::Instant::now() >= until {
                    return;
                }
                checkpoint = None;
                checkpoint_if_idle(open).await;
            }
        }
    }
}

async fn checkpoint_if_idle(open: &OpenDesk) {
    let now = open.now();
    let idle = open
        .status
        .lock()
        .decided_at
        .is_none_or(|at| now - at > CHECKPOINT_AFTER);
    if idle && let Err(error) = open.replica.checkpoint().await {
        tracing::warn!(code = error.code(), "sync.checkpoint_failed");
    }
}

async fn facts(open: &OpenDesk) -> Result<Facts, SyncError> {
    let now = open.now();
    let outbox = open.replica.outbox().await?;
    let cases = open.replica.cases_held().await?;
    let settled = open.replica.cases_settled().await?;
    let (person, infos) = (open.person(), open.queues());
    let state = open.status.lock();
    Ok(Facts {
        now,
        greeted_at: state.greeted_at,
        queues_read_at: state.queues_read_at,
        queues_stale: state.queues_stale,
        trust_read_at: state.trust_read_at,
        tools_read_at: state.tools_read_at,
        purged_at: state.purged_at,
        own_read_at: state.own_read_at,
        feed_behind: state.feed_behind,
        outbox: outbox
            .into_iter()
            .map(|entry| OutboxFact {
                wedged: entry.wedged.is_some(),
                id: entry.id,
                what: entry.what,
                case_id: entry.case_id,
            })
            .collect(),
        cases,
        queues: infos
            .iter()
            .map(|info| QueueFact {
                name: info.name.clone(),
                in_use: state.in_use(&info.name, now),
                decides: person.sees_queue(&info.name) && person.decides().contains(&info.kind),
                is_conflict: info.kind == domain::Kind::DataConflict,
                is_action: info.kind == domain::Kind::ProposedAction,
                dry: state.is_dry(&info.name, now) || info.open == 0,
            })
            .collect(),
        refetch: state.refetch.clone(),
        prefetch: state.prefetch.iter().cloned().collect(),
        settled,
    })
}

async fn perform(open: &OpenDesk, step: &Step) -> Result<(), SyncError> {
    match step {
        Step::Greet => greet(open).await,
        Step::Push { ids } => push::decisions(open, ids).await,
        Step::PushUndo { id } => push::undo(open, id).await,
        Step::RefreshQueues => refresh_queues(open).await,
        Step::Claim { queue, limit, have } => pull::claim(open, queue, *limit, have).await,
        Step::Pull => pull::changes(open).await,
        Step::Refetch { case_id } => pull::refetch(open, case_id).await,
        Step::Release { case_ids, tokens } => release(open, case_ids, tokens).await,
        Step::Renew { tokens } => pull::renew(open, tokens).await,
        Step::Drop { case_ids } => drop_cases(open, case_ids).await,
        Step::Prefetch { case_id, context_id } => pull::prefetch(open, case_id, context_id).await,
        Step::FetchTrust => known::trust(open).await,
        Step::FetchTools => known::tools(open).await,
        Step::FetchOwn => earlier::own_decisions(open).await,
        Step::Purge => {
            open.replica.purge_decisions(open.now() - DECISIONS_KEPT).await?;
            open.status.lock().purged_at = Some(open.now());
            Ok(())
        }
    }
}

async fn greet(open: &OpenDesk) -> Result<(), SyncError> {
    let sent = Utc::now();
    let me = open.hub.me().await?;
    if open
        .replica
        .hub_id()
        .await?
        .is_some_and(|known| known != me.hub_id)
    {
        return Err(SyncError::OtherHub);
    }
    let offset = open.clock.set(me.now, sent, Utc::now());
    open.replica.set_clock_offset_micros(offset).await?;
    open.replica.set_hub_id(&me.hub_id).await?;
    open.status.lock().away.clone_from(&me.away);
    let person = sign_in::person_of(me);
    if *open.person() != person {
        open.replica.set_person(&person).await?;
        let is_new = open.person().id.is_empty();
        open.set_person(person);
        if !is_new {
            look_at_everything_again(open).await?;
        }
        open.changed(&[Topic::Overview, Topic::Work, Topic::Access]);
    }
    open.status.lock().greeted_at = Some(open.now());
    Ok(())
}

/// What this person may is otherwise than it was: what is at hand may no longer be theirs, and there may be other queues.
async fn look_at_everything_again(open: &OpenDesk) -> Result<(), SyncError> {
    let held = open.replica.cases_held().await?;
    let ids: Vec<String> = held
        .into_iter()
        .filter(|case| case.standing == Standing::AtHand)
        .map(|case| case.id)
        .collect();
    if is_without_role(open) {
        open.replica.set_queues(&[]).await?;
        open.set_queues(Vec::new());
        return drop_cases(open, &ids).await;
    }
    let mut state = open.status.lock();
    state.refetch.extend(ids);
    state.queues_read_at = None;
    state.forget_dry();
    Ok(())
}

async fn refresh_queues(open: &OpenDesk) -> Result<(), SyncError> {
    let mut waiting: HashMap<String, i64> = HashMap::new();
    for entry in open.replica.outbox().await? {
        if entry.wedged.is_none()
            && entry.what == crate::replica::outbox::What::Decision
            && let Some(stored) = open.replica.decision(&entry.decision_id).await?
        {
            *waiting.entry(stored.queue).or_default() += 1;
        }
    }
    open.status.lock().queues_stale = false;
    let queues = open.hub.queues().await?;
    pull::for_me(open).await?;
    let before = open.queues();
    {
        let mut state = open.status.lock();
        for info in &queues {
            state.there_are_free(&info.name, info.free, open.clock.now());
        }
        state.recount(waiting);
        state.queues_read_at = Some(open.clock.now());
    }
    if *before != queues {
        open.replica.set_queues(&queues).await?;
        let known = before.len() == queues.len();
        // What a case is judged by may have changed with its queue's policy.
        let judged_alike = known
            && before
                .iter()
                .zip(queues.iter())
                .all(|(a, b)| a.policy == b.policy);
        open.set_queues(queues);
        open.changed(if judged_alike {
            &[Topic::Overview, Topic::Opinions]
        } else {
            &[Topic::Overview, Topic::Opinions, Topic::Work]
        });
    }
    Ok(())
}

async fn release(open: &OpenDesk, case_ids: &[String], tokens: &[String]) -> Result<(), SyncError> {
    if !tokens.is_empty() {
        match open.hub.release(tokens.to_vec(), ReleaseReason::Skip).await {
            // A lease the hub doesn't know any more needs no giving back.
            Ok(()) | Err(HubError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Where the hub has no more to give, what was skipped would come straight back: others come first.
    let held = open.replica.cases_held().await?;
    for case in held.iter().filter(|case| case_ids.contains(&case.id)) {
        let now = open.clock.now();
        let mut state = open.status.lock();
        state.leave_to_others(&case.queue, now);
        if state.is_dry(&case.queue, now) {
            state.set_dry(&case.queue, Some(now + DRY_FOR));
        }
    }
    drop_cases(open, case_ids).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_desk::TestDesk;

    #[tokio::test]
    async fn a_wish_to_try_now_made_while_a_round_fails_is_kept() {
        let desk = TestDesk::fresh().await;
        desk.open.status.wake_at_once();
        let wait = settle(&desk.open, Err(HubError::Unreached("away".into()).into()));
        assert!(wait >= Duration::from_millis(500));
        tokio::time::timeout(wait / 2, rest(&desk.open, wait))
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn nothing_is_asked_of_the_hub_before_the_window_has_drawn_its_first_picture() {
        let desk = TestDesk::fresh().await;
        let (said, open) = (desk.said.clone(), Arc::new(desk.open));
        let engine = Engine::start(&open);
        let asked = || open.status.lock().sync != SyncState::Syncing;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!asked(), "the picture comes first");
        said.1.drawn();
        let found_away = async {
            while !asked() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_millis(500), found_away)
            .await
            .expect("it is asked at once, not only when waiting is over");
        engine.stop().await;
    }
}
