//! Checks: what of gold and of audits was handed to whom, and how it was answered.

use std::collections::BTreeMap;

use domain::Instant;
use domain::policy::checks::Found;
use sqlx::Row as _;

use super::{Conn, Engine, us};
use crate::error::HubError;

/// A check as it was handed out. One of `gold_id` and `audited` is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    pub case_id: String,
    pub queue: String,
    pub gold_id: Option<String>,
    /// The decision that is audited, and its case.
    pub audited: Option<String>,
    pub audited_case: Option<String>,
    pub person_id: String,
}

/// A decision drawn for an audit, that nobody was given yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDue {
    pub decision_id: String,
    pub case_id: String,
    pub revision: u32,
    pub queue: String,
    /// Who decided it.
    pub person_id: String,
}

/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, check: &CheckRow, now: Instant) -> Result<(), HubError> {
    sqlx::query(
        "insert into checks (case_id, queue, gold_id, audited, audited_case, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&check.case_id)
    .bind(&check.queue)
    .bind(&check.gold_id)
    .bind(&check.audited)
    .bind(&check.audited_case)
    .bind(&check.person_id)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn of_case(conn: &mut Conn, case_id: &str) -> Result<Option<CheckRow>, HubError> {
    let row = sqlx::query(
        "select case_id, queue, gold_id, audited, audited_case, person_id from checks where case_id = $1",
    )
    .bind(case_id)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(CheckRow {
            case_id: row.try_get("case_id")?,
            queue: row.try_get("queue")?,
            gold_id: row.try_get("gold_id")?,
            audited: row.try_get("audited")?,
            audited_case: row.try_get("audited_case")?,
            person_id: row.try_get("person_id")?,
        })
    })
    .transpose()
}

/// Whether the person was given this case's audit: they don't see what it audits.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn hides(conn: &mut Conn, person: &str, case_id: &str) -> Result<bool, HubError> {
    let row = sqlx::query("select 1 as n from checks where person_id = $1 and audited_case = $2 limit 1")
        .bind(person)
        .bind(case_id)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Notes the answer given, or with none that it was taken back.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn answer(conn: &mut Conn, case_id: &str, answer: Option<(&str, Found)>) -> Result<(), HubError> {
    sqlx::query("update checks set decision_id = $2, found = $3 where case_id = $1")
        .bind(case_id)
        .bind(answer.map(|(id, _)| id))
        .bind(answer.map(|(_, found)| found.as_str()))
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn pass_on(conn: &mut Conn, case_id: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query("update checks set passed_on_at = $2 where case_id = $1 and decision_id is null")
        .bind(case_id)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Cases of checks nobody will answer any more: passed on by `passed_by`, or handed out by `handed_by` and held by nobody.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn left_over(
    conn: &mut Conn,
    passed_by: Instant,
    handed_by: Instant,
    limit: i64,
) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query(
        "select k.case_id from checks k join cases c on c.id = k.case_id
         where k.decision_id is null and c.claimable = 1 and (k.passed_on_at <= $1 or (k.at <= $2 and c.lease_token is null))
         order by k.at limit $3",
    )
    .bind(us(passed_by))
    .bind(us(handed_by))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("case_id")?)).collect()
}

/// Cases of checks whose answer waits for a second person since before `since`: there will be none.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn waiting(conn: &mut Conn, since: Instant, limit: i64) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query(
        "select k.case_id from checks k join cases c on c.id = k.case_id join decisions d on d.id = k.decision_id
         where c.state = 'awaiting_second' and d.state = 'pending' and d.accepted_at <= $1 order by d.accepted_at limit $2",
    )
    .bind(us(since))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("case_id")?)).collect()
}

/// Draws a decision for an audit.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn draw(conn: &mut Conn, audit: &AuditDue, now: Instant) -> Result<(), HubError> {
    sqlx::query(
        "insert into audits (decision_id, case_id, revision, queue, person_id, at) values ($1, $2, $3, $4, $5, $6)
         on conflict (decision_id) do nothing",
    )
    .bind(&audit.decision_id)
    .bind(&audit.case_id)
    .bind(i64::from(audit.revision))
    .bind(&audit.queue)
    .bind(&audit.person_id)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

