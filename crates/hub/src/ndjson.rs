//! NDJSON in and out: cases line by line, answered line by line once their batch is committed.
//!
//! Reading never waits for the answer to be read: answers go to a temporary file and are sent from there. So a client
//! may send everything first and read afterwards, and no amount of unread answers fills memory.

use std::collections::{HashSet, VecDeque};
use std::io::SeekFrom;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use domain::case::CASE_BYTES_MAX;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use protocol::hub::{CaseItem, CaseResult};
use serde::Serialize;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::body::{Incoming, too_large};
use crate::error::HubError;

pub const NDJSON: &str = "application/x-ndjson";

/// A batch is committed when it has this many lines, or bytes, or when no more input is there for a moment.
const BATCH_LINES: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
const IDLE_MILLISECONDS: u64 = 10;

/// Takes one batch of items and gives one answer for each.
pub trait Ingest: Clone + Send + Sync + 'static {
    /// A batch that only has to be written.
    type Ready: Send + 'static;

    /// What can be done while the batch before is being written.
    fn prepare(&self, batch: Vec<Incoming>) -> impl Future<Output = Result<Self::Ready, HubError>> + Send;

    /// What a batch is about: of two that share something the first is written before the second begins.
    fn about(ready: &Self::Ready) -> HashSet<Key>;

    /// How many batches are written at the same time.
    fn at_once(&self) -> usize;

    fn ingest(&self, ready: Self::Ready) -> impl Future<Output = Result<Vec<CaseItem>, HubError>> + Send;
}

/// A case, as its source knows it: source and external id.
pub type Key = (String, String);

/// Which answers are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    All,
    /// Refusals, and a last line with the counts.
    Refused,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub created: u64,
    pub unchanged: u64,
    pub revised: u64,
    pub refused: u64,
}

impl Counts {
    pub fn add(&mut self, result: CaseResult) {
        match result {
            CaseResult::Created => self.created += 1,
            CaseResult::Unchanged => self.unchanged += 1,
            CaseResult::Revised => self.revised += 1,
            CaseResult::Refused => self.refused += 1,
        }
    }
}

#[derive(Serialize)]
struct LastLine {
    counts: Counts,
}

/// Starts taking the body's lines and answers with a stream; the work goes on whether or not the answer is read.
///
/// # Errors
/// [`HubError::Io`]: no temporary file.
pub fn respond(body: Body, answers: Answers, ingest: impl Ingest) -> Result<Response, HubError> {
    let file = tempfile::NamedTempFile::new()?;
    let (written, watcher) = watch::channel(Written::default());
    let reading = Reading {
        file: File::from_std(file.reopen()?),
        sent: 0,
        watcher,
    };
    // The name goes at once; the two open handles keep the file until both are closed. Where a system can't unlink an
    // open file, it goes with `path`.
    let (writer, path) = file.into_parts();
    let spool = Spool {
        file: File::from_std(writer),
        _path: path,
        written,
    };
    tokio::spawn(async move {
        if let Err(error) = take(body.into_data_stream(), answers, ingest, spool).await {
            tracing::error!(%error, "ndjson.answers_lost");
        }
    });
    Ok((
        [(header::CONTENT_TYPE, NDJSON)],
        Body::from_stream(reading.into_stream()),
    )
        .into_response())
}

#[derive(Debug, Clone, Copy, Default)]
struct Written {
    bytes: u64,
    /// Nothing more comes.
    ended: bool,
    /// Every line that was read has its answer here.
    whole: bool,
}

/// The writing end of the temporary file.
struct Spool {
    file: File,
    _path: tempfile::TempPath,
    written: watch::Sender<Written>,
}

impl Spool {
    async fn write(&mut self, lines: &[u8]) -> std::io::Result<()> {
        self.file.write_all(lines).await?;
        self.file.flush().await?;
        self.written
            .send_modify(|written| written.bytes += lines.len() as u64);
        Ok(())
    }
}

impl Spool {
    /// Without this the answer is cut off when the spool is dropped, so that no client takes half of it for all.
    fn finish(&mut self) {
        self.written.send_modify(|written| written.whole = true);
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.written.send_modify(|written| written.ended = true);
    }
}

/// The reading end.
struct Reading {
    file: File,
    sent: u64,
    watcher: watch::Receiver<Written>,
}

const CHUNK_BYTES: usize = 64 * 1024;

