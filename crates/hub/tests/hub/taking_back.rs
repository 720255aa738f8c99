//! From pending to released and back: undo, correction, retraction, and what can't be undone.

use std::time::Duration;

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::{Clock, Hub, HubOptions};

use crate::common::cases::{action_case, approve, arrival, conflict_case, different, match_case, same};
use crate::common::{Api, TestHub, answer, decision, fate, new_database, problem};

async fn decide(who: &Api, case_id: &str, verdict: Value) -> String {
    let given = decision(&who.case(case_id).await, verdict);
    let item = who.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&item), ("accepted", "", ""), "{item}");
    given["id"].as_str().unwrap().to_owned()
}

async fn undo(who: &Api, id: &str) -> (u16, Value) {
    let (status, answer) = who
        .post(&format!("/v1/decisions/{id}/undo"), &json!({"reason": "slip"}))
        .await;
    (status.as_u16(), answer)
}

/// What the feeds hold once they have settled.
async fn eventually(lead: &Api, path: &str, n: usize) -> Vec<Value> {
    for _ in 0..100 {
        let items = lead.everything(path).await;
        if items.len() >= n {
            return items;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} never had {n} rows");
}

#[tokio::test]
async fn inside_the_window_it_is_as_if_never_decided() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&match_case("pair")).await;
    let (_, claimed) = steward.post("/v1/claims", &json!({})).await;
    let decision_id = decide(&steward, &id, same()).await;
    let (status, taken) = undo(&steward, &decision_id).await;
    assert_eq!(
        (status, &taken["state"], &taken["case_state"]),
        (200, &json!("undone"), &json!("open")),
        "{taken}"
    );
    assert_eq!(
        undo(&steward, &decision_id).await.0,
        200,
        "asked again it says the same"
    );
    let renew = json!({"tokens": [claimed["items"][0]["lease"]["token"]]});
    assert_eq!(
        steward.post("/v1/claims/renew", &renew).await.1["items"][0]["result"],
        "renewed",
        "the decider has the case again"
    );
    for feed in ["/v1/decisions", "/v1/labels"] {
        assert_eq!(lead.everything(feed).await, Vec::<Value>::new());
    }
    let second = decide(&steward, &id, different()).await;
    assert_ne!(second, decision_id);
}

#[tokio::test]
async fn who_may_no_longer_decide_a_case_undoes_their_decision_and_is_not_given_it_again() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 60).await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let id = source.send(&match_case("pair")).await;
    let (_, claims) = steward.post("/v1/claims", &json!({})).await;
    let lease = claims["items"][0]["lease"]["token"].clone();
    let mut given = decision(&steward.case(&id).await, same());
    given["lease"] = lease;
    assert_eq!(
        steward.post_one("/v1/decisions", &given).await["result"],
        "accepted"
    );

    let path = format!(
        "/v1/people/{}",
        steward.get("/v1/me").await.1["id"].as_str().unwrap()
    );
    let version = admin.get(&path).await.1["version"].clone();
    let elsewhere = json!({"version": version, "roles": [], "queues": ["elsewhere"]});
    assert_eq!(
        answer(admin.request(Method::PUT, &path).json(&elsewhere)).await.0,
        200
    );
    let (status, undone) = undo(&steward, given["id"].as_str().unwrap()).await;
    assert_eq!((status, &undone["case_state"]), (200, &json!("open")), "{undone}");
    let other = hub.caller("Eva", &[Role::Steward]).await;
    let (_, claims) = other.post("/v1/claims", &json!({})).await;
    assert_eq!(
        claims["items"][0]["case"]["id"],
        id.as_str(),
        "it is free for others"
    );
}

#[tokio::test]
async fn what_falls_due_is_released_within_a_second() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 1).await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&match_case("pair")).await;
    decide(&steward, &id, same()).await;
    assert_eq!(steward.case(&id).await["state"], "decided");
    let started = std::time::Instant::now();
    let (_, page) = lead.get("/v1/decisions?wait=10").await;
    assert!(
        started.elapsed() < Duration::from_millis(2200),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(page["items"][0]["state"], "released", "{page}");
    assert_eq!(
        lead.everything("/v1/labels").await[0]["match"]["label"],
        1,
        "the labels are there with the row"
    );
    assert_eq!(steward.case(&id).await["state"], "released");
}

