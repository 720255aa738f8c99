//! Which identity tokens were taken already: their hashes, as long as they would be valid.

use domain::Instant;

use super::{Conn, us};
use crate::error::HubError;

/// Notes one. False: it was taken before.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn take(conn: &mut Conn, hash: &str, expires_at: Instant, now: Instant) -> Result<bool, HubError> {
    sqlx::query("delete from identity_tokens where expires_at <= $1")
        .bind(us(now))
        .execute(&mut *conn)
        .await?;
    let done = sqlx::query(
        "insert into identity_tokens (hash, expires_at) values ($1, $2) on conflict (hash) do nothing",
    )
    .bind(hash)
    .bind(us(expires_at))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
