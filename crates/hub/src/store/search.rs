//! The words cases are searched by. What is searched for with them is `cases::list`.
//!
//! On PostgreSQL an index of trigrams finds any part of a word. To put a case into it takes longer than everything else a
//! case costs when it comes in; so its words are written unindexed and indexed in batches afterwards. Until then they are
//! looked through one by one, so that a case is found from its commit on.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::Row as _;

use super::texts::Texts;
use super::{Conn, Engine, rows_text};
use crate::error::HubError;

/// The words of a case as their statement takes them: they stand from `o`, `n` bytes long.
#[derive(Serialize)]
struct NewRow<'w> {
    case_id: &'w str,
    o: usize,
    n: usize,
}

/// Writes the words of cases (id, words in lower case), over those they had.
///
/// # Errors
/// [`HubError`] of the database.
pub(super) async fn put(conn: &mut Conn, words: &[(&str, &str)]) -> Result<(), HubError> {
    let mut texts = Texts::default();
    let rows: Vec<NewRow<'_>> = words
        .iter()
        .map(|(case_id, words)| {
            let (o, n) = texts.put(words);
            NewRow { case_id, o, n }
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
    .bind(rows_text(&rows)?)
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

/// Words of so many cases say how frequent a part of a word is.
const SAMPLE: i64 = 200;
/// Letters of a search that are looked at for its rarest part, and of such a part.
const LOOKED_AT: usize = 64;
const PART_MAX: usize = 12;
/// An index of trigrams finds nothing by less.
const PART_MIN: usize = 3;

/// The part of a pattern the index is best asked for: what is found by it is then read, whether it is what was searched for.
/// The index merges its lists of all trigrams in a pattern, and those that nearly every case has are as long as the queue.
///
/// # Errors
/// [`HubError`] of the database.
pub(super) async fn selective(conn: &mut Conn, pattern: &str) -> Result<String, HubError> {
    let rows = sqlx::query("select words from case_search order by case_id desc limit $1")
        .bind(SAMPLE)
        .fetch_all(conn)
        .await?;
    let sample: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("words"))
        .collect::<Result<_, _>>()?;
    Ok(rarest(pattern, &sample).map_or_else(|| pattern.to_owned(), |part| format!("%{part}%")))
}

/// To read a case takes about as long as to pass so many in a list: over a million cases 5 to 10 µs beside 0.25 µs.
const READING: f64 = 40.0;

/// Of all runs of letters and digits in the pattern the one that takes the least work; none: there is no run of three.
fn rarest(pattern: &str, sample: &[String]) -> Option<String> {
    let letters: Vec<char> = pattern.chars().take(LOOKED_AT).collect();
    let mut frequency = Frequency::of(sample);
    let mut best: Option<(f64, String)> = None;
    for from in 0..letters.len() {
        let (mut listed, mut found, mut is_seen) = (0.0, 1.0, true);
        for to in from + PART_MIN..=letters.len().min(from + PART_MAX) {
            let part = &letters[from..to];
            if !part.iter().all(|letter| letter.is_alphanumeric()) {
                break;
            }
            let trigram = &part[part.len() - PART_MIN..];
            listed += frequency.share(trigram);
            found *= match part.len() {
                PART_MIN => frequency.share(trigram),
                _ => frequency.share_after(trigram),
            };
            if best.as_ref().is_some_and(|(least, _)| listed >= *least) {
                break;
            }
            // No part is in more words than what it is made of: most needn't be counted.
            is_seen = is_seen && frequency.is_seen(trigram) && frequency.is_seen(part);
            if is_seen {
                found = frequency.share(part);
            }
            let work = listed + READING * found;
            if best.as_ref().is_none_or(|(least, _)| work < *least) {
                best = Some((work, part.iter().collect()));
            }
        }
    }
    best.map(|(_, part)| part)
}

/// How many of all cases have a part in their words, by what a sample has.
struct Frequency<'s> {
    sample: &'s [String],
    counted: HashMap<String, f64>,
}

impl<'s> Frequency<'s> {
    /// Fewer than so many in the sample say little of how rare a part is.
    const FEW: f64 = 5.0;
    /// What nobody in the sample has, some may have all the same.
    const UNSEEN: f64 = 0.25;

    fn of(sample: &'s [String]) -> Self {
        let counted = HashMap::new();
        Self { sample, counted }
    }

    fn count(&mut self, part: &[char]) -> f64 {
        let part: String = part.iter().collect();
        let sample = self.sample;
        *self.counted.entry(part).or_insert_with_key(|part| {
            sample
                .iter()
                .filter(|words| words.contains(part.as_str()))
                .count() as f64
        })
    }

    fn all(&self) -> f64 {
        self.sample.len() as f64
    }

    fn share(&mut self, part: &[char]) -> f64 {
        (self.count(part) + Self::UNSEEN) / (self.all() + 1.0)
    }

    /// Of those that have the letters before it, how many go on with the last one.
    fn share_after(&mut self, trigram: &[char]) -> f64 {
        let (whole, before) = (self.count(trigram), self.count(&trigram[..trigram.len() - 1]));
        (whole + Self::UNSEEN) / (before + 1.0)
    }

    /// Whether the sample has enough of them to say how many there are.
    fn is_seen(&mut self, part: &[char]) -> bool {
        self.count(part) >= Self::FEW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<String> {
        (0..200)
            .map(|n| {
                format!(
                    "quill ltd office{n:03}@example.com +49 30 {}",
                    1_000_000 + n * 7919
                )
            })
            .collect()
    }

    #[test]
    fn the_index_is_asked_for_what_few_have() {
        let part = rarest("%office137@example%", &sample()).unwrap();
        assert!("office137".contains(&part) && part.contains('7'), "{part}");
        let part = rarest("%quillon%", &sample()).unwrap();
        assert!(!"quill".contains(&part), "{part}");
    }

    #[test]
    fn of_digits_as_many_are_asked_for_as_make_them_rare() {
        // Three digits stand in a hundredth of all cases: thousands, where there are a million.
        let part = rarest("%1791973%", &sample()).unwrap();
        assert!(part.len() >= 5, "{part}");
    }

    #[test]
    fn the_part_is_of_one_word_and_nothing_that_means_something_in_a_pattern() {
        assert_eq!(rarest("%a-b\\_c%", &sample()), None);
        assert_eq!(rarest("%zz\\%yyy%", &sample()).as_deref(), Some("yyy"));
        assert_eq!(rarest("%日本語%", &[]).as_deref(), Some("日本語"));
    }
}
