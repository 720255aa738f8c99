//! The one door between window and desk: one command, whose calls are listed in `protocol::ipc`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use desk::{Desk, DeskOptions};
use protocol::WireError;
use protocol::ipc::{Call, ImportArgs};
use tauri::ipc::Response;
use tauri::{AppHandle, State};
use tokio::sync::OnceCell;

use crate::host::TauriHost;
use crate::paint::Paint;

/// Opens the desk once, while the system starts the processes of the window and one core has nothing to do; calls wait for it.
/// Not before the window is made: that needs both.
pub struct Door {
    desk: Arc<OnceCell<Desk>>,
    host: Arc<TauriHost>,
    folder: PathBuf,
}

impl Door {
    pub fn new(app: AppHandle, folder: PathBuf, paint: Arc<Paint>) -> Self {
        let host = Arc::new(TauriHost::new(app, folder.clone(), paint));
        Self {
            desk: Arc::default(),
            host,
            folder,
        }
    }

    /// Opens the desk behind, if nobody has asked for it yet.
    pub fn prepare(&self) {
        let (desk, host, folder) = (
            Arc::clone(&self.desk),
            Arc::clone(&self.host),
            self.folder.clone(),
        );
        tauri::async_runtime::spawn(async move {
            desk.get_or_init(|| open_desk(host, folder)).await;
        });
    }

    async fn desk(&self) -> &Desk {
        self.desk
            .get_or_init(|| open_desk(Arc::clone(&self.host), self.folder.clone()))
            .await
    }

    /// Files for import; with `sample` the sample queues on a first run.
    pub async fn hand_over(&self, parts: Vec<ImportArgs>, sample: bool) {
        self.desk().await.hand_over(parts, sample).await;
    }

    /// Files that were to be handed over and aren't there; `why` is a sentence.
    pub async fn could_not_hand_over(&self, files: Vec<String>, why: String) {
        self.desk().await.could_not_hand_over(files, why);
    }

    /// Everything on disk, the hub in the app stopped.
    pub async fn close(&self) {
        if let Some(desk) = self.desk.get() {
            desk.close().await;
        }
        self.host.stop_hub().await;
    }
}

async fn open_desk(host: Arc<TauriHost>, folder: PathBuf) -> Desk {
    let keychain = Arc::new(desk::SystemKeychain);
    let begun = Instant::now();
    let desk = Desk::open(DeskOptions {
        data_folder: folder,
        version: env!("CARGO_PKG_VERSION"),
        host,
        keychain,
    })
    .await;
    tracing::debug!(micros = begun.elapsed().as_micros(), "desk.opened");
    desk
}

/// The result goes out as the JSON the desk wrote, not through another serialisation.
#[tauri::command]
pub async fn ipc(door: State<'_, Door>, call: Call) -> Result<Response, WireError> {
    let name = call.name();
    let begun = Instant::now();
    let desk = door.desk().await.clone();
    // In a task of its own, so that a panic inside is an error here and not the end of the door.
    let answered = tauri::async_runtime::spawn(async move { desk.call(call).await }).await;
    tracing::debug!(call = name, micros = begun.elapsed().as_micros(), "ipc.answered");
    match answered {
        Ok(Ok(json)) => Ok(Response::new(json)),
        Ok(Err(error)) => Err(error),
        Err(error) => {
            tracing::error!(call = name, %error, "ipc.panicked");
            Err(WireError::new(
                "internal",
                "Something went wrong inside Tiebreak. Nothing was decided.",
            ))
        }
    }
}
