//! Which calls the two would run otherwise: one and not the other, or with other arguments; a message word by word.

use serde_json::Value;

use super::Difference;
use crate::action::headline::headline;
use crate::action::view::{leaves, same_json};
use crate::action::{Action, ActionAnswer, ActionBody, ActionVerdict, Answered};
use crate::text::{value_text, word_diff};

pub(super) fn differences(
    first: &ActionVerdict,
    second: &ActionVerdict,
    body: &ActionBody,
) -> Vec<Difference> {
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
            _ => found.push(Difference::of_words(
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

fn of_arguments(action: &Action, first: &Value, second: &Value, before: &str) -> Vec<Difference> {
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
            Difference {
                place,
                first: Vec::new(),
                second: Vec::new(),
                message: word_diff(&a, &b),
            }
        } else {
            Difference::of_values(place, &a, &b)
        });
    }
    for leaf in theirs
        .iter()
        .filter(|leaf| !mine.iter().any(|own| own.pointer == leaf.pointer))
    {
        let place = format!("{before}{}", leaf.label);
        found.push(Difference::of_values(place, &nothing(), &text(leaf.value)));
    }
    // Beyond what is laid out, or in an empty list: they differ all the same.
    if found.is_empty() && !same_json(first, second) {
        found.push(Difference::of_values(
            format!("{before}Arguments"),
            &first.to_string(),
            &second.to_string(),
        ));
    }
    found
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
