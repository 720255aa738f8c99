//! `export`: one file for a trainer, and its manifest beside it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::export::{Format, Manifest};

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

/// The file appears whole or not at all.
async fn to_file(hub: &Hub, wanted: &Wanted, path: &Path) -> Result<(), Failure> {
    let error = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(error)?;
    exports::note(hub, Actor::default(), wanted).await?;
    let mut out = BufWriter::new(file);
    let manifest = exports::write(hub, wanted, &mut out).await?;
    let file = out.into_inner().map_err(|e| error(e.into_error()))?;
    file.as_file().sync_all().map_err(error)?;
    file.persist(path).map_err(|e| error(e.error))?;
    write_manifest(&manifest, &manifest_path(path))?;
    said(&manifest);
    Ok(())
}

fn manifest_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".manifest.json");
    name.into()
}

fn write_manifest(manifest: &Manifest, path: &Path) -> Result<(), Failure> {
    let error = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    let mut out = BufWriter::new(File::create(path).map_err(error)?);
    serde_json::to_writer_pretty(&mut out, manifest).map_err(|e| error(e.into()))?;
    out.flush().map_err(error)
}

fn said(manifest: &Manifest) {
    Progress::begin("labels").say(&format!("{} rows from {} labels", manifest.rows, manifest.labels));
}
