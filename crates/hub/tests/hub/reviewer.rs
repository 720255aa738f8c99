//! A scripted reviewer with all the answers works the real queues, and what is left is counted independently.

mod answers;
mod trainers;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::common::binary::{Folder, Serving};
use crate::common::{Api, decision, fate, shared};
use answers::{Answers, Expected, partition};

use trainers::read_by_their_trainers;

/// Messages have no answer: whoever can't know says so.
const QUEUES: [(&str, usize); 5] = [
    ("sites", 446),
    ("site-groups", 53),
    ("flight-times", 148),
    ("booking-changes", 125),
    ("customer-messages", 40),
];

#[tokio::test]
async fn a_scripted_reviewer_leaves_what_its_answers_say() {
    let Some(data) = shared::data("a_scripted_reviewer_leaves_what_its_answers_say") else {
        return;
    };
    let folder = Folder::new();
    bring_in(&folder, &data);
    let serving = folder.serve(&["--undo-seconds", "0"]);
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    let expected = work_everything(&folder, &serving, &Answers::read(&data)).await;

    let rows = lead.everything("/v1/decisions").await;
    assert_eq!(rows.len(), 812, "decisions = cases");
    assert!(
        rows.iter()
            .all(|row| row["state"] == "released" && row["corrects"].is_null())
    );
    for case in lead.everything("/v1/cases").await {
        assert_eq!(case["state"], "released", "{case}");
    }
    assert_rates(&lead, &expected).await;
    let labels = lead.everything("/v1/labels").await;
    assert_labels(&labels, &rows);
    assert_nothing_retracted(&folder, labels.len());
    let files = export_all(&folder);
    undo_retracts(&folder, &serving, &lead, &rows, &expected).await;
    folder.done(&["verify"]);
    drop(serving);
    read_by_their_trainers(&data, &files);
}

fn bring_in(folder: &Folder, data: &Path) {
    let path = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let (records, pairs) = (
        path("identity/records.csv"),
        path("identity/splink_predictions.parquet"),
    );
    let words = [
        "import",
        "splink",
        "--records",
        &records,
        "--pairs",
        &pairs,
        "--id",
        "record_id",
        "--low",
        "0.2",
        "--high",
        "0.99",
        "--queue",
        "sites",
    ];
    folder.done(&words);
    let files = [
        "identity/group_cases.jsonl",
        "conflicts/cases.jsonl",
        "actions/cases.jsonl",
        "messages/cases.jsonl",
    ]
    .map(path);
    let words: Vec<&str> = ["import", "cases"]
        .into_iter()
        .chain(files.iter().map(String::as_str))
        .collect();
    folder.done(&words);
}

/// Claims until there is nothing left, and answers each claim as the truth is.
async fn work_everything(
    folder: &Folder,
    serving: &Serving,
    answers: &Answers,
) -> BTreeMap<String, Expected> {
    let mut expected: BTreeMap<String, Expected> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for role in ["steward", "approver"] {
        let reviewer = serving.api(&folder.token(role, &[role]));
        loop {
            let (status, claimed) = reviewer.post("/v1/claims", &json!({"limit": 100})).await;
            assert_eq!(status, 200, "{claimed}");
            let claims = claimed["items"].as_array().unwrap();
            if claims.is_empty() {
                break;
            }
            let mut decisions = Vec::new();
            for claim in claims {
                let case = &claim["case"];
                assert!(
                    seen.insert(case["id"].as_str().unwrap().to_owned()),
                    "claimed twice: {}",
                    case["external_id"]
                );
                assert_eq!(
                    domain::canonical::content_hash(case).unwrap(),
                    case["content_hash"].as_str().unwrap()
                );
                let verdict = answers.of(case);
                expected
                    .entry(case["queue"].as_str().unwrap().to_owned())
                    .or_default()
                    .add(case, verdict.as_ref());
                let mut given = decision(case, verdict.clone().unwrap_or_default());
                given["cannot_tell"] = json!(verdict.is_none());
                given["lease"] = claim["lease"]["token"].clone();
                decisions.push(given);
            }
            let (status, answer) = reviewer.post("/v1/decisions", &Value::Array(decisions)).await;
            assert_eq!(status, 200, "{answer}");
            for item in answer["items"].as_array().unwrap() {
                assert_eq!(fate(item).0, "accepted", "{item}");
                assert_eq!(item["case_state"], "released", "{item}");
            }
        }
    }
    let counts: BTreeMap<&str, u64> = expected
        .iter()
        .map(|(queue, e)| {
            (
                queue.as_str(),
                e.agree + e.overridden + e.cannot_tell + e.no_suggestion,
            )
        })
        .collect();
    assert_eq!(
        counts,
        QUEUES.iter().map(|(queue, n)| (*queue, *n as u64)).collect()
    );
    expected
}

