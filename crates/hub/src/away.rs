//! Out of the office: said by the person themselves, ended by time or by them; and what waits for somebody by name or role.

use domain::Invalid;
use domain::policy::opinions::may_be_asked;
use domain::policy::passing::{Absence, Turn, may_be_away, stands_in_for, turn_in, turn_of};
use domain::policy::{EscalateTo, Refusal};
use protocol::hub::ForMe;
use protocol::worklife::{Away, AwayRequest, Colleague};
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::passing::{Around, colleague, shown};
use crate::sight::Sight;
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::events::{self, Event};
use crate::store::leases::{self, LeaseRow};
use crate::store::{Conn, absences, escalations};
use crate::whole::listed;
use crate::work::Work;

/// Cases that wait for one person, at most: who has more sees the first.
const FOR_ME_MAX: i64 = 200;

fn unprocessable(refusal: Refusal) -> HubError {
    let pointer = refusal.pointer.unwrap_or_default();
    HubError::Unprocessable(Invalid::new(&refusal.code, &pointer, refusal.text))
}

/// # Errors
/// `invalid_absence`, `delegates_in_a_circle`; [`HubError`] of the database.
pub async fn go(hub: &Hub, caller: &Caller, request: AwayRequest) -> Result<Away, HubError> {
    caller.may(Scope::CasesPass)?;
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let people = staff::all(work.conn(), now).await?;
    let delegate = match &request.delegate {
        None => None,
        Some(name) => Some(staff::named(&people, name).ok_or_else(|| {
            HubError::Unprocessable(Invalid::new(
                "invalid_absence",
                "/delegate",
                "there is no such person",
            ))
        })?),
    };
    if delegate.is_some_and(|delegate| delegate.decides().is_empty()) {
        let detail = "they may decide nothing";
        return Err(HubError::Unprocessable(Invalid::new(
            "invalid_absence",
            "/delegate",
            detail,
        )));
    }
    let absence = Absence {
        person: caller.person.id.clone(),
        from: request.from.unwrap_or(now),
        until: request.until,
        delegate: delegate.map(|delegate| delegate.id.clone()),
    };
    let mut others = absences::not_over(work.conn(), now).await?;
    others.retain(|other| other.person != absence.person);
    may_be_away(&absence, &others, now).map_err(unprocessable)?;
    absences::put(work.conn(), &absence).await?;
    work.audit(Entry::new("person.away", json!({"person": absence.person, "from": absence.from, "until": absence.until, "delegate": absence.delegate})));
    if let Some(delegate) = &absence.delegate {
        work.event(told(delegate));
    }
    hub.commit(work).await?;
    Ok(Away {
        from: absence.from,
        until: absence.until,
        delegate_name: absence
            .delegate
            .as_deref()
            .and_then(|id| staff::name_of(&people, id)),
        delegate: absence.delegate,
    })
}

/// What waits for them changed.
fn told(person: &str) -> Event {
    Event {
        kind: events::QUEUE_COUNTS,
        person: Some(person.to_owned()),
        ..Event::default()
    }
}

/// Back before it was over. Not away: nothing changes.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn come_back(hub: &Hub, caller: &Caller) -> Result<(), HubError> {
    caller.may(Scope::CasesPass)?;
    let mut work = hub.work(caller).await?;
    if absences::delete(work.conn(), &caller.person.id).await? {
        work.audit(Entry::new("person.back", json!({"person": caller.person.id})));
        work.event(told(&caller.person.id));
    }
    hub.commit(work).await
}

/// Away now or soon, as the person reads it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of(conn: &mut Conn, person: &str, now: domain::Instant) -> Result<Option<Away>, HubError> {
    let found = absences::not_over(conn, now).await?;
    let Some(absence) = found.into_iter().find(|absence| absence.person == person) else {
        return Ok(None);
    };
    let name = match &absence.delegate {
        Some(id) => crate::store::people::by_id(conn, id)
            .await?
            .map(|person| person.name),
        None => None,
    };
    Ok(Some(Away {
        from: absence.from,
        until: absence.until,
        delegate: absence.delegate,
        delegate_name: name,
    }))
}

