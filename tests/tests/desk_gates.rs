//! What the decision bar announces is what the hub then does: for cases that lay in other queues too, which the desk's person
//! may not even see, and when policies and the registry of tools change with the case at hand.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::TestDesk;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::small_cases::payment;

/// Queues and how they are worked.
fn policies() -> Vec<(&'static str, Value)> {
    let rule = |when: Value| json!({"rules": [{"when": when, "approvers": 2}]});
    vec![
        ("lax", json!({})),
        ("two", json!({"approvers": 2})),
        ("pay", rule(json!({"above": {"currency": "EUR", "value": "100"}}))),
        ("good", rule(json!({"irreversible": true}))),
        ("edits", rule(json!({"edited": true}))),
        ("draft", json!({"draft_only": true})),
        ("why", json!({"require_reason": true})),
        ("all", json!({"second_share": 1.0})),
        (
            "blind",
            json!({"blind": true, "rules": [{"when": {"below_confidence": 0.5}, "approvers": 2}]}),
        ),
    ]
}

async fn set(admin: &Caller, queue: &str, policy: &Value) {
    let path = format!("/v1/policies/{queue}");
    let now = admin.get(&path).await;
    admin
        .put(&path, &json!({"version": now["version"], "policy": policy}))
        .await;
}

/// A refund in a queue; by its number the amount, the tool, and what its source says of it differ.
fn refund(queue: &str, name: &str, n: usize) -> Value {
    let mut case = payment(name);
    case["queue"] = json!(queue);
    case["suggestion"]["confidence"] = json!([0.2, 0.8][n % 2]);
    let action = &mut case["body"]["actions"][0];
    action["tool"] = json!(["registered_reversible", "registered", "registered_by_nobody"][n % 3]);
    action["reversible"] = json!(!n.is_multiple_of(4));
    action["arguments"]["amount"] = json!(["80.00", "120.00"][n / 2 % 2]);
    case
}

fn approve() -> Value {
    json!({"actions": [{"id": "a1", "type": "approve"}]})
}

fn draft(verdict: &Value, reasons: Value) -> Value {
    json!({"verdict": verdict, "cannot_tell": false, "reasons": reasons, "comment": null})
}

async fn assessed(desk: &TestDesk, case: &Value, draft: &Value) -> Value {
    let args = json!({"case_id": case["id"], "content_hash": case["content_hash"], "draft": draft});
    desk.call("draft", args).await
}

struct Team {
    hub: HubProcess,
    admin: Caller,
    source: Caller,
    ana: Caller,
    ben: Caller,
}

impl Team {
    async fn begins() -> Self {
        let hub = HubProcess::start(&["--undo-seconds", "0"]);
        let admin = hub.caller("Ada", &["admin"]);
        let put = async |name: &str, reversible: bool| {
            let tool = json!({"effect": "pay", "reversible": reversible, "amount": {"value": "/amount", "currency": "/currency"}});
            admin.put(&format!("/v1/tools/{name}"), &tool).await;
        };
        put("registered_reversible", true).await;
        put("registered", false).await;
        let source = hub.caller("agent", &["source"]);
        for (queue, policy) in policies() {
            source.send(&refund(queue, &format!("{queue} stays"), 0)).await;
            set(&admin, queue, &policy).await;
        }
        Self {
            ana: hub.caller("Ana", &["approver"]),
            ben: hub.caller("Ben", &["approver"]),
            hub,
            admin,
            source,
        }
    }

    async fn send_and_move(&self, (from, to): (&str, &str), n: usize) -> String {
        let id = self
            .source
            .send(&refund(from, &format!("{from} to {to} {n}"), n))
            .await;
        if from != to {
            let body = json!({"reason": "Theirs", "to": {"queue": to}});
            self.ana.post(&format!("/v1/cases/{id}/escalate"), &body).await;
        }
        id
    }

    /// Ben works where cases are moved to, and sees no other queue.
    async fn give_ben(&self, queues: &[&str]) {
        let access = self.admin.get("/v1/access").await;
        let people = access["people"].as_array().unwrap();
        let ben = people.iter().find(|person| person["name"] == "Ben").unwrap();
        let path = format!("/v1/people/{}", ben["id"].as_str().unwrap());
        let what = json!({"version": ben["version"], "roles": ["approver"], "queues": queues});
        self.admin.put(&path, &what).await;
    }

    async fn desk_of_ben(&self) -> TestDesk {
        let desk = TestDesk::fresh().await;
        let place = json!({"address": self.hub.base, "token": self.ben.token, "passphrase": null});
        desk.call("choose_team", place).await;
        desk.until_synced().await;
        desk
    }
}

