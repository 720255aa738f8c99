//! The database: connections, transactions, migrations, and one module per table with its queries.
//!
//! SQL stands here and nowhere else in the hub, as static strings, portable where both engines agree; where they don't,
//! the two statements stand side by side ([`Engine::pick`]). SQLite and PostgreSQL through sqlx's `Any`, so that both run
//! the same functions. What it is not: rules. A function here reads or writes; what may be written is decided before.

pub mod absences;
pub mod audit;
pub mod cases;
pub mod checks;
#[cfg(test)]
pub(crate) mod contract;
pub mod decisions;
pub mod deliveries;
pub mod device_keys;
pub mod elevations;
pub mod erasing;
pub mod escalations;
pub mod events;
pub mod feeds;
pub mod gold;
pub mod identity_tokens;
pub mod labels;
pub mod leases;
pub mod links;
mod lookout;
pub mod looks;
pub mod meta;
mod migrations;
pub mod notes;
pub mod opinions;
pub mod payloads;
pub mod people;
pub mod policies;
mod postgres;
pub mod probe;
pub mod queues;
pub mod search;
pub mod sequencer;
mod sqlite;
mod texts;
pub mod tokens;
pub mod tools;
pub mod webhooks;

use std::borrow::Cow;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, SqlSafeStr};

use self::migrations::Migrations;
use crate::error::HubError;

/// How long a writer waits for its turn.
const TURN_SECONDS: u64 = 30;

/// A connection unused for longer than this is tried before it is given out: the server may have gone meanwhile.
const TRUSTED_FOR: std::time::Duration = std::time::Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// By the address of a database; none: neither.
    pub fn of_url(database: &str) -> Option<Self> {
        if database.starts_with("sqlite:") {
            return Some(Self::Sqlite);
        }
        let postgres = database.starts_with("postgres://") || database.starts_with("postgresql://");
        postgres.then_some(Self::Postgres)
    }

    pub fn of(conn: &Conn) -> Self {
        if conn.backend_name() == "PostgreSQL" {
            Self::Postgres
        } else {
            Self::Sqlite
        }
    }

    /// The statement for this engine.
    pub const fn pick(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }

    /// A slot of a counter that is the sum of its slots: writers that don't share one don't wait for one another.
    fn slot(self) -> i64 {
        match self {
            Self::Sqlite => 0,
            Self::Postgres => rand::random_range(0..64),
        }
    }
}

type Keyed = Option<zeroize::Zeroizing<String>>;

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
    engine: Engine,
    /// Where to hear of other hubs' commits; none on SQLite.
    listen_at: Option<std::sync::Arc<str>>,
    /// Who tells those who wait for a connection that there is none to come; none on SQLite.
    lookout: Option<std::sync::Arc<lookout::Lookout>>,
    /// SQLite: one connection, since it has one writer and waiting here is fairer than its busy handler.
    writer: AnyPool,
    /// PostgreSQL: those of [`postgres::planned_once`]. SQLite: the writer.
    quick: AnyPool,
    readers: AnyPool,
}

impl Store {
    /// Opens, makes and migrates the database. Several hubs may do so at once.
    ///
    /// # Errors
    /// [`HubError`] when it can't be opened, the key doesn't fit, or a migration fails.
    pub async fn open(database: &str, key: Option<&[u8; 32]>) -> Result<Self, HubError> {
        sqlx::any::install_default_drivers();
        let engine = Engine::of_url(database).ok_or_else(|| HubError::broken("no database address"))?;
        let store = match engine {
            Engine::Sqlite => {
                let (options, key) = (sqlite::options(database)?, sqlite::key_pragma(key));
                sqlite::try_once(&options, &key).await?;
                let writer = pool(engine, options.clone(), key.clone(), 1).await?;
                migrator(migrations::SQLITE).run(&writer).await?;
                let readers = pool(engine, options, key.clone(), sqlite::READERS).await?;
                if key.is_some() {
                    // SQLCipher frees at the program's end what a connection that is just closing on its own thread still
                    // uses, and the program would end with a crash. So they close by `close`, which waits, or not at all.
                    std::mem::forget((writer.clone(), readers.clone()));
                }
                Self {
                    engine,
                    listen_at: None,
                    lookout: None,
                    quick: writer.clone(),
                    writer,
                    readers,
                }
            }
            Engine::Postgres => {
                let options = postgres::options(database)?;
                options.connect().await?.close().await?;
                let lookout = lookout::Lookout::new(options.clone());
                let pool = pool(engine, options.clone(), None, postgres::CONNECTIONS).await?;
                migrator(migrations::POSTGRES).run(&pool).await?;
                let quick = pool_options(engine, None, postgres::PLANNED_ONCE)
                    .max_lifetime(postgres::PLANNED_FOR)
                    .connect_with(postgres::planned_once(options))
                    .await?;
                Self {
                    engine,
                    listen_at: Some(database.into()),
                    lookout: Some(lookout.into()),
                    quick,
                    writer: pool.clone(),
                    readers: pool,
                }
            }
        };
        Ok(store)
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Begins a transaction. On SQLite it holds the write lock from its first statement on; on PostgreSQL it locks the
    /// cases it works on (`cases::hold`, claims).
    ///
    /// # Errors
    /// `busy` when the lock, or a connection, isn't to be had; `database_away` when it is known why.
    pub async fn begin(&self) -> Result<Tx, HubError> {
        self.begin_on(&self.writer).await
    }

    /// As [`begin`](Self::begin), for few rows found by their keys, many times a second.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn begin_quick(&self) -> Result<Tx, HubError> {
        self.begin_on(&self.quick).await
    }

