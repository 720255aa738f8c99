//! Claiming: who is given what, for how long, and what comes back.

use std::collections::HashSet;

use domain::policy::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tiebreak_hub::{Clock, access::NewToken};

use crate::common::cases::{action_case, conflict_case, match_case};
use crate::common::{Api, TestHub, problem};

async fn claim(who: &Api, body: Value) -> Vec<Value> {
    let (status, answer) = who.post("/v1/claims", &body).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

fn names(claims: &[Value]) -> Vec<&str> {
    claims
        .iter()
        .map(|claim| claim["case"]["external_id"].as_str().unwrap())
        .collect()
}

fn token(claim: &Value) -> Value {
    claim["lease"]["token"].clone()
}

async fn send_many(source: &Api, n: usize) {
    let cases: Vec<Value> = (0..n).map(|i| match_case(&format!("pair-{i:03}"))).collect();
    let (status, answer) = source.post("/v1/cases", &json!(cases)).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_case_is_held_by_two_people() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 40).await;
    let mut claiming = Vec::new();
    for person in 0..8 {
        let who = hub.caller(&format!("steward {person}"), &[Role::Steward]).await;
        claiming.push(tokio::spawn(
            async move { claim(&who, json!({"limit": 6})).await },
        ));
    }
    let mut seen = HashSet::new();
    for claims in claiming {
        for claim in claims.await.unwrap() {
            assert!(
                seen.insert(claim["case"]["id"].as_str().unwrap().to_owned()),
                "held twice: {claim}"
            );
        }
    }
    assert_eq!(seen.len(), 40, "every case was given to somebody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_case_asked_for_by_its_id_while_others_take_the_next_is_held_by_one() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 12).await;
    let (_, listed) = hub.lead().await.get("/v1/cases?limit=3").await;
    let wanted: Vec<Value> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    let mut claiming = Vec::new();
    for person in 0..16 {
        let who = hub.caller(&format!("steward {person}"), &[Role::Steward]).await;
        let body = match person % 2 {
            0 => json!({"limit": 1}),
            _ => json!({"case": wanted[person % wanted.len()]}),
        };
        claiming.push(tokio::spawn(async move { who.post("/v1/claims", &body).await }));
    }
    let mut seen = HashSet::new();
    for answer in claiming {
        let (status, answer) = answer.await.unwrap();
        if status == 409 {
            assert_eq!(answer["code"], "not_free", "{answer}");
            continue;
        }
        for claim in answer["items"].as_array().unwrap() {
            let id = claim["case"]["id"].as_str().unwrap().to_owned();
            assert!(seen.insert(id), "held twice: {claim}");
        }
    }
    assert!(seen.len() >= 8, "who took the next was given one: {seen:?}");
}

#[tokio::test]
async fn a_lost_answer_strands_nothing() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 5).await;
    let steward = hub.steward().await;
    let lost = claim(&steward, json!({"limit": 2})).await;
    let again = claim(&steward, json!({"limit": 3})).await;
    assert_eq!(
        names(&again),
        ["pair-000", "pair-001", "pair-002"],
        "what is held comes first"
    );
    assert_eq!(token(&again[0]), token(&lost[0]), "under the same lease");
    let have: Vec<&Value> = again.iter().map(|claim| &claim["case"]["id"]).collect();
    assert_eq!(
        names(&claim(&steward, json!({"have": have})).await),
        ["pair-003", "pair-004"]
    );
}

#[tokio::test]
async fn who_asks_several_times_at_once_is_given_the_same_each_time() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 20).await;
    let steward = hub.steward().await;
    let asked = (0..8).map(|_| claim(&steward, json!({"limit": 2})));
    for given in join_all(asked).await {
        assert_eq!(names(&given), ["pair-000", "pair-001"]);
    }
    let others = claim(&hub.caller("Eva", &[Role::Steward]).await, json!({})).await;
    assert_eq!(others.len(), 18, "and holds no more than that");
}

