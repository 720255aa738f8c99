//! How a case came to be reviewed, as its label says it.

use serde_json::{Value, json};

use crate::common::cases::{match_case, same};
use crate::common::{Api, TestHub, decision};

async fn claim(who: &Api, body: Value) -> Vec<Value> {
    let (status, answer) = who.post("/v1/claims", &body).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

/// `selection` of the newest label.
async fn selection(lead: &Api) -> Value {
    lead.everything("/v1/labels").await.last().unwrap()["selection"].clone()
}

#[tokio::test]
async fn a_case_that_no_order_picked_claims_none() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&match_case("opened by itself")).await;
    let given = decision(&steward.case(&id).await, same());
    steward.post_one("/v1/decisions", &given).await;
    assert_eq!(
        selection(&lead).await,
        json!({"order": null, "probability": null})
    );

    source.send(&match_case("skipped")).await;
    let held = claim(&steward, json!({"order": "uncertain"})).await;
    let skip = json!({"tokens": [held[0]["lease"]["token"]], "reason": "skip"});
    steward.post("/v1/claims/release", &skip).await;
    let again = claim(&steward, json!({"order": "uncertain"})).await;
    let given = decision(&again[0]["case"], same());
    steward.post_one("/v1/decisions", &given).await;
    assert_eq!(
        selection(&lead).await,
        json!({"order": null, "probability": null})
    );

    source.send(&match_case("in order")).await;
    let held = claim(&steward, json!({"order": "uncertain"})).await;
    let given = decision(&held[0]["case"], same());
    steward.post_one("/v1/decisions", &given).await;
    assert_eq!(
        selection(&lead).await,
        json!({"order": "uncertain", "probability": null})
    );
}

#[tokio::test]
async fn chance_picks_with_a_probability_among_what_is_due_and_urgent_alike() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    for n in 0..8 {
        source.send(&match_case(&format!("pair-{n}"))).await;
    }
    let mut urgent = match_case("urgent");
    urgent["priority"] = json!(4);
    source.send(&urgent).await;
    let held = claim(&steward, json!({"order": "random", "limit": 3})).await;
    assert_eq!(
        held[0]["case"]["external_id"], "urgent",
        "what is urgent isn't left to chance"
    );
    let mut found = Vec::new();
    for claim in &held {
        steward
            .post_one("/v1/decisions", &decision(&claim["case"], same()))
            .await;
        found.push(selection(&lead).await["probability"].clone());
    }
    assert_eq!(found, [json!(1.0), json!(0.25), json!(0.25)]);
}

#[tokio::test]
async fn chance_is_no_order_of_arrival() {
    let hub = TestHub::start().await;
    let cases: Vec<Value> = (0..60).map(|n| match_case(&format!("{n:03}"))).collect();
    hub.source().await.post("/v1/cases", &json!(cases)).await;
    let held = claim(&hub.steward().await, json!({"order": "random", "limit": 60})).await;
    let mut names: Vec<&str> = held
        .iter()
        .map(|claim| claim["case"]["external_id"].as_str().unwrap())
        .collect();
    assert!(!names.is_sorted(), "one in 60! says otherwise");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 60);
}
