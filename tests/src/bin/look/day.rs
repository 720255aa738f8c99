//! A team's hub after a busy morning, on the queues [`Data`] names: opinions that wait and opinions that differ, checks that were
//! decided, outcomes told, a webhook that gave up, policies with a past. All of it over HTTP, as other people's desks would.

use domain::policy::Role;
use serde_json::{Value, json};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::receiver::Receiver;
use uuid::Uuid;

use crate::data::Data;

/// Cases of a queue that are looked at here; the windows get the rest.
const WORKED: usize = 60;

pub struct Day {
    pub hub: HubProcess,
    pub data: Data,
    pub source: Caller,
    pub admin: Caller,
    ben: Caller,
    dara: Caller,
    /// The webhook whose receiver stopped answering.
    pub webhook: String,
    _receiver: Receiver,
}

impl Day {
    pub async fn begun() -> Self {
        let hub = HubProcess::start(&["--undo-seconds", "0", "--allow-private-webhooks"]);
        let data = Data::found();
        data.import(&hub);
        let decides = ["steward", "approver"];
        let receiver = Receiver::start().await;
        let admin = hub.caller("Root", &["admin"]);
        let new = json!({"url": receiver.url, "events": ["decision.released", "decision.corrected"]});
        let webhook = admin.post("/v1/webhooks", &new).await["id"].clone();
        let other = json!({"url": "http://127.0.0.1:9/in", "events": ["*"], "signing": "ed25519"});
        admin.post("/v1/webhooks", &other).await;
        let day = Self {
            source: hub.caller("airline-agent", &["source"]),
            ben: hub.caller("Ben Okafor", &decides),
            dara: hub.caller("Dara Singh", &decides),
            webhook: webhook.as_str().unwrap().to_owned(),
            admin,
            hub,
            data,
            _receiver: receiver,
        };
        day.rules_are_set().await;
        day.pairs_are_checked().await;
        day._receiver.answers(410);
        for queue in [&day.data.actions, &day.data.messages, &day.data.conflicts] {
            day.opinions(queue).await;
        }
        day.rules_are_changed().await;
        day
    }

    pub fn token(&self, name: &str, roles: &[Role]) -> String {
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        self.hub.token(name, &names)
    }

    async fn policy(&self, queue: &str, policy: Value) {
        let path = format!("/v1/policies/{queue}");
        let version = self.admin.get(&path).await["version"].clone();
        self.admin
            .put(&path, &json!({"version": version, "policy": policy}))
            .await;
    }

    async fn rules_are_set(&self) {
        for queue in [&self.data.actions, &self.data.messages, &self.data.conflicts] {
            self.policy(queue, json!({"approvers": 2})).await;
        }
        let checked = json!({"audit_share": 0.4, "gold_share": 0.2});
        self.policy(&self.data.pairs, checked).await;
        for (tool, does) in [
            (
                "cancel_reservation",
                json!({"effect": "delete", "headline": "Cancel booking {/reservation_id}"}),
            ),
            (
                "issue_refund",
                json!({"effect": "pay", "headline": "Refund {/amount} to {/payment_id}", "amount": {"value": "/amount", "currency": "USD"}, "recipient": "/payment_id"}),
            ),
            (
                "get_reservation_details",
                json!({"effect": "read", "reversible": true, "schema": {"type": "object"}}),
            ),
        ] {
            self.admin.put(&format!("/v1/tools/{tool}"), &does).await;
        }
    }

    async fn rules_are_changed(&self) {
        let rules = json!([
            {"when": {"effects": ["delete"]}, "approvers": 2},
            {"when": {"effects": ["pay", "send"], "above": {"currency": "USD", "value": "500"}}, "approvers": 2},
        ]);
        let late = json!({"after_minutes": 60, "to": {"role": "lead"}});
        let changed = json!({"require_reason": true, "undo_seconds": 60, "rules": rules, "second_share": 0.1, "due_minutes": 240, "escalate": late});
        self.policy(&self.data.actions, changed).await;
        self.policy(&self.data.conflicts, json!({"second_share": 0.1}))
            .await;
        let kept = json!({"hub": {"restricted": 90}, "queues": {&self.data.actions: {"confidential": 365, "restricted": 30}}});
        self.admin.put("/v1/retention", &kept).await;
    }

