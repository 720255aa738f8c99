//! Verdicts in a word or two: for the button, the suggestion, the undo card, history and outbox.

use serde::{Deserialize, Serialize};

use super::Draft;
use super::refusal::attribute_label;
use crate::action::{ActionBody, ActionVerdict, Answered, Effect};
use crate::case::{Case, CaseBody};
use crate::conflict::view::shown_text;
use crate::conflict::{Answer, ConflictVerdict};
use crate::decision::{Agreement, Verdict};
use crate::fields::agreements;
use crate::matching::evidence::percent_short;
use crate::matching::view::unsure_words;
use crate::matching::{MatchBody, MatchVerdict};
use crate::suggestion::Suggestion;
use crate::text::{counted, escaped, joined};

pub const CANNOT_TELL: &str = "Can't tell";

/// A value longer than this is cut in a label.
const VALUE_MAX: usize = 40;

/// What the machine would do, for the bar: quiet, bottom right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SuggestionWords {
    /// "Same, 98 %".
    pub text: String,
    /// "splink 4.0.17"; empty when the case doesn't say.
    pub by: String,
}

/// The suggestion in words; none when there is none. Whether it is shown is for policy to say.
pub fn suggestion_words(case: &Case) -> Option<SuggestionWords> {
    words_of(case.suggestion.as_ref()?, case)
}

/// What a verdict that differs does away with: of several attributes in conflict those on which it differs, and how sure
/// the machine is only where that is all of them.
pub(super) fn overridden_words(case: &Case, verdict: &Verdict) -> Option<String> {
    let suggestion = case.suggestion.as_ref()?;
    let whole = |suggestion| Some(words_of(suggestion, case)?.text);
    let (Verdict::Conflict(theirs), CaseBody::Conflict(body)) = (&suggestion.verdict, &case.body) else {
        return whole(suggestion);
    };
    let fields = agreements(verdict, &suggestion.verdict, &case.body);
    let differing: Vec<&str> = fields
        .iter()
        .filter(|(_, agreement)| *agreement == Agreement::Override)
        .map(|(field, _)| field.as_str())
        .collect();
    if body.attributes.len() < 2 || differing.is_empty() {
        return whole(suggestion);
    }
    let said = body
        .attributes
        .iter()
        .filter(|attribute| differing.contains(&attribute.name.as_str()))
        .map(|attribute| {
            let answer = theirs.values.get(&attribute.name);
            let answer = answer.map_or_else(|| "no answer".to_owned(), answer_words);
            format!("{} {answer}", cut(&attribute_label(body, &attribute.name)))
        });
    Some(said.collect::<Vec<_>>().join(", "))
}

fn words_of(suggestion: &Suggestion, case: &Case) -> Option<SuggestionWords> {
    let verdict = match (&suggestion.verdict, &case.body) {
        (Verdict::Action(verdict), CaseBody::Action(_)) => action_words(verdict, &PRESENT),
        (verdict, body) => verdict_words(verdict, body),
    };
    let confidence = suggestion
        .confidence
        .map(|c| format!(", {}", percent_short(c)))
        .unwrap_or_default();
    let by = suggestion.by.as_ref().map(|by| {
        let said: Vec<&str> = [&by.name, &by.version]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        said.join(" ")
    });
    Some(SuggestionWords {
        text: format!("{verdict}{confidence}"),
        by: by.unwrap_or_default(),
    })
}

/// "Same", "Different", "3 groups", "21:20", "Approved", "Rejected".
pub fn verdict_words(verdict: &Verdict, body: &CaseBody) -> String {
    match (verdict, body) {
        (Verdict::Match(verdict), CaseBody::Match(body)) => match_words(verdict, body),
        (Verdict::Conflict(verdict), _) => conflict_words(verdict),
        (Verdict::Action(verdict), _) => action_words(verdict, &PAST),
        (Verdict::Match(verdict), _) => counted(verdict.clusters.len(), "group"),
    }
}

/// With the pairs that can't be told, which make the rest of a partition say less.
fn match_words(verdict: &MatchVerdict, body: &MatchBody) -> String {
    let (clusters, records) = (verdict.clusters.len(), body.records.len());
    let words = match (clusters, records) {
        (1, 2) => "Same".to_owned(),
        (_, 2) if verdict.unsure.is_empty() => "Different".to_owned(),
        (_, 2) => CANNOT_TELL.to_owned(),
        (1, _) => "All the same".to_owned(),
        (clusters, records) if clusters == records => "All different".to_owned(),
        (clusters, _) => counted(clusters, "group"),
    };
    match unsure_words(verdict.unsure.len()) {
        Some(unsure) if records > 2 => format!("{words}, {unsure}"),
        _ => words,
    }
}

