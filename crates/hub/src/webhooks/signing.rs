//! Signatures per Standard Webhooks: over `id.timestamp.body`, HMAC-SHA-256 (`v1`) or ed25519 (`v1a`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use protocol::webhooks::Signing;
use rand::Rng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::HubError;

const SECRET_BYTES: usize = 32;

/// The HMAC secret, or the seed of the ed25519 key. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
        rand::rng().fill_bytes(&mut bytes[..]);
        Self(bytes)
    }

    /// # Errors
    /// [`HubError::Broken`] for what isn't hex of a secret.
    pub fn from_hex(text: &str) -> Result<Self, HubError> {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
        hex::decode_to_slice(text, &mut bytes[..]).map_err(HubError::broken)?;
        Ok(Self(bytes))
    }

    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }

    /// As a receiver of HMAC signatures is given it.
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0[..]))
    }

    /// As a receiver of ed25519 signatures is given it.
    pub fn public_key(&self) -> String {
        format!("whpk_{}", STANDARD.encode(self.key().verifying_key().as_bytes()))
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.0)
    }

    /// The value of `webhook-signature`.
    ///
    /// # Errors
    /// [`HubError::Broken`] for a secret no key can be made of.
    pub fn sign(&self, signing: Signing, id: &str, timestamp: i64, body: &[u8]) -> Result<String, HubError> {
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(body);
        Ok(match signing {
            Signing::Hmac => {
                let mut mac = Hmac::<Sha256>::new_from_slice(&self.0[..]).map_err(HubError::broken)?;
                mac.update(&signed);
                format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
            }
            Signing::Ed25519 => format!("v1a,{}", STANDARD.encode(self.key().sign(&signed).to_bytes())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::random();
        let printed = format!("{secret:?}");
        assert!(!printed.contains(&*secret.to_hex()), "{printed}");
        assert_eq!(printed, "Secret(…)");
        assert_eq!(Secret::from_hex(&secret.to_hex()).unwrap(), secret);
    }
}
