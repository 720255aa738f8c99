//! Pairs of records that automation joined by itself: no cases, but known when contradictions are looked for.

use domain::Invalid;
use protocol::hub::{CaseItem, CaseResult};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Hub;
use crate::body::Incoming;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::store::Conn;
use crate::store::audit::Entry;
use crate::store::links::{self, LinkRow};

/// A record by the system that has it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct LinkedRecord {
    pub system: Option<String>,
    pub id: String,
}

/// A pair that automation joined by itself.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewLink {
    pub source: Option<String>,
    pub queue: Option<String>,
    pub left: LinkedRecord,
    pub right: LinkedRecord,
    pub probability: Option<f64>,
    /// log2 Bayes factor.
    pub weight: Option<f64>,
    /// `automatic`; nothing else is taken here.
    pub basis: Option<String>,
    /// The model: name, version, rule.
    pub by: Option<Value>,
}

/// Takes a batch in one transaction: `created`, or `unchanged` for a pair this source sent before.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn ingest(hub: &Hub, caller: &Caller, batch: Vec<Incoming>) -> Result<Vec<CaseItem>, HubError> {
    caller.may(Scope::LinksWrite)?;
    let rows = batch
        .into_iter()
        .map(|Incoming { index, json }| {
            (
                index,
                json.and_then(|json| row(caller, domain::invalid::read(&json, "invalid_link")?)),
            )
        })
        .collect();
    write(hub, caller, rows, Sets::Together).await
}

/// As [`ingest`], for the links of files, which are one set of data: a pair that is known for another queue is of another
/// set whose ids happen to be the same, and is refused as its cases are.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn link(hub: &Hub, caller: &Caller, new: Vec<NewLink>) -> Result<Vec<CaseItem>, HubError> {
    caller.may(Scope::LinksWrite)?;
    let rows = (0..).zip(new.into_iter().map(|link| row(caller, link))).collect();
    write(hub, caller, rows, Sets::Apart).await
}

pub const OTHER_QUEUE: &str = "other_queue";

/// What came in before under the same source and ids, but for another queue: another set of data.
pub(crate) fn other_queue(what: &str, queue: &str) -> Invalid {
    let detail =
        format!("a {what} lies in the queue {queue}; import this under another source to keep the two apart");
    Invalid::new(OTHER_QUEUE, "/queue", detail)
}

/// Whether a queue sets data apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sets {
    Apart,
    Together,
}

async fn write(
    hub: &Hub,
    caller: &Caller,
    rows: Vec<(u64, Result<LinkRow, Invalid>)>,
    sets: Sets,
) -> Result<Vec<CaseItem>, HubError> {
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let (mut items, mut created) = (Vec::with_capacity(rows.len()), 0_u64);
    for (index, found) in rows {
        let mut item = CaseItem {
            index,
            id: None,
            external_id: None,
            result: CaseResult::Unchanged,
            code: None,
            detail: None,
            pointer: None,
        };
        let refusal = match found {
            Ok(row) => {
                item.id = links::insert(work.conn(), &row, now).await?;
                if item.id.is_some() {
                    item.result = CaseResult::Created;
                    created += 1;
                    None
                } else if sets == Sets::Apart {
                    elsewhere(work.conn(), &row).await?
                } else {
                    None
                }
            }
            Err(invalid) => Some(invalid),
        };
        if let Some(invalid) = refusal {
            item.result = CaseResult::Refused;
            item.code = Some(invalid.code);
            item.detail = Some(domain::text::capitalised(&invalid.detail));
            item.pointer = Some(invalid.pointer);
        }
        items.push(item);
    }
    if created > 0 {
        work.audit(Entry::new("links.ingested", json!({"created": created})));
    }
    hub.commit(work).await?;
    Ok(items)
}

/// Why a pair that is known isn't the one that came: it was sent for another queue.
async fn elsewhere(conn: &mut Conn, link: &LinkRow) -> Result<Option<Invalid>, HubError> {
    let lies_in = links::queue_of(conn, link).await?;
    Ok(match (lies_in, &link.queue) {
        (Some(lies_in), Some(queue)) if lies_in != *queue => {
            Some(other_queue("link of this source and these ids", &lies_in))
        }
        _ => None,
    })
}

fn row(caller: &Caller, link: NewLink) -> Result<LinkRow, Invalid> {
    let bad = |pointer: &str, detail: &str| Err(Invalid::new("invalid_link", pointer, detail));
    let source = caller.source_for(link.source.as_deref())?;
    if link.left.id.is_empty() {
        return bad("/left/id", "empty");
    }
    if link.right.id.is_empty() {
        return bad("/right/id", "empty");
    }
    if link.basis.as_deref().is_some_and(|basis| basis != "automatic") {
        return bad("/basis", "only 'automatic'; what a person says is a decision");
    }
    if link.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return bad("/probability", "0 to 1");
    }
    let side = |record: LinkedRecord| (record.system.unwrap_or_default(), record.id);
    let (mut left, mut right) = (side(link.left), side(link.right));
    if left == right {
        return bad("/right", "a record isn't linked to itself");
    }
    if right < left {
        std::mem::swap(&mut left, &mut right);
    }
    let payload = json!({"weight": link.weight, "by": link.by}).to_string();
    Ok(LinkRow {
        source,
        queue: link.queue,
        left,
        right,
        probability: link.probability,
        payload,
    })
}
