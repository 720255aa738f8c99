//! What is a person's own: their decisions page by page, and who else there is.

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{action_case, approve, match_case, same};
use crate::common::{TestHub, decision, problem};

#[tokio::test]
async fn own_decisions_come_page_by_page_newest_first_and_none_is_skipped() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let mut batch = Vec::new();
    for n in 0..60 {
        let id = source.send(&match_case(&format!("pair-{n:02}"))).await;
        batch.push(decision(&steward.case(&id).await, same()));
    }
    // In one transaction: all of them are accepted in the same instant.
    steward.post("/v1/decisions", &json!(batch)).await;
    for cursor in ["after", "before"] {
        let mut seen: Vec<Value> = Vec::new();
        let mut path = "/v1/me/decisions".to_owned();
        loop {
            let (_, page) = steward.get(&path).await;
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row["id"].clone()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/me/decisions?{cursor}={next}");
        }
        let mut ids: Vec<Value> = batch.iter().map(|given| given["id"].clone()).collect();
        ids.sort_by_key(|id| std::cmp::Reverse(id.to_string()));
        assert_eq!(seen, ids, "{cursor}");
    }
    let since = |at: &str| format!("/v1/me/decisions?since={at}");
    assert_eq!(
        steward.get(&since("2099-01-01T00:00:00Z")).await.1["items"],
        json!([])
    );
    let (_, before) = steward.get("/v1/me/decisions?before=2020-01-01T00:00:00Z").await;
    assert_eq!(before, json!({"items": [], "next": null}));
    assert_eq!(
        problem(&steward.get("/v1/me/decisions?after=yesterday").await),
        (400, "invalid_query", "/after")
    );
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    assert_eq!(eva.get("/v1/me/decisions").await.1["items"], json!([]));
}

#[tokio::test]
async fn people_are_shown_with_the_roles_their_live_tokens_give() {
    let hub = TestHub::start().await;
    let (ana, lead) = (hub.steward().await, hub.lead().await);
    hub.caller("Ana", &[Role::Approver]).await;
    hub.hub.revoke_token(&ana.token).await.unwrap();
    let (_, people) = lead.get("/v1/people").await;
    let shown: Vec<(&str, &Value)> = people["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| (person["name"].as_str().unwrap(), &person["roles"]))
        .collect();
    assert_eq!(shown, [("Ana", &json!(["approver"])), ("Lea", &json!(["lead"]))]);
    assert_eq!(
        problem(&hub.source().await.get("/v1/people").await).1,
        "not_allowed"
    );
}

#[tokio::test]
async fn one_whose_token_is_revoked_is_told_so_and_nobody_else_is() {
    let hub = TestHub::start().await;
    let (ana, lead) = (hub.steward().await, hub.lead().await);
    let still = hub.caller("Ana", &[Role::Approver]).await;
    hub.hub.revoke_token(&ana.token).await.unwrap();
    let revoked = |changes: Vec<Value>| {
        changes
            .iter()
            .filter(|change| change["type"] == "access.revoked")
            .count()
    };
    assert_eq!(revoked(still.everything("/v1/changes").await), 1);
    assert_eq!(revoked(lead.everything("/v1/changes").await), 0);
}

#[tokio::test]
async fn own_decisions_say_what_was_decided_of_what_and_whether_it_can_be_undone() {
    let hub = TestHub::start().await;
    let (source, steward, approver) = (hub.source().await, hub.steward().await, hub.approver().await);
    let pair = steward.case(&source.send(&match_case("x")).await).await;
    steward.post_one("/v1/decisions", &decision(&pair, same())).await;
    let unsure = steward.case(&source.send(&match_case("y")).await).await;
    let mut cannot_tell = decision(&unsure, Value::Null);
    cannot_tell["cannot_tell"] = json!(true);
    steward.post_one("/v1/decisions", &cannot_tell).await;
    let told = |page: &Value| -> Vec<Value> {
        let rows = page["items"].as_array().unwrap().iter().rev();
        rows.map(|row| json!([row["heading"], row["words"], row["irreversible"]]))
            .collect()
    };
    let lead = hub.lead().await;
    let listed = async |id: &Value| {
        let rows = lead.everything("/v1/cases").await;
        let heading = rows.iter().find(|row| row["id"] == *id).unwrap()["heading"].clone();
        assert!(heading.is_string());
        heading
    };
    let (_, page) = steward.get("/v1/me/decisions").await;
    assert_eq!(
        told(&page),
        [
            json!([listed(&pair["id"]).await, "Same", false]),
            json!([listed(&unsure["id"]).await, "Can't tell", false])
        ]
    );

    let mut refund = action_case("z");
    refund["body"]["actions"][0]["reversible"] = json!(false);
    let refund = approver.case(&source.send(&refund).await).await;
    approver
        .post_one("/v1/decisions", &decision(&refund, approve()))
        .await;
    let (_, page) = approver.get("/v1/me/decisions").await;
    assert_eq!(
        told(&page),
        [json!([listed(&refund["id"]).await, "Approved", true])]
    );
}
