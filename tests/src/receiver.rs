//! A real receiver of webhooks on a free port of the loopback, which answers as it is told and keeps what it was sent.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;
use tokio_util::task::AbortOnDropHandle;

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct Shared {
    got: Arc<Mutex<Vec<Value>>>,
    status: Arc<AtomicU16>,
}

pub struct Receiver {
    pub url: String,
    shared: Shared,
    _serving: AbortOnDropHandle<()>,
}

impl Receiver {
    /// Takes everything, until it is told otherwise.
    pub async fn start() -> Self {
        let shared = Shared {
            got: Arc::default(),
            status: Arc::new(AtomicU16::new(204)),
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

    /// What it answers from now on.
    pub fn answers(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    /// The events it was sent and took.
    pub fn took(&self) -> Vec<Value> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits until it took an event of this type, this many of them.
    pub async fn until_it_took(&self, kind: &str, n: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.took().iter().filter(|event| event["type"] == kind).count() < n {
            assert!(Instant::now() < deadline, "{n} {kind}: {:?}", self.took());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

async fn receive(State(shared): State<Shared>, body: Bytes) -> StatusCode {
    let status = StatusCode::from_u16(shared.status.load(Ordering::SeqCst)).expect("a status");
    if status.is_success() {
        let event = serde_json::from_slice(&body).unwrap_or_default();
        shared.got.lock().unwrap().push(event);
    }
    status
}
