//! A desk in a process of its own, to be killed: decides the first case of a queue, says so, and waits.
//!
//! `desk_child decide FOLDER QUEUE` with the keychain in a file; `desk_child work FOLDER QUEUE …` decides whatever there is
//! and says so, on and on; `desk_child keychain FOLDER` tries the system's own; `desk_child look FOLDER ADDRESS` says what it
//! finds there, in the environment it was started in.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use desk::{Keychain, SystemKeychain};
use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{FileKeychain, NotingHost, different, open_desk};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["decide", folder, queue] => decide(Path::new(folder), queue).await,
        ["work", folder, queues @ ..] => work(Path::new(folder), queues).await,
        ["keychain", folder] => keychain(Path::new(folder)).await,
        ["look", folder, address] => look(Path::new(folder), address).await,
        _ => bail!(
            "desk_child decide FOLDER QUEUE | work FOLDER QUEUE … | keychain FOLDER | look FOLDER ADDRESS"
        ),
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

async fn decide(folder: &Path, queue: &str) -> anyhow::Result<()> {
    let keychain = Arc::new(FileKeychain(folder.join("keychain")));
    let desk = open_desk(folder, Arc::new(NotingHost::default()), keychain).await;
    let call = |name: &str, args: Value| serde_json::from_value(json!({"call": name, "args": args}));
    let work = desk
        .call(call("work", json!({"queue": queue, "have": [], "limit": 1}))?)
        .await?;
    let work: Value = serde_json::from_str(&work)?;
    let case = work["cases"].get(0).context("no case at hand")?;
    let args = json!({
        "case_id": case["id"], "content_hash": case["content_hash"], "draft": different(), "active_ms": 10,
        "shown": {"suggestion_id": null, "links": false, "opened": [], "revealed": []}, "have": [], "limit": 1,
    });
    let decided: Value = serde_json::from_str(&desk.call(call("decide", args)?).await?)?;
    say(&format!(
        "decided {}",
        decided["undo"]["decision_id"].as_str().unwrap_or_default()
    ))?;
    tokio::time::sleep(Duration::from_secs(600)).await;
    Ok(())
}

async fn look(folder: &Path, address: &str) -> anyhow::Result<()> {
    let keychain = Arc::new(FileKeychain(folder.join("keychain")));
    let desk = open_desk(folder, Arc::new(NotingHost::default()), keychain).await;
    let call = serde_json::from_value(json!({"call": "check_hub", "args": {"address": address}}))?;
    match desk.call(call).await {
        Ok(_) => say("found"),
        Err(error) => say(&error.code),
    }
}

/// What a decision may be answered when the hub had its word meanwhile; nothing was decided then.
const MOVED_ON: [&str; 3] = ["case_gone", "case_changed", "already_decided"];

/// One line for each decision that was acknowledged, ended by a full stop.
async fn work(folder: &Path, queues: &[&str]) -> anyhow::Result<()> {
    let keychain = Arc::new(FileKeychain(folder.join("keychain")));
    let desk = open_desk(folder, Arc::new(NotingHost::default()), keychain).await;
    let call = |name: &str, args: Value| serde_json::from_value(json!({"call": name, "args": args}));
    for queue in queues.iter().cycle() {
        let args = json!({"queue": queue, "have": [], "limit": 1});
        let work: Value = serde_json::from_str(&desk.call(call("work", args)?).await?)?;
        let Some(case) = work["cases"].get(0) else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let args = json!({
            "case_id": case["id"], "content_hash": case["content_hash"], "draft": different(), "active_ms": 10,
            "shown": {"suggestion_id": null, "links": false, "opened": [], "revealed": []}, "have": [], "limit": 1,
        });
        match desk.call(call("decide", args)?).await {
            Ok(decided) => {
                let decided: Value = serde_json::from_str(&decided)?;
                let id = decided["undo"]["decision_id"].as_str().context("an id")?;
                say(&format!(
                    "decided {id} {}.",
                    case["id"].as_str().context("a case")?
                ))?;
            }
            Err(error) if MOVED_ON.contains(&error.code.as_str()) => {}
            Err(error) => return Err(error.into()),
        }
        tokio::time::sleep(Duration::from_millis(rand::random_range(5..60))).await;
    }
    bail!("no queue to work in")
}

/// Blocking on purpose: there is nothing else in this process.
async fn keychain(folder: &Path) -> anyhow::Result<()> {
    let folder = folder.to_owned();
    let (present, found, gone) = tokio::task::spawn_blocking(move || {
        let account = format!("store test {}", folder.display());
        let present = SystemKeychain.present();
        let found = SystemKeychain
            .write(&account, &[7; 32])
            .and_then(|()| SystemKeychain.read(&account));
        let gone = SystemKeychain
            .remove(&account)
            .and_then(|()| SystemKeychain.read(&account));
        (present, found, gone)
    })
    .await?;
    say(&format!("present {present}"))?;
    say(&format!(
        "found {:?}",
        found.map(|secret| secret.map(|bytes| bytes.len()))
    ))?;
    say(&format!("gone {:?}", gone.map(|secret| secret.is_none())))
}
