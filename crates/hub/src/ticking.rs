//! What the hub does by itself, by the clock: what fell due is released, what ran out is ended.

use std::time::Duration;

use crate::Hub;
use crate::bounds::{self, apart};
use crate::elevating;
use crate::error::HubError;
use crate::release::release_pending;
use crate::store::audit::Actor;
use crate::store::decisions::{self, DecisionHead};
use crate::sweeping::{self, BATCH};

/// How often the hub looks for what fell due: well inside the second API.md allows; sooner again after there was something,
/// since who decides meanwhile waits less for many small releases than for few large ones.
const TICK: Duration = Duration::from_millis(400);
const TICK_BUSY: Duration = Duration::from_millis(100);

/// Releases what falls due until the hub stops. The first look is at once, for what fell due while no hub ran.
pub async fn tick(hub: Hub) {
    loop {
        let wait = match all_due(&hub).await {
            Ok(true) => TICK_BUSY,
            Ok(false) => TICK,
            Err(error) => {
                tracing::error!(%error, "release.failed");
                TICK
            }
        };
        tokio::select! {
            () = hub.stopping.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Releases and expires everything that is due now.
///
/// # Errors
/// [`HubError`] of the database, or of a decision that can't be released; everything else is done all the same.
pub async fn once(hub: &Hub) -> Result<(), HubError> {
    all_due(hub).await.map(|_| ())
}

/// Whether decisions were released.
async fn all_due(hub: &Hub) -> Result<bool, HubError> {
    let swept = sweeping::sweep(hub).await;
    let released = release_due(hub).await;
    let ended = bounds::step(elevating::end_run_out(hub)).await;
    swept.and(ended).and(released)
}

async fn release_due(hub: &Hub) -> Result<bool, HubError> {
    let mut some = false;
    // Looked for without the write lock, so that an idle hub writes nothing.
    while !due(hub, 1).await?.is_empty() {
        some = true;
        if let Err(error) = apart(together(hub.clone())).await {
            tracing::warn!(%error, "release.one_by_one");
            one_by_one(hub).await?;
            break;
        }
    }
    Ok(some)
}

async fn due(hub: &Hub, limit: i64) -> Result<Vec<DecisionHead>, HubError> {
    bounds::step(async {
        let mut conn = hub.store.quick_reader().await?;
        decisions::due(&mut conn, hub.now(), limit).await
    })
    .await
}

async fn together(hub: Hub) -> Result<(), HubError> {
    let mut work = hub.quick_work().await?;
    let now = work.now;
    let due = decisions::due(work.conn(), now, BATCH).await?;
    release_pending(&mut work, &due).await?;
    hub.commit(work).await
}

/// One that can't be released must not hold up the others: each in a transaction of its own.
async fn one_by_one(hub: &Hub) -> Result<(), HubError> {
    let mut failed = Ok(());
    for decision in due(hub, BATCH).await? {
        let id = decision.id.clone();
        if let Err(error) = apart(one(hub.clone(), decision)).await {
            tracing::error!(%error, decision = id, "release.failed_for_one");
            failed = Err(error);
        }
    }
    failed
}

async fn one(hub: Hub, decision: DecisionHead) -> Result<(), HubError> {
    let mut work = hub.work_as(Actor::default()).await?;
    release_pending(&mut work, &[decision]).await?;
    hub.commit(work).await
}
