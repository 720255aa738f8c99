//! Cases sent again: what is unchanged, revised or refused, and what a new revision undoes.

use serde_json::{Value, json};

use crate::common::cases::{match_case, same};
use crate::common::{Api, TestHub, decision, fate};

fn revision(n: u32, zip: &str) -> Value {
    let mut case = match_case("pair");
    case["revision"] = json!(n);
    case["body"]["records"][0]["fields"]["zip"] = json!(zip);
    case
}

async fn sent(source: &Api, case: &Value) -> (String, String) {
    let item = source.post_one("/v1/cases", case).await;
    let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    (text("result"), text("code"))
}

fn answer(result: &str, code: &str) -> (String, String) {
    (result.to_owned(), code.to_owned())
}

#[tokio::test]
async fn the_same_json_is_unchanged_whatever_its_order() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    assert_eq!(sent(&source, &match_case("pair")).await, answer("created", ""));
    let reordered = r#"{"suggestion":SUGGESTION,"queue":"sites","body":BODY,"kind":"identity_match","external_id":"pair"}"#
        .replace("SUGGESTION", &match_case("pair")["suggestion"].to_string())
        .replace("BODY", &match_case("pair")["body"].to_string());
    let (_, again) = source.post_text("/v1/cases", reordered).await;
    assert_eq!(again["items"][0]["result"], "unchanged", "{again}");
}

#[tokio::test]
async fn a_revision_sent_before_is_known_and_another_under_its_number_is_a_conflict() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    assert_eq!(sent(&source, &revision(1, "1")).await, answer("created", ""));
    assert_eq!(sent(&source, &revision(3, "3")).await, answer("revised", ""));
    assert_eq!(sent(&source, &revision(1, "1")).await, answer("unchanged", ""));
    assert_eq!(
        sent(&source, &revision(1, "2")).await,
        answer("refused", "revision_conflict")
    );
    assert_eq!(
        sent(&source, &revision(2, "2")).await,
        answer("refused", "revision_conflict")
    );
    assert_eq!(
        sent(&source, &revision(3, "2")).await,
        answer("refused", "revision_conflict")
    );
    assert_eq!(hub.lead().await.everything("/v1/cases").await[0]["revision"], 3);
}

#[tokio::test]
async fn one_batch_may_hold_a_case_and_its_next_revision() {
    let hub = TestHub::start().await;
    let (_, answer) = hub
        .source()
        .await
        .post(
            "/v1/cases",
            &json!([
                revision(1, "1"),
                revision(1, "1"),
                revision(2, "2"),
                match_case("other")
            ]),
        )
        .await;
    let results: Vec<&Value> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["result"])
        .collect();
    assert_eq!(
        results,
        ["created", "unchanged", "revised", "created"],
        "{answer}"
    );
}

#[tokio::test]
async fn a_new_revision_ends_leases_and_undoes_what_is_pending() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(&revision(1, "1")).await;
    let (_, claimed) = steward.post("/v1/claims", &json!({})).await;
    let given = decision(&claimed["items"][0]["case"], same());
    assert_eq!(
        fate(&steward.post_one("/v1/decisions", &given).await).0,
        "accepted"
    );
    assert_eq!(steward.case(&id).await["state"], "decided");

    assert_eq!(sent(&source, &revision(2, "2")).await, answer("revised", ""));
    let case = steward.case(&id).await;
    assert_eq!((&case["state"], &case["lease"]), (&json!("open"), &json!(null)));
    assert_eq!(case["decisions"][0]["state"], "undone", "{case}");
    assert_eq!(
        hub.lead().await.everything("/v1/labels").await,
        Vec::<Value>::new()
    );

    let lost = json!({"tokens": [claimed["items"][0]["lease"]["token"]]});
    assert_eq!(
        steward.post("/v1/claims/renew", &lost).await.1["items"][0]["result"],
        "lost"
    );
    let (_, again) = steward.post("/v1/claims", &json!({})).await;
    assert_eq!(
        again["items"][0]["case"]["revision"], 2,
        "it may be claimed again"
    );
    source.send(&revision(3, "3")).await;
    let told = steward.everything("/v1/changes").await;
    assert!(
        told.iter()
            .any(|change| change["type"] == "lease.lost" && change["case_id"] == id.as_str()),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|change| change["type"] == "case.revised" && change["revision"] == 3),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_is_released_stands_with_its_labels_when_the_case_is_revised() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&revision(1, "1")).await;
    let first = decision(&steward.case(&id).await, same());
    steward.post_one("/v1/decisions", &first).await;
    assert_eq!(sent(&source, &revision(2, "2")).await, answer("revised", ""));
    assert_eq!(steward.case(&id).await["state"], "open");
    assert_eq!(lead.everything("/v1/labels").await.len(), 1, "the label stands");

    // Taking the old one back now leaves the case at its new revision alone.
    let second = decision(&steward.case(&id).await, same());
    steward.post_one("/v1/decisions", &second).await;
    let (status, taken) = steward
        .post(
            &format!("/v1/decisions/{}/undo", first["id"].as_str().unwrap()),
            &json!({}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &taken["state"], &taken["case_state"]),
        (200, &json!("corrected"), &json!("released")),
        "{taken}"
    );
}

