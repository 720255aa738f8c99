//! The decisions feed: one row per release and per correction, by gapless position.

use domain::Instant;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::decisions::{self, DecisionHead};
use super::{Conn, Engine, instant, sequencer, us};
use crate::error::HubError;

/// A row to be written: a release, under the decision's own id, or a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    pub id: String,
    pub decision_id: String,
    pub corrects: bool,
    pub correlation_id: Option<String>,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, rows: &[NewRow], now: Instant) -> Result<(), HubError> {
    if rows.is_empty() {
        return Ok(());
    }
    let last = sequencer::begin(conn, sequencer::DECISIONS).await?;
    let rows: Vec<Value> = (1_i64..)
        .zip(rows)
        .map(|(step, row)| {
            json!({
                "id": row.id, "position": last.map(|last| last + step), "decision_id": row.decision_id,
                "corrects": i64::from(row.corrects), "correlation_id": row.correlation_id,
            })
        })
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "insert into decision_feed (id, position, decision_id, corrects, at, correlation_id)
         select value ->> 'id', value ->> 'position', value ->> 'decision_id', value ->> 'corrects', $2, value ->> 'correlation_id'
         from json_each($1)",
        "insert into decision_feed (id, position, decision_id, corrects, at, correlation_id)
         select id, position, decision_id, corrects, $2, correlation_id from json_to_recordset($1::json)
             as t (id text, position bigint, decision_id text, corrects bigint, correlation_id text)",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Debug, Clone, PartialEq)]
pub struct FeedRow {
    pub position: i64,
    pub id: String,
    pub corrects: bool,
    pub at: Instant,
    pub correlation_id: Option<String>,
    pub decision: DecisionHead,
}

/// What a reader of the feed may see, and asked for.
#[derive(Debug, Default)]
pub struct FeedFilter {
    pub after: i64,
    pub limit: i64,
    pub queue: Option<String>,
    pub kind: Option<String>,
    /// JSON arrays; none: not limited.
    pub queues: Option<String>,
    pub sources: Option<String>,
    pub sensitivities: Option<String>,
    /// Of labels: also what drafts teach.
    pub drafts: bool,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn after(conn: &mut Conn, filter: &FeedFilter) -> Result<Vec<FeedRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select f.position as feed_position, f.id as feed_id, f.corrects, f.at as feed_at, f.correlation_id as feed_correlation_id, ",
        decisions::columns!(),
        " from decision_feed f join decisions d on d.id = f.decision_id
          where f.position > $1
            and ($3 is null or d.queue = $3) and ($4 is null or d.kind = $4)
            and ($5 is null or d.queue in (select value from json_each($5)))
            and ($6 is null or d.source in (select value from json_each($6)))
            and ($7 is null
              or exists (select 1 from cases c where c.id = d.case_id and c.sensitivity in (select value from json_each($7))))
          order by f.position limit $2"
    ))
    .bind(filter.after)
    .bind(filter.limit)
    .bind(&filter.queue)
    .bind(&filter.kind)
    .bind(&filter.queues)
    .bind(&filter.sources)
    .bind(&filter.sensitivities)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &super::Row) -> Result<FeedRow, HubError> {
    Ok(FeedRow {
        position: row.try_get("feed_position")?,
        id: row.try_get("feed_id")?,
        corrects: row.try_get::<i64, _>("corrects")? != 0,
        at: instant(row.try_get("feed_at")?)?,
        correlation_id: row.try_get("feed_correlation_id")?,
        decision: decisions::read(row)?,
    })
}

/// One row, with or without a position yet.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<FeedRow>, HubError> {
    let row = sqlx::query(concat!(
        "select coalesce(f.position, 0) as feed_position, f.id as feed_id, f.corrects, f.at as feed_at, f.correlation_id as feed_correlation_id, ",
        decisions::columns!(),
        " from decision_feed f join decisions d on d.id = f.decision_id where f.id = $1"
    ))
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}
