//! Nothing waits for somebody who may not take it, and who may settle a dispute can.

use serde_json::{Value, json};

use super::{claim_one, claimed, decide, id_of, reject, team};
use crate::common::cases::{action_case, approve};
use crate::common::{fate, problem};
use crate::policies::set;

#[tokio::test]
async fn a_case_that_waits_for_a_second_is_not_escalated_to_the_first() {
    let (team, id) = team(json!({"approvers": 2})).await;
    decide(&team.ana, &id, approve()).await;
    let path = format!("/v1/cases/{id}/escalate");
    let to = |to: Value| json!({"reason": "?", "to": to});
    let refused = team.ben.post(&path, &to(json!({"person": "Ana"}))).await;
    assert_eq!(problem(&refused), (422, "invalid_escalation", "/to"));
    let (status, _) = team.ben.post(&path, &to(json!({"person": "Cas"}))).await;
    assert_eq!(status, 200);
    assert_eq!(claimed(&team.cas).await, [id.as_str()]);
}

#[tokio::test]
async fn what_was_escalated_to_one_who_then_gave_the_first_opinion_is_free_for_a_second() {
    let (team, id) = team(json!({"approvers": 2})).await;
    let path = format!("/v1/cases/{id}/escalate");
    let body = json!({"reason": "?", "to": {"person": "Cas"}});
    assert_eq!(claim_one(&team.ana, &id).await.0, 200);
    assert_eq!(team.ana.post(&path, &body).await.0, 200);
    decide(&team.cas, &id, approve()).await;
    assert_eq!(claimed(&team.ben).await, [id.as_str()]);
}

#[tokio::test]
async fn by_policy_too_it_goes_to_the_leads_instead() {
    let (team, id) = team(json!({"approvers": 2})).await;
    decide(&team.ana, &id, approve()).await;
    let policy = json!({"approvers": 2, "escalate": {"after_minutes": 0, "to": {"person": "Ana"}}});
    set(&team.hub, "refunds", policy).await;
    let routing = json!({"due_at": "2026-01-01T00:00:00Z"});
    let request = team
        .lead
        .request(reqwest::Method::PATCH, &format!("/v1/cases/{id}/routing"));
    assert_eq!(crate::common::answer(request.json(&routing)).await.0, 200);
    for _ in 0..400 {
        let case = team.lead.case(&id).await;
        if !case["escalation"].is_null() {
            assert_eq!(case["escalation"]["to"], "lead", "{case}");
            assert_eq!(claimed(&team.ada).await, [id.as_str()]);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("it isn't escalated");
}

#[tokio::test]
async fn what_a_delegate_may_not_take_is_anybodys() {
    let (team, _) = team(json!({})).await;
    let mut proposed = action_case("y");
    proposed["proposed_by"] = id_of(&team.ben).await;
    let id = team.source.send(&proposed).await;
    let other = team.source.send(&action_case("z")).await;
    for case in [&id, &other] {
        let assign = format!("/v1/cases/{case}/assign");
        assert_eq!(team.lead.post(&assign, &json!({"to": "Cas"})).await.0, 200);
    }
    let until = chrono::Utc::now() + chrono::Duration::minutes(5);
    let away = json!({"until": until, "delegate": "Ben"});
    let request = team.cas.request(reqwest::Method::PUT, "/v1/me/away");
    assert_eq!(crate::common::answer(request.json(&away)).await.0, 200);
    let (status, own) = team.cas.post("/v1/claims", &json!({})).await;
    assert_eq!(status, 200, "who is away may work all the same: {own}");
    let own: Vec<&Value> = own["items"].as_array().unwrap().iter().collect();
    let theirs = |case: &String| own.iter().any(|given| given["case"]["id"] == case.as_str());
    assert!(theirs(&id) && theirs(&other));
    let tokens: Vec<&Value> = own.iter().map(|given| &given["lease"]["token"]).collect();
    let release = json!({"tokens": tokens, "reason": "sign_out"});
    assert_eq!(team.cas.post("/v1/claims/release", &release).await.0, 200);
    let (_, waiting) = team.ana.get("/v1/me/cases").await;
    assert_eq!(waiting["items"][0]["case"]["id"], id.as_str(), "{waiting}");
    assert_eq!(claim_one(&team.ana, &id).await.0, 200);
    assert_eq!(
        problem(&claim_one(&team.ana, &other).await),
        (409, "not_free", ""),
        "that is Ben's"
    );
    let (_, held) = team.ana.post("/v1/claims", &json!({"limit": 1})).await;
    let token = held["items"][0]["lease"]["token"].clone();
    let release = json!({"tokens": [token], "reason": "sign_out"});
    team.ana.post("/v1/claims/release", &release).await;
    assert_eq!(
        claimed(&team.ana).await[0],
        id,
        "nor need it be asked for by its id"
    );
    assert!(claimed(&team.ben).await.contains(&other));
    assert_eq!(decide(&team.ana, &id, approve()).await["result"], "accepted");
}

#[tokio::test]
async fn a_case_revised_by_who_it_was_assigned_to_is_free_for_others() {
    let (team, id) = team(json!({})).await;
    let assign = format!("/v1/cases/{id}/assign");
    assert_eq!(team.lead.post(&assign, &json!({"to": "Cas"})).await.0, 200);
    let mut next = action_case("x");
    next["revision"] = json!(2);
    next["proposed_by"] = id_of(&team.cas).await;
    team.source.send(&next).await;
    assert_eq!(team.lead.case(&id).await["assignee"], Value::Null);
    assert_eq!(claimed(&team.ana).await, [id.as_str()]);
}

#[tokio::test]
async fn a_lead_who_does_not_decide_settles_disputes_and_nothing_else() {
    let (team, id) = team(json!({"approvers": 2})).await;
    let open = team.source.send(&action_case("y")).await;
    assert_eq!(claimed(&team.lead).await, [] as [&str; 0]);
    assert_eq!(
        problem(&claim_one(&team.lead, &open).await),
        (403, "not_allowed", "")
    );
    decide(&team.ana, &id, approve()).await;
    assert_eq!(fate(&decide(&team.lead, &id, approve()).await).1, "not_allowed");
    decide(&team.ben, &id, reject()).await;
    let (_, wanted) = team.lead.get("/v1/me/opinions").await;
    assert_eq!(wanted["items"][0]["id"], id.as_str(), "{wanted}");
    let (_, queues) = team.lead.get("/v1/queues").await;
    assert_eq!(
        (
            &queues["items"][0]["disputed"],
            &queues["items"][0]["adjudicates"]
        ),
        (&json!(1), &json!(true))
    );
    assert_eq!(claimed(&team.lead).await, [id.as_str()]);
    assert_eq!(fate(&decide(&team.lead, &open, approve()).await).1, "not_allowed");
    assert_eq!(decide(&team.lead, &id, approve()).await["case_state"], "released");
}