/// Who could stand in for the caller: everybody else who decides something.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn colleagues(hub: &Hub, caller: &Caller) -> Result<Vec<Colleague>, HubError> {
    caller.may(Scope::CasesPass)?;
    let mut conn = hub.store.reader().await?;
    let now = hub.now();
    let people = staff::all(&mut conn, now).await?;
    let away = absences::not_over(&mut conn, now).await?;
    let mine = caller.person.decides();
    Ok(people
        .iter()
        .filter(|person| person.id != caller.person.id)
        .filter(|person| {
            person
                .decides()
                .iter()
                .any(|kind| mine.is_empty() || mine.contains(kind))
        })
        .map(|person| colleague(person, &people, &away, now))
        .collect())
}

/// Whose cases somebody is given beside those for anybody.
pub struct Reach {
    /// Ids of those whose assigned and escalated cases they are given: they themselves, and those they stand in for.
    pub people: Vec<String>,
    /// The same, and their roles, as the store takes them: JSON arrays.
    pub stands_for: String,
    pub roles: String,
    /// Cases that wait for one who is away and whose stand-in may not take them; the same as a JSON array.
    loose: Vec<String>,
    pub anybodys: String,
    /// Only cases so sensitive: a JSON array; none: all.
    pub sensitivities: Option<String>,
    /// Whether any case waits for somebody by name or role, or anybody is away: else there is nothing to look for.
    pub some_set_apart: bool,
}

/// Who is away, and whether any case waits for somebody by name or role: the same for whoever asks.
pub struct SetApart {
    some: bool,
    away: Vec<Absence>,
    /// See [`Reach`].
    loose: Vec<String>,
}

/// Cases of people who are away, looked at for whether who stands in may take them: who has more left too much.
const LEFT_MAX: i64 = 1000;

impl SetApart {
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn read(conn: &mut Conn, now: domain::Instant) -> Result<Self, HubError> {
        let some = escalations::some_set_apart(conn, now).await?;
        let away = if some {
            absences::not_over(conn, now).await?
        } else {
            Vec::new()
        };
        let loose = loose(conn, &away, now).await?;
        Ok(Self { some, away, loose })
    }
}

/// Of what waits by name for people who are away, the cases that who stands in may not take: they proposed one, decided it
/// first, don't see it or haven't the role.
async fn loose(conn: &mut Conn, away: &[Absence], now: domain::Instant) -> Result<Vec<String>, HubError> {
    let delegated = |absence: &&Absence| match turn_of(&absence.person, away, now) {
        Turn::Of(stands_in) => stands_in != absence.person,
        Turn::Anybody => false,
    };
    let people: Vec<&str> = away
        .iter()
        .filter(delegated)
        .map(|absence| absence.person.as_str())
        .collect();
    let mut loose = Vec::new();
    if people.is_empty() {
        return Ok(loose);
    }
    for head in cases::waiting_by_name(conn, &json!(people).to_string(), LEFT_MAX).await? {
        let escalation = escalations::of_case(conn, &head.id).await?;
        let waits_for = match escalation.map(|escalation| escalation.to) {
            Some(EscalateTo::Person(to)) => Some(to),
            Some(_) => None,
            None => head.assignee.clone(),
        };
        let Some(person) = waits_for else { continue };
        let around = Around::of(conn, &head).await?;
        let staff = staff::who_see(conn, head.sensitivity, now).await?;
        let may_take = |id: &str| {
            let there = staff.iter().find(|person| person.id == id);
            there.is_some_and(|person| around.ask(&head, |asked| may_be_asked(person, asked)).is_ok())
        };
        let turn = turn_in(&person, away, now, may_take);
        if turn == Turn::Anybody && turn_of(&person, away, now) != Turn::Anybody {
            loose.push(head.id);
        }
    }
    Ok(loose)
}

impl Reach {
    pub fn of(caller: &Caller, set_apart: &SetApart, now: domain::Instant) -> Self {
        let person = &caller.person;
        let mut people: Vec<String> = stands_in_for(&person.id, &set_apart.away, now)
            .into_iter()
            .map(str::to_owned)
            .collect();
        people.push(person.id.clone());
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        Self {
            stands_for: json!(people).to_string(),
            roles: json!(roles).to_string(),
            anybodys: json!(set_apart.loose).to_string(),
            loose: set_apart.loose.clone(),
            people,
            sensitivities: Sight::of(caller).sensitivities,
            some_set_apart: set_apart.some,
        }
    }

