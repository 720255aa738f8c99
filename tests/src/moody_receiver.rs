//! A receiver of webhooks that has its moods: an event that comes for the first time it now and then fails (500), puts off
//! (429 with `Retry-After`) or hangs up on, before or after it was kept; when it comes again it takes it.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rand::RngExt;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

const EVENT_BYTES_MAX: usize = 1024 * 1024;

pub struct MoodyReceiver {
    pub url: String,
    kept: Arc<Mutex<Kept>>,
    _listening: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Kept {
    /// What it was sent before, by its id.
    known: BTreeSet<String>,
    took: Vec<Value>,
    moods: u64,
}

enum Mood {
    Takes,
    Fails,
    PutsOff,
    HangsUp { kept: bool },
}

impl Mood {
    fn draw() -> Self {
        match rand::rng().random_range(0..50) {
            0 => Self::Fails,
            1 => Self::PutsOff,
            2 => Self::HangsUp { kept: false },
            3 => Self::HangsUp { kept: true },
            _ => Self::Takes,
        }
    }
}

impl MoodyReceiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let kept = Arc::<Mutex<Kept>>::default();
        let listening = tokio::spawn(listen(listener, kept.clone()));
        Self {
            url,
            kept,
            _listening: AbortOnDropHandle::new(listening),
        }
    }

    /// The events it kept, in the order they came.
    pub fn took(&self) -> Vec<Value> {
        self.kept.lock().unwrap().took.clone()
    }

    /// How often it didn't simply take one.
    pub fn moods(&self) -> u64 {
        self.kept.lock().unwrap().moods
    }
}

async fn listen(listener: TcpListener, kept: Arc<Mutex<Kept>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let kept = kept.clone();
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let kept = kept.clone();
            async move {
                let body = to_bytes(Body::new(request.into_body()), EVENT_BYTES_MAX).await;
                let body = body.map_err(io::Error::other)?;
                receive(&kept, &body)
            }
        });
        // An error of the service ends the connection without an answer.
        tokio::spawn(async move {
            http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
        });
    }
}

fn receive(kept: &Mutex<Kept>, body: &Bytes) -> Result<Response, io::Error> {
    let event: Value = serde_json::from_slice(body)?;
    let mut kept = kept.lock().unwrap();
    let first = kept
        .known
        .insert(event["id"].as_str().unwrap_or_default().to_owned());
    let mood = if first { Mood::draw() } else { Mood::Takes };
    if !matches!(mood, Mood::Takes) {
        kept.moods += 1;
    }
    match mood {
        Mood::Takes => {
            kept.took.push(event);
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Mood::Fails => Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Mood::PutsOff => Ok((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "6")]).into_response()),
        Mood::HangsUp { kept: keeps } => {
            if keeps {
                kept.took.push(event);
            }
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}
