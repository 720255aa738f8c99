//! What was typed and not committed yet, so that it survives a crash.

use domain::Instant;
use domain::draft::Draft;

use super::{Replica, ReplicaError, Writing, micros, payload, text};

impl Replica {
    pub async fn draft(&self, case_id: &str) -> Result<Option<Draft>, ReplicaError> {
        let row: Option<String> = sqlx::query_scalar("select draft from drafts where case_id = $1")
            .bind(case_id)
            .fetch_optional(self.reader())
            .await?;
        row.as_deref().map(payload).transpose()
    }

    pub async fn set_draft(&self, case_id: &str, draft: &Draft, now: Instant) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        put(&mut writing, case_id, draft, now).await?;
        writing.commit().await?;
        Ok(())
    }
}

pub(super) async fn put(
    writing: &mut Writing,
    case_id: &str,
    draft: &Draft,
    now: Instant,
) -> Result<(), ReplicaError> {
    sqlx::query(
        "insert into drafts (case_id, draft, written_at) values ($1, $2, $3) \
         on conflict (case_id) do update set draft = excluded.draft, written_at = excluded.written_at",
    )
    .bind(case_id)
    .bind(text(draft)?)
    .bind(micros(now))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

pub(super) async fn remove(writing: &mut Writing, case_id: &str) -> Result<(), ReplicaError> {
    sqlx::query("delete from drafts where case_id = $1")
        .bind(case_id)
        .execute(&mut **writing)
        .await?;
    Ok(())
}
