use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::label::invented::{actions, conflict, labels};
use crate::{Case, Verdict};

#[test]
fn the_interval_is_wilsons() {
    // Published values: R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    for (successes, n, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let interval = wilson(successes, n, 0.95).unwrap();
        assert!(
            (interval.low - low).abs() < 0.000_06,
            "{successes}/{n}: {interval:?}"
        );
        assert!(
            (interval.high - high).abs() < 0.000_06,
            "{successes}/{n}: {interval:?}"
        );
    }
}

#[test]
fn nothing_counted_has_neither_rate_nor_interval() {
    let item = RateItem::of(
        BTreeMap::new(),
        &OverrideCounts {
            cannot_tell: 3,
            no_suggestion: 1,
            ..Default::default()
        },
    );
    assert_eq!((item.n, item.rate, item.interval), (0, None, None));
    assert_eq!(wilson(0, 0, 0.95), None);
    assert_eq!(wilson(2, 1, 0.95), None);
    assert_eq!(wilson(1, 2, 1.0), None);
}

#[test]
fn only_agree_and_override_make_the_rate() {
    let mut counts = OverrideCounts::default();
    for (agreement, edited) in [
        (Agreement::Agree, false),
        (Agreement::Agree, false),
        (Agreement::Override, true),
        (Agreement::Override, false),
        (Agreement::CannotTell, false),
        (Agreement::NoSuggestion, true),
    ] {
        counts.count(agreement, edited);
    }
    let group = BTreeMap::from([
        ("queue".to_owned(), Some("sites".to_owned())),
        ("model".to_owned(), None),
    ]);
    insta::assert_json_snapshot!(RateItem::of(group, &counts));
}

fn edited(verdict: serde_json::Value, suggestion: serde_json::Value) -> bool {
    let case = Case::read(&actions()).unwrap();
    let read = |answers| Verdict::read(&json!({"actions": answers}), &case.body).unwrap();
    is_edited(&read(verdict), &read(suggestion), &case.body)
}

#[test]
fn an_edit_keeps_the_actions_and_changes_arguments() {
    let (approve, approve2) = (
        json!({"id": "a1", "type": "approve"}),
        json!({"id": "a2", "type": "approve"}),
    );
    let edit = json!({"id": "a1", "type": "edit", "arguments": {"order": "O-9"}});
    let same = json!({"id": "a1", "type": "edit", "arguments": {"order": "O-7", "amount": "40.00"}});
    let reject2 = json!({"id": "a2", "type": "reject"});
    let both = json!([approve, approve2]);
    assert!(edited(json!([edit, approve2]), both.clone()));
    assert!(
        edited(both.clone(), json!([edit, approve2])),
        "taking back the machine's edit is one too"
    );
    assert!(
        !edited(json!([same, approve2]), both.clone()),
        "the same arguments are agreement"
    );
    assert!(
        !edited(json!([edit, reject2]), both.clone()),
        "one action less is more than an edit"
    );
    assert!(!edited(
        both,
        json!([{"id": "a1", "type": "reject"}, {"id": "a2", "type": "reject"}])
    ));
}

#[test]
fn a_system_is_trusted_by_what_was_judged() {
    let mut counts = TrustCounts::default();
    let verdict = json!({"values": {"limit": {"answer": "value", "value": 10, "marks": {"c": "stale"}}, "city": {"answer": "unknown"}}});
    for label in
        labels(&conflict(), verdict, 0)
            .into_iter()
            .chain(labels(&conflict(), serde_json::Value::Null, 1))
    {
        counts.count(&label.payload.value.unwrap());
    }
    let items: Vec<_> = counts
        .items()
        .into_iter()
        .map(|item| (item.system, item.attribute, item.right, item.n))
        .collect();
    let limit = |system: &str, right| (format!("system-{system}"), "limit".to_owned(), right, 1);
    assert_eq!(
        items,
        [limit("a", 1), limit("b", 1), limit("d", 0)],
        "the stale claim and the unknown city aren't counted"
    );
}

proptest! {
    #[test]
    fn the_interval_lies_within_zero_and_one_and_holds_the_rate(n in 1_u64..10_000_000, share in 0.0_f64..=1.0, level in 0.01_f64..0.999) {
        let successes = ((n as f64) * share).round() as u64;
        let interval = wilson(successes, n, level).unwrap();
        let rate = successes as f64 / n as f64;
        prop_assert!(0.0 <= interval.low && interval.low <= rate && rate <= interval.high && interval.high <= 1.0, "{interval:?} {rate}");
    }

    #[test]
    fn more_decisions_at_one_rate_leave_less_doubt(n in 1_u64..10_000, successes in 0_u64..10_000) {
        let successes = successes.min(n);
        let width = |times: u64| wilson(successes * times, n * times, 0.95).map(|i| i.high - i.low).unwrap();
        prop_assert!(width(4) < width(1));
    }
}
