//! Work between people in the real window: two apps on one hub. A case handed over with a note, one escalated, and gold
//! decided without a trace.

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::small_cases::{PAIRS, pair};
use tiebreak_tests::webdriver::key;

const STEWARD: [&str; 1] = ["steward"];

async fn pairs(hub: &HubProcess, names: &[&str]) {
    let source = hub.caller("agents", &["source"]);
    for name in names {
        source.send(&pair(name)).await;
    }
}

/// Picks a command of the palette by its words.
async fn command(app: &App, words: &str) {
    app.window.press(&[key::CONTROL], "k").await;
    app.window.type_text(words).await;
    app.window.press(&[], key::ENTER).await;
}

async fn until(what: &str, ask: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if ask().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}");
}

fn title(case: &Value) -> &str {
    case["title"].as_str().unwrap()
}

#[tokio::test]
async fn a_case_is_handed_over_from_one_window_to_another_with_a_note() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    pairs(&hub, &["p1", "p2"]).await;
    let ana = App::with_hub(&hub, &hub.token("Ana", &STEWARD)).await;
    let eva_token = hub.token("Eva", &STEWARD);
    let first = ana.queue(PAIRS).await;
    command(&ana, "Hand this case over").await;
    ana.window.sees("Pass this case on").await;
    assert_eq!(ana.axe().await, [] as [&str; 0]);
    ana.window.click("radio", "Eva").await;
    ana.window.press(&[], key::TAB).await;
    ana.window.type_text("You know these two").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    ana.window.sees("Handed over").await;
    assert_ne!(ana.case_after(&first).await, first, "the next one is there");

    let eva = App::with_hub(&hub, &eva_token).await;
    until("her sidebar to say so", async || {
        eva.call("overview", json!({})).await["for_me"] == 1
    })
    .await;
    eva.go("#/for-me").await;
    eva.window.sees("Assigned to you").await;
    assert_eq!(eva.axe().await, [] as [&str; 0]);
    let waiting = eva.call("for_me", json!({})).await;
    eva.window.click("link", title(&waiting["rows"][0])).await;
    assert_eq!(eva.at_queue(PAIRS).await, first);
    eva.window.sees("assigned to you").await;
    eva.window.sees("You know these two").await;
    eva.window.sees("Handed over by Ana").await;
    eva.window.press(&[], "s").await;
    let lead = hub.caller("Lea", &["lead"]);
    lead.until_case_is(&first, "released").await;
    ana.window.close().await;
    eva.window.close().await;
}

#[tokio::test]
async fn an_escalated_case_comes_first_to_who_leads() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    pairs(&hub, &["p1", "p2", "p3"]).await;
    let ada_token = hub.token("Ada", &["steward", "lead"]);
    let ana = App::with_hub(&hub, &hub.token("Ana", &STEWARD)).await;
    ana.queue(PAIRS).await;
    // Not the first of them, so that it comes first for no other reason.
    let before = ana.case().await;
    ana.window.press(&[], key::RIGHT).await;
    let second = ana.case_after(&before).await;
    command(&ana, "Escalate this case").await;
    ana.window.sees("Only those it goes to are given it").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    ana.window.sees("Say why, in a few words").await;
    ana.window.type_text("Two shops under one roof").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    ana.window.sees("Escalated").await;
    assert_ne!(ana.case_after(&second).await, second);

    let ada = App::with_hub(&hub, &ada_token).await;
    assert_eq!(ada.queue(PAIRS).await, second, "before what came in earlier");
    ada.window
        .sees("Escalated by Ana: “Two shops under one roof”")
        .await;
    assert_eq!(ada.axe().await, [] as [&str; 0]);
    ada.window.press(&[], "n").await;
    hub.caller("Lea", &["lead"])
        .until_case_is(&second, "released")
        .await;
    ana.window.close().await;
    ada.window.close().await;
}

async fn plant(lead: &Caller) {
    let mut gold = pair("p7");
    gold["title"] = json!("Pair p7");
    let planted = lead
        .post(
            "/v1/gold",
            &json!({"case": gold, "answer": {"clusters": [["a"], ["b"]]}}),
        )
        .await;
    assert!(planted["id"].is_string(), "{planted}");
}

