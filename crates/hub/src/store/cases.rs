//! Cases: where each stands. What they hold is in `payloads`, who holds them in `leases`. Long, since it is one table.

use domain::case::{OnExpiry, Sensitivity};
use domain::outcome::CaseState;
use domain::{Instant, Kind};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, instant, rows_text, search, us};
use crate::error::HubError;

/// A case without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseHead {
    pub id: String,
    pub source: String,
    pub external_id: String,
    pub revision: u32,
    pub kind: Kind,
    pub queue: String,
    pub state: CaseState,
    pub title: Option<String>,
    /// What lists call it.
    pub heading: Option<String>,
    pub subject: Option<Value>,
    pub priority: u8,
    pub sensitivity: Sensitivity,
    pub content_hash: String,
    pub due_at: Option<Instant>,
    pub expires_at: Option<Instant>,
    pub on_expiry: OnExpiry,
    pub proposed_by: Option<String>,
    pub assignee: Option<String>,
    pub correlation_id: Option<String>,
    pub routed: bool,
    /// How far the suggestion's confidence is from one half; 1 where there is none: the least certain first.
    pub certainty: f64,
    pub received_at: Instant,
    pub lease_token: Option<String>,
    pub lease_person: Option<String>,
    pub leased_until: Option<Instant>,
    pub decision_id: Option<String>,
    /// What else a list shows, as received: `created_at`, and members the hub doesn't know.
    pub more: Map<String, Value>,
    /// When its content was erased.
    pub erased_at: Option<Instant>,
    /// Of a check: the id of who it was made for. Whoever else would be given the case isn't.
    pub check_for: Option<String>,
    /// The ids of others than the proposer who don't decide it: `domain::policy::Passed`.
    pub barred: Vec<String>,
    /// The queues this revision lay in before it was moved to this one, each once.
    pub lay_in: Vec<String>,
}

impl CaseHead {
    /// When it expires, if in this state it still can.
    fn expiring_at(&self, state: CaseState) -> Option<i64> {
        let waits = state.takes_decisions() && state != CaseState::Expired;
        self.expires_at.filter(|_| waits).map(us)
    }

    fn more_text(&self) -> Option<String> {
        (!self.more.is_empty()).then(|| Value::Object(self.more.clone()).to_string())
    }

    /// Whether it may be claimed in this state: an expired action still takes a rejection or a reply.
    pub fn claimable(&self, state: CaseState) -> bool {
        match state {
            CaseState::Expired => self.kind == Kind::ProposedAction && self.on_expiry == OnExpiry::Escalate,
            other => other.takes_decisions() && other != CaseState::Waiting,
        }
    }

    /// Whether in this state it is settled for good, as far as anybody can say: from then on its content grows old.
    fn is_closed(&self, state: CaseState) -> bool {
        match state {
            CaseState::Released | CaseState::Withdrawn | CaseState::Returned => true,
            CaseState::Expired => !self.claimable(state),
            CaseState::Open
            | CaseState::AwaitingSecond
            | CaseState::Disputed
            | CaseState::Waiting
            | CaseState::Decided => false,
        }
    }
}

macro_rules! columns {
    () => {
        "id, source, external_id, revision, kind, queue, state, title, heading, subject, priority, sensitivity, content_hash, due_at, \
         expires_at, on_expiry, proposed_by, assignee, correlation_id, routed, certainty, received_at, lease_token, \
         lease_person, leased_until, decision_id, more, erased_at, check_for, known_as, barred, lay_in"
    };
}
pub(super) use columns;

macro_rules! overdue {
    ($locking:literal) => {
        concat!(
            "select ",
            columns!(),
            " from cases where queue = $1 and due_at is not null and claimable = 1 and due_at <= $2 and check_for is null
              and not exists (select 1 from escalations e where e.case_id = cases.id and e.revision = cases.revision
                                and e.person_id is null)
              order by due_at limit $3",
            $locking
        )
    };
}

fn word<T>(name: &str, text: &str) -> Result<T, HubError>
where
    T: serde::de::DeserializeOwned,
{
    serde_json::from_value(json!(text)).map_err(|_| HubError::broken(format!("{name} {text}")))
}

