//! Exports on their way through a network that changes them: the desk notices, says so, and keeps no file.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, same, send_pairs};
use tiebreak_tests::hub_process::HubProcess;
use tokio_util::task::AbortOnDropHandle;

/// Stands before a hub, hands everything on, and changes one byte of what is exported.
struct Meddler {
    base: String,
    _serving: AbortOnDropHandle<()>,
}

impl Meddler {
    async fn before(hub: &HubProcess) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(hand_on).with_state(hub.base.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            base,
            _serving: AbortOnDropHandle::new(serving),
        }
    }
}

async fn hand_on(State(hub): State<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut forward = client.request(parts.method, format!("{hub}{path}")).body(body);
    for name in ["authorization", "content-type"] {
        if let Some(value) = parts.headers.get(name) {
            forward = forward.header(name, value);
        }
    }
    let answer = forward.send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.headers().get("content-type") {
        response = response.header("content-type", kind);
    }
    let bytes = answer.bytes().await.unwrap();
    let exported = path.starts_with("/v1/exports/") && !path.contains("/manifest");
    response
        .body(Body::from(if exported { changed(&bytes) } else { bytes }))
        .unwrap()
}

fn changed(bytes: &Bytes) -> Bytes {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_was_changed_on_its_way_leaves_no_file() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let token = hub.token("Sam", &["steward", "lead"]);
    let meddler = Meddler::before(&hub).await;
    let desk = TestDesk::fresh().await;
    desk.call(
        "choose_team",
        json!({"address": meddler.base, "token": token, "passphrase": null}),
    )
    .await;
    let case = desk.cases("sites", 1).await.remove(0);
    desk.decide(&case, same()).await;
    desk.until_delivered().await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.jsonl");
    let args = json!({"format": "labels.jsonl", "queue": null, "split": null, "path": path});
    let error = desk.try_call("export", args).await.unwrap_err();
    assert_eq!(error.code, "labels_changed", "{error:?}");
    assert!(error.message.contains("Nothing was written"), "{error:?}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
