//! How it goes with a webhook: that one is enabled doesn't say that anything arrives.

use serde::{Deserialize, Serialize};

use crate::Instant;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Standing {
    /// It was never sent anything that was taken, and nothing failed.
    #[default]
    Untried,
    /// What it was sent last was taken.
    Delivering,
    /// What it was sent since the last success, if there was one, wasn't taken.
    Failing,
    Disabled,
}

/// `first_failure`: the first try of what wasn't taken at its last try, which came after the last success.
pub fn standing(
    enabled: bool,
    last_success: Option<Instant>,
    first_failure: Option<Instant>,
) -> (Standing, Option<Instant>) {
    match (enabled, last_success, first_failure) {
        (false, ..) => (Standing::Disabled, None),
        // What was tried first before something else was taken didn't fail all that time.
        (true, success, Some(failure)) => (Standing::Failing, Some(success.unwrap_or(failure).max(failure))),
        (true, Some(_), None) => (Standing::Delivering, None),
        (true, None, None) => (Standing::Untried, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn only_what_was_taken_is_said_to_be_delivering() {
        assert_eq!(standing(true, None, None), (Standing::Untried, None));
        assert_eq!(standing(true, Some(at(5)), None), (Standing::Delivering, None));
        assert_eq!(
            standing(false, Some(at(5)), Some(at(6))),
            (Standing::Disabled, None)
        );
    }

    #[test]
    fn it_fails_from_its_first_failure_on_and_never_from_before_its_last_success() {
        let failing = |since| (Standing::Failing, Some(at(since)));
        assert_eq!(standing(true, None, Some(at(3))), failing(3));
        assert_eq!(standing(true, Some(at(5)), Some(at(7))), failing(7));
        assert_eq!(standing(true, Some(at(5)), Some(at(3))), failing(5));
    }
}
