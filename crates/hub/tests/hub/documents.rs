//! What the hub says of itself: OpenAPI, health, metrics.

use std::collections::BTreeSet;

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::binary::Folder;
use crate::common::cases::match_case;
use crate::common::{Api, TestHub, answer};

async fn document(hub: &TestHub) -> Value {
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    let (status, document) = answer(bare.get(format!("{}/v1/openapi.json", hub.base))).await;
    assert_eq!(status, 200);
    document
}

fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().iter().filter_map(|(name, operation)| {
            let method = Method::from_bytes(name.to_uppercase().as_bytes()).ok()?;
            operation
                .is_object()
                .then(|| (method, path.clone(), operation.clone()))
        });
        methods.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn every_endpoint_of_the_contract_is_in_the_document_and_answers() {
    let hub = TestHub::start().await;
    let document = document(&hub).await;
    assert_eq!(document["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    let found: BTreeSet<String> = operations(&document)
        .iter()
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    for wanted in [
        "POST /v1/cases",
        "GET /v1/cases",
        "GET /v1/cases/{id}",
        "GET /v1/cases/{id}/context/{context_id}",
        "POST /v1/cases/{id}/withdraw",
        "POST /v1/claims",
        "POST /v1/claims/renew",
        "POST /v1/claims/release",
        "POST /v1/decisions",
        "GET /v1/decisions",
        "POST /v1/decisions/{id}/undo",
        "POST /v1/decisions/{id}/mark-wrong",
        "POST /v1/decisions/{id}/outcome",
        "POST /v1/cases/{id}/assign",
        "POST /v1/cases/{id}/comments",
        "PATCH /v1/cases/{id}/routing",
        "GET /v1/stats/agreement",
        "GET /v1/stats/sources",
        "GET /v1/people",
        "GET /v1/tokens",
        "POST /v1/tokens",
        "DELETE /v1/tokens/{id}",
        "GET /v1/keys",
        "POST /v1/keys",
        "DELETE /v1/keys/{id}",
        "GET /v1/audit/checkpoint",
        "GET /v1/labels",
        "GET /v1/exports/{format}",
        "GET /v1/exports/{format}/manifest",
        "GET /v1/changes",
        "GET /v1/stats/overrides",
        "GET /v1/queues",
        "GET /v1/me",
        "GET /v1/audit",
        "GET /v1/audit/verify",
        "POST /v1/links",
        "POST /v1/webhooks",
        "GET /v1/webhooks",
        "DELETE /v1/webhooks/{id}",
        "POST /v1/webhooks/{id}/test",
        "POST /v1/webhooks/{id}/enable",
        "POST /v1/webhooks/{id}/disable",
        "GET /v1/webhooks/{id}/deliveries",
        "POST /v1/webhooks/{id}/deliveries/{delivery_id}/replay",
        "POST /v1/webhooks/{id}/replay",
        "GET /v1/policies",
        "GET /v1/policies/{queue}",
        "PUT /v1/policies/{queue}",
        "POST /v1/policies/simulate",
        "GET /v1/tools",
        "PUT /v1/tools/{name}",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /v1/openapi.json",
    ] {
        assert!(found.contains(wanted), "{wanted} is missing in {found:?}");
    }
    let admin = hub.admin().await;
    for (method, path, _) in operations(&document) {
        let real = path
            .replace("{id}", "x")
            .replace("{context_id}", "y")
            .replace("{delivery_id}", "z")
            .replace("{format}", "labels.jsonl")
            .replace("{queue}", "x")
            .replace("{name}", "x");
        assert!(!real.contains('{'), "{real}");
        let (status, answer) = answer(admin.request(method.clone(), &real).json(&json!({}))).await;
        assert!(
            status != 405 && answer["detail"] != "Path not found",
            "{method} {path} is documented and not there: {answer}"
        );
    }
}

#[tokio::test]
async fn a_document_says_what_a_case_and_a_verdict_look_like() {
    let hub = TestHub::start().await;
    let document = document(&hub).await;
    let body = |path: &str| {
        let content = &document["paths"][path]["post"]["requestBody"]["content"];
        content["application/json"]["schema"]["$ref"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(body("/v1/cases"), "#/components/schemas/CaseOrCases");
    assert_eq!(body("/v1/decisions"), "#/components/schemas/DecisionOrDecisions");
    let schemas = &document["components"]["schemas"];
    for (name, part) in [
        ("CaseOrCases", "/oneOf/1/items/$ref"),
        ("Case", "/allOf/1/properties/body"),
        ("CaseBody", "/oneOf/2"),
        ("Envelope", "/properties/external_id"),
        ("MatchBody", "/properties/records"),
        ("ConflictBody", "/properties/entity"),
        ("ActionBody", "/properties/actions"),
        ("Verdict", "/oneOf/2"),
        ("MatchVerdict", "/properties/clusters"),
        ("Decision", "/properties/verdict/oneOf/0/$ref"),
        ("CloudEvent", "/properties/sequence"),
    ] {
        assert!(
            schemas[name].pointer(part).is_some(),
            "{name}{part}: {}",
            schemas[name]
        );
    }
    // Every name that is meant is there.
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn a_document_says_who_may_and_that_is_true() {
    let hub = TestHub::start().await;
    let document = document(&hub).await;
    let scopes: BTreeSet<&str> = tiebreak_hub::caller::Scope::ALL
        .iter()
        .map(|scope| scope.as_str())
        .collect();
    let listed: BTreeSet<&str> = document["components"]["securitySchemes"]["bearer"]["x-scopes"]
        .as_object()
        .expect("the scopes are listed")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(listed, scopes);
    let callers: Vec<(Role, Api)> = vec![
        (Role::Source, hub.source().await),
        (Role::Steward, hub.steward().await),
        (Role::Approver, hub.approver().await),
        (Role::Lead, hub.lead().await),
        (Role::Admin, hub.admin().await),
    ];
    let nobody = Api::new(&hub.base, "nobody");
    for (method, path, operation) in operations(&document) {
        let real = path
            .replace("{id}", "x")
            .replace("{context_id}", "y")
            .replace("{delivery_id}", "z")
            .replace("{format}", "labels.jsonl")
            .replace("{queue}", "x")
            .replace("{name}", "x");
        let needs = &operation["security"];
        let open = needs == &json!([{}]) || needs == &json!([]);
        let without = answer(nobody.request(method.clone(), &real).json(&json!({}))).await;
        assert_eq!(
            without.0 != 401,
            open,
            "{method} {path}: {} {}",
            without.0,
            without.1
        );
        if open {
            continue;
        }
        for status in ["401", "403"] {
            assert!(
                operation["responses"][status].is_object(),
                "{method} {path} says nothing of {status}"
            );
        }
        let named: Vec<&str> = needs[0]["bearer"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s.as_str().unwrap())
            .collect();
        for (role, caller) in &callers {
            let (status, answer) = answer(caller.request(method.clone(), &real).json(&json!({}))).await;
            let allowed = named.is_empty()
                || tiebreak_hub::caller::Scope::ALL
                    .iter()
                    .any(|s| named.contains(&s.as_str()) && s.roles().contains(role));
            let refused = status == 403 && answer["code"] == "not_allowed";
            assert!(
                allowed || refused,
                "{role:?} {method} {path} {named:?}: {status} {answer}"
            );
            assert!(
                !allowed || status != 403,
                "{role:?} {method} {path} {named:?}: {status} {answer}"
            );
        }
    }
}

#[tokio::test]
async fn the_command_line_prints_the_same_document() {
    let hub = TestHub::start().await;
    let printed: Value = serde_json::from_str(&Folder::new().done(&["openapi"]).out).unwrap();
    assert_eq!(printed, document(&hub).await);
    let references = printed.to_string();
    for (at, _) in references.match_indices("\"$ref\":\"#/") {
        let pointer = references[at + 9..].split('"').next().unwrap();
        assert!(printed.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}

#[tokio::test]
async fn health_and_readiness_need_no_token_and_metrics_do() {
    let hub = TestHub::start().await;
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in ["/healthz", "/readyz"] {
        let (status, answer) = answer(bare.get(format!("{}{path}", hub.base))).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }
    hub.source().await.send(&match_case("x")).await;
    let lead = hub.lead().await;
    let refused = hub.steward().await.get("/metrics").await;
    assert_eq!(
        crate::common::problem(&refused).1,
        "not_allowed",
        "it names every queue"
    );
    let text = lead.text("/metrics").await;
    assert!(
        text.contains("tiebreak_cases{queue=\"sites\",state=\"open\"} 1"),
        "{text}"
    );
    assert!(
        text.contains("tiebreak_requests_total{method=\"POST\",path=\"/v1/cases\",status=\"200\"} 1"),
        "{text}"
    );
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(
            name.starts_with("tiebreak_") && value.parse::<f64>().is_ok(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_hub_that_cannot_write_is_not_ready_and_says_when_to_ask_again() {
    let hub = TestHub::start().await;
    if !hub.database.starts_with("sqlite:") {
        eprintln!("SKIPPED on PostgreSQL: a lock on its file is how SQLite can be kept from writing");
        return;
    }
    let other = sqlx::SqlitePool::connect(&hub.database).await.unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = bare.get(format!("{}/readyz", hub.base)).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(
        response.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 0
    );
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "busy");
    assert_eq!(
        answer(bare.get(format!("{}/healthz", hub.base))).await.0,
        200,
        "it lives"
    );
    lock.rollback().await.unwrap();
    assert_eq!(answer(bare.get(format!("{}/readyz", hub.base))).await.0, 200);
}

/// Whatever holds the sequencer up, feeds stand still then: a load balancer has to know.
#[tokio::test]
async fn a_hub_whose_feeds_stand_still_is_not_ready() {
    use sqlx::Connection as _;
    let clock = tiebreak_hub::Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    if !hub.database.starts_with("postgres") {
        return; // Rows get their positions as they are written: nothing can stand still.
    }
    let (source, admin) = (hub.source().await, hub.admin().await);
    assert_eq!(admin.get("/readyz").await.0, 200);
    let mut other = sqlx::PgConnection::connect(&hub.database).await.unwrap();
    let lock = |sql: &'static str| sqlx::query(sql);
    lock("select pg_advisory_lock(1953064290)")
        .execute(&mut other)
        .await
        .unwrap();
    source.send(&match_case("pair")).await;
    assert_eq!(
        admin.get("/readyz").await.0,
        200,
        "it may only just have been written"
    );
    clock.advance_seconds(60);
    let stuck = admin.get("/readyz").await;
    assert_eq!(crate::common::problem(&stuck), (503, "sequencer_stuck", ""));
    lock("select pg_advisory_unlock(1953064290)")
        .execute(&mut other)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(admin.get("/readyz").await.0, 200);
}
