//! Ways round a gate, tried: each is refused, or leads to the second person all the same.

mod blind;
mod dead_ends;
mod elsewhere;

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{action_case, approve};
use crate::common::{Answer, Api, TestHub, decision, fate, problem};
use crate::policies::{put, set};

/// Approvers, and who leads beside them.
pub struct Team {
    pub hub: TestHub,
    pub source: Api,
    pub ana: Api,
    pub ben: Api,
    pub cas: Api,
    /// Lead and approver: settles disputes.
    pub ada: Api,
    pub lead: Api,
}

/// With one case in `refunds`, under this policy.
pub async fn team(policy: Value) -> (Team, String) {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let id = source.send(&action_case("x")).await;
    set(&hub, "refunds", policy).await;
    let team = Team {
        ana: hub.caller("Ana", &[Role::Approver]).await,
        ben: hub.approver().await,
        cas: hub.caller("Cas", &[Role::Approver]).await,
        ada: hub.caller("Ada", &[Role::Approver, Role::Lead]).await,
        lead: hub.lead().await,
        source,
        hub,
    };
    (team, id)
}

pub async fn decide(who: &Api, id: &str, verdict: Value) -> Value {
    let given = decision(&who.case(id).await, verdict);
    who.post_one("/v1/decisions", &given).await
}

pub async fn claimed(who: &Api) -> Vec<String> {
    let (status, answer) = who.post("/v1/claims", &json!({})).await;
    assert_eq!(status, 200, "{answer}");
    let items = answer["items"].as_array().unwrap();
    let id = |item: &Value| item["case"]["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

pub async fn claim_one(who: &Api, id: &str) -> Answer {
    who.post("/v1/claims", &json!({"case": id})).await
}

pub async fn id_of(who: &Api) -> Value {
    who.get("/v1/me").await.1["id"].clone()
}

pub fn reject() -> Value {
    json!({"actions": [{"id": "a1", "type": "reject", "message": "No"}]})
}

pub fn edit(amount: &str) -> Value {
    json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"booking": "Z7GOZK", "amount": amount}}]})
}

fn above_1000() -> Value {
    json!({"rules": [{"when": {"above": {"currency": "EUR", "value": "1000"}}, "approvers": 2}]})
}

#[tokio::test]
async fn what_nobody_registered_is_above_every_amount() {
    let (team, _) = team(above_1000()).await;
    let send = async |name: &str, change: Value| {
        let mut case = action_case(name);
        for (member, value) in change.as_object().unwrap() {
            case["body"]["actions"][0][member] = value.clone();
        }
        team.source.send(&case).await
    };
    for (name, change) in [
        ("write", json!({"effect": "write"})),
        ("fee", json!({"amount": {"value": "/fee", "currency": "EUR"}})),
        (
            "small",
            json!({"amount": {"value": "/amount", "currency": "EUR"}}),
        ),
    ] {
        let id = send(name, change).await;
        let item = decide(&team.ana, &id, approve()).await;
        assert_eq!(item["case_state"], "awaiting_second", "{name}: {item}");
    }
    let tool =
        json!({"effect": "pay", "reversible": true, "amount": {"value": "/amount", "currency": "EUR"}});
    assert!(
        put(&team.hub.admin().await, "/v1/tools/refund", &tool)
            .await
            .0
            .is_success()
    );
    let id = send("registered", json!({})).await;
    assert_eq!(decide(&team.ana, &id, approve()).await["case_state"], "released");
    let id = send("edited", json!({})).await;
    assert_eq!(
        decide(&team.ana, &id, edit("5000.00")).await["case_state"],
        "awaiting_second"
    );
}

