//! Where the time comes from: the system, or a test that moves it by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use domain::Instant;

/// Now, in whole microseconds, as the store keeps instants.
#[derive(Clone)]
pub struct Clock {
    /// Microseconds the hub's time is ahead of the system's; moved by tests alone.
    ahead_us: Arc<AtomicI64>,
    /// Microseconds the database's clock is ahead of the system's: hubs on one database have one time.
    database_ahead_us: Arc<AtomicI64>,
}

impl Clock {
    pub fn system() -> Self {
        Self {
            ahead_us: Arc::default(),
            database_ahead_us: Arc::default(),
        }
    }

    pub(crate) fn set_database_ahead_us(&self, us: i64) {
        self.database_ahead_us.store(us, Ordering::SeqCst);
    }

    /// Time passes at once: for tests of leases, undo windows and expiry.
    pub fn advance_seconds(&self, seconds: i64) {
        self.ahead_us.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn now(&self) -> Instant {
        let us = Utc::now().timestamp_micros()
            + self.database_ahead_us.load(Ordering::SeqCst)
            + self.ahead_us.load(Ordering::SeqCst);
        DateTime::from_timestamp_micros(us).unwrap_or(DateTime::UNIX_EPOCH)
    }
}
