//! Who may what: read as a whole, and changed one person at a time, under the version one read.

use std::collections::BTreeMap;

use domain::access::{Grant, abilities, may_give};
use domain::policy::Role;
use protocol::access::{Access, PersonAccess, PersonChange, TokenInfo, WebhookAccess};
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::elevating;
use crate::error::HubError;
use crate::giving::{settle, without_token};
use crate::sight::sees;
use crate::store::audit::Entry;
use crate::store::elevations::{self, ElevationRow};
use crate::store::events::{self, Event};
use crate::store::people::{self, PersonAccess as Row};
use crate::store::tokens::{self, Revoked, TokenRow};
use crate::store::{Conn, queues, webhooks};
use crate::work::Work;

/// Who and what may read, decide, export, trigger.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn access(hub: &Hub, caller: &Caller) -> Result<Access, HubError> {
    caller.may(Scope::AccessRead)?;
    let mut conn = hub.store.reader().await?;
    let changes = caller.may(Scope::AccessWrite).is_ok();
    let all = Everything::read(hub, &mut conn).await?;
    let people = people::access_of_all(&mut conn).await?;
    let webhooks = if changes {
        webhooks::all(&mut conn).await?
    } else {
        Vec::new()
    };
    let queues = queues::all(&mut conn).await?;
    Ok(Access {
        people: people
            .into_iter()
            .filter(|row| meets(caller, row))
            .map(|row| all.of(row))
            .collect(),
        webhooks: webhooks
            .into_iter()
            .map(|hook| WebhookAccess {
                id: hook.id,
                url: hook.url,
                events: hook.events,
                state: hook.state.as_str().to_owned(),
            })
            .collect(),
        queues: queues
            .into_iter()
            .map(|queue| queue.name)
            .filter(|name| sees(caller, name, ""))
            .collect(),
        changes,
    })
}

/// A lead learns of those who reach a queue they see.
pub(crate) fn meets(caller: &Caller, row: &Row) -> bool {
    caller.person.has(Role::Admin)
        || caller.person.queues.is_empty()
        || row.grant.queues.is_empty()
        || row
            .grant
            .queues
            .iter()
            .any(|queue| caller.person.sees_queue(queue))
}

/// # Errors
/// `not_allowed`, `not_found`; [`HubError`] of the database.
pub async fn person(hub: &Hub, caller: &Caller, id: &str) -> Result<PersonAccess, HubError> {
    caller.may(Scope::AccessRead)?;
    let mut conn = hub.store.reader().await?;
    let row = people::access(&mut conn, id).await?;
    let row = row
        .filter(|row| meets(caller, row))
        .ok_or(HubError::NotFound { what: "person" })?;
    Ok(Everything::read(hub, &mut conn).await?.of(row))
}

/// Tokens and elevations of everybody, by person.
struct Everything {
    tokens: BTreeMap<String, Vec<TokenRow>>,
    elevations: BTreeMap<String, Vec<ElevationRow>>,
}

impl Everything {
    async fn read(hub: &Hub, conn: &mut Conn) -> Result<Self, HubError> {
        let now = hub.now();
        let mut tokens: BTreeMap<String, Vec<TokenRow>> = BTreeMap::new();
        for token in tokens::live(conn, now).await? {
            tokens.entry(token.person_id.clone()).or_default().push(token);
        }
        let mut elevations: BTreeMap<String, Vec<ElevationRow>> = BTreeMap::new();
        for row in elevations::running(conn, now).await? {
            elevations.entry(row.person_id.clone()).or_default().push(row);
        }
        Ok(Self { tokens, elevations })
    }

    fn of(&self, row: Row) -> PersonAccess {
        let none = (Vec::new(), Vec::new());
        let tokens = self.tokens.get(&row.id).unwrap_or(&none.0);
        let elevations = self.elevations.get(&row.id).unwrap_or(&none.1);
        let given = row.identity.is_some().then_some(&row.grant.roles);
        let roles = given.into_iter().flatten();
        let mut has = Grant {
            roles: roles
                .chain(tokens.iter().flat_map(|token| &token.roles))
                .copied()
                .collect(),
            ..Grant::default()
        };
        if let Some(bounds) = &row.may_elevate {
            for elevation in elevations {
                has = has.with(&bounds.bound(elevation.given.clone()));
            }
        }
        has.roles.sort_unstable();
        has.roles.dedup();
        if row.disabled_at.is_some() {
            has.roles.clear();
        }
        PersonAccess {
            can: abilities(&has.roles),
            has: has.roles,
            tokens: tokens.iter().map(token).collect(),
            elevations: elevations.iter().cloned().map(elevating::shown).collect(),
            id: row.id,
            name: row.name,
            version: row.version,
            roles: row.grant.roles,
            queues: row.grant.queues,
            ceiling: row.grant.ceiling,
            may_elevate: row.may_elevate,
            signs_in: row.identity.is_some(),
            managed: row.managed,
            disabled: row.disabled_at.is_some(),
        }
    }
}

