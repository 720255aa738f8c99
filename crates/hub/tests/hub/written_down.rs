//! What is written down: each write by its own action, whatever the route; what was refused to somebody who meant it; and
//! in the log nothing of what cases hold. Long, since one test walks every route that writes.

mod refused;

use std::collections::BTreeSet;
use std::future::Future;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::Clock;

use crate::common::binary::{Folder, Serving};
use crate::common::cases::{different, match_case, same};
use crate::common::receiver::Receiver;
use crate::common::{Answer, Api, TestHub, answer, decision, fate};

/// Who looks into the audit after each write.
struct Watched {
    admin: Api,
    routes: BTreeSet<String>,
}

impl Watched {
    async fn entries(&self, action: &str) -> Vec<Value> {
        self.admin.everything(&format!("/v1/audit?action={action}")).await
    }

    /// The write is done, and leaves an entry of this action.
    async fn leaves(&mut self, route: &str, action: &str, write: impl Future<Output = Answer>) -> Value {
        let before = self.entries(action).await.len();
        let (status, answer) = write.await;
        assert!(status.is_success(), "{route}: {status} {answer}");
        let refused = answer["items"]
            .as_array()
            .is_some_and(|items| items.iter().any(|i| i["result"] == "refused"));
        assert!(!refused, "{route}: {answer}");
        assert_eq!(
            self.entries(action).await.len(),
            before + 1,
            "{route} leaves one {action}: {answer}"
        );
        self.routes.insert(route.to_owned());
        answer
    }
}

async fn delete(api: &Api, path: String) -> Answer {
    answer(api.request(Method::DELETE, &path)).await
}

async fn put(api: &Api, path: &str, body: Value) -> Answer {
    answer(api.request(Method::PUT, path).json(&body)).await
}

async fn id_of(api: &Api) -> String {
    api.get("/v1/me").await.1["id"].as_str().unwrap().to_owned()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name}: {value}"))
}

