//! Claiming: the next cases for a person, or one they ask for by its id; renewed while in use, given back.
//! Who asks at the same time is served in one transaction (`rounds`). Long, since how the next cases are picked is read in
//! one piece.

use std::collections::HashMap;

use domain::policy::opinions::{adjudicates, may_join};
use domain::policy::{EscalateTo, Order, Policy, may_be_given_to};
use protocol::hub::{Claim, ClaimRequest, Lease, LeaseItem, ReleaseReason};
use serde_json::json;

use crate::Hub;
use crate::auth::{Caller, Scope};
use crate::away::{Reach, SetApart};
use crate::error::HubError;
use crate::sight::sees_case;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::leases::{self, LeaseRow, Wanted};
use crate::store::queues::{self, QueueRow};
use crate::store::{Engine, escalations};
use crate::whole::{Shown, contents_of, wholes};
use crate::work::Work;
use crate::{checks, opinions, sight};

/// Cases a claim gives when it doesn't say, and at most.
const LIMIT_DEFAULT: u32 = 20;
const LIMIT_MAX: u32 = 100;

/// While other claims look at cases they haven't taken yet, those are hidden from this one: how often and how long apart it
/// looks again before it says that there is nothing.
const LOOKS_AGAIN: u32 = 12;
const LOOK_MILLISECONDS: u64 = 15;

/// Gives the person what they hold already and `have` doesn't list, then the next cases. Nobody is told that there are none
/// while others only have their hands on them.
///
/// # Errors
/// `not_allowed` for a caller who decides nothing; of one case asked for `not_found`, `not_free`; [`HubError`] of the
/// database.
pub async fn claim(hub: &Hub, caller: &Caller, request: ClaimRequest) -> Result<Vec<Claim>, HubError> {
    caller.may(Scope::ClaimsWrite)?;
    crate::release::sweep(hub).await?;
    let asked = Asked {
        caller: caller.clone(),
        request,
    };
    for look in 0..LOOKS_AGAIN {
        let given = once(hub, &asked).await?;
        if !(given.claims.is_empty() && given.hidden) {
            return Ok(given.claims);
        }
        tokio::time::sleep(std::time::Duration::from_millis(
            LOOK_MILLISECONDS * u64::from(look + 1),
        ))
        .await;
    }
    Ok(once(hub, &asked).await?.claims)
}

/// A claim, as it waits for its round.
#[derive(Clone)]
pub struct Asked {
    caller: Caller,
    request: ClaimRequest,
}

/// What a round gives.
pub struct Given {
    claims: Vec<Claim>,
    /// There are cases that other claims hide.
    hidden: bool,
}

async fn once(hub: &Hub, asked: &Asked) -> Result<Given, HubError> {
    let here = hub.clone();
    let round = move |asked| {
        let here = here.clone();
        async move { round(&here, asked).await }
    };
    hub.claiming.ask(asked.clone(), round).await
}

/// Serves one after the other, each as if the others before had been there already.
async fn round(hub: &Hub, asked: Vec<Asked>) -> Result<Vec<Given>, HubError> {
    let mut work = hub.quick_work().await?;
    let now = work.now;
    let queues = queues::all(work.conn()).await?;
    let set_apart = SetApart::read(work.conn(), now).await?;
    let mut table = Table {
        held: held_by(&mut work, &asked).await?,
        given: Vec::new(),
    };
    let mut picked = Vec::with_capacity(asked.len());
    for Asked { caller, request } in &asked {
        work.goes_on_as(caller);
        let queues = workable(&queues, caller, request);
        let reach = Reach::of(caller, &set_apart, now);
        let (cases, hidden) = picked_for(&mut work, &mut table, caller, request, &queues, &reach).await?;
        picked.push((queues, cases, hidden));
    }
    leases::give(work.conn(), &table.given, now).await?;
    let heads: Vec<&CaseHead> = picked
        .iter()
        .flat_map(|(_, cases, _)| cases.iter().map(|(head, _)| head))
        .collect();
    let mut contents = contents_of(work.conn(), &heads).await?;
    let mut given = Vec::with_capacity(asked.len());
    for (Asked { caller, .. }, (queues, picked, hidden)) in asked.iter().zip(picked) {
        let shown: Vec<Shown<'_>> = picked
            .iter()
            .map(|(head, _)| (head, policy_of(&queues, head)))
            .collect();
        let cases = wholes(work.conn(), caller, &shown, &mut contents, now).await?;
        let claims = cases.into_iter().zip(picked);
        given.push(Given {
            claims: claims.map(|(case, (_, lease))| Claim { case, lease }).collect(),
            hidden,
        });
    }
    hub.commit(work).await?;
    Ok(given)
}

