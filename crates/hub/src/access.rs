//! Who there is and with what token: making, finding and revoking. Only hashes are kept.

use domain::Instant;
use domain::case::Sensitivity;
use domain::policy::{Person, Role};
use serde_json::json;

use crate::Hub;
use crate::auth::{new_token, token_hash};
use crate::caller::{Caller, StoredToken};
use crate::error::HubError;
use crate::people::follow;
use crate::store::audit::{Actor, Entry};
use crate::store::people::{self, PersonRow};
use crate::store::{meta, tokens};
use crate::work::Work;

/// What a request waits at most for its token to be found.
const RECOGNISED_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

/// A token to be made.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    /// Of the person or service account; a known name gets another token.
    pub name: String,
    pub roles: Vec<Role>,
    /// Source names it may write; none: any.
    pub sources: Vec<String>,
    /// The person's queues from now on, where some are given; none given leaves them as they are.
    pub queues: Vec<String>,
    pub expires_at: Option<Instant>,
}

/// A token just made: the only time it is seen.
#[derive(Debug, Clone)]
pub struct MadeToken {
    pub id: String,
    pub token: String,
    pub person: Person,
    pub sources: Vec<String>,
}

impl Hub {
    /// Makes a token, and its person where the name is new.
    ///
    /// # Errors
    /// `invalid_token` without name or roles; [`HubError`] of the database.
    pub async fn create_token(&self, new: NewToken) -> Result<MadeToken, HubError> {
        self.create_token_as(new, Actor::default()).await
    }

    pub(crate) async fn create_token_as(&self, new: NewToken, actor: Actor) -> Result<MadeToken, HubError> {
        check(&new)?;
        let mut work = self.work_as(actor).await?;
        let made = make_in(&mut work, new).await?;
        self.commit(work).await?;
        Ok(made)
    }

    /// Revokes a token by its id, by the token itself, or all of the person with that name. Returns the ids revoked.
    ///
    /// # Errors
    /// `not_found` when nothing live is meant; [`HubError`] of the database.
    pub async fn revoke_token(&self, which: &str) -> Result<Vec<String>, HubError> {
        let mut work = self.work_as(Actor::default()).await?;
        let now = work.now;
        let mut keys = vec![which.to_owned(), token_hash(which)];
        if let Some(person) = people::by_name(work.conn(), which).await? {
            keys.extend(tokens::live_of_person(work.conn(), &person.id).await?);
        }
        let mut revoked = Vec::new();
        for key in keys {
            if let Some(token) = tokens::revoke(work.conn(), &key, now).await? {
                revoked.push(token.id.clone());
                follow(&mut work, token).await?;
            }
        }
        if revoked.is_empty() {
            return Err(HubError::NotFound { what: "token" });
        }
        self.commit(work).await?;
        Ok(revoked)
    }

    /// A token with its person, by its hash.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<StoredToken>, HubError> {
        let here = self.clone();
        let round = move |hashes: Vec<String>| {
            let here = here.clone();
            async move {
                let mut conn = here.store.quick_reader().await?;
                let found = tokens::by_hashes(&mut conn, &hashes).await?;
                let of = |hash: &String| found.iter().find(|token| token.hash == *hash).cloned();
                Ok(hashes.iter().map(of).collect())
            }
        };
        // A read of a few rows that takes so long is one nobody answers; others would wait behind it.
        let found = tokio::time::timeout(RECOGNISED_WITHIN, self.recognising.ask(hash.to_owned(), 1, round));
        found.await.unwrap_or_else(|_| Err(HubError::database_away()))
    }

    /// # Errors
    /// [`HubError`] of the database.
    pub async fn hub_id(&self) -> Result<String, HubError> {
        let mut conn = self.store.reader().await?;
        meta::hub_id(&mut conn).await
    }

    /// The command line, as a source that may write any source. Its person is made on first use; it has no token.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn command_line(&self, name: &str) -> Result<Caller, HubError> {
        let mut work = self.work_as(Actor::default()).await?;
        let now = work.now;
        let row = match people::by_name(work.conn(), name).await? {
            Some(found) => found,
            None => {
                let row = PersonRow {
                    id: uuid::Uuid::now_v7().to_string(),
                    name: name.to_owned(),
                    queues: Vec::new(),
                };
                people::insert(work.conn(), &row, now).await?;
                work.audit(Entry::new("person.created", json!({"person": row.id})));
                row
            }
        };
        self.commit(work).await?;
        let person = Person {
            id: row.id,
            name: row.name,
            roles: vec![Role::Source],
            queues: Vec::new(),
        };
        Ok(Caller {
            person,
            sources: Vec::new(),
            ceiling: None,
            token_id: "command_line".into(),
            token_hash: String::new(),
            sign_in: "command_line".into(),
            correlation_id: uuid::Uuid::now_v7().to_string(),
        })
    }
}

