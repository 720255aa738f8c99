//! The person's own decisions of 90 days, and where each stands.

use domain::decision::{Agreement, Decision};
use domain::outcome::{CaseState, DecisionState, OutcomeStatus};
use domain::{Instant, Kind};
use protocol::ipc::OutcomeView;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor};

use super::{Replica, ReplicaError, Writing, instant, micros, payload, text};

/// Where a decision stands, seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// In the outbox.
    Waiting,
    /// The hub has it.
    Hub(DecisionState),
    /// Given up by the person, never taken by the hub.
    Discarded,
}

impl Stage {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Hub(state) => state.as_str(),
            Self::Discarded => "discarded",
        }
    }

    fn parse(name: &str) -> Self {
        match DecisionState::parse(name) {
            Some(state) => Self::Hub(state),
            None if name == "discarded" => Self::Discarded,
            None => Self::Waiting,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DecisionStored {
    pub decision: Decision,
    pub queue: String,
    pub kind: Kind,
    pub title: String,
    pub words: String,
    pub agreement: Agreement,
    /// What it overrode, as the bar said it when it was made here.
    pub overrides: Option<String>,
    pub decided_at: Instant,
    pub stage: Stage,
    pub undo_until: Option<Instant>,
    /// The window's length, for the bar; as policy says until the hub has answered.
    pub undo_seconds: u32,
    pub irreversible: bool,
    /// An undo of it lies in the outbox.
    pub undoing: bool,
    /// Its entry in the outbox needs the person.
    pub wedged: bool,
    /// Where its case stands by the hub's last word; before that what policy makes of it, where it goes to somebody else.
    pub case_state: Option<CaseState>,
    /// Kept when a dispute was settled: whether it was settled as decided here.
    pub upheld: Option<bool>,
    pub outcome: Option<OutcomeView>,
}

/// What the hub says of a decision it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub state: DecisionState,
    pub undo_until: Option<Instant>,
    pub case_state: Option<CaseState>,
    pub upheld: Option<bool>,
    pub outcome: Option<OutcomeView>,
}

/// What was news of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    pub changed: bool,
    /// Its executor reports a failure that wasn't known.
    pub failed: bool,
}

/// Reads a row of `columns!`.
fn stored(row: &SqliteRow) -> Result<DecisionStored, ReplicaError> {
    let unknown = |what: &str| ReplicaError::Payload(format!("an unknown {what}"));
    Ok(DecisionStored {
        decision: payload(row.try_get("decision")?)?,
        queue: row.try_get("queue")?,
        kind: Kind::parse(row.try_get("kind")?).ok_or_else(|| unknown("kind"))?,
        title: row.try_get("title")?,
        words: row.try_get("words")?,
        agreement: Agreement::parse(row.try_get("agreement")?).ok_or_else(|| unknown("agreement"))?,
        overrides: row.try_get("overrides")?,
        decided_at: instant(row.try_get("decided_at")?),
        stage: Stage::parse(row.try_get("state")?),
        undo_until: row.try_get::<Option<i64>, _>("undo_until")?.map(instant),
        undo_seconds: u32::try_from(row.try_get::<i64, _>("undo_seconds")?).unwrap_or_default(),
        irreversible: row.try_get("irreversible")?,
        undoing: row.try_get("undoing")?,
        wedged: row.try_get("wedged")?,
        case_state: row
            .try_get::<Option<&str>, _>("case_state")?
            .and_then(CaseState::parse),
        upheld: row.try_get("upheld")?,
        outcome: row
            .try_get::<Option<&str>, _>("outcome")?
            .map(payload)
            .transpose()?,
    })
}

/// What [`stored`] reads.
macro_rules! columns {
    () => {
        "d.queue, d.kind, d.title, d.words, d.agreement, d.overrides, d.decision, d.decided_at, d.state, d.undo_until, \
         d.undo_seconds, d.irreversible, \
         exists (select 1 from outbox u where u.decision_id = d.id and u.what = 'undo') as undoing, \
         exists (select 1 from outbox w where w.decision_id = d.id and w.wedged is not null) as wedged, \
         d.case_state, d.upheld, d.outcome"
    };
}

const ROWS_AT_ONCE: usize = 50;

/// How many rows a page of the history has.
pub const PAGE: i64 = 50;

impl Replica {
    pub async fn decision(&self, id: &str) -> Result<Option<DecisionStored>, ReplicaError> {
        one(self.reader(), id).await
    }

    /// The newest one that wasn't taken back or given up.
    pub async fn last_decision(&self) -> Result<Option<DecisionStored>, ReplicaError> {
        let row = sqlx::query(concat!(
            "select ",
            columns!(),
            " from decisions d where d.state in ('waiting', 'pending', 'released') \
             and not exists (select 1 from outbox u where u.decision_id = d.id and u.what = 'undo') \
             order by d.decided_at desc, d.id desc limit 1",
        ))
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(stored).transpose()
    }

