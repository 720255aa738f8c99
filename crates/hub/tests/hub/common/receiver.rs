//! A real receiver of webhooks on a free port, which answers as the test says and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio_util::task::AbortOnDropHandle;

#[derive(Debug, Clone)]
pub struct Message {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub event: Value,
}

impl Message {
    pub fn kind(&self) -> &str {
        self.event["type"].as_str().unwrap()
    }

    pub fn case(&self) -> &str {
        self.event["subject"].as_str().unwrap_or_default()
    }

    pub fn sequence(&self) -> u64 {
        self.event["sequence"].as_str().unwrap().parse().unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

type Answers = dyn Fn(Message) -> BoxFuture<'static, Response> + Send + Sync;

#[derive(Clone)]
struct Shared {
    got: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Answers>,
}

pub struct Receiver {
    pub url: String,
    shared: Shared,
    _serving: AbortOnDropHandle<()>,
}

impl Receiver {
    /// Takes everything.
    pub async fn start() -> Self {
        Self::answering(|_| StatusCode::NO_CONTENT.into_response()).await
    }

    pub async fn answering(answer: impl Fn(&Message) -> Response + Send + Sync + 'static) -> Self {
        Self::answering_late(move |message| {
            let response = answer(&message);
            Box::pin(async move { response })
        })
        .await
    }

    pub async fn answering_late(
        answers: impl Fn(Message) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            got: Arc::default(),
            answers: Arc::new(answers),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            shared,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    /// What it was sent, in the order it came in.
    pub fn got(&self) -> Vec<Message> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits until it was sent this many messages.
    pub async fn wait_for(&self, n: usize) -> Vec<Message> {
        for _ in 0..400 {
            if self.got().len() >= n {
                return self.got();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let kinds: Vec<String> = self.got().iter().map(|m| m.kind().to_owned()).collect();
        panic!("{n} messages didn't come, but {kinds:?}");
    }

    /// Waits a while for what must not come.
    pub async fn nothing_more_than(&self, n: usize) {
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert_eq!(self.got().len(), n, "{:?}", self.got().last());
    }
}

async fn receive(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let message = Message {
        path: uri.path().to_owned(),
        event: serde_json::from_slice(&body).unwrap_or_default(),
        headers,
        body,
    };
    shared.got.lock().unwrap().push(message.clone());
    (shared.answers)(message).await
}
