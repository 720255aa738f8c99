//! What follows when something is given to a person or taken away from them: the audit, their desks, and the cases they had,
//! which go on without them. Nothing waits for somebody who can't see to it.
//!
//! What it is not: who gives (`people`, and a provider's groups in `sessions`).

use domain::access::{Grant, is_within};
use domain::case::Sensitivity;
use domain::policy::opinions::may_be_given_in;
use domain::policy::passing::may_receive_escalated;
use domain::policy::{EscalateTo, Person};
use serde_json::json;

use crate::error::HubError;
use crate::passing::{Around, pass_up, passed, somebody_receives};
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::escalations::EscalationRow;
use crate::store::events::{self, Event};
use crate::store::people::{self, PersonAccess as Row};
use crate::store::{cases, elevations, escalations, leases, tokens};
use crate::work::Work;

/// What follows from a change: the audit, the person's desks, and what they may no longer hold.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn settle(work: &mut Work, before: &Row, after: &Row) -> Result<(), HubError> {
    let of = |row: &Row| json!({"access": row.grant, "may_elevate": row.may_elevate, "disabled": row.disabled_at.is_some()});
    work.audit(Entry::new(
        "person.changed",
        json!({"person": after.id, "before": of(before), "after": of(after)}),
    ));
    let kind = if takes_away(before, after) {
        events::ACCESS_REVOKED
    } else {
        events::ACCESS_CHANGED
    };
    work.event(Event {
        kind,
        person: Some(after.id.clone()),
        ..Event::default()
    });
    if kind == events::ACCESS_REVOKED {
        let_go(work, &after.id).await?;
    }
    Ok(())
}

/// Whether anything that was given is gone.
fn takes_away(before: &Row, after: &Row) -> bool {
    let (was, is) = (&before.grant, &after.grant);
    let queue_gone = match (was.queues.is_empty(), is.queues.is_empty()) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => was.queues.iter().any(|queue| !is.queues.contains(queue)),
    };
    let ceiling_down = is
        .ceiling
        .is_some_and(|now| was.ceiling.is_none_or(|then| now < then));
    (after.disabled_at.is_some() && before.disabled_at.is_none())
        || was.roles.iter().any(|role| !is.roles.contains(role))
        || queue_gone
        || ceiling_down
        || before.may_elevate != after.may_elevate
}

/// A token of the person, or a sign-in, is no more. What they hold goes back with the last of them.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn without_token(work: &mut Work, person_id: &str) -> Result<(), HubError> {
    let now = work.now;
    if !tokens::some_live(work.conn(), person_id, now).await? {
        for mut head in leases::held(work.conn(), &json!([person_id]).to_string(), "[]").await? {
            take_back(work, &mut head).await?;
        }
    }
    let_go(work, person_id).await
}

/// Others get at once what the person may no longer have: what was leased to them, escalated to them by name, assigned to them.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn let_go(work: &mut Work, person_id: &str) -> Result<(), HubError> {
    let held = leases::held(work.conn(), &json!([person_id]).to_string(), "[]").await?;
    if !held.is_empty() {
        let raised = raised(work, person_id).await?;
        for mut head in held {
            let around = Around::of(work.conn(), &head).await?;
            let theirs = raised.as_ref().is_some_and(|(person, ceiling)| {
                is_within(*ceiling, head.sensitivity) && decides(person, &head, &around)
            });
            if !theirs {
                take_back(work, &mut head).await?;
            }
        }
    }
    for escalation in escalations::to_person(work.conn(), person_id).await? {
        let Some(mut head) = cases::hold(work.conn(), &escalation.case_id).await? else {
            continue;
        };
        let people = people_who_see(work, &head).await?;
        let around = Around::of(work.conn(), &head).await?;
        let receives = |person: &Person| around.ask(&head, |asked| may_receive_escalated(person, asked));
        if !one(&people, person_id).is_some_and(receives) {
            back_up(work, &mut head, &people, &around, escalation).await?;
        }
    }
    for mut head in cases::assigned_to(work.conn(), person_id).await? {
        let people = people_who_see(work, &head).await?;
        let around = Around::of(work.conn(), &head).await?;
        if !one(&people, person_id).is_some_and(|person| decides(person, &head, &around)) {
            unassign(work, &mut head).await?;
        }
    }
    Ok(())
}

