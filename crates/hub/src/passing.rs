//! Passing a case on: handed over to a colleague, escalated, and to whom it can be handed. Who may be given what is
//! `domain::policy::passing`.

use domain::Invalid;
use domain::outcome::CaseState;
use domain::policy::opinions::{Asked, is_blind_to_others, may_be_asked};
use domain::policy::passing::{Passed, Turn, may_be_handed_to, may_receive_escalated, turn_of};
use domain::policy::{EscalateTo, Person, Policy};
use protocol::worklife::{Colleague, EscalateRequest, Escalated, HandOver};
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::checks;
use crate::error::HubError;
use crate::sight;
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::escalations::{self, EscalationRow};
use crate::store::{Conn, absences, events, notes, queues};
use crate::webhooks::outbox::Notice;
use crate::work::Work;
use crate::{gate, standing};

/// Longest note or reason, in bytes.
const WORDS_BYTES_MAX: usize = 16 * 1024;

pub fn passed(head: &CaseHead) -> Passed<'_> {
    Passed {
        kind: head.kind,
        queue: &head.queue,
        proposed_by: head.proposed_by.as_deref(),
        barred: &head.barred,
    }
}

/// What is known of a case besides, for asking who could be given it.
pub struct Around {
    pub policy: Policy,
    deciders: Vec<String>,
}

