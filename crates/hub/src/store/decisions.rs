//! Decisions: what was decided, where it stands, and what the client was answered. Long, since it is one table.

use std::collections::{BTreeMap, HashMap};

use domain::decision::Agreement;
use domain::label::Basis;
use domain::outcome::DecisionState;
use domain::stats::OverrideCounts;
use domain::{Instant, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct DecisionHead {
    pub id: String,
    pub case_id: String,
    pub revision: u32,
    pub person_id: String,
    pub fingerprint: String,
    pub state: DecisionState,
    pub kind: Kind,
    pub queue: String,
    pub source: String,
    pub agreement: Agreement,
    pub edited: bool,
    pub content_hash: String,
    pub suggestion_id: Option<String>,
    pub model: Option<String>,
    pub model_version: Option<String>,
    pub rule: Option<String>,
    pub accepted_at: Instant,
    pub undo_until: Option<Instant>,
    pub released_at: Option<Instant>,
    pub marked_wrong_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub active_ms: Option<u64>,
    pub lease_token: Option<String>,
    pub selection_order: Option<String>,
    pub selection_probability: Option<f64>,
    pub correlation_id: Option<String>,
    /// Why it was undone, corrected or marked wrong, and the id of who did that.
    pub end_reason: Option<String>,
    pub ended_by: Option<String>,
    /// JSON of the answer the client got.
    pub answer: String,
    /// Of the first opinion, of one who agrees with it, or of who settled a dispute.
    pub basis: Basis,
    /// Teaches, and isn't handed to anybody who would act on it.
    pub draft: bool,
}

/// What can be erased of a decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionPayload {
    pub verdict: Option<Value>,
    pub cannot_tell: bool,
    pub reasons: Vec<String>,
    pub comment: Option<String>,
    pub shown: Option<Value>,
    pub signature: Option<Value>,
    /// As it was shown when decided.
    pub suggestion: Option<Value>,
    /// All of it was erased; said by the row, not in it.
    #[serde(skip)]
    pub erased: bool,
}

impl DecisionPayload {
    pub fn erased() -> Self {
        Self {
            erased: true,
            ..Self::default()
        }
    }
}

macro_rules! columns {
    () => {
        "d.id, d.case_id, d.revision, d.person_id, d.fingerprint, d.state, d.kind, d.queue, d.source, d.agreement, d.edited, \
         d.content_hash, d.suggestion_id, d.model, d.model_version, d.rule, d.accepted_at, d.undo_until, d.released_at, \
         d.marked_wrong_at, d.decided_at, d.active_ms, d.lease_token, d.selection_order, d.selection_probability, \
         d.correlation_id, d.end_reason, d.ended_by, d.answer, d.basis, d.draft"
    };
}
pub(super) use columns;

