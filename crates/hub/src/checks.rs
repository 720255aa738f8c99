//! Checks as they are lived: drawn and made as a case like any other when somebody claims, answered, released to nobody,
//! taken back when they are passed on. The rules are `domain::policy::checks`; here they meet the tables.
//!
//! A check takes the time, urgency and due time of the case it stands before, and a new id of that time, so that neither its
//! order nor its ids give it away. Its events are for its person alone; webhooks and the feed of decisions never hear of it.

use domain::access::is_within;
use domain::case::Case;
use domain::label::{Decided, Label, Selection, labels_of};
use domain::outcome::{CaseState, DecisionState};
use domain::policy::checks::{Found, gold_places, is_drawn, teaches};
use domain::policy::gate::{Policies, strictest};
use domain::policy::{Person, Policy, Role};
use domain::{Instant, Verdict};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::HubError;
use crate::gate;
use crate::incoming::{NotTaken, Ready, ready};
use crate::sight::Sight;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::checks::{self, AuditDue, CheckRow};
use crate::store::decisions::{self, DecisionHead};
use crate::store::gold::{self, GoldRow};
use crate::store::labels::NewLabel;
use crate::store::{events, labels, meta, payloads, queues};
use crate::verdicts::verdict_of;
use crate::work::Work;

/// Of the cases given out at once, at most this part are audits.
const AUDITS_ONE_IN: usize = 4;

/// Whether anything is ever drawn in a queue.
pub fn some_drawn(policy: &Policy) -> bool {
    policy.gold_share > 0.0 || policy.audit_share > 0.0
}

/// Makes the checks drawn for a person among the cases they are about to be given in a queue, each with the place it gets.
/// `places`: where cases of this queue stand, and which; `room`: how many checks at most. An audit needs no place: it is work
/// that waits.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn drawn(
    work: &mut Work,
    caller: &Caller,
    (queue, policy): (&str, &Policy),
    places: &[(usize, &CaseHead)],
    room: usize,
) -> Result<Vec<(usize, CaseHead)>, HubError> {
    let person = caller.person.id.as_str();
    let mut made: Vec<(usize, CaseHead)> = Vec::new();
    let mut gold_at = gold_places(policy.gold_share, places.len(), rand::random);
    gold_at.truncate(room);
    if !gold_at.is_empty() {
        let unseen = gold::unseen(work.conn(), queue, person, gold_at.len() as i64).await?;
        for (at, gold) in gold_at.into_iter().zip(unseen) {
            let (place, before) = places[at];
            if let Some(head) = hand_out_gold(work, caller, &gold, before).await? {
                made.push((place, head));
            }
        }
    }
    if policy.audit_share > 0.0 {
        let most = room.div_ceil(AUDITS_ONE_IN).min(room.saturating_sub(made.len())) as i64;
        let within = Sight::of(caller).sensitivities;
        for audit in checks::due(work.conn(), queue, person, within.as_deref(), most).await? {
            let at = (!places.is_empty()).then(|| rand::random_range(0..places.len()));
            let before = at.map(|at| places[at]);
            let head = hand_out_audit(work, caller, &audit, before.map(|(_, head)| head)).await?;
            made.push((before.map_or(0, |(place, _)| place), head));
        }
    }
    made.sort_by_key(|(place, _)| *place);
    Ok(made)
}

/// None above a ceiling, and of what was retired. Where two people are asked for it waits for a second like any other, and
/// is settled by itself after a while.
async fn hand_out_gold(
    work: &mut Work,
    caller: &Caller,
    gold: &GoldRow,
    before: &CaseHead,
) -> Result<Option<CaseHead>, HubError> {
    let (Some(json), Some(_)) = (&gold.case, &gold.answer) else {
        return Ok(None);
    };
    let case = Case::read(json)?;
    if !is_within(caller.ceiling, case.envelope.sensitivity) {
        return Ok(None);
    }
    let made = make(work, caller, json.clone(), Some(before)).await?;
    let check = CheckRow {
        case_id: made.id.clone(),
        queue: gold.queue.clone(),
        gold_id: Some(gold.id.clone()),
        audited: None,
        audited_case: None,
        person_id: caller.person.id.clone(),
    };
    note(work, &check).await?;
    Ok(Some(made))
}

