use proptest::prelude::*;
use serde_json::{Value, json};

use super::evidence::{adds_up, link_views, percent, percent_short, prior_words};
use super::survivorship::surviving;
use super::view::{MatchLayout, preview, view};
use super::*;
use crate::suggestion::Suggestion;
use crate::{CaseBody, suggestion};

fn body(json: Value) -> MatchBody {
    MatchBody::read(&json).unwrap()
}

fn suggested(json: &Value, body: &MatchBody) -> Suggestion {
    suggestion::read_suggestion(json, &CaseBody::Match(body.clone())).unwrap()
}

/// Two entries of a bakery in two invented systems.
fn bakery() -> MatchBody {
    body(json!({
        "entity_type": "customer",
        "attributes": [{"name": "tax_no", "label": "Tax no.", "type": "text", "sensitivity": "confidential"}],
        "records": [
            {"id": "crm-7", "system": "CRM", "updated_at": "2026-03-01T08:00:00Z", "url": "https://crm.example/7",
             "fields": {"customer_name": "Bäckerei Huber GmbH", "city": "Graz", "phone": "0316 4711", "tax_no": "ATU1"}},
            {"id": "erp-9", "system": "ERP", "updated_at": "2026-05-01T08:00:00Z",
             "fields": {"customer_name": "Baeckerei Huber", "city": "GRAZ ", "phone": "0316 4712", "fax": null, "note": ""}}
        ],
        "links": [{"left": "crm-7", "right": "erp-9", "probability": 0.981, "weight": 5.7, "prior": -8.0, "evidence": [
            {"attribute": "customer_name", "weight": 11.24, "level": "fuzzy"},
            {"attribute": "city", "weight": 4.06},
            {"attribute": "phone", "weight": -1.6}]}]
    }))
}

/// Four leads, two people, one pair never compared.
fn leads() -> MatchBody {
    let record =
        |id: &str, name: &str, mail: &str| json!({"id": id, "fields": {"name": name, "email": mail}});
    body(json!({
        "records": [
            record("l1", "Ana Ruiz", "ana@example.com"), record("l2", "A. Ruiz", "ana@example.com"),
            record("l3", "Ana Ruiz", "ruiz@example.org"), record("l4", "Bo Lind", "bo@example.com"),
            record("l5", "Bo Lindt", "bo@example.com"), record("l6", "B Lind", "bo@example.com")
        ],
        "links": [
            {"left": "l1", "right": "l2", "probability": 0.97, "weight": 5.0},
            {"left": "l2", "right": "l3", "probability": 0.83, "weight": 2.3},
            {"left": "l4", "right": "l5", "probability": 0.999_99, "weight": 16.6},
            {"left": "l3", "right": "l4", "probability": 0.02, "weight": -5.6}
        ]
    }))
}

#[test]
fn the_view_of_a_pair() {
    let body = bakery();
    let suggestion = suggested(
        &json!({"verdict": {"clusters": [["crm-7", "erp-9"]]}, "confidence": 0.981}),
        &body,
    );
    insta::assert_json_snapshot!(view(&body, Some(&suggestion), true));
}

#[test]
fn the_view_of_a_group() {
    let body = leads();
    let suggestion = suggested(
        &json!({"verdict": {"clusters": [["l4", "l5", "l6"], ["l1", "l2", "l3"]]}}),
        &body,
    );
    let view = view(&body, Some(&suggestion), true);
    assert_eq!(view.layout, MatchLayout::Rows);
    assert_eq!(
        view.suggested_clusters,
        Some(vec![1, 1, 1, 2, 2, 2]),
        "numbered as the records meet them"
    );
    insta::assert_json_snapshot!(view);
}

#[test]
fn what_clusters_mean() {
    let draft = json!({"clusters": [["l1", "l2"], ["l3"], ["l4", "l5", "l6"]]});
    let preview = preview(&leads(), Some(&draft), true);
    assert_eq!(
        preview.words,
        "Of 15 pairs 1 is kept together by group 1 and 3 by group 3; 11 are kept apart, 1 of them against the score. 11 pairs were never compared."
    );
    insta::assert_json_snapshot!(preview);
}

