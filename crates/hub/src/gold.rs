//! Gold: planted by a lead of the queue or an admin, shown to nobody else, retired when it has served.

use domain::case::{Case, Sensitivity};
use domain::decision::Verdict;
use domain::policy::Role;
use domain::stats::Agreed;
use domain::{Instant, Invalid, canonical};
use protocol::hub::Page;
use protocol::worklife::{Gold, GoldRequest, QueueAgreement};
use serde_json::{Value, json};

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::paging::limit;
use crate::sight::{self, Sight};
use crate::store::audit::{Actor, Entry};
use crate::store::checks::{self, Counts};
use crate::store::gold::{self, GoldRow};
use crate::store::queues;

const INVALID_GOLD: &str = "invalid_gold";

fn plants(caller: &Caller, queue: &str) -> bool {
    caller.person.has(Role::Admin) || sight::leads(caller, queue)
}

/// What it is called; empty where it was erased.
fn sensitivity_of(row: &GoldRow) -> &str {
    let said = row.case.as_ref().map(|case| &case["sensitivity"]);
    let sensitivity = match said {
        Some(Value::Null) => Some(Sensitivity::default().as_str()),
        said => said.and_then(Value::as_str),
    };
    sensitivity.unwrap_or_default()
}

/// Whether it lies within the caller's ceiling; what was erased is above every one.
fn reached(caller: &Caller, row: &GoldRow) -> bool {
    sight::reaches(caller, sensitivity_of(row))
}

/// Retires what was planted in a queue so long ago that what is so sensitive isn't kept any more. Gold is never closed: its
/// days count from when it was planted.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn outlive(
    hub: &Hub,
    queue: &str,
    sensitivity: Sensitivity,
    planted_by: Instant,
) -> Result<(), HubError> {
    // Looked for without the write lock, so that an idle hub writes nothing.
    let mut conn = hub.store.reader().await?;
    let mut found = gold::planted_by(&mut conn, queue, planted_by).await?;
    drop(conn);
    found.retain(|row| sensitivity_of(row) == sensitivity.as_str());
    if found.is_empty() {
        return Ok(());
    }
    let mut work = hub.work_as(Actor::default()).await?;
    let now = work.now;
    for row in found {
        if gold::retire(work.conn(), &row.id, now).await? {
            work.audit(Entry::new(
                "gold.retired",
                json!({"gold": row.id, "queue": queue, "by_retention": true}),
            ));
        }
    }
    hub.commit(work).await
}

fn shown(row: GoldRow) -> Gold {
    Gold {
        id: row.id,
        queue: row.queue,
        source: row.source,
        external_id: row.external_id,
        created_at: row.created_at,
        retired_at: row.retired_at,
    }
}

/// # Errors
/// `not_allowed`, `invalid_gold`, what a case or verdict is refused for; [`HubError`] of the database.
pub async fn plant(hub: &Hub, caller: &Caller, request: GoldRequest) -> Result<Gold, HubError> {
    caller.may(Scope::GoldWrite)?;
    let bad = |invalid: Invalid| HubError::Unprocessable(invalid);
    let case = Case::read(&request.case).map_err(|e| bad(e.under("/case")))?;
    let Some(source) = case.envelope.source.clone() else {
        let detail = "whoever works on it reads it; name one whose cases lie in this queue";
        return Err(bad(Invalid::new(INVALID_GOLD, "/case/source", detail)));
    };
    let answer = request.answer.unwrap_or(Value::Null);
    if !answer.is_null() {
        Verdict::read(&answer, &case.body).map_err(|e| bad(e.under("/answer")))?;
    }
    let queue = case.queue().to_owned();
    if !plants(caller, &queue) {
        return Err(HubError::forbidden(
            "not_allowed",
            "only a lead of the queue or an admin plants gold",
        ));
    }
    let hash = canonical::hash_of(&request.case)?;
    let mut work = hub.work(caller).await?;
    let row = GoldRow {
        id: uuid::Uuid::now_v7().to_string(),
        queue: queue.clone(),
        source,
        external_id: case.envelope.external_id.clone(),
        case: Some(request.case),
        answer: Some(answer),
        created_at: work.now,
        person_id: caller.person.id.clone(),
        taught_at: None,
        retired_at: None,
    };
    let there = queues::by_name(work.conn(), &queue).await?;
    if there.is_none_or(|there| there.kind != case.envelope.kind) {
        let detail = "there is no such queue of this kind";
        return Err(bad(Invalid::new(INVALID_GOLD, "/case/queue", detail)));
    }
    gold::insert(work.conn(), &row).await?;
    work.audit(Entry::new(
        "gold.planted",
        json!({"gold": row.id, "queue": queue, "hash": hash}),
    ));
    hub.commit(work).await?;
    Ok(shown(row))
}

/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    queue: Option<&str>,
    after: Option<&str>,
    asked: Option<i64>,
) -> Result<Page<Gold>, HubError> {
    caller.may(Scope::GoldWrite)?;
    let limit = limit(asked)?;
    let queues = Sight::of(caller).queues;
    let mut conn = hub.store.reader().await?;
    let mut found = gold::list(
        &mut conn,
        queues.as_deref(),
        queue,
        after.unwrap_or_default(),
        limit + 1,
    )
    .await?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > limit);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| last.id.clone());
    found.retain(|row| reached(caller, row));
    Ok(Page {
        items: found.into_iter().map(shown).collect(),
        next,
    })
}

/// Handed out no more, and what it holds is erased. What was handed out already goes on.
///
/// # Errors
/// `not_allowed`, `not_found`; [`HubError`] of the database.
pub async fn retire(hub: &Hub, caller: &Caller, id: &str) -> Result<Gold, HubError> {
    caller.may(Scope::GoldWrite)?;
    let gone = || HubError::NotFound { what: "gold" };
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let mut row = gold::by_id(work.conn(), id)
        .await?
        .filter(|row| plants(caller, &row.queue) && reached(caller, row))
        .ok_or_else(gone)?;
    if gold::retire(work.conn(), id, now).await? {
        row.retired_at = Some(now);
        work.audit(Entry::new(
            "gold.retired",
            json!({"gold": id, "queue": row.queue}),
        ));
    }
    hub.commit(work).await?;
    Ok(shown(row))
}

/// How often those who looked came to the same, by queue.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn agreement(
    hub: &Hub,
    caller: &Caller,
    queue: Option<&str>,
    span: (i64, i64),
) -> Result<Vec<QueueAgreement>, HubError> {
    caller.may(Scope::StatsRead)?;
    let sight = Sight::of(caller);
    let mut conn = hub.store.reader().await?;
    let seen = (sight.queues.as_deref(), sight.sensitivities.as_deref());
    let counts = checks::counts(&mut conn, seen, queue, span).await?;
    let mut names: Vec<&String> = counts.keys().map(|(queue, _)| queue).collect();
    names.dedup();
    let of = |queue: &str, part: &str| {
        let Counts {
            agree,
            disagree,
            cannot_tell,
        } = counts
            .get(&(queue.to_owned(), part.to_owned()))
            .copied()
            .unwrap_or_default();
        Agreed::of(agree, disagree, cannot_tell)
    };
    Ok(names
        .into_iter()
        .map(|queue| QueueAgreement {
            gold: of(queue, "gold"),
            audit: of(queue, "audit"),
            second_opinion: of(queue, "second_opinion"),
            queue: queue.clone(),
        })
        .collect())
}