async fn rates(lead: &Api) -> BTreeMap<String, Value> {
    let (status, stats) = lead.get("/v1/stats/overrides?group_by=queue").await;
    assert_eq!(status, 200, "{stats}");
    stats["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["group"]["queue"].as_str().unwrap().to_owned(), item.clone()))
        .collect()
}

async fn assert_rates(lead: &Api, expected: &BTreeMap<String, Expected>) {
    let found = rates(lead).await;
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (queue, wanted) in expected {
        assert_rate(&found[queue], wanted);
    }
}

fn assert_rate(item: &Value, wanted: &Expected) {
    let count = |name: &str| item[name].as_u64().unwrap_or_else(|| panic!("{name}: {item}"));
    let found = Expected {
        agree: count("agree"),
        overridden: count("override"),
        edited: count("edited"),
        cannot_tell: count("cannot_tell"),
        no_suggestion: count("no_suggestion"),
    };
    assert_eq!(&found, wanted, "{item}");
    let n = wanted.agree + wanted.overridden;
    assert_eq!(count("n"), n);
    if n == 0 {
        assert!(item["rate"].is_null(), "no rate without cases: {item}");
        return;
    }
    let (rate, (low, high)) = (wanted.overridden as f64 / n as f64, wilson(wanted.overridden, n));
    for (name, value) in [
        ("/rate", rate),
        ("/interval/low", low),
        ("/interval/high", high),
        ("/interval/level", 0.95),
    ] {
        let said = item
            .pointer(name)
            .and_then(Value::as_f64)
            .unwrap_or_else(|| panic!("{name}: {item}"));
        assert!((said - value).abs() < 1e-9, "{name}: {said} is not {value}");
    }
    assert_eq!(item["interval"]["method"], "wilson");
}

/// Wilson 1927, the 97.5 % point of the normal distribution written out.
fn wilson(k: u64, n: u64) -> (f64, f64) {
    let (n, p, z) = (n as f64, k as f64 / n as f64, 1.959_963_984_540_054);
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z * z / n;
    ((centre - half) / whole, (centre + half) / whole)
}

/// A label for every pair, value and action; none without a decision; none of them by default.
fn assert_labels(labels: &[Value], rows: &[Value]) {
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels {
        *by_kind.entry(label["kind"].as_str().unwrap()).or_default() += 1;
        assert_eq!(label["basis"], "human", "{label}");
    }
    let pairs: usize = rows
        .iter()
        .filter(|row| row["kind"] == "identity_match")
        .map(|row| {
            partition(&row["verdict"])
                .iter()
                .map(BTreeSet::len)
                .sum::<usize>()
        })
        .map(|records| records * (records - 1) / 2)
        .sum();
    assert_eq!(
        by_kind["identity_match"], pairs,
        "one label for each pair a verdict settles"
    );
    assert_eq!(by_kind["data_conflict"], 148);
    let positive = labels.iter().filter(|label| label["match"]["label"] == 1).count();
    assert!(positive > 0 && positive < pairs);
}

fn rows_of(text: &str, format: &str) -> usize {
    if !format.ends_with(".csv") {
        return text.lines().count();
    }
    // Quoted line breaks don't matter here: ids have none.
    text.lines().count().saturating_sub(1)
}

fn assert_nothing_retracted(folder: &Folder, labels: usize) {
    let all = folder.done(&["export", "labels.jsonl"]).out;
    assert_eq!(all.lines().count(), labels, "nothing is retracted yet");
}

/// Every format into a file, its manifest beside it.
fn export_all(folder: &Folder) -> HashMap<&'static str, PathBuf> {
    let formats = [
        "labels.jsonl",
        "splink-labels.csv",
        "splink-matches.csv",
        "trl-preference.jsonl",
        "trl-kto.jsonl",
        "source-trust.csv",
    ];
    let mut files = HashMap::new();
    for format in formats {
        let path = folder.path().join(format);
        folder.done(&["export", format, "-o", path.to_str().unwrap()]);
        let text = std::fs::read_to_string(&path).unwrap();
        let manifest =
            std::fs::read_to_string(folder.path().join(format!("{format}.manifest.json"))).unwrap();
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        assert_eq!(
            manifest["rows"].as_u64(),
            Some(rows_of(&text, format) as u64),
            "{manifest}"
        );
        assert_eq!(manifest["bytes"].as_u64(), Some(text.len() as u64));
        assert_eq!(
            domain::canonical::sha256(text.as_bytes()),
            format!("sha256:{}", manifest["sha256"].as_str().unwrap())
        );
        assert!(rows_of(&text, format) > 0, "{format} is empty");
        files.insert(format, path);
    }
    let path = folder.path().join("sites-labels.csv");
    folder.done(&[
        "export",
        "splink-labels.csv",
        "--queue",
        "sites",
        "-o",
        path.to_str().unwrap(),
    ]);
    assert_eq!(
        rows_of(&std::fs::read_to_string(&path).unwrap(), "splink-labels.csv"),
        446
    );
    files.insert("sites-labels.csv", path);
    let matches = folder.path().join("sites-matches.csv");
    folder.done(&[
        "export",
        "splink-matches.csv",
        "--queue",
        "sites",
        "-o",
        matches.to_str().unwrap(),
    ]);
    files.insert("sites-matches.csv", matches);
    files
}

