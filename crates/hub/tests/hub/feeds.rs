//! The feeds: in commit order, without gaps, waited for, and only what the caller may see.

use std::time::{Duration, Instant};

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::access::NewToken;
use tokio::task::JoinHandle;

use crate::common::cases::{conflict_case, match_case, same};
use crate::common::{Answer, Api, TestHub, answer, decision, problem};

fn positions(items: &[Value]) -> Vec<i64> {
    items
        .iter()
        .map(|item| item["position"].as_i64().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_follower_misses_nothing_while_many_write() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    let mut writers = Vec::new();
    for writer in 0..4 {
        let source = hub.caller(&format!("matcher {writer}"), &[Role::Source]).await;
        let steward = hub.caller(&format!("steward {writer}"), &[Role::Steward]).await;
        writers.push(tokio::spawn(async move {
            for n in 0..10 {
                let id = source.send(&match_case(&format!("{writer}-{n}"))).await;
                let given = decision(&steward.case(&id).await, same());
                assert_eq!(
                    steward.post_one("/v1/decisions", &given).await["result"],
                    "accepted"
                );
            }
        }));
    }
    let follow = |path: &'static str, n: usize| {
        let admin = admin.clone();
        async move {
            let (mut seen, mut after) = (Vec::new(), "0".to_owned());
            while seen.len() < n {
                let (_, page) = admin.get(&format!("{path}?limit=7&wait=20&after={after}")).await;
                let items = page["items"].as_array().unwrap();
                assert!(!items.is_empty(), "{path} went dry at {} of {n}", seen.len());
                seen.extend(items.clone());
                after = page["next"].as_str().unwrap().to_owned();
            }
            seen
        }
    };
    let (decisions, labels) = tokio::join!(follow("/v1/decisions", 40), follow("/v1/labels", 40));
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        decisions,
        admin.everything("/v1/decisions").await,
        "the follower saw what stands there"
    );
    assert_eq!(labels, admin.everything("/v1/labels").await);
    for feed in ["/v1/changes", "/v1/audit"] {
        let found = positions(&admin.everything(feed).await);
        assert_eq!(
            found,
            (1..=found.len() as i64).collect::<Vec<_>>(),
            "{feed} has no gap"
        );
    }
}

#[tokio::test]
async fn the_end_of_a_feed_is_an_empty_page_with_a_cursor() {
    let hub = TestHub::start().await;
    let lead = hub.lead().await;
    for feed in ["changes", "decisions", "labels"] {
        let (_, page) = lead.get(&format!("/v1/{feed}")).await;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(0), "{feed}: {page}");
        assert!(page["next"].is_string(), "{feed}: {page}");
    }
    assert_eq!(
        problem(&lead.get("/v1/labels?after=yesterday").await),
        (400, "invalid_query", "/after")
    );
}

