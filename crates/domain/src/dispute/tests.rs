use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::case::Case;
use crate::policy::opinions::agree;
use crate::text::ChangeSort;

fn body(kind: &str, body: Value) -> CaseBody {
    let json = json!({"external_id": "x", "kind": kind, "body": body});
    Case::read(&json).unwrap().body
}

fn group() -> CaseBody {
    let record = |id: &str| json!({"id": id, "fields": {"name": format!("Name {id}"), "phone": "1"}});
    body(
        "identity_match",
        json!({"records": [record("r1"), record("r2"), record("r3")]}),
    )
}

fn conflict() -> CaseBody {
    let claim = |id: &str, value: &str| json!({"id": id, "system": format!("system {id}"), "value": value});
    body(
        "data_conflict",
        json!({"entity": {}, "attributes": [
            {"name": "arrival", "type": "time", "claims": [claim("c0", "21:11"), claim("c1", "21:20")]},
            {"name": "phone", "label": "Phone", "type": "text", "claims": [claim("d0", "1"), claim("d1", "2")]}]}),
    )
}

fn mail() -> CaseBody {
    body(
        "proposed_action",
        json!({"actions": [
            {"id": "a1", "tool": "send_message", "effect": "send", "arguments": {"to": "ana@post.example", "body": "Dear Ana, it is paid."},
             "message": {"to": "/to", "body": "/body"}},
            {"id": "a2", "tool": "refund", "effect": "pay", "arguments": {"amount": "120.00"}, "amount": {"value": "/amount", "currency": "EUR"}}]}),
    )
}

fn between(body: &CaseBody, first: Value, second: Value) -> Vec<DisputePoint> {
    let read = |json: &Value| Verdict::read(json, body).unwrap();
    differences(Some(&read(&first)), Some(&read(&second)), body)
}

fn text(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect()
}

fn rows(differences: &[DisputePoint]) -> Vec<(String, String, String)> {
    differences
        .iter()
        .map(|one| (one.place.clone(), text(&one.first), text(&one.second)))
        .collect()
}

fn row(place: &str, first: &str, second: &str) -> (String, String, String) {
    (place.to_owned(), first.to_owned(), second.to_owned())
}

#[test]
fn groups_differ_by_pairs_and_then_by_what_survives() {
    let found = between(
        &group(),
        json!({"clusters": [["r1", "r2"], ["r3"]]}),
        json!({"clusters": [["r1"], ["r2", "r3"]], "unsure": [["r1", "r2"]]}),
    );
    assert_eq!(
        rows(&found),
        [
            row("A and B", "Same", "Can't tell"),
            row("B and C", "Different", "Same")
        ]
    );
    let all = json!([["r3", "r1", "r2"]]);
    let found = between(
        &group(),
        json!({"clusters": [["r1", "r2", "r3"]], "survivors": [{"name": {"record": "r1"}, "phone": {"record": "r1"}}]}),
        json!({"clusters": all, "survivors": [{"name": {"record": "r2"}, "phone": {"value": "1"}}]}),
    );
    assert_eq!(rows(&found), [row("Name of A, B and C", "Name r1", "Name r2")]);
}

#[test]
fn a_conflict_differs_by_attribute_and_by_mark() {
    let found = between(
        &conflict(),
        json!({"values": {"arrival": {"answer": "value", "value": "21:11", "claims": ["c0"], "marks": {"c1": "stale"}}, "phone": {"answer": "unknown"}}}),
        json!({"values": {"arrival": {"answer": "value", "value": "21:11", "claims": [], "marks": {"c1": "wrong"}},
                          "phone": {"answer": "ask_owner", "system": "CRM", "question": "Which?"}}}),
    );
    assert_eq!(
        rows(&found),
        [
            row("Arrival, claim of system c1", "Stale", "Wrong"),
            row("Phone", "Unknown", "Ask CRM: Which?")
        ]
    );
}

