//! Files handed to the program from outside, by its command line or a second start: they wait until a store is open, and
//! what became of them is kept until the person has seen it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::WireError;
use protocol::ipc::{HandedOver, HandedOverView, ImportArgs, Imported};

#[derive(Default)]
pub struct Handed {
    state: Mutex<State>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<ImportArgs>,
    done: Vec<HandedOver>,
}

impl Handed {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn wait(&self, parts: Vec<ImportArgs>) {
        self.lock().waiting.extend(parts);
    }

    pub fn next(&self) -> Option<ImportArgs> {
        self.lock().waiting.pop_front()
    }

    /// One import at a time.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub fn came_to(&self, files: Vec<String>, outcome: Result<Imported, WireError>) {
        let (imported, failed) = match outcome {
            Ok(imported) => {
                tracing::info!(
                    created = imported.created,
                    revised = imported.revised,
                    refused = imported.refused_count,
                    "import.done"
                );
                (Some(imported), None)
            }
            Err(error) => {
                tracing::error!(code = error.code, "import.failed");
                (None, Some(error.message))
            }
        };
        self.lock().done.push(HandedOver {
            files,
            imported,
            failed,
        });
    }

    pub fn seen(&self) {
        self.lock().done.clear();
    }

    pub fn view(&self) -> HandedOverView {
        let state = self.lock();
        HandedOverView {
            waiting: state.waiting.iter().flat_map(names).collect(),
            done: state.done.clone(),
        }
    }
}

/// The files of a part, without their folders.
pub fn names(part: &ImportArgs) -> Vec<String> {
    let paths: Vec<&String> = match part {
        ImportArgs::Cases { paths, .. } => paths.iter().collect(),
        ImportArgs::Splink { records, pairs, .. } => vec![records, pairs],
        ImportArgs::Claims { path, .. } => vec![path],
    };
    let name = |path: &String| {
        let name = Path::new(path).file_name();
        name.map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned())
    };
    paths.into_iter().map(name).collect()
}