pub(super) fn read(row: &super::Row) -> Result<DecisionHead, HubError> {
    let text = |name: &str| -> Result<String, HubError> { Ok(row.try_get(name)?) };
    let optional = |name: &str| -> Result<Option<String>, HubError> { Ok(row.try_get(name)?) };
    let time = |name: &str| -> Result<Option<Instant>, HubError> {
        row.try_get::<Option<i64>, _>(name)?.map(instant).transpose()
    };
    let (state, kind, agreement) = (text("state")?, text("kind")?, text("agreement")?);
    let basis = text("basis")?;
    Ok(DecisionHead {
        id: text("id")?,
        case_id: text("case_id")?,
        revision: u32::try_from(row.try_get::<i64, _>("revision")?).map_err(HubError::broken)?,
        person_id: text("person_id")?,
        fingerprint: text("fingerprint")?,
        state: DecisionState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?,
        kind: Kind::parse(&kind).ok_or_else(|| HubError::broken(format!("kind {kind}")))?,
        queue: text("queue")?,
        source: text("source")?,
        agreement: Agreement::parse(&agreement)
            .ok_or_else(|| HubError::broken(format!("agreement {agreement}")))?,
        edited: row.try_get::<i64, _>("edited")? != 0,
        content_hash: text("content_hash")?,
        suggestion_id: optional("suggestion_id")?,
        model: optional("model")?,
        model_version: optional("model_version")?,
        rule: optional("rule")?,
        accepted_at: instant(row.try_get("accepted_at")?)?,
        undo_until: time("undo_until")?,
        released_at: time("released_at")?,
        marked_wrong_at: time("marked_wrong_at")?,
        decided_at: time("decided_at")?,
        active_ms: row
            .try_get::<Option<i64>, _>("active_ms")?
            .and_then(|ms| u64::try_from(ms).ok()),
        lease_token: optional("lease_token")?,
        selection_order: optional("selection_order")?,
        selection_probability: row.try_get("selection_probability")?,
        correlation_id: optional("correlation_id")?,
        end_reason: optional("end_reason")?,
        ended_by: optional("ended_by")?,
        answer: text("answer")?,
        basis: Basis::parse(&basis).ok_or_else(|| HubError::broken(format!("basis {basis}")))?,
        draft: row.try_get::<i64, _>("draft")? != 0,
    })
}

/// Writes decisions with what they hold.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, decisions: &[(DecisionHead, DecisionPayload)]) -> Result<(), HubError> {
    if decisions.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(decisions.len());
    for (d, payload) in decisions {
        rows.push(json!({
            "id": d.id, "case_id": d.case_id, "revision": d.revision, "person_id": d.person_id, "fingerprint": d.fingerprint,
            "state": d.state.as_str(), "kind": d.kind.as_str(), "queue": d.queue, "source": d.source,
            "agreement": d.agreement.as_str(), "edited": i64::from(d.edited), "content_hash": d.content_hash,
            "suggestion_id": d.suggestion_id, "model": d.model, "model_version": d.model_version, "rule": d.rule,
            "accepted_at": us(d.accepted_at), "undo_until": d.undo_until.map(us), "released_at": d.released_at.map(us),
            "decided_at": d.decided_at.map(us), "active_ms": d.active_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
            "lease_token": d.lease_token, "selection_order": d.selection_order,
            "selection_probability": d.selection_probability, "correlation_id": d.correlation_id, "answer": d.answer,
            "basis": d.basis.as_str(), "draft": i64::from(d.draft),
            "payload": serde_json::to_string(payload).map_err(HubError::broken)?,
        }));
    }
    let rows = Value::Array(rows).to_string();
    if Engine::of(conn) == Engine::Postgres {
        sqlx::query(
            "with d as materialized (
                 select * from json_to_recordset($1::json) as t (id text, case_id text, revision bigint, person_id text, fingerprint text,
                     state text, kind text, queue text, source text, agreement text, edited bigint, content_hash text,
                     suggestion_id text, model text, model_version text, rule text, accepted_at bigint, undo_until bigint,
                     released_at bigint, decided_at bigint, active_ms bigint, lease_token text, selection_order text,
                     selection_probability double precision, correlation_id text, answer text, basis text, draft bigint, payload text)),
             decided as (
                 insert into decisions (id, case_id, revision, person_id, fingerprint, state, kind, queue, source, agreement, edited,
                     content_hash, suggestion_id, model, model_version, rule, accepted_at, undo_until, released_at, decided_at,
                     active_ms, lease_token, selection_order, selection_probability, correlation_id, answer, basis, draft)
                 select id, case_id, revision, person_id, fingerprint, state, kind, queue, source, agreement, edited,
                     content_hash, suggestion_id, model, model_version, rule, accepted_at, undo_until, released_at, decided_at,
                     active_ms, lease_token, selection_order, selection_probability, correlation_id, answer, basis, draft from d)
             insert into decision_payloads (decision_id, payload) select id, payload from d",
        )
        .bind(rows)
        .execute(conn)
        .await?;
        return Ok(());
    }
    sqlx::query(
        "insert into decisions (id, case_id, revision, person_id, fingerprint, state, kind, queue, source, agreement, edited,
             content_hash, suggestion_id, model, model_version, rule, accepted_at, undo_until, released_at, decided_at,
             active_ms, lease_token, selection_order, selection_probability, correlation_id, answer, basis, draft)
         select value ->> 'id', value ->> 'case_id', value ->> 'revision', value ->> 'person_id', value ->> 'fingerprint',
             value ->> 'state', value ->> 'kind', value ->> 'queue', value ->> 'source', value ->> 'agreement', value ->> 'edited',
             value ->> 'content_hash', value ->> 'suggestion_id', value ->> 'model', value ->> 'model_version', value ->> 'rule',
             value ->> 'accepted_at', value ->> 'undo_until', value ->> 'released_at', value ->> 'decided_at',
             value ->> 'active_ms', value ->> 'lease_token', value ->> 'selection_order', value ->> 'selection_probability',
             value ->> 'correlation_id', value ->> 'answer', value ->> 'basis', value ->> 'draft'
         from json_each($1)",
    )
    .bind(&rows)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into decision_payloads (decision_id, payload) select value ->> 'id', value ->> 'payload' from json_each($1)",
    )
    .bind(rows)
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<DecisionHead>, HubError> {
    let row = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.id = $1"
    ))
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Those that are there, in no order.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_ids(conn: &mut Conn, ids: &[&str]) -> Result<Vec<DecisionHead>, HubError> {
    let rows = sqlx::query(Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from decisions d where d.id in (select value from json_each($1))"
        ),
        // As an array, or a plan made while the table was small may read all of it.
        concat!(
            "select ",
            columns!(),
            " from decisions d where d.id = any(array(select value from json_each($1)))"
        ),
    ))
    .bind(json!(ids).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// What was decided; empty once erased.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn payload(conn: &mut Conn, id: &str) -> Result<DecisionPayload, HubError> {
    let row = sqlx::query("select payload from decision_payloads where decision_id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map_or(Ok(DecisionPayload::erased()), read_payload)
}

/// What was decided, by the ids of the decisions; empty once erased.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn payloads(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, DecisionPayload>, HubError> {
    let rows = sqlx::query(Engine::of(conn).pick(
        "select decision_id, payload from decision_payloads where decision_id in (select value from json_each($1))",
        "select decision_id, payload from decision_payloads where decision_id = any(array(select value from json_each($1)))",
    ))
    .bind(json!(ids).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("decision_id")?, read_payload(row)?)))
        .collect()
}

