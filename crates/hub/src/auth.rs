//! Bearer tokens: how they are made, and how the caller of a request is found by one.
//!
//! A token is 32 random bytes; the store holds its SHA-256 only. A password hash would add nothing: nobody guesses
//! 256 bits, and a plain hash keeps a request at one indexed read, so that expiry and revocation hold from the next
//! request on.

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use rand::Rng;
use sha2::{Digest, Sha256};

use crate::Hub;
use crate::bounds;
use crate::caller::Caller;
use crate::error::{HubError, TokenFault};
use crate::guard::Correlation;
use crate::refusals;

/// Begins every token, so that scanners for leaked secrets find it.
const TOKEN_PREFIX: &str = "tbk_";
const TOKEN_BYTES: usize = 32;

/// A new token: 68 characters, shown once and never stored.
pub fn new_token() -> String {
    let mut bytes = [0_u8; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    format!("{TOKEN_PREFIX}{}", hex::encode(bytes))
}

/// What is stored of a token: hex SHA-256.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl FromRequestParts<Hub> for Caller {
    type Rejection = HubError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, HubError> {
        // Found already, on the way to the handler (`scopes`).
        if let Some(caller) = parts.extensions.remove::<Self>() {
            return Ok(caller);
        }
        let token = bearer(parts).ok_or(HubError::Unauthorized(TokenFault::Missing))?;
        let hash = token_hash(token);
        let from = bounds::from(parts, hub.behind_proxy);
        hub.bounds.before_looking_up(from, &hash)?;
        let Correlation(correlation_id) = parts
            .extensions
            .get()
            .cloned()
            .unwrap_or_else(Correlation::made_here);
        let Some(stored) = hub.token_by_hash(&hash).await? else {
            hub.bounds.failed(from, &hash);
            return Err(HubError::Unauthorized(TokenFault::Unknown));
        };
        if let Err(fault) = stored.check(&hash, hub.now()) {
            hub.bounds.failed(from, &hash);
            refusals::of_token(hub, &stored, fault, correlation_id).await;
            return Err(HubError::Unauthorized(fault));
        }
        hub.bounds.request(hash)?;
        Ok(Self::of(hub.raised(stored).await?, correlation_id))
    }
}

impl Hub {
    /// A caller with the right they have now.
    ///
    /// # Errors
    /// `unauthorized` for one who has none any more; [`HubError`] of the database.
    pub(crate) async fn recognised_again(&self, caller: &Caller) -> Result<Caller, HubError> {
        let hash = &caller.token_hash;
        let stored = self.token_by_hash(hash).await?;
        let stored = stored.ok_or(HubError::Unauthorized(TokenFault::Unknown))?;
        stored.check(hash, self.now()).map_err(HubError::Unauthorized)?;
        Ok(Caller::of(
            self.raised(stored).await?,
            caller.correlation_id.clone(),
        ))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts
        .headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (a, b) = (new_token(), new_token());
        assert!(a.len() >= 32 && a != b && token_hash(&a) != token_hash(&b));
    }
}