async fn hand_out_audit(
    work: &mut Work,
    caller: &Caller,
    audit: &AuditDue,
    before: Option<&CaseHead>,
) -> Result<CaseHead, HubError> {
    let now = work.now;
    let content = payloads::read(work.conn(), &audit.case_id, audit.revision).await?;
    let made = make(work, caller, content.json, before).await?;
    payloads::copy_details(work.conn(), (&audit.case_id, audit.revision), &made.id).await?;
    checks::take(work.conn(), &audit.decision_id, now).await?;
    let check = CheckRow {
        case_id: made.id.clone(),
        queue: audit.queue.clone(),
        gold_id: None,
        audited: Some(audit.decision_id.clone()),
        audited_case: Some(audit.case_id.clone()),
        person_id: caller.person.id.clone(),
    };
    note(work, &check).await?;
    Ok(made)
}

async fn note(work: &mut Work, check: &CheckRow) -> Result<(), HubError> {
    let now = work.now;
    checks::insert(work.conn(), check, now).await?;
    let entry = Entry::new(
        "check.drawn",
        json!({"gold": check.gold_id, "audited": check.audited}),
    );
    work.audit(entry.case(&check.case_id));
    Ok(())
}

/// Writes the case, as if it had come in when the one it stands before did; without one, as if now.
async fn make(
    work: &mut Work,
    caller: &Caller,
    mut json: Value,
    before: Option<&CaseHead>,
) -> Result<CaseHead, HubError> {
    if let Value::Object(members) = &mut json {
        for own in ["due_at", "expires_at", "priority", "on_expiry", "correlation_id"] {
            members.remove(own);
        }
        if let Some(before) = before.filter(|before| before.priority > 0) {
            members.insert("priority".into(), json!(before.priority));
        }
    }
    let received_at = before.map_or(work.now, |before| before.received_at);
    // An id tells when it was made: all that are shown are of the time the case pretends to.
    let made_at = before.map_or(work.now, |before| created_at(&before.id).unwrap_or(received_at));
    let Ready {
        mut head,
        mut payload,
        ..
    } = ready(json, &as_source(caller, made_at), received_at)
        .map_err(|NotTaken { invalid, .. }| HubError::Unprocessable(invalid))?;
    let known_as = head.external_id.clone();
    head.id = id_of_the_time(made_at);
    head.external_id.clone_from(&head.id);
    payload.suggestion_id = payload.suggestion_id.map(|_| id_of_the_time(made_at));
    head.due_at = before.and_then(|before| before.due_at);
    payload.case_id.clone_from(&head.id);
    cases::insert(work.conn(), std::slice::from_ref(&head)).await?;
    cases::make_check(work.conn(), &head.id, &caller.person.id, &known_as).await?;
    payloads::insert(work.conn(), std::slice::from_ref(&payload)).await?;
    work.count(&head.queue, head.state, 1);
    head.external_id = known_as;
    head.check_for = Some(caller.person.id.clone());
    Ok(head)
}

/// A case is written under the name of its own source, whoever claims it.
fn as_source(caller: &Caller, made_at: Instant) -> Caller {
    Caller {
        person: Person {
            roles: vec![Role::Source],
            ..caller.person.clone()
        },
        sources: Vec::new(),
        correlation_id: id_of_the_time(made_at),
        ..caller.clone()
    }
}

/// When an id was made, by itself (RFC 9562, UUIDv7).
fn created_at(id: &str) -> Option<Instant> {
    let (seconds, nanos) = uuid::Uuid::parse_str(id).ok()?.get_timestamp()?.to_unix();
    Instant::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

fn id_of_the_time(at: Instant) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(time).to_string()
}

fn known(answer: &Value, case: &Case) -> Result<Option<Verdict>, HubError> {
    let given = (!answer.is_null()).then(|| Verdict::read(answer, &case.body));
    Ok(given.transpose()?)
}

/// What the answer is held against: what was planted, or what was decided. None: erased since.
async fn known_of(
    work: &mut Work,
    check: &CheckRow,
    case: &Case,
) -> Result<Option<Option<Verdict>>, HubError> {
    if let Some(id) = &check.gold_id {
        let planted = gold::by_id(work.conn(), id).await?;
        let answer = planted.and_then(|gold| gold.answer);
        return answer.map(|answer| known(&answer, case)).transpose();
    }
    let Some(id) = &check.audited else { return Ok(None) };
    let payload = decisions::payload(work.conn(), id).await?;
    if payload.erased {
        return Ok(None);
    }
    verdict_of(&payload, case).map(Some)
}