/// What lies on the table in a round.
struct Table {
    /// By person, what they hold already and didn't say they have.
    held: HashMap<String, Vec<CaseHead>>,
    /// The leases given in it, written at its end.
    given: Vec<LeaseRow>,
}

impl Table {
    /// As the store takes it: nobody else is given these.
    fn taken(&self) -> String {
        let cases: Vec<&str> = self.given.iter().map(|lease| lease.case_id.as_str()).collect();
        json!(cases).to_string()
    }
}

async fn held_by(work: &mut Work, asked: &[Asked]) -> Result<HashMap<String, Vec<CaseHead>>, HubError> {
    let next = || asked.iter().filter(|asked| asked.request.case.is_none());
    let people: Vec<&str> = next().map(|asked| asked.caller.person.id.as_str()).collect();
    let have: Vec<&String> = next().flat_map(|asked| &asked.request.have).collect();
    let mut held: HashMap<String, Vec<CaseHead>> = HashMap::new();
    if people.is_empty() {
        return Ok(held);
    }
    for head in leases::held(work.conn(), &json!(people).to_string(), &json!(have).to_string()).await? {
        if let Some(person) = &head.lease_person {
            held.entry(person.clone()).or_default().push(head);
        }
    }
    Ok(held)
}

/// The cases with their leases, and whether others are hidden by other claims.
async fn picked_for(
    work: &mut Work,
    table: &mut Table,
    caller: &Caller,
    request: &ClaimRequest,
    queues: &[Workable<'_>],
    reach: &Reach,
) -> Result<(Vec<(CaseHead, Lease)>, bool), HubError> {
    if let Some(id) = &request.case {
        return Ok((this_one(work, table, caller, queues, reach, id).await?, false));
    }
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX) as usize;
    let held = table.held.remove(&caller.person.id).unwrap_or_default();
    let mut picked = still_held(work, caller, held, queues, limit).await?;
    let room = limit.saturating_sub(picked.len());
    if room > 0 {
        let at = Looking {
            taken: table.taken(),
            caller,
            reach,
        };
        let next = pick(work, &at, request, queues, room).await?;
        picked.extend(lease_out(work, table, caller, next));
    }
    let hidden = picked.is_empty() && some_hidden(work, table, caller, queues, reach).await?;
    Ok((picked, hidden))
}

/// Somebody who looks for their next cases.
struct Looking<'a> {
    caller: &'a Caller,
    reach: &'a Reach,
    /// Given to others in the same round: a JSON array.
    taken: String,
}

impl Looking<'_> {
    fn wanted<'a>(&'a self, queue: &'a Workable<'a>, order: Order, limit: usize) -> Wanted<'a> {
        Wanted {
            queue: queue.name,
            person: &self.caller.person.id,
            order,
            own_order: order == queue.policy.order,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
            adjudicates: queue.adjudicates,
            stands_for: &self.reach.stands_for,
            roles: &self.reach.roles,
            sensitivities: self.reach.sensitivities.as_deref(),
            taken: &self.taken,
        }
    }
}

