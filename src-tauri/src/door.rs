//! The one door between window and desk: one command, whose calls are listed in `protocol::ipc`.

use std::path::PathBuf;
use std::sync::Arc;

use desk::{Desk, DeskOptions};
use protocol::WireError;
use protocol::ipc::{Call, ChooseSolo, Empty, ImportArgs, Imported, Mode, StartView, Topic};
use tauri::ipc::Response;
use tauri::{AppHandle, State};
use tokio::sync::OnceCell;

use crate::host::TauriHost;
use crate::paint::Paint;

/// Opens the desk once, while the page is loading; calls wait for it.
pub struct Door {
    desk: Arc<OnceCell<Desk>>,
    host: Arc<TauriHost>,
    folder: PathBuf,
}

impl Door {
    pub fn open(app: AppHandle, folder: PathBuf, paint: Arc<Paint>) -> Self {
        let host = Arc::new(TauriHost::new(app, folder.clone(), paint));
        let door = Self {
            desk: Arc::default(),
            host,
            folder,
        };
        let (desk, host, folder) = (
            Arc::clone(&door.desk),
            Arc::clone(&door.host),
            door.folder.clone(),
        );
        tauri::async_runtime::spawn(async move {
            desk.get_or_init(|| open_desk(host, folder)).await;
        });
        door
    }

    async fn desk(&self) -> &Desk {
        self.desk
            .get_or_init(|| open_desk(Arc::clone(&self.host), self.folder.clone()))
            .await
    }

    /// On a first run, keeps everything on this computer: the command line can't ask.
    ///
    /// # Errors
    /// What the desk refuses with: locked, or a team's hub, to which files are handed elsewhere.
    pub async fn on_this_computer(&self, sample: bool) -> Result<(), WireError> {
        let desk = self.desk().await;
        let start: StartView = read(&desk.call(Call::Start(Empty {})).await?)?;
        if matches!(start, StartView::FirstRun { keychain: true, .. }) {
            desk.call(Call::ChooseSolo(ChooseSolo {
                sample,
                passphrase: None,
            }))
            .await?;
            desk::Host::changed(&*self.host, &[Topic::Start, Topic::Overview, Topic::Work]);
            return Ok(());
        }
        if matches!(start, StartView::Ready { mode: Mode::Solo, .. }) {
            return Ok(());
        }
        Err(WireError::new(
            "import_refused",
            "Files can be imported only into this computer's own queues",
        ))
    }

    /// # Errors
    /// As the call `import`.
    pub async fn import(&self, part: ImportArgs) -> Result<Imported, WireError> {
        let imported = read(&self.desk().await.call(Call::Import(part)).await?)?;
        desk::Host::changed(&*self.host, &[Topic::Overview, Topic::Work]);
        Ok(imported)
    }

    /// Everything on disk, the hub in the app stopped.
    pub async fn close(&self) {
        if let Some(desk) = self.desk.get() {
            desk.close().await;
        }
        self.host.stop_hub().await;
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, WireError> {
    serde_json::from_str(json).map_err(|error| WireError::new("internal", error.to_string()))
}

async fn open_desk(host: Arc<TauriHost>, folder: PathBuf) -> Desk {
    let keychain = Arc::new(desk::SystemKeychain);
    Desk::open(DeskOptions {
        data_folder: folder,
        version: env!("CARGO_PKG_VERSION"),
        host,
        keychain,
    })
    .await
}

/// The result goes out as the JSON the desk wrote, not through another serialisation.
#[tauri::command]
pub async fn ipc(door: State<'_, Door>, call: Call) -> Result<Response, WireError> {
    let name = call.name();
    let desk = door.desk().await.clone();
    // In a task of its own, so that a panic inside is an error here and not the end of the door.
    match tauri::async_runtime::spawn(async move { desk.call(call).await }).await {
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
