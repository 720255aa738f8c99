//! The three kinds of case.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Kind {
    /// 2 to 50 records that may be one entity.
    IdentityMatch,
    /// Systems disagree about an entity's attributes.
    DataConflict,
    /// What an agent wants to do.
    ProposedAction,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::IdentityMatch, Kind::DataConflict, Kind::ProposedAction];

    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::IdentityMatch => "identity_match",
            Kind::DataConflict => "data_conflict",
            Kind::ProposedAction => "proposed_action",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