impl Reading {
    fn into_stream(self) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
        stream::try_unfold(self, |mut reading| async move {
            Ok(reading.next().await?.map(|chunk| (chunk, reading)))
        })
    }

    async fn next(&mut self) -> std::io::Result<Option<Bytes>> {
        loop {
            let written = *self.watcher.borrow_and_update();
            if written.bytes > self.sent {
                let mut chunk =
                    vec![
                        0;
                        CHUNK_BYTES.min(usize::try_from(written.bytes - self.sent).unwrap_or(CHUNK_BYTES))
                    ];
                self.file.seek(SeekFrom::Start(self.sent)).await?;
                self.file.read_exact(&mut chunk).await?;
                self.sent += chunk.len() as u64;
                return Ok(Some(chunk.into()));
            }
            if written.ended {
                let cut_off = || Err(std::io::Error::other("the answers broke off"));
                return if written.whole { Ok(None) } else { cut_off() };
            }
            // A spool that is dropped ends first, so a sender that is gone has said so.
            if self.watcher.changed().await.is_err() && !self.watcher.borrow().ended {
                return Ok(None);
            }
        }
    }
}

/// Batches waiting for the next hands: one is read, the one before is prepared, the one before that is written.
const BATCHES_AHEAD: usize = 1;

/// Reads to the end, batch by batch. A body that breaks off keeps what was whole lines.
async fn take<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    answers: Answers,
    ingest: impl Ingest,
    spool: Spool,
) -> std::io::Result<()> {
    let (batches, waiting) = mpsc::channel(BATCHES_AHEAD);
    let (prepared, ready) = mpsc::channel(BATCHES_AHEAD);
    tokio::spawn(prepare(waiting, ingest.clone(), prepared));
    let writing = tokio::spawn(write(ready, answers, ingest, spool));
    let whole = read(body, &batches).await;
    drop(batches);
    let (mut spool, counts) = writing.await.map_err(std::io::Error::other)??;
    if whole {
        if answers == Answers::Refused {
            spool.write(&line_of(&LastLine { counts })?).await?;
        }
        spool.finish();
    }
    Ok(())
}

/// Cuts the body into batches. False: it broke off, or nobody takes batches any longer.
async fn read<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    batches: &mpsc::Sender<Vec<Incoming>>,
) -> bool {
    let mut body = std::pin::pin!(body);
    let mut lines = Lines::default();
    loop {
        let chunk = match body.next().now_or_never() {
            Some(chunk) => chunk,
            None if lines.batch.is_empty() => body.next().await,
            None => {
                let idle = std::time::Duration::from_millis(IDLE_MILLISECONDS);
                match tokio::time::timeout(idle, body.next()).await {
                    Ok(chunk) => chunk,
                    Err(_) => {
                        if !hand_on(&mut lines, batches).await {
                            return false;
                        }
                        continue;
                    }
                }
            }
        };
        match chunk {
            Some(Ok(bytes)) => {
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    rest = lines.push(rest);
                    let full = lines.batch.len() >= BATCH_LINES || lines.batch_bytes >= BATCH_BYTES;
                    if full && !hand_on(&mut lines, batches).await {
                        return false;
                    }
                }
            }
            Some(Err(_)) => {
                hand_on(&mut lines, batches).await;
                return false;
            }
            None => break,
        }
    }
    lines.end();
    hand_on(&mut lines, batches).await
}

/// False: the writer ended.
async fn hand_on(lines: &mut Lines, batches: &mpsc::Sender<Vec<Incoming>>) -> bool {
    let batch = lines.take_batch();
    batch.is_empty() || batches.send(batch).await.is_ok()
}

struct Prepared<R> {
    indexes: Vec<u64>,
    about: HashSet<Key>,
    ready: Result<R, HubError>,
}

/// Prepares batches in the order they were read, until there are no more or nobody takes them.
async fn prepare<I: Ingest>(
    mut batches: mpsc::Receiver<Vec<Incoming>>,
    ingest: I,
    prepared: mpsc::Sender<Prepared<I::Ready>>,
) {
    while let Some(batch) = batches.recv().await {
        let indexes = batch.iter().map(|item| item.index).collect();
        let ready = ingest.prepare(batch).await;
        let batch = Prepared {
            indexes,
            about: ready.as_ref().map_or_else(|_| HashSet::new(), I::about),
            ready,
        };
        if prepared.send(batch).await.is_err() {
            return;
        }
    }
}

/// A batch that is being written.
struct Writing {
    indexes: Vec<u64>,
    about: HashSet<Key>,
    written: JoinHandle<Result<Vec<CaseItem>, HubError>>,
}

impl Writing {
    fn begin<I: Ingest>(prepared: Prepared<I::Ready>, ingest: &I) -> Self {
        let Prepared {
            indexes,
            about,
            ready,
        } = prepared;
        let ingest = ingest.clone();
        let written = tokio::spawn(async move { ingest.ingest(ready?).await });
        Self {
            indexes,
            about,
            written,
        }
    }

