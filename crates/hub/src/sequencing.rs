//! Keeps positions close behind the commits, and hears of other hubs' commits. On SQLite there is nothing to do: rows get
//! their positions as they are written, and other processes are looked for by time (`waiting`).

use std::time::Duration;

use crate::Hub;
use crate::bounds;
use crate::error::HubError;

/// What another hub committed and didn't sequence (it was killed) is found after this at the latest.
const LOOK: Duration = Duration::from_millis(500);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
/// Commits within this are sequenced together: a busy hub gives positions in large batches instead of all the time. Whoever
/// reads a feed doesn't wait for it.
const TOGETHER: Duration = Duration::from_millis(50);
/// After so long without news it is listened anew.
const LISTEN_ANEW: Duration = Duration::from_secs(60);
/// How often this computer's clock is compared with the database's.
const CLOCK: Duration = Duration::from_secs(10);

/// Runs until the hub stops.
pub async fn run(hub: Hub) {
    tokio::select! {
        () = hub.stopping.cancelled() => {}
        () = listen(&hub) => {}
        () = sequence(&hub) => {}
        () = keep_time(&hub) => {}
    }
    // What this hub committed last is handed on before it goes.
    if let Err(error) = hub.store.sequence().await {
        tracing::warn!(%error, "sequencing.failed");
    }
}

async fn sequence(hub: &Hub) {
    let mut commits = hub.commits.subscribe();
    loop {
        commits.mark_unchanged();
        let wait = match bounds::step(hub.store.sequence()).await {
            Ok(()) => LOOK,
            Err(error) => {
                tracing::error!(%error, "sequencing.failed");
                tokio::time::sleep(AFTER_TROUBLE).await;
                continue;
            }
        };
        tokio::select! {
            // The sender lives as long as the hub.
            _ = commits.changed() => tokio::time::sleep(TOGETHER).await,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn listen(hub: &Hub) {
    loop {
        match heard(hub).await {
            Ok(()) => return std::future::pending().await,
            Err(error) => {
                tracing::warn!(%error, "sequencing.not_listening");
                tokio::time::sleep(AFTER_TROUBLE).await;
            }
        }
    }
}

/// Returns only where there is nobody to listen to.
async fn heard(hub: &Hub) -> Result<(), HubError> {
    let Some(mut news) = hub.store.news().await? else {
        return Ok(());
    };
    loop {
        match tokio::time::timeout(LISTEN_ANEW, news.next()).await {
            Ok(heard) => heard?,
            // Nobody committed, or the database's computer is gone without a word: asked anew, that shows.
            Err(_) => match bounds::step(hub.store.news()).await? {
                Some(anew) => news = anew,
                None => return Ok(()),
            },
        }
        hub.commits
            .send_modify(|commits| *commits = commits.wrapping_add(1));
    }
}

async fn keep_time(hub: &Hub) {
    loop {
        tokio::time::sleep(CLOCK).await;
        match bounds::step(hub.store.ahead_us()).await {
            Ok(us) => hub.clock.set_database_ahead_us(us),
            Err(error) => tracing::warn!(%error, "sequencing.clock_unknown"),
        }
    }
}
