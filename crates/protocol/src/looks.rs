//! Who looks at a case besides the one who has it. Looking decides nothing and takes nothing from anybody.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Somebody who has the case on the screen without having it to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Looker {
    pub name: String,
    /// Said again by then, or they look no longer.
    pub until: DateTime<Utc>,
}
