//! People and machines at hubs that come and go: they ask until somebody answers, and the same question may so be asked
//! twice. What is asked of a hub that is always there is `hub_process`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::RngExt;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::hub_process::Caller;
use crate::small_cases::pair;

const BEFORE_ANOTHER_TRY: Duration = Duration::from_millis(30);

/// How many times the size of a test: 1, or what `TIEBREAK_SOAK` says.
pub fn soak() -> usize {
    std::env::var("TIEBREAK_SOAK")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
}

/// Somebody who goes to another hub when one is away.
#[derive(Clone)]
pub struct Anywhere {
    at: Vec<Caller>,
}

/// What a reviewer was given, cases with their queues, and what was acknowledged: decisions with their cases.
#[derive(Debug, Default)]
pub struct Reviewed {
    pub given: Vec<(String, String)>,
    pub acknowledged: Vec<(String, String)>,
}

impl Anywhere {
    pub fn new(bases: &[String], token: &str) -> Self {
        Self {
            at: bases.iter().map(|base| Caller::new(base, token)).collect(),
        }
    }

    fn one(&self) -> &Caller {
        &self.at[rand::rng().random_range(0..self.at.len())]
    }

    /// Asks until a hub answers.
    ///
    /// # Panics
    /// When one answers otherwise than that it took it, or that it can't just now.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        loop {
            let sent = self.one().request(Method::POST, path).json(body).send().await;
            if let Ok(response) = sent {
                let status = response.status();
                if let Ok(answer) = response.json::<Value>().await {
                    if status.is_success() {
                        return answer;
                    }
                    assert!(status == 503, "{path}: {status} {answer}");
                }
            }
            tokio::time::sleep(BEFORE_ANOTHER_TRY).await;
        }
    }

    /// None when no answer came, or none that says anything.
    pub async fn get(&self, path: &str) -> Option<Value> {
        let sent = self.one().request(Method::GET, path).send().await.ok()?;
        if !sent.status().is_success() {
            return None;
        }
        sent.json().await.ok()
    }

    /// Sends so many pairs to a queue, ten at a time. Sent again, what was in already is unchanged.
    pub async fn send_pairs(self, queue: &str, total: usize) {
        for part in 0..total.div_ceil(10) {
            let numbers = part * 10..total.min(part * 10 + 10);
            let one = |n| {
                let mut case = pair(&format!("{queue} {n}"));
                case["queue"] = json!(queue);
                case
            };
            let cases: Vec<Value> = numbers.map(one).collect();
            let answer = self.post("/v1/cases", &json!(cases)).await;
            for item in answer["items"].as_array().unwrap() {
                assert_ne!(item["result"], "refused", "{item}");
            }
        }
    }

    /// Claims in the queues by turns and decides, until told to stop.
    pub async fn review(self, queues: &'static [&'static str], stop: Arc<AtomicBool>) -> Reviewed {
        let mut reviewed = Reviewed::default();
        for queue in queues.iter().cycle() {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let claims = self
                .post("/v1/claims", &json!({"queue": queue, "limit": 3}))
                .await;
            let cases = claims["items"].as_array().unwrap();
            if cases.is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            for claim in cases {
                let case = &claim["case"];
                let case_id = case["id"].as_str().unwrap().to_owned();
                reviewed.given.push(((*queue).to_owned(), case_id.clone()));
                let id = Uuid::new_v4().to_string();
                let decision = json!({
                    "id": id, "case_id": case_id, "case_revision": 1, "content_hash": case["content_hash"],
                    "lease": claim["lease"]["token"], "verdict": {"clusters": [["a", "b"]]},
                });
                let answer = self.post("/v1/decisions", &decision).await;
                let item = &answer["items"][0];
                let result = item["result"].as_str().unwrap();
                assert!(result == "accepted" || result == "duplicate", "{item}");
                reviewed.acknowledged.push((id, case_id));
            }
        }
        reviewed
    }

    /// Follows a feed from hub to hub by its cursor, until told to stop and there is nothing more.
    pub async fn follow(self, path: &'static str, stop: Arc<AtomicBool>) -> Vec<String> {
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let ending = stop.load(Ordering::SeqCst);
            let Some(page) = self.get(&format!("{path}?limit=500&wait=1&after={cursor}")).await else {
                tokio::time::sleep(BEFORE_ANOTHER_TRY).await;
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
}
