//! Where there is no keychain: the store's key, wrapped by a passphrase, in a small file. The file holds no key in clear.
//!
//! Argon2id (RFC 9106) makes 64 bytes from passphrase and a fresh salt: 32 mask the key, 32 authenticate salt, costs and
//! masked key by HMAC-SHA-256. Salt and therefore mask are used once.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::files;
use crate::key::StoreKey;

/// RFC 9106, section 4: the second recommended set, for where memory is short.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// More than this in a file isn't ours and would stall the program.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 32;
pub const PASSPHRASE_CHARACTERS_MIN: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    #[error("the passphrase is wrong")]
    Wrong,
    #[error("the file of the wrapped key can't be read")]
    Unreadable,
    #[error("the file of the wrapped key can't be written: {0}")]
    Write(std::io::Error),
}

#[derive(Debug, Serialize, Deserialize)]
struct WrappedKey {
    v: u32,
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    wrapped: String,
    tag: String,
}

/// Writes the key, wrapped. Takes about a second on purpose: call it off the worker threads.
pub fn wrap(file: &Path, key: &StoreKey, passphrase: &str) -> Result<(), PassphraseError> {
    let salt: [u8; 16] = rand::random();
    let derived = derive(passphrase, &salt, MEMORY_KIB, PASSES, LANES).ok_or(PassphraseError::Unreadable)?;
    let wrapped = masked(key.as_bytes(), &derived);
    let mut file_content = WrappedKey {
        v: 1,
        kdf: "argon2id".into(),
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
        salt: hex::encode(salt),
        wrapped: hex::encode(wrapped),
        tag: String::new(),
    };
    file_content.tag = hex::encode(
        authenticator(&file_content, &derived)
            .ok_or(PassphraseError::Unreadable)?
            .finalize()
            .into_bytes(),
    );
    let text = serde_json::to_vec_pretty(&file_content).map_err(|_| PassphraseError::Unreadable)?;
    files::write_whole(file, &text).map_err(PassphraseError::Write)
}

/// The key, if the passphrase is right.
pub fn unwrap(file: &Path, passphrase: &str) -> Result<StoreKey, PassphraseError> {
    let text = std::fs::read(file).map_err(|_| PassphraseError::Unreadable)?;
    let content: WrappedKey = serde_json::from_slice(&text).map_err(|_| PassphraseError::Unreadable)?;
    if content.v != 1
        || content.kdf != "argon2id"
        || content.memory_kib > MEMORY_KIB_MAX
        || content.passes > PASSES_MAX
    {
        return Err(PassphraseError::Unreadable);
    }
    let salt = hex::decode(&content.salt).map_err(|_| PassphraseError::Unreadable)?;
    let wrapped = hex::decode(&content.wrapped).map_err(|_| PassphraseError::Unreadable)?;
    let tag = hex::decode(&content.tag).map_err(|_| PassphraseError::Unreadable)?;
    let derived = derive(
        passphrase,
        &salt,
        content.memory_kib,
        content.passes,
        content.lanes,
    )
    .ok_or(PassphraseError::Unreadable)?;
    let mac = authenticator(&content, &derived).ok_or(PassphraseError::Unreadable)?;
    mac.verify_slice(&tag).map_err(|_| PassphraseError::Wrong)?;
    StoreKey::from_bytes(&masked(&wrapped, &derived)).ok_or(PassphraseError::Unreadable)
}

fn derive(
    passphrase: &str,
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
) -> Option<Zeroizing<[u8; 64]>> {
    let params = Params::new(memory_kib, passes, lanes, Some(64)).ok()?;
    let mut derived = Zeroizing::new([0_u8; 64]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, derived.as_mut())
        .ok()?;
    Some(derived)
}

fn masked(bytes: &[u8], derived: &[u8; 64]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(
        bytes
            .iter()
            .zip(derived)
            .map(|(byte, mask)| byte ^ mask)
            .collect(),
    )
}

fn authenticator(content: &WrappedKey, derived: &[u8; 64]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&derived[32..]).ok()?;
    let bound = format!(
        "{}|{}|{}|{}|{}|{}",
        content.v, content.memory_kib, content.passes, content.lanes, content.salt, content.wrapped
    );
    mac.update(bound.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_passphrase_gives_the_key_back_and_the_file_holds_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.json");
        let key = StoreKey::random();
        wrap(&file, &key, "correct horse").unwrap();
        assert_eq!(unwrap(&file, "correct horse").unwrap(), key);
        assert!(matches!(
            unwrap(&file, "correct house"),
            Err(PassphraseError::Wrong)
        ));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            !text.contains(&hex::encode(key.as_bytes())),
            "the key stands in the file"
        );
        std::fs::write(&file, text.replace("\"passes\": 3", "\"passes\": 2")).unwrap();
        assert!(
            unwrap(&file, "correct horse").is_err(),
            "changed costs pass unnoticed"
        );
    }
}
