//! Sessions: the provider's word for who somebody is, against a token that ends soon. From there on it is a token like any
//! other; its roles are those of the person. Somebody nobody knows yet becomes a person without roles.

use chrono::Duration;
use domain::Instant;
use domain::policy::Person;
use protocol::access::{NewSession, OidcOffer, Session, SignInOffer};
use serde_json::json;

use crate::auth::{new_token, token_hash};
use crate::caller::{Caller, StoredToken};
use crate::error::{HubError, TokenFault};
use crate::giving::{settle, without_token};
use crate::oidc::fault::IdentityFault;
use crate::oidc::{Identity, Provider};
use crate::store::audit::{Actor, Entry};
use crate::store::people::{self, PersonAccess, PersonRow};
use crate::store::{Conn, identity_tokens, meta, tokens};
use crate::work::Work;
use crate::{Hub, elevating, refusals};

/// From the offer to its use: a person types a password and finds their phone meanwhile.
const NONCE_SECONDS: i64 = 600;
/// A session that ran out is renewed this long afterwards; then the provider is asked in the open again.
const PREVIOUS_DAYS: i64 = 30;
/// What is under way with the session before is finished with it.
const PREVIOUS_SECONDS: i64 = 60;

/// # Errors
/// [`HubError`] of the database.
pub async fn offer(hub: &Hub) -> Result<SignInOffer, HubError> {
    let Some(provider) = &hub.oidc else {
        return Ok(SignInOffer { oidc: None });
    };
    let mut conn = hub.store.reader().await?;
    Ok(SignInOffer {
        oidc: Some(OidcOffer {
            issuer: provider.settings.issuer.clone(),
            client_id: provider.settings.client_id.clone(),
            scopes: provider.settings.scopes.clone(),
            nonce: nonce(&mut conn, hub.now()).await?,
        }),
    })
}

/// Known again by any hub of this database, without keeping it: a random part, its end, and a mark only they can make.
async fn nonce(conn: &mut Conn, now: Instant) -> Result<String, HubError> {
    let head = format!(
        "{}.{}",
        uuid::Uuid::new_v4().simple(),
        (now + Duration::seconds(NONCE_SECONDS)).timestamp()
    );
    let mark = marked(conn, &head).await?;
    Ok(format!("{head}.{mark}"))
}

async fn marked(conn: &mut Conn, head: &str) -> Result<String, HubError> {
    let mark = meta::pseudonyms(conn).await?.of(&format!("nonce/{head}"))?;
    Ok(mark.trim_start_matches("p_").to_owned())
}

async fn is_ours(conn: &mut Conn, nonce: Option<&str>, now: Instant) -> Result<bool, HubError> {
    let Some((head, mark)) = nonce.and_then(|nonce| nonce.rsplit_once('.')) else {
        return Ok(false);
    };
    let ends = head
        .split_once('.')
        .and_then(|(_, ends)| ends.parse::<i64>().ok());
    let in_time = ends.is_some_and(|ends| now.timestamp() < ends);
    Ok(in_time && marked(conn, head).await? == mark)
}

/// # Errors
/// `sign_in_not_offered`, [`IdentityFault`], `person_disabled`, `provider_away`; [`HubError`] of the database.
pub async fn begin(hub: &Hub, new: NewSession, correlation_id: String) -> Result<Session, HubError> {
    let provider = hub.oidc.as_ref().ok_or_else(|| {
        HubError::conflict(
            "sign_in_not_offered",
            "people sign in here with a token; no provider is configured",
        )
    })?;
    let identity = provider.verify(&new.id_token, hub.now()).await?;
    let mut work = hub
        .work_as(Actor {
            correlation_id: Some(correlation_id),
            ..Actor::default()
        })
        .await?;
    let now = work.now;
    let previous = match &new.previous {
        Some(token) => Some(renewable(&mut work, &identity, token).await?),
        None => {
            if !is_ours(work.conn(), identity.nonce.as_deref(), now).await? {
                return Err(IdentityFault::Nonce.into());
            }
            None
        }
    };
    let hash = token_hash(&new.id_token);
    // As long as it could be verified, with what clocks may differ.
    let until = identity.expires_at + Duration::minutes(5);
    if !identity_tokens::take(work.conn(), &hash, until, now).await? {
        return Err(IdentityFault::Replayed.into());
    }
    let person = known(&mut work, &identity).await?;
    work.actor.person = Some(person.id.clone());
    if person.disabled_at.is_some() {
        // Each try takes a new token of the provider's, so nobody fills the chain with them.
        work.audit(Entry::new(
            refusals::ACTION,
            json!({"code": TokenFault::Disabled.code()}),
        ));
        hub.commit(work).await?;
        return Err(HubError::Unauthorized(TokenFault::Disabled));
    }
    let made = make(&mut work, provider, &person, previous).await?;
    hub.commit(work).await?;
    Ok(made)
}

