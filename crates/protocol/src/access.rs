//! Who may what, as the hub shows and takes it; and signing in.

use chrono::{DateTime, Utc};
use domain::access::{Ability, MayElevate};
use domain::case::Sensitivity;
use domain::policy::Role;
use serde::{Deserialize, Serialize};

/// A person or service account, with all they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonAccess {
    pub id: String,
    pub name: String,
    /// Said again by who changes them.
    pub version: i64,
    /// Given to whoever signs in as them. A token carries roles of its own.
    pub roles: Vec<Role>,
    /// None: all.
    pub queues: Vec<String>,
    /// The most sensitive a case may be that they see; null: any.
    pub ceiling: Option<Sensitivity>,
    /// To what they may raise themselves; null: to nothing.
    pub may_elevate: Option<MayElevate>,
    /// They sign in with the provider.
    pub signs_in: bool,
    /// The provider says what is given; it can't be changed here.
    pub managed: bool,
    pub disabled: bool,
    /// All roles they have now: given, by tokens, raised.
    pub has: Vec<Role>,
    /// What these let them do.
    pub can: Vec<Ability>,
    pub tokens: Vec<TokenInfo>,
    /// Those that run.
    pub elevations: Vec<Elevation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenInfo {
    pub id: String,
    /// Of a sign-in: none, it has those of the person.
    pub roles: Vec<Role>,
    /// Source names it may write; none: any.
    pub sources: Vec<String>,
    /// Made by signing in, and ends within the hour.
    pub session: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Replaces what is given to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonChange {
    /// The one it was made from, else `If-Match`.
    pub version: Option<i64>,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub queues: Vec<String>,
    #[serde(default)]
    pub ceiling: Option<Sensitivity>,
    #[serde(default)]
    pub may_elevate: Option<MayElevate>,
    /// Takes effect at their next request; their leases end, what is assigned to them is anybody's again.
    #[serde(default)]
    pub disabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Elevation {
    pub id: String,
    pub person_id: String,
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
    /// "lead, up to restricted".
    pub words: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// An address that is told of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAccess {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    /// `active` or `disabled`.
    pub state: String,
}

/// Who and what may read, decide, export, trigger. A lead sees who reaches the queues they see, and no webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Access {
    pub people: Vec<PersonAccess>,
    pub webhooks: Vec<WebhookAccess>,
    /// Those the caller sees.
    pub queues: Vec<String>,
    /// Whether the caller may change any of it.
    pub changes: bool,
}

/// How one signs in at this hub; tokens are taken always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInOffer {
    /// Null: by token alone.
    pub oidc: Option<OidcOffer>,
}

/// OpenID Connect: authorization code with PKCE (S256), as a public client, redirected to 127.0.0.1 on any port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OidcOffer {
    pub issuer: String,
    pub client_id: String,
    pub scopes: Vec<String>,
    /// For the authorization request: made by this hub and taken by it, for ten minutes.
    pub nonce: String,
}

/// The provider's word for a session. Each identity token is taken once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSession {
    pub id_token: String,
    /// The token of the session before, live or run out: it is renewed for the same person, without a nonce.
    #[serde(default)]
    pub previous: Option<String>,
}

/// A token like any other, that ends soon. Shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub person_id: String,
    pub name: String,
    /// None: signed in, and nobody gave them a role yet.
    pub roles: Vec<Role>,
}
