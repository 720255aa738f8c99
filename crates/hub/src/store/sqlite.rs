//! SQLite: how its file is opened, keyed and set up. One writer at a time; the order of commits is the order of writing.

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor};

use super::Keyed;
use crate::error::HubError;

/// Connections that read beside the one that writes.
pub(super) const READERS: u32 = 8;

/// Statements would go to the log, the key among them.
pub(super) fn options(database: &str) -> Result<AnyConnectOptions, HubError> {
    let url = if database.contains("mode=") {
        database.to_owned()
    } else {
        format!("{database}?mode=rwc")
    };
    Ok(url.parse::<AnyConnectOptions>()?.disable_statement_logging())
}

pub(super) fn key_pragma(key: Option<&[u8; 32]>) -> Keyed {
    key.map(|key| zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", hex::encode(key))))
}

/// One connection before there are pools: a pool tries a file it can't open again and again until its time is over.
pub(super) async fn try_once(options: &AnyConnectOptions, key: &Keyed) -> Result<(), HubError> {
    let mut connection = options.connect().await?;
    prepare(&mut connection, key).await?;
    connection.close().await?;
    Ok(())
}

/// The key first: nothing of the file can be read before it.
pub(super) async fn prepare(connection: &mut AnyConnection, key: &Keyed) -> Result<(), sqlx::Error> {
    if let Some(pragma) = key {
        // Not from outside: 64 hex digits of our own.
        connection
            .execute(sqlx::AssertSqlSafe(pragma.as_str().to_owned()))
            .await?;
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