#[tokio::test]
async fn every_route_that_writes_leaves_an_entry_that_says_what_was_done() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        (options.undo_seconds, options.clock) = (0, clock.clone());
        options.allow_private_webhooks = true;
    })
    .await;
    let (admin, source, lead) = (hub.admin().await, hub.source().await, hub.lead().await);
    let (ana, ben) = (hub.steward().await, hub.approver().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let mut watched = Watched {
        admin: admin.clone(),
        routes: BTreeSet::new(),
    };
    let w = &mut watched;

    // Cases, from coming in to being withdrawn.
    let sent = w
        .leaves(
            "POST /v1/cases",
            "cases.ingested",
            source.post("/v1/cases", &match_case("a")),
        )
        .await;
    let case = format!("/v1/cases/{}", text(&sent["items"][0], "id"));
    w.leaves(
        "POST /v1/cases/{id}/comments",
        "case.commented",
        ana.post(&format!("{case}/comments"), &json!({"text": "hm"})),
    )
    .await;
    w.leaves(
        "POST /v1/cases/{id}/look",
        "case.looked_at",
        ana.post(&format!("{case}/look"), &json!({})),
    )
    .await;
    let urgent = json!({"priority": 4});
    w.leaves(
        "PATCH /v1/cases/{id}/routing",
        "case.routed",
        answer(
            lead.request(Method::PATCH, &format!("{case}/routing"))
                .json(&urgent),
        ),
    )
    .await;
    w.leaves(
        "POST /v1/cases/{id}/assign",
        "case.assigned",
        lead.post(&format!("{case}/assign"), &json!({"to": "Ana"})),
    )
    .await;
    w.leaves(
        "POST /v1/cases/{id}/hand-over",
        "case.handed_over",
        ana.post(&format!("{case}/hand-over"), &json!({"to": "Eva"})),
    )
    .await;
    w.leaves(
        "POST /v1/cases/{id}/escalate",
        "case.escalated",
        eva.post(&format!("{case}/escalate"), &json!({"reason": "?"})),
    )
    .await;
    w.leaves(
        "POST /v1/cases/{id}/withdraw",
        "case.withdrawn",
        source.post(&format!("{case}/withdraw"), &json!({})),
    )
    .await;
    let link = json!({"left": {"system": "crm", "id": "1"}, "right": {"system": "erp", "id": "2"}, "probability": 0.99});
    w.leaves(
        "POST /v1/links",
        "links.ingested",
        source.post("/v1/links", &link),
    )
    .await;

    // Claims.
    for name in ["b", "c", "d"] {
        source.send(&match_case(name)).await;
    }
    let claims = w
        .leaves(
            "POST /v1/claims",
            "case.claimed",
            ana.post("/v1/claims", &json!({"limit": 1})),
        )
        .await;
    let tokens = json!([claims["items"][0]["lease"]["token"]]);
    w.leaves(
        "POST /v1/claims/renew",
        "leases.renewed",
        ana.post("/v1/claims/renew", &json!({"tokens": tokens})),
    )
    .await;
    for (reason, action) in [("skip", "case.skipped"), ("sign_out", "case.given_back")] {
        let claims = ana.post("/v1/claims", &json!({"limit": 1})).await.1;
        let tokens = json!([claims["items"][0]["lease"]["token"]]);
        let release = json!({"tokens": tokens, "reason": reason});
        w.leaves(
            "POST /v1/claims/release",
            action,
            ana.post("/v1/claims/release", &release),
        )
        .await;
    }

    // Decisions, and back.
    let open = ana.everything("/v1/cases?state=open").await;
    let whole = ana.case(text(&open[0], "id")).await;
    let given = decision(&whole, same());
    w.leaves(
        "POST /v1/decisions",
        "decision.accepted",
        ana.post("/v1/decisions", &given),
    )
    .await;
    let late = decision(&whole, different());
    let path = format!("/v1/decisions/{}", text(&given, "id"));
    w.leaves(
        "POST /v1/decisions/{id}/outcome",
        "decision.outcome",
        source.post(&format!("{path}/outcome"), &json!({"status": "done"})),
    )
    .await;
    w.leaves(
        "POST /v1/decisions/{id}/mark-wrong",
        "decision.marked_wrong",
        lead.post(&format!("{path}/mark-wrong"), &json!({"reason": "typo"})),
    )
    .await;
    w.leaves(
        "POST /v1/decisions/{id}/undo",
        "decision.corrected",
        ana.post(&format!("{path}/undo"), &json!({})),
    )
    .await;
    // Two at one case: who had it and comes later is kept beside.
    let back = ana.post("/v1/claims", &json!({"case": whole["id"]})).await.1;
    let tokens = json!([back["items"][0]["lease"]["token"]]);
    ana.post(
        "/v1/claims/release",
        &json!({"tokens": tokens, "reason": "sign_out"}),
    )
    .await;
    let lease = eva.post("/v1/claims", &json!({"case": whole["id"]})).await;
    assert_eq!(lease.0, 200, "{}", lease.1);
    let first = decision(&whole, same());
    ana.post_one("/v1/decisions", &first).await;
    w.leaves(
        "POST /v1/decisions",
        "decision.kept",
        eva.post("/v1/decisions", &late),
    )
    .await;
    crate::policies::set(&hub, "sites", json!({"undo_seconds": 3600})).await;
    let open = ana.everything("/v1/cases?state=open").await;
    let waiting = decision(&ana.case(text(&open[0], "id")).await, same());
    ana.post_one("/v1/decisions", &waiting).await;
    let path = format!("/v1/decisions/{}/undo", text(&waiting, "id"));
    w.leaves(
        "POST /v1/decisions/{id}/undo",
        "decision.undone",
        ana.post(&path, &json!({})),
    )
    .await;

    // Checks, people, access.
    let mut planted = match_case("gold");
    planted["source"] = json!("matcher");
    let gold = json!({"case": planted, "answer": different()});
    let gold = w
        .leaves("POST /v1/gold", "gold.planted", lead.post("/v1/gold", &gold))
        .await;
    let path = format!("/v1/gold/{}/retire", text(&gold, "id"));
    w.leaves(
        "POST /v1/gold/{id}/retire",
        "gold.retired",
        lead.post(&path, &json!({})),
    )
    .await;
    let week = json!({"until": hub.hub.now() + chrono::Duration::days(7)});
    w.leaves("PUT /v1/me/away", "person.away", put(&ana, "/v1/me/away", week))
        .await;
    w.leaves(
        "DELETE /v1/me/away",
        "person.back",
        delete(&ana, "/v1/me/away".into()),
    )
    .await;
    let may = json!({"roles": ["lead"], "queues": [], "ceiling": null, "minutes": 60});
    let change = json!({"version": 1, "roles": [], "may_elevate": may});
    let path = format!("/v1/people/{}", id_of(&ana).await);
    w.leaves(
        "PUT /v1/people/{id}",
        "person.changed",
        put(&admin, &path, change),
    )
    .await;
    let raise = json!({"roles": ["lead"], "reason": "on call", "minutes": 5});
    let raised = w
        .leaves(
            "POST /v1/elevations",
            "elevation.begun",
            ana.post("/v1/elevations", &raise),
        )
        .await;
    let path = format!("/v1/elevations/{}", text(&raised, "id"));
    w.leaves(
        "DELETE /v1/elevations/{id}",
        "elevation.ended",
        delete(&ana, path),
    )
    .await;
    let token = json!({"name": "importer", "roles": ["source"]});
    let token = w
        .leaves(
            "POST /v1/tokens",
            "token.created",
            admin.post("/v1/tokens", &token),
        )
        .await;
    let path = format!("/v1/tokens/{}", text(&token, "id"));
    w.leaves("DELETE /v1/tokens/{id}", "token.revoked", delete(&admin, path))
        .await;
    let public = hex::encode(
        ed25519_dalek::SigningKey::from_bytes(&[3; 32])
            .verifying_key()
            .to_bytes(),
    );
    let key = json!({"name": "laptop", "alg": "ed25519", "public_key": public});
    let key = w
        .leaves("POST /v1/keys", "key.enrolled", ana.post("/v1/keys", &key))
        .await;
    let path = format!("/v1/keys/{}", text(&key, "id"));
    w.leaves("DELETE /v1/keys/{id}", "key.revoked", delete(&ana, path))
        .await;

    // How the hub works.
    let version = admin.get("/v1/policies/sites").await.1["version"].clone();
    let policy = json!({"version": version, "policy": {}});
    w.leaves(
        "PUT /v1/policies/{queue}",
        "policy.changed",
        put(&lead, "/v1/policies/sites", policy),
    )
    .await;
    let tool = json!({"effect": "pay", "reversible": false});
    w.leaves(
        "PUT /v1/tools/{name}",
        "tool.registered",
        put(&admin, "/v1/tools/refund", tool),
    )
    .await;
    let days = json!({"hub": {"restricted": 30}});
    w.leaves(
        "PUT /v1/retention",
        "retention.changed",
        put(&admin, "/v1/retention", days),
    )
    .await;

    // Webhooks.
    let busy = Receiver::answering(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await;
    let hook = json!({"url": busy.url, "events": ["case.created"]});
    let hook = w
        .leaves(
            "POST /v1/webhooks",
            "webhook.created",
            admin.post("/v1/webhooks", &hook),
        )
        .await;
    let base = format!("/v1/webhooks/{}", text(&hook, "id"));
    w.leaves(
        "POST /v1/webhooks/{id}/test",
        "webhook.tested",
        admin.post(&format!("{base}/test"), &json!({})),
    )
    .await;
    for one in [false, true] {
        source.send(&match_case(&format!("told {one}"))).await;
        for _ in 0..200 {
            let waiting = admin.get(&format!("{base}/deliveries?state=waiting")).await.1;
            if !waiting["items"].as_array().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        w.leaves(
            "POST /v1/webhooks/{id}/disable",
            "webhook.disabled",
            admin.post(&format!("{base}/disable"), &json!({})),
        )
        .await;
        w.leaves(
            "POST /v1/webhooks/{id}/enable",
            "webhook.enabled",
            admin.post(&format!("{base}/enable"), &json!({})),
        )
        .await;
        let dead = admin.get(&format!("{base}/deliveries?state=dead")).await.1;
        let (route, path) = if one {
            let id = text(&dead["items"][0], "id");
            (
                "POST /v1/webhooks/{id}/deliveries/{delivery_id}/replay",
                format!("{base}/deliveries/{id}/replay"),
            )
        } else {
            ("POST /v1/webhooks/{id}/replay", format!("{base}/replay"))
        };
        w.leaves(route, "webhook.replayed", admin.post(&path, &json!({})))
            .await;
    }
    w.leaves(
        "DELETE /v1/webhooks/{id}",
        "webhook.deleted",
        delete(&admin, base),
    )
    .await;

    // And what time does by itself.
    let mut soon = match_case("soon");
    soon["expires_at"] = json!(hub.hub.now() + chrono::Duration::minutes(5));
    source.send(&soon).await;
    clock.advance_seconds(600);
    tiebreak_hub::ticking::once(&hub.hub).await.unwrap();
    assert_eq!(watched.entries("case.expired").await.len(), 1);

    // Signing in takes a provider, and is watched where there is one; a simulation writes nothing, and that somebody looks no
    // longer changes nothing that lasts.
    let elsewhere = [
        "DELETE /v1/cases/{id}/look",
        "POST /v1/sessions",
        "DELETE /v1/sessions",
        "POST /v1/policies/simulate",
    ];
    let (_, document) = admin.get("/v1/openapi.json").await;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|name| *name != "get") {
            let route = format!("{} {path}", method.to_uppercase());
            assert!(
                watched.routes.contains(&route) || elsewhere.contains(&route.as_str()),
                "{route} isn't watched"
            );
        }
    }
    let verified = admin.get("/v1/audit/verify").await.1;
    assert_eq!(verified["broken"], Value::Null, "{verified}");
    drop(ben);
}

