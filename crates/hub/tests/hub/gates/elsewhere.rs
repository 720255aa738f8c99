//! A gate goes with its case, and a case belongs to whom it was given.

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::access::NewToken;

use super::{Team, claim_one, claimed, decide, team};
use crate::common::cases::{action_case, approve};
use crate::common::{Api, TestHub, answer, decision, fate, problem};
use crate::policies::set;

async fn to_lax(team: &Team, id: &str) {
    let mut other = action_case("lax");
    other["queue"] = json!("lax");
    team.source.send(&other).await;
    let (status, answer) = team
        .ana
        .post(
            &format!("/v1/cases/{id}/escalate"),
            &json!({"reason": "Easier there", "to": {"queue": "lax"}}),
        )
        .await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn the_strictest_gate_of_all_queues_it_lay_in_holds() {
    let (team, id) = team(json!({"approvers": 2})).await;
    to_lax(&team, &id).await;
    let item = decide(&team.ben, &id, approve()).await;
    assert_eq!(item["case_state"], "awaiting_second", "{item}");
    assert_eq!(decide(&team.cas, &id, approve()).await["case_state"], "released");
}

#[tokio::test]
async fn what_a_case_is_held_to_is_said_to_those_who_decide_it_and_said_anew_when_it_changes() {
    let (team, id) = team(json!({"approvers": 2, "undo_seconds": 0, "lease_seconds": 90})).await;
    to_lax(&team, &id).await;
    let claim = team.ben.post("/v1/claims", &json!({"queue": "lax"})).await.1;
    let given = claim["items"].as_array().unwrap();
    let case = given
        .iter()
        .find(|given| given["case"]["id"] == id.as_str())
        .unwrap()["case"]
        .clone();
    let held = case["held_to"].as_array().unwrap();
    assert_eq!((held.len(), &held[0]["approvers"]), (1, &json!(2)), "{case}");
    let of_the_queue_alone = (&held[0]["undo_seconds"], &held[0]["lease_seconds"]);
    assert_eq!(of_the_queue_alone, (&Value::Null, &json!(3600)));
    assert_eq!(team.source.case(&id).await.get("held_to"), None);
    let other = given
        .iter()
        .find(|given| given["case"]["id"] != id.as_str())
        .unwrap();
    assert_eq!(other["case"].get("held_to"), None, "it lay nowhere else");

    let at = team.ben.get("/v1/changes?limit=500").await.1["next"].clone();
    let since = format!("/v1/changes?after={}", at.as_str().unwrap());
    set(&team.hub, "refunds", json!({"draft_only": true})).await;
    let seen = |who: &Value| {
        let items = who["items"].as_array().unwrap().iter();
        let told =
            items.filter(|change| change["type"] == "case.revised" && change["case_id"] == id.as_str());
        told.count()
    };
    assert_eq!(seen(&team.ben.get(&since).await.1), 1, "who has it at hand");
    assert_eq!(seen(&team.cas.get(&since).await.1), 0);
    assert_eq!(team.ben.case(&id).await["held_to"][0]["draft_only"], true);
}

#[tokio::test]
async fn a_registered_tool_is_told_to_all_who_follow() {
    let (team, _) = team(json!({})).await;
    let at = team.ben.get("/v1/changes?limit=500").await.1["next"].clone();
    let tool = json!({"effect": "pay", "reversible": true});
    let put = team
        .hub
        .admin()
        .await
        .request(Method::PUT, "/v1/tools/refund")
        .json(&tool);
    assert_eq!(answer(put).await.0, 200);
    let since = format!("/v1/changes?after={}", at.as_str().unwrap());
    assert_eq!(team.ben.get(&since).await.1["items"][0]["type"], "tools.changed");
}

#[tokio::test]
async fn who_escalated_to_another_queue_does_not_decide_it_there() {
    let (team, id) = team(json!({})).await;
    to_lax(&team, &id).await;
    assert!(!claimed(&team.ana).await.contains(&id));
    assert_eq!(
        problem(&claim_one(&team.ana, &id).await),
        (403, "not_allowed", "")
    );
    assert_eq!(fate(&decide(&team.ana, &id, approve()).await).1, "not_allowed");
    assert!(claimed(&team.ben).await.contains(&id));
    assert_eq!(decide(&team.ben, &id, approve()).await["case_state"], "released");
}

#[tokio::test]
async fn reasons_and_drafts_asked_for_where_it_lay_are_asked_for_elsewhere() {
    let (team, id) = team(json!({"require_reason": true, "draft_only": true})).await;
    to_lax(&team, &id).await;
    assert_eq!(
        fate(&decide(&team.ben, &id, approve()).await).1,
        "reason_required"
    );
    let mut given = decision(&team.ben.case(&id).await, approve());
    given["reasons"] = json!(["checked"]);
    assert_eq!(
        team.ben.post_one("/v1/decisions", &given).await["result"],
        "accepted"
    );
    assert_eq!(
        team.lead.everything("/v1/decisions").await,
        [] as [Value; 0],
        "a draft"
    );
}

#[tokio::test]
async fn who_proposes_an_action_does_not_get_round_a_gate_by_a_new_revision() {
    let (team, id) = team(json!({"approvers": 2})).await;
    to_lax(&team, &id).await;
    let mut next = action_case("x");
    next["revision"] = json!(2);
    next["queue"] = json!("lax");
    next["body"]["actions"][0]["arguments"]["amount"] = json!("121.00");
    team.source.send(&next).await;
    assert_eq!(
        decide(&team.ana, &id, approve()).await["case_state"],
        "awaiting_second"
    );
}

#[tokio::test]
async fn who_sends_from_queues_of_their_own_sends_into_no_other() {
    let (team, _) = team(json!({"approvers": 2})).await;
    let agent = NewToken {
        name: "agent".into(),
        roles: vec![Role::Source],
        queues: vec!["refunds".into()],
        ..NewToken::default()
    };
    let agent = team.hub.caller_with(agent).await;
    let mut elsewhere = action_case("z");
    elsewhere["queue"] = json!("lax");
    let refused = agent.post_one("/v1/cases", &elsewhere).await;
    assert_eq!(fate(&refused), ("refused", "queue_not_allowed", "/queue"));
    assert!(refusals(&team.hub).await > 0, "and it is written down");
    elsewhere["queue"] = json!("refunds");
    assert_eq!(agent.post_one("/v1/cases", &elsewhere).await["result"], "created");
}

async fn lease_of(who: &Api, id: &str) -> Value {
    let (status, answer) = claim_one(who, id).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"][0]["lease"]["token"].clone()
}

async fn refusals(hub: &TestHub) -> usize {
    let chain = hub.admin().await.everything("/v1/audit").await;
    let refused = |entry: &&Value| entry["header"]["action"] == "request.refused";
    chain.iter().filter(refused).count()
}

#[tokio::test]
async fn somebody_elses_lease_or_that_of_another_case_carries_no_decision() {
    let (team, id) = team(json!({})).await;
    let other = team.source.send(&action_case("y")).await;
    let (hers, his) = (lease_of(&team.ana, &id).await, lease_of(&team.ben, &other).await);
    for (who, lease) in [(&team.ben, &hers), (&team.ben, &his)] {
        let mut given = decision(&who.case(&id).await, approve());
        given["lease"] = lease.clone();
        let before = refusals(&team.hub).await;
        let item = who.post_one("/v1/decisions", &given).await;
        assert_eq!(fate(&item), ("refused", "not_allowed", "/lease"), "{item}");
        // The same again within the minute is counted, not written.
        assert!(refusals(&team.hub).await > before || *lease == his);
    }
    let mut given = decision(&team.ana.case(&id).await, approve());
    given["lease"] = hers;
    assert_eq!(
        team.ana.post_one("/v1/decisions", &given).await["result"],
        "accepted"
    );
}

#[tokio::test]
async fn what_is_assigned_or_escalated_to_others_is_theirs_to_decide() {
    let (team, id) = team(json!({})).await;
    let assign = format!("/v1/cases/{id}/assign");
    assert_eq!(team.lead.post(&assign, &json!({"to": "Cas"})).await.0, 200);
    assert_eq!(
        fate(&decide(&team.ana, &id, approve()).await),
        ("refused", "not_allowed", "")
    );
    assert_eq!(decide(&team.cas, &id, approve()).await["result"], "accepted");

    let id = team.source.send(&action_case("y")).await;
    lease_of(&team.ana, &id).await;
    let path = format!("/v1/cases/{id}/escalate");
    let body = json!({"reason": "?", "to": {"role": "lead"}});
    assert_eq!(team.ana.post(&path, &body).await.0, 200);
    assert_eq!(fate(&decide(&team.ben, &id, approve()).await).1, "not_allowed");
    assert_eq!(decide(&team.ada, &id, approve()).await["result"], "accepted");
}

#[tokio::test]
async fn a_decision_made_offline_before_the_case_was_given_to_others_counts() {
    let (team, id) = team(json!({})).await;
    let seen = team.ana.case(&id).await;
    let lease = lease_of(&team.ana, &id).await;
    let assign = format!("/v1/cases/{id}/assign");
    assert_eq!(team.lead.post(&assign, &json!({"to": "Cas"})).await.0, 200);
    let mut given = decision(&seen, approve());
    given["lease"] = lease;
    let item = team.ana.post_one("/v1/decisions", &given).await;
    assert_eq!(item["result"], "accepted", "{item}");
    set(&team.hub, "refunds", json!({})).await;
}
