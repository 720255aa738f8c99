//! Files handed to the program from outside, by its command line or a second start: they wait until a store is open, and
//! what became of them is kept until the person has seen it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::WireError;
use protocol::ipc::{ChooseSolo, HandedOver, HandedOverView, ImportArgs, Imported, StartView, Topic};

use crate::desk::Desk;
use crate::ipc::import;

#[derive(Default)]
pub struct Handed {
    state: Mutex<State>,
    /// One import at a time.
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

    fn next(&self) -> Option<ImportArgs> {
        self.lock().waiting.pop_front()
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

impl Desk {
    /// Takes files over. On a first run with a keychain everything is then kept on this computer, since a command line
    /// can't ask; otherwise they wait until the person has opened a store. `sample` is for a first run only.
    pub async fn hand_over(&self, parts: Vec<ImportArgs>, sample: bool) {
        if parts.is_empty() && !sample {
            return;
        }
        self.handed().lock().waiting.extend(parts);
        if matches!(self.start().await, StartView::FirstRun { keychain: true, .. }) {
            let chosen = self
                .choose_solo(ChooseSolo {
                    sample,
                    passphrase: None,
                })
                .await;
            if let Err(error) = chosen {
                tracing::error!(code = error.code, "handed_over.no_store");
            }
            self.host().changed(&[Topic::Start, Topic::Overview, Topic::Work]);
        }
        self.host().changed(&[Topic::HandedOver]);
        self.take_in().await;
    }

    /// Says of files that were to be handed over why they weren't: `why` is a sentence.
    pub fn could_not_hand_over(&self, files: Vec<String>, why: String) {
        let error = WireError::new("file_unreadable", domain::text::capitalised(&why));
        self.handed().came_to(files, Err(error));
        self.host().changed(&[Topic::HandedOver]);
    }

    /// Imports what waits, as long as a store is open.
    pub(crate) async fn take_in(&self) {
        let _turn = self.handed().turn.lock().await;
        while let Ok(open) = self.opened().await
            && let Some(part) = self.handed().next()
        {
            let files = names(&part);
            self.handed().came_to(files, import(&open, part).await);
            self.host()
                .changed(&[Topic::HandedOver, Topic::Overview, Topic::Work]);
        }
    }
}

fn names(part: &ImportArgs) -> Vec<String> {
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
