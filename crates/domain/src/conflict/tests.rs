use proptest::prelude::*;
use serde_json::{Value, json};

use super::normal::{clock_of_raw, normal, read_decimal, same_decimal};
use super::view::{RightBefore, view};
use super::*;

fn body(json: Value) -> ConflictBody {
    ConflictBody::read(&json).unwrap()
}

fn ferry() -> ConflictBody {
    body(json!({
        "entity": {"type": "crossing", "id": "F-12", "label": "Ferry 12"},
        "attributes": [
            {"name": "arrival", "type": "time", "claims": [
                {"id": "c0", "system": "harbour", "value": "21:53", "raw": "9:53 p.m."},
                {"id": "c1", "system": "board", "value": "21:47", "raw": "9:47 p.m. (Estimated)", "updated_at": "2026-01-02T03:04:05Z"},
                {"id": "c2", "system": "radio", "value": "21:53:00"},
                {"id": "c3", "system": "pier", "value": null}]},
            {"name": "fare", "label": "Fare", "type": "money", "claims": [
                {"id": "d0", "system": "harbour", "value": "12.50"}, {"id": "d1", "system": "board", "value": "9.90"},
                {"id": "d2", "system": "pier", "value": 12.5}]},
            {"name": "vessel", "type": "text", "claims": [
                {"id": "e0", "system": "harbour", "value": "Undine"}, {"id": "e1", "system": "board", "value": "anna"}]}
        ]
    }))
}

#[test]
fn the_view_of_a_conflict() {
    let known = |system: &str, attribute: &str| {
        (system == "harbour" && attribute == "arrival").then_some(RightBefore {
            right: 9,
            n: 12,
            rate: 0.75,
            low: 0.47,
            high: 0.91,
        })
    };
    insta::assert_json_snapshot!(view(&ferry(), &known));
}

