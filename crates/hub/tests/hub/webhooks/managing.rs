//! Who makes webhooks, and what is shown of them.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::policy::Role;
use serde_json::{Value, json};

use super::{deliveries, start, until, webhook};
use crate::common::cases::match_case;
use crate::common::receiver::Receiver;
use crate::common::{answer, problem};

#[tokio::test]
async fn a_secret_is_shown_once_and_never_again() {
    let hub = start().await;
    let admin = hub.admin().await;
    let made = webhook(&admin, "https://hooks.example.com/in", &["*"]).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let listed = admin.get("/v1/webhooks").await.1;
    assert_eq!(listed["items"][0]["id"], made["id"]);
    assert_eq!(listed["items"][0]["last_success_at"], Value::Null);
    assert_eq!(listed["items"][0]["standing"], "untried", "nothing was taken yet");
    let everything = json!([listed, admin.everything("/v1/audit").await]).to_string();
    assert!(
        !everything.contains(secret.trim_start_matches("whsec_")),
        "it is said again"
    );
}

#[tokio::test]
async fn only_an_admin_has_to_do_with_webhooks() {
    let hub = start().await;
    let hook = webhook(&hub.admin().await, "https://hooks.example.com/in", &["*"]).await;
    let base = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    for role in [Role::Source, Role::Steward, Role::Approver, Role::Lead] {
        let who = hub.caller(&format!("{role:?}"), &[role]).await;
        let new = json!({"url": "https://hooks.example.com/mine", "events": ["*"]});
        for answer in [
            who.post("/v1/webhooks", &new).await,
            who.get("/v1/webhooks").await,
            who.get(&format!("{base}/deliveries")).await,
            who.post(&format!("{base}/replay"), &json!({})).await,
            who.post(&format!("{base}/test"), &json!({})).await,
        ] {
            assert_eq!(problem(&answer).1, "not_allowed", "{role:?}");
        }
    }
}

#[tokio::test]
async fn what_no_webhook_can_be_made_of_is_said() {
    let hub = start().await;
    let admin = hub.admin().await;
    for (new, code, pointer) in [
        (
            json!({"url": "https://a.example/", "events": []}),
            "invalid_webhook",
            "/events",
        ),
        (
            json!({"url": "https://a.example/", "events": ["case.created", "case.made"]}),
            "invalid_webhook",
            "/events/1",
        ),
        (
            json!({"url": "nowhere", "events": ["*"]}),
            "invalid_webhook",
            "/url",
        ),
        (
            json!({"url": "https://a:b@a.example/", "events": ["*"]}),
            "invalid_webhook",
            "/url",
        ),
        (
            json!({"url": "https://a.example/", "events": ["*"], "secret": "mine"}),
            "invalid_request",
            "/secret",
        ),
    ] {
        let answer = admin.post("/v1/webhooks", &new).await;
        assert_eq!(problem(&answer), (422, code, pointer), "{new}");
    }
    assert_eq!(admin.get("/v1/webhooks").await.1["items"], json!([]));
}

