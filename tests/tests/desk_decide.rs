//! Deciding: on disk before the next case shows, delivered once, also through an outage.

use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, different, pair, same, send_pairs};
use tiebreak_tests::hub_process::HubProcess;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_decided_and_the_next_one_comes_with_the_answer() {
    let hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    send_pairs(&source, 5).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 5).await;
    assert_eq!(cases[0]["title"], "Armour / Armour Elementary");
    assert_eq!(cases[0]["suggestion"]["by_words"], "splink 4.0.17");

    let decided = desk.decide(&cases[0], different()).await;
    assert_eq!(decided["agreement"], "override");
    assert_eq!(decided["undo"]["verdict"], "Different");
    assert_eq!(
        decided["work"]["cases"][0]["id"], cases[1]["id"],
        "the next case in the queue's order"
    );
    assert!(decided["took_us"].as_u64().unwrap() > 0);

    desk.until_delivered().await;
    let row = hub
        .caller("Lea", &["lead"])
        .case(cases[0]["id"].as_str().unwrap())
        .await;
    assert_eq!(row["state"], "decided");
    assert_eq!(row["decisions"][0]["verdict"], different()["verdict"]);
    let overview = desk.overview().await;
    assert_eq!(overview["decided_today"], 1);
    assert_eq!(overview["queues"][0]["title"], "Sites");
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_made_offline_are_delivered_once_and_in_order() {
    let mut hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    let lead = hub.caller("Lea", &["lead"]);
    send_pairs(&source, 4).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 4).await;
    hub.kill();
    desk.until_offline().await;

    desk.decide(&cases[0], same()).await;
    desk.decide(&cases[1], different()).await;
    desk.decide(
        &cases[2],
        json!({"verdict": null, "cannot_tell": true, "reasons": [], "comment": null}),
    )
    .await;
    let waiting = desk.outbox().await;
    assert_eq!(waiting.len(), 3);
    assert_eq!(waiting[2]["words"], "Can't tell");
    let overview = desk.overview().await;
    assert_eq!(overview["sync"]["words"], "Offline · 3 in the outbox");
    assert_eq!(
        overview["queues"][0]["left"], 1,
        "what was decided here is off the count"
    );

    hub.start_again();
    desk.call("sync_now", json!({})).await;
    desk.until_delivered().await;
    for (case, verdict) in cases.iter().zip([
        same()["verdict"].clone(),
        different()["verdict"].clone(),
        json!(null),
    ]) {
        let whole = lead.case(case["id"].as_str().unwrap()).await;
        let decisions = whole["decisions"].as_array().unwrap();
        assert_eq!(decisions.len(), 1, "delivered once");
        assert_eq!(decisions[0]["verdict"], verdict);
    }
    desk.until_synced().await;
    assert_eq!(desk.overview().await["queues"][0]["left"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_revised_under_the_reviewer_is_not_decided_and_shown_as_it_is_now() {
    let hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    send_pairs(&source, 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let seen = desk.cases("sites", 1).await.remove(0);
    source.send(&pair("pair-0", 2, "555 0000")).await;
    let now = desk
        .until("the revision", async || {
            desk.cases("sites", 1)
                .await
                .into_iter()
                .find(|case| case["revision"] == 2)
        })
        .await;
    let refused = desk.try_decide(&seen, same()).await.unwrap_err();
    assert_eq!(refused.code, "case_changed");
    assert_eq!(desk.outbox().await, Vec::<serde_json::Value>::new());
    desk.decide(&now, same()).await;
    desk.until_delivered().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_the_end_of_the_program() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    let assessed = desk
        .call(
            "draft",
            json!({"case_id": case["id"], "content_hash": case["content_hash"], "draft": different()}),
        )
        .await;
    assert_eq!(assessed["overrides"], "Overrides: Same, 98 %");
    assert_eq!(assessed["refusal"], json!(null));
    let desk = desk.restarted().await;
    let again = desk.call("case", json!({"case_id": case["id"]})).await;
    assert_eq!(again["draft"], different());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_is_no_verdict_is_refused_with_a_pointer_and_changes_nothing() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    let draft =
        json!({"verdict": {"clusters": [["a"]]}, "cannot_tell": false, "reasons": [], "comment": null});
    let refused = desk.try_decide(&case, draft).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.pointer.as_deref()),
        ("invalid_verdict", Some("/clusters"))
    );
    assert!(desk.outbox().await.is_empty() && desk.history().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_decide_gets_the_reason_in_words() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Ann", &["approver"]).await;
    let idle = desk
        .until("an answer", async || {
            let work = desk
                .call("work", json!({"queue": "sites", "have": [], "limit": 1}))
                .await;
            (work["idle"]["why"] == "not_allowed").then(|| work["idle"].clone())
        })
        .await;
    assert_eq!(idle["words"], "Only the role steward decides here");
}
