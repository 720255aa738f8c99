//! Taking back, in the real window.

use serde_json::json;
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tiebreak_tests::webdriver::key;

const PERSON: [&str; 3] = ["steward", "approver", "lead"];

#[tokio::test]
async fn one_key_takes_the_last_decision_back_and_puts_its_case_on_the_screen_again() {
    let hub = HubProcess::start(&["--undo-seconds", "20"]);
    let source = hub.caller("agents", &["source"]);
    let lead = hub.caller("lead", &["lead"]);
    for name in ["p1", "p2"] {
        source.send(&pair(name)).await;
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &PERSON)).await;
    let first = app.queue(PAIRS).await;
    let second = app.decide("s").await;
    lead.until_case_is(&first, "decided").await;

    app.window.press(&[], key::BACKSPACE).await;
    assert_eq!(app.case_after(&second).await, first);
    lead.until_case_is(&first, "open").await;
    assert!(
        lead.everything("/v1/decisions").await.is_empty(),
        "nothing was released"
    );

    assert_eq!(app.decide("n").await, second, "it can be decided again");
    app.window.sees("outbox empty").await;
    let released = lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(released[0]["verdict"]["clusters"], json!([["a"], ["b"]]));
    app.window.close().await;
}

#[tokio::test]
async fn a_released_decision_is_corrected_with_a_reason_and_its_label_is_retracted() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("agents", &["source"]);
    let lead = hub.caller("lead", &["lead"]);
    for name in ["p1", "p2"] {
        source.send(&pair(name)).await;
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &PERSON)).await;
    app.queue(PAIRS).await;
    app.decide("s").await;
    lead.until_there_are(1, "/v1/labels").await;
    app.go("#/history").await;
    app.window.sees("Released").await;
    app.window.click("button", "Correct Same, Pair p1").await;
    app.window.sees("its labels are withdrawn").await;
    app.window.type_text("The phone was the neighbour's").await;
    app.window.press(&[key::CONTROL], key::ENTER).await;

    let feed = lead.until_there_are(2, "/v1/decisions").await;
    assert_eq!(feed[1]["corrects"], feed[0]["id"]);
    let labels = lead.everything("/v1/labels").await;
    assert_eq!(labels.len(), 2);
    assert_eq!(labels[1]["retracts"], labels[0]["id"]);
    assert_eq!(
        lead.text("/v1/exports/labels.jsonl").await.trim(),
        "",
        "the export holds live labels only"
    );
    app.window.close().await;
}