pub(super) fn read(row: &super::Row) -> Result<CaseHead, HubError> {
    let text = |name: &str| -> Result<String, HubError> { Ok(row.try_get(name)?) };
    let optional = |name: &str| -> Result<Option<String>, HubError> { Ok(row.try_get(name)?) };
    let number = |name: &str| -> Result<i64, HubError> { Ok(row.try_get(name)?) };
    let time = |name: &str| -> Result<Option<Instant>, HubError> {
        row.try_get::<Option<i64>, _>(name)?.map(instant).transpose()
    };
    Ok(CaseHead {
        id: text("id")?,
        source: text("source")?,
        external_id: match optional("known_as")? {
            Some(known_as) => known_as,
            None => text("external_id")?,
        },
        revision: u32::try_from(number("revision")?).map_err(HubError::broken)?,
        kind: word("kind", &text("kind")?)?,
        queue: text("queue")?,
        state: word("state", &text("state")?)?,
        title: optional("title")?,
        heading: optional("heading")?,
        subject: optional("subject")?
            .map(|s| serde_json::from_str(&s))
            .transpose()
            .map_err(HubError::broken)?,
        priority: u8::try_from(number("priority")?).map_err(HubError::broken)?,
        sensitivity: word("sensitivity", &text("sensitivity")?)?,
        content_hash: text("content_hash")?,
        due_at: time("due_at")?,
        expires_at: time("expires_at")?,
        on_expiry: word("on_expiry", &text("on_expiry")?)?,
        proposed_by: optional("proposed_by")?,
        assignee: optional("assignee")?,
        correlation_id: optional("correlation_id")?,
        routed: number("routed")? != 0,
        certainty: row.try_get("certainty")?,
        received_at: instant(number("received_at")?)?,
        lease_token: optional("lease_token")?,
        lease_person: optional("lease_person")?,
        leased_until: time("leased_until")?,
        decision_id: optional("decision_id")?,
        more: optional("more")?
            .map(|more| serde_json::from_str(&more))
            .transpose()
            .map_err(HubError::broken)?
            .unwrap_or_default(),
        erased_at: time("erased_at")?,
        check_for: optional("check_for")?,
        barred: names(optional("barred")?)?,
        lay_in: names(optional("lay_in")?)?,
    })
}

fn names(text: Option<String>) -> Result<Vec<String>, HubError> {
    text.map_or(Ok(Vec::new()), |text| {
        serde_json::from_str(&text).map_err(HubError::broken)
    })
}

/// As [`names`] reads it.
fn names_text(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| json!(names).to_string())
}

fn as_word(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Where a case stands in its queue's order among those due and urgent alike (`domain::policy::Order`): what `cases_next`
/// is sorted by.
macro_rules! rank {
    () => {
        "case queue_order when 'uncertain' then certainty when 'random' then shuffle / 9223372036854775808.0 else 0.0 end"
    };
}

/// A new case as its statement takes it.
#[derive(Serialize)]
struct NewRow<'h> {
    id: &'h str,
    source: &'h str,
    external_id: &'h str,
    revision: u32,
    kind: Kind,
    queue: &'h str,
    state: &'static str,
    claimable: i64,
    title: Option<&'h str>,
    heading: Option<&'h str>,
    subject: Option<String>,
    priority: u8,
    sensitivity: Sensitivity,
    content_hash: &'h str,
    due_at: Option<i64>,
    due_rank: i64,
    expires_at: Option<i64>,
    on_expiry: OnExpiry,
    proposed_by: Option<&'h str>,
    correlation_id: Option<&'h str>,
    certainty: f64,
    shuffle: i64,
    received_at: i64,
    expiring_at: Option<i64>,
    more: Option<String>,
    barred: Option<String>,
}

impl<'h> NewRow<'h> {
    fn of(head: &'h CaseHead) -> Self {
        Self {
            id: &head.id,
            source: &head.source,
            external_id: &head.external_id,
            revision: head.revision,
            kind: head.kind,
            queue: &head.queue,
            state: head.state.as_str(),
            claimable: i64::from(head.claimable(head.state)),
            title: head.title.as_deref(),
            heading: head.heading.as_deref(),
            subject: head.subject.as_ref().map(Value::to_string),
            priority: head.priority,
            sensitivity: head.sensitivity,
            content_hash: &head.content_hash,
            due_at: head.due_at.map(us),
            due_rank: head.due_at.map_or(i64::MAX, us),
            expires_at: head.expires_at.map(us),
            on_expiry: head.on_expiry,
            proposed_by: head.proposed_by.as_deref(),
            correlation_id: head.correlation_id.as_deref(),
            certainty: head.certainty,
            shuffle: rand::random_range(0..i64::MAX),
            received_at: us(head.received_at),
            expiring_at: head.expiring_at(head.state),
            more: head.more_text(),
            barred: names_text(&head.barred),
        }
    }
}

