//! Killed and full: what was acknowledged is there, the rest can be sent again.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::common::binary::{Folder, Serving};
use crate::common::cases::{match_case, same};
use crate::common::{decision, fate};

#[tokio::test]
async fn killed_in_the_middle_of_an_import_it_keeps_what_it_acknowledged() {
    let folder = Folder::new();
    let token = folder.token("matcher", &["source"]);
    let mut serving = folder.serve(&[]);
    let source = serving.api(&token);
    let (sender, receiver) = mpsc::channel::<Result<String, std::io::Error>>(1);
    let body = Body::wrap_stream(stream::unfold(receiver, |mut r| async {
        r.recv().await.map(|item| (item, r))
    }));
    tokio::spawn(async move {
        for block in 0..1000 {
            let lines: String = (0..100)
                .map(|i| format!("{}\n", match_case(&format!("c{:06}", block * 100 + i))))
                .collect();
            if sender.send(Ok(lines)).await.is_err() {
                return;
            }
        }
    });
    let request = source
        .request(Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson")
        .body(body);
    let mut answers = request.send().await.unwrap().bytes_stream();
    let mut text = Vec::new();
    while text.iter().filter(|byte| **byte == b'\n').count() < 1200 {
        text.extend(answers.next().await.unwrap().unwrap());
    }
    serving.kill();
    while let Some(Ok(more)) = answers.next().await {
        text.extend(more);
    }
    let acknowledged = created(&text);
    assert!(
        (1200..100_000).contains(&acknowledged.len()),
        "{} acknowledged",
        acknowledged.len()
    );

    folder.done(&["verify"]);
    let serving = folder.serve(&[]);
    let source = serving.api(&token);
    let stored: Vec<String> = source
        .everything("/v1/cases")
        .await
        .iter()
        .map(|c| c["external_id"].as_str().unwrap().to_owned())
        .collect();
    for id in &acknowledged {
        assert!(stored.binary_search(id).is_ok(), "{id} was acknowledged");
    }
    let next = stored.len();
    let again: String = (0..next + 50)
        .map(|i| format!("{}\n", match_case(&format!("c{i:06}"))))
        .collect();
    let request = source
        .request(Method::POST, "/v1/cases?answers=refused")
        .header("content-type", "application/x-ndjson");
    let counts: Value = request.body(again).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        counts,
        json!({"counts": {"created": 50, "unchanged": next, "revised": 0, "refused": 0}})
    );
}

fn created(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let items = whole
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    items
        .filter(|item| item["result"] == "created")
        .map(|item| item["external_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn killed_in_the_middle_of_decisions_it_keeps_what_it_acknowledged_and_takes_the_rest_once() {
    let folder = Folder::new();
    let (token, lead) = (folder.token("Ana", &["steward"]), folder.token("Lea", &["lead"]));
    let sources = folder.token("matcher", &["source"]);
    let mut serving = folder.serve(&["--undo-seconds", "0"]);
    let cases: Vec<Value> = (0..1000).map(|n| match_case(&format!("c{n:04}"))).collect();
    serving.api(&sources).post("/v1/cases", &json!(cases)).await;
    let steward = serving.api(&token);
    let rows = steward.everything("/v1/cases").await;
    let all: Vec<Value> = rows.iter().map(|row| decision(row, same())).collect();
    assert_eq!(all.len(), 1000);

    let (sender, mut answers) = mpsc::unbounded_channel::<Value>();
    let batches: Vec<Value> = all.chunks(25).map(|few| json!(few)).collect();
    let sending = tokio::spawn(async move {
        for batch in batches {
            let request = steward.request(Method::POST, "/v1/decisions").json(&batch);
            let Ok(response) = request.send().await else {
                return;
            };
            let Ok(answer) = response.json().await else { return };
            sender.send(answer).unwrap();
        }
    });
    let mut acknowledged = Vec::new();
    let note = |answer: Value, acknowledged: &mut Vec<String>| {
        for item in answer["items"].as_array().unwrap() {
            assert_eq!(fate(item).0, "accepted", "{item}");
            acknowledged.push(item["id"].as_str().unwrap().to_owned());
        }
    };
    // The next batch is on its way when the answer to this one is here.
    for _ in 0..4 {
        note(answers.recv().await.unwrap(), &mut acknowledged);
    }
    serving.kill();
    sending.await.unwrap();
    while let Ok(answer) = answers.try_recv() {
        note(answer, &mut acknowledged);
    }
    assert!(acknowledged.len() < 1000, "it was killed in the middle");

    folder.done(&["verify"]);
    let serving = folder.serve(&["--undo-seconds", "0"]);
    let (steward, lead) = (serving.api(&token), serving.api(&lead));
    let ids = |rows: Vec<Value>| -> BTreeSet<String> {
        let count = rows.len();
        let ids: BTreeSet<String> = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), count, "none twice");
        ids
    };
    let stored = ids(steward.everything("/v1/me/decisions").await);
    assert!(acknowledged.iter().all(|id| stored.contains(id)));
    for few in all.chunks(25) {
        let (_, answer) = steward.post("/v1/decisions", &json!(few)).await;
        for item in answer["items"].as_array().unwrap() {
            let known = stored.contains(item["id"].as_str().unwrap());
            assert_eq!(
                fate(item).0,
                if known { "duplicate" } else { "accepted" },
                "{item}"
            );
        }
    }
    assert_eq!(
        ids(lead.everything("/v1/decisions").await).len(),
        1000,
        "each acts once"
    );
    assert_eq!(
        ids(lead.everything("/v1/labels").await).len(),
        1000,
        "and teaches once"
    );
}

