//! Files of other shapes into cases and known links, through the same door as `POST /v1/cases`.
//!
//! Reading the files is `connectors`; what comes of a case that is already here is [`plan`]. The command line and the
//! app's own hub both import by this.

mod known;
mod plan;
mod report;
mod sink;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use connectors::splink::{Content, Header, KnownLink, KnownRecord, Splink, SplinkOptions};
use connectors::{InputFile, Pairs, cases, claims};
use serde_json::{Value, json};

use crate::Hub;
use crate::error::HubError;
use crate::links::{LinkedRecord, NewLink};
pub use report::{Refused, Report, Watch};
use sink::{LinkLine, Row, Sink};

/// The source of cases that name none, where none is given.
const CASES_SOURCE: &str = "cases";

/// Whom the audit names for what an import writes.
const PERSON: &str = "import";

/// What to import.
#[derive(Debug, Clone)]
pub enum Request {
    Cases(CasesRequest),
    Splink(Box<SplinkRequest>),
    Claims(ClaimsRequest),
}

impl Request {
    /// The queue all of it goes to.
    fn queue(&self) -> Option<&str> {
        match self {
            Self::Cases(cases) => cases.queue.as_deref(),
            Self::Splink(splink) => splink.how.queue.as_deref(),
            Self::Claims(claims) => claims.how.queue.as_deref(),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct CasesRequest {
    pub files: Vec<PathBuf>,
    /// Replaces the cases' own queue.
    pub queue: Option<String>,
    /// Replaces the cases' own source.
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct SplinkRequest {
    pub records: PathBuf,
    /// CSV or Parquet.
    pub pairs: PathBuf,
    pub how: SplinkOptions,
}

#[derive(Debug, Clone)]
pub struct ClaimsRequest {
    pub file: PathBuf,
    pub how: claims::ClaimsOptions,
}

/// Why nothing more is read. What was in before stays in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Input(#[from] connectors::OpenError),
}

impl ImportError {
    pub fn code(&self) -> &str {
        match self {
            Self::Hub(error) => error.code(),
            Self::File { .. } => "file_unreadable",
            Self::Input(error) => error.code(),
        }
    }
}

/// Imports files. Rows that are refused are in the report, each with line and reason; the good ones are in.
///
/// # Errors
/// [`ImportError`]: a file that can't be read, or the hub's own.
pub async fn run(hub: &Hub, what: Request, watch: &mut dyn Watch) -> Result<Report, ImportError> {
    let caller = hub.command_line(PERSON).await?;
    let mut sink = Sink::new(hub.clone(), caller, what.queue().map(str::to_owned), watch);
    let read = match what {
        Request::Cases(request) => import_cases(&mut sink, &request).await,
        Request::Splink(request) => import_splink(&mut sink, *request).await,
        Request::Claims(request) => import_claims(&mut sink, request).await,
    };
    match read {
        Ok(()) => sink.finish().await,
        Err(error) => {
            sink.say_what_is_in();
            Err(error)
        }
    }
}

/// Imports cases from text at hand, one a line. `name` is what a person knows it by.
///
/// # Errors
/// As [`run`].
pub async fn lines(
    hub: &Hub,
    name: &str,
    text: impl Read + Send,
    watch: &mut dyn Watch,
) -> Result<Report, ImportError> {
    let caller = hub.command_line(PERSON).await?;
    let mut sink = Sink::new(hub.clone(), caller, None, watch);
    import_lines(&mut sink, name, text, &CasesRequest::default()).await?;
    sink.finish().await
}

fn open(path: &Path) -> Result<File, ImportError> {
    let error = |source| ImportError::File {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(error)?;
    // Opening a folder succeeds; reading it doesn't.
    if file.metadata().map_err(error)?.is_dir() {
        return Err(error(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

async fn import_cases(sink: &mut Sink<'_>, request: &CasesRequest) -> Result<(), ImportError> {
    // All or none: a name misspelt is said before anything is in.
    let files = request
        .files
        .iter()
        .map(|path| Ok((path, open(path)?)))
        .collect::<Result<Vec<_>, ImportError>>()?;
    for (path, file) in files {
        import_lines(sink, &path.display().to_string(), file, request).await?;
    }
    Ok(())
}

async fn import_lines(
    sink: &mut Sink<'_>,
    name: &str,
    text: impl Read + Send,
    request: &CasesRequest,
) -> Result<(), ImportError> {
    for line in cases::Lines::new(BufReader::new(text)) {
        sink.step();
        match line {
            Ok(line) => {
                let case = domain::json::parse(&line.text).map(|case| addressed(case, request));
                sink.case(Row {
                    file: name.to_owned(),
                    line: line.line,
                    bytes: line.text.len(),
                    case,
                })
                .await?;
            }
            Err(error) => sink.row_error(name, &error),
        }
    }
    Ok(())
}

/// The case with the queue and source that were asked for.
fn addressed(mut case: Value, request: &CasesRequest) -> Value {
    if let Value::Object(members) = &mut case {
        if let Some(queue) = &request.queue {
            members.insert("queue".into(), json!(queue));
        }
        match &request.source {
            Some(source) => {
                members.insert("source".into(), json!(source));
            }
            None if members.get("source").is_none_or(Value::is_null) => {
                members.insert("source".into(), json!(CASES_SOURCE));
            }
            None => {}
        }
    }
    case
}

/// What an import of these records would find in them.
///
/// # Errors
/// [`ImportError`], as that import would have.
pub fn records_header(records: &Path) -> Result<Header, ImportError> {
    Ok(Header::read(open(records)?)?)
}

async fn import_splink(sink: &mut Sink<'_>, request: SplinkRequest) -> Result<(), ImportError> {
    let (records, pairs) = (open(&request.records)?, open(&request.pairs)?);
    let name = |file: InputFile| match file {
        InputFile::Records => request.records.display().to_string(),
        _ => request.pairs.display().to_string(),
    };
    let (low, high) = (request.how.low, request.how.high);
    let (source, queue) = (request.how.source.clone(), request.how.queue.clone());
    let mut items = Splink::open(request.how, records, Pairs::from_file(pairs)?)?;
    for item in items.by_ref() {
        sink.step();
        match item {
            Ok(item) => match item.content {
                Content::Case(case) => {
                    sink.case(Row {
                        file: name(InputFile::Pairs),
                        line: item.line,
                        bytes: 0,
                        case: Ok(case),
                    })
                    .await?;
                }
                Content::Link(link) => {
                    sink.link(LinkLine {
                        file: name(InputFile::Pairs),
                        line: item.line,
                        link: known(link, &source, queue.as_deref()),
                    })
                    .await?;
                }
            },
            Err(error) => sink.row_error(&name(error.file), &error),
        }
    }
    for note in items.notes() {
        sink.note(note.to_string());
    }
    let summary = items.summary();
    sink.say(&format!(
        "{} pairs: {} below {low}, {} to decide, {} known links from {high} on",
        summary.pairs, summary.below, summary.cases, summary.links
    ));
    Ok(())
}

/// A pair that the matcher joined by itself, as the hub keeps it.
fn known(link: KnownLink, source: &str, queue: Option<&str>) -> NewLink {
    let record = |record: KnownRecord| LinkedRecord {
        system: record.system,
        id: record.id,
    };
    NewLink {
        source: Some(source.to_owned()),
        queue: queue.map(str::to_owned),
        left: record(link.left),
        right: record(link.right),
        probability: Some(link.probability),
        weight: link.weight,
        basis: Some(link.basis),
        by: None,
    }
}

async fn import_claims(sink: &mut Sink<'_>, request: ClaimsRequest) -> Result<(), ImportError> {
    let name = request.file.display().to_string();
    let mut items = claims::Claims::open(request.how, open(&request.file)?)?;
    for item in items.by_ref() {
        sink.step();
        match item {
            Ok(item) => {
                sink.case(Row {
                    file: name.clone(),
                    line: item.line,
                    bytes: 0,
                    case: Ok(item.case),
                })
                .await?
            }
            Err(error) => sink.row_error(&name, &error),
        }
    }
    for note in items.notes() {
        sink.note(note.to_string());
    }
    let summary = items.summary();
    sink.say(&format!(
        "{} claims: {} in dispute, {} agreed",
        summary.claims, summary.cases, summary.agreed
    ));
    Ok(())
}
