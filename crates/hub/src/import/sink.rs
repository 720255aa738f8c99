//! Where every import ends: batches of cases through the hub's own ingest, known links beside them, counts of both.

use std::collections::HashSet;

use connectors::RowError;
use domain::Invalid;
use protocol::hub::CaseResult;
use serde_json::Value;

use super::known::{Key, known};
use super::plan::{self, Step};
use super::report::REFUSED_KEPT;
use super::{ImportError, Refused, Report, Watch};
use crate::Hub;
use crate::body::Incoming;
use crate::caller::Caller;
use crate::cases;
use crate::links::{self, NewLink};

const BATCH: usize = 500;

/// A batch ends earlier when its cases are large.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// One case of a file.
pub struct Row {
    /// The file, as a person knows it.
    pub file: String,
    pub line: u64,
    /// Of its text, where it is one; else 0, for it is small.
    pub bytes: usize,
    pub case: Result<Value, Invalid>,
}

/// One pair of a file that automation joined by itself.
pub struct LinkLine {
    pub file: String,
    pub line: u64,
    pub link: NewLink,
}

/// A row, and whether its case stood further up already.
struct Waiting {
    row: Row,
    again: bool,
}

pub struct Sink<'a> {
    hub: Hub,
    caller: Caller,
    /// The queue that was asked for, where one was.
    queue: Option<String>,
    rows: Vec<Waiting>,
    rows_bytes: usize,
    links: Vec<LinkLine>,
    /// Cases of this import so far: the same one twice with different content is a mistake of the file.
    seen: HashSet<Key>,
    report: Report,
    watch: &'a mut dyn Watch,
}

impl<'a> Sink<'a> {
    pub fn new(hub: Hub, caller: Caller, queue: Option<String>, watch: &'a mut dyn Watch) -> Self {
        Self {
            hub,
            caller,
            queue,
            rows: Vec::new(),
            rows_bytes: 0,
            links: Vec::new(),
            seen: HashSet::new(),
            report: Report::default(),
            watch,
        }
    }

    pub fn step(&mut self) {
        self.watch.step();
    }

    pub fn say(&mut self, sentence: &str) {
        self.watch.say(sentence);
    }

    /// Before an import ends early: batches that were committed stay.
    pub fn say_what_is_in(&mut self) {
        self.watch.say(&format!("before it stopped: {}", self.report));
    }

    /// Something that was guessed.
    pub fn note(&mut self, note: String) {
        self.watch.say(&format!("note: {note}"));
        self.report.notes.push(note);
    }

    pub async fn case(&mut self, row: Row) -> Result<(), ImportError> {
        let key = row.case.as_ref().ok().and_then(key);
        let again = key.is_some_and(|key| !self.seen.insert(key));
        if again {
            // What stands further up has to be in before this one is compared with it.
            self.flush_cases().await?;
        }
        self.rows_bytes += row.bytes;
        self.rows.push(Waiting { row, again });
        if self.rows.len() >= BATCH || self.rows_bytes >= BATCH_BYTES {
            self.flush_cases().await
        } else {
            Ok(())
        }
    }

    pub async fn link(&mut self, link: LinkLine) -> Result<(), ImportError> {
        self.links.push(link);
        if self.links.len() >= BATCH {
            self.flush_links().await
        } else {
            Ok(())
        }
    }

    /// A row the file's reader left out.
    pub fn row_error(&mut self, file: &str, error: &RowError) {
        self.refuse(Refused {
            file: file.to_owned(),
            line: error.line,
            code: error.code.as_str().to_owned(),
            pointer: None,
            detail: error.detail.clone(),
        });
    }

    fn refuse(&mut self, row: Refused) {
        self.watch.refused(&row);
        self.report.refused += 1;
        if self.report.refused_rows.len() < REFUSED_KEPT {
            self.report.refused_rows.push(row);
        }
    }

    async fn flush_links(&mut self) -> Result<(), ImportError> {
        let links = std::mem::take(&mut self.links);
        if links.is_empty() {
            return Ok(());
        }
        let (places, links): (Vec<_>, Vec<_>) = links
            .into_iter()
            .map(|LinkLine { file, line, link }| ((file, line), link))
            .unzip();
        let items = links::link(&self.hub, &self.caller, links).await?;
        for (item, (file, line)) in items.into_iter().zip(places) {
            match item.result {
                CaseResult::Refused => self.refuse(Refused {
                    file,
                    line,
                    code: item.code.unwrap_or_default(),
                    pointer: item.pointer,
                    detail: item.detail.unwrap_or_default(),
                }),
                result => {
                    self.report.known_links += 1;
                    self.report.new_links += u64::from(result == CaseResult::Created);
                }
            }
        }
        Ok(())
    }

    async fn flush_cases(&mut self) -> Result<(), ImportError> {
        let rows = std::mem::take(&mut self.rows);
        self.rows_bytes = 0;
        let wanted: Vec<(Key, Option<u32>)> = rows
            .iter()
            .filter_map(|waiting| waiting.row.case.as_ref().ok())
            .filter_map(|case| {
                Some((
                    key(case)?,
                    plan::named_revision(case).and_then(|r| u32::try_from(r).ok()),
                ))
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let known = known(&self.hub, &wanted, self.queue.as_deref()).await?;
        let (mut sent, mut batch) = (Vec::new(), Vec::new());
        for Waiting { row, again } in rows {
            let Row { file, line, case, .. } = row;
            let planned = case.and_then(|case| {
                let found = key(&case).and_then(|key| known.get(&key));
                let unnamed = plan::named_revision(&case).is_none();
                match plan::plan(case, found, self.queue.as_deref())? {
                    Step::Send(_) if again && unnamed && found.is_some() => Err(Invalid::new(
                        "duplicate_case",
                        "/external_id",
                        "this case stands further up with other content",
                    )),
                    step => Ok(step),
                }
            });
            let json = match planned {
                Ok(Step::Send(case)) => Ok(case),
                Ok(Step::Unchanged) => {
                    self.report.unchanged += 1;
                    continue;
                }
                Ok(Step::Decided) => {
                    self.report.decided += 1;
                    continue;
                }
                Err(invalid) => Err(invalid),
            };
            batch.push(Incoming {
                index: sent.len() as u64,
                json,
            });
            sent.push((file, line));
        }
        let items = cases::ingest_undecided(&self.hub, &self.caller, batch).await?;
        for (item, (file, line)) in items.into_iter().zip(sent) {
            match item.result {
                CaseResult::Created => self.report.created += 1,
                CaseResult::Unchanged => self.report.unchanged += 1,
                CaseResult::Revised => self.report.revised += 1,
                CaseResult::Refused if item.code.as_deref() == Some(cases::ALREADY_DECIDED) => {
                    self.report.decided += 1;
                }
                CaseResult::Refused => self.refuse(Refused {
                    file,
                    line,
                    code: item.code.unwrap_or_default(),
                    pointer: item.pointer,
                    detail: item.detail.unwrap_or_default(),
                }),
            }
        }
        Ok(())
    }

    /// Writes what is left; what became of all.
    pub async fn finish(mut self) -> Result<Report, ImportError> {
        let written = match self.flush_cases().await {
            Ok(()) => self.flush_links().await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            self.say_what_is_in();
            return Err(error);
        }
        Ok(self.report)
    }
}

/// What a case is known by.
fn key(case: &Value) -> Option<Key> {
    Some((
        case.get("source")?.as_str()?.to_owned(),
        case.get("external_id")?.as_str()?.to_owned(),
    ))
}
