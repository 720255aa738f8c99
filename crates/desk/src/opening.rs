//! From a folder to an open desk: which store, which key, which hub; and the ways a person can help.

use std::sync::Arc;

use protocol::WireError;
use protocol::ipc::{
    CheckHub, ChooseSolo, ChooseTeam, Chosen, HubFound, LockReason, Mode, StartView, Unlock,
};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::desk::{Desk, DeskOptions, Running, Stage};
use crate::files;
use crate::hub_client::HubClient;
use crate::key::StoreKey;
use crate::keychain::KeychainError;
use crate::open_desk::OpenDesk;
use crate::passphrase::{self, PASSPHRASE_CHARACTERS_MIN, PassphraseError};
use crate::places::{Lock, Place, Places, key_file, replica_file};
use crate::replica::{Replica, ReplicaError};
use crate::sync::Engine;

pub const fn lock_words(reason: LockReason) -> &'static str {
    match reason {
        LockReason::Passphrase => "Type your passphrase to open the store on this computer.",
        LockReason::NoKeychain => {
            "The keychain that holds the key isn't there. Start it and then Tiebreak again, or type the recovery key."
        }
        LockReason::KeychainLocked => {
            "The keychain is locked. Unlock it and ask it again, or type the recovery key."
        }
        LockReason::KeyMissing => {
            "The keychain has no key for this store; perhaps it is locked. Unlock it, or type the recovery key."
        }
        LockReason::WrongKey => {
            "The key doesn't open the store on this computer. Nothing in it was changed. Type the recovery key."
        }
    }
}

/// What there is when the program starts.
pub async fn first(options: &DeskOptions) -> Stage {
    let folder = &options.data_folder;
    if let Err(error) = std::fs::create_dir_all(folder) {
        return stopped(
            "folder_unwritable",
            format!("The folder {} can't be made: {error}", folder.display()),
        );
    }
    let places = match Places::read(folder) {
        Ok(places) => places,
        Err(error) => {
            return stopped(
                "folder_unreadable",
                format!("The file desk.json can't be read: {error}"),
            );
        }
    };
    let Some((mode, place)) = places.current.and_then(|mode| Some((mode, places.get(mode)?))) else {
        return Stage::FirstRun;
    };
    match stored_key(options, place).await {
        Ok(key) => run(options, mode, key)
            .await
            .unwrap_or_else(|failure| failure.stage(mode)),
        Err(reason) => Stage::Locked { mode, reason },
    }
}

async fn stored_key(options: &DeskOptions, place: &Place) -> Result<StoreKey, LockReason> {
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

/// Why a store with a key at hand doesn't open.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl Failure {
    fn stage(self, mode: Mode) -> Stage {
        match self {
            Self::Replica(ReplicaError::WrongKey) => Stage::Locked {
                mode,
                reason: LockReason::WrongKey,
            },
            Self::Replica(error) => {
                tracing::error!(code = error.code(), error = %error, "the replica doesn't open");
                stopped(error.code(), error.words().to_owned())
            }
            Self::Wire(error) => stopped(&error.code, error.message),
        }
    }
}

impl From<Failure> for WireError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Replica(error) => error.into(),
            Failure::Wire(error) => error,
        }
    }
}

fn stopped(code: &str, words: String) -> Stage {
    Stage::Stopped {
        code: code.to_owned(),
        words,
    }
}

/// Opens the replica, finds the hub, starts syncing. Nothing here waits for the hub of a team.
async fn run(options: &DeskOptions, mode: Mode, key: StoreKey) -> Result<Stage, Failure> {
    let replica = Replica::open(&replica_file(&options.data_folder, mode), &key).await?;
    let (address, token) = match mode {
        Mode::Solo => {
            let hub = options.host.start_hub(key.clone()).await?;
            (hub.address, hub.token)
        }
        Mode::Team => {
            let unknown = || WireError::new("store_error", "The store doesn't say where the team's hub is");
            (
                replica.address().await?.ok_or_else(unknown)?,
                replica.token().await?.unwrap_or_default(),
            )
        }
    };
    let hub = HubClient::new(&address, &token).map_err(WireError::from)?;
    let open = Arc::new(OpenDesk::new(mode, key, replica, hub, options.host.clone()).await?);
    let engine = Engine::start(&open);
    Ok(Stage::Ready(Running { open, engine }))
}

