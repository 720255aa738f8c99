//! The calls around a case: skip, context, comment, search, rates, export, settings.

use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, different, same, send_pairs};
use tiebreak_tests::hub_process::HubProcess;

/// The window asks it before it has anything else to ask with.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_question_is_answered_as_those_it_stands_for() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 5).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    desk.cases("sites", 5).await;
    desk.until_synced().await;
    let mut first = desk.call("first", json!({})).await;
    assert_eq!(first["overview"]["opens"], "sites");
    assert_eq!(first["work"]["cases"].as_array().unwrap().len(), 3);
    let work = desk
        .call("work", json!({"queue": "sites", "have": [], "limit": 3}))
        .await;
    assert_eq!(first["work"], work);
    for call in ["start", "settings", "handed_over", "overview"] {
        let mut alone = desk.call(call, json!({})).await;
        for answer in [&mut first[call], &mut alone] {
            // When the hub was last asked is another time now.
            answer.as_object_mut().unwrap().remove("sync");
        }
        assert_eq!(first[call], alone, "{call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skipped_case_goes_to_others_and_the_next_one_comes() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 2).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let cases = desk.cases("sites", 2).await;
    desk.decide(&cases[1], same()).await;
    desk.call("skip", json!({"case_id": cases[0]["id"], "have": [], "limit": 1}))
        .await;
    let other = TestDesk::at(&hub, "Kim", &["steward"]).await;
    let theirs = other.cases("sites", 1).await;
    assert_eq!(theirs[0]["id"], cases[0]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn context_up_to_internal_opens_offline_and_confidential_only_from_the_hub() {
    let mut hub = HubProcess::start(&[]);
    let source = hub.caller("matcher", &["source"]);
    let mut case = tiebreak_tests::desk_harness::pair("pair-0", 1, "1");
    let secret = json!({"id": "salary", "title": "Salary", "summary": "one figure", "detail": {"sum": "100"}, "sensitivity": "confidential"});
    case["context"].as_array_mut().unwrap().push(secret);
    source.send(&case).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    assert_eq!(case["context"][0]["has_detail"], true);
    assert_eq!(
        (
            case["context"][0]["audited"].as_bool(),
            case["context"][1]["audited"].as_bool()
        ),
        (Some(false), Some(true))
    );
    let open = |id: &str| json!({"case_id": case["id"], "context_id": id});
    assert_eq!(
        desk.call("context_detail", open("salary")).await["detail"],
        json!({"sum": "100"})
    );
    desk.until_synced().await;
    hub.kill();
    desk.until_offline().await;
    assert_eq!(
        desk.call("context_detail", open("orders")).await["detail"],
        json!({"open": 3})
    );
    assert_eq!(
        desk.try_call("context_detail", open("salary"))
            .await
            .unwrap_err()
            .code,
        "hub_away"
    );
    assert_eq!(
        desk.try_call("search", json!({"query": "Armour", "after": null}))
            .await
            .unwrap_err()
            .code,
        "hub_away"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn search_rates_and_export_are_the_hubs() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    send_pairs(&hub.caller("matcher", &["source"]), 3).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward", "lead"]).await;
    let cases = desk.cases("sites", 3).await;
    desk.decide(&cases[0], same()).await;
    desk.decide(&cases[1], different()).await;
    desk.until_delivered().await;

    let found = desk
        .call("search", json!({"query": "Armour", "after": null}))
        .await;
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row["at_hand"] == true).count(), 1);

    let stats =
        json!({"queue": "sites", "kind": null, "by": null, "from": null, "to": null, "group_by": "queue"});
    let rate = desk.call("stats_overrides", stats).await["items"][0].clone();
    assert_eq!(
        (rate["n"].as_u64(), rate["override"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(rate["words"], "50.0 % [9.5–90.5], 1 of 2");

    let path = desk.folder.path().join("labels.jsonl");
    let args =
        json!({"format": "labels.jsonl", "queue": "sites", "source": null, "split": null, "path": path});
    let exported = desk.call("export", args).await;
    assert_eq!(exported["rows"], 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    let manifest = std::fs::read_to_string(exported["manifest_path"].as_str().unwrap()).unwrap();
    assert!(manifest.contains("sha256"));
    let written = std::fs::read(&path).unwrap();
    let sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&written));
    assert!(manifest.contains(&sha256), "the manifest is of this very file");
    assert!(!path.with_file_name("labels.jsonl.part").exists());

    // Where the manifest can't be put, the labels are there whole, and the words say what is missing.
    let other = desk.folder.path().join("other.jsonl");
    std::fs::create_dir(other.with_file_name("other.jsonl.manifest.json")).unwrap();
    let args =
        json!({"format": "labels.jsonl", "queue": "sites", "source": null, "split": null, "path": other});
    let refused = desk.try_call("export", args).await.unwrap_err();
    assert_eq!(refused.code, "no_manifest");
    assert_eq!(std::fs::read(&other).unwrap(), written);
    for left in ["other.jsonl.part", "other.jsonl.manifest.json.part"] {
        assert!(!other.with_file_name(left).exists(), "{left} was left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_reaches_the_hub_and_stands_beside_the_case_and_settings_stay() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    desk.call(
        "comment",
        json!({"case_id": case["id"], "text": "Who knows this site?"}),
    )
    .await;
    let whole = hub
        .caller("Lea", &["lead"])
        .case(case["id"].as_str().unwrap())
        .await;
    assert_eq!(whole["comments"][0]["text"], "Who knows this site?");
    let shown = desk
        .until("the comment beside the case", async || {
            let shown = desk.call("case", json!({"case_id": case["id"]})).await;
            let talked = shown["comments"].as_array().unwrap();
            (!talked.is_empty()).then(|| talked.clone())
        })
        .await;
    assert_eq!(shown[0]["text"], "Who knows this site?");
    let mut settings = desk.call("settings", json!({})).await;
    settings["theme"] = json!("dark");
    desk.call("set_settings", settings.clone()).await;
    let desk = desk.restarted().await;
    assert_eq!(desk.call("settings", json!({})).await, settings);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_about_a_case_at_hand_arrives_without_being_asked_for() {
    let hub = HubProcess::start(&[]);
    send_pairs(&hub.caller("matcher", &["source"]), 1).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 1).await.remove(0);
    assert_eq!(case["comments"], json!([]));
    let id = case["id"].as_str().unwrap();
    let comment = json!({"text": "Two branches, seen them both."});
    hub.caller("Lea", &["lead"])
        .post(&format!("/v1/cases/{id}/comments"), &comment)
        .await;
    let comments = desk
        .until("the comment beside the case", async || {
            let shown = desk.call("case", json!({"case_id": id})).await;
            let talked = shown["comments"].as_array().unwrap();
            (!talked.is_empty()).then(|| talked.clone())
        })
        .await;
    assert_eq!(
        (&comments[0]["text"], &comments[0]["by"]),
        (&comment["text"], &json!("Lea"))
    );
}
