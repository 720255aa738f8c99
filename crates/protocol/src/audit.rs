//! The audit chain as it is walked over HTTP.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far the chain was found to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainWalk {
    /// Of the last entry that holds. Less than `head` and not broken: ask again from here.
    pub position: i64,
    /// Of that entry, hex.
    pub hash: String,
    /// Position of the chain's last entry.
    pub head: i64,
    /// Entries looked at in this request that hold.
    pub entries: u64,
    /// Of them without payload and salt.
    pub erased: u64,
    /// Now, by the hub.
    pub at: DateTime<Utc>,
    /// The first entry that doesn't hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<ChainBreak>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainBreak {
    pub position: i64,
    /// In a few words.
    pub why: String,
}
