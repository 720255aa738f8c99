//! A perfect reviewer answers real queues; what its answers teach is exported. The data stands outside the repository
//! (`TIEBREAK_SHARED`, else `../shared` beside it); without it these tests say so and pass.
//!
//! The files stay in cargo's temporary directory, for `tests/python` to read them.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tiebreak_domain::decision::Agreement;
use tiebreak_domain::export::{Exporter, Filters, Format, Loss, Manifest};
use tiebreak_domain::label::{Basis, Decided, Label, Selection, labels_of};
use tiebreak_domain::policy::Order;
use tiebreak_domain::stats::{OverrideCounts, RateItem};
use tiebreak_domain::{Case, Instant, Verdict, canonical};

fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TIEBREAK_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = root.join("data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: {} isn't there; set TIEBREAK_SHARED to the folder that holds data/",
        path.display()
    );
    None
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

struct Reviewed {
    cases: usize,
    labels: Vec<Label>,
    counts: OverrideCounts,
}

/// Answers every case with the answer of its `external_id`; what has none isn't decided.
fn review(cases: &Path, answers: &Path) -> Reviewed {
    let answers: BTreeMap<String, Value> = lines(answers)
        .into_iter()
        .map(|mut answer| {
            (
                answer["external_id"].as_str().unwrap().to_owned(),
                answer["verdict"].take(),
            )
        })
        .collect();
    let mut reviewed = Reviewed {
        cases: 0,
        labels: Vec::new(),
        counts: OverrideCounts::default(),
    };
    for json in lines(cases) {
        let case = Case::read(&json).unwrap();
        let Some(answer) = answers.get(&case.envelope.external_id) else {
            continue;
        };
        let verdict = Verdict::read(answer, &case.body).unwrap();
        reviewed.counts.count(
            Agreement::of(Some(&verdict), case.suggestion.as_ref(), &case.body),
            false,
        );
        let decided = Decided {
            decision_id: &format!("d{}", reviewed.cases),
            case_id: &format!("c{}", reviewed.cases),
            content_hash: &canonical::content_hash(&json).unwrap(),
            by: "reviewer",
            basis: Basis::Human,
            verdict: Some(&verdict),
            comment: None,
            suggestion: json.get("suggestion"),
            selection: Selection {
                order: Some(Order::Oldest),
                probability: None,
            },
            at: Instant::UNIX_EPOCH,
            correlation_id: None,
        };
        let first = reviewed.labels.len();
        let mut made = first;
        reviewed.labels.extend(labels_of(&json, &case, &decided, || {
            made += 1;
            format!("l{made}")
        }));
        reviewed.cases += 1;
    }
    reviewed
}

fn export(format: Format, labels: &[Label]) -> (String, Manifest) {
    let mut exporter = Exporter::new(format, Filters::default(), Vec::new());
    for label in labels {
        exporter.push(label).unwrap();
    }
    let (manifest, bytes) = exporter.finish().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format.as_str()), &bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), manifest)
}

#[test]
fn proposed_actions_become_preferences() {
    let (Some(cases), Some(answers)) = (shared("actions/cases.jsonl"), shared("actions/answers.jsonl"))
    else {
        return;
    };
    let reviewed = review(&cases, &answers);
    assert_eq!(
        (reviewed.cases, reviewed.labels.len()),
        (125, 125),
        "one action in each case"
    );

    let answered = |wanted: &str| {
        lines(&answers)
            .iter()
            .filter(|answer| answer["verdict"]["actions"][0]["type"] == wanted)
            .count() as u64
    };
    let (preferences, manifest) = export(Format::TrlPreference, &reviewed.labels);
    assert_eq!(preferences.lines().count() as u64, answered("edit"));
    let lost = |loss: Loss| {
        manifest
            .not_said
            .iter()
            .find(|not| not.code == loss)
            .map_or(0, |not| not.rows)
    };
    assert_eq!(
        (lost(Loss::Approved), lost(Loss::NoAlternative)),
        (answered("approve"), answered("reject"))
    );

    let (kto, manifest) = export(Format::TrlKto, &reviewed.labels);
    assert_eq!(
        kto.lines().count() as u64,
        answered("approve") + answered("reject") + 2 * answered("edit")
    );
    assert_eq!(manifest.counts["true"], answered("approve") + answered("edit"));

    let rate = RateItem::of(BTreeMap::new(), &reviewed.counts);
    assert_eq!(
        (rate.n, rate.overridden),
        (125, answered("edit") + answered("reject")),
        "every agent's call was suggested as it stands"
    );
}

#[test]
fn answered_conflicts_tell_whom_to_trust() {
    let (Some(cases), Some(answers)) = (shared("conflicts/cases.jsonl"), shared("conflicts/answers.jsonl"))
    else {
        return;
    };
    let reviewed = review(&cases, &answers);
    assert_eq!(
        (reviewed.cases, reviewed.counts.agree),
        (148, 107),
        "the majority is right in 107"
    );
    let claims: usize = reviewed
        .labels
        .iter()
        .map(|label| label.payload.value.as_ref().unwrap().claims.len())
        .sum();
    let (trust, manifest) = export(Format::SourceTrust, &reviewed.labels);
    let mut rows = csv::Reader::from_reader(trust.as_bytes());
    let judged: usize = rows
        .records()
        .map(|row| row.unwrap()[3].parse::<usize>().unwrap())
        .sum();
    assert_eq!(
        judged, claims,
        "every claim was judged: all answers are values, none is marked"
    );
    assert!(manifest.rows > 30, "{} systems", manifest.rows);
}

#[test]
fn answered_groups_become_labelled_pairs() {
    let (Some(cases), Some(answers)) = (
        shared("identity/group_cases.jsonl"),
        shared("identity/group_answers.jsonl"),
    ) else {
        return;
    };
    let mut reviewed = review(&cases, &answers);
    assert_eq!(reviewed.cases, 53);
    for label in &mut reviewed.labels {
        // As if imported: these groups were posted, but the linker that reads the labels is Splink's.
        let splink = tiebreak_domain::label::SplinkOrigin {
            id_column: "record_id".into(),
            source_dataset: false,
        };
        label.payload.pair.as_mut().unwrap().splink = Some(splink);
    }
    let (labels, manifest) = export(Format::SplinkLabels, &reviewed.labels);
    assert_eq!(labels.lines().count() as u64, manifest.rows + 1);
    assert_eq!(manifest.counts["1"] + manifest.counts["0"], manifest.rows);
    let (matches, _) = export(Format::SplinkMatches, &reviewed.labels);
    assert_eq!(matches.lines().count() as u64, manifest.counts["1"] + 1);
}
