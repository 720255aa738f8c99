//! How often systems were right before, as the hub counted it.

use std::collections::HashMap;

use super::{Replica, ReplicaError};

/// Right and judged, by system and attribute.
pub type Trust = HashMap<(String, String), (u64, u64)>;

impl Replica {
    pub async fn source_trust(&self) -> Result<Trust, ReplicaError> {
        let rows: Vec<(String, String, i64, i64)> =
            sqlx::query_as("select system, attribute, right_count, n from source_trust")
                .fetch_all(self.reader())
                .await?;
        Ok(rows
            .into_iter()
            .map(|(system, attribute, right, n)| {
                ((system, attribute), (right.unsigned_abs(), n.unsigned_abs()))
            })
            .collect())
    }

    /// Replaces it all.
    pub async fn set_source_trust(&self, trust: &Trust) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from source_trust")
            .execute(&mut *writing)
            .await?;
        for ((system, attribute), (right, n)) in trust {
            sqlx::query(
                "insert into source_trust (system, attribute, right_count, n) values ($1, $2, $3, $4)",
            )
            .bind(system)
            .bind(attribute)
            .bind(i64::try_from(*right).unwrap_or(i64::MAX))
            .bind(i64::try_from(*n).unwrap_or(i64::MAX))
            .execute(&mut *writing)
            .await?;
        }
        writing.commit().await?;
        Ok(())
    }
}
