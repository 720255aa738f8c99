//! What an export is narrowed by, and what is left of one that can't be written.

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::binary::Folder;
use crate::common::cases::match_case;
use crate::common::{Api, TestHub, decision, problem};

/// A match of two records nobody else has.
async fn decided(source: &Api, steward: &Api, number: usize) {
    let (left, right) = (format!("l{number}"), format!("r{number}"));
    let mut case = match_case(&format!("pair-{number}"));
    case["body"]["records"][0]["id"] = json!(left);
    case["body"]["records"][1]["id"] = json!(right);
    case["body"]["links"][0]["left"] = json!(left);
    case["body"]["links"][0]["right"] = json!(right);
    case["suggestion"] = Value::Null;
    let id = source.send(&case).await;
    let verdict = json!({"clusters": [[left, right]]});
    let given = decision(&steward.case(&id).await, verdict);
    assert_eq!(
        steward.post_one("/v1/decisions", &given).await["result"],
        "accepted"
    );
}

async fn ids(lead: &Api, query: &str) -> Vec<String> {
    let text = lead.text(&format!("/v1/exports/labels.jsonl{query}")).await;
    let id = |line: &str| {
        serde_json::from_str::<Value>(line).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    text.lines().map(id).collect()
}

#[tokio::test]
async fn the_rarer_of_two_sources_of_a_queue_has_a_file_of_its_own() {
    let hub = TestHub::start().await;
    let (steward, lead) = (hub.steward().await, hub.lead().await);
    let crm = hub.caller("crm", &[Role::Source]).await;
    let billing = hub.caller("billing", &[Role::Source]).await;
    for number in 0..3 {
        decided(&crm, &steward, number).await;
    }
    decided(&billing, &steward, 1).await;
    let rows = async |query: &str| {
        let text = lead.text(&format!("/v1/exports/splink-labels.csv{query}")).await;
        text.lines().skip(1).count()
    };
    let manifest = async |query: &str| {
        lead.get(&format!("/v1/exports/splink-labels.csv/manifest{query}"))
            .await
            .1
    };
    let both = manifest("").await;
    assert_eq!(
        (rows("").await, &both["labels"], &both["filters"]["source"]),
        (3, &json!(4), &Value::Null)
    );
    assert_eq!(both["other_sources"], json!({"billing": 1}), "{both}");
    let rarer = manifest("?source=billing").await;
    let said = (
        &rarer["labels"],
        &rarer["filters"]["source"],
        rarer.get("other_sources"),
    );
    assert_eq!(said, (&json!(1), &json!("billing"), None), "{rarer}");
    assert_eq!(
        (rows("?source=billing").await, rows("?source=nobody").await),
        (1, 0)
    );
    assert_eq!(ids(&lead, "?source=crm").await.len(), 3, "of every format");
}

#[tokio::test]
async fn an_export_is_narrowed_by_split_and_by_time() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    for number in 0..24 {
        decided(&source, &steward, number).await;
    }
    let labels = lead.everything("/v1/labels").await;
    let of = |wanted: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let found = labels.iter().filter(|label| wanted(label));
        found
            .map(|label| label["id"].as_str().unwrap().to_owned())
            .collect()
    };
    for split in ["train", "test"] {
        let wanted = of(&|label| label["split"] == split);
        assert!(!wanted.is_empty(), "{split}: pairs within it");
        assert_eq!(ids(&lead, &format!("?split={split}")).await, wanted);
    }
    let since = labels[20]["at"].as_str().unwrap();
    let wanted = of(&|label| label["at"].as_str().unwrap() >= since);
    assert!(wanted.len() < 24);
    assert_eq!(ids(&lead, &format!("?since={since}")).await, wanted);
    let manifest = lead
        .get(&format!(
            "/v1/exports/labels.jsonl/manifest?split=test&since={since}"
        ))
        .await;
    assert_eq!(manifest.1["filters"]["split"], "test");
    assert_eq!(
        manifest.1["labels"],
        json!(of(&|label| label["split"] == "test" && label["at"].as_str().unwrap() >= since).len())
    );
}

#[tokio::test]
async fn what_is_asked_for_and_cannot_be_is_refused_with_its_name() {
    let hub = TestHub::start().await;
    let lead = hub.lead().await;
    for (path, pointer) in [
        ("/v1/exports/labels.jsonl?untill=3", "/untill"),
        ("/v1/exports/labels.jsonl/manifest?kind=identity_match", "/kind"),
        ("/v1/exports/labels.jsonl?split=both", "/split"),
        ("/v1/exports/labels.jsonl?since=yesterday", "/since"),
        ("/v1/cases?limit=-3", "/limit"),
        ("/v1/labels?limit=0", "/limit"),
        ("/v1/changes?limit=many", "/limit"),
    ] {
        assert_eq!(
            problem(&lead.get(path).await),
            (400, "invalid_query", pointer),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_place_behind_the_end_of_a_feed_is_none_of_its_places() {
    let hub = TestHub::start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    source.send(&match_case("x")).await;
    for feed in ["changes", "decisions", "labels", "audit"] {
        let end = admin.get(&format!("/v1/{feed}?limit=500")).await.1["next"]
            .as_str()
            .unwrap()
            .to_owned();
        let at_the_end = admin.get(&format!("/v1/{feed}?after={end}")).await;
        assert_eq!(at_the_end.1["items"], json!([]), "{feed}");
        let beyond = end.parse::<i64>().unwrap() + 1000;
        assert_eq!(
            problem(&admin.get(&format!("/v1/{feed}?wait=20&after={beyond}")).await),
            (400, "invalid_query", "/after"),
            "{feed}: and it isn't waited for"
        );
    }
}

#[test]
fn a_file_whose_manifest_cannot_be_written_is_not_left_behind_and_the_other_way_round() {
    let folder = Folder::new();
    folder.done(&["migrate"]);
    let left = || {
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("tiebreak.db"))
            .collect();
        names.sort();
        names
    };
    std::fs::create_dir(folder.path().join("labels.csv.manifest.json")).unwrap();
    let words = ["export", "splink-labels.csv", "-o", "labels.csv"];
    assert_eq!(folder.run(&words).code, Some(1));
    assert_eq!(
        left(),
        ["labels.csv.manifest.json"],
        "the folder that was in the way"
    );

    std::fs::remove_dir(folder.path().join("labels.csv.manifest.json")).unwrap();
    std::fs::create_dir(folder.path().join("labels.csv")).unwrap();
    assert_eq!(folder.run(&words).code, Some(1));
    assert_eq!(left(), ["labels.csv"], "the folder that was in the way");

    std::fs::remove_dir(folder.path().join("labels.csv")).unwrap();
    folder.done(&words);
    assert_eq!(left(), ["labels.csv", "labels.csv.manifest.json"]);
}
