//! Who may call, from where, and how a refusal reads.

use chrono::{Duration, Utc};
use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::Clock;
use tiebreak_hub::access::NewToken;

use crate::common::cases::match_case;
use crate::common::{Api, TestHub, answer, problem};

#[tokio::test]
async fn no_token_and_a_wrong_one_are_refused() {
    let hub = TestHub::start().await;
    let nobody = Api::new(&hub.base, "");
    let bare = answer(nobody.client.get(format!("{}/v1/me", hub.base))).await;
    assert_eq!(problem(&bare), (401, "token_missing", ""));
    let wrong = Api::new(&hub.base, &"x".repeat(68));
    for path in [
        "/v1/me",
        "/v1/cases",
        "/v1/decisions",
        "/v1/labels",
        "/v1/changes",
        "/v1/queues",
        "/v1/audit",
        "/v1/stats/overrides",
        "/metrics",
    ] {
        assert_eq!(
            problem(&wrong.get(path).await),
            (401, "token_unknown", ""),
            "{path}"
        );
    }
    assert_eq!(
        problem(&wrong.post("/v1/cases", &match_case("x")).await).1,
        "token_unknown"
    );
    assert_eq!(hub.all().await["cases"], json!([]));
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let new = NewToken {
        name: "late".into(),
        roles: vec![Role::Source],
        expires_at: Some(Utc::now() + Duration::minutes(5)),
        ..NewToken::default()
    };
    let late = hub.caller_with(new).await;
    assert_eq!(late.get("/v1/me").await.0, 200);
    clock.advance_seconds(301);
    assert_eq!(
        problem(&late.post("/v1/cases", &match_case("x")).await),
        (401, "token_expired", "")
    );
    assert_eq!(hub.all().await["cases"], json!([]));
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_the_next_request() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    assert_eq!(source.get("/v1/me").await.0, 200);
    assert_eq!(hub.hub.revoke_token(&source.token).await.unwrap().len(), 1);
    assert_eq!(
        problem(&source.post("/v1/cases", &match_case("x")).await),
        (401, "token_revoked", "")
    );
    assert_eq!(hub.all().await["cases"], json!([]));
}

#[tokio::test]
async fn every_role_is_kept_to_its_part() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let case = source.send(&match_case("x")).await;
    let roles = [
        (Role::Source, source),
        (Role::Steward, hub.steward().await),
        (Role::Lead, hub.lead().await),
        (Role::Admin, hub.admin().await),
    ];
    // Path, and who may read it.
    let table = [
        (
            format!("/v1/cases/{case}"),
            vec![Role::Source, Role::Steward, Role::Lead, Role::Admin],
        ),
        ("/v1/labels".into(), vec![Role::Source, Role::Lead, Role::Admin]),
        (
            "/v1/decisions".into(),
            vec![Role::Source, Role::Lead, Role::Admin],
        ),
        (
            "/v1/me/decisions".into(),
            vec![Role::Source, Role::Steward, Role::Lead, Role::Admin],
        ),
        ("/v1/stats/overrides".into(), vec![Role::Lead, Role::Admin]),
        ("/v1/exports/labels.jsonl".into(), vec![Role::Lead, Role::Admin]),
        ("/v1/audit".into(), vec![Role::Admin]),
    ];
    for (path, allowed) in table {
        for (role, caller) in &roles {
            let answer = caller.get(&path).await;
            if allowed.contains(role) {
                assert_eq!(answer.0, 200, "{role:?} {path}: {}", answer.1);
            } else {
                assert_eq!(problem(&answer), (403, "not_allowed", ""), "{role:?} {path}");
            }
        }
    }
    for (role, caller) in &roles[1..] {
        assert_eq!(
            problem(&caller.post("/v1/cases", &match_case("y")).await).0,
            403,
            "{role:?} posts no cases"
        );
    }
    assert_eq!(
        problem(&hub.admin().await.post("/v1/claims", &json!({})).await),
        (403, "not_allowed", "")
    );
}

