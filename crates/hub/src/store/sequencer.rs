//! Positions and the chain, given to what is committed.
//!
//! Where one transaction writes at a time (SQLite) the order of writing is the order of commits, and a row gets its
//! position as it is written. PostgreSQL has many writers: there a row is written without one, and whoever holds the
//! advisory lock of this module gives committed rows theirs, in batches. So a position is never followed by a lower one,
//! a follower of a feed never misses a row that committed late, and no writer waits for another because of the chain.

use serde_json::json;
use sqlx::Row as _;

use sqlx::postgres::PgListener;

use domain::{Instant, chain};

use super::{Conn, Engine, Store, audit, instant};
use crate::error::HubError;

/// The tables that have positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    Events,
    Decisions,
    Labels,
}
pub const EVENTS: Sequence = Sequence::Events;
pub const DECISIONS: Sequence = Sequence::Decisions;
pub const LABELS: Sequence = Sequence::Labels;

/// The channel on which hubs tell one another that there is something new.
pub const CHANNEL: &str = "tiebreak_news";

/// Any number, the same in every hub: "tieb" in ASCII.
const LOCK: i64 = 0x7469_6562;

/// Rows of a table sequenced in one transaction.
const BATCH: i64 = 5000;

/// The last position given, where rows get theirs as they are written; none: later, by [`Store::sequence`].
///
/// # Errors
/// [`HubError`] of the database.
pub(super) async fn begin(conn: &mut Conn, sequence: Sequence) -> Result<Option<i64>, HubError> {
    if Engine::of(conn) == Engine::Postgres {
        return Ok(None);
    }
    Ok(Some(last(conn, sequence).await?))
}

/// The last position given.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn last(conn: &mut Conn, sequence: Sequence) -> Result<i64, HubError> {
    let row = sqlx::query(match sequence {
        Sequence::Events => "select coalesce(max(position), 0) as p from events",
        Sequence::Decisions => "select coalesce(max(position), 0) as p from decision_feed",
        Sequence::Labels => "select coalesce(max(position), 0) as p from labels",
    })
    .fetch_one(conn)
    .await?;
    Ok(row.try_get("p")?)
}

impl Store {
    /// Gives every row committed before this call its position. Cheap when there is none.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn sequence(&self) -> Result<(), HubError> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let mut reader = self.quick_reader().await?;
        let pending = Pending::read(&mut reader).await?;
        drop(reader);
        if !pending.audit && pending.sequences.is_empty() {
            return Ok(());
        }
        loop {
            let mut tx = self.begin_by_key().await?;
            sqlx::query("select 1 as locked from pg_advisory_xact_lock($1)")
                .bind(LOCK)
                .fetch_one(&mut *tx)
                .await?;
            let mut full = false;
            for sequence in &pending.sequences {
                full |= give_positions(&mut tx, *sequence).await? >= BATCH as u64;
            }
            full |= pending.audit && chain(&mut tx).await? >= BATCH as usize;
            // Sent with the commit, once a batch; hubs that sleep in a long poll look again.
            sqlx::query("select 1 as sent from pg_notify($1, '')")
                .bind(CHANNEL)
                .fetch_one(&mut *tx)
                .await?;
            tx.commit().await?;
            if !full {
                return Ok(());
            }
        }
    }
}

impl Store {
    /// What other hubs on the same database say; none where there can't be any.
    ///
    /// # Errors
    /// [`HubError`] when the database can't be reached.
    pub async fn news(&self) -> Result<Option<News>, HubError> {
        let Some(database) = &self.listen_at else {
            return Ok(None);
        };
        let mut listener = PgListener::connect(database).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(News { listener }))
    }
}

pub struct News {
    listener: PgListener,
}

impl News {
    /// Returns when some hub has sequenced something.
    ///
    /// # Errors
    /// [`HubError`] when the connection is lost for good.
    pub async fn next(&mut self) -> Result<(), HubError> {
        self.listener.recv().await?;
        Ok(())
    }
}

/// What has rows without a position: the others aren't looked through.
struct Pending {
    sequences: Vec<Sequence>,
    audit: bool,
}

impl Pending {
    async fn read(conn: &mut Conn) -> Result<Self, HubError> {
        let row = sqlx::query(
            // From the last ones on: the index still has those that got theirs since it was cleaned. (`exists` would take no order.)
            "select (select 1 from events where position is null order by id desc limit 1) is not null as events,
                 (select 1 from decision_feed where position is null order by id desc limit 1) is not null as decisions,
                 (select 1 from labels where position is null order by id desc limit 1) is not null as labels,
                 (select 1 from audit where position is null order by id desc limit 1) is not null as audit",
        )
        .fetch_one(conn)
        .await?;
        let mut sequences = Vec::new();
        for (name, sequence) in [("events", EVENTS), ("decisions", DECISIONS), ("labels", LABELS)] {
            if row.try_get(name)? {
                sequences.push(sequence);
            }
        }
        Ok(Self {
            sequences,
            audit: row.try_get("audit")?,
        })
    }
}

/// When the oldest row was written that is committed and has no position yet; none: there is none, as always where rows
/// get theirs as they are written.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pending_since(conn: &mut Conn) -> Result<Option<Instant>, HubError> {
    if Engine::of(conn) == Engine::Sqlite {
        return Ok(None);
    }
    let row = sqlx::query(
        "select min(at) as at from (
             (select at from events where position is null order by id limit 1) union all
             (select at from audit where position is null order by id limit 1) union all
             (select at from labels where position is null order by id limit 1) union all
             (select at from decision_feed where position is null order by id limit 1)) pending",
    )
    .fetch_one(conn)
    .await?;
    row.try_get::<Option<i64>, _>("at")?.map(instant).transpose()
}

/// In the order of the ids: UUIDv7, so by time, and within one transaction as they were written.
async fn give_positions(conn: &mut Conn, sequence: Sequence) -> Result<u64, HubError> {
    macro_rules! number {
        ($table:literal) => {
            concat!(
                "update ",
                $table,
                " t set position = n.position
                  from (select id, (select coalesce(max(position), 0) from ",
                $table,
                ") + row_number() over (order by id) as position
                        from (select id from ",
                $table,
                " where position is null order by id limit $1) pending) n
                  where t.id = n.id"
            )
        };
    }
    let done = sqlx::query(match sequence {
        Sequence::Events => number!("events"),
        Sequence::Decisions => number!("decision_feed"),
        Sequence::Labels => number!("labels"),
    })
    .bind(BATCH)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Links the committed entries to the chain. Returns how many.
async fn chain(conn: &mut Conn) -> Result<usize, HubError> {
    let rows = sqlx::query("select id, header from audit where position is null order by id limit $1")
        .bind(BATCH)
        .fetch_all(&mut *conn)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let (mut position, mut previous) = audit::head(conn).await?;
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, header): (String, String) = (row.try_get("id")?, row.try_get("header")?);
        let hash = chain::hash(&previous, header.as_bytes()).map_err(HubError::broken)?;
        position += 1;
        links.push(json!([id, position, previous, hash]));
        previous = hash;
    }
    sqlx::query(
        "update audit a set position = (v ->> 1)::bigint, previous_hash = v ->> 2, hash = v ->> 3
         from json_array_elements($1::json) as t (v) where a.id = v ->> 0",
    )
    .bind(serde_json::Value::Array(links).to_string())
    .execute(conn)
    .await?;
    Ok(rows.len())
}