#[tokio::test]
async fn who_takes_labels_out_stands_in_the_audit() {
    let hub = TestHub::start().await;
    let (admin, lead) = (hub.admin().await, hub.lead().await);
    lead.text("/v1/exports/labels.jsonl?queue=sites").await;
    let found = admin.everything("/v1/audit?action=labels.exported").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["header"]["person"], json!(id_of(&lead).await));
    let said = &found[0]["payload"];
    assert_eq!(
        (&said["format"], &said["queue"]),
        (&json!("labels.jsonl"), &json!("sites"))
    );
}

#[tokio::test]
async fn nothing_of_a_case_and_no_token_is_in_the_log() {
    const WORD: &str = "Zebulon Quartzmire";
    let folder = Folder::new();
    let tokens: Vec<String> = [
        ("matcher", "source"),
        ("Ana", "steward"),
        ("Eva", "steward"),
        ("Lea", "lead"),
    ]
    .iter()
    .map(|(name, role)| folder.token(name, &[role]))
    .collect();
    let log = folder.path().join("log");
    let mut shell = std::process::Command::new("sh");
    shell.current_dir(folder.path()).env("TIEBREAK_LOG", "debug");
    shell.arg("-c").arg(format!(
        "exec '{}' serve --listen 127.0.0.1:0 --undo-seconds 0 2>'{}'",
        env!("CARGO_BIN_EXE_tiebreak-hub"),
        log.display()
    ));
    let serving = Serving::of(shell);
    let [source, ana, eva, lead] = &tokens[..] else {
        panic!("four")
    };
    let (source, ana) = (serving.api(source), serving.api(ana));
    let (eva, lead) = (serving.api(eva), serving.api(lead));
    let mut case = match_case("pair");
    case["title"] = json!(WORD);
    case["subject"] = json!({"type": "site", "id": "7", "label": WORD});
    case["body"]["records"][0]["fields"]["name"] = json!(WORD);
    case["suggestion"]["rationale"] = json!(WORD);
    let id = source.send(&case).await;
    let mut bad = case.clone();
    (bad["external_id"], bad["kind"]) = (json!(WORD), json!(WORD));
    assert_eq!(fate(&source.post_one("/v1/cases", &bad).await).0, "refused");
    source
        .post_text("/v1/cases", format!("{{\"title\": \"{WORD}\", "))
        .await;
    ana.get(&format!("/v1/cases?q={}", WORD.replace(' ', "%20")))
        .await;
    let comment = json!({"text": WORD});
    ana.post(&format!("/v1/cases/{id}/comments"), &comment).await;
    let whole = ana.case(&id).await;
    let mut given = decision(&whole, json!({"clusters": [[WORD]]}));
    assert_eq!(
        fate(&ana.post_one("/v1/decisions", &given).await).1,
        "invalid_verdict"
    );
    given["verdict"] = same();
    given["comment"] = json!(WORD);
    assert_eq!(fate(&ana.post_one("/v1/decisions", &given).await).0, "accepted");
    assert_eq!(fate(&eva.post_one("/v1/decisions", &given).await).1, "id_reused");
    ana.post(
        &format!("/v1/decisions/{}/undo", text(&given, "id")),
        &json!({"reason": WORD}),
    )
    .await;
    ana.post(
        &format!("/v1/cases/{id}/escalate"),
        &json!({"reason": WORD, "to": {"person": WORD}}),
    )
    .await;
    lead.text("/v1/exports/labels.jsonl").await;
    Api::new(&serving.base, WORD).get("/v1/me").await;
    drop(serving);
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(written.contains("DEBUG"), "it says everything it can: {written}");
    for secret in tokens
        .iter()
        .map(String::as_str)
        .chain([WORD, &WORD.replace(' ', "%20"), "Quartzmire"])
    {
        let line = written.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
