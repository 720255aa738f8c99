//! Raising oneself for a while, for a reason, within what an admin allowed. It ends by itself: from its end on no request
//! is given what it gave; that it ended is noted by whichever hub sees it first.

use chrono::Duration;
use domain::Instant;
use domain::access::{ElevationRequest, Giver, may_elevate};
use domain::policy::Role;
use protocol::access::Elevation;
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, StoredToken};
use crate::error::HubError;
use crate::giving::let_go;
use crate::store::audit::{Actor, Entry};
use crate::store::elevations::{self, ElevationRow};
use crate::store::events::{self, Event};
use crate::store::{Conn, people};
use crate::work::Work;

impl Hub {
    /// The token with what was raised by its sign-in. Asked of the database only where an admin allows any.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub(crate) async fn raised(&self, token: StoredToken) -> Result<StoredToken, HubError> {
        if token.may_elevate.is_none() {
            return Ok(token);
        }
        let mut conn = self.store.reader().await?;
        let running = elevations::running_of(&mut conn, &token.person.id, self.now()).await?;
        let asked = |row: &ElevationRow| row.sign_in.as_deref() == Some(token.sign_in.as_str());
        let here = running.into_iter().filter(asked).map(|row| row.given).collect();
        Ok(token.raised(here))
    }
}

pub(crate) fn shown(row: ElevationRow) -> Elevation {
    Elevation {
        words: row.given.words(),
        id: row.id,
        person_id: row.person_id,
        roles: row.given.roles,
        queues: row.given.queues,
        ceiling: row.given.ceiling,
        reason: row.reason,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

/// Until when the caller is an admin, and how high they see.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn giver(conn: &mut Conn, caller: &Caller, now: Instant) -> Result<Giver, HubError> {
    let running = elevations::running_of(conn, &caller.person.id, now).await?;
    let as_admin = running.into_iter().filter(|row| {
        row.sign_in.as_deref() == Some(caller.sign_in.as_str()) && row.given.roles.contains(&Role::Admin)
    });
    Ok(Giver {
        until: as_admin.map(|row| row.expires_at).max(),
        ceiling: caller.ceiling,
    })
}

/// From the next request on, until it ends.
///
/// # Errors
/// `invalid_elevation`, `not_allowed`; [`HubError`] of the database.
pub async fn begin(hub: &Hub, caller: &Caller, request: ElevationRequest) -> Result<Elevation, HubError> {
    request.check().map_err(HubError::Unprocessable)?;
    let mut work = hub.work(caller).await?;
    let person = people::access(work.conn(), &caller.person.id)
        .await?
        .ok_or(HubError::NotFound { what: "person" })?;
    may_elevate(person.may_elevate.as_ref(), &request)?;
    let row = ElevationRow {
        id: uuid::Uuid::now_v7().to_string(),
        person_id: person.id,
        sign_in: Some(caller.sign_in.clone()),
        given: request.raise(),
        reason: request.reason.trim().to_owned(),
        created_at: work.now,
        expires_at: work.now + Duration::minutes(i64::from(request.minutes)),
    };
    elevations::insert(work.conn(), &row).await?;
    told(&mut work, events::ACCESS_CHANGED, &row);
    let payload =
        json!({"elevation": row.id, "given": row.given, "reason": row.reason, "until": row.expires_at});
    work.audit(Entry::new("elevation.begun", payload));
    hub.commit(work).await?;
    Ok(shown(row))
}

/// Before its time: by who raised themselves, or an admin.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn end(hub: &Hub, caller: &Caller, id: &str) -> Result<(), HubError> {
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let row = elevations::end(work.conn(), id, now).await?;
    let row = row
        .filter(|row| row.person_id == caller.person.id || caller.person.has(Role::Admin))
        .ok_or(HubError::NotFound { what: "elevation" })?;
    ended(&mut work, &row, false);
    let_go(&mut work, &row.person_id).await?;
    hub.commit(work).await
}

/// With the token or the sign-in they were bound to.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn end_with(work: &mut Work, sign_in: &str) -> Result<(), HubError> {
    let now = work.now;
    for row in elevations::end_of_sign_in(work.conn(), sign_in, now).await? {
        ended(work, &row, false);
    }
    Ok(())
}

/// Notes those whose time is over.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_run_out(hub: &Hub) -> Result<(), HubError> {
    // Looked for without the write lock, so that an idle hub writes nothing.
    let mut conn = hub.store.reader().await?;
    if !elevations::any_run_out(&mut conn, hub.now()).await? {
        return Ok(());
    }
    drop(conn);
    let mut work = hub.work_as(Actor::default()).await?;
    let now = work.now;
    for row in elevations::run_out(work.conn(), now).await? {
        ended(&mut work, &row, true);
        let_go(&mut work, &row.person_id).await?;
    }
    hub.commit(work).await
}

fn ended(work: &mut Work, row: &ElevationRow, by_time: bool) {
    told(work, events::ACCESS_REVOKED, row);
    let payload = json!({"elevation": row.id, "person": row.person_id, "by_time": by_time});
    work.audit(Entry::new("elevation.ended", payload));
}

fn told(work: &mut Work, kind: &'static str, row: &ElevationRow) {
    work.event(Event {
        kind,
        person: Some(row.person_id.clone()),
        ..Event::default()
    });
}
