//! Reading cases: lists and search, one whole, the detail of its context; and a person's own decisions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::case::Case;
use domain::draft::{CANNOT_TELL, verdict_words};
use domain::outcome::CaseState;
use domain::policy::Policy;
use domain::policy::checks::sees_checks;
use domain::{Instant, Invalid, Kind, Verdict};
use protocol::hub::{CaseRow, CaseWhole, DecisionRow, Page};
use protocol::own::OwnDecision;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::looks;
use crate::paging::limit;
use crate::passing::knows_who_looks;
use crate::release::ran_for_good;
use crate::sight::{self, Sight};
use crate::store::audit::Entry;
use crate::store::cases::{self, CaseHead, Filter};
use crate::store::decisions::DecisionHead;
use crate::store::{Conn, decisions, meta, payloads, people, queues};
use crate::whole::{lease, listed, own, row, whole};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    pub queue: Option<String>,
    pub kind: Option<String>,
    pub state: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    /// A person's id, or `me`.
    pub assignee: Option<String>,
    /// Looked for in title, subject, external_id and the body's text, whatever its case: in their first 64 KiB together.
    pub q: Option<String>,
    /// These alone, at most 100, separated by commas; nothing else is asked then, and what the caller may not see is left out.
    pub ids: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 50 when absent, at most 500.
    pub limit: Option<i64>,
}

/// Of cases asked for by their ids, at once.
const IDS_MAX: usize = 100;

/// # Errors
/// `not_allowed`, `invalid_query`; [`HubError`] of the database.
pub async fn list(hub: &Hub, caller: &Caller, query: CaseQuery) -> Result<Page<CaseRow>, HubError> {
    caller.may(Scope::CasesRead)?;
    let limit = limit(query.limit)?;
    if let Some(ids) = &query.ids {
        return by_ids(hub, caller, ids).await;
    }
    let filter = filter(caller, query, limit)?;
    let mut conn = hub.store.reader().await?;
    let mut heads = cases::list(&mut conn, &filter).await?;
    let more = i64::try_from(heads.len()).is_ok_and(|n| n > limit);
    heads.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = heads.last().filter(|_| more).map(|head| head.id.clone());
    Ok(Page {
        items: rows(&mut conn, caller, heads, hub.now()).await?,
        next,
    })
}

async fn by_ids(hub: &Hub, caller: &Caller, ids: &str) -> Result<Page<CaseRow>, HubError> {
    let ids: Vec<&str> = ids
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    if ids.len() > IDS_MAX {
        let detail = format!("at most {IDS_MAX}");
        return Err(HubError::Invalid(Invalid::new("invalid_query", "/ids", detail)));
    }
    let mut conn = hub.store.reader().await?;
    let mut seen = Vec::new();
    for head in cases::by_ids(&mut conn, &json!(ids).to_string()).await? {
        if sight::is_seen(&mut conn, &head, caller).await? {
            seen.push(head);
        }
    }
    Ok(Page {
        items: rows(&mut conn, caller, seen, hub.now()).await?,
        next: None,
    })
}

/// With who is at each now, where the caller may know.
async fn rows(
    conn: &mut Conn,
    caller: &Caller,
    heads: Vec<CaseHead>,
    now: Instant,
) -> Result<Vec<CaseRow>, HubError> {
    let mut rows = Vec::with_capacity(heads.len());
    let mut names: BTreeMap<String, Option<String>> = BTreeMap::new();
    for head in heads {
        let mut held = lease(&head, now).filter(|held| {
            held.person == caller.person.id || knows_who_looks(caller, &Policy::default(), &head)
        });
        if let Some(held) = &mut held {
            if !names.contains_key(&held.person) {
                let found = people::by_id(conn, &held.person).await?;
                names.insert(held.person.clone(), found.map(|person| person.name));
            }
            held.name = names.get(&held.person).cloned().flatten();
        }
        rows.push(CaseRow {
            lease: held,
            ..listed(head)
        });
    }
    Ok(rows)
}

