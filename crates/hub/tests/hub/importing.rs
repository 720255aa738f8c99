//! Imports that meet what is there: the same case twice, a decision made meanwhile, an end in the middle.

use serde_json::{Value, json};
use tiebreak_hub::body::Incoming;
use tiebreak_hub::cases::ingest_undecided;

use crate::common::binary::Folder;
use crate::common::cases::{match_case, same};
use crate::common::{TestHub, decision};

fn write(folder: &Folder, cases: &[Value]) {
    let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
    std::fs::write(folder.path().join("a.jsonl"), text).unwrap();
}

#[test]
fn a_case_that_stands_twice_is_unchanged_and_refused_only_with_other_content() {
    let folder = Folder::new();
    let mut other = match_case("x");
    other["title"] = json!("another");
    write(&folder, &[match_case("x"), match_case("y"), match_case("x")]);
    let ran = folder.done(&["import", "cases", "a.jsonl"]);
    assert!(
        ran.err.contains("2 created, 1 unchanged, 0 revised, 0 refused"),
        "{ran:?}"
    );
    write(&folder, &[match_case("x"), other]);
    let ran = folder.run(&["import", "cases", "a.jsonl"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains("line 2: duplicate_case") && ran.err.contains("1 unchanged"),
        "{ran:?}"
    );
}

#[test]
fn a_case_that_was_refused_further_up_is_taken_where_it_stands_whole() {
    let folder = Folder::new();
    let mut broken = match_case("x");
    broken["body"]["links"][0]["right"] = json!("zz");
    write(&folder, &[broken, match_case("x")]);
    let ran = folder.run(&["import", "cases", "a.jsonl"]);
    assert!(
        ran.err.contains("1 created") && ran.err.contains("1 refused"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_decision_made_while_an_import_runs_is_not_undone_by_it() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let steward = hub.steward().await;
    let id = hub.source().await.send(&match_case("x")).await;
    steward
        .post_one("/v1/decisions", &decision(&steward.case(&id).await, same()))
        .await;
    // What an importer sends that looked before the decision came.
    let mut changed = match_case("x");
    changed["source"] = json!("matcher");
    changed["revision"] = json!(2);
    let importer = hub.hub.command_line("import").await.unwrap();
    let item = Incoming {
        index: 0,
        json: Ok(changed),
    };
    let items = ingest_undecided(&hub.hub, &importer, vec![item]).await.unwrap();
    assert_eq!(items[0].code.as_deref(), Some("already_decided"), "{items:?}");
    let case = steward.case(&id).await;
    assert_eq!(
        (&case["state"], &case["decisions"][0]["state"]),
        (&json!("decided"), &json!("pending"))
    );
}

#[tokio::test]
async fn killed_in_the_middle_a_second_import_brings_the_rest() {
    let folder = Folder::new();
    let cases: Vec<Value> = (0..6000).map(|n| match_case(&format!("c{n:05}"))).collect();
    write(&folder, &cases);
    let mut first = folder
        .command(&["import", "cases", "a.jsonl"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Long enough for a batch or two, not for all of them.
    let database = folder.path().join("tiebreak.db");
    while !database.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let _ = first.kill();
    first.wait().unwrap();
    folder.done(&["verify"]);
    let ran = folder.done(&["import", "cases", "a.jsonl"]);
    let count = |word: &str| -> u64 {
        let words: Vec<&str> = ran.err.split([' ', ',', '\n', ';']).collect();
        let at = words.iter().position(|w| *w == word).unwrap();
        words[at - 1].parse().unwrap()
    };
    assert_eq!(count("created") + count("unchanged"), 6000, "{ran:?}");
    let again = folder.done(&["import", "cases", "a.jsonl"]);
    assert!(again.err.contains("6000 unchanged"), "{again:?}");
}
