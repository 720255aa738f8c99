//! Cases at hand are held at the hub too: what lost its lease is claimed anew or goes.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, pair, send_pairs};
use tiebreak_tests::hub_process::{Caller, HubProcess};

async fn holder(lead: &Caller, id: &str) -> Value {
    lead.case(id).await["lease"]["person"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_revised_under_the_reviewer_is_held_for_them_again_and_keeps_only_what_they_said() {
    let hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    let lead = hub.caller("Lea", &["lead"]);
    // So many that none is claimed for want of cases.
    send_pairs(&source, 25).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 20).await.remove(0);
    desk.until("all at hand", async || {
        (desk.overview().await["queues"][0]["at_hand"] == 25).then_some(())
    })
    .await;
    let id = case["id"].as_str().unwrap();
    let before = holder(&lead, id).await;
    assert!(before.is_string(), "{before}");
    desk.call(
        "draft",
        json!({"case_id": id, "content_hash": case["content_hash"], "draft": different()}),
    )
    .await;

    source.send(&pair("pair-0", 2, "555 0000")).await;
    let now = desk
        .until("the new revision", async || {
            let now = desk.call("case", json!({"case_id": id})).await;
            (now["revision"] == 2).then_some(now)
        })
        .await;
    assert_eq!(now["draft"]["verdict"], Value::Null);
    assert_eq!(now["draft"]["comment"], different()["comment"]);
    desk.until("a lease of the new revision", async || {
        (holder(&lead, id).await == before).then_some(())
    })
    .await;
    assert_eq!(
        desk.overview().await["queues"][0]["at_hand"],
        25,
        "nothing went meanwhile"
    );
    desk.decide(&now, different()).await;
    desk.until_delivered().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_somebody_else_took_after_it_was_revised_goes_and_its_draft_stays() {
    let hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    send_pairs(&source, 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    let id = case["id"].as_str().unwrap();
    let typed = json!({"case_id": id, "content_hash": case["content_hash"], "draft": different()});
    desk.call("draft", typed).await;
    desk.desk.close().await;

    source.send(&pair("pair-0", 2, "555 0000")).await;
    let other = hub.caller("Kim", &["steward"]);
    let claimed = other.post("/v1/claims", &json!({"queue": "sites"})).await;
    assert_eq!(claimed["items"][0]["case"]["id"], case["id"]);

    let desk = TestDesk::open(desk.folder.clone()).await;
    desk.until("the case to go", async || {
        let args = json!({"queue": "sites", "have": [], "limit": 20});
        let work = desk.call("work", args).await;
        work["cases"].as_array().unwrap().is_empty().then_some(())
    })
    .await;
    let gone = desk.try_call("case", json!({"case_id": id})).await.unwrap_err();
    assert_eq!(gone.code, "case_gone");

    let token = &claimed["items"][0]["lease"]["token"];
    let given_back = json!({"tokens": [token], "reason": "skip"});
    other.post("/v1/claims/release", &given_back).await;
    desk.call("sync_now", json!({})).await;
    let again = desk.cases("sites", 1).await.remove(0);
    assert_eq!(again["id"], case["id"]);
    assert_eq!(again["draft"]["comment"], different()["comment"]);
}
