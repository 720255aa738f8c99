//! What the hub has registered of tools, as it last told.

use domain::action::tool::{Tool, Tools};

use super::{Replica, ReplicaError, payload, text};

impl Replica {
    pub async fn tools(&self) -> Result<Tools, ReplicaError> {
        let rows: Vec<(String, String)> = sqlx::query_as("select name, tool from tools")
            .fetch_all(self.reader())
            .await?;
        rows.into_iter()
            .map(|(name, tool)| Ok((name, payload::<Tool>(&tool)?)))
            .collect()
    }

    /// Replaces them all.
    pub async fn set_tools(&self, tools: &Tools) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from tools").execute(&mut *writing).await?;
        for (name, tool) in tools {
            sqlx::query("insert into tools (name, tool) values ($1, $2)")
                .bind(name)
                .bind(text(tool)?)
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await?;
        Ok(())
    }
}
