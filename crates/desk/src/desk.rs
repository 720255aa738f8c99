//! The desk as the window sees it: opened once, called through one door, closed in order.
//!
//! Which store there is and how it is opened stands in `opening`; what calls do, in `ipc`.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use protocol::WireError;
use protocol::ipc::{Call, LockReason, Mode, StartView};
use tokio::sync::{Mutex, RwLock, oneshot};

use crate::handed::Handed;
use crate::host::Host;
use crate::keychain::Keychain;
use crate::open_desk::OpenDesk;
use crate::sync::Engine;
use crate::{ipc, opening, sealing};

#[derive(Clone)]
pub struct DeskOptions {
    /// Only this user may read it. Made when it isn't there.
    pub data_folder: PathBuf,
    pub version: &'static str,
    pub host: Arc<dyn Host>,
    pub keychain: Arc<dyn Keychain>,
}

/// Cheap to clone; all clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    options: DeskOptions,
    stage: RwLock<Stage>,
    /// One change of stage at a time.
    changing: Mutex<()>,
    handed: Handed,
    /// What waits for the browser ends when this is dropped.
    signing_in: std::sync::Mutex<Option<oneshot::Sender<()>>>,
}

/// Where the desk stands.
pub(crate) enum Stage {
    FirstRun,
    Locked { mode: Mode, reason: LockReason },
    Stopped { code: String, words: String },
    Ready(Running),
}

pub(crate) struct Running {
    pub open: Arc<OpenDesk>,
    pub engine: Engine,
}

impl Desk {
    /// Opens what there is on this computer. It never fails: what is wrong is what `start` answers.
    pub async fn open(options: DeskOptions) -> Self {
        let stage = opening::first(&options).await;
        Self {
            inner: Arc::new(Inner {
                options,
                stage: RwLock::new(stage),
                changing: Mutex::new(()),
                handed: Handed::default(),
                signing_in: std::sync::Mutex::default(),
            }),
        }
    }

    /// Answers a call with its result as JSON.
    ///
    /// # Errors
    /// A code and a sentence.
    pub async fn call(&self, call: Call) -> Result<String, WireError> {
        ipc::dispatch(self, call).await
    }

    /// Stops what runs beside and moves everything into the files. Everything a call answered was on disk before.
    pub async fn close(&self) {
        let stage = std::mem::replace(&mut *self.inner.stage.write().await, closed());
        if let Stage::Ready(Running { open, engine }) = stage {
            engine.stop().await;
            open.replica.close().await;
        }
    }

    pub(crate) fn options(&self) -> &DeskOptions {
        &self.inner.options
    }

    pub(crate) fn host(&self) -> &Arc<dyn Host> {
        &self.inner.options.host
    }

    /// Begins to wait for the browser; whatever waited before ends. Ends with what is returned, or [`Self::cancel_sign_in`].
    pub(crate) fn wait_for_browser(&self) -> oneshot::Receiver<()> {
        let (giving_up, given_up) = oneshot::channel();
        *self
            .inner
            .signing_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(giving_up);
        given_up
    }

    pub(crate) fn cancel_sign_in(&self) {
        *self
            .inner
            .signing_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn handed(&self) -> &Handed {
        &self.inner.handed
    }

    pub(crate) async fn opened(&self) -> Result<Arc<OpenDesk>, WireError> {
        match &*self.inner.stage.read().await {
            Stage::Ready(running) => Ok(running.open.clone()),
            Stage::FirstRun => Err(WireError::new("first_run", "Choose first where your cases are")),
            Stage::Locked { reason, .. } => Err(WireError::new("locked", opening::lock_words(*reason))),
            Stage::Stopped { code, words } => Err(WireError {
                code: code.clone(),
                message: words.clone(),
                pointer: None,
            }),
        }
    }

    pub(crate) async fn changing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.changing.lock().await
    }

    /// Takes the place of the stage before, which is stopped in order. Where a store is open now, files that waited for
    /// one are taken in.
    pub(crate) async fn enter(&self, stage: Stage) {
        let opens = matches!(stage, Stage::Ready(_));
        let before = std::mem::replace(&mut *self.inner.stage.write().await, stage);
        if let Stage::Ready(Running { open, engine }) = before {
            engine.stop().await;
            open.replica.close().await;
        }
        if opens {
            let desk = self.clone();
            tokio::spawn(async move { desk.take_in().await });
        }
    }

    pub(crate) async fn start(&self) -> StartView {
        let version = self.options().version.to_owned();
        match &*self.inner.stage.read().await {
            Stage::FirstRun => StartView::FirstRun {
                keychain: opening::has_keychain(self.options()).await,
                sealed: sealing::count(self.options()),
                version,
            },
            Stage::Locked { mode, reason } => StartView::Locked {
                mode: *mode,
                reason: *reason,
                words: opening::lock_words(*reason).to_owned(),
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
}

fn closed() -> Stage {
    Stage::Stopped {
        code: "closed".into(),
        words: "Tiebreak is closing".into(),
    }
}
