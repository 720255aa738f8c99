//! Cases this person holds, in the order they are worked.

use domain::Instant;
use protocol::hub::{CaseWhole, Lease};

use super::{Replica, ReplicaError, Writing, instant, micros, payload, text};

/// Why a case lies here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    AtHand,
    /// Until its decision is final, so that undo shows it again.
    Decided,
    /// Until the hub has its lease back.
    Skipped,
    /// Its hash isn't what the hub says: never shown.
    Aside,
}

impl Standing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtHand => "at_hand",
            Self::Decided => "decided",
            Self::Skipped => "skipped",
            Self::Aside => "aside",
        }
    }

    fn parse(name: &str) -> Self {
        [Self::AtHand, Self::Decided, Self::Skipped]
            .into_iter()
            .find(|s| s.as_str() == name)
            .unwrap_or(Self::Aside)
    }
}

/// A case without its content: what planning needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHeld {
    pub id: String,
    pub queue: String,
    pub revision: u32,
    pub content_hash: String,
    pub standing: Standing,
    pub lease_token: Option<String>,
    pub lease_expires_at: Option<Instant>,
    pub lease_renewed_at: Option<Instant>,
}

/// The columns of a case without its content, in this order.
type HeldRow = (
    String,
    String,
    i64,
    String,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

fn held(
    (id, queue, revision, content_hash, standing, lease_token, expires_at, renewed_at): HeldRow,
) -> CaseHeld {
    CaseHeld {
        id,
        queue,
        revision: u32::try_from(revision).unwrap_or_default(),
        content_hash,
        standing: Standing::parse(&standing),
        lease_token,
        lease_expires_at: expires_at.map(instant),
        lease_renewed_at: renewed_at.map(instant),
    }
}

/// A case with its content and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseStored {
    pub whole: CaseWhole,
    pub standing: Standing,
    pub lease_token: Option<String>,
}

impl Replica {
    /// All of them, by queue and order.
    pub async fn cases_held(&self) -> Result<Vec<CaseHeld>, ReplicaError> {
        let rows: Vec<HeldRow> = sqlx::query_as(
            "select id, queue, revision, content_hash, standing, lease_token, lease_expires_at, lease_renewed_at \
             from cases order by queue, position",
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(held).collect())
    }

    /// Ids at hand in a queue, the one to show first first.
    pub async fn cases_at_hand(&self, queue: &str) -> Result<Vec<String>, ReplicaError> {
        Ok(sqlx::query_scalar(
            "select id from cases where queue = $1 and standing = 'at_hand' order by position",
        )
        .bind(queue)
        .fetch_all(self.reader())
        .await?)
    }

    pub async fn case(&self, id: &str) -> Result<Option<CaseStored>, ReplicaError> {
        let row: Option<(String, String, Option<String>)> =
            sqlx::query_as("select whole, standing, lease_token from cases where id = $1")
                .bind(id)
                .fetch_optional(self.reader())
                .await?;
        row.map(|(whole, standing, lease_token)| {
            Ok(CaseStored {
                whole: payload(&whole)?,
                standing: Standing::parse(&standing),
                lease_token,
            })
        })
        .transpose()
    }

    pub async fn case_standing(&self, id: &str) -> Result<Option<Standing>, ReplicaError> {
        let standing: Option<String> = sqlx::query_scalar("select standing from cases where id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        Ok(standing.as_deref().map(Standing::parse))
    }

    /// Puts claimed cases behind those of their queue that are already here; a case that is here keeps its place. One that
    /// was decided meanwhile stays as it was decided: the answer is the ids of those.
    pub async fn put_cases(
        &self,
        cases: &[(CaseWhole, Option<Lease>, Standing)],
        now: Instant,
    ) -> Result<Vec<String>, ReplicaError> {
        let mut writing = self.write().await?;
        let mut decided = Vec::new();
        for (whole, lease, standing) in cases {
            if !put(&mut writing, whole, lease.as_ref(), *standing, now).await? {
                decided.push(whole.id.clone());
            }
        }
        writing.commit().await?;
        Ok(decided)
    }

    /// Drops those of these cases that are at hand without a lease and aren't in the outbox; their ids. Drafts stay.
    pub async fn drop_unleased(&self, ids: &[String]) -> Result<Vec<String>, ReplicaError> {
        let mut writing = self.write().await?;
        let mut dropped = Vec::new();
        for id in ids {
            let done = sqlx::query(
                "delete from cases where id = $1 and standing = 'at_hand' and lease_token is null \
                 and not exists (select 1 from outbox o where o.case_id = cases.id)",
            )
            .bind(id)
            .execute(&mut *writing)
            .await?;
            if done.rows_affected() > 0 {
                forget_context(&mut writing, id).await?;
                dropped.push(id.clone());
            }
        }
        writing.commit().await?;
        Ok(dropped)
    }

    pub async fn set_standing(&self, id: &str, standing: Standing) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        set_standing(&mut writing, id, standing).await?;
        writing.commit().await?;
        Ok(())
    }

