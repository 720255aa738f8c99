//! From a folder to an open desk: which store, which hub; and the ways a person can help.
//!
//! Where the key is kept and how it is found stands in `keeping`; a new token for the same hub, in `sign_in`.

use std::sync::Arc;

use protocol::WireError;
use protocol::hub::Me;
use protocol::ipc::{
    CheckHub, ChooseSolo, ChooseTeam, Chosen, HubFound, LockReason, Mode, StartView, Unlock,
};

use crate::desk::{Desk, Running, Stage};
use crate::failure::{Failure, unwritten};
use crate::files;
use crate::hub_client::HubClient;
use crate::keeping::{forget, keep_signed_in, keep_token, long_enough, stored_key, token};
use crate::key::StoreKey;
use crate::oidc::SignedIn;
use crate::open_desk::{Known, OpenDesk};
use crate::options::DeskOptions;
use crate::places::{Place, Places, whose};
use crate::replica::{Replica, ReplicaError};
use crate::sealing;
use crate::sign_in::{self, person_of};
use crate::sync::Engine;
use crate::words;

/// What there is when the program starts.
async fn first(options: &DeskOptions) -> Stage {
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
            .unwrap_or_else(|failure| stage_of(failure, mode)),
        Err(reason) => Stage::Locked { mode, reason },
    }
}

