//! A team's hub as its own process, as typed, on a free port of the loopback; and a caller of its API.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;

use crate::programs::program;

/// A hub with a database of its own. It ends with this value, and can be ended and started again at the same address.
pub struct HubProcess {
    folder: TempDir,
    /// Another database than the file in the folder.
    database: Option<String>,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    serving: Option<Child>,
    pub base: String,
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

impl HubProcess {
    /// `serve` with more options, `--undo-seconds 1` say.
    pub fn start(options: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), options)
    }

    /// The same with these files beside its database: a `tiebreak-hub.toml`, certificates.
    pub fn start_beside(files: &[(&str, &str)], options: &[&str]) -> Self {
        Self::start_all(files, options, &[])
    }

    /// The same in an environment with more in it.
    pub fn start_in_environment(files: &[(&str, &str)], environment: &[(&str, &str)]) -> Self {
        Self::start_all(files, &[], environment)
    }

    fn start_all(files: &[(&str, &str)], options: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut hub = Self {
            folder,
            database: None,
            options: options.iter().map(ToString::to_string).collect(),
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            serving: None,
            base: String::new(),
        };
        hub.serve("127.0.0.1:0");
        hub
    }

    /// The same with its database below this folder.
    pub fn start_in(parent: &Path, options: &[&str]) -> Self {
        Self::start_with(parent, None, options)
    }

    /// One of perhaps several hubs on this database.
    pub fn start_on(database: &str, options: &[&str]) -> Self {
        Self::start_with(&std::env::temp_dir(), Some(database.to_owned()), options)
    }

    fn start_with(parent: &Path, database: Option<String>, options: &[&str]) -> Self {
        let folder = tempfile::tempdir_in(parent).unwrap();
        let options = options.iter().map(ToString::to_string).collect();
        let mut hub = Self {
            folder,
            database,
            options,
            environment: Vec::new(),
            serving: None,
            base: String::new(),
        };
        hub.serve("127.0.0.1:0");
        hub
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program("tiebreak-hub"));
        for name in [
            "DATABASE",
            "LISTEN",
            "UNDO_SECONDS",
            "KEY_FILE",
            "BEHIND_PROXY",
            "WEBHOOK_PROXY",
        ] {
            command.env_remove(format!("TIEBREAK_{name}"));
        }
        if let Some(database) = &self.database {
            command.env("TIEBREAK_DATABASE", database);
        }
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("TIEBREAK_LOG", "error")
            .current_dir(self.folder.path());
        command
    }

    fn serve(&mut self, listen: &str) {
        if let Some(line) = self.try_serve(listen) {
            panic!("the hub says where it listens: '{line}'");
        }
    }

    /// What it said instead of where it listens; none: it serves.
    fn try_serve(&mut self, listen: &str) -> Option<String> {
        let mut command = self.command();
        command.args(["serve", "--listen", listen]).args(&self.options);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the hub starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line.split_whitespace().last().unwrap_or_default();
        if !base.contains("://127.0.0.1:") {
            child.kill().ok();
            child.wait().ok();
            return Some(line);
        }
        self.base = base.to_owned();
        self.serving = Some(child);
        None
    }

    /// Of its process.
    ///
    /// # Panics
    /// When it doesn't run.
    pub fn id(&self) -> u32 {
        self.serving.as_ref().expect("it runs").id()
    }

    /// Ends it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            serving.kill().ok();
            serving.wait().ok();
        }
    }

    /// Starts it again on the same address and database.
    pub fn start_again(&mut self) {
        assert!(self.serving.is_none(), "it runs");
        let listen = self.base.trim_start_matches("http://").to_owned();
        self.serve(&listen);
    }

    /// As often as it takes, as whoever keeps it running would: a hub that doesn't reach its database doesn't begin to serve.
    ///
    /// # Panics
    /// When it doesn't in so many tries.
    pub fn start_again_whatever_it_takes(&mut self) {
        const TRIES: usize = 40;
        let listen = self.base.trim_start_matches("http://").to_owned();
        let begins = (0..TRIES).any(|_| self.try_serve(&listen).is_none());
        assert!(begins, "the hub never serves");
    }

    /// While it is away, starts it where nobody looks for it, on the same database; what is done there is found later.
    ///
    /// # Panics
    /// When it runs.
    pub fn start_elsewhere(&mut self) -> Elsewhere<'_> {
        assert!(self.serving.is_none(), "it runs");
        let usual = std::mem::take(&mut self.base);
        self.serve("127.0.0.1:0");
        Elsewhere { hub: self, usual }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("tiebreak.db")
    }

    /// Runs another command of the hub on the same database; what it wrote to standard output.
    pub fn run(&self, words: &[&str]) -> String {
        let output = self
            .command()
            .args(words)
            .output()
            .expect("the hub's program runs");
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// A token of a person with these roles.
    pub fn token(&self, name: &str, roles: &[&str]) -> String {
        let mut words = vec!["token", "create", "--name", name];
        for role in roles {
            words.extend(["--role", role]);
        }
        self.run(&words).lines().last().expect("a token").to_owned()
    }

    pub fn caller(&self, name: &str, roles: &[&str]) -> Caller {
        Caller::new(&self.base, &self.token(name, roles))
    }
}

