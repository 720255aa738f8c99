//! Which cases are next for a person: of all their queues, in their order, with the checks that are drawn among them and the
//! probability each was picked with. What it is not: giving them out; that is `claims`.

use std::collections::HashMap;

use domain::policy::opinions::adjudicates;
use domain::policy::{Order, Policy};
use protocol::hub::ClaimRequest;

use crate::away::Reach;
use crate::caller::Caller;
use crate::checks;
use crate::error::HubError;
use crate::sharing::{Demands, Shared};
use crate::store::cases::CaseHead;
use crate::store::leases::{self, LeaseRow, Wanted};
use crate::store::queues::QueueRow;
use crate::store::{Engine, opinions};
use crate::work::Work;

/// Somebody who looks for their next cases.
pub struct Looking<'a> {
    pub caller: &'a Caller,
    pub reach: &'a Reach,
    /// What is looked at together with others.
    pub shared: &'a Shared,
    /// Given to others in the same round; the same as a JSON array.
    pub given: &'a [LeaseRow],
    pub taken: String,
}

impl Looking<'_> {
    /// What those who look together found for this one; none: they look for themselves.
    fn found_together(&self, wanted: &Wanted<'_>, limit: usize) -> Option<Vec<CaseHead>> {
        if !wanted.own_order {
            return None;
        }
        let taken = |id: &str| self.given.iter().any(|lease| lease.case_id == id);
        self.shared.next(wanted.queue, self.caller, limit, taken)
    }

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
            anybodys: &self.reach.anybodys,
            sensitivities: self.reach.sensitivities.as_deref(),
            taken: &self.taken,
        }
    }
}

/// Whether there are cases that other claims under way hide. Only where claims lock what they look at: on SQLite there is one
/// at a time.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_hidden(
    work: &mut Work,
    at: &Looking<'_>,
    queues: &[Workable<'_>],
) -> Result<bool, HubError> {
    if Engine::of(work.conn()) == Engine::Sqlite {
        return Ok(false);
    }
    for queue in queues.iter().filter(|queue| !queue.only_disputes) {
        let wanted = at.wanted(queue, Order::Oldest, 1);
        if leases::some_free(work.conn(), &wanted).await?
            || leases::some_skipped(work.conn(), &wanted).await?
            || (at.reach.some_set_apart && leases::some_set_apart_free(work.conn(), &wanted).await?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A queue whose cases the person may decide. One whose policy can't be read is none.
pub struct Workable<'q> {
    pub name: &'q str,
    pub policy: &'q Policy,
    /// Its disputes too.
    adjudicates: bool,
    /// Nothing but its disputes.
    only_disputes: bool,
    /// Not all its cases stand where its order has them.
    ranking: bool,
}

/// The queues whose cases the person may decide, narrowed by the request.
pub fn workable<'q>(queues: &'q [QueueRow], caller: &Caller, request: &ClaimRequest) -> Vec<Workable<'q>> {
    let (person, kinds) = (&caller.person, caller.person.decides());
    let asked_for = |queue: &&QueueRow| {
        person.sees_queue(&queue.name)
            && request.kind.is_none_or(|kind| kind == queue.kind)
            && request.queue.as_ref().is_none_or(|name| *name == queue.name)
    };
    let found = queues.iter().filter(asked_for).filter_map(|queue| {
        let policy = queue.policy.as_ref()?;
        let (decides, adjudicates) = (
            kinds.contains(&queue.kind),
            adjudicates(person, policy, &queue.name),
        );
        (decides || adjudicates).then_some(Workable {
            adjudicates,
            only_disputes: !decides,
            name: &queue.name,
            ranking: queue.ranking,
            policy,
        })
    });
    found.collect()
}

/// What is wanted of each queue in its own order.
pub fn demands<'a>(
    demands: &mut Demands<'a>,
    caller: &'a Caller,
    request: &ClaimRequest,
    queues: &[Workable<'a>],
    room: usize,
) {
    for queue in queues.iter().filter(|queue| !queue.only_disputes) {
        if request.order.is_none_or(|order| order == queue.policy.order) {
            demands.add(queue.name, &caller.person.id, room);
        }
    }
}

/// Of the case's queue.
pub fn policy_of<'q>(queues: &[Workable<'q>], head: &CaseHead) -> Option<&'q Policy> {
    let queue = queues.iter().find(|queue| queue.name == head.queue);
    queue.map(|queue| queue.policy)
}

/// A case to be given out, and how it came to be this one.
pub struct Picked<'q> {
    pub head: CaseHead,
    pub queue: &'q Workable<'q>,
    /// None: skipped before and come round again, which is no order; or the queue's was just changed.
    pub order: Option<Order>,
    /// Known where chance alone picked.
    pub probability: Option<f64>,
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
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pick<'q>(
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
                Lot::SetApart if queue.only_disputes => Vec::new(),
                _ if queue.only_disputes => {
                    opinions::disputed(work.conn(), &wanted, lot == Lot::Skipped).await?
                }
                Lot::SetApart => leases::set_apart(work.conn(), &wanted).await?,
                Lot::Queue => match at.found_together(&wanted, wanted_n) {
                    Some(heads) => heads,
                    None => leases::next(work.conn(), &wanted).await?,
                },
                Lot::Skipped => leases::skipped(work.conn(), &wanted).await?,
            };
            // Somebody who is away and works all the same is given what they left to others, too: once.
            let fresh = |head: &CaseHead| picked.iter().all(|picked| picked.head.id != head.id);
            found.extend(
                heads
                    .into_iter()
                    .filter(fresh)
                    .enumerate()
                    .map(|(rank, head)| (rank, head, queue)),
            );
        }
        found.sort_by_cached_key(|(rank, head, _)| merge_key(head, *rank, by_age));
        picked.extend(found.into_iter().take(wanted_n).map(|(_, head, queue)| {
            Picked {
                order: (lot == Lot::Queue && !queue.only_disputes && !is_mixed(queue, order_of(queue)))
                    .then(|| order_of(queue)),
                probability: None,
                head,
                queue,
            }
        }));
    }
    with_checks(work, at.caller, queues, &mut picked, room).await?;
    weigh(work, at, &mut picked).await?;
    Ok(picked)
}

/// The queue's cases stand partly in this order and partly in the one before: neither picked them.
fn is_mixed(queue: &Workable<'_>, order: Order) -> bool {
    queue.ranking && order == queue.policy.order
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