    /// Whether a case that may be assigned or escalated isn't somebody else's by that.
    ///
    /// # Errors
    /// `not_allowed`, with the reason in words.
    pub fn reaches(
        &self,
        caller: &Caller,
        head: &CaseHead,
        escalated_to: Option<&EscalateTo>,
    ) -> Result<(), Refusal> {
        let theirs = |person: &String| self.people.contains(person) || self.loose.contains(&head.id);
        if head.assignee.as_ref().is_some_and(|to| !theirs(to)) {
            return Err(Refusal::new("not_allowed", "It is assigned to somebody else"));
        }
        let elsewhere = escalated_to.is_some_and(|to| match to {
            EscalateTo::Person(to) => !theirs(to),
            EscalateTo::Role(role) => !caller.person.has(*role),
            EscalateTo::Queue(_) => false,
        });
        if elsewhere {
            return Err(Refusal::new("not_allowed", "It was escalated to somebody else"));
        }
        Ok(())
    }
}

/// Whether a case is the caller's to decide for the moment. It needs no lease, since desks decide offline; but none (`token`)
/// that was given to somebody else or for another case, and what is assigned or escalated to others is the caller's only if
/// they ever had it (`own`: the last lease of this revision).
///
/// # Errors
/// [`HubError`] of the database; within, `not_allowed`.
pub async fn is_theirs(
    work: &mut Work,
    caller: &Caller,
    head: &CaseHead,
    token: Option<&str>,
    own: Option<&LeaseRow>,
) -> Result<Result<(), Refusal>, HubError> {
    if let Some(token) = token
        && own.is_none_or(|own| own.token != token)
        && let Some(other) = leases::by_token(work.conn(), token).await?
        && (other.person_id != caller.person.id || other.case_id != head.id)
    {
        let text = "This lease was given to somebody else, or for another case";
        return Ok(Err(Refusal {
            pointer: Some("/lease".to_owned()),
            ..Refusal::new("not_allowed", text)
        }));
    }
    if own.is_some() || !head.claimable(head.state) {
        return Ok(Ok(()));
    }
    let escalation = escalations::of_case(work.conn(), &head.id).await?;
    if head.assignee.is_none() && escalation.is_none() {
        return Ok(Ok(()));
    }
    let now = work.now;
    let reach = Reach::of(caller, &SetApart::read(work.conn(), now).await?, now);
    let escalated_to = escalation.as_ref().map(|escalation| &escalation.to);
    Ok(reach.reaches(caller, head, escalated_to))
}

/// What waits for the caller by name or role, what is due first before the others.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn for_me(hub: &Hub, caller: &Caller) -> Result<Vec<ForMe>, HubError> {
    caller.may(Scope::CasesPass)?;
    let mut conn = hub.store.reader().await?;
    let (now, me) = (hub.now(), caller.person.id.as_str());
    let reach = Reach::of(caller, &SetApart::read(&mut conn, now).await?, now);
    let waiting = cases::Waiting {
        person: me,
        stands_for: &reach.stands_for,
        anybodys: &reach.anybodys,
        roles: &reach.roles,
        queues: Sight::of(caller).queues,
        sensitivities: reach.sensitivities.clone(),
    };
    let found = cases::waiting_for(&mut conn, &waiting, FOR_ME_MAX).await?;
    let people = if found.is_empty() {
        Vec::new()
    } else {
        staff::all(&mut conn, now).await?
    };
    let mut items = Vec::with_capacity(found.len());
    for head in found {
        let escalation = escalations::of_case(&mut conn, &head.id).await?;
        let elsewhere = head.assignee.as_deref().filter(|to| *to != me);
        items.push(ForMe {
            stands_in_for: elsewhere.and_then(|id| staff::name_of(&people, id)),
            escalation: escalation.map(|row| shown(row, &|id| staff::name_of(&people, id), false)),
            case: listed(head),
        });
    }
    Ok(items)
}