/// Notes how the answer given on a check stands to the known one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn answered(
    work: &mut Work,
    head: &CaseHead,
    case: &Case,
    decision_id: &str,
    verdict: Option<&Verdict>,
) -> Result<(), HubError> {
    let Some(check) = checks::of_case(work.conn(), &head.id).await? else {
        return Ok(());
    };
    if let Some(known) = known_of(work, &check, case).await? {
        let found = Found::of(verdict, known.as_ref(), &case.body);
        checks::answer(work.conn(), &head.id, Some((decision_id, found))).await?;
    }
    Ok(())
}

/// The answer was taken back.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn taken_back(work: &mut Work, head: &CaseHead) -> Result<(), HubError> {
    if head.check_for.is_some() {
        checks::answer(work.conn(), &head.id, None).await?;
    }
    Ok(())
}

/// Whoever it was for gave it away: it ends before long.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn passed_on(work: &mut Work, head: &CaseHead) -> Result<(), HubError> {
    let now = work.now;
    if head.check_for.is_some() {
        checks::pass_on(work.conn(), &head.id, now).await?;
    }
    Ok(())
}

/// Draws what is released for an audit, or doesn't.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn draw_audit(work: &mut Work, decision: &DecisionHead, policy: &Policy) -> Result<(), HubError> {
    if policy.audit_share <= 0.0 || decision.draft {
        return Ok(());
    }
    let Some(head) = cases::head(work.conn(), &decision.case_id).await? else {
        return Ok(());
    };
    let payload = decisions::payload(work.conn(), &decision.id).await?;
    let content = match payloads::read(work.conn(), &decision.case_id, decision.revision).await {
        Err(HubError::Erased) => return Ok(()),
        other => other?,
    };
    let case = Case::read(&content.json)?;
    let verdict = verdict_of(&payload, &case)?;
    let tools = gate::registered(work.conn(), &case).await?;
    let second = gate::draw(work.conn(), "draw", &head).await?;
    let draw = gate::draw(work.conn(), "audit", &head).await?;
    let before = gate::held_to(work.conn(), &head).await?;
    let before: Vec<Policy> = before.into_iter().flatten().collect();
    let policies = Policies {
        own: policy,
        before: &before,
    };
    let gate = strictest(policies, &case, verdict.as_ref(), &tools, second);
    if !is_drawn(policy, decision.basis, &gate, draw) {
        return Ok(());
    }
    let audit = AuditDue {
        decision_id: decision.id.clone(),
        case_id: decision.case_id.clone(),
        revision: decision.revision,
        queue: decision.queue.clone(),
        person_id: decision.person_id.clone(),
    };
    let now = work.now;
    checks::draw(work.conn(), &audit, now).await?;
    let entry = Entry::new("decision.drawn_for_audit", json!({"share": policy.audit_share}));
    work.audit(entry.case(&decision.case_id).decision(&decision.id));
    Ok(())
}

/// Releases the answer given on a check: to its person it is final like any other. Nothing goes out; what it teaches is what
/// was known, once, or what two agree on.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn release(work: &mut Work, decision: &DecisionHead) -> Result<(), HubError> {
    let now = work.now;
    decisions::release(work.conn(), &[&decision.id], now).await?;
    let taught = taught(work, decision).await?;
    let count = taught.len();
    let labels: Vec<NewLabel> = taught
        .into_iter()
        .map(|label| NewLabel {
            label,
            queue: decision.queue.clone(),
        })
        .collect();
    labels::append(work.conn(), &labels).await?;
    let entry = Entry::new(
        "decision.released",
        json!({"labels": count, "basis": decision.basis}),
    );
    let entry = entry.case(&decision.case_id).decision(&decision.id);
    work.audit(entry.caused_by(decision.correlation_id.as_deref()));
    if let Some(mut head) = cases::hold(work.conn(), &decision.case_id).await? {
        if head.decision_id.as_deref() == Some(decision.id.as_str()) {
            work.set_state(&mut head, CaseState::Released, Some(&decision.id))
                .await?;
        }
        work.case_event(events::DECISION_RELEASED, &head);
    }
    Ok(())
}

