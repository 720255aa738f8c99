//! Nobody is told that there are no more cases while others only have their hands on them.

use std::time::Duration;

use super::*;

/// Another claim that has looked at all cases and taken none yet: on PostgreSQL its locks hide them.
#[tokio::test]
async fn a_claim_waits_for_cases_that_others_only_look_at() {
    let hub = TestHub::start().await;
    if !hub.database.starts_with("postgres") {
        return;
    }
    let (source, ana) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("x")).await;
    let pool = sqlx::PgPool::connect(&hub.database).await.unwrap();
    let mut other = pool.begin().await.unwrap();
    sqlx::query("select id from cases for update")
        .execute(&mut *other)
        .await
        .unwrap();
    let looking = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(120)).await;
        other.rollback().await.unwrap();
    });
    assert_eq!(given(&ana).await, [id.as_str()]);
    looking.await.unwrap();
}

#[tokio::test]
async fn eight_who_claim_at_once_are_never_told_there_is_nothing_while_there_is() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for queue in ["a", "b", "c"] {
        let cases: Vec<Value> = (0..40)
            .map(|n| {
                let mut case = match_case(&format!("{queue}-{n}"));
                case["queue"] = json!(queue);
                case
            })
            .collect();
        assert_eq!(source.post("/v1/cases", &json!(cases)).await.0, 200);
    }
    let mut all = tokio::task::JoinSet::new();
    for n in 0..8 {
        let who = hub.caller(&format!("steward {n}"), &[Role::Steward]).await;
        all.spawn(async move {
            let mut got = Vec::new();
            loop {
                let have: Vec<String> = got.clone();
                let items = claim(&who, json!({"limit": 3, "have": have})).await;
                if items.is_empty() {
                    return got;
                }
                got.extend(items.iter().map(|i| i["case"]["id"].as_str().unwrap().to_owned()));
            }
        });
    }
    let mut got: Vec<String> = all.join_all().await.concat();
    got.sort();
    assert_eq!(
        got.len(),
        120,
        "who was told that there is nothing left nothing behind"
    );
    got.dedup();
    assert_eq!(got.len(), 120, "and nobody was given another's");
}
