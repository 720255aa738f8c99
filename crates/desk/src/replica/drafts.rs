//! What was typed and not committed yet, so that it survives a crash.

use domain::Instant;
use domain::draft::Draft;

use super::cases::Standing;
use super::{NotWritten, Replica, ReplicaError, Writing, micros, payload, text};

impl Replica {
    /// What was typed for this content; of a draft made for other content what still stands.
    pub async fn draft(&self, case_id: &str, content_hash: &str) -> Result<Option<Draft>, ReplicaError> {
        let row: Option<(String, String)> =
            sqlx::query_as("select draft, content_hash from drafts where case_id = $1")
                .bind(case_id)
                .fetch_optional(self.reader())
                .await?;
        let Some((draft, made_for)) = row else {
            return Ok(None);
        };
        let draft: Draft = payload(&draft)?;
        Ok(Some(if made_for == content_hash {
            draft
        } else {
            draft.on_other_content()
        }))
    }

    /// Keeps what the person typed, if the case is still theirs to decide and this content is still what it shows. One
    /// that was on its way while the case was decided or revised changes nothing.
    pub async fn keep_draft(
        &self,
        case_id: &str,
        content_hash: &str,
        draft: &Draft,
        now: Instant,
    ) -> Result<Result<(), NotWritten>, ReplicaError> {
        let mut writing = self.write().await?;
        let row: Option<(String, String)> =
            sqlx::query_as("select standing, content_hash from cases where id = $1")
                .bind(case_id)
                .fetch_optional(&mut *writing)
                .await?;
        let refused = match row {
            None => Some(NotWritten::Gone),
            Some((standing, _)) if standing != Standing::AtHand.as_str() => Some(NotWritten::Decided),
            Some((_, hash)) if hash != content_hash => Some(NotWritten::Changed),
            Some(_) => None,
        };
        if let Some(refused) = refused {
            return Ok(Err(refused));
        }
        put(&mut writing, case_id, content_hash, draft, now).await?;
        writing.commit().await?;
        Ok(Ok(()))
    }

    /// The program puts an earlier answer on the case, as a draft.
    pub async fn set_draft(
        &self,
        case_id: &str,
        content_hash: &str,
        draft: &Draft,
        now: Instant,
    ) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        put(&mut writing, case_id, content_hash, draft, now).await?;
        writing.commit().await?;
        Ok(())
    }
}

pub(super) async fn put(
    writing: &mut Writing,
    case_id: &str,
    content_hash: &str,
    draft: &Draft,
    now: Instant,
) -> Result<(), ReplicaError> {
    sqlx::query(
        "insert into drafts (case_id, content_hash, draft, written_at) values ($1, $2, $3, $4) \
         on conflict (case_id) do update set content_hash = excluded.content_hash, draft = excluded.draft, \
         written_at = excluded.written_at",
    )
    .bind(case_id)
    .bind(content_hash)
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
