//! Erases the content of cases that were closed long enough ago, as the hub's retention says (`domain::retention`).
//!
//! Rows and hashes stay, so that the audit chain verifies, counts are right, and the same case sent again is known. What
//! it is not: a way to erase one case by hand.

use std::time::Duration;

use domain::case::Sensitivity;
use domain::retention::Retention;
use serde_json::json;

use crate::Hub;
use crate::bounds;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::gold;
use crate::store::audit::{Actor, Entry};
use crate::store::erasing::{self, Outlived};
use crate::store::{checks, meta, queues};

/// Cases erased in one transaction.
const BATCH: i64 = 200;

/// How often the hub looks for what outlived its days. Looking costs next to nothing, so not only once a day.
const LOOK: Duration = Duration::from_secs(3600);

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn get(hub: &Hub, caller: &Caller) -> Result<Retention, HubError> {
    caller.may(Scope::RetentionWrite)?;
    meta::retention(&mut *hub.store.reader().await?).await
}

/// Replaces all of it.
///
/// # Errors
/// `not_allowed`, `invalid_retention`; [`HubError`] of the database.
pub async fn put(hub: &Hub, caller: &Caller, retention: Retention) -> Result<Retention, HubError> {
    caller.may(Scope::RetentionWrite)?;
    retention.check().map_err(HubError::Unprocessable)?;
    let mut work = hub.work(caller).await?;
    meta::set_retention(work.conn(), &retention).await?;
    work.audit(Entry::new("retention.changed", json!(retention)));
    hub.commit(work).await?;
    Ok(retention)
}

/// What was erased, or would be, of one queue and sensitivity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    pub queue: String,
    pub sensitivity: Sensitivity,
    pub days: u32,
    pub cases: u64,
}

/// Looks until the hub stops.
pub async fn run(hub: Hub) {
    loop {
        // As long as there is until the next look: what was erased by then stays erased, and a database that is gone without a word
        // is given up.
        let applied = tokio::time::timeout(LOOK, apply(&hub)).await;
        match applied.unwrap_or_else(|_| Err(bounds::too_slow(LOOK.as_secs()))) {
            Ok(erased) => {
                for Erased { queue, cases, .. } in erased {
                    tracing::info!(queue, cases, "retention.erased");
                }
            }
            Err(error) => tracing::error!(%error, "retention.failed"),
        }
        tokio::select! {
            () = hub.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Erases everything that outlived its days by now.
///
/// # Errors
/// [`HubError`] of the database; what was erased before stays erased.
pub async fn apply(hub: &Hub) -> Result<Vec<Erased>, HubError> {
    let mut all = due(hub).await?;
    for rule in &mut all {
        // Looked for without the write lock, so that an idle hub writes nothing.
        let mut due = std::mem::take(&mut rule.cases) > 0;
        while due && !hub.stopping.is_cancelled() {
            let erased = batch(hub, rule).await?;
            rule.cases += erased;
            due = erased == BATCH as u64;
        }
        while has_details(hub, rule).await? && !hub.stopping.is_cancelled() {
            details(hub, rule).await?;
        }
        let by = rule.outlived(hub.now()).closed_by;
        gold::outlive(hub, &rule.queue, rule.sensitivity, by).await?;
    }
    all.retain(|rule| rule.cases > 0);
    Ok(all)
}

/// For each queue and sensitivity with a number of days, how many cases outlived it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn due(hub: &Hub) -> Result<Vec<Erased>, HubError> {
    let mut conn = hub.store.reader().await?;
    let retention = meta::retention(&mut conn).await?;
    if retention == Retention::default() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for queue in queues::all(&mut conn).await? {
        for sensitivity in Sensitivity::ALL {
            let Some(days) = retention.days(&queue.name, sensitivity) else {
                continue;
            };
            let mut rule = Erased {
                queue: queue.name.clone(),
                sensitivity,
                days,
                cases: 0,
            };
            rule.cases = erasing::count(&mut conn, rule.outlived(hub.now())).await?;
            all.push(rule);
        }
    }
    Ok(all)
}

impl Erased {
    fn outlived(&self, now: domain::Instant) -> Outlived<'_> {
        Outlived {
            queue: &self.queue,
            sensitivity: self.sensitivity,
            closed_by: now - chrono::Duration::days(i64::from(self.days)),
        }
    }

    /// Ids are no content: what was erased when can be told for as long as the chain is kept.
    fn entry(&self, action: &'static str, cases: &[String]) -> Entry {
        let payload =
            json!({"queue": self.queue, "sensitivity": self.sensitivity, "days": self.days, "cases": cases});
        Entry::new(action, payload)
    }
}

async fn batch(hub: &Hub, rule: &Erased) -> Result<u64, HubError> {
    let mut work = hub.work_as(Actor::default()).await?;
    let now = work.now;
    let cases = erasing::cases(work.conn(), rule.outlived(now), BATCH).await?;
    let found = cases.len() as u64;
    if found > 0 {
        let copies = checks::settled_copies(work.conn(), &cases).await?;
        let all: Vec<String> = cases.into_iter().chain(copies).collect();
        erasing::erase(work.conn(), &all, now).await?;
        work.audit(rule.entry("content.erased", &all));
        hub.commit(work).await?;
    }
    Ok(found)
}

/// A context entry may be more sensitive than its case, and then goes before it.
async fn details(hub: &Hub, rule: &Erased) -> Result<(), HubError> {
    let mut work = hub.work_as(Actor::default()).await?;
    let now = work.now;
    let cases = erasing::detailed(work.conn(), rule.outlived(now), BATCH).await?;
    if !cases.is_empty() {
        erasing::erase_details(work.conn(), &cases, rule.sensitivity).await?;
        work.audit(rule.entry("details.erased", &cases));
        hub.commit(work).await?;
    }
    Ok(())
}

async fn has_details(hub: &Hub, rule: &Erased) -> Result<bool, HubError> {
    let mut conn = hub.store.reader().await?;
    let found = erasing::detailed(&mut conn, rule.outlived(hub.now()), 1).await?;
    Ok(!found.is_empty())
}