fn filter(caller: &Caller, query: CaseQuery, limit: i64) -> Result<Filter, HubError> {
    let bad = |pointer: &str, detail: &str| HubError::Invalid(Invalid::new("invalid_query", pointer, detail));
    if query
        .kind
        .as_deref()
        .is_some_and(|kind| Kind::parse(kind).is_none())
    {
        return Err(bad("/kind", "there is no such kind"));
    }
    if query
        .state
        .as_deref()
        .is_some_and(|state| CaseState::parse(state).is_none())
    {
        return Err(bad("/state", "there is no such state"));
    }
    let after = query.after.unwrap_or_default();
    if !after.is_empty() && uuid::Uuid::parse_str(&after).is_err() {
        return Err(bad("/after", "this is no cursor of this list"));
    }
    let assignee = query.assignee.map(|name| {
        if name == "me" {
            caller.person.id.clone()
        } else {
            name
        }
    });
    let Sight {
        queues,
        sources,
        sensitivities,
    } = Sight::of(caller);
    Ok(Filter {
        queue: query.queue,
        kind: query.kind,
        state: query.state,
        source: query.source,
        external_id: query.external_id,
        assignee,
        words: query.q.filter(|q| !q.trim().is_empty()).map(|q| pattern(&q)),
        after,
        // One more than shown tells whether there is a next page.
        limit: limit + 1,
        queues,
        sources,
        sensitivities,
        person: caller.person.id.clone(),
        sees_checks: sees_checks(&caller.person),
    })
}

/// The text anywhere; `%` and `_` mean themselves.
fn pattern(q: &str) -> String {
    let escaped: String = q
        .trim()
        .to_lowercase()
        .chars()
        .flat_map(|c| {
            if matches!(c, '%' | '_' | '\\') {
                vec!['\\', c]
            } else {
                vec![c]
            }
        })
        .collect();
    format!("%{escaped}%")
}

/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn case(
    hub: &Hub,
    caller: &Caller,
    id: &str,
    wait_seconds: Option<u64>,
) -> Result<CaseWhole, HubError> {
    hub.wait_for(caller, wait_seconds, async |caller| {
        caller.may(Scope::CasesRead)?;
        let mut conn = hub.store.reader().await?;
        let head = sight::case(&mut conn, &caller, id).await?;
        let settled = is_settled(head.state);
        let queue = queues::by_name(&mut conn, &head.queue).await?;
        let policy = queue.as_ref().and_then(|queue| queue.policy.as_ref());
        let mut case = whole(&mut conn, &caller, (&head, policy), hub.now()).await?;
        case.looking = looks::besides(&mut conn, &caller, policy, &head, hub.now()).await?;
        Ok((case, settled))
    })
    .await
}

