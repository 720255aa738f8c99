//! Exports while something happens to them: what changes on the way is noticed and leaves no file, what is released meanwhile
//! stays out of the file.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, same, send_pairs};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tokio_util::task::AbortOnDropHandle;

/// What happens to what is exported.
#[derive(Clone)]
enum Mischief {
    /// One byte of it is changed.
    ChangesAByte,
    /// As soon as the hub has answered, the next of these is decided and released.
    Decides(Arc<Mutex<VecDeque<String>>>, Arc<Caller>),
}

/// Stands before a hub and hands everything on.
struct Meddler {
    base: String,
    _serving: AbortOnDropHandle<()>,
}

impl Meddler {
    async fn before(hub: &HubProcess, mischief: Mischief) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(hand_on)
            .with_state((hub.base.clone(), mischief));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            base,
            _serving: AbortOnDropHandle::new(serving),
        }
    }
}

async fn hand_on(State((hub, mischief)): State<(String, Mischief)>, request: Request) -> Response {
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
    let mut bytes = answer.bytes().await.unwrap();
    match mischief {
        _ if !path.starts_with("/v1/exports/") => {}
        Mischief::ChangesAByte if path.contains("/manifest") => {}
        Mischief::ChangesAByte => bytes = changed(&bytes),
        Mischief::Decides(ids, by) => {
            let next = ids.lock().unwrap().pop_front();
            if let Some(id) = next {
                decide(&by, &id).await;
            }
        }
    }
    response.body(Body::from(bytes)).unwrap()
}

async fn decide(by: &Caller, id: &str) {
    let case = by.case(id).await;
    let decision = json!({
        "id": uuid::Uuid::now_v7(), "case_id": id, "case_revision": 1, "content_hash": case["content_hash"],
        "verdict": {"clusters": [["a", "b"]]},
    });
    let answer = by.post("/v1/decisions", &decision).await;
    assert_eq!(answer["items"][0]["result"], "accepted", "{answer}");
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
    let meddler = Meddler::before(&hub, Mischief::ChangesAByte).await;
    let desk = desk_at(&meddler, &token).await;
    let case = desk.cases("sites", 1).await.remove(0);
    desk.decide(&case, same()).await;
    desk.until_delivered().await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.jsonl");
    let args = json!({"format": "labels.jsonl", "queue": null, "source": null, "split": null, "path": path});
    let error = desk.try_call("export", args).await.unwrap_err();
    assert_eq!(error.code, "labels_changed", "{error:?}");
    assert!(error.message.contains("Nothing was written"), "{error:?}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

async fn desk_at(meddler: &Meddler, token: &str) -> TestDesk {
    let desk = TestDesk::fresh().await;
    let choose = json!({"address": meddler.base, "token": token, "passphrase": null});
    desk.call("choose_team", choose).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_of_one_moment_also_while_others_go_on_deciding() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let ids = send_pairs(&hub.caller("matcher", &["source"]), 8).await;
    let ana = hub.caller("Ana", &["steward"]);
    decide(&ana, &ids[0]).await;
    let waiting = Arc::new(Mutex::new(ids[1..].iter().cloned().collect::<VecDeque<_>>()));
    let meddler = Meddler::before(&hub, Mischief::Decides(waiting.clone(), Arc::new(ana))).await;
    let desk = desk_at(&meddler, &hub.token("Lea", &["lead"])).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.jsonl");
    let args = json!({"format": "labels.jsonl", "queue": null, "source": null, "split": null, "path": path});
    let exported = desk.call("export", args).await;
    assert_eq!(exported["rows"], 1, "what was released before, and nothing since");
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    assert!(
        waiting.lock().unwrap().len() < 7,
        "something was released meanwhile"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_manifest_ever_lies_beside_labels_that_it_is_not_of() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward", "lead"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    desk.decide(&case, same()).await;
    desk.until_delivered().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.jsonl");
    let manifest = folder.path().join("labels.jsonl.manifest.json");
    let args = json!({"format": "labels.jsonl", "queue": null, "source": null, "split": null, "path": path});

    // A folder that isn't empty can't be written over.
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("something"), "").unwrap();
    std::fs::write(&manifest, "of an earlier export").unwrap();
    let error = desk.try_call("export", args.clone()).await.unwrap_err();
    assert_eq!(error.code, "file_error", "{error:?}");
    assert_eq!(
        std::fs::read_to_string(&manifest).unwrap(),
        "of an earlier export"
    );

    std::fs::remove_dir_all(&path).unwrap();
    std::fs::remove_file(&manifest).unwrap();
    std::fs::create_dir(&manifest).unwrap();
    std::fs::write(manifest.join("something"), "").unwrap();
    let error = desk.try_call("export", args).await.unwrap_err();
    assert_eq!(error.code, "no_manifest", "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        2,
        "no part is left"
    );
}
