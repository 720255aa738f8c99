//! Claiming: the next cases for a person, renewed while in use, given back.

use std::collections::HashMap;

use domain::policy::opinions::adjudicates;
use domain::policy::{Order, Policy};
use protocol::hub::{Claim, ClaimRequest, Lease, LeaseItem, ReleaseReason};
use serde_json::json;

use crate::Hub;
use crate::auth::{Caller, Scope};
use crate::error::HubError;
use crate::sight::{Sight, sees_case};
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::leases::{self, LeaseRow, Wanted};
use crate::store::queues;
use crate::whole::{Shown, wholes};
use crate::work::Work;

/// Cases a claim gives when it doesn't say, and at most.
const LIMIT_DEFAULT: u32 = 20;
const LIMIT_MAX: u32 = 100;

/// Gives the person what they hold already and `have` doesn't list, then the next cases.
///
/// # Errors
/// `not_allowed` for a caller who decides nothing; [`HubError`] of the database.
pub async fn claim(hub: &Hub, caller: &Caller, request: ClaimRequest) -> Result<Vec<Claim>, HubError> {
    caller.may(Scope::ClaimsWrite)?;
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX) as usize;
    crate::release::sweep(hub).await?;
    let mut work = hub.work(caller).await?;
    let queues = workable(&mut work, caller, &request).await?;
    let mut picked = still_held(&mut work, caller, &request, &queues, limit).await?;
    let room = limit.saturating_sub(picked.len());
    if room > 0 {
        let next = if request.cases.is_empty() {
            pick(&mut work, caller, &request, &queues, room).await?
        } else {
            named(&mut work, caller, &request, &queues, room).await?
        };
        picked.extend(lease_out(&mut work, caller, next).await?);
    }
    let now = work.now;
    let shown: Vec<Shown<'_>> = picked
        .iter()
        .map(|(head, _)| (head, policy_of(&queues, head)))
        .collect();
    let cases = wholes(work.conn(), caller, &shown, now).await?;
    let claims = cases
        .into_iter()
        .zip(picked)
        .map(|(case, (_, lease))| Claim { case, lease })
        .collect();
    hub.commit(work).await?;
    Ok(claims)
}

/// A queue whose cases the person may decide. One whose policy can't be read is none.
struct Workable {
    name: String,
    policy: Policy,
    /// Its disputes too.
    adjudicates: bool,
}

/// The queues whose cases the person may decide, narrowed by the request.
async fn workable(
    work: &mut Work,
    caller: &Caller,
    request: &ClaimRequest,
) -> Result<Vec<Workable>, HubError> {
    let (person, kinds) = (&caller.person, caller.person.decides());
    let found = queues::all(work.conn()).await?.into_iter().filter(|queue| {
        kinds.contains(&queue.kind)
            && person.sees_queue(&queue.name)
            && request.kind.is_none_or(|kind| kind == queue.kind)
            && request.queue.as_ref().is_none_or(|name| *name == queue.name)
    });
    Ok(found
        .filter_map(|queue| {
            let policy = queue.policy?;
            Some(Workable {
                adjudicates: adjudicates(person, &policy, &queue.name),
                name: queue.name,
                policy,
            })
        })
        .collect())
}

fn policy_of<'q>(queues: &'q [Workable], head: &CaseHead) -> Option<&'q Policy> {
    let queue = queues.iter().find(|queue| queue.name == head.queue);
    queue.map(|queue| &queue.policy)
}

