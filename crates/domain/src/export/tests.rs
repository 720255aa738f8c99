use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::label::invented::*;
use crate::label::{LabelPayload, retraction_of};

fn export(format: Format, labels: &[Label]) -> (String, Manifest) {
    let mut exporter = Exporter::new(format, Filters::default(), Vec::new());
    for label in labels {
        exporter.push(label).unwrap();
    }
    let (manifest, bytes) = exporter.finish().unwrap();
    assert_eq!(manifest.bytes, bytes.len() as u64);
    assert_eq!(
        format!("sha256:{}", manifest.sha256),
        crate::canonical::sha256(&bytes)
    );
    (String::from_utf8(bytes).unwrap(), manifest)
}

fn lost(manifest: &Manifest, loss: Loss) -> u64 {
    manifest
        .not_said
        .iter()
        .filter(|not| not.code == loss)
        .map(|not| not.rows)
        .sum()
}

fn same(left: &str, right: &str, minute: u32) -> Vec<Label> {
    labels(&pair(left, right), json!({"clusters": [[left, right]]}), minute)
}

fn apart(left: &str, right: &str, minute: u32) -> Vec<Label> {
    labels(&pair(left, right), json!({"clusters": [[left], [right]]}), minute)
}

/// Every kind, and of each kind whatever makes a difference to some format.
fn ledger() -> Vec<Label> {
    let answers = |first: Value, second: Value| answer(&[first, second]);
    let edit = json!({"id": "a1", "type": "edit", "arguments": {"order": "O-7", "amount": "20.00"}});
    let values =
        |limit: Value| json!({"values": {"limit": limit, "city": {"answer": "value", "value": "Graz"}}});
    [
        same("e1", "e2", 1),
        apart("e3", "e1", 2),
        labels(&pair("e4", "e5"), Value::Null, 3),
        labels(
            &conflict(),
            values(json!({"answer": "value", "value": 10, "marks": {"c": "stale"}})),
            4,
        ),
        labels(&conflict(), values(json!({"answer": "unknown"})), 5),
        labels(&action(), answer(&[json!({"id": "a1", "type": "approve"})]), 6),
        labels(
            &action(),
            answer(&[json!({"id": "a1", "type": "respond", "message": "Which order?"})]),
            7,
        ),
        labels(
            &actions(),
            answers(
                edit,
                json!({"id": "a2", "type": "reject", "message": "Too short."}),
            ),
            8,
        ),
        labels(&action(), Value::Null, 9),
    ]
    .concat()
}

#[test]
fn each_format_of_an_invented_ledger() {
    for format in Format::ALL {
        let (file, manifest) = export(format, &ledger());
        let name = format.as_str().replace(['.', '-'], "_");
        insta::assert_snapshot!(name.clone(), file);
        insta::assert_json_snapshot!(format!("{name}_manifest"), manifest);
    }
}

#[test]
fn every_format_is_found_by_its_name() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
        assert_eq!(serde_json::to_value(format).unwrap(), json!(format.as_str()));
    }
    assert_eq!(
        Format::parse("labels.parquet"),
        None,
        "what isn't written isn't a format"
    );
}

#[test]
fn labels_jsonl_is_the_ledger_unchanged() {
    let ledger = ledger();
    let (file, manifest) = export(Format::LabelsJsonl, &ledger);
    let read: Vec<Label> = file
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, ledger);
    assert_eq!(
        (manifest.labels, manifest.rows, manifest.not_said),
        (12, 12, Vec::new())
    );
}

#[test]
fn the_newest_live_label_of_a_pair_stands_and_the_disagreement_is_told() {
    let labels = [
        same("e1", "e2", 1),
        apart("e2", "e1", 2),
        same("e3", "e4", 3),
        same("e4", "e3", 4),
    ]
    .concat();
    let (file, manifest) = export(Format::SplinkLabels, &labels);
    assert_eq!(
        file,
        "record_id_l,record_id_r,clerical_match_score\ne1,e2,0.0\ne3,e4,1.0\n"
    );
    assert_eq!((manifest.disagreements, manifest.disagreeing.len()), (1, 1));
    assert_eq!(lost(&manifest, Loss::Superseded), 2);
}

#[test]
fn records_are_named_by_their_own_ids_and_source_datasets() {
    let labels = labels(&group(), json!({"clusters": [["erp:1", "crm:1"], ["2"]]}), 0);
    let (file, _) = export(Format::SplinkLabels, &labels);
    assert_eq!(
        file,
        "source_dataset_l,unique_id_l,source_dataset_r,unique_id_r,clerical_match_score\n\
         crm,1,erp,1,1.0\ncrm,2,erp,1,0.0\ncrm,1,crm,2,0.0\n"
    );
    let (matches, manifest) = export(Format::SplinkMatches, &labels);
    assert_eq!(matches.lines().count(), 2, "the header and the match");
    assert_eq!(lost(&manifest, Loss::Negative), 2);
}

#[test]
fn labels_with_another_id_column_are_left_out_and_counted() {
    let labels = [
        same("e1", "e2", 1),
        same("e3", "e4", 2),
        labels(&group(), json!({"clusters": [["erp:1", "crm:1", "2"]]}), 3)[..1].to_vec(),
    ]
    .concat();
    let (file, manifest) = export(Format::SplinkLabels, &labels);
    assert_eq!(
        file.lines().next(),
        Some("record_id_l,record_id_r,clerical_match_score")
    );
    assert_eq!((manifest.rows, lost(&manifest, Loss::OtherIdColumn)), (2, 1));
}