/// Decides as the bar lets one, and holds what it said against what came of it.
async fn bar_and_hub_agree(team: &Team, desk: &TestDesk, case: &Value, verdict: &Value) {
    let name = case["title"].as_str().unwrap();
    let mut given = draft(verdict, json!([]));
    let mut bar = assessed(desk, case, &given).await;
    let asks_why = bar["refusal"]["code"] == "reason_required";
    assert_eq!(asks_why, name.contains("why"), "{name}: {bar}");
    if asks_why {
        given = draft(verdict, json!(["checked"]));
        bar = assessed(desk, case, &given).await;
    }
    assert_eq!(bar["refusal"], Value::Null, "{name}");
    desk.decide(case, given).await;
    desk.until_delivered().await;
    let id = case["id"].as_str().unwrap();
    let state = team.ben.case(id).await["state"].clone();
    let said = bar["ahead"]["text"].as_str().unwrap_or_default();
    match said {
        "Goes to a second person" => assert_eq!(state, "awaiting_second", "{name}"),
        "May go to a second person" => assert!(name.contains("blind"), "{name}"),
        "" => assert_eq!(state, "released", "{name}"),
        "Kept as a draft: nothing is run" => {
            assert_eq!(state, "released", "{name}");
            assert!(name.contains("draft"), "{name}");
        }
        other => panic!("{name}: {other}"),
    }
    if state == "released" {
        undo_is_offered_where_it_is_taken(team, desk, name, &bar).await;
    }
}

async fn undo_is_offered_where_it_is_taken(team: &Team, desk: &TestDesk, name: &str, bar: &Value) {
    let row = desk
        .until("the release", async || {
            let row = desk.history().await.remove(0);
            (row["state"] == "released").then_some(row)
        })
        .await;
    assert_eq!(
        row["can_undo"],
        json!(bar["irreversible"] == false),
        "{name}: {row}"
    );
    let path = format!("/v1/decisions/{}/undo", row["decision_id"].as_str().unwrap());
    let asked = team.ben.request(reqwest::Method::POST, &path);
    let answer = asked.json(&json!({"reason": "wrong"})).send().await.unwrap();
    match row["can_undo"] == true {
        true => assert_eq!(answer.status(), 200, "{name}"),
        false => {
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "irreversible", "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bar_announces_what_the_hub_does_wherever_a_case_lay_before() {
    let team = Team::begins().await;
    let (mut n, ends) = (0, ["lax", "edits", "why", "blind"]);
    for to in ends {
        for (from, _) in policies() {
            team.send_and_move((from, to), n).await;
            n += 1;
        }
    }
    for to in ends {
        team.give_ben(&[to]).await;
        let desk = team.desk_of_ben().await;
        // And the one it began with.
        let cases = desk.cases(to, policies().len() + 1).await;
        for (n, case) in cases.iter().enumerate() {
            let mut edited = approve();
            if n % 3 == 2 {
                let mut arguments = refund(to, "", n)["body"]["actions"][0]["arguments"].clone();
                arguments["booking"] = json!("other");
                edited["actions"][0] = json!({"id": "a1", "type": "edit", "arguments": arguments});
            }
            bar_and_hub_agree(&team, &desk, case, &edited).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_where_a_case_lay_before_changes_the_bar_of_who_has_it_at_hand() {
    let team = Team::begins().await;
    let id = team.send_and_move(("pay", "edits"), 0).await;
    team.give_ben(&["edits"]).await;
    let desk = team.desk_of_ben().await;
    let given = draft(&approve(), json!([]));
    let bar = async |wanted: &dyn Fn(&Value) -> bool| {
        desk.until("the bar", async || {
            let cases = desk.cases("edits", 2).await;
            let case = cases.iter().find(|case| case["id"] == id.as_str())?;
            let bar = assessed(&desk, case, &given).await;
            wanted(&bar).then(|| case.clone())
        })
        .await
    };
    bar(&|bar| bar["ahead"] == Value::Null && bar["irreversible"] == true).await;
    set(&team.admin, "pay", &json!({"approvers": 2})).await;
    let two = json!({"text": "Goes to a second person", "because": ["Two people, as where it lay before: every decision here"], "waits": true});
    bar(&|bar| bar["ahead"] == two).await;
    set(&team.admin, "pay", &json!({"draft_only": true})).await;
    bar(&|bar| bar["ahead"]["text"] == "Kept as a draft: nothing is run" && bar["irreversible"] == false)
        .await;
    set(&team.admin, "pay", &json!({})).await;
    let case = bar(&|bar| bar["ahead"] == Value::Null && bar["irreversible"] == true).await;
    bar_and_hub_agree(&team, &desk, &case, &approve()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_registered_with_the_case_at_hand_is_known_to_the_bar_at_once() {
    let team = Team::begins().await;
    let id = team.send_and_move(("lax", "lax"), 5).await;
    let desk = team.desk_of_ben().await;
    let given = draft(&approve(), json!([]));
    let bar = async |irreversible: bool| {
        desk.until("the bar", async || {
            let cases = desk.cases("lax", 2).await;
            let case = cases.iter().find(|case| case["id"] == id.as_str())?;
            let bar = assessed(&desk, case, &given).await;
            (bar["irreversible"] == irreversible).then(|| case.clone())
        })
        .await
    };
    bar(true).await;
    let tool = json!({"effect": "pay", "reversible": true});
    team.admin.put("/v1/tools/registered_by_nobody", &tool).await;
    let case = bar(false).await;
    bar_and_hub_agree(&team, &desk, &case, &approve()).await;
}
