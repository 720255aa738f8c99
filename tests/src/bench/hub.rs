//! The hub's rates: cases in over HTTP as NDJSON, and claims of one case each out of a long queue.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, ensure};
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use super::cases::QUEUE;
use super::disk;
use crate::hub_process::{Caller, HubProcess};

/// Rows in one of the hub's transactions when lines come as a stream (crates/hub, ndjson).
const HUB_BATCH: usize = 500;
const CHUNK_BYTES: usize = 256 * 1024;
const PEOPLE: usize = 10;
const CLAIMS_EACH: usize = 100;

#[derive(Debug, Clone, Copy, Serialize)]
pub struct HubRates {
    pub ingest_per_s: f64,
    pub raw_insert_per_s: f64,
    pub claims_per_s: f64,
}

/// Sends the file's lines to a new hub, inserts them into a bare SQLite file beside it, then claims one by one.
pub async fn measure(folder: &Path, lines: &Path, count: u64) -> anyhow::Result<HubRates> {
    let hub = HubProcess::start_in(folder, &[]);
    let source = hub.caller("bench-matcher", &["source"]);
    let ingest_per_s = ingest(&source, lines, count).await?;
    let claims_per_s = claims(&hub).await?;
    drop(hub);
    let raw_insert_per_s = disk::raw_inserts_per_s(folder, lines, HUB_BATCH).await?;
    Ok(HubRates {
        ingest_per_s,
        raw_insert_per_s,
        claims_per_s,
    })
}

pub(super) async fn ingest(source: &Caller, lines: &Path, count: u64) -> anyhow::Result<f64> {
    let file = tokio::fs::File::open(lines).await?;
    let started = Instant::now();
    let response = source
        .request(reqwest::Method::POST, "/v1/cases?answers=refused")
        .header("content-type", "application/x-ndjson")
        .body(reqwest::Body::wrap_stream(chunks(file)))
        .send()
        .await?
        .error_for_status()?;
    let answer = response.text().await?;
    let seconds = started.elapsed().as_secs_f64();
    let last: Value = serde_json::from_str(answer.lines().last().context("the hub answers with counts")?)?;
    ensure!(
        last["counts"]["created"] == json!(count),
        "every case is new to the hub: {answer}"
    );
    Ok(count as f64 / seconds)
}

fn chunks(file: tokio::fs::File) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> {
    futures_util::stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then_some((chunk, file)))
    })
    .into_stream()
}

/// One case a claim, one claim after the other, by several people in turn: each says what it has, as desks do.
async fn claims(hub: &HubProcess) -> anyhow::Result<f64> {
    let mut people: Vec<(Caller, Vec<Value>)> = (0..PEOPLE)
        .map(|n| (hub.caller(&format!("steward-{n}"), &["steward"]), Vec::new()))
        .collect();
    let started = Instant::now();
    for _ in 0..CLAIMS_EACH {
        for (caller, have) in &mut people {
            let answer = caller
                .post("/v1/claims", &json!({"queue": QUEUE, "limit": 1, "have": have}))
                .await;
            let id = answer["items"][0]["case"]["id"].clone();
            ensure!(
                id.is_string() && !have.contains(&id),
                "a claim gives another case: {answer}"
            );
            have.push(id);
        }
    }
    Ok((PEOPLE * CLAIMS_EACH) as f64 / started.elapsed().as_secs_f64())
}