impl Around {
    /// Where the policy can't be read, as if it said nothing: nothing is decided there anyway.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn of(conn: &mut Conn, head: &CaseHead) -> Result<Self, HubError> {
        let queue = queues::by_name(conn, &head.queue).await?;
        let standing = standing::standing_on(conn, head).await?;
        Ok(Self {
            policy: queue.and_then(|queue| queue.policy).unwrap_or_default(),
            deciders: standing.into_iter().map(|opinion| opinion.person_id).collect(),
        })
    }

    pub fn is_party(&self, person: &str) -> bool {
        self.deciders.iter().any(|decider| decider == person)
    }

    /// Asks of the case as it stands.
    pub fn ask<T>(&self, head: &CaseHead, question: impl FnOnce(&Asked<'_>) -> T) -> T {
        self.ask_in(&head.queue, head, question)
    }

    /// Asks as if it lay in another queue.
    fn ask_in<T>(&self, queue: &str, head: &CaseHead, question: impl FnOnce(&Asked<'_>) -> T) -> T {
        let deciders: Vec<&str> = self.deciders.iter().map(String::as_str).collect();
        question(&Asked {
            case: Passed {
                queue,
                ..passed(head)
            },
            policy: &self.policy,
            state: head.state,
            deciders: &deciders,
        })
    }
}

fn bad(code: &str, pointer: &str, detail: &str) -> HubError {
    HubError::Unprocessable(Invalid::new(code, pointer, detail))
}

/// Nothing is passed on where nothing can be decided.
async fn around(conn: &mut Conn, head: &CaseHead) -> Result<Around, HubError> {
    let queue = queues::by_name(conn, &head.queue).await?;
    gate::readable(queue.and_then(|queue| queue.policy))?;
    Around::of(conn, head).await
}

/// A case that still takes decisions, and isn't somebody else's for the moment.
async fn open_to(work: &mut Work, caller: &Caller, id: &str) -> Result<CaseHead, HubError> {
    let head = sight::hold(work.conn(), caller, id).await?;
    if !head.claimable(head.state) {
        let detail = "the case takes no decision any more";
        return Err(HubError::conflict("already_decided", detail));
    }
    let me = caller.person.id.as_str();
    let with_others = head.lease_person.as_deref().is_some_and(|holder| holder != me);
    if with_others && !sight::leads(caller, &head.queue) {
        return Err(HubError::conflict("not_free", "somebody else is at it"));
    }
    Ok(head)
}

/// Who could still be the second opinion doesn't choose who else is: that would tell who was the first.
fn may_choose(caller: &Caller, around: &Around, head: &CaseHead) -> Result<(), HubError> {
    let (person, party) = (&caller.person, around.is_party(&caller.person.id));
    if is_blind_to_others(person, &around.policy, head.kind, &head.queue, head.state, party) {
        return Err(HubError::conflict(
            "waits_for_anybody",
            "this waits for a second opinion; skip it, and somebody else gives theirs",
        ));
    }
    Ok(())
}

/// Those the case can be handed to by this caller, by name.
///
/// # Errors
/// `not_found`, `waits_for_anybody`; [`HubError`] of the database.
pub async fn colleagues(hub: &Hub, caller: &Caller, id: &str) -> Result<Vec<Colleague>, HubError> {
    caller.may(Scope::CasesPass)?;
    let mut conn = hub.store.reader().await?;
    let now = hub.now();
    let head = sight::case(&mut conn, caller, id).await?;
    let around = around(&mut conn, &head).await?;
    may_choose(caller, &around, &head)?;
    let people = staff::who_see(&mut conn, head.sensitivity, now).await?;
    let away = absences::not_over(&mut conn, now).await?;
    let me = &caller.person.id;
    Ok(around.ask(&head, |asked| {
        let may = people
            .iter()
            .filter(|person| may_be_handed_to(me, person, asked).is_ok());
        may.map(|person| colleague(person, &people, &away, now)).collect()
    }))
}

/// Those a lead of the queue can assign the case to, by name, themselves among them. Where the lead could be the second
/// opinion, nothing of who was the first: whoever may decide in the queue is listed.
///
/// # Errors
/// `not_found`, `not_allowed`; [`HubError`] of the database.
pub async fn assignees(hub: &Hub, caller: &Caller, id: &str) -> Result<Vec<Colleague>, HubError> {
    caller.may(Scope::RoutingWrite)?;
    let mut conn = hub.store.reader().await?;
    let now = hub.now();
    let head = sight::case(&mut conn, caller, id).await?;
    if !sight::leads(caller, &head.queue) {
        return Err(HubError::forbidden(
            "not_allowed",
            "only a lead of the queue assigns",
        ));
    }
    let mut around = around(&mut conn, &head).await?;
    if may_choose(caller, &around, &head).is_err() {
        around.deciders.clear();
    }
    let people = staff::who_see(&mut conn, head.sensitivity, now).await?;
    let away = absences::not_over(&mut conn, now).await?;
    Ok(around.ask(&head, |asked| {
        let may = people.iter().filter(|person| may_be_asked(person, asked).is_ok());
        may.map(|person| colleague(person, &people, &away, now)).collect()
    }))
}

/// A person with whether they are away, and who stands in.
pub fn colleague(
    person: &Person,
    people: &[Person],
    away: &[domain::policy::passing::Absence],
    now: domain::Instant,
) -> Colleague {
    let absence = away.iter().find(|a| a.person == person.id && a.is_on(now));
    let stands_in = match turn_of(&person.id, away, now) {
        Turn::Of(other) if other != person.id => staff::name_of(people, other),
        _ => None,
    };
    Colleague {
        id: person.id.clone(),
        name: person.name.clone(),
        away_until: absence.map(|absence| absence.until),
        stands_in,
    }
}

/// By who has the case, or to whom it is assigned. The note stands beside the case.
///
/// # Errors
/// `not_found`, `not_allowed`, `not_free`, `already_decided`, `waits_for_anybody`, `invalid_hand_over`; [`HubError`] of the
/// database.
pub async fn hand_over(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    request: HandOver,
) -> Result<CaseHead, HubError> {
    caller.may(Scope::CasesPass)?;
    let note = request
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.len() > WORDS_BYTES_MAX) {
        return Err(bad("invalid_hand_over", "/note", "too long"));
    }
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let mut head = open_to(&mut work, caller, id).await?;
    let me = Some(caller.person.id.as_str());
    let theirs = head.lease_person.as_deref() == me || head.assignee.as_deref() == me;
    if !theirs && !sight::leads(caller, &head.queue) {
        return Err(HubError::forbidden(
            "not_allowed",
            "only who has a case hands it over",
        ));
    }
    let around = around(work.conn(), &head).await?;
    may_choose(caller, &around, &head)?;
    let people = staff::who_see(work.conn(), head.sensitivity, now).await?;
    let person = staff::named(&people, &request.to)
        .ok_or_else(|| bad("invalid_hand_over", "/to", "there is no such person"))?;
    around
        .ask(&head, |asked| may_be_handed_to(&caller.person.id, person, asked))
        .map_err(|refusal| {
            let invalid = Invalid::new("invalid_hand_over", "/to", refusal.text);
            match passed(&head).is_of(&person.id) {
                true => HubError::Attempted(invalid),
                false => HubError::Unprocessable(invalid),
            }
        })?;
    if let Some(note) = note {
        let comment_id = uuid::Uuid::now_v7().to_string();
        notes::insert_comment(work.conn(), &comment_id, &head.id, &caller.person.id, note, now).await?;
        work.audit(Entry::new("case.commented", json!({"comment": comment_id})).case(&head.id));
    }
    work.end_lease(&mut head, "handed_over").await?;
    give_to(&mut work, &mut head, &person.id).await?;
    checks::passed_on(&mut work, &head).await?;
    work.audit(Entry::new("case.handed_over", json!({"to": person.id})).case(&head.id));
    work.case_event(events::CASE_REVISED, &head);
    work.touch(&head.queue);
    hub.commit(work).await?;
    Ok(head)
}

