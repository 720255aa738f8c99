//! Two opinions that don't agree, side by side: who said what, and first of all where they differ. For the one who
//! settles it. Whether two agree is said in `policy::opinions`; here it is only laid out.

mod action;
mod conflict;
mod matching;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Instant;
use crate::case::CaseBody;
use crate::decision::Verdict;
use crate::draft::{CANNOT_TELL, verdict_words};
use crate::text::{Change, Segment, compare, inspect};

/// More than anybody reads: the rest is counted.
const DIFFERENCES_MAX: usize = 40;

/// An opinion as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    pub decision_id: String,
    /// Name of who gave it, where the reader may know it.
    pub by: Option<String>,
    pub at: Instant,
    /// As sent; none: can't tell.
    pub verdict: Option<Value>,
    /// Codes of the queue's reasons.
    pub reasons: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisputeView {
    pub first: OpinionView,
    pub second: OpinionView,
    /// Never empty: two who would do the same don't disagree.
    pub differences: Vec<DisputePoint>,
    /// How many more there are.
    pub left_out: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OpinionView {
    pub decision_id: String,
    /// "Ana", or "The first person" where the reader may not know the name.
    pub by: String,
    pub at: Instant,
    /// "Approved", "3 groups".
    pub words: String,
    pub cannot_tell: bool,
    /// To take it over as a draft.
    pub verdict: Option<Value>,
    /// Codes; the queue has their labels.
    pub reasons: Vec<String>,
    pub comment: Option<String>,
}

/// One point on which the two differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisputePoint {
    /// "B and C", "Arrival", "Amount".
    pub place: String,
    /// What each says of it, with the characters marked that differ.
    pub first: Vec<Segment>,
    pub second: Vec<Segment>,
    /// Of a message, in place of both: from the first's words to the second's. Empty for everything else.
    pub message: Vec<Change>,
}

impl DisputePoint {
    /// Two values of the same thing: what differs in them stands out.
    fn of_values(place: impl Into<String>, first: &str, second: &str) -> Self {
        Self {
            place: place.into(),
            first: compare(first, second),
            second: compare(second, first),
            message: Vec::new(),
        }
    }

    /// Two things that have no letters in common.
    fn of_words(place: impl Into<String>, first: &str, second: &str) -> Self {
        Self {
            place: place.into(),
            first: inspect(first),
            second: inspect(second),
            message: Vec::new(),
        }
    }
}

/// None when one of them can't be read any more: then they aren't laid out, and the case is decided as any other.
pub fn view(first: Opinion, second: Opinion, body: &CaseBody) -> Option<DisputeView> {
    let read = |opinion: &Opinion| -> Option<Option<Verdict>> {
        opinion
            .verdict
            .as_ref()
            .map(|json| Verdict::read(json, body))
            .transpose()
            .ok()
    };
    let (one, other) = (read(&first)?, read(&second)?);
    let mut found = differences(one.as_ref(), other.as_ref(), body);
    let left_out = found.len().saturating_sub(DIFFERENCES_MAX);
    found.truncate(DIFFERENCES_MAX);
    Some(DisputeView {
        first: opinion_view(first, one.as_ref(), body, "The first person"),
        second: opinion_view(second, other.as_ref(), body, "The second person"),
        differences: found,
        left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
    })
}

fn opinion_view(opinion: Opinion, verdict: Option<&Verdict>, body: &CaseBody, nobody: &str) -> OpinionView {
    OpinionView {
        by: opinion.by.unwrap_or_else(|| nobody.to_owned()),
        words: words(verdict, body),
        cannot_tell: verdict.is_none(),
        decision_id: opinion.decision_id,
        at: opinion.at,
        verdict: opinion.verdict,
        reasons: opinion.reasons,
        comment: opinion.comment,
    }
}

fn words(verdict: Option<&Verdict>, body: &CaseBody) -> String {
    verdict.map_or_else(|| CANNOT_TELL.to_owned(), |verdict| verdict_words(verdict, body))
}

/// Every point on which the two would not do the same; none exactly when they agree. `None`: can't tell.
pub fn differences(first: Option<&Verdict>, second: Option<&Verdict>, body: &CaseBody) -> Vec<DisputePoint> {
    match (first, second, body) {
        (None, None, _) => Vec::new(),
        (Some(Verdict::Match(a)), Some(Verdict::Match(b)), CaseBody::Match(body)) => {
            matching::differences(a, b, body)
        }
        (Some(Verdict::Conflict(a)), Some(Verdict::Conflict(b)), CaseBody::Conflict(body)) => {
            conflict::differences(a, b, body)
        }
        (Some(Verdict::Action(a)), Some(Verdict::Action(b)), CaseBody::Action(body)) => {
            action::differences(a, b, body)
        }
        (first, second, body) => vec![DisputePoint::of_words(
            "The whole case",
            &words(first, body),
            &words(second, body),
        )],
    }
}
