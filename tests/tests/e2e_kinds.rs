//! A case of each kind all the way round: first run, decided by keyboard in the real window, safe in the hub, out again as
//! labels.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::small_cases::{conflict, message, pair, payment};
use tiebreak_tests::webdriver::key;

const PERSON: [&str; 3] = ["steward", "approver", "lead"];

#[tokio::test]
async fn one_case_of_each_kind_is_decided_by_keyboard_and_comes_out_as_labels() {
    let hub = HubProcess::start(&["--undo-seconds", "1"]);
    let source = hub.caller("agents", &["source"]);
    let lead = hub.caller("lead", &["lead"]);
    for case in [
        pair("p1"),
        pair("p2"),
        conflict("f1"),
        payment("r1"),
        message("m1"),
    ] {
        source.send(&case).await;
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &PERSON)).await;

    let first = app.queue("pairs").await;
    app.decide("s").await;
    app.window.press(&[], "n").await;
    app.queue("arrivals").await;
    app.window.press(&[], "1").await;
    app.window.sees("Overrides").await;
    app.window.press(&[], key::ENTER).await;
    app.queue("refunds").await;
    app.window.press(&[], "a").await;
    app.window.sees("hold").await;
    app.hold_enter().await;
    app.queue("mails").await;
    app.window.press(&[], "e").await;
    app.window
        .until(
            "the message to be edited",
            "return document.activeElement.tagName === 'TEXTAREA'",
            &[],
        )
        .await;
    app.window.press(&[key::CONTROL], "\u{E010}").await;
    app.window.type_text(" Thank you.").await;
    app.hold_control_enter().await;

    let released = lead.until_there_are(5, "/v1/decisions").await;
    let of = |external_id: &str| -> &Value {
        released
            .iter()
            .find(|row| row["case"]["external_id"] == external_id)
            .unwrap_or_else(|| panic!("no {external_id}"))
    };
    assert_eq!(of("p1")["case"]["id"], json!(first));
    assert_eq!(of("p1")["verdict"]["clusters"], json!([["a", "b"]]));
    assert_eq!(of("p2")["verdict"]["clusters"], json!([["a"], ["b"]]));
    assert_eq!(of("f1")["verdict"]["values"]["arrival"]["value"], json!("21:49"));
    assert_eq!(of("r1")["verdict"]["actions"][0]["type"], json!("approve"));
    let edited = &of("m1")["verdict"]["actions"][0];
    assert_eq!(edited["type"], json!("edit"));
    assert_eq!(
        edited["arguments"]["body"],
        json!("Dear Ms Ruiz,\n\nyour booking is cancelled. Thank you.")
    );
    let agreement: Vec<_> = ["p1", "p2", "f1", "r1", "m1"]
        .map(|id| of(id)["agreement"].clone())
        .to_vec();
    assert_eq!(
        agreement,
        ["agree", "override", "override", "agree", "override"].map(Value::from)
    );

    let labels = lead.everything("/v1/labels").await;
    let of_case = |external_id: &str| {
        labels
            .iter()
            .find(|label| label["case"]["external_id"] == external_id)
            .unwrap()
    };
    assert_eq!(of_case("p1")["match"]["label"], json!(1));
    assert_eq!(of_case("p2")["match"]["label"], json!(0));
    assert_eq!(of_case("f1")["value"]["value"], json!("21:49"));
    assert_eq!(of_case("r1")["action"]["label"], json!("approve"));
    assert_eq!(of_case("m1")["action"]["label"], json!("edit"));
    app.window.close().await;
}

#[tokio::test]
async fn the_first_run_makes_a_workspace_on_this_computer_whose_hub_has_what_was_decided_in_it() {
    let app = App::with_sample().await;
    let mut decided = Vec::new();
    for (queue, sort) in [
        ("duplicate-leads", Sort::Match),
        ("product-data", Sort::Conflict),
        ("payment-approvals", Sort::Action),
        ("customer-emails", Sort::Message),
    ] {
        let id = app.queue(queue).await;
        decided.push(app.call("case", json!({"case_id": id})).await);
        decide(&app, &id, sort).await;
    }
    app.window.sees("outbox empty").await;
    // An agent on this computer reads its own cases' decisions and labels with the token that only this user can read.
    let agent = app.agent();
    let released = agent.until_there_are(4, "/v1/decisions").await;
    for shown in &decided {
        let row = released
            .iter()
            .find(|row| row["case"]["id"] == shown["id"])
            .expect("what was decided is released");
        assert_eq!(
            row["case"]["content_hash"], shown["content_hash"],
            "what was shown is what is signed"
        );
    }
    let kinds: BTreeSet<String> = agent
        .everything("/v1/labels")
        .await
        .iter()
        .map(|label| label["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        BTreeSet::from(["data_conflict", "identity_match", "proposed_action"].map(String::from))
    );
    app.window.close().await;
}

enum Sort {
    Match,
    Conflict,
    Action,
    Message,
}

/// Decides the case on the screen by the keys of its kind.
async fn decide(app: &App, id: &str, sort: Sort) {
    match sort {
        Sort::Match => app.window.press(&[], "n").await,
        Sort::Conflict => {
            let attributes = app.call("case", json!({"case_id": id})).await["body"]["view"]["attributes"]
                .as_array()
                .unwrap()
                .len();
            for _ in 0..attributes {
                app.window.press(&[], "1").await;
                app.window.press(&[], key::ENTER).await;
            }
        }
        Sort::Action => {
            app.window.press(&[], "a").await;
            app.window.sees("hold").await;
            app.hold_enter().await;
        }
        Sort::Message => {
            app.window.press(&[], "e").await;
            app.window
                .until(
                    "the message to be edited",
                    "return document.activeElement.tagName === 'TEXTAREA'",
                    &[],
                )
                .await;
            app.window.type_text("Dear ").await;
            app.hold_control_enter().await;
        }
    }
    app.case_after(id).await;
}
