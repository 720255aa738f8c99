//! Several opinions on one case: what a decision makes of its case where a policy asks for two, and where the case stands
//! when one is taken back. The rules are `domain::policy::{gate, opinions}`; here they meet the tables.
//!
//! An opinion is a pending decision. The first waits without an undo window; two that agree are one outcome, in which the
//! first decides and the second goes with it; who settles a dispute by taking a side decides alone, and what was disputed is
//! kept. Who takes neither side gives a first opinion again, and what stood before waits to be kept with its release.

use domain::Verdict;
use domain::case::Case;
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::gate::{Policies, strictest};
use domain::policy::opinions::{after, agree, basis_in, round, standing};

use crate::error::HubError;
use crate::gate;
use crate::passing::{Around, somebody_receives};
use crate::release;
use crate::staff;
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead};
use crate::store::{Conn, escalations, events};
use crate::verdicts::verdict_of;
use crate::work::Work;

/// What a decision makes of its case.
pub struct Turn {
    pub state: CaseState,
    pub basis: Basis,
    /// Agreed with by this decision: the one that then decides.
    pub first: Option<DecisionHead>,
    pub approvers: u8,
}

/// `standing`: the opinions there are, the oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn turn(
    conn: &mut Conn,
    head: &CaseHead,
    case: &Case,
    policies: Policies<'_>,
    verdict: Option<&Verdict>,
    standing: Vec<DecisionHead>,
) -> Result<Turn, HubError> {
    let agreed = agreeing(conn, head, case, verdict, standing).await?;
    let tools = gate::registered(conn, case).await?;
    // Where nothing is drawn for, the lot isn't asked for either.
    let draw = match policies.all().any(|policy| policy.second_share > 0.0) {
        true => gate::draw(conn, "draw", head).await?,
        false => 1.0,
    };
    let approvers = strictest(policies, case, verdict, &tools, draw).approvers;
    let state = after(head.state, approvers, agreed.is_some());
    Ok(Turn {
        state,
        basis: basis_in(head.state, state),
        // Who settles a dispute decides alone.
        first: agreed.filter(|_| head.state == CaseState::AwaitingSecond),
        approvers,
    })
}

/// The opinion the verdict agrees with: of what waits for a second the first one, of a dispute any.
async fn agreeing(
    conn: &mut Conn,
    head: &CaseHead,
    case: &Case,
    verdict: Option<&Verdict>,
    mut standing: Vec<DecisionHead>,
) -> Result<Option<DecisionHead>, HubError> {
    if head.state == CaseState::AwaitingSecond {
        standing.drain(..begins(&standing));
        standing.truncate(1);
    }
    for opinion in standing {
        let payload = decisions::payload(conn, &opinion.id).await?;
        let theirs = verdict_of(&payload, case)?;
        if agree(theirs.as_ref(), verdict, &case.body) {
            return Ok(Some(opinion));
        }
    }
    Ok(None)
}

/// Where among the opinions that stand those begin that are compared now.
fn begins(standing: &[DecisionHead]) -> usize {
    let bases: Vec<Basis> = standing.iter().map(|opinion| opinion.basis).collect();
    round(&bases)
}

/// Nobody else is given an assigned case, so one that waits for somebody else is assigned to nobody.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pass_on(work: &mut Work, head: &mut CaseHead, turn: &Turn) -> Result<(), HubError> {
    if head.assignee.take().is_some() {
        cases::set_routing(work.conn(), head).await?;
    }
    free_from_those_who_decided(work, head, turn.state).await?;
    // Who looks at it already, without having decided, may well be the second.
    if turn.state == CaseState::Disputed || head.lease_person == work.actor.person {
        work.end_lease(head, "decided").await?;
    }
    work.set_state(head, turn.state, None).await?;
    // Whoever gave an opinion wants to know where it stands now; nobody else may.
    for opinion in decisions::pending_of(work.conn(), &head.id, head.revision).await? {
        work.personal_event(events::CASE_CLOSED, head, &opinion.person_id);
    }
    Ok(())
}

/// An escalation to people of whom none could give the next opinion would keep everybody else away.
async fn free_from_those_who_decided(
    work: &mut Work,
    head: &CaseHead,
    state: CaseState,
) -> Result<(), HubError> {
    let Some(escalation) = escalations::of_case(work.conn(), &head.id).await? else {
        return Ok(());
    };
    let now = work.now;
    let next = CaseHead {
        state,
        ..head.clone()
    };
    let around = Around::of(work.conn(), &next).await?;
    let people = staff::who_see(work.conn(), head.sensitivity, now).await?;
    if !somebody_receives(&people, &next, &around, &escalation.to, "") {
        escalations::end(work.conn(), &head.id, now).await?;
    }
    Ok(())
}

/// Moves the case to where the opinions that are left put it, after one was taken back before its release. Returns
/// whether it moved.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn after_undo(
    work: &mut Work,
    head: &mut CaseHead,
    undone: &DecisionHead,
) -> Result<bool, HubError> {
    let moves = matches!(
        head.state,
        CaseState::AwaitingSecond | CaseState::Disputed | CaseState::Decided
    );
    if !moves || undone.state != DecisionState::Pending || undone.revision != head.revision {
        return Ok(false);
    }
    let left = decisions::pending_of(work.conn(), &head.id, head.revision).await?;
    let bases: Vec<Basis> = left.iter().map(|opinion| opinion.basis).collect();
    let state = standing(&bases);
    if state == CaseState::Decided {
        return Ok(false);
    }
    if let (CaseState::AwaitingSecond, Some(only)) = (state, left.get(round(&bases))) {
        decisions::set_first(work.conn(), &only.id).await?;
    }
    work.set_state(head, state, None).await?;
    Ok(true)
}

/// Undoes all opinions on the case: what they were given on is no more.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_all(work: &mut Work, head: &CaseHead, reason: &str) -> Result<(), HubError> {
    for opinion in decisions::pending_of(work.conn(), &head.id, head.revision).await? {
        release::undo_pending(work, head, &opinion, reason).await?;
    }
    Ok(())
}
