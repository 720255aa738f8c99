//! Where two values differ, letter by letter. Case and runs of white space recede; everything else stands out.
//!
//! Words are aligned first, then letters inside aligned words: a difference never straddles words that have nothing in
//! common, and islands of one or two equal letters inside a changed word are swallowed, so that it reads well.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::Segment;
use super::suspicious::{marks, paint};

/// Longer texts aren't compared letter by letter.
const COMPARED_BYTES_MAX: usize = 4_000;
const WORK_MAX: usize = 60_000;
const ALIGNED_WORDS_MAX: usize = 24;
const ISLAND_MIN: usize = 3;

/// `text`, cut where it differs from `other`. An empty `other` is nothing to compare with.
pub fn compare(text: &str, other: &str) -> Vec<Segment> {
    paint(text, marks(text), &differing(text, other, false))
}

/// As [`compare`], where `other` isn't shown beside it: a word that only lacks letters stands out too.
pub fn compare_alone(text: &str, other: &str) -> Vec<Segment> {
    paint(text, marks(text), &differing(text, other, true))
}

/// How much of `text` differs from `other`, 0 to 1, by characters without white space.
pub fn differing_share(segments: &[Segment]) -> f64 {
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let all: usize = segments.iter().map(|s| visible(&s.text)).sum();
    let differs: usize = segments
        .iter()
        .filter(|s| s.sort == super::SegmentSort::Differs)
        .map(|s| visible(&s.text))
        .sum();
    if all == 0 {
        0.0
    } else {
        differs as f64 / all as f64
    }
}

/// What two values are compared by: without case, white space as single blanks.
pub fn folded(text: &str) -> String {
    text.split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

struct Word<'a> {
    /// Byte range in the text.
    range: Range<usize>,
    key: String,
    text: &'a str,
}

fn split(text: &str) -> Vec<Word<'_>> {
    text.split_whitespace()
        .map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            Word {
                range: start..start + word.len(),
                key: word.to_lowercase(),
                text: word,
            }
        })
        .collect()
}

