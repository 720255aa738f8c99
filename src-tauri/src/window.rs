//! The one window: where it comes from, what it may load, and what another start of the program hands to it.

use std::path::Path;
use std::time::Duration;

use clap::Parser;
use protocol::ipc::ImportArgs;
use sha2::{Digest, Sha256};
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};

use crate::arguments::Arguments;
use crate::door::Door;

/// The size the screens are drawn for, in logical pixels.
const SIZE: (f64, f64) = (1280.0, 800.0);

/// Asked before the page has been read, so that the answer comes while its code does; `ipc/call.ts` takes it.
const FIRST_QUESTION: &str = "window.tiebreakFirst = window.__TAURI_INTERNALS__.invoke('ipc', { call: { call: 'first', args: {} } }); window.tiebreakFirst.catch(() => {});";

const SETTING_UP: Duration = Duration::from_millis(20);

/// # Errors
/// When the system's web view can't be made.
pub fn open(app: &App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Tiebreak")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(720.0, 480.0)
        .initialization_script(FIRST_QUESTION)
        .on_navigation(|url| ours(url.scheme(), url.host_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Untrusted text never leads the window away: only our own pages load.
fn ours(scheme: &str, host: Option<&str>) -> bool {
    scheme == "tauri"
        || host == Some("tauri.localhost")
        || (cfg!(debug_assertions) && host == Some("localhost"))
}

/// A second start hands its files to this one and brings the window forward. One instance per data folder.
pub fn single_instance<R: Runtime>(folder: &Path) -> tauri::plugin::TauriPlugin<R> {
    // A name on the bus takes no path and has an end; the digest tells every folder from every other.
    let digest = Sha256::digest(folder.to_string_lossy().as_bytes());
    let id = format!("dev.tiebreak.desk.i{}", hex::encode(&digest[..20]));
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(id)
        .callback(|app, argv, cwd| {
            if let Some(window) = app.get_webview_window("main") {
                let shown = window.unminimize().and_then(|()| window.set_focus());
                if let Err(error) = shown {
                    tracing::warn!(%error, "window.focus_failed");
                }
            }
            let arguments = match Arguments::try_parse_from(argv) {
                Ok(arguments) => from_folder(arguments, Path::new(&cwd)),
                // It parsed where it was typed: another version of this program.
                Err(error) => return tracing::warn!(%error, "window.arguments_refused"),
            };
            match arguments.import_request() {
                Ok(parts) => hand_over(app, parts, false),
                Err(error) => {
                    let folder = arguments.splink.unwrap_or_default();
                    could_not_hand_over(app, vec![folder.display().to_string()], format!("{error:#}"));
                }
            }
        })
        .build()
}

/// Paths of another start are relative to where that one stood.
fn from_folder(mut arguments: Arguments, cwd: &Path) -> Arguments {
    arguments.import = arguments.import.iter().map(|path| cwd.join(path)).collect();
    arguments.splink = arguments.splink.map(|path| cwd.join(path));
    arguments
}

/// Files come in by being handed to the app, never behind its back.
pub fn hand_over<R: Runtime>(app: &AppHandle<R>, parts: Vec<ImportArgs>, sample: bool) {
    if parts.is_empty() && !sample {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        set_up(&app).await;
        app.state::<Door>().hand_over(parts, sample).await;
    });
}

/// Said in the window like files that were handed over and couldn't be read.
fn could_not_hand_over<R: Runtime>(app: &AppHandle<R>, files: Vec<String>, why: String) {
    tracing::warn!(%why, "window.files_not_found");
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        set_up(&app).await;
        app.state::<Door>().could_not_hand_over(files, why).await;
    });
}

/// Another start may be heard of while this one is setting up.
async fn set_up<R: Runtime>(app: &AppHandle<R>) {
    while app.try_state::<Door>().is_none() {
        tokio::time::sleep(SETTING_UP).await;
    }
}
