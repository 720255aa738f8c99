//! The ledger of labels, append-only, with the erasable content beside it; and how often systems were right.

use domain::label::{Label, LabelHead, LabelPayload};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::feeds::FeedFilter;
use super::{Conn, Engine, sequencer, us};
use crate::error::HubError;

/// A label to be written, with the queue of its decision.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLabel {
    pub label: Label,
    pub queue: String,
}

/// Appends labels, and retractions of others.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, labels: &[NewLabel]) -> Result<(), HubError> {
    if labels.is_empty() {
        return Ok(());
    }
    let last = sequencer::begin(conn, sequencer::LABELS).await?;
    let (mut rows, mut taught, mut retracted) = (Vec::new(), Vec::new(), Vec::new());
    for (step, NewLabel { label, queue }) in (1_i64..).zip(labels) {
        let Label { head, payload } = label;
        rows.push(json!({
            "id": head.id, "position": last.map(|last| last + step), "kind": head.kind.as_str(), "queue": queue,
            "source": head.case.source, "case_id": head.case.id, "decision_id": head.decision_id,
            "head": serde_json::to_string(head).map_err(HubError::broken)?,
            "split": head.split.map(domain::label::Split::as_str), "retracts": head.retracts,
            "live": i64::from(head.retracts.is_none()), "at": us(head.at),
        }));
        match &head.retracts {
            Some(id) => retracted.push(id),
            None => taught.push(json!({
                "id": head.id, "payload": serde_json::to_string(payload).map_err(HubError::broken)?,
            })),
        }
    }
    sqlx::query(Engine::of(conn).pick(
        "insert into labels (id, position, kind, queue, source, case_id, decision_id, head, split, retracts, live, at)
         select value ->> 'id', value ->> 'position', value ->> 'kind', value ->> 'queue', value ->> 'source', value ->> 'case_id',
             value ->> 'decision_id', value ->> 'head', value ->> 'split', value ->> 'retracts', value ->> 'live', value ->> 'at'
         from json_each($1)",
        "insert into labels (id, position, kind, queue, source, case_id, decision_id, head, split, retracts, live, at)
         select id, position, kind, queue, source, case_id, decision_id, head, split, retracts, live, at
         from json_to_recordset($1::json) as t (id text, position bigint, kind text, queue text, source text, case_id text,
             decision_id text, head text, split text, retracts text, live bigint, at bigint)",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(&mut *conn)
    .await?;
    if !taught.is_empty() {
        sqlx::query(Engine::of(conn).pick(
            "insert into label_payloads (label_id, payload) select value ->> 'id', value ->> 'payload' from json_each($1)",
            "insert into label_payloads (label_id, payload)
             select id, payload from json_to_recordset($1::json) as t (id text, payload text)",
        ))
        .bind(Value::Array(taught).to_string())
        .execute(&mut *conn)
        .await?;
    }
    if !retracted.is_empty() {
        sqlx::query("update labels set live = 0 where id in (select value from json_each($1))")
            .bind(json!(retracted).to_string())
            .execute(conn)
            .await?;
    }
    Ok(())
}

fn read(row: &super::Row) -> Result<(i64, Label), HubError> {
    let head: String = row.try_get("head")?;
    let payload: Option<String> = row.try_get("payload")?;
    let head: LabelHead = serde_json::from_str(&head).map_err(HubError::broken)?;
    let payload = payload.map_or(Ok(LabelPayload::default()), |text| {
        serde_json::from_str(&text).map_err(HubError::broken)
    })?;
    Ok((row.try_get("position")?, Label { head, payload }))
}

/// # Errors
/// [`HubError`] of the database.
pub async fn live_of_decision(conn: &mut Conn, decision_id: &str) -> Result<Vec<Label>, HubError> {
    let rows = sqlx::query(
        "select coalesce(l.position, 0) as position, l.head, p.payload from labels l left join label_payloads p on p.label_id = l.id
         where l.decision_id = $1 and l.live = 1 order by l.position, l.id",
    )
    .bind(decision_id)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(read(row)?.1)).collect()
}

/// One row, with or without a position yet.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_id(conn: &mut Conn, id: &str) -> Result<Option<Label>, HubError> {
    let row = sqlx::query(
        "select coalesce(l.position, 0) as position, l.head, p.payload from labels l left join label_payloads p on p.label_id = l.id
         where l.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok(read(&row)?.1)).transpose()
}