/// Writes new cases, in one statement. On PostgreSQL a queue's order doesn't change meanwhile.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, heads: &[CaseHead]) -> Result<(), HubError> {
    let rows: Vec<NewRow<'_>> = heads.iter().map(NewRow::of).collect();
    macro_rules! into_cases {
        ($with:literal, $rows:literal) => {
            concat!(
                $with,
                " insert into cases (id, source, external_id, revision, kind, queue, state, claimable, title, heading, subject, priority,
                     sensitivity, content_hash, due_at, due_rank, expires_at, on_expiry, proposed_by, correlation_id, certainty,
                     shuffle, received_at, expiring_at, more, barred, rank)
                 select id, source, external_id, revision, t.kind, queue, state, claimable, title, heading, subject, priority, sensitivity,
                     content_hash, due_at, due_rank, expires_at, on_expiry, proposed_by, correlation_id, certainty, shuffle,
                     received_at, expiring_at, more, barred, ",
                rank!(),
                $rows
            )
        };
    }
    sqlx::query(Engine::of(conn).pick(
        into_cases!(
            "with r as materialized (select value as v from json_each($1)),
             t as (select v ->> 'id' as id, v ->> 'source' as source, v ->> 'external_id' as external_id,
                 v ->> 'revision' as revision, v ->> 'kind' as kind, v ->> 'queue' as queue, v ->> 'state' as state,
                 v ->> 'claimable' as claimable, v ->> 'title' as title, v ->> 'heading' as heading, v ->> 'subject' as subject,
                 v ->> 'priority' as priority, v ->> 'sensitivity' as sensitivity, v ->> 'content_hash' as content_hash,
                 v ->> 'due_at' as due_at, v ->> 'due_rank' as due_rank, v ->> 'expires_at' as expires_at,
                 v ->> 'on_expiry' as on_expiry, v ->> 'proposed_by' as proposed_by, v ->> 'correlation_id' as correlation_id,
                 v ->> 'certainty' as certainty, v ->> 'shuffle' as shuffle, v ->> 'received_at' as received_at,
                 v ->> 'expiring_at' as expiring_at, v ->> 'more' as more,
                 v ->> 'barred' as barred
               from r)",
            " from t join queues q on q.name = t.queue"
        ),
        into_cases!(
            "",
            " from json_to_recordset($1::json)
                 as t (id text, source text, external_id text, revision bigint, kind text, queue text, state text, claimable bigint,
                       title text, heading text, subject text, priority bigint, sensitivity text, content_hash text, due_at bigint,
                       due_rank bigint, expires_at bigint, on_expiry text, proposed_by text, correlation_id text,
                       certainty double precision, shuffle bigint, received_at bigint, expiring_at bigint, more text,
                       barred text)
                 join queues q on q.name = t.queue
               for share of q"
        ),
    ))
    .bind(rows_text(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts so many of a queue's cases behind this one, by id, where the order of its policy has them. The id of the last one when
/// there are more.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn rank_some(
    conn: &mut Conn,
    queue: &str,
    after: &str,
    limit: i64,
) -> Result<Option<String>, HubError> {
    let last =
        sqlx::query("select id from cases where queue = $1 and id > $2 order by id limit 1 offset $3 - 1")
            .bind(queue)
            .bind(after)
            .bind(limit)
            .fetch_optional(&mut *conn)
            .await?;
    let last: Option<String> = last.map(|row| row.try_get("id")).transpose()?;
    sqlx::query(concat!(
        "update cases set rank = ",
        rank!(),
        " from queues q where q.name = cases.queue and cases.queue = $1 and cases.id > $2 and ($3 is null or cases.id <= $3)"
    ))
    .bind(queue)
    .bind(after)
    .bind(&last)
    .execute(conn)
    .await?;
    Ok(last)
}

/// Cases by source and external id, held until the transaction ends.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_keys(conn: &mut Conn, keys: &[(&str, &str)]) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from cases where (external_id, source) in (select value ->> 1, value ->> 0 from json_each($1))"
        ),
        concat!(
            "select ",
            columns!(),
            " from cases where (external_id, source) in (select v ->> 1, v ->> 0 from json_array_elements($1::json) as t (v))
              order by id for update"
        ),
    );
    let rows = sqlx::query(sql)
        .bind(json!(keys).to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// # Errors
/// [`HubError`] of the database.
pub async fn head(conn: &mut Conn, id: &str) -> Result<Option<CaseHead>, HubError> {
    let row = sqlx::query(concat!("select ", columns!(), " from cases where id = $1"))
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The newest cases of a queue, whatever their state.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn newest(conn: &mut Conn, queue: &str, limit: i64) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from cases where queue = $1 order by id desc limit $2"
    ))
    .bind(queue)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// The case, held until the transaction ends: nobody else changes it meanwhile.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn hold(conn: &mut Conn, id: &str) -> Result<Option<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!("select ", columns!(), " from cases where id = $1"),
        concat!("select ", columns!(), " from cases where id = $1 for update"),
    );
    let row = sqlx::query(sql).bind(id).fetch_optional(conn).await?;
    row.as_ref().map(read).transpose()
}