fn read_payload(row: &super::Row) -> Result<DecisionPayload, HubError> {
    let text: Option<String> = row.try_get("payload")?;
    text.map_or(Ok(DecisionPayload::erased()), |text| {
        serde_json::from_str(&text).map_err(HubError::broken)
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn of_case(conn: &mut Conn, case_id: &str) -> Result<Vec<DecisionHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.case_id = $1 order by d.accepted_at"
    ))
    .bind(case_id)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// A person's own decisions, newest first: those before an instant, and of the instant itself those with smaller ids.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of_person(
    conn: &mut Conn,
    person_id: &str,
    since: Instant,
    before: (Instant, &str),
    limit: i64,
) -> Result<Vec<DecisionHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.person_id = $1 and d.accepted_at >= $2 and (d.accepted_at, d.id) < ($3, $4)
          order by d.accepted_at desc, d.id desc limit $5"
    ))
    .bind(person_id)
    .bind(us(since))
    .bind(us(before.0))
    .bind(before.1)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// The opinions that stand on a case and aren't released, the oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pending_of(
    conn: &mut Conn,
    case_id: &str,
    revision: u32,
) -> Result<Vec<DecisionHead>, HubError> {
    // All of the revision are few; all that are pending may be many, and there is an index of those.
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.case_id = $1 and d.revision = $2 order by d.accepted_at, d.id"
    ))
    .bind(case_id)
    .bind(i64::from(revision))
    .fetch_all(conn)
    .await?;
    pending(&rows)
}

