//! Checkpoints: where the audit chain stands, signed by a key of the hub's own, to be kept where whoever can change the
//! database can't. The chain by itself can't show that its end was cut off, or that all of it was written anew.
//!
//! What it is not: the walk over the chain; that is `verify`, on the command line.

use domain::canonical;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use protocol::hub::{AuditKey, Checkpoint, CheckpointPayload};
use rand::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::store::audit::{self, Actor, Entry};
use crate::store::meta;

const ALG: &str = "ed25519";

/// Signs where the chain stands now.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn take(hub: &Hub) -> Result<Checkpoint, HubError> {
    let key = signing_key(hub).await?;
    hub.store.sequence().await?;
    let mut conn = hub.store.reader().await?;
    let (position, hash) = audit::head(&mut conn).await?;
    let payload = CheckpointPayload {
        v: 1,
        hub_id: meta::hub_id(&mut conn).await?,
        position,
        hash,
        at: hub.now(),
    };
    let signature = key.sign(&canonical::canonical(&json!(payload))?);
    Ok(Checkpoint {
        payload,
        alg: ALG.to_owned(),
        key_id: key_id(&key.verifying_key()),
        value: hex::encode(signature.to_bytes()),
    })
}

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn taken_by(hub: &Hub, caller: &Caller) -> Result<Checkpoint, HubError> {
    caller.may(Scope::AuditRead)?;
    take(hub).await
}

/// # Errors
/// [`HubError`] of the database.
pub async fn key(hub: &Hub) -> Result<AuditKey, HubError> {
    Ok(shown(&signing_key(hub).await?.verifying_key()))
}

fn shown(key: &VerifyingKey) -> AuditKey {
    AuditKey {
        key_id: key_id(key),
        alg: ALG.to_owned(),
        public_key: hex::encode(key.as_bytes()),
    }
}

fn key_id(key: &VerifyingKey) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..8])
}

/// Made when it is first asked for; several hubs on one database have one.
async fn signing_key(hub: &Hub) -> Result<SigningKey, HubError> {
    if let Some(seed) = meta::checkpoint_seed(&mut *hub.store.reader().await?).await? {
        return of_seed(&seed);
    }
    let mut made = Zeroizing::new([0_u8; 32]);
    rand::rng().fill_bytes(made.as_mut_slice());
    let made = Zeroizing::new(hex::encode(made.as_slice()));
    let mut work = hub.work_as(Actor::default()).await?;
    if meta::keep_checkpoint_seed(work.conn(), &made).await? {
        let key = shown(&of_seed(&made)?.verifying_key());
        work.audit(Entry::new("audit.key_made", json!(key)));
    }
    let kept = meta::checkpoint_seed(work.conn()).await?;
    hub.commit(work).await?;
    of_seed(&kept.ok_or_else(|| HubError::broken("the key just made isn't there"))?)
}

fn of_seed(seed: &str) -> Result<SigningKey, HubError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(seed, bytes.as_mut_slice()).map_err(HubError::broken)?;
    Ok(SigningKey::from_bytes(&bytes))
}

/// Why a checkpoint proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    #[error("holds no checkpoint")]
    Unreadable,
    #[error("is of another hub")]
    OtherHub,
    #[error("is signed with another key than this hub's")]
    OtherKey,
    #[error("was changed: its signature doesn't hold")]
    Forged,
}

/// The checkpoint, if this hub signed it as it stands. The signature is over what was read, also where that holds
/// members this version doesn't know.
///
/// # Errors
/// [`NoProof`].
pub fn signed(json: &Value, key: &AuditKey, hub_id: &str) -> Result<CheckpointPayload, NoProof> {
    let checkpoint: Checkpoint = serde_json::from_value(json.clone()).map_err(|_| NoProof::Unreadable)?;
    if checkpoint.payload.hub_id != hub_id {
        return Err(NoProof::OtherHub);
    }
    if checkpoint.alg != ALG || checkpoint.key_id != key.key_id {
        return Err(NoProof::OtherKey);
    }
    let holds = || -> Option<()> {
        let (mut public, mut value) = ([0; 32], [0; 64]);
        hex::decode_to_slice(&key.public_key, &mut public).ok()?;
        hex::decode_to_slice(&checkpoint.value, &mut value).ok()?;
        let said = canonical::canonical(json.get("payload")?).ok()?;
        let public = VerifyingKey::from_bytes(&public).ok()?;
        public.verify_strict(&said, &Signature::from_bytes(&value)).ok()
    };
    holds().ok_or(NoProof::Forged)?;
    Ok(checkpoint.payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(key: &SigningKey, payload: &Value) -> Value {
        let value = key.sign(&canonical::canonical(payload).unwrap());
        json!({"payload": payload, "alg": ALG, "key_id": key_id(&key.verifying_key()), "value": hex::encode(value.to_bytes())})
    }

    #[test]
    fn only_what_this_hub_signed_as_it_stands_is_a_proof() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = shown(&key.verifying_key());
        let payload = json!({"v": 1, "hub_id": "h", "position": 3, "hash": "00", "at": "2026-11-21T10:00:00Z", "later": true});
        let good = checkpoint(&key, &payload);
        assert_eq!(signed(&good, &public, "h").unwrap().position, 3);
        assert_eq!(signed(&good, &public, "g"), Err(NoProof::OtherHub));
        let other = checkpoint(&SigningKey::from_bytes(&[8; 32]), &payload);
        assert_eq!(signed(&other, &public, "h"), Err(NoProof::OtherKey));
        for (member, value) in [
            ("position", json!(2)),
            ("later", json!(false)),
            ("hash", json!("01")),
        ] {
            let mut changed = good.clone();
            changed["payload"][member] = value;
            assert_eq!(signed(&changed, &public, "h"), Err(NoProof::Forged), "{member}");
        }
        assert_eq!(signed(&json!({}), &public, "h"), Err(NoProof::Unreadable));
    }
}
