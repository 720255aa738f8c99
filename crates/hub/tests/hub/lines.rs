//! NDJSON through real HTTP: streamed in, answered line by line.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::common::cases::match_case;
use crate::common::{Api, TestHub};

pub async fn send(api: &Api, query: &str, body: impl Into<Body>) -> Vec<Value> {
    let request = api
        .request(Method::POST, &format!("/v1/cases{query}"))
        .header("content-type", "application/x-ndjson");
    let response = request.body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let text = response.text().await.unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn each_line_has_its_answer_and_a_bad_one_is_refused_alone() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let good = |id: &str| match_case(id).to_string();
    let body = format!("{}\n\n{{broken\n{}\r\n[1]\n{}", good("a"), good("b"), good("a"));
    let items = send(&source, "", body).await;
    let found: Vec<_> = items
        .iter()
        .map(|i| {
            (
                i["index"].as_u64().unwrap(),
                i["result"].as_str().unwrap(),
                i["code"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (0, "created", ""),
            (2, "refused", "malformed_json"),
            (3, "created", ""),
            (4, "refused", "invalid_case"),
            (5, "unchanged", "")
        ]
    );
    assert_eq!(hub.all().await["cases"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn only_refusals_and_counts_when_asked() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let mut body: String = (0..1500)
        .map(|i| match_case(&format!("c{i}")).to_string() + "\n")
        .collect();
    body.push_str("nonsense\n");
    let items = send(&source, "?answers=refused", body).await;
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(
        (items[0]["index"].as_u64(), items[0]["code"].as_str()),
        (Some(1500), Some("malformed_json"))
    );
    assert_eq!(
        items[1],
        json!({"counts": {"created": 1500, "unchanged": 0, "revised": 0, "refused": 1}})
    );
    assert_eq!(source.everything("/v1/cases").await.len(), 1500);
}

#[tokio::test]
async fn a_line_is_answered_while_the_next_is_not_sent_yet() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let (sender, receiver) = mpsc::channel::<Result<String, std::io::Error>>(4);
    let body = Body::wrap_stream(stream::unfold(receiver, |mut r| async {
        r.recv().await.map(|item| (item, r))
    }));
    sender.send(Ok(format!("{}\n", match_case("one")))).await.unwrap();
    let request = source
        .request(Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson")
        .body(body);
    let response = request.send().await.unwrap();
    let mut answers = response.bytes_stream();
    let first = tokio::time::timeout(Duration::from_secs(5), answers.next())
        .await
        .expect("answered")
        .unwrap()
        .unwrap();
    assert!(String::from_utf8_lossy(&first).contains("\"created\""));
    assert_eq!(
        hub.all().await["cases"].as_array().map(Vec::len),
        Some(1),
        "an answered line is committed"
    );
    sender.send(Ok(format!("{}\n", match_case("two")))).await.unwrap();
    drop(sender);
    let rest: Vec<_> = answers.collect().await;
    assert_eq!(rest.len(), 1, "{rest:?}");
}

#[tokio::test]
async fn the_hub_reads_on_when_nobody_reads_its_answers() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    // Refused lines: long answers, little work; more than sockets hold.
    let (lines, blocks) = (10_000, 15);
    let block = "x\n".repeat(lines);
    let (sender, receiver) = mpsc::channel::<Result<String, std::io::Error>>(1);
    let body = Body::wrap_stream(stream::unfold(receiver, |mut r| async {
        r.recv().await.map(|item| (item, r))
    }));
    let request = source
        .request(Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson")
        .body(body);
    let answering = tokio::spawn(request.send());
    for _ in 0..blocks {
        tokio::time::timeout(Duration::from_secs(30), sender.send(Ok(block.clone())))
            .await
            .expect("the hub reads on")
            .unwrap();
    }
    drop(sender);
    let response = answering.await.unwrap().unwrap();
    let text = response.text().await.unwrap();
    assert_eq!(text.lines().count(), lines * blocks);
    assert!(
        text.len() > 10_000_000,
        "{} bytes would fit into sockets",
        text.len()
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_its_whole_lines() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let chunks: Vec<Result<String, std::io::Error>> = vec![
        Ok(format!(
            "{}\n{}",
            match_case("whole"),
            &match_case("half").to_string()[..20]
        )),
        Err(std::io::Error::other("the line went down")),
    ];
    let request = source
        .request(Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson");
    let slow = stream::iter(chunks).then(|chunk| async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        chunk
    });
    let response = request.body(Body::wrap_stream(slow)).send().await.unwrap();
    assert!(response.text().await.is_err(), "the connection broke");
    // The hub may still be at it when the client knows that the line broke.
    for _ in 0..50 {
        if hub.all().await["cases"].as_array().map(Vec::len) == Some(1) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}", hub.all().await["cases"]);
}