#[test]
fn two_sources_whose_ids_are_the_same_are_not_mixed() {
    let of_sites = |mut labels: Vec<Label>| {
        for label in &mut labels {
            label.head.case.source = "sites".to_owned();
        }
        labels
    };
    let labels = [
        of_sites(apart("1", "2", 1)),
        same("1", "2", 2),
        same("3", "4", 3),
        of_sites(apart("3", "4", 4)),
        same("5", "6", 5),
    ]
    .concat();
    for (format, rows) in [
        (Format::SplinkLabels, "1,2,1.0\n3,4,1.0\n5,6,1.0\n"),
        (Format::SplinkMatches, "1,2,1.0\n3,4,1.0\n5,6,1.0\n"),
    ] {
        let (file, manifest) = export(format, &labels);
        assert_eq!(file.split_once('\n').unwrap().1, rows, "{format:?}");
        assert_eq!(
            (manifest.disagreements, lost(&manifest, Loss::OtherSource)),
            (0, 2)
        );
        assert_eq!(lost(&manifest, Loss::Superseded), 0);
        assert_eq!(manifest.other_sources, [("sites".to_owned(), 2)].into());
    }
}

#[test]
fn ids_are_written_as_they_came_also_where_a_spreadsheet_would_compute_them() {
    let (file, _) = export(Format::SplinkLabels, &same("=1+1", "a,\"b\"\n", 1));
    assert_eq!(file.split_once('\n').unwrap().1, "=1+1,\"a,\"\"b\"\"\n\",1.0\n");
}

#[test]
fn a_file_without_rows_has_its_header() {
    assert_eq!(
        export(Format::SplinkLabels, &[]).0,
        "unique_id_l,unique_id_r,clerical_match_score\n"
    );
    assert_eq!(
        export(Format::SourceTrust, &[]).0,
        "system,attribute,right,n,rate,low,high\n"
    );
    assert_eq!(export(Format::TrlKto, &[]).0, "");
}

#[test]
fn retractions_and_erased_labels_are_no_rows() {
    let label = same("e1", "e2", 1).remove(0);
    let retraction = retraction_of(&label.head, "r".into(), "lead-1", at(2), None);
    let erased = Label {
        head: label.head,
        payload: LabelPayload::default(),
    };
    let labels = [retraction, erased];
    for (format, lines) in [(Format::SplinkLabels, 1), (Format::LabelsJsonl, 0)] {
        let (file, manifest) = export(format, &labels);
        assert_eq!(file.lines().count(), lines, "a header where there is one");
        assert_eq!(
            (manifest.labels, manifest.rows, lost(&manifest, Loss::Erased)),
            (1, 0, 1)
        );
    }
}

#[test]
fn every_label_is_a_row_or_counted_as_left_out() {
    for format in [Format::SplinkLabels, Format::SplinkMatches, Format::TrlPreference] {
        let (_, manifest) = export(format, &ledger());
        let left_out: u64 = manifest
            .not_said
            .iter()
            .filter(|not| not.left_out)
            .map(|not| not.rows)
            .sum();
        assert_eq!(manifest.rows + left_out, manifest.labels, "{format:?}");
    }
}

#[test]
fn the_row_with_every_column_stands_first() {
    let (file, _) = export(Format::TrlKto, &ledger());
    let first: Value = serde_json::from_str(file.lines().next().unwrap()).unwrap();
    assert!(
        first["prompt"]
            .as_array()
            .unwrap()
            .iter()
            .any(|message| message.get("tool_calls").is_some())
    );
}

#[test]
fn a_tools_answer_names_the_call_it_answers() {
    let (file, _) = export(Format::TrlPreference, &ledger());
    let rows: Vec<Value> = file
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let prompt = rows
        .iter()
        .map(|row| &row["prompt"])
        .find(|prompt| prompt[3]["role"] == "tool")
        .unwrap();
    assert_eq!(prompt[2]["tool_calls"][0]["id"], prompt[3]["tool_call_id"]);
    assert_eq!(prompt[0]["role"], "system");
}

proptest! {
    #[test]
    fn there_is_one_row_per_unordered_pair(pairs in prop::collection::vec((0_u8..6, 0_u8..6, any::<bool>()), 0..60)) {
        let mut newest = std::collections::BTreeMap::new();
        let mut ledger = Vec::new();
        for (minute, (a, b, is_same)) in (0..).zip(pairs.into_iter().filter(|(a, b, _)| a != b)) {
            let (left, right) = (a.to_string(), b.to_string());
            let mut case = pair(&left, &right);
            // One system: the ids alone make the pair.
            case["body"]["records"][0]["system"] = Value::Null;
            case["body"]["records"][1]["system"] = Value::Null;
            let clusters = if is_same { json!([[left, right]]) } else { json!([[left], [right]]) };
            ledger.extend(labels(&case, json!({"clusters": clusters}), minute));
            newest.insert((a.min(b).to_string(), a.max(b).to_string()), is_same);
        }
        let (file, _) = export(Format::SplinkLabels, &ledger);
        let mut rows = std::collections::BTreeMap::new();
        for line in file.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let unordered = (cells[0].min(cells[1]).to_owned(), cells[0].max(cells[1]).to_owned());
            prop_assert!(rows.insert(unordered, cells[2] == "1.0").is_none(), "{} stands twice", line);
        }
        prop_assert_eq!(rows, newest);
    }
}
