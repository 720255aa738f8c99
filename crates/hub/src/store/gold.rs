//! Gold: cases planted with a known answer. What is handed out of them are checks.

use domain::Instant;
use serde_json::Value;
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct GoldRow {
    pub id: String,
    pub queue: String,
    pub source: String,
    pub external_id: String,
    /// The case as it was planted. None: erased with its retirement.
    pub case: Option<Value>,
    /// A verdict; null: nobody could tell. None: erased.
    pub answer: Option<Value>,
    pub created_at: Instant,
    /// The id of who planted it.
    pub person_id: String,
    pub taught_at: Option<Instant>,
    pub retired_at: Option<Instant>,
}

macro_rules! columns {
    () => {
        "g.id, g.queue, g.source, g.external_id, g.payload, g.answer, g.created_at, g.person_id, g.taught_at, g.retired_at"
    };
}

fn read(row: &super::Row) -> Result<GoldRow, HubError> {
    let json = |name: &str| -> Result<Option<Value>, HubError> {
        let text: Option<String> = row.try_get(name)?;
        text.map(|text| serde_json::from_str(&text).map_err(HubError::broken))
            .transpose()
    };
    let time = |name: &str| -> Result<Option<Instant>, HubError> {
        row.try_get::<Option<i64>, _>(name)?.map(instant).transpose()
    };
    Ok(GoldRow {
        id: row.try_get("id")?,
        queue: row.try_get("queue")?,
        source: row.try_get("source")?,
        external_id: row.try_get("external_id")?,
        case: json("payload")?,
        answer: json("answer")?,
        created_at: instant(row.try_get("created_at")?)?,
        person_id: row.try_get("person_id")?,
        taught_at: time("taught_at")?,
        retired_at: time("retired_at")?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, gold: &GoldRow) -> Result<(), HubError> {
    let text = |json: &Option<Value>| json.as_ref().map(Value::to_string);
    sqlx::query(
        "insert into gold (id, queue, source, external_id, payload, answer, created_at, person_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&gold.id)
    .bind(&gold.queue)
    .bind(&gold.source)
    .bind(&gold.external_id)
    .bind(text(&gold.case))
    .bind(text(&gold.answer))
    .bind(us(gold.created_at))
    .bind(&gold.person_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<GoldRow>, HubError> {
    let row = sqlx::query(concat!("select ", columns!(), " from gold g where g.id = $1"))
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// What is planted in these queues (a JSON array; none: all), in the order of planting, after an id.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn list(
    conn: &mut Conn,
    queues: Option<&str>,
    queue: Option<&str>,
    after: &str,
    limit: i64,
) -> Result<Vec<GoldRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from gold g where g.id > $1 and ($2 is null or g.queue in (select value from json_each($2)))
           and ($3 is null or g.queue = $3)
          order by g.id limit $4"
    ))
    .bind(after)
    .bind(queues)
    .bind(queue)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// What of a queue wasn't handed to this person yet: what the fewest have seen first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn unseen(
    conn: &mut Conn,
    queue: &str,
    person: &str,
    limit: i64,
) -> Result<Vec<GoldRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from gold g where g.queue = $1 and g.retired_at is null and g.person_id <> $2
           and not exists (select 1 from checks k where k.person_id = $2 and k.gold_id = g.id)
          order by (select count(*) from checks k where k.gold_id = g.id), g.id limit $3"
    ))
    .bind(queue)
    .bind(person)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// What of a queue is in use and was planted by an instant: what it holds may have outlived its days.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn planted_by(conn: &mut Conn, queue: &str, by: Instant) -> Result<Vec<GoldRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from gold g where g.queue = $1 and g.retired_at is null and g.created_at <= $2 order by g.id"
    ))
    .bind(queue)
    .bind(us(by))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Handed out no more; what it holds is erased. Returns whether it was still in use.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn retire(conn: &mut Conn, id: &str, now: Instant) -> Result<bool, HubError> {
    let done = sqlx::query(
        "update gold set retired_at = $2, payload = null, answer = null where id = $1 and retired_at is null",
    )
    .bind(id)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Returns whether this is the first time.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn teach(conn: &mut Conn, id: &str, now: Instant) -> Result<bool, HubError> {
    let done = sqlx::query("update gold set taught_at = $2 where id = $1 and taught_at is null")
        .bind(id)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
