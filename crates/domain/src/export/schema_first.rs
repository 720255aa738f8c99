//! Rows in such an order that a reader which settles its columns by the beginning of a file has seen every column.
//!
//! `datasets.load_dataset("json")` takes the columns of the first 10 MB for those of the file and fails on a member it
//! meets first further on (datasets 5.2.0). Most rows have no earlier tool calls, for example; one that has may come
//! late. So rows are held back until each optional member was seen, and the rows that show them go first. Held back is
//! a bounded amount: past it the columns are settled, and what has no place in them is rewritten by the caller.

use std::io::Write;

use serde::Serialize;

use super::{ExportError, write_line};

/// Bytes of rows held back at most.
const HELD_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Optional members, a bit each.
pub(super) type Members = u8;

pub(super) struct SchemaFirst {
    /// All there are.
    all: Members,
    seen: Members,
    /// None once the columns are settled.
    held: Option<Vec<(Members, Vec<u8>)>>,
    held_bytes: usize,
    held_bytes_max: usize,
}

impl SchemaFirst {
    pub fn of(all: Members) -> Self {
        Self {
            all,
            seen: 0,
            held: Some(Vec::new()),
            held_bytes: 0,
            held_bytes_max: HELD_BYTES_MAX,
        }
    }

    /// The members a row may still have. The caller leaves out or rewrites others before it pushes.
    pub fn places(&self) -> Members {
        if self.held.is_some() { self.all } else { self.seen }
    }

    pub fn push(
        &mut self,
        members: Members,
        row: &impl Serialize,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        let Some(held) = &mut self.held else {
            return write_line(out, row);
        };
        let mut line = Vec::new();
        write_line(&mut line, row)?;
        self.seen |= members;
        self.held_bytes += line.len();
        held.push((members, line));
        if self.seen == self.all || self.held_bytes > self.held_bytes_max {
            self.settle(out)?;
        }
        Ok(())
    }

    /// Writes what is held: the rows that show a member first, the others after them, each in their order.
    pub fn settle(&mut self, out: &mut dyn Write) -> Result<(), ExportError> {
        let held = self.held.take().unwrap_or_default();
        let mut shown: Members = 0;
        // Backwards: the row that completed the set is the one most likely to show several.
        let mut leads = vec![false; held.len()];
        for (lead, (members, _)) in leads.iter_mut().zip(&held).rev() {
            *lead = members & !shown != 0;
            shown |= members;
        }
        for wanted in [true, false] {
            for ((_, line), _) in held.iter().zip(&leads).filter(|(_, lead)| **lead == wanted) {
                out.write_all(line)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(held_bytes_max: usize, rows: &[(Members, &str)]) -> Vec<String> {
        let mut out = Vec::new();
        let mut first = SchemaFirst {
            held_bytes_max,
            ..SchemaFirst::of(0b11)
        };
        for (members, row) in rows {
            first.push(*members, row, &mut out).unwrap();
        }
        first.settle(&mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| line.trim_matches('"').to_owned())
            .collect()
    }

    #[test]
    fn the_rows_that_show_every_member_stand_first() {
        let rows = [
            (0, "a"),
            (0b01, "b"),
            (0, "c"),
            (0b01, "d"),
            (0b10, "e"),
            (0, "f"),
        ];
        assert_eq!(written(1000, &rows), ["d", "e", "a", "b", "c", "f"]);
    }

    #[test]
    fn rows_keep_their_order_where_no_member_is_optional() {
        assert_eq!(written(1000, &[(0, "a"), (0, "b")]), ["a", "b"]);
    }

    #[test]
    fn past_the_bound_the_columns_are_those_seen() {
        let mut first = SchemaFirst {
            held_bytes_max: 8,
            ..SchemaFirst::of(0b11)
        };
        let mut out = Vec::new();
        first.push(0b01, &"aaaa", &mut out).unwrap();
        assert_eq!(
            (first.places(), out.len()),
            (0b11, 0),
            "everything has a place while rows are held"
        );
        first.push(0, &"bbbb", &mut out).unwrap();
        assert_eq!((first.places(), out.len()), (0b01, 14));
    }
}
