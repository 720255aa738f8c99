//! An open desk for unit tests: a real store, a hub that isn't there, a host that notes what it is asked to say.

use std::sync::{Arc, Mutex};

use domain::Kind;
use domain::canonical::content_hash;
use domain::policy::Policy;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use protocol::WireError;
use protocol::hub::{CaseWhole, QueueInfo};
use protocol::importing::RecordsHeader;
use protocol::ipc::{ImportArgs, Imported, Mode, PickArgs, PickSaveArgs, Topic};
use serde_json::json;
use tempfile::TempDir;

use crate::first_picture::FirstPicture;
use crate::host::{Host, SoloHub};
use crate::hub_client::HubClient;
use crate::key::StoreKey;
use crate::keychain::NoKeychain;
use crate::open_desk::{Known, OpenDesk};
use crate::options::DeskOptions;
use crate::replica::Replica;

pub struct TestDesk {
    pub open: OpenDesk,
    pub said: Arc<Said>,
    folder: TempDir,
    key: StoreKey,
}

/// Notifications: title and body; and whether the window has drawn.
#[derive(Default)]
pub struct Said(pub Mutex<Vec<(String, String)>>, pub FirstPicture);

impl TestDesk {
    pub async fn fresh() -> Self {
        Self::open(tempfile::tempdir().unwrap(), StoreKey::random()).await
    }

    async fn open(folder: TempDir, key: StoreKey) -> Self {
        let replica = Replica::open(&folder.path().join("replica.db"), &key)
            .await
            .unwrap();
        // Nothing listens there.
        let hub = HubClient::new("http://127.0.0.1:1", "token").unwrap();
        let said = Arc::new(Said::default());
        let options = DeskOptions {
            data_folder: folder.path().to_owned(),
            version: "0.0.0-test",
            host: said.clone(),
            keychain: Arc::new(NoKeychain),
        };
        let known = Known::read(&replica).await.unwrap();
        let open = OpenDesk::new(Mode::Team, key.clone(), replica, hub, known, &options);
        open.set_queues(vec![queue()]);
        Self {
            open,
            said,
            folder,
            key,
        }
    }

    /// The same after the program was ended and started again.
    pub async fn restarted(self) -> Self {
        self.open.replica.close().await;
        Self::open(self.folder, self.key).await
    }
}

fn queue() -> QueueInfo {
    QueueInfo {
        name: "sites".into(),
        kind: Kind::IdentityMatch,
        open: 5,
        free: 5,
        claimed_by_me: 0,
        decided: 0,
        due: 0,
        policy: Policy::default(),
        policy_unreadable: false,
        awaiting_second: 0,
        disputed: 0,
        adjudicates: false,
        reasons: Vec::new(),
    }
}

/// Two records that may be one site.
pub fn whole(id: &str, revision: u32) -> CaseWhole {
    let mut case = json!({
        "source": "s", "external_id": id, "queue": "sites", "revision": revision, "kind": "identity_match",
        "body": {"records": [{"id": "a", "fields": {"name": "Armour"}}, {"id": "b", "fields": {"name": format!("Armour {revision}")}}]},
    });
    let hash = content_hash(&case).unwrap();
    let members = case.as_object_mut().unwrap();
    let around = json!({
        "id": id, "state": "open", "content_hash": hash, "received_at": "2026-11-21T08:00:00Z",
        "suggestion_id": null, "show_machine": true,
    });
    members.extend(around.as_object().unwrap().clone());
    serde_json::from_value(case).unwrap()
}

fn none_here<T: Send + 'static>() -> BoxFuture<'static, Result<T, WireError>> {
    async {
        Err(WireError::new(
            "not_here",
            "This test has no program around the desk",
        ))
    }
    .boxed()
}

impl Host for Said {
    fn start_hub(&self, _: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>> {
        none_here()
    }

    fn import(&self, _: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>> {
        none_here()
    }

    fn records_header(&self, _: String) -> BoxFuture<'_, Result<RecordsHeader, WireError>> {
        none_here()
    }

    fn sample(&self) -> BoxFuture<'_, Result<Imported, WireError>> {
        none_here()
    }

    fn pick_files(&self, _: PickArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn pick_save(&self, _: PickSaveArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn changed(&self, _: &[Topic]) {}

    fn notify(&self, title: &str, body: &str) {
        self.0.lock().unwrap().push((title.to_owned(), body.to_owned()));
    }

    fn open_url(&self, _: &str) -> Result<(), ()> {
        Err(())
    }

    fn painted(&self, _: &str) {}

    fn drawn(&self) -> BoxFuture<'_, ()> {
        self.1.wait().boxed()
    }
}
