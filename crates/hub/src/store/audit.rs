//! The audit chain: who did what, each entry hashed over the one before.
//!
//! Hash = SHA-256 over the previous entry's 32 bytes (of the first: 32 zeros) and the RFC 8785 form of the header. The
//! header holds a commitment to the payload, HMAC-SHA-256 of its RFC 8785 form under the entry's salt, so that payload
//! and salt can be erased and the chain still verifies.

use domain::{Instant, canonical};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row as _;

use super::{Conn, Engine, us};
use crate::error::HubError;

/// Who acts: a person with a token, the command line, or the hub itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    pub person: Option<String>,
    pub token: Option<String>,
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub action: &'static str,
    pub case_id: Option<String>,
    pub decision_id: Option<String>,
    /// Of the request that caused it, where it isn't the actor's own.
    pub correlation_id: Option<String>,
    pub payload: Value,
}

impl Entry {
    pub fn new(action: &'static str, payload: Value) -> Self {
        Self {
            action,
            case_id: None,
            decision_id: None,
            correlation_id: None,
            payload,
        }
    }

    #[must_use]
    pub fn case(mut self, id: &str) -> Self {
        self.case_id = Some(id.to_owned());
        self
    }

    #[must_use]
    pub fn decision(mut self, id: &str) -> Self {
        self.decision_id = Some(id.to_owned());
        self
    }

    #[must_use]
    pub fn caused_by(mut self, correlation_id: Option<&str>) -> Self {
        self.correlation_id = correlation_id.map(str::to_owned);
        self
    }
}

/// One entry as it is read back.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub position: i64,
    pub id: String,
    pub header: String,
    pub salt: Option<String>,
    pub payload: Option<String>,
    pub previous_hash: String,
    pub hash: String,
}

/// Writes the entries and chains them, in this transaction.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, actor: &Actor, entries: &[Entry], now: Instant) -> Result<(), HubError> {
    if entries.is_empty() {
        return Ok(());
    }
    // Where several write at once the chain is closed after the commit, by the sequencer.
    let mut chain = match Engine::of(conn) {
        Engine::Sqlite => Some(head(conn).await?),
        Engine::Postgres => None,
    };
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let sealed = seal(actor, entry, now)?;
        let linked = match &chain {
            Some((position, previous)) => Some((
                position + 1,
                previous.clone(),
                link(previous, sealed.header.as_bytes())?,
            )),
            None => None,
        };
        rows.push(json!({
            "id": sealed.id, "action": entry.action, "case_id": entry.case_id, "decision_id": entry.decision_id,
            "header": sealed.header, "salt": sealed.salt, "payload": sealed.payload,
            "position": linked.as_ref().map(|(position, _, _)| position),
            "previous_hash": linked.as_ref().map(|(_, previous, _)| previous),
            "hash": linked.as_ref().map(|(_, _, hash)| hash),
        }));
        chain = linked.map(|(position, _, hash)| (position, hash));
    }
    sqlx::query(Engine::of(conn).pick(
        "insert into audit (id, position, at, action, person_id, case_id, decision_id, header, salt, payload, previous_hash, hash)
         select value ->> 'id', value ->> 'position', $2, value ->> 'action', $3, value ->> 'case_id', value ->> 'decision_id',
             value ->> 'header', value ->> 'salt', value ->> 'payload', value ->> 'previous_hash', value ->> 'hash'
         from json_each($1)",
        "insert into audit (id, position, at, action, person_id, case_id, decision_id, header, salt, payload, previous_hash, hash)
         select id, position, $2, action, $3, case_id, decision_id, header, salt, payload, previous_hash, hash
         from json_to_recordset($1::json)
             as t (id text, position bigint, action text, case_id text, decision_id text, header text, salt text, payload text,
                   previous_hash text, hash text)",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(us(now))
    .bind(&actor.person)
    .execute(conn)
    .await?;
    Ok(())
}

struct Sealed {
    id: String,
    header: String,
    salt: String,
    payload: String,
}

fn seal(actor: &Actor, entry: &Entry, now: Instant) -> Result<Sealed, HubError> {
    let payload = canonical_text(&entry.payload)?;
    let mut salt = [0_u8; 32];
    rand::rng().fill_bytes(&mut salt);
    let salt = hex::encode(salt);
    let id = uuid::Uuid::now_v7().to_string();
    let mut header = json!({
        "v": 1,
        "id": id,
        "at": now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        "action": entry.action,
        "commitment": commitment(&salt, payload.as_bytes())?,
    });
    for (name, value) in [
        ("person", &actor.person),
        ("token", &actor.token),
        (
            "correlation_id",
            entry
                .correlation_id
                .as_ref()
                .map_or(&actor.correlation_id, |_| &entry.correlation_id),
        ),
        ("case_id", &entry.case_id),
        ("decision_id", &entry.decision_id),
    ] {
        if let Some(value) = value {
            header[name] = json!(value);
        }
    }
    Ok(Sealed {
        id,
        header: canonical_text(&header)?,
        salt,
        payload,
    })
}

fn canonical_text(value: &Value) -> Result<String, HubError> {
    String::from_utf8(canonical::canonical(value)?).map_err(HubError::broken)
}

/// HMAC-SHA-256 of the payload's canonical bytes under the salt (hex), as hex.
///
/// # Errors
/// [`HubError::Broken`] for a salt that isn't hex.
pub fn commitment(salt: &str, payload: &[u8]) -> Result<String, HubError> {
    let salt = hex::decode(salt).map_err(HubError::broken)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&salt).map_err(HubError::broken)?;
    mac.update(payload);
    Ok(hex::encode(mac.finalize().into_bytes()))
}

