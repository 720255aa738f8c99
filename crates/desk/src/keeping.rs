//! Where the secrets of a store are kept and how they are found again. Its key: in the system's keychain, or wrapped by a
//! passphrase. A team's token, and what signing in left: in the keychain, or in the encrypted store.
//!
//! When a store is opened with it stands in `opening`.

use protocol::WireError;
use protocol::ipc::{LockReason, Mode};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::failure::{Failure, unwritten};
use crate::key::StoreKey;
use crate::keychain::KeychainError;
use crate::oidc::SignedIn;
use crate::options::DeskOptions;
use crate::passphrase::{self, PASSPHRASE_CHARACTERS_MIN, PassphraseError};
use crate::places::{Lock, Place, Places};
use crate::replica::{Replica, ReplicaError};

pub async fn stored_key(options: &DeskOptions, place: &Place) -> Result<StoreKey, LockReason> {
    if place.lock == Lock::Passphrase {
        return Err(LockReason::Passphrase);
    }
    let (keychain, account) = (options.keychain.clone(), place.account());
    let read = spawn_blocking(move || keychain.read(&account)).await;
    match read {
        Ok(Ok(Some(bytes))) => StoreKey::from_bytes(&bytes).ok_or(LockReason::WrongKey),
        Ok(Ok(None)) => Err(LockReason::KeyMissing),
        Ok(Err(KeychainError::Locked)) => Err(LockReason::KeychainLocked),
        Ok(Err(KeychainError::Absent | KeychainError::Broken)) | Err(_) => Err(LockReason::NoKeychain),
    }
}

/// What lies beside the key of a team's store: in the keychain; in the encrypted store, where a passphrase opens it or the
/// keychain doesn't take it.
#[derive(Debug, Clone, Copy)]
enum Beside {
    Token,
    SignedIn,
}

impl Beside {
    fn account(self, place: &Place) -> String {
        match self {
            Self::Token => place.token_account(),
            Self::SignedIn => place.signed_in_account(),
        }
    }
}

/// The team's token: from the store where it lies there, else from the keychain.
pub async fn token(options: &DeskOptions, replica: &Replica) -> Result<Option<String>, ReplicaError> {
    kept(options, replica, Beside::Token).await
}

pub async fn keep_token(options: &DeskOptions, replica: &Replica, token: &str) -> Result<(), ReplicaError> {
    keep_beside(options, replica, Beside::Token, token).await
}

