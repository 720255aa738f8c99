//! Looking at a case without having it: a lead who helps, a colleague who was asked. It is told to those who see the case, as
//! far as they may know who is at it, and noted. What it is not: a lease; nothing is taken and nothing held.

use chrono::TimeDelta;
use domain::Instant;
use domain::policy::Policy;
use domain::policy::passing::LOOK_SECONDS;
use protocol::hub::CaseWhole;
use protocol::looks::Looker;
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::passing::knows_who_looks;
use crate::sight;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::{Conn, events, looks, queues};
use crate::whole::whole;
use crate::work::Work;

/// Those who look at the case besides the caller, where they may know. `policy` none: it can't be read.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn besides(
    conn: &mut Conn,
    caller: &Caller,
    policy: Option<&Policy>,
    head: &CaseHead,
    now: Instant,
) -> Result<Vec<Looker>, HubError> {
    match policy {
        Some(policy) if knows_who_looks(caller, policy, head) => {
            looks::others(conn, &head.id, &caller.person.id, now).await
        }
        _ => Ok(Vec::new()),
    }
}

/// The case, whole; for two minutes the caller is said to look at it. Who goes on says it again: told each time, since somebody
/// may have been given the case meanwhile, and noted the first time.
///
/// # Errors
/// `not_found`, `not_allowed` for one who is only a source, `erased`; [`HubError`] of the database.
pub async fn look(hub: &Hub, caller: &Caller, id: &str) -> Result<CaseWhole, HubError> {
    let mut work = hub.work(caller).await?;
    let head = seen(&mut work, caller, id).await?;
    let queue = queues::by_name(work.conn(), &head.queue).await?;
    let policy = queue.as_ref().and_then(|queue| queue.policy.as_ref());
    let now = work.now;
    let mut case = whole(work.conn(), caller, (&head, policy), now).await?;
    case.looking = besides(work.conn(), caller, policy, &head, now).await?;
    // Who has it doesn't look besides themselves.
    if head.lease_person.as_deref() == Some(caller.person.id.as_str()) {
        return Ok(case);
    }
    let until = now + TimeDelta::seconds(i64::from(LOOK_SECONDS));
    if looks::put(work.conn(), &head.id, &caller.person.id, now, until).await? {
        work.audit(Entry::new("case.looked_at", json!({"revision": head.revision})).case(&head.id));
    }
    work.case_event(events::CASE_LOOKED_AT, &head);
    hub.commit(work).await?;
    Ok(case)
}

/// The caller looks no longer.
///
/// # Errors
/// `not_found`, `not_allowed` for one who is only a source; [`HubError`] of the database.
pub async fn look_away(hub: &Hub, caller: &Caller, id: &str) -> Result<(), HubError> {
    let mut work = hub.work(caller).await?;
    let head = seen(&mut work, caller, id).await?;
    if looks::delete(work.conn(), &head.id, &caller.person.id).await? {
        work.case_event(events::CASE_LOOKED_AT, &head);
    }
    hub.commit(work).await
}

async fn seen(work: &mut Work, caller: &Caller, id: &str) -> Result<CaseHead, HubError> {
    caller.may(Scope::QueuesRead)?;
    sight::case(work.conn(), caller, id).await
}
