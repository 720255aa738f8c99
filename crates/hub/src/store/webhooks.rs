//! Webhooks: where to, of what, signed how, and in what state.

use std::collections::BTreeMap;

use domain::Instant;
use protocol::webhooks::{DeliveryState, Signing, WebhookState};
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;
use crate::webhooks::signing::Secret;

#[derive(Debug, Clone, PartialEq)]
pub struct HookRow {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    pub signing: Signing,
    pub secret: Secret,
    pub state: WebhookState,
    pub created_at: Instant,
    pub last_success_at: Option<Instant>,
}

/// Deliveries of a webhook in a state.
pub type Counts = BTreeMap<(String, DeliveryState), u64>;

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, hook: &HookRow) -> Result<(), HubError> {
    sqlx::query(
        "insert into webhooks (id, url, events, signing, secret, state, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&hook.id)
    .bind(&hook.url)
    .bind(serde_json::json!(hook.events).to_string())
    .bind(hook.signing.as_str())
    .bind(hook.secret.to_hex().as_str())
    .bind(hook.state.as_str())
    .bind(us(hook.created_at))
    .execute(conn)
    .await?;
    Ok(())
}

fn read(row: &super::Row) -> Result<HookRow, HubError> {
    let (signing, state): (String, String) = (row.try_get("signing")?, row.try_get("state")?);
    Ok(HookRow {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        events: serde_json::from_str(row.try_get("events")?).map_err(HubError::broken)?,
        signing: Signing::parse(&signing).ok_or_else(|| HubError::broken(format!("signing {signing}")))?,
        secret: Secret::from_hex(row.try_get("secret")?)?,
        state: WebhookState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?,
        created_at: instant(row.try_get("created_at")?)?,
        last_success_at: row
            .try_get::<Option<i64>, _>("last_success_at")?
            .map(instant)
            .transpose()?,
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn all(conn: &mut Conn) -> Result<Vec<HookRow>, HubError> {
    let rows = sqlx::query(
        "select id, url, events, signing, secret, state, created_at, last_success_at from webhooks order by id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<HookRow>, HubError> {
    let row = sqlx::query(
        "select id, url, events, signing, secret, state, created_at, last_success_at from webhooks where id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Who is told: ids, and the events asked for.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn active(conn: &mut Conn) -> Result<Vec<(String, Vec<String>)>, HubError> {
    let rows = sqlx::query("select id, events from webhooks where state = 'active' order by id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let events = serde_json::from_str(row.try_get("events")?).map_err(HubError::broken)?;
            Ok((row.try_get("id")?, events))
        })
        .collect()
}

/// Removes the webhook with its deliveries.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn remove(conn: &mut Conn, id: &str) -> Result<(), HubError> {
    sqlx::query("delete from webhook_deliveries where webhook_id = $1")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    sqlx::query("delete from webhooks where id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn set_state(conn: &mut Conn, id: &str, state: WebhookState) -> Result<(), HubError> {
    sqlx::query("update webhooks set state = $2 where id = $1")
        .bind(id)
        .bind(state.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn succeeded(conn: &mut Conn, id: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query("update webhooks set last_success_at = $2 where id = $1")
        .bind(id)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many wait and how many were given up, of each webhook.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn counts(conn: &mut Conn) -> Result<Counts, HubError> {
    let rows = sqlx::query(
        "select d.webhook_id, d.state, count(*) as n from webhooks w join webhook_deliveries d on d.webhook_id = w.id
         where d.state in ('waiting', 'dead') group by d.webhook_id, d.state",
    )
    .fetch_all(conn)
    .await?;
    let mut counts = Counts::new();
    for row in &rows {
        let state: String = row.try_get("state")?;
        if let Some(state) = DeliveryState::parse(&state) {
            let n = u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0);
            counts.insert((row.try_get("webhook_id")?, state), n);
        }
    }
    Ok(counts)
}

/// By webhook, the first try of what wasn't taken when it was tried last, which was after the last success.
pub type Failures = BTreeMap<String, Instant>;

/// # Errors
/// [`HubError`] of the database.
pub async fn failures(conn: &mut Conn) -> Result<Failures, HubError> {
    let rows = sqlx::query(
        "select d.webhook_id, min(d.first_tried_at) as since
         from webhooks w join webhook_deliveries d on d.webhook_id = w.id
         where d.state in ('waiting', 'dead') and d.tries > 0 and d.first_tried_at is not null
           and d.tried_at > coalesce(w.last_success_at, 0)
         group by d.webhook_id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("webhook_id")?, instant(row.try_get("since")?)?)))
        .collect()
}
