//! Fetching: claims, the changes feed, cases that changed, leases, context ahead, how right sources were.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use protocol::hub::{CaseWhole, Change, Claim, ClaimRequest, Lease};
use protocol::ipc::{Mode, SyncState, Topic};

use super::at_hand::{drop_cases, dry, is_at_hand};
use super::error::SyncError;
use super::own::own_decisions;
use crate::hub_client::{FEED_PAGE, HubError, Retry};
use crate::open_desk::OpenDesk;
use crate::replica::ReplicaError;
use crate::replica::cases::{CaseStored, Standing, revision};
use crate::replica::context_details::Detail;
use crate::screen::Prepared;

const CASES_AT_ONCE: usize = 5;

/// A refusal concerns this step only; anything else ends the round.
pub(super) fn only_this<T>(answer: Result<T, HubError>) -> Result<Option<T>, SyncError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_sign_in() || error.retry() != Retry::Never => Err(error.into()),
        Err(error) => {
            tracing::info!(code = error.code(), error = %error, "sync.step_refused");
            Ok(None)
        }
    }
}

pub async fn claim(open: &OpenDesk, queue: &str, limit: usize, have: &[String]) -> Result<(), SyncError> {
    let request = ClaimRequest {
        queue: Some(queue.to_owned()),
        limit: u32::try_from(limit).ok(),
        have: have.to_vec(),
        ..ClaimRequest::default()
    };
    let Some(_turn) = open.turn_to_claim().await else {
        return Ok(());
    };
    let without_lease = unleased(open, queue).await?;
    let Some(claims) = only_this(open.hub.claim(&request).await)? else {
        dry(open, queue);
        return Ok(());
    };
    if claims.len() < limit {
        dry(open, queue);
    }
    keep(open, claims).await?;
    // What the hub didn't give again is somebody else's now, or nobody's to decide.
    for id in open.replica.drop_unleased(&without_lease).await? {
        open.shelf.forget(&id);
    }
    open.changed(&[Topic::Overview, Topic::Work]);
    Ok(())
}

/// Puts claimed cases behind those that are here.
pub async fn keep(open: &OpenDesk, claims: Vec<Claim>) -> Result<(), SyncError> {
    let waiting = waiting_cases(open).await?;
    let mut held = Vec::new();
    for Claim { case, lease } in claims
        .into_iter()
        .filter(|claim| !waiting.contains(&claim.case.id))
    {
        let standing = shelve(open, &case);
        held.push((case, Some(lease), standing));
    }
    // In small transactions: a decision made meanwhile waits for one of them at most.
    for few in held.chunks(CASES_AT_ONCE) {
        put(open, few).await?;
    }
    Ok(())
}

/// Cases at hand in a queue that no lease holds for this person.
async fn unleased(open: &OpenDesk, queue: &str) -> Result<Vec<String>, SyncError> {
    let held = open.replica.cases_held().await?;
    Ok(held
        .into_iter()
        .filter(|case| case.queue == queue && case.standing == Standing::AtHand && case.lease_token.is_none())
        .map(|case| case.id)
        .collect())
}

async fn put(open: &OpenDesk, cases: &[(CaseWhole, Option<Lease>, Standing)]) -> Result<(), SyncError> {
    // Decided while it was on its way: it stays as it was decided, here as on the disk.
    for id in open.replica.put_cases(cases, open.now()).await? {
        open.shelf.forget(&id);
    }
    Ok(())
}

/// Makes a case ready. One whose hash isn't what the hub says is kept aside and never shown.
fn shelve(open: &OpenDesk, whole: &CaseWhole) -> Standing {
    match Prepared::new(whole, &open.shelf.trust()) {
        Ok(prepared) => {
            let ahead = prepared
                .prefetchable()
                .map(|entry| (whole.id.clone(), entry.to_owned()));
            open.status.lock().prefetch.extend(ahead);
            open.shelf.put(&whole.id, prepared);
            Standing::AtHand
        }
        Err(error) => {
            tracing::warn!(code = error.code(), error = %error, case_id = whole.id, "a case isn't shown");
            Standing::Aside
        }
    }
}

