//! Public keys of people's devices: enrolled by who decides, listed for whoever verifies, revoked by their person or an admin.
//! What it is not: the signature of a decision, which is kept as it came; who acts on one verifies it with these.

use domain::Invalid;
use domain::policy::Role;
use ed25519_dalek::VerifyingKey;
use protocol::tokens::{DeviceKey, NewKey};
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::store::audit::Entry;
use crate::store::device_keys::{self, KeyRow};

const NAME_BYTES_MAX: usize = 128;
const ED25519: &str = "ed25519";

fn shown(row: KeyRow) -> DeviceKey {
    DeviceKey {
        id: row.id,
        person_id: row.person_id,
        name: row.name,
        alg: row.alg,
        public_key: row.public_key,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
    }
}

/// # Errors
/// [`HubError`] of the database.
pub async fn page(hub: &Hub, after: &str, limit: i64) -> Result<Vec<DeviceKey>, HubError> {
    let mut conn = hub.store.reader().await?;
    let rows = device_keys::page(&mut conn, after, limit).await?;
    Ok(rows.into_iter().map(shown).collect())
}

/// # Errors
/// `not_allowed`, `invalid_key`, `key_known`; [`HubError`] of the database.
pub async fn enrol(hub: &Hub, caller: &Caller, new: NewKey) -> Result<DeviceKey, HubError> {
    caller.may(Scope::KeysWrite)?;
    let bad = |pointer: &str, detail: &str| {
        Err(HubError::Unprocessable(Invalid::new(
            "invalid_key",
            pointer,
            detail,
        )))
    };
    if new.name.trim().is_empty() || new.name.len() > NAME_BYTES_MAX {
        return bad("/name", "1 to 128 bytes");
    }
    if new.alg != ED25519 {
        return bad("/alg", "'ed25519'");
    }
    let bytes: Option<[u8; 32]> = hex::decode(&new.public_key)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    let Some(key) = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()) else {
        return bad("/public_key", "the 32 bytes of an ed25519 public key, in hex");
    };
    let mut work = hub.work(caller).await?;
    let row = KeyRow {
        id: uuid::Uuid::now_v7().to_string(),
        person_id: caller.person.id.clone(),
        name: new.name.trim().to_owned(),
        alg: new.alg,
        public_key: hex::encode(key.to_bytes()),
        created_at: work.now,
        revoked_at: None,
    };
    if !device_keys::insert(work.conn(), &row).await? {
        return Err(HubError::conflict(
            "key_known",
            "this key is enrolled already, or was revoked",
        ));
    }
    work.audit(Entry::new(
        "key.enrolled",
        json!({"key": row.id, "alg": row.alg, "public_key": row.public_key}),
    ));
    hub.commit(work).await?;
    Ok(shown(row))
}

/// # Errors
/// `not_found` for one that is revoked already or somebody else's; [`HubError`] of the database.
pub async fn revoke(hub: &Hub, caller: &Caller, id: &str) -> Result<(), HubError> {
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let own = (!caller.person.has(Role::Admin)).then_some(caller.person.id.as_str());
    let row = device_keys::revoke(work.conn(), id, own, now)
        .await?
        .ok_or(HubError::NotFound { what: "key" })?;
    work.audit(Entry::new(
        "key.revoked",
        json!({"key": row.id, "person": row.person_id}),
    ));
    hub.commit(work).await
}
