//! Cases that wait for one more opinion, counted and listed for a person who may give it. The opinions themselves are
//! decisions.

use std::collections::BTreeMap;

use domain::outcome::CaseState;
use sqlx::Row as _;

use super::Conn;
use super::cases::{self, CaseHead};
use crate::error::HubError;

/// Who may give one.
pub struct Asked<'a> {
    pub person: &'a str,
    /// JSON array of the queues where they may decide.
    pub queues: &'a str,
    /// JSON array of the queues whose disputes they settle.
    pub settles: &'a str,
    /// JSON array of the sensitivities they see; none: all.
    pub sensitivities: Option<&'a str>,
}

macro_rules! wanted {
    () => {
        " from cases where state in ('awaiting_second', 'disputed')
           and queue in (select value from json_each($2))
           and (state <> 'disputed' or queue in (select value from json_each($3)))
           and (assignee is null or assignee = $1) and (proposed_by is null or proposed_by <> $1)
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
