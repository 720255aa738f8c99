//! Every case of the three real queues makes a view. They lie beside the repository, not in it: where they are absent
//! the tests say so and pass.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test may stop at the first surprise too"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tiebreak_domain::action::tool::Tools;
use tiebreak_domain::draft::{Around, Assessment, Draft, assess, suggestion_words};
use tiebreak_domain::outcome::CaseState;
use tiebreak_domain::policy::{Person, Policy, Role};
use tiebreak_domain::{Case, CaseBody, action, conflict, json, matching};

fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("TIEBREAK_SHARED")
        .map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            PathBuf::from,
        )
        .join("data");
    if !root.is_dir() {
        eprintln!(
            "SKIPPED: no real queues at {}; set TIEBREAK_SHARED to where they are",
            root.display()
        );
        return None;
    }
    Some(root)
}

fn cases(file: &str) -> Vec<Case> {
    let Some(root) = shared() else { return Vec::new() };
    let text = std::fs::read_to_string(root.join(file)).unwrap();
    text.lines()
        .map(|line| Case::read(&json::parse(line).unwrap()).unwrap())
        .collect()
}

fn everyone() -> Person {
    Person {
        id: "p1".into(),
        name: "Ada".into(),
        roles: vec![Role::Steward, Role::Approver],
        queues: Vec::new(),
    }
}

/// Everything the window asks for when a case comes up.
fn shown(case: &Case) -> Value {
    let view = match &case.body {
        CaseBody::Match(body) => {
            serde_json::to_value(matching::view::view(body, case.suggestion.as_ref(), true))
        }
        CaseBody::Conflict(body) => serde_json::to_value(conflict::view::view(body, &|_, _| None)),
        CaseBody::Action(body) => serde_json::to_value(action::view::view(body, None)),
    };
    view.unwrap()
}

const FILES: [(&str, usize); 4] = [
    ("identity/group_cases.jsonl", 53),
    ("conflicts/cases.jsonl", 148),
    ("actions/cases.jsonl", 125),
    ("messages/cases.jsonl", 40),
];

#[test]
fn every_real_case_has_a_view_and_a_bar() {
    for (file, count) in FILES {
        let cases = cases(file);
        if cases.is_empty() {
            continue;
        }
        assert_eq!(cases.len(), count, "{file}");
        let mut times: Vec<Duration> = Vec::new();
        for case in &cases {
            let start = Instant::now();
            let view = shown(case);
            times.push(start.elapsed());
            assert!(view.is_object());
            let bar = bar(case, &Draft::default());
            assert!(bar.refusal.is_some(), "nothing is chosen yet");
            assert!(suggestion_words(case).is_some(), "{}", case.envelope.external_id);
        }
        times.sort();
        eprintln!(
            "{file}: a view takes {:?}, the slowest {:?}",
            times[count / 2],
            times[count - 1]
        );
    }
}

fn bar(case: &Case, draft: &Draft) -> Assessment {
    let around = Around {
        state: CaseState::Open,
        policy: Some(&Policy::default()),
        before: &[],
        tools: &Tools::new(),
        person: &everyone(),
        now: chrono::DateTime::UNIX_EPOCH,
        solo: true,
        show_machine: true,
    };
    assess(case, draft, &around)
}

#[test]
fn agreeing_with_the_suggestion_overrides_nothing() {
    for (file, _) in FILES {
        let Some(root) = shared() else { return };
        for line in std::fs::read_to_string(root.join(file)).unwrap().lines() {
            let json = json::parse(line).unwrap();
            let case = Case::read(&json).unwrap();
            let draft = Draft {
                verdict: Some(json["suggestion"]["verdict"].clone()),
                ..Draft::default()
            };
            let bar = bar(&case, &draft);
            assert_eq!(bar.overrides, None);
            if let Some(refusal) = bar.refusal {
                assert_eq!(refusal.code, "invalid_arguments", "{refusal}");
            }
        }
    }
}

/// The text of every value, put together from its segments, is the value.
#[test]
fn no_character_of_a_real_value_is_lost() {
    for case in cases("identity/group_cases.jsonl") {
        let CaseBody::Match(body) = &case.body else {
            panic!("an identity match")
        };
        for row in matching::view::view(body, None, true).rows {
            for cell in row.cells {
                let whole: String = cell.segments.iter().map(|s| s.text.as_str()).collect();
                assert_eq!(whole, cell.text);
            }
        }
    }
}

#[test]
fn real_conversations_and_arguments_hold_nothing_hidden() {
    for case in cases("actions/cases.jsonl") {
        let CaseBody::Action(body) = &case.body else {
            panic!("a proposed action")
        };
        for call in action::view::view(body, None).calls {
            println!("{}", call.headline);
            let passed = call
                .checks
                .iter()
                .find(|c| c.title == "No hidden or look-alike characters");
            assert!(passed.is_some(), "{:?}", call.checks);
        }
    }
}

/// Splink's own Bayes factors of a real pair, as the import turns them into weights.
#[test]
fn the_evidence_of_a_real_pair_adds_up_in_print() {
    let Some(root) = shared() else { return };
    let mut rows = csv::Reader::from_path(root.join("identity/splink_predictions.csv")).unwrap();
    let heads = rows.headers().unwrap().clone();
    let of =
        |row: &csv::StringRecord, name: &str| row[heads.iter().position(|h| h == name).unwrap()].to_owned();
    let row = rows
        .records()
        .map(Result::unwrap)
        .find(|row| of(row, "record_id_l") == "e0272" && of(row, "record_id_r") == "e0274")
        .unwrap();
    let factor = |name: &str| of(&row, name).parse::<f64>().unwrap().log2();
    let weight: f64 = of(&row, "match_weight").parse().unwrap();
    let names = ["name_norm", "address_norm", "street_no", "zip5", "phone7"];
    let weights: Vec<f64> = names.iter().map(|name| factor(&format!("bf_{name}"))).collect();
    let evidence: Vec<Value> = names
        .iter()
        .zip(&weights)
        .map(|(name, w)| serde_json::json!({"attribute": name, "weight": w}))
        .collect();
    let body = matching::MatchBody::read(&serde_json::json!({
        "records": [{"id": "e0272", "fields": {}}, {"id": "e0274", "fields": {}}],
        "links": [{"left": "e0272", "right": "e0274", "weight": weight, "probability": 0.980_815,
                   "prior": weight - weights.iter().sum::<f64>(), "evidence": evidence}]
    }))
    .unwrap();
    let link = matching::evidence::link_views(&body).remove(0);
    let printed: Vec<String> = link.evidence.into_iter().map(|e| e.weight_text).collect();
    assert_eq!(link.prior_text.as_deref(), Some("−8.0"));
    assert_eq!(printed, ["−2.4", "+6.6", "+8.1", "+5.0", "−3.6"]);
    assert_eq!(link.weight_text.as_deref(), Some("+5.7"));
    assert_eq!(link.probability_text.as_deref(), Some("98.1 %"));
    assert_eq!(link.prior_words.as_deref(), Some("about 1 pair in 250 the same"));
    assert_eq!(link.sum_words, "prior and five attributes, adds up");
}