/// The detail, audited from confidential up: then nothing is shown that isn't noted first.
///
/// # Errors
/// `not_found`; [`HubError`] of the database.
pub async fn detail(hub: &Hub, caller: &Caller, id: &str, context_id: &str) -> Result<Value, HubError> {
    caller.may(Scope::CasesRead)?;
    let mut conn = hub.store.reader().await?;
    let head = sight::case(&mut conn, caller, id).await?;
    let found = payloads::detail(&mut conn, &head.id, head.revision, context_id).await?;
    drop(conn);
    // More sensitive than its case, it may be above a ceiling that the case isn't.
    let found = found.filter(|(sensitivity, _)| sight::reaches(caller, sensitivity));
    let (sensitivity, detail) = found.ok_or(HubError::NotFound {
        what: "context detail",
    })?;
    let detail = detail.ok_or(HubError::Erased)?;
    if matches!(sensitivity.as_str(), "confidential" | "restricted") {
        let mut work = hub.work(caller).await?;
        let payload =
            json!({"context_id": context_id, "revision": head.revision, "sensitivity": sensitivity});
        work.audit(Entry::new("context.opened", payload).case(&head.id));
        hub.commit(work).await?;
    }
    Ok(json!({"id": context_id, "sensitivity": sensitivity, "detail": detail}))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnQuery {
    /// Accepted at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Accepted before this instant; `next` of the page before is taken here too.
    pub before: Option<String>,
    pub limit: Option<i64>,
}

/// Where a page of own decisions begins: before this one. A batch is accepted in one instant, so the id tells them apart.
fn place(query: &OwnQuery, now: Instant) -> Result<(Instant, String), HubError> {
    let cursor = |text: &str| -> Option<(Instant, String)> {
        let (micros, id) = text.split_once('_')?;
        Some((
            Instant::from_timestamp_micros(micros.parse().ok()?)?,
            id.to_owned(),
        ))
    };
    let instant = |text: &str| Some((text.parse::<Instant>().ok()?, String::new()));
    let bad = |pointer: &str| {
        HubError::Invalid(Invalid::new(
            "invalid_query",
            pointer,
            "this is no cursor of this list",
        ))
    };
    match (&query.after, &query.before) {
        (Some(after), _) if !after.is_empty() => cursor(after).ok_or_else(|| bad("/after")),
        (_, Some(before)) => cursor(before)
            .or_else(|| instant(before))
            .ok_or_else(|| bad("/before")),
        _ => Ok((now + chrono::Duration::days(1), String::new())),
    }
}

/// # Errors
/// `invalid_query`; [`HubError`] of the database.
pub async fn own_decisions(
    hub: &Hub,
    caller: &Caller,
    query: &OwnQuery,
) -> Result<Page<OwnDecision>, HubError> {
    caller.may(Scope::OwnDecisionsRead)?;
    let limit = limit(query.limit)?;
    let since = query.since.unwrap_or(Instant::UNIX_EPOCH);
    let (before, before_id) = place(query, hub.now())?;
    let mut conn = hub.store.reader().await?;
    let pseudonyms = meta::pseudonyms(&mut conn).await?;
    let person = &caller.person.id;
    let mut found = decisions::of_person(&mut conn, person, since, (before, &before_id), limit + 1).await?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > limit);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("{}_{}", last.accepted_at.timestamp_micros(), last.id));
    let mut items = Vec::with_capacity(found.len());
    for decision in found {
        if let Some(head) = cases::head(&mut conn, &decision.case_id).await?
            && sight::sees_case(caller, &head)
        {
            let mut shown = row(&mut conn, caller, &pseudonyms, &decision, &head).await?;
            own(&mut conn, caller, &mut shown, &decision, &head).await?;
            items.push(in_words(&mut conn, shown, &decision, head, hub.solo).await?);
        }
    }
    Ok(Page { items, next })
}

/// With what a list says of it, of the content it was made on.
async fn in_words(
    conn: &mut Conn,
    shown: DecisionRow,
    decision: &DecisionHead,
    head: CaseHead,
    solo: bool,
) -> Result<OwnDecision, HubError> {
    let mut own = OwnDecision {
        decision: shown,
        heading: head.heading,
        words: None,
        irreversible: false,
    };
    let content = match payloads::read(conn, &decision.case_id, decision.revision).await {
        Ok(content) => content,
        Err(HubError::Erased) => return Ok(own),
        Err(error) => return Err(error),
    };
    let case = Case::read(&content.json)?;
    let json = own.decision.verdict.as_ref();
    let verdict = json.map(|json| Verdict::read(json, &case.body)).transpose()?;
    own.words = match &verdict {
        Some(verdict) => Some(verdict_words(verdict, &case.body)),
        None => own.decision.cannot_tell.then(|| CANNOT_TELL.to_owned()),
    };
    own.irreversible = !decision.draft && ran_for_good(conn, verdict.as_ref(), &case, solo).await?;
    Ok(own)
}

/// Whether nobody need wait for it any longer.
const fn is_settled(state: CaseState) -> bool {
    !matches!(
        state,
        CaseState::Open | CaseState::AwaitingSecond | CaseState::Disputed | CaseState::Waiting
    )
}
