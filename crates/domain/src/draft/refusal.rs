//! Why a verdict in the making isn't one yet, in the words that stand beside the disabled button.

use crate::action::schema::INVALID_ARGUMENTS;
use crate::action::view::fault_words;
use crate::case::CaseBody;
use crate::conflict::ConflictBody;
use crate::invalid::Invalid;
use crate::matching::MatchBody;
use crate::matching::view::view;
use crate::policy::Refusal;
use crate::text::{capitalised, label};

pub const NOTHING_CHOSEN: &str = "nothing_chosen";

pub(super) fn nothing_chosen(body: &CaseBody) -> Refusal {
    let text = match body {
        CaseBody::Match(body) if body.records.len() == 2 => "Choose Same or Different".to_owned(),
        CaseBody::Match(_) => "No groups yet".to_owned(),
        CaseBody::Conflict(body) if body.attributes.len() == 1 => "Choose a value first".to_owned(),
        CaseBody::Conflict(body) => match body.attributes.first() {
            Some(first) => unanswered(body, &first.name),
            None => "Nothing chosen yet".to_owned(),
        },
        CaseBody::Action(_) => "Nothing chosen yet".to_owned(),
    };
    Refusal::new(NOTHING_CHOSEN, text)
}

/// The fault of a verdict as a person reads it; code and pointer stay.
pub(super) fn in_words(body: &CaseBody, invalid: &Invalid) -> Refusal {
    let text = match body {
        CaseBody::Conflict(body) => conflict_words(body, invalid),
        CaseBody::Action(_) => action_words(invalid),
        CaseBody::Match(body) => match_words(body, invalid),
    };
    let mut refusal = Refusal::new(
        &invalid.code,
        text.unwrap_or_else(|| capitalised(&invalid.detail)),
    );
    refusal.pointer = Some(invalid.pointer.clone());
    refusal
}

/// A record is named as on the screen, by its letter.
fn match_words(body: &MatchBody, invalid: &Invalid) -> Option<String> {
    let records = view(body, None, false).records;
    let open = records
        .into_iter()
        .find(|r| invalid.detail == format!("'{}' lies in no cluster", r.id))?;
    Some(format!("{} has no group yet", open.letter))
}

fn conflict_words(body: &ConflictBody, invalid: &Invalid) -> Option<String> {
    if invalid.pointer == "/values" {
        let open = body
            .attributes
            .iter()
            .find(|a| invalid.detail == format!("'{}' has no answer", a.name))?;
        return Some(unanswered(body, &open.name));
    }
    let rest = invalid.pointer.strip_prefix("/values/")?;
    let (name, place) = rest.split_once('/').unwrap_or((rest, ""));
    let name = name.replace("~1", "/").replace("~0", "~");
    let label = attribute_label(body, &name);
    Some(match place {
        "question" => "The question is missing".to_owned(),
        "system" => "Whom to ask is missing".to_owned(),
        "values" => format!("{label}: choose two or more values"),
        _ if invalid.detail.contains("missing field") || invalid.detail.contains("invalid type") => {
            format!("The answer for {label} isn't complete")
        }
        _ => format!("{label}: {}", invalid.detail),
    })
}

fn unanswered(body: &ConflictBody, name: &str) -> String {
    format!("{} has no answer yet", attribute_label(body, name))
}

pub(super) fn attribute_label(body: &ConflictBody, name: &str) -> String {
    body.attribute(name)
        .and_then(|a| a.label.clone())
        .unwrap_or_else(|| label(name))
}

/// Out of "/actions/0/arguments/email" comes "Email isn't a valid e-mail address".
fn action_words(invalid: &Invalid) -> Option<String> {
    let mut parts = invalid.pointer.splitn(4, '/').skip(3);
    let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    if invalid.code == INVALID_ARGUMENTS && rest == "/type" {
        return Some(capitalised(&invalid.detail));
    }
    if invalid.code == INVALID_ARGUMENTS {
        let place = rest
            .strip_prefix("/arguments")
            .filter(|p| p.is_empty() || p.starts_with('/'))
            .unwrap_or(&rest);
        let fault = Invalid::new(INVALID_ARGUMENTS, place, invalid.detail.clone());
        return Some(fault_words(&fault));
    }
    Some(match rest.as_str() {
        "/message" => "Write the reply first".to_owned(),
        "/arguments" => "The edit isn't complete".to_owned(),
        _ if invalid.pointer == "/actions" => "Not every action has an answer yet".to_owned(),
        _ => return None,
    })
}