#[tokio::test]
async fn unknown_members_come_back_and_details_stay_behind() {
    let hub = TestHub::start().await;
    let mut case = match_case("pair");
    case["x_batch"] = json!({"n": 12.5});
    case["context"] = json!([{"id": "orders", "title": "Orders", "summary": "3 open", "detail": {"rows": [1, 2]}, "x": true}]);
    let source = hub.source().await;
    let id = source.send(&case).await;
    let shown = hub.steward().await.case(&id).await;
    assert_eq!(shown["x_batch"], json!({"n": 12.5}));
    assert_eq!(shown["context"][0]["x"], true);
    assert_eq!(shown["context"][0]["detail"], json!(null), "{shown}");
    let (_, detail) = hub
        .steward()
        .await
        .get(&format!("/v1/cases/{id}/context/orders"))
        .await;
    assert_eq!(detail["detail"], json!({"rows": [1, 2]}));
    assert_eq!(sent(&source, &case).await, answer("unchanged", ""));
}

#[tokio::test]
async fn a_list_shows_everything_but_body_context_and_suggestion() {
    let hub = TestHub::start().await;
    let mut case = match_case("pair");
    let more = json!({"x_batch": {"n": 12.5}, "created_at": "2026-11-01T08:00:00Z", "on_expiry": "return", "proposed_by": "p-1",
        "correlation_id": "trace-1", "due_at": "2099-01-01T00:00:00Z", "context": [{"id": "orders"}], "state": "mine", "heading": "mine", "title": null});
    case.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let source = hub.source().await;
    source.send(&case).await;
    let row = source.everything("/v1/cases").await[0].clone();
    for name in [
        "x_batch",
        "created_at",
        "on_expiry",
        "proposed_by",
        "correlation_id",
        "due_at",
    ] {
        assert_eq!(row[name], more[name], "{name}: {row}");
    }
    assert_eq!(row["state"], "open", "what the hub says itself is the hub's");
    assert_eq!(row["title"], Value::Null, "as received");
    assert_eq!(row["heading"], "Armour / Armour Inc", "made from the body");
    for name in ["body", "context", "suggestion"] {
        assert_eq!(row.get(name), None, "{name}");
    }
    case["revision"] = json!(2);
    case["x_batch"] = json!("another");
    source.send(&case).await;
    assert_eq!(source.everything("/v1/cases").await[0]["x_batch"], "another");
}

#[tokio::test]
async fn search_finds_what_the_body_says_and_nothing_else() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for (name, zip) in [("one", "100%_ÄRGER"), ("two", "60608")] {
        let mut case = match_case(name);
        case["body"]["records"][0]["fields"]["zip"] = json!(zip);
        source.send(&case).await;
    }
    let lead = hub.lead().await;
    for (q, found) in [
        ("%25_%C3%A4rger", 1),
        ("armour", 2),
        ("two", 1),
        ("evidence", 0),
        ("%25", 1),
        ("nowhere", 0),
    ] {
        assert_eq!(
            lead.everything(&format!("/v1/cases?q={q}")).await.len(),
            found,
            "{q}"
        );
    }
    for (filter, found) in [
        ("state=open", 2),
        ("state=released", 0),
        ("queue=sites&external_id=one", 1),
        ("kind=data_conflict", 0),
        ("source=matcher", 2),
    ] {
        assert_eq!(
            lead.everything(&format!("/v1/cases?{filter}")).await.len(),
            found,
            "{filter}"
        );
    }
}

#[tokio::test]
async fn routing_changes_what_comes_first_and_expiry_only_earlier() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    source.send(&match_case("first")).await;
    let id = source.send(&match_case("second")).await;
    let path = format!("/v1/cases/{id}/routing");
    let patch = |body: Value| {
        let request = source.request(reqwest::Method::PATCH, &path).json(&body);
        crate::common::answer(request)
    };
    assert_eq!(
        patch(json!({"priority": 3, "expires_at": "2099-01-01T00:00:00Z"}))
            .await
            .0,
        200
    );
    assert_eq!(
        patch(json!({"expires_at": "2099-06-01T00:00:00Z"})).await.1["code"],
        "invalid_routing"
    );
    assert_eq!(patch(json!({"priority": 5})).await.1["pointer"], "/priority");
    let (_, claimed) = steward.post("/v1/claims", &json!({"limit": 1})).await;
    let case = &claimed["items"][0]["case"];
    assert_eq!(
        (&case["external_id"], &case["priority"]),
        (&json!("second"), &json!(3))
    );
    assert_eq!(
        sent(&source, &match_case("second")).await,
        answer("unchanged", ""),
        "routing is no revision"
    );
}
