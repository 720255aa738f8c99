//! Files handed to the program from outside: never lost, and what became of them is said.

use std::sync::Arc;

use desk::NoKeychain;
use protocol::ipc::ImportArgs;
use serde_json::json;
use tiebreak_tests::desk_harness::TestDesk;
use tiebreak_tests::hub_process::HubProcess;

fn cases() -> Vec<ImportArgs> {
    vec![ImportArgs::Cases {
        source: None,
        paths: vec!["/somewhere/more.jsonl".into()],
        queue: None,
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn files_wait_until_a_store_is_open_and_a_teams_store_says_that_it_takes_none() {
    let hub = HubProcess::start(&[]);
    let desk = TestDesk::open_with(Arc::new(tempfile::tempdir().unwrap()), Arc::new(NoKeychain)).await;
    desk.desk.hand_over(cases(), false).await;
    assert_eq!(
        desk.call("handed_over", json!({})).await,
        json!({"waiting": ["more.jsonl"], "done": []})
    );

    let token = hub.token("Sam", &["steward"]);
    let choose = json!({"address": hub.base, "token": token, "passphrase": "correct horse"});
    desk.call("choose_team", choose).await;
    let view = desk
        .until("an answer", async || {
            let view = desk.call("handed_over", json!({})).await;
            (view["done"] != json!([])).then_some(view)
        })
        .await;
    assert_eq!(view["waiting"], json!([]));
    assert_eq!(view["done"][0]["files"], json!(["more.jsonl"]));
    assert_eq!(
        view["done"][0]["failed"],
        json!("A team's cases are imported at its hub, with tiebreak-hub import")
    );
    desk.call("handed_over_seen", json!({})).await;
    assert_eq!(desk.call("handed_over", json!({})).await["done"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_another_start_named_and_is_not_there_is_said_in_the_window() {
    let desk = TestDesk::open_with(Arc::new(tempfile::tempdir().unwrap()), Arc::new(NoKeychain)).await;
    desk.desk
        .could_not_hand_over(vec!["/typo".into()], "/typo can't be read".into());
    assert_eq!(
        desk.call("handed_over", json!({})).await,
        json!({"waiting": [], "done": [{"files": ["/typo"], "imported": null, "failed": "/typo can't be read"}]})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_key_is_due_until_the_person_has_kept_or_declined_it() {
    let hub = HubProcess::start(&[]);
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    assert_eq!(desk.overview().await["recovery_key_due"], json!(true));
    let desk = desk.restarted().await;
    assert_eq!(desk.overview().await["recovery_key_due"], json!(true));
    desk.call("settle_recovery_key", json!({})).await;
    let desk = desk.restarted().await;
    assert_eq!(desk.overview().await["recovery_key_due"], json!(false));
}
