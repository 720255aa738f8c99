//! What was refused to somebody who meant it.

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::Clock;

use super::{id_of, text};
use crate::common::cases::{action_case, approve};
use crate::common::{Api, TestHub, answer, decision, fate, problem};

async fn refused(admin: &Api, name: &str) -> Vec<(String, Value, Value)> {
    let path = format!("/v1/audit?action=request.refused&person={name}");
    let found = admin.everything(&path).await.into_iter();
    found
        .map(|entry| {
            let code = text(&entry["payload"], "code").to_owned();
            (
                code,
                entry["payload"]["request"].clone(),
                entry["header"]["case_id"].clone(),
            )
        })
        .collect()
}

#[tokio::test]
async fn nobody_passes_a_proposal_to_who_made_it_without_that_being_written_down() {
    let hub = TestHub::start().await;
    let (source, admin, lead) = (hub.source().await, hub.admin().await, hub.lead().await);
    let (ben, ada) = (hub.approver().await, hub.caller("Ada", &[Role::Approver]).await);
    let mut case = action_case("refund");
    case["proposed_by"] = json!(id_of(&ada).await);
    let id = source.send(&case).await;
    ben.post("/v1/claims", &json!({ "case": id })).await;
    let to = json!({"to": "Ada"});
    let handed = ben.post(&format!("/v1/cases/{id}/hand-over"), &to).await;
    assert_eq!(problem(&handed), (422, "invalid_hand_over", "/to"));
    let assigned = lead.post(&format!("/v1/cases/{id}/assign"), &to).await;
    assert_eq!(problem(&assigned), (422, "invalid_routing", "/assignee"));
    for (name, code, request) in [
        ("Ben", "invalid_hand_over", "POST /v1/cases/{id}/hand-over"),
        ("Lea", "invalid_routing", "POST /v1/cases/{id}/assign"),
    ] {
        let noted = refused(&admin, name).await;
        assert_eq!(noted, [(code.to_owned(), json!(request), json!(id))]);
    }
    let typo = ben
        .post(
            &format!("/v1/cases/{id}/hand-over"),
            &json!({"to": "Nobody Such"}),
        )
        .await;
    assert_eq!(problem(&typo).1, "invalid_hand_over");
    assert_eq!(refused(&admin, "Ben").await.len(), 1, "a mistake isn't");
}

#[tokio::test]
async fn who_tries_ids_of_whatever_kind_is_written_down() {
    let hub = TestHub::start().await;
    let (admin, lead) = (hub.admin().await, hub.lead().await);
    let nowhere = uuid::Uuid::now_v7();
    let tries = [
        (Method::DELETE, format!("/v1/elevations/{nowhere}")),
        (Method::POST, format!("/v1/gold/{nowhere}/retire")),
        (Method::GET, format!("/v1/people/{nowhere}")),
        (Method::DELETE, format!("/v1/keys/{nowhere}")),
    ];
    for (n, (method, path)) in tries.into_iter().enumerate() {
        let name = format!("Lea {n}");
        let who = hub.caller(&name, &[Role::Lead]).await;
        let gone = answer(who.request(method, &path).json(&json!({}))).await;
        assert_eq!(problem(&gone).1, "not_found", "{path}");
        assert_eq!(refused(&admin, &name).await.len(), 1, "{path}");
    }
    assert_eq!(problem(&lead.get("/v1/nothing-here").await).0, 404);
    assert_eq!(refused(&admin, "Lea").await, [], "a typo in an address isn't");
}

#[tokio::test]
async fn what_is_decided_after_its_end_is_refused_and_written_down() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let (source, admin, ben) = (hub.source().await, hub.admin().await, hub.approver().await);
    let mut case = action_case("refund");
    case["expires_at"] = json!(hub.hub.now() + chrono::Duration::minutes(5));
    let id = source.send(&case).await;
    let case = ben.case(&id).await;
    clock.advance_seconds(600);
    let item = ben.post_one("/v1/decisions", &decision(&case, approve())).await;
    assert_eq!(fate(&item).1, "expired");
    let noted = refused(&admin, "Ben").await;
    assert_eq!(
        noted,
        [("expired".to_owned(), json!("POST /v1/decisions"), json!(id))]
    );
}
