use proptest::prelude::*;
use serde_json::json;

use super::invented::*;
use super::split::{split_of, split_of_pair};
use super::*;

fn told(labels: &[Label]) -> Vec<(String, String, Option<u8>)> {
    let pair = |label: &Label| {
        let pair = label.payload.pair.clone().unwrap();
        let name = |side: LabelledRecord| format!("{}:{}", side.system.unwrap_or_default(), side.id);
        (name(pair.left), name(pair.right), pair.label)
    };
    labels.iter().map(pair).collect()
}

#[test]
fn every_pair_inside_a_verdict_is_a_label() {
    let labels = labels(&group(), json!({"clusters": [["erp:1", "crm:1"], ["2"]]}), 0);
    let expected = [
        ("crm:1", "erp:1", 1),
        ("crm:2", "erp:1", 0),
        ("crm:1", "crm:2", 0),
    ];
    assert_eq!(
        told(&labels),
        expected.map(|(l, r, label)| (l.to_owned(), r.to_owned(), Some(label)))
    );
}

#[test]
fn an_unsure_pair_is_null_though_it_lies_in_different_clusters() {
    let labels = labels(
        &group(),
        json!({"clusters": [["erp:1", "crm:1"], ["2"]], "unsure": [["2", "erp:1"]]}),
        0,
    );
    assert_eq!(
        told(&labels).iter().map(|(.., label)| *label).collect::<Vec<_>>(),
        [Some(1), None, Some(0)]
    );
}

#[test]
fn who_cannot_tell_labels_nothing_as_anything() {
    assert!(
        told(&labels(&group(), Value::Null, 0))
            .iter()
            .all(|(.., label)| label.is_none())
    );
    for label in labels(&conflict(), Value::Null, 0) {
        let value = label.payload.value.unwrap();
        assert_eq!((value.answer, value.value), (None, None));
        assert!(
            value.claims.iter().all(|claim| claim.correct.is_none()),
            "nobody was right or wrong"
        );
    }
    for label in labels(&actions(), Value::Null, 0) {
        let action = label.payload.action.unwrap();
        assert_eq!((action.label, action.final_arguments), (None, None));
    }
}

fn correct(answer: Value) -> Vec<Option<bool>> {
    let verdict = json!({"values": {"limit": answer, "city": {"answer": "unknown"}}});
    let labels = labels(&conflict(), verdict, 0);
    labels[0]
        .payload
        .value
        .clone()
        .unwrap()
        .claims
        .iter()
        .map(|claim| claim.correct)
        .collect()
}

#[test]
fn a_claim_is_correct_when_its_value_is_the_answer_after_normalisation() {
    let right = json!({"answer": "value", "value": "10", "claims": ["a"]});
    assert_eq!(correct(right), [Some(true), Some(true), Some(false), Some(false)]);
    let typed = json!({"answer": "value", "value": 11});
    assert_eq!(correct(typed), [Some(false); 4]);
    let several = json!({"answer": "several", "values": [10, 12]});
    assert_eq!(
        correct(several),
        [Some(true), Some(true), Some(true), Some(false)]
    );
    let none = json!({"answer": "value", "value": null});
    assert_eq!(
        correct(none),
        [Some(false), Some(false), Some(false), Some(true)],
        "that there is none can be right"
    );
}

#[test]
fn without_an_answer_nobody_was_right() {
    assert_eq!(correct(json!({"answer": "unknown"})), [None; 4]);
    assert_eq!(
        correct(json!({"answer": "ask_owner", "system": "x", "question": "?"})),
        [None; 4]
    );
    let known_wrong = json!({"answer": "unknown", "marks": {"c": "wrong"}});
    assert_eq!(correct(known_wrong), [None, None, Some(false), None]);
}

#[test]
fn stale_and_less_specific_claims_do_not_count_against_their_system() {
    let marks = json!({"b": "copied", "c": "stale", "d": "less_specific"});
    let marked = json!({"answer": "value", "value": 10, "marks": marks});
    assert_eq!(correct(marked), [Some(true), Some(true), None, None]);
    assert_eq!(
        correct(json!({"answer": "value", "value": 10, "marks": {"c": "wrong"}}))[2],
        Some(false)
    );
}

#[test]
fn each_action_has_a_label_with_what_became_of_it() {
    let verdict = answer(&[
        json!({"id": "a1", "type": "edit", "arguments": {"order": "O-7", "amount": "20.00"}}),
        json!({"id": "a2", "type": "reject", "message": "Not before it's paid."}),
    ]);
    let labels = labels(&actions(), verdict, 0);
    let [edited, rejected] = [0, 1].map(|index: usize| labels[index].payload.action.clone().unwrap());
    assert_eq!(edited.proposed, json!({"order": "O-7", "amount": "40.00"}));
    assert_eq!(
        edited.final_arguments,
        Some(json!({"order": "O-7", "amount": "20.00"}))
    );
    assert_eq!(
        (rejected.label, rejected.final_arguments),
        (Some(Answered::Reject), None)
    );
    assert_eq!(rejected.feedback.as_deref(), Some("Not before it's paid."));
    assert_eq!(
        edited.context["conversation"],
        actions()["body"]["conversation"],
        "as received"
    );
}