/// The hash of an entry, hex.
///
/// # Errors
/// [`HubError::Broken`] for a previous hash that isn't hex.
pub fn link(previous: &str, header: &[u8]) -> Result<String, HubError> {
    let mut hasher = Sha256::new();
    hasher.update(hex::decode(previous).map_err(HubError::broken)?);
    hasher.update(header);
    Ok(hex::encode(hasher.finalize()))
}

/// What the first entry follows: 32 zero bytes.
pub fn genesis() -> String {
    "0".repeat(64)
}

/// The last entry's position and hash.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn head(conn: &mut Conn) -> Result<(i64, String), HubError> {
    let row =
        sqlx::query("select position, hash from audit where position = (select max(position) from audit)")
            .fetch_optional(conn)
            .await?;
    match row {
        Some(row) => Ok((row.try_get("position")?, row.try_get("hash")?)),
        None => Ok((0, genesis())),
    }
}

/// Entries after a position, oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn after(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<AuditRow>, HubError> {
    let rows = sqlx::query(
        "select position, id, header, salt, payload, previous_hash, hash from audit where position > $1 order by position limit $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AuditRow {
                position: row.try_get("position")?,
                id: row.try_get("id")?,
                header: row.try_get("header")?,
                salt: row.try_get("salt")?,
                payload: row.try_get("payload")?,
                // One that was taken out is for whoever walks the chain to find.
                previous_hash: row
                    .try_get::<Option<String>, _>("previous_hash")?
                    .unwrap_or_default(),
                hash: row.try_get::<Option<String>, _>("hash")?.unwrap_or_default(),
            })
        })
        .collect()
}

/// What happened to a case, oldest first: when, what, and the name of who did it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of_case(conn: &mut Conn, case_id: &str) -> Result<Vec<(i64, String, Option<String>)>, HubError> {
    let rows = sqlx::query(
        "select a.at, a.action, p.name from audit a left join people p on p.id = a.person_id
         where a.case_id = $1 order by a.at, a.id limit 500",
    )
    .bind(case_id)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("at")?, row.try_get("action")?, row.try_get("name")?)))
        .collect()
}
