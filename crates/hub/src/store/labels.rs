//! The ledger of labels, append-only, with the erasable content beside it; and how often systems were right.

use domain::label::{Label, LabelHead, LabelPayload};
use sqlx::Row as _;

use super::feeds::FeedFilter;
use super::{Conn, Engine, sequencer, us};
use crate::error::HubError;

/// Appends labels of one decision.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn append(conn: &mut Conn, labels: &[Label], queue: &str) -> Result<(), HubError> {
    let mut position = sequencer::begin(conn, sequencer::LABELS).await?;
    for Label { head, payload } in labels {
        position = position.map(|last| last + 1);
        sqlx::query(
            "insert into labels (id, position, kind, queue, source, case_id, decision_id, head, split, retracts, live, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(&head.id)
        .bind(position)
        .bind(head.kind.as_str())
        .bind(queue)
        .bind(&head.case.source)
        .bind(&head.case.id)
        .bind(&head.decision_id)
        .bind(serde_json::to_string(head).map_err(HubError::broken)?)
        .bind(head.split.map(domain::label::Split::as_str))
        .bind(&head.retracts)
        .bind(i64::from(head.retracts.is_none()))
        .bind(us(head.at))
        .execute(&mut *conn)
        .await?;
        match &head.retracts {
            Some(retracted) => {
                sqlx::query("update labels set live = 0 where id = $1")
                    .bind(retracted)
                    .execute(&mut *conn)
                    .await?;
            }
            None => {
                sqlx::query("insert into label_payloads (label_id, payload) values ($1, $2)")
                    .bind(&head.id)
                    .bind(serde_json::to_string(payload).map_err(HubError::broken)?)
                    .execute(&mut *conn)
                    .await?;
            }
        }
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
         order by l.position limit $2",
    )
    .bind(filter.after)
    .bind(filter.limit)
    .bind(&filter.queue)
    .bind(&filter.kind)
    .bind(&filter.queues)
    .bind(&filter.sources)
    .bind(&filter.sensitivities)
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
           and ($7 is null or l.kind = $7)
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
