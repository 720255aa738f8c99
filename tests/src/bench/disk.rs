//! What the disk itself takes: fdatasync after a page, and SQLite inserting the same bytes without a hub around it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Instant;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

const PAGE_BYTES: usize = 4096;
const WRITES: usize = 200;

/// Milliseconds of writing 4 KiB and fdatasync, for each of 200 times.
pub fn fsync_ms(folder: &Path) -> std::io::Result<Vec<f64>> {
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [0x5a_u8; PAGE_BYTES];
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let started = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// Rows a second into one table (id, payload), one prepared statement, as many rows a transaction as the hub takes.
pub async fn raw_inserts_per_s(
    folder: &Path,
    lines: &Path,
    rows_a_transaction: usize,
) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut database = SqliteConnectOptions::new()
        .filename(folder.path().join("raw.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await?;
    sqlx::query("create table rows (id text primary key, payload text not null)")
        .execute(&mut database)
        .await?;
    let mut lines = BufReader::new(std::fs::File::open(lines)?).lines();
    let started = Instant::now();
    let mut rows = 0_u32;
    loop {
        let batch: Vec<String> = lines
            .by_ref()
            .take(rows_a_transaction)
            .collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        let mut transaction = sqlx::Connection::begin(&mut database).await?;
        for line in batch {
            let id = uuid::Uuid::now_v7().to_string();
            sqlx::query("insert into rows (id, payload) values ($1, $2)")
                .bind(id)
                .bind(line)
                .execute(&mut *transaction)
                .await?;
            rows += 1;
        }
        transaction.commit().await?;
    }
    Ok(f64::from(rows) / started.elapsed().as_secs_f64())
}
