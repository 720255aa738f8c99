//! What several opinions on one case come to: the second must differ and doesn't know the first, two who agree decide,
//! two who don't go to an adjudicator, who sees both.

use super::{Person, Policy, Refusal, Role};
use crate::case::CaseBody;
use crate::decision::Verdict;
use crate::kind::Kind;
use crate::label::Basis;
use crate::outcome::CaseState;

/// Whether the person settles disputes of this queue.
pub fn adjudicates(person: &Person, policy: &Policy, queue: &str) -> bool {
    if policy.adjudicators.is_empty() {
        return person.has(Role::Lead) && person.sees_queue(queue);
    }
    policy.adjudicators.contains(&person.id)
}

/// Whether the person may add an opinion to those there are. `deciders`: whose opinions stand on this revision, by id.
///
/// # Errors
/// `second_must_differ`; `not_allowed` on a disputed case for one who doesn't adjudicate.
pub fn may_join(
    person: &Person,
    policy: &Policy,
    queue: &str,
    state: CaseState,
    deciders: &[&str],
) -> Result<(), Refusal> {
    if !matches!(state, CaseState::AwaitingSecond | CaseState::Disputed) {
        return Ok(());
    }
    if deciders.contains(&person.id.as_str()) {
        let text = "You have decided this already; now it is somebody else's turn";
        return Err(Refusal::new("second_must_differ", text));
    }
    if state == CaseState::Disputed && !adjudicates(person, policy, queue) {
        return Err(Refusal::new(
            "not_allowed",
            "Two people disagree here; only an adjudicator decides",
        ));
    }
    Ok(())
}

/// On what a decision made in this state rests.
pub const fn basis_in(state: CaseState) -> Basis {
    match state {
        CaseState::AwaitingSecond => Basis::SecondOpinion,
        CaseState::Disputed => Basis::Adjudicated,
        _ => Basis::Human,
    }
}

/// Where a decision takes its case. `agrees`: with the first, where there is one. An expired case waits for nobody: it
/// takes only what lets nothing happen.
pub const fn after(state: CaseState, approvers: u8, agrees: bool) -> CaseState {
    match state {
        CaseState::AwaitingSecond if agrees => CaseState::Decided,
        CaseState::AwaitingSecond => CaseState::Disputed,
        CaseState::Disputed | CaseState::Expired => CaseState::Decided,
        _ if approvers > 1 => CaseState::AwaitingSecond,
        _ => CaseState::Decided,
    }
}

/// Where a case stands with the opinions that are left when one was taken back.
pub fn standing(left: &[Basis]) -> CaseState {
    match left {
        [] => CaseState::Open,
        left if left.contains(&Basis::Adjudicated) => CaseState::Decided,
        [_] => CaseState::AwaitingSecond,
        _ => CaseState::Disputed,
    }
}

/// Whether two would do the same; two who can't tell agree in that. None: can't tell.
pub fn agree(first: Option<&Verdict>, second: Option<&Verdict>, body: &CaseBody) -> bool {
    match (first, second) {
        (Some(first), Some(second)) => first.agrees(second, body),
        (None, None) => true,
        _ => false,
    }
}

/// Whether the reader could still give an opinion on a case in this state, and so must not know the others'.
pub fn is_blind_to_others(
    person: &Person,
    policy: &Policy,
    kind: Kind,
    queue: &str,
    state: CaseState,
) -> bool {
    could_decide(person, kind, queue)
        && match state {
            CaseState::AwaitingSecond => true,
            CaseState::Disputed => !adjudicates(person, policy, queue),
            _ => false,
        }
}

/// Whether the reader is shown opinions side by side that nobody else may see yet: it is theirs to settle the dispute.
pub fn sees_both(person: &Person, policy: &Policy, kind: Kind, queue: &str, state: CaseState) -> bool {
    state == CaseState::Disputed && could_decide(person, kind, queue) && adjudicates(person, policy, queue)
}

/// Whether suggestion and links are withheld from the reader. `decided`: they have given their opinion on this revision.
pub fn is_blind_to_machine(
    person: &Person,
    policy: &Policy,
    kind: Kind,
    queue: &str,
    state: CaseState,
    decided: bool,
) -> bool {
    policy.blind && !decided && state.takes_decisions() && could_decide(person, kind, queue)
}

fn could_decide(person: &Person, kind: Kind, queue: &str) -> bool {
    person.decides().contains(&kind) && person.sees_queue(queue)
}
