//! What several opinions on one case come to: the second must differ and doesn't know the first, two who agree decide,
//! two who don't go to an adjudicator, who sees both.

use super::{Passed, Person, Policy, Refusal, Role, may_be_given_to, may_have_a_say};
use crate::case::CaseBody;
use crate::decision::Verdict;
use crate::kind::Kind;
use crate::label::Basis;
use crate::outcome::CaseState;

/// Whether the person settles disputes of this queue.
pub fn adjudicates(person: &Person, policy: &Policy, queue: &str) -> bool {
    if !person.sees_queue(queue) {
        return false;
    }
    if policy.adjudicators.is_empty() {
        return person.has(Role::Lead);
    }
    policy.adjudicators.contains(&person.id)
}

/// A case somebody could be asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub case: Passed<'a>,
    /// Of its queue.
    pub policy: &'a Policy,
    pub state: CaseState,
    /// Whose opinions stand on this revision, by id.
    pub deciders: &'a [&'a str],
}

/// Whether the person may be given the case as it stands: who settles its dispute needn't decide its kind otherwise.
/// `policy` none: it can't be read.
///
/// # Errors
/// `not_allowed`, with the reason in words.
pub fn may_be_given_in(
    person: &Person,
    policy: Option<&Policy>,
    case: Passed<'_>,
    state: CaseState,
) -> Result<(), Refusal> {
    let settles = |policy: &Policy| adjudicates(person, policy, case.queue);
    if state == CaseState::Disputed && policy.is_some_and(settles) {
        return may_have_a_say(person, case);
    }
    may_be_given_to(person, case)
}

/// Whether the person may give the next opinion on the case.
///
/// # Errors
/// As [`may_be_given_in`] and [`may_join`].
pub fn may_be_asked(person: &Person, asked: &Asked<'_>) -> Result<(), Refusal> {
    may_be_given_in(person, Some(asked.policy), asked.case, asked.state)?;
    may_join(
        person,
        asked.policy,
        asked.case.queue,
        asked.state,
        asked.deciders,
    )
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

/// On what a decision made in this state rests that takes its case to `next`. An adjudicator who takes neither side
/// settles nothing: theirs is a first opinion again.
pub const fn basis_in(state: CaseState, next: CaseState) -> Basis {
    match (state, next) {
        (CaseState::AwaitingSecond, _) => Basis::SecondOpinion,
        (CaseState::Disputed, CaseState::Decided) => Basis::Adjudicated,
        _ => Basis::Human,
    }
}

/// Where a decision takes its case. `agrees`: with the first, where there is one; in a dispute, with one of those there are.
/// A third view decides nothing that two have to agree on. An expired case waits for nobody: it takes only what lets
/// nothing happen.
pub const fn after(state: CaseState, approvers: u8, agrees: bool) -> CaseState {
    match state {
        CaseState::AwaitingSecond | CaseState::Disputed if agrees => CaseState::Decided,
        CaseState::AwaitingSecond => CaseState::Disputed,
        CaseState::Expired => CaseState::Decided,
        _ if approvers > 1 => CaseState::AwaitingSecond,
        _ => CaseState::Decided,
    }
}

/// Where among the opinions that stand, the oldest first, those begin that are compared now: with the last that was a first.
pub fn round(opinions: &[Basis]) -> usize {
    let first = opinions.iter().rposition(|basis| *basis == Basis::Human);
    first.unwrap_or(0)
}

/// Where a case stands with the opinions that are left when one was taken back, the oldest first.
pub fn standing(left: &[Basis]) -> CaseState {
    match left.get(round(left)..).unwrap_or_default() {
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

/// Whether the reader could still give an opinion on a case in this state, or change theirs, and so must not know the
/// others'. `party`: one of those that stand is theirs.
pub fn is_blind_to_others(
    person: &Person,
    policy: &Policy,
    kind: Kind,
    queue: &str,
    state: CaseState,
    party: bool,
) -> bool {
    match state {
        CaseState::AwaitingSecond => party || could_decide(person, kind, queue),
        CaseState::Disputed => {
            party || (could_decide(person, kind, queue) && !adjudicates(person, policy, queue))
        }
        _ => false,
    }
}

/// Whether the reader is shown opinions side by side that nobody else may see yet: it is theirs to settle the dispute.
pub fn sees_both(person: &Person, policy: &Policy, queue: &str, state: CaseState, party: bool) -> bool {
    state == CaseState::Disputed && !party && adjudicates(person, policy, queue)
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
