//! What a request causes carries its correlation id; what a correction says of itself; what became of a decision.

use serde_json::{Value, json};

use crate::common::cases::{action_case, approve, match_case, same};
use crate::common::{Api, TestHub, answer, decision, problem};

async fn with_id(who: &Api, id: &str, path: &str, body: &Value) -> Value {
    let request = who
        .request(reqwest::Method::POST, path)
        .header("x-correlation-id", id)
        .json(body);
    let (status, answer) = answer(request).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn a_correlation_id_is_kept_with_case_decision_label_audit_and_correction() {
    // Released by the hub itself, which has no request of its own.
    let hub = TestHub::start_with(|options| options.undo_seconds = 1).await;
    let (source, steward, lead, admin) = (
        hub.source().await,
        hub.steward().await,
        hub.lead().await,
        hub.admin().await,
    );
    let sent = with_id(&source, "of-the-case", "/v1/cases", &match_case("x")).await;
    let case = steward.case(sent["items"][0]["id"].as_str().unwrap()).await;
    assert_eq!(case["correlation_id"], "of-the-case", "{case}");
    let given = decision(&case, same());
    with_id(&steward, "of-the-decision", "/v1/decisions", &given).await;
    for _ in 0..100 {
        if !lead.everything("/v1/labels").await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let undo = format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap());
    with_id(&lead, "of-the-undo", &undo, &json!({"reason": "another site"})).await;

    let ids =
        |items: &[Value]| -> Vec<Value> { items.iter().map(|item| item["correlation_id"].clone()).collect() };
    assert_eq!(
        ids(&lead.everything("/v1/labels").await),
        ["of-the-decision", "of-the-undo"],
        "the label and its retraction"
    );
    let feed = lead.everything("/v1/decisions").await;
    assert_eq!(ids(&feed), ["of-the-decision", "of-the-undo"]);
    let lead_id = &lead.get("/v1/me").await.1["id"];
    assert_eq!(
        (&feed[1]["reason"], &feed[1]["by"]),
        (&json!("another site"), lead_id),
        "a correction says why and who"
    );
    assert_eq!(feed[0]["reason"], json!(null));
    let audited: Vec<Value> = admin
        .everything("/v1/audit")
        .await
        .iter()
        .map(|entry| entry["header"].clone())
        .filter(|header| header["action"].as_str().unwrap().starts_with("decision."))
        .collect();
    assert_eq!(
        ids(&audited),
        ["of-the-decision", "of-the-decision", "of-the-undo"],
        "{audited:?}"
    );
    assert_eq!(audited[1]["person"], json!(null), "the hub released it");
}

#[tokio::test]
async fn what_became_of_a_decision_is_reported_by_its_source_and_seen_by_the_approver() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let (source, approver) = (hub.source().await, hub.approver().await);
    let id = source.send(&action_case("refund")).await;
    let given = decision(&approver.case(&id).await, approve());
    approver.post_one("/v1/decisions", &given).await;
    let path = format!("/v1/decisions/{}/outcome", given["id"].as_str().unwrap());
    let report = json!({"status": "failed", "detail": "card expired"});
    assert_eq!(
        problem(&source.post(&path, &report).await),
        (409, "not_released", "")
    );

    let hub = TestHub::start().await;
    let (source, approver) = (hub.source().await, hub.approver().await);
    let id = source.send(&action_case("refund")).await;
    let given = decision(&approver.case(&id).await, approve());
    approver.post_one("/v1/decisions", &given).await;
    let path = format!("/v1/decisions/{}/outcome", given["id"].as_str().unwrap());
    assert_eq!(problem(&approver.post(&path, &report).await).1, "not_allowed");
    assert_eq!(
        problem(&source.post(&path, &json!({"status": "lost"})).await).0,
        422
    );
    assert_eq!(source.post(&path, &json!({"status": "done"})).await.0, 200);
    assert_eq!(source.post(&path, &report).await.0, 200);
    let seen = approver.case(&id).await["decisions"][0]["outcome"].clone();
    assert_eq!(
        (&seen["status"], &seen["detail"]),
        (&json!("failed"), &json!("card expired")),
        "the last one counts"
    );
    assert_eq!(
        approver.get("/v1/me/decisions").await.1["items"][0]["outcome"]["status"],
        "failed"
    );
}

#[tokio::test]
async fn known_links_are_created_unchanged_or_refused_one_by_one() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let link = |left: &str, right: &str| json!({"left": {"system": "crm", "id": left}, "right": {"system": "erp", "id": right}, "probability": 0.995});
    let mut typed = link("1", "3");
    typed["basis"] = json!("human");
    let batch = json!([link("1", "2"), link("1", "2"), typed, {"left": {"id": "1"}, "right": {"id": "1"}}]);
    let (status, answer) = source.post("/v1/links", &batch).await;
    assert_eq!(status, 200, "{answer}");
    let fates: Vec<_> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(crate::common::fate)
        .collect();
    assert_eq!(
        fates,
        [
            ("created", "", ""),
            ("unchanged", "", ""),
            ("refused", "invalid_link", "/basis"),
            ("refused", "invalid_link", "/right")
        ]
    );
    assert_eq!(
        source.post_one("/v1/links", &link("1", "2")).await["result"],
        "unchanged"
    );
    assert!(
        source.everything("/v1/cases").await.is_empty(),
        "no cases come of links"
    );
}