/// The opinions that stand on revisions of cases and aren't released, the oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pending_of_all(conn: &mut Conn, keys: &[(&str, u32)]) -> Result<Vec<DecisionHead>, HubError> {
    let rows = sqlx::query(Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from json_each($1) k cross join decisions d where d.case_id = k.value ->> 0 and d.revision = k.value ->> 1
              order by d.accepted_at, d.id"
        ),
        concat!(
            "select ",
            columns!(),
            " from json_array_elements($1::json) as k (v) cross join lateral (
                  select * from decisions where case_id = v ->> 0 and revision = (v ->> 1)::bigint offset 0) d
              order by d.accepted_at, d.id"
        ),
    ))
    .bind(json!(keys).to_string())
    .fetch_all(conn)
    .await?;
    pending(&rows)
}

fn pending(rows: &[super::Row]) -> Result<Vec<DecisionHead>, HubError> {
    let mut found: Vec<DecisionHead> = rows.iter().map(read).collect::<Result<_, _>>()?;
    found.retain(|decision| decision.state == DecisionState::Pending);
    Ok(found)
}

/// Begins the undo window of an opinion that now decides, with another or alone.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_window(
    conn: &mut Conn,
    id: &str,
    undo_until: Option<Instant>,
    draft: bool,
) -> Result<(), HubError> {
    sqlx::query("update decisions set undo_until = $2, draft = $3 where id = $1")
        .bind(id)
        .bind(undo_until.map(us))
        .bind(i64::from(draft))
        .execute(conn)
        .await?;
    Ok(())
}