#[tokio::test]
async fn a_skipped_case_goes_to_others_at_once_and_to_that_person_last() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 3).await;
    let (ana, eva) = (hub.steward().await, hub.caller("Eva", &[Role::Steward]).await);
    let first = claim(&ana, json!({"limit": 1})).await;
    let (status, answer) = ana
        .post(
            "/v1/claims/release",
            &json!({"tokens": [token(&first[0])], "reason": "skip"}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &answer["items"][0]["result"]),
        (200, &json!("released")),
        "{answer}"
    );
    let ana_next = claim(&ana, json!({"limit": 1})).await;
    assert_eq!(names(&ana_next), ["pair-001"]);
    assert_eq!(
        names(&claim(&eva, json!({"limit": 1})).await),
        ["pair-000"],
        "others have it at once"
    );
    let have: Vec<&Value> = ana_next.iter().map(|claim| &claim["case"]["id"]).collect();
    assert_eq!(names(&claim(&ana, json!({"have": have})).await), ["pair-002"]);
}

#[tokio::test]
async fn what_was_skipped_comes_again_when_nothing_else_is_left() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 2).await;
    let ana = hub.steward().await;
    let first = claim(&ana, json!({"limit": 1})).await;
    ana.post(
        "/v1/claims/release",
        &json!({"tokens": [token(&first[0])], "reason": "skip"}),
    )
    .await;
    assert_eq!(names(&claim(&ana, json!({})).await), ["pair-001", "pair-000"]);
}

#[tokio::test]
async fn a_lease_that_ran_out_is_lost_and_the_case_goes_to_others() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    send_many(&hub.source().await, 1).await;
    let (ana, eva) = (hub.steward().await, hub.caller("Eva", &[Role::Steward]).await);
    let held = claim(&ana, json!({})).await;
    assert!(claim(&eva, json!({})).await.is_empty());
    clock.advance_seconds(3000);
    let (_, renewed) = ana
        .post("/v1/claims/renew", &json!({"tokens": [token(&held[0])]}))
        .await;
    assert_eq!(renewed["items"][0]["result"], "renewed", "{renewed}");
    clock.advance_seconds(3000);
    assert!(claim(&eva, json!({})).await.is_empty(), "its time began anew");
    clock.advance_seconds(700);
    assert_eq!(names(&claim(&eva, json!({})).await), ["pair-000"]);
    let (_, lost) = ana
        .post("/v1/claims/renew", &json!({"tokens": [token(&held[0])]}))
        .await;
    assert_eq!(lost["items"][0]["result"], "lost", "{lost}");
    let told = ana.everything("/v1/changes").await;
    assert!(
        told.iter().any(|change| change["type"] == "lease.lost"),
        "{told:?}"
    );
    let others = eva.everything("/v1/changes").await;
    assert!(
        !others.iter().any(|change| change["type"] == "lease.lost"),
        "only its holder is told: {others:?}"
    );
}

#[tokio::test]
async fn what_is_due_comes_first_then_what_is_urgent_then_what_is_old() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for (name, more) in [
        ("old", json!({})),
        ("urgent", json!({"priority": 4})),
        ("due later", json!({"due_at": "2099-01-02T00:00:00Z"})),
        ("due", json!({"due_at": "2099-01-01T00:00:00Z"})),
        ("new", json!({})),
    ] {
        let mut case = match_case(name);
        case.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        source.send(&case).await;
    }
    assert_eq!(
        names(&claim(&hub.steward().await, json!({})).await),
        ["due", "due later", "urgent", "old", "new"]
    );
}

#[tokio::test]
async fn the_least_certain_come_first_when_asked() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for (name, confidence) in [
        ("sure", json!(0.98)),
        ("torn", json!(0.52)),
        ("leaning", json!(0.3)),
        ("silent", json!(null)),
    ] {
        let mut case = match_case(name);
        case["suggestion"]["confidence"] = confidence;
        source.send(&case).await;
    }
    let claims = claim(&hub.steward().await, json!({"order": "uncertain"})).await;
    assert_eq!(names(&claims), ["torn", "leaning", "sure", "silent"]);
}

#[tokio::test]
async fn roles_and_queues_say_what_is_given() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for case in [match_case("m"), conflict_case("c"), action_case("a")] {
        source.send(&case).await;
    }
    let flights = NewToken {
        name: "Flo".into(),
        roles: vec![Role::Steward],
        queues: vec!["flights".into()],
        ..NewToken::default()
    };
    assert_eq!(
        names(&claim(&hub.caller_with(flights).await, json!({})).await),
        ["c"]
    );
    assert_eq!(names(&claim(&hub.approver().await, json!({})).await), ["a"]);
    let steward = hub.steward().await;
    assert!(
        claim(&steward, json!({"kind": "proposed_action"}))
            .await
            .is_empty()
    );
    assert_eq!(names(&claim(&steward, json!({"queue": "sites"})).await), ["m"]);
    assert!(
        claim(&hub.lead().await, json!({})).await.is_empty(),
        "nothing is disputed"
    );
    for who in [hub.admin().await, source] {
        assert_eq!(
            problem(&who.post("/v1/claims", &json!({})).await).1,
            "not_allowed"
        );
    }
}

