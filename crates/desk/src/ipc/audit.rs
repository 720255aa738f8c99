//! The audit: searched, walked, written as a file that proves itself; and what is erased when.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use domain::retention::Retention;
use domain::text::{counted, label};
use domain::{canonical, chain};
use protocol::WireError;
use protocol::hub::{AuditEntry, CaseRow, Checkpoint, CheckpointPayload};
use protocol::ipc::{
    AuditArgs, AuditExported, AuditRow, AuditSought, AuditView, ChainPlace, ChainState, ChainView, Done,
    ExportAuditArgs, NamedQueue, RetentionView, VerifyAuditArgs,
};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::exports::{unwritten, with_suffix};
use crate::hub_client::FEED_PAGE;
use crate::open_desk::OpenDesk;
use crate::words;

const ROWS: u32 = 50;

pub async fn page(open: &OpenDesk, args: &AuditArgs) -> Result<AuditView, WireError> {
    let sought = said(&args.sought);
    let (page, people) = tokio::try_join!(
        open.hub.audit(&sought, "newest", args.after.as_deref(), ROWS),
        open.hub.people()
    )?;
    let names = people
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect();
    let mut rows: Vec<AuditRow> = page.items.into_iter().map(|entry| row(entry, &names)).collect();
    name_cases(open, &mut rows).await?;
    Ok(AuditView {
        rows,
        next: page.next,
    })
}

/// What the cases are called that this person may see: to read the audit is not to read the cases.
async fn name_cases(open: &OpenDesk, rows: &mut [AuditRow]) -> Result<(), WireError> {
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.case_id.as_deref()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = ids.into_iter().collect();
    let found = open.hub.cases_by_ids(&ids).await?;
    let cases: BTreeMap<&str, &CaseRow> = found.iter().map(|case| (case.id.as_str(), case)).collect();
    for row in rows {
        let case = row.case_id.as_deref().and_then(|id| cases.get(id));
        row.case_erased = case.is_some_and(|case| case.erased_at.is_some());
        row.case_title = case
            .filter(|case| case.erased_at.is_none())
            .map(|case| words::row_title(case));
    }
    Ok(())
}

/// What was typed, without blanks around it; nothing typed is nothing said.
fn said(sought: &AuditSought) -> AuditSought {
    let given = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    AuditSought {
        action: given(&sought.action),
        person: given(&sought.person),
        case_id: given(&sought.case_id),
        correlation_id: given(&sought.correlation_id),
        from: given(&sought.from),
        until: given(&sought.until),
    }
}

fn row(entry: AuditEntry, names: &BTreeMap<String, String>) -> AuditRow {
    let said = |name: &str| entry.header.get(name).and_then(Value::as_str).map(str::to_owned);
    let action = said("action").unwrap_or_default();
    AuditRow {
        position: entry.position,
        at: said("at").and_then(|at| Some(DateTime::parse_from_rfc3339(&at).ok()?.to_utc())),
        words: label(&action),
        action,
        person: said("person").map(|id| names.get(&id).cloned().unwrap_or(id)),
        case_id: said("case_id"),
        case_title: None,
        case_erased: false,
        decision_id: said("decision_id"),
        correlation_id: said("correlation_id"),
        payload: entry
            .payload
            .as_ref()
            .and_then(|payload| serde_json::to_string_pretty(payload).ok()),
        hash: entry.hash,
    }
}

/// One step of the walk; the window goes on while there is more.
pub async fn verify(open: &OpenDesk, args: VerifyAuditArgs) -> Result<ChainView, WireError> {
    let from = args.from.unwrap_or_else(|| ChainPlace {
        position: 0,
        hash: chain::genesis(),
    });
    let walked = open.hub.walk_audit(from.position, &from.hash).await?;
    let (state, words) = match &walked.broken {
        Some(broken) => (
            ChainState::Broken,
            format!("Broken at entry {}: {}", broken.position, broken.why),
        ),
        None if walked.position < walked.head && walked.entries > 0 => (
            ChainState::Walking,
            format!("Entry {} of {} holds", walked.position, walked.head),
        ),
        None => (
            ChainState::Holds,
            format!("Verified up to entry {}", walked.position),
        ),
    };
    Ok(ChainView {
        state,
        words,
        place: ChainPlace {
            position: walked.position,
            hash: walked.hash,
        },
        head: walked.head,
        at: walked.at,
    })
}

/// Writes the entries, oldest first, one JSON object a line, and a checkpoint beside them. All of the chain is checked as it
/// is written, here and not by the hub.
pub async fn export(open: &OpenDesk, args: ExportAuditArgs) -> Result<AuditExported, WireError> {
    let target = PathBuf::from(&args.path);
    let checkpoint_path = with_suffix(&target, ".checkpoint.json");
    let part = with_suffix(&target, ".part");
    let sought = said(&args.sought);
    let written = match write(open, &sought, &part).await {
        Ok(written) => written,
        Err(error) => {
            // Half a file; the error already says what happened.
            drop(tokio::fs::remove_file(&part).await);
            return Err(error);
        }
    };
    beside(&checkpoint_path, &written.checkpoint).await?;
    tokio::fs::rename(&part, &target).await.map_err(unwritten)?;
    let proof = written.proof();
    Ok(AuditExported {
        path: args.path,
        checkpoint_path: checkpoint_path.to_string_lossy().into_owned(),
        rows: written.rows,
        broken: written.broken(),
        words: proof,
    })
}