#[tokio::test]
async fn gold_is_decided_in_the_window_like_any_other_case_and_leaves_no_trace() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    pairs(&hub, &["p1", "p2"]).await;
    let lead = hub.caller("Lea", &["lead"]);
    let policy = json!({"version": 1, "policy": {"gold_share": 1.0}});
    lead.put(&format!("/v1/policies/{PAIRS}"), &policy).await;
    plant(&lead).await;
    let ana = App::with_hub(&hub, &hub.token("Ana", &STEWARD)).await;
    ana.queue(PAIRS).await;
    let mut gold = None;
    for _ in 0..3 {
        let id = ana.case().await;
        let shown = ana.call("case", json!({"case_id": id})).await;
        if title(&shown) == "Pair p7" {
            gold = Some(id.clone());
        }
        ana.window.press(&[], "s").await;
        if gold.is_some() {
            break;
        }
        ana.case_after(&id).await;
    }
    let gold = gold.expect("it was among them");
    lead.until_case_is(&gold, "released").await;
    ana.go("#/history").await;
    ana.window.sees("Released").await;
    let said = ana.window.text().await;
    assert!(
        said.contains("Pair p7") && !said.to_lowercase().contains("gold"),
        "{said}"
    );
    let feed = lead.everything("/v1/decisions").await;
    assert!(
        feed.iter().all(|row| row["case"]["id"] != json!(gold)),
        "{feed:?}"
    );
    let agreement = lead.get("/v1/stats/agreement").await;
    assert_eq!(agreement["items"][0]["gold"]["n"], 1, "{agreement}");
    ana.window.close().await;
}

#[tokio::test]
async fn who_is_away_says_until_when_and_who_stands_in() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    pairs(&hub, &["p1"]).await;
    hub.token("Eva", &STEWARD);
    let ana = App::with_hub(&hub, &hub.token("Ana", &STEWARD)).await;
    ana.go("#/settings").await;
    ana.window.sees("I’m away").await;
    let stand_ins = ana.call("away", json!({})).await;
    let eva = stand_ins["stand_ins"][0]["id"].clone();
    assert_eq!(stand_ins["stand_ins"][0]["name"], "Eva");
    ana.call(
        "set_away",
        json!({"until": "2099-01-01T00:00:00Z", "delegate": eva}),
    )
    .await;
    ana.window.run("location.reload()", &[]).await;
    ana.window.sees("Eva stands in").await;
    assert_eq!(ana.axe().await, [] as [&str; 0]);
    ana.window.click("button", "I’m back").await;
    ana.window.sees("I’m away").await;
    ana.window.close().await;
}

#[tokio::test]
async fn a_lead_looks_at_a_case_and_who_has_it_sees_that() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    pairs(&hub, &["p1", "p2"]).await;
    let ana = App::with_hub(&hub, &hub.token("Ana", &STEWARD)).await;
    let id = ana.queue(PAIRS).await;
    let lea = App::with_hub(&hub, &hub.token("Lea", &["lead"])).await;
    lea.go(&format!("#/cases/{id}")).await;
    lea.window.main_sees("Ana has it").await;
    lea.window.main_sees("is told that you look").await;
    assert_eq!(lea.axe().await, [] as [&str; 0]);
    ana.window.main_sees("Lea is looking too").await;
    assert_eq!(ana.axe().await, [] as [&str; 0]);
    assert_eq!(ana.case().await, id, "the case stays where it was");
    for letter in ["s", "n", "u"] {
        lea.window.press(&[], letter).await;
    }
    lea.go("#/lead").await;
    ana.window.loses("Lea is looking too").await;
    assert_eq!(
        hub.caller("Lea", &["lead"]).get(&format!("/v1/cases/{id}")).await["state"],
        "open",
        "looking decides nothing"
    );
    ana.window.press(&[], "s").await;
    hub.caller("Lea", &["lead"]).until_case_is(&id, "released").await;
    ana.window.close().await;
    lea.window.close().await;
}
