//! Queues as the hub last told them.

use protocol::hub::QueueInfo;

use super::{Replica, ReplicaError, payload, text};

impl Replica {
    /// In the hub's order.
    pub async fn queues(&self) -> Result<Vec<QueueInfo>, ReplicaError> {
        let rows: Vec<String> = sqlx::query_scalar("select info from queues order by position")
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(|row| payload(row)).collect()
    }

    /// Replaces them all.
    pub async fn set_queues(&self, queues: &[QueueInfo]) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        sqlx::query("delete from queues").execute(&mut *writing).await?;
        for (position, queue) in queues.iter().enumerate() {
            sqlx::query("insert into queues (name, position, info) values ($1, $2, $3)")
                .bind(&queue.name)
                .bind(i64::try_from(position).unwrap_or(i64::MAX))
                .bind(text(queue)?)
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await?;
        Ok(())
    }
}
