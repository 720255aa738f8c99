//! Whether a PostgreSQL that gives no connection is there at all.
//!
//! The pool tries to connect for as long as it lets anybody wait, since a server that refuses may be starting. Who waits
//! for one that is gone would learn of it after half a minute; so, after a moment, somebody looks. What it is not: a
//! watch that runs all the time. Nobody looks while everybody gets a connection.

use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use crate::error::HubError;

/// Who waits for longer than this wants to know.
const SUSPECTED_AFTER: Duration = Duration::from_millis(500);
/// A server that is there answers within it.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

pub struct Lookout {
    options: AnyConnectOptions,
    /// When somebody looked last, and whether it was away. Held while one looks for all.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Lookout {
    pub fn new(options: AnyConnectOptions) -> Self {
        Self {
            options,
            last: Mutex::new(None),
        }
    }

    /// Ends when the server turns out to be away; never as long as it answers.
    pub async fn away(&self) -> HubError {
        loop {
            sleep(SUSPECTED_AFTER).await;
            let mut last = self.last.lock().await;
            let away = match *last {
                Some((at, away)) if at.elapsed() < SUSPECTED_AFTER => away,
                _ => self.look().await,
            };
            *last = Some((Instant::now(), away));
            if away {
                return HubError::database_away();
            }
        }
    }

    async fn look(&self) -> bool {
        match timeout(ANSWERS_WITHIN, self.options.connect()).await {
            Ok(Ok(connection)) => {
                // It was there; whether it lets go nicely is its own affair.
                drop(connection.close().await);
                false
            }
            Ok(Err(error)) => matches!(HubError::from(error), HubError::Unavailable { .. }),
            Err(_) => true,
        }
    }
}
