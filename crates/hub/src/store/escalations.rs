//! Who passed which case on to whom, and why. While one lives, the case is given only to those it was escalated to.

use domain::Instant;
use domain::policy::{EscalateTo, Role};
use sqlx::Row as _;

use super::{Conn, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct EscalationRow {
    pub id: String,
    pub case_id: String,
    pub revision: u32,
    pub at: Instant,
    /// The id of who did it; none: the queue's policy.
    pub person_id: Option<String>,
    /// A person by id.
    pub to: EscalateTo,
    /// None: none was said, or it was erased.
    pub reason: Option<String>,
}

fn read(row: &super::Row) -> Result<EscalationRow, HubError> {
    let optional = |name: &str| -> Result<Option<String>, HubError> { Ok(row.try_get(name)?) };
    let to = match (
        optional("to_person")?,
        optional("to_role")?.as_deref().and_then(Role::parse),
        optional("to_queue")?,
    ) {
        (Some(person), ..) => EscalateTo::Person(person),
        (_, Some(role), _) => EscalateTo::Role(role),
        (.., Some(queue)) => EscalateTo::Queue(queue),
        _ => return Err(HubError::broken("an escalation to nobody")),
    };
    Ok(EscalationRow {
        id: row.try_get("id")?,
        case_id: row.try_get("case_id")?,
        revision: u32::try_from(row.try_get::<i64, _>("revision")?).map_err(HubError::broken)?,
        at: instant(row.try_get("at")?)?,
        person_id: optional("person_id")?,
        to,
        reason: optional("reason")?,
    })
}

/// Writes one; the case's earlier one is to be ended before. `live` false: it is noted, and keeps nobody away.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, row: &EscalationRow, live: bool) -> Result<(), HubError> {
    let (person, role, queue) = match &row.to {
        EscalateTo::Person(id) => (Some(id.as_str()), None, None),
        EscalateTo::Role(role) => (None, Some(role.as_str()), None),
        EscalateTo::Queue(name) => (None, None, Some(name.as_str())),
    };
    sqlx::query(
        "insert into escalations (id, case_id, revision, at, person_id, to_person, to_role, to_queue, reason, ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&row.id)
    .bind(&row.case_id)
    .bind(i64::from(row.revision))
    .bind(us(row.at))
    .bind(&row.person_id)
    .bind(person)
    .bind(role)
    .bind(queue)
    .bind(&row.reason)
    .bind((!live).then(|| us(row.at)))
    .execute(conn)
    .await?;
    Ok(())
}

/// The case belongs to whoever comes again.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end(conn: &mut Conn, case_id: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query("update escalations set ended_at = $2 where case_id = $1 and ended_at is null")
        .bind(case_id)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends those of cases that are closed for good, so that only what still waits is looked through.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn end_closed(conn: &mut Conn, now: Instant) -> Result<(), HubError> {
    sqlx::query(
        "update escalations set ended_at = $1 where ended_at is null
           and exists (select 1 from cases c where c.id = escalations.case_id and c.closed_at is not null)",
    )
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether [`end_closed`] has something to end.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_closed(conn: &mut Conn) -> Result<bool, HubError> {
    let row = sqlx::query(
        "select 1 as n from escalations e join cases c on c.id = e.case_id
         where e.ended_at is null and c.closed_at is not null limit 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// The one that lives.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn of_case(conn: &mut Conn, case_id: &str) -> Result<Option<EscalationRow>, HubError> {
    let row = sqlx::query(
        "select id, case_id, revision, at, person_id, to_person, to_role, to_queue, reason from escalations
         where case_id = $1 and ended_at is null",
    )
    .bind(case_id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Those that live of cases that still take decisions, by name to this person: in the order of the cases.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn to_person(conn: &mut Conn, person_id: &str) -> Result<Vec<EscalationRow>, HubError> {
    let rows = sqlx::query(
        "select e.id, e.case_id, e.revision, e.at, e.person_id, e.to_person, e.to_role, e.to_queue, e.reason
         from escalations e join cases c on c.id = e.case_id
         where e.to_person = $1 and e.ended_at is null and c.claimable = 1 order by e.case_id",
    )
    .bind(person_id)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Whether any case at all waits for somebody by name or role, or whether somebody is away: else there is nothing set apart
/// to look for.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_set_apart(conn: &mut Conn, now: Instant) -> Result<bool, HubError> {
    let row = sqlx::query(
        "select 1 as n from escalations where ended_at is null
         union all select 1 from absences where from_at <= $1 and until_at > $1 limit 1",
    )
    .bind(us(now))
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}
