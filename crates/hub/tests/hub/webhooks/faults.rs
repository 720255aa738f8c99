//! Receivers that fail, are slow, move or are gone; hubs that die.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tiebreak_hub::{Clock, Hub, HubOptions};

use super::{decide, deliveries, start, until, webhook};
use crate::common::cases::match_case;
use crate::common::receiver::Receiver;
use crate::common::{TestHub, problem};

/// A hub whose time the test moves.
async fn start_with_clock() -> (TestHub, Clock) {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.allow_private_webhooks = true;
        options.clock = clock.clone();
    })
    .await;
    (hub, clock)
}

fn time(of: &Value) -> DateTime<Utc> {
    of.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_case_waits_for_its_first_event_and_other_cases_do_not() {
    let (hub, clock) = start_with_clock().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let healed = Arc::new(AtomicBool::new(false));
    let ill = healed.clone();
    let receiver = Receiver::answering(move |message| {
        let fails = message.event["data"]["external_id"] == "first" && !ill.load(Ordering::SeqCst);
        if fails {
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        } else {
            StatusCode::OK.into_response()
        }
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created", "case.closed"]).await;
    let first = source.send(&match_case("first")).await;
    receiver.wait_for(1).await;
    let second = source.send(&match_case("second")).await;
    decide(&steward, &first).await;
    decide(&steward, &second).await;
    receiver.wait_for(3).await;
    receiver.nothing_more_than(3).await;
    let of = |case: &str| {
        let got = receiver.got();
        let told = got.iter().filter(|m| m.case() == case);
        told.map(|m| m.kind().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&first), ["case.created"], "what follows waits");
    assert_eq!(of(&second), ["case.created", "case.closed"]);
    healed.store(true, Ordering::SeqCst);
    clock.advance_seconds(7);
    until(&admin, &hook, "delivered", 4).await;
    assert_eq!(of(&first), ["case.created", "case.created", "case.closed"]);
    let ids: Vec<String> = receiver
        .got()
        .iter()
        .filter(|m| m.case() == first)
        .map(|m| m.header("webhook-id").to_owned())
        .collect();
    assert_eq!(ids[0], ids[1], "a receiver knows it again");
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_is_given_it() {
    let (hub, clock) = start_with_clock().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let receiver = Receiver::answering(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "100")]).into_response(),
        _ => StatusCode::ACCEPTED.into_response(),
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    source.send(&match_case("pair")).await;
    receiver.wait_for(1).await;
    let mut waiting = until(&admin, &hook, "waiting", 1).await.remove(0);
    while waiting["tries"] != 1 {
        waiting = until(&admin, &hook, "waiting", 1).await.remove(0);
    }
    assert_eq!(waiting["status"], 503);
    let wait = time(&waiting["next_at"]) - time(&waiting["tried_at"]);
    assert_eq!(wait.num_seconds(), 100);
    clock.advance_seconds(90);
    receiver.nothing_more_than(1).await;
    clock.advance_seconds(11);
    let done = until(&admin, &hook, "delivered", 1).await.remove(0);
    assert_eq!((&done["tries"], &done["status"]), (&json!(2), &json!(202)));
}

#[tokio::test]
async fn a_dead_letter_lets_later_ones_pass_and_is_replayed() {
    let (hub, clock) = start_with_clock().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let healed = Arc::new(AtomicBool::new(false));
    let ill = healed.clone();
    let receiver = Receiver::answering(move |message| {
        if message.kind() == "case.created" && !ill.load(Ordering::SeqCst) {
            return StatusCode::BAD_REQUEST.into_response();
        }
        StatusCode::OK.into_response()
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created", "case.closed"]).await;
    let id = source.send(&match_case("pair")).await;
    decide(&steward, &id).await;
    receiver.wait_for(1).await;
    while deliveries(&admin, &hook, "?state=waiting").await[0]["tries"] != 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let listed = admin.get("/v1/webhooks").await.1["items"][0].clone();
    assert_eq!(listed["standing"], "failing", "{listed}");
    assert!(listed["failing_since"].is_string(), "{listed}");
    for n in 1..=10 {
        receiver.wait_for(n).await;
        if n < 10 {
            while deliveries(&admin, &hook, "?state=waiting").await[0]["tries"] != n {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // Never far enough for three days to pass.
            clock.advance_seconds([7, 37, 150, 730, 2200, 8700, 21_700, 43_300, 52_000][n - 1]);
        }
    }
    let dead = until(&admin, &hook, "dead", 1).await.remove(0);
    assert_eq!((&dead["tries"], &dead["status"]), (&json!(10), &json!(400)));
    let passed = until(&admin, &hook, "delivered", 1).await.remove(0);
    assert_eq!(passed["event"], "case.closed", "what came later is told");
    let listed = admin.get("/v1/webhooks").await.1["items"][0].clone();
    assert_eq!((&listed["waiting"], &listed["dead"]), (&json!(0), &json!(1)));
    let metrics = admin.text("/metrics").await;
    assert!(
        metrics.contains("tiebreak_webhook_deliveries{") && metrics.contains("state=\"dead\"} 1"),
        "{metrics}"
    );
    let audit = admin.everything("/v1/audit").await;
    assert!(
        audit
            .iter()
            .any(|e| e["header"]["action"] == "webhook.delivery_dead"),
        "a dead letter is audited"
    );

    healed.store(true, Ordering::SeqCst);
    let base = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let one = format!("{base}/deliveries/{}/replay", dead["id"].as_str().unwrap());
    assert_eq!(admin.post(&one, &json!({})).await.1["replayed"], 1);
    until(&admin, &hook, "delivered", 2).await;
    assert_eq!(problem(&admin.post(&one, &json!({})).await).1, "not_dead");
    assert_eq!(
        admin.post(&format!("{base}/replay"), &json!({})).await.1["replayed"],
        0
    );
    let last = receiver.got().pop().unwrap();
    assert_eq!(last.header("webhook-id"), dead["event_id"].as_str().unwrap());
    assert_eq!(last.sequence(), 1, "its number says that it is old");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let hub = start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let receiver = Receiver::answering(|_| {
        (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response()
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    source.send(&match_case("pair")).await;
    receiver.wait_for(1).await;
    receiver.nothing_more_than(1).await;
    assert_eq!(receiver.got()[0].path, "/hook");
    assert_eq!(deliveries(&admin, &hook, "").await[0]["status"], 307);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_it_is_enabled() {
    let hub = start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let back = Arc::new(AtomicBool::new(false));
    let is_back = back.clone();
    let receiver = Receiver::answering(move |_| {
        if is_back.load(Ordering::SeqCst) {
            StatusCode::OK.into_response()
        } else {
            StatusCode::GONE.into_response()
        }
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    source.send(&match_case("a")).await;
    until(&admin, &hook, "dead", 1).await;
    source.send(&match_case("b")).await;
    receiver.nothing_more_than(1).await;
    assert_eq!(admin.get("/v1/webhooks").await.1["items"][0]["state"], "disabled");
    let base = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let replay = format!("{base}/replay");
    assert_eq!(
        problem(&admin.post(&replay, &json!({})).await).1,
        "webhook_disabled"
    );
    back.store(true, Ordering::SeqCst);
    let (_, enabled) = admin.post(&format!("{base}/enable"), &json!({})).await;
    assert_eq!(enabled["state"], "active");
    assert_eq!(admin.post(&replay, &json!({})).await.1["replayed"], 1);
    until(&admin, &hook, "delivered", 1).await;
}

#[tokio::test]
async fn a_private_address_is_refused_when_made_and_when_used() {
    let allowing = start().await;
    let (source, admin) = (allowing.source().await, allowing.admin().await);
    let receiver = Receiver::start().await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    let named = webhook(&admin, "https://localhost:1/x", &["case.created"]).await;
    let database = allowing.database.clone();
    let _folder = allowing.stop_and_keep().await;

    let strict = Hub::open(HubOptions::new(database.clone())).await.unwrap();
    let strict = TestHub::start_on(strict, &database).await;
    let (source, admin) = (
        crate::common::Api::new(&strict.base, &source.token),
        crate::common::Api::new(&strict.base, &admin.token),
    );
    for url in ["https://10.0.0.8/", "https://[::1]/", "https://localhost/"] {
        let new = json!({"url": url, "events": ["*"]});
        let answer = admin.post("/v1/webhooks", &new).await;
        assert_eq!(problem(&answer), (422, "private_address", "/url"), "{url}");
    }
    let new = json!({"url": "http://example.com/", "events": ["*"]});
    assert_eq!(
        problem(&admin.post("/v1/webhooks", &new).await),
        (422, "invalid_webhook", "/url")
    );
    let test = format!("/v1/webhooks/{}/test", named["id"].as_str().unwrap());
    assert_eq!(admin.post(&test, &json!({})).await.1["fault"], "private_address");
    source.send(&match_case("pair")).await;
    receiver.nothing_more_than(0).await;
    assert_ne!(deliveries(&admin, &hook, "").await[0]["state"], "delivered");
}

#[tokio::test]
async fn what_a_killed_hub_had_taken_is_sent_by_another_when_its_lease_is_over() {
    let mut first = start().await;
    let (source, admin) = (first.source().await, first.admin().await);
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    // The first try hangs.
    let receiver = Receiver::answering_late(move |_| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if n == 0 {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            StatusCode::OK.into_response()
        })
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    source.send(&match_case("pair")).await;
    receiver.wait_for(1).await;
    first.kill().await;

    let clock = Clock::system();
    let mut options = HubOptions::new(first.database.clone());
    (options.allow_private_webhooks, options.clock) = (true, clock.clone());
    let second = TestHub::start_on(Hub::open(options).await.unwrap(), &first.database).await;
    let admin = crate::common::Api::new(&second.base, &admin.token);
    receiver.nothing_more_than(1).await;
    clock.advance_seconds(61);
    receiver.wait_for(2).await;
    let done = until(&admin, &hook, "delivered", 1).await.remove(0);
    assert_eq!(done["tries"], 1, "a try nobody saw the end of isn't counted");
}

#[tokio::test]
async fn a_hub_that_stops_gives_back_what_it_could_not_finish() {
    let first = start().await;
    let (source, admin) = (first.source().await, first.admin().await);
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let receiver = Receiver::answering_late(move |_| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if n == 0 {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            StatusCode::OK.into_response()
        })
    })
    .await;
    let hook = webhook(&admin, &receiver.url, &["case.created"]).await;
    source.send(&match_case("pair")).await;
    receiver.wait_for(1).await;
    let began = Instant::now();
    let database = first.database.clone();
    let _folder = first.stop_and_keep().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let mut options = HubOptions::new(database.clone());
    options.allow_private_webhooks = true;
    let second = TestHub::start_on(Hub::open(options).await.unwrap(), &database).await;
    let admin = crate::common::Api::new(&second.base, &admin.token);
    until(&admin, &hook, "delivered", 1).await;
}
