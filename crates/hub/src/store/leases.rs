//! Who holds which case until when, and who skipped it. Long, since the statements of what is next are read side by side:
//! each says the same of who may be given a case.

use domain::Instant;
use domain::policy::Order;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::cases::{self, CaseHead};
use super::{Conn, Engine, instant, us};
use crate::error::HubError;

#[derive(Debug, Clone, PartialEq)]
pub struct LeaseRow {
    pub token: String,
    pub case_id: String,
    pub revision: u32,
    pub person_id: String,
    pub expires_at: Instant,
    /// None: given though no order picked it.
    pub order: Option<String>,
    pub probability: Option<f64>,
    pub ended: bool,
}

fn read(row: &super::Row) -> Result<LeaseRow, HubError> {
    Ok(LeaseRow {
        token: row.try_get("token")?,
        case_id: row.try_get("case_id")?,
        revision: u32::try_from(row.try_get::<i64, _>("revision")?).map_err(HubError::broken)?,
        person_id: row.try_get("person_id")?,
        expires_at: instant(row.try_get("expires_at")?)?,
        order: row.try_get("selection_order")?,
        probability: row.try_get("selection_probability")?,
        ended: row.try_get::<Option<i64>, _>("ended_at")?.is_some(),
    })
}

/// Gives cases to their new holders: the leases, and on each case who has it.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn give(conn: &mut Conn, leases: &[LeaseRow], now: Instant) -> Result<(), HubError> {
    if leases.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = leases
        .iter()
        .map(|lease| {
            json!({
                "token": lease.token, "case_id": lease.case_id, "revision": lease.revision, "person_id": lease.person_id,
                "expires_at": us(lease.expires_at), "o": lease.order, "p": lease.probability,
            })
        })
        .collect();
    let rows = Value::Array(rows).to_string();
    if Engine::of(conn) == Engine::Postgres {
        sqlx::query(
            "with given as materialized (
                 select * from json_to_recordset($1::json)
                 as t (token text, case_id text, revision bigint, person_id text, expires_at bigint, o text, p double precision)),
             noted as (
                 insert into leases (token, case_id, revision, person_id, claimed_at, expires_at, selection_order, selection_probability)
                 select token, case_id, revision, person_id, $2, expires_at, o, p from given)
             update cases c set lease_token = g.token, lease_person = g.person_id, leased_until = g.expires_at
             from given g where c.id = g.case_id",
        )
        .bind(rows)
        .bind(us(now))
        .execute(conn)
        .await?;
        return Ok(());
    }
    sqlx::query(
        "insert into leases (token, case_id, revision, person_id, claimed_at, expires_at, selection_order, selection_probability)
         select value ->> 'token', value ->> 'case_id', value ->> 'revision', value ->> 'person_id', $2, value ->> 'expires_at',
             value ->> 'o', value ->> 'p'
         from json_each($1)",
    )
    .bind(&rows)
    .bind(us(now))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update cases set lease_token = g.value ->> 'token', lease_person = g.value ->> 'person_id',
             leased_until = g.value ->> 'expires_at'
         from json_each($1) g where cases.id = g.value ->> 'case_id'",
    )
    .bind(&rows)
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn by_token(conn: &mut Conn, token: &str) -> Result<Option<LeaseRow>, HubError> {
    let row = sqlx::query(
        "select token, case_id, revision, person_id, expires_at, selection_order, selection_probability, ended_at from leases where token = $1",
    )
    .bind(token)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The last lease each of these had, live or not: case, person, revision.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn last_of(conn: &mut Conn, keys: &[(&str, &str, u32)]) -> Result<Vec<LeaseRow>, HubError> {
    let sql = Engine::of(conn).pick(
        "select token, case_id, revision, person_id, expires_at, selection_order, selection_probability, ended_at from leases
         where token in (select (select l.token from leases l
                                 where l.case_id = k.value ->> 0 and l.person_id = k.value ->> 1 and l.revision = k.value ->> 2
                                 order by l.claimed_at desc limit 1) from json_each($1) k)",
        "select last.* from json_array_elements($1::json) as k (v) cross join lateral (
             select token, case_id, revision, person_id, expires_at, selection_order, selection_probability, ended_at from leases
             where case_id = v ->> 0 and person_id = v ->> 1 and revision = (v ->> 2)::bigint
             order by claimed_at desc limit 1) last",
    );
    let rows = sqlx::query(sql)
        .bind(json!(keys).to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn prolong(conn: &mut Conn, token: &str, until: Instant) -> Result<(), HubError> {
    sqlx::query("update leases set expires_at = $2 where token = $1")
        .bind(token)
        .bind(us(until))
        .execute(&mut *conn)
        .await?;
    sqlx::query("update cases set leased_until = $2 where lease_token = $1 and id = (select case_id from leases where token = $1)")
        .bind(token)
        .bind(us(until))
        .execute(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn end(conn: &mut Conn, tokens: &[&str], reason: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query(Engine::of(conn).pick(
        "update leases set ended_at = $2, end_reason = $3 where token in (select value from json_each($1)) and ended_at is null",
        "update leases set ended_at = $2, end_reason = $3
         where token = any(array(select value from json_each($1))) and ended_at is null",
    ))
    .bind(json!(tokens).to_string())
    .bind(us(now))
    .bind(reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// An undone decision gives its lease back, if its time isn't over.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revive(conn: &mut Conn, token: &str) -> Result<(), HubError> {
    sqlx::query("update leases set ended_at = null, end_reason = null where token = $1")
        .bind(token)
        .execute(conn)
        .await?;
    Ok(())
}

/// Cases whose lease has run out, held until the transaction ends; what somebody else holds is theirs to see to.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn run_out(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            cases::columns!(),
            " from cases where leased_until is not null and leased_until <= $1 order by leased_until limit $2"
        ),
        concat!(
            "select ",
            cases::columns!(),
            " from cases where leased_until is not null and leased_until <= $1 order by leased_until limit $2 for update skip locked"
        ),
    );
    let rows = sqlx::query(sql).bind(us(now)).bind(limit).fetch_all(conn).await?;
    rows.iter().map(cases::read).collect()
}

/// Cases these people hold and don't have (JSON arrays of ids), of each the oldest first. (`lateral`: from the few people to
/// their cases, never through all that are held.)
///
/// # Errors
/// [`HubError`] of the database.
pub async fn held(conn: &mut Conn, people: &str, have: &str) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            cases::columns!(),
            " from cases where lease_person in (select value from json_each($1)) and id not in (select value from json_each($2))
              order by id limit 5000"
        ),
        concat!(
            "select held.* from json_each($1) p cross join lateral (select ",
            cases::columns!(),
            " from cases where lease_person = p.value and id not in (select value from json_each($2))
              order by id limit 1000 for update skip locked) held"
        ),
    );
    let rows = sqlx::query(sql).bind(people).bind(have).fetch_all(conn).await?;
    rows.iter().map(cases::read).collect()
}

