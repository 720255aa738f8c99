//! When a delivery is done, tried again, or given up. All numbers of it stand here.

use chrono::Duration;

use crate::Instant;

/// What a receiver has for its answer.
pub const TIMEOUT_SECONDS: u64 = 15;

/// How long a hub has a delivery to itself; longer than the longest try, so that only a dead hub's is taken over.
pub const LEASE_SECONDS: i64 = 30;

/// Waits before the second try, the third …: 5 seconds to 12 hours, about 30 hours in all.
const WAITS_SECONDS: [i64; 9] = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 43_200];

pub const TRIES_MAX: u32 = 10;

/// However long a receiver asks to be left alone, after this a delivery is given up.
const GIVEN_UP_AFTER_DAYS: i64 = 3;

/// A wait is this much shorter or longer, by chance, so that what failed together isn't tried together.
const JITTER: f64 = 0.2;

/// What came of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The receiver answered; with how many seconds to wait, where it said so.
    Status {
        status: u16,
        retry_after_seconds: Option<i64>,
    },
    /// It couldn't be reached, or was too slow.
    None,
}

/// What was tried so far, this try included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    pub n: u32,
    pub first_at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Done,
    Again {
        at: Instant,
    },
    /// Given up, to be seen and replayed by people.
    Dead,
    /// The receiver is gone for good and wants no more of any kind.
    Gone,
}

/// What follows a try. `chance` is a random number from 0 to 1.
pub fn after(tries: Tries, answer: Answer, now: Instant, chance: f64) -> Next {
    let asked = match answer {
        Answer::Status {
            status: 200..=299, ..
        } => return Next::Done,
        Answer::Status { status: 410, .. } => return Next::Gone,
        Answer::Status {
            retry_after_seconds, ..
        } => retry_after_seconds.unwrap_or(0),
        Answer::None => 0,
    };
    let place = usize::try_from(tries.n.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(wait) = WAITS_SECONDS.get(place).filter(|_| tries.n < TRIES_MAX) else {
        return Next::Dead;
    };
    let spread = 1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    let wait = Duration::milliseconds((*wait as f64 * 1000.0 * spread) as i64);
    // Never sooner than the receiver asked.
    let wait = wait.max(Duration::try_seconds(asked).unwrap_or(Duration::MAX));
    let last = tries.first_at + Duration::days(GIVEN_UP_AFTER_DAYS);
    match now.checked_add_signed(wait) {
        Some(at) if at <= last => Next::Again { at },
        _ => Next::Dead,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Instant = Instant::UNIX_EPOCH;

    fn status(status: u16, retry_after_seconds: Option<i64>) -> Answer {
        Answer::Status {
            status,
            retry_after_seconds,
        }
    }

    fn tries(n: u32) -> Tries {
        Tries { n, first_at: START }
    }

    #[test]
    fn any_answer_in_the_two_hundreds_is_done() {
        for code in [200, 201, 202, 204, 299] {
            assert_eq!(after(tries(1), status(code, Some(9)), START, 0.5), Next::Done);
        }
    }

    #[test]
    fn a_redirect_or_a_refusal_is_tried_again() {
        for code in [301, 302, 307, 400, 401, 404, 429, 500, 503] {
            let next = after(tries(1), status(code, None), START, 0.5);
            let at = START + Duration::seconds(5);
            assert_eq!(next, Next::Again { at }, "{code}");
        }
    }

    #[test]
    fn gone_is_gone_at_the_first_try() {
        assert_eq!(after(tries(1), status(410, None), START, 0.5), Next::Gone);
    }

    #[test]
    fn the_tenth_failure_is_the_last() {
        assert!(matches!(
            after(tries(9), Answer::None, START, 0.5),
            Next::Again { .. }
        ));
        assert_eq!(after(tries(10), Answer::None, START, 0.5), Next::Dead);
    }

    #[test]
    fn a_receiver_that_wants_to_be_left_alone_is_and_for_three_days_at_most() {
        let at = START + Duration::seconds(3600);
        assert_eq!(
            after(tries(1), status(503, Some(3600)), START, 0.0),
            Next::Again { at }
        );
        for asked in [4 * 86_400, i64::MAX] {
            assert_eq!(
                after(tries(1), status(429, Some(asked)), START, 0.0),
                Next::Dead,
                "{asked}"
            );
        }
        let late = START + Duration::days(3);
        assert_eq!(after(tries(2), Answer::None, late, 0.0), Next::Dead);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_asked_and_near_its_place_in_the_table(
            n in 1_u32..10, chance in 0.0_f64..=1.0, asked in proptest::option::of(0_i64..100_000)
        ) {
            let Next::Again { at } = after(tries(n), status(500, asked), START, chance) else {
                return Err(TestCaseError::fail("given up"));
            };
            let waited = (at - START).num_milliseconds() as f64 / 1000.0;
            let place = WAITS_SECONDS[n as usize - 1] as f64;
            prop_assert!(waited >= asked.unwrap_or(0) as f64);
            prop_assert!(waited >= place * 0.799 && waited <= (place * 1.2).max(asked.unwrap_or(0) as f64) + 0.001);
        }
    }
}
