//! `export`: one file for a trainer, and its manifest beside it.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::export::{Format, Manifest};
use tempfile::NamedTempFile;

use super::args::Export;
use super::failure::Failure;
use super::progress::Progress;
use crate::Hub;
use crate::config::Settings;
use crate::exports::{self, Wanted};
use crate::store::audit::Actor;

pub async fn export(settings: &Settings, what: Export) -> Result<(), Failure> {
    let wanted = wanted(&what)?;
    let hub = Hub::open(settings.hub_options()?).await?;
    let done = match &what.output {
        Some(path) => to_file(&hub, &wanted, path).await,
        None => to_standard_output(&hub, &wanted).await,
    };
    hub.close().await;
    done
}

fn wanted(what: &Export) -> Result<Wanted, Failure> {
    let format = Format::parse(&what.format).ok_or_else(|| {
        let known: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        Failure::Usage(format!(
            "there is no format '{}'; known are {}",
            what.format,
            known.join(", ")
        ))
    })?;
    let split = match what.split.as_deref() {
        None => None,
        Some("train") => Some(domain::label::Split::Train),
        Some("test") => Some(domain::label::Split::Test),
        Some(other) => {
            return Err(Failure::Usage(format!(
                "--split {other}: train or test is expected"
            )));
        }
    };
    Ok(Wanted {
        format,
        queue: what.queue.clone(),
        source: what.source.clone(),
        split,
        since: what.since,
        until: None,
        queues: None,
        sensitivities: None,
    })
}

async fn to_standard_output(hub: &Hub, wanted: &Wanted) -> Result<(), Failure> {
    exports::note(hub, Actor::default(), wanted).await?;
    let mut out = BufWriter::new(std::io::stdout());
    let manifest = exports::write(hub, wanted, &mut out).await?;
    out.flush()?;
    said(&manifest);
    Ok(())
}

/// The file appears whole and with its manifest, or neither does. The manifest comes first: a file without one was never
/// finished, and one beside another's manifest hasn't its hash.
async fn to_file(hub: &Hub, wanted: &Wanted, path: &Path) -> Result<(), Failure> {
    let error = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).map_err(error)?;
    exports::note(hub, Actor::default(), wanted).await?;
    let mut out = BufWriter::new(file);
    let manifest = exports::write(hub, wanted, &mut out).await?;
    let file = whole(out).map_err(error)?;

    let beside = manifest_path(path);
    let manifest_error = |source| Failure::File {
        path: beside.clone(),
        source,
    };
    let mut out = BufWriter::new(NamedTempFile::new_in(folder).map_err(manifest_error)?);
    serde_json::to_writer_pretty(&mut out, &manifest).map_err(|e| manifest_error(e.into()))?;
    let manifest_file = whole(out).map_err(manifest_error)?;

    manifest_file
        .persist(&beside)
        .map_err(|e| manifest_error(e.error))?;
    if let Err(failed) = file.persist(path) {
        // What is said is why the file isn't there.
        let _ = std::fs::remove_file(&beside);
        return Err(error(failed.error));
    }
    said(&manifest);
    Ok(())
}

/// On the disk, to its last byte.
fn whole(out: BufWriter<NamedTempFile>) -> std::io::Result<NamedTempFile> {
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn manifest_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".manifest.json");
    name.into()
}

fn said(manifest: &Manifest) {
    let progress = Progress::begin("labels");
    progress.say(&format!("{} rows from {} labels", manifest.rows, manifest.labels));
    for (source, labels) in &manifest.other_sources {
        progress.say(&format!(
            "left out: {labels} labels of {source}; --source {source} writes those"
        ));
    }
}
