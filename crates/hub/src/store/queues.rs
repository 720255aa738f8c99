//! Queues with their policies, and how many of their cases stand where.

use std::collections::BTreeMap;

use domain::case::Sensitivity;
use domain::outcome::CaseState;
use domain::policy::Policy;
use domain::{Instant, Kind};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, us};
use crate::error::HubError;

/// Cases ranked with the change of their queue's order; those of a longer queue are ranked behind.
const RANKED_AT_ONCE: i64 = 2_000;

#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    pub name: String,
    pub kind: Kind,
    /// None: it can't be read, and nothing is decided here.
    pub policy: Option<Policy>,
    pub policy_version: i64,
    /// Its order was changed, and not all cases stand where it has them yet.
    pub ranking: bool,
}

fn read(row: &super::Row) -> Result<QueueRow, HubError> {
    let kind: String = row.try_get("kind")?;
    let policy: String = row.try_get("policy")?;
    Ok(QueueRow {
        name: row.try_get("name")?,
        kind: Kind::parse(&kind).ok_or_else(|| HubError::broken(format!("kind {kind}")))?,
        policy: super::policies::parse(&policy),
        policy_version: row.try_get("policy_version")?,
        ranking: row.try_get::<Option<String>, _>("ranked_to")?.is_some(),
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn all(conn: &mut Conn) -> Result<Vec<QueueRow>, HubError> {
    let rows = sqlx::query("select name, kind, policy, policy_version, ranked_to from queues order by name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<QueueRow>, HubError> {
    let row = sqlx::query("select name, kind, policy, policy_version, ranked_to from queues where name = $1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Up to which case, by id, the queue's cases were ranked anew, held until the transaction ends; none: all are.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn hold_ranking(conn: &mut Conn, name: &str) -> Result<Option<String>, HubError> {
    let sql = Engine::of(conn).pick(
        "select ranked_to from queues where name = $1",
        "select ranked_to from queues where name = $1 for update",
    );
    let row = sqlx::query(sql).bind(name).fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get("ranked_to")).transpose()?.flatten())
}

/// Makes it the queue's policy, if its version still is `known`. False: somebody else was first, and nothing changed.
/// `person_id`: none where the hub itself writes it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_policy(
    conn: &mut Conn,
    queue: &str,
    known: i64,
    policy: &Policy,
    person_id: Option<&str>,
    now: Instant,
) -> Result<bool, HubError> {
    let text = serde_json::to_string(policy).map_err(HubError::broken)?;
    let changed = sqlx::query(
        "update queues set policy = $3, policy_version = policy_version + 1 where name = $1 and policy_version = $2",
    )
    .bind(queue)
    .bind(known)
    .bind(&text)
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let reordered = sqlx::query("update queues set queue_order = $2 where name = $1 and queue_order <> $2")
        .bind(queue)
        .bind(policy.order.as_str())
        .execute(&mut *conn)
        .await?;
    if reordered.rows_affected() > 0 {
        // A long queue's other cases are ranked behind (`ranking`).
        let last = super::cases::rank_some(conn, queue, "", RANKED_AT_ONCE).await?;
        set_ranked_to(conn, queue, last.as_deref()).await?;
    }
    super::policies::insert(conn, queue, known + 1, &text, person_id, now).await?;
    Ok(true)
}

/// # Errors
/// [`HubError`] of the database.
pub async fn set_ranked_to(conn: &mut Conn, name: &str, last: Option<&str>) -> Result<(), HubError> {
    sqlx::query("update queues set ranked_to = $2 where name = $1")
        .bind(name)
        .bind(last)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes the queue with the default policy where there is none.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn ensure(conn: &mut Conn, name: &str, kind: Kind, now: Instant) -> Result<QueueRow, HubError> {
    if let Some(found) = by_name(conn, name).await? {
        return Ok(found);
    }
    let policy = serde_json::to_string(&Policy::default()).map_err(HubError::broken)?;
    let made = sqlx::query("insert into queues (name, kind, policy, policy_version, created_at) values ($1, $2, $3, 1, $4) on conflict (name) do nothing")
        .bind(name)
        .bind(kind.as_str())
        .bind(&policy)
        .bind(us(now))
        .execute(&mut *conn)
        .await?;
    if made.rows_affected() == 1 {
        super::policies::insert(conn, name, 1, &policy, None, now).await?;
    }
    by_name(conn, name)
        .await?
        .ok_or_else(|| HubError::broken("a queue just made isn't there"))
}

/// Adds to the counts of queues' cases by state, in the order of the map, so that two who add never wait for each other.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn count(conn: &mut Conn, deltas: &BTreeMap<(String, CaseState), i64>) -> Result<(), HubError> {
    if deltas.is_empty() {
        return Ok(());
    }
    let engine = Engine::of(conn);
    let rows: Vec<Value> = deltas
        .iter()
        .map(|((queue, state), delta)| json!({"queue": queue, "state": state.as_str(), "n": delta}))
        .collect();
    sqlx::query(engine.pick(
        "insert into queue_counts (queue, state, slot, n)
         select value ->> 'queue', value ->> 'state', $2, value ->> 'n' from json_each($1) where true
         on conflict (queue, state, slot) do update set n = queue_counts.n + excluded.n",
        "insert into queue_counts (queue, state, slot, n)
         select queue, state, $2, n from json_to_recordset($1::json) as t (queue text, state text, n bigint)
         on conflict (queue, state, slot) do update set n = queue_counts.n + excluded.n",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(engine.slot())
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn counts(conn: &mut Conn) -> Result<BTreeMap<(String, CaseState), u64>, HubError> {
    let rows = sqlx::query(
        "select queue, state, cast(sum(n) as bigint) as n from queue_counts group by queue, state",
    )
    .fetch_all(conn)
    .await?;
    let mut counts = BTreeMap::new();
    for row in &rows {
        let (queue, state, n): (String, String, i64) =
            (row.try_get("queue")?, row.try_get("state")?, row.try_get("n")?);
        let state = CaseState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?;
        counts.insert((queue, state), u64::try_from(n).unwrap_or(0));
    }
    Ok(counts)
}

/// Expired cases that take a rejection or a reply still, by queue.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn expired_open(conn: &mut Conn) -> Result<BTreeMap<String, u64>, HubError> {
    let rows = sqlx::query(
        "select queue, count(*) as n from cases where state = 'expired' and state <> 'open' and claimable = 1 group by queue",
    )
    .fetch_all(conn)
    .await?;
    by_queue(&rows)
}

/// Cases that take decisions and are due before `until`, by queue.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn due(conn: &mut Conn, queue: &str, until: Instant) -> Result<u64, HubError> {
    let row = sqlx::query("select count(*) as n from cases where queue = $1 and due_at is not null and claimable = 1 and due_at <= $2")
        .bind(queue)
        .bind(us(until))
        .fetch_one(conn)
        .await?;
    Ok(u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0))
}

/// Cases the person holds, by queue.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn held(conn: &mut Conn, person: &str, now: Instant) -> Result<BTreeMap<String, u64>, HubError> {
    let rows = sqlx::query(
        "select queue, count(*) as n from cases where lease_person = $1 and leased_until > $2 group by queue",
    )
    .bind(person)
    .bind(us(now))
    .fetch_all(conn)
    .await?;
    by_queue(&rows)
}

/// Cases anybody holds, by queue.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn leased(conn: &mut Conn, now: Instant) -> Result<BTreeMap<String, u64>, HubError> {
    let rows = sqlx::query("select queue, count(*) as n from cases where leased_until > $1 group by queue")
        .bind(us(now))
        .fetch_all(conn)
        .await?;
    by_queue(&rows)
}

