//! When a case is due, when it expires and when it is escalated, where its source doesn't say: by the queue's policy.
//! What it is not: looking at a clock, or moving a case.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::passing::EscalateTo;
use super::{INVALID_POLICY, Policy};
use crate::Instant;
use crate::case::OnExpiry;
use crate::invalid::Invalid;
use crate::kind::Kind;

/// Beyond this a mistake in units is likelier than an intention.
const YEAR_MINUTES: u32 = 366 * 24 * 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Escalation {
    /// So long after the case was due.
    pub after_minutes: u32,
    pub to: EscalateTo,
}

/// What a case says of its own times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    pub due_at: Option<Instant>,
    pub expires_at: Option<Instant>,
    pub on_expiry: Option<OnExpiry>,
}

/// The times a case is worked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub due_at: Option<Instant>,
    pub expires_at: Option<Instant>,
    pub on_expiry: OnExpiry,
}

/// The source's word first, then the policy's. Only an action is rejected by expiry; anything else stays and waits.
pub fn times(policy: &Policy, kind: Kind, received_at: Instant, said: Said) -> Times {
    let after = |minutes: Option<u32>| minutes.map(|n| received_at + Duration::minutes(i64::from(n)));
    let by_policy = match policy.on_expiry {
        OnExpiry::Reject if kind != Kind::ProposedAction => OnExpiry::Escalate,
        other => other,
    };
    Times {
        due_at: said.due_at.or_else(|| after(policy.due_minutes)),
        expires_at: said.expires_at.or_else(|| after(policy.expire_minutes)),
        on_expiry: said.on_expiry.unwrap_or(by_policy),
    }
}

/// What was due by this instant is escalated now. None: the policy escalates nothing.
pub fn escalates_due_by(policy: &Policy, now: Instant) -> Option<Instant> {
    let escalation = policy.escalate.as_ref()?;
    Some(now - Duration::minutes(i64::from(escalation.after_minutes)))
}

impl Policy {
    pub(super) fn check_times(&self) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_POLICY, pointer, detail));
        for (pointer, minutes) in [
            ("/due_minutes", self.due_minutes),
            ("/expire_minutes", self.expire_minutes),
        ] {
            if minutes.is_some_and(|n| !(1..=YEAR_MINUTES).contains(&n)) {
                return bad(pointer, "a minute to a year");
            }
        }
        let Some(escalation) = &self.escalate else {
            return Ok(());
        };
        if escalation.after_minutes > YEAR_MINUTES {
            return bad("/escalate/after_minutes", "at most a year");
        }
        if escalation.to.is_blank() {
            return bad("/escalate/to", "a name");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::outcome::CaseState;

    fn at(minutes: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn the_case_s_own_times_come_before_the_policy_s() {
        let policy =
            Policy::read(&json!({"due_minutes": 60, "expire_minutes": 120, "on_expiry": "reject"})).unwrap();
        let by_policy = times(&policy, Kind::ProposedAction, at(0), Said::default());
        assert_eq!(
            (by_policy.due_at, by_policy.expires_at, by_policy.on_expiry),
            (Some(at(60)), Some(at(120)), OnExpiry::Reject)
        );
        let own = Said {
            due_at: Some(at(5)),
            expires_at: Some(at(9)),
            on_expiry: Some(OnExpiry::Return),
        };
        let kept = times(&policy, Kind::ProposedAction, at(0), own);
        assert_eq!(
            (kept.due_at, kept.expires_at, kept.on_expiry),
            (Some(at(5)), Some(at(9)), OnExpiry::Return)
        );
        assert_eq!(
            times(&policy, Kind::DataConflict, at(0), Said::default()).on_expiry,
            OnExpiry::Escalate,
            "only an action can be rejected"
        );
    }

    #[test]
    fn a_case_is_escalated_so_long_after_it_was_due() {
        let policy =
            Policy::read(&json!({"escalate": {"after_minutes": 30, "to": {"role": "lead"}}})).unwrap();
        assert_eq!(escalates_due_by(&policy, at(30)), Some(at(0)));
        assert_eq!(escalates_due_by(&Policy::default(), at(30)), None);
    }

    #[test]
    fn a_broken_time_says_where() {
        for (broken, pointer) in [
            (json!({"due_minutes": 0}), "/due_minutes"),
            (json!({"expire_minutes": 999_999_999}), "/expire_minutes"),
            (json!({"on_expiry": "approve"}), "/on_expiry"),
            (
                json!({"escalate": {"after_minutes": 999_999_999, "to": {"role": "lead"}}}),
                "/escalate/after_minutes",
            ),
            (
                json!({"escalate": {"after_minutes": 1, "to": {"person": " "}}}),
                "/escalate/to",
            ),
            (json!({"escalate": {"after_minutes": 1}}), "/escalate/to"),
        ] {
            assert_eq!(Policy::read(&broken).unwrap_err().pointer, pointer, "{broken}");
        }
    }

    proptest! {
        /// Whatever case and policy say: time that passes approves nothing.
        #[test]
        fn expiry_never_approves(of_policy in 0_usize..3, of_case in prop::option::of(0_usize..3), kind in 0_usize..3) {
            let all = [OnExpiry::Escalate, OnExpiry::Return, OnExpiry::Reject];
            let policy = Policy { on_expiry: all[of_policy], ..Policy::default() };
            let said = Said { on_expiry: of_case.map(|n| all[n]), ..Said::default() };
            let state = times(&policy, Kind::ALL[kind], at(0), said).on_expiry.state();
            prop_assert!(matches!(state, CaseState::Expired | CaseState::Returned));
        }
    }
}
