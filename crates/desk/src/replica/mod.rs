//! The encrypted store of this desk: one file, one person, one hub. All SQL of the desk stands below this folder.
//!
//! WAL with `synchronous=FULL`: what a call answered is on the disk. Checkpoints are left to [`Replica::checkpoint`],
//! when nobody waits.

pub mod cases;
pub mod context_details;
pub mod decisions;
pub mod drafts;
pub mod meta;
pub mod outbox;
pub mod queues;
pub mod source_trust;
pub mod tools;

mod error;

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqlSafeStr, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use error::{NotWritten, ReplicaError};

use crate::key::StoreKey;
use crate::words::json_fault;

/// What an older program must refuse: goes up only when it would misread or damage the store.
pub const SCHEMA_VERSION: i64 = 1;

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        20_261_121_000_000,
        "replica",
        include_str!("../../../../migrations/replica/20261121000000_replica.sql"),
    ),
    (
        20_261_126_153_000,
        "opinions",
        include_str!("../../../../migrations/replica/20261126153000_opinions.sql"),
    ),
    (
        20_261_127_203_000,
        "overrides",
        include_str!("../../../../migrations/replica/20261127203000_overrides.sql"),
    ),
];

/// Connections that read. Beside them is one that alone writes: what another connection wrote makes all a connection has
/// in memory worthless, and it would read and decrypt it again in the midst of a decision.
const READERS_MAX: u32 = 2;
/// SQLite's own limit.
const PAGES_MAX: u32 = 4_294_967_294;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct Replica {
    readers: SqlitePool,
    /// Of one connection.
    writer: SqlitePool,
    /// Whose turn it is to write. Waiting here is exact; SQLite's own waiting sleeps for milliseconds.
    turn: Arc<Mutex<()>>,
}

/// A transaction, alone with the store. Dropped without commit, nothing of it stays.
pub struct Writing {
    transaction: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Writing {
    pub(crate) async fn commit(self) -> Result<(), ReplicaError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// A connection alone with the store, for one statement that is its own transaction.
pub(crate) struct Alone {
    connection: PoolConnection<Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Deref for Alone {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Alone {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Replica {
    /// Opens or makes the store.
    ///
    /// # Errors
    /// `WrongKey`, `Newer`, `DiskFull` and others, see [`ReplicaError`].
    pub async fn open(file: &Path, key: &StoreKey) -> Result<Self, ReplicaError> {
        Self::open_limited(file, key, PAGES_MAX).await
    }

    /// As [`Self::open`], with a file that grows to this many pages and no further; one that is larger already doesn't
    /// grow. What doesn't fit is refused as on a full disk.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_limited(file: &Path, key: &StoreKey, pages_max: u32) -> Result<Self, ReplicaError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .pragma("key", key.pragma())
            // A wrong key is an answer, not something to print.
            .pragma("cipher_log_level", "NONE")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", "0")
            .pragma("max_page_count", pages_max.to_string())
            .pragma("temp_store", "MEMORY")
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(200);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .test_before_acquire(false)
                .after_release(|connection, _| Box::pin(out_of_transaction(connection)))
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(BUSY_TIMEOUT)
        };
        // The writer first and alone: of two connections that put a new file into WAL mode together one is refused without
        // waiting. So no least number of readers either, which the pool would open beside it.
        let writer = pool(1).connect_with(options.clone()).await?;
        let readers = pool(READERS_MAX).connect_lazy_with(options);
        // SQLCipher frees at the program's end what a connection that is just closing on its own thread still uses, and the
        // program would end with a crash. So connections close by `close`, which waits for them, or not at all.
        std::mem::forget((readers.clone(), writer.clone()));
        let replica = Self {
            readers,
            writer,
            turn: Arc::default(),
        };
        match replica.made_ready().await {
            Ok(()) => Ok(replica),
            Err(error) => {
                replica.writer.close().await;
                Err(error)
            }
        }
    }

    async fn made_ready(&self) -> Result<(), ReplicaError> {
        self.refuse_newer().await?;
        migrator().run(&self.writer).await.map_err(ReplicaError::from)
    }

    async fn refuse_newer(&self) -> Result<(), ReplicaError> {
        let found: i64 = sqlx::query_scalar("pragma user_version")
            .fetch_one(&self.writer)
            .await?;
        if found > SCHEMA_VERSION {
            return Err(ReplicaError::Newer {
                found,
                known: SCHEMA_VERSION,
            });
        }
        Ok(())
    }

    /// One writer at a time; takes the lock at once, so that nothing read in it can be old.
    pub(crate) async fn write(&self) -> Result<Writing, ReplicaError> {
        let turn = self.turn.clone().lock_owned().await;
        Ok(Writing {
            transaction: self.writer.begin_with("begin immediate").await?,
            _turn: turn,
        })
    }

    pub(crate) async fn alone(&self) -> Result<Alone, ReplicaError> {
        let turn = self.turn.clone().lock_owned().await;
        Ok(Alone {
            connection: self.writer.acquire().await?,
            _turn: turn,
        })
    }

    pub(crate) const fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// Moves the write-ahead log into the file: when idle, never on the way to the next case.
    pub async fn checkpoint(&self) -> Result<(), ReplicaError> {
        sqlx::query("pragma wal_checkpoint(truncate)")
            .fetch_all(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    pub async fn close(&self) {
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(code = error.code(), "the replica wasn't checkpointed on closing");
        }
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether a connection that comes back may be used again. On a full disk SQLite itself rolls back, and the rollback that
/// follows is then an error: the connection would count as inside a transaction for ever, and take no other.
async fn out_of_transaction(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // A rollback may still be under way; this waits behind it.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn migrator() -> Migrator {
    let mut migrator = Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|(version, name, sql)| {
                Migration::new(
                    *version,
                    Cow::Borrowed(name),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    );
    // What a newer program added is nothing an older one has to know; what it must not open says [`SCHEMA_VERSION`].
    migrator.set_ignore_missing(true);
    migrator
}

/// Microseconds since 1970, as every instant is stored.
pub(crate) const fn micros(at: domain::Instant) -> i64 {
    at.timestamp_micros()
}

/// The instant of stored microseconds.
pub(crate) fn instant(micros: i64) -> domain::Instant {
    domain::Instant::from_timestamp_micros(micros).unwrap_or_default()
}

/// A payload read back: broken JSON in an authenticated store is a fault of the program, said as such.
pub(crate) fn payload<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ReplicaError> {
    serde_json::from_str(text).map_err(|error| ReplicaError::Payload(json_fault(&error)))
}

pub(crate) fn text<T: serde::Serialize>(value: &T) -> Result<String, ReplicaError> {
    serde_json::to_string(value).map_err(|error| ReplicaError::Payload(json_fault(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the person has committed is on disk before the next case is shown.
    #[tokio::test]
    async fn every_connection_writes_ahead_and_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let key = StoreKey::random();
        let replica = Replica::open(&folder.path().join("replica.db"), &key)
            .await
            .unwrap();
        let mut held = vec![replica.writer.acquire().await.unwrap()];
        for _ in 0..READERS_MAX {
            held.push(replica.readers.acquire().await.unwrap());
        }
        for connection in &mut held {
            let mode: String = sqlx::query_scalar("pragma journal_mode")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            let waits: i64 = sqlx::query_scalar("pragma synchronous")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            assert_eq!((mode.as_str(), waits), ("wal", 2), "2 is FULL");
        }
        drop(held);
        replica.close().await;
    }
}
