//! Cases passed on: handed over, escalated by somebody or by time, left to who stands in.

mod away;
mod contention;
mod looking;

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::access::NewToken;

use crate::common::cases::{action_case, match_case, same};
use crate::common::receiver::Receiver;
use crate::common::{Answer, Api, TestHub, answer, decision, fate, problem};
use crate::policies::{put, set};

async fn claim(who: &Api, body: Value) -> Vec<Value> {
    let (status, answer) = who.post("/v1/claims", &body).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

/// Ids of the cases claimed, in order.
async fn given(who: &Api) -> Vec<String> {
    let items = claim(who, json!({})).await;
    let id = |item: &Value| item["case"]["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

async fn hand_over(who: &Api, id: &str, body: Value) -> Answer {
    who.post(&format!("/v1/cases/{id}/hand-over"), &body).await
}

async fn escalate(who: &Api, id: &str, body: Value) -> Answer {
    who.post(&format!("/v1/cases/{id}/escalate"), &body).await
}

async fn done(answer: Answer) -> Value {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1
}

fn whats(case: &Value) -> Vec<String> {
    let history = case["history"].as_array().unwrap();
    history
        .iter()
        .map(|entry| entry["what"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_case_is_handed_to_a_colleague_with_a_note_and_is_theirs_alone() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    assert_eq!(given(&ana).await, [id.as_str()]);
    let (_, colleagues) = ana.get(&format!("/v1/cases/{id}/colleagues")).await;
    let names: Vec<&str> = colleagues["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|colleague| colleague["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Eva", "Kim"],
        "neither she herself nor who decides nothing"
    );
    let handed = done(hand_over(&ana, &id, json!({"to": "Eva", "note": "You know this school"})).await).await;
    let (_, me) = eva.get("/v1/me").await;
    assert_eq!(handed["assignee"], me["id"]);

    assert_eq!(given(&kim).await, [] as [&str; 0], "nobody else is given it");
    assert_eq!(given(&ana).await, [] as [&str; 0]);
    let changes = eva.everything("/v1/changes").await;
    assert!(
        changes
            .iter()
            .any(|c| c["type"] == "case.assigned" && c["case_id"] == *id)
    );
    let (_, waiting) = eva.get("/v1/me/cases").await;
    assert_eq!(waiting["items"][0]["case"]["id"], *id);
    let items = claim(&eva, json!({})).await;
    let case = &items[0]["case"];
    assert_eq!(case["comments"][0]["text"], "You know this school");
    assert!(whats(case).contains(&"handed_over".to_owned()), "{case}");
    let decided = eva.post_one("/v1/decisions", &decision(case, same())).await;
    assert_eq!(fate(&decided), ("accepted", "", ""));
    let (_, waiting) = eva.get("/v1/me/cases").await;
    assert_eq!(waiting["items"], json!([]), "it waits no longer");
}

#[tokio::test]
async fn a_case_is_handed_over_only_by_who_has_it_and_only_to_who_may_decide_it() {
    let hub = TestHub::start().await;
    let (source, ben) = (hub.source().await, hub.approver().await);
    let zoe = hub.caller("Zoe", &[Role::Approver]).await;
    hub.steward().await;
    let pia = hub.caller("Pia", &[Role::Approver]).await;
    let (_, me) = pia.get("/v1/me").await;
    let mut proposed = action_case("x");
    proposed["proposed_by"] = me["id"].clone();
    let id = source.send(&proposed).await;
    assert_eq!(
        problem(&hand_over(&ben, &id, json!({"to": "Zoe"})).await),
        (403, "not_allowed", ""),
        "he hasn't got it"
    );
    assert_eq!(given(&ben).await, [id.as_str()]);
    for to in ["Ana", "Pia", "Ben", "Nobody"] {
        let refused = hand_over(&ben, &id, json!({"to": to})).await;
        assert_eq!(problem(&refused), (422, "invalid_hand_over", "/to"), "{to}");
    }
    assert_eq!(
        problem(&hand_over(&zoe, &id, json!({"to": "Ben"})).await),
        (409, "not_free", "")
    );
    let elsewhere = hub
        .caller_with(NewToken {
            name: "Far".into(),
            roles: vec![Role::Approver],
            queues: vec!["other".into()],
            ..NewToken::default()
        })
        .await;
    assert_eq!(
        problem(&hand_over(&elsewhere, &id, json!({"to": "Ben"})).await).0,
        404
    );
    assert_eq!(
        problem(&hand_over(&source, &id, json!({"to": "Ben"})).await).0,
        403
    );
    done(hand_over(&ben, &id, json!({"to": "Zoe"})).await).await;
    assert_eq!(given(&zoe).await, [id.as_str()]);
}

#[tokio::test]
async fn who_could_be_the_second_learns_from_nobody_s_absence_who_was_the_first() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"approvers": 2})).await;
    ana.post_one("/v1/decisions", &decision(&ana.case(&id).await, same()))
        .await;
    let refused = escalate(&ana, &id, json!({"reason": "again"})).await;
    assert_eq!(problem(&refused), (403, "second_must_differ", ""));
    assert_eq!(given(&eva).await, [id.as_str()]);
    for refused in [
        eva.get(&format!("/v1/cases/{id}/colleagues")).await,
        hand_over(&eva, &id, json!({"to": "Ana"})).await,
    ] {
        assert_eq!(problem(&refused), (409, "waits_for_anybody", ""));
    }
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    assert!(kim.case(&id).await["lease"].is_null(), "nor who is at it");
    assert!(!hub.lead().await.case(&id).await["lease"].is_null());
}

#[tokio::test]
async fn an_escalated_case_comes_first_to_those_it_was_escalated_to_and_to_nobody_else() {
    let receiver = Receiver::start().await;
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.allow_private_webhooks = true;
    })
    .await;
    let admin = hub.admin().await;
    let hook = json!({"url": receiver.url, "events": ["case.escalated"]});
    assert_eq!(admin.post("/v1/webhooks", &hook).await.0, 201);
    let (source, ana) = (hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    for name in ["x", "y", "z"] {
        source.send(&match_case(name)).await;
    }
    let all = given(&ana).await;
    let last = all[2].as_str();
    assert_eq!(
        problem(&escalate(&ana, last, json!({"reason": " "})).await),
        (422, "invalid_escalation", "/reason")
    );
    assert_eq!(
        problem(&escalate(&ana, last, json!({"reason": "?"})).await),
        (422, "invalid_escalation", "/to"),
        "nobody leads here yet"
    );
    let ada = hub.caller("Ada", &[Role::Steward, Role::Lead]).await;
    done(
        escalate(
            &ana,
            last,
            json!({"reason": "These are two schools on one campus"}),
        )
        .await,
    )
    .await;

    assert_eq!(
        given(&eva).await,
        [] as [&str; 0],
        "Ana holds two, and the third isn't Eva's"
    );
    let refused = eva.post("/v1/claims", &json!({"case": last})).await;
    assert_eq!(problem(&refused), (409, "not_free", ""));
    let (_, waiting) = ada.get("/v1/me/cases").await;
    let escalation = &waiting["items"][0]["escalation"];
    assert_eq!(
        (&escalation["by"], &escalation["to"], &escalation["reason"]),
        (
            &json!("Ana"),
            &json!("lead"),
            &json!("These are two schools on one campus")
        )
    );
    let release = json!({"tokens": claim(&ana, json!({})).await.iter().map(|c| c["lease"]["token"].clone()).collect::<Vec<_>>(), "reason": "sign_out"});
    ana.post("/v1/claims/release", &release).await;
    assert_eq!(
        given(&ada).await,
        [last, &all[0], &all[1]],
        "first, though it came last"
    );
    let case = ada.case(last).await;
    assert!(whats(&case).contains(&"escalated".to_owned()));
    assert_eq!(case["escalation"]["by"], "Ana");
    assert!(
        source.case(last).await["escalation"].is_null(),
        "no concern of its source"
    );
    assert!(
        eva.everything("/v1/changes")
            .await
            .iter()
            .any(|c| c["type"] == "case.escalated")
    );

    let told = receiver.wait_for(1).await;
    let data = &told[0].event["data"];
    assert_eq!(
        (told[0].kind(), &data["escalated_to"], &data["by_policy"]),
        ("case.escalated", &json!({"role": "lead"}), &json!(false))
    );
    assert!(
        !told[0].event.to_string().contains("campus"),
        "why isn't told outside"
    );
    let audit = admin.everything("/v1/audit").await;
    let entry = audit
        .iter()
        .find(|e| e["header"]["action"] == "case.escalated")
        .unwrap();
    assert!(!entry.to_string().contains("campus"));
    let decided = ada.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(fate(&decided), ("accepted", "", ""));
}

