//! What cases hold, by revision: the case as received, its suggestion's id, the details of its context, its search words.

use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, instant};
use crate::error::HubError;

/// A revision as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPayload {
    pub case_id: String,
    pub revision: u32,
    pub sent_hash: String,
    pub content_hash: String,
    pub received_us: i64,
    /// The case as received, source, revision and queue filled in, context without detail.
    pub payload: String,
    pub words: String,
    pub suggestion: Option<NewSuggestion>,
    pub details: Vec<NewDetail>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewSuggestion {
    pub id: String,
    pub model: Option<String>,
    pub version: Option<String>,
    pub rule: Option<String>,
    pub confidence: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewDetail {
    pub context_id: String,
    pub sensitivity: String,
    pub detail: String,
}

/// Gives a case the details of another one's revision, as its own of the same revision.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn copy_details(conn: &mut Conn, from: (&str, u32), to: &str) -> Result<(), HubError> {
    sqlx::query(
        "insert into context_details (case_id, revision, context_id, sensitivity, detail)
         select $3, revision, context_id, sensitivity, detail from context_details where case_id = $1 and revision = $2",
    )
    .bind(from.0)
    .bind(i64::from(from.1))
    .bind(to)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes revisions, one statement a table.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, payloads: &[NewPayload]) -> Result<(), HubError> {
    let rows: Vec<Value> = payloads
        .iter()
        .map(|p| {
            json!([
                p.case_id,
                p.revision,
                p.sent_hash,
                p.content_hash,
                p.received_us,
                p.payload
            ])
        })
        .collect();
    let engine = Engine::of(conn);
    sqlx::query(engine.pick(
        "insert into case_payloads (case_id, revision, sent_hash, content_hash, received_at, payload)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from json_each($1)",
        "insert into case_payloads (case_id, revision, sent_hash, content_hash, received_at, payload)
         select v ->> 0, (v ->> 1)::bigint, v ->> 2, v ->> 3, (v ->> 4)::bigint, v ->> 5 from json_array_elements($1::json) as t (v)",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(&mut *conn)
    .await?;
    let rows: Vec<Value> = payloads.iter().map(|p| json!([p.case_id, p.words])).collect();
    sqlx::query(engine.pick(
        "insert into case_search (case_id, words) select value ->> 0, value ->> 1 from json_each($1) where true
         on conflict (case_id) do update set words = excluded.words",
        "insert into case_search (case_id, words) select v ->> 0, v ->> 1 from json_array_elements($1::json) as t (v)
         on conflict (case_id) do update set words = excluded.words",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(&mut *conn)
    .await?;
    insert_suggestions(conn, payloads).await?;
    insert_details(conn, payloads).await
}

async fn insert_suggestions(conn: &mut Conn, payloads: &[NewPayload]) -> Result<(), HubError> {
    let rows: Vec<Value> = payloads
        .iter()
        .filter_map(|p| {
            let s = p.suggestion.as_ref()?;
            Some(json!([
                s.id,
                p.case_id,
                p.revision,
                s.model,
                s.version,
                s.rule,
                s.confidence
            ]))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(Engine::of(conn).pick(
        "insert into suggestions (id, case_id, revision, model, model_version, rule, confidence)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each($1)",
        "insert into suggestions (id, case_id, revision, model, model_version, rule, confidence)
         select v ->> 0, v ->> 1, (v ->> 2)::bigint, v ->> 3, v ->> 4, v ->> 5, (v ->> 6)::double precision
         from json_array_elements($1::json) as t (v)",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_details(conn: &mut Conn, payloads: &[NewPayload]) -> Result<(), HubError> {
    let rows: Vec<Value> = payloads
        .iter()
        .flat_map(|p| {
            p.details
                .iter()
                .map(move |d| json!([p.case_id, p.revision, d.context_id, d.sensitivity, d.detail]))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(Engine::of(conn).pick(
        "insert into context_details (case_id, revision, context_id, sensitivity, detail)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each($1)",
        "insert into context_details (case_id, revision, context_id, sensitivity, detail)
         select v ->> 0, (v ->> 1)::bigint, v ->> 2, v ->> 3, v ->> 4 from json_array_elements($1::json) as t (v)",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Hash of what the source sent for a revision; none when it never sent that one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn sent_hash(conn: &mut Conn, case_id: &str, revision: u32) -> Result<Option<String>, HubError> {
    let row = sqlx::query("select sent_hash from case_payloads where case_id = $1 and revision = $2")
        .bind(case_id)
        .bind(i64::from(revision))
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("sent_hash")?)).transpose()
}

/// Hashes of what the sources sent for the current revisions of the cases, by case id.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn sent_hashes(
    conn: &mut Conn,
    case_ids: &[&str],
) -> Result<std::collections::HashMap<String, String>, HubError> {
    let rows = sqlx::query(
        "select p.case_id, p.sent_hash from case_payloads p join cases c on c.id = p.case_id and c.revision = p.revision
         where p.case_id in (select value from json_each($1))",
    )
    .bind(json!(case_ids).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("case_id")?, row.try_get("sent_hash")?)))
        .collect()
}

/// A revision as it is read: the case as received, and the id of its suggestion.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    pub content_hash: String,
    pub json: Value,
    pub suggestion_id: Option<String>,
}

/// # Errors
/// `not_found` for a revision that isn't there, `erased` for one whose content was erased.
pub async fn read(conn: &mut Conn, case_id: &str, revision: u32) -> Result<Payload, HubError> {
    let row = sqlx::query(
        "select p.content_hash, p.payload, s.id as suggestion_id from case_payloads p
         left join suggestions s on s.case_id = p.case_id and s.revision = p.revision
         where p.case_id = $1 and p.revision = $2",
    )
    .bind(case_id)
    .bind(i64::from(revision))
    .fetch_optional(conn)
    .await?
    .ok_or(HubError::NotFound { what: "revision" })?;
    let payload: Option<String> = row.try_get("payload")?;
    let text = payload.ok_or(HubError::Erased)?;
    Ok(Payload {
        content_hash: row.try_get("content_hash")?,
        json: serde_json::from_str(&text).map_err(HubError::broken)?,
        suggestion_id: row.try_get("suggestion_id")?,
    })
}

/// Sensitivity and detail of a context entry.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn detail(
    conn: &mut Conn,
    case_id: &str,
    revision: u32,
    context_id: &str,
) -> Result<Option<(String, Option<Value>)>, HubError> {
    let row = sqlx::query("select sensitivity, detail from context_details where case_id = $1 and revision = $2 and context_id = $3")
        .bind(case_id)
        .bind(i64::from(revision))
        .bind(context_id)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let detail: Option<String> = row.try_get("detail")?;
    let detail = detail
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(HubError::broken)?;
    Ok(Some((row.try_get("sensitivity")?, detail)))
}

/// When each revision of a case came in, oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revisions(conn: &mut Conn, case_id: &str) -> Result<Vec<(u32, domain::Instant)>, HubError> {
    let rows =
        sqlx::query("select revision, received_at from case_payloads where case_id = $1 order by revision")
            .bind(case_id)
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|row| {
            let revision: i64 = row.try_get("revision")?;
            Ok((
                u32::try_from(revision).map_err(HubError::broken)?,
                instant(row.try_get("received_at")?)?,
            ))
        })
        .collect()
}

/// A revision's stored text and the hash it was taken in with, to check one against the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContent {
    pub case_id: String,
    pub revision: u32,
    pub content_hash: String,
    /// None: erased.
    pub payload: Option<String>,
}

/// A case whose current revision, or one a decision was made on, has no row here. Erasing empties a row, it never
/// removes one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn missing(conn: &mut Conn) -> Result<Option<(String, i64)>, HubError> {
    let row = sqlx::query(
        "select n.case_id, n.revision from
             (select id as case_id, revision from cases union select case_id, revision from decisions) n
         left join case_payloads p on p.case_id = n.case_id and p.revision = n.revision
         where p.case_id is null limit 1",
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.try_get("case_id")?, row.try_get("revision")?)))
        .transpose()
}

/// Revisions after one of them, in the order of the key.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn contents_after(
    conn: &mut Conn,
    case_id: &str,
    revision: u32,
    limit: i64,
) -> Result<Vec<StoredContent>, HubError> {
    let rows = sqlx::query(
        "select case_id, revision, content_hash, payload from case_payloads
         where (case_id, revision) > ($1, $2) order by case_id, revision limit $3",
    )
    .bind(case_id)
    .bind(i64::from(revision))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredContent {
                case_id: row.try_get("case_id")?,
                revision: u32::try_from(row.try_get::<i64, _>("revision")?).map_err(HubError::broken)?,
                content_hash: row.try_get("content_hash")?,
                payload: row.try_get("payload")?,
            })
        })
        .collect()
}