fn conflict_words(verdict: &ConflictVerdict) -> String {
    let mut answers = verdict.values.values();
    let Some(first) = answers.next() else {
        return "No answers".to_owned();
    };
    let words = answer_words(first);
    match answers.count() {
        0 => words,
        more => format!("{words} and {more} more"),
    }
}

fn answer_words(answer: &Answer) -> String {
    match answer {
        Answer::Value { value, .. } => cut(&shown_text(value)),
        Answer::Several { values, .. } => {
            joined(&values.iter().map(|v| cut(&shown_text(v))).collect::<Vec<_>>())
        }
        Answer::Unknown { .. } => "Unknown".to_owned(),
        Answer::AskOwner { system, .. } => format!("Ask {}", cut(system)),
    }
}

fn cut(text: &str) -> String {
    let line = escaped(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(VALUE_MAX) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

/// In the order of [`Answered`]: approve, edit, reject, respond.
const PAST: [&str; 4] = ["Approved", "Edited", "Rejected", "Replied"];
const PRESENT: [&str; 4] = ["Approve", "Edit", "Reject", "Reply"];

fn action_words(verdict: &ActionVerdict, forms: &[&str; 4]) -> String {
    let all = [
        Answered::Approve,
        Answered::Edit,
        Answered::Reject,
        Answered::Respond,
    ];
    let counts: Vec<(&str, usize)> = all
        .iter()
        .zip(forms)
        .map(|(answered, form)| {
            (
                *form,
                verdict.actions.iter().filter(|a| a.answered == *answered).count(),
            )
        })
        .filter(|(_, n)| *n > 0)
        .collect();
    match counts.as_slice() {
        [(form, _)] => (*form).to_owned(),
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|(form, n)| format!("{n} {}", form.to_lowercase()))
                .collect();
            parts.join(", ")
        }
    }
}

/// What committing does, for the button; with nothing chosen what it would be about.
pub(super) fn commit_label(body: &CaseBody, draft: &Draft, verdict: Option<&Verdict>) -> String {
    if draft.cannot_tell {
        return CANNOT_TELL.to_owned();
    }
    match (body, verdict) {
        (CaseBody::Match(body), Some(Verdict::Match(verdict))) if body.records.len() == 2 => {
            match_words(verdict, body)
        }
        (CaseBody::Match(body), _) => {
            if body.records.len() == 2 {
                "Save".to_owned()
            } else {
                "Save groups".to_owned()
            }
        }
        (CaseBody::Conflict(_), Some(Verdict::Conflict(verdict))) => settle_label(verdict),
        (CaseBody::Conflict(_), _) => "Settle".to_owned(),
        (CaseBody::Action(body), Some(Verdict::Action(verdict))) => action_label(verdict, body),
        (CaseBody::Action(body), _) => drafted_label(body, draft),
    }
}

fn settle_label(verdict: &ConflictVerdict) -> String {
    match verdict.values.values().collect::<Vec<_>>().as_slice() {
        [Answer::Value { value, .. }] => format!("Settle on {}", cut(&shown_text(value))),
        [Answer::Several { values, .. }] => format!("Settle on {}", counted(values.len(), "value")),
        [Answer::Unknown { .. }] => "Leave unknown".to_owned(),
        [Answer::AskOwner { system, .. }] => format!("Ask {}", cut(system)),
        several => format!("Settle {}", counted(several.len(), "attribute")),
    }
}

fn action_label(verdict: &ActionVerdict, body: &ActionBody) -> String {
    match (verdict.actions.as_slice(), body.actions.as_slice()) {
        ([answer], [action]) => answer_label(answer.answered, action.effect).to_owned(),
        _ => action_words(verdict, &PRESENT),
    }
}

fn answer_label(answered: Answered, effect: Effect) -> &'static str {
    match (answered, effect) {
        (Answered::Approve, Effect::Send) => "Send",
        (Answered::Approve, _) => "Approve",
        (Answered::Edit, Effect::Send) => "Send this edit",
        (Answered::Edit, _) => "Approve this edit",
        (Answered::Reject, _) => "Reject",
        (Answered::Respond, _) => "Send the reply",
    }
}

/// The label of an answer that isn't whole yet: the button says already what it will do.
fn drafted_label(body: &ActionBody, draft: &Draft) -> String {
    let chosen = draft
        .verdict
        .as_ref()
        .and_then(|v| v.pointer("/actions/0/type"))
        .and_then(|t| serde_json::from_value::<Answered>(t.clone()).ok());
    match (chosen, body.actions.as_slice()) {
        (Some(answered), [action]) => answer_label(answered, action.effect).to_owned(),
        _ => "Decide".to_owned(),
    }
}
