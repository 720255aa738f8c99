//! Content is erased when its days are over; hashes, counts and the chain stay.

use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::{Clock, retention};

use crate::common::binary::Folder;
use crate::common::cases::{different, match_case, same};
use crate::common::{Answer, Api, TestHub, answer, decision, problem};
use crate::verifying::tamper;

const DAY: i64 = 86_400;

async fn hub() -> (TestHub, Clock) {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.clock = clock.clone();
    })
    .await;
    (hub, clock)
}

async fn put(api: &Api, retention: &Value) -> Answer {
    answer(api.request(Method::PUT, "/v1/retention").json(retention)).await
}

async fn apply(hub: &TestHub) -> Vec<(String, u64)> {
    let erased = retention::apply(&hub.hub).await.unwrap();
    erased.into_iter().map(|rule| (rule.queue, rule.cases)).collect()
}

fn sensitive(external_id: &str) -> Value {
    let mut case = match_case(external_id);
    case["sensitivity"] = json!("restricted");
    case["title"] = json!("Armour of Ana Ruiz");
    case["subject"] = json!({"type": "site", "id": "7", "label": "Ana Ruiz"});
    case["x_note"] = json!("Ana Ruiz");
    case["context"] = json!([{"id": "orders", "title": "Orders", "detail": {"by": "Ana Ruiz"}}]);
    case
}

/// Decided, released and commented on.
async fn settled(hub: &TestHub, case: &Value) -> (String, Value) {
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(case).await;
    let mut given = decision(&steward.case(&id).await, same());
    given["comment"] = json!("Ana Ruiz said so");
    assert_eq!(
        steward.post_one("/v1/decisions", &given).await["result"],
        "accepted"
    );
    let comment = json!({"text": "Ask Ana Ruiz"});
    assert_eq!(
        steward
            .post(&format!("/v1/cases/{id}/comments"), &comment)
            .await
            .0,
        201
    );
    (id, given)
}

