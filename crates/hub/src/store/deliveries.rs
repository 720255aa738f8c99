//! The outbox of webhooks: what is to be sent, by whom it is being sent, and what became of it.

use domain::Instant;
use domain::webhook::WebhookEvent;
use protocol::webhooks::DeliveryState;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, instant, us};
use crate::error::HubError;

/// A delivery to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDelivery {
    pub webhook_id: String,
    pub event_id: String,
    pub event: WebhookEvent,
    pub case_id: String,
    pub sequence: i64,
    pub about: Option<String>,
    pub data: Option<Value>,
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRow {
    pub id: String,
    pub webhook_id: String,
    pub event_id: String,
    pub event: WebhookEvent,
    pub case_id: String,
    pub sequence: i64,
    pub about: Option<String>,
    pub data: Option<Value>,
    pub correlation_id: Option<String>,
    pub state: DeliveryState,
    pub created_at: Instant,
    pub next_at: Instant,
    /// Tries that ended.
    pub tries: u32,
    pub first_tried_at: Option<Instant>,
    pub tried_at: Option<Instant>,
    pub status: Option<u16>,
    pub fault: Option<String>,
}

macro_rules! columns {
    () => {
        "id, webhook_id, event_id, event, case_id, sequence, about, data, correlation_id, state, \
         created_at, next_at, tries, first_tried_at, tried_at, status, fault"
    };
}

fn read(row: &super::Row) -> Result<DeliveryRow, HubError> {
    let time = |name: &str| -> Result<Option<Instant>, HubError> {
        row.try_get::<Option<i64>, _>(name)?.map(instant).transpose()
    };
    let (event, state): (String, String) = (row.try_get("event")?, row.try_get("state")?);
    let data: Option<String> = row.try_get("data")?;
    Ok(DeliveryRow {
        id: row.try_get("id")?,
        webhook_id: row.try_get("webhook_id")?,
        event_id: row.try_get("event_id")?,
        event: WebhookEvent::parse(&event).ok_or_else(|| HubError::broken(format!("event {event}")))?,
        case_id: row.try_get("case_id")?,
        sequence: row.try_get("sequence")?,
        about: row.try_get("about")?,
        data: data
            .map(|text| serde_json::from_str(&text).map_err(HubError::broken))
            .transpose()?,
        correlation_id: row.try_get("correlation_id")?,
        state: DeliveryState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?,
        created_at: instant(row.try_get("created_at")?)?,
        next_at: instant(row.try_get("next_at")?)?,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).map_err(HubError::broken)?,
        first_tried_at: time("first_tried_at")?,
        tried_at: time("tried_at")?,
        status: row
            .try_get::<Option<i64>, _>("status")?
            .and_then(|status| u16::try_from(status).ok()),
        fault: row.try_get("fault")?,
    })
}

/// The next number of a case. Its row is locked until the transaction ends: whoever is given a higher one commits later.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn next_sequence(conn: &mut Conn, case_id: &str) -> Result<i64, HubError> {
    let row = sqlx::query(
        "insert into webhook_sequences (case_id, last) values ($1, 1)
         on conflict (case_id) do update set last = webhook_sequences.last + 1 returning last",
    )
    .bind(case_id)
    .fetch_one(conn)
    .await?;
    Ok(row.try_get("last")?)
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, rows: &[NewDelivery], now: Instant) -> Result<(), HubError> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!([
                uuid::Uuid::now_v7().to_string(),
                row.webhook_id,
                row.event_id,
                row.event.as_str(),
                row.case_id,
                row.sequence,
                row.about,
                row.data.as_ref().map(Value::to_string),
                row.correlation_id,
            ])
        })
        .collect();
    macro_rules! into_deliveries {
        ($select:literal) => {
            concat!(
                "insert into webhook_deliveries (id, webhook_id, event_id, event, case_id, sequence, about, data, correlation_id,
                     state, created_at, next_at) ",
                $select
            )
        };
    }
    sqlx::query(Engine::of(conn).pick(
        into_deliveries!(
            "select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                 value ->> 8, 'waiting', $2, $2
             from json_each($1)"
        ),
        into_deliveries!(
            "select v ->> 0, v ->> 1, v ->> 2, v ->> 3, v ->> 4, (v ->> 5)::bigint, v ->> 6, v ->> 7, v ->> 8, 'waiting', $2, $2
             from json_array_elements($1::json) as t (v)"
        ),
    ))
    .bind(Value::Array(rows).to_string())
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Webhooks for which there may be something to send now.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn due_webhooks(conn: &mut Conn, now: Instant) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query(
        "select w.id from webhooks w where w.state = 'active' and exists (
             select 1 from webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting' and d.next_at <= $1
               and (d.leased_until is null or d.leased_until <= $1))
         order by w.id",
    )
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// What a hub wants to send.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub webhook_id: &'a str,
    /// Names the hub's run.
    pub lease: &'a str,
    pub now: Instant,
    pub until: Instant,
    pub limit: i64,
}

