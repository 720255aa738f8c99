//! Tokens an admin makes for programs and people, and the public keys devices sign with.

use chrono::{DateTime, Utc};
use domain::policy::Role;
use serde::{Deserialize, Serialize};

/// A token to be made. A name that is known means another token of that person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// 1 to 128 bytes.
    pub name: String,
    /// One at least; what the token may, whatever else the person has.
    pub roles: Vec<Role>,
    /// Of a `source`: the source names it may write; none: any.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Refused from then on; absent: until it is revoked.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token just made. The token itself is shown this once; only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenMade {
    pub id: String,
    pub token: String,
    pub person_id: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub sources: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A live token, without what would let anybody use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenListed {
    pub id: String,
    pub person_id: String,
    /// Of the person.
    pub name: String,
    /// Of a sign-in: none, it has those of the person.
    pub roles: Vec<Role>,
    pub sources: Vec<String>,
    /// Made by signing in.
    pub session: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A device's public key, to be enrolled for who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewKey {
    /// What the person calls the device: 1 to 128 bytes.
    pub name: String,
    /// `ed25519`.
    pub alg: String,
    /// The 32 bytes of the public key, in hex.
    pub public_key: String,
}

/// A device's public key. One that is revoked stays listed: what it signed before that is verified with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceKey {
    pub id: String,
    pub person_id: String,
    pub name: String,
    pub alg: String,
    /// Hex.
    pub public_key: String,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}