#[tokio::test]
async fn after_its_days_the_content_of_a_case_is_gone_and_the_chain_holds() {
    let (hub, clock) = hub().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let (lead, admin) = (hub.lead().await, hub.admin().await);
    let (id, given) = settled(&hub, &sensitive("gone")).await;
    let (kept, _) = settled(&hub, &match_case("kept")).await;
    let open = source.send(&sensitive("open")).await;
    let days = json!({"hub": {"restricted": 30}});
    assert_eq!(put(&admin, &days).await.0, 200);

    clock.advance_seconds(29 * DAY);
    assert_eq!(apply(&hub).await, []);
    assert_eq!(steward.case(&id).await["title"], "Armour of Ana Ruiz");
    clock.advance_seconds(2 * DAY);
    assert_eq!(apply(&hub).await, [("sites".to_owned(), 1)]);
    assert_eq!(apply(&hub).await, [], "once");

    for path in [
        format!("/v1/cases/{id}"),
        format!("/v1/cases/{id}/context/orders"),
    ] {
        let read = steward.get(&path).await;
        assert_eq!(problem(&read), (404, "erased", ""));
        assert!(
            read.1["detail"].as_str().unwrap().contains("erased"),
            "{}",
            read.1
        );
    }
    steward.case(&kept).await;
    steward.case(&open).await;
    let (_, rows) = lead.get(&format!("/v1/cases?ids={id},{kept}")).await;
    let is_erased = |n: usize| rows["items"][n]["erased_at"].is_string();
    assert_eq!((is_erased(0), is_erased(1)), (true, false), "{rows}");
    let (_, found) = lead.get("/v1/cases?q=ana%20ruiz").await;
    assert_eq!(
        found["items"].as_array().map(Vec::len),
        Some(1),
        "the open one: {found}"
    );
    for path in ["/v1/cases", "/v1/decisions", "/v1/labels", "/v1/audit"] {
        let rows = admin.everything(path).await;
        let of_the_case = rows.iter().map(Value::to_string).filter(|row| row.contains(&id));
        for row in of_the_case {
            assert!(
                !row.contains("Ana Ruiz") && !row.contains("Armour"),
                "{path}: {row}"
            );
        }
    }
    let decisions = lead.everything("/v1/decisions").await;
    assert_eq!(
        (&decisions[0]["erased"], &decisions[0]["verdict"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(
        decisions[1]["erased"],
        json!(null),
        "a row that is whole doesn't mention it"
    );

    for format in ["splink-labels.csv", "labels.jsonl"] {
        let file = lead.text(&format!("/v1/exports/{format}")).await;
        let (_, manifest) = lead.get(&format!("/v1/exports/{format}/manifest")).await;
        assert_eq!(
            (&manifest["labels"], &manifest["rows"]),
            (&json!(2), &json!(1)),
            "{file}"
        );
        assert_eq!(manifest["not_said"][0]["code"], "erased", "{manifest}");
    }

    let undo = format!("/v1/decisions/{}", given["id"].as_str().unwrap());
    let reason = json!({"reason": "slip"});
    assert_eq!(
        problem(&steward.post(&format!("{undo}/undo"), &reason).await),
        (409, "erased", "")
    );
    assert_eq!(lead.post(&format!("{undo}/mark-wrong"), &reason).await.0, 200);
    let comment = json!({"text": "more"});
    let late = steward.post(&format!("/v1/cases/{id}/comments"), &comment).await;
    assert_eq!(problem(&late), (404, "erased", ""));
    let mut second = given.clone();
    second["id"] = json!(uuid::Uuid::now_v7().to_string());
    second["verdict"] = different();
    assert_eq!(steward.post_one("/v1/decisions", &second).await["code"], "erased");

    let entries = admin.everything("/v1/audit").await;
    crate::chain::verify(&entries);
    let erased = entries.iter().filter(|entry| entry["payload"].is_null()).count();
    assert_eq!(erased, 3, "accepted, released, commented");
    let noted: Vec<&Value> = entries
        .iter()
        .filter(|entry| entry["header"]["action"] == "content.erased")
        .collect();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0]["payload"]["cases"], json!([id]));
}

#[tokio::test]
async fn an_erased_case_is_known_again_and_a_new_revision_is_kept_for_its_own_days() {
    let (hub, clock) = hub().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let (id, _) = settled(&hub, &sensitive("gone")).await;
    put(&admin, &json!({"queues": {"sites": {"restricted": 1}}})).await;
    clock.advance_seconds(2 * DAY);
    assert_eq!(apply(&hub).await.len(), 1);
    let again = source.post_one("/v1/cases", &sensitive("gone")).await;
    assert_eq!(
        (&again["result"], &again["id"]),
        (&json!("unchanged"), &json!(id))
    );
    let mut revised = sensitive("gone");
    revised["revision"] = json!(2);
    assert_eq!(source.post_one("/v1/cases", &revised).await["result"], "revised");
    assert_eq!(steward.case(&id).await["title"], "Armour of Ana Ruiz");
    clock.advance_seconds(2 * DAY);
    assert_eq!(apply(&hub).await, [], "it is open");
    assert_eq!(
        source
            .post(&format!("/v1/cases/{id}/withdraw"), &json!({}))
            .await
            .0,
        200
    );
    clock.advance_seconds(2 * DAY);
    assert_eq!(apply(&hub).await.len(), 1, "closed without a decision");
    assert_eq!(
        problem(&steward.get(&format!("/v1/cases/{id}")).await).1,
        "erased"
    );
}

#[tokio::test]
async fn details_more_sensitive_than_their_case_go_before_it() {
    let (hub, clock) = hub().await;
    let (steward, admin) = (hub.steward().await, hub.admin().await);
    let mut case = match_case("pair");
    case["context"] = json!([
        {"id": "orders", "detail": {"n": 3}},
        {"id": "salary", "sensitivity": "restricted", "detail": {"sum": "1"}}
    ]);
    let (id, _) = settled(&hub, &case).await;
    put(&admin, &json!({"hub": {"restricted": 7, "internal": 30}})).await;
    clock.advance_seconds(8 * DAY);
    assert_eq!(apply(&hub).await, []);
    let detail = |name: &str| format!("/v1/cases/{id}/context/{name}");
    assert_eq!(
        problem(&steward.get(&detail("salary")).await),
        (404, "erased", "")
    );
    assert_eq!(steward.get(&detail("orders")).await.0, 200);
    steward.case(&id).await;
    let last = admin.everything("/v1/audit").await.pop().unwrap();
    assert_eq!(last["header"]["action"], "details.erased");
}

#[tokio::test]
async fn what_is_erased_when_is_the_admins_to_say_and_is_in_the_audit() {
    let (hub, _) = hub().await;
    let (lead, admin) = (hub.lead().await, hub.admin().await);
    assert_eq!(
        admin.get("/v1/retention").await.1,
        json!({"hub": {"public": null, "internal": null, "confidential": null, "restricted": null}, "queues": {}}),
        "at first everything is kept"
    );
    assert_eq!(
        problem(&lead.get("/v1/retention").await),
        (403, "not_allowed", "")
    );
    assert_eq!(problem(&put(&lead, &json!({})).await), (403, "not_allowed", ""));
    let none = put(&admin, &json!({"queues": {"sites": {"public": 0}}})).await;
    assert_eq!(problem(&none), (422, "invalid_retention", "/queues/sites/public"));
    assert_eq!(put(&admin, &json!({"hub": {"secret": 1}})).await.0, 422);
    let set = put(&admin, &json!({"hub": {"restricted": 30}})).await;
    assert_eq!(set, admin.get("/v1/retention").await);
    let last = admin.everything("/v1/audit").await.pop().unwrap();
    assert_eq!(
        (&last["header"]["action"], &last["payload"]["hub"]["restricted"]),
        (&json!("retention.changed"), &json!(30))
    );
}

#[tokio::test]
async fn the_command_says_what_it_would_erase_and_verify_how_much_is_erased() {
    let folder = Folder::new();
    let serving = folder.serve(&["--undo-seconds", "0"]);
    let source = serving.api(&folder.token("matcher", &["source"]));
    let admin = serving.api(&folder.token("Root", &["admin"]));
    for i in 0..3 {
        let id = source.send(&match_case(&format!("c{i}"))).await;
        source.post(&format!("/v1/cases/{id}/withdraw"), &json!({})).await;
    }
    assert_eq!(put(&admin, &json!({"hub": {"internal": 30}})).await.0, 200);
    drop(serving);
    tokio::task::spawn_blocking(move || {
        assert_eq!(folder.done(&["retention"]).out, "0 cases erased\n");
        tamper(
            &folder,
            "update cases set closed_at = closed_at - 31 * 86400000000 where external_id <> 'c0'",
        );
        let planned = folder.done(&["retention", "--dry-run"]).out;
        assert!(
            planned.contains("sites: 2 internal cases closed more than 30 days ago would be erased"),
            "{planned}"
        );
        assert!(
            folder
                .done(&["verify"])
                .out
                .contains("3 revisions hold, 0 erased")
        );
        let done = folder.done(&["retention"]).out;
        assert!(done.ends_with("2 cases erased\n"), "{done}");
        let verified = folder.done(&["verify"]).out;
        assert!(
            verified.contains("audit entries hold, 2 erased")
                && verified.contains("1 revisions hold, 2 erased"),
            "{verified}"
        );
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_simulation_leaves_out_what_was_erased_and_says_how_many() {
    let (hub, clock) = hub().await;
    settled(&hub, &sensitive("gone")).await;
    settled(&hub, &match_case("kept")).await;
    let days = json!({"hub": {"restricted": 30}});
    assert_eq!(put(&hub.admin().await, &days).await.0, 200);
    clock.advance_seconds(31 * DAY);
    assert_eq!(apply(&hub).await, [("sites".to_owned(), 1)]);
    let request = json!({"queue": "sites", "policy": {"approvers": 2}});
    let (status, done) = hub.lead().await.post("/v1/policies/simulate", &request).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(
        (&done["n"], &done["two"], &done["erased"]),
        (&json!(1), &json!(1), &json!(1))
    );
}

#[tokio::test]
async fn gold_is_kept_for_as_many_days_as_what_is_so_sensitive() {
    let (hub, clock) = hub().await;
    let (admin, lead) = (hub.admin().await, hub.lead().await);
    hub.source().await.send(&match_case("x")).await;
    for (name, sensitivity) in [("gone", "restricted"), ("kept", "internal")] {
        let mut case = match_case(name);
        (case["source"], case["sensitivity"]) = (json!("matcher"), json!(sensitivity));
        let gold = json!({"case": case, "answer": different()});
        assert_eq!(lead.post("/v1/gold", &gold).await.0, 201);
    }
    assert_eq!(put(&admin, &json!({"hub": {"restricted": 30}})).await.0, 200);
    let retired = async || {
        let entries = admin.everything("/v1/audit?action=gold.retired").await;
        entries
            .into_iter()
            .map(|entry| entry["payload"]["by_retention"].clone())
            .collect::<Vec<_>>()
    };
    clock.advance_seconds(29 * DAY);
    apply(&hub).await;
    assert_eq!(retired().await, [] as [Value; 0]);
    clock.advance_seconds(2 * DAY);
    apply(&hub).await;
    apply(&hub).await;
    assert_eq!(retired().await, [json!(true)], "once");
    let left = lead.everything("/v1/gold").await;
    assert_eq!(left.len(), 2, "that it was there is known");
    let live: Vec<&Value> = left.iter().filter(|gold| gold["retired_at"].is_null()).collect();
    assert_eq!((live.len(), &live[0]["external_id"]), (1, &json!("kept")));
}