/// Only where claims lock what they look at: on SQLite there is one at a time.
async fn some_hidden(
    work: &mut Work,
    table: &Table,
    caller: &Caller,
    queues: &[Workable<'_>],
    reach: &Reach,
) -> Result<bool, HubError> {
    if Engine::of(work.conn()) == Engine::Sqlite {
        return Ok(false);
    }
    let at = Looking {
        taken: table.taken(),
        caller,
        reach,
    };
    for queue in queues {
        if leases::some_free(work.conn(), &at.wanted(queue, Order::Oldest, 1)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A queue whose cases the person may decide. One whose policy can't be read is none.
struct Workable<'q> {
    name: &'q str,
    policy: &'q Policy,
    /// Its disputes too.
    adjudicates: bool,
}

/// The queues whose cases the person may decide, narrowed by the request.
fn workable<'q>(queues: &'q [QueueRow], caller: &Caller, request: &ClaimRequest) -> Vec<Workable<'q>> {
    let (person, kinds) = (&caller.person, caller.person.decides());
    let asked_for = |queue: &&QueueRow| {
        kinds.contains(&queue.kind)
            && person.sees_queue(&queue.name)
            && request.kind.is_none_or(|kind| kind == queue.kind)
            && request.queue.as_ref().is_none_or(|name| *name == queue.name)
    };
    let found = queues.iter().filter(asked_for).filter_map(|queue| {
        let policy = queue.policy.as_ref()?;
        Some(Workable {
            adjudicates: adjudicates(person, policy, &queue.name),
            name: &queue.name,
            policy,
        })
    });
    found.collect()
}

fn policy_of<'q>(queues: &[Workable<'q>], head: &CaseHead) -> Option<&'q Policy> {
    let queue = queues.iter().find(|queue| queue.name == head.queue);
    queue.map(|queue| queue.policy)
}

/// A lost answer strands nothing: what the person holds comes again, with its time begun anew.
async fn still_held(
    work: &mut Work,
    caller: &Caller,
    held: Vec<CaseHead>,
    queues: &[Workable<'_>],
    limit: usize,
) -> Result<Vec<(CaseHead, Lease)>, HubError> {
    let (mut again, mut renewed) = (Vec::new(), Vec::new());
    for mut head in held {
        if again.len() >= limit {
            break;
        }
        let Some(queue) = queues.iter().find(|queue| queue.name == head.queue) else {
            continue;
        };
        if !sees_case(caller, &head) {
            continue;
        }
        let Some(token) = head.lease_token.clone() else {
            continue;
        };
        let until = work.now + chrono::Duration::seconds(i64::from(queue.policy.lease_seconds));
        leases::prolong(work.conn(), &token, until).await?;
        head.leased_until = Some(until);
        renewed.push(head.id.clone());
        again.push((
            head,
            Lease {
                token,
                expires_at: until,
            },
        ));
    }
    if !renewed.is_empty() {
        work.audit(Entry::new("leases.renewed", json!({"cases": renewed})));
    }
    Ok(again)
}

/// The case asked for by its id, if nobody else has it and it may be theirs.
async fn this_one(
    work: &mut Work,
    table: &mut Table,
    caller: &Caller,
    queues: &[Workable<'_>],
    reach: &Reach,
    id: &str,
) -> Result<Vec<(CaseHead, Lease)>, HubError> {
    let mut head = sight::hold(work.conn(), caller, id).await?;
    let proposed_by = head.proposed_by.as_deref();
    may_be_given_to(&caller.person, head.kind, &head.queue, proposed_by)?;
    let queue = queues
        .iter()
        .find(|queue| queue.name == head.queue)
        .ok_or_else(domain::policy::unreadable)?;
    let mine = head.lease_person.as_deref() == Some(caller.person.id.as_str());
    if let (true, Some(token)) = (mine, head.lease_token.clone()) {
        let until = work.now + chrono::Duration::seconds(i64::from(queue.policy.lease_seconds));
        leases::prolong(work.conn(), &token, until).await?;
        head.leased_until = Some(until);
        work.audit(Entry::new("leases.renewed", json!({"cases": [head.id]})));
        let lease = Lease {
            token,
            expires_at: until,
        };
        return Ok(vec![(head, lease)]);
    }
    if !head.claimable(head.state) {
        return Err(not_free("It takes no decision any more"));
    }
    if head.lease_token.is_some() {
        return Err(not_free("Somebody else is at it"));
    }
    if head
        .assignee
        .as_ref()
        .is_some_and(|to| !reach.people.contains(to))
    {
        return Err(not_free("It is assigned to somebody else"));
    }
    let escalation = escalations::of_case(work.conn(), &head.id).await?;
    let elsewhere = escalation.is_some_and(|escalation| match &escalation.to {
        EscalateTo::Person(to) => !reach.people.contains(to),
        EscalateTo::Role(role) => !caller.person.has(*role),
        EscalateTo::Queue(_) => false,
    });
    if elsewhere {
        return Err(not_free("It was escalated to somebody else"));
    }
    let standing = opinions::standing_on(work.conn(), &head).await?;
    let deciders: Vec<&str> = standing.iter().map(|d| d.person_id.as_str()).collect();
    may_join(&caller.person, queue.policy, &head.queue, head.state, &deciders)?;
    let picked = Picked {
        head,
        queue,
        order: None,
        probability: None,
    };
    Ok(lease_out(work, table, caller, vec![picked]))
}

fn not_free(why: &str) -> HubError {
    HubError::conflict("not_free", why)
}

/// A case to be given out, and how it came to be this one.
struct Picked<'q> {
    head: CaseHead,
    queue: &'q Workable<'q>,
    /// None: skipped before and come round again, which is no order.
    order: Option<Order>,
    /// Known where chance alone picked.
    probability: Option<f64>,
}

/// Where cases are looked for, one place after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lot {
    /// Escalated to the person, or assigned to one for whom they stand in.
    SetApart,
    Queue,
    Skipped,
}

