//! Sends what stands in the outbox: at least once, and to one receiver in order per case. Any number of hubs do so at once;
//! each takes deliveries under a lease, and what a hub that died had taken is taken over when the lease runs out.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::webhook::{LEASE_SECONDS, Next, Tries, after};
use protocol::webhooks::{DeliveryState, WebhookState};
use serde_json::json;
use tokio::task::{Id, JoinError, JoinSet};

use super::body;
use super::post::Sent;
use crate::Hub;
use crate::bounds;
use crate::error::HubError;
use crate::store::audit::{Actor, Entry};
use crate::store::deliveries::{self, DeliveryRow, Settled, Wanted};
use crate::store::webhooks::{self, HookRow};

/// How often it looks for what fell due, or was left by another hub.
const LOOK: Duration = Duration::from_millis(500);

/// Sent to one receiver at once, so that a slow one holds up no other.
const AT_ONCE: usize = 8;

/// What is under way when the hub stops gets this; then it is given back.
const GRACE: Duration = Duration::from_secs(2);

/// How often the database is asked for what is to be sent, and to write down what came of it, while it is away: for less
/// than a delivery's lease, and for as long as one.
const MADE_TRIES: u32 = 10;
const SETTLED_TRIES: u32 = 30;

const TIDY: Duration = Duration::from_secs(3600);

/// How long a list shows what was delivered.
const KEPT_DAYS: i64 = 7;

/// Runs until the hub stops.
pub async fn run(hub: Hub) {
    let mut worker = Worker {
        lease: uuid::Uuid::new_v4().to_string(),
        hub,
        under_way: JoinSet::new(),
        receivers: HashMap::new(),
    };
    let stopping = worker.hub.stopping.clone();
    tokio::select! {
        () = stopping.cancelled() => {}
        () = worker.look_on() => {}
    }
    worker.end().await;
}

struct Worker {
    hub: Hub,
    /// Names this run of this hub.
    lease: String,
    under_way: JoinSet<()>,
    /// The webhook each task sends to.
    receivers: HashMap<Id, String>,
}

impl Worker {
    /// Never returns. Cut off anywhere, what was taken and not yet sent is given back by [`Self::end`].
    async fn look_on(&mut self) {
        let mut tidied: Option<tokio::time::Instant> = None;
        loop {
            if let Err(error) = bounds::step(self.take()).await {
                tracing::warn!(%error, "webhooks.not_taken");
            }
            if tidied.is_none_or(|at| at.elapsed() > TIDY) {
                tidied = Some(tokio::time::Instant::now());
                if let Err(error) = bounds::step(tidy(&self.hub)).await {
                    tracing::warn!(%error, "webhooks.not_tidied");
                }
            }
            tokio::select! {
                Some(ended) = self.under_way.join_next_with_id() => self.ended(ended),
                () = self.hub.webhooks.wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            while let Some(ended) = self.under_way.try_join_next_with_id() {
                self.ended(ended);
            }
        }
    }

    fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(%error, "webhooks.task_failed");
                error.id()
            }
        };
        self.receivers.remove(&id);
    }

    async fn take(&mut self) -> Result<(), HubError> {
        let now = self.hub.now();
        let mut reader = self.hub.store.reader().await?;
        let due = deliveries::due_webhooks(&mut reader, now).await?;
        drop(reader);
        for webhook_id in due {
            let sending = self.receivers.values().filter(|to| **to == webhook_id).count();
            let room = AT_ONCE.saturating_sub(sending);
            if room == 0 {
                continue;
            }
            let mut tx = self.hub.store.begin().await?;
            let Some(hook) = webhooks::by_id(&mut tx, &webhook_id).await? else {
                continue;
            };
            let wanted = Wanted {
                webhook_id: &webhook_id,
                lease: &self.lease,
                now,
                until: now + chrono::Duration::seconds(LEASE_SECONDS),
                limit: room as i64,
            };
            let taken = deliveries::take(&mut tx, &wanted).await?;
            tx.commit().await?;
            let hook = Arc::new(hook);
            for delivery in taken {
                let task = deliver(self.hub.clone(), hook.clone(), delivery, self.lease.clone());
                let id = self.under_way.spawn(task).id();
                self.receivers.insert(id, webhook_id.clone());
            }
        }
        Ok(())
    }

    async fn end(mut self) {
        let finished = async { while self.under_way.join_next().await.is_some() {} };
        // What isn't finished is sent again by whoever takes it: at least once.
        let _ = tokio::time::timeout(GRACE, finished).await;
        self.under_way.shutdown().await;
        if let Err(error) = give_back(&self.hub, &self.lease).await {
            tracing::warn!(%error, "webhooks.not_given_back");
        }
    }
}

