//! A write that means nothing, to know whether the database takes one.

use domain::Instant;

use super::{Conn, us};
use crate::error::HubError;

/// # Errors
/// [`HubError`] of the database.
pub async fn write(conn: &mut Conn, now: Instant) -> Result<(), HubError> {
    sqlx::query("insert into meta (name, value) values ('probed_at', $1) on conflict (name) do update set value = excluded.value")
        .bind(us(now).to_string())
        .execute(conn)
        .await?;
    Ok(())
}
