//! What stands where: queues with their counts, who the caller is, rates with their doubt.

use std::collections::BTreeMap;

use domain::outcome::CaseState;
use domain::policy::opinions::adjudicates;
use domain::stats::{OverrideCounts, RateItem, SourceTrust};
use domain::{Invalid, Kind};
use protocol::hub::{Batch, CaseRow, Me, PersonInfo, QueueInfo, SourceRate};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::away::{self, Reach, SetApart};
use crate::caller::{Caller, Scope};
use crate::elevating::shown;
use crate::error::HubError;
use crate::paging::moment;
use crate::sight::{Sight, sees};
use crate::store::decisions::{self, RateFilter};
use crate::store::opinions::{self, Asked};
use crate::store::queues::{Hidden, QueueRow};
use crate::store::{elevations, labels, meta, people, queues, tokens};
use crate::whole::listed;
use crate::{Hub, reasons};

/// Due within this is due.
const DUE_SECONDS: i64 = 3600;

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn queues(hub: &Hub, caller: &Caller) -> Result<Vec<QueueInfo>, HubError> {
    caller.may(Scope::QueuesRead)?;
    let now = hub.now();
    let mut conn = hub.store.reader().await?;
    let counts = queues::counts(&mut conn).await?;
    let held = queues::held(&mut conn, &caller.person.id, now).await?;
    let leased = queues::leased(&mut conn, now).await?;
    let expired = queues::expired_open(&mut conn).await?;
    let all = queues::all(&mut conn).await?;
    let settles = settles(caller, &all);
    let seen = Sight::of(caller).sensitivities;
    let (decides, person) = (deciding(caller, &all), &caller.person);
    let asked = Asked {
        person: &person.id,
        queues: &decides,
        settles: &settles,
        sensitivities: seen.as_deref(),
    };
    let wanted = opinions::counts(&mut conn, &asked).await?;
    let reach = Reach::of(caller, &SetApart::read(&mut conn, now).await?, now);
    let theirs = (
        reach.stands_for.as_str(),
        reach.roles.as_str(),
        reach.anybodys.as_str(),
    );
    let others = queues::for_others(&mut conn, &caller.person.id, &settles, theirs, seen.as_deref()).await?;
    let due_until = now + chrono::Duration::seconds(DUE_SECONDS);
    let hidden = match caller.ceiling {
        Some(ceiling) => queues::hidden(&mut conn, ceiling, now, due_until).await?,
        None => BTreeMap::new(),
    };
    let mut found = Vec::new();
    for queue in all {
        if !sees(caller, &queue.name, "") {
            continue;
        }
        let of_queue = |state: CaseState| (queue.name.clone(), state);
        let above = |what: fn(&Hidden) -> u64| -> u64 {
            CaseState::ALL
                .iter()
                .filter_map(|state| hidden.get(&of_queue(*state)))
                .map(what)
                .sum()
        };
        let count = |states: &[CaseState]| -> u64 {
            let one = |state: &CaseState| {
                let all = counts.get(&of_queue(*state)).copied().unwrap_or(0);
                all.saturating_sub(hidden.get(&of_queue(*state)).map_or(0, |above| above.n))
            };
            states.iter().map(one).sum()
        };
        let expired_above = hidden
            .get(&of_queue(CaseState::Expired))
            .map_or(0, |above| above.claimable);
        let expired = expired.get(&queue.name).copied().unwrap_or(0);
        let open = count(&[
            CaseState::Open,
            CaseState::AwaitingSecond,
            CaseState::Disputed,
            CaseState::Waiting,
        ]) + expired.saturating_sub(expired_above);
        let of = |counts: &BTreeMap<String, u64>| counts.get(&queue.name).copied().unwrap_or(0);
        let for_me = |state| wanted.get(&(queue.name.clone(), state)).copied().unwrap_or(0);
        let settled_by_me = queue
            .policy
            .as_ref()
            .is_some_and(|policy| adjudicates(person, policy, &queue.name));
        found.push(QueueInfo {
            open,
            free: open
                .saturating_sub(of(&leased).saturating_sub(above(|hidden| hidden.leased)) + of(&others)),
            claimed_by_me: held.get(&queue.name).copied().unwrap_or(0),
            due: queues::due(&mut conn, &queue.name, due_until)
                .await?
                .saturating_sub(above(|hidden| hidden.due)),
            awaiting_second: for_me(CaseState::AwaitingSecond),
            disputed: for_me(CaseState::Disputed),
            adjudicates: settled_by_me,
            decided: count(&[CaseState::Decided, CaseState::Released]),
            reasons: reasons::of_kind(queue.kind),
            kind: queue.kind,
            policy_unreadable: queue.policy.is_none(),
            policy: queue.policy.unwrap_or_default(),
            name: queue.name,
        });
    }
    Ok(found)
}