struct Written {
    rows: u64,
    checkpoint: Value,
    signed: CheckpointPayload,
    /// Of the whole chain: where it stopped holding, or the position and hash of its last entry. None: only a part was asked for.
    held: Option<Result<(i64, String), Broken>>,
}

impl Written {
    fn ends_at_the_checkpoint(&self) -> bool {
        let signed = &self.signed;
        matches!(&self.held, Some(Ok((position, hash))) if *position == signed.position && *hash == signed.hash)
    }

    fn broken(&self) -> bool {
        self.held.is_some() && !self.ends_at_the_checkpoint()
    }

    fn proof(&self) -> String {
        match &self.held {
            None => "Entries between these are missing: only the whole audit proves itself.".to_owned(),
            Some(Err(why)) => format!("The chain doesn’t hold. {why}"),
            Some(Ok(_)) if self.ends_at_the_checkpoint() => format!(
                "The chain of {} holds and ends at the checkpoint.",
                counted(usize::try_from(self.rows).unwrap_or(usize::MAX), "entry")
            ),
            Some(Ok(_)) => "The chain holds and doesn’t end at the checkpoint the hub has signed.".to_owned(),
        }
    }
}

/// Up to the checkpoint, which is taken first: what is written later is for the next file.
async fn write(open: &OpenDesk, sought: &AuditSought, part: &Path) -> Result<Written, WireError> {
    let checkpoint = open.hub.checkpoint().await?;
    let signed: Checkpoint =
        serde_json::from_value(checkpoint.clone()).map_err(|_| strange("The checkpoint can't be read"))?;
    let end = signed.payload.position;
    let mut file = tokio::io::BufWriter::new(tokio::fs::File::create(part).await.map_err(unwritten)?);
    let mut held = (*sought == AuditSought::default()).then(|| Ok((0, chain::genesis())));
    let (mut rows, mut after) = (0, "0".to_owned());
    'pages: loop {
        let page = open.hub.audit(sought, "oldest", Some(&after), FEED_PAGE).await?;
        for entry in &page.items {
            if entry.position > end {
                break 'pages;
            }
            let line = serde_json::to_vec(entry).map_err(|_| strange("An entry can't be written"))?;
            file.write_all(&line).await.map_err(unwritten)?;
            file.write_all(b"\n").await.map_err(unwritten)?;
            rows += 1;
            held = held.map(|held| held.and_then(|(position, hash)| follow(position, &hash, entry)));
        }
        match page.next {
            Some(next) if !page.items.is_empty() => after = next,
            _ => break,
        }
    }
    file.flush().await.map_err(unwritten)?;
    file.get_ref().sync_all().await.map_err(unwritten)?;
    Ok(Written {
        rows,
        checkpoint,
        signed: signed.payload,
        held,
    })
}

fn strange(words: &str) -> WireError {
    WireError::new("hub_strange", words)
}

/// Where the chain stops holding, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Entry {position}: {why}.")]
struct Broken {
    position: i64,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Why {
    #[error("it can't be read")]
    Unreadable,
    #[error(transparent)]
    Link(#[from] chain::Break),
}

/// Position and hash of the entry, if it follows the one before it.
fn follow(position: i64, previous: &str, entry: &AuditEntry) -> Result<(i64, String), Broken> {
    let broken = |why: Why| Broken {
        position: entry.position,
        why,
    };
    let unreadable = |_| broken(Why::Unreadable);
    let header = canonical::canonical(&entry.header).map_err(unreadable)?;
    let payload = entry.payload.as_ref().map(canonical::canonical).transpose();
    let payload = payload.map_err(unreadable)?;
    let link = chain::Link {
        position: entry.position,
        header: &header,
        salt: entry.salt.as_deref(),
        payload: payload.as_deref(),
        previous_hash: &entry.previous_hash,
        hash: &entry.hash,
    };
    chain::follows(position, previous, &link).map_err(|why| broken(why.into()))?;
    Ok((entry.position, entry.hash.clone()))
}

async fn beside(path: &Path, checkpoint: &Value) -> Result<(), WireError> {
    let text = serde_json::to_vec_pretty(checkpoint).map_err(|_| strange("The checkpoint can't be read"))?;
    tokio::fs::write(path, text).await.map_err(unwritten)
}

pub async fn retention(open: &OpenDesk) -> Result<RetentionView, WireError> {
    let retention = open.hub.retention().await?;
    Ok(RetentionView {
        sentences: retention.sentences(words::queue_title),
        retention,
        queues: open
            .queues()
            .iter()
            .map(|queue| NamedQueue {
                title: words::queue_title(&queue.name),
                name: queue.name.clone(),
            })
            .collect(),
    })
}

pub async fn set_retention(open: &OpenDesk, retention: Retention) -> Result<Done, WireError> {
    open.hub.set_retention(&retention).await?;
    Ok(Done {})
}
