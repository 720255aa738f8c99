//! What stands around every page: queues, counters, sync, the undo card.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::policy::Role;
use domain::policy::pages::HubPage;
use serde::{Deserialize, Serialize};

use super::opinions::OpinionCounts;
use super::start::Mode;
use crate::worklife::Away;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Overview {
    pub mode: Mode,
    /// "On this computer", or the hub's host.
    pub place: String,
    pub person: String,
    pub roles: Vec<Role>,
    /// The provider this person signs in with, by host; none: with a token.
    pub provider: Option<String>,
    pub queues: Vec<QueueView>,
    /// The queue that opens by itself: the first with something to decide.
    pub opens: Option<String>,
    pub decided_today: u64,
    pub sync: SyncView,
    pub outbox_waiting: u64,
    pub outbox_wedged: u64,
    /// The last decision, while it can be undone.
    pub undo: Option<UndoCard>,
    /// None where nobody is ever asked for a second opinion.
    pub opinions: Option<OpinionCounts>,
    /// Own decisions whose executor reported that it failed, not seen yet.
    pub failed: u64,
    /// Whether the lead's page has something to show to this person.
    pub leads: bool,
    /// Cases that wait for this person by name or role; none where nobody else is there.
    pub for_me: Option<u64>,
    /// Away, by the hub's last word.
    pub away: Option<Away>,
    /// Pages about the hub that open to this person.
    pub hub_pages: Vec<HubPage>,
    /// The recovery key was neither kept nor declined yet.
    pub recovery_key_due: bool,
    /// The hub's clock less this computer's: every instant here is the hub's.
    pub clock_ahead_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct QueueView {
    pub name: String,
    /// "Booking changes" for `booking-changes`.
    pub title: String,
    pub kind: Kind,
    /// Left to decide, by the hub's last word less what was decided here since.
    pub left: u64,
    pub due: u64,
    /// Of them on this computer.
    pub at_hand: u64,
    /// Whether this person may decide here.
    pub decides: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SyncView {
    pub state: SyncState,
    /// "Synced · outbox empty", "Offline · 4 in the outbox".
    pub words: String,
    /// For offline: since when.
    pub since: Option<DateTime<Utc>>,
    pub next_try_at: Option<DateTime<Utc>>,
    /// For offline: when the first lease of the cases at hand ends.
    pub leases_until: Option<DateTime<Utc>>,
    /// For refused and failing: the code.
    pub code: Option<String>,
    /// And why, in a sentence or two.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SyncState {
    Synced,
    Syncing,
    Offline,
    /// The hub answers and fails, or this computer does: a full disk, a fault. It is tried again.
    Failing,
    /// The hub answers and refuses: token expired or revoked.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UndoCard {
    pub decision_id: String,
    pub case_id: String,
    pub queue: String,
    /// "Different".
    pub verdict: String,
    /// "Overrides: Same, 98 %"; none where it overrode nothing, or nothing that was to be seen.
    pub overrides: Option<String>,
    /// The case's title.
    pub title: String,
    pub decided_at: DateTime<Utc>,
    /// When it becomes final; none while the hub hasn't said.
    pub undo_until: Option<DateTime<Utc>>,
    /// "On disk. Final once the hub has it", "Waits for a second person"; while the window runs "Delivered".
    pub words: String,
    /// The window's length in seconds, for the bar.
    pub undo_seconds: u32,
}
