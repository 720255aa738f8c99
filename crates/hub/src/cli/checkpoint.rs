//! `checkpoint`: one line of JSON, so that a file can hold many of them.

use std::io::Write;

use super::args::Checkpoint;
use super::failure::Failure;
use crate::config::Settings;
use crate::{Hub, checkpoints};

pub async fn checkpoint(settings: &Settings, what: &Checkpoint) -> Result<(), Failure> {
    let hub = Hub::open(settings.hub_options()?).await?;
    let taken = checkpoints::take(&hub).await;
    hub.close().await;
    let mut line = serde_json::to_vec(&taken?).map_err(std::io::Error::from)?;
    line.push(b'\n');
    match &what.output {
        Some(path) => std::fs::write(path, line).map_err(|source| Failure::File {
            path: path.clone(),
            source,
        }),
        None => Ok(std::io::stdout().write_all(&line)?),
    }
}
