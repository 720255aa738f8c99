//! What the hub refuses stays in the outbox until the person has dealt with it.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, pair, same, send_pairs};
use tiebreak_tests::hub_process::HubProcess;

/// A decision made offline on a case that was revised meanwhile.
async fn stale(hub: &mut HubProcess) -> (TestDesk, Value) {
    let source = hub.caller("matcher", &["source"]);
    send_pairs(&source, 1).await;
    let desk = TestDesk::at(hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    hub.kill();
    desk.until_offline().await;
    desk.decide(&case, different()).await;
    // The desk must not hear of the revision before its decision is sent, as when the outage ends for all at once.
    desk.desk.close().await;
    hub.start_again();
    source.send(&pair("pair-0", 2, "555 0000")).await;
    let desk = TestDesk::open(desk.folder.clone()).await;
    desk.until("a wedged entry", async || {
        (desk.overview().await["outbox_wedged"] == 1).then_some(())
    })
    .await;
    (desk, case)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_an_older_revision_says_what_changed_and_is_decided_again() {
    let mut hub = HubProcess::start(&[]);
    let (desk, case) = stale(&mut hub).await;
    let entry = desk.outbox().await.remove(0);
    let wedged = &entry["wedged"];
    assert_eq!(wedged["code"], "stale_revision");
    assert_eq!(wedged["seen_hash"], case["content_hash"]);
    assert_ne!(wedged["now_hash"], wedged["seen_hash"]);
    assert_eq!(wedged["can_decide_again"], true);
    assert_eq!(wedged["changes"][0]["place"], "a, phone");
    assert_eq!(desk.history().await[0]["state_words"], "Needs you");
    desk.until("one notification", async || {
        let notified = desk.host.notified.lock().unwrap();
        (notified.as_slice() == ["A decision needs you"]).then_some(())
    })
    .await;

    let now = desk.call("decide_again", json!({"id": entry["id"]})).await;
    assert_eq!(now["revision"], 2);
    assert_eq!(
        now["draft"]["verdict"],
        Value::Null,
        "the old answer was to other content"
    );
    assert_eq!(now["draft"]["comment"], different()["comment"]);
    assert_eq!(
        desk.outbox().await.len(),
        1,
        "until the new decision is made the old one stays"
    );
    desk.decide(&now, same()).await;
    desk.until_delivered().await;
    let whole = hub
        .caller("Lea", &["lead"])
        .case(case["id"].as_str().unwrap())
        .await;
    assert_eq!(whole["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(whole["decisions"][0]["case"]["revision"], 2);
    let states: Vec<Value> = desk
        .history()
        .await
        .iter()
        .map(|row| row["state_words"].clone())
        .collect();
    assert_eq!(states[1], "Discarded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wedged_entry_stays_through_restarts_and_syncs_until_the_person_discards_it() {
    let mut hub = HubProcess::start(&[]);
    let (desk, _) = stale(&mut hub).await;
    let desk = desk.restarted().await;
    desk.until_synced().await;
    let entries = desk.outbox().await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["wedged"]["code"], "stale_revision");

    desk.call("retry_outbox", json!({"id": entries[0]["id"]})).await;
    desk.until("wedged again", async || {
        (desk.overview().await["outbox_wedged"] == 1).then_some(())
    })
    .await;

    desk.call("discard_outbox", json!({"id": entries[0]["id"]})).await;
    assert!(desk.outbox().await.is_empty());
    let row = desk.history().await.remove(0);
    assert_eq!(
        (row["state_words"].as_str(), row["can_undo"].as_bool()),
        (Some("Discarded"), Some(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_wedges_nothing_and_a_new_one_delivers() {
    let mut hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    hub.kill();
    desk.until_offline().await;
    desk.decide(&case, different()).await;
    hub.run(&["token", "revoke", "--name", "Sam"]);
    hub.start_again();
    desk.call("sync_now", json!({})).await;
    desk.until("refused", async || {
        (desk.overview().await["sync"]["state"] == "refused").then_some(())
    })
    .await;
    let overview = desk.overview().await;
    assert_eq!(
        (
            overview["outbox_waiting"].as_u64(),
            overview["outbox_wedged"].as_u64()
        ),
        (Some(1), Some(0))
    );

    let of_another = hub.token("Kim", &["steward"]);
    let refused = desk
        .try_call("sign_in", json!({"token": of_another}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "other_person");
    assert!(
        desk.try_call(
            "sign_in",
            json!({"token": "no token of this hub, but as long as one is"})
        )
        .await
        .is_err()
    );
    assert_eq!(
        desk.overview().await["outbox_waiting"],
        1,
        "nothing went out under another name"
    );
    let token = hub.token("Sam", &["steward"]);
    desk.call("sign_in", json!({"token": token})).await;
    desk.until_delivered().await;
    let desk = desk.restarted().await;
    desk.until_synced().await;
}
