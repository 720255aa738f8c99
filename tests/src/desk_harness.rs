//! A real desk for tests: its own folder, a keychain kept in a file, and a host that notes what it is told.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use desk::keychain::KeychainError;
use desk::{Desk, DeskOptions, Host, Keychain, SoloHub, StoreKey};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use protocol::WireError;
use protocol::importing::RecordsHeader;
use protocol::ipc::{ImportArgs, Imported, PickArgs, PickSaveArgs, Topic};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::hub_process::{Caller, HubProcess};

const PATIENCE: Duration = Duration::from_secs(30);

/// Entries as files: the same for a desk, its successor and a child process.
pub struct FileKeychain(pub PathBuf);

impl FileKeychain {
    fn file(&self, account: &str) -> PathBuf {
        self.0.join(account.replace(' ', "-"))
    }
}

impl Keychain for FileKeychain {
    fn read(&self, account: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, KeychainError> {
        Ok(std::fs::read(self.file(account))
            .ok()
            .map(zeroize::Zeroizing::new))
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        std::fs::create_dir_all(&self.0).map_err(|_| KeychainError::Broken)?;
        std::fs::write(self.file(account), secret).map_err(|_| KeychainError::Broken)
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        std::fs::remove_file(self.file(account)).ok();
        Ok(())
    }

    fn present(&self) -> bool {
        true
    }
}

/// Notes what it is told; has no window and no hub of its own.
#[derive(Default)]
pub struct NotingHost {
    pub changed: Mutex<Vec<Topic>>,
    pub notified: Mutex<Vec<String>>,
    /// Addresses it was to show in a browser.
    pub opened: Mutex<Vec<String>>,
}

fn none_here<T>() -> Result<T, WireError> {
    Err(WireError::new("not_here", "This test has no hub inside the app"))
}

impl Host for NotingHost {
    fn start_hub(&self, _: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>> {
        async { none_here() }.boxed()
    }

    fn import(&self, _: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>> {
        async { none_here() }.boxed()
    }

    fn records_header(&self, _: String) -> BoxFuture<'_, Result<RecordsHeader, WireError>> {
        async { none_here() }.boxed()
    }

    fn sample(&self) -> BoxFuture<'_, Result<Imported, WireError>> {
        async { none_here() }.boxed()
    }

    fn pick_files(&self, _: PickArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn pick_save(&self, _: PickSaveArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn changed(&self, topics: &[Topic]) {
        self.changed.lock().unwrap().extend(topics);
    }

    fn notify(&self, title: &str, _: &str) {
        self.notified.lock().unwrap().push(title.to_owned());
    }

    fn open_url(&self, url: &str) -> Result<(), ()> {
        self.opened.lock().unwrap().push(url.to_owned());
        Ok(())
    }

    fn painted(&self, _: &str) {}
}

pub struct TestDesk {
    pub desk: Desk,
    pub host: Arc<NotingHost>,
    pub folder: Arc<TempDir>,
}

/// A desk is closed before its test ends: what SQLCipher does when a program ends goes wrong while a connection is closing.
impl Drop for TestDesk {
    fn drop(&mut self) {
        let desk = self.desk.clone();
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(desk.close()));
    }
}

impl TestDesk {
    pub async fn open(folder: Arc<TempDir>) -> Self {
        let keychain = Arc::new(FileKeychain(folder.path().join("keychain")));
        Self::open_with(folder, keychain).await
    }

    pub async fn open_with(folder: Arc<TempDir>, keychain: Arc<dyn Keychain>) -> Self {
        // A failing test shows why a store or a hub failed: the answer over the door says it in general words alone.
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_test_writer()
            .try_init()
            .ok();
        let host = Arc::new(NotingHost::default());
        let desk = open_desk(folder.path(), host.clone(), keychain).await;
        Self { desk, host, folder }
    }

    pub async fn fresh() -> Self {
        Self::open(Arc::new(tempfile::tempdir().unwrap())).await
    }

    /// Of a person at a team's hub.
    pub async fn at(hub: &HubProcess, name: &str, roles: &[&str]) -> Self {
        let desk = Self::fresh().await;
        let token = hub.token(name, roles);
        desk.call(
            "choose_team",
            json!({"address": hub.base, "token": token, "passphrase": null}),
        )
        .await;
        desk
    }

    /// The same desk after the program was ended and started again.
    pub async fn restarted(self) -> Self {
        self.desk.close().await;
        Self::open(self.folder.clone()).await
    }

