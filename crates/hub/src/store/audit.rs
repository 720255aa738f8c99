//! The audit chain: who did what, each entry hashed over the one before (`domain::chain` says how).

use std::collections::HashMap;

use domain::{Instant, canonical, chain};
use rand::Rng;
use serde_json::{Value, json};
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

    /// Its own, else that of the request it is written in.
    fn correlation_of<'a>(&'a self, actor: &'a Actor) -> &'a Option<String> {
        if self.correlation_id.is_some() {
            &self.correlation_id
        } else {
            &actor.correlation_id
        }
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

/// Writes the entries, each with whose doing it was, and chains them, in this transaction.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, entries: &[(Actor, Entry)], now: Instant) -> Result<(), HubError> {
    if entries.is_empty() {
        return Ok(());
    }
    // Where several write at once the chain is closed after the commit, by the sequencer.
    let mut chained = match Engine::of(conn) {
        Engine::Sqlite => Some(head(conn).await?),
        Engine::Postgres => None,
    };
    let mut rows = Vec::with_capacity(entries.len());
    for (actor, entry) in entries {
        let sealed = seal(actor, entry, now)?;
        let linked = match &chained {
            Some((position, previous)) => Some((
                position + 1,
                previous.clone(),
                chain::hash(previous, sealed.header.as_bytes()).map_err(HubError::broken)?,
            )),
            None => None,
        };
        rows.push(json!({
            "id": sealed.id, "action": entry.action, "case_id": entry.case_id, "decision_id": entry.decision_id,
            "header": sealed.header, "salt": sealed.salt, "payload": sealed.payload,
            "position": linked.as_ref().map(|(position, _, _)| position),
            "previous_hash": linked.as_ref().map(|(_, previous, _)| previous),
            "hash": linked.as_ref().map(|(_, _, hash)| hash),
            "person_id": actor.person, "correlation_id": entry.correlation_of(actor),
        }));
        chained = linked.map(|(position, _, hash)| (position, hash));
    }
    sqlx::query(Engine::of(conn).pick(
        "insert into audit (id, position, at, action, person_id, case_id, decision_id, header, salt, payload, previous_hash, hash,
             correlation_id)
         select value ->> 'id', value ->> 'position', $2, value ->> 'action', value ->> 'person_id', value ->> 'case_id', value ->> 'decision_id',
             value ->> 'header', value ->> 'salt', value ->> 'payload', value ->> 'previous_hash', value ->> 'hash',
             value ->> 'correlation_id'
         from json_each($1)",
        "insert into audit (id, position, at, action, person_id, case_id, decision_id, header, salt, payload, previous_hash, hash,
             correlation_id)
         select id, position, $2, action, person_id, case_id, decision_id, header, salt, payload, previous_hash, hash, correlation_id
         from json_to_recordset($1::json)
             as t (id text, position bigint, action text, person_id text, case_id text, decision_id text, header text, salt text, payload text,
                   previous_hash text, hash text, correlation_id text)",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(us(now))
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
        "commitment": chain::commitment(&salt, payload.as_bytes()).map_err(HubError::broken)?,
    });
    for (name, value) in [
        ("person", &actor.person),
        ("token", &actor.token),
        ("correlation_id", entry.correlation_of(actor)),
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
        None => Ok((0, chain::genesis())),
    }
}

/// Which entries. Everything that is said must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFilter {
    /// An action, `decision.accepted`, or all of a matter, `decision`.
    pub action: Option<String>,
    /// By id or name.
    pub person: Option<String>,
    pub case_id: Option<String>,
    pub correlation_id: Option<String>,
    /// Microseconds, from here on.
    pub from: i64,
    /// Microseconds, before this.
    pub until: i64,
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self {
            action: None,
            person: None,
            case_id: None,
            correlation_id: None,
            from: i64::MIN,
            until: i64::MAX,
        }
    }
}

macro_rules! entries {
    ($where:literal, $order:literal) => {
        concat!(
            "select position, id, header, salt, payload, previous_hash, hash from audit where ",
            $where,
            " and ($3 is null or action = $3 or substr(action, 1, length($3) + 1) = $3 || '.')
              and ($4 is null or person_id = $4 or person_id in (select id from people where name = $4))
              and ($5 is null or case_id = $5) and ($6 is null or correlation_id = $6)
              and at >= $7 and at < $8 order by ",
            $order,
            " limit $2"
        )
    };
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
    rows.iter().map(read).collect()
}

/// Of those after a position what the filter lets through, oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn found_after(
    conn: &mut Conn,
    after: i64,
    limit: i64,
    filter: &AuditFilter,
) -> Result<Vec<AuditRow>, HubError> {
    found(conn, entries!("position > $1", "position"), after, limit, filter).await
}

/// Of those before a position what the filter lets through, newest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn found_before(
    conn: &mut Conn,
    before: i64,
    limit: i64,
    filter: &AuditFilter,
) -> Result<Vec<AuditRow>, HubError> {
    found(
        conn,
        entries!("position < $1", "position desc"),
        before,
        limit,
        filter,
    )
    .await
}

async fn found(
    conn: &mut Conn,
    statement: &'static str,
    position: i64,
    limit: i64,
    filter: &AuditFilter,
) -> Result<Vec<AuditRow>, HubError> {
    let rows = sqlx::query(statement)
        .bind(position)
        .bind(limit)
        .bind(&filter.action)
        .bind(&filter.person)
        .bind(&filter.case_id)
        .bind(&filter.correlation_id)
        .bind(filter.from)
        .bind(filter.until)
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &super::Row) -> Result<AuditRow, HubError> {
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
}

impl AuditRow {
    /// As the chain's rules take it.
    pub fn link(&self) -> chain::Link<'_> {
        chain::Link {
            position: self.position,
            header: self.header.as_bytes(),
            salt: self.salt.as_deref(),
            payload: self.payload.as_deref().map(str::as_bytes),
            previous_hash: &self.previous_hash,
            hash: &self.hash,
        }
    }
}

/// When something happened to a case, what, and the name of who did it.
pub type Happened = (i64, String, Option<String>);

/// Of one case at most: who reads a history doesn't read more.
const HAPPENED_MAX: i64 = 500;

/// What happened to cases, of each the oldest first, by case id. What was refused didn't happen.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of_cases(
    conn: &mut Conn,
    case_ids: &[&str],
) -> Result<HashMap<String, Vec<Happened>>, HubError> {
    macro_rules! happened {
        ($cases:literal) => {
            concat!(
                "select f.case_id, f.at, f.action, p.name from (
                     select id, case_id, at, action, person_id, row_number() over (partition by case_id order by at, id) as n
                     from audit where case_id ",
                $cases,
                " and action <> 'request.refused') f
                 left join people p on p.id = f.person_id where f.n <= $2 order by f.at, f.id"
            )
        };
    }
    let mut found: HashMap<String, Vec<Happened>> = HashMap::new();
    if case_ids.is_empty() {
        return Ok(found);
    }
    let rows = sqlx::query(Engine::of(conn).pick(
        happened!("in (select value from json_each($1))"),
        happened!("= any(array(select value from json_each($1)))"),
    ))
    .bind(json!(case_ids).to_string())
    .bind(HAPPENED_MAX)
    .fetch_all(conn)
    .await?;
    for row in &rows {
        let happened = (row.try_get("at")?, row.try_get("action")?, row.try_get("name")?);
        found.entry(row.try_get("case_id")?).or_default().push(happened);
    }
    Ok(found)
}
