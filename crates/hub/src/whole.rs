//! A case as it is read and claimed: the JSON as received, what the hub knows of it, and the decisions the caller may see.

use std::collections::HashMap;

use domain::case::OnExpiry;
use domain::outcome::DecisionState;
use domain::policy::checks::{sees_checks, shown_as};
use domain::policy::opinions::{is_blind_to_machine, is_blind_to_others, sees_both};
use domain::policy::{EscalateTo, Policy, Role};
use protocol::hub::{CaseRef, CaseRow, CaseWhole, Comment, DecisionRow, LeaseHeld};
use protocol::worklife::Escalated;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::HubError;
use crate::history::history;
use crate::passing;
use crate::sight;
use crate::store::audit::Happened;
use crate::store::cases::CaseHead;
use crate::store::decisions::DecisionHead;
use crate::store::meta::Pseudonyms;
use crate::store::payloads::Company;
use crate::store::people::PersonRow;
use crate::store::{self, Conn, meta, notes, payloads, people};
use crate::{gate, standing};

/// Members the hub says itself; a case's own of that name would stand there twice.
const OURS: [&str; 17] = [
    "id",
    "queue",
    "state",
    "content_hash",
    "received_at",
    "suggestion_id",
    "show_machine",
    "lease",
    "history",
    "decisions",
    "comments",
    "assignee",
    "escalation",
    "looking",
    "correlation_id",
    "settled_as_draft",
    "held_to",
];

/// The case as received with what routing changed since: what rules and hashes are computed from.
///
/// # Errors
/// `erased` when the content was; [`HubError`] of the database.
pub async fn current(conn: &mut Conn, head: &CaseHead) -> Result<payloads::Payload, HubError> {
    Ok(routed(payloads::read(conn, &head.id, head.revision).await?, head))
}

/// What a case holds, as it was sent and routed since.
pub fn routed(mut payload: payloads::Payload, head: &CaseHead) -> payloads::Payload {
    if let Value::Object(members) = &mut payload.json {
        if head.routed {
            members.insert("priority".into(), json!(head.priority));
            members.insert("due_at".into(), json!(head.due_at));
            members.insert("expires_at".into(), json!(head.expires_at));
        } else {
            // What the source didn't say the policy did; what it said stands as it was written.
            for (name, at) in [("due_at", head.due_at), ("expires_at", head.expires_at)] {
                if at.is_some() && members.get(name).is_none_or(Value::is_null) {
                    members.insert(name.into(), json!(at));
                }
            }
        }
        if members.get("on_expiry").is_none_or(Value::is_null) && head.on_expiry != OnExpiry::default() {
            members.insert("on_expiry".into(), json!(head.on_expiry));
        }
        members.insert("queue".into(), json!(head.queue));
    }
    payload
}

/// A case to be shown, and its queue's policy. None: it can't be read, and then as little as any policy could let be seen
/// is shown.
pub type Shown<'a> = (&'a CaseHead, Option<&'a Policy>);

/// # Errors
/// `erased` when the content was; [`HubError`] of the database.
pub async fn whole(
    conn: &mut Conn,
    caller: &Caller,
    shown: Shown<'_>,
    now: domain::Instant,
) -> Result<CaseWhole, HubError> {
    let mut contents = contents_of(conn, &[shown.0]).await?;
    let mut wholes = wholes(conn, caller, &[shown], &mut contents, now).await?;
    wholes.pop().ok_or(HubError::NotFound { what: "case" })
}

/// What all cases have.
pub struct Content {
    payload: payloads::Payload,
    company: Company,
    happened: Vec<Happened>,
}

/// Read together: by the id of the case.
pub type Contents = HashMap<String, Result<Content, HubError>>;