#[tokio::test]
async fn waiting_ends_when_something_comes_or_the_time_is_over() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let started = Instant::now();
    assert!(
        lead.get("/v1/decisions?wait=1").await.1["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        started.elapsed() >= Duration::from_millis(950),
        "{:?}",
        started.elapsed()
    );

    let id = source.send(&match_case("pair")).await;
    let case = steward.case(&id).await;
    let (waiting, agent) = (
        tokio::spawn({
            let lead = lead.clone();
            async move { lead.get("/v1/decisions?wait=30").await }
        }),
        {
            let (source, id) = (source.clone(), id.clone());
            tokio::spawn(async move { source.get(&format!("/v1/cases/{id}?wait=30")).await })
        },
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    let decided = Instant::now();
    steward.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(waiting.await.unwrap().1["items"][0]["case"]["id"], id.as_str());
    assert_eq!(agent.await.unwrap().1["decisions"][0]["verdict"], same());
    assert!(
        decided.elapsed() < Duration::from_secs(2),
        "{:?}",
        decided.elapsed()
    );
}

#[tokio::test]
async fn a_feed_is_narrowed_as_asked_or_says_that_it_cannot_be() {
    let hub = TestHub::start().await;
    let (source, steward, lead, admin) = (
        hub.source().await,
        hub.steward().await,
        hub.lead().await,
        hub.admin().await,
    );
    source.send(&conflict_case("c")).await;
    let id = source.send(&match_case("m")).await;
    steward
        .post_one("/v1/decisions", &decision(&steward.case(&id).await, same()))
        .await;
    for (path, queues) in [
        ("/v1/changes?queue=flights", vec!["flights"]),
        ("/v1/changes?kind=identity_match", vec!["sites"]),
        ("/v1/changes?kind=identity_match&queue=flights", vec![]),
    ] {
        let mut found: Vec<String> = Vec::new();
        for change in lead.everything(path).await {
            found.push(change["queue"].as_str().unwrap().to_owned());
        }
        found.dedup();
        assert_eq!(found, queues, "{path}");
    }
    for path in ["changes", "decisions", "labels"] {
        let answer = lead.get(&format!("/v1/{path}?kind=foo")).await;
        assert_eq!(problem(&answer), (400, "invalid_query", "/kind"), "{path}");
    }
    let answer = admin.get("/v1/audit?queue=sites").await;
    assert_eq!(problem(&answer).1, "invalid_query");
    for path in ["queues", "people"] {
        assert_eq!(lead.get(&format!("/v1/{path}")).await.1["next"], json!(null));
    }
}

#[tokio::test]
async fn each_sees_its_own() {
    let hub = TestHub::start().await;
    let bound = |name: &str, source: &str| NewToken {
        name: name.into(),
        roles: vec![Role::Source],
        sources: vec![source.into()],
        ..NewToken::default()
    };
    let (crm, erp) = (
        hub.caller_with(bound("crm bot", "crm")).await,
        hub.caller_with(bound("erp bot", "erp")).await,
    );
    let steward = hub.steward().await;
    let flo = hub
        .caller_with(NewToken {
            name: "Flo".into(),
            roles: vec![Role::Lead],
            queues: vec!["flights".into()],
            ..NewToken::default()
        })
        .await;
    for (source, case) in [(&crm, match_case("pair")), (&erp, conflict_case("AA1"))] {
        let id = source.send(&case).await;
        let shown = steward.case(&id).await;
        steward
            .post_one(
                "/v1/decisions",
                &decision(&shown, shown["suggestion"]["verdict"].clone()),
            )
            .await;
    }
    let seen = async |who: &Api, feed: &str| -> Vec<String> {
        let items = who.everything(&format!("/v1/{feed}")).await;
        items
            .iter()
            .map(|item| item["case"]["external_id"].as_str().unwrap().to_owned())
            .collect()
    };
    for feed in ["decisions", "labels"] {
        assert_eq!(seen(&crm, feed).await, ["pair"], "{feed}");
        assert_eq!(seen(&erp, feed).await, ["AA1"], "{feed}");
        assert_eq!(seen(&flo, feed).await, ["AA1"], "{feed}");
    }
    let (_, by_source) = crm.get("/v1/decisions").await;
    let (_, by_lead) = hub.lead().await.get("/v1/decisions").await;
    let (pseudonym, id) = (
        by_source["items"][0]["by"].clone(),
        steward.get("/v1/me").await.1["id"].clone(),
    );
    assert!(
        pseudonym.as_str().unwrap().starts_with("p_"),
        "a source learns no person: {pseudonym}"
    );
    assert_eq!(by_lead["items"][0]["by"], id);
    assert_eq!(
        hub.lead().await.everything("/v1/labels").await[0]["by"],
        pseudonym,
        "labels have the same pseudonym"
    );
    let queues: Vec<Value> = flo
        .everything("/v1/changes")
        .await
        .iter()
        .map(|change| change["queue"].clone())
        .collect();
    assert!(queues.iter().all(|queue| queue == "flights"), "{queues:?}");
}

#[tokio::test]
async fn counts_are_what_is_there() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let mut ids = Vec::new();
    for n in 0..6 {
        let mut case = match_case(&format!("pair-{n}"));
        if n == 0 {
            case["due_at"] = json!("2020-01-01T00:00:00Z");
        }
        ids.push(source.send(&case).await);
    }
    steward.post("/v1/claims", &json!({"limit": 2})).await;
    let given = decision(&steward.case(&ids[3]).await, same());
    steward.post_one("/v1/decisions", &given).await;
    source
        .post(&format!("/v1/cases/{}/withdraw", ids[4]), &json!({}))
        .await;
    let queue = |answer: &Value| {
        let q = &answer["items"][0];
        [&q["open"], &q["claimed_by_me"], &q["due"], &q["decided"]].map(|n| n.as_u64().unwrap())
    };
    assert_eq!(queue(&steward.get("/v1/queues").await.1), [4, 2, 1, 1]);
    steward
        .post(
            &format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap()),
            &json!({}),
        )
        .await;
    assert_eq!(queue(&steward.get("/v1/queues").await.1), [5, 2, 1, 0]);
}

