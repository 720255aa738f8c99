//! Files out and in. An export is written beside its target and renamed when it is whole.

use std::path::{Path, PathBuf};

use protocol::WireError;
use protocol::ipc::{ExportArgs, Exported, ImportArgs, Imported, Mode};
use serde_json::Value;

use crate::hub_client::ExportError;
use crate::open_desk::OpenDesk;

pub async fn export(open: &OpenDesk, args: ExportArgs) -> Result<Exported, WireError> {
    let target = PathBuf::from(&args.path);
    let manifest_path = with_suffix(&target, ".manifest.json");
    let part = with_suffix(&target, ".part");
    let (queue, split) = (args.queue.as_deref(), args.split.as_deref());
    let written = write(open, &args.format, queue, split, &part).await;
    if let Err(error) = written {
        // What was written is half a file; the error already says what happened.
        drop(tokio::fs::remove_file(&part).await);
        return Err(error);
    }
    let manifest = open.hub.manifest(&args.format, queue, split).await?;
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|_| WireError::new("hub_strange", "The manifest can't be read"))?;
    tokio::fs::rename(&part, &target).await.map_err(unwritten)?;
    tokio::fs::write(&manifest_path, text).await.map_err(unwritten)?;
    Ok(Exported {
        path: args.path,
        manifest_path: manifest_path.to_string_lossy().into_owned(),
        rows: manifest.get("rows").and_then(Value::as_u64).unwrap_or_default(),
        left_out: left_out(&manifest),
    })
}

async fn write(
    open: &OpenDesk,
    format: &str,
    queue: Option<&str>,
    split: Option<&str>,
    part: &Path,
) -> Result<(), WireError> {
    let mut file = tokio::fs::File::create(part).await.map_err(unwritten)?;
    open.hub
        .export(format, queue, split, &mut file)
        .await
        .map_err(|error| match error {
            ExportError::Hub(error) => error.into(),
            ExportError::File(error) => unwritten(error),
        })?;
    file.sync_all().await.map_err(unwritten)
}

/// What the format can't say, one sentence each, with how many rows that touched.
fn left_out(manifest: &Value) -> Vec<String> {
    let list = manifest
        .get("not_said")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let sentence = |entry: &Value| {
        let text = entry.get("text")?.as_str()?;
        let rows = entry.get("rows").and_then(Value::as_u64);
        Some(rows.map_or_else(|| text.to_owned(), |rows| format!("{text}: {rows}")))
    };
    list.iter().filter_map(sentence).collect()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn unwritten(error: std::io::Error) -> WireError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return WireError::new(
            "disk_full",
            "The disk is full. Nothing was written; free some space and try again.",
        );
    }
    WireError::new("file_error", format!("The file can't be written: {error}"))
}

pub async fn import(open: &OpenDesk, args: ImportArgs) -> Result<Imported, WireError> {
    own_hub(open)?;
    let imported = open.host.import(args).await?;
    look_again(open);
    Ok(imported)
}

pub async fn sample(open: &OpenDesk) -> Result<Imported, WireError> {
    own_hub(open)?;
    let imported = open.host.sample().await?;
    look_again(open);
    Ok(imported)
}

fn own_hub(open: &OpenDesk) -> Result<(), WireError> {
    match open.mode {
        Mode::Solo => Ok(()),
        Mode::Team => Err(WireError::new(
            "not_here",
            "A team's cases are imported at its hub, with tiebreak-hub import",
        )),
    }
}

fn look_again(open: &OpenDesk) {
    let mut state = open.status.lock();
    state.queues_read_at = None;
    state.queues_stale = true;
    state.feed_behind = true;
    state.forget_dry();
    drop(state);
    open.status.wake_at_once();
}
