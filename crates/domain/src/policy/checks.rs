//! Checks: cases handed out to see whether somebody comes to an answer that is there already. Of gold the answer was known
//! before; of an audit it is what one person decided and was released. Who works on one can't tell it from any other case.
//!
//! A check is a case of its own, made for one person as it is handed to them, so that it lives and counts like any other.
//! What it decides acts nowhere: it is in no feed, and teaches only what was known or what two agree on.

use serde::{Deserialize, Serialize};

use super::gate::Gate;
use super::{Person, Policy, Role};
use crate::case::CaseBody;
use crate::decision::Verdict;
use crate::label::Basis;

/// How an answer stands to the one that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    Agree,
    Disagree,
    CannotTell,
}

impl Found {
    pub const ALL: [Self; 3] = [Self::Agree, Self::Disagree, Self::CannotTell];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::CannotTell => "cannot_tell",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.as_str() == name)
    }

    /// `given` and `known` none: can't tell. Two who can't tell agree in that.
    pub fn of(given: Option<&Verdict>, known: Option<&Verdict>, body: &CaseBody) -> Self {
        match (given, known) {
            (None, None) => Self::Agree,
            (None, Some(_)) => Self::CannotTell,
            (Some(given), Some(known)) if given.agrees(known, body) => Self::Agree,
            (Some(_), _) => Self::Disagree,
        }
    }
}

/// Whether checks are handed to this person at all. Leads and admins see what was planted and what was drawn.
pub fn may_be_checked(person: &Person) -> bool {
    !person.has(Role::Lead) && !person.has(Role::Admin) && !person.decides().is_empty()
}

/// Whether one sees checks that are somebody else's.
pub fn sees_checks(person: &Person) -> bool {
    person.has(Role::Lead) || person.has(Role::Admin)
}

/// Whether what is released is drawn for an audit. Only what one person settled: where two had to agree, two have looked.
/// `draw`: 0 to 1, by chance and always the same for one case.
pub fn is_drawn(policy: &Policy, basis: Basis, gate: &Gate, draw: f64) -> bool {
    basis == Basis::Human && gate.approvers < 2 && draw < policy.audit_share
}

/// Which of so many places are gold: each by chance for itself. `draw` gives 0 to 1, a new one each time.
pub fn gold_places(share: f64, places: usize, mut draw: impl FnMut() -> f64) -> Vec<usize> {
    (0..places).filter(|_| draw() < share).collect()
}

/// On what the labels of a check rest; none: it teaches nothing. An audit on which two don't agree says who looked
/// differently, not who was right.
pub fn teaches(gold: bool, found: Found) -> Option<Basis> {
    match (gold, found) {
        (true, _) => Some(Basis::Gold),
        (false, Found::Agree) => Some(Basis::SecondOpinion),
        (false, Found::Disagree | Found::CannotTell) => None,
    }
}

/// Whether a decision on this basis goes out to whoever acts on it.
pub const fn acts(basis: Basis) -> bool {
    !matches!(basis, Basis::Gold)
}

/// How the basis of a decision is told to who gave it: a check is a case like any other.
pub const fn shown_as(basis: Basis, sees_checks: bool) -> Basis {
    match basis {
        Basis::Gold if !sees_checks => Basis::Human,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::case::Case;

    fn gate(approvers: u8) -> Gate {
        Gate {
            approvers,
            rules: Vec::new(),
            drawn: false,
        }
    }

    fn person(roles: &[Role]) -> Person {
        Person {
            id: "p".into(),
            name: "P".into(),
            roles: roles.to_vec(),
            queues: Vec::new(),
        }
    }

    #[test]
    fn checks_are_for_who_decides_and_does_not_know_what_was_planted() {
        assert!(may_be_checked(&person(&[Role::Steward])));
        assert!(!may_be_checked(&person(&[Role::Steward, Role::Lead])));
        assert!(!may_be_checked(&person(&[Role::Source])));
        assert!(sees_checks(&person(&[Role::Lead])) && !sees_checks(&person(&[Role::Approver])));
    }

    #[test]
    fn an_answer_agrees_disagrees_or_cannot_tell() {
        let case = Case::read(&json!({"external_id": "x", "kind": "identity_match",
            "body": {"records": [{"id": "a", "fields": {}}, {"id": "b", "fields": {}}]}}))
        .unwrap();
        let verdict = |clusters| Verdict::read(&json!({"clusters": clusters}), &case.body).unwrap();
        let (same, different) = (verdict(json!([["a", "b"]])), verdict(json!([["a"], ["b"]])));
        let found = |given, known| Found::of(given, known, &case.body);
        assert_eq!(found(Some(&same), Some(&same)), Found::Agree);
        assert_eq!(found(Some(&same), Some(&different)), Found::Disagree);
        assert_eq!(found(None, Some(&same)), Found::CannotTell);
        assert_eq!(found(Some(&same), None), Found::Disagree);
        assert_eq!(found(None, None), Found::Agree);
    }

    #[test]
    fn gold_teaches_what_was_known_and_an_audit_only_what_two_agree_on() {
        assert_eq!(teaches(true, Found::Disagree), Some(Basis::Gold));
        assert_eq!(teaches(false, Found::Agree), Some(Basis::SecondOpinion));
        assert_eq!(teaches(false, Found::Disagree), None);
        assert_eq!(teaches(false, Found::CannotTell), None);
    }

    #[test]
    fn what_was_given_on_a_check_reads_as_any_other_to_who_gave_it() {
        assert_eq!(shown_as(Basis::Gold, false), Basis::Human);
        assert_eq!(shown_as(Basis::Gold, true), Basis::Gold);
        for basis in Basis::ALL {
            assert_ne!(shown_as(basis, false), Basis::Gold);
        }
    }

    proptest! {
        /// A gold case never yields a row that is acted on, and is never drawn once more.
        #[test]
        fn what_is_decided_on_a_check_acts_nowhere(share in 0.0..=1.0_f64, draw in 0.0..1.0_f64, approvers in 1_u8..=2) {
            let policy = Policy { audit_share: share, ..Policy::default() };
            prop_assert!(!acts(Basis::Gold));
            prop_assert!(!is_drawn(&policy, Basis::Gold, &gate(approvers), draw));
            prop_assert!(!is_drawn(&policy, Basis::Human, &gate(2), draw), "two have looked already");
            prop_assert_eq!(is_drawn(&policy, Basis::Human, &gate(1), draw), draw < share);
        }

        #[test]
        fn gold_takes_its_share_of_the_places(share in 0.0..=1.0_f64, draws in prop::collection::vec(0.0..1.0_f64, 1..40)) {
            let mut next = draws.iter().copied();
            let places = gold_places(share, draws.len(), || next.next().unwrap());
            let below = draws.iter().filter(|draw| **draw < share).count();
            prop_assert_eq!(places.len(), below);
            prop_assert!(places.iter().all(|place| draws[*place] < share));
        }
    }
}