/// A person who wants the next cases of one queue.
pub struct Wanted<'a> {
    pub queue: &'a str,
    pub person: &'a str,
    pub order: Order,
    /// Whether that is the queue's own order, by which there is an index; any other has to be sorted.
    pub own_order: bool,
    pub limit: i64,
    /// Whether the person settles disputes of this queue.
    pub adjudicates: bool,
    /// JSON arrays: of whom the person is given what is assigned or escalated, they themselves among them; their roles.
    pub stands_for: &'a str,
    pub roles: &'a str,
    /// JSON array of cases that wait for one who is away and whose stand-in may not take them.
    pub anybodys: &'a str,
    /// JSON array of the sensitivities the person sees; none: all.
    pub sensitivities: Option<&'a str>,
    /// JSON array of cases that are given to others in the same transaction, though it isn't written yet.
    pub taken: &'a str,
}

/// Somebody else's check is nobody else's case, and who brought a case about doesn't decide it.
macro_rules! may_be_theirs {
    () => {
        " and (check_for is null or check_for = $2) and (proposed_by is null or proposed_by <> $2)
          and (barred is null or barred not like '%\"' || $2 || '\"%')"
    };
}
pub(super) use may_be_theirs;

/// Not a dispute for one who doesn't settle it, nor what waits for another than who gave an opinion on it already.
macro_rules! takes_another {
    ($adjudicates:literal) => {
        concat!(
            " and (state not in ('awaiting_second', 'disputed') or ((state <> 'disputed' or ",
            $adjudicates,
            " = 1)
                and not exists (select 1 from decisions o where o.case_id = cases.id and o.revision = cases.revision
                                  and o.person_id = $2 and o.state = 'pending')))"
        )
    };
}
pub(super) use takes_another;

/// `$locking`: nobody else's claim looks at these cases any more until this one is done. Rows are taken, and locked, one by
/// one, as many as the outer limit wants. The inner one tells PostgreSQL that they are few: without it, it plans each claim
/// anew, which takes longer than the claim.
macro_rules! next {
    ($order:literal, $locking:literal) => {
        concat!(
            "select * from (select ",
            cases::columns!(),
            " from cases where queue = $1 and claimable = 1 and lease_token is null
              and (assignee is null or assignee = $2)
              and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null)
              and not exists (select 1 from skips k where k.person_id = $2 and k.case_id = cases.id)",
            may_be_theirs!(),
            takes_another!("$4"),
            " and ($5 is null or sensitivity in (select value from json_each($5)))
              and id not in (select value from json_each($6)) order by due_rank, priority desc, ",
            $order,
            " limit 100",
            $locking,
            ") picked limit $3"
        )
    };
}