#[test]
fn a_withheld_view_gives_no_score_away() {
    let body = bakery();
    let suggestion = suggested(
        &json!({"verdict": {"clusters": [["crm-7", "erp-9"]]}, "confidence": 0.981}),
        &body,
    );
    let shown = view(&body, Some(&suggestion), false);
    assert!(
        shown.links.is_empty()
            && shown.suggested_clusters.is_none()
            && shown.rows.iter().all(|r| !r.compared)
    );
    let preview = preview(&leads(), None, false);
    assert!(
        preview
            .clusters
            .iter()
            .all(|c| c.weakest_kept.is_none() && c.strongest_cut.is_none())
    );
    assert_eq!(preview.words, "Of 15 pairs 15 are kept together by group 1.");
}

#[test]
fn what_is_confidential_is_masked_and_names_no_record() {
    let attribute =
        |name: &str, sensitivity: &str| json!({"name": name, "label": name, "sensitivity": sensitivity});
    let record = |id: &str, city: &str| json!({"id": id, "fields": {"alias": "Red Fox", "born": "1990-01-01", "city": city, "name": "Ana Ruiz"}});
    let body = body(json!({
        "attributes": [attribute("name", "restricted"), attribute("born", "confidential"), attribute("alias", "internal")],
        "records": [record("a", "Leith"), record("b", "Bonn")]}));
    let view = view(&body, None, true);
    let masked: Vec<_> = view
        .rows
        .iter()
        .filter(|row| row.masked)
        .map(|row| row.attribute.as_str())
        .collect();
    assert_eq!(masked, ["name", "born"], "what nobody declared is internal");
    let said: Vec<_> = view
        .equal_in_all
        .iter()
        .map(|equal| (equal.words.as_str(), equal.masked_words.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("name Ana Ruiz", Some("name")),
            ("born 1990-01-01", Some("born")),
            ("alias Red Fox", None)
        ]
    );
    let names: Vec<_> = view.records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(
        names,
        ["Red Fox", "Red Fox"],
        "headings and lists are read by who didn't ask to see it"
    );
}

#[test]
fn pairs_in_doubt_are_counted_as_long_as_they_lie_apart() {
    let of = |draft: Value| preview(&leads(), Some(&draft), true).unsure_words;
    let clusters = json!([["l1", "l2"], ["l3"], ["l4", "l5", "l6"]]);
    assert_eq!(
        of(json!({"clusters": clusters, "unsure": [["l1", "l3"], ["l3", "l1"]]})).as_deref(),
        Some("1 pair can’t be told"),
        "the same pair twice is one"
    );
    assert_eq!(
        of(json!({"clusters": clusters, "unsure": [["l1", "l2"], ["l1", "nobody"]]})),
        None
    );
    assert_eq!(
        of(json!({"clusters": [], "unsure": [["l1", "l3"], ["l1", "l4"]]})).as_deref(),
        Some("2 pairs can’t be told"),
        "before anybody grouped them"
    );
}

#[test]
fn the_order_of_rows_is_the_same_with_and_without_the_machines_view() {
    let order = |machine| {
        view(&bakery(), None, machine)
            .rows
            .into_iter()
            .map(|r| r.attribute)
            .collect::<Vec<_>>()
    };
    assert_eq!(order(true), order(false));
    assert_eq!(
        order(true),
        ["customer_name", "city", "phone", "tax_no"],
        "empty attributes are left out"
    );
}

#[test]
fn a_draft_in_the_making_has_a_preview_too() {
    let draft = json!({"clusters": [["l1", "nobody", "l1"], 5, ["l1", "l4"]], "survivors": "none"});
    let preview = preview(&leads(), Some(&draft), true);
    let sizes: Vec<u32> = preview.clusters.iter().map(|c| c.records).collect();
    assert_eq!(sizes, [1, 1, 1, 1, 1, 1], "records left out stand alone");
}