    /// May be given up and asked again.
    async fn answers(&mut self) -> Vec<CaseItem> {
        let taken = (&mut self.written).await;
        let taken = taken.unwrap_or_else(|error| Err(HubError::broken(error)));
        taken.unwrap_or_else(|error| refuse_all(&self.indexes, &error))
    }
}

/// Writes batches, several at once where they are about different cases, and answers them in the order they were read, each
/// once it is committed.
async fn write<I: Ingest>(
    mut batches: mpsc::Receiver<Prepared<I::Ready>>,
    answers: Answers,
    ingest: I,
    mut spool: Spool,
) -> std::io::Result<(Spool, Counts)> {
    let mut counts = Counts::default();
    let mut under_way: VecDeque<Writing> = VecDeque::new();
    let mut next: Option<Prepared<I::Ready>> = None;
    let mut ended = false;
    loop {
        if let Some(prepared) = next.take() {
            let apart = under_way
                .iter()
                .all(|other| other.about.is_disjoint(&prepared.about));
            if apart && under_way.len() < ingest.at_once() {
                under_way.push_back(Writing::begin(prepared, &ingest));
            } else {
                next = Some(prepared);
            }
        }
        if ended && next.is_none() && under_way.is_empty() {
            return Ok((spool, counts));
        }
        let items = tokio::select! {
            prepared = batches.recv(), if next.is_none() && !ended => {
                ended = prepared.is_none();
                next = prepared;
                continue;
            }
            Some(items) = first_answers(&mut under_way), if !under_way.is_empty() => items,
        };
        under_way.pop_front();
        let mut out = Vec::new();
        for item in &items {
            counts.add(item.result);
            if answers == Answers::All || item.result == CaseResult::Refused {
                out.extend(line_of(item)?);
            }
        }
        spool.write(&out).await?;
    }
}

async fn first_answers(under_way: &mut VecDeque<Writing>) -> Option<Vec<CaseItem>> {
    Some(under_way.front_mut()?.answers().await)
}

/// A whole batch that failed: nothing of it was committed, each line can be sent again.
fn refuse_all(indexes: &[u64], error: &HubError) -> Vec<CaseItem> {
    if error.code() == "internal" {
        tracing::error!(?error, "ndjson.batch_failed");
    }
    let refused = |index: &u64| CaseItem {
        index: *index,
        id: None,
        external_id: None,
        result: CaseResult::Refused,
        code: Some(error.code().to_owned()),
        detail: Some(error.detail()),
        pointer: error.pointer().map(str::to_owned),
    };
    indexes.iter().map(refused).collect()
}

fn line_of(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// Cuts chunks into lines. A line beyond the limit is passed over, never held.
#[derive(Default)]
struct Lines {
    batch: Vec<Incoming>,
    batch_bytes: usize,
    line: Vec<u8>,
    /// Of the line so far, also of what isn't held.
    line_bytes: usize,
    index: u64,
}

impl Lines {
    /// Takes up to and with one line break; gives what is left of the chunk.
    fn push<'a>(&mut self, chunk: &'a [u8]) -> &'a [u8] {
        let at = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..at.unwrap_or(chunk.len())];
        self.line_bytes += part.len();
        // One byte over the limit is kept, to tell a carriage return from a line too long.
        let room = (CASE_BYTES_MAX + 1).saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
        match at {
            Some(at) => {
                self.end();
                &chunk[at + 1..]
            }
            None => &[],
        }
    }

    /// Ends the line: an empty one is counted and passed over.
    fn end(&mut self) {
        let index = self.index;
        self.index += 1;
        let (line, length) = (
            std::mem::take(&mut self.line),
            std::mem::take(&mut self.line_bytes),
        );
        let line = if index == 0 {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line)
        } else {
            &line[..]
        };
        let trimmed = line.strip_suffix(b"\r").unwrap_or(line);
        if trimmed.trim_ascii().is_empty() && length <= CASE_BYTES_MAX {
            return;
        }
        self.batch_bytes += trimmed.len();
        self.batch
            .push(if length > CASE_BYTES_MAX + 1 || trimmed.len() > CASE_BYTES_MAX {
                Incoming {
                    index,
                    json: Err(too_large(length)),
                }
            } else {
                match std::str::from_utf8(trimmed) {
                    Ok(text) => Incoming::read(index, text),
                    Err(error) => Incoming {
                        index,
                        json: Err(Invalid::new("malformed_json", "", error.to_string())),
                    },
                }
            });
    }

    fn take_batch(&mut self) -> Vec<Incoming> {
        self.batch_bytes = 0;
        std::mem::take(&mut self.batch)
    }
}

#[cfg(test)]
mod tests;
