//! Cases passed on between two desks on one hub.

use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, same, send_pairs};
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::small_cases::{conflict, pair};

const STEWARD: [&str; 1] = ["steward"];

#[tokio::test(flavor = "multi_thread")]
async fn a_case_handed_over_is_on_the_other_desk_and_no_longer_here() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("agents", &["source"]);
    let ids = send_pairs(&source, 3).await;
    let ana = TestDesk::at(&hub, "Ana", &STEWARD).await;
    let eva = TestDesk::at(&hub, "Eva", &STEWARD).await;
    ana.cases("sites", 3).await;
    let colleagues = ana.call("colleagues", json!({"case_id": ids[1]})).await;
    assert_eq!(colleagues["people"][0]["name"], "Eva");
    let args = json!({"case_id": ids[1], "to": colleagues["people"][0]["id"], "note": "Yours", "have": [], "limit": 3});
    let work = ana.call("hand_over", args).await;
    let left: Vec<&str> = work["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    assert_eq!(left, [&ids[0], &ids[2]], "the next ones, without it");

    eva.until("the sidebar's word", async || {
        (eva.overview().await["for_me"] == 1).then_some(())
    })
    .await;
    assert!(
        eva.host
            .notified
            .lock()
            .unwrap()
            .contains(&"A case waits for you".to_owned())
    );
    let row = eva.call("for_me", json!({})).await["rows"][0].clone();
    assert_eq!(
        (&row["words"], &row["opens"]),
        (&json!("Assigned to you"), &json!(true))
    );
    let case = eva.call("open_case", json!({"case_id": ids[1]})).await;
    assert_eq!(
        (&case["assigned_to_me"], &case["comments"][0]["text"]),
        (&json!(true), &json!("Yours"))
    );
    eva.decide(&case, same()).await;
    eva.until_delivered().await;
    eva.until("nothing more", async || {
        eva.call("sync_now", json!({})).await;
        (eva.overview().await["for_me"] == 0).then_some(())
    })
    .await;
    let found = eva
        .call("search", json!({"query": "pair-0", "after": null}))
        .await;
    let row = &found["rows"][0];
    assert_eq!(
        (&row["with"], &row["free"]),
        (&json!("Ana"), &json!(false)),
        "who is at it"
    );
    let taken = eva
        .try_call("open_case", json!({"case_id": ids[0]}))
        .await
        .unwrap_err();
    assert_eq!(taken.code, "not_free");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_escalated_case_says_why_where_it_goes_and_nothing_is_lost_while_the_hub_is_away() {
    let mut hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("agents", &["source"]);
    let ids = send_pairs(&source, 2).await;
    let ana = TestDesk::at(&hub, "Ana", &STEWARD).await;
    let ada = TestDesk::at(&hub, "Ada", &["steward", "lead"]).await;
    ana.cases("sites", 2).await;
    hub.kill();
    let args = json!({"case_id": ids[1], "reason": "Two shops", "to": null, "have": [], "limit": 1});
    ana.try_call("escalate", args.clone()).await.unwrap_err();
    ana.call("case", json!({"case_id": ids[1]})).await;
    hub.start_again();
    ana.until_synced().await;
    let empty = json!({"case_id": ids[1], "reason": " ", "to": null, "have": [], "limit": 1});
    assert_eq!(
        ana.try_call("escalate", empty).await.unwrap_err().code,
        "reason_required"
    );
    assert_eq!(
        ana.call("colleagues", json!({"case_id": ids[1]})).await["queues"],
        json!([]),
        "there is no other queue of this kind"
    );
    ana.call("escalate", args).await;
    let gone = ana.try_call("case", json!({"case_id": ids[1]})).await;
    assert!(gone.is_err(), "it is theirs now");

    let case = &ada.cases("sites", 1).await[0];
    assert_eq!(case["id"], json!(ids[1]));
    assert_eq!(
        (&case["escalated"]["by"], &case["escalated"]["reason"]),
        (&json!("Ana"), &json!("Two shops"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_case_sees_who_looks_at_it_and_until_when_they_did() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("agents", &["source"]);
    let ids = send_pairs(&source, 1).await;
    let ana = TestDesk::at(&hub, "Ana", &STEWARD).await;
    let lena = TestDesk::at(&hub, "Lena", &["lead"]).await;
    let case = ana.cases("sites", 1).await[0].clone();
    assert_eq!(case["looking"], json!([]));
    let this = json!({"case_id": ids[0]});
    let refused = lena.try_call("open_case", this.clone()).await.unwrap_err();
    assert_eq!(refused.code, "not_allowed", "she decides nothing here");

    let seen = lena.call("look_at", this.clone()).await;
    assert_eq!(
        (&seen["with"], &seen["free"], &seen["assignable"]),
        (&json!("Ana"), &json!(false), &json!(true))
    );
    assert_eq!(seen["case"]["title"], case["title"]);
    let refusal = &seen["case"]["assessment"]["refusal"];
    assert_eq!(
        (&refusal["code"], &refusal["text"]),
        (&json!("not_free"), &json!("Ana has it: you only look"))
    );
    assert_eq!(seen["comments"], true);
    let root = TestDesk::at(&hub, "Root", &["admin"]).await;
    let read = root.call("look_at", this.clone()).await;
    assert_eq!(
        read["comments"], false,
        "an admin takes no part in the discussion"
    );
    let comment = json!({"case_id": ids[0], "text": "I only run the hub"});
    let refused = root.try_call("comment", comment).await.unwrap_err();
    assert_eq!(refused.code, "not_allowed", "as the hub says");
    root.call("look_away", this.clone()).await;
    let looking = async || ana.call("case", this.clone()).await["looking"].clone();
    ana.until("who looks", async || {
        (looking().await[0]["name"] == "Lena").then_some(())
    })
    .await;
    lena.call("comment", json!({"case_id": ids[0], "text": "I know them"}))
        .await;
    lena.call("look_away", this.clone()).await;
    ana.until("nobody looks", async || {
        (looking().await == json!([])).then_some(())
    })
    .await;
    ana.decide(&case, same()).await;
    ana.until_delivered().await;
    let after = lena.call("look_at", this).await;
    assert_eq!(
        (&after["with"], &after["free"]),
        (&json!(null), &json!(false)),
        "it is decided"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_escalated_to_the_people_of_another_queue_of_its_kind() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("agents", &["source"]);
    let ids = send_pairs(&source, 1).await;
    let mut elsewhere = pair("elsewhere");
    elsewhere["queue"] = json!("shops");
    source.send(&elsewhere).await;
    source.send(&conflict("f1")).await;
    let ana = TestDesk::at(&hub, "Ana", &STEWARD).await;
    // Whoever gets it there must be somebody else.
    hub.token("Eva", &STEWARD);
    ana.cases("sites", 1).await;
    assert_eq!(
        ana.call("colleagues", json!({"case_id": ids[0]})).await["queues"],
        json!([{"name": "shops", "title": "Shops"}]),
        "neither its own queue nor one of another kind"
    );
    let args =
        json!({"case_id": ids[0], "reason": "Yours", "to": {"queue": "shops"}, "have": [], "limit": 1});
    ana.call("escalate", args).await;
    let lead = hub.caller("lead", &["lead"]);
    assert_eq!(lead.get(&format!("/v1/cases/{}", ids[0])).await["queue"], "shops");
}
