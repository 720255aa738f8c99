//! On this computer: the same hub inside the program, on a new port at every start, with the replica's key.

use std::path::PathBuf;
use std::sync::Arc;

use desk::{Desk, DeskOptions, Host, SoloHub, StoreKey};
use domain::policy::Role;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hub::access::NewToken;
use hub::{Hub, HubOptions};
use protocol::WireError;
use protocol::importing::RecordsHeader;
use protocol::ipc::{ImportArgs, Imported, PickArgs, PickSaveArgs, Topic};
use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{FileKeychain, different, pair};
use zeroize::Zeroizing;

struct SoloHost {
    folder: PathBuf,
    running: tokio::sync::Mutex<Option<(Hub, String)>>,
}

async fn token_of_the_person(hub: &Hub) -> String {
    let roles = vec![Role::Steward, Role::Approver, Role::Lead];
    let made = hub
        .create_token(NewToken {
            name: "You".into(),
            roles,
            ..NewToken::default()
        })
        .await;
    made.unwrap().token
}

impl SoloHost {
    async fn hub(&self, key: &StoreKey) -> Result<Hub, WireError> {
        let mut options = HubOptions::new(format!("sqlite:{}", self.folder.join("hub.db").display()));
        options.key = Some(Zeroizing::new(*key.as_bytes()));
        Hub::open(options)
            .await
            .map_err(|error| WireError::new("hub_failed", error.to_string()))
    }
}

impl Host for SoloHost {
    fn open_url(&self, _: &str) -> Result<(), ()> {
        Err(())
    }

    fn start_hub(&self, key: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>> {
        async move {
            let mut running = self.running.lock().await;
            if let Some((hub, address)) = &*running {
                return Ok(SoloHub {
                    address: address.clone(),
                    token: token_of_the_person(hub).await,
                });
            }
            let hub = self.hub(&key).await?;
            let token = token_of_the_person(&hub).await;
            let agent = hub
                .create_token(NewToken {
                    name: "agent".into(),
                    roles: vec![Role::Source],
                    ..NewToken::default()
                })
                .await
                .unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            std::fs::write(self.folder.join("agent"), format!("{address} {}", agent.token)).unwrap();
            tokio::spawn(hub::serve(listener, hub.clone(), std::future::pending()));
            *running = Some((hub, address.clone()));
            Ok(SoloHub { address, token })
        }
        .boxed()
    }

    fn import(&self, _: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>> {
        async { Ok(Imported::default()) }.boxed()
    }

    fn records_header(&self, _: String) -> BoxFuture<'_, Result<RecordsHeader, WireError>> {
        async { Err(WireError::new("not_here", "This test imports nothing")) }.boxed()
    }

    fn sample(&self) -> BoxFuture<'_, Result<Imported, WireError>> {
        async { Ok(Imported::default()) }.boxed()
    }

    fn pick_files(&self, _: PickArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn pick_save(&self, _: PickSaveArgs) -> BoxFuture<'_, Vec<String>> {
        async { Vec::new() }.boxed()
    }

    fn changed(&self, _: &[Topic]) {}
    fn notify(&self, _: &str, _: &str) {}
    fn painted(&self, _: &str) {}
}

fn host(folder: &std::path::Path) -> Arc<SoloHost> {
    Arc::new(SoloHost {
        folder: folder.to_owned(),
        running: tokio::sync::Mutex::default(),
    })
}

async fn open(folder: &std::path::Path) -> Desk {
    open_with(folder, host(folder)).await
}

async fn open_with(folder: &std::path::Path, host: Arc<SoloHost>) -> Desk {
    let keychain = Arc::new(FileKeychain(folder.join("keychain")));
    Desk::open(DeskOptions {
        data_folder: folder.join("desk"),
        version: "0.0.0-test",
        host,
        keychain,
    })
    .await
}

async fn call(desk: &Desk, name: &str, args: Value) -> Value {
    let text = desk
        .call(serde_json::from_value(json!({"call": name, "args": args})).unwrap())
        .await;
    serde_json::from_str(&text.unwrap_or_else(|error| panic!("{name}: {error}"))).unwrap()
}