/// Cases nobody holds that wait for somebody else than this person: they gave an opinion already, or (`settles`, a JSON
/// array of the queues whose disputes they settle) it is a dispute; they are assigned or escalated to others (`stands_for`,
/// `roles`: JSON arrays of whom the person is given what is theirs, and of their roles; `anybodys`: but not of these cases), or somebody's check. By queue;
/// `sensitivities`, a JSON array: only of these.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn for_others(
    conn: &mut Conn,
    person: &str,
    settles: &str,
    (stands_for, roles, anybodys): (&str, &str, &str),
    sensitivities: Option<&str>,
) -> Result<BTreeMap<String, u64>, HubError> {
    let rows = sqlx::query(
        "select o.queue, count(*) as n from (
           select c.id, c.queue, c.sensitivity from cases c where c.state in ('awaiting_second', 'disputed') and c.lease_token is null
             and ((c.state = 'disputed' and c.queue not in (select value from json_each($2)))
               or exists (select 1 from decisions d where d.case_id = c.id and d.revision = c.revision
                            and d.person_id = $1 and d.state = 'pending'))
           union select c.id, c.queue, c.sensitivity from cases c where c.assignee is not null and c.claimable = 1 and c.lease_token is null
             and c.assignee not in (select value from json_each($3)) and c.id not in (select value from json_each($6))
           union select c.id, c.queue, c.sensitivity from escalations e join cases c on c.id = e.case_id
             where e.ended_at is null and c.claimable = 1 and c.lease_token is null and e.to_queue is null
               and (e.to_person is null or e.to_person not in (select value from json_each($3)))
               and c.id not in (select value from json_each($6))
               and (e.to_role is null or e.to_role not in (select value from json_each($4)))
           union select c.id, c.queue, c.sensitivity from cases c where c.check_for is not null and c.claimable = 1 and c.check_for <> $1
             and c.lease_token is null) o
         where $5 is null or o.sensitivity in (select value from json_each($5))
         group by o.queue",
    )
    .bind(person)
    .bind(settles)
    .bind(stands_for)
    .bind(roles)
    .bind(sensitivities)
    .bind(anybodys)
    .fetch_all(conn)
    .await?;
    by_queue(&rows)
}

