//! What cases hold, by revision: the case as received, its suggestion's id, the details of its context. Its words are in `search`.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::texts::Texts;
use super::{Conn, Engine, instant, rows_text, search};
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
    pub suggestion_id: Option<String>,
    pub details: Vec<NewDetail>,
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

/// A revision as its statement takes it: its text stands from `o`, `n` bytes long.
#[derive(Serialize)]
struct NewRow<'p> {
    case_id: &'p str,
    revision: u32,
    sent_hash: &'p str,
    content_hash: &'p str,
    received_at: i64,
    suggestion_id: Option<&'p str>,
    o: usize,
    n: usize,
}

/// Writes revisions, one statement a table.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, payloads: &[NewPayload]) -> Result<(), HubError> {
    let mut texts = Texts::default();
    let rows: Vec<NewRow<'_>> = payloads
        .iter()
        .map(|p| {
            let (o, n) = texts.put(&p.payload);
            NewRow {
                case_id: &p.case_id,
                revision: p.revision,
                sent_hash: &p.sent_hash,
                content_hash: &p.content_hash,
                received_at: p.received_us,
                suggestion_id: p.suggestion_id.as_deref(),
                o,
                n,
            }
        })
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "with r as materialized (select value as v from json_each($1))
         insert into case_payloads (case_id, revision, sent_hash, content_hash, received_at, suggestion_id, payload)
         select v ->> 'case_id', v ->> 'revision', v ->> 'sent_hash', v ->> 'content_hash', v ->> 'received_at',
             v ->> 'suggestion_id', cast(substr($2, v ->> 'o', v ->> 'n') as text) from r",
        "insert into case_payloads (case_id, revision, sent_hash, content_hash, received_at, suggestion_id, payload)
         select case_id, revision, sent_hash, content_hash, received_at, suggestion_id,
             convert_from(substring($2::bytea from o for n), 'UTF8')
         from json_to_recordset($1::json)
             as t (case_id text, revision bigint, sent_hash text, content_hash text, received_at bigint, suggestion_id text,
                   o int, n int)",
    ))
    .bind(rows_text(&rows)?)
    .bind(texts.into_bytes())
    .execute(&mut *conn)
    .await?;
    let words: Vec<(&str, &str)> = payloads
        .iter()
        .map(|p| (p.case_id.as_str(), p.words.as_str()))
        .collect();
    search::put(conn, &words).await?;
    insert_details(conn, payloads).await
}

async fn insert_details(conn: &mut Conn, payloads: &[NewPayload]) -> Result<(), HubError> {
    let mut texts = Texts::default();
    let mut rows = Vec::new();
    for p in payloads {
        for d in &p.details {
            let (o, n) = texts.put(&d.detail);
            rows.push(json!({
                "case_id": p.case_id, "revision": p.revision, "context_id": d.context_id, "sensitivity": d.sensitivity,
                "o": o, "n": n,
            }));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(Engine::of(conn).pick(
        "with r as materialized (select value as v from json_each($1))
         insert into context_details (case_id, revision, context_id, sensitivity, detail)
         select v ->> 'case_id', v ->> 'revision', v ->> 'context_id', v ->> 'sensitivity',
             cast(substr($2, v ->> 'o', v ->> 'n') as text) from r",
        "insert into context_details (case_id, revision, context_id, sensitivity, detail)
         select case_id, revision, context_id, sensitivity, convert_from(substring($2::bytea from o for n), 'UTF8')
         from json_to_recordset($1::json)
             as t (case_id text, revision bigint, context_id text, sensitivity text, o int, n int)",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(texts.into_bytes())
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
pub async fn sent_hashes(conn: &mut Conn, case_ids: &[&str]) -> Result<HashMap<String, String>, HubError> {
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
        "select content_hash, payload, suggestion_id from case_payloads where case_id = $1 and revision = $2",
    )
    .bind(case_id)
    .bind(i64::from(revision))
    .fetch_optional(conn)
    .await?
    .ok_or(HubError::NotFound { what: "revision" })?;
    payload(&row)
}

/// Revisions (case id, revision), one of a case, by case id. `erased` stands in the place of one whose content was.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn read_all(
    conn: &mut Conn,
    keys: &[(&str, u32)],
) -> Result<HashMap<String, Result<Payload, HubError>>, HubError> {
    let rows = sqlx::query(Engine::of(conn).pick(
        "select p.case_id, p.content_hash, p.payload, p.suggestion_id
         from json_each($1) k cross join case_payloads p where p.case_id = k.value ->> 0 and p.revision = k.value ->> 1",
        "select p.case_id, p.content_hash, p.payload, p.suggestion_id
         from json_array_elements($1::json) as k (v) cross join lateral (
             select * from case_payloads where case_id = v ->> 0 and revision = (v ->> 1)::bigint offset 0) p",
    ))
    .bind(json!(keys).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("case_id")?, payload(row))))
        .collect()
}

fn payload(row: &super::Row) -> Result<Payload, HubError> {
    let payload: Option<String> = row.try_get("payload")?;
    let text = payload.ok_or(HubError::Erased)?;
    Ok(Payload {
        content_hash: row.try_get("content_hash")?,
        json: serde_json::from_str(&text).map_err(HubError::broken)?,
        suggestion_id: row.try_get("suggestion_id")?,
    })
}

/// What else there is of a case: how many of each, so that nothing is looked for that isn't there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Company {
    /// Of this revision.
    pub received_at: domain::Instant,
    pub revisions: i64,
    pub decisions: i64,
    pub comments: i64,
    /// Entries of the audit.
    pub noted: i64,
    /// Escalations that last.
    pub escalated: i64,
}

/// Revisions (case id, revision) with their company, by case id. `erased` stands in the place of one whose content was.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn with_company(
    conn: &mut Conn,
    keys: &[(&str, u32)],
) -> Result<HashMap<String, Result<(Payload, Company), HubError>>, HubError> {
    macro_rules! company {
        ($from:literal) => {
            concat!(
                "select p.case_id, p.content_hash, p.payload, p.received_at, p.suggestion_id,
                     (select count(*) from case_payloads r where r.case_id = p.case_id) as revisions,
                     (select count(*) from decisions d where d.case_id = p.case_id) as decisions,
                     (select count(*) from comments c where c.case_id = p.case_id) as comments,
                     (select count(*) from audit a where a.case_id = p.case_id) as noted,
                     (select count(*) from escalations e where e.case_id = p.case_id and e.ended_at is null) as escalated
                 from ",
                $from
            )
        };
    }
    let rows = sqlx::query(Engine::of(conn).pick(
        company!(
            "json_each($1) k join case_payloads p on p.case_id = k.value ->> 0 and p.revision = k.value ->> 1"
        ),
        company!(
            "json_array_elements($1::json) as t (k)
                 join case_payloads p on p.case_id = k ->> 0 and p.revision = (k ->> 1)::bigint"
        ),
    ))
    .bind(json!(keys).to_string())
    .fetch_all(conn)
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let company = Company {
            received_at: instant(row.try_get("received_at")?)?,
            revisions: row.try_get("revisions")?,
            decisions: row.try_get("decisions")?,
            comments: row.try_get("comments")?,
            noted: row.try_get("noted")?,
            escalated: row.try_get("escalated")?,
        };
        found.insert(
            row.try_get("case_id")?,
            payload(row).map(|payload| (payload, company)),
        );
    }
    Ok(found)
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