/// The next free cases over all the queues: first what is set apart for this person; then due first, then priority, then
/// each queue's order; skipped ones last. Among them the checks that are drawn for them.
async fn pick<'q>(
    work: &mut Work,
    at: &Looking<'_>,
    request: &ClaimRequest,
    queues: &'q [Workable<'q>],
    room: usize,
) -> Result<Vec<Picked<'q>>, HubError> {
    let order_of = |queue: &Workable<'_>| request.order.unwrap_or(queue.policy.order);
    let by_age = queues.iter().all(|queue| order_of(queue) == Order::Oldest);
    let mut picked: Vec<Picked<'q>> = Vec::new();
    for lot in [Lot::SetApart, Lot::Queue, Lot::Skipped] {
        let wanted_n = room - picked.len();
        if wanted_n == 0 || (lot == Lot::SetApart && !at.reach.some_set_apart) {
            continue;
        }
        let mut found: Vec<(usize, CaseHead, &Workable<'_>)> = Vec::new();
        for queue in queues {
            let wanted = at.wanted(queue, order_of(queue), wanted_n);
            let heads = match lot {
                Lot::SetApart => leases::set_apart(work.conn(), &wanted).await?,
                Lot::Queue => leases::next(work.conn(), &wanted).await?,
                Lot::Skipped => leases::skipped(work.conn(), &wanted).await?,
            };
            found.extend(
                heads
                    .into_iter()
                    .enumerate()
                    .map(|(rank, head)| (rank, head, queue)),
            );
        }
        found.sort_by_cached_key(|(rank, head, _)| merge_key(head, *rank, by_age));
        picked.extend(found.into_iter().take(wanted_n).map(|(_, head, queue)| Picked {
            order: (lot == Lot::Queue).then(|| order_of(queue)),
            probability: None,
            head,
            queue,
        }));
    }
    with_checks(work, at.caller, queues, &mut picked, room).await?;
    weigh(work, at, &mut picked).await?;
    Ok(picked)
}