#[tokio::test]
async fn a_lead_who_does_not_decide_gives_an_escalated_case_away() {
    let hub = TestHub::start().await;
    let (source, ana, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    given(&ana).await;
    done(escalate(&ana, &id, json!({"reason": "?", "to": {"person": "Lea"}})).await).await;
    assert_eq!(given(&eva).await, [] as [&str; 0]);
    let (_, waiting) = lead.get("/v1/me/cases").await;
    assert_eq!(waiting["items"][0]["case"]["id"], *id);
    done(
        lead.post(&format!("/v1/cases/{id}/assign"), &json!({"to": "Eva"}))
            .await,
    )
    .await;
    let (_, waiting) = lead.get("/v1/me/cases").await;
    assert_eq!(waiting["items"], json!([]), "she has seen to it");
    assert_eq!(given(&eva).await, [id.as_str()]);
}

#[tokio::test]
async fn a_case_escalated_to_another_queue_lies_there() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("x")).await;
    let mut there = match_case("y");
    there["queue"] = json!("fraud");
    let other = source.send(&there).await;
    source.send(&action_case("z")).await;
    let eva = hub
        .caller_with(NewToken {
            name: "Eva".into(),
            roles: vec![Role::Steward],
            queues: vec!["fraud".into()],
            ..NewToken::default()
        })
        .await;
    for nowhere in ["refunds", "sites", "none"] {
        let refused = escalate(&ana, &id, json!({"reason": "?", "to": {"queue": nowhere}})).await;
        assert_eq!(problem(&refused), (422, "invalid_escalation", "/to"), "{nowhere}");
    }
    done(
        escalate(
            &ana,
            &id,
            json!({"reason": "Looks made up", "to": {"queue": "fraud"}}),
        )
        .await,
    )
    .await;
    assert_eq!(given(&eva).await, [id.as_str(), &other], "before what lay there");
    let case = eva.case(&id).await;
    assert_eq!(case["queue"], "fraud");
    let (_, queues) = hub.lead().await.get("/v1/queues").await;
    let open: Vec<(&str, i64)> = queues["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|queue| (queue["name"].as_str().unwrap(), queue["open"].as_i64().unwrap()))
        .collect();
    assert_eq!(open, [("fraud", 2), ("refunds", 1), ("sites", 0)]);
    let decided = eva.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(fate(&decided), ("accepted", "", ""));
}