/// Those of the cases that are there, held until the transaction ends. All who hold several take them in one order, so that no
/// two wait for each other.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn hold_all(conn: &mut Conn, ids: &[&str]) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from cases where id in (select value from json_each($1)) order by id"
        ),
        concat!(
            "select ",
            columns!(),
            " from cases where id = any(array(select value from json_each($1))) order by id for update"
        ),
    );
    let rows = sqlx::query(sql)
        .bind(json!(ids).to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// Writes a new revision over the old one: open, held by nobody, and assigned as before.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revise(conn: &mut Conn, head: &CaseHead) -> Result<(), HubError> {
    sqlx::query(
        "update cases set revision = $2, kind = $3, queue = $4, state = $5, claimable = $6, title = $7, subject = $8, priority = $9,
             sensitivity = $10, content_hash = $11, due_at = $12, due_rank = $13, expires_at = $14, on_expiry = $15, proposed_by = $16,
             correlation_id = $17, certainty = $18, routed = 0, lease_token = null, lease_person = null, leased_until = null,
             decision_id = null, expiring_at = $19, more = $20, heading = $21, closed_at = null, erased_at = null,
             barred = $22, lay_in = $23,
             rank = (select case q.queue_order when 'uncertain' then $18 when 'random' then cases.shuffle / 9223372036854775808.0
                            else 0.0 end from queues q where q.name = $4)
         where id = $1",
    )
    .bind(&head.id)
    .bind(i64::from(head.revision))
    .bind(head.kind.as_str())
    .bind(&head.queue)
    .bind(head.state.as_str())
    .bind(i64::from(head.claimable(head.state)))
    .bind(&head.title)
    .bind(head.subject.as_ref().map(Value::to_string))
    .bind(i64::from(head.priority))
    .bind(as_word(&head.sensitivity).as_str().unwrap_or_default().to_owned())
    .bind(&head.content_hash)
    .bind(head.due_at.map(us))
    .bind(head.due_at.map_or(i64::MAX, us))
    .bind(head.expires_at.map(us))
    .bind(as_word(&head.on_expiry).as_str().unwrap_or_default().to_owned())
    .bind(&head.proposed_by)
    .bind(&head.correlation_id)
    .bind(head.certainty)
    .bind(head.expiring_at(head.state))
    .bind(head.more_text())
    .bind(&head.heading)
    .bind(names_text(&head.barred))
    .bind(names_text(&head.lay_in))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes where cases stand, as their heads say: state, deciding decision, and who holds them.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_standing(conn: &mut Conn, heads: &[&CaseHead], now: Instant) -> Result<(), HubError> {
    if heads.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = heads
        .iter()
        .map(|head| {
            json!({
                "id": head.id, "state": head.state.as_str(), "claimable": i64::from(head.claimable(head.state)),
                "decision_id": head.decision_id, "expiring_at": head.expiring_at(head.state),
                "closed_at": head.is_closed(head.state).then(|| us(now)), "lease_token": head.lease_token,
                "lease_person": head.lease_person, "leased_until": head.leased_until.map(us),
            })
        })
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "update cases set state = n.value ->> 'state', claimable = n.value ->> 'claimable', decision_id = n.value ->> 'decision_id',
             expiring_at = n.value ->> 'expiring_at', closed_at = n.value ->> 'closed_at', lease_token = n.value ->> 'lease_token',
             lease_person = n.value ->> 'lease_person', leased_until = n.value ->> 'leased_until'
         from json_each($1) n where cases.id = n.value ->> 'id'",
        "update cases c set state = n.state, claimable = n.claimable, decision_id = n.decision_id, expiring_at = n.expiring_at,
             closed_at = n.closed_at, lease_token = n.lease_token, lease_person = n.lease_person, leased_until = n.leased_until
         from json_to_recordset($1::json) as n (id text, state text, claimable bigint, decision_id text, expiring_at bigint,
             closed_at bigint, lease_token text, lease_person text, leased_until bigint)
         where c.id = n.id",
    ))
    .bind(Value::Array(rows).to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes on the case who holds it; none: nobody.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_lease(
    conn: &mut Conn,
    id: &str,
    lease: Option<(&str, &str, Instant)>,
) -> Result<(), HubError> {
    sqlx::query("update cases set lease_token = $2, lease_person = $3, leased_until = $4 where id = $1")
        .bind(id)
        .bind(lease.map(|l| l.0))
        .bind(lease.map(|l| l.1))
        .bind(lease.map(|l| us(l.2)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes the case, just written under its own id as external id, a check.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn make_check(conn: &mut Conn, id: &str, person: &str, known_as: &str) -> Result<(), HubError> {
    sqlx::query("update cases set check_for = $2, known_as = $3 where id = $1")
        .bind(id)
        .bind(person)
        .bind(known_as)
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts the case into another queue of its kind, where that queue's order has it; with whom that bars and where it lay.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_queue(conn: &mut Conn, head: &CaseHead) -> Result<(), HubError> {
    sqlx::query(concat!(
        "update cases set queue = q.name, barred = $3, lay_in = $4, rank = ",
        rank!(),
        " from queues q where cases.id = $1 and q.name = $2"
    ))
    .bind(&head.id)
    .bind(&head.queue)
    .bind(names_text(&head.barred))
    .bind(names_text(&head.lay_in))
    .execute(conn)
    .await?;
    Ok(())
}

/// Cases of a queue that were due by then, take decisions and weren't escalated by policy on this revision; held until the
/// transaction ends.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn overdue(
    conn: &mut Conn,
    queue: &str,
    due_by: Instant,
    limit: i64,
) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(overdue!(""), overdue!(" for update skip locked"));
    let rows = sqlx::query(sql)
        .bind(queue)
        .bind(us(due_by))
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// Changes what a source or a lead may change without a new revision.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_routing(conn: &mut Conn, head: &CaseHead) -> Result<(), HubError> {
    sqlx::query("update cases set priority = $2, due_at = $3, due_rank = $4, expires_at = $5, assignee = $6, routed = $7, expiring_at = $8 where id = $1")
        .bind(&head.id)
        .bind(i64::from(head.priority))
        .bind(head.due_at.map(us))
        .bind(head.due_at.map_or(i64::MAX, us))
        .bind(head.expires_at.map(us))
        .bind(&head.assignee)
        .bind(i64::from(head.routed))
        .bind(head.expiring_at(head.state))
        .execute(conn)
        .await?;
    Ok(())
}

/// Undecided cases past their `expires_at`, held until the transaction ends; what somebody else holds is theirs to see to.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn expired(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from cases where expiring_at is not null and expiring_at <= $1 order by expiring_at limit $2"
        ),
        concat!(
            "select ",
            columns!(),
            " from cases where expiring_at is not null and expiring_at <= $1 order by expiring_at limit $2 for update skip locked"
        ),
    );
    let rows = sqlx::query(sql).bind(us(now)).bind(limit).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}