/// Ledger rows after a position.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn after(conn: &mut Conn, filter: &FeedFilter) -> Result<Vec<(i64, Label)>, HubError> {
    let rows = sqlx::query(
        "select l.position, l.head, p.payload from labels l left join label_payloads p on p.label_id = l.id
         where l.position > $1
           and ($3 is null or l.queue = $3) and ($4 is null or l.kind = $4)
           and ($5 is null or l.queue in (select value from json_each($5)))
           and ($6 is null or l.source in (select value from json_each($6)))
           and ($7 is null or exists (select 1 from decisions d join cases c on c.id = d.case_id
                                      where d.id = l.decision_id and c.sensitivity in (select value from json_each($7))))
           and ($8 = 1 or not exists (select 1 from decisions d where d.id = l.decision_id and d.draft = 1))
         order by l.position limit $2",
    )
    .bind(filter.after)
    .bind(filter.limit)
    .bind(&filter.queue)
    .bind(&filter.kind)
    .bind(&filter.queues)
    .bind(&filter.sources)
    .bind(&filter.sensitivities)
    .bind(i64::from(filter.drafts))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// What an export takes.
#[derive(Debug, Default)]
pub struct LiveFilter {
    pub after: i64,
    /// The ledger as it was when this was its last position.
    pub until: i64,
    pub limit: i64,
    pub kind: Option<String>,
    pub queue: Option<String>,
    pub source: Option<String>,
    pub split: Option<String>,
    pub since: i64,
    /// JSON arrays; none: not limited.
    pub queues: Option<String>,
    pub sensitivities: Option<String>,
}

/// Labels that were live at a position, in the order of the ledger.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn live(conn: &mut Conn, filter: &LiveFilter) -> Result<Vec<(i64, Label)>, HubError> {
    let rows = sqlx::query(
        "select l.position, l.head, p.payload from labels l left join label_payloads p on p.label_id = l.id
         where l.position > $1 and l.position <= $8 and l.retracts is null
           and not exists (select 1 from labels r where r.retracts = l.id and r.position <= $8)
           and ($3 is null or l.queue = $3) and ($4 is null or l.split = $4) and l.at >= $5
           and ($6 is null or l.queue in (select value from json_each($6)))
           and ($7 is null or l.kind = $7) and ($10 is null or l.source = $10)
           and ($9 is null or exists (select 1 from decisions d join cases c on c.id = d.case_id
                                      where d.id = l.decision_id and c.sensitivity in (select value from json_each($9))))
         order by l.position limit $2",
    )
    .bind(filter.after)
    .bind(filter.limit)
    .bind(&filter.queue)
    .bind(&filter.split)
    .bind(filter.since)
    .bind(&filter.queues)
    .bind(&filter.kind)
    .bind(filter.until)
    .bind(&filter.sensitivities)
    .bind(&filter.source)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Counts a system's claim as right or wrong; `sign` −1 takes it back.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn count_claim(
    conn: &mut Conn,
    decision_id: &str,
    attribute: &str,
    system: &str,
    right: bool,
    sign: i64,
) -> Result<(), HubError> {
    let slot = Engine::of(conn).slot();
    sqlx::query(
        "insert into claims_judged (queue, attribute, system, sensitivity, slot, right_n, n)
         select d.queue, $2, $3, coalesce(d.sensitivity, 'restricted'), $6, $4, $5 from decisions d where d.id = $1
         on conflict (queue, attribute, system, sensitivity, slot)
         do update set right_n = claims_judged.right_n + excluded.right_n, n = claims_judged.n + excluded.n",
    )
    .bind(decision_id)
    .bind(attribute)
    .bind(system)
    .bind(i64::from(right) * sign)
    .bind(sign)
    .bind(slot)
    .execute(conn)
    .await?;
    Ok(())
}

/// A system's record on an attribute in a queue: right of n.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimCount {
    pub queue: String,
    pub attribute: String,
    pub system: String,
    pub right: u64,
    pub n: u64,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn claim_counts(
    conn: &mut Conn,
    queue: Option<&str>,
    queues: Option<&str>,
    sensitivities: Option<&str>,
) -> Result<Vec<ClaimCount>, HubError> {
    let rows = sqlx::query(
        "select queue, attribute, system, cast(sum(right_n) as bigint) as right_n, cast(sum(n) as bigint) as n from claims_judged
         where ($1 is null or queue = $1) and ($2 is null or queue in (select value from json_each($2)))
           and ($3 is null or sensitivity in (select value from json_each($3)))
         group by queue, attribute, system having sum(n) > 0 order by queue, attribute, system",
    )
    .bind(queue)
    .bind(queues)
    .bind(sensitivities)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let (right, n): (i64, i64) = (row.try_get("right_n")?, row.try_get("n")?);
            Ok(ClaimCount {
                queue: row.try_get("queue")?,
                attribute: row.try_get("attribute")?,
                system: row.try_get("system")?,
                right: u64::try_from(right).unwrap_or(0),
                n: u64::try_from(n).unwrap_or(0),
            })
        })
        .collect()
}
