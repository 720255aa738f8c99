//! The pages about the hub in the real window: webhooks, policies, tools, the audit, retention; each by who may.

use std::path::Path;

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::receiver::Receiver;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tiebreak_tests::webdriver::key;

fn hub() -> HubProcess {
    HubProcess::start(&["--undo-seconds", "0", "--allow-private-webhooks"])
}

/// A decision on a case, over HTTP: released at once.
async fn decided(steward: &Caller, case_id: &str) {
    let case = steward.case(case_id).await;
    let decision = json!({
        "id": uuid::Uuid::now_v7().to_string(), "case_id": case["id"], "case_revision": case["revision"],
        "content_hash": case["content_hash"], "verdict": {"clusters": [["a", "b"]]},
    });
    let answer = steward.post("/v1/decisions", &decision).await;
    assert_eq!(answer["items"][0]["result"], "accepted", "{answer}");
}

/// The lines of a file, each a JSON value.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file is there");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

#[tokio::test]
async fn an_admin_adds_a_webhook_sees_a_delivery_and_a_dead_letter_and_has_it_tried_again() {
    let hub = hub();
    let (source, steward) = (
        hub.caller("matcher", &["source"]),
        hub.caller("Ana", &["steward"]),
    );
    let receiver = Receiver::start().await;
    let app = App::with_hub(&hub, &hub.token("Root", &["admin"])).await;
    app.window.click("link", "Webhooks").await;
    app.window.sees("Nobody is told yet").await;
    app.window.click("button", "Add a webhook").await;
    app.window.sees("told of what happens from now on").await;
    app.window.type_text(&receiver.url).await;
    app.window.click("checkbox", "A decision was released").await;
    app.window.press(&[key::CONTROL], key::ENTER).await;
    app.window.sees("It is shown this once").await;
    app.window.sees("whsec_").await;
    app.window.click("button", "I have kept it").await;
    app.window.loses("whsec_").await;

    let first = source.send(&pair("p1")).await;
    decided(&steward, &first).await;
    receiver.until_it_took("decision.released", 1).await;
    app.window.click("link", &receiver.url).await;
    app.window.sees("Taken: the receiver answered 204").await;

    // Gone: the hub disables it, and what it was to be told is a dead letter.
    receiver.answers(410);
    let second = source.send(&pair("p2")).await;
    decided(&steward, &second).await;
    app.window
        .sees("Given up after 1 try: the receiver answered 410, it is gone")
        .await;
    app.window.sees("Enable it first").await;
    receiver.answers(204);
    app.window.click("button", "Enable").await;
    app.window
        .sees("It is told again of what happens from now on")
        .await;
    app.window.click("button", "Try again: decision.released").await;
    receiver.until_it_took("decision.released", 2).await;
    app.window.loses("Given up after 1 try").await;

    // From the delivery to what caused it, and from there to all about the case.
    app.window
        .click("link", "Cause of decision.released, in the audit")
        .await;
    app.window.sees("All that one request caused").await;
    app.window.sees("Decision accepted").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_lead_changes_a_policy_after_trying_it_and_others_read_who_changed_what() {
    let hub = hub();
    let (source, steward) = (
        hub.caller("matcher", &["source"]),
        hub.caller("Ana", &["steward"]),
    );
    for name in ["p1", "p2", "p3"] {
        let id = source.send(&pair(name)).await;
        decided(&steward, &id).await;
    }
    let app = App::with_hub(&hub, &hub.token("Lea", &["lead"])).await;
    app.window.click("link", "Policies").await;
    app.window.click("link", "Read or change Pairs").await;
    app.window.sees("One person decides").await;
    app.window.click("button", "Change").await;
    app.window.sees("It says the same as now").await;
    app.window.click("checkbox", "A reason is needed").await;
    app.window.sees("Every decision needs a reason").await;
    app.window.click("button", "Try it").await;
    app.window.sees("Of the newest 3 cases").await;
    app.window
        .sees("were decided in a way that is refused: no reason was given")
        .await;
    let lead = hub.caller("Lea", &["lead"]);
    let version = lead.get("/v1/policies/pairs").await["version"].clone();
    assert_eq!(version, 1, "trying it changes nothing");

    // Somebody is first: the edit stays, and is compared with theirs.
    let theirs = json!({"version": 1, "policy": {"undo_seconds": 45}});
    let put = lead.request(reqwest::Method::PUT, "/v1/policies/pairs");
    assert!(put.json(&theirs).send().await.unwrap().status().is_success());
    app.window.click("button", "Save").await;
    app.window.sees("Your edit is kept").await;
    app.window.click("button", "Compare with theirs").await;
    app.window.sees("against version 2").await;
    app.window.click("button", "Save").await;
    app.window.sees("Version 3").await;
    app.window.sees("by Lea").await;
    let now = lead.get("/v1/policies/pairs").await;
    assert_eq!(
        (&now["version"], &now["policy"]["require_reason"]),
        (&json!(3), &json!(true))
    );

    // What a lead may not do isn't offered.
    for page in ["Webhooks", "Audit"] {
        assert_eq!(app.window.find("link", page).await, None, "{page}");
    }
    app.go("#/tools").await;
    app.window.sees("Only an admin registers tools").await;
    app.window.close().await;
}

#[tokio::test]
async fn the_audit_is_searched_walked_and_written_as_a_file_that_the_hub_verifies() {
    let hub = hub();
    let (source, steward) = (
        hub.caller("matcher", &["source"]),
        hub.caller("Ana", &["steward"]),
    );
    let id = source.send(&pair("p1")).await;
    decided(&steward, &id).await;
    let app = App::with_hub(&hub, &hub.token("Root", &["admin"])).await;
    app.window.click("link", "Audit").await;
    app.window.sees("Verified up to entry").await;
    app.window.sees("Cases ingested").await;
    app.window.click("textbox", "Who, by name or id").await;
    app.window.type_text("Ana").await;
    app.window.press(&[], key::ENTER).await;
    app.window.loses("Cases ingested").await;
    app.window.sees("Decision accepted").await;
    app.go(&format!("#/audit?case={id}")).await;
    app.window.sees("All about the case").await;
    app.window.sees("Decision released").await;
    app.window.loses("Token created").await;

    let folder = tempfile::tempdir().unwrap();
    let (whole, part) = (
        folder.path().join("audit.ndjson"),
        folder.path().join("ana.ndjson"),
    );
    let nothing = json!({"action": null, "person": null, "case_id": null, "correlation_id": null, "from": null, "until": null});
    let written = app
        .call("export_audit", json!({"sought": nothing, "path": whole}))
        .await;
    assert_eq!(written["broken"], false, "{written}");
    assert!(
        written["words"]
            .as_str()
            .unwrap()
            .ends_with("holds and ends at the checkpoint."),
        "{written}"
    );
    let entries = lines(&whole);
    assert_eq!(written["rows"], entries.len());
    let checkpoint = written["checkpoint_path"].as_str().unwrap();
    let signed: Value = serde_json::from_slice(&std::fs::read(checkpoint).unwrap()).unwrap();
    assert_eq!(signed["payload"]["hash"], entries.last().unwrap()["hash"]);
    let said = hub.run(&["verify", "--checkpoint", checkpoint]);
    assert!(said.contains("1 checkpoints hold"), "{said}");

    let mut anas = nothing.clone();
    anas["person"] = json!("Ana");
    let written = app
        .call("export_audit", json!({"sought": anas, "path": part}))
        .await;
    assert!(
        written["words"]
            .as_str()
            .unwrap()
            .contains("only the whole audit proves itself"),
        "{written}"
    );
    assert!(lines(&part).len() < entries.len());
    app.window.close().await;
}

#[tokio::test]
async fn an_admin_registers_a_tool_and_says_what_is_erased_when() {
    let hub = hub();
    hub.caller("matcher", &["source"]).send(&pair("p1")).await;
    let app = App::with_hub(&hub, &hub.token("Root", &["admin"])).await;
    app.window.click("link", "Tools").await;
    app.window.sees("No tools registered").await;
    app.window.click("button", "Register a tool").await;
    app.window.sees("As agents call it").await;
    app.window.type_text("refund").await;
    app.window.click("radio", "pays").await;
    app.window.click("textbox", "Amount at").await;
    app.window.type_text("amount").await;
    app.window.press(&[key::CONTROL], key::ENTER).await;
    app.window.sees("A JSON pointer into the arguments").await;
    app.window.click("textbox", "Amount at").await;
    app.window.press(&[key::CONTROL], "a").await;
    app.window.type_text("/amount").await;
    app.window.press(&[key::CONTROL], key::ENTER).await;
    app.window.sees("pays, can’t be undone").await;

    app.go("#/retention").await;
    app.window.sees("Content is kept").await;
    app.window
        .click(
            "textbox",
            "All queues without days of their own, restricted, days",
        )
        .await;
    app.window.type_text("30").await;
    app.window.click("button", "Save").await;
    app.window.click("button", "Erase by these days").await;
    app.window
        .sees("Content that is restricted is erased 30 days after its case is closed")
        .await;
    app.window.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_on_the_pages_about_the_hub_in_light_or_dark() {
    let hub = hub();
    let admin = hub.caller("Root", &["admin"]);
    let id = hub.caller("matcher", &["source"]).send(&pair("p1")).await;
    decided(&hub.caller("Ana", &["steward"]), &id).await;
    let nobody = json!({"url": "http://127.0.0.1:9/hook", "events": ["*"]});
    let hook = admin.post("/v1/webhooks", &nobody).await["id"].clone();
    let tool = json!({"effect": "pay", "headline": "Refund {/amount}", "amount": {"value": "/amount"}});
    let put = admin.request(reqwest::Method::PUT, "/v1/tools/refund");
    assert!(put.json(&tool).send().await.unwrap().status().is_success());
    hub.caller("matcher", &["source"]).send(&pair("p2")).await;

    let app = App::with_hub(&hub, &hub.token("Root", &["admin"])).await;
    let mut findings = Vec::new();
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        for (place, words) in [
            ("policies".to_owned(), "Pairs"),
            (format!("policies/{PAIRS}"), "Version 1"),
            ("tools".to_owned(), "Refund {/amount}"),
            ("webhooks".to_owned(), "everything"),
            (
                format!("webhooks/{}", hook.as_str().unwrap()),
                "Waits to be sent again",
            ),
            ("audit".to_owned(), "Verified up to entry"),
            ("retention".to_owned(), "Content is kept"),
        ] {
            app.go(&format!("#/{place}")).await;
            app.window.main_sees(words).await;
            findings.extend(named(&format!("{place}, {theme}"), app.axe().await));
        }
        app.go(&format!("#/policies/{PAIRS}")).await;
        app.window.click("button", "Change").await;
        app.window.click("button", "Add a rule").await;
        app.window.sees("Two people: pay").await;
        findings.extend(named(
            &format!("a policy being written, {theme}"),
            app.axe().await,
        ));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    app.window.close().await;
}

fn named(place: &str, findings: Vec<String>) -> impl Iterator<Item = String> {
    findings
        .into_iter()
        .map(move |finding| format!("{place}: {finding}"))
}