/// Makes the cases that are here ready before anybody asks, and notes what context is still to be fetched for them.
pub async fn warm(open: Arc<OpenDesk>) {
    let Ok(held) = open.replica.cases_held().await else {
        return;
    };
    for case in held.into_iter().filter(|case| case.standing == Standing::AtHand) {
        // One that can't be shown is set aside when it is asked for.
        let Ok(prepared) = open.shelf.get(&open.replica, &case.id).await else {
            continue;
        };
        let ahead = prepared
            .prefetchable()
            .map(|entry| (case.id.clone(), entry.to_owned()));
        open.status.lock().prefetch.extend(ahead);
        tokio::task::yield_now().await;
    }
    open.status.wake();
}

/// A case claimed by its id: kept at hand, and shown before the others.
pub async fn take_in(open: &OpenDesk, claim: Claim) -> Result<(), ReplicaError> {
    let Claim { case, lease } = claim;
    let standing = shelve(open, &case);
    for id in open
        .replica
        .put_cases(&[(case, Some(lease), standing)], open.now())
        .await?
    {
        open.shelf.forget(&id);
    }
    Ok(())
}

/// How many cases wait for the person by name or role; more than before is said.
pub async fn for_me(open: &OpenDesk) -> Result<(), SyncError> {
    if open.mode != Mode::Team {
        return Ok(());
    }
    let Some(found) = only_this(open.hub.for_me().await)? else {
        return Ok(());
    };
    let now = found.len() as u64;
    let before = std::mem::replace(&mut open.status.lock().for_me, now);
    if now != before {
        open.changed(&[Topic::Overview]);
    }
    if now > before && open.replica.settings().await?.notifications {
        open.host
            .notify("A case waits for you", "It was assigned or escalated to you.");
    }
    Ok(())
}