/// The queues where the caller may decide, as a JSON array. Where the policy can't be read, nothing is decided.
fn deciding(caller: &Caller, queues: &[QueueRow]) -> String {
    let kinds = caller.person.decides();
    let names: Vec<&str> = queues
        .iter()
        .filter(|queue| {
            queue.policy.is_some() && kinds.contains(&queue.kind) && caller.person.sees_queue(&queue.name)
        })
        .map(|queue| queue.name.as_str())
        .collect();
    serde_json::json!(names).to_string()
}

/// More wait for nobody's eyes in one list.
const OPINIONS_MAX: i64 = 500;

/// The cases that wait for the caller's opinion: a second one to give, a dispute to settle.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn wanted_opinions(hub: &Hub, caller: &Caller) -> Result<Batch<CaseRow>, HubError> {
    caller.may(Scope::CasesRead)?;
    let mut conn = hub.store.reader().await?;
    let all = queues::all(&mut conn).await?;
    let seen = Sight::of(caller).sensitivities;
    let asked = Asked {
        person: &caller.person.id,
        queues: &deciding(caller, &all),
        settles: &settles(caller, &all),
        sensitivities: seen.as_deref(),
    };
    let heads = opinions::list(&mut conn, &asked, OPINIONS_MAX).await?;
    Ok(Batch {
        items: heads.into_iter().map(listed).collect(),
    })
}

