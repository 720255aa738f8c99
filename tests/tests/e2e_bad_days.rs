//! The hub goes away, the program is killed, a case changes under the reviewer: said in words, nothing lost, nothing twice.

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::small_cases::{PAIRS, pair, revised};
use tiebreak_tests::webdriver::key;

const PERSON: [&str; 3] = ["steward", "approver", "lead"];

/// A team hub with five pairs, a lead who looks, and the app with the first of them on the screen.
struct Day {
    hub: HubProcess,
    source: Caller,
    lead: Caller,
}

async fn morning() -> (Day, App, String) {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("matcher", &["source"]);
    let lead = hub.caller("lead", &["lead"]);
    for name in ["p1", "p2", "p3", "p4", "p5"] {
        source.send(&pair(name)).await;
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &PERSON)).await;
    let first = app.queue(PAIRS).await;
    app.window.sees("outbox empty").await;
    (Day { hub, source, lead }, app, first)
}

fn of<'a>(decisions: &'a [Value], case: &str) -> Vec<&'a Value> {
    decisions.iter().filter(|row| row["case"]["id"] == case).collect()
}

#[tokio::test]
async fn what_is_decided_while_the_hub_is_away_waits_in_the_outbox_and_is_delivered_once() {
    let (mut day, app, first) = morning().await;
    day.hub.kill();
    let second = app.decide("n").await;
    app.decide("s").await;
    app.window.sees("Offline").await;
    app.go("#/outbox").await;
    app.window.sees("2 waiting").await;
    app.window.sees("Pair p1").await;
    app.window.click("button", "Try now").await;
    app.window.sees("2 waiting").await;

    day.hub.start_again();
    // The desk tries by itself, too, and may be quicker.
    app.window.click_if_there("button", "Try now").await;
    app.window.sees("The outbox is empty").await;
    app.window.loses("Offline").await;
    let decisions = day.lead.everything("/v1/decisions").await;
    assert_eq!(decisions.len(), 2, "{decisions:?}");
    assert_eq!(
        of(&decisions, &first)[0]["verdict"]["clusters"],
        json!([["a"], ["b"]])
    );
    assert_eq!(
        of(&decisions, &second)[0]["verdict"]["clusters"],
        json!([["a", "b"]])
    );
    app.window.close().await;
}

#[tokio::test]
async fn what_was_decided_before_a_kill_is_there_after_the_restart_and_is_delivered_once() {
    let (mut day, app, first) = morning().await;
    day.hub.kill();
    app.decide("n").await;
    let app = app.killed_and_opened_again().await;
    app.go("#/outbox").await;
    app.window.sees("1 waiting").await;
    app.window.sees("Pair p1").await;

    day.hub.start_again();
    app.window.sees("The outbox is empty").await;
    let decisions = day.lead.everything("/v1/decisions").await;
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert_eq!(decisions[0]["case"]["id"], json!(first));
    assert_eq!(day.lead.case(&first).await["state"], json!("released"));
    app.go("#/history").await;
    app.window.sees("Different Pair p1").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_case_that_is_revised_under_the_reviewer_says_so_and_the_decision_is_on_what_is_now_shown() {
    let (day, app, first) = morning().await;
    app.window.sees("020 7946 0181").await;
    day.source.send(&revised(&pair("p1"), "020 7946 0999")).await;
    app.window.sees("This case changed while you looked at it").await;
    app.window.sees("020 7946 0999").await;
    app.window.press(&[], "n").await;
    let decisions = day.lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(decisions[0]["case"]["id"], json!(first));
    assert_eq!(decisions[0]["case"]["revision"], json!(2));
    app.window.close().await;
}

/// Decides the first case with the hub away, and meanwhile its source revises it.
async fn wedged() -> (Day, App, String) {
    let (mut day, app, first) = morning().await;
    day.hub.kill();
    app.decide("n").await;
    app.window.sees("Offline").await;
    {
        let elsewhere = day.hub.start_elsewhere();
        elsewhere
            .caller(&day.source)
            .send(&revised(&pair("p1"), "020 7946 0999"))
            .await;
    }
    day.hub.start_again();
    app.go("#/outbox").await;
    // By itself it comes to it too, sooner or later.
    app.call("sync_now", json!({})).await;
    app.window.sees("1 needs you").await;
    assert!(
        day.lead.everything("/v1/decisions").await.is_empty(),
        "the hub didn't take it"
    );
    (day, app, first)
}

#[tokio::test]
async fn a_decision_on_a_case_that_changed_is_wedged_in_words_and_repaired_by_deciding_again() {
    let (day, app, first) = wedged().await;
    app.window
        .sees("The case changed before this reached the hub. Look at what changed and decide again.")
        .await;
    app.window.sees("you decided: Different").await;
    let changes = app
        .window
        .run(
            "return document.querySelector('[aria-label=\"What changed\"]').innerText",
            &[],
        )
        .await;
    assert!(
        changes
            .as_str()
            .is_some_and(|text| text.contains("0999") || text.contains("999")),
        "{changes}"
    );

    app.window.press(&[], "g").await;
    app.window.sees("020 7946 0999").await;
    app.window.press(&[], "n").await;
    let decisions = day.lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(decisions[0]["case"]["id"], json!(first));
    assert_eq!(decisions[0]["case"]["revision"], json!(2));
    app.go("#/outbox").await;
    app.window.sees("The outbox is empty").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_wedged_decision_that_is_discarded_stays_in_the_history_and_never_reaches_the_hub() {
    let (day, app, first) = wedged().await;
    app.window.click("button", "Discard my decision").await;
    app.window.sees("It stays in your history as discarded.").await;
    app.window.click("button", "Discard it").await;
    app.window.sees("The outbox is empty").await;
    app.go("#/history").await;
    app.window.sees("Discarded").await;
    assert!(day.lead.everything("/v1/decisions").await.is_empty());
    assert_eq!(day.lead.case(&first).await["state"], json!("open"));
    app.window.close().await;
}

#[tokio::test]
async fn a_hub_that_refuses_the_token_is_said_in_words_and_what_was_decided_goes_out_once_after_signing_in_again()
 {
    let (day, app, first) = morning().await;
    day.hub.run(&["token", "revoke", "--name", "Ana"]);
    app.window.press(&[], "n").await;
    app.window.sees("The hub refuses.").await;
    app.go("#/outbox").await;
    app.window.sees("Pair p1").await;
    assert!(day.lead.everything("/v1/decisions").await.is_empty());

    app.window.click("button", "Sign in again").await;
    app.window.type_text(&day.hub.token("Kim", &PERSON)).await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("You signed in as Kim.").await;
    assert!(day.lead.everything("/v1/decisions").await.is_empty());

    app.window.press(&[key::CONTROL], "a").await;
    app.window.type_text(&day.hub.token("Ana", &PERSON)).await;
    app.window.press(&[], key::ENTER).await;
    app.window.loses("The hub refuses.").await;
    app.window.sees("The outbox is empty").await;
    let decisions = day.lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(decisions[0]["case"]["id"], json!(first));
    app.window.close().await;
}

#[tokio::test]
async fn a_full_disk_while_deciding_is_said_and_the_case_stays_until_there_is_room() {
    let (day, app, first) = morning().await;
    app.disk_is_full(true);
    app.window.press(&[], "n").await;
    app.window.sees("The disk is full.").await;
    assert_eq!(app.case().await, first, "the case stays on the screen");
    app.disk_is_full(false);
    app.decide("n").await;
    let decisions = day.lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(decisions[0]["case"]["id"], json!(first));
    app.window.close().await;
}
