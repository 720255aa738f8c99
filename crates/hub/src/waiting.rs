//! Long polls: look, and if there is nothing yet look again after every commit, until there is, the time is over or the
//! hub stops.

use std::future::Future;
use std::time::Duration;

use crate::Hub;
use crate::error::HubError;

/// The longest wait API.md allows.
pub const WAIT_SECONDS_MAX: u64 = 30;

/// Another process (the command line, a second hub) may have committed too: looked for this often.
const ELSEWHERE_MILLISECONDS: u64 = 500;

impl Hub {
    /// `look` gives what there is and whether that is enough.
    ///
    /// # Errors
    /// Those of `look`.
    pub(crate) async fn wait_for<T, F, L>(&self, wait_seconds: Option<u64>, look: F) -> Result<T, HubError>
    where
        F: Fn() -> L,
        L: Future<Output = Result<(T, bool), HubError>>,
    {
        let mut commits = self.commits.subscribe();
        let until = tokio::time::Instant::now()
            + Duration::from_secs(wait_seconds.unwrap_or(0).min(WAIT_SECONDS_MAX));
        loop {
            commits.mark_unchanged();
            let (found, enough) = look().await?;
            if enough || self.stopping.is_cancelled() || tokio::time::Instant::now() >= until {
                return Ok(found);
            }
            tokio::select! {
                _ = commits.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(ELSEWHERE_MILLISECONDS)) => {}
                () = tokio::time::sleep_until(until) => {}
                () = self.stopping.cancelled() => {}
            }
        }
    }
}