#[tokio::test]
async fn a_test_is_sent_at_once_and_says_what_came_of_it() {
    let hub = start().await;
    let admin = hub.admin().await;
    let receiver = Receiver::start().await;
    let made = webhook(&admin, &receiver.url, &["decision.released"]).await;
    let path = format!("/v1/webhooks/{}/test", made["id"].as_str().unwrap());
    let (_, tested) = admin.post(&path, &json!({})).await;
    assert_eq!(tested, json!({"delivered": true, "status": 204, "fault": null}));
    let message = receiver.wait_for(1).await.remove(0);
    assert_eq!(message.kind(), "webhook.test");
    standardwebhooks::Webhook::new(made["secret"].as_str().unwrap())
        .unwrap()
        .verify(&message.body, &message.headers)
        .expect("signed like any other");
    let nobody = webhook(&admin, "http://127.0.0.1:9/", &["*"]).await;
    let path = format!("/v1/webhooks/{}/test", nobody["id"].as_str().unwrap());
    let (_, tested) = admin.post(&path, &json!({})).await;
    assert_eq!(
        tested,
        json!({"delivered": false, "status": null, "fault": "unreachable"})
    );
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_and_nothing_once_deleted() {
    let hub = start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let (created, closed) = (Receiver::start().await, Receiver::start().await);
    let hook = webhook(&admin, &created.url, &["case.created", "case.created"]).await;
    assert_eq!(hook["events"], json!(["case.created"]));
    webhook(&admin, &closed.url, &["case.closed"]).await;
    let id = source.send(&match_case("a")).await;
    source.post(&format!("/v1/cases/{id}/withdraw"), &json!({})).await;
    created.wait_for(1).await;
    closed.wait_for(1).await;
    let done = until(&admin, &hook, "delivered", 1).await.remove(0);
    assert_eq!(
        (&done["event"], &done["case_id"]),
        (&json!("case.created"), &json!(id))
    );
    let listed = admin.get("/v1/webhooks").await.1["items"][0].clone();
    assert!(listed["last_success_at"].is_string(), "{listed}");
    assert_eq!(listed["standing"], "delivering");
    assert_eq!(
        problem(
            &admin
                .get(&format!(
                    "/v1/webhooks/{}/deliveries?state=lost",
                    hook["id"].as_str().unwrap()
                ))
                .await
        ),
        (400, "invalid_query", "/state")
    );

    let path = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let gone = admin
        .request(reqwest::Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(problem(&admin.get(&format!("{path}/deliveries")).await).0, 404);
    source.send(&match_case("b")).await;
    created.nothing_more_than(1).await;
    let actions: Vec<Value> = admin
        .everything("/v1/audit")
        .await
        .iter()
        .map(|entry| entry["header"]["action"].clone())
        .filter(|action| action.as_str().unwrap().starts_with("webhook."))
        .collect();
    assert_eq!(actions, ["webhook.created", "webhook.created", "webhook.deleted"]);
    let other = admin.get("/v1/webhooks").await.1["items"].clone();
    assert_eq!(other.as_array().unwrap().len(), 1);
    assert_eq!(deliveries(&admin, &other[0], "").await.len(), 1);
}

#[tokio::test]
async fn a_webhook_is_told_nothing_while_an_admin_has_disabled_it_and_what_waited_is_replayed_later() {
    let hub = start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let busy = Receiver::answering(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await;
    let hook = webhook(&admin, &busy.url, &["case.created"]).await;
    let base = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    source.send(&match_case("a")).await;
    busy.wait_for(1).await;
    until(&admin, &hook, "waiting", 1).await;
    let (status, disabled) = admin.post(&format!("{base}/disable"), &json!({})).await;
    assert_eq!(
        (status.as_u16(), &disabled["state"]),
        (200, &json!("disabled")),
        "{disabled}"
    );
    assert_eq!((&disabled["waiting"], &disabled["dead"]), (&json!(0), &json!(1)));
    source.send(&match_case("b")).await;
    busy.nothing_more_than(1).await;
    let replay = admin.post(&format!("{base}/replay"), &json!({})).await;
    assert_eq!(problem(&replay), (409, "webhook_disabled", ""));
    assert_eq!(
        admin.post(&format!("{base}/enable"), &json!({})).await.1["state"],
        "active"
    );
    assert_eq!(
        admin.post(&format!("{base}/replay"), &json!({})).await.1["replayed"],
        1
    );
    busy.wait_for(2).await;
    let newest = deliveries(&admin, &hook, "?order=newest").await;
    assert_eq!(
        newest.len(),
        1,
        "what happened while it was disabled is not for it"
    );
    let odd = admin.get(&format!("{base}/deliveries?order=best")).await;
    assert_eq!(problem(&odd), (400, "invalid_query", "/order"));
    for _ in 0..2 {
        admin.post(&format!("{base}/disable"), &json!({})).await;
    }
    let audited = admin.everything("/v1/audit?action=webhook.disabled").await;
    assert_eq!(audited.len(), 2, "disabling again changes nothing");
}

#[tokio::test]
async fn who_has_a_ceiling_has_no_webhook_told_of_what_lies_above_it() {
    let (hub, receiver) = (start().await, Receiver::start().await);
    let (admin, nora) = (hub.admin().await, hub.caller("Nora", &[Role::Admin]).await);
    let hook = webhook(&admin, &receiver.url, &["*"]).await;
    let id = nora.get("/v1/me").await.1["id"].as_str().unwrap().to_owned();
    let change = json!({"version": 1, "roles": ["admin"], "ceiling": "internal"});
    let request = admin.request(reqwest::Method::PUT, &format!("/v1/people/{id}"));
    assert_eq!(answer(request.json(&change)).await.0, 200);
    let wanted = json!({"url": receiver.url, "events": ["*"]});
    let enable = format!("/v1/webhooks/{}/enable", hook["id"].as_str().unwrap());
    for (path, body) in [("/v1/webhooks", &wanted), (enable.as_str(), &json!({}))] {
        let refused = nora.post(path, body).await;
        assert_eq!(problem(&refused), (403, "not_allowed", ""), "{path}");
    }
}