/// A case came in anew: who it is assigned to may be one who doesn't decide it as it is now.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn after_revision(work: &mut Work, case_id: &str) -> Result<(), HubError> {
    let Some(mut head) = cases::hold(work.conn(), case_id).await? else {
        return Ok(());
    };
    let Some(person_id) = head.assignee.clone() else {
        return Ok(());
    };
    let people = people_who_see(work, &head).await?;
    let around = Around::of(work.conn(), &head).await?;
    if !one(&people, &person_id).is_some_and(|person| decides(person, &head, &around)) {
        unassign(work, &mut head).await?;
    }
    Ok(())
}

async fn people_who_see(work: &mut Work, head: &CaseHead) -> Result<Vec<Person>, HubError> {
    let now = work.now;
    staff::who_see(work.conn(), head.sensitivity, now).await
}

fn one<'p>(people: &'p [Person], id: &str) -> Option<&'p Person> {
    people.iter().find(|person| person.id == id)
}

fn decides(person: &Person, head: &CaseHead, around: &Around) -> bool {
    may_be_given_in(person, Some(&around.policy), passed(head), head.state).is_ok()
}

/// The person and their ceiling with what they have raised themselves to, by whichever sign-in: a lease doesn't say which.
async fn raised(work: &mut Work, id: &str) -> Result<Option<(Person, Option<Sensitivity>)>, HubError> {
    let now = work.now;
    let access = people::access(work.conn(), id).await?;
    let Some(access) = access.filter(|access| access.disabled_at.is_none()) else {
        return Ok(None);
    };
    let mut people = staff::all(work.conn(), now).await?;
    let Some(place) = people.iter().position(|person| person.id == id) else {
        return Ok(None);
    };
    let person = people.swap_remove(place);
    let mut grant = Grant {
        roles: person.roles,
        queues: person.queues,
        ceiling: access.grant.ceiling,
    };
    if let Some(bounds) = &access.may_elevate {
        for running in elevations::running_of(work.conn(), id, now).await? {
            grant = grant.with(&bounds.bound(running.given));
        }
    }
    let person = Person {
        roles: grant.roles,
        queues: grant.queues,
        id: person.id,
        name: person.name,
    };
    Ok(Some((person, grant.ceiling)))
}

async fn take_back(work: &mut Work, head: &mut CaseHead) -> Result<(), HubError> {
    work.end_lease(head, "revoked").await?;
    work.touch(&head.queue);
    Ok(())
}

/// To whoever leads, as it was escalated: by the same person and with their reason. Where nobody does, to anybody.
async fn back_up(
    work: &mut Work,
    head: &mut CaseHead,
    people: &[Person],
    around: &Around,
    escalation: EscalationRow,
) -> Result<(), HubError> {
    let leads = EscalateTo::default();
    if !somebody_receives(people, head, around, &leads, "") {
        let now = work.now;
        escalations::end(work.conn(), &head.id, now).await?;
        return unassign(work, head).await;
    }
    let (by, reason) = (escalation.person_id, escalation.reason);
    pass_up(work, head, people, leads, by, reason, true).await
}

async fn unassign(work: &mut Work, head: &mut CaseHead) -> Result<(), HubError> {
    head.assignee = None;
    cases::set_routing(work.conn(), head).await?;
    work.case_event(events::CASE_REVISED, head);
    work.touch(&head.queue);
    work.audit(Entry::new("case.assigned", json!({"to": null})).case(&head.id));
    Ok(())
}
