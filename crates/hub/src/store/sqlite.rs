//! SQLite: how its file is opened, keyed and set up. One writer at a time; the order of commits is the order of writing.

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor};

use super::Keyed;
use crate::error::HubError;

/// Connections that read beside the one that writes.
pub(super) const READERS: u32 = 8;

/// What stands after `sqlite:` is a path as it is, whatever is in it; sqlx would read it as part of an address.
fn url(database: &str) -> String {
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
pub(super) fn options(database: &str) -> Result<AnyConnectOptions, HubError> {
    Ok(url(database)
        .parse::<AnyConnectOptions>()?
        .disable_statement_logging())
}

pub(super) fn key_pragma(key: Option<&[u8; 32]>) -> Keyed {
    key.map(|key| zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", hex::encode(key))))
}

/// One connection before there are pools: a pool tries a file it can't open again and again until its time is over. It is
/// closed whatever comes of it: one let go of ends on its own thread, maybe after the program began to.
pub(super) async fn try_once(options: &AnyConnectOptions, key: &Keyed) -> Result<(), HubError> {
    let mut connection = options.connect().await?;
    let prepared = prepare(&mut connection, key).await;
    let closed = connection.close().await;
    prepared?;
    Ok(closed?)
}

/// The key first: nothing of the file can be read before it.
pub(super) async fn prepare(connection: &mut AnyConnection, key: &Keyed) -> Result<(), sqlx::Error> {
    if let Some(pragma) = key {
        // Not from outside: 64 hex digits of our own.
        connection
            .execute(sqlx::AssertSqlSafe(pragma.as_str().to_owned()))
            .await?;
        connection.execute("PRAGMA cipher_log_level = NONE").await?;
    } else {
        // A case takes some three kilobytes: two on a page instead of one. For a new file; an old one keeps its own.
        connection.execute("PRAGMA page_size = 8192").await?;
    }
    for pragma in [
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -65536",
        // Some 80 MB of log before it is copied back: index pages written again and again are copied once.
        "PRAGMA wal_autocheckpoint = 10000",
        "PRAGMA journal_size_limit = 134217728",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use crate::store::Store;

    /// What is acknowledged is on disk: on each connection, with and without a key.
    #[tokio::test]
    async fn every_connection_writes_ahead_and_waits_for_the_disk() {
        for key in [None, Some([7; 32])] {
            let folder = tempfile::tempdir().unwrap();
            let database = format!("sqlite:{}", folder.path().join("hub.db").display());
            let store = Store::open(&database, key.as_ref()).await.unwrap();
            let mut held = Vec::new();
            for _ in 0..super::READERS {
                held.push(store.readers.acquire().await.unwrap());
            }
            held.push(store.writer.acquire().await.unwrap());
            for connection in &mut held {
                let mode = sqlx::query("pragma journal_mode")
                    .fetch_one(&mut **connection)
                    .await;
                assert_eq!(mode.unwrap().get::<String, _>(0), "wal");
                let waits = sqlx::query("pragma synchronous")
                    .fetch_one(&mut **connection)
                    .await;
                assert_eq!(waits.unwrap().get::<i64, _>(0), 2, "FULL");
            }
            drop(held);
            store.close().await;
        }
    }
}