/// The case is this person's now, however it came to be somebody else's before.
async fn give_to(work: &mut Work, head: &mut CaseHead, person: &str) -> Result<(), HubError> {
    let now = work.now;
    escalations::end(work.conn(), &head.id, now).await?;
    head.assignee = Some(person.to_owned());
    cases::set_routing(work.conn(), head).await?;
    if head.check_for.is_none() {
        work.personal_event(events::CASE_ASSIGNED, head, person);
    }
    Ok(())
}

/// By who has the case or could have it, or a lead of its queue.
///
/// # Errors
/// `not_found`, `not_free`, `already_decided`, `invalid_escalation`; [`HubError`] of the database.
pub async fn escalate(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    request: EscalateRequest,
) -> Result<CaseHead, HubError> {
    caller.may(Scope::CasesPass)?;
    let reason = request.reason.trim();
    if reason.is_empty() || reason.len() > WORDS_BYTES_MAX {
        return Err(bad("invalid_escalation", "/reason", "say why, in at most 16 KiB"));
    }
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let mut head = open_to(&mut work, caller, id).await?;
    let around = around(work.conn(), &head).await?;
    if !sight::leads(caller, &head.queue) {
        around.ask(&head, |asked| may_be_asked(&caller.person, asked))?;
    }
    let people = staff::who_see(work.conn(), head.sensitivity, now).await?;
    let to = match (request.to, &around.policy.escalate) {
        (None, Some(escalation)) => as_policy_says(&mut work, &head, &people, &escalation.to).await?,
        (to, _) => resolved(&mut work, &head, &people, &to.unwrap_or_default()).await?,
    };
    let to = to.ok_or_else(|| {
        bad(
            "invalid_escalation",
            "/to",
            "there is no such person or queue of this kind",
        )
    })?;
    if !somebody_receives(&people, &head, &around, &to, &caller.person.id) {
        return Err(bad(
            "invalid_escalation",
            "/to",
            "nobody there could do anything about it",
        ));
    }
    let by = Some(caller.person.id.clone());
    pass_up(
        &mut work,
        &mut head,
        &people,
        to,
        by,
        Some(reason.to_owned()),
        true,
    )
    .await?;
    hub.commit(work).await?;
    Ok(head)
}

/// With a person's id in place of their name, and only a queue that is there and takes this kind. None: there is none.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn resolved(
    work: &mut Work,
    head: &CaseHead,
    people: &[Person],
    to: &EscalateTo,
) -> Result<Option<EscalateTo>, HubError> {
    Ok(match to {
        EscalateTo::Person(name) => {
            staff::named(people, name).map(|person| EscalateTo::Person(person.id.clone()))
        }
        EscalateTo::Role(role) => Some(EscalateTo::Role(*role)),
        EscalateTo::Queue(name) => queues::by_name(work.conn(), name)
            .await?
            .filter(|queue| passed(head).can_go_to(&queue.name, queue.kind))
            .map(|queue| EscalateTo::Queue(queue.name)),
    })
}

