//! The provider's signing keys (RFC 7517): read when they are needed, again when they have grown old, and at once when a
//! token names one that isn't among them, since then they may just have been changed.

use std::sync::OnceLock;
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use reqwest::{Client, Url};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::is_secure;
use crate::error::HubError;

/// A key that was taken back counts no longer than this.
const OLD: Duration = Duration::from_secs(300);
/// Names of keys that don't exist make nobody's hub ask its provider without end.
const UNKNOWN_AGAIN: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(10);
const RETRY_SECONDS: u32 = 15;

pub struct Keys {
    issuer: String,
    /// Made on first use: reading the system's certificates takes a while.
    client: OnceLock<Client>,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    keys: Option<JwkSet>,
    at: Option<Instant>,
    /// When they were last read because of a name that wasn't known.
    unknown_at: Option<Instant>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    pub fn of(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client: OnceLock::new(),
            read: Mutex::default(),
        }
    }

    /// The key with this name; without a name the only one there is.
    ///
    /// # Errors
    /// `provider_away`.
    pub async fn find(&self, kid: Option<&str>) -> Result<Option<Jwk>, HubError> {
        let mut read = self.read.lock().await;
        let old = read.at.is_none_or(|at| at.elapsed() > OLD);
        if old {
            self.read_into(&mut read).await?;
        }
        let found = named(read.keys.as_ref(), kid);
        let asked_lately = read.unknown_at.is_some_and(|at| at.elapsed() < UNKNOWN_AGAIN);
        if found.is_some() || old || asked_lately {
            return Ok(found);
        }
        read.unknown_at = Some(Instant::now());
        self.read_into(&mut read).await?;
        Ok(named(read.keys.as_ref(), kid))
    }

    async fn read_into(&self, read: &mut Read) -> Result<(), HubError> {
        let keys = self.fetch().await.map_err(|error| {
            tracing::warn!(%error, "oidc.keys_not_read");
            HubError::Unavailable {
                code: "provider_away",
                detail: "the provider people sign in with doesn't answer as it should; try again".to_owned(),
                retry_after_seconds: RETRY_SECONDS,
            }
        })?;
        (read.keys, read.at) = (Some(keys), Some(Instant::now()));
        Ok(())
    }

    async fn fetch(&self) -> Result<JwkSet, FetchError> {
        let place = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        let said: Discovery = self.get(&place).await?;
        if said.issuer != self.issuer {
            return Err(FetchError::Issuer);
        }
        if !Url::parse(&said.jwks_uri).is_ok_and(|place| is_secure(&place)) {
            return Err(FetchError::Insecure);
        }
        self.get(&said.jwks_uri).await
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, place: &str) -> Result<T, FetchError> {
        let client = match self.client.get() {
            Some(client) => client,
            None => {
                // Trusts what the system trusts, and goes through the system's proxy or that of the environment.
                let made = Client::builder()
                    .timeout(TIMEOUT)
                    .redirect(reqwest::redirect::Policy::none())
                    .user_agent(concat!("tiebreak-hub/", env!("CARGO_PKG_VERSION")))
                    .build()?;
                self.client.get_or_init(|| made)
            }
        };
        Ok(client.get(place).send().await?.error_for_status()?.json().await?)
    }
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("it calls itself by another name than oidc.issuer")]
    Issuer,
    #[error("its keys don't lie behind https")]
    Insecure,
}

fn named(keys: Option<&JwkSet>, kid: Option<&str>) -> Option<Jwk> {
    let signing = |jwk: &&Jwk| {
        jwk.is_supported() && !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption))
    };
    let mut fit = keys?
        .keys
        .iter()
        .filter(signing)
        .filter(|jwk| kid.is_none_or(|kid| jwk.common.key_id.as_deref() == Some(kid)));
    let first = fit.next()?;
    // Without a name it must be clear which.
    fit.next().is_none().then(|| first.clone())
}