#[tokio::test]
async fn what_fell_due_while_no_hub_ran_is_released_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::system();
    let database = new_database(&folder).await;
    let open = || {
        let mut options = HubOptions::new(database.clone());
        options.clock = clock.clone();
        options
    };
    let hub = TestHub::start_on(Hub::open(open()).await.unwrap(), &database).await;
    let id = hub.source().await.send(&match_case("pair")).await;
    decide(&hub.steward().await, &id, same()).await;
    hub.stop().await;
    clock.advance_seconds(3600);
    let hub = TestHub::start_on(Hub::open(open()).await.unwrap(), &database).await;
    let rows = eventually(&hub.lead().await, "/v1/decisions", 1).await;
    assert_eq!(rows[0]["case"]["id"], id.as_str());
}

#[tokio::test]
async fn after_release_it_is_corrected_and_its_label_retracted() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let id = source.send(&match_case("pair")).await;
    let decision_id = decide(&steward, &id, same()).await;
    let label = lead.everything("/v1/labels").await[0].clone();
    assert!(
        lead.text("/v1/exports/labels.jsonl")
            .await
            .contains(label["id"].as_str().unwrap())
    );

    let (status, taken) = undo(&steward, &decision_id).await;
    assert_eq!(
        (status, &taken["state"], &taken["case_state"]),
        (200, &json!("corrected"), &json!("open")),
        "{taken}"
    );
    let feed = lead.everything("/v1/decisions").await;
    assert_eq!(feed.len(), 2);
    assert_eq!(
        (&feed[0]["id"], &feed[0]["state"]),
        (&json!(decision_id), &json!("released")),
        "what was said is not rewritten"
    );
    assert_eq!(
        (&feed[1]["corrects"], &feed[1]["act"]),
        (&json!(decision_id), &json!("unmerge")),
        "a merge is unmerged"
    );
    assert_eq!(feed[1]["id"], taken["correction_id"]);
    let labels = lead.everything("/v1/labels").await;
    assert_eq!((labels.len(), &labels[1]["retracts"]), (2, &label["id"]));
    assert_eq!(
        lead.text("/v1/exports/labels.jsonl").await,
        "",
        "the export no longer holds it"
    );
    let (_, rates) = lead.get("/v1/stats/overrides").await;
    assert_eq!(
        rates["items"][0]["n"], 0,
        "what is corrected stands outside the rate: {rates}"
    );
    decide(&steward, &id, different()).await;
    assert_eq!(lead.get("/v1/stats/overrides").await.1["items"][0]["override"], 1);
}

#[tokio::test]
async fn what_cannot_be_undone_says_so_and_its_label_can_be_withdrawn() {
    let hub = TestHub::start().await;
    let (source, approver, lead) = (hub.source().await, hub.approver().await, hub.lead().await);
    let mut case = action_case("refund");
    case["body"]["actions"][0]["reversible"] = json!(false);
    let id = source.send(&case).await;
    let decision_id = decide(&approver, &id, approve()).await;
    let answer = approver
        .post(&format!("/v1/decisions/{decision_id}/undo"), &json!({}))
        .await;
    assert_eq!(problem(&answer), (409, "irreversible", ""));
    assert_eq!(approver.case(&id).await["state"], "released");

    let (status, marked) = approver
        .post(
            &format!("/v1/decisions/{decision_id}/mark-wrong"),
            &json!({"reason": "too much"}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &marked["state"]),
        (200, &json!("released")),
        "the act stands: {marked}"
    );
    assert_eq!(
        lead.everything("/v1/decisions").await.len(),
        1,
        "nothing is taken back"
    );
    assert!(lead.everything("/v1/labels").await[1]["retracts"].is_string());

    // Inside its window even that can be undone; and a rejection always.
    let reject = json!({"actions": [{"id": "a1", "type": "reject", "message": "no"}]});
    let mut other = action_case("other");
    other["body"]["actions"][0]["reversible"] = json!(false);
    let rejected = decide(&approver, &source.send(&other).await, reject).await;
    assert_eq!(undo(&approver, &rejected).await.1["state"], "corrected");
}