pub async fn has_keychain(options: &DeskOptions) -> bool {
    let keychain = options.keychain.clone();
    spawn_blocking(move || keychain.present()).await.unwrap_or(false)
}

impl Desk {
    pub(crate) async fn choose_solo(&self, args: ChooseSolo) -> Result<Chosen, WireError> {
        let _changing = self.changing().await;
        self.must_be_first_run().await?;
        let key = self.key_for(Mode::Solo, args.passphrase.as_deref()).await?;
        let stage = self.run_or_clear(Mode::Solo, &key).await?;
        self.enter(stage).await;
        if args.sample {
            self.host().sample().await?;
            self.opened().await?.status.wake_at_once();
        }
        Ok(Chosen {
            recovery_key: key.recovery_key(),
        })
    }

    pub(crate) async fn check_hub(args: CheckHub) -> Result<HubFound, WireError> {
        let hub = HubClient::new(&args.address, "")?;
        let health = hub.health().await?;
        let version = match health.version {
            Some(version) => version,
            None => hub.openapi_version().await?,
        };
        Ok(HubFound {
            version,
            encrypted: hub.encrypted(),
        })
    }

    pub(crate) async fn choose_team(&self, args: ChooseTeam) -> Result<Chosen, WireError> {
        let _changing = self.changing().await;
        let signs_in_again = self.opened().await.is_ok_and(|open| open.mode == Mode::Team);
        if !signs_in_again {
            self.must_be_first_run().await?;
        }
        let token = args.token.trim();
        let hub = HubClient::new(&args.address, token)?;
        let me = hub.me().await?;
        if signs_in_again {
            return self.sign_in_again(&hub, token, &me.hub_id).await;
        }
        let key = self.key_for(Mode::Team, args.passphrase.as_deref()).await?;
        let prepared = async {
            let replica = Replica::open(&replica_file(&self.options().data_folder, Mode::Team), &key).await?;
            replica.set_address(hub.address()).await?;
            replica.set_token(token).await?;
            replica.set_hub_id(&me.hub_id).await?;
            replica.close().await;
            Ok::<(), ReplicaError>(())
        };
        if let Err(error) = prepared.await {
            self.clear(Mode::Team).await;
            return Err(error.into());
        }
        let stage = self.run_or_clear(Mode::Team, &key).await?;
        self.enter(stage).await;
        Ok(Chosen {
            recovery_key: key.recovery_key(),
        })
    }

    /// A new token for the same hub: everything here stays, the outbox too.
    async fn sign_in_again(&self, hub: &HubClient, token: &str, hub_id: &str) -> Result<Chosen, WireError> {
        let open = self.opened().await?;
        if open.replica.hub_id().await?.is_some_and(|known| known != hub_id) {
            return Err(WireError::new(
                "other_hub",
                "This is another hub. Sign out here first.",
            ));
        }
        open.replica.set_token(token).await?;
        open.replica.set_address(hub.address()).await?;
        let key = open.key.clone();
        drop(open);
        self.enter(stopped("closed", "Signing in".into())).await;
        let stage = run(self.options(), Mode::Team, key.clone())
            .await
            .unwrap_or_else(|failure| failure.stage(Mode::Team));
        self.enter(stage).await;
        Ok(Chosen {
            recovery_key: key.recovery_key(),
        })
    }

    async fn must_be_first_run(&self) -> Result<(), WireError> {
        match self.start().await {
            StartView::FirstRun { .. } => Ok(()),
            StartView::Ready { .. } | StartView::Locked { .. } | StartView::Stopped { .. } => {
                Err(WireError::new(
                    "already_chosen",
                    "There is a store on this computer. Sign out of it first.",
                ))
            }
        }
    }

