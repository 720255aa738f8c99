//! What ends by time alone: leases that ran out, cases that expired. What falls due to be released is `ticking`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use crate::Hub;
use crate::bounds::{self, apart};
use crate::error::HubError;
use crate::opinions;
use crate::store::audit::{Actor, Entry};
use crate::store::{cases, events, leases};
use crate::webhooks::outbox::Notice;

/// Decisions released, leases ended or cases expired in one transaction.
pub(crate) const BATCH: i64 = 200;

/// A sweep just over isn't repeated for the next call: under load every one of hundreds a second would look.
const SWEPT_MICROSECONDS: i64 = 20_000;

/// How often, and how long apart, a sweep looks whether another is done with what it holds.
const HELD_MAX: u32 = 25;
const HELD_FOR: Duration = Duration::from_millis(10);

/// Ends leases that ran out and marks cases that expired: the hub's own doing, also when somebody's call comes upon
/// them first, so never in that call's transaction.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn sweep(hub: &Hub) -> Result<(), HubError> {
    let now = hub.now().timestamp_micros();
    let just_swept = |at: i64| (0..SWEPT_MICROSECONDS).contains(&(now - at));
    // Said before it is done, so that of many calls at once one looks.
    let last = hub
        .swept_at_us
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| {
            (!just_swept(at)).then_some(now)
        });
    if last.is_err() {
        return Ok(());
    }
    // What another sweep holds is theirs to see to. It is waited for, since whoever calls reads what comes of it; but not
    // for long: it may hang.
    let mut held = 0;
    while held < HELD_MAX && something_ran_out(hub).await? {
        if apart(swept(hub.clone())).await? {
            held = 0;
        } else {
            held += 1;
            tokio::time::sleep(HELD_FOR).await;
        }
    }
    Ok(())
}

async fn something_ran_out(hub: &Hub) -> Result<bool, HubError> {
    bounds::step(async {
        let mut conn = hub.store.quick_reader().await?;
        cases::ran_out(&mut conn, hub.now()).await
    })
    .await
}

/// Whether there was something.
async fn swept(hub: Hub) -> Result<bool, HubError> {
    let mut work = hub.work_as(Actor::default()).await?;
    let now = work.now;
    let mut ran_out = Vec::new();
    for mut head in leases::run_out(work.conn(), now, BATCH).await? {
        work.end_lease(&mut head, "ran_out").await?;
        work.touch(&head.queue);
        ran_out.push(head.id);
    }
    let mut some = !ran_out.is_empty();
    if some {
        work.audit(Entry::new("leases.ran_out", json!({"cases": ran_out})));
    }
    for mut head in cases::expired(work.conn(), now, BATCH).await? {
        some = true;
        work.end_lease(&mut head, "expired").await?;
        opinions::end_all(&mut work, &head, "expired").await?;
        let state = head.on_expiry.state();
        work.set_state(&mut head, state, None).await?;
        work.case_event(events::CASE_CLOSED, &head);
        work.tell(Notice::closed(&head));
        let entry = Entry::new("case.expired", json!({"revision": head.revision, "state": state}));
        work.audit(entry.case(&head.id));
    }
    hub.commit(work).await?;
    Ok(some)
}
