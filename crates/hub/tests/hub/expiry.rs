//! What nobody decided in time, and what can't be released: the hub's own doing, whoever calls meanwhile.

use domain::policy::Role;
use serde_json::{Value, json};
use tiebreak_hub::Clock;

use crate::common::cases::{action_case, approve, match_case, same};
use crate::common::{Api, TestHub, decision, fate};

fn expiring(mut case: Value, on_expiry: &str) -> Value {
    case["expires_at"] = json!(chrono::Utc::now() + chrono::Duration::minutes(10));
    case["on_expiry"] = json!(on_expiry);
    case
}

async fn eventually_not_open(who: &Api, id: &str) -> Value {
    for _ in 0..100 {
        let case = who.case(id).await;
        if case["state"] != "open" {
            return case;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{id} is open still");
}

#[tokio::test]
async fn a_case_stays_or_goes_back_or_is_rejected_as_its_source_wished() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        options.clock = clock.clone();
        options.undo_seconds = 0;
    })
    .await;
    let (source, approver) = (hub.source().await, hub.approver().await);
    let reject = json!({"actions": [{"id": "a1", "type": "reject", "message": "too late"}]});
    let mut cases = Vec::new();
    for wish in ["escalate", "return", "reject"] {
        let id = source.send(&expiring(action_case(wish), wish)).await;
        cases.push(approver.case(&id).await);
    }
    clock.advance_seconds(601);
    for (case, state, answer) in [
        (&cases[0], "expired", ("accepted", "")),
        (&cases[1], "returned", ("refused", "expired")),
        (&cases[2], "expired", ("refused", "expired")),
    ] {
        let now = eventually_not_open(&approver, case["id"].as_str().unwrap()).await;
        assert_eq!(now["state"], state, "{now}");
        let approved = approver
            .post_one("/v1/decisions", &decision(case, approve()))
            .await;
        assert_eq!(fate(&approved).1, "expired", "nothing is approved: {approved}");
        let given = approver
            .post_one("/v1/decisions", &decision(case, reject.clone()))
            .await;
        let (result, code, _) = fate(&given);
        assert_eq!((result, code), answer, "{}: {given}", case["external_id"]);
    }
    assert_eq!(
        hub.lead().await.everything("/v1/labels").await.len(),
        1,
        "only the person's rejection is a label"
    );
}

#[tokio::test]
async fn an_expired_action_that_takes_a_rejection_still_is_counted_open() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let (source, approver) = (hub.source().await, hub.approver().await);
    for wish in ["escalate", "reject"] {
        let mut case = expiring(action_case(wish), wish);
        case["due_at"] = json!(chrono::Utc::now());
        source.send(&case).await;
    }
    clock.advance_seconds(601);
    let (_, claimed) = approver.post("/v1/claims", &json!({"limit": 5})).await;
    assert_eq!(claimed["items"].as_array().map(Vec::len), Some(1), "{claimed}");
    let (_, queues) = approver.get("/v1/queues").await;
    let queue = &queues["items"][0];
    assert_eq!(
        (
            &queue["open"],
            &queue["due"],
            &queue["claimed_by_me"],
            &queue["free"]
        ),
        (&json!(1), &json!(1), &json!(1), &json!(0)),
        "{queue}"
    );
}

#[tokio::test]
async fn one_who_comes_upon_their_own_lease_run_out_is_told_and_is_not_who_ended_it() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let source = hub.source().await;
    source.send(&match_case("a")).await;
    let ana = hub.steward().await;
    ana.post("/v1/claims", &json!({})).await;
    ana.post("/v1/claims", &json!({})).await;
    clock.advance_seconds(3601);
    ana.post("/v1/claims", &json!({})).await;
    let told = ana.everything("/v1/changes").await;
    assert_eq!(
        told.iter()
            .filter(|change| change["type"] == "lease.lost")
            .count(),
        1,
        "{told:?}"
    );
    let entries = hub.admin().await.everything("/v1/audit").await;
    let of = |action: &str| -> Vec<&Value> {
        entries
            .iter()
            .filter(|entry| entry["header"]["action"] == action)
            .collect()
    };
    let (ran_out, renewed) = (of("leases.ran_out"), of("leases.renewed"));
    assert_eq!((ran_out.len(), renewed.len()), (1, 1), "{entries:?}");
    assert_eq!(ran_out[0]["payload"]["cases"].as_array().map(Vec::len), Some(1));
    assert_eq!(ran_out[0]["header"]["person"], json!(null), "the hub did it");
    assert!(renewed[0]["header"]["person"].is_string());
}

#[tokio::test]
async fn a_decision_that_cannot_be_released_holds_up_nothing_else() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        options.clock = clock.clone();
        options.undo_seconds = 60;
    })
    .await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let mut given = Vec::new();
    for name in ["broken", "whole"] {
        let id = source.send(&match_case(name)).await;
        let sent = decision(&steward.case(&id).await, same());
        steward.post_one("/v1/decisions", &sent).await;
        given.push(sent);
    }
    let late = source.send(&expiring(match_case("late"), "return")).await;
    source.send(&match_case("held")).await;
    hub.caller("Eva", &[Role::Steward])
        .await
        .post("/v1/claims", &json!({"limit": 2}))
        .await;
    let pool = sqlx::AnyPool::connect(&hub.database).await.unwrap();
    sqlx::query("update decision_payloads set payload = 'no JSON' where decision_id = $1")
        .bind(given[0]["id"].as_str().unwrap())
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    clock.advance_seconds(3601);
    let late = eventually_not_open(&lead, &late).await;
    assert_eq!(late["state"], "returned", "{late}");
    for _ in 0..100 {
        let released = lead.everything("/v1/decisions").await.len();
        let (_, queues) = lead.get("/v1/queues").await;
        if released == 1 && queues["items"][0]["free"] == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the other decision wasn't released, or the lease didn't end");
}