/// The queues whose disputes the caller settles, as a JSON array.
fn settles(caller: &Caller, queues: &[QueueRow]) -> String {
    let names: Vec<&str> = queues
        .iter()
        .filter(|queue| {
            let policy = queue.policy.as_ref();
            policy.is_some_and(|policy| adjudicates(&caller.person, policy, &queue.name))
        })
        .map(|queue| queue.name.as_str())
        .collect();
    serde_json::json!(names).to_string()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn me(hub: &Hub, caller: &Caller) -> Result<Me, HubError> {
    let mut conn = hub.store.reader().await?;
    let person = caller.person.clone();
    let access = people::access(&mut conn, &person.id).await?.unwrap_or_default();
    let elevations = match &access.may_elevate {
        Some(_) => elevations::running_of(&mut conn, &person.id, hub.now()).await?,
        None => Vec::new(),
    };
    Ok(Me {
        ceiling: caller.ceiling,
        may_elevate: access.may_elevate,
        elevations: elevations
            .into_iter()
            .filter(|row| row.sign_in.as_deref() == Some(caller.sign_in.as_str()))
            .map(shown)
            .collect(),
        id: person.id,
        name: person.name,
        roles: person.roles,
        queues: person.queues,
        hub_id: meta::hub_id(&mut conn).await?,
        hub_version: env!("CARGO_PKG_VERSION").to_owned(),
        now: hub.now(),
        away: away::of(&mut conn, &caller.person.id, hub.now()).await?,
    })
}

/// Everybody there is, with what their live tokens give. For leads, who assign, and admins.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn people(hub: &Hub, caller: &Caller) -> Result<Vec<PersonInfo>, HubError> {
    caller.may(Scope::PeopleRead)?;
    let mut conn = hub.store.reader().await?;
    let roles = tokens::roles_of_people(&mut conn, hub.now()).await?;
    let found = people::all(&mut conn).await?;
    Ok(found
        .into_iter()
        .map(|person| PersonInfo {
            roles: roles
                .iter()
                .filter(|(id, _)| *id == person.id)
                .map(|(_, role)| *role)
                .collect(),
            id: person.id,
            name: person.name,
            queues: person.queues,
        })
        .collect())
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatsQuery {
    pub queue: Option<String>,
    pub kind: Option<String>,
    /// `name@version` of the suggestion, `name` where it has no version: as `group_by=model` names it.
    pub by: Option<String>,
    /// Released at or after this instant, or day.
    pub from: Option<String>,
    /// Released before this instant, or by the end of this day.
    pub to: Option<String>,
    /// `queue kind model rule field day`; none: everything in one.
    pub group_by: Option<String>,
}

const GROUPS: [&str; 6] = ["queue", "kind", "model", "rule", "field", "day"];

/// Override rates of released decisions.
///
/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn overrides(hub: &Hub, caller: &Caller, query: StatsQuery) -> Result<Vec<RateItem>, HubError> {
    caller.may(Scope::StatsRead)?;
    let bad =
        |pointer: &str, detail: String| HubError::Invalid(Invalid::new("invalid_query", pointer, detail));
    if query
        .group_by
        .as_deref()
        .is_some_and(|group| !GROUPS.contains(&group))
    {
        return Err(bad("/group_by", format!("one of {}", GROUPS.join(", "))));
    }
    if query
        .kind
        .as_deref()
        .is_some_and(|kind| Kind::parse(kind).is_none())
    {
        return Err(bad("/kind", "there is no such kind".to_owned()));
    }
    let sight = Sight::of(caller);
    let filter = RateFilter {
        queue: query.queue,
        kind: query.kind,
        by: query.by,
        from: span(&query.from, &query.to)?.0,
        to: span(&query.from, &query.to)?.1,
        queues: sight.queues,
        sensitivities: sight.sensitivities,
        group_by: query.group_by,
    };
    let mut conn = hub.store.reader().await?;
    let counts = decisions::rates(&mut conn, &filter).await?;
    Ok(items(filter.group_by.as_deref(), counts))
}

/// From a beginning to an end, in microseconds; without them all there is.
///
/// # Errors
/// `invalid_query`.
pub fn span(from: &Option<String>, to: &Option<String>) -> Result<(i64, i64), HubError> {
    let read = |pointer: &str, text: &Option<String>, end: bool, none: i64| match text {
        None => Ok(none),
        Some(text) => moment(text, end)
            .ok_or_else(|| HubError::Invalid(Invalid::new("invalid_query", pointer, "an instant or a day"))),
    };
    Ok((
        read("/from", from, false, i64::MIN)?,
        read("/to", to, true, i64::MAX)?,
    ))
}

/// Without groups there is always one row, of nothing if need be.
fn items(group_by: Option<&str>, mut counts: BTreeMap<Option<String>, OverrideCounts>) -> Vec<RateItem> {
    let Some(name) = group_by else {
        return vec![RateItem::of(
            BTreeMap::new(),
            &counts.remove(&None).unwrap_or_default(),
        )];
    };
    counts
        .into_iter()
        .map(|(part, counts)| {
            let part = if name == "day" {
                part.as_deref().and_then(day)
            } else {
                part
            };
            RateItem::of(BTreeMap::from([(name.to_owned(), part)]), &counts)
        })
        .collect()
}

/// The day as it is written, from days since 1970.
fn day(number: &str) -> Option<String> {
    let days: i64 = number.parse().ok()?;
    Some(
        chrono::DateTime::from_timestamp(days * 86_400, 0)?
            .date_naive()
            .to_string(),
    )
}

/// How often each system was right, by queue and attribute. For all who see the queue: the conflict screen shows it.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn sources(hub: &Hub, caller: &Caller, queue: Option<&str>) -> Result<Vec<SourceRate>, HubError> {
    caller.may(Scope::QueuesRead)?;
    let mut conn = hub.store.reader().await?;
    let sight = Sight::of(caller);
    let (queues, sensitivities) = (sight.queues.as_deref(), sight.sensitivities.as_deref());
    let counts = labels::claim_counts(&mut conn, queue, queues, sensitivities).await?;
    Ok(counts
        .into_iter()
        .map(|count| {
            let trust = SourceTrust::of(&count.system, &count.attribute, count.right, count.n);
            SourceRate {
                queue: count.queue,
                trust,
            }
        })
        .collect())
}