macro_rules! audits_for {
    ($locking:literal) => {
        concat!(
            "select a.decision_id, a.case_id, a.revision, a.queue, a.person_id from audits a
             where a.queue = $1 and a.taken_at is null and a.person_id <> $2
               and exists (select 1 from decisions d where d.id = a.decision_id and d.state = 'released')
               and exists (select 1 from cases c where c.id = a.case_id and c.erased_at is null and c.revision = a.revision
                             and (c.proposed_by is null or c.proposed_by <> $2)
                             and (c.barred is null or c.barred not like '%\"' || $2 || '\"%')
                             and ($4 is null or c.sensitivity in (select value from json_each($4))))
               and not exists (select 1 from leases l where l.case_id = a.case_id and l.person_id = $2)
               and not exists (select 1 from decisions d where d.case_id = a.case_id and d.person_id = $2)
             order by a.at limit $3",
            $locking
        )
    };
}

/// Audits due in a queue that this person may be given: of somebody else's decision, on a case they never had, as sensitive as
/// `sensitivities` (a JSON array; none: all); held until the transaction ends.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn due(
    conn: &mut Conn,
    queue: &str,
    person: &str,
    sensitivities: Option<&str>,
    limit: i64,
) -> Result<Vec<AuditDue>, HubError> {
    let sql = Engine::of(conn).pick(audits_for!(""), audits_for!(" for update of a skip locked"));
    let rows = sqlx::query(sql)
        .bind(queue)
        .bind(person)
        .bind(limit)
        .bind(sensitivities)
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(AuditDue {
                decision_id: row.try_get("decision_id")?,
                case_id: row.try_get("case_id")?,
                revision: u32::try_from(row.try_get::<i64, _>("revision")?).map_err(HubError::broken)?,
                queue: row.try_get("queue")?,
                person_id: row.try_get("person_id")?,
            })
        })
        .collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn take(conn: &mut Conn, decision_id: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query("update audits set taken_at = $2 where decision_id = $1")
        .bind(decision_id)
        .bind(us(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// How often the answers of a queue stood how to what was known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub agree: u64,
    pub disagree: u64,
    pub cannot_tell: u64,
}

/// Copies of these cases that audits were made of and that are settled: content of the same days.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn settled_copies(conn: &mut Conn, case_ids: &[String]) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query(
        "select k.case_id from checks k join cases c on c.id = k.case_id
         where k.audited_case in (select value from json_each($1)) and c.closed_at is not null and c.erased_at is null",
    )
    .bind(serde_json::json!(case_ids).to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("case_id")?)).collect()
}

/// Released answers on checks, by queue and whether of gold; second opinions that were asked for before release too.
/// `queues`, `sensitivities`: JSON arrays of those the caller sees; none: all.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn counts(
    conn: &mut Conn,
    (queues, sensitivities): (Option<&str>, Option<&str>),
    queue: Option<&str>,
    (from, to): (i64, i64),
) -> Result<BTreeMap<(String, String), Counts>, HubError> {
    let rows = sqlx::query(
        "select k.queue, case when k.gold_id is null then 'audit' else 'gold' end as part, k.found, count(*) as n
         from checks k join decisions d on d.id = k.decision_id
         where d.state = 'released' and d.released_at >= $3 and d.released_at < $4
           and ($1 is null or k.queue in (select value from json_each($1))) and ($2 is null or k.queue = $2)
           and ($5 is null or exists (select 1 from cases c where c.id = k.case_id and c.sensitivity in (select value from json_each($5))))
         group by 1, 2, 3
         union all
         select d.queue, 'second_opinion', case d.state when 'released' then 'agree' else 'disagree' end, count(*)
         from decisions d
         where d.basis = 'second_opinion' and d.state in ('released', 'kept') and d.accepted_at >= $3 and d.accepted_at < $4
           and ($1 is null or d.queue in (select value from json_each($1))) and ($2 is null or d.queue = $2)
           and ($5 is null or exists (select 1 from cases c where c.id = d.case_id and c.sensitivity in (select value from json_each($5))))
         group by 1, 2, 3",
    )
    .bind(queues)
    .bind(queue)
    .bind(from)
    .bind(to)
    .bind(sensitivities)
    .fetch_all(conn)
    .await?;
    let mut counts: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for row in &rows {
        let (found, n): (String, i64) = (row.try_get("found")?, row.try_get("n")?);
        let counted = counts
            .entry((row.try_get("queue")?, row.try_get("part")?))
            .or_default();
        let n = u64::try_from(n).unwrap_or(0);
        match Found::parse(&found) {
            Some(Found::Agree) => counted.agree += n,
            Some(Found::Disagree) => counted.disagree += n,
            Some(Found::CannotTell) => counted.cannot_tell += n,
            None => return Err(HubError::broken(format!("found {found}"))),
        }
    }
    Ok(counts)
}