/// Who asks what waits for them by name or role. JSON arrays; `queues`, `sensitivities` none: all. `anybodys`: cases that
/// wait for one who is away and whose stand-in may not take them.
pub struct Waiting<'a> {
    pub person: &'a str,
    pub stands_for: &'a str,
    pub anybodys: &'a str,
    pub roles: &'a str,
    pub queues: Option<String>,
    pub sensitivities: Option<String>,
}

/// Cases escalated to the person or assigned to one of those they stand for, due first. An own proposal is somebody else's
/// to decide.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn waiting_for(
    conn: &mut Conn,
    waiting: &Waiting<'_>,
    limit: i64,
) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from cases where claimable = 1 and (check_for is null or check_for = $1) and (proposed_by is null or proposed_by <> $1)
            and (barred is null or barred not like '%\"' || $1 || '\"%')
            and ($4 is null or queue in (select value from json_each($4)))
            and ($6 is null or sensitivity in (select value from json_each($6)))
            and id in (select e.case_id from escalations e where e.ended_at is null
                         and (e.to_person in (select value from json_each($2)) or e.to_role in (select value from json_each($3)))
                       union select c.id from cases c where c.assignee in (select value from json_each($2))
                       union select value from json_each($7))
          order by due_rank, priority desc, id limit $5"
    ))
    .bind(waiting.person)
    .bind(waiting.stands_for)
    .bind(waiting.roles)
    .bind(&waiting.queues)
    .bind(limit)
    .bind(&waiting.sensitivities)
    .bind(waiting.anybodys)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Whether a lease ran out or a case expired that nobody saw to yet. (`order by`: by the index also while the server knows
/// nothing of the table.)
///
/// # Errors
/// [`HubError`] of the database.
pub async fn ran_out(conn: &mut Conn, now: Instant) -> Result<bool, HubError> {
    let row = sqlx::query(
        "select (select count(*) from (select 1 from cases where leased_until is not null and leased_until <= $1
                   order by leased_until limit 1) l)
              + (select count(*) from (select 1 from cases where expiring_at is not null and expiring_at <= $1
                   order by expiring_at limit 1) e) as n",
    )
    .bind(us(now))
    .fetch_one(conn)
    .await?;
    Ok(row.try_get::<i64, _>("n")? > 0)
}

