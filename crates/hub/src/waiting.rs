//! Long polls: look, and if there is nothing yet look again after every commit, until there is, the time is over or the
//! hub stops.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::Hub;
use crate::caller::Caller;
use crate::error::HubError;

/// The longest wait API.md allows.
pub const WAIT_SECONDS_MAX: u64 = 30;

/// Another process (the command line, a second hub) may have committed too: looked for this often.
const ELSEWHERE_MILLISECONDS: u64 = 500;

impl Hub {
    /// `look` gives what there is for this caller and whether that is enough. What came while they waited is theirs only if
    /// they may still have it: they are recognised once more, and it is looked for with the right they have by then.
    ///
    /// # Errors
    /// Those of `look`; `unauthorized` for a caller who has no right any more.
    pub(crate) async fn wait_for<T, F, L>(
        &self,
        caller: &Caller,
        wait_seconds: Option<u64>,
        look: F,
    ) -> Result<T, HubError>
    where
        F: Fn(Arc<Caller>) -> L,
        L: Future<Output = Result<(T, bool), HubError>>,
    {
        let mut caller = Arc::new(caller.clone());
        let mut has_waited = false;
        let mut commits = self.commits.subscribe();
        let until = tokio::time::Instant::now()
            + Duration::from_secs(wait_seconds.unwrap_or(0).min(WAIT_SECONDS_MAX));
        loop {
            commits.mark_unchanged();
            let (found, enough) = look(caller.clone()).await?;
            let over = enough || self.stopping.is_cancelled() || tokio::time::Instant::now() >= until;
            if over && has_waited {
                let now = self.recognised_again(&caller).await?;
                if now != *caller {
                    (caller, has_waited) = (Arc::new(now), false);
                    continue;
                }
            }
            if over {
                return Ok(found);
            }
            tokio::select! {
                _ = commits.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(ELSEWHERE_MILLISECONDS)) => {}
                () = tokio::time::sleep_until(until) => {}
                () = self.stopping.cancelled() => {}
            }
            has_waited = true;
        }
    }
}