#[tokio::test]
async fn only_the_decider_or_a_lead_of_the_queue_takes_it_back() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("pair")).await;
    let decision_id = decide(&steward, &id, same()).await;
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    assert_eq!(
        problem(
            &eva.post(&format!("/v1/decisions/{decision_id}/undo"), &json!({}))
                .await
        )
        .1,
        "not_allowed"
    );
    assert_eq!(
        problem(
            &source
                .post(&format!("/v1/decisions/{decision_id}/undo"), &json!({}))
                .await
        )
        .1,
        "not_allowed"
    );
    assert_eq!(
        undo(&hub.lead().await, &decision_id).await.1["state"],
        "corrected"
    );
    assert_eq!(
        undo(&hub.lead().await, &uuid::Uuid::now_v7().to_string()).await.0,
        404
    );
}

#[tokio::test]
async fn a_system_is_judged_by_what_was_decided_and_no_longer_once_taken_back() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let first = source.send(&conflict_case("AA1")).await;
    let decision_id = decide(&steward, &first, arrival("21:53", "c1")).await;
    let rates = async || {
        let (status, answer) = steward.get("/v1/stats/sources?queue=flights").await;
        assert_eq!(status, 200, "{answer}");
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                (
                    item["system"].as_str().unwrap().to_owned(),
                    item["right"].as_u64().unwrap(),
                    item["n"].as_u64().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rates().await,
        [("flightview".to_owned(), 0, 1), ("orbitz".to_owned(), 1, 1)]
    );
    undo(&steward, &decision_id).await;
    assert_eq!(rates().await, []);
}

#[tokio::test]
async fn rates_can_be_asked_by_queue_model_field_and_day() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    for (name, verdict) in [("p1", same()), ("p2", same()), ("p3", different())] {
        decide(&steward, &source.send(&match_case(name)).await, verdict).await;
    }
    decide(
        &steward,
        &source.send(&conflict_case("AA1")).await,
        arrival("21:53", "c1"),
    )
    .await;
    let mut told = decision(
        &steward.case(&source.send(&match_case("p4")).await).await,
        json!(null),
    );
    told["cannot_tell"] = json!(true);
    assert_eq!(
        fate(&steward.post_one("/v1/decisions", &told).await).0,
        "accepted"
    );

    let items = async |query: &str| {
        lead.get(&format!("/v1/stats/overrides{query}")).await.1["items"]
            .as_array()
            .unwrap()
            .clone()
    };
    let all = &items("").await[0];
    assert_eq!(
        (&all["n"], &all["override"], &all["cannot_tell"]),
        (&json!(4), &json!(2), &json!(1)),
        "{all}"
    );
    assert_eq!(
        (&all["rate"], &all["interval"]["method"]),
        (&json!(0.5), &json!("wilson")),
        "{all}"
    );
    let by_queue = items("?group_by=queue").await;
    assert_eq!(by_queue.len(), 2);
    assert_eq!(
        (&by_queue[1]["group"]["queue"], &by_queue[1]["n"]),
        (&json!("sites"), &json!(3)),
        "{by_queue:?}"
    );
    let by_model = items("?group_by=model&queue=sites").await;
    assert_eq!(by_model[0]["group"]["model"], "splink@4.0.17");
    assert_eq!(items("?by=splink@4.0.17").await[0]["n"], 3);
    assert_eq!(items("?by=splink@5").await[0]["n"], 0);
    let mut unversioned = match_case("p5");
    unversioned["suggestion"]["by"] = json!({"name": "rules"});
    decide(&steward, &source.send(&unversioned).await, same()).await;
    assert_eq!(
        items("?group_by=model&queue=sites").await[0]["group"]["model"],
        "rules"
    );
    for by in ["rules", "rules@"] {
        assert_eq!(items(&format!("?by={by}")).await[0]["n"], 1, "{by}");
    }
    assert_eq!(
        items("?by=splink").await[0]["n"],
        0,
        "each under the name its group has"
    );
    let (_, own) = steward.get("/v1/me/decisions").await;
    undo(&steward, own["items"][0]["id"].as_str().unwrap()).await;
    let by_field = items("?group_by=field").await;
    assert_eq!(
        (&by_field[0]["group"]["field"], &by_field[0]["override"]),
        (&json!("arrival"), &json!(1)),
        "{by_field:?}"
    );
    let today = chrono::Utc::now().date_naive().to_string();
    assert_eq!(items("?group_by=day").await[0]["group"]["day"], today.as_str());
    assert_eq!(items(&format!("?from={today}&to={today}")).await[0]["n"], 4);
    assert_eq!(items("?to=2020-01-01").await[0]["n"], 0);
    assert_eq!(
        problem(&lead.get("/v1/stats/overrides?group_by=person").await).1,
        "invalid_query"
    );
}