/// # Errors
/// [`HubError`] of the database.
pub async fn contents_of(conn: &mut Conn, heads: &[&CaseHead]) -> Result<Contents, HubError> {
    let keys: Vec<(&str, u32)> = heads
        .iter()
        .map(|head| (head.id.as_str(), head.revision))
        .collect();
    if keys.is_empty() {
        return Ok(Contents::new());
    }
    let read = payloads::with_company(conn, &keys).await?;
    let noted = |found: &Result<(payloads::Payload, Company), HubError>| {
        found.as_ref().is_ok_and(|(_, company)| company.noted > 0)
    };
    let noted: Vec<&str> = read
        .iter()
        .filter(|(_, found)| noted(found))
        .map(|(id, _)| id.as_str())
        .collect();
    let mut happened = store::audit::of_cases(conn, &noted).await?;
    let whole = read.into_iter().map(|(id, found)| {
        let happened = happened.remove(&id).unwrap_or_default();
        let content = found.map(|(payload, company)| Content {
            payload,
            company,
            happened,
        });
        (id, content)
    });
    Ok(whole.collect())
}

/// Several at once, in their order. Of what not all of them have only that is read which is there; their contents are taken
/// out of `contents`.
///
/// # Errors
/// As [`whole`].
pub async fn wholes(
    conn: &mut Conn,
    caller: &Caller,
    shown: &[Shown<'_>],
    contents: &mut Contents,
    now: domain::Instant,
) -> Result<Vec<CaseWhole>, HubError> {
    let mut wholes = Vec::with_capacity(shown.len());
    for (head, policy) in shown {
        let content = contents
            .remove(&head.id)
            .ok_or(HubError::NotFound { what: "revision" })??;
        wholes.push(made_whole(conn, caller, (*head, *policy), content, now).await?);
    }
    Ok(wholes)
}

async fn made_whole(
    conn: &mut Conn,
    caller: &Caller,
    (head, policy): Shown<'_>,
    content: Content,
    now: domain::Instant,
) -> Result<CaseWhole, HubError> {
    let Content {
        payload,
        company,
        happened,
    } = content;
    let payload = routed(payload, head);
    let strictest = Policy {
        blind: true,
        ..Policy::default()
    };
    let held_to = gate::held_to(conn, head).await?;
    let before: Option<Vec<Policy>> = held_to.iter().cloned().collect();
    let held = policy
        .zip(before)
        .map(|(policy, before)| policy.as_strict_as(&before));
    let policy = held.as_deref().unwrap_or(&strictest);
    let person = &caller.person;
    let given = match company.decisions {
        0 => Vec::new(),
        _ => store::decisions::of_case(conn, &head.id).await?,
    };
    let decided = given.iter().any(|decision| {
        decision.person_id == person.id
            && decision.revision == head.revision
            && decision.state != DecisionState::Undone
    });
    let party = given.iter().any(|decision| {
        decision.person_id == person.id
            && decision.revision == head.revision
            && decision.state == DecisionState::Pending
    });
    let blind_to_others = is_blind_to_others(person, policy, head.kind, &head.queue, head.state, party);
    let show_machine = !is_blind_to_machine(person, policy, head.kind, &head.queue, head.state, decided);
    let settles = sees_both(person, policy, &head.queue, head.state, party);
    let acts_on_it = sight::acts_on(caller, head);
    let settled_as_draft = acts_on_it
        && given
            .iter()
            .any(|decision| decision.draft && head.decision_id.as_ref() == Some(&decision.id));
    // What those wrote who gave an opinion may well say which: who could be asked next doesn't read it.
    let mut unheard: Vec<PersonRow> = Vec::new();
    for decision in &given {
        let hidden = blind_to_others && decision.state == DecisionState::Pending;
        if hidden && decision.person_id != person.id {
            unheard.extend(store::people::by_id(conn, &decision.person_id).await?);
        }
    }
    let mut decisions = Vec::new();
    if !given.is_empty() {
        let pseudonyms = meta::pseudonyms(conn).await?;
        for decision in given {
            let waits = decision.state == DecisionState::Pending;
            let hidden = waits && blind_to_others && decision.person_id != person.id;
            // Who would act on it isn't told: a draft is sent by hand.
            let hidden = hidden || (decision.draft && acts_on_it && decision.person_id != person.id);
            if !hidden && ((waits && settles) || may_see(caller, &decision)) {
                let mut shown = row(conn, caller, &pseudonyms, &decision, head).await?;
                own(conn, caller, &mut shown, &decision, head).await?;
                let knows = decision.person_id == person.id
                    || settles
                    || person.has(Role::Lead)
                    || person.has(Role::Admin);
                if knows {
                    let who = store::people::by_id(conn, &decision.person_id).await?;
                    shown.by_name = who.map(|who| who.name);
                }
                decisions.push(shown);
            }
        }
    }
    let mut case = payload.json;
    if !show_machine {
        withhold_machine(&mut case);
    }
    if let Value::Object(members) = &mut case {
        members.retain(|name, _| !OURS.contains(&name.as_str()));
    }
    let mut lease = lease(head, now)
        .filter(|held| held.person == person.id || passing::knows_who_looks(caller, policy, head));
    if let Some(held) = &mut lease {
        held.name = if held.person == person.id {
            Some(person.name.clone())
        } else {
            people::by_id(conn, &held.person).await?.map(|person| person.name)
        };
    }
    Ok(CaseWhole {
        id: head.id.clone(),
        queue: head.queue.clone(),
        state: head.state,
        content_hash: payload.content_hash,
        received_at: head.received_at,
        suggestion_id: payload.suggestion_id.filter(|_| show_machine),
        show_machine,
        lease,
        history: history(
            conn,
            caller,
            head,
            blind_to_others,
            &unheard,
            (&company, happened),
        )
        .await?,
        decisions,
        comments: match company.comments {
            0 => Vec::new(),
            _ => comments(conn, caller, head, &unheard).await?,
        },
        assignee: head.assignee.clone(),
        escalation: match company.escalated {
            0 => None,
            _ => escalation(conn, caller, head, blind_to_others).await?,
        },
        looking: Vec::new(),
        correlation_id: head.correlation_id.clone(),
        settled_as_draft,
        held_to: match caller.reads_queues() {
            true => held_to,
            false => Vec::new(),
        },
        case,
    })
}

/// Who has it now.
pub fn lease(head: &CaseHead, now: domain::Instant) -> Option<LeaseHeld> {
    match (&head.lease_person, head.leased_until) {
        (Some(person), Some(until)) if until > now => Some(LeaseHeld {
            person: person.clone(),
            name: None,
            expires_at: until,
        }),
        _ => None,
    }
}

/// For whoever works with the queue; a source learns no names and no reasons.
async fn escalation(
    conn: &mut Conn,
    caller: &Caller,
    head: &CaseHead,
    blind: bool,
) -> Result<Option<Escalated>, HubError> {
    if !caller.reads_queues() {
        return Ok(None);
    }
    let Some(row) = store::escalations::of_case(conn, &head.id).await? else {
        return Ok(None);
    };
    let mut names = HashMap::new();
    let to = match &row.to {
        EscalateTo::Person(id) => Some(id.clone()),
        _ => None,
    };
    for id in row.person_id.iter().cloned().chain(to) {
        if let Some(person) = people::by_id(conn, &id).await? {
            names.insert(id, person.name);
        }
    }
    Ok(Some(passing::shown(row, &|id| names.get(id).cloned(), blind)))
}

/// Suggestion and links: not signed, so the content hash stays.
fn withhold_machine(case: &mut Value) {
    if let Value::Object(members) = case {
        members.remove("suggestion");
        if let Some(Value::Object(body)) = members.get_mut("body") {
            body.remove("links");
        }
    }
}

/// Whoever decided it, leads and admins see a decision at once; others once it is released, or was.
fn may_see(caller: &Caller, decision: &DecisionHead) -> bool {
    decision.person_id == caller.person.id
        || caller.person.has(Role::Lead)
        || caller.person.has(Role::Admin)
        || matches!(decision.state, DecisionState::Released | DecisionState::Corrected)
}

async fn comments(
    conn: &mut Conn,
    caller: &Caller,
    head: &CaseHead,
    unheard: &[PersonRow],
) -> Result<Vec<Comment>, HubError> {
    let rows = notes::comments(conn, &head.id).await?;
    Ok(rows
        .into_iter()
        .filter(|row| !unheard.iter().any(|writer| writer.id == row.person_id))
        .map(|row| Comment {
            id: row.id,
            at: row.at,
            by: caller.named(Some(row.by)),
            text: row.words,
        })
        .collect())
}

/// A decision as a reader sees it, with its case as `head` has it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn row(
    conn: &mut Conn,
    caller: &Caller,
    pseudonyms: &Pseudonyms,
    decision: &DecisionHead,
    head: &CaseHead,
) -> Result<DecisionRow, HubError> {
    let payload = store::decisions::payload(conn, &decision.id).await?;
    let outcome = notes::last_outcome(conn, &decision.id).await?;
    Ok(DecisionRow {
        id: decision.id.clone(),
        corrects: None,
        act: None,
        reason: None,
        kind: decision.kind,
        queue: decision.queue.clone(),
        by: known_as(caller, pseudonyms, &decision.person_id)?,
        by_name: None,
        cannot_tell: payload.cannot_tell,
        erased: payload.erased,
        reasons: payload.reasons,
        comment: payload.comment,
        decided_at: decision.decided_at,
        verdict: payload.verdict,
        suggestion: payload.suggestion,
        agreement: decision.agreement,
        case: CaseRef {
            id: decision.case_id.clone(),
            source: decision.source.clone(),
            external_id: head.external_id.clone(),
            revision: decision.revision,
            content_hash: decision.content_hash.clone(),
        },
        state: decision.state,
        accepted_at: decision.accepted_at,
        undo_until: decision.undo_until,
        released_at: decision.released_at,
        signature: payload.signature,
        basis: shown_as(decision.basis, sees_checks(&caller.person)),
        draft: decision.draft,
        case_state: None,
        upheld: None,
        outcome: outcome.map(|o| json!({"status": o.status, "detail": o.detail, "at": o.at})),
        correlation_id: decision.correlation_id.clone(),
    })
}

