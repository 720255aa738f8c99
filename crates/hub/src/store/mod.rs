//! The database: connections, transactions, migrations, and one module per table with its queries.
//!
//! SQL stands here and nowhere else in the hub, as static strings, portable where both engines agree. SQLite now,
//! through sqlx's `Any`, so that PostgreSQL comes beside it on the same functions. What it is not: rules. A function
//! here reads or writes; what may be written is decided before.

pub mod audit;
pub mod cases;
#[cfg(test)]
pub(crate) mod contract;
pub mod decisions;
pub mod events;
pub mod feeds;
pub mod labels;
pub mod leases;
pub mod links;
pub mod meta;
pub mod notes;
pub mod payloads;
pub mod people;
pub mod probe;
pub mod queues;
pub mod tokens;

use std::borrow::Cow;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, SqlSafeStr};

use crate::error::HubError;

/// Version, name, text. Only ever added to.
const SQLITE_MIGRATIONS: &[(i64, &str, &str)] = &[(
    20_261_121_100_000,
    "first",
    include_str!("../../../../migrations/hub/sqlite/20261121100000_first.sql"),
)];

/// Connections that read beside the one that writes.
const READERS: u32 = 8;

/// How long a writer waits for its turn.
const TURN_SECONDS: u64 = 30;

/// A writing transaction. Dropped without a commit, whatever the reason, its connection is closed and so rolled back:
/// after a full disk or a broken-off request nobody knows in what state it is.
pub struct Tx {
    connection: PoolConnection<Any>,
    committed: bool,
}

impl Tx {
    /// # Errors
    /// [`HubError`] of the database; nothing is then written.
    pub async fn commit(mut self) -> Result<(), HubError> {
        self.connection.execute("COMMIT").await?;
        self.committed = true;
        Ok(())
    }
}

impl std::ops::Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.connection
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.connection
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.committed {
            self.connection.close_on_drop();
        }
    }
}

pub type Conn = AnyConnection;
pub type Row = sqlx::any::AnyRow;

#[derive(Clone)]
pub struct Store {
    /// One connection: SQLite has one writer, and waiting here is fairer than its busy handler.
    writer: AnyPool,
    readers: AnyPool,
}

impl Store {
    /// Opens, makes and migrates the database.
    ///
    /// # Errors
    /// [`HubError`] when the file can't be opened, the key doesn't fit, or a migration fails.
    pub async fn open(database: &str, key: Option<&[u8; 32]>) -> Result<Self, HubError> {
        sqlx::any::install_default_drivers();
        try_once(database, key).await?;
        let writer = pool(database, key, 1).await?;
        migrations().run(&writer).await?;
        let readers = pool(database, key, READERS).await?;
        Ok(Self { writer, readers })
    }

    /// Begins a transaction that holds the write lock from its first statement on.
    ///
    /// # Errors
    /// `busy` when the lock isn't to be had.
    pub async fn begin(&self) -> Result<Tx, HubError> {
        let mut tx = Tx {
            connection: self.writer.acquire().await?,
            committed: false,
        };
        tx.execute("BEGIN IMMEDIATE").await?;
        Ok(tx)
    }

    /// A connection that sees what is committed.
    ///
    /// # Errors
    /// `busy` when all are taken for too long.
    pub async fn reader(&self) -> Result<PoolConnection<Any>, HubError> {
        Ok(self.readers.acquire().await?)
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// What stands after `sqlite:` is a path as it is, whatever is in it; sqlx would read it as part of an address.
fn sqlite_url(database: &str) -> String {
    let path = database.strip_prefix("sqlite:").unwrap_or(database);
    let path = path.strip_prefix("//").unwrap_or(path);
    let mut url = "sqlite:".to_owned();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                url.push(char::from(byte))
            }
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    url + "?mode=rwc"
}

/// Statements would go to the log, the key among them.
fn options(database: &str) -> Result<AnyConnectOptions, HubError> {
    let url = sqlite_url(database);
    Ok(url.parse::<AnyConnectOptions>()?.disable_statement_logging())
}

type KeyPragma = zeroize::Zeroizing<String>;

fn key_pragma(key: Option<&[u8; 32]>) -> Option<KeyPragma> {
    key.map(|key| zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", hex::encode(key))))
}

/// One connection before there are pools: a pool tries a file it can't open again and again until its time is over.
async fn try_once(database: &str, key: Option<&[u8; 32]>) -> Result<(), HubError> {
    let mut connection = options(database)?.connect().await?;
    prepare(&mut connection, key_pragma(key).as_deref().map(String::as_str)).await?;
    connection.close().await?;
    Ok(())
}

async fn pool(database: &str, key: Option<&[u8; 32]>, connections: u32) -> Result<AnyPool, HubError> {
    let key_pragma = key_pragma(key);
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(TURN_SECONDS))
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a file doesn't go stale.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let key_pragma = key_pragma.clone();
            Box::pin(async move { prepare(connection, key_pragma.as_deref().map(String::as_str)).await })
        })
        .connect_with(options(database)?)
        .await?;
    Ok(pool)
}

fn migrations() -> Migrator {
    let read = |(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(
            *version,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(SQLITE_MIGRATIONS.iter().map(read).collect())
}

/// The key first: nothing of the file can be read before it.
async fn prepare(connection: &mut AnyConnection, key_pragma: Option<&str>) -> Result<(), sqlx::Error> {
    if let Some(pragma) = key_pragma {
        // Not from outside: 64 hex digits of our own.
        connection.execute(sqlx::AssertSqlSafe(pragma.to_owned())).await?;
        connection.execute("PRAGMA cipher_log_level = NONE").await?;
    }
    for pragma in [
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -65536",
        // Some 40 MB of log before it is copied back: index pages written again and again are copied once.
        "PRAGMA wal_autocheckpoint = 10000",
        "PRAGMA journal_size_limit = 67108864",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// An instant as the store keeps it: microseconds since 1970.
pub fn us(instant: domain::Instant) -> i64 {
    instant.timestamp_micros()
}

/// # Errors
/// [`HubError::Broken`] for a number that is no instant.
pub fn instant(us: i64) -> Result<domain::Instant, HubError> {
    domain::Instant::from_timestamp_micros(us).ok_or_else(|| HubError::broken(format!("{us} is no instant")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_is_made_under_whatever_name_its_path_says() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["mode=ro.db", "100%20.db", "what?.db", "a#b c.db", "ärger.db"] {
            let path = folder.path().join(name);
            let store = Store::open(&format!("sqlite:{}", path.display()), None)
                .await
                .unwrap();
            store.close().await;
            assert!(path.is_file(), "{name}");
        }
    }

    #[test]
    fn every_migration_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/hub/sqlite");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let embedded: Vec<String> = SQLITE_MIGRATIONS
            .iter()
            .map(|(version, name, _)| format!("{version}_{name}.sql"))
            .collect();
        assert_eq!(embedded, files);
    }
}