#[tokio::test]
async fn killed_after_a_batch_of_decisions_it_has_them_all_once() {
    let folder = Folder::new();
    let mut serving = folder.serve(&["--undo-seconds", "1"]);
    let source = serving.api(&folder.token("matcher", &["source"]));
    let steward_token = folder.token("Ana", &["steward"]);
    let steward = serving.api(&steward_token);
    let mut decisions = Vec::new();
    for i in 0..20 {
        let id = source.send(&match_case(&format!("c{i}"))).await;
        decisions.push(decision(&steward.case(&id).await, same()));
    }
    let (_, answer) = steward
        .post("/v1/decisions", &Value::Array(decisions.clone()))
        .await;
    assert!(
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| fate(item).0 == "accepted"),
        "{answer}"
    );
    serving.kill();

    let serving = folder.serve(&["--undo-seconds", "1"]);
    let steward = serving.api(&steward_token);
    let (_, answer) = steward.post("/v1/decisions", &Value::Array(decisions)).await;
    assert!(
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| fate(item).0 == "duplicate"),
        "{answer}"
    );
    tokio::time::sleep(Duration::from_millis(2200)).await;
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    assert_eq!(
        lead.everything("/v1/decisions").await.len(),
        20,
        "released after the restart, once each"
    );
    assert_eq!(lead.everything("/v1/labels").await.len(), 20);
    folder.done(&["verify"]);
}

/// A file size limit stands for a full disk: the database can't grow, as any process sees it.
#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = Folder::new();
    let token = folder.token("matcher", &["source"]);
    let size = std::fs::metadata(folder.path().join("tiebreak.db"))
        .unwrap()
        .len();
    // In units of 512 bytes; a megabyte more than there is now.
    let limit = (size + 1_048_576) / 512;
    let mut shell = std::process::Command::new("sh");
    let script = format!(
        "ulimit -f {limit}; exec '{}' serve --listen 127.0.0.1:0",
        env!("CARGO_BIN_EXE_tiebreak-hub")
    );
    shell.args(["-c", &script]).current_dir(folder.path());
    let mut full = Serving::of(shell);
    let source = full.api(&token);
    let (mut taken, mut said) = (Vec::new(), None);
    for i in 0..200 {
        let mut case = match_case(&format!("c{i:03}"));
        case["body"]["records"][0]["fields"]["name"] = json!("x".repeat(50_000));
        let (status, answer) = source.post("/v1/cases", &case).await;
        if status == 200 && fate(&answer["items"][0]).0 == "created" {
            taken.push(format!("c{i:03}"));
        } else {
            said = Some((status, answer));
            break;
        }
    }
    let (status, answer) = said.expect("the disk was never full");
    assert_eq!(
        (status.as_u16(), answer["code"].as_str()),
        (503, Some("disk_full")),
        "{answer}"
    );
    assert!(!taken.is_empty());
    let line = format!(
        "{}\n",
        match_case("line")
            .to_string()
            .replace("Armour", &"x".repeat(100_000))
    );
    let request = source
        .request(Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson")
        .body(line);
    let item: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        fate(&item),
        ("refused", "disk_full", ""),
        "a line can be sent again: {item}"
    );
    assert_eq!(
        source.everything("/v1/cases").await.len(),
        taken.len(),
        "reading goes on"
    );
    full.kill();

    let serving = folder.serve(&[]);
    let source = serving.api(&token);
    let stored: Vec<String> = source
        .everything("/v1/cases")
        .await
        .iter()
        .map(|c| c["external_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(stored, taken);
    let item = source.post_one("/v1/cases", &match_case("after")).await;
    assert_eq!(fate(&item).0, "created");
    folder.done(&["verify"]);
}