#[test]
fn what_the_screen_shows_adds_up() {
    let evidence = |attribute: &str, weight: f64| json!({"attribute": attribute, "weight": weight});
    let body = body(json!({
        "records": [{"id": "a", "fields": {}}, {"id": "b", "fields": {}}],
        "links": [{"left": "a", "right": "b", "weight": 5.7, "prior": -8.0, "evidence": [
            evidence("name", -2.4), evidence("address", 6.6), evidence("street_no", 8.1), evidence("zip", 5.0), evidence("phone", -3.6)]}]
    }));
    let link = &link_views(&body)[0];
    let printed: Vec<&str> = link.evidence.iter().map(|e| e.weight_text.as_str()).collect();
    assert_eq!(link.prior_text.as_deref(), Some("−8.0"));
    assert_eq!(printed, ["−2.4", "+6.6", "+8.1", "+5.0", "−3.6"]);
    assert_eq!(link.weight_text.as_deref(), Some("+5.7"));
    assert_eq!(link.sum_words, "prior and five attributes, adds up");
    assert_eq!(link.prior_words.as_deref(), Some("about 1 pair in 260 the same"));
    assert!(
        (link.evidence[4].to - 5.7).abs() < 1e-9,
        "the last bar ends at the weight"
    );
}

#[test]
fn a_sum_that_fails_is_said_in_words() {
    let mut body = bakery();
    let words = |body: &MatchBody| link_views(body)[0].sum_words.clone();
    body.links[0].weight = Some(6.2);
    assert_eq!(
        words(&body),
        "doesn't add up: the parts make +5.70, the weight is +6.20"
    );
    body.links[0].prior = None;
    assert_eq!(words(&body), "doesn't add up: the prior is missing");
    body.links[0].evidence[2] = Evidence {
        weight: None,
        factor: Some(Factor::Infinite),
        ..body.links[0].evidence[2].clone()
    };
    assert_eq!(words(&body), "doesn't add up: Phone has an infinite factor");
    assert_eq!(link_views(&body)[0].evidence[2].weight_text, "+∞");
    body.links[0].evidence.clear();
    assert_eq!(words(&body), "the evidence wasn't sent");
}

#[test]
fn a_probability_is_never_printed_as_certainty() {
    assert_eq!(
        [percent(1.0), percent(0.0), percent(0.98082), percent(0.9996)],
        ["> 99.9 %", "< 0.1 %", "98.1 %", "> 99.9 %"]
    );
    assert_eq!(
        [percent_short(0.764), percent_short(0.9901), percent_short(0.004)],
        ["76 %", "99.0 %", "0.4 %"]
    );
}

#[test]
fn a_prior_reads_as_a_share_of_pairs() {
    assert_eq!(prior_words(-7.96), "about 1 pair in 250 the same");
    assert_eq!(prior_words(-14.0), "about 1 pair in 16,000 the same");
    assert_eq!(prior_words(0.0), "about 1 pair in 2 the same");
    assert_eq!(prior_words(4.0), "about 94 % of pairs the same");
    assert_eq!(prior_words(-2000.0), "fewer than 1 pair in a billion the same");
}

#[test]
fn the_most_frequent_value_survives_and_then_the_latest() {
    let body = leads();
    let all = ["l1", "l2", "l3"];
    let name = surviving(&body, &all, "name", None).unwrap();
    assert_eq!(
        (name.value, name.records),
        (json!("Ana Ruiz"), vec!["l1".to_owned(), "l3".to_owned()])
    );
    let bakery = bakery();
    let phone = surviving(&bakery, &["crm-7", "erp-9"], "phone", None).unwrap();
    assert_eq!(phone.records, ["erp-9"], "updated last");
    let city = surviving(&bakery, &["crm-7", "erp-9"], "city", None).unwrap();
    assert_eq!(
        city.records,
        ["crm-7", "erp-9"],
        "case and white space don't count"
    );
    assert_eq!(surviving(&bakery, &["crm-7", "erp-9"], "fax", None), None);
}