#[test]
fn a_retraction_says_which_and_who_and_holds_no_content() {
    let label = labels(&pair("e1", "e2"), json!({"clusters": [["e1", "e2"]]}), 0).remove(0);
    let retraction = retraction_of(&label.head, "label-9".into(), "lead-1", at(9), Some("request-9"));
    assert_eq!(retraction.head.retracts.as_deref(), Some("label-0-1"));
    assert!(!retraction.is_erased() && retraction.payload == LabelPayload::default());
    insta::assert_json_snapshot!(retraction);
}

#[test]
fn a_label_of_each_kind_on_the_wire() {
    let matched = labels(&pair("e1", "e2"), json!({"clusters": [["e1"], ["e2"]]}), 0).remove(0);
    let valued = labels(
        &conflict(),
        json!({"values": {"limit": {"answer": "several", "values": [10, 12], "marks": {"d": "stale"}},
                          "city": {"answer": "value", "value": "Graz", "claims": ["a"]}}}),
        0,
    );
    let verdict = answer(&[
        json!({"id": "a1", "type": "approve"}),
        json!({"id": "a2", "type": "respond", "message": "Call them."}),
    ]);
    let acted = labels(&actions(), verdict, 0);
    for label in [&matched, &valued[0], &acted[1]] {
        let json = serde_json::to_value(label).unwrap();
        assert_eq!(
            serde_json::from_value::<Label>(json).unwrap(),
            *label,
            "it reads back as it was written"
        );
    }
    insta::assert_json_snapshot!("match_label", matched);
    insta::assert_json_snapshot!("value_labels", valued);
    insta::assert_json_snapshot!("action_labels", acted);
}

#[test]
fn head_and_payload_are_kept_apart_and_read_together() {
    let label = labels(&pair("e1", "e2"), json!({"clusters": [["e1", "e2"]]}), 0).remove(0);
    let head = serde_json::to_string(&label.head).unwrap();
    assert!(
        !head.contains("Little Oak") && !head.contains("e1\""),
        "{head}: nothing of the content"
    );
    let erased = Label {
        head: label.head.clone(),
        payload: LabelPayload::default(),
    };
    assert!(erased.is_erased() && !label.is_erased());
    let wire = serde_json::to_value(&erased).unwrap();
    assert_eq!(serde_json::from_value::<Label>(wire).unwrap(), erased);
}

#[test]
fn the_split_is_as_documented() {
    // Taken from: python3 -c 'import hashlib;print(int.from_bytes(hashlib.sha256(b"crm\0"+b"1").digest()[:8],"big")%5)'
    let test: Vec<u32> = (0..20)
        .filter(|n| split_of(Some("crm"), &n.to_string()) == Split::Test)
        .collect();
    assert_eq!(test, [4, 7, 11, 19]);
    let train = (0..10_000)
        .filter(|n| split_of(None, &n.to_string()) == Split::Train)
        .count();
    assert!(
        (7_800..8_200).contains(&train),
        "{train} of 10,000 train; four in five should"
    );
}

#[test]
fn values_split_by_entity_actions_by_subject_and_else_by_case() {
    let head = |labels: Vec<Label>| labels[0].head.split;
    assert_eq!(
        head(labels(&conflict(), Value::Null, 0)),
        Some(split_of(None, "acme"))
    );
    assert_eq!(
        head(labels(&actions(), Value::Null, 0)),
        Some(split_of(None, "c-7"))
    );
    assert_eq!(
        head(labels(&action(), Value::Null, 0)),
        Some(split_of(Some("agent"), "run-2"))
    );
}

proptest! {
    #[test]
    fn the_split_of_a_pair_does_not_depend_on_its_order(a in "[a-z]{0,3}", b in "[0-9]{0,3}", c in "[a-z]{0,3}", d in "[0-9]{0,3}") {
        let (left, right) = ((Some(a.as_str()), b.as_str()), (Some(c.as_str()), d.as_str()));
        prop_assert_eq!(split_of_pair(left, right), split_of_pair(right, left));
        let both = split_of(left.0, left.1) == split_of(right.0, right.1);
        prop_assert_eq!(split_of_pair(left, right).is_some(), both, "in neither when it lies across");
    }

    #[test]
    fn labels_of_a_partition_say_what_the_partition_says(clusters in prop::collection::vec(0_usize..4, 2..12)) {
        let records: Vec<_> = (0..clusters.len()).map(|n| json!({"id": format!("r{n:02}"), "fields": {}})).collect();
        let parts: Vec<Vec<String>> = (0..4)
            .map(|part| (0..clusters.len()).filter(|n| clusters[*n] == part).map(|n| format!("r{n:02}")).collect())
            .filter(|part: &Vec<String>| !part.is_empty())
            .collect();
        let case = json!({"source": "s", "external_id": "x", "kind": "identity_match", "body": {"records": records}});
        let labels = labels(&case, json!({"clusters": parts}), 0);
        prop_assert_eq!(labels.len(), clusters.len() * (clusters.len() - 1) / 2);
        for label in labels {
            let pair = label.payload.pair.unwrap();
            let part = |id: &str| clusters[id[1..].parse::<usize>().unwrap()];
            prop_assert_eq!(pair.label, Some(u8::from(part(&pair.left.id) == part(&pair.right.id))));
        }
    }
}
