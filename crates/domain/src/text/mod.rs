//! Text for people: labels, lists, differences, hidden and look-alike characters.
//!
//! Nothing here changes what a text says: segments put together again are the text, to the byte.

mod difference;
mod suspicious;
mod words;

use serde::{Deserialize, Serialize};

pub use difference::{compare, compare_alone, differing_share, folded};
pub use suspicious::{escaped, escaped_lines, inspect, skeleton_of, suspicious_count};
pub use words::{capitalised, counted, joined, label, lower_label, number_word, split_words, value_text};

use similar::{Algorithm, DiffTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// A run of characters of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Segment {
    pub text: String,
    pub sort: SegmentSort,
    /// For hidden and look-alike characters: what it really is, "U+0430 CYRILLIC SMALL LETTER A" or "U+0007".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub really: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SegmentSort {
    /// Equal to the others, or nothing to compare with: recedes.
    Same,
    /// Differs: stands out.
    Differs,
    /// Invisible, control or direction-changing: drawn, never rendered.
    Hidden,
    /// Looks like another character.
    LookAlike,
}

/// A run of words in a comparison of before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Change {
    pub text: String,
    pub sort: ChangeSort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ChangeSort {
    Kept,
    Added,
    Removed,
}

/// Above this product of word counts a message is shown as replaced, not compared: the work would be felt.
const WORD_WORK_MAX: usize = 4_000_000;

/// An edit word by word. Kept and removed together are `before`, kept and added together are `after`.
pub fn word_diff(before: &str, after: &str) -> Vec<Change> {
    let old: Vec<&str> = before.split_word_bounds().collect();
    let new: Vec<&str> = after.split_word_bounds().collect();
    let mut changes = Changes::default();
    let mut pending: Option<(String, String)> = None;
    for (equal, removed, added) in steps(&old, &new) {
        // A space between two changed words would cut the change in pieces; it goes with them.
        let bridge = equal && pending.is_some() && removed.chars().all(|c| c == ' ');
        if equal && !bridge {
            changes.flush(&mut pending);
            changes.push(removed, ChangeSort::Kept);
        } else {
            let (out, inside) = pending.get_or_insert_with(Default::default);
            out.push_str(&removed);
            inside.push_str(&added);
        }
    }
    changes.flush(&mut pending);
    changes.0
}

/// Runs of words: whether equal, the text before, the text after.
fn steps(old: &[&str], new: &[&str]) -> Vec<(bool, String, String)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (left, right) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut steps = vec![(true, old[..head].concat(), old[..head].concat())];
    if left.len().saturating_mul(right.len()) > WORD_WORK_MAX {
        steps.push((false, left.concat(), right.concat()));
    } else {
        for op in capture_diff_slices(Algorithm::Myers, left, right) {
            let (tag, from, to) = op.as_tag_tuple();
            steps.push((tag == DiffTag::Equal, left[from].concat(), right[to].concat()));
        }
    }
    let rest = old[old.len() - tail..].concat();
    steps.push((true, rest.clone(), rest));
    steps
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, text: String, sort: ChangeSort) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut().filter(|last| last.sort == sort) {
            Some(last) => last.text.push_str(&text),
            None => self.0.push(Change { text, sort }),
        }
    }

    /// What was swallowed at the end of a change but is equal on both sides is given back as kept.
    fn flush(&mut self, pending: &mut Option<(String, String)>) {
        let Some((mut removed, mut added)) = pending.take() else {
            return;
        };
        let mut kept = String::new();
        while removed.ends_with(' ') && added.ends_with(' ') {
            removed.pop();
            added.pop();
            kept.push(' ');
        }
        self.push(removed, ChangeSort::Removed);
        self.push(added, ChangeSort::Added);
        self.push(kept, ChangeSort::Kept);
    }
}

#[cfg(test)]
mod tests;
