//! Taking back: unheard while unsent, undone inside the window, corrected after release.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, same, send_pairs};
use tiebreak_tests::hub_process::{Caller, HubProcess};

async fn one_case(hub: &HubProcess) -> (TestDesk, Value) {
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    (desk, case)
}

async fn states(lead: &Caller, case: &Value) -> Vec<Value> {
    let whole = lead.case(case["id"].as_str().unwrap()).await;
    whole["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|decision| decision["state"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsent_decision_is_undone_without_the_hub_ever_hearing_of_it() {
    let mut hub = HubProcess::start(&[]);
    let lead = hub.caller("Lea", &["lead"]);
    let (desk, case) = one_case(&hub).await;
    hub.kill();
    desk.until_offline().await;
    desk.decide(&case, different()).await;
    let undone = desk
        .call("undo", json!({"decision_id": null, "reason": null}))
        .await;
    assert_eq!(undone["words"], "Undone, never sent");
    assert_eq!(undone["case"]["id"], case["id"]);
    assert_eq!(
        undone["case"]["draft"],
        different(),
        "the decision is the draft again"
    );
    assert!(desk.outbox().await.is_empty());
    assert_eq!(desk.history().await[0]["state_words"], "Undone");
    hub.start_again();
    desk.until_synced().await;
    assert!(states(&lead, &case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_decision_is_undone_at_the_hub_and_can_be_decided_again() {
    let hub = HubProcess::start(&[]);
    let lead = hub.caller("Lea", &["lead"]);
    let (desk, case) = one_case(&hub).await;
    desk.decide(&case, different()).await;
    desk.until_delivered().await;
    let card = desk.overview().await["undo"].clone();
    assert_eq!(card["words"], "Delivered");
    assert_eq!(
        (&card["verdict"], &card["overrides"]),
        (&json!("Different"), &json!("Overrides: Same, 98 %"))
    );
    assert_eq!(card["undo_seconds"], 30);
    desk.call(
        "undo",
        json!({"decision_id": card["decision_id"], "reason": null}),
    )
    .await;
    desk.until_delivered().await;
    assert_eq!(states(&lead, &case).await, ["undone"]);
    assert_eq!(desk.history().await[0]["state"], "undone");

    let again = desk.cases("sites", 1).await.remove(0);
    assert_eq!(again["id"], case["id"]);
    desk.decide(&again, same()).await;
    assert_eq!(desk.overview().await["undo"]["overrides"], json!(null));
    desk.until_delivered().await;
    assert_eq!(states(&lead, &case).await, ["undone", "pending"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_decision_overrode_is_on_its_card_after_a_restart_and_when_the_one_after_it_was_taken_back() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 2).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 2).await;
    desk.decide(&cases[0], different()).await;
    desk.decide(&cases[1], same()).await;
    let desk = desk.restarted().await;
    let last = desk.overview().await["undo"].clone();
    assert_eq!(
        (&last["verdict"], &last["overrides"]),
        (&json!("Same"), &json!(null))
    );
    desk.call(
        "undo",
        json!({"decision_id": last["decision_id"], "reason": null}),
    )
    .await;
    let before = desk.overview().await["undo"].clone();
    assert_eq!(
        (&before["verdict"], &before["overrides"]),
        (&json!("Different"), &json!("Overrides: Same, 98 %"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_made_offline_reaches_the_hub_before_the_new_decision() {
    let mut hub = HubProcess::start(&[]);
    let lead = hub.caller("Lea", &["lead"]);
    let (desk, case) = one_case(&hub).await;
    desk.decide(&case, different()).await;
    desk.until_delivered().await;
    hub.kill();
    desk.until_offline().await;
    desk.call("undo", json!({"decision_id": null, "reason": null}))
        .await;
    let again = desk.cases("sites", 1).await.remove(0);
    desk.decide(&again, same()).await;
    assert_eq!(desk.outbox().await.len(), 2);
    hub.start_again();
    desk.call("sync_now", json!({})).await;
    desk.until_delivered().await;
    assert_eq!(states(&lead, &case).await, ["undone", "pending"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_decision_needs_a_reason_and_becomes_a_correction() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let lead = hub.caller("Lea", &["lead"]);
    let (desk, case) = one_case(&hub).await;
    desk.decide(&case, different()).await;
    desk.until_delivered().await;
    let row = desk.history().await.remove(0);
    assert_eq!(row["state"], "released");
    assert_eq!(lead.everything("/v1/labels?").await.len(), 1);

    let id = row["decision_id"].clone();
    let refused = desk
        .try_call("undo", json!({"decision_id": id, "reason": " "}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "reason_required");
    desk.call("undo", json!({"decision_id": id, "reason": "same building"}))
        .await;
    desk.until_delivered().await;
    assert_eq!(states(&lead, &case).await, ["corrected"]);
    assert_eq!(desk.history().await[0]["state_words"], "Corrected");
    let labels = lead.everything("/v1/labels?").await;
    assert_eq!(labels.len(), 2, "the label and its retraction");
    assert_eq!(labels[1]["retracts"], labels[0]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_becomes_final_in_the_history_when_the_hub_releases_it() {
    let hub = HubProcess::start(&["--undo-seconds", "1"]);
    let (desk, case) = one_case(&hub).await;
    desk.decide(&case, different()).await;
    desk.until("released", async || {
        (desk.history().await[0]["state"] == "released").then_some(())
    })
    .await;
    assert_eq!(desk.overview().await["undo"], json!(null));
    let nothing = desk
        .try_call("undo", json!({"decision_id": null, "reason": null}))
        .await
        .unwrap_err();
    assert_eq!(nothing.code, "nothing_to_undo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_desk_of_the_same_person_lists_what_was_decided_on_the_first_and_corrects_it() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let lead = hub.caller("Lea", &["lead"]);
    let (first, case) = one_case(&hub).await;
    first.decide(&case, different()).await;
    first.until_delivered().await;
    let decided = first.history().await.remove(0);

    let second = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let found = second
        .until("what was decided before", async || {
            second.history().await.into_iter().next()
        })
        .await;
    assert_eq!(
        without_stage(&found),
        without_stage(&decided),
        "it reads as where it was made"
    );
    assert_eq!(
        (&found["state"], &found["can_undo"], &found["corrects"]),
        (&json!("released"), &json!(true), &json!(true))
    );
    let undo = json!({"decision_id": found["decision_id"], "reason": "same building"});
    second.call("undo", undo).await;
    second.until_delivered().await;
    assert_eq!(states(&lead, &case).await, ["corrected"]);
    assert_eq!(second.history().await[0]["state_words"], "Corrected");
    assert_eq!(second.history().await.len(), 1, "nothing stands there twice");
}

/// A decision as a list shows it, but for how far the hub's word of its release has come.
fn without_stage(row: &Value) -> Value {
    let mut row = row.clone();
    for name in ["state", "state_words", "standing", "corrects"] {
        row[name] = Value::Null;
    }
    row
}
