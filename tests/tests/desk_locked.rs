//! Keys: a wrong one, none, a passphrase, the recovery key. What is locked is never changed.

use std::sync::Arc;

use desk::NoKeychain;
use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, different, send_pairs};
use tiebreak_tests::hub_process::HubProcess;

fn keychain_entry(desk: &TestDesk) -> std::path::PathBuf {
    let folder = desk.folder.path().join("keychain");
    let mut entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_key = |path: &std::path::PathBuf| {
        path.file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with("store"))
    };
    entries.find(is_key).expect("the entry of the key")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_said_and_the_recovery_key_opens_the_store_and_restores_the_keychain() {
    let mut hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    hub.kill();
    desk.until_offline().await;
    desk.decide(&case, different()).await;
    let recovery = desk.call("recovery_key", json!({})).await["recovery_key"].clone();
    let entry = keychain_entry(&desk);
    desk.desk.close().await;
    std::fs::write(&entry, [1; 32]).unwrap();

    let desk = TestDesk::open(desk.folder.clone()).await;
    let start = desk.call("start", json!({})).await;
    assert_eq!(
        (start["state"].as_str(), start["reason"].as_str()),
        (Some("locked"), Some("wrong_key"))
    );
    let first = desk.call("first", json!({})).await;
    assert_eq!(first["start"], start);
    assert!(first["overview"].is_null() && first["work"].is_null(), "{first}");
    assert_eq!(
        desk.try_call("overview", json!({})).await.unwrap_err().code,
        "locked"
    );
    let typo = recovery
        .as_str()
        .unwrap()
        .replace(&recovery.as_str().unwrap()[..5], "00000");
    let refused = desk
        .try_call("unlock", json!({"passphrase": null, "recovery_key": typo}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "bad_recovery_key");

    let start = desk
        .call("unlock", json!({"passphrase": null, "recovery_key": recovery}))
        .await;
    assert_eq!(start["state"], "ready");
    assert_eq!(desk.outbox().await.len(), 1, "nothing was lost");
    let desk = desk.restarted().await;
    assert_eq!(
        desk.call("start", json!({})).await["state"],
        "ready",
        "the keychain has the key again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_a_passphrase_is_asked_for_and_opens_the_store() {
    let hub = HubProcess::start(&[]);
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let desk = TestDesk::open_with(folder.clone(), Arc::new(NoKeychain)).await;
    assert_eq!(desk.call("start", json!({})).await["keychain"], false);
    let token = hub.token("Sam", &["steward"]);
    let choose =
        |passphrase: Option<&str>| json!({"address": hub.base, "token": token, "passphrase": passphrase});
    assert_eq!(
        desk.try_call("choose_team", choose(None)).await.unwrap_err().code,
        "passphrase_required"
    );
    assert_eq!(
        desk.try_call("choose_team", choose(Some("short")))
            .await
            .unwrap_err()
            .code,
        "passphrase_short"
    );
    desk.call("choose_team", choose(Some("correct horse"))).await;
    desk.desk.close().await;

    let desk = TestDesk::open_with(folder.clone(), Arc::new(NoKeychain)).await;
    assert_eq!(desk.call("start", json!({})).await["reason"], "passphrase");
    let wrong = desk
        .try_call(
            "unlock",
            json!({"passphrase": "correct house", "recovery_key": null}),
        )
        .await
        .unwrap_err();
    assert_eq!(wrong.code, "wrong_passphrase");
    let start = desk
        .call(
            "unlock",
            json!({"passphrase": "correct horse", "recovery_key": null}),
        )
        .await;
    assert_eq!(start["state"], "ready");
    desk.until_synced().await;
    for file in std::fs::read_dir(folder.path().join("desk")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(token.len())
                .any(|window| window == token.as_bytes()),
            "the token stands in clear"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_https_or_a_wrong_token_leaves_the_choice_open() {
    let hub = HubProcess::start(&[]);
    let desk = TestDesk::fresh().await;
    let found = desk.call("check_hub", json!({"address": hub.base})).await;
    assert_eq!(found["encrypted"], false);
    assert_eq!(
        desk.try_call("check_hub", json!({"address": "http://hub.example.com"}))
            .await
            .unwrap_err()
            .code,
        "bad_address"
    );
    let wrong = json!({"address": hub.base, "token": "not a token at all, but long enough to be", "passphrase": null});
    assert!(desk.try_call("choose_team", wrong).await.is_err());
    assert_eq!(desk.call("start", json!({})).await["state"], "first_run");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_delivers_and_gives_leases_back() {
    let mut hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 2).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 2).await;
    hub.kill();
    desk.until_offline().await;
    desk.decide(&cases[0], different()).await;
    hub.start_again();
    assert_eq!(desk.call("sign_out", json!({})).await["state"], "first_run");
    assert_eq!(
        std::fs::read_dir(desk.folder.path().join("keychain"))
            .unwrap()
            .count(),
        0
    );

    let state = hub
        .caller("Lea", &["lead"])
        .get(&format!("/v1/cases/{}", cases[0]["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        state["decisions"][0]["verdict"],
        different()["verdict"],
        "delivered on the way out"
    );

    let other = TestDesk::at(&hub, "Kim", &["steward"]).await;
    assert_eq!(
        other.cases("sites", 1).await[0]["id"],
        cases[1]["id"],
        "the lease is free again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teams_token_is_kept_in_the_keychain_beside_the_key() {
    let hub = HubProcess::start(&[]);
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    desk.until_synced().await;
    let keychain = desk.folder.path().join("keychain");
    let entries = || {
        std::fs::read_dir(&keychain)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    assert_eq!(entries().count(), 2);
    let of_token = entries()
        .find(|path| path.to_string_lossy().contains("token-"))
        .unwrap();
    let desk = desk.restarted().await;
    desk.call("sync_now", json!({})).await;
    desk.until_synced().await;

    std::fs::remove_file(&of_token).unwrap();
    let desk = desk.restarted().await;
    desk.until("refused", async || {
        (desk.overview().await["sync"]["state"] == "refused").then_some(())
    })
    .await;
    let token = hub.token("Sam", &["steward"]);
    desk.call("sign_in", json!({"token": token})).await;
    desk.until_synced().await;
    assert_eq!(std::fs::read_to_string(&of_token).unwrap(), token);
}