async fn case_at_hand(desk: &Desk) -> Value {
    for _ in 0..500 {
        let work = call(desk, "work", json!({"queue": "sites", "have": [], "limit": 1})).await;
        if let Some(case) = work["cases"].get(0) {
            return case.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no case at hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_this_computer_an_agent_posts_a_person_decides_and_all_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path()).await;
    let chosen = call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    assert_eq!(chosen["recovery_key"].as_str().unwrap().len(), 65);
    let agent = std::fs::read_to_string(folder.path().join("agent")).unwrap();
    let (address, token) = agent.split_once(' ').unwrap();
    let source = tiebreak_tests::hub_process::Caller::new(address, token);
    for number in 0..2 {
        source.send(&pair(&format!("pair-{number}"), 1, "1")).await;
    }
    let case = case_at_hand(&desk).await;
    let args = json!({
        "case_id": case["id"], "content_hash": case["content_hash"], "draft": different(), "active_ms": 10,
        "shown": {"suggestion_id": null, "links": true, "opened": [], "revealed": []}, "have": [], "limit": 1,
    });
    call(&desk, "decide", args).await;
    desk.close().await;

    let desk = open(folder.path()).await;
    assert_eq!(
        call(&desk, "start", json!({})).await,
        json!({"state": "ready", "mode": "solo", "version": "0.0.0-test"})
    );
    assert_eq!(
        call(&desk, "history", json!({"after": null})).await["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_ne!(case_at_hand(&desk).await["id"], case["id"]);
    for file in ["desk/replica-solo.db", "hub.db"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        assert!(
            !bytes.windows(6).any(|window| window == b"Armour"),
            "{file} holds content in clear"
        );
    }

    assert_eq!(call(&desk, "sign_out", json!({})).await["state"], "first_run");
    call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    assert_eq!(
        call(&desk, "history", json!({"after": null})).await["rows"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "leaving loses nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_this_computer_a_token_that_has_ended_is_renewed_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(folder.path());
    let desk = open_with(folder.path(), host.clone()).await;
    call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    let hub = host.running.lock().await.as_ref().unwrap().0.clone();
    let agent = std::fs::read_to_string(folder.path().join("agent")).unwrap();
    let (address, token) = agent.split_once(' ').unwrap();
    tiebreak_tests::hub_process::Caller::new(address, token)
        .send(&pair("pair-1", 1, "1"))
        .await;
    hub.revoke_token("You").await.unwrap();
    call(&desk, "sync_now", json!({})).await;
    case_at_hand(&desk).await;
    assert_eq!(
        call(&desk, "overview", json!({})).await["sync"]["code"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_left_with_a_passphrase_is_opened_again_with_it_though_there_is_a_keychain() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path()).await;
    call(
        &desk,
        "choose_solo",
        json!({"sample": false, "passphrase": "correct horse"}),
    )
    .await;
    call(&desk, "sign_out", json!({})).await;
    let chosen = call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    assert_eq!(chosen["recovery_key"], Value::Null);
    let start = call(&desk, "start", json!({})).await;
    assert_eq!(
        (&start["state"], &start["reason"]),
        (&json!("locked"), &json!("passphrase"))
    );
    assert_eq!(
        call(&desk, "sign_out", json!({})).await["state"],
        "first_run",
        "it can be left as it is"
    );
    call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    let unlock = json!({"passphrase": "correct horse", "recovery_key": null});
    assert_eq!(call(&desk, "unlock", unlock).await["state"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_key_the_keychain_lost_is_opened_by_its_recovery_key_and_then_by_a_new_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path()).await;
    let chosen = call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    call(&desk, "sign_out", json!({})).await;
    std::fs::remove_dir_all(folder.path().join("keychain")).unwrap();
    call(&desk, "choose_solo", json!({"sample": false, "passphrase": null})).await;
    assert_eq!(call(&desk, "start", json!({})).await["reason"], "key_missing");
    let unlock = json!({"passphrase": "correct horse", "recovery_key": chosen["recovery_key"]});
    assert_eq!(call(&desk, "unlock", unlock).await["state"], "ready");
    desk.close().await;
    let desk = open(folder.path()).await;
    assert_eq!(call(&desk, "start", json!({})).await["reason"], "passphrase");
    let unlock = json!({"passphrase": "correct horse", "recovery_key": null});
    assert_eq!(call(&desk, "unlock", unlock).await["state"], "ready");
}