#[tokio::test]
async fn a_source_sees_only_its_own_cases() {
    let hub = TestHub::start().await;
    let (mine, other) = (hub.source().await, hub.caller("other", &[Role::Source]).await);
    let id = mine.send(&match_case("x")).await;
    let bound = hub
        .caller_with(NewToken {
            name: "bound".into(),
            roles: vec![Role::Source],
            sources: vec!["bound".into()],
            ..NewToken::default()
        })
        .await;
    assert_eq!(
        problem(&bound.get(&format!("/v1/cases/{id}")).await),
        (404, "not_found", "")
    );
    assert_eq!(bound.get("/v1/cases").await.1["items"], json!([]));
    assert_eq!(mine.everything("/v1/cases").await.len(), 1);
    assert_eq!(
        problem(&bound.post(&format!("/v1/cases/{id}/withdraw"), &json!({})).await).0,
        404
    );
    drop(other);
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_problems_too() {
    let hub = TestHub::start().await;
    let lead = hub.lead().await;
    assert_eq!(problem(&lead.get("/v1/nothing").await), (404, "not_found", ""));
    assert_eq!(problem(&lead.get("/").await), (404, "not_found", ""));
    assert_eq!(
        problem(&answer(lead.request(Method::PUT, "/v1/cases")).await),
        (405, "method_not_allowed", "")
    );
    assert_eq!(
        problem(&lead.get("/v1/cases/nowhere").await),
        (404, "not_found", "")
    );
    assert_eq!(
        problem(&lead.get("/v1/cases?limit=many").await),
        (400, "invalid_query", "/limit")
    );
    assert_eq!(problem(&lead.get("/v1/exports/labels.docx").await).0, 404);
}

#[tokio::test]
async fn a_correlation_id_comes_back_and_one_is_made_where_none_was_sent() {
    let hub = TestHub::start().await;
    let lead = hub.lead().await;
    let sent = lead
        .request(Method::GET, "/v1/nothing")
        .header("x-correlation-id", "order-17")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.headers()["x-correlation-id"], "order-17");
    assert_eq!(sent.json::<Value>().await.unwrap()["correlation_id"], "order-17");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let traced = lead
        .request(Method::GET, "/v1/me")
        .header("traceparent", trace)
        .send()
        .await
        .unwrap();
    assert_eq!(traced.headers()["x-correlation-id"], trace);
    let plain = lead.request(Method::GET, "/v1/me").send().await.unwrap();
    assert!(!plain.headers()["x-correlation-id"].is_empty());
}

#[tokio::test]
async fn a_web_page_cannot_reach_the_hub_on_this_computer() {
    let hub = TestHub::start().await;
    let lead = hub.lead().await;
    let rebound = answer(lead.request(Method::GET, "/v1/me").header("host", "evil.example")).await;
    assert_eq!(problem(&rebound), (403, "host_refused", ""));
    let page = answer(
        lead.request(Method::GET, "/v1/me")
            .header("origin", "http://localhost:4750"),
    )
    .await;
    assert_eq!(problem(&page), (403, "origin_refused", ""));
    let preflight = lead
        .request(Method::OPTIONS, "/v1/me")
        .header("origin", "https://a.example")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 403);
    assert!(preflight.headers().get("access-control-allow-origin").is_none());
    let named = answer(lead.request(Method::GET, "/v1/me").header("host", "localhost")).await;
    assert_eq!(named.0, 200);
}

#[tokio::test]
async fn behind_a_proxy_the_host_is_the_proxys_matter() {
    let hub = TestHub::start_with(|options| options.behind_proxy = true).await;
    let lead = hub.lead().await;
    assert_eq!(
        answer(
            lead.request(Method::GET, "/v1/me")
                .header("host", "hub.example.com")
        )
        .await
        .0,
        200
    );
}

#[tokio::test]
async fn a_known_name_is_another_token_of_the_same_person() {
    let hub = TestHub::start().await;
    let (steward, lead) = (
        hub.caller("Ana", &[Role::Steward]).await,
        hub.caller("Ana", &[Role::Lead, Role::Approver]).await,
    );
    let (first, second) = (steward.get("/v1/me").await.1, lead.get("/v1/me").await.1);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(
        (&first["roles"], &second["roles"]),
        (&json!(["steward"]), &json!(["lead", "approver"]))
    );
}
