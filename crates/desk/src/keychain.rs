//! Where secrets of this person lie on this computer: the system's keychain. What to do without one is not decided here.

use zeroize::Zeroizing;

/// The name the entries stand under.
pub const SERVICE: &str = "dev.tiebreak.desk";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    #[error("this system has no keychain")]
    Absent,
    #[error("the keychain is locked")]
    Locked,
    #[error("the keychain doesn't answer as it should")]
    Broken,
}

/// Blocking; the desk calls it off its worker threads.
pub trait Keychain: Send + Sync + 'static {
    /// None: there is no such entry (a locked keychain may say the same).
    ///
    /// # Errors
    /// See [`KeychainError`].
    fn read(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError>;
    /// # Errors
    /// See [`KeychainError`].
    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError>;
    /// Removing what isn't there is fine.
    ///
    /// # Errors
    /// See [`KeychainError`].
    fn remove(&self, account: &str) -> Result<(), KeychainError>;
    fn present(&self) -> bool;
}

/// The keychain of the operating system: Secret Service, Keychain Services, Credential Manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeychain;

impl SystemKeychain {
    fn entry(account: &str) -> Result<keyring::Entry, KeychainError> {
        keyring::Entry::new(SERVICE, account).map_err(|e| typed(&e))
    }
}

impl Keychain for SystemKeychain {
    fn read(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        match Self::entry(account)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(typed(&error)),
        }
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        Self::entry(account)?.set_secret(secret).map_err(|e| typed(&e))
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        match Self::entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(typed(&error)),
        }
    }

    fn present(&self) -> bool {
        keyring::Entry::store_status().is_ok()
    }
}

fn typed(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoDefaultStore => KeychainError::Absent,
        keyring::Error::NoStorageAccess(_) => KeychainError::Locked,
        _ => KeychainError::Broken,
    }
}

/// A system without a keychain, or a person who wants none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        Err(KeychainError::Absent)
    }

    fn write(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Err(KeychainError::Absent)
    }

    fn remove(&self, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Absent)
    }

    fn present(&self) -> bool {
        false
    }
}
