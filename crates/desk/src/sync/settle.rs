//! What the outcome of a round means: how it stands with the hub, what is said of it, and how long the engine rests.

use std::time::Duration;

use chrono::TimeDelta;
use protocol::ipc::SyncState;

use super::error::SyncError;
use crate::hub_client::{HubError, Retry, sign_in_words};
use crate::open_desk::OpenDesk;

const IDLE: Duration = Duration::from_secs(10);
const STALE: Duration = Duration::from_secs(3);
const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(60);
/// A hub that asks for patience once isn't worth a word.
const SAID_AFTER: u32 = 2;
/// How long a refused token is left alone.
const REFUSED_WAIT: Duration = Duration::from_secs(60);

/// How long to rest after this, by the error's own word.
pub fn settle(open: &OpenDesk, outcome: Result<(), SyncError>) -> Duration {
    let mut state = open.status.lock();
    let (sync, wait, trouble) = match &outcome {
        Ok(()) => {
            state.failures = 0;
            let wait = if state.queues_stale { STALE } else { IDLE };
            (SyncState::Synced, wait, None)
        }
        Err(SyncError::Hub(error)) if error.is_sign_in() => {
            let words = refused_words(error.code(), state.provider_away);
            let sync = if state.provider_away {
                SyncState::Failing
            } else {
                SyncState::Refused
            };
            (
                sync,
                REFUSED_WAIT,
                Some((error.code().to_owned(), words.to_owned())),
            )
        }
        Err(SyncError::OtherHub) => {
            let words =
                "Another hub answers at this address. Nothing is sent to it; your decisions are kept here.";
            (
                SyncState::Refused,
                REFUSED_WAIT,
                Some(("other_hub".to_owned(), words.to_owned())),
            )
        }
        Err(SyncError::Hub(error)) => {
            state.failures = state.failures.saturating_add(1);
            let wait = match error.retry() {
                Retry::After(wait) => wait,
                Retry::Network | Retry::Never => backoff(state.failures),
            };
            tracing::info!(code = error.code(), error = %error, failures = state.failures, "sync.failed");
            let (sync, trouble) = if error.is_away() {
                (SyncState::Offline, None)
            } else if state.failures >= SAID_AFTER || error.is_disk_full() {
                let words = failing_words(error);
                (
                    SyncState::Failing,
                    Some((error.code().to_owned(), words.to_owned())),
                )
            } else {
                (SyncState::Syncing, None)
            };
            (sync, wait, trouble)
        }
        Err(SyncError::Replica(error)) => {
            state.failures = state.failures.saturating_add(1);
            tracing::error!(code = error.code(), error = %error, "sync.replica_failed");
            let trouble = (error.code().to_owned(), error.words().to_owned());
            (SyncState::Failing, backoff(state.failures), Some(trouble))
        }
    };
    let now = open.clock.now();
    if sync != state.sync || outcome.is_ok() {
        state.since = Some(now);
    }
    state.sync = sync;
    state.trouble = trouble;
    state.next_try_at = outcome
        .is_err()
        .then(|| now + TimeDelta::from_std(wait).unwrap_or_default());
    wait
}

/// Why the sign-in isn't taken any more, and what to do.
fn refused_words(code: &str, provider_away: bool) -> &'static str {
    if provider_away {
        "Your sign-in has run out, and the provider doesn’t answer. It is renewed when it does; your decisions are kept here."
    } else {
        sign_in_words(code)
    }
}

/// Why the hub takes nothing just now, and that nothing is lost by it.
fn failing_words(error: &HubError) -> &'static str {
    match error {
        _ if error.is_disk_full() => {
            "The hub’s disk is full. Your decisions are kept here and sent when it has room."
        }
        HubError::Busy { problem, .. } if problem.status == 429 => {
            "The hub is busy. Your decisions are kept here and sent when it takes them."
        }
        _ if error.is_forbidden() => {
            "The hub no longer lets you do this. Your decisions are kept here; ask an admin what you may."
        }
        HubError::Strange(_) => {
            "The hub’s answers can’t be read; perhaps it is of another version. Your decisions are kept here."
        }
        _ => "The hub fails. Your decisions are kept here and sent when it works again.",
    }
}

/// 1, 2, 4 … 60 s, less up to half of it, so that desks don't come back all at once.
fn backoff(failures: u32) -> Duration {
    let full = BACKOFF_FIRST
        .saturating_mul(1_u32 << failures.saturating_sub(1).min(6))
        .min(BACKOFF_MAX);
    full.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::ReplicaError;
    use crate::test_desk::TestDesk;

    fn busy(code: &str) -> Result<(), SyncError> {
        let problem = serde_json::from_value(serde_json::json!({
            "type": "about:blank", "title": "", "status": 503, "detail": "", "code": code,
        }));
        Err(SyncError::Hub(HubError::Busy {
            problem: Box::new(problem.unwrap()),
            after: None,
        }))
    }

    #[tokio::test]
    async fn a_hub_that_says_when_to_come_back_is_left_alone_exactly_until_then() {
        let desk = TestDesk::fresh().await;
        // Neither the usual wait nor its bounds: however often, and however long.
        for seconds in [7, 7, 7, 600] {
            let Err(SyncError::Hub(HubError::Busy { problem, .. })) = busy("too_many_requests") else {
                panic!("busy")
            };
            let after = Some(Duration::from_secs(seconds));
            let wait = settle(&desk.open, Err(HubError::Busy { problem, after }.into()));
            assert_eq!(wait, Duration::from_secs(seconds));
            let next = desk.open.status.lock().next_try_at.unwrap() - desk.open.now();
            assert!(
                (next.num_seconds() - i64::try_from(seconds).unwrap()).abs() <= 1,
                "{next}: what the person is told"
            );
        }
    }

    fn said(desk: &TestDesk) -> (SyncState, Option<(String, String)>) {
        let state = desk.open.status.lock();
        (state.sync, state.trouble.clone())
    }

    #[tokio::test]
    async fn a_full_disk_here_or_at_the_hub_is_said_and_over_when_a_round_succeeds() {
        let desk = TestDesk::fresh().await;
        settle(&desk.open, Ok(()));
        settle(&desk.open, Err(ReplicaError::DiskFull.into()));
        let (state, trouble) = said(&desk);
        assert_eq!(state, SyncState::Failing, "it must not go on saying Synced");
        assert!(trouble.unwrap().1.starts_with("The disk is full."));
        settle(&desk.open, busy("disk_full"));
        let (state, trouble) = said(&desk);
        let (code, words) = trouble.unwrap();
        assert_eq!((state, code.as_str()), (SyncState::Failing, "disk_full"));
        assert!(words.starts_with("The hub’s disk is full."), "{words}");
        settle(&desk.open, Ok(()));
        assert_eq!(said(&desk), (SyncState::Synced, None));
    }

    #[tokio::test]
    async fn a_hub_that_fails_once_is_not_worth_a_word_and_twice_is() {
        let desk = TestDesk::fresh().await;
        settle(&desk.open, busy("hub_failed"));
        assert_eq!(said(&desk), (SyncState::Syncing, None));
        settle(&desk.open, busy("hub_failed"));
        assert_eq!(said(&desk).0, SyncState::Failing);
    }

    #[test]
    fn the_wait_grows_and_never_exceeds_a_minute() {
        for failures in 1..40 {
            let wait = backoff(failures);
            assert!(
                wait >= Duration::from_millis(500) && wait <= BACKOFF_MAX,
                "{failures}: {wait:?}"
            );
        }
        assert!(backoff(7) >= Duration::from_secs(30));
    }
}
