//! Groups in the real window: each pair looked at, what is masked asked for, a doubt left, all by keyboard; and records dragged to
//! where they belong. And what comes of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::Connection;
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::programs::root;
use tiebreak_tests::webdriver::key;

const GROUP: &str = "call-20488";

/// Six records, of which some have a date of birth, which is confidential.
fn group() -> Value {
    let sample = std::fs::read_to_string(root().join("src-tauri/sample/callers.jsonl")).unwrap();
    sample
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|case| case["external_id"] == GROUP)
        .expect("the sample has the group")
}

/// What the decision says was shown, from the hub's own table.
async fn shown(hub: &HubProcess) -> Value {
    let url = format!("sqlite:{}?mode=ro", hub.database().display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let payload: String = sqlx::query_scalar("select payload from decision_payloads")
        .fetch_one(&mut database)
        .await
        .unwrap();
    serde_json::from_str::<Value>(&payload).unwrap()["shown"].take()
}

#[tokio::test]
async fn each_pair_of_a_group_is_looked_at_by_key_what_is_masked_is_asked_for_and_a_doubt_is_no_label() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    hub.caller("caller-id", &["source"]).send(&group()).await;
    let app = App::with_hub(&hub, &hub.token("Ana", &["steward"])).await;
    app.queue_by_key("callers").await;

    let title =
        "return document.querySelector('section[aria-label^=\"Evidence for\"]').getAttribute('aria-label')";
    let mut met = BTreeSet::new();
    for _ in 0..6 {
        for _ in 0..6 {
            met.insert(app.window.run(title, &[]).await.as_str().unwrap().to_owned());
            app.window.press(&[key::SHIFT], key::DOWN).await;
        }
        met.insert(app.window.run(title, &[]).await.as_str().unwrap().to_owned());
        app.window.press(&[], key::DOWN).await;
    }
    assert_eq!(met.len(), 15, "each of six with each: {met:?}");

    assert!(
        !app.window.text().await.contains("1979-05-02"),
        "it is confidential"
    );
    for _ in 0..3 {
        app.window.press(&[key::SHIFT], key::RIGHT).await;
    }
    app.window.press(&[], ".").await;
    app.window.main_sees("1979-05-02").await;

    // From the last record up to the first, which is then compared with the third.
    for _ in 0..5 {
        app.window.press(&[], key::UP).await;
    }
    app.window.press(&[key::SHIFT], key::DOWN).await;
    app.window.press(&[], "l").await;
    app.window.main_sees("1 pair can’t be told").await;
    for number in ["1", "1", "2", "1", "3", "3"] {
        app.window.press(&[], number).await;
    }
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Callers is done").await;

    let lead = hub.caller("lead", &["lead"]);
    let decided = lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(
        decided[0]["verdict"]["unsure"],
        json!([["tel-20488", "crm-7044"]])
    );
    let labels = lead.everything("/v1/labels").await;
    let of = |left: &str, right: &str| {
        let sides = [json!(left), json!(right)];
        let found = labels.iter().find(|l| {
            sides.contains(&l["match"]["left"]["id"]) && sides.contains(&l["match"]["right"]["id"])
        });
        found.expect("every pair has a row")["match"]["label"].clone()
    };
    assert_eq!(
        (
            of("tel-20488", "crm-7044"),
            of("tel-20488", "crm-7001"),
            of("tel-20488", "crm-7310")
        ),
        (Value::Null, json!(1), json!(0))
    );
    let shown = shown(&hub).await;
    assert_eq!(
        (&shown["revealed"], &shown["links"]),
        (&json!(["birth_date"]), &json!(true))
    );
    app.window.close().await;
}

/// What a record as a row is dragged by, and the row itself; `at` from 0.
fn head(at: usize) -> String {
    format!("[role=row][data-drop=record-{at}] [role=rowheader]")
}

fn row(at: usize) -> String {
    format!("[role=row][data-drop=record-{at}]")
}

#[tokio::test]
async fn what_was_dragged_together_is_what_was_decided() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let case = group();
    hub.caller("caller-id", &["source"]).send(&case).await;
    let app = App::with_hub(&hub, &hub.token("Ana", &["steward"])).await;
    app.queue_by_key("callers").await;
    let lies = async |letter: &str, group: u32| {
        let name = format!("Record {letter} is in group {group}");
        app.window.element("button", &name).await;
    };

    // Two that lie in no group yet: both come into a new one.
    app.window.drag(&head(1), &row(0)).await;
    lies("a", 1).await;
    lies("b", 1).await;
    app.window.drag(&head(2), "[data-drop=own]").await;
    lies("c", 2).await;
    // By its number too, which opens nothing when it is dragged.
    app.window
        .drag("button[aria-label='Record d is in no group']", &row(2))
        .await;
    lies("d", 2).await;
    app.window.drag(&head(4), "[data-drop=group-1]").await;
    lies("e", 1).await;

    app.window.carry(&head(3), &row(0)).await;
    app.window.main_sees("Group 1, with a, b and e").await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.press(&[], key::ESCAPE).await;
    app.window.loses("Group 1, with a, b and e").await;
    app.window.let_go().await;
    lies("d", 2).await;

    // A correction, and the last one by key: what was dragged goes on by keyboard.
    app.window.drag(&head(4), &row(3)).await;
    lies("e", 2).await;
    let open = "Record f is in no group";
    app.window.element("button", open).await;
    app.window.press(&[], key::DOWN).await;
    app.window.press(&[], "1").await;
    lies("f", 1).await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Callers is done").await;

    let ids: Vec<&Value> = case["body"]["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["id"])
        .collect();
    let decided = hub
        .caller("lead", &["lead"])
        .until_there_are(1, "/v1/decisions")
        .await;
    assert_eq!(
        decided[0]["verdict"]["clusters"],
        json!([[ids[0], ids[1], ids[5]], [ids[2], ids[3], ids[4]]])
    );
    app.window.close().await;
}
