//! The provider people sign in with: what the configuration says of it, and its word for who somebody is, verified against
//! the keys it publishes. OpenID Connect Core 1.0, section 3.1.3.7.
//!
//! What it is not: the flow. A desk walks that with the provider itself, and brings what came of it (`sessions`).

pub mod fault;
mod keys;

use std::collections::BTreeMap;

use domain::Instant;
use domain::access::Grant;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::HubError;
use fault::IdentityFault;
use keys::Keys;

const SESSION_MINUTES: u32 = 60;
/// What two clocks may differ.
const LEEWAY_SECONDS: i64 = 60;
/// Signatures a provider makes with a key of its own. Never HMAC: its "key" would be one anybody can read.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// `[oidc]` in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// As the provider calls itself, to the letter.
    pub issuer: String,
    /// Of a public client that may be redirected to `http://127.0.0.1/signed-in` on any port.
    pub client_id: String,
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The claim a person is called by.
    #[serde(default = "name_claim")]
    pub name_claim: String,
    /// The claim that lists a person's groups.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// What each group gives. With any, roles come from here alone, anew with each sign-in; with none, from an admin.
    #[serde(default)]
    pub groups: BTreeMap<String, Grant>,
    #[serde(default = "session_minutes")]
    pub session_minutes: u32,
}

fn scopes() -> Vec<String> {
    ["openid", "profile", "offline_access"]
        .map(str::to_owned)
        .to_vec()
}

fn name_claim() -> String {
    "name".to_owned()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

const fn session_minutes() -> u32 {
    SESSION_MINUTES
}

#[derive(Debug, thiserror::Error)]
pub enum OidcConfigError {
    #[error("oidc.issuer: '{0}' isn't an https address (http only on this computer)")]
    Issuer(String),
    #[error("oidc.client_id is empty")]
    ClientId,
    #[error("oidc.scopes: 'openid' is missing")]
    Scopes,
    #[error("oidc.session_minutes: 5 to 1440")]
    Minutes,
    #[error("oidc.groups.{group}: {detail}")]
    Group { group: String, detail: String },
}

impl OidcSettings {
    /// # Errors
    /// [`OidcConfigError`], naming the place.
    pub fn check(&self) -> Result<(), OidcConfigError> {
        let secure = reqwest::Url::parse(&self.issuer).is_ok_and(|url| is_secure(&url));
        if !secure {
            return Err(OidcConfigError::Issuer(self.issuer.clone()));
        }
        if self.client_id.trim().is_empty() {
            return Err(OidcConfigError::ClientId);
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err(OidcConfigError::Scopes);
        }
        if !(5..=1440).contains(&self.session_minutes) {
            return Err(OidcConfigError::Minutes);
        }
        self.groups.iter().try_for_each(|(group, grant)| {
            grant.check().map_err(|invalid| OidcConfigError::Group {
                group: group.clone(),
                detail: format!("{}: {}", invalid.pointer, invalid.detail),
            })
        })
    }
}

/// https, or this computer.
pub(crate) fn is_secure(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// What of an identity token is looked at.
#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    nonce: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Who somebody is, by the provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub nonce: Option<String>,
    pub expires_at: Instant,
    /// What their groups give; none: the provider doesn't say.
    pub grant: Option<Grant>,
}

pub struct Provider {
    pub settings: OidcSettings,
    keys: Keys,
}

impl Provider {
    pub fn new(settings: OidcSettings) -> Self {
        Self {
            keys: Keys::of(&settings.issuer),
            settings,
        }
    }

    /// Whose word this is, if it is the provider's, for this client, and not too old.
    ///
    /// # Errors
    /// [`IdentityFault`]; `provider_away` when its keys can't be read.
    pub async fn verify(&self, id_token: &str, now: Instant) -> Result<Identity, HubError> {
        let unsigned = |_| HubError::Identity(IdentityFault::Unsigned);
        let header = decode_header(id_token).map_err(unsigned)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(IdentityFault::Unsigned.into());
        }
        let jwk = self.keys.find(header.kid.as_deref()).await?;
        let jwk = jwk.ok_or(IdentityFault::Unsigned)?;
        let key = DecodingKey::from_jwk(&jwk).map_err(unsigned)?;
        let mut validation = Validation::new(header.alg);
        // Looked at below, by the hub's clock and each with a code of its own.
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims: Claims = decode(id_token, &key, &validation).map_err(unsigned)?.claims;
        self.judge(claims, now)
    }

    fn judge(&self, claims: Claims, now: Instant) -> Result<Identity, HubError> {
        if claims.iss != self.settings.issuer {
            return Err(IdentityFault::Issuer.into());
        }
        let ours = |client: &String| *client == self.settings.client_id;
        let meant = match &claims.aud {
            Audience::One(client) => ours(client),
            Audience::Several(clients) => {
                clients.iter().any(ours) && (clients.len() == 1 || claims.azp.is_some())
            }
        };
        if !meant || claims.azp.as_ref().is_some_and(|client| !ours(client)) {
            return Err(IdentityFault::Audience.into());
        }
        let expires_at = Instant::from_timestamp(claims.exp, 0).ok_or(IdentityFault::Unsigned)?;
        if expires_at + chrono::Duration::seconds(LEEWAY_SECONDS) <= now {
            return Err(IdentityFault::Expired.into());
        }
        if claims.sub.is_empty() || claims.sub.len() > 255 {
            return Err(IdentityFault::Unsigned.into());
        }
        Ok(Identity {
            name: self.name(&claims),
            grant: self.grant(&claims.more),
            issuer: claims.iss,
            subject: claims.sub,
            nonce: claims.nonce,
            expires_at,
        })
    }

    fn name(&self, claims: &Claims) -> String {
        let said = [self.settings.name_claim.as_str(), "preferred_username", "email"]
            .into_iter()
            .filter_map(|claim| claims.more.get(claim)?.as_str())
            .map(str::trim)
            .find(|name| !name.is_empty());
        said.unwrap_or(&claims.sub).chars().take(100).collect()
    }

    /// Roles, queues and ceiling of all the groups together: each only gives.
    fn grant(&self, claims: &Map<String, Value>) -> Option<Grant> {
        if self.settings.groups.is_empty() {
            return None;
        }
        let named: Vec<&str> = match claims.get(&self.settings.groups_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(group)) => vec![group],
            _ => Vec::new(),
        };
        let given = named
            .into_iter()
            .filter_map(|group| self.settings.groups.get(group).cloned());
        Some(Grant::together(given))
    }
}

impl From<IdentityFault> for HubError {
    fn from(fault: IdentityFault) -> Self {
        Self::Identity(fault)
    }
}