/// A long poll that has begun, from the end of the feed.
async fn polling(caller: &Api, feed: &str, wait: u32) -> JoinHandle<Answer> {
    let end = caller.get(&format!("/v1/{feed}")).await.1["next"].clone();
    let path = format!("/v1/{feed}?wait={wait}&after={}", end.as_str().unwrap());
    let caller = caller.clone();
    let poll = tokio::spawn(async move { caller.get(&path).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!poll.is_finished());
    poll
}

#[tokio::test]
async fn who_waits_at_a_feed_while_their_token_is_revoked_is_told_nothing_more() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let polls = [
        polling(&steward, "changes", 30).await,
        polling(&lead, "changes", 30).await,
    ];
    hub.hub.revoke_token(&steward.token).await.unwrap();
    source.send(&match_case("later")).await;
    let [revoked, other] = polls;
    assert_eq!(problem(&revoked.await.unwrap()), (401, "token_revoked", ""));
    assert_eq!(other.await.unwrap().0, 200);
}

/// Its content would be in the answer also when nothing happened to it.
#[tokio::test]
async fn who_waits_for_a_case_while_their_token_is_revoked_is_not_shown_it_when_the_time_is_over() {
    let hub = TestHub::start().await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("pair")).await;
    let poll = tokio::spawn({
        let steward = steward.clone();
        async move { steward.get(&format!("/v1/cases/{id}?wait=2")).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    hub.hub.revoke_token(&steward.token).await.unwrap();
    assert!(!poll.is_finished());
    assert_eq!(problem(&poll.await.unwrap()), (401, "token_revoked", ""));
}

#[tokio::test]
async fn who_waits_at_a_feed_is_told_what_they_may_see_by_then() {
    let hub = TestHub::start().await;
    let (source, admin, steward) = (hub.source().await, hub.admin().await, hub.steward().await);
    let (lead, other) = (hub.lead().await, hub.caller("Leo", &[Role::Lead]).await);
    let polls = [
        polling(&lead, "decisions", 3).await,
        polling(&other, "decisions", 30).await,
    ];
    let path = format!(
        "/v1/people/{}",
        lead.get("/v1/me").await.1["id"].as_str().unwrap()
    );
    let version = admin.get(&path).await.1["version"].clone();
    let elsewhere = json!({"version": version, "roles": [], "queues": ["elsewhere"]});
    let given = answer(admin.request(Method::PUT, &path).json(&elsewhere)).await;
    assert_eq!(given.0, 200, "{given:?}");
    let id = source.send(&match_case("not hers")).await;
    let given = decision(&steward.case(&id).await, same());
    steward.post_one("/v1/decisions", &given).await;
    let [hers, others] = polls;
    assert_eq!(hers.await.unwrap().1["items"], json!([]));
    assert_eq!(others.await.unwrap().1["items"][0]["case"]["id"], id.as_str());
}