async fn taught(work: &mut Work, decision: &DecisionHead) -> Result<Vec<Label>, HubError> {
    let Some(check) = checks::of_case(work.conn(), &decision.case_id).await? else {
        return Ok(Vec::new());
    };
    let content = match payloads::read(work.conn(), &decision.case_id, decision.revision).await {
        Err(HubError::Erased) => return Ok(Vec::new()),
        other => other?,
    };
    let case = Case::read(&content.json)?;
    let payload = decisions::payload(work.conn(), &decision.id).await?;
    let Some(known) = known_of(work, &check, &case).await? else {
        return Ok(Vec::new());
    };
    let given = verdict_of(&payload, &case)?;
    let found = Found::of(given.as_ref(), known.as_ref(), &case.body);
    let now = work.now;
    let Some(basis) = teaches(check.gold_id.is_some(), found) else {
        return Ok(Vec::new());
    };
    // What was known is its planter's word, whoever came upon it, and is said once.
    let mut by = None;
    if let Some(id) = &check.gold_id {
        if !gold::teach(work.conn(), id, now).await? {
            return Ok(Vec::new());
        }
        by = gold::by_id(work.conn(), id).await?.map(|gold| gold.person_id);
    }
    let by = by.unwrap_or_else(|| decision.person_id.clone());
    let by = meta::pseudonyms(work.conn()).await?.of(&by)?;
    let decided = Decided {
        decision_id: &decision.id,
        case_id: check.audited_case.as_deref().unwrap_or(&decision.case_id),
        content_hash: &decision.content_hash,
        by: &by,
        basis,
        verdict: known.as_ref(),
        comment: None,
        suggestion: payload.suggestion.as_ref(),
        selection: Selection {
            order: None,
            probability: None,
        },
        at: now,
        correlation_id: decision.correlation_id.as_deref(),
    };
    Ok(labels_of(&content.json, &case, &decided, || {
        uuid::Uuid::now_v7().to_string()
    }))
}

/// How long after it was passed on a check is taken back, how long one that nobody holds waits for its person, and how long
/// an answer waits for a second person who won't come.
const PASSED_ON_MINUTES: i64 = 10;
const HANDED_OUT_DAYS: i64 = 7;
const SECOND_MINUTES: i64 = 45;
const BATCH: i64 = 50;

/// Ends checks nobody will answer any more, as their source would take them back; and lets an answer that waits for a second
/// person become final, as if somebody had agreed.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn settle(hub: &crate::Hub) -> Result<(), HubError> {
    let mut conn = hub.store.reader().await?;
    let now = hub.now();
    let ago = |time: chrono::Duration| now - time;
    let left = checks::left_over(
        &mut conn,
        ago(chrono::Duration::minutes(PASSED_ON_MINUTES)),
        ago(chrono::Duration::days(HANDED_OUT_DAYS)),
        BATCH,
    )
    .await?;
    let waiting = checks::waiting(&mut conn, ago(chrono::Duration::minutes(SECOND_MINUTES)), BATCH).await?;
    drop(conn);
    if left.is_empty() && waiting.is_empty() {
        return Ok(());
    }
    let mut work = hub.work_as(crate::store::audit::Actor::default()).await?;
    for id in left {
        let Some(mut head) = cases::hold(work.conn(), &id).await? else {
            continue;
        };
        if head.state.takes_decisions() {
            work.end_lease(&mut head, "withdrawn").await?;
            work.set_state(&mut head, CaseState::Withdrawn, None).await?;
            work.case_event(events::CASE_CLOSED, &head);
            work.audit(Entry::new("case.withdrawn", json!({"revision": head.revision})).case(&head.id));
        }
    }
    for id in waiting {
        let Some(mut head) = cases::hold(work.conn(), &id).await? else {
            continue;
        };
        let opinions = decisions::pending_of(work.conn(), &head.id, head.revision).await?;
        let Some(only) = opinions.first().filter(|d| d.state == DecisionState::Pending) else {
            continue;
        };
        let queue = queues::by_name(work.conn(), &head.queue).await?;
        let policy = queue.and_then(|queue| queue.policy);
        let seconds = policy.and_then(|policy| policy.undo_seconds);
        let until = work.now + chrono::Duration::seconds(i64::from(seconds.unwrap_or(hub.undo_seconds)));
        decisions::set_window(work.conn(), &only.id, Some(until), only.draft).await?;
        work.set_state(&mut head, CaseState::Decided, Some(&only.id))
            .await?;
        work.case_event(events::CASE_CLOSED, &head);
        let entry = Entry::new("check.settled", json!({"undo_until": until}));
        work.audit(entry.case(&head.id).decision(&only.id));
    }
    hub.commit(work).await
}
