//! Tokens as an admin lists and makes them over HTTP. How one is made and stored is `access`; what follows when one is
//! revoked, `people`.

use domain::access::may_make_token;
use protocol::tokens::{NewToken, TokenListed, TokenMade};

use crate::Hub;
use crate::access;
use crate::caller::{Caller, Scope};
use crate::elevating;
use crate::error::HubError;
use crate::people::meets;
use crate::store::events::{self, Event};
use crate::store::{people, tokens};

/// Those that are taken now, sign-ins too; of a lead, of the people they learn of. From after an id on.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn page(hub: &Hub, caller: &Caller, after: &str, limit: i64) -> Result<Vec<TokenListed>, HubError> {
    caller.may(Scope::AccessRead)?;
    let mut conn = hub.store.reader().await?;
    let known = people::access_of_all(&mut conn).await?;
    let live = tokens::live(&mut conn, hub.now()).await?;
    let of = |row: tokens::TokenRow| {
        let person = known.iter().find(|person| person.id == row.person_id)?;
        meets(caller, person).then(|| TokenListed {
            name: person.name.clone(),
            id: row.id,
            person_id: row.person_id,
            roles: row.roles,
            sources: row.sources,
            session: row.session,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    };
    let rows = live.into_iter().filter(|row| row.id.as_str() > after);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(rows.filter_map(of).take(limit).collect())
}

/// # Errors
/// `not_allowed`, `invalid_token`, `person_disabled`; [`HubError`] of the database.
pub async fn make(hub: &Hub, caller: &Caller, new: NewToken) -> Result<TokenMade, HubError> {
    caller.may(Scope::AccessWrite)?;
    let wanted = access::NewToken {
        name: new.name,
        roles: new.roles,
        sources: new.sources,
        queues: Vec::new(),
        expires_at: new.expires_at,
    };
    access::check(&wanted)?;
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let maker = elevating::giver(work.conn(), caller, now).await?;
    let person = match people::by_name(work.conn(), &wanted.name).await? {
        Some(row) => people::access(work.conn(), &row.id).await?,
        None => None,
    };
    if person.as_ref().is_some_and(|person| person.disabled_at.is_some()) {
        return Err(HubError::conflict(
            "person_disabled",
            "their access was taken away; let them in again first",
        ));
    }
    let theirs = person.as_ref().map(|person| person.grant.ceiling);
    may_make_token(maker, theirs, new.expires_at, now).map_err(HubError::Unprocessable)?;
    let made = access::make_in(&mut work, wanted).await?;
    work.event(Event {
        kind: events::ACCESS_CHANGED,
        person: Some(made.person.id.clone()),
        ..Event::default()
    });
    if person.is_none() && caller.ceiling.is_some() {
        access::hold_below(&mut work, &made.person.id, caller.ceiling).await?;
    }
    hub.commit(work).await?;
    Ok(TokenMade {
        id: made.id,
        token: made.token,
        person_id: made.person.id,
        name: made.person.name,
        roles: made.person.roles,
        sources: made.sources,
        expires_at: new.expires_at,
    })
}
