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
use protocol::ipc::{ImportArgs, Imported, PickArgs, PickSaveArgs, Topic};
use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{FileKeychain, different, pair};
use zeroize::Zeroizing;

struct SoloHost {
    folder: PathBuf,
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
    fn start_hub(&self, key: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>> {
        async move {
            let hub = self.hub(&key).await?;
            let roles = vec![Role::Steward, Role::Approver, Role::Lead];
            let you = hub
                .create_token(NewToken {
                    name: "You".into(),
                    roles,
                    ..NewToken::default()
                })
                .await
                .unwrap();
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
            tokio::spawn(hub::serve(listener, hub, std::future::pending()));
            Ok(SoloHub {
                address,
                token: you.token,
            })
        }
        .boxed()
    }

    fn import(&self, _: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>> {
        async { Ok(Imported::default()) }.boxed()
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

async fn open(folder: &std::path::Path) -> Desk {
    let host = Arc::new(SoloHost {
        folder: folder.to_owned(),
    });
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
