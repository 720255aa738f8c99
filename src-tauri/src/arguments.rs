//! The command line of the window, and the folder it keeps its store in. One instance per folder.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Parser;
use protocol::ipc::ImportArgs;

/// Tiebreak: settle what automation must not settle alone.
#[derive(Debug, Clone, Parser)]
#[command(name = "tiebreak", version)]
pub struct Arguments {
    /// Case files (JSONL as the hub takes it) to import into this computer's queues
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub import: Vec<PathBuf>,
    /// A folder with a records CSV and Splink's predictions (Parquet or CSV) to import
    #[arg(long, value_name = "DIR")]
    pub splink: Option<PathBuf>,
    /// The queue that imported cases go to [default: their own; for --splink: matches]
    #[arg(long)]
    pub queue: Option<String>,
    /// The source that imported cases or pairs are of: sets of data whose ids overlap need one each [default: their own; for --splink: splink]
    #[arg(long)]
    pub source: Option<String>,
    /// The column of the record's id in the records file
    #[arg(long, value_name = "COLUMN", default_value = "record_id")]
    pub id: String,
    /// Pairs below this probability are left out
    #[arg(long, default_value_t = 0.2)]
    pub low: f64,
    /// Pairs from this probability up become known links
    #[arg(long, default_value_t = 0.99)]
    pub high: f64,
    /// On a first run, keep everything on this computer and fill it with the sample queues
    #[arg(long)]
    pub sample: bool,
    /// Where the store is kept
    #[arg(long, value_name = "DIR", env = "TIEBREAK_DATA")]
    pub data: Option<PathBuf>,
    /// Write a line per first paint into this file, with milliseconds since the program's start
    #[arg(long, value_name = "FILE", hide = true, env = "TIEBREAK_PAINT_REPORT")]
    pub paint_report: Option<PathBuf>,
}

impl Arguments {
    /// # Errors
    /// When the system has no place for application data, or the folder can't be made.
    pub fn data_folder(&self) -> anyhow::Result<PathBuf> {
        let folder = match &self.data {
            Some(folder) => folder.clone(),
            None => directories::ProjectDirs::from("dev", "tiebreak", "Tiebreak")
                .context("this system names no folder for application data; give one with --data")?
                .data_dir()
                .to_owned(),
        };
        std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        only_the_owner(&folder)?;
        // However it is written, one folder is one folder: other starts are found by it.
        folder
            .canonicalize()
            .with_context(|| format!("{} can't be found", folder.display()))
    }

    /// What the command line hands over for import; several parts are imported in turn.
    ///
    /// # Errors
    /// When a folder for `--splink` can't be read or lacks its files.
    pub fn import_request(&self) -> anyhow::Result<Vec<ImportArgs>> {
        let mut parts = Vec::new();
        if !self.import.is_empty() {
            let paths = self
                .import
                .iter()
                .map(|path| absolute(path))
                .collect::<anyhow::Result<_>>()?;
            parts.push(ImportArgs::Cases {
                paths,
                queue: self.queue.clone(),
                source: self.source.clone(),
            });
        }
        if let Some(folder) = &self.splink {
            let (records, pairs) = splink_files(folder)?;
            let queue = self.queue.clone().unwrap_or_else(|| "matches".to_owned());
            parts.push(ImportArgs::Splink {
                records,
                pairs,
                id: self.id.clone(),
                low: self.low,
                high: self.high,
                queue,
                source: self.source.clone(),
                system: None,
                entity_type: None,
                map: Vec::new(),
            });
        }
        Ok(parts)
    }
}

fn absolute(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path).with_context(|| format!("{} isn't a path", path.display()))?;
    Ok(path.to_string_lossy().into_owned())
}

/// The records CSV and the predictions of a folder: Parquet before CSV, `*predictions*` or `*pairs*`.
fn splink_files(folder: &Path) -> anyhow::Result<(String, String)> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("{} can't be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    names.sort();
    let find = |words: &[&str], extension: &str| {
        names.iter().find(|path| {
            let name = path
                .file_stem()
                .map(|n| n.to_string_lossy().to_lowercase())
                .unwrap_or_default();
            path.extension().is_some_and(|e| e == extension) && words.iter().any(|word| name.contains(word))
        })
    };
    let pairs = find(&["prediction", "pairs"], "parquet").or_else(|| find(&["prediction", "pairs"], "csv"));
    match (find(&["records"], "csv"), pairs) {
        (Some(records), Some(pairs)) => Ok((absolute(records)?, absolute(pairs)?)),
        _ => bail!(
            "{} needs a records CSV and a predictions file (Parquet or CSV)",
            folder.display()
        ),
    }
}

#[cfg(unix)]
fn only_the_owner(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .with_context(|| format!("{} can't be made private", folder.display()))
}

/// On other systems the user's own profile folder is private already.
#[cfg(not(unix))]
fn only_the_owner(_folder: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Held while the program runs, also where no session bus tells of another instance.
///
/// # Errors
/// When another instance holds it.
pub fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} can't be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!("Tiebreak is already running on {}", folder.display()),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} can't be locked", path.display()))
        }
    }
}
