//! What changed between the case a person saw and the case as it is now, field by field and word by word.

use std::collections::BTreeMap;

use domain::canonical::signed_content;
use domain::text::{value_text, word_diff};
use protocol::ipc::FieldChange;
use serde_json::Value;

/// Names of the case's structure: they say nothing to a person.
const STRUCTURE: &[&str] = &[
    "body",
    "records",
    "fields",
    "attributes",
    "claims",
    "actions",
    "arguments",
    "facts",
    "value",
    "context",
];
/// Not for people.
const SKIPPED: &[&str] = &["v", "revision", "external_id", "source", "kind"];

/// In the order of their places. Only what is signed counts.
pub fn changed_fields(seen: &Value, now: &Value) -> Vec<FieldChange> {
    let (seen, now) = (leaves(seen), leaves(now));
    let mut places: Vec<&String> = seen.keys().chain(now.keys()).collect();
    places.sort();
    places.dedup();
    let text =
        |leaves: &BTreeMap<String, String>, place: &String| leaves.get(place).cloned().unwrap_or_default();
    places
        .into_iter()
        .filter(|place| seen.get(*place) != now.get(*place))
        .map(|place| FieldChange {
            place: place.clone(),
            change: word_diff(&text(&seen, place), &text(&now, place)),
        })
        .collect()
}

fn leaves(case: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Value::Object(members) = signed_content(case) {
        for (name, value) in members
            .iter()
            .filter(|(name, _)| !SKIPPED.contains(&name.as_str()))
        {
            walk(value, &mut vec![name.clone()], &mut found);
        }
    }
    found
}

fn walk(value: &Value, path: &mut Vec<String>, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                path.push(name.clone());
                walk(value, path, found);
                path.pop();
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(name_of(element).unwrap_or_else(|| (index + 1).to_string()));
                walk(element, path, found);
                path.pop();
            }
        }
        leaf => {
            found.insert(place(path), value_text(leaf));
        }
    }
}

/// An element goes by its id or name, so that an inserted one doesn't make all later ones look changed.
fn name_of(element: &Value) -> Option<String> {
    ["id", "name"]
        .into_iter()
        .find_map(|member| element.get(member)?.as_str().map(str::to_owned))
}

/// "e0272, phone".
fn place(path: &[String]) -> String {
    let said: Vec<&str> = path
        .iter()
        .map(String::as_str)
        .filter(|part| !STRUCTURE.contains(part))
        .collect();
    if said.is_empty() {
        path.join(", ")
    } else {
        said.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use domain::text::ChangeSort;
    use serde_json::json;

    use super::*;

    fn case(phone: &str, records: &[&str]) -> Value {
        let records: Vec<Value> = records
            .iter()
            .map(|id| json!({"id": id, "fields": {"phone": phone}}))
            .collect();
        json!({"source": "s", "external_id": "x", "revision": 1, "kind": "identity_match", "body": {"records": records}})
    }

    #[test]
    fn a_changed_field_is_named_with_its_record_and_compared_word_by_word() {
        let changes = changed_fields(&case("785 4393", &["e1", "e2"]), &case("785 3940", &["e1", "e2"]));
        let places: Vec<&str> = changes.iter().map(|c| c.place.as_str()).collect();
        assert_eq!(places, ["e1, phone", "e2, phone"]);
        assert!(
            changes[0]
                .change
                .iter()
                .any(|c| c.sort == ChangeSort::Removed && c.text.contains("4393"))
        );
        assert!(
            changes[0]
                .change
                .iter()
                .any(|c| c.sort == ChangeSort::Added && c.text.contains("3940"))
        );
    }

    #[test]
    fn a_record_put_in_front_is_the_only_change() {
        let changes = changed_fields(&case("1", &["e1", "e2"]), &case("1", &["e0", "e1", "e2"]));
        assert!(
            !changes.is_empty() && changes.iter().all(|c| c.place.starts_with("e0")),
            "{changes:?}"
        );
    }

    #[test]
    fn links_and_revision_are_no_change_to_what_is_signed() {
        let mut now = case("1", &["e1", "e2"]);
        now["revision"] = json!(2);
        now["body"]["links"] = json!([{"left": "e1", "right": "e2"}]);
        assert_eq!(changed_fields(&case("1", &["e1", "e2"]), &now), []);
    }
}