#[tokio::test]
async fn an_adjudicator_s_own_third_view_needs_a_second_who_took_no_side() {
    let (team, id) = team(json!({"approvers": 2})).await;
    decide(&team.ana, &id, approve()).await;
    assert_eq!(decide(&team.ben, &id, reject()).await["case_state"], "disputed");
    let third = decide(&team.ada, &id, edit("99999.00")).await;
    assert_eq!(third["case_state"], "awaiting_second", "{third}");
    for party in [&team.ana, &team.ben, &team.ada] {
        assert_eq!(
            fate(&decide(party, &id, edit("99999.00")).await).1,
            "second_must_differ"
        );
    }
    assert_eq!(claimed(&team.cas).await, [id.as_str()]);
    assert_eq!(
        team.cas.case(&id).await["decisions"],
        json!([]),
        "blind to all three"
    );
    let last = decide(&team.cas, &id, edit("99999.00")).await;
    assert_eq!(last["case_state"], "released", "{last}");
    let feed = team.lead.everything("/v1/decisions").await;
    assert_eq!((feed.len(), &feed[0]["id"]), (1, &third["id"]));
    let states: Vec<Value> = team.lead.case(&id).await["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|decision| decision["state"].clone())
        .collect();
    assert_eq!(states, ["kept", "kept", "released", "released"].map(Value::from));
}

#[tokio::test]
async fn a_third_view_undone_is_the_dispute_again_and_one_disputed_goes_on_to_another_adjudicator() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let source = hub.source().await;
    let id = source.send(&action_case("x")).await;
    set(&hub, "refunds", json!({"approvers": 2})).await;
    let ana = hub.caller("Ana", &[Role::Approver]).await;
    let (ben, cas) = (hub.approver().await, hub.caller("Cas", &[Role::Approver]).await);
    let ada = hub.caller("Ada", &[Role::Approver, Role::Lead]).await;
    decide(&ana, &id, approve()).await;
    decide(&ben, &id, reject()).await;
    let third = decide(&ada, &id, edit("1.00")).await;
    let path = format!("/v1/decisions/{}/undo", third["id"].as_str().unwrap());
    let (status, taken) = ada.post(&path, &json!({"reason": "slip"})).await;
    assert_eq!(
        (status.as_u16(), &taken["case_state"]),
        (200, &json!("disputed")),
        "{taken}"
    );
    decide(&ada, &id, edit("1.00")).await;
    assert_eq!(decide(&cas, &id, edit("2.00")).await["case_state"], "disputed");
    let other = hub.caller("Ola", &[Role::Approver, Role::Lead]).await;
    assert_eq!(decide(&other, &id, edit("2.00")).await["case_state"], "decided");
}

#[tokio::test]
async fn who_posted_an_action_does_not_approve_it() {
    let (team, _) = team(json!({})).await;
    let both = team.hub.caller("Bob", &[Role::Source, Role::Approver]).await;
    let id = both.send(&action_case("own")).await;
    let item = decide(&both, &id, approve()).await;
    assert_eq!(fate(&item), ("refused", "not_allowed", ""), "{item}");
    assert!(!claimed(&both).await.contains(&id));
    assert_eq!(problem(&claim_one(&both, &id).await), (403, "not_allowed", ""));
    let refused = team
        .lead
        .post(&format!("/v1/cases/{id}/assign"), &json!({"to": "Bob"}))
        .await;
    assert_eq!(problem(&refused), (422, "invalid_routing", "/assignee"));
    assert_eq!(claim_one(&team.ana, &id).await.0, 200);
    let refused = team
        .ana
        .post(&format!("/v1/cases/{id}/hand-over"), &json!({"to": "Bob"}))
        .await;
    assert_eq!(problem(&refused), (422, "invalid_hand_over", "/to"));
    let refused = team
        .ana
        .post(
            &format!("/v1/cases/{id}/escalate"),
            &json!({"reason": "?", "to": {"person": "Bob"}}),
        )
        .await;
    assert_eq!(problem(&refused), (422, "invalid_escalation", "/to"));
    set(&team.hub, "refunds", json!({"approvers": 2})).await;
    decide(&team.ana, &id, approve()).await;
    let (_, wanted) = both.get("/v1/me/opinions").await;
    let asked = |item: &Value| item["id"] == id.as_str();
    assert!(!wanted["items"].as_array().unwrap().iter().any(asked), "{wanted}");
    assert_eq!(fate(&decide(&both, &id, approve()).await).1, "not_allowed");
}

#[tokio::test]
async fn on_one_s_own_computer_one_posts_and_approves() {
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.solo = true;
    })
    .await;
    let me = hub.caller("Me", &[Role::Source, Role::Approver]).await;
    let id = me.send(&action_case("own")).await;
    assert_eq!(claimed(&me).await, [id.as_str()]);
    assert_eq!(decide(&me, &id, approve()).await["case_state"], "released");
}

#[tokio::test]
async fn a_blank_reason_is_none() {
    let (team, id) = team(json!({"require_reason": true})).await;
    for reasons in [json!([""]), json!([" ", "\t"])] {
        let mut given = decision(&team.ana.case(&id).await, reject());
        given["reasons"] = reasons;
        let item = team.ana.post_one("/v1/decisions", &given).await;
        assert_eq!(fate(&item).1, "reason_required", "{item}");
    }
}

#[tokio::test]
async fn what_nobody_registered_is_not_taken_back_at_its_proposer_s_word() {
    let (team, id) = team(json!({})).await;
    let undo = async |item: &Value| {
        let path = format!("/v1/decisions/{}/undo", item["id"].as_str().unwrap());
        team.ana.post(&path, &json!({"reason": "slip"})).await
    };
    let item = decide(&team.ana, &id, approve()).await;
    assert_eq!(problem(&undo(&item).await), (409, "irreversible", ""));
    let tool = json!({"effect": "pay", "reversible": true});
    assert!(
        put(&team.hub.admin().await, "/v1/tools/refund", &tool)
            .await
            .0
            .is_success()
    );
    assert_eq!(undo(&item).await.1["state"], "corrected");
}