/// What a list of cases is narrowed by. `queues`, `sources`, `queue_readable`: what the caller may see.
#[derive(Debug, Default)]
pub struct Filter {
    pub queue: Option<String>,
    pub kind: Option<String>,
    pub state: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub assignee: Option<String>,
    /// A `like` pattern over the search words, lower case.
    pub words: Option<String>,
    pub after: String,
    pub limit: i64,
    /// JSON array of queues the caller sees; none: all.
    pub queues: Option<String>,
    /// JSON array of sources the caller sees; none: all.
    pub sources: Option<String>,
    /// The caller's id: of checks they see their own.
    pub person: String,
    /// And everybody's.
    pub sees_checks: bool,
    /// JSON array of sensitivities the caller sees; none: all.
    pub sensitivities: Option<String>,
}

macro_rules! list {
    ($from:expr, $narrow:literal, $words:literal) => {
        concat!(
            "select ",
            columns!(),
            " from ",
            $from,
            " where ",
            $narrow,
            " and id > $1
              and ($2 is null or queue = $2) and ($3 is null or kind = $3) and ($4 is null or state = $4)
              and ($5 is null or source = $5) and ($6 is null or external_id = $6 or known_as = $6) and ($7 is null or assignee = $7)
              and ($8 is null or queue in (select value from json_each($8)))
              and ($9 is null or source in (select value from json_each($9)))
              and ($14 is null or sensitivity in (select value from json_each($14))) and ",
            $words,
            " and ($13 = 1 or check_for is null or check_for = $12)
              and ($13 = 1 or cases.id not in (select k.audited_case from checks k where k.person_id = $12 and k.audited_case is not null))
              order by id limit $11"
        )
    };
    ($narrow:literal) => {
        list!(
            "cases",
            $narrow,
            "($10 is null or exists (select 1 from case_search s where s.case_id = cases.id and s.words like $10 escape '\\'))"
        )
    };
}

