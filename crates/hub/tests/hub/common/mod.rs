//! A real hub on a free port, with a database of its own, and people who call it. Ends with the test.

pub mod binary;
pub mod cases;
pub mod receiver;
pub mod shared;

use std::time::Duration;

use domain::policy::Role;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tiebreak_hub::{Hub, HubOptions, access::NewToken};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub struct TestHub {
    pub base: String,
    pub hub: Hub,
    pub database: String,
    /// Holds the database, until the test ends.
    folder: Option<TempDir>,
    stop: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

impl TestHub {
    /// Decisions are released as they are accepted.
    pub async fn start() -> Self {
        Self::start_with(|options| options.undo_seconds = 0).await
    }

    pub async fn start_with(change: impl FnOnce(&mut HubOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = HubOptions::new(new_database(&folder).await);
        change(&mut options);
        let database = options.database.clone();
        Self::serving(Hub::open(options).await.unwrap(), database, folder).await
    }

    /// A hub opened by the test itself, on a database of its own choosing.
    pub async fn start_on(hub: Hub, database: &str) -> Self {
        Self::serving(hub, database.to_owned(), tempfile::tempdir().unwrap()).await
    }

    async fn serving(hub: Hub, database: String, folder: TempDir) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let serving = tiebreak_hub::serve(listener, hub.clone(), stop.clone().cancelled_owned());
        let serving = tokio::spawn(async move { serving.await.unwrap() });
        Self {
            base,
            hub,
            database,
            folder: Some(folder),
            stop,
            serving: Some(serving),
        }
    }

    /// Ends as `serve` does: what is under way is finished.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(serving) = self.serving.take() {
            serving.await.unwrap();
        }
        self.hub.clone().close().await;
    }

    /// Ends as after a kill: what is under way stays as it is.
    pub async fn kill(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    /// Ends as [`Self::stop`]; the database stays as long as what is returned.
    pub async fn stop_and_keep(mut self) -> Option<TempDir> {
        let folder = self.folder.take();
        self.stop().await;
        folder
    }

    /// A person with these roles, and a token of theirs.
    pub async fn caller(&self, name: &str, roles: &[Role]) -> Api {
        self.caller_with(NewToken {
            name: name.to_owned(),
            roles: roles.to_vec(),
            ..NewToken::default()
        })
        .await
    }

    pub async fn caller_with(&self, new: NewToken) -> Api {
        let made = self.hub.create_token(new).await.unwrap();
        Api::new(&self.base, &made.token)
    }

    pub async fn source(&self) -> Api {
        self.caller("matcher", &[Role::Source]).await
    }

    pub async fn steward(&self) -> Api {
        self.caller("Ana", &[Role::Steward]).await
    }

    pub async fn approver(&self) -> Api {
        self.caller("Ben", &[Role::Approver]).await
    }

    pub async fn lead(&self) -> Api {
        self.caller("Lea", &[Role::Lead]).await
    }

    pub async fn admin(&self) -> Api {
        self.caller("Root", &[Role::Admin]).await
    }

    /// Everything a client can see of what is stored; equal before and after what must change nothing.
    pub async fn all(&self) -> Value {
        let admin = self.admin().await;
        let mut all = json!({});
        for feed in ["cases", "decisions", "labels", "queues"] {
            all[feed] = admin.get(&format!("/v1/{feed}?limit=500")).await.1["items"].clone();
        }
        all
    }
}

/// The address of an empty database: a file, or where `TIEBREAK_TEST_ENGINE=postgres` one of the server that
/// scripts/postgres.sh started. So every fact here is a fact on both engines.
pub async fn new_database(folder: &TempDir) -> String {
    if std::env::var("TIEBREAK_TEST_ENGINE").as_deref() != Ok("postgres") {
        return format!("sqlite:{}", folder.path().join("hub.db").display());
    }
    let server = std::env::var("TIEBREAK_TEST_POSTGRES").expect("run by scripts/postgres.sh");
    let name = format!("tiebreak_{}", uuid::Uuid::new_v4().simple());
    let pool = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// One caller.
#[derive(Clone)]
pub struct Api {
    pub base: String,
    pub token: String,
    pub client: reqwest::Client,
}

pub type Answer = (StatusCode, Value);

impl Api {
    pub fn new(base: &str, token: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
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

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    /// A body as it stands, as JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        answer(
            self.request(Method::POST, path)
                .header("content-type", "application/json")
                .body(body),
        )
        .await
    }

    pub async fn text(&self, path: &str) -> String {
        let response = self.request(Method::GET, path).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        text
    }

    /// Sends a case that must be taken; its id.
    pub async fn send(&self, case: &Value) -> String {
        let (status, answer) = self.post("/v1/cases", case).await;
        assert_eq!(status, 200, "{answer}");
        assert_ne!(answer["items"][0]["result"], "refused", "{answer}");
        answer["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The first item of a batch.
    pub async fn post_one(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["items"].as_array().map(Vec::len), Some(1), "{answer}");
        answer["items"][0].clone()
    }

    pub async fn case(&self, id: &str) -> Value {
        let (status, case) = self.get(&format!("/v1/cases/{id}")).await;
        assert_eq!(status, 200, "{case}");
        case
    }

    /// All items of a list or feed, page by page.
    pub async fn everything(&self, path: &str) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let (status, page) = self.get(&format!("{path}{joint}limit=500&after={after}")).await;
            assert_eq!(status, 200, "{path}: {page}");
            let more = page["items"].as_array().unwrap();
            items.extend(more.iter().cloned());
            match page["next"].as_str() {
                Some(next) if !more.is_empty() => after = next.to_owned(),
                _ => return items,
            }
        }
    }
}

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, json)
}

/// A decision on a case as shown: bound to its revision and hash.
pub fn decision(case: &Value, verdict: Value) -> Value {
    json!({
        "id": uuid::Uuid::now_v7().to_string(),
        "case_id": case["id"],
        "case_revision": case["revision"],
        "content_hash": case["content_hash"],
        "verdict": verdict,
    })
}

/// `(result, code, pointer)` of a batch item.
pub fn fate(item: &Value) -> (&str, &str, &str) {
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    (text("result"), text("code"), text("pointer"))
}

/// `(status, code, pointer)` of a problem, which must read as RFC 9457.
pub fn problem(answer: &Answer) -> (u16, &str, &str) {
    let (status, problem) = answer;
    let text = |name: &str| problem[name].as_str().unwrap_or_default();
    assert_eq!(problem["status"], status.as_u16(), "{problem}");
    for name in ["type", "title", "detail", "code", "correlation_id"] {
        assert!(!text(name).is_empty(), "{name} is missing: {problem}");
    }
    (status.as_u16(), text("code"), text("pointer"))
}
