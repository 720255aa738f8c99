//! The words cases are searched by. What is searched for with them is `cases::list`.
//!
//! On PostgreSQL an index of trigrams finds any part of a word. To put a case into it takes longer than everything else a
//! case costs when it comes in; so its words are written unindexed and indexed in batches afterwards. Until then they are
//! looked through one by one, so that a case is found from its commit on.

use serde_json::{Value, json};

use super::texts::Texts;
use super::{Conn, Engine};
use crate::error::HubError;

/// Writes the words of cases (id, words in lower case), over those they had.
///
/// # Errors
/// [`HubError`] of the database.
pub(super) async fn put(conn: &mut Conn, words: &[(&str, &str)]) -> Result<(), HubError> {
    let mut texts = Texts::default();
    let rows: Vec<Value> = words
        .iter()
        .map(|(case_id, words)| {
            let (o, n) = texts.put(words);
            json!({"case_id": case_id, "o": o, "n": n})
        })
        .collect();
    sqlx::query(Engine::of(conn).pick(
        "with r as materialized (select value as v from json_each($1))
         insert into case_search (case_id, words)
         select v ->> 'case_id', cast(substr($2, v ->> 'o', v ->> 'n') as text) from r where true
         on conflict (case_id) do update set words = excluded.words",
        "insert into case_search (case_id, words)
         select case_id, convert_from(substring($2::bytea from o for n), 'UTF8')
         from json_to_recordset($1::json) as t (case_id text, o int, n int)
         on conflict (case_id) do update set words = excluded.words, indexed = 0",
    ))
    .bind(Value::Array(rows).to_string())
    .bind(texts.into_bytes())
    .execute(conn)
    .await?;
    Ok(())
}

/// Indexes the words of so many cases that aren't yet, the oldest first. Returns how many there were; none where words have
/// no index.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn index(conn: &mut Conn, limit: i64) -> Result<u64, HubError> {
    if Engine::of(conn) == Engine::Sqlite {
        return Ok(0);
    }
    let done = sqlx::query(
        "update case_search set indexed = 1 where case_id in (
             select case_id from case_search where indexed = 0 order by case_id limit $1 for update skip locked)",
    )
    .bind(limit)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
