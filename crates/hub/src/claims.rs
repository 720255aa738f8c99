//! Claiming: the next cases for a person, or one they ask for by its id; renewed while in use, given back.
//! Who asks at the same time is served in one transaction (`rounds`). Which cases are next is `picking`.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::policy::opinions::{may_be_given_in, may_join};
use protocol::hub::{Claim, ClaimRequest, Lease, LeaseItem, ReleaseReason};
use serde_json::json;

use crate::Hub;
use crate::away::{Reach, SetApart};
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::passing::passed;
use crate::picking::{Looking, Picked, Workable, demands, pick, policy_of, some_hidden, workable};
use crate::sharing::{Demands, Shared};
use crate::sight::sees_case;
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead};
use crate::store::leases::{self, LeaseRow};
use crate::store::{escalations, queues};
use crate::whole::{Shown, contents_of, wholes};
use crate::work::Work;
use crate::{checks, sight, standing};

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
    crate::sweeping::sweep(hub).await?;
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
    // Who asks for one certain case waits for it, and may be refused: neither is for a round to bear.
    if asked.request.case.is_some() {
        let mut given = round(hub, vec![asked.clone()]).await?;
        return given
            .pop()
            .ok_or_else(|| HubError::broken("a claim without an answer"));
    }
    let here = hub.clone();
    let round = move |asked| {
        let here = here.clone();
        async move { rounds(&here, asked).await }
    };
    let weight = limit_of(&asked.request);
    hub.claiming.ask(asked.clone(), weight, round).await
}

/// Who asks again before they were answered is served once they were: by then they hold what they were given, and get it again.
async fn rounds(hub: &Hub, asked: Vec<Asked>) -> Result<Vec<Given>, HubError> {
    let mut given: Vec<(usize, Given)> = Vec::with_capacity(asked.len());
    let mut left: Vec<(usize, Asked)> = asked.into_iter().enumerate().collect();
    while !left.is_empty() {
        let mut people = HashSet::new();
        let (now, later): (Vec<_>, Vec<_>) = left
            .into_iter()
            .partition(|(_, asked)| people.insert(asked.caller.person.id.clone()));
        let (places, now): (Vec<usize>, Vec<Asked>) = now.into_iter().unzip();
        given.extend(places.into_iter().zip(round(hub, now).await?));
        left = later;
    }
    given.sort_by_key(|(place, _)| *place);
    Ok(given.into_iter().map(|(_, given)| given).collect())
}

/// Serves one after the other, nobody twice, each as if the others before had been there already.
async fn round(hub: &Hub, asked: Vec<Asked>) -> Result<Vec<Given>, HubError> {
    let mut work = hub.quick_work().await?;
    let now = work.now;
    let queues = queues::all(work.conn()).await?;
    let set_apart = SetApart::read(work.conn(), now).await?;
    let theirs: Vec<Vec<Workable<'_>>> = asked
        .iter()
        .map(|Asked { caller, request }| workable(&queues, caller, request))
        .collect();
    let mut table = Table {
        held: held_by(&mut work, &asked).await?,
        shared: shared(&mut work, &asked, &theirs).await?,
        given: Vec::new(),
    };
    let mut picked = Vec::with_capacity(asked.len());
    for (Asked { caller, request }, queues) in asked.iter().zip(theirs) {
        work.goes_on_as(caller);
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
    shared: Shared,
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

async fn shared(work: &mut Work, asked: &[Asked], theirs: &[Vec<Workable<'_>>]) -> Result<Shared, HubError> {
    let mut wanted = Demands::default();
    for (Asked { caller, request }, queues) in asked.iter().zip(theirs) {
        if request.case.is_none() {
            demands(&mut wanted, caller, request, queues, limit_of(request));
        }
    }
    Shared::read(work.conn(), wanted).await
}

fn limit_of(request: &ClaimRequest) -> usize {
    request.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX) as usize
}

async fn held_by(work: &mut Work, asked: &[Asked]) -> Result<HashMap<String, Vec<CaseHead>>, HubError> {
    let people: BTreeSet<&str> = asked
        .iter()
        .map(|asked| asked.caller.person.id.as_str())
        .collect();
    let have: Vec<&String> = asked.iter().flat_map(|asked| &asked.request.have).collect();
    let mut held: HashMap<String, Vec<CaseHead>> = HashMap::new();
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
    let limit = limit_of(request);
    let held = table.held.remove(&caller.person.id).unwrap_or_default();
    let mut picked = still_held(work, caller, held, queues, limit).await?;
    let room = limit.saturating_sub(picked.len());
    if room > 0 {
        let at = Looking {
            taken: table.taken(),
            given: &table.given,
            shared: &table.shared,
            caller,
            reach,
        };
        let next = pick(work, &at, request, queues, room).await?;
        if picked.is_empty() && next.is_empty() {
            return Ok((picked, some_hidden(work, &at, queues).await?));
        }
        picked.extend(lease_out(work, table, caller, next));
    }
    Ok((picked, false))
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
        let theirs = may_be_given_in(&caller.person, Some(queue.policy), passed(&head), head.state);
        if !sees_case(caller, &head) || theirs.is_err() {
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
    let queue = queues.iter().find(|queue| queue.name == head.queue);
    let policy = queue.map(|queue| queue.policy);
    may_be_given_in(&caller.person, policy, passed(&head), head.state)?;
    let queue = queue.ok_or_else(domain::policy::unreadable)?;
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
    let escalation = escalations::of_case(work.conn(), &head.id).await?;
    let escalated_to = escalation.as_ref().map(|escalation| &escalation.to);
    reach
        .reaches(caller, &head, escalated_to)
        .map_err(|refusal| not_free(&refusal.text))?;
    let standing = standing::standing_on(work.conn(), &head).await?;
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
        let lost = LeaseItem {
            index,
            token: token.clone(),
            result: "lost".into(),
            expires_at: None,
        };
        let Some((head, _)) = mine(&mut work, caller, &token).await? else {
            items.push(lost);
            continue;
        };
        let queue = queues::by_name(work.conn(), &head.queue).await?;
        let policy = queue.and_then(|queue| queue.policy);
        // Seeing it isn't enough: what the role to decide it went from is somebody else's.
        if may_be_given_in(&caller.person, policy.as_ref(), passed(&head), head.state).is_err() {
            items.push(lost);
            continue;
        }
        let lease_seconds = policy.map_or(0, |policy| policy.lease_seconds);
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