/// As [`resolved`], where a policy says it: it means people by their ids alone, never who came later under a name.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn as_policy_says(
    work: &mut Work,
    head: &CaseHead,
    people: &[Person],
    to: &EscalateTo,
) -> Result<Option<EscalateTo>, HubError> {
    match to {
        EscalateTo::Person(id) if people.iter().all(|person| person.id != *id) => Ok(None),
        to => resolved(work, head, people, to).await,
    }
}

/// Whether anybody but `except` could do something about the case there.
pub fn somebody_receives(
    people: &[Person],
    head: &CaseHead,
    around: &Around,
    to: &EscalateTo,
    except: &str,
) -> bool {
    let there = |person: &&Person| match to {
        EscalateTo::Person(id) => person.id == *id,
        EscalateTo::Role(role) => person.has(*role),
        EscalateTo::Queue(_) => true,
    };
    let queue = match to {
        EscalateTo::Queue(name) => name,
        _ => &head.queue,
    };
    around.ask_in(queue, head, |asked| {
        people
            .iter()
            .filter(|person| person.id != except)
            .filter(there)
            .any(|person| may_receive_escalated(person, asked))
    })
}

/// Passes the case up, by somebody or by policy (`by` none). `live` false: it is noted, and the case stays where it is.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pass_up(
    work: &mut Work,
    head: &mut CaseHead,
    people: &[Person],
    to: EscalateTo,
    by: Option<String>,
    reason: Option<String>,
    live: bool,
) -> Result<(), HubError> {
    let now = work.now;
    let by_policy = by.is_none();
    if live {
        escalations::end(work.conn(), &head.id, now).await?;
        work.end_lease(head, "escalated").await?;
        head.assignee = None;
        if let EscalateTo::Person(id) = &to {
            let person = people.iter().find(|person| person.id == *id);
            let around = Around::of(work.conn(), head).await?;
            let decides =
                person.filter(|person| around.ask(head, |asked| may_be_asked(person, asked)).is_ok());
            head.assignee = decides.map(|person| person.id.clone());
        }
        cases::set_routing(work.conn(), head).await?;
    }
    work.audit(
        Entry::new(
            "case.escalated",
            json!({"to": live.then_some(&to), "by_policy": by_policy, "live": live}),
        )
        .case(&head.id),
    );
    work.case_event(events::CASE_ESCALATED, head);
    if head.check_for.is_none() {
        work.tell(Notice::escalated(head, live.then_some(&to), by_policy));
    }
    if let (true, EscalateTo::Queue(queue)) = (live, &to) {
        work.count(&head.queue, head.state, -1);
        work.count(queue, head.state, 1);
        let left = std::mem::replace(&mut head.queue, queue.clone());
        if !head.lay_in.contains(&left) {
            head.lay_in.push(left);
        }
        // Who chose where it is decided doesn't decide it there.
        if let Some(by) = by.as_ref().filter(|by| !head.barred.contains(by)) {
            head.barred.push(by.clone());
        }
        cases::set_queue(work.conn(), head).await?;
        work.case_event(events::CASE_ESCALATED, head);
    }
    let row = EscalationRow {
        id: uuid::Uuid::now_v7().to_string(),
        case_id: head.id.clone(),
        revision: head.revision,
        at: now,
        person_id: by,
        to,
        reason,
    };
    escalations::insert(work.conn(), &row, live).await?;
    checks::passed_on(work, head).await?;
    work.touch(&head.queue);
    Ok(())
}

/// As a reader sees it.
pub fn shown(row: EscalationRow, names: &impl Fn(&str) -> Option<String>, blind: bool) -> Escalated {
    Escalated {
        at: row.at,
        by: row.person_id.as_deref().filter(|_| !blind).and_then(names),
        to: match row.to {
            EscalateTo::Person(id) => names(&id).unwrap_or(id),
            EscalateTo::Role(role) => role.as_str().to_owned(),
            EscalateTo::Queue(queue) => queue,
        },
        reason: row.reason,
    }
}

/// Whether somebody who reads the case may know who is at it: not where they could be the second, and the other too.
pub fn knows_who_looks(caller: &Caller, policy: &Policy, head: &CaseHead) -> bool {
    caller.reads_queues()
        && !(matches!(head.state, CaseState::AwaitingSecond | CaseState::Disputed)
            && is_blind_to_others(&caller.person, policy, head.kind, &head.queue, head.state, false))
}