/// The session before this one, if it is the same person's and nobody ended it.
async fn renewable(work: &mut Work, identity: &Identity, token: &str) -> Result<StoredToken, HubError> {
    let ended = || HubError::Identity(IdentityFault::Previous);
    let now = work.now;
    let stored = tokens::by_hash(work.conn(), &token_hash(token))
        .await?
        .filter(|stored| stored.session && stored.revoked_at.is_none())
        .filter(|stored| {
            let ends = stored.expires_at.unwrap_or(now);
            now < ends + Duration::days(PREVIOUS_DAYS)
        })
        .ok_or_else(ended)?;
    let known = people::by_identity(work.conn(), &identity.issuer, &identity.subject).await?;
    if known.is_none_or(|known| known.id != stored.person.id) {
        return Err(ended());
    }
    Ok(stored)
}

/// The person this is; made when they come for the first time.
async fn known(work: &mut Work, identity: &Identity) -> Result<PersonAccess, HubError> {
    let found = people::by_identity(work.conn(), &identity.issuer, &identity.subject).await?;
    let before = match found {
        Some(found) => found,
        None => {
            let row = PersonRow {
                id: uuid::Uuid::now_v7().to_string(),
                name: free_name(work, &identity.name).await?,
                queues: Vec::new(),
            };
            let now = work.now;
            people::insert(work.conn(), &row, now).await?;
            work.audit(Entry::new(
                "person.created",
                json!({"person": row.id, "issuer": identity.issuer}),
            ));
            PersonAccess {
                id: row.id,
                name: row.name,
                version: 1,
                ..PersonAccess::default()
            }
        }
    };
    let mut after = before.clone();
    after.identity = Some((identity.issuer.clone(), identity.subject.clone()));
    after.managed = identity.grant.is_some();
    if let Some(grant) = &identity.grant {
        after.grant.clone_from(grant);
    }
    if after == before {
        return Ok(after);
    }
    if !people::set_access(work.conn(), &after).await? {
        return Err(HubError::busy());
    }
    if after.grant != before.grant {
        settle(work, &before, &after).await?;
    }
    after.version += 1;
    Ok(after)
}

/// Names are whom policies mean, so nobody gets one by signing in that somebody has already.
async fn free_name(work: &mut Work, name: &str) -> Result<String, HubError> {
    let mut wanted = name.to_owned();
    let mut n = 1;
    while people::by_name(work.conn(), &wanted).await?.is_some() {
        n += 1;
        wanted = format!("{name} ({n})");
    }
    Ok(wanted)
}

async fn make(
    work: &mut Work,
    provider: &Provider,
    person: &PersonAccess,
    previous: Option<StoredToken>,
) -> Result<Session, HubError> {
    let now = work.now;
    let expires_at = now + Duration::minutes(i64::from(provider.settings.session_minutes));
    let token = new_token();
    let id = uuid::Uuid::now_v7().to_string();
    let first = previous.as_ref().map(|previous| previous.sign_in.clone());
    let stored = StoredToken {
        sign_in: first.unwrap_or_else(|| id.clone()),
        id,
        hash: token_hash(&token),
        person: Person {
            id: person.id.clone(),
            name: person.name.clone(),
            roles: Vec::new(),
            queues: Vec::new(),
        },
        sources: Vec::new(),
        expires_at: Some(expires_at),
        revoked_at: None,
        session: true,
        ceiling: None,
        may_elevate: None,
        disabled: false,
    };
    tokens::insert(work.conn(), &stored, now).await?;
    if let Some(previous) = &previous {
        let until = now + Duration::seconds(PREVIOUS_SECONDS);
        tokens::end_by(work.conn(), &previous.id, until).await?;
    }
    work.actor.token = Some(stored.id.clone());
    work.audit(Entry::new(
        if previous.is_some() {
            "session.renewed"
        } else {
            "session.begun"
        },
        json!({"token": stored.id, "person": person.id, "until": expires_at}),
    ));
    Ok(Session {
        token,
        expires_at,
        person_id: person.id.clone(),
        name: person.name.clone(),
        roles: person.grant.roles.clone(),
    })
}

/// Signing out: the session is refused from the next request on. A token that isn't of a sign-in stays.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end(hub: &Hub, caller: &Caller) -> Result<(), HubError> {
    let mut work = hub.work(caller).await?;
    let now = work.now;
    if tokens::end_sign_in(work.conn(), &caller.sign_in, now).await? > 0 {
        work.audit(Entry::new("session.ended", json!({"token": caller.token_id})));
        elevating::end_with(&mut work, &caller.sign_in).await?;
        without_token(&mut work, &caller.person.id).await?;
        hub.commit(work).await?;
    }
    Ok(())
}
