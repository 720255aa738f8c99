//! The sample workspace that ships with the app is what its README says. Not a test of the import.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tiebreak_domain::action::schema::faults;
use tiebreak_domain::case::{Case, CaseBody};
use tiebreak_domain::{Kind, canonical, json};

type Sample = Vec<(String, serde_json::Value, Case)>;

#[test]
fn every_sample_case_is_valid_and_stands_in_the_file_of_its_queue() {
    let sample = sample();
    assert_eq!(sample.len(), 62, "the README counts them");
    let mut kinds: BTreeMap<&str, Kind> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for (queue, json, case) in &sample {
        let name = &case.envelope.external_id;
        assert_eq!(case.queue(), queue, "{name} stands in another queue's file");
        assert_eq!(
            *kinds.entry(queue).or_insert(case.envelope.kind),
            case.envelope.kind,
            "a queue has one kind: {name}"
        );
        assert!(
            names.insert((&case.envelope.source, name)),
            "{name} stands there twice"
        );
        assert!(
            canonical::content_hash(json).is_ok_and(|hash| hash.starts_with("sha256:")),
            "{name} has no hash"
        );
    }
    assert_eq!(kinds.len(), 7, "the README names seven queues");
}

#[test]
fn in_the_sample_the_arguments_of_two_proposals_break_their_schema() {
    let sample = sample();
    let broken: BTreeSet<&str> = sample
        .iter()
        .filter(|(_, _, case)| match &case.body {
            CaseBody::Action(body) => body
                .actions
                .iter()
                .any(|a| !faults(a.arguments_schema.as_ref(), &a.arguments).is_empty()),
            _ => false,
        })
        .map(|(_, _, case)| case.envelope.external_id.as_str())
        .collect();
    assert_eq!(broken, BTreeSet::from(["pay-7004", "q-30155"]));
}

#[test]
fn in_the_sample_suggestions_are_there_for_most_cases_and_absent_for_one_in_each_queue() {
    let mut without: BTreeMap<String, u32> = BTreeMap::new();
    for (queue, _, case) in sample() {
        *without.entry(queue).or_default() += u32::from(case.suggestion.is_none());
    }
    assert!(without.values().all(|count| *count == 1), "{without:?}");
}

#[test]
fn what_cannot_be_seen_in_the_sample_stands_there_as_an_escape() {
    for path in files() {
        let text = read(&path);
        let hidden = text.chars().find(
            |c| matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{400}'..='\u{4ff}'),
        );
        assert_eq!(hidden, None, "{}", path.display());
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src-tauri/sample");
    let entries = std::fs::read_dir(&folder)
        .map(|all| all.filter_map(Result::ok).map(|e| e.path()).collect::<Vec<_>>());
    entries
        .unwrap_or_default()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn sample() -> Sample {
    let mut cases = Vec::new();
    for path in files() {
        let queue = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        for (index, line) in read(&path).lines().enumerate() {
            match json::parse(line).and_then(|json| Ok((Case::read(&json)?, json))) {
                Ok((case, json)) => cases.push((queue.clone(), json, case)),
                Err(fault) => assert_eq!(fault.to_string(), "", "{queue}, line {}", index + 1),
            }
        }
    }
    cases
}
