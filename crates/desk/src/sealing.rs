//! Leaving a team's store. What waits for the hub is delivered first; where that can't be, the store is sealed: it stays,
//! encrypted, without anything that lets anybody in, and is opened again only for the person it is of, at the same hub.
//!
//! A sealed store is only listed otherwise (`desk.json`, one write): its files don't move, so no crash in between loses it.

use std::time::Duration;

use protocol::WireError;
use protocol::hub::ReleaseReason;
use protocol::ipc::Mode;
use protocol::ipc::SyncState;
use tokio::time::Instant;

use crate::keeping::forget_credentials;
use crate::open_desk::OpenDesk;
use crate::options::DeskOptions;
use crate::places::{Place, Places, Sealed, whose};

/// How long somebody who leaves waits for the hub to take what they decided.
const DELIVERY: Duration = Duration::from_secs(6);

/// What stays of a store that was left.
pub struct Left {
    whose: String,
    entries: u64,
}

impl Left {
    pub fn of(self, place: Place) -> Sealed {
        Sealed {
            place,
            whose: self.whose,
            entries: self.entries,
        }
    }
}

/// Makes the store ready to be left. None: nothing in it is wanted any more.
///
/// # Errors
/// The store can't be read or written.
pub async fn leave(open: &OpenDesk) -> Result<Option<Left>, WireError> {
    if open.mode == Mode::Team {
        deliver(open).await?;
    }
    open.claim_no_more(DELIVERY).await;
    let waiting = open.replica.outbox().await?;
    let held = open.replica.cases_held().await?;
    // Of what is still to be delivered the lease goes on: it says that this person was first.
    let others = held
        .iter()
        .filter(|case| !waiting.iter().any(|entry| entry.case_id == case.id));
    let (ids, tokens): (Vec<String>, Vec<Option<String>>) = others
        .map(|case| (case.id.clone(), case.lease_token.clone()))
        .unzip();
    let tokens: Vec<String> = tokens.into_iter().flatten().collect();
    if !tokens.is_empty()
        && let Err(error) = open.hub.release(tokens, ReleaseReason::SignOut).await
    {
        // They end by themselves within the hour.
        tracing::info!(code = error.code(), "the leases weren't given back");
    }
    if open.mode == Mode::Solo {
        return Ok(None);
    }
    if open.provider().is_some()
        && let Err(error) = open.hub.end_session().await
    {
        tracing::info!(code = error.code(), "the session ends by itself");
    }
    let (Some(hub_id), false) = (open.replica.hub_id().await?, waiting.is_empty()) else {
        return Ok(None);
    };
    open.replica.drop_cases(&ids).await?;
    forget_credentials(&open.options, &open.replica).await?;
    Ok(Some(Left {
        whose: whose(&hub_id, &open.person().id),
        entries: waiting.len() as u64,
    }))
}

/// Until nothing waits any more, or the hub had its time.
async fn deliver(open: &OpenDesk) -> Result<(), WireError> {
    let until = Instant::now() + DELIVERY;
    let tried = open.status.lock().failures;
    open.status.wake_at_once();
    loop {
        let (waiting, _) = open.replica.outbox_counts().await?;
        let gave_up = {
            let state = open.status.lock();
            let refused = state.sync == SyncState::Refused && !state.at_once;
            refused || state.failures > tried
        };
        if waiting == 0 || gave_up || Instant::now() > until {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Lists the person's sealed store as the team's again. True: there was one.
///
/// # Errors
/// `desk.json` can't be read or written.
pub fn unseal(options: &DeskOptions, theirs: &str) -> std::io::Result<bool> {
    let mut places = Places::read(&options.data_folder)?;
    let Some(at) = places.sealed.iter().position(|sealed| sealed.whose == theirs) else {
        // Left behind by a program that ended in the middle of this: somebody else's.
        let of_others = |place: &Place| places.sealed.iter().any(|sealed| sealed.place == *place);
        if places.team.as_ref().is_some_and(of_others) {
            places.team = None;
            places.write(&options.data_folder)?;
        }
        return Ok(false);
    };
    // It stays in the list, and with it sealed, until it is open: `opened` takes it out.
    places.team = Some(places.sealed[at].place.clone());
    places.write(&options.data_folder)?;
    Ok(true)
}

/// It didn't open: sealed as before.
///
/// # Errors
/// `desk.json` can't be read or written.
pub fn seal_again(options: &DeskOptions, theirs: &str) -> std::io::Result<()> {
    let mut places = Places::read(&options.data_folder)?;
    if places.sealed.iter().any(|sealed| sealed.whose == theirs) {
        (places.team, places.current) = (None, None);
    }
    places.write(&options.data_folder)
}

/// Open again: no longer sealed.
///
/// # Errors
/// `desk.json` can't be read or written.
pub fn opened(options: &DeskOptions, theirs: &str) -> std::io::Result<()> {
    let mut places = Places::read(&options.data_folder)?;
    places.sealed.retain(|sealed| sealed.whose != theirs);
    places.write(&options.data_folder)
}

/// How many decisions lie sealed on this computer.
pub fn count(options: &DeskOptions) -> u64 {
    let places = Places::read(&options.data_folder).unwrap_or_default();
    places.sealed.iter().map(|sealed| sealed.entries).sum()
}
