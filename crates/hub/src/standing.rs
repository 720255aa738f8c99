//! The opinions that stand on a case: which there are, which go with the one that decides, and how they ended.

use domain::case::Case;
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::opinions::agree;
use serde_json::json;

use crate::error::HubError;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::decisions::{self, DecisionHead};
use crate::store::{Conn, payloads};
use crate::verdicts::verdict_of;
use crate::work::Work;

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
    let mine = verdict_of(&decisions::payload(conn, &decision.id).await?, &case)?;
    let theirs = verdict_of(&decisions::payload(conn, id).await?, &case)?;
    Ok(Some(agree(mine.as_ref(), theirs.as_ref(), &case.body)))
}