fn differing(text: &str, other: &str, alone: bool) -> Vec<Range<usize>> {
    let (mine, theirs) = (split(text), split(other));
    if theirs.is_empty() || mine.is_empty() {
        return Vec::new();
    }
    let head = mine
        .iter()
        .zip(&theirs)
        .take_while(|(a, b)| a.key == b.key)
        .count();
    let tail = mine[head..]
        .iter()
        .rev()
        .zip(theirs[head..].iter().rev())
        .take_while(|(a, b)| a.key == b.key)
        .count();
    let (left, right) = (&mine[head..mine.len() - tail], &theirs[head..theirs.len() - tail]);
    let mut found = Vec::new();
    let too_long = text.len().max(other.len()) > COMPARED_BYTES_MAX;
    if too_long || left.len().saturating_mul(right.len()) > WORK_MAX {
        found.extend(left.iter().map(|word| word.range.clone()));
    } else {
        let keys = |words: &[Word<'_>]| words.iter().map(|w| w.key.clone()).collect::<Vec<_>>();
        for op in capture_diff_slices(Algorithm::Myers, &keys(left), &keys(right)) {
            let (tag, from, to) = op.as_tag_tuple();
            if tag != DiffTag::Equal {
                region(&left[from], &right[to], alone, &mut found);
            }
        }
    }
    bridged(text, found)
}

/// Words on both sides that aren't equal as they stand.
fn region(left: &[Word<'_>], right: &[Word<'_>], alone: bool, found: &mut Vec<Range<usize>>) {
    if right.is_empty() || left.len() > ALIGNED_WORDS_MAX || right.len() > ALIGNED_WORDS_MAX {
        found.extend(left.iter().map(|word| word.range.clone()));
        return;
    }
    let glued = |words: &[Word<'_>]| words.iter().map(|w| w.key.as_str()).collect::<String>();
    if left.len() != right.len() && glued(left) == glued(right) {
        // Only the gaps differ: "day care" and "daycare".
        found.extend(left.windows(2).map(|pair| pair[0].range.end..pair[1].range.start));
        return;
    }
    for (word, partner) in left.iter().zip(aligned(left, right)) {
        match partner.and_then(|index| letters(word, &right[index])) {
            Some(ranges)
                if !(alone && ranges.is_empty() && partner.is_some_and(|i| right[i].key != word.key)) =>
            {
                found.extend(ranges)
            }
            _ => found.push(word.range.clone()),
        }
    }
}

/// For each left word the right word it is best read against, keeping the order of both.
fn aligned(left: &[Word<'_>], right: &[Word<'_>]) -> Vec<Option<usize>> {
    let likeness: Vec<Vec<usize>> = left
        .iter()
        .map(|l| right.iter().map(|r| likeness(&l.key, &r.key)).collect())
        .collect();
    let mut best = vec![vec![0usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            best[i][j] = best[i + 1][j]
                .max(best[i][j + 1])
                .max(best[i + 1][j + 1] + likeness[i][j]);
        }
    }
    let (mut i, mut j, mut partners) = (0, 0, vec![None; left.len()]);
    while i < left.len() && j < right.len() {
        if likeness[i][j] > 0 && best[i][j] == best[i + 1][j + 1] + likeness[i][j] {
            partners[i] = Some(j);
            (i, j) = (i + 1, j + 1);
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    partners
}

/// How alike two words are, in thousandths: letters shared at both ends of the longer.
fn likeness(left: &str, right: &str) -> usize {
    let head = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let (l, r) = (left.chars().count(), right.chars().count());
    let tail = left
        .chars()
        .rev()
        .zip(right.chars().rev())
        .take(l.min(r) - head)
        .take_while(|(a, b)| a == b)
        .count();
    (head + tail) * 1000 / l.max(r).max(1)
}

/// Byte ranges in which a word differs from its partner; none when so little is shared that it differs as a whole.
fn letters(word: &Word<'_>, partner: &Word<'_>) -> Option<Vec<Range<usize>>> {
    let (mine, keys) = graphemes(word.text);
    let (_, their_keys) = graphemes(partner.text);
    let head = keys.iter().zip(&their_keys).take_while(|(a, b)| a == b).count();
    let shorter = keys.len().min(their_keys.len());
    let tail = keys
        .iter()
        .rev()
        .zip(their_keys.iter().rev())
        .take(shorter - head)
        .take_while(|(a, b)| a == b)
        .count();
    let (left, right) = (
        &keys[head..keys.len() - tail],
        &their_keys[head..their_keys.len() - tail],
    );
    let mut equal = vec![false; left.len()];
    if left.len().saturating_mul(right.len()) <= WORK_MAX {
        for op in capture_diff_slices(Algorithm::Myers, left, right) {
            let (tag, from, _) = op.as_tag_tuple();
            if tag == DiffTag::Equal && from.len() >= ISLAND_MIN {
                equal[from].fill(true);
            }
        }
    }
    let shared = head + tail + equal.iter().filter(|e| **e).count();
    let abbreviated = head == shorter;
    if shared * 5 < keys.len().max(their_keys.len()) * 2 && !abbreviated {
        return None;
    }
    let at = |index: usize| word.range.start + mine[head + index].0;
    Some(
        equal
            .iter()
            .enumerate()
            .filter(|(_, equal)| !**equal)
            .map(|(index, _)| at(index)..at(index) + mine[head + index].1.len())
            .collect(),
    )
}

/// Grapheme clusters with their byte offsets, and what each is compared by.
fn graphemes(word: &str) -> (Vec<(usize, &str)>, Vec<String>) {
    let clusters: Vec<(usize, &str)> = word.grapheme_indices(true).collect();
    let keys = clusters
        .iter()
        .map(|(_, cluster)| cluster.to_lowercase())
        .collect();
    (clusters, keys)
}

/// Ranges in order, joined where they touch or only white space lies between them.
fn bridged(text: &str, found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found.into_iter().filter(|range| !range.is_empty()) {
        match joined
            .last_mut()
            .filter(|last| text[last.end..range.start].trim().is_empty())
        {
            Some(last) => last.end = range.end,
            None => joined.push(range),
        }
    }
    joined
}
