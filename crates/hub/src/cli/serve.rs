//! `serve`: listens, says where, and ends within five seconds of being told to.

use std::io::Write;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::config::Settings;
use crate::{Hub, guard};

/// What requests under way get to finish in; the rest of the five seconds is for the database.
const GRACE: Duration = Duration::from_millis(3500);
const CLOSE: Duration = Duration::from_millis(1000);

pub async fn serve(settings: &Settings) -> Result<(), Failure> {
    let mut options = settings.hub_options()?;
    options.tls = settings.tls()?;
    let scheme = if options.tls.is_some() { "https" } else { "http" };
    guard::may_listen(settings.listen(), options.behind_proxy, options.tls.is_some())?;
    let stop = CancellationToken::new();
    tokio::spawn(cancel_when_told(stop.clone()));
    let hub = tokio::select! {
        // Before the database is asked anything: it may be held by somebody else for as long as its busy timeout.
        biased;
        () = stop.cancelled() => return Ok(()),
        opened = Hub::open(options) => opened?,
    };
    let address = settings.listen();
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| Failure::Listen { address, source })?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "tiebreak-hub listening on {scheme}://{}",
        listener.local_addr()?
    )?;
    out.flush()?;
    let serving = crate::serve(listener, hub.clone(), stop.clone().cancelled_owned());
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serving => ended?,
        () = late => tracing::warn!(grace_ms = GRACE.as_millis() as u64, "serve.requests_cut_off"),
    }
    if tokio::time::timeout(CLOSE, hub.close()).await.is_err() {
        tracing::warn!("serve.database_left_open");
    }
    Ok(())
}

async fn cancel_when_told(stop: CancellationToken) {
    told().await;
    tracing::info!("serve.stopping");
    stop.cancel();
}

#[cfg(unix)]
async fn told() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "serve.no_signal");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn told() {
    let _ = tokio::signal::ctrl_c().await;
}