/// `plain`: nothing about the case makes a difference between these people, as [`next`] makes it.
macro_rules! shared {
    ($locking:literal) => {
        concat!(
            "select * from (select ",
            cases::columns!(),
            ", case when assignee is null and check_for is null and state not in ('awaiting_second', 'disputed')
                      and (proposed_by is null or proposed_by not in (select value from json_each($2)))
                      and (barred is null or not exists (select 1 from json_each($2) p where barred like '%\"' || p.value || '\"%'))
                      and not exists (select 1 from skips k where k.case_id = cases.id and k.person_id in (select value from json_each($2)))
                    then 1 else 0 end as plain
              from cases where queue = $1 and claimable = 1 and lease_token is null
              and (assignee is null or assignee in (select value from json_each($2)))
              and (check_for is null or check_for in (select value from json_each($2)))
              and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null)
              order by due_rank, priority desc, rank, id limit 1000",
            $locking,
            ") picked limit $3"
        )
    };
}

/// The first free cases of a queue in its own order that any of these people (a JSON array) might be given, up to one that
/// not all of them might; and whether these are all there are.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn next_alike(
    conn: &mut Conn,
    queue: &str,
    people: &str,
    limit: i64,
) -> Result<(Vec<CaseHead>, bool), HubError> {
    let sql = Engine::of(conn).pick(shared!(""), shared!(" for update skip locked"));
    let rows = sqlx::query(sql)
        .bind(queue)
        .bind(people)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    let mut heads = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.try_get::<i64, _>("plain")? == 0 {
            return Ok((heads, false));
        }
        heads.push(cases::read(row)?);
    }
    let all = i64::try_from(rows.len()).is_ok_and(|found| found < limit);
    Ok((heads, all))
}

/// The next free cases of a queue that the person hasn't skipped, in order: at most 100, as many as one claim may ask for.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn next(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<CaseHead>, HubError> {
    let engine = Engine::of(conn);
    let sql = match wanted.order {
        _ if wanted.own_order => engine.pick(
            next!("rank, id", ""),
            next!("rank, id", " for update skip locked"),
        ),
        Order::Oldest => engine.pick(next!("id", ""), next!("id", " for update skip locked")),
        Order::Uncertain => engine.pick(
            next!("certainty, id", ""),
            next!("certainty, id", " for update skip locked"),
        ),
        Order::Random => engine.pick(
            next!("shuffle, id", ""),
            next!("shuffle, id", " for update skip locked"),
        ),
    };
    let rows = sqlx::query(sql)
        .bind(wanted.queue)
        .bind(wanted.person)
        .bind(wanted.limit)
        .bind(i64::from(wanted.adjudicates))
        .bind(wanted.sensitivities)
        .bind(wanted.taken)
        .fetch_all(conn)
        .await?;
    rows.iter().map(cases::read).collect()
}

/// How many cases of a queue `next` would choose between for this person that are like this one: due and urgent alike.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn free_alike(conn: &mut Conn, wanted: &Wanted<'_>, like: &CaseHead) -> Result<i64, HubError> {
    let row = sqlx::query(concat!(
        "select count(*) as n from cases where queue = $1 and claimable = 1 and lease_token is null
           and due_rank = $3 and priority = $4
           and (assignee is null or assignee = $2)
           and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null)
           and not exists (select 1 from skips k where k.person_id = $2 and k.case_id = cases.id)",
        may_be_theirs!(),
        takes_another!("$5"),
        " and ($6 is null or sensitivity in (select value from json_each($6))) and id not in (select value from json_each($7))"
    ))
    .bind(wanted.queue)
    .bind(wanted.person)
    .bind(like.due_at.map_or(i64::MAX, us))
    .bind(i64::from(like.priority))
    .bind(i64::from(wanted.adjudicates))
    .bind(wanted.sensitivities)
    .bind(wanted.taken)
    .fetch_one(conn)
    .await?;
    Ok(row.try_get("n")?)
}

/// (`cross join`: from the few skips to their cases, never through the whole queue.)
const SKIPPED: &str = concat!(
    "select ",
    cases::columns!(),
    " from (select k.at as skipped_at, c.* from skips k cross join cases c where k.person_id = $2 and c.id = k.case_id) cases
      where queue = $1 and claimable = 1 and lease_token is null
        and (assignee is null or assignee in (select value from json_each($5)) or id in (select value from json_each($9)))
        and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null
                          and not (e.to_queue is not null or coalesce(e.to_person, '') in (select value from json_each($5))
                                   or cases.id in (select value from json_each($9)) or coalesce(e.to_role, '') in (select value from json_each($6))))",
    may_be_theirs!(),
    takes_another!("$4"),
    " and ($7 is null or sensitivity in (select value from json_each($7)))
      and id not in (select value from json_each($8)) order by skipped_at, id limit $3"
);