/// What lies above a ceiling, of one queue and state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    pub n: u64,
    pub leased: u64,
    /// Taken by somebody who claims.
    pub claimable: u64,
    pub due: u64,
}

macro_rules! hidden {
    ($above:literal) => {
        concat!(
            "select queue, state, count(*) as n, count(case when leased_until > $1 then 1 end) as leased,
               count(case when claimable = 1 then 1 end) as claimable,
               count(case when claimable = 1 and due_at <= $2 then 1 end) as due
             from cases where ",
            $above,
            " group by queue, state"
        )
    };
}

/// What one with this ceiling isn't shown, for taking it off the counts of everything. Looked up by an index where few lie
/// above it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn hidden(
    conn: &mut Conn,
    ceiling: Sensitivity,
    now: Instant,
    due_until: Instant,
) -> Result<BTreeMap<(String, CaseState), Hidden>, HubError> {
    let sql = match ceiling {
        Sensitivity::Restricted => return Ok(BTreeMap::new()),
        Sensitivity::Confidential => hidden!("sensitivity = 'restricted'"),
        Sensitivity::Internal => hidden!("sensitivity in ('confidential', 'restricted')"),
        Sensitivity::Public => hidden!("sensitivity <> 'public'"),
    };
    let rows = sqlx::query(sql)
        .bind(us(now))
        .bind(us(due_until))
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let count = |name: &str| -> Result<u64, HubError> {
                u64::try_from(row.try_get::<i64, _>(name)?).map_err(HubError::broken)
            };
            let state: String = row.try_get("state")?;
            let state = CaseState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?;
            let hidden = Hidden {
                n: count("n")?,
                leased: count("leased")?,
                claimable: count("claimable")?,
                due: count("due")?,
            };
            Ok(((row.try_get("queue")?, state), hidden))
        })
        .collect()
}

fn by_queue(rows: &[super::Row]) -> Result<BTreeMap<String, u64>, HubError> {
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("queue")?,
                u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0),
            ))
        })
        .collect()
}
