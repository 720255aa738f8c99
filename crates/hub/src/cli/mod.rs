//! The command line (API.md): what is typed becomes a call into the hub, and how it ended becomes the exit code.

mod args;
mod checkpoint;
mod export;
mod failure;
mod import;
mod kept;
mod progress;
mod retention;
mod serve;
mod token;
mod verify;

use std::io::{IsTerminal, Write};
use std::path::Path;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::Hub;
use crate::config::{CONFIG_FILE, Settings};
use args::{Cli, Command};
pub use failure::Failure;

/// Says what to log: `info`, `tiebreak_hub=debug`, …
const LOG: &str = "TIEBREAK_LOG";

/// Reads the arguments. None: help or version was asked for and printed.
///
/// # Errors
/// The exit code of wrong usage, after saying what is wrong.
pub fn read() -> Result<Option<Cli>, u8> {
    Cli::try_parse().map(Some).or_else(|error| {
        // Nobody may be listening; the exit code says it then.
        let _ = error.print();
        u8::try_from(error.exit_code()).map_or(Err(2), |code| if code == 0 { Ok(None) } else { Err(code) })
    })
}

/// Runs what was asked for.
///
/// # Errors
/// [`Failure`], which knows its exit code.
pub async fn run(cli: Cli) -> Result<(), Failure> {
    crate::limits::outlive_file_size_limit();
    let settings = cli.settings().or(Settings::from_file(Path::new(CONFIG_FILE))?);
    match cli.command {
        Command::Serve(_) => {
            log();
            serve::serve(&settings).await
        }
        Command::Migrate => migrate(&settings).await,
        Command::Token(what) => token::token(&settings, what).await,
        Command::Import(what) => import::import(&settings, what).await,
        Command::Export(what) => export::export(&settings, what).await,
        Command::Verify(what) => verify::verify(&settings, &what).await,
        Command::Checkpoint(what) => checkpoint::checkpoint(&settings, &what).await,
        Command::Retention(what) => retention::retention(&settings, &what).await,
        Command::Openapi => openapi(),
    }
}

/// Opening migrates.
async fn migrate(settings: &Settings) -> Result<(), Failure> {
    Hub::open(settings.hub_options()?).await?.close().await;
    Ok(())
}

fn openapi() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &crate::openapi::document()).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// Tokens, bodies and keys are never logged; see `guard` for what a request leaves.
fn log() {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Only a second logger in one process could fail here, and then the first one logs.
    let _ = if std::io::stderr().is_terminal() {
        lines.try_init()
    } else {
        lines.json().try_init()
    };
}
