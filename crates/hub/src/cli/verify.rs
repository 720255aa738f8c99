//! `verify`: the audit chain from its first entry, each payload against its commitment, and the content of every
//! case against the hash decisions are bound to. Entries cut off at the end, or a chain written anew, show against
//! checkpoints kept elsewhere. What it can't see: whether content was erased by right; how much is erased is said.

use std::io::Write;

use domain::{canonical, chain};

use super::args::Verify;
use super::failure::Failure;
use super::kept::Kept;
use super::progress::Progress;
use crate::Hub;
use crate::config::Settings;
use crate::store::audit;
use crate::store::payloads::{self, StoredContent};

const PAGE: i64 = 500;

pub async fn verify(settings: &Settings, what: &Verify) -> Result<(), Failure> {
    let hub = Hub::open(settings.hub_options()?).await?;
    let done = check(&hub, what).await;
    hub.close().await;
    done
}

async fn check(hub: &Hub, what: &Verify) -> Result<(), Failure> {
    hub.store.sequence().await?;
    let mut kept = Kept::read(hub, &what.checkpoints).await?;
    let progress = Progress::begin("entries and revisions");
    let Chain {
        entries,
        head,
        erased: payloads_erased,
    } = chain(hub, &mut kept, &progress).await?;
    let (revisions, erased) = contents(hub, &progress).await?;
    progress.end();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{entries} audit entries hold, {payloads_erased} erased; head {head}"
    )?;
    writeln!(out, "{revisions} revisions hold, {erased} erased")?;
    if kept.len() > 0 {
        writeln!(out, "{} checkpoints hold", kept.len())?;
    }
    Ok(())
}

/// A chain that holds.
struct Chain {
    entries: i64,
    head: String,
    /// Of the entries: without payload and salt.
    erased: u64,
}

async fn chain(hub: &Hub, kept: &mut Kept, progress: &Progress) -> Result<Chain, Failure> {
    let mut conn = hub.store.reader().await?;
    let mut walked = Chain {
        entries: 0,
        head: chain::genesis(),
        erased: 0,
    };
    kept.pass(0, &walked.head)?;
    loop {
        let rows = audit::after(&mut conn, walked.entries, PAGE).await?;
        if rows.is_empty() {
            kept.end(walked.entries)?;
            return Ok(walked);
        }
        for row in rows {
            chain::follows(walked.entries, &walked.head, &row.link()).map_err(|why| {
                Failure::Broken(format!(
                    "the audit chain breaks at position {}: {why}",
                    row.position
                ))
            })?;
            kept.pass(row.position, &row.hash)?;
            walked.erased += u64::from(row.payload.is_none());
            (walked.entries, walked.head) = (row.position, row.hash);
            progress.step();
        }
    }
}

async fn contents(hub: &Hub, progress: &Progress) -> Result<(u64, u64), Failure> {
    let mut conn = hub.store.reader().await?;
    if let Some((case_id, revision)) = payloads::missing(&mut conn).await? {
        return Err(Failure::Broken(format!(
            "revision {revision} of case {case_id} has no content"
        )));
    }
    let (mut case_id, mut revision) = (String::new(), 0);
    let (mut held, mut erased) = (0, 0);
    loop {
        let page = payloads::contents_after(&mut conn, &case_id, revision, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok((held, erased));
        };
        (case_id, revision) = (last.case_id.clone(), last.revision);
        for content in &page {
            if holds(content)? {
                held += 1
            } else {
                erased += 1
            }
            progress.step();
        }
    }
}

/// False: erased.
fn holds(content: &StoredContent) -> Result<bool, Failure> {
    let Some(payload) = &content.payload else {
        return Ok(false);
    };
    let hash = serde_json::from_str(payload)
        .ok()
        .and_then(|case: serde_json::Value| canonical::content_hash(&case).ok());
    if hash.as_ref() != Some(&content.content_hash) {
        let place = format!("revision {} of case {}", content.revision, content.case_id);
        return Err(Failure::Broken(format!(
            "the content of {place} isn't what came in"
        )));
    }
    Ok(true)
}