#[test]
fn a_pick_overrides_the_default() {
    let bakery = bakery();
    let ids = ["crm-7", "erp-9"];
    let picked = surviving(&bakery, &ids, "phone", Some(&Survivor::Record("crm-7".into()))).unwrap();
    assert_eq!((picked.value, picked.chosen), (json!("0316 4711"), true));
    let typed = surviving(&bakery, &ids, "phone", Some(&Survivor::Value(json!("0316 1")))).unwrap();
    assert!(typed.records.is_empty() && typed.chosen);
    let draft = json!({"clusters": [["crm-7", "erp-9"]], "survivors": [{"phone": {"value": "0316 1"}}]});
    let golden = preview(&bakery, Some(&draft), true).golden.remove(0);
    assert!(
        golden
            .fields
            .iter()
            .any(|f| f.attribute == "phone" && f.text == "0316 1" && f.chosen)
    );
}

#[test]
fn fifty_records_are_laid_out() {
    let records: Vec<Value> = (0..50)
        .map(|n| json!({"id": format!("r{n}"), "fields": {
            "name": format!("Acme Trading Company {} Ltd", n % 9), "street": format!("{n} Long Market Street West"),
            "city": "Leeds", "phone": format!("0113 496 0{n:03}"), "mail": format!("office{}@acme.example", n % 5), "zip": "LS1 4AP"}}))
        .collect();
    let links: Vec<Value> = (0..50)
        .flat_map(|l| (l + 1..50).map(move |r| json!({"left": format!("r{l}"), "right": format!("r{r}"), "weight": 1.5, "prior": -8.0,
            "probability": 0.7, "evidence": [{"attribute": "name", "weight": 5.0}, {"attribute": "phone", "weight": 4.5}]})))
        .collect();
    let body = body(json!({"records": records, "links": links}));
    let start = std::time::Instant::now();
    let view = view(&body, None, true);
    eprintln!("view of fifty records in {:?}", start.elapsed());
    assert_eq!(
        (
            view.records.len(),
            view.links.len(),
            view.records[49].letter.as_str()
        ),
        (50, 1225, "ax")
    );
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(-30.0..30.0f64, 1..14)
}

fn printed(text: &str) -> i64 {
    text.replace('\u{2212}', "-")
        .replace(['+', '.'], "")
        .parse()
        .unwrap()
}

proptest! {
    #[test]
    fn what_is_printed_adds_up_whenever_the_numbers_do(parts in weights(), slip in -0.009..0.009f64) {
        let evidence: Vec<Value> =
            parts[1..].iter().enumerate().map(|(n, w)| json!({"attribute": format!("a{n}"), "weight": w})).collect();
        let body = body(json!({
            "records": [{"id": "a", "fields": {}}, {"id": "b", "fields": {}}],
            "links": [{"left": "a", "right": "b", "prior": parts[0], "weight": parts.iter().sum::<f64>() + slip, "evidence": evidence}]
        }));
        prop_assert!(adds_up(&body.links[0]));
        let view = &link_views(&body)[0];
        let sum: i64 = view.evidence.iter().map(|e| printed(&e.weight_text)).sum();
        prop_assert_eq!(sum + printed(view.prior_text.as_deref().unwrap()), printed(view.weight_text.as_deref().unwrap()));
        for (shown, exact) in view.evidence.iter().zip(&parts[1..]) {
            prop_assert!((printed(&shown.weight_text) as f64 / 10.0 - exact).abs() < 0.11, "{} for {exact}", shown.weight_text);
        }
    }

    #[test]
    fn a_golden_value_comes_from_a_member_record(values in proptest::collection::vec("[ab ]{0,3}", 2..8)) {
        let records: Vec<Value> = values.iter().enumerate().map(|(n, v)| json!({"id": format!("r{n}"), "fields": {"x": v}})).collect();
        let body = body(json!({"records": records}));
        let ids: Vec<&str> = body.records.iter().map(|r| r.id.as_str()).collect();
        match surviving(&body, &ids, "x", None) {
            Some(golden) => {
                prop_assert!(values.iter().any(|v| json!(v) == golden.value));
                prop_assert!(!golden.records.is_empty() && !golden.chosen);
            }
            None => prop_assert!(values.iter().all(|v| v.trim().is_empty())),
        }
    }
}
