//! Files out and in. An export is written beside its target and renamed when it is whole.

use std::path::{Path, PathBuf};

use protocol::WireError;
use protocol::importing::{RecordsArgs, RecordsHeader};
use protocol::ipc::{ExportArgs, Exported, ImportArgs, Imported, Mode};
use serde_json::Value;

use crate::hub_client::ExportError;
use crate::open_desk::OpenDesk;

/// Files being written: what is left of them when something goes wrong is taken away.
struct Parts {
    labels: PathBuf,
    manifest: PathBuf,
}

pub async fn export(open: &OpenDesk, args: ExportArgs) -> Result<Exported, WireError> {
    let target = PathBuf::from(&args.path);
    let manifest_path = with_suffix(&target, ".manifest.json");
    let parts = Parts {
        labels: with_suffix(&target, ".part"),
        manifest: with_suffix(&manifest_path, ".part"),
    };
    let manifest = match written(open, &args, &parts, &target, &manifest_path).await {
        Ok(manifest) => manifest,
        Err(error) => {
            // Half a file; the error already says what happened.
            drop(tokio::fs::remove_file(&parts.labels).await);
            drop(tokio::fs::remove_file(&parts.manifest).await);
            return Err(error);
        }
    };
    Ok(Exported {
        path: args.path,
        manifest_path: manifest_path.to_string_lossy().into_owned(),
        rows: manifest.get("rows").and_then(Value::as_u64).unwrap_or_default(),
        left_out: left_out(&manifest),
        other_sources: other_sources(&manifest),
    })
}

/// Both files, whole, in their places: the labels first, and no manifest beside labels that it isn't of.
async fn written(
    open: &OpenDesk,
    args: &ExportArgs,
    parts: &Parts,
    target: &Path,
    manifest_path: &Path,
) -> Result<Value, WireError> {
    let manifest = labels(open, args, &parts.labels).await?;
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|_| WireError::new("hub_strange", "The manifest can't be read"))?;
    tokio::fs::write(&parts.manifest, text).await.map_err(unwritten)?;
    tokio::fs::rename(&parts.labels, target)
        .await
        .map_err(unwritten)?;
    if let Err(error) = tokio::fs::rename(&parts.manifest, manifest_path).await {
        // One of an earlier export, where there is any.
        drop(tokio::fs::remove_file(manifest_path).await);
        return Err(WireError::new(
            "no_manifest",
            format!("The labels are written, but not their manifest: {error}. Export again."),
        ));
    }
    Ok(manifest)
}

/// Asks for the manifest and writes the labels of the same moment, whatever is released or taken back meanwhile. What is
/// erased meanwhile makes the two disagree: then once more.
async fn labels(open: &OpenDesk, args: &ExportArgs, part: &Path) -> Result<Value, WireError> {
    for _ in 0..2 {
        let manifest = open.hub.manifest(args).await?;
        let until = manifest
            .pointer("/filters/until")
            .and_then(Value::as_i64)
            .ok_or_else(|| WireError::new("hub_strange", "The manifest doesn't say what it is of"))?;
        let sha256 = write(open, args, until, part).await?;
        if manifest.get("sha256").and_then(Value::as_str) == Some(sha256.as_str()) {
            return Ok(manifest);
        }
    }
    Err(WireError::new(
        "labels_changed",
        "Labels changed while the file was written. Nothing was written; try again.",
    ))
}

async fn write(open: &OpenDesk, args: &ExportArgs, until: i64, part: &Path) -> Result<String, WireError> {
    let mut file = tokio::fs::File::create(part).await.map_err(unwritten)?;
    let sha256 = open
        .hub
        .export(args, until, &mut file)
        .await
        .map_err(|error| match error {
            ExportError::Hub(error) => error.into(),
            ExportError::File(error) => unwritten(error),
        })?;
    file.sync_all().await.map_err(unwritten)?;
    Ok(sha256)
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

fn other_sources(manifest: &Value) -> Vec<String> {
    let others = manifest.get("other_sources").and_then(Value::as_object);
    others
        .into_iter()
        .flatten()
        .map(|(source, _)| source.clone())
        .collect()
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(super) fn unwritten(error: std::io::Error) -> WireError {
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

pub async fn records_header(open: &OpenDesk, args: RecordsArgs) -> Result<RecordsHeader, WireError> {
    own_hub(open)?;
    open.host.records_header(args.records).await
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

pub(super) fn look_again(open: &OpenDesk) {
    let mut state = open.status.lock();
    state.queues_read_at = None;
    state.queues_stale = true;
    state.feed_behind = true;
    state.forget_dry();
    drop(state);
    open.status.wake_at_once();
}