/// Free cases of a queue that the person skipped, first skipped first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn skipped(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        SKIPPED,
        concat!(
            "select ",
            cases::columns!(),
            " from cases join (select at as skipped_at, case_id from skips where person_id = $2) k on k.case_id = cases.id
              where queue = $1 and claimable = 1 and lease_token is null
                and (assignee is null or assignee in (select value from json_each($5)) or id in (select value from json_each($9)))
                and not exists (select 1 from escalations e where e.case_id = cases.id and e.ended_at is null
                                  and not (e.to_queue is not null or coalesce(e.to_person, '') in (select value from json_each($5))
                                           or cases.id in (select value from json_each($9)) or coalesce(e.to_role, '') in (select value from json_each($6))))",
            may_be_theirs!(),
            takes_another!("$4"),
            " and ($7 is null or sensitivity in (select value from json_each($7)))
              and id not in (select value from json_each($8))
              order by skipped_at, id limit $3 for update of cases skip locked"
        ),
    );
    kept_apart(conn, sql, wanted).await
}

/// What waits for a person in another place than the queue's row.
async fn kept_apart(
    conn: &mut Conn,
    sql: &'static str,
    wanted: &Wanted<'_>,
) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(sql)
        .bind(wanted.queue)
        .bind(wanted.person)
        .bind(wanted.limit)
        .bind(i64::from(wanted.adjudicates))
        .bind(wanted.stands_for)
        .bind(wanted.roles)
        .bind(wanted.sensitivities)
        .bind(wanted.taken)
        .bind(wanted.anybodys)
        .fetch_all(conn)
        .await?;
    rows.iter().map(cases::read).collect()
}

macro_rules! set_apart {
    ($locking:literal) => {
        concat!(
            "select ",
            cases::columns!(),
            " from (select e.case_id from escalations e where e.ended_at is null
                      and (e.to_queue = $1 or e.to_person in (select value from json_each($5))
                           or e.to_role in (select value from json_each($6)))
                    union select c.id as case_id from cases c
                      where c.assignee in (select value from json_each($5)) and c.assignee <> $2
                        and not exists (select 1 from escalations e where e.case_id = c.id and e.ended_at is null)
                    union select value as case_id from json_each($9)) w
              cross join cases
              where cases.id = w.case_id and queue = $1 and claimable = 1 and lease_token is null
              and not exists (select 1 from skips k where k.person_id = $2 and k.case_id = cases.id)",
            may_be_theirs!(),
            takes_another!("$4"),
            " and ($7 is null or sensitivity in (select value from json_each($7)))
              and id not in (select value from json_each($8)) order by due_rank, priority desc, id limit $3",
            $locking
        )
    };
}

/// What of a queue waits for this person before everything else: escalated to them, or assigned to one for whom they stand
/// in. (`cross join`: from the few to their cases, never through the whole queue.)
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_apart(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(set_apart!(""), set_apart!(" for update of cases skip locked"));
    kept_apart(conn, sql, wanted).await
}

/// Whether there is anything of [`set_apart`] for them, held by claims under way or not.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_set_apart_free(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<bool, HubError> {
    Ok(!kept_apart(conn, set_apart!(""), wanted).await?.is_empty())
}

/// The same of [`skipped`].
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_skipped(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<bool, HubError> {
    Ok(!kept_apart(conn, SKIPPED, wanted).await?.is_empty())
}

/// Whether something of the queue is free for this person, held back by nobody but by claims under way.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn some_free(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<bool, HubError> {
    let row = sqlx::query(next!("id", ""))
        .bind(wanted.queue)
        .bind(wanted.person)
        .bind(1_i64)
        .bind(i64::from(wanted.adjudicates))
        .bind(wanted.sensitivities)
        .bind(wanted.taken)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn skip(conn: &mut Conn, case_id: &str, person_id: &str, now: Instant) -> Result<(), HubError> {
    sqlx::query(
        "insert into skips (case_id, person_id, at) values ($1, $2, $3)
         on conflict (person_id, case_id) do update set at = excluded.at",
    )
    .bind(case_id)
    .bind(person_id)
    .bind(us(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody has skipped what came in anew.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn forget_skips(conn: &mut Conn, case_id: &str) -> Result<(), HubError> {
    sqlx::query("delete from skips where case_id = $1")
        .bind(case_id)
        .execute(conn)
        .await?;
    Ok(())
}
