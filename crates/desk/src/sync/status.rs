//! What the engine knows of its own work, in memory: shared with the calls of the window.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use domain::Instant;
use protocol::ipc::SyncState;
use protocol::worklife::Away;
use tokio::sync::Notify;

/// A queue counts as in use this long after its cases were asked for.
const IN_USE_FOR: TimeDelta = TimeDelta::hours(1);
/// A queue that had nothing more to give is asked again after this, or when its counters change.
pub const DRY_FOR: TimeDelta = TimeDelta::seconds(10);

#[derive(Debug)]
pub struct Status {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug)]
pub struct State {
    pub sync: SyncState,
    pub since: Option<Instant>,
    pub next_try_at: Option<Instant>,
    /// Why it is refused or fails: the code, and a sentence.
    pub trouble: Option<(String, String)>,
    /// Decisions that came to need the person since the last round, not said yet.
    pub newly_wedged: usize,
    pub failures: u32,
    /// When the session ends that this desk can renew by itself; none: there is nothing to renew with.
    pub session_until: Option<Instant>,
    /// When that last went wrong.
    pub renewal_failed_at: Option<Instant>,
    /// It couldn't be renewed because the provider didn't answer.
    pub provider_away: bool,
    /// The person asked: no waiting.
    pub at_once: bool,
    pub greeted_at: Option<Instant>,
    pub queues_read_at: Option<Instant>,
    pub queues_stale: bool,
    pub trust_read_at: Option<Instant>,
    pub tools_read_at: Option<Instant>,
    pub purged_at: Option<Instant>,
    pub own_read_at: Option<Instant>,
    pub feed_behind: bool,
    pub refetch: BTreeSet<String>,
    pub prefetch: VecDeque<(String, String)>,
    used: HashMap<String, Instant>,
    dry_until: HashMap<String, Instant>,
    /// Cases this person has just skipped, per queue, and until when they are left to others.
    left_to_others: HashMap<String, (u64, Instant)>,
    /// Decided here since the hub last counted, by queue.
    decided: HashMap<String, i64>,
    pub decided_at: Option<Instant>,
    /// Cases that wait for the person by name or role, by the hub's last word.
    pub for_me: u64,
    pub away: Option<Away>,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            wake: Notify::new(),
            state: Mutex::new(State {
                sync: SyncState::Syncing,
                since: None,
                next_try_at: None,
                trouble: None,
                newly_wedged: 0,
                failures: 0,
                session_until: None,
                renewal_failed_at: None,
                provider_away: false,
                at_once: false,
                greeted_at: None,
                queues_read_at: None,
                queues_stale: true,
                trust_read_at: None,
                tools_read_at: None,
                purged_at: None,
                own_read_at: None,
                feed_behind: true,
                refetch: BTreeSet::new(),
                prefetch: VecDeque::new(),
                used: HashMap::new(),
                dry_until: HashMap::new(),
                left_to_others: HashMap::new(),
                decided: HashMap::new(),
                decided_at: None,
                for_me: 0,
                away: None,
            }),
        }
    }
}

impl Status {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// The person asked for it: whatever was waited for is over.
    pub fn wake_at_once(&self) {
        self.lock().at_once = true;
        self.wake.notify_one();
    }

    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// The person works here: cases are kept at hand. Wakes the engine when that is new.
    pub fn use_queue(&self, queue: &str, now: Instant) {
        let before = self.lock().used.insert(queue.to_owned(), now);
        if before.is_none_or(|at| now - at > IN_USE_FOR) {
            self.wake_at_once();
        }
    }
}

impl State {
    pub fn in_use(&self, queue: &str, now: Instant) -> bool {
        self.used.get(queue).is_some_and(|at| now - *at <= IN_USE_FOR)
    }

    pub fn is_dry(&self, queue: &str, now: Instant) -> bool {
        self.dry_until.get(queue).is_some_and(|until| now < *until)
    }

    pub fn set_dry(&mut self, queue: &str, until: Option<Instant>) {
        match until {
            Some(until) => self.dry_until.insert(queue.to_owned(), until),
            None => self.dry_until.remove(queue),
        };
    }

    /// A case of this queue was skipped: until then others come first.
    pub fn leave_to_others(&mut self, queue: &str, now: Instant) {
        let until = now + DRY_FOR;
        let left = self.left_to_others.entry(queue.to_owned()).or_insert((0, until));
        *left = (if left.1 > now { left.0 + 1 } else { 1 }, until);
    }

    /// The hub counts this many that nobody holds. Whether it is the case that wasn't given a moment ago or one that came
    /// instead of it, the count can't say; only that it is more than what this person has just skipped.
    pub fn there_are_free(&mut self, queue: &str, free: u64, now: Instant) {
        let left = self
            .left_to_others
            .get(queue)
            .filter(|(_, until)| *until > now)
            .map_or(0, |(count, _)| *count);
        if free > left {
            self.set_dry(queue, None);
        }
    }

    /// There may be more now.
    pub fn forget_dry(&mut self) {
        self.dry_until.clear();
    }

    /// Counted by the hub no longer.
    pub fn count_decided(&mut self, queue: &str, change: i64) {
        *self.decided.entry(queue.to_owned()).or_default() += change;
    }

    pub fn decided(&self, queue: &str) -> i64 {
        self.decided.get(queue).copied().unwrap_or_default()
    }

    /// The hub has counted: only what it hasn't heard of yet is to be taken off.
    pub fn recount(&mut self, waiting: HashMap<String, i64>) {
        self.decided = waiting;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_person_skipped_is_no_news_for_a_while_and_one_more_case_is() {
        let (status, now) = (Status::default(), chrono::Utc::now());
        let mut state = status.lock();
        state.set_dry("sites", Some(now + DRY_FOR));
        state.leave_to_others("sites", now);
        state.there_are_free("sites", 1, now);
        assert!(state.is_dry("sites", now));
        state.there_are_free("sites", 2, now);
        assert!(!state.is_dry("sites", now));

        state.set_dry("sites", Some(now + DRY_FOR + DRY_FOR));
        state.there_are_free("sites", 1, now + DRY_FOR);
        assert!(!state.is_dry("sites", now + DRY_FOR), "nobody took it");
    }
}