/// Puts the checks drawn for this person among the cases picked. What then has no room stays for whoever comes next.
async fn with_checks<'q>(
    work: &mut Work,
    caller: &Caller,
    queues: &'q [Workable<'q>],
    picked: &mut Vec<Picked<'q>>,
    room: usize,
) -> Result<(), HubError> {
    if !domain::policy::checks::may_be_checked(&caller.person) {
        return Ok(());
    }
    let mut left = room;
    for queue in queues.iter().filter(|queue| checks::some_drawn(queue.policy)) {
        let places: Vec<(usize, &CaseHead)> = picked
            .iter()
            .enumerate()
            .filter(|(_, picked)| picked.queue.name == queue.name && picked.order.is_some())
            .map(|(place, picked)| (place, &picked.head))
            .collect();
        let drawn = checks::drawn(work, caller, (queue.name, queue.policy), &places, left).await?;
        left -= drawn.len();
        // From the last place on, so that the places before stay where they are.
        for (place, head) in drawn.into_iter().rev() {
            let check = Picked {
                order: Some(queue.policy.order),
                probability: None,
                head,
                queue,
            };
            picked.insert(place.min(picked.len()), check);
        }
    }
    // A check that was made is handed out; another case waits.
    while picked.len() > room {
        let last = picked.iter().rposition(|picked| picked.head.check_for.is_none());
        picked.remove(last.unwrap_or(room));
    }
    Ok(())
}

/// How cases of several queues are put in one row: by age where every queue is worked so, else by their rank within
/// their queue, so that each keeps its own order.
fn merge_key(head: &CaseHead, rank: usize, by_age: bool) -> (i64, i16, usize, String) {
    let due = head.due_at.map_or(i64::MAX, |at| at.timestamp_micros());
    let rank = if by_age { 0 } else { rank };
    (due, -i16::from(head.priority), rank, head.id.clone())
}

/// With which probability each was picked. Chance decides only between cases of one queue that are due and urgent
/// alike: so many of those were picked, of so many that were free. In every other order there is none to state.
async fn weigh(work: &mut Work, at: &Looking<'_>, picked: &mut [Picked<'_>]) -> Result<(), HubError> {
    let mut known: HashMap<_, f64> = HashMap::new();
    for index in 0..picked.len() {
        if !by_chance(&picked[index]) {
            continue;
        }
        let key = alike(&picked[index]);
        let probability = match known.get(&key) {
            Some(probability) => *probability,
            None => {
                let wanted = at.wanted(picked[index].queue, Order::Random, 0);
                let free = leases::free_alike(work.conn(), &wanted, &picked[index].head).await?;
                let taken = picked
                    .iter()
                    .filter(|other| by_chance(other) && alike(other) == key)
                    .count();
                let probability = (taken as f64 / free.max(1) as f64).min(1.0);
                known.insert(key, probability);
                probability
            }
        };
        picked[index].probability = Some(probability);
    }
    Ok(())
}

/// What cases have in common between which only chance decides.
fn alike<'q>(picked: &Picked<'q>) -> (&'q str, Option<domain::Instant>, u8) {
    (picked.queue.name, picked.head.due_at, picked.head.priority)
}

/// A check is drawn in another way than the cases it stands among.
fn by_chance(picked: &Picked<'_>) -> bool {
    picked.order == Some(Order::Random) && picked.head.check_for.is_none()
}

fn lease_out(
    work: &mut Work,
    table: &mut Table,
    caller: &Caller,
    picked: Vec<Picked<'_>>,
) -> Vec<(CaseHead, Lease)> {
    let mut given = Vec::with_capacity(picked.len());
    for next in picked {
        let mut head = next.head;
        let until = work.now + chrono::Duration::seconds(i64::from(next.queue.policy.lease_seconds));
        let token = uuid::Uuid::new_v4().to_string();
        table.given.push(LeaseRow {
            token: token.clone(),
            case_id: head.id.clone(),
            revision: head.revision,
            person_id: caller.person.id.clone(),
            expires_at: until,
            order: next.order.map(|order| order.as_str().to_owned()),
            probability: next.probability,
            ended: false,
        });
        work.audit(
            Entry::new("case.claimed", json!({"revision": head.revision, "until": until})).case(&head.id),
        );
        work.touch(&head.queue);
        head.lease_token = Some(token.clone());
        head.lease_person = Some(caller.person.id.clone());
        head.leased_until = Some(until);
        let lease = Lease {
            token,
            expires_at: until,
        };
        given.push((head, lease));
    }
    given
}

