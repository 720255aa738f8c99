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

/// Two sets of data whose records have the ids 1 and 2 in common and nothing else.
fn two_sets(folder: &Folder) {
    for (set, name) in [("customers", "Ana"), ("sites", "Armour")] {
        let records = format!("id,name\n1,{name}\n2,{name} B\n");
        std::fs::write(folder.path().join(format!("{set}.csv")), records).unwrap();
        let claims = format!("entity,attribute,system,value\n1,name,a,{name}\n1,name,b,{name} B\n");
        std::fs::write(folder.path().join(format!("{set}-claims.csv")), claims).unwrap();
    }
    let pairs = "match_weight,match_probability,id_l,id_r\n1,0.6,1,2\n";
    std::fs::write(folder.path().join("pairs.csv"), pairs).unwrap();
    let sure = "match_weight,match_probability,id_l,id_r\n9,0.999,1,2\n";
    std::fs::write(folder.path().join("sure.csv"), sure).unwrap();
}

fn splink<'a>(records: &'a str, queue: &'a str) -> Vec<&'a str> {
    let words = "import splink --pairs pairs.csv --id id --low 0.2 --high 0.99 --records";
    words.split(' ').chain([records, "--queue", queue]).collect()
}

fn claims<'a>(file: &'a str, queue: &'a str) -> Vec<&'a str> {
    vec!["import", "claims", file, "--queue", queue]
}

#[tokio::test]
async fn two_sets_of_data_with_the_same_ids_do_not_overwrite_each_other() {
    let folder = Folder::new();
    two_sets(&folder);
    let (first, second) = (splink("customers.csv", "customers"), splink("sites.csv", "sites"));
    let (third, fourth) = (
        claims("customers-claims.csv", "customer-names"),
        claims("sites-claims.csv", "site-names"),
    );
    for (mine, theirs) in [(first, second), (third, fourth)] {
        folder.done(&mine);
        let ran = folder.run(&theirs);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(
            ran.err.contains("line 2: other_queue at /queue") && ran.err.contains("--source"),
            "{ran:?}"
        );
        assert!(
            ran.err.contains("0 created, 0 unchanged, 0 revised, 1 refused"),
            "{ran:?}"
        );
        let named = folder.done(&[&theirs[..], &["--source", "sites"]].concat());
        assert!(named.err.contains("1 created"), "{named:?}");
        let again = folder.done(&mine);
        assert!(again.err.contains("1 unchanged"), "{again:?}");
    }
}

#[test]
fn the_known_links_of_another_set_of_data_are_not_taken_for_those_that_are_there() {
    let folder = Folder::new();
    two_sets(&folder);
    let of = |records, queue| {
        let mut words = splink(records, queue);
        words[3] = "sure.csv";
        words
    };
    let (mine, theirs) = (of("customers.csv", "customers"), of("sites.csv", "sites"));
    let first = folder.done(&mine);
    assert!(first.err.contains("1 known links, 1 of them new"), "{first:?}");
    let ran = folder.run(&theirs);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains("line 2: other_queue at /queue") && ran.err.contains("--source"),
        "{ran:?}"
    );
    assert!(
        ran.err.contains("1 refused") && !ran.err.contains("known links, "),
        "{ran:?}"
    );
    let named = folder.done(&[&theirs[..], &["--source", "sites"]].concat());
    assert!(named.err.contains("1 known links, 1 of them new"), "{named:?}");
    let again = folder.done(&mine);
    assert!(again.err.contains("1 known links, 0 of them new"), "{again:?}");
}

#[test]
fn a_revision_beyond_the_last_is_refused_and_the_importer_goes_on() {
    let folder = Folder::new();
    let of = |id: &str, revision: u64| {
        let mut case = match_case(id);
        case["revision"] = json!(revision);
        case
    };
    let highest = 2_147_483_647;
    write(
        &folder,
        &[
            of("x", highest),
            of("y", u64::from(u32::MAX)),
            of("z", highest + 1),
            of("v", 1),
        ],
    );
    let ran = folder.run(&["import", "cases", "a.jsonl"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for line in ["line 2", "line 3"] {
        assert!(
            ran.err.contains(&format!("{line}: invalid_case at /revision")),
            "{ran:?}"
        );
    }
    assert!(
        ran.err.contains("2 created, 0 unchanged, 0 revised, 2 refused"),
        "{ran:?}"
    );
    let mut changed = match_case("x");
    changed["title"] = json!("another");
    write(&folder, &[changed]);
    let ran = folder.run(&["import", "cases", "a.jsonl"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("line 1: invalid_case at /revision"), "{ran:?}");
}

#[tokio::test]
async fn a_case_that_was_escalated_to_another_queue_is_still_the_one_that_was_imported() {
    let folder = Folder::new();
    two_sets(&folder);
    folder.done(&splink("customers.csv", "customers"));
    folder.done(&[&splink("sites.csv", "fraud")[..], &["--source", "sites"]].concat());
    let serving = folder.serve(&[]);
    let steward = serving.api(&folder.token("Ana", &["steward"]));
    folder.token("Eva", &["steward"]);
    let listed = steward.everything("/v1/cases?queue=customers").await;
    let path = format!("/v1/cases/{}/escalate", listed[0]["id"].as_str().unwrap());
    let (status, answer) = steward
        .post(
            &path,
            &json!({"reason": "Looks made up", "to": {"queue": "fraud"}}),
        )
        .await;
    assert!(status.is_success(), "{answer}");
    let again = folder.done(&splink("customers.csv", "customers"));
    assert!(again.err.contains("1 unchanged"), "{again:?}");
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