/// Reads the feed to its end and notes what to fetch again.
pub async fn changes(open: &OpenDesk) -> Result<(), SyncError> {
    let mut cursor = open.replica.feed_cursor().await?;
    loop {
        let page = match open.hub.changes(cursor.as_deref(), FEED_PAGE, false).await {
            Ok(page) => page,
            // A cursor the hub can't read: from the start again, everything in it is idempotent.
            Err(HubError::Refused(problem)) if problem.status == 400 && cursor.is_some() => {
                tracing::warn!(code = problem.code, "sync.cursor_refused");
                cursor = None;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let mut topics = Vec::new();
        let mut refetch = Vec::new();
        for change in &page.items {
            note(open, change, &mut topics, &mut refetch).await?;
        }
        if let Some(next) = page.next {
            open.replica.set_feed_cursor(&next, &refetch).await?;
            cursor = Some(next);
        }
        open.status.lock().refetch.extend(refetch);
        topics.sort_by_key(|topic| *topic as u8);
        topics.dedup();
        open.changed(&topics);
        if page.items.is_empty() {
            break;
        }
    }
    open.status.lock().feed_behind = false;
    Ok(())
}

async fn note(
    open: &OpenDesk,
    change: &Change,
    topics: &mut Vec<Topic>,
    refetch: &mut Vec<String>,
) -> Result<(), SyncError> {
    match (change.kind.as_str(), &change.case_id) {
        (
            "case.revised" | "case.closed" | "case.assigned" | "case.escalated" | "case.commented"
            | "case.looked_at" | "lease.lost",
            Some(id),
        ) => {
            if let (true, Some(queue)) = (
                matches!(change.kind.as_str(), "case.assigned" | "case.escalated"),
                &change.queue,
            ) {
                // It may be for this person.
                open.status.lock().set_dry(queue, None);
            }
            let held = open.replica.case_standing(id).await?;
            // Somebody else has decided, perhaps: of an own opinion that waited for it the hub has more to say.
            if matches!(held, Some(Standing::AtHand | Standing::Aside))
                || open.replica.waits_for_others(id).await?
            {
                refetch.push(id.clone());
            }
        }
        ("decision.released", Some(id)) => {
            if open.replica.release_decisions_of(id).await? {
                topics.extend([Topic::Overview, Topic::History, Topic::Opinions]);
            } else if !open.replica.decisions_of_case(id).await?.is_empty() {
                // Final before, or never alone: how it ended, or what became of it.
                refetch.push(id.clone());
            }
            topics.push(Topic::Stats);
        }
        ("decision.corrected", Some(id)) => {
            let held = open.replica.case_standing(id).await?;
            if held == Some(Standing::AtHand) || !open.replica.decisions_of_case(id).await?.is_empty() {
                refetch.push(id.clone());
            }
            topics.push(Topic::Stats);
        }
        // What a case is judged by.
        ("tools.changed", _) => open.status.lock().tools_read_at = None,
        ("access.revoked" | "access.changed", _) => open.status.lock().greeted_at = None,
        _ => {}
    }
    open.status.lock().queues_stale = true;
    Ok(())
}

/// Looks at a case again. What couldn't be looked at stays noted.
pub async fn refetch(open: &OpenDesk, id: &str) -> Result<(), SyncError> {
    // Taken out before: what is noted from here on is noted anew.
    open.status.lock().refetch.remove(id);
    match look_again(open, id).await {
        Ok(()) => Ok(open.replica.refetched(id).await?),
        // Of this case alone; it would stop everything behind it. It stays noted for the next start.
        Err(SyncError::Hub(error @ HubError::Strange(_))) => {
            tracing::warn!(code = error.code(), error = %error, case_id = id, "sync.refetch_unreadable");
            Ok(())
        }
        Err(error) => {
            open.status.lock().refetch.insert(id.to_owned());
            Err(error)
        }
    }
}

/// Keeps a case if it is still this person's to decide, drops it if it isn't.
async fn look_again(open: &OpenDesk, id: &str) -> Result<(), SyncError> {
    let held = open.replica.case(id).await?;
    let at_hand = matches!(
        held.as_ref().map(|held| held.standing),
        Some(Standing::AtHand | Standing::Aside)
    );
    let Some(whole) = only_this(open.hub.case(id).await)? else {
        return if at_hand {
            drop_cases(open, &[id.to_owned()]).await
        } else {
            Ok(())
        };
    };
    own_decisions(open, &whole).await?;
    let Some(held) = held.filter(|_| at_hand) else {
        return Ok(());
    };
    if waiting_cases(open).await?.contains(id) {
        return Ok(());
    }
    let revised = is_revised(&whole, &held);
    if !whole.state.takes_decisions() || (is_with_others(open, &whole) && !revised) {
        return drop_cases(open, &[id.to_owned()]).await;
    }
    let lease = kept_lease(open, &whole, &held);
    if lease.is_none() {
        // Free again, perhaps: to be claimed anew.
        open.status.lock().set_dry(&whole.queue, None);
    }
    if whole == held.whole && lease.is_some() == held.lease_token.is_some() {
        return Ok(());
    }
    open.shelf.forget(id);
    let standing = shelve(open, &whole);
    put(open, &[(whole, lease, standing)]).await?;
    open.changed(&[Topic::Work]);
    Ok(())
}

fn is_revised(whole: &CaseWhole, held: &CaseStored) -> bool {
    revision(whole) != revision(&held.whole) || whole.content_hash != held.whole.content_hash
}

fn is_with_others(open: &OpenDesk, whole: &CaseWhole) -> bool {
    let person = open.person();
    whole
        .lease
        .as_ref()
        .is_some_and(|lease| lease.person != person.id && lease.person != person.name)
}

/// A lease is of a revision; the token of one that is still live stays good.
pub fn kept_lease(open: &OpenDesk, whole: &CaseWhole, held: &CaseStored) -> Option<Lease> {
    let live = whole.lease.as_ref()?;
    if is_revised(whole, held) || is_with_others(open, whole) {
        return None;
    }
    Some(Lease {
        token: held.lease_token.clone()?,
        expires_at: live.expires_at,
    })
}

/// Cases with something on its way to the hub: there they stand otherwise than here, and here is right.
async fn waiting_cases(open: &OpenDesk) -> Result<HashSet<String>, SyncError> {
    let outbox = open.replica.outbox().await?;
    Ok(outbox
        .into_iter()
        .filter(|entry| entry.wedged.is_none())
        .map(|entry| entry.case_id)
        .collect())
}

pub async fn renew(open: &OpenDesk, tokens: &[String]) -> Result<(), SyncError> {
    let now = open.now();
    let Some(items) = only_this(open.hub.renew(tokens.to_vec()).await)? else {
        for token in tokens {
            open.replica.set_lease(token, None, now).await?;
        }
        return Ok(());
    };
    let held = open.replica.cases_held().await?;
    for item in items {
        open.replica.set_lease(&item.token, item.expires_at, now).await?;
        if item.expires_at.is_none()
            && let Some(case) = held
                .iter()
                .find(|case| case.lease_token.as_deref() == Some(item.token.as_str()))
        {
            open.status.lock().refetch.insert(case.id.clone());
        }
    }
    Ok(())
}

/// Fetches a detail ahead. What couldn't be fetched is tried again; one that can't be read is left for who opens it.
pub async fn prefetch(open: &OpenDesk, case_id: &str, context_id: &str) -> Result<(), SyncError> {
    let done = match fetch_ahead(open, case_id, context_id).await {
        Err(SyncError::Hub(HubError::Strange(_))) => Ok(()),
        done => done,
    };
    if done.is_ok() {
        open.status
            .lock()
            .prefetch
            .retain(|(case, entry)| case != case_id || entry != context_id);
    }
    done
}

async fn fetch_ahead(open: &OpenDesk, case_id: &str, context_id: &str) -> Result<(), SyncError> {
    if !is_at_hand(open, case_id).await?
        || open.replica.context_detail(case_id, context_id).await? != Detail::Unknown
    {
        return Ok(());
    }
    if let Some(detail) = only_this(open.hub.context_detail(case_id, context_id).await)? {
        open.replica
            .set_context_detail(case_id, context_id, detail.as_ref())
            .await?;
    }
    Ok(())
}

/// Waits at the feed's end and wakes the engine when something comes. It applies nothing itself.
pub async fn watch(open: Arc<OpenDesk>) {
    const AFTER_TROUBLE: Duration = Duration::from_secs(5);
    const LOOK: Duration = Duration::from_millis(400);
    loop {
        let (ready, behind) = {
            let state = open.status.lock();
            (
                state.greeted_at.is_some()
                    && state.sync != SyncState::Offline
                    && state.sync != SyncState::Refused
                    && !open.person().roles.is_empty(),
                state.feed_behind,
            )
        };
        if !ready || behind {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let cursor = open.replica.feed_cursor().await.ok().flatten();
        match open.hub.changes(cursor.as_deref(), 1, true).await {
            Ok(page) if page.items.is_empty() => {}
            Ok(_) => {
                open.status.lock().feed_behind = true;
                open.status.wake();
            }
            Err(error) => {
                // The engine finds out by itself, says it and waits as it should.
                // Refused outright: the last role may be gone, and with it the feed that would say so.
                if error.is_away() || error.is_forbidden() {
                    open.status.lock().greeted_at = None;
                    open.status.wake();
                }
                tokio::time::sleep(AFTER_TROUBLE).await;
            }
        }
    }
}

#[cfg(test)]
#[path = "pull_tests.rs"]
mod tests;
