//! What the outside world is told: signed, at least once, in order per case, and nowhere it must not reach.

mod faults;
mod managing;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{action_case, approve, match_case, same};
use crate::common::receiver::Receiver;
use crate::common::{Api, TestHub, answer, decision};
use crate::policies::set;

/// A hub whose webhooks may reach the receivers of these tests; decisions are released as they are accepted.
async fn start() -> TestHub {
    TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.allow_private_webhooks = true;
    })
    .await
}

async fn webhook(admin: &Api, url: &str, events: &[&str]) -> Value {
    let (status, made) = admin
        .post("/v1/webhooks", &json!({"url": url, "events": events}))
        .await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn decide(steward: &Api, case_id: &str) -> Value {
    let given = decision(&steward.case(case_id).await, same());
    let taken = steward.post_one("/v1/decisions", &given).await;
    assert_eq!(taken["result"], "accepted", "{taken}");
    given
}

async fn decide_to(approver: &Api, case_id: &str, verdict: Value) -> Value {
    let given = decision(&approver.case(case_id).await, verdict);
    let taken = approver.post_one("/v1/decisions", &given).await;
    assert_eq!(taken["result"], "accepted", "{taken}");
    given
}

async fn deliveries(admin: &Api, hook: &Value, query: &str) -> Vec<Value> {
    let path = format!("/v1/webhooks/{}/deliveries{query}", hook["id"].as_str().unwrap());
    admin.everything(&path).await
}

/// Waits until the deliveries of the webhook stand in this state.
async fn until(admin: &Api, hook: &Value, state: &str, n: usize) -> Vec<Value> {
    for _ in 0..400 {
        let found = deliveries(admin, hook, &format!("?state={state}")).await;
        if found.len() == n {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!(
        "{n} {state} are expected: {:?}",
        deliveries(admin, hook, "").await
    );
}

#[tokio::test]
async fn what_a_draft_teaches_is_told_to_nobody_outside() {
    let hub = start().await;
    let (admin, receiver) = (hub.admin().await, Receiver::start().await);
    let events = [
        "label.created",
        "label.retracted",
        "decision.released",
        "case.closed",
    ];
    let hook = webhook(&admin, &receiver.url, &events).await;
    let (source, approver) = (hub.source().await, hub.approver().await);
    let id = source.send(&action_case("x")).await;
    set(&hub, "refunds", json!({"draft_only": true, "approvers": 2})).await;
    let cas = hub.caller("Cas", &[Role::Approver]).await;
    decide_to(&approver, &id, approve()).await;
    // What was a draft to the first doesn't get out by the second.
    set(&hub, "refunds", json!({"approvers": 2})).await;
    let given = decide_to(&cas, &id, approve()).await;
    until(&admin, &hook, "delivered", 1).await;
    assert_eq!(receiver.got()[0].kind(), "case.closed", "that it is over");
    let lead = hub.lead().await;
    let taught = async || lead.everything("/v1/labels").await.len();
    assert_eq!(taught().await, 2, "and it teaches");
    assert_eq!(source.everything("/v1/labels").await, [] as [Value; 0]);
    let wrong = format!("/v1/decisions/{}/mark-wrong", given["id"].as_str().unwrap());
    assert_eq!(lead.post(&wrong, &json!({"reason": "wrong"})).await.0, 200);
    assert_eq!(taught().await, 4);
    let id = source.send(&action_case("y")).await;
    set(&hub, "refunds", json!({})).await;
    decide_to(&approver, &id, approve()).await;
    until(&admin, &hook, "delivered", 4).await;
    let told: Vec<String> = receiver.got()[1..]
        .iter()
        .map(|message| message.case().to_owned())
        .collect();
    assert_eq!(told, [id.as_str(); 3], "of the draft nothing more");
}

#[tokio::test]
async fn a_release_is_told_as_a_cloud_event_that_another_implementation_verifies() {
    let hub = start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let receiver = Receiver::start().await;
    let made = webhook(&admin, &receiver.url, &["decision.released"]).await;
    let id = source.send(&match_case("pair")).await;
    let given = decision(&steward.case(&id).await, same());
    let request = steward
        .request(reqwest::Method::POST, "/v1/decisions")
        .header("x-correlation-id", "of-the-decision");
    assert_eq!(answer(request.json(&given)).await.0, 200);
    let message = receiver.wait_for(1).await.remove(0);

    let verifier = standardwebhooks::Webhook::new(made["secret"].as_str().unwrap()).unwrap();
    verifier
        .verify(&message.body, &message.headers)
        .expect("the signature holds");
    let mut forged = message.body.to_vec();
    forged[10] ^= 1;
    assert!(verifier.verify(&forged, &message.headers).is_err());

    let hub_id = admin.get("/v1/me").await.1["hub_id"].clone();
    let event = &message.event;
    assert_eq!(
        message.header("content-type"),
        "application/cloudevents+json; charset=utf-8"
    );
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["type"], "decision.released");
    assert_eq!(event["subject"], id.as_str());
    assert_eq!(event["datacontenttype"], "application/json");
    assert_eq!(event["sequence"], "000000000001");
    assert_eq!(event["correlationid"], "of-the-decision");
    assert_eq!(event["id"], message.header("webhook-id"));
    assert!(
        event["source"].as_str().unwrap().starts_with("urn:tiebreak:hub:"),
        "{event}"
    );
    if let Some(hub_id) = hub_id.as_str() {
        assert!(event["source"].as_str().unwrap().ends_with(hub_id), "{event}");
    }
    let row = source.everything("/v1/decisions").await.remove(0);
    assert_eq!(
        event["data"], row,
        "the row of the feed, as one may see it who knows nobody"
    );
}

#[tokio::test]
async fn an_ed25519_signature_is_verified_with_the_public_key_alone() {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    let hub = start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let receiver = Receiver::start().await;
    let new = json!({"url": receiver.url, "events": ["case.created"], "signing": "ed25519"});
    let (status, made) = admin.post("/v1/webhooks", &new).await;
    assert_eq!(
        (status.as_u16(), &made["secret"]),
        (201, &Value::Null),
        "the private key stays"
    );
    source.send(&match_case("pair")).await;
    let message = receiver.wait_for(1).await.remove(0);
    let decoded = |text: &str, prefix: &str| STANDARD.decode(text.strip_prefix(prefix).unwrap()).unwrap();
    let key = decoded(made["public_key"].as_str().unwrap(), "whpk_");
    let signature = decoded(message.header("webhook-signature"), "v1a,");
    let mut signed = format!(
        "{}.{}.",
        message.header("webhook-id"),
        message.header("webhook-timestamp")
    )
    .into_bytes();
    signed.extend_from_slice(&message.body);
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(&signed, &signature).expect("the signature holds");
    signed[0] ^= 1;
    assert!(key.verify(&signed, &signature).is_err());
}

#[tokio::test]
async fn everything_that_happens_to_a_case_is_told_in_its_order() {
    let hub = start().await;
    let (source, steward, approver, admin) = (
        hub.source().await,
        hub.steward().await,
        hub.approver().await,
        hub.admin().await,
    );
    let receiver = Receiver::start().await;
    webhook(&admin, &receiver.url, &["*"]).await;
    let id = source.send(&match_case("pair")).await;
    let mut revised = match_case("pair");
    revised["revision"] = json!(2);
    revised["title"] = json!("Armour");
    assert_eq!(source.send(&revised).await, id);
    let given = decide(&steward, &id).await;
    let undo = format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap());
    assert_eq!(steward.post(&undo, &json!({"reason": "slip"})).await.0, 200);
    source.post(&format!("/v1/cases/{id}/withdraw"), &json!({})).await;
    let got = receiver.wait_for(8).await;
    let told: Vec<(u64, &str)> = got.iter().map(|m| (m.sequence(), m.kind())).collect();
    assert_eq!(
        told,
        [
            (1, "case.created"),
            (2, "case.revised"),
            (3, "decision.released"),
            (4, "label.created"),
            (5, "case.closed"),
            (6, "decision.corrected"),
            (7, "label.retracted"),
            (8, "case.closed"),
        ]
    );
    let data = |place: usize| &got[place].event["data"];
    assert_eq!(
        data(5)["corrects"],
        given["id"],
        "a correction says what it takes back"
    );
    assert_eq!(data(6)["retracts"], data(3)["id"]);
    assert_eq!(
        (&data(4)["state"], &data(7)["state"]),
        (&json!("released"), &json!("withdrawn"))
    );
    assert!(data(0)["body"].is_null(), "no content: {}", data(0));

    let refund = source.send(&action_case("refund")).await;
    let given = decision(&approver.case(&refund).await, approve());
    approver.post_one("/v1/decisions", &given).await;
    let outcome = format!("/v1/decisions/{}/outcome", given["id"].as_str().unwrap());
    let report = json!({"status": "failed", "detail": "card expired"});
    assert_eq!(source.post(&outcome, &report).await.0, 200);
    for _ in 0..200 {
        let got = receiver.got();
        if let Some(last) = got.iter().find(|m| m.kind() == "outcome.reported") {
            let data = &last.event["data"];
            assert_eq!(
                (&data["decision_id"], &data["status"]),
                (&given["id"], &json!("failed"))
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no outcome was told");
}

#[tokio::test]
async fn what_is_undone_before_its_release_is_never_told() {
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 600;
        options.allow_private_webhooks = true;
    })
    .await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let receiver = Receiver::start().await;
    webhook(&admin, &receiver.url, &["*"]).await;
    let id = source.send(&match_case("pair")).await;
    let given = decide(&steward, &id).await;
    let undo = format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap());
    assert_eq!(steward.post(&undo, &json!({})).await.0, 200);
    receiver.nothing_more_than(1).await;
    assert_eq!(receiver.got()[0].kind(), "case.created");
}

/// Several hubs on one database, a receiver that fails now and then: each event arrives, and those of a case in order.
#[tokio::test]
async fn two_hubs_deliver_everything_once_and_in_order_per_case() {
    let first = start().await;
    let mut options = tiebreak_hub::HubOptions::new(first.database.clone());
    (options.undo_seconds, options.allow_private_webhooks) = (0, true);
    let second = tiebreak_hub::Hub::open(options).await.unwrap();
    let second = TestHub::start_on(second, &first.database).await;
    let (source, steward, admin) = (first.source().await, first.steward().await, first.admin().await);
    let elsewhere = Api::new(&second.base, &steward.token);
    let receiver = Receiver::answering_late(|_| {
        Box::pin(async {
            tokio::time::sleep(std::time::Duration::from_millis(rand::random_range(0..20))).await;
            StatusCode::OK.into_response()
        })
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["*"]).await;
    for n in 0..12 {
        let id = source.send(&match_case(&format!("pair-{n}"))).await;
        let (who, other) = if n % 2 == 0 {
            (&steward, &elsewhere)
        } else {
            (&elsewhere, &steward)
        };
        let given = decide(who, &id).await;
        let undo = format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap());
        assert_eq!(other.post(&undo, &json!({})).await.0, 200);
    }
    // Created, released, label, closed, corrected, retracted: of twelve cases.
    receiver.wait_for(72).await;
    until(&admin, &hook, "delivered", 72).await;
    let got = receiver.got();
    let mut last = std::collections::BTreeMap::new();
    for message in &got {
        let before = last
            .insert(message.case().to_owned(), message.sequence())
            .unwrap_or(0);
        assert_eq!(
            message.sequence(),
            before + 1,
            "{} {}",
            message.kind(),
            message.case()
        );
    }
    assert_eq!(got.len(), 72, "nothing came twice");
    second.stop().await;
}

#[tokio::test]
async fn what_is_told_of_a_case_carries_its_correlation_from_its_source_to_its_labels() {
    let hub = start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let receiver = Receiver::start().await;
    webhook(&admin, &receiver.url, &["*"]).await;
    let mut case = match_case("pair");
    case["correlation_id"] = json!("CASE-CORR");
    let id = source.send(&case).await;
    decide(&steward, &id).await;
    let told = receiver.wait_for(4).await;
    let kinds: Vec<&str> = told.iter().map(|message| message.kind()).collect();
    for kind in ["case.created", "decision.released", "label.created"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for message in &told {
        assert_eq!(
            message.event["casecorrelationid"],
            "CASE-CORR",
            "{}",
            message.kind()
        );
    }
}
