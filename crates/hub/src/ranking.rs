//! Ranks a long queue's cases anew behind the request that changed its order, some at a time: claims and imports go on meanwhile.
//! What it is not: the order itself, which the store's statements know. Until all are ranked no claim states an order.

use std::time::{Duration, Instant};

use crate::Hub;
use crate::bounds;
use crate::error::HubError;
use crate::store::audit::Actor;
use crate::store::{cases, queues};

/// Cases ranked in one transaction.
const BATCH: i64 = 2_000;
/// How often it is looked whether a queue's order was changed.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until the hub stops.
pub async fn run(hub: Hub) {
    loop {
        let started = Instant::now();
        let wait = match bounds::step(once(&hub)).await {
            // As long a rest as the work took: who claims or sends cases comes in between.
            Ok(true) => started.elapsed(),
            Ok(false) => LOOK,
            Err(error) => {
                tracing::error!(%error, "ranking.failed");
                LOOK
            }
        };
        tokio::select! {
            () = hub.stopping.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Ranks some cases of one queue; whether there are more.
async fn once(hub: &Hub) -> Result<bool, HubError> {
    // Looked for without the write lock, so that an idle hub writes nothing.
    let mut conn = hub.store.reader().await?;
    let Some(queue) = queues::all(&mut conn)
        .await?
        .into_iter()
        .find(|queue| queue.ranking)
    else {
        return Ok(false);
    };
    drop(conn);
    let mut work = hub.work_as(Actor::default()).await?;
    // Another hub may have done it meanwhile.
    if let Some(after) = queues::hold_ranking(work.conn(), &queue.name).await? {
        let last = cases::rank_some(work.conn(), &queue.name, &after, BATCH).await?;
        queues::set_ranked_to(work.conn(), &queue.name, last.as_deref()).await?;
        if last.is_none() {
            // Replicas may want to look again: what is next is otherwise now.
            work.touch(&queue.name);
        }
    }
    hub.commit(work).await?;
    Ok(true)
}