    async fn begin_on(&self, pool: &AnyPool) -> Result<Tx, HubError> {
        let mut tx = Tx {
            connection: self.connection(pool).await?,
            committed: false,
        };
        tx.execute(self.engine.pick("BEGIN IMMEDIATE", "BEGIN")).await?;
        Ok(tx)
    }

    /// As [`begin`](Self::begin), for many rows at once: planned each time by how full the tables are.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn begin_bulk(&self) -> Result<Tx, HubError> {
        let mut tx = self.begin().await?;
        if self.engine == Engine::Postgres {
            tx.execute("SET LOCAL plan_cache_mode = force_custom_plan")
                .await?;
        }
        Ok(tx)
    }

    /// As [`begin`](Self::begin), for rows found by their keys however many there are beside them: while a table is small
    /// PostgreSQL would rather read through all of it, each time again.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn begin_by_key(&self) -> Result<Tx, HubError> {
        let mut tx = self.begin().await?;
        if self.engine == Engine::Postgres {
            tx.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off",
            )
            .await?;
        }
        Ok(tx)
    }

    /// A connection that sees what is committed.
    ///
    /// # Errors
    /// `busy` when all are taken for too long; `database_away` when it is known why.
    pub async fn reader(&self) -> Result<PoolConnection<Any>, HubError> {
        self.connection(&self.readers).await
    }

    /// As [`reader`](Self::reader), for few rows found by their keys, many times a second.
    ///
    /// # Errors
    /// As `reader`.
    pub async fn quick_reader(&self) -> Result<PoolConnection<Any>, HubError> {
        match self.engine {
            Engine::Postgres => self.connection(&self.quick).await,
            Engine::Sqlite => self.reader().await,
        }
    }

    async fn connection(&self, pool: &AnyPool) -> Result<PoolConnection<Any>, HubError> {
        let Some(lookout) = &self.lookout else {
            return Ok(pool.acquire().await?);
        };
        tokio::select! {
            biased;
            given = pool.acquire() => Ok(given?),
            away = lookout.away() => Err(away),
        }
    }

    /// How far the database's clock is ahead of this computer's, in microseconds. A SQLite file has none of its own.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn ahead_us(&self) -> Result<i64, HubError> {
        if self.engine == Engine::Sqlite {
            return Ok(0);
        }
        let mut conn = self.reader().await?;
        let before = chrono::Utc::now().timestamp_micros();
        let there = meta::clock_us(&mut conn).await?;
        let after = chrono::Utc::now().timestamp_micros();
        Ok(there - (before + (after - before) / 2))
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.quick.close().await;
    }
}

async fn pool(
    engine: Engine,
    options: AnyConnectOptions,
    key: Keyed,
    connections: u32,
) -> Result<AnyPool, HubError> {
    Ok(pool_options(engine, key, connections)
        .connect_with(options)
        .await?)
}

fn pool_options(engine: Engine, key: Keyed, connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(TURN_SECONDS))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(move |connection, unused| {
            Box::pin(async move {
                // A connection to a file doesn't go stale, and one just used isn't asked whether it lives.
                if engine == Engine::Postgres && unused.idle_for > TRUSTED_FOR {
                    return Ok(postgres::lives(connection).await);
                }
                Ok(true)
            })
        })
        .after_release(move |connection, _| {
            Box::pin(async move {
                // It may have been given up in the midst of an answer that never comes; waited for, it would be missing for ever.
                Ok(engine == Engine::Sqlite || postgres::lives(connection).await)
            })
        })
        .after_connect(move |connection, _| {
            let key = key.clone();
            Box::pin(async move {
                match engine {
                    Engine::Sqlite => sqlite::prepare(connection, &key).await,
                    Engine::Postgres => Ok(()),
                }
            })
        })
}

/// On PostgreSQL the migrator takes an advisory lock first.
fn migrator(migrations: Migrations) -> Migrator {
    let read = |(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(
            *version,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(migrations.iter().map(read).collect())
}

/// Rows as a statement takes them that writes many: one JSON array.
fn rows_text<R: serde::Serialize>(rows: &[R]) -> Result<String, HubError> {
    serde_json::to_string(rows).map_err(HubError::broken)
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
    fn every_migration_of_the_folders_is_embedded() {
        for (engine, migrations) in [("sqlite", migrations::SQLITE), ("postgres", migrations::POSTGRES)] {
            let folder = format!("{}/../../migrations/hub/{engine}", env!("CARGO_MANIFEST_DIR"));
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|f| f.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let embedded: Vec<String> = migrations
                .iter()
                .map(|(version, name, _)| format!("{version}_{name}.sql"))
                .collect();
            assert_eq!(embedded, files, "{engine}");
        }
    }

    /// A column on one engine alone would be found by a user, not by us.
    #[test]
    fn both_engines_have_the_same_tables_and_columns() {
        let tables = |migrations: Migrations| -> String {
            let all: String = migrations.iter().map(|(_, _, sql)| *sql).collect();
            let mut kept = String::new();
            let mut inside = false;
            for line in all.lines().map(str::trim) {
                inside |= line.starts_with("create table");
                if inside && !line.starts_with("--") {
                    kept.push_str(line);
                    kept.push('\n');
                }
                inside &= !line.ends_with(");");
            }
            kept
        };
        assert_eq!(tables(migrations::SQLITE), tables(migrations::POSTGRES));
    }
}
