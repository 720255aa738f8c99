//! What a case is called: at its head, where the case itself stands below, and in lists, where nothing else of it is seen. Its
//! source's title comes first; else one is made from its body. Nothing of the machine's view goes into it.

use crate::case::{Case, CaseBody};
use crate::text::{counted, label};
use crate::{action, matching};

/// At the head of the case.
pub fn title(case: &Case) -> String {
    own(case)
        .or_else(|| match &case.body {
            CaseBody::Action(_) => subject(case),
            CaseBody::Match(_) | CaseBody::Conflict(_) => None,
        })
        .unwrap_or_else(|| made(case))
}

/// In a list: of an action what it would do, which is what tells it from others about the same subject.
pub fn in_lists(case: &Case) -> String {
    own(case).unwrap_or_else(|| made(case))
}

fn own(case: &Case) -> Option<String> {
    let title = case.envelope.title.as_deref();
    title.filter(|title| !title.trim().is_empty()).map(str::to_owned)
}

fn subject(case: &Case) -> Option<String> {
    case.envelope.subject.as_ref()?.label.clone()
}

fn made(case: &Case) -> String {
    let external_id = &case.envelope.external_id;
    match &case.body {
        CaseBody::Match(body) => match matching::view::names(body).as_slice() {
            [left, right] if left == right => left.clone(),
            [left, right] => format!("{left} / {right}"),
            [first, ..] => format!("{first}, {}", counted(body.records.len(), "record")),
            [] => external_id.clone(),
        },
        CaseBody::Conflict(body) => {
            let entity = body.entity.label.as_deref().or(body.entity.id.as_deref());
            let entity = entity.unwrap_or(external_id);
            match body.attributes.as_slice() {
                [one] => format!(
                    "{entity}: {}",
                    one.label.clone().unwrap_or_else(|| label(&one.name))
                ),
                several => format!("{entity}: {}", counted(several.len(), "attribute")),
            }
        }
        CaseBody::Action(body) => match body.actions.as_slice() {
            [] => external_id.clone(),
            [one] => action::headline::headline(one, &one.arguments),
            [first, others @ ..] => format!(
                "{}, and {}",
                action::headline::headline(first, &first.arguments),
                counted(others.len(), "more call")
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn case(more: Value) -> Case {
        let mut case = json!({"external_id": "x-1", "subject": {"label": "Ana Ruiz"}});
        let members = case.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        Case::read(&case).unwrap()
    }

    fn pair(left: &str, right: &str) -> Value {
        let record = |id: &str, name: &str| json!({"id": id, "fields": {"name": name}});
        json!({"kind": "identity_match", "body": {"records": [record("a", left), record("b", right)]}})
    }

    fn calls(count: usize) -> Value {
        let call = |n: usize| json!({"id": format!("a{n}"), "tool": "cancel_reservation", "arguments": {"reservation_id": "Z7GOZK"}});
        json!({"kind": "proposed_action", "body": {"agent": {"name": "agent"}, "actions": (0..count).map(call).collect::<Vec<_>>()}})
    }

    fn both(more: Value) -> (String, String) {
        let case = case(more);
        (title(&case), in_lists(&case))
    }

    #[test]
    fn a_source_s_own_title_comes_first() {
        let mut titled = calls(1);
        titled["title"] = json!("Ana wants out");
        assert_eq!(both(titled), ("Ana wants out".into(), "Ana wants out".into()));
        let mut blank = pair("Armour", "Armour");
        blank["title"] = json!("  ");
        assert_eq!(both(blank), ("Armour".into(), "Armour".into()));
    }

    #[test]
    fn records_are_called_by_their_names() {
        let named = "Armour / Armour Elementary";
        assert_eq!(
            both(pair("Armour", "Armour Elementary")),
            (named.into(), named.into())
        );
    }

    #[test]
    fn a_list_says_what_an_action_would_do_and_its_head_whom_it_is_about() {
        let does = "Cancel reservation Z7GOZK";
        assert_eq!(both(calls(1)), ("Ana Ruiz".into(), does.into()));
        assert_eq!(both(calls(3)).1, format!("{does}, and 2 more calls"));
    }

    #[test]
    fn a_conflict_says_of_what_it_is() {
        let claims =
            json!([{"id": "c0", "system": "a", "value": "1"}, {"id": "c1", "system": "b", "value": "2"}]);
        let attribute = json!({"name": "act_arr_time", "type": "text", "claims": claims});
        let conflict =
            json!({"kind": "data_conflict", "body": {"entity": {"id": "AA-1"}, "attributes": [attribute]}});
        assert_eq!(both(conflict).1, "AA-1: Act arr time");
    }
}
