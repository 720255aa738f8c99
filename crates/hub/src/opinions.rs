//! Several opinions on one case: what a decision makes of its case where a policy asks for two, and where the case stands
//! when one is taken back. The rules are `domain::policy::{gate, opinions}`; here they meet the tables.
//!
//! An opinion is a pending decision. The first waits without an undo window; two that agree are one outcome, in which the
//! first decides and the second goes with it; who settles a dispute by taking a side decides alone, and what was disputed is
//! kept. Who takes neither side gives a first opinion again, and what stood before waits to be kept with its release.

use domain::action::tool::{Tools, check_registered};
use domain::case::{Case, CaseBody};
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::gate::{Policies, strictest};
use domain::policy::opinions::{after, agree, basis_in, round, standing};
use domain::policy::{Policy, Refusal};
use domain::{Invalid, Verdict};
use serde_json::json;

use crate::error::HubError;
use crate::passing::{Around, somebody_receives};
use crate::release;
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead};
use crate::store::{Conn, escalations, events, meta, payloads, queues, tools};
use crate::work::Work;

/// What a decision makes of its case.
pub struct Turn {
    pub state: CaseState,
    pub basis: Basis,
    /// Agreed with by this decision: the one that then decides.
    pub first: Option<DecisionHead>,
    pub approvers: u8,
}

/// The opinions a new one would join.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn standing_on(conn: &mut Conn, head: &CaseHead) -> Result<Vec<DecisionHead>, HubError> {
    if matches!(head.state, CaseState::AwaitingSecond | CaseState::Disputed) {
        decisions::pending_of(conn, &head.id, head.revision).await
    } else {
        Ok(Vec::new())
    }
}

/// What goes with a case of the policies of the queues it lay in before; none: that one can't be read.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn held_to(conn: &mut Conn, head: &CaseHead) -> Result<Vec<Option<Policy>>, HubError> {
    let mut before = Vec::with_capacity(head.lay_in.len());
    for name in &head.lay_in {
        if let Some(queue) = queues::by_name(conn, name).await? {
            before.push(queue.policy.map(Policy::goes_along));
        }
    }
    Ok(before)
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
    let tools = registered(conn, case).await?;
    // Where nothing is drawn for, the lot isn't asked for either.
    let draw = match policies.all().any(|policy| policy.second_share > 0.0) {
        true => draw(conn, "draw", head).await?,
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
        let theirs = release::verdict_of(&payload, case)?;
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

/// What is registered of the case's tools.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn registered(conn: &mut Conn, case: &Case) -> Result<Tools, HubError> {
    let CaseBody::Action(body) = &case.body else {
        return Ok(Tools::new());
    };
    let names: Vec<&str> = body.actions.iter().map(|action| action.tool.as_str()).collect();
    tools::named(conn, &json!(names).to_string()).await
}

/// Whether what would run fits the registered schemas.
///
/// # Errors
/// [`HubError`] of the database; within, `invalid_arguments` with a pointer into the verdict.
pub async fn fits_registry(
    conn: &mut Conn,
    case: &Case,
    verdict: Option<&Verdict>,
) -> Result<Result<(), Invalid>, HubError> {
    let (CaseBody::Action(body), Some(Verdict::Action(verdict))) = (&case.body, verdict) else {
        return Ok(Ok(()));
    };
    let tools = registered(conn, case).await?;
    Ok(check_registered(verdict, body, &tools))
}

/// By chance, but for one revision of a case and one purpose (`what`) always the same, and nobody can work it out beforehand.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn draw(conn: &mut Conn, what: &str, head: &CaseHead) -> Result<f64, HubError> {
    const DIGITS: usize = 12;
    let hidden = meta::pseudonyms(conn)
        .await?
        .of(&format!("{what}/{}/{}", head.id, head.revision))?;
    let digits: String = hidden
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(DIGITS)
        .collect();
    let number = u64::from_str_radix(&digits, 16).map_err(HubError::broken)?;
    Ok(number as f64 / 16_f64.powi(DIGITS as i32))
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

/// What becomes of the other opinions when the one that decides is released. Returns those that go with it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn beside(
    work: &mut Work,
    decision: &DecisionHead,
    mut others: Vec<DecisionHead>,
) -> Result<Vec<DecisionHead>, HubError> {
    // Who agreed came later; what stood before it was disputed.
    let order = |opinion: &DecisionHead| (opinion.accepted_at, opinion.id.clone());
    others.sort_by_key(order);
    let agreed = others.partition_point(|other| order(other) < order(decision));
    let agreed = match decision.basis {
        Basis::Adjudicated => Vec::new(),
        _ => others.split_off(agreed),
    };
    for opinion in others {
        decisions::keep(work.conn(), &opinion.id).await?;
        let entry = Entry::new("decision.kept", json!({"adjudicated_by": decision.id}));
        work.audit(entry.case(&opinion.case_id).decision(&opinion.id));
    }
    Ok(agreed)
}

/// Those released with this one: who agreed with it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn seconds_of(conn: &mut Conn, decision: &DecisionHead) -> Result<Vec<DecisionHead>, HubError> {
    let mut found = decisions::of_case(conn, &decision.case_id).await?;
    found.retain(|other| {
        other.basis == Basis::SecondOpinion
            && other.state == DecisionState::Released
            && other.revision == decision.revision
            && other.released_at == decision.released_at
    });
    Ok(found)
}

/// The decision that decided: of one who agreed, the first, else itself.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn deciding(
    conn: &mut Conn,
    head: &CaseHead,
    decision: DecisionHead,
) -> Result<DecisionHead, HubError> {
    match &head.decision_id {
        Some(id) if decision.basis == Basis::SecondOpinion => {
            Ok(decisions::by_id(conn, id).await?.unwrap_or(decision))
        }
        _ => Ok(decision),
    }
}

/// Whether a dispute was settled as this decision had it; none where no dispute about it was settled.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn upheld(
    conn: &mut Conn,
    head: &CaseHead,
    decision: &DecisionHead,
) -> Result<Option<bool>, HubError> {
    let settled = decision.state == DecisionState::Kept && decision.revision == head.revision;
    let Some(id) = head.decision_id.as_ref().filter(|_| settled) else {
        return Ok(None);
    };
    let deciding = decisions::by_id(conn, id).await?;
    if deciding.is_none_or(|deciding| deciding.basis != Basis::Adjudicated) {
        return Ok(None);
    }
    let content = match payloads::read(conn, &head.id, head.revision).await {
        Err(HubError::Erased) => return Ok(None),
        other => other?,
    };
    let case = Case::read(&content.json)?;
    let mine = release::verdict_of(&decisions::payload(conn, &decision.id).await?, &case)?;
    let theirs = release::verdict_of(&decisions::payload(conn, id).await?, &case)?;
    Ok(Some(agree(mine.as_ref(), theirs.as_ref(), &case.body)))
}

/// A queue's policy, or why nothing is decided there.
///
/// # Errors
/// `policy_unreadable`.
pub fn readable(policy: Option<Policy>) -> Result<Policy, Refusal> {
    policy.ok_or_else(domain::policy::unreadable)
}