#[tokio::test]
async fn what_nobody_decided_in_time_is_escalated_by_policy_once() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let ada = hub.caller("Ada", &[Role::Steward, Role::Lead]).await;
    source.send(&match_case("in time")).await;
    set(
        &hub,
        "sites",
        json!({"due_minutes": 60, "escalate": {"after_minutes": 0, "to": {"role": "lead"}}}),
    )
    .await;
    let mut late = match_case("late");
    late["due_at"] = json!("2026-01-01T00:00:00Z");
    let id = source.send(&late).await;
    let case = until(&ada, &id).await;
    assert!(case["escalation"]["by"].is_null(), "the policy's doing: {case}");
    assert_eq!(given(&ada).await[0], id);
    assert!(!given(&ana).await.contains(&id));
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let times = whats(&ada.case(&id).await)
        .iter()
        .filter(|what| *what == "escalated")
        .count();
    assert_eq!(times, 1);
}

/// The case once it is escalated.
async fn until(who: &Api, id: &str) -> Value {
    for _ in 0..400 {
        let case = who.case(id).await;
        if !case["escalation"].is_null() {
            return case;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{id} isn't escalated: {}", who.case(id).await);
}

#[tokio::test]
async fn what_the_source_does_not_say_of_its_times_the_policy_does() {
    let hub = TestHub::start().await;
    let (source, ben) = (hub.source().await, hub.approver().await);
    source.send(&action_case("before")).await;
    set(
        &hub,
        "refunds",
        json!({"due_minutes": 60, "expire_minutes": 120, "on_expiry": "reject"}),
    )
    .await;
    let id = source.send(&action_case("x")).await;
    let case = ben.case(&id).await;
    let minutes = |name: &str| {
        let at: chrono::DateTime<chrono::Utc> = case[name].as_str().unwrap().parse().unwrap();
        let received: chrono::DateTime<chrono::Utc> = case["received_at"].as_str().unwrap().parse().unwrap();
        (at - received).num_minutes()
    };
    assert_eq!((minutes("due_at"), minutes("expires_at")), (60, 120));
    assert_eq!(case["on_expiry"], "reject");
    let mut own = action_case("own");
    own["due_at"] = json!("2030-01-01T00:00:00Z");
    own["on_expiry"] = json!("return");
    let id = source.send(&own).await;
    let case = ben.case(&id).await;
    assert_eq!(
        (&case["due_at"], &case["on_expiry"]),
        (&json!("2030-01-01T00:00:00Z"), &json!("return"))
    );
    let (_, sent_again) = source.post("/v1/cases", &action_case("x")).await;
    assert_eq!(sent_again["items"][0]["result"], "unchanged");
}

#[tokio::test]
async fn one_case_is_claimed_by_its_id_if_it_is_free() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    source.send(&match_case("y")).await;
    let held = claim(&ana, json!({"case": id})).await;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["case"]["id"], *id);
    let again = claim(&ana, json!({"case": id})).await;
    assert_eq!(
        again[0]["lease"]["token"], held[0]["lease"]["token"],
        "it is hers already"
    );
    assert_eq!(
        problem(&eva.post("/v1/claims", &json!({"case": id})).await),
        (409, "not_free", "")
    );
    assert_eq!(eva.case(&id).await["lease"]["name"], "Ana", "who is at it");
    let (_, list) = eva.get("/v1/cases").await;
    assert_eq!(list["items"][0]["lease"]["name"], "Ana");
    let ben = hub.approver().await;
    assert_eq!(
        problem(&ben.post("/v1/claims", &json!({"case": id})).await).0,
        403
    );
    let none = json!({"case": "0193b3c2-0000-7000-8000-000000000000"});
    assert_eq!(problem(&eva.post("/v1/claims", &none).await).0, 404);
}

