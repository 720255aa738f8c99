//! Files handed over from outside come in, as soon as a store is open.

use protocol::WireError;
use protocol::ipc::{ChooseSolo, ImportArgs, StartView, Topic};

use crate::desk::{Desk, Stage};
use crate::handed::names;
use crate::ipc::import;

impl Desk {
    /// Takes files over. On a first run with a keychain everything is then kept on this computer, since a command line
    /// can't ask; otherwise they wait until the person has opened a store. `sample` is for a first run only.
    pub async fn hand_over(&self, parts: Vec<ImportArgs>, sample: bool) {
        if parts.is_empty() && !sample {
            return;
        }
        self.handed().wait(parts);
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

    /// Takes the place of the stage before. Where a store is open now, files that waited for one are taken in.
    pub(crate) async fn enter(&self, stage: Stage) {
        let opens = matches!(stage, Stage::Ready(_));
        self.replace(stage).await;
        if opens {
            let desk = self.clone();
            tokio::spawn(async move { desk.take_in().await });
        }
    }

    /// Imports what waits, as long as a store is open.
    async fn take_in(&self) {
        let _turn = self.handed().turn().await;
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
