//! A team's hubs and their database: started together, and gone from one another for a while.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_tests::bad_wire::BadWire;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::own_postgres::OwnPostgres;
use tiebreak_tests::postgres::new_database;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread")]
async fn ten_hubs_may_start_at_once_on_an_empty_database() {
    let Some(database) = new_database().await else {
        return;
    };
    let starting: Vec<_> = (0..10)
        .map(|_| {
            let database = database.clone();
            tokio::task::spawn_blocking(move || HubProcess::start_on(&database, &[]))
        })
        .collect();
    let mut hubs = Vec::new();
    for hub in starting {
        hubs.push(hub.await.unwrap());
    }
    let id = hubs[0].caller("matcher", &["source"]).send(&pair("p1")).await;
    let last = hubs[9].caller("lead", &["lead"]);
    assert_eq!(last.case(&id).await["external_id"], "p1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_says_while_its_database_is_away_and_works_on_by_itself_when_it_is_back() {
    let Some(server) = OwnPostgres::start() else {
        return;
    };
    let hub = HubProcess::start_on(&server.database(), &[]);
    let source = hub.caller("matcher", &["source"]);
    assert_eq!(status(&hub, "/readyz").await, (200, None));

    block_in_place(|| server.kill());
    let away = (503, Some("database_away".to_owned()));
    // The first are told by connections that broke, those after them by that there are none.
    for n in 0..6 {
        let asked = Instant::now();
        assert_eq!(
            status(&hub, "/readyz").await,
            away,
            "the hub isn't ready, asked {n} times before"
        );
        let took = asked.elapsed();
        assert!(
            took < Duration::from_secs(2),
            "and says so before whoever asks gives up: {took:?}"
        );
    }
    assert_eq!(status(&hub, "/healthz").await, (200, None), "its process lives");
    let case = pair("p1");
    let sent = source.request(Method::POST, "/v1/cases").json(&case).send();
    let refused = tokio::time::timeout(Duration::from_secs(5), sent).await;
    let refused = refused.expect("an answer soon").unwrap();
    assert_eq!(refused.headers()["retry-after"], "1");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(
        (&problem["status"], &problem["code"]),
        (&json!(503), &json!("database_away"))
    );

    block_in_place(|| server.start_again());
    let deadline = Instant::now() + Duration::from_secs(5);
    while status(&hub, "/readyz").await.0 != 200 {
        assert!(Instant::now() < deadline, "it isn't ready again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    source.send(&case).await;
}

/// As when the database's computer is gone without a word and another has taken its place: what was open is never answered and
/// never ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_whose_connections_fall_silent_works_on_over_new_ones() {
    let Some(server) = OwnPostgres::start() else {
        return;
    };
    let wire = BadWire::before_database(server.port()).await;
    let hub = HubProcess::start_on(&OwnPostgres::database_at(wire.port()), &["--undo-seconds", "1"]);
    let source = hub.caller("matcher", &["source"]);
    let (sam, lead) = (hub.caller("Sam", &["steward"]), hub.caller("Lea", &["lead"]));
    source.send(&pair("p1")).await;
    // Many connections, all in use a moment ago.
    let queues = (0..24).map(|_| lead.request(Method::GET, "/v1/queues").send());
    join_all(queues).await;

    wire.fall_silent();
    let began = Instant::now();
    let claimed = answered_in_the_end(&sam, "/v1/claims", &json!({})).await;
    let item = &claimed["items"][0];
    let decision = json!({
        "id": "0193f0f0-0000-7000-8000-000000000001", "case_id": item["case"]["id"], "case_revision": 1, "verdict": {"clusters": [["a", "b"]]},
        "content_hash": item["case"]["content_hash"], "lease": item["lease"]["token"],
    });
    let decided = answered_in_the_end(&sam, "/v1/decisions", &decision).await;
    assert!(["accepted", "duplicate"].contains(&decided["items"][0]["result"].as_str().unwrap()));
    // What the hub does by itself goes on too: releasing, and giving positions.
    while status(&hub, "/readyz").await.0 != 200 || released(&lead).await.is_none() {
        assert!(
            began.elapsed() < SILENCE_MAX,
            "the decision isn't released after {:?}",
            began.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A hub waits for a connection, a round and a step of its own work, and the database for a hub that holds a lock in the midst of a
/// transaction: one after the other, and no longer.
const SILENCE_MAX: Duration = Duration::from_secs(180);

/// Asked again for as long as the hub says to.
async fn answered_in_the_end(caller: &Caller, path: &str, body: &Value) -> Value {
    let began = Instant::now();
    loop {
        let answer = caller
            .request(Method::POST, path)
            .json(body)
            .send()
            .await
            .unwrap();
        let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
        if status.is_success() {
            return answer;
        }
        assert_eq!(status, 503, "{answer}");
        assert!(began.elapsed() < SILENCE_MAX, "{answer}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// The first decision in the feed.
async fn released(lead: &Caller) -> Option<Value> {
    let page = lead.request(Method::GET, "/v1/decisions").send().await.unwrap();
    let page: Value = page.json().await.unwrap();
    page["items"].as_array()?.first().cloned()
}

/// As when an answer is lost on its way, and whoever waited for it asks another hub while the first one still writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_two_hubs_are_given_at_once_is_accepted_by_one_and_known_to_the_other() {
    let Some(database) = new_database().await else {
        return;
    };
    let hubs = [0, 1].map(|_| HubProcess::start_on(&database, &[]));
    let id = hubs[0].caller("matcher", &["source"]).send(&pair("p1")).await;
    let admin = hubs[0].caller("Ada", &["admin"]);
    let two = json!({"version": 1, "policy": {"approvers": 2}});
    admin.put(&format!("/v1/policies/{PAIRS}"), &two).await;
    let sam = hubs[0].caller("Sam", &["steward"]);
    let claimed = sam.post("/v1/claims", &json!({})).await;
    let decision = json!({
        "id": "0193f0f0-0000-7000-8000-000000000001", "case_id": id, "case_revision": 1, "verdict": {"clusters": [["a", "b"]]},
        "content_hash": claimed["items"][0]["case"]["content_hash"], "lease": claimed["items"][0]["lease"]["token"],
    });

    let pool = sqlx::PgPool::connect(&database).await.unwrap();
    let mut held = pool.begin().await.unwrap();
    sqlx::query("select id from cases for update")
        .execute(&mut *held)
        .await
        .unwrap();
    let asked = hubs.each_ref().map(|hub| {
        let (sam, decision) = (Caller::new(&hub.base, &sam.token), decision.clone());
        tokio::spawn(async move { sam.post("/v1/decisions", &decision).await["items"][0].clone() })
    });
    let deadline = Instant::now() + Duration::from_secs(20);
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&pool)
        .await
        .unwrap()
        < 2
    {
        assert!(Instant::now() < deadline, "both hubs wait for the case");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    held.rollback().await.unwrap();
    let mut results = Vec::new();
    for answer in asked {
        let item = answer.await.unwrap();
        assert_eq!(item["case_state"], "awaiting_second", "{item}");
        results.push(item["result"].as_str().unwrap().to_owned());
    }
    results.sort();
    assert_eq!(results, ["accepted", "duplicate"]);
}

/// And the code of a problem.
async fn status(hub: &HubProcess, path: &str) -> (u16, Option<String>) {
    let caller = Caller::new(&hub.base, "");
    let response = caller.request(Method::GET, path).send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["code"].as_str().map(str::to_owned))
}
