//! Two people, blind to one another; and one who settles it when they disagree.

use std::time::Duration;

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{different, match_case, same};
use crate::common::{Api, TestHub, decision, fate, problem};
use crate::policies::set;

struct Team {
    hub: TestHub,
    source: Api,
    ana: Api,
    eva: Api,
    /// Lead and steward: settles disputes.
    ada: Api,
    lead: Api,
}

async fn team(undo_seconds: u32) -> (Team, String) {
    let hub = TestHub::start_with(|options| options.undo_seconds = undo_seconds).await;
    let source = hub.source().await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"approvers": 2})).await;
    let team = Team {
        ana: hub.steward().await,
        eva: hub.caller("Eva", &[Role::Steward]).await,
        ada: hub.caller("Ada", &[Role::Steward, Role::Lead]).await,
        lead: hub.lead().await,
        source,
        hub,
    };
    (team, id)
}

async fn decide(who: &Api, id: &str, verdict: Value) -> Value {
    let given = decision(&who.case(id).await, verdict);
    who.post_one("/v1/decisions", &given).await
}

async fn undo(who: &Api, item: &Value) -> Value {
    let path = format!("/v1/decisions/{}/undo", item["id"].as_str().unwrap());
    let (status, answer) = who.post(&path, &json!({"reason": "slip"})).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn claimed(who: &Api) -> Vec<Value> {
    let (status, answer) = who.post("/v1/claims", &json!({})).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

async fn bases(lead: &Api) -> Vec<(Value, Value)> {
    let labels = lead.everything("/v1/labels").await;
    labels
        .into_iter()
        .map(|mut label| (label["basis"].take(), label["match"]["label"].take()))
        .collect()
}

#[tokio::test]
async fn the_first_decision_waits_and_nothing_is_released() {
    let (team, id) = team(0).await;
    claimed(&team.ana).await;
    let item = decide(&team.ana, &id, same()).await;
    assert_eq!(
        (&item["result"], &item["case_state"]),
        (&json!("accepted"), &json!("awaiting_second"))
    );
    assert!(item["undo_until"].is_null(), "no window has begun");
    assert_eq!(team.lead.everything("/v1/labels").await, [] as [Value; 0]);
    assert_eq!(team.lead.everything("/v1/decisions").await, [] as [Value; 0]);
    assert_eq!(
        claimed(&team.ana).await,
        [] as [Value; 0],
        "it waits for somebody else"
    );
    let (_, queues) = team.ana.get("/v1/queues").await;
    let sites = &queues["items"][0];
    assert_eq!(
        (&sites["open"], &sites["free"]),
        (&json!(1), &json!(0)),
        "{sites}"
    );
    let (_, queues) = team.eva.get("/v1/queues").await;
    assert_eq!(queues["items"][0]["free"], 1);
    assert_eq!(claimed(&team.eva).await.len(), 1);
    let again = decide(&team.ana, &id, same()).await;
    assert_eq!(fate(&again), ("refused", "second_must_differ", ""));
}

#[tokio::test]
async fn the_second_does_not_know_the_first() {
    let (team, id) = team(0).await;
    claimed(&team.ana).await;
    decide(&team.ana, &id, different()).await;
    let claim = claimed(&team.eva).await.remove(0);
    for case in [
        claim["case"].clone(),
        team.eva.case(&id).await,
        team.ada.case(&id).await,
    ] {
        assert_eq!(case["state"], "awaiting_second");
        assert_eq!(case["decisions"], json!([]), "{case}");
        let text = case["history"].to_string();
        assert!(!text.contains("decided") && !text.contains("Ana"), "{text}");
    }
    let own = team.ana.case(&id).await;
    assert_eq!(
        own["decisions"].as_array().map(Vec::len),
        Some(1),
        "she knows her own"
    );
    assert_eq!(
        team.lead.case(&id).await["decisions"].as_array().map(Vec::len),
        Some(1),
        "she can't be the second"
    );
    assert_eq!(team.eva.everything("/v1/me/decisions").await, [] as [Value; 0]);
    let changes = team.eva.everything("/v1/changes").await;
    assert!(
        !changes
            .iter()
            .any(|change| change["type"].as_str().unwrap().starts_with("decision.")),
        "{changes:?}"
    );
}

#[tokio::test]
async fn two_who_agree_are_one_outcome_with_two_labels() {
    let (team, id) = team(0).await;
    let first = decide(&team.ana, &id, different()).await;
    let second = decide(&team.eva, &id, different()).await;
    assert_eq!(second["case_state"], "released", "{second}");
    let feed = team.lead.everything("/v1/decisions").await;
    assert_eq!(feed.len(), 1, "whoever acts on it acts once");
    assert_eq!(
        (&feed[0]["id"], &feed[0]["basis"]),
        (&first["id"], &json!("human"))
    );
    assert_eq!(
        bases(&team.lead).await,
        [(json!("human"), json!(0)), (json!("second_opinion"), json!(0))]
    );
    let (_, stats) = team.lead.get("/v1/stats/overrides").await;
    assert_eq!(stats["items"][0]["n"], 1, "one case is counted once");
    let case = team.eva.case(&id).await;
    assert_eq!(
        (&case["state"], case["decisions"].as_array().map(Vec::len)),
        (&json!("released"), Some(2))
    );

    let taken = undo(&team.eva, &second).await;
    assert_eq!(
        (&taken["state"], &taken["case_state"]),
        (&json!("corrected"), &json!("open"))
    );
    let feed = team.lead.everything("/v1/decisions").await;
    assert_eq!(
        (feed.len(), &feed[1]["corrects"]),
        (2, &first["id"]),
        "the outcome is corrected"
    );
    let retracted = team.lead.everything("/v1/labels").await;
    assert_eq!(
        retracted
            .iter()
            .filter(|label| !label["retracts"].is_null())
            .count(),
        2
    );
}

#[tokio::test]
async fn the_undo_window_begins_with_the_second_and_either_may_undo() {
    let (team, id) = team(600).await;
    let first = decide(&team.ana, &id, same()).await;
    let second = decide(&team.eva, &id, same()).await;
    assert_eq!(second["case_state"], "decided");
    assert!(second["undo_until"].is_string());
    let taken = undo(&team.ana, &first).await;
    assert_eq!(
        (&taken["state"], &taken["case_state"]),
        (&json!("undone"), &json!("awaiting_second"))
    );
    assert_eq!(
        fate(&decide(&team.eva, &id, same()).await).1,
        "second_must_differ",
        "hers is the first now"
    );
    let again = decide(&team.ana, &id, same()).await;
    assert_eq!(again["case_state"], "decided");
    undo(&team.ana, &again).await;
    let taken = undo(&team.eva, &second).await;
    assert_eq!(taken["case_state"], "open");
    assert_eq!(team.lead.everything("/v1/labels").await, [] as [Value; 0]);
}

#[tokio::test]
async fn both_are_released_when_the_window_is_over() {
    let (team, id) = team(1).await;
    decide(&team.ana, &id, same()).await;
    decide(&team.eva, &id, same()).await;
    for _ in 0..100 {
        if team.lead.case(&id).await["state"] == "released" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        bases(&team.lead).await,
        [(json!("human"), json!(1)), (json!("second_opinion"), json!(1))]
    );
    assert_eq!(team.lead.everything("/v1/decisions").await.len(), 1);
}

#[tokio::test]
async fn two_who_disagree_go_to_one_who_took_no_side_and_sees_both() {
    let (team, id) = team(0).await;
    claimed(&team.ana).await;
    decide(&team.ana, &id, same()).await;
    claimed(&team.eva).await;
    let second = decide(&team.eva, &id, different()).await;
    assert_eq!(second["case_state"], "disputed", "{second}");
    assert!(second["undo_until"].is_null());
    let bea = team.hub.caller("Bea", &[Role::Steward]).await;
    for who in [&team.ana, &team.eva, &bea] {
        assert_eq!(claimed(who).await, [] as [Value; 0]);
    }
    assert_eq!(
        bea.case(&id).await["decisions"],
        json!([]),
        "she may be asked yet"
    );
    assert_eq!(fate(&decide(&bea, &id, same()).await).1, "not_allowed");
    assert_eq!(
        fate(&decide(&team.eva, &id, same()).await).1,
        "second_must_differ"
    );
    let claim = claimed(&team.ada).await.remove(0);
    let seen = claim["case"]["decisions"].as_array().unwrap();
    assert_eq!(seen.len(), 2, "side by side");
    assert_eq!(
        (&seen[0]["verdict"], &seen[1]["verdict"]),
        (&same(), &different())
    );
    let settled = decide(&team.ada, &id, different()).await;
    assert_eq!(settled["case_state"], "released");
    assert_eq!(bases(&team.lead).await, [(json!("adjudicated"), json!(0))]);
    let feed = team.lead.everything("/v1/decisions").await;
    assert_eq!((feed.len(), &feed[0]["id"]), (1, &settled["id"]));
    let states: Vec<Value> = team.lead.case(&id).await["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|decision| decision["state"].clone())
        .collect();
    assert_eq!(states, [json!("kept"), json!("kept"), json!("released")]);
}

#[tokio::test]
async fn an_adjudication_undone_is_a_dispute_again() {
    let (team, id) = team(600).await;
    decide(&team.ana, &id, same()).await;
    let second = decide(&team.eva, &id, different()).await;
    let settled = decide(&team.ada, &id, same()).await;
    assert_eq!(settled["case_state"], "decided");
    assert_eq!(undo(&team.ada, &settled).await["case_state"], "disputed");
    assert_eq!(undo(&team.eva, &second).await["case_state"], "awaiting_second");
    assert_eq!(
        decide(&team.eva, &id, same()).await["case_state"],
        "decided",
        "they agree after all"
    );
}

#[tokio::test]
async fn who_is_named_adjudicates_and_a_lead_does_not() {
    let (team, id) = team(0).await;
    let bea = team.hub.caller("Bea", &[Role::Steward]).await;
    set(
        &team.hub,
        "sites",
        json!({"approvers": 2, "adjudicators": ["Bea"]}),
    )
    .await;
    decide(&team.ana, &id, same()).await;
    decide(&team.eva, &id, different()).await;
    assert_eq!(claimed(&team.ada).await, [] as [Value; 0]);
    let claim = claimed(&bea).await.remove(0);
    assert_eq!(
        claim["case"]["decisions"].as_array().map(Vec::len),
        Some(2),
        "side by side"
    );
    assert_eq!(decide(&bea, &id, same()).await["case_state"], "released");
}

#[tokio::test]
async fn a_revision_reopens_and_undoes_all() {
    let (team, id) = team(0).await;
    decide(&team.ana, &id, same()).await;
    decide(&team.eva, &id, different()).await;
    let mut next = match_case("x");
    next["revision"] = json!(2);
    next["body"]["records"][0]["fields"]["zip"] = json!("60609");
    team.source.send(&next).await;
    let case = team.lead.case(&id).await;
    assert_eq!(case["state"], "open");
    for decision in case["decisions"].as_array().unwrap() {
        assert_eq!(decision["state"], "undone");
    }
    assert_eq!(
        decide(&team.ana, &id, same()).await["case_state"],
        "awaiting_second"
    );
    let (status, _) = team
        .source
        .post(&format!("/v1/cases/{id}/withdraw"), &json!({}))
        .await;
    assert_eq!(status, 200);
    let states: Vec<Value> = team.lead.everything("/v1/cases?state=withdrawn").await;
    assert_eq!(states.len(), 1);
    let own = team.ana.everything("/v1/me/decisions").await;
    assert!(
        own.iter().all(|decision| decision["state"] == "undone"),
        "{own:?}"
    );
}

#[tokio::test]
async fn a_case_assigned_to_the_first_is_free_for_a_second() {
    let (team, id) = team(0).await;
    let assign = format!("/v1/cases/{id}/assign");
    team.lead.post(&assign, &json!({"to": "Ana"})).await;
    decide(&team.ana, &id, same()).await;
    assert_eq!(claimed(&team.eva).await.len(), 1);
    let refused = team.lead.post(&assign, &json!({"to": "Ana"})).await;
    assert_eq!(problem(&refused), (422, "invalid_routing", "/assignee"));
    let (status, _) = team.lead.post(&assign, &json!({"to": "Ada"})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_decision_made_offline_before_the_first_came_is_the_second() {
    let (team, id) = team(0).await;
    let seen = team.eva.case(&id).await;
    claimed(&team.eva).await;
    decide(&team.ana, &id, same()).await;
    let item = team.eva.post_one("/v1/decisions", &decision(&seen, same())).await;
    assert_eq!(item["case_state"], "released", "{item}");
}

#[tokio::test]
async fn a_drawn_share_of_all_asks_for_a_second_on_every_case() {
    let (team, id) = team(0).await;
    set(&team.hub, "sites", json!({"second_share": 1.0})).await;
    assert_eq!(
        decide(&team.ana, &id, same()).await["case_state"],
        "awaiting_second"
    );
    set(&team.hub, "sites", json!({"second_share": 0.0})).await;
    let id = team.source.send(&match_case("y")).await;
    assert_eq!(decide(&team.ana, &id, same()).await["case_state"], "released");
}

#[tokio::test]
async fn two_who_cannot_tell_agree_in_that() {
    let (team, id) = team(0).await;
    let cannot_tell = |case: &Value| {
        let mut given = decision(case, Value::Null);
        given["cannot_tell"] = json!(true);
        given
    };
    for (who, state) in [(&team.ana, "awaiting_second"), (&team.eva, "released")] {
        let given = cannot_tell(&who.case(&id).await);
        assert_eq!(who.post_one("/v1/decisions", &given).await["case_state"], state);
    }
}
