//! Too often, too slow, too much at once: refused with a time to come back, and nobody else suffers.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::bounds::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::cases::match_case;
use crate::common::{Api, TestHub, problem};

fn n(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

async fn limited(change: impl FnOnce(&mut Limits)) -> TestHub {
    TestHub::start_with(|options| change(&mut options.limits)).await
}

#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_to_come_back_and_others_go_on() {
    let hub = limited(|limits| (limits.requests_per_second, limits.burst) = (n(1), n(3))).await;
    let (lead, admin) = (hub.lead().await, hub.admin().await);
    for _ in 0..3 {
        assert_eq!(lead.get("/v1/me").await.0, 200);
    }
    let refused = lead.request(Method::GET, "/v1/me").send().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["code"], "too_many_requests");
    let metrics = admin.text("/metrics").await;
    assert!(
        metrics.contains("tiebreak_requests_total{method=\"GET\",path=\"/v1/me\",status=\"429\"} 1"),
        "{metrics}"
    );
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(lead.get("/v1/me").await.0, 200, "it came back in time");
}

#[tokio::test]
async fn an_address_that_tries_tokens_is_refused_and_a_token_at_work_there_is_not() {
    let hub = limited(|_| ()).await;
    let lead = hub.lead().await;
    assert_eq!(lead.get("/v1/me").await.0, 200);
    let mut codes = Vec::new();
    for guess in 0..110 {
        let guesser = Api {
            token: format!("tbk_{guess}"),
            ..lead.clone()
        };
        codes.push(guesser.get("/v1/me").await.0.as_u16());
    }
    assert!(codes[..100].iter().all(|code| *code == 401), "{codes:?}");
    assert_eq!(codes.last(), Some(&429), "{codes:?}");
    assert_eq!(lead.get("/v1/me").await.0, 200);
}

/// Sends the head of a request that says it has a body of so many bytes, and nothing of it.
async fn begun(hub: &TestHub, api: &Api, path: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(hub.base.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n",
        api.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stream
}

/// What comes until the other side closes, or for five seconds.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut bytes)).await;
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let hub = limited(|limits| limits.body_seconds = n(1)).await;
    let source = hub.source().await;
    let mut stream = begun(&hub, &source, "/v1/cases", 100).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("body_too_slow"), "{answer}");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let hub = limited(|limits| limits.request_seconds = n(1)).await;
    let source = hub.source().await;
    let mut stream = begun(&hub, &source, "/v1/cases", 100).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(
        answer.contains("too_slow") && answer.contains("retry-after"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_connection_that_never_says_what_it_wants_is_closed() {
    let hub = limited(|limits| limits.header_seconds = n(1)).await;
    let mut stream = TcpStream::connect(hub.base.trim_start_matches("http://"))
        .await
        .unwrap();
    stream.write_all(b"GET /healthz HTT").await.unwrap();
    let started = Instant::now();
    let _ = rest(&mut stream).await;
    let took = started.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[tokio::test]
async fn a_hub_with_too_much_to_do_says_so_and_still_says_how_it_is() {
    let hub = limited(|limits| limits.requests_at_once = n(1)).await;
    let (source, lead) = (hub.source().await, hub.lead().await);
    let end = lead.get("/v1/changes").await.1["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let busy = begun(&hub, &source, "/v1/cases", 100).await;
    assert_eq!(problem(&lead.get("/v1/me").await), (503, "overloaded", ""));
    assert_eq!(lead.get("/healthz").await.0, 200);
    assert!(lead.text("/metrics").await.contains("status=\"503\""));
    let poll = lead.get(&format!("/v1/changes?wait=1&after={end}")).await;
    assert_eq!(poll.0, 200, "who waits for news takes nobody's place");
    drop(busy);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(lead.get("/v1/me").await.0, 200);
}

#[tokio::test]
async fn what_is_under_way_is_finished_when_the_hub_stops() {
    let hub = limited(|_| ()).await;
    let source = hub.source().await;
    let body = json!([match_case("pair")]).to_string();
    let mut stream = begun(&hub, &source, "/v1/cases", body.len()).await;
    let (early, late) = body.split_at(body.len() / 2);
    stream.write_all(early.as_bytes()).await.unwrap();
    let started = Instant::now();
    let stopping = tokio::spawn(hub.stop());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!stopping.is_finished());
    stream.write_all(late.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("created"),
        "{answer}"
    );
    stopping.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn who_says_nothing_does_not_hold_up_a_hub_that_stops() {
    let hub = limited(|_| ()).await;
    let (lead, address) = (hub.lead().await, hub.base.replace("http://", ""));
    assert_eq!(lead.get("/v1/me").await.0, 200, "its connection is kept open");
    let mut silent = TcpStream::connect(&address).await.unwrap();
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHo").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    let stopping = tokio::spawn(hub.stop());
    assert_eq!(rest(&mut silent).await, "");
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    drop(half);
    stopping.await.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
}
