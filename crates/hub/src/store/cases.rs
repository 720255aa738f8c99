//! Cases: where each stands. What they hold is in `payloads`, who holds them in `leases`.

use domain::case::{OnExpiry, Sensitivity};
use domain::outcome::CaseState;
use domain::{Instant, Kind};
use serde_json::{Map, Value, json};
use sqlx::Row as _;

use super::{Conn, Engine, instant, us};
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
        "id, source, external_id, revision, kind, queue, state, title, subject, priority, sensitivity, content_hash, due_at, \
         expires_at, on_expiry, proposed_by, assignee, correlation_id, routed, certainty, received_at, lease_token, \
         lease_person, leased_until, decision_id, more, erased_at"
    };
}
pub(super) use columns;

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
        external_id: text("external_id")?,
        revision: u32::try_from(number("revision")?).map_err(HubError::broken)?,
        kind: word("kind", &text("kind")?)?,
        queue: text("queue")?,
        state: word("state", &text("state")?)?,
        title: optional("title")?,
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
    })
}

fn as_word(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Writes new cases, in one statement.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn insert(conn: &mut Conn, heads: &[CaseHead]) -> Result<(), HubError> {
    let rows: Vec<Value> = heads
        .iter()
        .map(|h| {
            json!([
                h.id,
                h.source,
                h.external_id,
                h.revision,
                as_word(&h.kind),
                h.queue,
                h.state.as_str(),
                i64::from(h.claimable(h.state)),
                h.title,
                h.subject.as_ref().map(Value::to_string),
                h.priority,
                as_word(&h.sensitivity),
                h.content_hash,
                h.due_at.map(us),
                h.due_at.map_or(i64::MAX, us),
                h.expires_at.map(us),
                as_word(&h.on_expiry),
                h.proposed_by,
                h.correlation_id,
                h.certainty,
                rand::random_range(0..i64::MAX),
                us(h.received_at),
                h.expiring_at(h.state),
                h.more_text(),
            ])
        })
        .collect();
    macro_rules! into_cases {
        ($select:literal) => {
            concat!(
                "insert into cases (id, source, external_id, revision, kind, queue, state, claimable, title, subject, priority,
                     sensitivity, content_hash, due_at, due_rank, expires_at, on_expiry, proposed_by, correlation_id, certainty,
                     shuffle, received_at, expiring_at, more) ",
                $select
            )
        };
    }
    sqlx::query(Engine::of(conn).pick(
        into_cases!(
            "select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                 value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15,
                 value ->> 16, value ->> 17, value ->> 18, value ->> 19, value ->> 20, value ->> 21, value ->> 22, value ->> 23
             from json_each($1)"
        ),
        into_cases!(
            "select v ->> 0, v ->> 1, v ->> 2, (v ->> 3)::bigint, v ->> 4, v ->> 5, v ->> 6, (v ->> 7)::bigint, v ->> 8, v ->> 9,
                 (v ->> 10)::bigint, v ->> 11, v ->> 12, (v ->> 13)::bigint, (v ->> 14)::bigint, (v ->> 15)::bigint, v ->> 16,
                 v ->> 17, v ->> 18, (v ->> 19)::double precision, (v ->> 20)::bigint, (v ->> 21)::bigint, (v ->> 22)::bigint,
                 v ->> 23
             from json_array_elements($1::json) as t (v)"
        ),
    ))
    .bind(Value::Array(rows).to_string())
    .execute(conn)
    .await?;
    Ok(())
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

/// Writes a new revision over the old one: open, held by nobody, and assigned as before.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn revise(conn: &mut Conn, head: &CaseHead) -> Result<(), HubError> {
    sqlx::query(
        "update cases set revision = $2, kind = $3, queue = $4, state = $5, claimable = $6, title = $7, subject = $8, priority = $9,
             sensitivity = $10, content_hash = $11, due_at = $12, due_rank = $13, expires_at = $14, on_expiry = $15, proposed_by = $16,
             correlation_id = $17, certainty = $18, routed = 0, lease_token = null, lease_person = null, leased_until = null,
             decision_id = null, expiring_at = $19, more = $20, closed_at = null, erased_at = null
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
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets state and deciding decision.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn set_state(
    conn: &mut Conn,
    head: &CaseHead,
    state: CaseState,
    decision_id: Option<&str>,
    now: Instant,
) -> Result<(), HubError> {
    sqlx::query(
        "update cases set state = $2, claimable = $3, decision_id = $4, expiring_at = $5, closed_at = $6 where id = $1",
    )
    .bind(&head.id)
    .bind(state.as_str())
    .bind(i64::from(head.claimable(state)))
    .bind(decision_id)
    .bind(head.expiring_at(state))
    .bind(head.is_closed(state).then(|| us(now)))
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
    /// JSON array of sensitivities the caller sees; none: all.
    pub sensitivities: Option<String>,
}

macro_rules! list {
    ($narrow:literal) => {
        concat!(
            "select ",
            columns!(),
            " from cases where ",
            $narrow,
            " and id > $1
              and ($2 is null or queue = $2) and ($3 is null or kind = $3) and ($4 is null or state = $4)
              and ($5 is null or source = $5) and ($6 is null or external_id = $6) and ($7 is null or assignee = $7)
              and ($8 is null or queue in (select value from json_each($8)))
              and ($9 is null or source in (select value from json_each($9)))
              and ($12 is null or sensitivity in (select value from json_each($12)))
              and ($10 is null or exists (select 1 from case_search s where s.case_id = cases.id and s.words like $10 escape '\\'))
              order by id limit $11"
        )
    };
}

/// Cases in the order of creation. Narrowed first by what an index can find.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<CaseHead>, HubError> {
    let sql = match filter {
        Filter {
            external_id: Some(_), ..
        } => list!("external_id = $6"),
        Filter {
            assignee: Some(_), ..
        } => list!("assignee = $7"),
        Filter {
            state: Some(state),
            queue: None,
            ..
        } if state != CaseState::Open.as_str() => list!("state = $4"),
        Filter { queue: Some(_), .. } => list!("queue = $2"),
        _ => list!("1 = 1"),
    };
    let rows = sqlx::query(sql)
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
        .bind(&filter.sensitivities)
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