/// Takes due deliveries under a lease. Of a case only the first that waits: the next one follows when it is delivered or
/// given up. What others are taking at this moment is passed over.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn take(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<DeliveryRow>, HubError> {
    macro_rules! take {
        ($lock:literal) => {
            concat!(
                "with due as materialized (
                     select f.id from webhook_deliveries f
                     where f.webhook_id = $1 and f.state = 'waiting' and f.next_at <= $2
                       and (f.leased_until is null or f.leased_until <= $2)
                       and not exists (
                         select 1 from webhook_deliveries e where e.webhook_id = f.webhook_id and e.case_id = f.case_id
                           and e.state = 'waiting' and e.sequence < f.sequence)
                     order by f.next_at, f.id limit $3 ",
                $lock,
                ")
                 update webhook_deliveries
                 set lease = $4, leased_until = $5, first_tried_at = coalesce(first_tried_at, $2)
                 where id in (select id from due) returning ",
                columns!()
            )
        };
    }
    let rows = sqlx::query(Engine::of(conn).pick(take!(""), take!("for update of f skip locked")))
        .bind(wanted.webhook_id)
        .bind(us(wanted.now))
        .bind(wanted.limit)
        .bind(wanted.lease)
        .bind(us(wanted.until))
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// What came of a try.
#[derive(Debug)]
pub struct Settled<'a> {
    pub id: &'a str,
    /// Nothing is written when somebody else has the delivery by now.
    pub lease: &'a str,
    pub state: DeliveryState,
    pub next_at: Instant,
    pub status: Option<u16>,
    pub fault: Option<&'a str>,
    pub now: Instant,
}

/// Returns whether it was written.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn settle(conn: &mut Conn, settled: &Settled<'_>) -> Result<bool, HubError> {
    let done = sqlx::query(
        "update webhook_deliveries set state = $3, next_at = $4, status = $5, fault = $6, tried_at = $7, tries = tries + 1,
             lease = null, leased_until = null
         where id = $1 and lease = $2",
    )
    .bind(settled.id)
    .bind(settled.lease)
    .bind(settled.state.as_str())
    .bind(us(settled.next_at))
    .bind(settled.status.map(i64::from))
    .bind(settled.fault)
    .bind(us(settled.now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What waits behind a delivery isn't due before it, so that a receiver that is away for long isn't asked about row by row.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn postpone_followers(conn: &mut Conn, of: &DeliveryRow, at: Instant) -> Result<(), HubError> {
    sqlx::query(
        "update webhook_deliveries set next_at = $4
         where webhook_id = $1 and case_id = $2 and state = 'waiting' and sequence > $3 and next_at < $4 and lease is null",
    )
    .bind(&of.webhook_id)
    .bind(&of.case_id)
    .bind(of.sequence)
    .bind(us(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the leases of a hub that stops.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn give_back(conn: &mut Conn, lease: &str) -> Result<(), HubError> {
    sqlx::query("update webhook_deliveries set lease = null, leased_until = null where lease = $1")
        .bind(lease)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives up whatever waits for a webhook. Returns how many.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn give_up_all(conn: &mut Conn, webhook_id: &str) -> Result<u64, HubError> {
    let done = sqlx::query(
        "update webhook_deliveries set state = 'dead', lease = null, leased_until = null
         where webhook_id = $1 and state = 'waiting'",
    )
    .bind(webhook_id)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Deliveries of a webhook after one of them, in the order they were written.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn page(
    conn: &mut Conn,
    webhook_id: &str,
    state: Option<DeliveryState>,
    after: &str,
    limit: i64,
) -> Result<Vec<DeliveryRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from webhook_deliveries where webhook_id = $1 and ($2 is null or state = $2) and id > $3 order by id limit $4"
    ))
    .bind(webhook_id)
    .bind(state.map(DeliveryState::as_str))
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// The same before one of them, or from the newest; the newest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn page_before(
    conn: &mut Conn,
    webhook_id: &str,
    state: Option<DeliveryState>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from webhook_deliveries where webhook_id = $1 and ($2 is null or state = $2) and ($3 is null or id < $3)
         order by id desc limit $4"
    ))
    .bind(webhook_id)
    .bind(state.map(DeliveryState::as_str))
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn state(conn: &mut Conn, webhook_id: &str, id: &str) -> Result<Option<DeliveryState>, HubError> {
    let row = sqlx::query("select state from webhook_deliveries where webhook_id = $1 and id = $2")
        .bind(webhook_id)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    let name: Option<String> = row.map(|row| row.try_get("state")).transpose()?;
    Ok(name.as_deref().and_then(DeliveryState::parse))
}

/// Begins anew with what was given up: one delivery, or all of the webhook. Returns how many.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn replay(
    conn: &mut Conn,
    webhook_id: &str,
    id: Option<&str>,
    now: Instant,
) -> Result<u64, HubError> {
    let done = sqlx::query(
        "update webhook_deliveries set state = 'waiting', next_at = $3, tries = 0, first_tried_at = null
         where webhook_id = $1 and state = 'dead' and ($2 is null or id = $2)",
    )
    .bind(webhook_id)
    .bind(id)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Removes what was delivered before an instant, and what a webhook left behind that was deleted while it was written.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn forget(conn: &mut Conn, before: Instant) -> Result<(), HubError> {
    sqlx::query(
        "delete from webhook_deliveries
         where (state = 'delivered' and tried_at < $1) or webhook_id not in (select id from webhooks)",
    )
    .bind(us(before))
    .execute(conn)
    .await?;
    Ok(())
}
