//! The four feeds: changes, decisions, labels, audit. By gapless position, waited for, only what the caller may see.

use domain::label::Label;
use domain::policy::Role;
use protocol::hub::{AuditEntry, Change, DecisionRow, Page};
use serde_json::Value;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::paging::{AuditQuery, FeedQuery, limit, page, position, within};
use crate::release::is_merge;
use crate::sight::Sight;
use crate::store::audit::AuditFilter;
use crate::store::events::Audience;
use crate::store::feeds::{FeedFilter, FeedRow};
use crate::store::{self, Conn, audit, cases, events, feeds, labels, meta, sequencer};
use crate::whole;

/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn changes(hub: &Hub, caller: &Caller, query: &FeedQuery) -> Result<Page<Change>, HubError> {
    hub.wait_for(caller, query.wait, async |caller| {
        caller.may(Scope::ChangesRead)?;
        let (after, limit) = (position(query.after.as_deref())?, limit(query.limit)?);
        let (sight, kind) = (Sight::of(&caller), query.kind()?);
        hub.store.sequence().await?;
        let mut conn = hub.store.reader().await?;
        let last = sequencer::last(&mut conn, sequencer::EVENTS).await?;
        within(after, last)?;
        let audience = Audience {
            person: &caller.person.id,
            queues: sight.queues,
            sources: sight.sources,
            sensitivities: sight.sensitivities,
            queue: query.queue.clone(),
            kind,
        };
        let items = events::after(&mut conn, after, limit, &audience).await?;
        let enough = !items.is_empty();
        Ok((
            page(
                items.into_iter().map(|item| (item.position, item)).collect(),
                limit,
                last,
                after,
            ),
            enough,
        ))
    })
    .await
}

fn filter(caller: &Caller, query: &FeedQuery) -> Result<FeedFilter, HubError> {
    let Sight {
        queues,
        sources,
        sensitivities,
    } = Sight::of(caller);
    let (after, limit) = (position(query.after.as_deref())?, limit(query.limit)?);
    Ok(FeedFilter {
        after,
        limit,
        queue: query.queue.clone(),
        kind: query.kind()?,
        queues,
        sources,
        sensitivities,
        // Who would act on it isn't told what was only drafted.
        drafts: caller.person.has(Role::Lead) || caller.person.has(Role::Admin),
    })
}

/// One row per release and per correction.
///
/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn decisions(hub: &Hub, caller: &Caller, query: &FeedQuery) -> Result<Page<DecisionRow>, HubError> {
    hub.wait_for(caller, query.wait, async |caller| {
        caller.may(Scope::DecisionsRead)?;
        let filter = filter(&caller, query)?;
        hub.store.sequence().await?;
        let mut conn = hub.store.reader().await?;
        let last = sequencer::last(&mut conn, sequencer::DECISIONS).await?;
        within(filter.after, last)?;
        let mut items = Vec::new();
        for row in feeds::after(&mut conn, &filter).await? {
            items.push((row.position, decision_row(&mut conn, &caller, row).await?));
        }
        let enough = !items.is_empty();
        Ok((page(items, filter.limit, last, filter.after), enough))
    })
    .await
}

/// As it was when the row was written: a release stays a release, also when a correction follows.
///
/// # Errors
/// [`HubError`] of the database.
pub(crate) async fn decision_row(
    conn: &mut Conn,
    caller: &Caller,
    row: FeedRow,
) -> Result<DecisionRow, HubError> {
    let head = cases::head(conn, &row.decision.case_id)
        .await?
        .ok_or_else(|| HubError::broken("a decision without its case"))?;
    let pseudonyms = meta::pseudonyms(conn).await?;
    let mut found = whole::row(conn, caller, &pseudonyms, &row.decision, &head).await?;
    found.correlation_id = row.correlation_id;
    if row.corrects {
        found.act = Some(
            if is_merge(found.kind, found.verdict.as_ref()) {
                "unmerge"
            } else {
                "undo"
            }
            .to_owned(),
        );
        if let Some(by) = &row.decision.ended_by {
            found.by = whole::known_as(caller, &pseudonyms, by)?;
        }
        found.reason = row.decision.end_reason;
        found.corrects = Some(std::mem::replace(&mut found.id, row.id));
        found.state = domain::outcome::DecisionState::Corrected;
        found.released_at = Some(row.at);
    } else {
        found.state = domain::outcome::DecisionState::Released;
    }
    Ok(found)
}

/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn labels(hub: &Hub, caller: &Caller, query: &FeedQuery) -> Result<Page<Label>, HubError> {
    hub.wait_for(caller, query.wait, async |caller| {
        caller.may(Scope::LabelsRead)?;
        let filter = filter(&caller, query)?;
        hub.store.sequence().await?;
        let mut conn = hub.store.reader().await?;
        let last = sequencer::last(&mut conn, sequencer::LABELS).await?;
        within(filter.after, last)?;
        let items = labels::after(&mut conn, &filter).await?;
        let enough = !items.is_empty();
        Ok((page(items, filter.limit, last, filter.after), enough))
    })
    .await
}

/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn audit(hub: &Hub, caller: &Caller, query: &AuditQuery) -> Result<Page<AuditEntry>, HubError> {
    caller.may(Scope::AuditRead)?;
    let (limit, filter) = (limit(query.limit)?, query.filter()?);
    if query.newest_first()? {
        return newest_of_audit(hub, query.before()?, limit, &filter).await;
    }
    let after = position(query.after.as_deref())?;
    hub.wait_for(caller, query.wait, async |caller| {
        caller.may(Scope::AuditRead)?;
        hub.store.sequence().await?;
        let mut conn = hub.store.reader().await?;
        let (last, _) = store::audit::head(&mut conn).await?;
        within(after, last)?;
        let rows = store::audit::found_after(&mut conn, after, limit, &filter).await?;
        let items = entries(rows)?;
        let enough = !items.is_empty();
        Ok((page(items, limit, last, after), enough))
    })
    .await
}

/// A list and no feed: it ends.
async fn newest_of_audit(
    hub: &Hub,
    before: i64,
    limit: i64,
    filter: &AuditFilter,
) -> Result<Page<AuditEntry>, HubError> {
    hub.store.sequence().await?;
    let mut conn = hub.store.reader().await?;
    let items = entries(store::audit::found_before(&mut conn, before, limit, filter).await?)?;
    let full = i64::try_from(items.len()).is_ok_and(|n| n >= limit);
    let next = items
        .last()
        .filter(|_| full)
        .map(|(position, _)| position.to_string());
    Ok(Page {
        items: items.into_iter().map(|(_, entry)| entry).collect(),
        next,
    })
}

fn entries(rows: Vec<audit::AuditRow>) -> Result<Vec<(i64, AuditEntry)>, HubError> {
    rows.into_iter()
        .map(|row| Ok((row.position, entry(row)?)))
        .collect()
}

fn entry(row: audit::AuditRow) -> Result<AuditEntry, HubError> {
    let json =
        |text: &str| -> Result<Value, HubError> { serde_json::from_str(text).map_err(HubError::broken) };
    Ok(AuditEntry {
        position: row.position,
        id: row.id,
        header: json(&row.header)?,
        payload: row.payload.as_deref().map(json).transpose()?,
        salt: row.salt,
        previous_hash: row.previous_hash,
        hash: row.hash,
    })
}
