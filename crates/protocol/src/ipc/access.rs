//! Who may what, and one's own tokens and elevations.

use domain::access::{Ability, MayElevate};
use domain::case::Sensitivity;
use domain::policy::Role;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Elevation, PersonChange};

/// What this person may, in the hub's words of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AccessPage {
    pub me: OwnAccess,
    /// None: for leads and admins.
    pub all: Option<Access>,
    /// What the queues named here are called.
    pub titles: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OwnAccess {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    /// None: all.
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
    pub can: Vec<Ability>,
    pub may_elevate: Option<MayElevate>,
    pub elevations: Vec<Elevation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangePerson {
    pub id: String,
    pub change: PersonChange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RevokeToken {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MakeToken {
    pub name: String,
    pub roles: Vec<Role>,
    pub sources: Vec<String>,
    /// From now on; null: until it is revoked.
    pub days: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EndElevation {
    pub id: String,
}
