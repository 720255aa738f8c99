//! Files for trainers: the live labels through `domain::export`, page by page, and their manifests.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use domain::Instant;
use domain::export::{ExportError, Exporter, Filters, Format, Manifest};
use domain::label::Split;
use serde_json::json;
use tokio::sync::mpsc;

use crate::Hub;
use crate::error::HubError;
use crate::store::audit::{Actor, Entry};
use crate::store::labels::{self, LiveFilter};
use crate::store::sequencer;
use crate::store::us;

/// Labels read at a time.
const PAGE: i64 = 500;

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub format: Format,
    pub queue: Option<String>,
    /// Of the cases: a file is of one source where ids name a record only within it.
    pub source: Option<String>,
    pub split: Option<Split>,
    pub since: Option<Instant>,
    /// The ledger as it was at this position; none: as it is when the export begins.
    pub until: Option<i64>,
    /// JSON arrays of the queues and sensitivities the caller sees; none: all.
    pub queues: Option<String>,
    pub sensitivities: Option<String>,
}

impl Wanted {
    fn filters(&self, until: i64) -> Filters {
        Filters {
            queue: self.queue.clone(),
            source: self.source.clone(),
            split: self.split,
            since: self.since,
            until: Some(until),
        }
    }

    /// A file is of one moment, however long it takes to write: what is retracted meanwhile stays in, what is added stays out.
    async fn live(&self, hub: &Hub) -> Result<LiveFilter, HubError> {
        let kinds = self.format.kinds();
        hub.store.sequence().await?;
        let last = sequencer::last(&mut *hub.store.reader().await?, sequencer::LABELS).await?;
        Ok(LiveFilter {
            after: 0,
            until: self.until.map_or(last, |until| until.min(last)),
            limit: PAGE,
            // One kind or all of them; no format takes two.
            kind: (kinds.len() == 1).then(|| kinds[0].as_str().to_owned()),
            queue: self.queue.clone(),
            source: self.source.clone(),
            split: self.split.map(|split| split.as_str().to_owned()),
            since: self.since.map_or(0, us),
            queues: self.queues.clone(),
            sensitivities: self.sensitivities.clone(),
        })
    }
}

/// Who takes labels out stands in the audit, and which, before the first of them leaves.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn note(hub: &Hub, actor: Actor, wanted: &Wanted) -> Result<(), HubError> {
    let mut work = hub.work_as(actor).await?;
    work.audit(Entry::new(
        "labels.exported",
        json!({"format": wanted.format.as_str(), "queue": wanted.queue, "source": wanted.source, "split": wanted.split, "since": wanted.since}),
    ));
    hub.commit(work).await
}

fn failed(error: ExportError) -> HubError {
    match error {
        ExportError::Write(error) => HubError::Io(error),
        other => HubError::broken(other),
    }
}

/// Writes the file to `out` and says what is in it.
///
/// # Errors
/// [`HubError`] of the database, or of writing.
pub async fn write<W: Write>(hub: &Hub, wanted: &Wanted, out: W) -> Result<Manifest, HubError> {
    let mut filter = wanted.live(hub).await?;
    let mut exporter = Exporter::new(wanted.format, wanted.filters(filter.until), out);
    loop {
        let page = next_page(hub, &mut filter).await?;
        if page.is_empty() {
            return exporter.finish().map(|(manifest, _)| manifest).map_err(failed);
        }
        for label in &page {
            exporter.push(label).map_err(failed)?;
        }
    }
}

/// A connection is held for one page only, so that a slow reader doesn't keep one for hours.
async fn next_page(hub: &Hub, filter: &mut LiveFilter) -> Result<Vec<domain::label::Label>, HubError> {
    let mut conn = hub.store.reader().await?;
    let page = labels::live(&mut conn, filter).await?;
    filter.after = page.last().map_or(filter.after, |(position, _)| *position);
    Ok(page.into_iter().map(|(_, label)| label).collect())
}

/// What is written, until it is taken away as a chunk of the answer.
#[derive(Clone, Default)]
struct Chunk(Arc<Mutex<Vec<u8>>>);

impl Chunk {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Chunk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The file as a body that is made while it is read.
pub fn stream(hub: Hub, wanted: Wanted) -> Body {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    tokio::spawn(async move {
        if let Err(error) = send(&hub, &wanted, &sender).await {
            tracing::error!(%error, "export.broke_off");
            // The client sees a broken answer, not a short file.
            let _ = sender.send(Err(std::io::Error::other("export broke off"))).await;
        }
    });
    Body::from_stream(futures_util::stream::unfold(
        receiver,
        |mut receiver| async move { Some((receiver.recv().await?, receiver)) },
    ))
}

async fn send(
    hub: &Hub,
    wanted: &Wanted,
    sender: &mpsc::Sender<Result<Bytes, std::io::Error>>,
) -> Result<(), HubError> {
    let chunk = Chunk::default();
    let mut filter = wanted.live(hub).await?;
    let mut exporter = Exporter::new(wanted.format, wanted.filters(filter.until), chunk.clone());
    loop {
        let page = next_page(hub, &mut filter).await?;
        for label in &page {
            exporter.push(label).map_err(failed)?;
        }
        let ended = page.is_empty();
        if ended {
            exporter.finish().map_err(failed)?;
            // Nobody reads any longer: nothing is left to do.
            let _ = sender.send(Ok(chunk.take())).await;
            return Ok(());
        }
        if sender.send(Ok(chunk.take())).await.is_err() {
            return Ok(());
        }
    }
}