    /// A page, newest first, older than the given one.
    pub async fn decisions_before(
        &self,
        before: Option<(Instant, &str)>,
    ) -> Result<Vec<DecisionStored>, ReplicaError> {
        let (at, id) = before.map_or((i64::MAX, ""), |(at, id)| (micros(at), id));
        let rows = sqlx::query(concat!(
            "select ",
            columns!(),
            " from decisions d where d.decided_at < $1 or (d.decided_at = $1 and d.id < $2) \
             order by d.decided_at desc, d.id desc limit $3",
        ))
        .bind(at)
        .bind(id)
        .bind(PAGE)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(stored).collect()
    }

    pub async fn decided_since(&self, since: Instant) -> Result<u64, ReplicaError> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from decisions where decided_at >= $1 and state not in ('undone', 'discarded')",
        )
        .bind(micros(since))
        .fetch_one(self.reader())
        .await?;
        Ok(count.unsigned_abs())
    }

    /// The person's decisions on a case that still count.
    pub async fn decisions_of_case(&self, case_id: &str) -> Result<Vec<DecisionStored>, ReplicaError> {
        let ids: Vec<String> =
            sqlx::query_scalar("select id from decisions where case_id = $1 order by decided_at, id")
                .bind(case_id)
                .fetch_all(self.reader())
                .await?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(one(self.reader(), &id).await?);
        }
        Ok(found)
    }

    /// Own decisions that wait for another's word, newest first. What was given up waits for nobody.
    pub async fn waiting_for_others(&self) -> Result<Vec<DecisionStored>, ReplicaError> {
        let rows = sqlx::query(concat!(
            "select ",
            columns!(),
            " from decisions d where d.state in ('waiting', 'pending') and d.case_state in ('awaiting_second', 'disputed') \
             order by d.decided_at desc, d.id desc",
        ))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(stored).collect()
    }

    pub async fn count_waiting_for_others(&self) -> Result<u64, ReplicaError> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from decisions where state in ('waiting', 'pending') and case_state in ('awaiting_second', 'disputed')",
        )
        .fetch_one(self.reader())
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Whether the person gave an opinion on the case whose undo window hasn't begun.
    pub async fn waits_for_others(&self, case_id: &str) -> Result<bool, ReplicaError> {
        let found: Option<i64> = sqlx::query_scalar(
            "select 1 from decisions where case_id = $1 and state = 'pending' and undo_until is null limit 1",
        )
        .bind(case_id)
        .fetch_optional(self.reader())
        .await?;
        Ok(found.is_some())
    }

    /// Pending decisions on a case became final: those whose undo window had begun. What became of an opinion that
    /// waited for others, only the hub can say.
    pub async fn release_decisions_of(&self, case_id: &str) -> Result<bool, ReplicaError> {
        let done = sqlx::query(
            "update decisions set state = 'released', case_state = 'released' \
             where case_id = $1 and state = 'pending' and undo_until is not null",
        )
        .bind(case_id)
        .execute(&mut *self.alone().await?)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What the hub says of a decision it has. A failure is to be seen once, whenever it is reported.
    pub async fn hear(&self, id: &str, heard: &Heard) -> Result<News, ReplicaError> {
        let outcome = heard.outcome.as_ref().map(text).transpose()?;
        let mut writing = self.write().await?;
        let known: Option<(Option<String>,)> = sqlx::query_as(
            "select outcome from decisions where id = $1 and state not in ('waiting', 'discarded')",
        )
        .bind(id)
        .fetch_optional(&mut *writing)
        .await?;
        let Some((known,)) = known else {
            return Ok(News::default());
        };
        let done = sqlx::query(
            "update decisions set state = $2, undo_until = $3, case_state = $4, upheld = $5, outcome = $6, \
             outcome_seen = case when outcome is $6 then outcome_seen else 0 end \
             where id = $1 and (state <> $2 or undo_until is not $3 or case_state is not $4 or upheld is not $5 or outcome is not $6)",
        )
        .bind(id)
        .bind(heard.state.as_str())
        .bind(heard.undo_until.map(micros))
        .bind(heard.case_state.map(CaseState::as_str))
        .bind(heard.upheld)
        .bind(&outcome)
        .execute(&mut *writing)
        .await?;
        writing.commit().await?;
        let failed = heard
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.status == OutcomeStatus::Failed);
        Ok(News {
            changed: done.rows_affected() > 0,
            failed: failed && known != outcome,
        })
    }

    /// Takes in what was decided elsewhere; how many of them weren't known. A known one stays as it is: it may lie in the
    /// outbox still. A failure among them is no news.
    pub async fn take_in_decisions(&self, rows: &[DecisionStored]) -> Result<u64, ReplicaError> {
        let mut new = 0;
        // In small transactions: a decision made meanwhile waits for one of them at most.
        for few in rows.chunks(ROWS_AT_ONCE) {
            let mut writing = self.write().await?;
            for stored in few {
                new += insert(&mut writing, stored).await?;
            }
            writing.commit().await?;
        }
        Ok(new)
    }

    /// Failures the person hasn't seen.
    pub async fn count_failed(&self) -> Result<u64, ReplicaError> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from decisions where outcome_seen = 0 and json_extract(outcome, '$.status') = 'failed'",
        )
        .fetch_one(self.reader())
        .await?;
        Ok(count.unsigned_abs())
    }

    pub async fn see_outcomes(&self) -> Result<(), ReplicaError> {
        sqlx::query("update decisions set outcome_seen = 1 where outcome_seen = 0 and outcome is not null")
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    /// Forgets what is older, unless it is still to be delivered.
    pub async fn purge_decisions(&self, before: Instant) -> Result<u64, ReplicaError> {
        let done = sqlx::query(
            "delete from decisions where decided_at < $1 and state <> 'waiting' \
             and not exists (select 1 from outbox o where o.decision_id = decisions.id)",
        )
        .bind(micros(before))
        .execute(&mut *self.alone().await?)
        .await?;
        sqlx::query("delete from drafts where written_at < $1")
            .bind(micros(before))
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(done.rows_affected())
    }

    /// Ids of cases decided here whose decisions are final: their content isn't needed any more.
    pub async fn cases_settled(&self) -> Result<Vec<String>, ReplicaError> {
        Ok(sqlx::query_scalar(
            "select c.id from cases c where c.standing = 'decided' \
             and not exists (select 1 from decisions d where d.case_id = c.id and d.state in ('waiting', 'pending')) \
             and not exists (select 1 from outbox o where o.case_id = c.id)",
        )
        .fetch_all(self.reader())
        .await?)
    }
}

