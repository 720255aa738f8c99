//! What can go wrong in the hub, and how it is said: RFC 9457 problems with a stable code.
//!
//! Internals (SQL, files) are logged once, here, and never sent. What it is not: the place of rules; a rule's refusal
//! comes from `domain` with its code and is only given a status here.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use domain::policy::Refusal;
use protocol::Problem;
use sqlx::sqlite::SqliteError;

use crate::oidc::fault::IdentityFault;

pub const PROBLEM_JSON: &str = "application/problem+json";

/// Shown to clients as a problem; see [`HubError::status`] and [`HubError::code`].
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The request can't be read as what it should be: 400.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Read, but not possible to do: 422.
    #[error("{0}")]
    Unprocessable(Invalid),
    /// The same of what nobody may do by mistake: it is noted that it was tried.
    #[error("{0}")]
    Attempted(Invalid),
    #[error("no valid token: {0}")]
    Unauthorized(TokenFault),
    /// What a provider said isn't taken: 401.
    #[error("{0}")]
    Identity(IdentityFault),
    #[error("{code}: {detail}")]
    Forbidden { code: &'static str, detail: String },
    /// Also for what exists and the caller may not know of.
    #[error("{what} not found")]
    NotFound { what: &'static str },
    /// It was there: 404, and said in words.
    #[error(
        "its content was erased, as this hub's retention says; that it was there, and its hash, are kept"
    )]
    Erased,
    /// The world has moved on: 409.
    #[error("{code}: {detail}")]
    Conflict { code: &'static str, detail: String },
    /// A rule said no: 403 for `not_allowed` and `second_must_differ`, else 409.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the body is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
    /// Nothing more of the body came for too long: 408.
    #[error("the body came too slowly")]
    BodyTooSlow,
    #[error("content type not taken, expected {expected}")]
    UnsupportedMediaType { expected: &'static str },
    #[error("too many requests")]
    TooMany { retry_after_seconds: u32 },
    /// Not now: 503 with Retry-After.
    #[error("{code}: {detail}")]
    Unavailable {
        code: &'static str,
        detail: String,
        retry_after_seconds: u32,
    },
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// Said when a hub is opened; nobody is connected yet.
    #[error("the database can't be read: it is encrypted with another key, or no database at all")]
    WrongKey,
    #[error("migration: {0}")]
    Migration(sqlx::migrate::MigrateError),
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// A state that cannot be: a stored value nobody could have written.
    #[error("broken: {0}")]
    Broken(String),
}

/// Why a token isn't taken. A client learns which, so that it can say what to do; the hash was found first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    #[error("send Authorization: Bearer and a token")]
    Missing,
    #[error("this token is unknown")]
    Unknown,
    #[error("this token has expired")]
    Expired,
    #[error("this token was revoked")]
    Revoked,
    #[error("this person's access was taken away")]
    Disabled,
}

impl TokenFault {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Unknown => "token_unknown",
            Self::Expired => "token_expired",
            Self::Revoked => "token_revoked",
            Self::Disabled => "person_disabled",
        }
    }
}

/// Of SQLite's primary result codes, those that have something to say to a client.
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
const SQLITE_FULL: i32 = 13;
const SQLITE_NOTADB: i32 = 26;

/// Of PostgreSQL's SQLSTATEs (Appendix A), those that have something to say to a client.
const DISK_FULL: &str = "53100";
const READ_ONLY: &str = "25006";
/// Somebody else wrote the same at the same time: the whole transaction is undone and may be sent again.
const RACED: &[&str] = &["23505", "40001", "40P01", "55P03"];
/// The server is starting, stopping or full.
const SERVER_AWAY: &[&str] = &["53300", "57P01", "57P02", "57P03"];

/// Seconds after which a busy database is worth another try, and a full disk one.
const BUSY_RETRY_SECONDS: u32 = 1;
const DISK_RETRY_SECONDS: u32 = 60;

impl From<sqlx::Error> for HubError {
    fn from(error: sqlx::Error) -> Self {
        match Trouble::of(&error) {
            Some(Trouble::DiskFull) => {
                tracing::error!(%error, "database can't be written");
                Self::Unavailable {
                    code: "disk_full",
                    detail: "the hub's disk is full or can't be written; nothing was changed".to_owned(),
                    retry_after_seconds: DISK_RETRY_SECONDS,
                }
            }
            Some(Trouble::ReadOnly) => {
                tracing::error!(%error, "database is read-only");
                Self::Unavailable {
                    code: "read_only",
                    detail: "the hub's database is read-only; nothing was changed".to_owned(),
                    retry_after_seconds: DISK_RETRY_SECONDS,
                }
            }
            Some(Trouble::Away) => {
                tracing::error!(%error, "database is away");
                Self::database_away()
            }
            Some(Trouble::Stopping) => Self::Unavailable {
                code: "stopping",
                detail: "the hub is stopping; nothing was changed".to_owned(),
                retry_after_seconds: BUSY_RETRY_SECONDS,
            },
            Some(Trouble::Busy) => Self::busy(),
            Some(Trouble::WrongKey) => Self::WrongKey,
            None => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for HubError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => Self::from(error),
            other => Self::Migration(other),
        }
    }
}

