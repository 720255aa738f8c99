//! Lines as they come in pieces, and answers as they go out.

use super::*;

fn lines_of(chunks: &[&[u8]]) -> Vec<Incoming> {
    let mut lines = Lines::default();
    for chunk in chunks {
        let mut rest = *chunk;
        while !rest.is_empty() {
            rest = lines.push(rest);
        }
    }
    lines.end();
    lines.take_batch()
}

#[test]
fn empty_lines_are_passed_over_and_counted() {
    let items = lines_of(&[b"\xef\xbb\xbf{\"a\":", b"1}\r\n\n  \n{\"b\":2}"]);
    assert_eq!(items.iter().map(|item| item.index).collect::<Vec<_>>(), [0, 3]);
    assert!(items.iter().all(|item| item.json.is_ok()), "{items:?}");
}

#[test]
fn a_bad_line_is_its_own_refusal() {
    let items = lines_of(&[b"{\n{\"a\":1,\"a\":2}\n\xff\n{}\n"]);
    let codes: Vec<_> = items
        .iter()
        .map(|item| item.json.as_ref().map_or_else(|e| e.code.as_str(), |_| ""))
        .collect();
    assert_eq!(codes, ["malformed_json", "duplicate_key", "malformed_json", ""]);
}

#[test]
fn a_line_over_the_limit_is_refused_and_the_next_one_read() {
    let long = vec![b'x'; CASE_BYTES_MAX + 2];
    let items = lines_of(&[&long, b"x\n{}\n"]);
    assert_eq!(items[0].json.as_ref().unwrap_err().code, "too_large");
    assert!(items[1].json.is_ok());
}

#[derive(Clone)]
struct Echo;

impl Ingest for Echo {
    type Ready = Vec<Incoming>;

    async fn prepare(&self, batch: Vec<Incoming>) -> Result<Vec<Incoming>, HubError> {
        Ok(batch)
    }

    fn about(batch: &Vec<Incoming>) -> HashSet<Key> {
        let names = batch.iter().filter_map(|item| item.json.as_ref().ok()?.get("id"));
        names.map(|id| ("s".to_owned(), id.to_string())).collect()
    }

    fn at_once(&self) -> usize {
        2
    }

    async fn ingest(&self, batch: Vec<Incoming>) -> Result<Vec<CaseItem>, HubError> {
        let answer = |item: Incoming| CaseItem {
            index: item.index,
            id: None,
            external_id: None,
            result: if item.json.is_ok() {
                CaseResult::Created
            } else {
                CaseResult::Refused
            },
            code: item.json.err().map(|e| e.code),
            detail: None,
            pointer: None,
        };
        Ok(batch.into_iter().map(answer).collect())
    }
}

#[tokio::test]
async fn only_refusals_and_the_counts_are_sent_when_asked() {
    let response = respond(Body::from("{}\nx\n\n{}"), Answers::Refused, Echo).unwrap();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&text), @r#"
    {"index":1,"result":"refused","code":"malformed_json"}
    {"counts":{"created":2,"unchanged":0,"revised":0,"refused":1}}
    "#);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_never_answered_as_if_it_were_whole() {
    let chunks = [Ok(Bytes::from("{}\n{")), Err(std::io::Error::other("gone"))];
    let response = respond(Body::from_stream(stream::iter(chunks)), Answers::All, Echo).unwrap();
    let mut answers = response.into_body().into_data_stream();
    let first = answers.next().await.unwrap().unwrap();
    assert!(
        String::from_utf8_lossy(&first).contains("created"),
        "what was whole lines is in"
    );
    assert!(answers.next().await.unwrap().is_err());
}

#[tokio::test]
async fn an_unread_answer_stops_nobody_from_reading() {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = Body::from_stream(stream::unfold(receiver, |mut r| async {
        r.recv().await.map(|item| (item, r))
    }));
    let response = respond(body, Answers::All, Echo).unwrap();
    for _ in 0..200 {
        sender.send(Ok(Bytes::from("{}\n".repeat(1000)))).await.unwrap();
    }
    drop(sender);
    let text = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 200_000);
}

/// Notes when the batch that begins with a line begins and ends.
#[derive(Clone, Default)]
struct Noting(std::sync::Arc<std::sync::Mutex<Vec<(u64, &'static str)>>>);

impl Ingest for Noting {
    type Ready = Vec<Incoming>;

    async fn prepare(&self, batch: Vec<Incoming>) -> Result<Vec<Incoming>, HubError> {
        Ok(batch)
    }

    fn about(batch: &Vec<Incoming>) -> HashSet<Key> {
        Echo::about(batch)
    }

    fn at_once(&self) -> usize {
        2
    }

    async fn ingest(&self, batch: Vec<Incoming>) -> Result<Vec<CaseItem>, HubError> {
        let first = batch.first().map_or(0, |item| item.index);
        self.0.lock().unwrap().push((first, "begins"));
        // The first takes longest: what is done before it waits for its turn to be answered.
        let long = if first == 0 { 200 } else { 20 };
        tokio::time::sleep(std::time::Duration::from_millis(long)).await;
        self.0.lock().unwrap().push((first, "ends"));
        Echo.ingest(batch).await
    }
}

#[tokio::test]
async fn batches_are_written_at_once_unless_they_are_about_the_same_and_answered_in_order() {
    let batch = |from: usize| (from..from + BATCH_LINES).map(|id| format!("{{\"id\":{id}}}\n"));
    let body: String = batch(0).chain(batch(BATCH_LINES)).chain(batch(0)).collect();
    let noting = Noting::default();
    let response = respond(Body::from(body), Answers::All, noting.clone()).unwrap();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let answered: Vec<u64> = String::from_utf8(text.to_vec())
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["index"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(answered, (0..3 * BATCH_LINES as u64).collect::<Vec<_>>());
    let (second, third) = (BATCH_LINES as u64, 2 * BATCH_LINES as u64);
    assert_eq!(
        *noting.0.lock().unwrap(),
        [
            (0, "begins"),
            (second, "begins"),
            (second, "ends"),
            (0, "ends"),
            (third, "begins"),
            (third, "ends")
        ]
    );
}