/// Begins the time of leases anew. One that ran out but was given to nobody else since is still the person's.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn renew(hub: &Hub, caller: &Caller, tokens: Vec<String>) -> Result<Vec<LeaseItem>, HubError> {
    caller.may(Scope::ClaimsWrite)?;
    let mut work = hub.work(caller).await?;
    let mut items = Vec::with_capacity(tokens.len());
    let mut renewed = Vec::new();
    for (index, token) in (0..).zip(tokens) {
        let Some((head, _)) = mine(&mut work, caller, &token).await? else {
            items.push(LeaseItem {
                index,
                token,
                result: "lost".into(),
                expires_at: None,
            });
            continue;
        };
        let lease_seconds = queues::by_name(work.conn(), &head.queue)
            .await?
            .and_then(|queue| queue.policy)
            .map_or(0, |policy| policy.lease_seconds);
        let until = work.now + chrono::Duration::seconds(i64::from(lease_seconds));
        leases::prolong(work.conn(), &token, until).await?;
        renewed.push(head.id);
        items.push(LeaseItem {
            index,
            token,
            result: "renewed".into(),
            expires_at: Some(until),
        });
    }
    if !renewed.is_empty() {
        work.audit(Entry::new("leases.renewed", json!({"cases": renewed})));
    }
    hub.commit(work).await?;
    Ok(items)
}

/// Gives cases back. Skipped ones go to others at once and to this person last.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn release(
    hub: &Hub,
    caller: &Caller,
    tokens: Vec<String>,
    reason: ReleaseReason,
) -> Result<Vec<LeaseItem>, HubError> {
    caller.may(Scope::ClaimsWrite)?;
    let mut work = hub.work(caller).await?;
    let mut items = Vec::with_capacity(tokens.len());
    for (index, token) in (0..).zip(tokens) {
        let Some((mut head, _)) = mine(&mut work, caller, &token).await? else {
            items.push(LeaseItem {
                index,
                token,
                result: "lost".into(),
                expires_at: None,
            });
            continue;
        };
        let (word, action) = match reason {
            ReleaseReason::Skip => ("skip", "case.skipped"),
            ReleaseReason::SignOut => ("sign_out", "case.given_back"),
        };
        work.end_lease(&mut head, word).await?;
        if reason == ReleaseReason::Skip {
            let now = work.now;
            leases::skip(work.conn(), &head.id, &caller.person.id, now).await?;
            checks::passed_on(&mut work, &head).await?;
        }
        work.audit(Entry::new(action, json!({"revision": head.revision})).case(&head.id));
        work.touch(&head.queue);
        items.push(LeaseItem {
            index,
            token,
            result: "released".into(),
            expires_at: None,
        });
    }
    hub.commit(work).await?;
    Ok(items)
}

/// The case a token of the caller's still holds.
async fn mine(
    work: &mut Work,
    caller: &Caller,
    token: &str,
) -> Result<Option<(CaseHead, LeaseRow)>, HubError> {
    let Some(lease) = leases::by_token(work.conn(), token).await? else {
        return Ok(None);
    };
    if lease.ended || lease.person_id != caller.person.id {
        return Ok(None);
    }
    let head = cases::hold(work.conn(), &lease.case_id).await?;
    Ok(head
        .filter(|head| head.lease_token.as_deref() == Some(token) && sees_case(caller, head))
        .map(|head| (head, lease)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_of_other_orders_take_turns_and_queues_by_age_are_one() {
        let key = |id: &str, rank, by_age| merge_key(&crate::store::contract::head(id, "x"), rank, by_age);
        // The second of one queue is older than the first of the other.
        assert!(key("a", 1, true) < key("b", 0, true), "by age");
        assert!(
            key("a", 1, false) > key("b", 0, false),
            "each queue keeps its own order"
        );
    }
}