#[test]
fn calls_differ_by_what_runs_by_argument_and_a_message_word_by_word() {
    let edited = |text: &str| json!({"id": "a1", "type": "edit", "arguments": {"to": "ana@post.example", "body": text}});
    let found = between(
        &mail(),
        json!({"actions": [edited("Dear Ana, it is paid back."), {"id": "a2", "type": "approve"}]}),
        json!({"actions": [edited("Dear Ana, it was paid back."), {"id": "a2", "type": "reject", "message": "twice"}]}),
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0].place, "Call 1, Body");
    let changed: Vec<(&str, ChangeSort)> = found[0]
        .message
        .iter()
        .map(|change| (change.text.as_str(), change.sort))
        .filter(|(_, sort)| *sort != ChangeSort::Kept)
        .collect();
    assert_eq!(changed, [("is", ChangeSort::Removed), ("was", ChangeSort::Added)]);
    assert_eq!(
        (text(&found[1].first).as_str(), text(&found[1].second).as_str()),
        ("Approve", "Reject: twice")
    );
    assert!(found[1].place.contains("€120.00"), "{}", found[1].place);
}

#[test]
fn of_a_long_message_what_is_equal_is_cut_short() {
    let filler = "The fare is kept as it was booked. ".repeat(20);
    let edited = |id: &str, text: String| json!({"id": id, "type": "edit", "arguments": {"to": "ana@post.example", "body": text}});
    let reject = json!({"id": "a2", "type": "reject"});
    let found = between(
        &mail(),
        json!({"actions": [edited("a1", format!("{filler}It is paid. {filler}")), reject]}),
        json!({"actions": [edited("a1", format!("{filler}It was paid. {filler}")), reject]}),
    );
    let text: String = found[0]
        .message
        .iter()
        .map(|change| change.text.as_str())
        .collect();
    assert!(text.len() < 300, "{text}");
    assert!(
        text.starts_with("… ") && text.contains("It iswas paid.") && text.ends_with(" …"),
        "{text}"
    );
    let words: Vec<&str> = filler.split_whitespace().collect();
    let around = text.trim_matches(['…', ' ']);
    let (first, last) = (
        around.split(' ').next().unwrap(),
        around.split(' ').next_back().unwrap(),
    );
    assert!(
        words.contains(&first) && words.contains(&last),
        "cut within a word: {text}"
    );
}

#[test]
fn who_could_not_tell_differs_on_the_whole_case() {
    let verdict = Verdict::read(&json!({"clusters": [["r1", "r2", "r3"]]}), &group()).unwrap();
    let found = differences(None, Some(&verdict), &group());
    assert_eq!(
        rows(&found),
        [row("The whole case", "Can't tell", "All the same")]
    );
    assert_eq!(differences(None, None, &group()), []);
}

fn opinion(verdict: Value, by: Option<&str>) -> Opinion {
    Opinion {
        decision_id: "d".into(),
        by: by.map(str::to_owned),
        at: Instant::UNIX_EPOCH,
        verdict: Some(verdict).filter(|verdict| !verdict.is_null()),
        reasons: vec!["phone".into()],
        comment: None,
    }
}

#[test]
fn both_stand_side_by_side_and_what_cannot_be_read_does_not() {
    let same = json!({"clusters": [["r1", "r2", "r3"]]});
    let shown = view(
        opinion(same.clone(), Some("Ana")),
        opinion(Value::Null, None),
        &group(),
    )
    .unwrap();
    assert_eq!(
        (shown.first.by.as_str(), shown.first.words.as_str()),
        ("Ana", "All the same")
    );
    assert_eq!(
        (shown.second.by.as_str(), shown.second.cannot_tell),
        ("The second person", true)
    );
    assert_eq!(shown.left_out, 0);
    let broken = json!({"clusters": [["r1"]]});
    assert_eq!(view(opinion(same, None), opinion(broken, None), &group()), None);
}