async fn one(on: impl SqliteExecutor<'_>, id: &str) -> Result<Option<DecisionStored>, ReplicaError> {
    let row = sqlx::query(concat!(
        "select ",
        columns!(),
        " from decisions d where d.id = $1"
    ))
    .bind(id)
    .fetch_optional(on)
    .await?;
    row.as_ref().map(stored).transpose()
}

/// One more row, unless it is known; how many that makes.
pub(super) async fn insert(writing: &mut Writing, stored: &DecisionStored) -> Result<u64, ReplicaError> {
    let outcome = stored.outcome.as_ref().map(text).transpose()?;
    let done = sqlx::query(
        "insert into decisions (id, case_id, queue, kind, title, words, agreement, decision, decided_at, state, undo_until, undo_seconds, irreversible, \
                                case_state, upheld, outcome, outcome_seen, overrides) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict (id) do nothing",
    )
    .bind(&stored.decision.id)
    .bind(&stored.decision.case_id)
    .bind(&stored.queue)
    .bind(stored.kind.as_str())
    .bind(&stored.title)
    .bind(&stored.words)
    .bind(stored.agreement.as_str())
    .bind(text(&stored.decision)?)
    .bind(micros(stored.decided_at))
    .bind(stored.stage.as_str())
    .bind(stored.undo_until.map(micros))
    .bind(stored.undo_seconds)
    .bind(stored.irreversible)
    .bind(stored.case_state.map(CaseState::as_str))
    .bind(stored.upheld)
    .bind(&outcome)
    .bind(outcome.is_some())
    .bind(&stored.overrides)
    .execute(&mut **writing)
    .await?;
    Ok(done.rows_affected())
}

pub(super) async fn set_stage(writing: &mut Writing, id: &str, stage: Stage) -> Result<(), ReplicaError> {
    sqlx::query("update decisions set state = $2 where id = $1")
        .bind(id)
        .bind(stage.as_str())
        .execute(&mut **writing)
        .await?;
    Ok(())
}

/// The hub has it: until when it can be undone, and how long the window is.
pub(super) async fn accepted(
    writing: &mut Writing,
    id: &str,
    state: DecisionState,
    undo_until: Option<Instant>,
    undo_seconds: Option<u32>,
    case_state: Option<CaseState>,
) -> Result<(), ReplicaError> {
    sqlx::query("update decisions set state = $2, undo_until = $3, undo_seconds = coalesce($4, undo_seconds), case_state = $5 where id = $1")
        .bind(id)
        .bind(state.as_str())
        .bind(undo_until.map(micros))
        .bind(undo_seconds)
        .bind(case_state.map(CaseState::as_str))
        .execute(&mut **writing)
        .await?;
    Ok(())
}
