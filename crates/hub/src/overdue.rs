//! What the hub sees to by itself, some seconds apart: cases nobody decided in time are escalated as their queue's policy
//! says, escalations of closed cases end, and checks nobody will answer are taken back.

use domain::policy::times::escalates_due_by;
use domain::policy::{EscalateTo, Policy};

use crate::Hub;
use crate::bounds;
use crate::checks;
use crate::error::HubError;
use crate::passing::{Around, as_policy_says, pass_up, somebody_receives};
use crate::staff;
use crate::store::audit::Actor;
use crate::store::{cases, escalations, queues};

/// Policies count in minutes.
const TICK_SECONDS: u64 = 2;
const BATCH: i64 = 100;

/// Looks until the hub stops.
pub async fn run(hub: Hub) {
    loop {
        if let Err(error) = bounds::step(once(&hub)).await {
            tracing::error!(%error, "overdue.failed");
        }
        tokio::select! {
            () = hub.stopping.cancelled() => return,
            () = tokio::time::sleep(std::time::Duration::from_secs(TICK_SECONDS)) => {}
        }
    }
}

async fn once(hub: &Hub) -> Result<(), HubError> {
    let (found, some_closed) = {
        let mut conn = hub.store.reader().await?;
        (
            queues::all(&mut conn).await?,
            escalations::some_closed(&mut conn).await?,
        )
    };
    for queue in found {
        if let Some(policy) = queue.policy {
            escalate_overdue(hub, &queue.name, &policy).await?;
        }
    }
    if some_closed {
        let mut work = hub.work_as(Actor::default()).await?;
        let now = work.now;
        escalations::end_closed(work.conn(), now).await?;
        hub.commit(work).await?;
    }
    checks::settle(hub).await
}

async fn escalate_overdue(hub: &Hub, queue: &str, policy: &Policy) -> Result<(), HubError> {
    let (Some(due_by), Some(escalation)) = (escalates_due_by(policy, hub.now()), &policy.escalate) else {
        return Ok(());
    };
    loop {
        // Looked for without the write lock, so that an idle hub writes nothing.
        let mut conn = hub.store.reader().await?;
        if cases::overdue(&mut conn, queue, due_by, 1).await?.is_empty() {
            return Ok(());
        }
        drop(conn);
        let mut work = hub.work_as(Actor::default()).await?;
        let now = work.now;
        let found = cases::overdue(work.conn(), queue, due_by, BATCH).await?;
        if found.is_empty() {
            // Somebody else has them in hand.
            return Ok(());
        }
        for mut head in found {
            let people = staff::who_see(work.conn(), head.sensitivity, now).await?;
            let said = as_policy_says(&mut work, &head, &people, &escalation.to).await?;
            let around = Around::of(work.conn(), &head).await?;
            // Where nobody is whom the policy means, or they could do nothing, it goes to the leads; where nobody leads it
            // stays with those who can decide it, and it is known that it is late.
            let places = said.into_iter().chain([EscalateTo::default()]);
            let live = places
                .into_iter()
                .find(|to| somebody_receives(&people, &head, &around, to, ""));
            let is_live = live.is_some();
            let to = live.unwrap_or_default();
            pass_up(&mut work, &mut head, &people, to, None, None, is_live).await?;
        }
        hub.commit(work).await?;
    }
}
