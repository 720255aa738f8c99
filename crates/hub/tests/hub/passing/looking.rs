//! Looking at a case somebody else has.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Api, Role, TestHub, answer, given, match_case, problem};
use crate::common::cases::same;
use crate::common::{decision, fate};
use crate::policies::set;

async fn look(who: &Api, id: &str) -> Answer {
    answer(who.request(Method::POST, &format!("/v1/cases/{id}/look"))).await
}

async fn look_away(who: &Api, id: &str) -> StatusCode {
    answer(who.request(Method::DELETE, &format!("/v1/cases/{id}/look")))
        .await
        .0
}

/// Names of those who look besides.
async fn besides(who: &Api, id: &str) -> Vec<String> {
    let case = who.case(id).await;
    let looking = case["looking"].as_array().cloned().unwrap_or_default();
    let name = |looker: &Value| looker["name"].as_str().unwrap().to_owned();
    looking.iter().map(name).collect()
}

async fn told(who: &Api, id: &str) -> usize {
    let changes = who.everything("/v1/changes").await;
    let of_it = |change: &&Value| change["type"] == "case.looked_at" && change["case_id"] == *id;
    changes.iter().filter(of_it).count()
}

#[tokio::test]
async fn who_has_a_case_is_told_who_looks_at_it_and_keeps_it() {
    let hub = TestHub::start().await;
    let (source, ana, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&match_case("x")).await;
    assert_eq!(given(&ana).await, [id.as_str()]);
    assert_eq!(besides(&ana, &id).await, [] as [&str; 0]);

    let (status, seen) = look(&lead, &id).await;
    assert_eq!(status, 200, "{seen}");
    assert_eq!(seen["lease"]["name"], "Ana", "they see who has it");
    let name = lead.get("/v1/me").await.1["name"].as_str().unwrap().to_owned();
    assert_eq!(besides(&ana, &id).await, [name]);
    assert_eq!(
        besides(&lead, &id).await,
        [] as [&str; 0],
        "not besides themselves"
    );
    assert_eq!(told(&ana, &id).await, 1);

    look(&lead, &id).await;
    assert_eq!(told(&ana, &id).await, 2, "they look on");
    let entries = hub
        .admin()
        .await
        .everything("/v1/audit?action=case.looked_at")
        .await;
    assert_eq!(entries.len(), 1, "noted once: {entries:?}");

    assert_eq!(look_away(&lead, &id).await, 204);
    assert_eq!(besides(&ana, &id).await, [] as [&str; 0]);
    assert_eq!(told(&ana, &id).await, 3);
    assert_eq!(look_away(&lead, &id).await, 204, "twice is once");
    assert_eq!(told(&ana, &id).await, 3);
    let decided = ana
        .post_one("/v1/decisions", &decision(&ana.case(&id).await, same()))
        .await;
    assert_eq!(fate(&decided), ("accepted", "", ""), "she still had it");
}

#[tokio::test]
async fn nobody_looks_at_what_they_may_not_see_and_no_source_over_a_shoulder() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("x")).await;
    given(&ana).await;
    assert_eq!(problem(&look(&source, &id).await), (403, "not_allowed", ""));
    assert_eq!(besides(&ana, &id).await, [] as [&str; 0]);
    let (status, own) = look(&ana, &id).await;
    assert_eq!(status, 200, "{own}");
    assert_eq!(told(&ana, &id).await, 0, "she has it herself");
}

#[tokio::test]
async fn who_could_be_the_second_opinion_does_not_learn_who_looks() {
    let hub = TestHub::start().await;
    let (source, ana, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"approvers": 2})).await;
    given(&ana).await;
    ana.post_one("/v1/decisions", &decision(&ana.case(&id).await, same()))
        .await;
    assert_eq!(given(&eva).await, [id.as_str()]);
    look(&ana, &id).await;
    assert_eq!(
        besides(&eva, &id).await,
        [] as [&str; 0],
        "it would tell who was first"
    );
    assert_eq!(besides(&lead, &id).await, ["Ana"]);
}
