//! Webhooks: who is told of what, and what became of it. Written with its cause ([`outbox`]), sent by a worker
//! ([`worker`], [`post`]) as signed CloudEvents ([`signing`], [`body`]).

pub mod body;
pub mod outbox;
pub mod post;
pub mod proxy;
pub mod signing;
pub mod worker;

use domain::Invalid;
use domain::webhook::{EVERY_EVENT, WebhookEvent, standing};
use protocol::hub::Page;
use protocol::webhooks::{
    Delivery, DeliveryState, NewWebhook, Signing, Tested, Webhook, WebhookMade, WebhookState,
};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::paging::limit;
use crate::store::audit::Entry;
use crate::store::deliveries::{self, DeliveryRow};
use crate::store::webhooks::{self, HookRow};
use crate::store::{
    Conn,
    webhooks::{Counts, Failures},
};
use domain::access::is_within;
use domain::case::Sensitivity;
use domain::webhook::Answer;
use post::INVALID_WEBHOOK;
use signing::Secret;

/// # Errors
/// `invalid_webhook`, `private_address`; [`HubError`] of the database.
pub async fn create(hub: &Hub, caller: &Caller, new: NewWebhook) -> Result<WebhookMade, HubError> {
    may_have(caller)?;
    let url = hub.webhooks.check(&new.url).map_err(HubError::Unprocessable)?;
    let events = checked(new.events).map_err(HubError::Unprocessable)?;
    let mut work = hub.work(caller).await?;
    let hook = HookRow {
        id: uuid::Uuid::now_v7().to_string(),
        url: url.into(),
        events,
        signing: new.signing.unwrap_or_default(),
        secret: Secret::random(),
        state: WebhookState::Active,
        created_at: work.now,
        last_success_at: None,
    };
    webhooks::insert(work.conn(), &hook).await?;
    let what = json!({"webhook": hook.id, "url": hook.url, "events": hook.events, "signing": hook.signing});
    work.audit(Entry::new("webhook.created", what));
    hub.commit(work).await?;
    Ok(WebhookMade {
        secret: (hook.signing == Signing::Hmac).then(|| hook.secret.shown()),
        webhook: shown(hook, &Counts::new(), &Failures::new()),
    })
}

/// A webhook is told of every case, whoever made it.
fn may_have(caller: &Caller) -> Result<(), HubError> {
    caller.may(Scope::WebhooksWrite)?;
    if is_within(caller.ceiling, Sensitivity::Restricted) {
        return Ok(());
    }
    let detail = "a webhook is told of cases above your ceiling";
    Err(HubError::forbidden("not_allowed", detail))
}

fn checked(mut events: Vec<String>) -> Result<Vec<String>, Invalid> {
    if events.is_empty() {
        return Err(Invalid::new(INVALID_WEBHOOK, "/events", "at least one event"));
    }
    let unknown = |name: &String| name != EVERY_EVENT && WebhookEvent::parse(name).is_none();
    if let Some(place) = events.iter().position(unknown) {
        let names = WebhookEvent::ALL.map(WebhookEvent::as_str).join(", ");
        let detail = format!("one of {names}, or {EVERY_EVENT}");
        return Err(Invalid::new(INVALID_WEBHOOK, format!("/events/{place}"), detail));
    }
    events.sort();
    events.dedup();
    Ok(events)
}

fn shown(hook: HookRow, counts: &Counts, failures: &Failures) -> Webhook {
    let count = |state| counts.get(&(hook.id.clone(), state)).copied().unwrap_or(0);
    let enabled = hook.state == WebhookState::Active;
    let (standing, failing_since) = standing(enabled, hook.last_success_at, failures.get(&hook.id).copied());
    Webhook {
        waiting: count(DeliveryState::Waiting),
        dead: count(DeliveryState::Dead),
        public_key: (hook.signing == Signing::Ed25519).then(|| hook.secret.public_key()),
        id: hook.id,
        url: hook.url,
        events: hook.events,
        signing: hook.signing,
        state: hook.state,
        created_at: hook.created_at,
        last_success_at: hook.last_success_at,
        standing,
        failing_since,
    }
}

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn list(hub: &Hub, caller: &Caller) -> Result<Vec<Webhook>, HubError> {
    caller.may(Scope::WebhooksRead)?;
    let mut conn = hub.store.reader().await?;
    let counts = webhooks::counts(&mut conn).await?;
    let failures = webhooks::failures(&mut conn).await?;
    let hooks = webhooks::all(&mut conn).await?;
    Ok(hooks
        .into_iter()
        .map(|hook| shown(hook, &counts, &failures))
        .collect())
}

async fn found(conn: &mut Conn, id: &str) -> Result<HookRow, HubError> {
    let hook = webhooks::by_id(conn, id).await?;
    hook.ok_or(HubError::NotFound { what: "webhook" })
}

/// It is told nothing more, and what waited for it is forgotten.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn remove(hub: &Hub, caller: &Caller, id: &str) -> Result<(), HubError> {
    caller.may(Scope::WebhooksWrite)?;
    let mut work = hub.work(caller).await?;
    let hook = found(work.conn(), id).await?;
    webhooks::remove(work.conn(), id).await?;
    work.audit(Entry::new(
        "webhook.deleted",
        json!({"webhook": id, "url": hook.url}),
    ));
    hub.commit(work).await
}

