//! Whom policies mean, between ids, by which they are kept, and names, by which people read them. What it is not: who may
//! be named; that is `domain::policy::people`.

use std::collections::BTreeMap;

use domain::policy::Policy;
use serde_json::json;

use crate::Hub;
use crate::error::HubError;
use crate::store::audit::{Actor, Entry};
use crate::store::{Conn, people, policies, queues};

/// Everybody's name, by id.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn names_of(conn: &mut Conn) -> Result<BTreeMap<String, String>, HubError> {
    let all = people::all(conn).await?.into_iter();
    Ok(all.map(|person| (person.id, person.name)).collect())
}

/// As people read it.
pub fn in_names(policy: Policy, names: &BTreeMap<String, String>) -> Policy {
    policy.with_people(|id| names.get(id).cloned())
}

/// Policies from before people were kept by their ids: a name becomes the id of who was called so when it was written. One
/// that was nobody's then stays, and means nobody.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn settle(hub: &Hub) -> Result<(), HubError> {
    let mut conn = hub.store.reader().await?;
    let mut found = queues::all(&mut conn).await?;
    let named = |policy: &Option<Policy>| policy.as_ref().is_some_and(|p| p.people().next().is_some());
    found.retain(|queue| named(&queue.policy));
    if found.is_empty() {
        return Ok(());
    }
    let names = names_of(&mut conn).await?;
    drop(conn);
    for queue in found {
        let Some(policy) = queue.policy else { continue };
        if policy.people().all(|who| names.contains_key(who)) {
            continue;
        }
        let mut work = hub.work_as(Actor::default()).await?;
        let now = work.now;
        let versions = policies::versions(work.conn(), &queue.name).await?;
        let Some(written) = versions.iter().find(|v| v.version == queue.policy_version) else {
            continue;
        };
        let mut ids = BTreeMap::new();
        for who in policy.people().filter(|who| !names.contains_key(*who)) {
            if let Some(id) = people::called_at(work.conn(), who, written.at).await? {
                ids.insert(who.to_owned(), id);
            }
        }
        if ids.is_empty() {
            continue;
        }
        let policy = policy.with_people(|who| ids.get(who).cloned());
        let known = queue.policy_version;
        // Another hub that opens at the same time may be first.
        if queues::set_policy(work.conn(), &queue.name, known, &policy, None, now).await? {
            work.touch(&queue.name);
            work.audit(Entry::new(
                "policy.changed",
                json!({"queue": queue.name, "version": known + 1, "policy": policy, "named_by_id": true}),
            ));
            hub.commit(work).await?;
        }
    }
    Ok(())
}