    /// Two people work through a queue in which some cases are gold and some were decided by the other.
    async fn pairs_are_checked(&self) {
        let queue = &self.data.pairs;
        for case in self.open(queue, 8).await {
            let mut gold =
                json!({"kind": case["kind"], "body": case["body"], "queue": queue, "source": case["source"]});
            gold["external_id"] = json!(format!("{}-again", case["external_id"].as_str().unwrap()));
            let planted = json!({"case": gold, "answer": agreeing(&case)});
            self.admin.post("/v1/gold", &planted).await;
        }
        for round in 0..WORKED / 10 {
            for (person, differs) in [(&self.ben, 7), (&self.dara, 4)] {
                let claimed = person
                    .post("/v1/claims", &json!({"queue": queue, "limit": 5}))
                    .await;
                for (n, item) in claimed["items"].as_array().unwrap().iter().enumerate() {
                    let case = person.case(item["case"]["id"].as_str().unwrap()).await;
                    let verdict = if (round + n) % differs == 0 {
                        differing(&case)
                    } else {
                        agreeing(&case)
                    };
                    decided(person, &case, &verdict, json!({})).await;
                }
            }
        }
    }

    /// Two cases on which two people disagree, and three that wait for a second.
    async fn opinions(&self, queue: &str) {
        for (n, case) in self.open(queue, 5).await.into_iter().enumerate() {
            let said = json!({"comment": "As it was agreed on the phone this morning"});
            decided(&self.ben, &case, &agreeing(&case), said).await;
            if n < 2 {
                let said = json!({"comment": "The policy doesn’t cover this"});
                decided(&self.dara, &case, &differing(&case), said).await;
            }
        }
    }

    /// The first open cases of a queue, whole.
    async fn open(&self, queue: &str, count: usize) -> Vec<Value> {
        let path = format!("/v1/cases?queue={queue}&state=open&limit={count}");
        let mut found = Vec::new();
        for row in self.admin.get(&path).await["items"].as_array().unwrap() {
            found.push(self.admin.case(row["id"].as_str().unwrap()).await);
        }
        found
    }
}

/// A decision that is taken; `more` stands beside the verdict.
async fn decided(person: &Caller, case: &Value, verdict: &Value, more: Value) {
    let mut decision = json!({
        "id": Uuid::now_v7().to_string(), "case_id": case["id"], "case_revision": case["revision"],
        "content_hash": case["content_hash"], "verdict": verdict,
    });
    for (name, value) in more.as_object().unwrap() {
        decision[name] = value.clone();
    }
    let answer = person.post("/v1/decisions", &decision).await;
    assert_eq!(answer["items"][0]["result"], "accepted", "{answer}");
}

/// What the machine suggests; of records it says nothing about, that they are one.
fn agreeing(case: &Value) -> Value {
    match &case["suggestion"]["verdict"] {
        Value::Null => json!({"clusters": [records(case)]}),
        verdict => verdict.clone(),
    }
}

fn records(case: &Value) -> Vec<&Value> {
    let records = case["body"]["records"].as_array().unwrap();
    records.iter().map(|record| &record["id"]).collect()
}

/// Something else than the machine suggests.
fn differing(case: &Value) -> Value {
    match case["kind"].as_str().unwrap() {
        "identity_match" => {
            let records = records(case);
            let together = agreeing(case)["clusters"].as_array().unwrap().len() == 1;
            json!({"clusters": if together { json!([[records[0]], records[1..]]) } else { json!([records]) }})
        }
        "data_conflict" => {
            let attribute = &case["body"]["attributes"][0];
            let name = attribute["name"].as_str().unwrap();
            let suggested = &case["suggestion"]["verdict"]["values"][name]["value"];
            let claims = attribute["claims"].as_array().unwrap();
            let other = &claims.iter().find(|claim| &claim["value"] != suggested).unwrap()["value"];
            let who: Vec<&Value> = claims
                .iter()
                .filter(|claim| &claim["value"] == other)
                .map(|claim| &claim["id"])
                .collect();
            json!({"values": {name: {"answer": "value", "value": other, "claims": who}}})
        }
        _ => {
            let calls = case["body"]["actions"].as_array().unwrap();
            let answers: Vec<Value> = calls.iter().map(edited_or_rejected).collect();
            json!({"actions": answers})
        }
    }
}

fn edited_or_rejected(call: &Value) -> Value {
    let Some(body) = call["arguments"]["body"].as_str() else {
        return json!({"id": call["id"], "type": "reject", "message": "The customer hasn’t agreed to this yet"});
    };
    let mut arguments = call["arguments"].clone();
    arguments["body"] = json!(
        body.replace("Please confirm", "Please write back by Friday")
            .replace("I ", "We ")
    );
    if arguments == call["arguments"] {
        arguments["body"] = json!(format!("{body}\n\nWith kind regards"));
    }
    json!({"id": call["id"], "type": "edit", "arguments": arguments})
}
