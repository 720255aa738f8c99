//! What the hub must still hear, in order. An entry waits or is wedged; the program never drops one the hub didn't take.

use domain::Instant;
use domain::draft::Draft;
use domain::outcome::{CaseState, DecisionState};
use protocol::ipc::Wedged;

use super::cases::{self, Standing};
use super::decisions::{self, DecisionStored, Stage};
use super::{NotWritten, Replica, ReplicaError, Writing, drafts, instant, micros, payload, text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Decision,
    Undo,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Of a decision, the decision's own.
    pub id: String,
    pub what: What,
    pub decision_id: String,
    pub case_id: String,
    pub reason: Option<String>,
    pub made_at: Instant,
    /// It may have reached the hub.
    pub tried: bool,
    pub wedged: Option<Wedged>,
}

/// The columns of an entry, in this order.
type EntryRow = (
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    bool,
    Option<String>,
);

fn entry(
    (id, what, decision_id, case_id, reason, made_at, tried, wedged): EntryRow,
) -> Result<Entry, ReplicaError> {
    Ok(Entry {
        id,
        what: if what == "undo" {
            What::Undo
        } else {
            What::Decision
        },
        decision_id,
        case_id,
        reason,
        made_at: instant(made_at),
        tried,
        wedged: wedged.as_deref().map(payload).transpose()?,
    })
}

/// What taking a decision back did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    /// The hub never heard of it, and never will.
    Unsent,
    /// The undo waits in the outbox.
    Queued,
    /// An undo of it waits already.
    Already,
}

impl Replica {
    /// In the order they were made and will be sent.
    pub async fn outbox(&self) -> Result<Vec<Entry>, ReplicaError> {
        let rows: Vec<EntryRow> = sqlx::query_as(
            "select id, what, decision_id, case_id, reason, made_at, tried_at is not null as tried, wedged from outbox order by position",
        )
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(entry).collect()
    }

    pub async fn outbox_entry(&self, id: &str) -> Result<Option<Entry>, ReplicaError> {
        let row: Option<EntryRow> = sqlx::query_as(
            "select id, what, decision_id, case_id, reason, made_at, tried_at is not null as tried, wedged from outbox where id = $1",
        )
        .bind(id)
        .fetch_optional(self.reader())
        .await?;
        row.map(entry).transpose()
    }

    /// Waiting and wedged.
    pub async fn outbox_counts(&self) -> Result<(u64, u64), ReplicaError> {
        let (waiting, wedged): (i64, i64) =
            sqlx::query_as("select count(*) - count(wedged), count(wedged) from outbox")
                .fetch_one(self.reader())
                .await?;
        Ok((waiting.unsigned_abs(), wedged.unsigned_abs()))
    }

    /// One transaction: the decision, its entry in the outbox, the case off the hand, the draft gone. What was wedged
    /// on this case is thereby replaced and stays in the history. It is written with the lease its case is held under. On disk
    /// when it returns.
    pub async fn commit_decision(
        &self,
        stored: &DecisionStored,
    ) -> Result<Result<(), NotWritten>, ReplicaError> {
        let case_id = &stored.decision.case_id;
        let mut writing = self.write().await?;
        let row: Option<(String, String, Option<String>)> =
            sqlx::query_as("select standing, content_hash, lease_token from cases where id = $1")
                .bind(case_id)
                .fetch_optional(&mut *writing)
                .await?;
        let lease = match row {
            None => return Ok(Err(NotWritten::Gone)),
            Some((standing, ..)) if standing != Standing::AtHand.as_str() => {
                return Ok(Err(NotWritten::Decided));
            }
            Some((_, hash, _)) if hash != stored.decision.content_hash => {
                return Ok(Err(NotWritten::Changed));
            }
            Some((.., lease)) => lease,
        };
        replace_wedged(&mut writing, case_id).await?;
        let mut written = stored.clone();
        written.decision.lease = lease;
        decisions::insert(&mut writing, &written).await?;
        sqlx::query("insert into outbox (id, what, decision_id, case_id, made_at) values ($1, 'decision', $1, $2, $3)")
            .bind(&stored.decision.id)
            .bind(case_id)
            .bind(micros(stored.decided_at))
            .execute(&mut *writing)
            .await?;
        cases::set_standing(&mut writing, case_id, Standing::Decided).await?;
        drafts::remove(&mut writing, case_id).await?;
        writing.commit().await?;
        Ok(Ok(()))
    }