fn token(row: &TokenRow) -> TokenInfo {
    TokenInfo {
        id: row.id.clone(),
        roles: row.roles.clone(),
        sources: row.sources.clone(),
        session: row.session,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

/// Replaces what is given to a person. What it takes away is gone at their next request.
///
/// # Errors
/// `not_allowed`, `not_found`, `invalid_access`, `stale_version`, `managed_by_provider`, `not_yourself`; [`HubError`] of
/// the database.
pub async fn change(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    change: PersonChange,
    if_match: Option<i64>,
) -> Result<PersonAccess, HubError> {
    caller.may(Scope::AccessWrite)?;
    let version = match (change.version, if_match) {
        (Some(said), Some(other)) if said != other => return Err(stale()),
        (said, other) => said.or(other).ok_or_else(|| {
            HubError::Unprocessable(domain::Invalid::new(
                domain::access::INVALID_ACCESS,
                "/version",
                "the version it was made from is missing",
            ))
        })?,
    };
    let grant = Grant {
        roles: change.roles,
        queues: change.queues,
        ceiling: change.ceiling,
    };
    grant.check().map_err(HubError::Unprocessable)?;
    if let Some(bounds) = &change.may_elevate {
        let below = |invalid: domain::Invalid| HubError::Unprocessable(invalid.under("/may_elevate"));
        bounds.check().map_err(below)?;
    }
    if change.disabled && caller.person.id == id {
        return Err(HubError::conflict(
            "not_yourself",
            "nobody takes their own access away; another admin does",
        ));
    }
    let mut work = hub.work(caller).await?;
    let before = people::access(work.conn(), id)
        .await?
        .ok_or(HubError::NotFound { what: "person" })?;
    if before.managed && before.grant != grant {
        return Err(HubError::conflict(
            "managed_by_provider",
            "roles, queues and ceiling of this person come from the provider they sign in with",
        ));
    }
    let now = work.now;
    let giver = elevating::giver(work.conn(), caller, now).await?;
    may_give(
        giver,
        (&before.grant, before.may_elevate.as_ref()),
        (&grant, change.may_elevate.as_ref()),
    )?;
    let disabled_at = change.disabled.then(|| before.disabled_at.unwrap_or(work.now));
    let after = Row {
        grant,
        may_elevate: change.may_elevate,
        disabled_at,
        version,
        ..before.clone()
    };
    if !people::set_access(work.conn(), &after).await? {
        return Err(stale());
    }
    settle(&mut work, &before, &after).await?;
    let row = people::access(work.conn(), id)
        .await?
        .ok_or_else(|| HubError::broken("a person just changed isn't there"))?;
    let shown = Everything::read(hub, work.conn()).await?.of(row);
    hub.commit(work).await?;
    Ok(shown)
}

fn stale() -> HubError {
    HubError::conflict(
        "stale_version",
        "somebody changed this person meanwhile; read them again",
    )
}

/// A token is refused from the next request on.
///
/// # Errors
/// `not_allowed`, `not_found`; [`HubError`] of the database.
pub async fn revoke_token(hub: &Hub, caller: &Caller, id: &str) -> Result<(), HubError> {
    caller.may(Scope::AccessWrite)?;
    let gone = || HubError::NotFound { what: "token" };
    // By its id alone: who has the token itself needs no help.
    uuid::Uuid::parse_str(id).map_err(|_| gone())?;
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let revoked = tokens::revoke(work.conn(), id, now).await?.ok_or_else(gone)?;
    follow(&mut work, revoked).await?;
    hub.commit(work).await
}

/// What follows when a token is revoked: of a session its whole sign-in, what was raised by it, what is held by nobody now.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn follow(work: &mut Work, revoked: Revoked) -> Result<(), HubError> {
    let now = work.now;
    tokens::end_sign_in(work.conn(), &revoked.sign_in, now).await?;
    work.event(Event {
        kind: events::ACCESS_REVOKED,
        person: Some(revoked.person_id.clone()),
        ..Event::default()
    });
    work.audit(Entry::new(
        "token.revoked",
        json!({"token": revoked.id, "person": revoked.person_id}),
    ));
    elevating::end_with(work, &revoked.sign_in).await?;
    without_token(work, &revoked.person_id).await
}
