//! Context detail up to `internal`, fetched ahead so that it opens offline. More sensitive detail never lies here.

use serde_json::Value;

use super::{Replica, ReplicaError, payload, text};

/// What is known of a detail.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Not fetched.
    Unknown,
    /// The hub has none.
    None,
    Here(Value),
}

impl Replica {
    pub async fn context_detail(&self, case_id: &str, context_id: &str) -> Result<Detail, ReplicaError> {
        let row: Option<Option<String>> =
            sqlx::query_scalar("select detail from context_details where case_id = $1 and context_id = $2")
                .bind(case_id)
                .bind(context_id)
                .fetch_optional(self.reader())
                .await?;
        Ok(match row {
            None => Detail::Unknown,
            Some(None) => Detail::None,
            Some(Some(text)) => Detail::Here(payload(&text)?),
        })
    }

    pub async fn set_context_detail(
        &self,
        case_id: &str,
        context_id: &str,
        detail: Option<&Value>,
    ) -> Result<(), ReplicaError> {
        sqlx::query(
            "insert into context_details (case_id, context_id, detail) values ($1, $2, $3) \
             on conflict (case_id, context_id) do update set detail = excluded.detail",
        )
        .bind(case_id)
        .bind(context_id)
        .bind(detail.map(text).transpose()?)
        .execute(&mut *self.alone().await?)
        .await?;
        Ok(())
    }
}
