//! What is erased together: the content of cases, in every table that holds some. Rows and hashes stay.

use domain::Instant;
use domain::case::Sensitivity;
use serde_json::json;
use sqlx::Row as _;

use super::{Conn, Engine, us};
use crate::error::HubError;

/// Cases of a queue that were closed by an instant.
#[derive(Debug, Clone, Copy)]
pub struct Outlived<'a> {
    pub queue: &'a str,
    pub sensitivity: Sensitivity,
    pub closed_by: Instant,
}

macro_rules! outlived_cases {
    ($select:literal, $end:literal) => {
        concat!(
            "select ",
            $select,
            " from cases c where c.queue = $1 and c.sensitivity = $2 and c.closed_at is not null and c.erased_at is null
               and c.closed_at <= $3 ",
            $end
        )
    };
}

/// Cases of that sensitivity, held until the transaction ends; what somebody else holds is left for the next time.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn cases(conn: &mut Conn, outlived: Outlived<'_>, limit: i64) -> Result<Vec<String>, HubError> {
    let sql = Engine::of(conn).pick(
        outlived_cases!("c.id", "order by c.closed_at limit $4"),
        outlived_cases!("c.id", "order by c.closed_at limit $4 for update skip locked"),
    );
    ids(conn, sql, outlived, limit).await
}

/// Cases of another sensitivity with details in their context of that one.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn detailed(conn: &mut Conn, outlived: Outlived<'_>, limit: i64) -> Result<Vec<String>, HubError> {
    let sql = "select c.id from cases c where c.queue = $1 and c.sensitivity <> $2 and c.closed_at is not null
                   and c.erased_at is null and c.closed_at <= $3
                   and exists (select 1 from context_details d where d.case_id = c.id and d.sensitivity = $2 and d.detail is not null)
               order by c.closed_at limit $4";
    ids(conn, sql, outlived, limit).await
}

async fn ids(
    conn: &mut Conn,
    sql: &'static str,
    outlived: Outlived<'_>,
    limit: i64,
) -> Result<Vec<String>, HubError> {
    let rows = sqlx::query(sql)
        .bind(outlived.queue)
        .bind(outlived.sensitivity.as_str())
        .bind(us(outlived.closed_by))
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// How many [`cases`] there are.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn count(conn: &mut Conn, outlived: Outlived<'_>) -> Result<u64, HubError> {
    let row = sqlx::query(outlived_cases!("count(*) as n", ""))
        .bind(outlived.queue)
        .bind(outlived.sensitivity.as_str())
        .bind(us(outlived.closed_by))
        .fetch_one(conn)
        .await?;
    Ok(u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0))
}

/// Of each `$1` is a JSON array of case ids.
const CONTENT: [&str; 10] = [
    "update case_payloads set payload = null where case_id in (select value from json_each($1))",
    "update case_search set words = '' where case_id in (select value from json_each($1))",
    "update context_details set detail = null where case_id in (select value from json_each($1))",
    "update comments set words = null where case_id in (select value from json_each($1))",
    "update escalations set reason = null where case_id in (select value from json_each($1))",
    "update decision_payloads set payload = null
     where decision_id in (select id from decisions where case_id in (select value from json_each($1)))",
    "update decisions set end_reason = null where end_reason is not null and case_id in (select value from json_each($1))",
    "update outcomes set detail = null
     where decision_id in (select id from decisions where case_id in (select value from json_each($1)))",
    "update label_payloads set payload = null
     where label_id in (select l.id from labels l join decisions d on d.id = l.decision_id
                        where d.case_id in (select value from json_each($1)))",
    // Salt and payload together: without its salt the commitment says nothing of the payload, and the chain still holds.
    "update audit set payload = null, salt = null where case_id in (select value from json_each($1))",
];

/// Erases everything that is content of these cases.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn erase(conn: &mut Conn, case_ids: &[String], now: Instant) -> Result<(), HubError> {
    let ids = json!(case_ids).to_string();
    for sql in CONTENT {
        sqlx::query(sql).bind(&ids).execute(&mut *conn).await?;
    }
    sqlx::query(
        "update cases set title = null, heading = null, subject = null, more = null, erased_at = $2 where id in (select value from json_each($1))",
    )
    .bind(&ids)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Erases the details of one sensitivity in these cases.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn erase_details(
    conn: &mut Conn,
    case_ids: &[String],
    sensitivity: Sensitivity,
) -> Result<(), HubError> {
    sqlx::query(
        "update context_details set detail = null where sensitivity = $2 and case_id in (select value from json_each($1))",
    )
    .bind(json!(case_ids).to_string())
    .bind(sensitivity.as_str())
    .execute(conn)
    .await?;
    Ok(())
}
