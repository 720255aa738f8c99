//! Real queues through the real binary.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::common::Api;
use crate::common::binary::Folder;
use crate::common::shared;

fn import_splink(folder: &Folder, data: &std::path::Path, pairs: &str) -> String {
    let (records, pairs) = (
        data.join("identity/records.csv"),
        data.join("identity").join(pairs),
    );
    let words = [
        "import",
        "splink",
        "--records",
        records.to_str().unwrap(),
        "--pairs",
        pairs.to_str().unwrap(),
    ];
    let rest = [
        "--id",
        "record_id",
        "--low",
        "0.2",
        "--high",
        "0.99",
        "--queue",
        "sites",
    ];
    folder.done(&[&words[..], &rest[..]].concat()).err
}

async fn cases_of(lead: &Api, path: &str) -> Vec<Value> {
    let mut cases = Vec::new();
    for row in lead.everything(path).await {
        cases.push(lead.case(row["id"].as_str().unwrap()).await);
    }
    cases
}

#[tokio::test]
async fn splink_predictions_become_446_cases_whose_weights_add_up() {
    let Some(data) = shared::data("splink_predictions_become_446_cases_whose_weights_add_up") else {
        return;
    };
    let mut bodies = Vec::new();
    for pairs in ["splink_predictions.parquet", "splink_predictions.csv"] {
        let folder = Folder::new();
        let first = import_splink(&folder, &data, pairs);
        assert!(first.contains("446 created"), "{pairs}: {first}");
        let links = known_links(&first);
        assert!(links.0 > 0 && links.0 == links.1, "{pairs}: {first}");
        let again = import_splink(&folder, &data, pairs);
        assert!(
            again.contains("446 unchanged") && again.contains("0 created"),
            "{pairs}: {again}"
        );
        assert_eq!(known_links(&again), (links.0, 0), "{pairs}: known now");
        let serving = folder.serve(&[]);
        let lead = serving.api(&folder.token("Lea", &["lead"]));
        let cases = cases_of(&lead, "/v1/cases?queue=sites").await;
        assert_eq!(cases.len(), 446, "{pairs}");
        let weights = match_weights(&data);
        for case in &cases {
            assert_adds_up(case, &weights);
        }
        bodies.push(
            cases
                .into_iter()
                .map(|c| (c["external_id"].to_string(), c["content_hash"].clone()))
                .collect::<BTreeMap<_, _>>(),
        );
    }
    assert_eq!(bodies[0], bodies[1], "Parquet and CSV say the same");
}

/// Of "… 12 known links, 12 of them new": both.
fn known_links(said: &str) -> (u64, u64) {
    let (before, after) = said
        .split_once(" known links, ")
        .unwrap_or_else(|| panic!("{said}"));
    let number = |text: Option<&str>| text.unwrap().parse().unwrap();
    (
        number(before.split_whitespace().last()),
        number(after.split_whitespace().next()),
    )
}

/// Splink's own match_weight of each pair in the band.
fn match_weights(data: &std::path::Path) -> HashMap<String, f64> {
    let text = std::fs::read_to_string(data.join("identity/splink_predictions.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (weight, left, right) = (at("match_weight"), at("record_id_l"), at("record_id_r"));
    assert!(
        [weight, left, right].iter().all(|column| *column < 4),
        "before any quoted text"
    );
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let mut ids = [cells[left], cells[right]];
            ids.sort_unstable();
            (ids.join("|"), cells[weight].parse().unwrap())
        })
        .collect()
}

fn assert_adds_up(case: &Value, weights: &HashMap<String, f64>) {
    let id = case["external_id"].as_str().unwrap();
    let link = &case["body"]["links"][0];
    let weight = link["weight"].as_f64().unwrap();
    let evidence: f64 = link["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["weight"].as_f64().unwrap())
        .sum();
    let sum = link["prior"].as_f64().unwrap() + evidence;
    assert!((sum - weight).abs() <= 0.01, "{id}: {sum} is not {weight}");
    assert!(
        (weight - weights[id]).abs() <= 0.01,
        "{id}: {weight} is not Splink's {}",
        weights[id]
    );
}

#[tokio::test]
async fn all_of_the_shared_queues_come_in() {
    let Some(data) = shared::data("all_of_the_shared_queues_come_in") else {
        return;
    };
    let folder = Folder::new();
    let files = [
        "identity/group_cases.jsonl",
        "conflicts/cases.jsonl",
        "actions/cases.jsonl",
        "messages/cases.jsonl",
    ];
    let paths: Vec<_> = files.iter().map(|file| data.join(file)).collect();
    let words: Vec<&str> = ["import", "cases"]
        .into_iter()
        .chain(paths.iter().map(|p| p.to_str().unwrap()))
        .collect();
    let first = folder.done(&words).err;
    assert!(first.contains("366 created"), "{first}");
    let again = folder.done(&words).err;
    assert!(again.contains("366 unchanged"), "{again}");
    let serving = folder.serve(&[]);
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    for case in cases_of(&lead, "/v1/cases").await {
        assert_eq!(
            domain::canonical::content_hash(&case).unwrap(),
            case["content_hash"].as_str().unwrap()
        );
    }
    let queues = lead.everything("/v1/queues").await;
    let counts: BTreeMap<_, _> = queues
        .iter()
        .map(|q| (q["name"].as_str().unwrap(), q["open"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        counts,
        BTreeMap::from([
            ("booking-changes", 125),
            ("customer-messages", 40),
            ("flight-times", 148),
            ("site-groups", 53)
        ])
    );
    folder.done(&["verify"]);
}

#[tokio::test]
async fn claims_become_one_case_per_disagreement() {
    let folder = Folder::new();
    let rows = "entity,attribute,system,value,updated_at,type\n\
                F1,arrival,a,21:49,2026-01-01T00:00:00Z,time\nF1,arrival,b,21:53,,time\nF1,arrival,c,21:53,,time\n\
                F1,gate,a,B7,,\nF1,gate,b,B7,,\nF2,arrival,a,9:05,,time\nF2,arrival,b,09:05,,time\n,arrival,b,1:00,,time\n";
    std::fs::write(folder.path().join("claims.csv"), rows).unwrap();
    let words = ["import", "claims", "claims.csv", "--queue", "flights"];
    let ran = folder.run(&words);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains("1 created") && ran.err.contains("line 9"),
        "{ran:?}"
    );
    assert!(folder.run(&words).err.contains("1 unchanged"));
    let serving = folder.serve(&[]);
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    let cases = cases_of(&lead, "/v1/cases").await;
    assert_eq!(
        (
            cases.len(),
            cases[0]["external_id"].as_str(),
            cases[0]["source"].as_str()
        ),
        (1, Some("F1:arrival"), Some("claims"))
    );
    assert_eq!(
        cases[0]["suggestion"]["verdict"]["values"]["arrival"]["value"],
        "21:53"
    );
}