/// It stays as an opinion, and changes nothing.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn keep(conn: &mut Conn, id: &str) -> Result<(), HubError> {
    sqlx::query("update decisions set state = 'kept' where id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The opinion that is left is the first, and waits for a second.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_first(conn: &mut Conn, id: &str) -> Result<(), HubError> {
    sqlx::query("update decisions set undo_until = null, basis = 'human' where id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Pending decisions whose undo window is over, the oldest first. One who agrees goes with the first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn due(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<DecisionHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.state = 'pending' and d.undo_until <= $1 and d.basis <> 'second_opinion' order by d.undo_until limit $2"
    ))
    .bind(us(now))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn release(conn: &mut Conn, ids: &[&str], now: Instant) -> Result<(), HubError> {
    sqlx::query(Engine::of(conn).pick(
        "update decisions set state = 'released', released_at = $2,
             sensitivity = (select c.sensitivity from cases c where c.id = decisions.case_id)
         where id in (select value from json_each($1))",
        "update decisions set state = 'released', released_at = $2,
             sensitivity = (select c.sensitivity from cases c where c.id = decisions.case_id)
         where id = any(array(select value from json_each($1)))",
    ))
    .bind(json!(ids).to_string())
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a decision: `undone` or `corrected`, why, and by whom.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end(
    conn: &mut Conn,
    id: &str,
    state: DecisionState,
    reason: &str,
    by: Option<&str>,
    now: Instant,
) -> Result<(), HubError> {
    sqlx::query(
        "update decisions set state = $2, end_reason = $3, ended_by = $4, ended_at = $5 where id = $1",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(reason)
    .bind(by)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn mark_wrong(
    conn: &mut Conn,
    id: &str,
    reason: &str,
    by: Option<&str>,
    now: Instant,
) -> Result<(), HubError> {
    sqlx::query("update decisions set marked_wrong_at = $4, end_reason = $2, ended_by = $3 where id = $1")
        .bind(id)
        .bind(reason)
        .bind(by)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// How each field of a decision stands to the suggestion.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert_fields(
    conn: &mut Conn,
    id: &str,
    fields: &[(String, Agreement)],
) -> Result<(), HubError> {
    if fields.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = fields
        .iter()
        .map(|(field, agreement)| json!({"field": field, "agreement": agreement.as_str()}))
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "insert into decision_fields (decision_id, field, agreement)
         select $1, value ->> 'field', value ->> 'agreement' from json_each($2)",
        "insert into decision_fields (decision_id, field, agreement)
         select $1, field, agreement from json_to_recordset($2::json) as t (field text, agreement text)",
    ))
    .bind(id)
    .bind(Value::Array(rows).to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// What rates are made of.
#[derive(Debug, Default)]
pub struct RateFilter {
    pub queue: Option<String>,
    pub kind: Option<String>,
    /// `name@version` of the suggestion; `name` where it has no version.
    pub by: Option<String>,
    pub from: i64,
    pub to: i64,
    /// JSON arrays of queues and sensitivities the caller sees; none: all.
    pub queues: Option<String>,
    pub sensitivities: Option<String>,
    /// `queue kind model rule field day`, or none.
    pub group_by: Option<String>,
}

macro_rules! counted {
    ($from:literal, $agreement:literal) => {
        concat!(
            "select case $6 when 'queue' then d.queue when 'kind' then d.kind
                 when 'model' then d.model || case when d.model_version is null then '' else '@' || d.model_version end
                 when 'rule' then d.rule when 'day' then cast(d.released_at / 86400000000 as text) ",
            $from,
            ", ",
            $agreement,
            " as agreement, count(*) as n, cast(sum(d.edited) as bigint) as edited
             from decisions d "
        )
    };
}
macro_rules! where_released {
    () => {
        " where d.state = 'released' and d.basis not in ('second_opinion', 'gold') and d.marked_wrong_at is null and d.released_at >= $4 and d.released_at < $5
            and ($1 is null or d.queue = $1) and ($2 is null or d.kind = $2)
            and ($3 is null or d.model || '@' || coalesce(d.model_version, '') = $3 or (d.model_version is null and d.model = $3))
            and ($7 is null or d.queue in (select value from json_each($7)))
            and ($8 is null
              or exists (select 1 from cases c where c.id = d.case_id and c.sensitivity in (select value from json_each($8))))
          group by 1, 2"
    };
}

/// Released decisions, counted by group and agreement; one for each case, so not those who only agreed, nor answers on checks.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn rates(
    conn: &mut Conn,
    filter: &RateFilter,
) -> Result<BTreeMap<Option<String>, OverrideCounts>, HubError> {
    let sql = if filter.group_by.as_deref() == Some("field") {
        concat!(
            counted!("else f.field end as part", "f.agreement"),
            "join decision_fields f on f.decision_id = d.id",
            where_released!()
        )
    } else {
        concat!(counted!("end as part", "d.agreement"), where_released!())
    };
    let rows = sqlx::query(sql)
        .bind(&filter.queue)
        .bind(&filter.kind)
        .bind(&filter.by)
        .bind(filter.from)
        .bind(filter.to)
        .bind(&filter.group_by)
        .bind(&filter.queues)
        .bind(&filter.sensitivities)
        .fetch_all(conn)
        .await?;
    let mut counts: BTreeMap<Option<String>, OverrideCounts> = BTreeMap::new();
    for row in &rows {
        let agreement: String = row.try_get("agreement")?;
        let agreement =
            Agreement::parse(&agreement).ok_or_else(|| HubError::broken(format!("agreement {agreement}")))?;
        let (n, edited): (i64, i64) = (row.try_get("n")?, row.try_get("edited")?);
        counts.entry(row.try_get("part")?).or_default().add(
            agreement,
            u64::try_from(n).unwrap_or(0),
            u64::try_from(edited).unwrap_or(0),
        );
    }
    Ok(counts)
}