fn stage_of(failure: Failure, mode: Mode) -> Stage {
    match failure {
        Failure::Replica(ReplicaError::WrongKey) => Stage::Locked {
            mode,
            reason: LockReason::WrongKey,
        },
        Failure::Replica(error) => {
            tracing::error!(code = error.code(), error = %error, "the replica doesn't open");
            stopped(error.code(), error.words().to_owned())
        }
        Failure::Wire(error) => stopped(&error.code, error.message),
        Failure::Locked(reason) => Stage::Locked { mode, reason },
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
    let places = Places::read(&options.data_folder).map_err(unwritten)?;
    let no_place = || WireError::new("store_error", "There is no store to open");
    let place = places.get(mode).ok_or_else(no_place)?;
    let replica = Replica::open(&place.replica_file(&options.data_folder, mode), &key).await?;
    let at_hub = async {
        let (address, token) = match mode {
            Mode::Solo => {
                let hub = options.host.start_hub(key.clone()).await?;
                (hub.address, hub.token)
            }
            Mode::Team => {
                let unknown =
                    || WireError::new("store_error", "The store doesn't say where the team's hub is");
                (
                    replica.address().await?.ok_or_else(unknown)?,
                    token(options, &replica).await?.unwrap_or_default(),
                )
            }
        };
        Ok::<_, Failure>(HubClient::new(&address, &token).map_err(WireError::from)?)
    };
    // Beside one another, since the window waits for both; and both to their end, so that neither leaves a file half open.
    let (hub, known) = tokio::join!(at_hub, Known::read(&replica));
    let (hub, known) = (hub?, known?);
    let open = Arc::new(OpenDesk::new(mode, key, replica, hub, known, options));
    if mode == Mode::Team {
        sign_in::recall(&open).await?;
    }
    let engine = Engine::start(&open);
    Ok(Stage::Ready(Running { open, engine }))
}

impl Desk {
    /// Opens what there is on this computer. It never fails: what is wrong is what `start` answers.
    pub async fn open(options: DeskOptions) -> Self {
        Self::at(first(&options).await, options)
    }

    /// What the window opens on.
    pub(crate) async fn start(&self) -> StartView {
        let version = self.options().version.to_owned();
        match &*self.stage().await {
            Stage::FirstRun => StartView::FirstRun {
                keychain: self.options().has_keychain().await,
                sealed: sealing::count(self.options()),
                version,
            },
            Stage::Locked { mode, reason } => StartView::Locked {
                mode: *mode,
                reason: *reason,
                words: words::locked(*reason).to_owned(),
                version,
            },
            Stage::Ready(running) => StartView::Ready {
                mode: running.open.mode,
                version,
            },
            Stage::Stopped { code, words } => StartView::Stopped {
                code: code.clone(),
                words: words.clone(),
                version,
            },
        }
    }

    pub(crate) async fn choose_solo(&self, args: ChooseSolo) -> Result<Chosen, WireError> {
        let _changing = self.changing().await;
        self.must_be_first_run().await?;
        let begun = async {
            let key = self.key_for(Mode::Solo, args.passphrase.as_deref()).await?;
            Ok::<_, Failure>((run(self.options(), Mode::Solo, key.clone()).await?, key))
        };
        let (stage, key) = match begun.await {
            Ok(begun) => begun,
            Err(failure) if failure.is_lock() => {
                // A store that was left and is locked: its page has every way in.
                self.choose(Mode::Solo)?;
                self.enter(stage_of(failure, Mode::Solo)).await;
                return Ok(Chosen { recovery_key: None });
            }
            Err(failure) => {
                self.clear(Mode::Solo).await;
                return Err(failure.into());
            }
        };
        self.enter(stage).await;
        if args.sample {
            // The store is there all the same: that the sample isn't is said in the window.
            match self.host().sample().await {
                Ok(_) => self.opened().await?.status.wake_at_once(),
                Err(error) => self.handed().came_to(vec!["Sample queues".into()], Err(error)),
            }
        }
        Ok(Chosen {
            recovery_key: Some(key.recovery_key()),
        })
    }

    pub(crate) async fn check_hub(args: CheckHub) -> Result<HubFound, WireError> {
        let hub = HubClient::new(&args.address, "")?;
        let health = hub.health().await?;
        let version = match health.version {
            Some(version) => version,
            None => hub.openapi_version().await?,
        };
        let offer = hub.sign_in_offer().await?;
        Ok(HubFound {
            version,
            encrypted: hub.encrypted(),
            provider: offer.oidc.map(|offer| sign_in::host_of(&offer.issuer)),
        })
    }

    pub(crate) async fn choose_team(&self, args: ChooseTeam) -> Result<Chosen, WireError> {
        let token = args.token.trim();
        let hub = HubClient::new(&args.address, token)?;
        self.join_team(&hub, None, args.passphrase.as_deref()).await
    }

    /// With a client that holds the token of the person; `signed_in`: what a provider left beside it. Who signed out here with
    /// decisions that weren't delivered gets their own store back, and only they do.
    pub(crate) async fn join_team(
        &self,
        hub: &HubClient,
        signed_in: Option<&SignedIn>,
        passphrase: Option<&str>,
    ) -> Result<Chosen, WireError> {
        let _changing = self.changing().await;
        self.must_be_first_run().await?;
        let me = hub.me().await.map_err(sign_in::refused)?;
        let theirs = whose(&me.hub_id, &me.id);
        let back = sealing::unseal(self.options(), &theirs).map_err(unwritten)?;
        let joined = async {
            let key = self.key_for(Mode::Team, passphrase).await?;
            self.prepare(&key, hub, me, signed_in).await?;
            Ok::<_, Failure>((run(self.options(), Mode::Team, key.clone()).await?, key))
        };
        match joined.await {
            Ok((stage, key)) => {
                if back {
                    sealing::opened(self.options(), &theirs).map_err(unwritten)?;
                }
                self.enter(stage).await;
                Ok(Chosen {
                    recovery_key: (!back).then(|| key.recovery_key()),
                })
            }
            Err(failure) => {
                if back {
                    sealing::seal_again(self.options(), &theirs).map_err(unwritten)?;
                } else {
                    self.clear(Mode::Team).await;
                }
                Err(failure.into())
            }
        }
    }

    /// Writes into the team's store what it is opened with from now on.
    async fn prepare(
        &self,
        key: &StoreKey,
        hub: &HubClient,
        me: Me,
        signed_in: Option<&SignedIn>,
    ) -> Result<(), Failure> {
        let folder = &self.options().data_folder;
        let places = Places::read(folder).map_err(unwritten)?;
        let no_place = || WireError::new("store_error", "There is no store to open");
        let place = places.get(Mode::Team).ok_or_else(no_place)?;
        let replica = Replica::open(&place.replica_file(folder, Mode::Team), key).await?;
        replica.set_address(hub.address()).await?;
        keep_token(self.options(), &replica, &hub.token()).await?;
        if let Some(signed_in) = signed_in {
            keep_signed_in(self.options(), &replica, signed_in).await?;
        }
        replica.set_hub_id(&me.hub_id).await?;
        replica.set_person(&person_of(me)).await?;
        replica.close().await;
        Ok(())
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

    /// From now on this is the store that is opened at the start.
    fn choose(&self, mode: Mode) -> Result<(), WireError> {
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        places.current = Some(mode);
        places.write(folder).map_err(unwritten)
    }

    /// First run didn't come about: the choice is open again. The key of this computer's own hub stays, its file may
    /// have been made with it.
    async fn clear(&self, mode: Mode) {
        let folder = &self.options().data_folder;
        let cleared = Places::read(folder).and_then(|mut places| {
            places.current = None;
            if mode == Mode::Team
                && let Some(place) = places.get(mode).cloned()
            {
                places.set(mode, None);
                remove_files(folder, mode, &place)?;
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
        if let (Some(_), Some(passphrase)) = (&args.recovery_key, &args.passphrase) {
            long_enough(passphrase)?;
        }
        let key = match (&args.recovery_key, &args.passphrase) {
            (Some(text), _) => StoreKey::from_recovery_key(text).map_err(|bad| {
                WireError::new("bad_recovery_key", domain::text::capitalised(&bad.to_string()))
            })?,
            (None, Some(passphrase)) => {
                let place = places.get(mode).ok_or_else(no_store)?;
                self.unwrapped(mode, place, passphrase).await?
            }
            // Neither: the keychain may be there or unlocked by now.
            (None, None) => match places.get(mode) {
                Some(place) => stored_key(self.options(), place)
                    .await
                    .map_err(|reason| WireError::new("locked", words::locked(reason)))?,
                None => return Err(no_store()),
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

    /// Delivers what waits, gives the leases back and closes. A team's replica is removed with its key, or sealed while it
    /// holds what the hub doesn't have; what is on this computer stays, encrypted, with the hub's own file.
    pub(crate) async fn sign_out(&self) -> Result<StartView, WireError> {
        let _changing = self.changing().await;
        let folder = &self.options().data_folder;
        let mut places = Places::read(folder).map_err(unwritten)?;
        let mut left = None;
        let mode = match self.start().await {
            StartView::Ready { mode, .. } => {
                let open = self.opened().await?;
                left = sealing::leave(&open).await.inspect_err(|_| open.claim_again())?;
                mode
            }
            // What is on this computer stays as it is, locked or not.
            StartView::Locked { .. } | StartView::Stopped { .. } if places.current == Some(Mode::Solo) => {
                Mode::Solo
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
        if mode == Mode::Team
            && let Some(place) = places.get(mode).cloned()
        {
            places.set(mode, None);
            places.sealed.retain(|sealed| sealed.place != place);
            match left {
                Some(left) => places.sealed.push(left.of(place)),
                None => {
                    remove_files(folder, mode, &place).map_err(unwritten)?;
                    forget(self.options(), &place).await;
                }
            }
        }
        places.write(folder).map_err(unwritten)?;
        Ok(self.start().await)
    }
}

fn no_store() -> WireError {
    WireError::new("locked", "There is no store to open")
}

fn remove_files(folder: &std::path::Path, mode: Mode, place: &Place) -> std::io::Result<()> {
    let file = place.replica_file(folder, mode);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        files::remove(std::path::Path::new(&name))?;
    }
    files::remove(&place.key_file(folder, mode))
}
