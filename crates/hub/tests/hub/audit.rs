//! The audit as it is searched, and walked to see that it holds, over HTTP.

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{match_case, same};
use crate::common::{Api, TestHub, decision, problem};

async fn actions(admin: &Api, query: &str) -> Vec<String> {
    let entries = admin.everything(&format!("/v1/audit?{query}")).await;
    entries
        .iter()
        .map(|entry| entry["header"]["action"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_audit_is_searched_by_action_person_case_request_and_time() {
    let hub = TestHub::start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let id = source.send(&match_case("a")).await;
    source.send(&match_case("b")).await;
    let given = decision(&steward.case(&id).await, same());
    steward.post_one("/v1/decisions", &given).await;
    let all = [
        "token.created",
        "token.created",
        "token.created",
        "cases.ingested",
        "cases.ingested",
    ];
    let decided = ["decision.accepted", "decision.released"];

    assert_eq!(actions(&admin, "").await, [&all[..], &decided[..]].concat());
    assert_eq!(actions(&admin, "action=decision").await, decided);
    assert_eq!(
        actions(&admin, "action=decision.released&order=newest").await,
        decided[1..]
    );
    assert_eq!(
        actions(&admin, "person=Ana&action=decision.accepted").await,
        decided[..1]
    );
    assert_eq!(actions(&admin, &format!("case={id}")).await, decided);
    let entry = admin.get("/v1/audit?action=decision.accepted").await.1["items"][0].clone();
    let request = entry["header"]["correlation_id"].as_str().unwrap();
    assert_eq!(
        actions(&admin, &format!("correlation_id={request}")).await,
        decided
    );
    let at = entry["header"]["at"].as_str().unwrap();
    assert_eq!(actions(&admin, &format!("from={at}")).await[0], decided[0]);
    assert_eq!(actions(&admin, &format!("until={at}")).await, all);
    let today = &at[..10];
    assert_eq!(
        actions(&admin, &format!("from={today}&until={today}"))
            .await
            .len(),
        7
    );
    assert!(actions(&admin, "until=2020-01-31").await.is_empty());
}

#[tokio::test]
async fn the_newest_come_first_and_end_while_a_search_of_the_feed_goes_on_from_its_end() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    hub.source().await.send(&match_case("a")).await;
    let (_, newest) = admin.get("/v1/audit?order=newest&limit=2").await;
    let positions = |page: &Value| -> Vec<i64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["position"].as_i64().unwrap())
            .collect()
    };
    assert_eq!((positions(&newest), &newest["next"]), (vec![3, 2], &json!("2")));
    let (_, rest) = admin.get("/v1/audit?order=newest&limit=2&after=2").await;
    assert_eq!((positions(&rest), &rest["next"]), (vec![1], &Value::Null));
    let (_, searched) = admin.get("/v1/audit?action=webhook").await;
    assert_eq!(
        (positions(&searched), &searched["next"]),
        (vec![], &json!("3")),
        "everything up to there was looked at"
    );
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_said() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    for (query, pointer) in [
        ("order=best", "/order"),
        ("from=yesterday", "/from"),
        ("until=2026-13-01", "/until"),
        ("order=newest&after=x", "/after"),
    ] {
        let answer = admin.get(&format!("/v1/audit?{query}")).await;
        assert_eq!(problem(&answer), (400, "invalid_query", pointer), "{query}");
    }
    let lead = hub.caller("Lea", &[Role::Lead]).await;
    for path in ["/v1/audit?action=case", "/v1/audit/verify"] {
        assert_eq!(problem(&lead.get(path).await).1, "not_allowed", "{path}");
    }
}

#[tokio::test]
async fn the_hub_says_how_far_its_chain_holds_and_what_breaks_it() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    hub.source().await.send(&match_case("a")).await;
    let (_, whole) = admin.get("/v1/audit/verify").await;
    assert_eq!(
        (
            &whole["position"],
            &whole["head"],
            &whole["entries"],
            &whole["broken"]
        ),
        (&json!(3), &json!(3), &json!(3), &Value::Null),
        "{whole}"
    );
    hub.source().await;
    let hash = whole["hash"].as_str().unwrap();
    let (_, rest) = admin.get(&format!("/v1/audit/verify?after=3&hash={hash}")).await;
    assert_eq!((&rest["position"], &rest["entries"]), (&json!(4), &json!(1)));
    let other = "0".repeat(64);
    let (_, torn) = admin.get(&format!("/v1/audit/verify?after=3&hash={other}")).await;
    assert_eq!(
        torn["broken"],
        json!({"position": 3, "why": "it isn't the entry that held before"})
    );
    let (_, cut) = admin.get(&format!("/v1/audit/verify?after=9&hash={hash}")).await;
    assert_eq!(cut["broken"]["position"], 9, "nothing is there any more");
    for bad in ["after=3", "after=3&hash=zz"] {
        let answer = admin.get(&format!("/v1/audit/verify?{bad}")).await;
        assert_eq!(problem(&answer), (400, "invalid_query", "/hash"), "{bad}");
    }
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&hub.database).await.unwrap();
    sqlx::query("update audit set payload = '{}' where position = 2")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let (_, broken) = admin.get("/v1/audit/verify").await;
    assert_eq!(
        (&broken["position"], &broken["broken"]),
        (
            &json!(1),
            &json!({"position": 2, "why": "its payload or salt was changed"})
        )
    );
}