/// Taking back a released decision retracts its label; the export and the rate no longer hold it.
async fn undo_retracts(
    folder: &Folder,
    serving: &Serving,
    lead: &Api,
    rows: &[Value],
    expected: &BTreeMap<String, Expected>,
) {
    let row = rows
        .iter()
        .find(|row| row["queue"] == "sites" && row["agreement"] == "override")
        .unwrap();
    let id = row["id"].as_str().unwrap();
    let pair: Vec<&str> = row["case"]["external_id"].as_str().unwrap().split('|').collect();
    let holds = |text: &str| text.lines().any(|line| pair.iter().all(|id| line.contains(id)));
    let sites = ["export", "splink-labels.csv", "--queue", "sites"];
    assert!(holds(&folder.done(&sites).out));
    let before = lead.everything("/v1/labels").await;
    let label = before.iter().find(|label| label["decision_id"] == id).unwrap();

    let (status, answer) = lead
        .post(
            &format!("/v1/decisions/{id}/undo"),
            &json!({"reason": "looked again"}),
        )
        .await;
    assert!(status.is_success(), "{answer}");

    let after = lead.everything("/v1/labels").await;
    assert_eq!(after.len(), before.len() + 1, "the ledger only grows");
    let retraction = after.last().unwrap();
    assert_eq!(retraction["retracts"], label["id"]);
    let text = folder.done(&sites).out;
    assert!(!holds(&text), "the export no longer holds it");
    assert_eq!(rows_of(&text, "splink-labels.csv"), 445);
    assert_eq!(
        folder.done(&["export", "labels.jsonl"]).out.lines().count(),
        before.len() - 1
    );
    assert_eq!(
        lead.text("/v1/exports/splink-labels.csv?queue=sites").await,
        text,
        "HTTP and the command line say the same"
    );
    let feed = lead.everything("/v1/decisions").await;
    let correction = feed.last().unwrap();
    assert_eq!(
        (feed.len(), &correction["corrects"]),
        (rows.len() + 1, &json!(id)),
        "{correction}"
    );
    let case = lead.case(row["case"]["id"].as_str().unwrap()).await;
    assert_eq!((&case["state"], &case["revision"]), (&json!("open"), &json!(1)));
    let mut wanted = expected["sites"].clone();
    wanted.overridden -= 1;
    assert_rate(&rates(lead).await["sites"], &wanted);
    irreversible_stays(serving, folder, lead, rows).await;
}

/// What ran and can't be undone stays; its label can be withdrawn.
async fn irreversible_stays(serving: &Serving, folder: &Folder, lead: &Api, rows: &[Value]) {
    let approved =
        |row: &&Value| row["queue"] == "booking-changes" && row["verdict"]["actions"][0]["type"] == "approve";
    let id = rows.iter().find(approved).unwrap()["id"].as_str().unwrap();
    let approver = serving.api(&folder.token("approver", &["approver"]));
    let refused = approver
        .post(
            &format!("/v1/decisions/{id}/undo"),
            &json!({"reason": "too late"}),
        )
        .await;
    assert_eq!(
        crate::common::problem(&refused),
        (409, "irreversible", ""),
        "{refused:?}"
    );
    let (status, answer) = approver
        .post(
            &format!("/v1/decisions/{id}/mark-wrong"),
            &json!({"reason": "it was wrong"}),
        )
        .await;
    assert!(status.is_success(), "{answer}");
    let labels = lead.everything("/v1/labels").await;
    let label = labels
        .iter()
        .find(|label| label["decision_id"] == id && label["retracts"].is_null())
        .unwrap();
    assert!(
        labels.iter().any(|row| row["retracts"] == label["id"]),
        "its label is withdrawn"
    );
    let text = folder.done(&["export", "labels.jsonl"]).out;
    assert!(!text.contains(label["id"].as_str().unwrap()));
}