/// What is wrong with a database, of the things a client is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    DiskFull,
    ReadOnly,
    Busy,
    /// What was under way may or may not have been committed.
    Away,
    WrongKey,
    /// Still waiting for its turn when the hub shut down.
    Stopping,
}

impl Trouble {
    fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::PoolTimedOut => Some(Self::Busy),
            sqlx::Error::PoolClosed => Some(Self::Stopping),
            // A PostgreSQL that is just going or coming may answer what isn't of its protocol.
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Some(Self::Away),
            sqlx::Error::Database(database) if database.try_downcast_ref::<SqliteError>().is_some() => {
                Self::of_sqlite(database.code()?.parse().ok()?)
            }
            sqlx::Error::Database(database) => Self::of_sqlstate(database.code()?.as_ref()),
            _ => None,
        }
    }

    /// By SQLite's extended result code.
    fn of_sqlite(code: i32) -> Option<Self> {
        match code & 0xff {
            // A write the file system refuses (quota, file size limit, device) reads as IOERR; it is retried as a full disk.
            SQLITE_FULL | SQLITE_IOERR => Some(Self::DiskFull),
            SQLITE_READONLY => Some(Self::ReadOnly),
            SQLITE_BUSY | SQLITE_LOCKED => Some(Self::Busy),
            SQLITE_NOTADB => Some(Self::WrongKey),
            _ => None,
        }
    }

    /// By PostgreSQL's SQLSTATE.
    fn of_sqlstate(code: &str) -> Option<Self> {
        match code {
            DISK_FULL => Some(Self::DiskFull),
            READ_ONLY => Some(Self::ReadOnly),
            code if RACED.contains(&code) => Some(Self::Busy),
            code if SERVER_AWAY.contains(&code) || code.starts_with("08") => Some(Self::Away),
            _ => None,
        }
    }
}

impl HubError {
    pub fn busy() -> Self {
        Self::Unavailable {
            code: "busy",
            detail: "the hub's database is busy; nothing was changed".to_owned(),
            retry_after_seconds: BUSY_RETRY_SECONDS,
        }
    }

    /// What was under way may or may not have been committed.
    pub fn database_away() -> Self {
        Self::Unavailable {
            code: "database_away",
            detail: "the hub's database doesn't answer; send it again".to_owned(),
            retry_after_seconds: BUSY_RETRY_SECONDS,
        }
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
        }
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden {
            code,
            detail: detail.into(),
        }
    }

    pub fn broken(detail: impl std::fmt::Display) -> Self {
        Self::Broken(detail.to_string())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(invalid) if invalid.code == "too_large" => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unprocessable(_) | Self::Attempted(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized(_) | Self::Identity(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound { .. } | Self::Erased => StatusCode::NOT_FOUND,
            Self::Refused(refusal)
                if matches!(refusal.code.as_str(), "not_allowed" | "second_must_differ") =>
            {
                StatusCode::FORBIDDEN
            }
            Self::Conflict { .. } | Self::Refused(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::WrongKey | Self::Migration(_) | Self::Io(_) | Self::Broken(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// Whether the audit notes that it was tried: what a role doesn't give, and whatever isn't theirs to see or isn't there
    /// at all, alike, so that not even the time it takes tells which.
    fn is_noted(&self) -> bool {
        match self {
            Self::NotFound { what } => matches!(
                *what,
                "case" | "decision" | "queue" | "person" | "elevation" | "token" | "key" | "gold" | "webhook"
            ),
            Self::Attempted(_) => true,
            other => other.status() == StatusCode::FORBIDDEN,
        }
    }

    /// Stable, snake_case.
    pub fn code(&self) -> &str {
        match self {
            Self::Invalid(invalid) | Self::Unprocessable(invalid) | Self::Attempted(invalid) => &invalid.code,
            Self::Unauthorized(fault) => fault.code(),
            Self::Identity(fault) => fault.code(),
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } | Self::Unavailable { code, .. } => {
                code
            }
            Self::NotFound { .. } => "not_found",
            Self::Erased => "erased",
            Self::Refused(refusal) => &refusal.code,
            Self::TooLarge { .. } => "too_large",
            Self::BodyTooSlow => "body_too_slow",
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::TooMany { .. } => "too_many_requests",
            Self::Database(_) | Self::WrongKey | Self::Migration(_) | Self::Io(_) | Self::Broken(_) => {
                "internal"
            }
        }
    }

    /// Into what was sent, where there is a place.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::Invalid(invalid) | Self::Unprocessable(invalid) | Self::Attempted(invalid) => {
                Some(&invalid.pointer)
            }
            Self::Refused(refusal) => refusal.pointer.as_deref(),
            _ => None,
        }
    }

    /// What a client may read.
    pub fn detail(&self) -> String {
        match self {
            Self::Invalid(invalid) | Self::Unprocessable(invalid) | Self::Attempted(invalid) => {
                invalid.detail.clone()
            }
            Self::Unauthorized(fault) => fault.to_string(),
            Self::Forbidden { detail, .. }
            | Self::Conflict { detail, .. }
            | Self::Unavailable { detail, .. } => detail.clone(),
            Self::Refused(refusal) => refusal.text.clone(),
            Self::Database(_) | Self::WrongKey | Self::Migration(_) | Self::Io(_) | Self::Broken(_) => {
                "something went wrong inside the hub; its log has it under the correlation id".to_owned()
            }
            other => other.to_string(),
        }
    }

    pub fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after_seconds }
            | Self::Unavailable {
                retry_after_seconds, ..
            } => Some(*retry_after_seconds),
            _ => None,
        }
    }

    pub fn problem(&self) -> Problem {
        let mut problem = problem_of(self.status(), self.code(), self.detail());
        problem.pointer = self.pointer().map(str::to_owned);
        problem
    }
}

