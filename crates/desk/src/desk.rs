//! The desk: one stage after the other, each stopped in order.
//!
//! Which store there is and how it is opened stands in `opening`; what calls do, in `ipc`; files from outside, in `taking_in`.

use std::sync::{Arc, PoisonError};

use protocol::WireError;
use protocol::ipc::{LockReason, Mode};
use tokio::sync::{Mutex, RwLock, RwLockReadGuard, oneshot};

use crate::handed::Handed;
use crate::host::Host;
use crate::open_desk::OpenDesk;
use crate::options::DeskOptions;
use crate::sync::Engine;
use crate::words;

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
    pub(crate) fn at(stage: Stage, options: DeskOptions) -> Self {
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

    /// Stops what runs beside and moves everything into the files. Everything a call answered was on disk before.
    pub async fn close(&self) {
        self.replace(closed()).await;
    }

    pub(crate) async fn stage(&self) -> RwLockReadGuard<'_, Stage> {
        self.inner.stage.read().await
    }

    /// The stage before is stopped in order.
    pub(crate) async fn replace(&self, stage: Stage) {
        let before = std::mem::replace(&mut *self.inner.stage.write().await, stage);
        if let Stage::Ready(Running { open, engine }) = before {
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
        match &*self.stage().await {
            Stage::Ready(running) => Ok(running.open.clone()),
            Stage::FirstRun => Err(WireError::new("first_run", "Choose first where your cases are")),
            Stage::Locked { reason, .. } => Err(WireError::new("locked", words::locked(*reason))),
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
}

fn closed() -> Stage {
    Stage::Stopped {
        code: "closed".into(),
        words: "Tiebreak is closing".into(),
    }
}