/// A hub at another address than its usual one; away again when this is dropped.
pub struct Elsewhere<'h> {
    hub: &'h mut HubProcess,
    usual: String,
}

impl Elsewhere<'_> {
    /// The same caller, at this address.
    pub fn caller(&self, usual: &Caller) -> Caller {
        Caller::new(&self.hub.base, &usual.token)
    }
}

impl Drop for Elsewhere<'_> {
    fn drop(&mut self) {
        self.hub.kill();
        self.hub.base = std::mem::take(&mut self.usual);
    }
}

/// Somebody who calls a hub.
#[derive(Clone)]
pub struct Caller {
    pub base: String,
    pub token: String,
    client: reqwest::Client,
}

impl Caller {
    pub fn new(base: &str, token: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(600))
            .build()
            .unwrap();
        Self {
            base: base.to_owned(),
            token: token.to_owned(),
            client,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        must(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        must(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Value {
        must(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn text(&self, path: &str) -> String {
        self.request(Method::GET, path)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// Sends a case that must be taken; its id.
    pub async fn send(&self, case: &Value) -> String {
        let answer = self.post("/v1/cases", case).await;
        assert_ne!(answer["items"][0]["result"], "refused", "{answer}");
        answer["items"][0]["id"]
            .as_str()
            .expect("the id of a case")
            .to_owned()
    }

    pub async fn case(&self, id: &str) -> Value {
        self.get(&format!("/v1/cases/{id}")).await
    }

    /// The case of an external id, whole.
    pub async fn case_of(&self, external_id: &str) -> Value {
        let found = self.get(&format!("/v1/cases?external_id={external_id}")).await;
        let id = found["items"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no case {external_id}: {found}"));
        self.case(id).await
    }

    /// Waits until the hub holds the case in this state.
    pub async fn until_case_is(&self, id: &str, state: &str) {
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while self.case(id).await["state"] != state {
            assert!(std::time::Instant::now() < deadline, "the case is never {state}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All items of a list or feed, page by page.
    pub async fn everything(&self, path: &str) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{joint}limit=500&after={after}")).await;
            let more = page["items"].as_array().expect("items");
            items.extend(more.iter().cloned());
            match page["next"].as_str() {
                Some(next) if !more.is_empty() => after = next.to_owned(),
                _ => return items,
            }
        }
    }

    /// Asks again until what is asked for has as many items, then returns them.
    pub async fn until_there_are(&self, count: usize, path: &str) -> Vec<Value> {
        let deadline = std::time::Instant::now() + Duration::from_secs(40);
        loop {
            let items = self.everything(path).await;
            if items.len() >= count {
                assert_eq!(items.len(), count, "{path}: {items:?}");
                return items;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "{path} has {} of {count} items",
                items.len()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn must(request: RequestBuilder) -> Value {
    let response = request.send().await.expect("the hub answers");
    let status = response.status();
    let text = response.text().await.expect("a whole answer");
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