#[test]
fn options_stand_in_order_of_value_and_nothing_comes_last() {
    let view = view(&ferry(), &|_, _| None);
    let texts = |n: usize| {
        view.attributes[n]
            .groups
            .iter()
            .map(|g| g.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(0), ["21:47", "21:53", "empty"]);
    assert_eq!(texts(1), ["9.90", "12.50"], "as numbers, not as text");
    assert_eq!(texts(2), ["anna", "Undine"], "without regard to case");
    assert_eq!(view.attributes[0].words, "4 systems, 3 values");
}

#[test]
fn what_a_system_wrote_is_shown_only_when_it_says_more() {
    let view = view(&ferry(), &|_, _| None);
    let raw: Vec<Option<&str>> = view.attributes[0]
        .groups
        .iter()
        .flat_map(|g| &g.claims)
        .map(|c| c.raw.as_deref())
        .collect();
    assert_eq!(raw, [Some("9:47 p.m. (Estimated)"), None, None, None]);
}

#[test]
fn two_values_that_look_the_same_can_be_told_apart() {
    let claim = |id: &str, value: &str| json!({"id": id, "system": id, "value": value});
    let body = body(
        json!({"entity": {}, "attributes": [{"name": "email", "type": "text",
        "claims": [claim("a", "ana@example.com"), claim("b", "ana@ex\u{430}mple.com"), claim("c", "ana\u{200B}@example.com")]}]}),
    );
    let groups = view(&body, &|_, _| None).attributes.remove(0).groups;
    assert_eq!(groups.len(), 3);
    assert_eq!(groups.iter().filter(|g| g.segments.len() > 1).count(), 2);
    assert!(groups.iter().any(|g| g.text == "ana[U+200B]@example.com"));
}

#[test]
fn an_axis_holds_every_value_and_at_most_fourteen_ticks() {
    let spread = |kind: &str, values: &[Value]| {
        let claims: Vec<Value> = values
            .iter()
            .enumerate()
            .map(|(n, v)| json!({"id": format!("c{n}"), "system": "s", "value": v}))
            .collect();
        view(
            &body(json!({"entity": {}, "attributes": [{"name": "x", "type": kind, "claims": claims}]})),
            &|_, _| None,
        )
        .attributes
        .remove(0)
    };
    let cases = [
        ("time", vec![json!("21:11"), json!("21:12"), json!("21:20")]),
        ("time", vec![json!("00:00"), json!("23:59")]),
        ("date", vec![json!("2026-01-31"), json!("2026-02-02")]),
        ("date", vec![json!("1900-01-01"), json!("2026-02-02")]),
        (
            "datetime",
            vec![json!("2026-01-31T10:00:00Z"), json!("2026-01-31T10:00:07Z")],
        ),
        ("number", vec![json!(0.001), json!("0.0021")]),
        ("money", vec![json!("-12.50"), json!("1e12")]),
    ];
    for (kind, values) in cases {
        let attribute = spread(kind, &values);
        assert_eq!(attribute.axis.len(), values.len(), "{kind} {values:?}");
        assert!(
            (2..=14).contains(&attribute.axis_ticks.len()),
            "{kind} {values:?}: {:?}",
            attribute.axis_ticks
        );
        assert!(
            attribute.axis.windows(2).all(|w| w[0].at < w[1].at),
            "{kind} {values:?}: {:?}",
            attribute.axis
        );
        assert!(attribute.axis.iter().all(|p| (0.0..=1.0).contains(&p.at)));
        let texts: std::collections::BTreeSet<_> = attribute.axis_ticks.iter().map(|t| &t.text).collect();
        assert_eq!(
            texts.len(),
            attribute.axis_ticks.len(),
            "no tick says what another says: {:?}",
            attribute.axis_ticks
        );
    }
    assert!(spread("text", &[json!("a"), json!("b")]).axis.is_empty());
    assert!(
        spread("time", &[json!("21:11"), json!("late")]).axis.is_empty(),
        "one value lies off the scale"
    );
}

#[test]
fn a_clock_of_twelve_hours_is_read_only_when_nothing_stands_beside_it() {
    let at = |h: u32, m: u32| Some(h * 3600 + m * 60);
    for (raw, expected) in [
        ("9:53 p.m.", at(21, 53)),
        ("12:05 AM", at(0, 5)),
        ("12:05 pm", at(12, 5)),
        ("21:20", at(21, 20)),
        ("9:47 p.m. (Estimated)", None),
        ("13:00 p.m.", None),
        ("0:10 am", None),
        ("", None),
    ] {
        assert_eq!(clock_of_raw(raw), expected, "{raw}");
    }
}

#[test]
fn values_are_one_when_their_type_says_so() {
    let same = |kind: &str, a: Value, b: Value| normal(kind, &a) == normal(kind, &b);
    assert!(same("money", json!("12.50"), json!(12.5)));
    assert!(same("number", json!("1e2"), json!(100)));
    assert!(same("number", json!("-0"), json!(0)));
    assert!(same("time", json!("9:05"), json!("09:05:00")));
    assert!(same(
        "datetime",
        json!("2026-01-01T12:00:00+02:00"),
        json!("2026-01-01T10:00:00Z")
    ));
    assert!(same("boolean", json!("Yes"), json!(true)));
    assert!(same("text", json!(" a  b "), json!("a b")));
    assert!(!same("text", json!("12.50"), json!("12.5")));
    assert!(
        !same("text", json!(""), Value::Null),
        "an empty text is not nothing"
    );
    assert!(
        !same("number", json!("0.1000000000000000055"), json!("0.1")),
        "exact, never rounded"
    );
}

proptest! {
    #[test]
    fn a_decimal_is_the_same_however_it_is_written(whole in 0u64..1_000_000, cents in 0u32..100, zeros in 0usize..4, negative: bool) {
        let sign = if negative { "-" } else { "" };
        let plain = format!("{sign}{whole}.{cents:02}");
        let padded = format!("{sign}{}{whole}.{cents:02}{}", "0".repeat(zeros), "0".repeat(zeros));
        let scientific = format!("{sign}{whole}{cents:02}e-2");
        prop_assert!(same_decimal(&plain, &padded) && same_decimal(&plain, &scientific));
    }

    #[test]
    fn decimals_sort_as_numbers_do(a in -10_000i64..10_000, b in -10_000i64..10_000, places in 0u32..5) {
        let text = |n: i64| format!("{n}e-{places}");
        prop_assert_eq!(read_decimal(&text(a)).cmp(&read_decimal(&text(b))), a.cmp(&b));
    }

    #[test]
    fn normalising_never_panics_and_equal_values_stay_equal(kind in "text|number|money|boolean|date|datetime|time", text in any::<String>()) {
        let value = json!(text);
        prop_assert_eq!(normal(&kind, &value), normal(&kind, &value));
    }

    #[test]
    fn every_claim_stands_in_one_group(values in proptest::collection::vec("[0-9:.e-]{0,5}", 1..12), kind in "time|number|text|date") {
        let claims: Vec<Value> = values.iter().enumerate().map(|(n, v)| json!({"id": format!("c{n}"), "system": "s", "value": v})).collect();
        let body = body(json!({"entity": {}, "attributes": [{"name": "x", "type": kind, "claims": claims}]}));
        let shown = view(&body, &|_, _| None);
        prop_assert_eq!(shown.attributes[0].groups.iter().map(|g| g.claims.len()).sum::<usize>(), values.len());
        let verdict = json!({"values": {"x": {"answer": "value", "value": shown.attributes[0].groups[0].value,
            "claims": shown.attributes[0].groups[0].claims.iter().map(|c| c.id.clone()).collect::<Vec<_>>()}}});
        prop_assert!(ConflictVerdict::read(&verdict, &body).is_ok(), "an option is a valid answer as it stands");
    }
}