#[tokio::test]
async fn who_proposed_an_action_is_not_given_it() {
    let hub = TestHub::start().await;
    let ben = hub.approver().await;
    let (_, me) = ben.get("/v1/me").await;
    let mut case = action_case("own");
    case["proposed_by"] = me["id"].clone();
    hub.source().await.send(&case).await;
    assert!(claim(&ben, json!({})).await.is_empty());
    assert_eq!(
        names(&claim(&hub.caller("Cleo", &[Role::Approver]).await, json!({})).await),
        ["own"]
    );
}

#[tokio::test]
async fn an_assigned_case_goes_to_nobody_else() {
    let hub = TestHub::start().await;
    send_many(&hub.source().await, 1).await;
    let (ana, eva, lead) = (
        hub.steward().await,
        hub.caller("Eva", &[Role::Steward]).await,
        hub.lead().await,
    );
    let held = claim(&ana, json!({})).await;
    let path = format!("/v1/cases/{}/assign", held[0]["case"]["id"].as_str().unwrap());
    assert_eq!(problem(&ana.post(&path, &json!({"to": "Eva"})).await).0, 403);
    assert_eq!(
        problem(&lead.post(&path, &json!({"to": "nobody"})).await),
        (422, "invalid_routing", "/assignee")
    );
    let (status, row) = lead.post(&path, &json!({"to": "Eva"})).await;
    assert_eq!(status, 200, "{row}");
    assert!(claim(&ana, json!({})).await.is_empty(), "her lease ended");
    assert_eq!(names(&claim(&eva, json!({})).await), ["pair-000"]);
    let told = ana.everything("/v1/changes").await;
    assert!(
        told.iter().any(|change| change["type"] == "lease.lost"),
        "{told:?}"
    );
    let assigned = |changes: Vec<Value>| {
        changes
            .iter()
            .filter(|change| change["type"] == "case.assigned")
            .count()
    };
    assert_eq!(assigned(eva.everything("/v1/changes").await), 1);
    assert_eq!(assigned(told), 0, "only she is told");
}

#[tokio::test]
async fn a_case_is_assigned_only_to_one_who_may_decide_it_and_can_be_given_to_all_again() {
    let hub = TestHub::start().await;
    let (source, lead) = (hub.source().await, hub.lead().await);
    let (ana, ben) = (hub.steward().await, hub.approver().await);
    hub.caller_with(NewToken {
        name: "Flo".into(),
        roles: vec![Role::Approver],
        queues: vec!["elsewhere".into()],
        ..NewToken::default()
    })
    .await;
    let gone = hub.caller("Gus", &[Role::Approver]).await;
    hub.hub.revoke_token(&gone.token).await.unwrap();
    let mut case = action_case("own");
    case["proposed_by"] = hub.caller("Pia", &[Role::Approver]).await.get("/v1/me").await.1["id"].clone();
    let path = format!("/v1/cases/{}/assign", source.send(&case).await);
    for who in ["Ana", "Lea", "Flo", "Gus", "Pia"] {
        let answer = lead.post(&path, &json!({"to": who})).await;
        assert_eq!(problem(&answer), (422, "invalid_routing", "/assignee"), "{who}");
    }
    let (status, row) = lead.post(&path, &json!({"to": "Ben"})).await;
    assert_eq!(status, 200, "{row}");
    let cleo = hub.caller("Cleo", &[Role::Approver]).await;
    assert!(claim(&cleo, json!({})).await.is_empty());
    assert_eq!(problem(&ben.post(&path, &json!({"to": null})).await).0, 403);
    assert_eq!(problem(&ana.post(&path, &json!({"to": null})).await).0, 403);
    let (_, row) = lead.post(&path, &json!({"to": null})).await;
    assert_eq!(row["assignee"], json!(null), "{row}");
    assert_eq!(names(&claim(&cleo, json!({})).await), ["own"]);
}