/// A problem without a place.
pub fn problem_of(status: StatusCode, code: &str, detail: impl Into<String>) -> Problem {
    Problem {
        kind: format!("urn:tiebreak:problem:{code}"),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: domain::text::capitalised(&detail.into()),
        code: code.to_owned(),
        pointer: None,
        correlation_id: None,
    }
}

impl IntoResponse for HubError {
    fn into_response(self) -> Response {
        if self.status() == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = ?self, "request failed inside");
        }
        let mut response = problem_response(self.problem());
        if self.is_noted() {
            response.extensions_mut().insert(Noted);
        }
        if let Some(seconds) = self.retry_after_seconds() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The problem as a response, and in its extensions, where `guard` finds it to add the correlation id.
pub fn problem_response(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
    response.extensions_mut().insert(Said(problem));
    response
}

/// A refusal that the audit is to note, see [`crate::refusals`].
#[derive(Debug, Clone, Copy)]
pub struct Noted;

/// A problem this hub said itself.
#[derive(Debug, Clone)]
pub struct Said(pub Problem);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internals_are_never_sent() {
        let error = HubError::Broken("/var/lib/secret.db: no such table".into());
        let problem = error.problem();
        assert_eq!((problem.status, problem.code.as_str()), (500, "internal"));
        assert!(!problem.detail.contains("secret"));
    }

    #[test]
    fn who_waits_for_a_hub_that_stops_is_told_to_come_back() {
        let error = HubError::from(sqlx::Error::PoolClosed);
        assert_eq!(
            (error.status().as_u16(), error.code(), error.retry_after_seconds()),
            (503, "stopping", Some(1))
        );
    }

    #[test]
    fn a_database_that_is_just_starting_is_away_and_no_fault_of_the_hub() {
        let said = sqlx::Error::Protocol("unexpected response from SSLRequest: 0x45".into());
        let error = HubError::from(said);
        assert_eq!((error.status().as_u16(), error.code()), (503, "database_away"));
    }

    #[test]
    fn a_rule_that_says_no_is_forbidden_or_conflict() {
        let of = |code: &str| HubError::from(Refusal::new(code, "x")).status().as_u16();
        assert_eq!(
            (of("not_allowed"), of("already_decided"), of("expired")),
            (403, 409, 409)
        );
    }

    #[test]
    fn a_problem_reads_as_rfc_9457() {
        let error = HubError::Invalid(Invalid::new("duplicate_key", "/a", "this member stands twice"));
        insta::assert_json_snapshot!(error.problem(), @r#"
        {
          "type": "urn:tiebreak:problem:duplicate_key",
          "title": "Bad Request",
          "status": 400,
          "detail": "This member stands twice",
          "code": "duplicate_key",
          "pointer": "/a"
        }
        "#);
    }
}
