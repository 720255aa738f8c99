//! Puts the words of new cases into the index that searches use (`store::search`), behind those who send them.

use std::time::{Duration, Instant};

use crate::Hub;
use crate::bounds;
use crate::error::HubError;

/// Cases indexed in one transaction.
const BATCH: i64 = 500;
/// How often new ones are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until the hub stops.
pub async fn run(hub: Hub) {
    let mut commits = hub.commits.subscribe();
    loop {
        commits.mark_unchanged();
        let started = Instant::now();
        let wait = match bounds::step(batch(&hub)).await {
            // While others write, four times as long a rest as the work took: they come first.
            Ok(n) if n >= BATCH as u64 && commits.has_changed().unwrap_or(true) => started.elapsed() * 4,
            Ok(n) if n >= BATCH as u64 => Duration::ZERO,
            Ok(_) => LOOK,
            Err(error) => {
                tracing::error!(%error, "searching.failed");
                LOOK
            }
        };
        tokio::select! {
            () = hub.stopping.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn batch(hub: &Hub) -> Result<u64, HubError> {
    // One statement, a transaction of its own.
    let mut conn = hub.store.reader().await?;
    crate::store::search::index(&mut conn, BATCH).await
}