/// What signing in with a provider left; none: the person has a token of their own.
pub async fn signed_in(options: &DeskOptions, replica: &Replica) -> Result<Option<SignedIn>, ReplicaError> {
    let text = kept(options, replica, Beside::SignedIn).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub async fn keep_signed_in(
    options: &DeskOptions,
    replica: &Replica,
    signed_in: &SignedIn,
) -> Result<(), ReplicaError> {
    let text = Zeroizing::new(crate::replica::text(signed_in)?);
    keep_beside(options, replica, Beside::SignedIn, &text).await
}

/// The store stays, and nothing in it lets anybody in.
pub async fn forget_credentials(options: &DeskOptions, replica: &Replica) -> Result<(), ReplicaError> {
    for what in [Beside::Token, Beside::SignedIn] {
        if let Some(account) = account(options, what) {
            let keychain = options.keychain.clone();
            drop(spawn_blocking(move || keychain.remove(&account)).await);
        }
    }
    replica.forget_token().await?;
    replica.forget_signed_in().await
}

async fn kept(
    options: &DeskOptions,
    replica: &Replica,
    what: Beside,
) -> Result<Option<String>, ReplicaError> {
    let here = match what {
        Beside::Token => replica.token().await?,
        Beside::SignedIn => replica.signed_in().await?,
    };
    if here.is_some() {
        return Ok(here);
    }
    let places = Places::read(&options.data_folder).unwrap_or_default();
    let Some(account) = places.get(Mode::Team).map(|place| what.account(place)) else {
        return Ok(None);
    };
    let keychain = options.keychain.clone();
    let read = spawn_blocking(move || keychain.read(&account)).await;
    // A keychain that is away has nothing to give: the hub then refuses, and the person signs in again.
    let secret = read.ok().and_then(Result::ok).flatten();
    Ok(secret.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
}

async fn keep_beside(
    options: &DeskOptions,
    replica: &Replica,
    what: Beside,
    text: &str,
) -> Result<(), ReplicaError> {
    if let Some(account) = account(options, what) {
        let (keychain, secret) = (options.keychain.clone(), Zeroizing::new(text.as_bytes().to_vec()));
        let kept = spawn_blocking(move || keychain.write(&account, &secret)).await;
        if matches!(kept, Ok(Ok(()))) {
            return match what {
                Beside::Token => replica.forget_token().await,
                Beside::SignedIn => replica.forget_signed_in().await,
            };
        }
    }
    match what {
        Beside::Token => replica.set_token(text).await,
        Beside::SignedIn => replica.set_signed_in(text).await,
    }
}

/// The entry, where the key of the team's store is in the keychain.
fn account(options: &DeskOptions, what: Beside) -> Option<String> {
    let places = Places::read(&options.data_folder).ok()?;
    let place = places
        .get(Mode::Team)
        .filter(|place| place.lock == Lock::Keychain)?;
    Some(what.account(place))
}

/// Key and token of a store that is gone. An entry left behind opens nothing.
pub async fn forget(options: &DeskOptions, place: &Place) {
    for account in [place.account(), place.token_account(), place.signed_in_account()] {
        let keychain = options.keychain.clone();
        drop(spawn_blocking(move || keychain.remove(&account)).await);
    }
}

impl Desk {
    /// A new key, or the one of a store that was left and stayed. Kept before anything is written with it.
    pub(crate) async fn key_for(&self, mode: Mode, passphrase: Option<&str>) -> Result<StoreKey, Failure> {
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        if let Some(place) = places.get(mode) {
            let key = match (place.lock, passphrase) {
                (Lock::Passphrase, Some(passphrase)) => self.unwrapped(mode, place, passphrase).await?,
                (Lock::Passphrase, None) | (Lock::Keychain, _) => {
                    stored_key(self.options(), place).await.map_err(Failure::Locked)?
                }
            };
            places.current = Some(mode);
            places.write(folder).map_err(unwritten)?;
            return Ok(key);
        }
        let key = StoreKey::random();
        let place = match passphrase {
            Some(passphrase) => {
                let place = Place::new(mode, Lock::Passphrase);
                self.wrapped(mode, &place, &key, passphrase).await?;
                place
            }
            None => {
                let place = Place::new(mode, Lock::Keychain);
                self.keep(&place, &key).await?;
                place
            }
        };
        places.set(mode, Some(place));
        places.current = Some(mode);
        places.write(folder).map_err(unwritten)?;
        Ok(key)
    }

    async fn keep(&self, place: &Place, key: &StoreKey) -> Result<(), WireError> {
        let (keychain, account, key) = (self.options().keychain.clone(), place.account(), key.clone());
        let kept = spawn_blocking(move || keychain.write(&account, key.as_bytes())).await;
        match kept {
            Ok(Ok(())) => Ok(()),
            Ok(Err(KeychainError::Locked)) => Err(WireError::new(
                "keychain_locked",
                "The keychain is locked. Unlock it, or choose a passphrase.",
            )),
            Ok(Err(KeychainError::Absent | KeychainError::Broken)) | Err(_) => Err(passphrase_required()),
        }
    }

    async fn wrapped(
        &self,
        mode: Mode,
        place: &Place,
        key: &StoreKey,
        passphrase: &str,
    ) -> Result<(), WireError> {
        long_enough(passphrase)?;
        let (file, key, passphrase) = (
            place.key_file(&self.options().data_folder, mode),
            key.clone(),
            Zeroizing::new(passphrase.to_owned()),
        );
        spawn_blocking(move || passphrase::wrap(&file, &key, &passphrase))
            .await
            .map_err(|_| internal())?
            .map_err(passphrase_error)
    }

    pub(crate) async fn unwrapped(
        &self,
        mode: Mode,
        place: &Place,
        passphrase: &str,
    ) -> Result<StoreKey, WireError> {
        let (file, passphrase) = (
            place.key_file(&self.options().data_folder, mode),
            Zeroizing::new(passphrase.to_owned()),
        );
        spawn_blocking(move || passphrase::unwrap(&file, &passphrase))
            .await
            .map_err(|_| internal())?
            .map_err(passphrase_error)
    }

    /// The recovery key opened the store: the key goes back to where it is looked for. That failing, the store is open
    /// all the same, and the recovery key will be asked for again.
    pub(crate) async fn lock_again(
        &self,
        mode: Mode,
        places: &mut Places,
        key: &StoreKey,
        passphrase: Option<&str>,
    ) {
        let Some(mut place) = places.get(mode).cloned() else {
            return;
        };
        let kept = match passphrase {
            Some(passphrase) => self
                .wrapped(mode, &place, key, passphrase)
                .await
                .map(|()| Lock::Passphrase),
            None => self.keep(&place, key).await.map(|()| Lock::Keychain),
        };
        match kept {
            Ok(lock) => place.lock = lock,
            Err(error) => return tracing::warn!(code = error.code, "the key isn't kept"),
        }
        places.set(mode, Some(place));
        if let Err(error) = places.write(&self.options().data_folder) {
            tracing::warn!(%error, "desk.json isn't written");
        }
    }
}

/// # Errors
/// `passphrase_short`.
pub fn long_enough(passphrase: &str) -> Result<(), WireError> {
    if passphrase.chars().count() < PASSPHRASE_CHARACTERS_MIN {
        let words = format!("A passphrase has {PASSPHRASE_CHARACTERS_MIN} characters or more");
        return Err(WireError::new("passphrase_short", words));
    }
    Ok(())
}

fn passphrase_required() -> WireError {
    WireError::new(
        "passphrase_required",
        "This system has no keychain. Choose a passphrase, or stop here.",
    )
}

fn passphrase_error(error: PassphraseError) -> WireError {
    match error {
        PassphraseError::Wrong => WireError::new("wrong_passphrase", "This isn't the passphrase"),
        PassphraseError::Unreadable => WireError::new(
            "key_file_unreadable",
            "The file with the wrapped key can't be read. Use the recovery key.",
        ),
        PassphraseError::Write(error) => unwritten(error),
    }
}

fn internal() -> WireError {
    WireError::new("internal", "This couldn't be done")
}
