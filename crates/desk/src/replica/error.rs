//! What can be wrong with the store, and the words for it.

use protocol::WireError;
use sqlx::error::DatabaseError;

#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    #[error("the key doesn't open this store")]
    WrongKey,
    #[error("the disk is full")]
    DiskFull,
    #[error("the disk can't be written")]
    Disk,
    #[error("the store is of version {found}, this program knows {known}")]
    Newer { found: i64, known: i64 },
    #[error("a payload of the store can't be read: {0}")]
    Payload(String),
    #[error("the store: {0}")]
    Sql(sqlx::Error),
    #[error("the store's migrations: {0}")]
    Migrate(String),
}

/// Primary result codes of SQLite, <https://www.sqlite.org/rescode.html>.
const SQLITE_PERM: i64 = 3;
const SQLITE_READONLY: i64 = 8;
const SQLITE_IOERR: i64 = 10;
const SQLITE_FULL: i64 = 13;
const SQLITE_CANTOPEN: i64 = 14;
const SQLITE_NOTADB: i64 = 26;
/// Extended: a write came back short, as under a limit on the size of files.
const SQLITE_IOERR_WRITE: i64 = 778;

impl From<sqlx::Error> for ReplicaError {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(DatabaseError::code)
            .and_then(|code| code.parse::<i64>().ok());
        // The low byte of an extended code is its primary one.
        if code == Some(SQLITE_IOERR_WRITE) {
            return Self::DiskFull;
        }
        match code.map(|code| code & 0xff) {
            Some(SQLITE_NOTADB) => Self::WrongKey,
            Some(SQLITE_FULL) => Self::DiskFull,
            Some(SQLITE_IOERR | SQLITE_READONLY | SQLITE_PERM | SQLITE_CANTOPEN) => Self::Disk,
            _ => Self::Sql(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for ReplicaError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migrate(other.to_string()),
        }
    }
}

impl ReplicaError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKey => "wrong_key",
            Self::DiskFull => "disk_full",
            Self::Disk => "disk_error",
            Self::Newer { .. } => "store_newer",
            Self::Payload(_) | Self::Sql(_) | Self::Migrate(_) => "store_error",
        }
    }

    /// What happened and what to do.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::WrongKey => "The key doesn't open the store on this computer. Nothing in it was changed.",
            Self::DiskFull => "The disk is full. Nothing was lost; free some space and try again.",
            Self::Disk => "The disk can't be read or written. Nothing was changed; check it and try again.",
            Self::Newer { .. } => "A newer version of Tiebreak has used this store. Update this one.",
            Self::Payload(_) | Self::Sql(_) | Self::Migrate(_) => {
                "The store on this computer didn't take this. Nothing was changed."
            }
        }
    }
}

impl From<ReplicaError> for WireError {
    fn from(error: ReplicaError) -> Self {
        if matches!(
            error,
            ReplicaError::Payload(_) | ReplicaError::Sql(_) | ReplicaError::Migrate(_)
        ) {
            tracing::error!(code = error.code(), error = %error, "the replica failed");
        }
        Self::new(error.code(), error.words())
    }
}

/// Why a decision wasn't written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWritten {
    /// The case isn't here any more.
    Gone,
    /// It is decided already.
    Decided,
    /// Its content isn't what was on the screen.
    Changed,
}

impl From<NotWritten> for WireError {
    fn from(why: NotWritten) -> Self {
        match why {
            NotWritten::Gone => Self::new(
                "case_gone",
                "This case is no longer at hand. Nothing was decided.",
            ),
            NotWritten::Decided => Self::new("already_decided", "You have decided this case"),
            NotWritten::Changed => Self::new(
                "case_changed",
                "The case changed while you looked. Nothing was decided; look again.",
            ),
        }
    }
}
