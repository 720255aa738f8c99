//! Two people on one team's hub, in two real windows: one approves, the other is asked without knowing it and disagrees, a
//! third sees both and settles it; and the first reads how it ended.

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::postgres::new_database;
use tiebreak_tests::small_cases::{PAIRS, pair, payment};
use tiebreak_tests::webdriver::key;

const REFUNDS: &str = "refunds";
/// What only the first decided and wrote: nothing of it may reach who is asked next.
const SECRET: &str = "paid twice before";

/// A hub on PostgreSQL where there is one, whose refunds above 100 EUR need two people.
struct Team {
    hub: HubProcess,
    source: Caller,
    lead: Caller,
}

async fn team(options: &[&str]) -> Team {
    let hub = match new_database().await {
        Some(database) => HubProcess::start_on(&database, options),
        None => HubProcess::start(options),
    };
    let source = hub.caller("agents", &["source"]);
    let lead = hub.caller("lead", &["lead"]);
    Team { hub, source, lead }
}

impl Team {
    async fn policy(&self, queue: &str, policy: Value) {
        let admin = self.hub.caller("admin", &["admin"]);
        let now = admin.get(&format!("/v1/policies/{queue}")).await;
        let body = json!({"version": now["version"], "policy": policy});
        let put = admin.request(reqwest::Method::PUT, &format!("/v1/policies/{queue}"));
        let answer = put.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    async fn app(&self, name: &str, roles: &[&str]) -> App {
        App::with_hub(&self.hub, &self.hub.token(name, roles)).await
    }
}

fn above_100() -> Value {
    json!({"rules": [{"when": {"effects": ["pay"], "above": {"currency": "EUR", "value": "100"}}, "approvers": 2}]})
}

/// Everything the desk's calls and the page tell of a case.
async fn told(app: &App, id: &str) -> String {
    let mut all = app.window.text().await;
    for (call, args) in [
        ("case", json!({"case_id": id})),
        ("overview", json!({})),
        ("opinions", json!({})),
        ("history", json!({"after": null})),
        ("search", json!({"query": "Refund", "after": null})),
    ] {
        all.push_str(&app.call(call, args).await.to_string());
    }
    all
}

#[tokio::test]
async fn a_refund_above_the_limit_is_approved_doubted_and_settled_side_by_side() {
    let team = team(&["--undo-seconds", "0"]).await;
    let id = team.source.send(&payment("r1")).await;
    team.policy(REFUNDS, above_100()).await;

    // Ana approves: the bar says beforehand that it goes to somebody else, and by which rule.
    let ana = team.app("Ana", &["approver"]).await;
    assert_eq!(ana.queue(REFUNDS).await, id);
    ana.window.main_sees("Two people: pay, above 100 EUR").await;
    ana.window.main_sees("Goes to a second person").await;
    ana.window.press(&[], "c").await;
    ana.window.type_text(SECRET).await;
    ana.window.press(&[], key::ESCAPE).await;
    ana.window.press(&[], "a").await;
    ana.window.sees("hold").await;
    ana.hold_enter().await;
    ana.window.sees("Waits for a second person").await;
    team.lead.until_case_is(&id, "awaiting_second").await;
    ana.go("#/awaiting").await;
    ana.window.main_sees("Yours, waiting for another").await;
    assert_eq!(ana.axe().await, [] as [String; 0]);

    // Eva is asked, and learns nothing of it: not on the screen, nor from any call of the desk.
    let eva = team.app("Eva", &["approver"]).await;
    eva.go("#/awaiting").await;
    eva.window.main_sees("Second opinions you are asked for").await;
    assert_eq!(eva.axe().await, [] as [String; 0]);
    eva.window.press(&[], key::ENTER).await;
    assert_eq!(eva.at_queue(REFUNDS).await, id);
    eva.window.main_sees("second opinion").await;
    eva.window.main_sees("Decides if both agree").await;
    let all = told(&eva, &id).await;
    for secret in [SECRET, "Ana", "Approved", "approved"] {
        assert!(!all.contains(secret), "it tells {secret}: {all}");
    }
    assert_eq!(eva.axe().await, [] as [String; 0]);
    eva.window.press(&[], "r").await;
    eva.window.press(&[], key::ENTER).await;
    team.lead.until_case_is(&id, "disputed").await;
    eva.window.main_sees("Nobody waits for your second opinion").await;
    ana.window.loses("Yours, waiting for another").await;
    ana.go("#/disputed").await;
    ana.window.main_sees("Disputed: an adjudicator decides").await;

    // Cleo settles it: the differences first, either taken over with one key.
    let cleo = team.app("Cleo", &["approver", "lead"]).await;
    cleo.go("#/disputed").await;
    cleo.window.main_sees("Disputes to settle").await;
    cleo.window.press(&[], key::ENTER).await;
    assert_eq!(cleo.at_queue(REFUNDS).await, id);
    cleo.window.main_sees("Two people disagree").await;
    for said in ["Ana", "Eva", SECRET, "Settles the dispute"] {
        cleo.window.main_sees(said).await;
    }
    cleo.window.press(&[], "g").await;
    cleo.window.main_sees("Below it stands as Ana decided").await;
    cleo.window.press(&[], "g").await;
    cleo.window.main_sees("Below it stands as Eva decided").await;
    assert_eq!(cleo.axe().await, [] as [String; 0]);
    cleo.window.press(&[], key::ENTER).await;
    team.lead.until_case_is(&id, "released").await;
    let feed = team.lead.until_there_are(1, "/v1/decisions").await;
    assert_eq!(feed[0]["verdict"]["actions"][0]["type"], "reject");
    assert_eq!(feed[0]["basis"], "adjudicated");

    // Both read how it ended.
    ana.go("#/history").await;
    ana.window.main_sees("Settled otherwise").await;
    eva.go("#/history").await;
    eva.window.main_sees("Settled as you decided").await;
    assert_eq!(ana.axe().await, [] as [String; 0]);
    for app in [ana, eva, cleo] {
        app.window.close().await;
    }
}

#[tokio::test]
async fn two_who_agree_are_final_together_and_a_failure_is_told_to_who_approved() {
    let team = team(&["--undo-seconds", "1"]).await;
    let id = team.source.send(&payment("r1")).await;
    team.policy(REFUNDS, above_100()).await;
    let ana = team.app("Ana", &["approver"]).await;
    let eva = team.app("Eva", &["approver"]).await;
    ana.queue(REFUNDS).await;
    ana.window.press(&[], "a").await;
    ana.window.sees("hold").await;
    ana.hold_enter().await;
    team.lead.until_case_is(&id, "awaiting_second").await;
    eva.go("#/awaiting").await;
    eva.window.main_sees("Refund r1").await;
    eva.window.press(&[], key::ENTER).await;
    eva.at_queue(REFUNDS).await;
    eva.window.press(&[], "a").await;
    eva.window.sees("hold").await;
    eva.hold_enter().await;
    let feed = team.lead.until_there_are(1, "/v1/decisions").await;
    ana.go("#/history").await;
    ana.window.main_sees("Released").await;

    ana.go("#/outbox").await;
    let path = format!("/v1/decisions/{}/outcome", feed[0]["id"].as_str().unwrap());
    let report = json!({"status": "failed", "detail": "The card has expired"});
    team.source.post(&path, &report).await;
    ana.window.sees("1 failed").await;
    ana.go("#/history").await;
    ana.window.main_sees("The card has expired").await;
    ana.window.loses("1 failed").await;
    for app in [ana, eva] {
        app.window.close().await;
    }
}

#[tokio::test]
async fn where_policy_is_blind_the_second_sees_neither_the_machine_nor_the_first_and_one_key_settles_a_pair()
{
    let team = team(&["--undo-seconds", "0"]).await;
    let id = team.source.send(&pair("p1")).await;
    team.policy(PAIRS, json!({"approvers": 2, "blind": true})).await;
    let ana = team.app("Ana", &["steward"]).await;
    ana.queue(PAIRS).await;
    ana.window.press(&[], "s").await;
    team.lead.until_case_is(&id, "awaiting_second").await;
    let eva = team.app("Eva", &["steward"]).await;
    eva.go("#/awaiting").await;
    eva.window.main_sees("Pair p1").await;
    eva.window.press(&[], key::ENTER).await;
    eva.at_queue(PAIRS).await;
    eva.window.sees("After you decide").await;
    let case = eva.call("case", json!({"case_id": id})).await;
    assert_eq!(case["suggestion"], Value::Null);
    assert_eq!(case["body"]["view"]["links"], json!([]));
    assert_eq!(case["body"]["view"]["suggested_clusters"], Value::Null);
    eva.window.press(&[], "n").await;
    team.lead.until_case_is(&id, "disputed").await;

    let cleo = team.app("Cleo", &["steward", "lead"]).await;
    cleo.go("#/disputed").await;
    cleo.window.main_sees("Pair p1").await;
    cleo.window.press(&[], key::ENTER).await;
    cleo.at_queue(PAIRS).await;
    cleo.window.main_sees("A and B").await;
    cleo.window.press(&[], "s").await;
    team.lead.until_case_is(&id, "released").await;
    cleo.window.main_sees("No dispute to settle").await;
    ana.go("#/history").await;
    ana.window.main_sees("Settled as you decided").await;
    for app in [ana, eva, cleo] {
        app.window.close().await;
    }
}