/// A lost answer strands nothing: what the person holds comes again, with its time begun anew.
async fn still_held(
    work: &mut Work,
    caller: &Caller,
    request: &ClaimRequest,
    queues: &[Workable],
    limit: usize,
) -> Result<Vec<(CaseHead, Lease)>, HubError> {
    let (mut again, mut renewed) = (Vec::new(), Vec::new());
    let have = json!(request.have).to_string();
    for mut head in leases::held(work.conn(), &caller.person.id, &have).await? {
        if again.len() >= limit {
            break;
        }
        if !request.cases.is_empty() && !request.cases.contains(&head.id) {
            continue;
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

/// A case to be given out, and how it came to be this one.
struct Picked<'q> {
    head: CaseHead,
    queue: &'q Workable,
    /// None: skipped before and come round again, which is no order.
    order: Option<Order>,
    /// Known where chance alone picked.
    probability: Option<f64>,
}

/// The next free cases over all the queues: due first, then priority, then each queue's order; skipped ones last.
async fn pick<'q>(
    work: &mut Work,
    caller: &Caller,
    request: &ClaimRequest,
    queues: &'q [Workable],
    room: usize,
) -> Result<Vec<Picked<'q>>, HubError> {
    let order_of = |queue: &Workable| request.order.unwrap_or(queue.policy.order);
    let by_age = queues.iter().all(|queue| order_of(queue) == Order::Oldest);
    let mut picked: Vec<Picked<'q>> = Vec::new();
    let sensitivities = Sight::of(caller).sensitivities;
    for from_skipped in [false, true] {
        let wanted_n = room - picked.len();
        if wanted_n == 0 {
            break;
        }
        let mut found: Vec<(usize, CaseHead, &Workable)> = Vec::new();
        for queue in queues {
            let wanted = Wanted {
                queue: &queue.name,
                person: &caller.person.id,
                order: order_of(queue),
                own_order: order_of(queue) == queue.policy.order,
                limit: wanted_n as i64,
                adjudicates: queue.adjudicates,
                sensitivities: sensitivities.as_deref(),
            };
            let heads = if from_skipped {
                leases::skipped(work.conn(), &wanted).await?
            } else {
                leases::next(work.conn(), &wanted).await?
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
            order: (!from_skipped).then(|| order_of(queue)),
            probability: None,
            head,
            queue,
        }));
    }
    weigh(work, caller, &mut picked).await?;
    Ok(picked)
}

/// The cases asked for by id, of those that are free: no order picked them.
async fn named<'q>(
    work: &mut Work,
    caller: &Caller,
    request: &ClaimRequest,
    queues: &'q [Workable],
    room: usize,
) -> Result<Vec<Picked<'q>>, HubError> {
    let ids = json!(request.cases).to_string();
    let sensitivities = Sight::of(caller).sensitivities;
    let mut picked = Vec::new();
    for queue in queues {
        let wanted = Wanted {
            queue: &queue.name,
            person: &caller.person.id,
            order: queue.policy.order,
            own_order: true,
            limit: room.saturating_sub(picked.len()) as i64,
            adjudicates: queue.adjudicates,
            sensitivities: sensitivities.as_deref(),
        };
        let heads = leases::named(work.conn(), &wanted, &ids).await?;
        picked.extend(heads.into_iter().map(|head| Picked {
            head,
            queue,
            order: None,
            probability: None,
        }));
    }
    Ok(picked)
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
async fn weigh(work: &mut Work, caller: &Caller, picked: &mut [Picked<'_>]) -> Result<(), HubError> {
    let alike = |picked: &Picked<'_>| {
        (
            picked.queue.name.clone(),
            picked.head.due_at,
            picked.head.priority,
        )
    };
    let mut known: HashMap<_, f64> = HashMap::new();
    let sensitivities = Sight::of(caller).sensitivities;
    for index in 0..picked.len() {
        if picked[index].order != Some(Order::Random) {
            continue;
        }
        let key = alike(&picked[index]);
        let probability = match known.get(&key) {
            Some(probability) => *probability,
            None => {
                let wanted = Wanted {
                    queue: &picked[index].queue.name,
                    person: &caller.person.id,
                    order: Order::Random,
                    own_order: false,
                    limit: 0,
                    adjudicates: picked[index].queue.adjudicates,
                    sensitivities: sensitivities.as_deref(),
                };
                let free = leases::free_alike(work.conn(), &wanted, &picked[index].head).await?;
                let taken = picked
                    .iter()
                    .filter(|other| other.order == Some(Order::Random) && alike(other) == key)
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

async fn lease_out(
    work: &mut Work,
    caller: &Caller,
    picked: Vec<Picked<'_>>,
) -> Result<Vec<(CaseHead, Lease)>, HubError> {
    let (mut rows, mut given) = (Vec::with_capacity(picked.len()), Vec::with_capacity(picked.len()));
    for next in picked {
        let mut head = next.head;
        let until = work.now + chrono::Duration::seconds(i64::from(next.queue.policy.lease_seconds));
        let token = uuid::Uuid::new_v4().to_string();
        rows.push(LeaseRow {
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
    let now = work.now;
    leases::give(work.conn(), &rows, now).await?;
    Ok(given)
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