/// Makes it in a transaction that has begun; [`check`]ed before.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn make_in(work: &mut Work, new: NewToken) -> Result<MadeToken, HubError> {
    let now = work.now;
    let mut row = match people::by_name(work.conn(), &new.name).await? {
        Some(found) => found,
        None => {
            let row = PersonRow {
                id: uuid::Uuid::now_v7().to_string(),
                name: new.name.clone(),
                queues: new.queues.clone(),
            };
            people::insert(work.conn(), &row, now).await?;
            row
        }
    };
    if !new.queues.is_empty() && row.queues != new.queues {
        row.queues.clone_from(&new.queues);
        people::set_queues(work.conn(), &row.id, &row.queues).await?;
    }
    let token = new_token();
    let person = Person {
        id: row.id,
        name: row.name,
        roles: new.roles,
        queues: row.queues,
    };
    let id = uuid::Uuid::now_v7().to_string();
    let stored = StoredToken {
        sign_in: id.clone(),
        id,
        hash: token_hash(&token),
        person: person.clone(),
        sources: new.sources,
        expires_at: new.expires_at,
        revoked_at: None,
        session: false,
        ceiling: None,
        may_elevate: None,
        disabled: false,
    };
    tokens::insert(work.conn(), &stored, now).await?;
    let roles: Vec<_> = person.roles.iter().map(|role| role.as_str()).collect();
    work.audit(Entry::new("token.created", json!({"token": stored.id, "person": person.id, "roles": roles, "sources": stored.sources, "queues": person.queues, "expires_at": stored.expires_at})));
    Ok(MadeToken {
        id: stored.id,
        token,
        person,
        sources: stored.sources,
    })
}

/// Somebody new sees no more than who made them a token.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn hold_below(
    work: &mut Work,
    person_id: &str,
    ceiling: Option<Sensitivity>,
) -> Result<(), HubError> {
    if let Some(mut person) = people::access(work.conn(), person_id).await? {
        person.grant.ceiling = ceiling;
        people::set_access(work.conn(), &person).await?;
    }
    Ok(())
}

/// # Errors
/// `invalid_token` with a pointer.
pub(crate) fn check(new: &NewToken) -> Result<(), HubError> {
    let bad = |pointer: &str, detail: &str| {
        Err(HubError::Unprocessable(domain::Invalid::new(
            "invalid_token",
            pointer,
            detail,
        )))
    };
    if new.name.trim().is_empty() || new.name.len() > 128 {
        return bad("/name", "1 to 128 bytes");
    }
    if new.roles.is_empty() {
        return bad("/roles", "at least one role");
    }
    if let Some(index) = new.sources.iter().position(|source| source.trim().is_empty()) {
        return bad(&format!("/sources/{index}"), "a source's name");
    }
    if !new.sources.is_empty() && !new.roles.contains(&Role::Source) {
        return bad("/sources", "only a token that has the role source writes any");
    }
    Ok(())
}