fn match_verdict() -> impl Strategy<Value = Value> {
    let partition = prop::sample::select(vec![
        json!([["r1"], ["r2"], ["r3"]]),
        json!([["r1", "r2"], ["r3"]]),
        json!([["r3"], ["r2", "r1"]]),
        json!([["r1", "r2", "r3"]]),
    ]);
    let kept = prop::sample::select(vec!["r1", "r2", "r3"]);
    (partition, any::<bool>(), kept, any::<bool>()).prop_map(|(clusters, unsure, kept, golden)| {
        let lists = clusters.as_array().unwrap().clone();
        let has = |list: &Value| list.as_array().unwrap().contains(&json!(kept));
        let survivors: Vec<Value> = lists
            .iter()
            .map(|list| {
                if has(list) {
                    json!({"name": {"record": kept}})
                } else {
                    Value::Null
                }
            })
            .collect();
        let apart = !lists.iter().any(|list| {
            list.as_array().unwrap().contains(&json!("r1")) && list.as_array().unwrap().contains(&json!("r3"))
        });
        json!({
            "clusters": clusters,
            "unsure": if unsure && apart { json!([["r3", "r1"]]) } else { json!([]) },
            "survivors": if golden { json!(survivors) } else { Value::Null },
        })
    })
}

fn conflict_verdict() -> impl Strategy<Value = Value> {
    let answer = |claims: &'static [(&'static str, &'static str)]| {
        let (first, second) = (claims[0], claims[1]);
        prop::sample::select(vec![
            json!({"answer": "value", "value": first.1, "claims": [first.0]}),
            json!({"answer": "value", "value": first.1, "marks": {second.0: "stale"}}),
            json!({"answer": "value", "value": first.1, "marks": {second.0: "wrong"}}),
            json!({"answer": "value", "value": second.1, "claims": [second.0]}),
            json!({"answer": "several", "values": [first.1, second.1]}),
            json!({"answer": "several", "values": [second.1, first.1]}),
            json!({"answer": "unknown"}),
            json!({"answer": "ask_owner", "system": "CRM", "question": "?"}),
        ])
    };
    (
        answer(&[("c0", "21:11"), ("c1", "21:20")]),
        answer(&[("d0", "1"), ("d1", "2")]),
    )
        .prop_map(|(arrival, phone)| json!({"values": {"arrival": arrival, "phone": phone}}))
}

fn action_verdict() -> impl Strategy<Value = Value> {
    let one = |id: &'static str, arguments: Vec<Value>| {
        let mut all = vec![
            json!({"id": id, "type": "approve"}),
            json!({"id": id, "type": "reject", "message": "no"}),
            json!({"id": id, "type": "reject", "message": "never"}),
            json!({"id": id, "type": "respond", "message": "no"}),
        ];
        all.extend(
            arguments
                .into_iter()
                .map(|arguments| json!({"id": id, "type": "edit", "arguments": arguments})),
        );
        prop::sample::select(all)
    };
    let mails = vec![
        json!({"to": "ana@post.example", "body": "Dear Ana, it is paid."}),
        json!({"to": "ana@post.example", "body": "Dear Ana"}),
        json!({"to": "ana@post.example"}),
    ];
    let refunds = vec![
        json!({"amount": "120.00"}),
        json!({"amount": "12.00", "list": []}),
        json!({"amount": "12.00"}),
    ];
    (one("a1", mails), one("a2", refunds)).prop_map(|(mail, refund)| json!({"actions": [mail, refund]}))
}

fn holds(body: &CaseBody, first: &Value, second: &Value) -> Result<(), TestCaseError> {
    let (a, b) = (
        Verdict::read(first, body).unwrap(),
        Verdict::read(second, body).unwrap(),
    );
    let differ = !differences(Some(&a), Some(&b), body).is_empty();
    prop_assert_eq!(
        differ,
        !agree(Some(&a), Some(&b), body),
        "{} and {}",
        first,
        second
    );
    Ok(())
}

proptest! {
    #[test]
    fn there_is_a_difference_exactly_where_two_disagree(
        matches in (match_verdict(), match_verdict()),
        conflicts in (conflict_verdict(), conflict_verdict()),
        actions in (action_verdict(), action_verdict()),
    ) {
        holds(&group(), &matches.0, &matches.1)?;
        holds(&conflict(), &conflicts.0, &conflicts.1)?;
        holds(&mail(), &actions.0, &actions.1)?;
    }
}