/// Cases in the order of creation. Narrowed first by what an index can find.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<CaseHead>, HubError> {
    if Engine::of(conn) == Engine::Postgres
        && filter.words.is_some()
        && filter.external_id.is_none()
        && filter.assignee.is_none()
    {
        return search(conn, filter).await;
    }
    let sql = match filter {
        Filter {
            external_id: Some(_), ..
        } => list!("(external_id = $6 or known_as = $6)"),
        Filter {
            assignee: Some(_), ..
        } => list!("assignee = $7"),
        Filter {
            state: Some(state),
            queue: None,
            ..
        } if state != CaseState::Open.as_str() => list!("state = $4 and state <> 'open'"),
        Filter { queue: Some(_), .. } => list!("queue = $2"),
        _ => list!("1 = 1"),
    };
    fetch(conn, sql, filter).await
}

/// Of the cases looked at first as many that fit say that a word is common: one case in two hundred.
const COMMON: usize = 5;

/// By words, where an index finds them: through the cases at hand as long as that is where the page is soon full, which it is
/// with words that many have; else by the index. Together they are quick for rare words and for common ones.
async fn search(conn: &mut Conn, filter: &Filter) -> Result<Vec<CaseHead>, HubError> {
    macro_rules! near {
        ($cases:literal) => {
            list!(
                concat!(
                    "(select case_id, words from case_search where case_id > $1 order by case_id limit ",
                    $cases,
                    ") s join cases on cases.id = s.case_id"
                ),
                "s.words like $10",
                "true"
            )
        };
    }
    let is_full = |found: &[CaseHead]| i64::try_from(found.len()).is_ok_and(|n| n >= filter.limit);
    let mut found = fetch(conn, near!("1000"), filter).await?;
    if !is_full(&found) && found.len() >= COMMON {
        found = fetch(conn, near!("20000"), filter).await?;
    }
    if is_full(&found) {
        return Ok(found);
    }
    let far = list!(
        // By the index what the part finds (`||` hides the rest from it), by reading what the whole does.
        "(select case_id from case_search where indexed = 1 and words like $15 and words || '' like $10
          union all select case_id from case_search where indexed = 0 and words like $10) s join cases on cases.id = s.case_id",
        "true",
        "true"
    );
    let part = search::selective(conn, filter.words.as_deref().unwrap_or_default()).await?;
    let rows = bound(far, filter).bind(part).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}

async fn fetch(conn: &mut Conn, sql: &'static str, filter: &Filter) -> Result<Vec<CaseHead>, HubError> {
    let rows = bound(sql, filter).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}

fn bound<'q>(
    sql: &'static str,
    filter: &'q Filter,
) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
    sqlx::query(sql)
        .bind(&filter.after)
        .bind(&filter.queue)
        .bind(&filter.kind)
        .bind(&filter.state)
        .bind(&filter.source)
        .bind(&filter.external_id)
        .bind(&filter.assignee)
        .bind(&filter.queues)
        .bind(&filter.sources)
        .bind(&filter.words)
        .bind(filter.limit)
        .bind(&filter.person)
        .bind(i64::from(filter.sees_checks))
        .bind(&filter.sensitivities)
}

/// Undecided cases that wait for one of these people by name: assigned or escalated to them. `people`: a JSON array of ids.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn waiting_by_name(conn: &mut Conn, people: &str, limit: i64) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from cases where claimable = 1
            and id in (select c.id from cases c where c.assignee in (select value from json_each($1))
                       union select e.case_id from escalations e where e.ended_at is null
                         and e.to_person in (select value from json_each($1)))
          order by id limit $2"
    ))
    .bind(people)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Cases by their ids, given as a JSON array, in the order of creation.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn by_ids(conn: &mut Conn, ids: &str) -> Result<Vec<CaseHead>, HubError> {
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from cases where id in (select value from json_each($1)) order by id"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Undecided cases given to this person, held until the transaction ends; the oldest first.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn assigned_to(conn: &mut Conn, person_id: &str) -> Result<Vec<CaseHead>, HubError> {
    let sql = Engine::of(conn).pick(
        concat!(
            "select ",
            columns!(),
            " from cases where assignee = $1 and claimable = 1 order by id"
        ),
        concat!(
            "select ",
            columns!(),
            " from cases where assignee = $1 and claimable = 1 order by id for update"
        ),
    );
    let rows = sqlx::query(sql).bind(person_id).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}
