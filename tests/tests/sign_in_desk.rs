//! Signing in, from the desk's side: the whole flow with a real provider, a browser that fills in its forms, and a real hub.

use std::sync::Arc;

use domain::policy::Role;
use protocol::WireError;
use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, send_pairs};
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::provider::{Browser, Provider};
use tiebreak_tests::team_hub::{TeamHub, settings};

/// Asks the desk to sign in and plays the browser it opens.
async fn sign_in(desk: &TestDesk, address: Option<&str>, account: &str) -> Result<Value, WireError> {
    let before = desk.host.opened.lock().unwrap().len();
    let waiting = desk.try_call("browser_sign_in", json!({"address": address, "passphrase": null}));
    let browsing = async {
        let address = loop {
            let opened = desk.host.opened.lock().unwrap().get(before).cloned();
            match opened {
                Some(address) => break address,
                None => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        };
        Browser::default().sign_in(&address, account).await
    };
    let (answer, page) = tokio::join!(waiting, browsing);
    assert!(page.contains("signed in"), "{page}");
    answer
}

async fn team(provider: &Provider) -> TeamHub {
    let groups = json!({"groups": {"stewards": {"roles": ["steward"]}}});
    let hub = TeamHub::start(Some(settings(provider, groups))).await;
    let source = hub.caller("matcher", Role::Source).await;
    send_pairs(&source, 3).await;
    hub
}

/// A desk of somebody who signed in with the provider.
async fn desk_of(hub: &TeamHub, account: &str) -> TestDesk {
    let desk = TestDesk::fresh().await;
    let chosen = sign_in(&desk, Some(&hub.base), account).await.unwrap();
    assert!(chosen["recovery_key"].is_string(), "{chosen}");
    desk
}

async fn until_sync_is(desk: &TestDesk, state: &str) -> Value {
    desk.until(state, async || {
        desk.call("sync_now", json!({})).await;
        let sync = desk.overview().await["sync"].clone();
        (sync["state"] == state).then_some(sync)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_in_the_browser_and_decides() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = TestDesk::fresh().await;
    let found = desk.call("check_hub", json!({"address": hub.base})).await;
    assert_eq!(found["provider"], "127.0.0.1");
    sign_in(&desk, Some(&hub.base), "ana+stewards").await.unwrap();
    let cases = desk.cases("sites", 1).await;
    desk.decide(&cases[0], different()).await;
    desk.until_delivered().await;
    let overview = desk.overview().await;
    assert_eq!(
        (&overview["person"], &overview["provider"]),
        (&json!("Ana"), &json!("127.0.0.1"))
    );

    let address = desk.host.opened.lock().unwrap()[0].clone();
    for part in [
        "code_challenge_method=S256",
        "response_type=code",
        "state=",
        "nonce=",
    ] {
        assert!(address.contains(part), "{address}");
    }
    let desk = desk.restarted().await;
    desk.until_synced().await;
    assert_eq!(
        desk.overview().await["provider"],
        "127.0.0.1",
        "known after a restart"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_a_sign_in_lie_in_the_keychain_alone() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = desk_of(&hub, "ana+stewards").await;
    desk.until_synced().await;
    let secret = std::fs::read_dir(desk.folder.path().join("keychain"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("sign-in"))
        .unwrap();
    let kept: Value = serde_json::from_slice(&std::fs::read(secret).unwrap()).unwrap();
    let refresh = kept["refresh_token"].as_str().unwrap();
    desk.desk.close().await;
    for file in std::fs::read_dir(desk.folder.path().join("desk")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(refresh.len())
                .any(|window| window == refresh.as_bytes())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ran_out_is_renewed_without_the_person() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = desk_of(&hub, "ana+stewards").await;
    let cases = desk.cases("sites", 1).await;
    hub.clock.advance_seconds(3601);
    desk.decide(&cases[0], different()).await;
    desk.call("sync_now", json!({})).await;
    // At once, so within the second of the sign-in: the provider then gives the same identity token again.
    desk.until_delivered().await;
    assert_eq!(
        desk.host.opened.lock().unwrap().len(),
        1,
        "no second page was opened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_took_back_says_sign_in_again_and_nothing_is_lost() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = desk_of(&hub, "ana+stewards").await;
    let cases = desk.cases("sites", 1).await;
    provider.revoke("ana+stewards").await;
    hub.clock.advance_seconds(3601);
    desk.decide(&cases[0], different()).await;
    let sync = until_sync_is(&desk, "refused").await;
    assert_eq!(sync["code"], "token_expired");
    assert!(
        sync["trouble"]
            .as_str()
            .unwrap()
            .contains("Your sign-in has run out"),
        "{sync}"
    );
    assert_eq!(desk.outbox().await.len(), 1);

    let other = sign_in(&desk, None, "eva+stewards").await.unwrap_err().code;
    assert_eq!(other, "other_person", "what waits is Ana's");
    assert_eq!(desk.outbox().await.len(), 1);
    sign_in(&desk, None, "ana+stewards").await.unwrap();
    desk.until_delivered().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_away_nobody_is_told_to_sign_in_again() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = desk_of(&hub, "ana+stewards").await;
    desk.until_synced().await;
    provider.set_away(true).await;
    hub.clock.advance_seconds(3601);
    let sync = until_sync_is(&desk, "failing").await;
    assert!(sync["trouble"].as_str().unwrap().contains("provider"), "{sync}");
    provider.set_away(false).await;
    until_sync_is(&desk, "synced").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_role_yet_signs_in_and_begins_when_one_is_given() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    send_pairs(&hub.caller("matcher", Role::Source).await, 2).await;
    let desk = desk_of(&hub, "ana").await;
    let sync = until_sync_is(&desk, "synced").await;
    let overview = desk.overview().await;
    assert_eq!(
        (&overview["roles"], &overview["queues"]),
        (&json!([]), &json!([])),
        "{sync}"
    );
    let admin = hub.caller("Root", Role::Admin).await;
    // Taken away again: heard of by the feed, or by being refused in the middle of work.
    for in_the_middle in [false, true] {
        hub.give(&admin, "Ana", json!({"roles": ["steward"]})).await;
        desk.cases("sites", 2).await;
        hub.give(&admin, "Ana", json!({"roles": []})).await;
        desk.until("nothing of it left", async || {
            if in_the_middle {
                desk.call("sync_now", json!({})).await;
            }
            desk.overview().await["queues"]
                .as_array()
                .unwrap()
                .is_empty()
                .then_some(())
        })
        .await;
    }
    assert!(
        desk.call("work", json!({"queue": "sites", "have": [], "limit": 20}))
            .await["cases"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_the_browser_can_be_given_up() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let desk = TestDesk::fresh().await;
    let args = json!({"address": hub.base, "passphrase": null});
    let waiting = desk.try_call("browser_sign_in", args);
    let giving_up = async {
        while desk.host.opened.lock().unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        desk.call("cancel_sign_in", json!({})).await;
    };
    let (answer, ()) = tokio::join!(waiting, giving_up);
    assert_eq!(answer.unwrap_err().code, "sign_in_cancelled");
    assert_eq!(desk.call("start", json!({})).await["state"], "first_run");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_sealed_until_its_person_is_back() {
    let mut hub = HubProcess::start(&["--undo-seconds", "0"]);
    send_pairs(&hub.caller("matcher", &["source"]), 3).await;
    let (sam, kim) = (hub.token("Sam", &["steward"]), hub.token("Kim", &["steward"]));
    let lead = hub.caller("Lea", &["lead"]);
    let desk = TestDesk::fresh().await;
    let address = hub.base.clone();
    let args = |token: &str| json!({"address": address, "token": token, "passphrase": null});
    desk.call("choose_team", args(&sam)).await;
    let cases = desk.cases("sites", 1).await;
    hub.kill();
    desk.until_offline().await;
    desk.decide(&cases[0], different()).await;
    let start = desk.call("sign_out", json!({})).await;
    assert_eq!(
        (&start["state"], &start["sealed"]),
        (&json!("first_run"), &json!(1))
    );
    assert_eq!(
        desk.try_call("outbox", json!({})).await.unwrap_err().code,
        "first_run"
    );

    hub.start_again();
    desk.call("choose_team", args(&kim)).await;
    desk.until_synced().await;
    assert!(
        desk.outbox().await.is_empty() && desk.history().await.is_empty(),
        "not Kim's to see"
    );
    assert!(
        lead.get("/v1/decisions").await["items"]
            .as_array()
            .unwrap()
            .is_empty(),
        "nor to send"
    );
    let start = desk.call("sign_out", json!({})).await;
    assert_eq!(start["sealed"], 1, "still there");

    let chosen = desk.call("choose_team", args(&sam)).await;
    assert_eq!(chosen["recovery_key"], Value::Null, "the store was there before");
    desk.until_delivered().await;
    let decided = lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(decided[0]["case"]["id"], cases[0]["id"]);
    assert_eq!(desk.call("sign_out", json!({})).await["sealed"], 0);
    let left = |folder: &str| {
        std::fs::read_dir(desk.folder.path().join(folder))
            .unwrap()
            .count()
    };
    assert_eq!((left("keychain"), left("desk")), (0, 1), "desk.json alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_store_opens_for_nobody_when_the_program_ended_in_between() {
    let mut hub = HubProcess::start(&["--undo-seconds", "0"]);
    send_pairs(&hub.caller("matcher", &["source"]), 2).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 1).await;
    hub.kill();
    desk.until_offline().await;
    desk.decide(&cases[0], different()).await;
    desk.call("sign_out", json!({})).await;
    // As `unseal` leaves it, with nothing after it.
    let file = desk.folder.path().join("desk/desk.json");
    let mut places: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    places["team"] = places["sealed"][0]["place"].clone();
    std::fs::write(&file, places.to_string()).unwrap();
    let desk = TestDesk::open(Arc::clone(&desk.folder)).await;
    assert_eq!(desk.call("start", json!({})).await["state"], "first_run");
    hub.start_again();
    let kim = hub.token("Kim", &["steward"]);
    desk.call(
        "choose_team",
        json!({"address": hub.base, "token": kim, "passphrase": null}),
    )
    .await;
    assert!(desk.outbox().await.is_empty());
    assert_eq!(desk.call("sign_out", json!({})).await["sealed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_disabled_keeps_what_they_decided_and_sends_it_when_they_are_back() {
    let provider = Provider::start();
    let hub = team(&provider).await;
    let admin = hub.caller("Root", Role::Admin).await;
    let desk = desk_of(&hub, "ana+stewards").await;
    let cases = desk.cases("sites", 1).await;
    let (status, _) = hub
        .give(&admin, "Ana", json!({"roles": ["steward"], "disabled": true}))
        .await;
    assert_eq!(status, 200);
    desk.decide(&cases[0], different()).await;
    let sync = until_sync_is(&desk, "refused").await;
    assert_eq!(sync["code"], "person_disabled");
    assert!(
        sync["trouble"]
            .as_str()
            .unwrap()
            .contains("took your access away"),
        "{sync}"
    );
    // The session runs out meanwhile, and isn't renewed.
    hub.clock.advance_seconds(3601);
    desk.until("a renewal that is refused", async || {
        desk.call("sync_now", json!({})).await;
        let refused = admin.everything("/v1/audit?action=request.refused").await;
        // A request with the session's own token names it.
        let of_renewal = |entry: &Value| {
            entry["payload"]["code"] == "person_disabled" && entry["header"]["token"].is_null()
        };
        refused.iter().any(of_renewal).then_some(())
    })
    .await;
    let sync = until_sync_is(&desk, "refused").await;
    assert_eq!(sync["code"], "person_disabled", "another sign-in wouldn't help");
    hub.give(&admin, "Ana", json!({"roles": ["steward"]})).await;
    desk.call("sync_now", json!({})).await;
    desk.until_delivered().await;
    assert_eq!(desk.host.opened.lock().unwrap().len(), 1, "nor was one needed");
}