    /// Takes a decision back: unheard when it can't have been sent, else by an undo in the outbox. Its draft is put back.
    pub async fn take_back(
        &self,
        stored: &DecisionStored,
        draft: &Draft,
        undo_id: &str,
        reason: Option<&str>,
        now: Instant,
    ) -> Result<TakenBack, ReplicaError> {
        let id = &stored.decision.id;
        let case_id = &stored.decision.case_id;
        let mut writing = self.write().await?;
        let undoing: bool = sqlx::query_scalar(
            "select exists (select 1 from outbox where decision_id = $1 and what = 'undo')",
        )
        .bind(id)
        .fetch_one(&mut *writing)
        .await?;
        if undoing {
            return Ok(TakenBack::Already);
        }
        // What was refused never took effect, so nothing needs to be said of it either.
        let unsent = sqlx::query(
            "delete from outbox where decision_id = $1 and what = 'decision' and (tried_at is null or wedged is not null)",
        )
        .bind(id)
        .execute(&mut *writing)
        .await?
        .rows_affected()
            > 0;
        if unsent {
            decisions::set_stage(&mut writing, id, Stage::Hub(DecisionState::Undone)).await?;
        } else {
            sqlx::query("insert into outbox (id, what, decision_id, case_id, reason, made_at) values ($1, 'undo', $2, $3, $4, $5)")
                .bind(undo_id)
                .bind(id)
                .bind(case_id)
                .bind(reason)
                .bind(micros(now))
                .execute(&mut *writing)
                .await?;
        }
        sqlx::query("update cases set standing = 'at_hand' where id = $1 and standing = 'decided'")
            .bind(case_id)
            .execute(&mut *writing)
            .await?;
        drafts::put(&mut writing, case_id, &stored.decision.content_hash, draft, now).await?;
        writing.commit().await?;
        Ok(if unsent {
            TakenBack::Unsent
        } else {
            TakenBack::Queued
        })
    }

    /// Before an entry is sent: from now on the hub may know of it.
    pub async fn mark_tried(&self, ids: &[String], now: Instant) -> Result<Vec<String>, ReplicaError> {
        let mut writing = self.write().await?;
        let mut marked = Vec::new();
        for id in ids {
            let done = sqlx::query("update outbox set tried_at = $2 where id = $1 and wedged is null")
                .bind(id)
                .bind(micros(now))
                .execute(&mut *writing)
                .await?;
            if done.rows_affected() > 0 {
                marked.push(id.clone());
            }
        }
        writing.commit().await?;
        Ok(marked)
    }

    /// No connection came about: the hub can't have heard of them.
    pub async fn unmark_tried(&self, ids: &[String]) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        for id in ids {
            sqlx::query("update outbox set tried_at = null where id = $1")
                .bind(id)
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await?;
        Ok(())
    }

    /// The hub took a decision.
    pub async fn delivered(
        &self,
        id: &str,
        state: DecisionState,
        undo_until: Option<Instant>,
        undo_seconds: Option<u32>,
        case_state: Option<CaseState>,
    ) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from outbox where id = $1")
            .bind(id)
            .execute(&mut *writing)
            .await?;
        decisions::accepted(&mut writing, id, state, undo_until, undo_seconds, case_state).await?;
        writing.commit().await?;
        Ok(())
    }

    /// The hub took an undo; the decision is undone or corrected. One that was refused meanwhile goes with it: the
    /// person has taken it back.
    pub async fn undo_delivered(&self, entry: &Entry, state: DecisionState) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from outbox where id = $1 or (decision_id = $2 and wedged is not null)")
            .bind(&entry.id)
            .bind(&entry.decision_id)
            .execute(&mut *writing)
            .await?;
        decisions::set_stage(&mut writing, &entry.decision_id, Stage::Hub(state)).await?;
        writing.commit().await?;
        Ok(())
    }

    /// The entry stays and needs the person.
    pub async fn wedge(&self, id: &str, wedged: &Wedged) -> Result<(), ReplicaError> {
        sqlx::query("update outbox set wedged = $2 where id = $1")
            .bind(id)
            .bind(text(wedged)?)
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    /// The person wants it tried again.
    pub async fn unwedge(&self, id: &str) -> Result<bool, ReplicaError> {
        let done = sqlx::query("update outbox set wedged = null where id = $1 and wedged is not null")
            .bind(id)
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The person gives it up. A discarded decision stays in the history.
    pub async fn discard(&self, entry: &Entry) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from outbox where id = $1")
            .bind(&entry.id)
            .execute(&mut *writing)
            .await?;
        if entry.what == What::Decision {
            sqlx::query("delete from outbox where decision_id = $1")
                .bind(&entry.decision_id)
                .execute(&mut *writing)
                .await?;
            decisions::set_stage(&mut writing, &entry.decision_id, Stage::Discarded).await?;
        }
        writing.commit().await?;
        Ok(())
    }
}

/// The person decides again: what was wedged on this case is replaced.
async fn replace_wedged(writing: &mut Writing, case_id: &str) -> Result<(), ReplicaError> {
    let wedged: Vec<String> = sqlx::query_scalar(
        "select decision_id from outbox where case_id = $1 and what = 'decision' and wedged is not null",
    )
    .bind(case_id)
    .fetch_all(&mut **writing)
    .await?;
    for id in wedged {
        sqlx::query("delete from outbox where decision_id = $1")
            .bind(&id)
            .execute(&mut **writing)
            .await?;
        decisions::set_stage(writing, &id, Stage::Discarded).await?;
    }
    Ok(())
}