    /// A new key, or the one of a store that was left and stayed. Kept before anything is written with it.
    async fn key_for(&self, mode: Mode, passphrase: Option<&str>) -> Result<StoreKey, WireError> {
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        if let Some(place) = places.get(mode) {
            let key = match (place.lock, passphrase) {
                (Lock::Passphrase, Some(passphrase)) => self.unwrapped(mode, passphrase).await?,
                (Lock::Passphrase, None) => return Err(passphrase_required()),
                (Lock::Keychain, _) => stored_key(self.options(), place)
                    .await
                    .map_err(|reason| WireError::new("locked", lock_words(reason)))?,
            };
            places.current = Some(mode);
            places.write(folder).map_err(unwritten)?;
            return Ok(key);
        }
        let key = StoreKey::random();
        let id = Uuid::new_v4().to_string();
        let place = match passphrase {
            Some(passphrase) => {
                self.wrapped(mode, &key, passphrase).await?;
                Place {
                    id,
                    lock: Lock::Passphrase,
                }
            }
            None => {
                let place = Place {
                    id,
                    lock: Lock::Keychain,
                };
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

    async fn wrapped(&self, mode: Mode, key: &StoreKey, passphrase: &str) -> Result<(), WireError> {
        if passphrase.chars().count() < PASSPHRASE_CHARACTERS_MIN {
            let words = format!("A passphrase has {PASSPHRASE_CHARACTERS_MIN} characters or more");
            return Err(WireError::new("passphrase_short", words));
        }
        let (file, key, passphrase) = (
            key_file(&self.options().data_folder, mode),
            key.clone(),
            zeroize::Zeroizing::new(passphrase.to_owned()),
        );
        spawn_blocking(move || passphrase::wrap(&file, &key, &passphrase))
            .await
            .map_err(|_| internal())?
            .map_err(passphrase_error)
    }

    async fn unwrapped(&self, mode: Mode, passphrase: &str) -> Result<StoreKey, WireError> {
        let (file, passphrase) = (
            key_file(&self.options().data_folder, mode),
            zeroize::Zeroizing::new(passphrase.to_owned()),
        );
        spawn_blocking(move || passphrase::unwrap(&file, &passphrase))
            .await
            .map_err(|_| internal())?
            .map_err(passphrase_error)
    }

    async fn run_or_clear(&self, mode: Mode, key: &StoreKey) -> Result<Stage, WireError> {
        match run(self.options(), mode, key.clone()).await {
            Ok(stage) => Ok(stage),
            Err(failure) => {
                self.clear(mode).await;
                Err(failure.into())
            }
        }
    }

    /// First run didn't come about: the choice is open again. The key of this computer's own hub stays, its file may
    /// have been made with it.
    async fn clear(&self, mode: Mode) {
        let folder = &self.options().data_folder;
        let cleared = Places::read(folder).and_then(|mut places| {
            places.current = None;
            if mode == Mode::Team {
                places.set(mode, None);
                remove_replica(folder, mode)?;
                files::remove(&key_file(folder, mode))?;
            }
            places.write(folder)
        });
        if let Err(error) = cleared {
            tracing::warn!(%error, "what was begun can't be taken back");
        }
    }

    pub(crate) async fn unlock(&self, args: Unlock) -> Result<StartView, WireError> {
        let _changing = self.changing().await;
        let mode = match self.start().await {
            StartView::Locked { mode, .. } => mode,
            StartView::Stopped { .. } => {
                // Perhaps what stood in the way is gone: the disk has room again, the program is newer.
                self.enter(first(self.options()).await).await;
                return Ok(self.start().await);
            }
            start @ (StartView::Ready { .. } | StartView::FirstRun { .. }) => return Ok(start),
        };
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        let key = match (&args.recovery_key, &args.passphrase) {
            (Some(text), _) => StoreKey::from_recovery_key(text).map_err(|bad| {
                WireError::new("bad_recovery_key", domain::text::capitalised(&bad.to_string()))
            })?,
            (None, Some(passphrase)) => self.unwrapped(mode, passphrase).await?,
            // Neither: the keychain may be there or unlocked by now.
            (None, None) => match places.get(mode) {
                Some(place) => stored_key(self.options(), place)
                    .await
                    .map_err(|reason| WireError::new("locked", lock_words(reason)))?,
                None => return Err(WireError::new("locked", "There is no store to open")),
            },
        };
        let stage = run(self.options(), mode, key.clone()).await?;
        if args.recovery_key.is_some() {
            self.lock_again(mode, &mut places, &key, args.passphrase.as_deref())
                .await;
        }
        self.enter(stage).await;
        Ok(self.start().await)
    }

    /// The recovery key opened the store: the key goes back to where it is looked for. That failing, the store is open
    /// all the same, and the recovery key will be asked for again.
    async fn lock_again(&self, mode: Mode, places: &mut Places, key: &StoreKey, passphrase: Option<&str>) {
        let Some(mut place) = places.get(mode).cloned() else {
            return;
        };
        let kept = match passphrase {
            Some(passphrase) => self
                .wrapped(mode, key, passphrase)
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

    /// Gives the leases back and closes. A team's replica is removed with its key; what is on this computer stays,
    /// encrypted, with the hub's own file.
    pub(crate) async fn sign_out(&self) -> Result<StartView, WireError> {
        let _changing = self.changing().await;
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        let mode = match self.start().await {
            StartView::Ready { mode, .. } => {
                self.give_leases_back(mode).await?;
                mode
            }
            StartView::Locked { .. } | StartView::Stopped { .. } => {
                return Err(WireError::new(
                    "locked",
                    "Open the store first: its outbox may hold decisions",
                ));
            }
            StartView::FirstRun { .. } => return Ok(self.start().await),
        };
        self.enter(Stage::FirstRun).await;
        places.current = None;
        if mode == Mode::Team {
            remove_replica(folder, mode).map_err(unwritten)?;
            files::remove(&key_file(folder, mode)).map_err(unwritten)?;
            if let Some(place) = places.get(mode) {
                let (keychain, account) = (self.options().keychain.clone(), place.account());
                // The store it opened is gone; an entry left behind opens nothing.
                drop(spawn_blocking(move || keychain.remove(&account)).await);
            }
            places.set(mode, None);
        }
        places.write(folder).map_err(unwritten)?;
        Ok(self.start().await)
    }

    async fn give_leases_back(&self, mode: Mode) -> Result<(), WireError> {
        let open = self.opened().await?;
        let (waiting, wedged) = open.replica.outbox_counts().await?;
        if mode == Mode::Team && waiting + wedged > 0 {
            let words = format!(
                "{} not delivered. Deliver or discard first.",
                domain::text::counted(usize::try_from(waiting + wedged).unwrap_or_default(), "decision")
            );
            return Err(WireError::new("outbox_not_empty", words));
        }
        let tokens: Vec<String> = open
            .replica
            .cases_held()
            .await?
            .into_iter()
            .filter_map(|case| case.lease_token)
            .collect();
        if !tokens.is_empty()
            && let Err(error) = open
                .hub
                .release(tokens, protocol::hub::ReleaseReason::SignOut)
                .await
        {
            // They end by themselves within the hour.
            tracing::info!(code = error.code(), "the leases weren't given back");
        }
        Ok(())
    }
}

fn remove_replica(folder: &std::path::Path, mode: Mode) -> std::io::Result<()> {
    let file = replica_file(folder, mode);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        files::remove(std::path::Path::new(&name))?;
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

fn unwritten(error: std::io::Error) -> WireError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return ReplicaError::DiskFull.into();
    }
    tracing::error!(%error, "the data folder can't be written");
    WireError::new(
        "disk_error",
        format!("The data folder can't be read or written: {error}"),
    )
}

fn internal() -> WireError {
    WireError::new("internal", "This couldn't be done")
}
