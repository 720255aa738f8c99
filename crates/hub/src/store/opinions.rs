//! Cases that wait for one more opinion, counted and listed for a person who may give it. The opinions themselves are
//! decisions.

use std::collections::BTreeMap;

use domain::outcome::CaseState;
use sqlx::Row as _;

use super::cases::{self, CaseHead};
use super::leases::{Wanted, may_be_theirs, takes_another};
use super::{Conn, Engine};
use crate::error::HubError;

/// Who may give one.
pub struct Asked<'a> {
    pub person: &'a str,
    /// JSON array of the queues where they may be the second.
    pub queues: &'a str,
    /// JSON array of the queues whose disputes they settle.
    pub settles: &'a str,
    /// JSON array of the sensitivities they see; none: all.
    pub sensitivities: Option<&'a str>,
}

macro_rules! wanted {
    () => {
        " from cases where state in ('awaiting_second', 'disputed')
           and (state = 'disputed' and queue in (select value from json_each($3))
                or state <> 'disputed' and queue in (select value from json_each($2)))
           and (assignee is null or assignee = $1) and (proposed_by is null or proposed_by <> $1)
           and (barred is null or barred not like '%\"' || $1 || '\"%')
           and (lease_token is null or lease_person = $1) and (check_for is null or check_for = $1)
           and ($4 is null or sensitivity in (select value from json_each($4)))
           and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null)
           and not exists (select 1 from decisions d where d.case_id = cases.id and d.revision = cases.revision
                             and d.person_id = $1 and d.state = 'pending')"
    };
}

/// By queue and state.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn counts(
    conn: &mut Conn,
    asked: &Asked<'_>,
) -> Result<BTreeMap<(String, CaseState), u64>, HubError> {
    let rows = sqlx::query(concat!(
        "select queue, state, count(*) as n",
        wanted!(),
        " group by queue, state"
    ))
    .bind(asked.person)
    .bind(asked.queues)
    .bind(asked.settles)
    .bind(asked.sensitivities)
    .fetch_all(conn)
    .await?;
    let mut counts = BTreeMap::new();
    for row in &rows {
        let state: String = row.try_get("state")?;
        let state = CaseState::parse(&state).ok_or_else(|| HubError::broken(format!("state {state}")))?;
        let n: i64 = row.try_get("n")?;
        counts.insert((row.try_get("queue")?, state), u64::try_from(n).unwrap_or(0));
    }
    Ok(counts)
}

/// What is due first, then what is urgent, then the oldest.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn list(conn: &mut Conn, asked: &Asked<'_>, limit: i64) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        cases::columns!(),
        wanted!(),
        " order by due_rank, priority desc, id limit $5"
    ))
    .bind(asked.person)
    .bind(asked.queues)
    .bind(asked.settles)
    .bind(asked.sensitivities)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(cases::read).collect()
}

macro_rules! disputed {
    ($locking:literal) => {
        concat!(
            "select ",
            cases::columns!(),
            " from cases where state = 'disputed' and state <> 'open' and queue = $1 and claimable = 1 and lease_token is null
              and (assignee is null or assignee = $2)
              and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null
                                and coalesce(e.to_person, '') <> $2 and e.to_queue is null
                                and coalesce(e.to_role, '') not in (select value from json_each($4)))
              and exists (select 1 from skips k where k.person_id = $2 and k.case_id = cases.id) = ($5 = 1)",
            may_be_theirs!(),
            takes_another!("1"),
            " and ($6 is null or sensitivity in (select value from json_each($6)))
              and id not in (select value from json_each($7)) order by due_rank, priority desc, id limit $3",
            $locking
        )
    };
}

/// The disputes of a queue for one who settles them and decides nothing else there; `skipped`: those they skipped, else the
/// others. From the few that are disputed, never through the whole queue.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn disputed(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    skipped: bool,
) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(disputed!(""), disputed!(" for update skip locked"));
    let rows = sqlx::query(sql)
        .bind(wanted.queue)
        .bind(wanted.person)
        .bind(wanted.limit)
        .bind(wanted.roles)
        .bind(i64::from(skipped))
        .bind(wanted.sensitivities)
        .bind(wanted.taken)
        .fetch_all(conn)
        .await?;
    rows.iter().map(cases::read).collect()
}

/// Cases somebody has at hand that lay in this queue before: its gate is theirs too.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn at_hand_from(conn: &mut Conn, queue: &str) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        cases::columns!(),
        " from cases where lay_in is not null and lease_person is not null order by id"
    ))
    .fetch_all(conn)
    .await?;
    let mut heads = rows.iter().map(cases::read).collect::<Result<Vec<_>, _>>()?;
    heads.retain(|head| head.lay_in.iter().any(|name| name == queue));
    Ok(heads)
}