#[tokio::test]
async fn a_lead_who_could_be_the_second_assigns_to_themselves_or_others_and_learns_of_no_first() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let lia = hub.caller("Lia", &[Role::Lead, Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"approvers": 2})).await;
    let first = decision(&ana.case(&id).await, same());
    assert_eq!(
        ana.post_one("/v1/decisions", &first).await["case_state"],
        "awaiting_second"
    );
    let path = format!("/v1/cases/{id}/assignees");
    let (status, answer) = lia.get(&path).await;
    assert_eq!(status, 200, "{answer}");
    let names: Vec<&str> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Ana", "Eva", "Lia"], "whoever may decide there");
    assert_eq!(problem(&eva.get(&path).await).1, "not_allowed");
    let lea = hub.lead().await;
    let (_, answer) = lea.get(&path).await;
    assert_eq!(
        answer["items"].as_array().unwrap().len(),
        2,
        "who may not be the second knows who was the first"
    );
    let assigned = lia
        .post(&format!("/v1/cases/{id}/assign"), &json!({"to": "Lia"}))
        .await;
    assert_eq!(done(assigned).await["state"], "awaiting_second");
}

#[tokio::test]
async fn what_is_late_goes_to_the_leads_where_nobody_is_whom_the_policy_means() {
    let hub = TestHub::start().await;
    let (source, admin, lea) = (hub.source().await, hub.admin().await, hub.lead().await);
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    let kim_id = kim.get("/v1/me").await.1["id"].as_str().unwrap().to_owned();
    source.send(&match_case("first")).await;
    let to_kim = json!({"after_minutes": 0, "to": {"person": "Kim"}});
    set(&hub, "sites", json!({ "escalate": to_kim })).await;
    let gone = json!({"version": 1, "roles": [], "disabled": true});
    assert_eq!(put(&admin, &format!("/v1/people/{kim_id}"), &gone).await.0, 200);
    let mut late = match_case("late");
    late["due_at"] = json!("2026-01-01T00:00:00Z");
    let id = source.send(&late).await;
    let escalation = until(&lea, &id).await["escalation"].clone();
    assert_eq!(escalation["to"], "lead", "{escalation}");
    let waiting = lea.get("/v1/me/cases").await.1;
    assert_eq!(
        waiting["items"][0]["case"]["id"],
        json!(id),
        "and they do have it: {waiting}"
    );
}