async fn give_back(hub: &Hub, lease: &str) -> Result<(), HubError> {
    let mut tx = hub.store.begin().await?;
    deliveries::give_back(&mut tx, lease).await?;
    tx.commit().await
}

async fn tidy(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.begin().await?;
    let before = hub.now() - chrono::Duration::days(KEPT_DAYS);
    deliveries::forget(&mut tx, before).await?;
    tx.commit().await
}

async fn deliver(hub: Hub, hook: Arc<HookRow>, delivery: DeliveryRow, lease: String) {
    // That the hub has no database just now says nothing about the receiver, and is no try.
    let sent = match patiently(MADE_TRIES, || bounds::step(body::of_delivery(&hub, &delivery))).await {
        Ok(body) => {
            hub.webhooks
                .send(&hook, &delivery.event_id, hub.now(), body)
                .await
        }
        Err(error) => Err(error),
    };
    let sent = sent.unwrap_or_else(|error| {
        tracing::error!(%error, delivery = delivery.id, "webhooks.not_made");
        Sent::fault("not_made")
    });
    // What came of it is known here alone. Unwritten, the delivery would wait until its lease runs out, and be sent again.
    let settled = patiently(SETTLED_TRIES, || {
        bounds::step(settle(&hub, &delivery, sent, &lease))
    });
    if let Err(error) = settled.await {
        tracing::warn!(%error, delivery = delivery.id, "webhooks.not_settled");
    }
}

/// Again, so many times, while the database is away or busy.
async fn patiently<T, F>(tries: u32, ask: impl Fn() -> F) -> Result<T, HubError>
where
    F: Future<Output = Result<T, HubError>>,
{
    for _ in 1..tries {
        match ask().await {
            Err(HubError::Unavailable { .. }) => tokio::time::sleep(LOOK).await,
            answered => return answered,
        }
    }
    ask().await
}

/// Writes down what came of a try, unless the delivery was taken over meanwhile.
async fn settle(hub: &Hub, delivery: &DeliveryRow, sent: Sent, lease: &str) -> Result<(), HubError> {
    let now = hub.now();
    let tries = Tries {
        n: delivery.tries + 1,
        first_at: delivery.first_tried_at.unwrap_or(now),
    };
    let next = after(tries, sent.answer, now, rand::random());
    let (state, next_at) = match next {
        Next::Done => (DeliveryState::Delivered, now),
        Next::Again { at } => (DeliveryState::Waiting, at),
        Next::Dead | Next::Gone => (DeliveryState::Dead, now),
    };
    let settled = Settled {
        id: &delivery.id,
        lease,
        state,
        next_at,
        status: sent.status(),
        fault: sent.fault,
        now,
    };
    if matches!(next, Next::Dead | Next::Gone) {
        return given_up(hub, delivery, &settled, next).await;
    }
    let mut tx = hub.store.begin().await?;
    if deliveries::settle(&mut tx, &settled).await? {
        match next {
            Next::Again { at } => deliveries::postpone_followers(&mut tx, delivery, at).await?,
            _ => webhooks::succeeded(&mut tx, &delivery.webhook_id, now).await?,
        }
    }
    tx.commit().await
}

/// What people have to know of, and see to.
async fn given_up(
    hub: &Hub,
    delivery: &DeliveryRow,
    settled: &Settled<'_>,
    next: Next,
) -> Result<(), HubError> {
    let mut work = hub.work_as(Actor::default()).await?;
    if !deliveries::settle(work.conn(), settled).await? {
        return Ok(());
    }
    let why = json!({"webhook": delivery.webhook_id, "delivery": delivery.id, "status": settled.status, "fault": settled.fault});
    let entry = Entry::new("webhook.delivery_dead", why).case(&delivery.case_id);
    work.audit(entry.caused_by(delivery.correlation_id.as_deref()));
    if next == Next::Gone {
        webhooks::set_state(work.conn(), &delivery.webhook_id, WebhookState::Disabled).await?;
        let dead = deliveries::give_up_all(work.conn(), &delivery.webhook_id).await?;
        work.audit(Entry::new(
            "webhook.disabled",
            json!({"webhook": delivery.webhook_id, "status": settled.status, "dead": dead + 1}),
        ));
    }
    hub.commit(work).await
}