    /// None: the lease is gone.
    pub async fn set_lease(
        &self,
        token: &str,
        expires_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), ReplicaError> {
        sqlx::query(
            "update cases set lease_token = case when $2 is null then null else lease_token end, \
             lease_expires_at = $2, lease_renewed_at = $3 where lease_token = $1",
        )
        .bind(token)
        .bind(expires_at.map(micros))
        .bind(micros(now))
        .execute(&mut *self.alone().await?)
        .await?;
        Ok(())
    }

    /// Drops cases and the context fetched for them. Drafts stay: the case may come back.
    pub async fn drop_cases(&self, ids: &[String]) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        for id in ids {
            forget_context(&mut writing, id).await?;
            sqlx::query("delete from cases where id = $1")
                .bind(id)
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await?;
        Ok(())
    }
}

async fn forget_context(writing: &mut Writing, id: &str) -> Result<(), ReplicaError> {
    sqlx::query("delete from context_details where case_id = $1")
        .bind(id)
        .execute(&mut **writing)
        .await?;
    Ok(())
}

/// False when the case was decided meanwhile and that isn't delivered: then it stays as it is.
async fn put(
    writing: &mut Writing,
    whole: &CaseWhole,
    lease: Option<&Lease>,
    standing: Standing,
    now: Instant,
) -> Result<bool, ReplicaError> {
    // Detail fetched for an older revision isn't this one's.
    sqlx::query("delete from context_details where case_id = $1 and not exists (select 1 from cases where id = $1 and revision = $2)")
        .bind(&whole.id)
        .bind(revision(whole))
        .execute(&mut **writing)
        .await?;
    let done = sqlx::query(
        "insert into cases (id, queue, revision, content_hash, standing, position, whole, lease_token, lease_expires_at, lease_renewed_at) \
         values ($1, $2, $3, $4, $5, (select coalesce(max(position), 0) + 1 from cases), $6, $7, $8, $9) \
         on conflict (id) do update set queue = excluded.queue, revision = excluded.revision, \
         content_hash = excluded.content_hash, standing = excluded.standing, whole = excluded.whole, \
         lease_token = excluded.lease_token, lease_expires_at = excluded.lease_expires_at, lease_renewed_at = excluded.lease_renewed_at \
         where not (cases.standing = 'decided' and exists (select 1 from outbox o where o.case_id = cases.id and o.wedged is null))",
    )
    .bind(&whole.id)
    .bind(&whole.queue)
    .bind(revision(whole))
    .bind(&whole.content_hash)
    .bind(standing.as_str())
    .bind(text(whole)?)
    .bind(lease.map(|l| l.token.as_str()))
    .bind(lease.map(|l| micros(l.expires_at)))
    .bind(lease.map(|_| micros(now)))
    .execute(&mut **writing)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn set_standing(
    writing: &mut Writing,
    id: &str,
    standing: Standing,
) -> Result<(), ReplicaError> {
    sqlx::query("update cases set standing = $2 where id = $1")
        .bind(id)
        .bind(standing.as_str())
        .execute(&mut **writing)
        .await?;
    Ok(())
}

/// Of the case as received, where the hub has filled it in.
pub(crate) fn revision(whole: &CaseWhole) -> i64 {
    whole
        .case
        .get("revision")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or(1)
}
