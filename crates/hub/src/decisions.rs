//! Decisions coming in: checked in the order API.md gives, accepted, kept, known again or refused.

use std::sync::Arc;

use domain::case::Case;
use domain::decision::{Agreement, Decision};
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::gate::Policies;
use domain::policy::opinions::{may_be_given_in, may_join};
use domain::policy::{Policy, Refusal, may_give};
use domain::stats::is_edited;
use domain::{Instant, Invalid, Verdict};
use protocol::hub::{DecisionItem, DecisionResult};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Hub;
use crate::ahead::Ahead;
use crate::away;
use crate::body::Incoming;
use crate::caller::{Caller, Scope};
use crate::checks;
use crate::error::HubError;
use crate::passing::passed;
use crate::release;
use crate::sight;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::decisions::{self as rows, DecisionHead, DecisionPayload};
use crate::store::leases::LeaseRow;
use crate::store::{events, payloads};
use crate::whole::routed;
use crate::work::Work;
use crate::{gate, opinions, standing};

/// What the client was answered, kept for the same decision sent again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    case_state: CaseState,
    undo_until: Option<Instant>,
}

/// Why a decision isn't taken, in the middle of its checks.
enum Stop {
    Refused(Refusal),
    Broken(HubError),
}

impl From<HubError> for Stop {
    fn from(error: HubError) -> Self {
        Self::Broken(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Invalid> for Stop {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}

fn refusal(code: &str, text: &str, pointer: &str) -> Stop {
    Stop::Refused(Refusal {
        code: code.to_owned(),
        text: text.to_owned(),
        pointer: Some(pointer.to_owned()),
    })
}

/// Takes a batch, with those that others send at the same time, in one transaction; it is on disk when this returns. Refused
/// decisions aren't stored.
///
/// # Errors
/// `not_allowed` for a caller who decides nothing; [`HubError`] of the database, and then nothing of the batch is in.
pub async fn decide(hub: &Hub, caller: &Caller, batch: Vec<Incoming>) -> Result<Vec<DecisionItem>, HubError> {
    caller.may(Scope::DecisionsWrite)?;
    crate::sweeping::sweep(hub).await?;
    let given = Given {
        caller: caller.clone(),
        batch: batch.into(),
    };
    let here = hub.clone();
    let round = move |given| {
        let here = here.clone();
        async move { round(&here, given).await }
    };
    let weight = given.batch.len();
    hub.deciding.ask(given, weight, round).await
}

/// A batch of one person, as it waits for its round.
#[derive(Clone)]
pub struct Given {
    caller: Caller,
    batch: Arc<[Incoming]>,
}

/// Takes batches of several people, one after the other. What they are judged by is read, and what they come to is written,
/// for all of them together.
async fn round(hub: &Hub, given: Vec<Given>) -> Result<Vec<Vec<DecisionItem>>, HubError> {
    let mut work = hub.quick_work().await?;
    let read: Vec<Vec<Result<Decision, Invalid>>> = given
        .iter()
        .map(|given| given.batch.iter().map(read_in).collect())
        .collect();
    let asked: Vec<(&Decision, &str)> = given
        .iter()
        .zip(&read)
        .flat_map(|(given, read)| {
            let person = given.caller.person.id.as_str();
            read.iter().flatten().map(move |decision| (decision, person))
        })
        .collect();
    let mut ahead = Ahead::read(work.conn(), &asked).await?;
    let mut answers = Vec::with_capacity(given.len());
    for (Given { caller, batch }, read) in given.iter().zip(read) {
        work.goes_on_as(caller);
        let mut items = Vec::with_capacity(batch.len());
        for (incoming, decision) in batch.iter().zip(read) {
            let taken = match decision {
                Ok(decision) => take(hub, &mut work, &mut ahead, caller, decision).await,
                Err(invalid) => Err(invalid.into()),
            };
            items.push(item(incoming, taken)?);
        }
        answers.push(items);
    }
    hub.commit(work).await?;
    Ok(answers)
}

fn read_in(incoming: &Incoming) -> Result<Decision, Invalid> {
    let json = incoming.json.as_ref().map_err(Clone::clone)?;
    let mut decision: Decision = domain::invalid::read(json, "invalid_decision")?;
    decision.id.make_ascii_lowercase();
    Ok(decision)
}

/// What the client is told of one.
fn item(
    Incoming { index, json }: &Incoming,
    taken: Result<(DecisionResult, Answer), Stop>,
) -> Result<DecisionItem, HubError> {
    let id = json
        .as_ref()
        .ok()
        .and_then(|json| json.get("id")?.as_str().map(str::to_owned));
    match taken {
        Ok((result, answer)) => Ok(DecisionItem {
            index: *index,
            id,
            result,
            code: None,
            detail: None,
            pointer: None,
            case_state: Some(answer.case_state),
            undo_until: answer.undo_until,
        }),
        Err(Stop::Refused(refusal)) => Ok(refused(*index, id, refusal)),
        Err(Stop::Broken(error)) => Err(error),
    }
}

fn refused(index: u64, id: Option<String>, refusal: Refusal) -> DecisionItem {
    DecisionItem {
        index,
        id,
        result: DecisionResult::Refused,
        code: Some(refusal.code),
        detail: Some(refusal.text),
        pointer: refusal.pointer,
        case_state: None,
        undo_until: None,
    }
}

/// The checks, in the order of API.md: id, person, case, revision, hash, permission, state, verdict.
async fn take(
    hub: &Hub,
    work: &mut Work,
    ahead: &mut Ahead,
    caller: &Caller,
    decision: Decision,
) -> Result<(DecisionResult, Answer), Stop> {
    let shape = decision.check_shape();
    if let Err(invalid) = &shape
        && invalid.code != domain::decision::INVALID_VERDICT
    {
        return Err(invalid.clone().into());
    }
    let fingerprint = decision.fingerprint()?;
    let looked = ahead.take(work, &decision, &caller.person.id).await?;
    if let Some(known) = looked.known {
        return again(&known, caller, &fingerprint);
    }
    let head = match looked.head {
        Some(head) if sight::sees_case(caller, &head) => head,
        _ => return Err(refusal("not_found", "There is no such case", "/case_id")),
    };
    if head.erased_at.is_some() {
        return Err(refusal("erased", "The case's content was erased", "/case_id"));
    }
    if decision.case_revision != head.revision {
        let text = format!("The case is at revision {} now", head.revision);
        return Err(refusal("stale_revision", &text, "/case_revision"));
    }
    if decision.content_hash != head.content_hash {
        return Err(refusal(
            "content_mismatch",
            "This isn't the content the hub has",
            "/content_hash",
        ));
    }
    let missing = HubError::NotFound { what: "revision" };
    let content = routed(looked.content.unwrap_or(Err(missing))?, &head);
    let case = Case::read(&content.json)?;
    let policy = ahead.policy_of(&head.queue);
    may_be_given_in(&caller.person, policy.as_ref(), passed(&head), head.state)?;
    let before = head.lay_in.iter().map(|name| ahead.policy_of(name));
    let before: Vec<Policy> = before.map(gate::readable).collect::<Result<_, _>>()?;
    let policy = gate::readable(policy)?.held_to(&before);
    let standing = standing::standing_on(work.conn(), &head).await?;
    let lease = looked.lease;
    away::is_theirs(work, caller, &head, decision.lease.as_deref(), lease.as_ref()).await??;
    let verdict = shape.and_then(|()| {
        decision
            .verdict
            .as_ref()
            .map(|json| Verdict::read(json, &case.body))
            .transpose()
    });
    let deciders: Vec<&str> = standing.iter().map(|d| d.person_id.as_str()).collect();
    let joins = may_join(&caller.person, &policy, &head.queue, head.state, &deciders);
    // It was theirs to decide when they held it; since then others decided, or fell out.
    let late = matches!(head.state, CaseState::Decided | CaseState::Released)
        || joins.as_ref().is_err_and(|refusal| refusal.code == "not_allowed");
    let kept = late && lease.is_some();
    if !kept {
        joins?;
    }
    may_be_given(work, &policy, &case, &head, kept, &verdict, &decision)?;
    let verdict = verdict.map_err(|invalid| Stop::from(below_verdict(invalid)))?;
    gate::fits_registry(work.conn(), &case, verdict.as_ref())
        .await?
        .map_err(|invalid| Stop::from(below_verdict(invalid)))?;
    let taken = Taken {
        decision,
        fingerprint,
        case,
        content,
        verdict,
        lease,
        policy,
        before,
    };
    if kept {
        Ok(keep(work, caller, head, taken).await?)
    } else {
        Ok(accept(hub, work, caller, head, taken, standing).await?)
    }
}

/// Pointers are into the decision that was sent.
fn below_verdict(invalid: Invalid) -> Invalid {
    if invalid.pointer.starts_with("/verdict") {
        invalid
    } else {
        invalid.under("/verdict")
    }
}

fn again(known: &DecisionHead, caller: &Caller, fingerprint: &str) -> Result<(DecisionResult, Answer), Stop> {
    if known.person_id != caller.person.id || known.fingerprint != fingerprint {
        return Err(refusal("id_reused", "Another decision has this id", "/id"));
    }
    let answer = serde_json::from_str(&known.answer).map_err(HubError::broken)?;
    Ok((DecisionResult::Duplicate, answer))
}

/// State before verdict: an expired case says so also when the verdict is none.
fn may_be_given(
    work: &Work,
    policy: &Policy,
    case: &Case,
    head: &CaseHead,
    kept: bool,
    verdict: &Result<Option<Verdict>, Invalid>,
    decision: &Decision,
) -> Result<(), Stop> {
    // A second opinion changes nothing, so it is held to what an open case would take.
    let state = if kept { CaseState::Open } else { head.state };
    let given = verdict.as_ref().ok().and_then(Option::as_ref);
    Ok(may_give(policy, case, state, given, &decision.reasons, work.now)?)
}

/// A decision that passed its checks.
struct Taken {
    decision: Decision,
    fingerprint: String,
    case: Case,
    content: payloads::Payload,
    verdict: Option<Verdict>,
    lease: Option<LeaseRow>,
    policy: Policy,
    /// Of the queues the case lay in before.
    before: Vec<Policy>,
}

impl Taken {
    fn rows(
        &self,
        caller: &Caller,
        head: &CaseHead,
        (state, basis): (DecisionState, Basis),
        answer: &Answer,
        now: Instant,
    ) -> Result<(DecisionHead, DecisionPayload), HubError> {
        let (decision, suggestion) = (&self.decision, self.case.suggestion.as_ref());
        let by = suggestion.and_then(|s| s.by.as_ref());
        let edited = match (&self.verdict, suggestion) {
            (Some(verdict), Some(suggestion)) => is_edited(verdict, &suggestion.verdict, &self.case.body),
            _ => false,
        };
        let row = DecisionHead {
            id: decision.id.clone(),
            case_id: head.id.clone(),
            revision: head.revision,
            person_id: caller.person.id.clone(),
            fingerprint: self.fingerprint.clone(),
            state,
            kind: head.kind,
            queue: head.queue.clone(),
            source: head.source.clone(),
            agreement: Agreement::of(self.verdict.as_ref(), suggestion, &self.case.body),
            edited,
            content_hash: head.content_hash.clone(),
            suggestion_id: self.content.suggestion_id.clone(),
            model: by.and_then(|by| by.name.clone()),
            model_version: by.and_then(|by| by.version.clone()),
            rule: by.and_then(|by| by.rule.clone()),
            accepted_at: now,
            undo_until: answer.undo_until,
            released_at: None,
            marked_wrong_at: None,
            decided_at: decision.decided_at,
            active_ms: decision.active_ms,
            lease_token: self.lease.as_ref().map(|lease| lease.token.clone()),
            selection_order: self.lease.as_ref().and_then(|lease| lease.order.clone()),
            selection_probability: self.lease.as_ref().and_then(|lease| lease.probability),
            correlation_id: Some(caller.correlation_id.clone()),
            end_reason: None,
            ended_by: None,
            answer: serde_json::to_string(answer).map_err(HubError::broken)?,
            basis,
            draft: self.policy.draft_only,
        };
        let payload = DecisionPayload {
            verdict: decision.verdict.clone(),
            cannot_tell: decision.cannot_tell,
            reasons: decision.reasons.clone(),
            comment: decision.comment.clone(),
            shown: decision.shown.as_ref().map(|shown| json!(shown)),
            signature: decision.signature.clone(),
            suggestion: self
                .content
                .json
                .get("suggestion")
                .filter(|s| !s.is_null())
                .cloned(),
            erased: false,
        };
        Ok((row, payload))
    }
}

/// A second opinion on a case decided meanwhile: stored, and nothing else.
async fn keep(
    work: &mut Work,
    caller: &Caller,
    head: CaseHead,
    taken: Taken,
) -> Result<(DecisionResult, Answer), HubError> {
    let answer = Answer {
        case_state: head.state,
        undo_until: None,
    };
    let (row, payload) = taken.rows(
        caller,
        &head,
        (DecisionState::Kept, Basis::Human),
        &answer,
        work.now,
    )?;
    let entry = Entry::new(
        "decision.kept",
        json!({"fingerprint": row.fingerprint, "agreement": row.agreement}),
    );
    work.audit(entry.case(&head.id).decision(&row.id));
    work.later.decisions.push((row, payload));
    Ok((DecisionResult::Kept, answer))
}

async fn accept(
    hub: &Hub,
    work: &mut Work,
    caller: &Caller,
    mut head: CaseHead,
    taken: Taken,
    standing: Vec<DecisionHead>,
) -> Result<(DecisionResult, Answer), HubError> {
    let turn = opinions::turn(
        work.conn(),
        &head,
        &taken.case,
        Policies {
            own: &taken.policy,
            before: &taken.before,
        },
        taken.verdict.as_ref(),
        standing,
    )
    .await?;
    let decides = turn.state == CaseState::Decided;
    let undo_seconds = taken.policy.undo_seconds.unwrap_or(hub.undo_seconds);
    let at_once = decides && undo_seconds == 0;
    let undo_until =
        (decides && !at_once).then(|| work.now + chrono::Duration::seconds(i64::from(undo_seconds)));
    let answer = Answer {
        case_state: if at_once { CaseState::Released } else { turn.state },
        undo_until,
    };
    let basis = if head.check_for.is_some() {
        Basis::Gold
    } else {
        turn.basis
    };
    let state = (DecisionState::Pending, basis);
    let (mut row, payload) = taken.rows(caller, &head, state, &answer, work.now)?;
    // Who agrees with a draft doesn't let it out.
    row.draft |= turn.first.as_ref().is_some_and(|first| first.draft);
    work.later.decisions.push((row.clone(), payload));
    if let (Some(verdict), Some(suggestion)) = (&taken.verdict, &taken.case.suggestion) {
        let fields = domain::fields::agreements(verdict, &suggestion.verdict, &taken.case.body);
        work.later.fields.push((row.id.clone(), fields));
    }
    // What comes of them reads the opinions on the case, this one among them.
    if head.check_for.is_some() || !decides || at_once {
        work.write_now().await?;
    }
    if head.check_for.is_some() {
        let verdict = taken.verdict.as_ref();
        checks::answered(work, &head, &taken.case, &row.id, verdict).await?;
    }
    let entry = Entry::new(
        "decision.accepted",
        json!({"fingerprint": row.fingerprint, "revision": row.revision, "content_hash": row.content_hash, "agreement": row.agreement, "undo_until": row.undo_until, "case_state": turn.state, "basis": row.basis, "approvers": turn.approvers}),
    );
    work.audit(entry.case(&head.id).decision(&row.id));
    if !decides {
        opinions::pass_on(work, &mut head, &turn).await?;
        return Ok((DecisionResult::Accepted, answer));
    }
    let mut deciding = turn.first.unwrap_or_else(|| row.clone());
    if deciding.id != row.id {
        deciding.draft |= row.draft;
        rows::set_window(work.conn(), &deciding.id, undo_until, deciding.draft).await?;
    }
    work.settle_later(&mut head, &deciding.id);
    work.case_event(events::CASE_CLOSED, &head);
    if at_once {
        work.write_now().await?;
        release::release(work, &deciding).await?;
    }
    Ok((DecisionResult::Accepted, answer))
}