/// One that was disabled is told again of what happens from now on; what was given up meanwhile can be replayed.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn enable(hub: &Hub, caller: &Caller, id: &str) -> Result<Webhook, HubError> {
    may_have(caller)?;
    let mut work = hub.work(caller).await?;
    let mut hook = found(work.conn(), id).await?;
    if hook.state != WebhookState::Active {
        hook.state = WebhookState::Active;
        webhooks::set_state(work.conn(), id, hook.state).await?;
        work.audit(Entry::new("webhook.enabled", json!({"webhook": id})));
    }
    let counts = webhooks::counts(work.conn()).await?;
    let failures = webhooks::failures(work.conn()).await?;
    hub.commit(work).await?;
    Ok(shown(hook, &counts, &failures))
}

/// It is told nothing until it is enabled again; what waited is given up, and can be replayed then.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn disable(hub: &Hub, caller: &Caller, id: &str) -> Result<Webhook, HubError> {
    caller.may(Scope::WebhooksWrite)?;
    let mut work = hub.work(caller).await?;
    let mut hook = found(work.conn(), id).await?;
    if hook.state != WebhookState::Disabled {
        hook.state = WebhookState::Disabled;
        webhooks::set_state(work.conn(), id, hook.state).await?;
        let dead = deliveries::give_up_all(work.conn(), id).await?;
        work.audit(Entry::new(
            "webhook.disabled",
            json!({"webhook": id, "dead": dead}),
        ));
    }
    let counts = webhooks::counts(work.conn()).await?;
    let failures = webhooks::failures(work.conn()).await?;
    hub.commit(work).await?;
    Ok(shown(hook, &counts, &failures))
}

/// Sends a message of no importance at once, and says what came of it.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn test(hub: &Hub, caller: &Caller, id: &str) -> Result<Tested, HubError> {
    caller.may(Scope::WebhooksWrite)?;
    let mut work = hub.work(caller).await?;
    let hook = found(work.conn(), id).await?;
    let event_id = uuid::Uuid::now_v7().to_string();
    work.audit(Entry::new(
        "webhook.tested",
        json!({"webhook": id, "event": event_id}),
    ));
    hub.commit(work).await?;
    let body = body::of_test(hub, id, &event_id).await?;
    let sent = hub.webhooks.send(&hook, &event_id, hub.now(), body).await?;
    Ok(Tested {
        delivered: matches!(
            sent.answer,
            Answer::Status {
                status: 200..=299,
                ..
            }
        ),
        status: sent.status(),
        fault: sent.fault.map(str::to_owned),
    })
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// `waiting`, `delivered` or `dead`; all when absent.
    pub state: Option<String>,
    /// `oldest` when absent, or `newest`.
    pub order: Option<String>,
    /// `next` of the page before, in the same order.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
}

/// In the order they were caused, or the newest first.
///
/// # Errors
/// `not_found`, `invalid_query`; [`HubError`] of the database.
pub async fn deliveries(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    query: &DeliveryQuery,
) -> Result<Page<Delivery>, HubError> {
    caller.may(Scope::WebhooksRead)?;
    let state = match query.state.as_deref() {
        None => None,
        Some(name) => Some(
            DeliveryState::parse(name)
                .ok_or_else(|| Invalid::new("invalid_query", "/state", "'waiting', 'delivered' or 'dead'"))?,
        ),
    };
    let limit = limit(query.limit)?;
    let mut conn = hub.store.reader().await?;
    found(&mut conn, id).await?;
    let after = query.after.as_deref().unwrap_or_default();
    let rows = match query.order.as_deref() {
        None | Some("oldest") => deliveries::page(&mut conn, id, state, after, limit).await?,
        Some("newest") => {
            let before = Some(after).filter(|cursor| !cursor.is_empty());
            deliveries::page_before(&mut conn, id, state, before, limit).await?
        }
        Some(_) => return Err(Invalid::new("invalid_query", "/order", "'oldest' or 'newest'").into()),
    };
    let full = i64::try_from(rows.len()).is_ok_and(|n| n >= limit);
    let next = rows.last().filter(|_| full).map(|row| row.id.clone());
    Ok(Page {
        items: rows.into_iter().map(told).collect(),
        next,
    })
}

fn told(row: DeliveryRow) -> Delivery {
    Delivery {
        next_at: (row.state == DeliveryState::Waiting).then_some(row.next_at),
        id: row.id,
        event_id: row.event_id,
        event: row.event,
        case_id: row.case_id,
        sequence: u64::try_from(row.sequence).unwrap_or(0),
        state: row.state,
        tries: row.tries,
        created_at: row.created_at,
        tried_at: row.tried_at,
        status: row.status,
        fault: row.fault,
        correlation_id: row.correlation_id,
    }
}

/// Sends again what was given up: one delivery, or with none all of them.
///
/// # Errors
/// `not_found`, `webhook_disabled`, `not_dead`; [`HubError`] of the database.
pub async fn replay(hub: &Hub, caller: &Caller, id: &str, delivery: Option<&str>) -> Result<u64, HubError> {
    caller.may(Scope::WebhooksWrite)?;
    let mut work = hub.work(caller).await?;
    let hook = found(work.conn(), id).await?;
    if hook.state != WebhookState::Active {
        return Err(HubError::conflict(
            "webhook_disabled",
            "its receiver said that it is gone; enable it first",
        ));
    }
    if let Some(delivery) = delivery {
        let state = deliveries::state(work.conn(), id, delivery).await?;
        if state.ok_or(HubError::NotFound { what: "delivery" })? != DeliveryState::Dead {
            return Err(HubError::conflict(
                "not_dead",
                "only what was given up is replayed",
            ));
        }
    }
    let now = work.now;
    let n = deliveries::replay(work.conn(), id, delivery, now).await?;
    if n > 0 {
        work.audit(Entry::new(
            "webhook.replayed",
            json!({"webhook": id, "delivery": delivery, "n": n}),
        ));
    }
    hub.commit(work).await?;
    hub.webhooks.wake.notify_one();
    Ok(n)
}