    pub async fn try_call(&self, call: &str, args: Value) -> Result<Value, WireError> {
        let call = serde_json::from_value(json!({"call": call, "args": args})).expect("a call of the list");
        self.desk
            .call(call)
            .await
            .map(|text| serde_json::from_str(&text).expect("an answer in JSON"))
    }

    pub async fn call(&self, call: &str, args: Value) -> Value {
        self.try_call(call, args)
            .await
            .unwrap_or_else(|error| panic!("{call}: {error}"))
    }

    pub async fn overview(&self) -> Value {
        self.call("overview", json!({})).await
    }

    pub async fn outbox(&self) -> Vec<Value> {
        self.call("outbox", json!({})).await["entries"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub async fn history(&self) -> Vec<Value> {
        self.call("history", json!({"after": null})).await["rows"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// Waits until this many cases of a queue are at hand; they.
    pub async fn cases(&self, queue: &str, count: usize) -> Vec<Value> {
        let args = json!({"queue": queue, "have": [], "limit": 20});
        self.until("cases at hand", async || {
            let work = self.call("work", args.clone()).await;
            let cases = work["cases"].as_array().unwrap();
            (cases.len() >= count).then(|| cases.clone())
        })
        .await
    }

    /// Commits a draft on a case as it was shown.
    pub async fn try_decide(&self, case: &Value, draft: Value) -> Result<Value, WireError> {
        let suggestion = case["suggestion"]["id"].clone();
        let args = json!({
            "case_id": case["id"], "content_hash": case["content_hash"], "draft": draft, "active_ms": 1200,
            "shown": {"suggestion_id": suggestion, "links": true, "opened": [], "revealed": []}, "have": [], "limit": 1,
        });
        self.try_call("decide", args).await
    }

    pub async fn decide(&self, case: &Value, draft: Value) -> Value {
        self.try_decide(case, draft)
            .await
            .unwrap_or_else(|error| panic!("decide: {error}"))
    }

    /// Asks again until there is an answer.
    pub async fn until<T>(&self, what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            if Instant::now() > deadline {
                panic!("waited in vain for {what}; overview: {}", self.overview().await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn until_delivered(&self) {
        self.until("an empty outbox", async || {
            self.outbox().await.is_empty().then_some(())
        })
        .await;
    }

    /// Waits until the desk has noticed that its hub is away.
    pub async fn until_offline(&self) {
        self.until("offline", async || {
            self.call("sync_now", json!({})).await;
            (self.overview().await["sync"]["state"] == "offline").then_some(())
        })
        .await;
    }

    pub async fn until_synced(&self) {
        self.until("synced", async || {
            self.call("sync_now", json!({})).await;
            (self.overview().await["sync"]["state"] == "synced").then_some(())
        })
        .await;
    }
}

pub async fn open_desk(folder: &Path, host: Arc<dyn Host>, keychain: Arc<dyn Keychain>) -> Desk {
    Desk::open(DeskOptions {
        data_folder: folder.join("desk"),
        version: "0.0.0-test",
        host,
        keychain,
    })
    .await
}

/// Two records that may be one site.
pub fn pair(external_id: &str, revision: u32, phone: &str) -> Value {
    json!({
        "external_id": external_id, "revision": revision, "queue": "sites", "kind": "identity_match",
        "suggestion": {"verdict": {"clusters": [["a", "b"]]}, "confidence": 0.98, "by": {"name": "splink", "version": "4.0.17"}},
        "context": [{"id": "orders", "title": "Recent orders", "summary": "3 open", "detail": {"open": 3}}],
        "body": {"records": [
            {"id": "a", "system": "CRM", "fields": {"name": "Armour", "phone": phone}},
            {"id": "b", "system": "ERP", "fields": {"name": "Armour Elementary", "phone": "785 3940"}}]},
    })
}

pub async fn send_pairs(source: &Caller, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(source.send(&pair(&format!("pair-{number}"), 1, "785 4393")).await);
    }
    ids
}

pub fn same() -> Value {
    json!({"verdict": {"clusters": [["a", "b"]]}, "cannot_tell": false, "reasons": [], "comment": null})
}

pub fn different() -> Value {
    json!({"verdict": {"clusters": [["a"], ["b"]]}, "cannot_tell": false, "reasons": [], "comment": "two sites"})
}