/// What the caller is told of an own decision besides: where its case stands, and how a dispute about it ended.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn own(
    conn: &mut Conn,
    caller: &Caller,
    shown: &mut DecisionRow,
    decision: &DecisionHead,
    head: &CaseHead,
) -> Result<(), HubError> {
    if decision.person_id == caller.person.id && decision.revision == head.revision {
        shown.case_state = Some(head.state);
        shown.upheld = standing::upheld(conn, head, decision).await?;
    }
    Ok(())
}

/// A person as this caller may know them: leads, admins and they themselves by id, others by pseudonym.
///
/// # Errors
/// [`HubError::Broken`], see [`Pseudonyms::of`].
pub fn known_as(caller: &Caller, pseudonyms: &Pseudonyms, person: &str) -> Result<String, HubError> {
    if person == caller.person.id || caller.person.has(Role::Lead) || caller.person.has(Role::Admin) {
        Ok(person.to_owned())
    } else {
        pseudonyms.of(person)
    }
}

/// A row of a list: everything but body, context and suggestion.
pub fn listed(head: CaseHead) -> CaseRow {
    let mut more = head.more;
    let created_at = more
        .remove("created_at")
        .and_then(|at| serde_json::from_value(at).ok());
    more.retain(|name, _| {
        !matches!(name.as_str(), "heading" | "erased_at") && !OURS.contains(&name.as_str())
    });
    CaseRow {
        created_at,
        on_expiry: head.on_expiry,
        proposed_by: head.proposed_by,
        correlation_id: head.correlation_id,
        more,
        id: head.id,
        source: head.source,
        external_id: head.external_id,
        revision: head.revision,
        queue: head.queue,
        kind: head.kind,
        state: head.state,
        title: head.title,
        heading: head.heading,
        subject: head.subject,
        priority: head.priority,
        sensitivity: head.sensitivity,
        due_at: head.due_at,
        expires_at: head.expires_at,
        assignee: head.assignee,
        content_hash: head.content_hash,
        received_at: head.received_at,
        erased_at: head.erased_at,
        lease: None,
    }
}
