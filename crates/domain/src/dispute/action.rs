//! Which calls the two would run otherwise: one and not the other, or with other arguments; a message word by word.

use serde_json::Value;

use super::DisputePoint;
use crate::action::headline::headline;
use crate::action::view::{leaves, same_json};
use crate::action::{Action, ActionAnswer, ActionBody, ActionVerdict, Answered};
use crate::text::{Change, ChangeSort, value_text, word_diff};

pub(super) fn differences(
    first: &ActionVerdict,
    second: &ActionVerdict,
    body: &ActionBody,
) -> Vec<DisputePoint> {
    let mut found = Vec::new();
    let several = body.actions.len() > 1;
    for (index, (action, (a, b))) in body
        .actions
        .iter()
        .zip(first.actions.iter().zip(&second.actions))
        .enumerate()
    {
        match (a.final_arguments(action), b.final_arguments(action)) {
            (Some(mine), Some(theirs)) => {
                let before = if several {
                    format!("Call {}, ", index + 1)
                } else {
                    String::new()
                };
                found.extend(of_arguments(action, mine, theirs, &before));
            }
            (None, None) if a.answered == b.answered => {}
            _ => found.push(DisputePoint::of_words(
                headline(action, &action.arguments),
                &words(a),
                &words(b),
            )),
        }
    }
    found
}

fn words(answer: &ActionAnswer) -> String {
    let word = match answer.answered {
        Answered::Approve => "Approve",
        Answered::Edit => "Approve, edited",
        Answered::Reject => "Reject",
        Answered::Respond => "Reply",
    };
    match answer
        .message
        .as_deref()
        .map(str::trim)
        .filter(|said| !said.is_empty())
    {
        Some(said) => format!("{word}: {said}"),
        None => word.to_owned(),
    }
}

fn of_arguments(action: &Action, first: &Value, second: &Value, before: &str) -> Vec<DisputePoint> {
    let (mine, theirs) = (leaves(action, first), leaves(action, second));
    let mut found = Vec::new();
    for leaf in &mine {
        let other = theirs.iter().find(|other| other.pointer == leaf.pointer);
        if other.is_some_and(|other| same_json(leaf.value, other.value)) {
            continue;
        }
        let place = format!("{before}{}", leaf.label);
        let (a, b) = (
            text(leaf.value),
            other.map_or_else(nothing, |other| text(other.value)),
        );
        found.push(if is_body(action, &leaf.pointer) {
            DisputePoint {
                place,
                first: Vec::new(),
                second: Vec::new(),
                message: around_changes(word_diff(&a, &b)),
            }
        } else {
            DisputePoint::of_values(place, &a, &b)
        });
    }
    for leaf in theirs
        .iter()
        .filter(|leaf| !mine.iter().any(|own| own.pointer == leaf.pointer))
    {
        let place = format!("{before}{}", leaf.label);
        found.push(DisputePoint::of_values(place, &nothing(), &text(leaf.value)));
    }
    // Beyond what is laid out, or in an empty list: they differ all the same.
    if found.is_empty() && !same_json(first, second) {
        found.push(DisputePoint::of_values(
            format!("{before}Arguments"),
            &first.to_string(),
            &second.to_string(),
        ));
    }
    found
}

/// Equal words this far from a change still tell where it is.
const AROUND: usize = 90;

/// A message with what is equal cut short: what differs is to be found at a glance, the whole stands in the workbench.
fn around_changes(changes: Vec<Change>) -> Vec<Change> {
    let last = changes.len().saturating_sub(1);
    changes
        .into_iter()
        .enumerate()
        .map(|(index, change)| match change.sort {
            ChangeSort::Kept => Change {
                text: cut(&change.text, index > 0, index < last),
                ..change
            },
            ChangeSort::Added | ChangeSort::Removed => change,
        })
        .collect()
}

/// The beginning follows a change, the end comes before one. Cut between words.
fn cut(text: &str, after: bool, before: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (head, tail) = (if after { AROUND } else { 0 }, if before { AROUND } else { 0 });
    if letters.len() <= head + tail + 1 {
        return text.to_owned();
    }
    let begin: String = letters[..head].iter().collect();
    let end: String = letters[letters.len() - tail..].iter().collect();
    let begin = begin
        .rfind(char::is_whitespace)
        .map_or(begin.as_str(), |at| &begin[..at]);
    let end = end
        .find(char::is_whitespace)
        .map_or(end.as_str(), |at| &end[at..]);
    match (begin.trim_end(), end.trim_start()) {
        ("", end) => format!("… {end}"),
        (begin, "") => format!("{begin} …"),
        (begin, end) => format!("{begin} … {end}"),
    }
}

fn is_body(action: &Action, pointer: &str) -> bool {
    action
        .message
        .as_ref()
        .is_some_and(|message| message.body.as_deref() == Some(pointer))
}

fn text(value: &Value) -> String {
    let text = value_text(value);
    if text.is_empty() { "empty".to_owned() } else { text }
}

fn nothing() -> String {
    "left out".to_owned()
}
