//! What the program does for the desk: the system's dialogs, notifications, events to the window, and the hub in the app.

use std::path::PathBuf;
use std::sync::Arc;

use desk::{FirstPicture, Host, SoloHub, StoreKey};
use futures_util::future::{BoxFuture, FutureExt};
use protocol::WireError;
use protocol::importing::RecordsHeader;
use protocol::ipc::{ImportArgs, Imported, PickArgs, PickSaveArgs, Topic};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_notification::NotificationExt;

use crate::importing;
use crate::paint::Paint;
use crate::solo::Solo;

/// The event that tells the window which topics to fetch again.
const CHANGED: &str = "tiebreak://changed";

pub struct TauriHost {
    app: AppHandle,
    solo: Solo,
    paint: Arc<Paint>,
    picture: FirstPicture,
}

impl TauriHost {
    pub fn new(app: AppHandle, folder: PathBuf, paint: Arc<Paint>) -> Self {
        Self {
            app,
            solo: Solo::new(folder),
            paint,
            picture: FirstPicture::default(),
        }
    }

    pub async fn stop_hub(&self) {
        self.solo.stop().await;
    }
}

impl Host for TauriHost {
    fn start_hub(&self, key: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>> {
        self.solo.start(key).boxed()
    }

    fn import(&self, what: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>> {
        self.solo.import(what).boxed()
    }

    fn records_header(&self, records: String) -> BoxFuture<'_, Result<RecordsHeader, WireError>> {
        importing::records_header(records).boxed()
    }

    fn sample(&self) -> BoxFuture<'_, Result<Imported, WireError>> {
        self.solo.sample().boxed()
    }

    fn pick_files(&self, what: PickArgs) -> BoxFuture<'_, Vec<String>> {
        async move {
            let (answer, answered) = tokio::sync::oneshot::channel();
            let extensions: Vec<&str> = what.extensions.iter().map(String::as_str).collect();
            let mut dialog = self.app.dialog().file().set_title(&what.title);
            if !extensions.is_empty() {
                dialog = dialog.add_filter(extensions.join(", "), &extensions);
            }
            // A window that was closed meanwhile no longer waits for the answer.
            if what.several {
                dialog.pick_files(move |paths| drop(answer.send(paths.unwrap_or_default())));
            } else {
                dialog.pick_file(move |path| drop(answer.send(path.into_iter().collect())));
            }
            answered
                .await
                .unwrap_or_default()
                .into_iter()
                .filter_map(path_text)
                .collect()
        }
        .boxed()
    }

    fn pick_save(&self, what: PickSaveArgs) -> BoxFuture<'_, Vec<String>> {
        async move {
            let (answer, answered) = tokio::sync::oneshot::channel();
            let dialog = self
                .app
                .dialog()
                .file()
                .set_title(&what.title)
                .set_file_name(&what.name);
            dialog.save_file(move |path| drop(answer.send(path)));
            answered
                .await
                .ok()
                .flatten()
                .and_then(path_text)
                .into_iter()
                .collect()
        }
        .boxed()
    }

    fn changed(&self, topics: &[Topic]) {
        if let Err(error) = self.app.emit(CHANGED, topics) {
            tracing::warn!(%error, "window.event_failed");
        }
    }

    /// Said only while the window is away: in front of the person it shows the same itself.
    fn notify(&self, title: &str, body: &str) {
        let looking = self
            .app
            .get_webview_window("main")
            .is_some_and(|window| window.is_focused().unwrap_or(false));
        if looking {
            return;
        }
        if let Err(error) = self.app.notification().builder().title(title).body(body).show() {
            tracing::warn!(%error, "window.notification_failed");
        }
    }

    /// By `xdg-open`, `open` or the shell: whatever this person's system opens addresses with.
    fn open_url(&self, url: &str) -> Result<(), ()> {
        open::that_detached(url).map_err(|error| tracing::warn!(%error, "window.no_browser"))
    }

    fn painted(&self, what: &str) {
        self.paint.painted(what);
        self.picture.drawn();
    }

    fn drawn(&self) -> BoxFuture<'_, ()> {
        self.picture.wait().boxed()
    }
}

fn path_text(path: FilePath) -> Option<String> {
    Some(path.into_path().ok()?.to_string_lossy().into_owned())
}
