//! Now, by the hub: this computer's clock and what it is off by.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};
use domain::Instant;

#[derive(Debug, Default)]
pub struct Clock {
    offset_micros: AtomicI64,
}

impl Clock {
    pub fn new(offset_micros: i64) -> Self {
        Self {
            offset_micros: AtomicI64::new(offset_micros),
        }
    }

    pub fn now(&self) -> Instant {
        Utc::now() + TimeDelta::microseconds(self.ahead_micros())
    }

    pub fn ahead_micros(&self) -> i64 {
        self.offset_micros.load(Ordering::Relaxed)
    }

    /// The hub said `hub_now` in an answer to something sent at `sent` and received at `received`, both by this computer.
    pub fn set(&self, hub_now: Instant, sent: Instant, received: Instant) -> i64 {
        let middle = sent + (received - sent) / 2;
        let offset = (hub_now - middle).num_microseconds().unwrap_or_default();
        self.offset_micros.store(offset, Ordering::Relaxed);
        offset
    }
}
