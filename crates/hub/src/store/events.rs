//! What a replica needs to know, without content, in the order of commits.

use domain::Instant;
use protocol::hub::Change;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, sequencer, us};
use crate::error::HubError;

/// The types of API.md, `GET /v1/changes`.
pub const CASE_REVISED: &str = "case.revised";
pub const CASE_CLOSED: &str = "case.closed";
pub const CASE_ASSIGNED: &str = "case.assigned";
pub const CASE_ESCALATED: &str = "case.escalated";
pub const CASE_COMMENTED: &str = "case.commented";
/// Somebody who hasn't got it has it on the screen, or no longer.
pub const CASE_LOOKED_AT: &str = "case.looked_at";
pub const QUEUE_COUNTS: &str = "queue.counts";
pub const DECISION_RELEASED: &str = "decision.released";
pub const DECISION_CORRECTED: &str = "decision.corrected";
pub const LEASE_LOST: &str = "lease.lost";
pub const ACCESS_REVOKED: &str = "access.revoked";
/// What is registered of a tool is otherwise.
pub const TOOLS_CHANGED: &str = "tools.changed";
/// Something was given, or runs out later.
pub const ACCESS_CHANGED: &str = "access.changed";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    pub kind: &'static str,
    pub case_id: Option<String>,
    pub queue: Option<String>,
    pub source: Option<String>,
    pub revision: Option<u32>,
    /// Only for this person; none: for all who see the queue.
    pub person: Option<String>,
}

/// Writes events; their positions too where the order of commits is the order of writing ([`sequencer`]).
///
/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, events: &[Event], now: Instant) -> Result<(), HubError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut position = sequencer::begin(conn, sequencer::EVENTS).await?;
    let rows: Vec<Value> = events
        .iter()
        .map(|event| {
            position = position.map(|last| last + 1);
            json!({
                "id": uuid::Uuid::now_v7(), "position": position, "type": event.kind, "case_id": event.case_id,
                "queue": event.queue, "source": event.source, "revision": event.revision, "person_id": event.person,
            })
        })
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "insert into events (id, position, type, case_id, queue, source, revision, person_id, at)
         select value ->> 'id', value ->> 'position', value ->> 'type', value ->> 'case_id', value ->> 'queue',
             value ->> 'source', value ->> 'revision', value ->> 'person_id', $2
         from json_each($1)",
        "insert into events (id, position, type, case_id, queue, source, revision, person_id, at)
         select id, position, type, case_id, queue, source, revision, person_id, $2
         from json_to_recordset($1::json)
             as t (id text, position bigint, type text, case_id text, queue text, source text, revision bigint, person_id text)",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose events are read: by queue (none: all queues), by source (none: by queue alone), and the person's own.
pub struct Audience<'a> {
    pub person: &'a str,
    /// JSON array of queue names; none: all.
    pub queues: Option<String>,
    /// JSON array of sources, for one who sees only these; none: not limited.
    pub sources: Option<String>,
    /// JSON array of the sensitivities of cases; none: all.
    pub sensitivities: Option<String>,
    /// Asked for; none: all.
    pub queue: Option<String>,
    pub kind: Option<String>,
}

/// Events after a position that the audience may see, oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn after(
    conn: &mut Conn,
    after: i64,
    limit: i64,
    audience: &Audience<'_>,
) -> Result<Vec<Change>, HubError> {
    let rows = sqlx::query(
        "select position, type, case_id, queue, revision from events
         where position > $1
           and (person_id is null or person_id = $3)
           and ($4 is null or queue is null or queue in (select value from json_each($4)))
           and ($5 is null or source in (select value from json_each($5)))
           and (queue is null or (($6 is null or queue = $6)
             and ($7 is null or queue in (select name from queues where kind = $7))))
           and ($8 is null or case_id is null
             or exists (select 1 from cases c where c.id = events.case_id and c.sensitivity in (select value from json_each($8))))
         order by position limit $2",
    )
    .bind(after)
    .bind(limit)
    .bind(audience.person)
    .bind(&audience.queues)
    .bind(&audience.sources)
    .bind(&audience.queue)
    .bind(&audience.kind)
    .bind(&audience.sensitivities)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Change {
                position: row.try_get("position")?,
                kind: row.try_get("type")?,
                case_id: row.try_get("case_id")?,
                queue: row.try_get("queue")?,
                revision: row
                    .try_get::<Option<i64>, _>("revision")?
                    .and_then(|r| u32::try_from(r).ok()),
            })
        })
        .collect()
}
