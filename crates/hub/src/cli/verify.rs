//! `verify`: the audit chain from its first entry, each payload against its commitment, and the content of every
//! case against the hash decisions are bound to. Entries cut off at the end, or a chain written anew, show against
//! checkpoints kept elsewhere. What it can't see: whether content was erased by right; how much is erased is said.

use std::io::Write;

use domain::canonical;

use super::args::Verify;
use super::failure::Failure;
use super::kept::Kept;
use super::progress::Progress;
use crate::Hub;
use crate::config::Settings;
use crate::store::audit::{self, AuditRow};
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
    let mut chain = Chain {
        entries: 0,
        head: audit::genesis(),
        erased: 0,
    };
    kept.pass(0, &chain.head)?;
    loop {
        let rows = audit::after(&mut conn, chain.entries, PAGE).await?;
        if rows.is_empty() {
            kept.end(chain.entries)?;
            return Ok(chain);
        }
        for row in rows {
            entry(chain.entries, &chain.head, &row)?;
            kept.pass(row.position, &row.hash)?;
            chain.erased += u64::from(row.payload.is_none());
            (chain.entries, chain.head) = (row.position, row.hash);
            progress.step();
        }
    }
}

/// One entry against the one before it.
fn entry(position: i64, previous: &str, row: &AuditRow) -> Result<(), Failure> {
    let broken = |what: &str| {
        Err(Failure::Broken(format!(
            "the audit chain breaks at position {}: {what}",
            row.position
        )))
    };
    if row.position != position + 1 {
        return broken("an entry before it is missing");
    }
    if row.previous_hash != previous {
        return broken("it doesn't follow the entry before it");
    }
    if audit::link(previous, row.header.as_bytes())? != row.hash {
        return broken("its header was changed");
    }
    let Ok(header) = serde_json::from_str::<serde_json::Value>(&row.header) else {
        return broken("its header was changed");
    };
    match (&row.salt, &row.payload) {
        // A salt that is none commits to nothing.
        (Some(salt), Some(payload))
            if audit::commitment(salt, payload.as_bytes()).map_or(true, |c| header["commitment"] != c) =>
        {
            broken("its payload or salt was changed")
        }
        (Some(_), None) | (None, Some(_)) => broken("payload and salt are erased together or not at all"),
        _ => Ok(()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: i64, previous: &str, payload: &str) -> AuditRow {
        let salt = "00".repeat(32);
        let commitment = audit::commitment(&salt, payload.as_bytes()).unwrap();
        let header = format!("{{\"commitment\":\"{commitment}\"}}");
        let hash = audit::link(previous, header.as_bytes()).unwrap();
        let (salt, payload) = (Some(salt), Some(payload.to_owned()));
        AuditRow {
            position,
            id: "x".into(),
            header,
            salt,
            payload,
            previous_hash: previous.into(),
            hash,
        }
    }

    #[test]
    fn a_chain_holds_also_when_payload_and_salt_are_erased() {
        let first = row(1, &audit::genesis(), "{}");
        let second = AuditRow {
            salt: None,
            payload: None,
            ..row(2, &first.hash, "{\"a\":1}")
        };
        entry(0, &audit::genesis(), &first).unwrap();
        entry(1, &first.hash, &second).unwrap();
    }

    #[test]
    fn every_change_breaks_it() {
        let not_hex = Some("no hex".to_owned());
        let genesis = audit::genesis();
        let good = row(1, &genesis, "{}");
        for changed in [
            AuditRow {
                payload: Some("{\"x\":1}".into()),
                ..good.clone()
            },
            AuditRow {
                header: good.header.replace("commitment", "commitmint"),
                ..good.clone()
            },
            AuditRow {
                position: 2,
                ..good.clone()
            },
            AuditRow {
                previous_hash: "11".repeat(32),
                ..good.clone()
            },
            AuditRow {
                salt: None,
                ..good.clone()
            },
            AuditRow {
                salt: not_hex,
                ..good.clone()
            },
            AuditRow {
                payload: Some("no JSON".into()),
                ..good.clone()
            },
            AuditRow {
                hash: "22".repeat(32),
                ..good.clone()
            },
        ] {
            assert!(
                matches!(entry(0, &genesis, &changed), Err(Failure::Broken(_))),
                "{changed:?}"
            );
        }
    }
}
