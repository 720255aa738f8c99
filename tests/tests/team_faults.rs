//! Several hubs before one PostgreSQL, killed at random while reviewers work: nothing acknowledged is lost, nothing is
//! counted twice, no case goes to two people. `TIEBREAK_SOAK=20` makes it that many times longer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::RngExt;
use serde_json::{Value, json};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::postgres::new_database;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tokio::sync::Mutex;

const HUBS: usize = 3;
const REVIEWERS: usize = 4;

fn soak() -> usize {
    std::env::var("TIEBREAK_SOAK")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
}

/// Somebody who goes to another hub when one is away.
#[derive(Clone)]
struct Anywhere {
    bases: Vec<String>,
    token: String,
}

impl Anywhere {
    /// Asks until a hub answers; the same question may so reach the database twice.
    async fn post(&self, path: &str, body: &Value) -> Value {
        loop {
            let base = &self.bases[rand::rng().random_range(0..self.bases.len())];
            let caller = Caller::new(base, &self.token);
            let sent = caller
                .request(reqwest::Method::POST, path)
                .json(body)
                .send()
                .await;
            if let Ok(response) = sent {
                let status = response.status();
                if let Ok(answer) = response.json::<Value>().await {
                    if status.is_success() {
                        return answer;
                    }
                    assert!(status == 503, "{path}: {status} {answer}");
                }
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn get(&self, path: &str) -> Option<Value> {
        let base = &self.bases[rand::rng().random_range(0..self.bases.len())];
        let sent = Caller::new(base, &self.token)
            .request(reqwest::Method::GET, path)
            .send()
            .await
            .ok()?;
        if !sent.status().is_success() {
            return None;
        }
        sent.json().await.ok()
    }
}

/// Claims and decides until there is nothing left. Returns what it was given, and what was acknowledged.
async fn review(
    person: Anywhere,
    total: usize,
    done: Arc<Mutex<BTreeSet<String>>>,
) -> (Vec<String>, Vec<(String, String)>) {
    let (mut given, mut acknowledged) = (Vec::new(), Vec::new());
    while done.lock().await.len() < total {
        let claims = person
            .post("/v1/claims", &json!({"queue": PAIRS, "limit": 3}))
            .await;
        let cases: Vec<Value> = claims["items"].as_array().unwrap().clone();
        if cases.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for claim in cases {
            let case = &claim["case"];
            let case_id = case["id"].as_str().unwrap().to_owned();
            given.push(case_id.clone());
            let id = uuid::Uuid::new_v4().to_string();
            let decision = json!({
                "id": id, "case_id": case_id, "case_revision": 1, "content_hash": case["content_hash"],
                "lease": claim["lease"]["token"], "verdict": {"clusters": [["a", "b"]]},
            });
            let answer = person.post("/v1/decisions", &decision).await;
            let item = &answer["items"][0];
            let result = item["result"].as_str().unwrap().to_owned();
            assert!(result == "accepted" || result == "duplicate", "{item}");
            done.lock().await.insert(case_id.clone());
            acknowledged.push((id, case_id));
        }
    }
    (given, acknowledged)
}

/// Follows a feed from hub to hub by its cursor.
async fn follow(reader: Anywhere, path: &'static str, stop: Arc<AtomicBool>) -> Vec<String> {
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let ending = stop.load(Ordering::SeqCst);
        let Some(page) = reader
            .get(&format!("{path}?limit=500&wait=1&after={cursor}"))
            .await
        else {
            tokio::time::sleep(Duration::from_millis(30)).await;
            continue;
        };
        let items = page["items"].as_array().unwrap();
        if items.is_empty() && ending {
            return seen;
        }
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        cursor = page["next"].as_str().unwrap().to_owned();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_killed_while_a_team_works_lose_nothing_and_do_nothing_twice() {
    let Some(database) = new_database().await else {
        return;
    };
    let total = 90 * soak();
    let mut hubs: Vec<HubProcess> = (0..HUBS)
        .map(|_| HubProcess::start_on(&database, &["--undo-seconds", "0"]))
        .collect();
    let bases: Vec<String> = hubs.iter().map(|hub| hub.base.clone()).collect();
    let anywhere = |name: &str, roles: &[&str]| Anywhere {
        bases: bases.clone(),
        token: hubs[0].token(name, roles),
    };
    let source = anywhere("matcher", &["source"]);
    let lead = anywhere("lead", &["lead"]);
    let people: Vec<Anywhere> = (0..REVIEWERS)
        .map(|n| anywhere(&format!("Reviewer {n}"), &["steward"]))
        .collect();
    let done = Arc::new(Mutex::new(BTreeSet::new()));
    let stop = Arc::new(AtomicBool::new(false));

    let followers: Vec<_> = ["/v1/decisions", "/v1/labels"]
        .map(|path| tokio::spawn(follow(lead.clone(), path, stop.clone())))
        .into_iter()
        .collect();
    let reviewers: Vec<_> = people
        .into_iter()
        .map(|person| tokio::spawn(review(person, total, done.clone())))
        .collect();
    let sending = tokio::spawn(async move {
        for part in 0..total / 10 {
            let cases: Vec<Value> = (0..10).map(|n| pair(&format!("p{}", part * 10 + n))).collect();
            // Sent again after a kill, what was in already is unchanged.
            let answer = source.post("/v1/cases", &json!(cases)).await;
            for item in answer["items"].as_array().unwrap() {
                assert_ne!(item["result"], "refused", "{item}");
            }
        }
    });
    while done.lock().await.len() < total {
        let hub = rand::rng().random_range(0..HUBS);
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(100..500))).await;
        hubs[hub].kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        hubs[hub].start_again();
    }
    sending.await.unwrap();
    let mut given: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut acknowledged = Vec::new();
    for (n, reviewer) in reviewers.into_iter().enumerate() {
        let (cases, answers) = reviewer.await.unwrap();
        for case in cases {
            given.entry(case).or_default().insert(n);
        }
        acknowledged.extend(answers);
    }
    stop.store(true, Ordering::SeqCst);

    let twice: Vec<_> = given.iter().filter(|(_, people)| people.len() > 1).collect();
    assert!(twice.is_empty(), "cases given to two people: {twice:?}");
    let lead = Caller::new(&hubs[0].base, &lead.token);
    let feed = lead.everything("/v1/decisions").await;
    assert_eq!(
        feed.len(),
        total,
        "each case is decided once, and each decision released once"
    );
    let released: BTreeMap<&str, &str> = feed
        .iter()
        .map(|row| (row["case"]["id"].as_str().unwrap(), row["id"].as_str().unwrap()))
        .collect();
    assert_eq!(released.len(), total);
    for (id, case) in &acknowledged {
        assert_eq!(
            released[case.as_str()],
            id,
            "what was acknowledged is what counts"
        );
    }
    let labels = lead.everything("/v1/labels").await;
    assert_eq!(labels.len(), total);
    for (follower, rows) in followers.into_iter().zip([feed, labels]) {
        let ids: Vec<String> = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            follower.await.unwrap(),
            ids,
            "a follower saw every row once, in order"
        );
    }
    let queues = lead.get("/v1/queues").await;
    assert_eq!(
        (&queues["items"][0]["open"], &queues["items"][0]["decided"]),
        (&json!(0), &json!(total))
    );
    hubs[0].run(&["verify"]);
}

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
