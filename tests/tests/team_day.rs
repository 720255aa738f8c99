//! A team's day, from the morning's cases to the evening's audit: two desks, an adjudicator and a webhook, on three hubs
//! before one PostgreSQL, and the same on one hub on SQLite.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, pair, same};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::postgres::new_database;
use tiebreak_tests::receiver::Receiver;
use tiebreak_tests::small_cases::payment;
use uuid::Uuid;

const PAIRS: usize = 12;
const OPTIONS: [&str; 3] = ["--undo-seconds", "0", "--allow-private-webhooks"];

#[tokio::test(flavor = "multi_thread")]
async fn a_team_of_two_desks_plays_its_day_on_three_hubs_and_one_postgresql() {
    let Some(database) = new_database().await else {
        return;
    };
    let hubs: Vec<HubProcess> = (0..3)
        .map(|_| HubProcess::start_on(&database, &OPTIONS))
        .collect();
    Day::begins(&hubs).await.goes_by().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_goes_by_on_one_hub_and_sqlite() {
    let hubs = [HubProcess::start(&OPTIONS)];
    Day::begins(&hubs).await.goes_by().await;
}

struct Day<'h> {
    hubs: &'h [HubProcess],
    source: Caller,
    agent: Caller,
    admin: Caller,
    lead: Caller,
    cas: Caller,
    ana: TestDesk,
    ben: TestDesk,
    receiver: Receiver,
}

impl<'h> Day<'h> {
    /// Everybody at a hub of their own, as far as there are hubs.
    async fn begins(hubs: &'h [HubProcess]) -> Self {
        let at = |n: usize| &hubs[n % hubs.len()];
        let roles = ["steward", "approver"];
        Self {
            hubs,
            source: at(0).caller("matcher", &["source"]),
            agent: at(1).caller("refund-agent", &["source"]),
            admin: at(2).caller("Ada", &["admin"]),
            lead: at(0).caller("Lia", &["lead", "steward"]),
            cas: at(2).caller("Cas", &["approver", "lead"]),
            ana: TestDesk::at(at(0), "Ana", &roles).await,
            ben: TestDesk::at(at(1), "Ben", &roles).await,
            receiver: Receiver::start().await,
        }
    }

    async fn goes_by(self) {
        self.rules_are_set().await;
        let mut decided = self.pairs_are_shared_out().await;
        decided.insert(self.four_eyes_agree().await);
        decided.insert(self.a_dispute_is_settled().await);
        decided.extend(self.gold_leaves_no_trace().await);
        decided.insert(self.what_is_too_hard_goes_to_the_lead().await);
        self.what_nobody_decides_expires().await;
        decided.extend(self.somebody_is_revoked_in_the_middle().await);
        self.the_books_are_right(decided).await;
    }

    /// The admin's part: what a refund is, who must agree to one, and who is told.
    async fn rules_are_set(&self) {
        let tool = json!({"effect": "pay", "reversible": false, "amount": {"value": "/amount", "currency": "/currency"}});
        put(&self.admin, "/v1/tools/issue_refund", &tool).await;
        // A queue is made by its first case.
        self.agent.send(&payment("r1")).await;
        let rules = json!({"rules": [{"when": {"above": {"currency": "EUR", "value": "100"}}, "approvers": 2}], "undo_seconds": 0});
        let version = self.admin.get("/v1/policies/refunds").await["version"].clone();
        put(
            &self.admin,
            "/v1/policies/refunds",
            &json!({"version": version, "policy": rules}),
        )
        .await;
        let hook = json!({"url": self.receiver.url, "events": ["decision.released"]});
        self.admin.post("/v1/webhooks", &hook).await;
    }

    /// Two desks pull from one queue and never get the same case; what both decide is released.
    async fn pairs_are_shared_out(&self) -> BTreeSet<String> {
        for number in 0..PAIRS {
            self.source
                .send(&pair(&format!("pair-{number}"), 1, "785 4393"))
                .await;
        }
        let (mut given, mut decided) = (BTreeMap::new(), BTreeSet::new());
        while decided.len() < PAIRS {
            for (name, desk, draft) in [("Ana", &self.ana, same()), ("Ben", &self.ben, different())] {
                let work = desk
                    .call("work", json!({"queue": "sites", "have": [], "limit": 2}))
                    .await;
                for case in work["cases"].as_array().unwrap() {
                    let id = text(&case["id"]);
                    let before = given.insert(id.clone(), name);
                    assert!(
                        before.is_none_or(|who| who == name),
                        "{id} was given to two people"
                    );
                    desk.decide(case, draft.clone()).await;
                    decided.insert(id);
                }
                desk.call("sync_now", json!({})).await;
            }
        }
        self.ana.until_delivered().await;
        self.ben.until_delivered().await;
        assert_eq!(
            given.values().collect::<BTreeSet<_>>().len(),
            2,
            "both had work: {given:?}"
        );
        decided
    }

    /// A refund above the limit waits for the second, who agrees without having been told of the first.
    async fn four_eyes_agree(&self) -> String {
        let id = self.agent.send(&payment("r1")).await;
        let (first, second, case) = self.given(&id).await;
        first.decide(&case, approve()).await;
        first.until_delivered().await;
        self.lead.until_case_is(&id, "awaiting_second").await;
        assert!(
            !self.released().await.contains(&id),
            "one approver releases nothing"
        );
        let case = self.taken_by(second, &id).await;
        let who = text(&first.overview().await["person"]);
        assert!(
            !case.to_string().contains(&who),
            "the second learns nothing of the first: {case}"
        );
        second.decide(&case, approve()).await;
        second.until_delivered().await;
        self.lead.until_case_is(&id, "released").await;
        id
    }

    /// The two disagree; the adjudicator sees both sides and decides alone.
    async fn a_dispute_is_settled(&self) -> String {
        let id = self.agent.send(&payment("r2")).await;
        let (first, second, case) = self.given(&id).await;
        first.decide(&case, approve()).await;
        first.until_delivered().await;
        self.lead.until_case_is(&id, "awaiting_second").await;
        let case = self.taken_by(second, &id).await;
        second.decide(&case, reject()).await;
        second.until_delivered().await;
        self.lead.until_case_is(&id, "disputed").await;

        let claim = self.cas.post("/v1/claims", &json!({"case": id})).await["items"][0].clone();
        let case = self.cas.case(&id).await;
        let said: BTreeSet<String> = case["decisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| text(&d["by_name"]))
            .collect();
        assert_eq!(said, BTreeSet::from(["Ana", "Ben"].map(String::from)), "{case}");
        let decision = json!({
            "id": Uuid::new_v4(), "case_id": id, "case_revision": 1, "content_hash": case["content_hash"],
            "lease": claim["lease"]["token"], "verdict": reject()["verdict"],
        });
        let answer = self.cas.post("/v1/decisions", &decision).await;
        assert_eq!(answer["items"][0]["result"], "accepted", "{answer}");
        self.lead.until_case_is(&id, "released").await;
        let of_case = self.labels().await;
        let bases: Vec<&Value> = of_case
            .iter()
            .filter(|l| l["case"]["id"] == json!(id))
            .map(|l| &l["basis"])
            .collect();
        assert_eq!(bases, ["adjudicated"], "who was overruled teaches nothing");
        id
    }

    /// Gold comes among the others and is decided like them; nothing of it is released, and only the share that agreed is known.
    async fn gold_leaves_no_trace(&self) -> BTreeSet<String> {
        let version = self.admin.get("/v1/policies/sites").await["version"].clone();
        let policy = json!({"version": version, "policy": {"gold_share": 1.0}});
        put(&self.admin, "/v1/policies/sites", &policy).await;
        let mut gold = pair("gold", 1, "785 4393");
        gold["source"] = json!("matcher");
        let answer = same()["verdict"].clone();
        self.lead
            .post("/v1/gold", &json!({"case": gold, "answer": answer}))
            .await;
        let (mut decided, mut seen, mut sent) = (BTreeSet::new(), 0, 0);
        while seen == 0 || decided.len() < sent {
            if seen == 0 {
                self.source
                    .send(&pair(&format!("plain-{sent}"), 1, "785 4393"))
                    .await;
                sent += 1;
            }
            for desk in [&self.ana, &self.ben] {
                desk.until_synced().await;
                for case in self.work(desk, "sites").await {
                    desk.decide(&case, same()).await;
                    if case["external_id"] == "gold" {
                        seen += 1;
                    } else {
                        decided.insert(text(&case["id"]));
                    }
                }
                desk.until_delivered().await;
            }
        }
        let rows = self.lead.everything("/v1/decisions").await;
        assert!(
            rows.iter().all(|row| row["case"]["external_id"] != "gold"),
            "gold is released to nobody"
        );
        let agreement = self.lead.get("/v1/stats/agreement").await.to_string();
        assert!(
            agreement.contains("gold"),
            "what came of it is counted: {agreement}"
        );
        let policy = json!({"version": version.as_i64().unwrap() + 1, "policy": {}});
        put(&self.admin, "/v1/policies/sites", &policy).await;
        decided
    }

    /// Escalated with a reason, a case goes to the lead and to nobody else.
    async fn what_is_too_hard_goes_to_the_lead(&self) -> String {
        let id = self.source.send(&pair("hard", 1, "785 4393")).await;
        let (desk, _, _) = self.given_in("sites", &id).await;
        let args =
            json!({"case_id": id, "reason": "Two owners claim it", "to": null, "have": [], "limit": 1});
        desk.call("escalate", args).await;
        for desk in [&self.ana, &self.ben] {
            desk.until_synced().await;
            assert_eq!(self.work(desk, "sites").await, [] as [Value; 0]);
        }
        let claims = self
            .lead
            .post("/v1/claims", &json!({"queue": "sites", "limit": 1}))
            .await;
        let claim = &claims["items"][0];
        assert_eq!(claim["case"]["id"], json!(id), "it comes first: {claims}");
        let decision = json!({
            "id": Uuid::new_v4(), "case_id": id, "case_revision": 1, "content_hash": claim["case"]["content_hash"],
            "lease": claim["lease"]["token"], "verdict": different()["verdict"],
        });
        let answer = self.lead.post("/v1/decisions", &decision).await;
        assert_eq!(answer["items"][0]["result"], "accepted", "{answer}");
        self.lead.until_case_is(&id, "released").await;
        id
    }

    /// Nobody decides in time: never an approval, never a label.
    async fn what_nobody_decides_expires(&self) {
        let mut case = payment("r3");
        case["on_expiry"] = json!("reject");
        case["expires_at"] = json!(chrono::Utc::now() + chrono::Duration::seconds(2));
        let id = self.agent.send(&case).await;
        self.lead.until_case_is(&id, "expired").await;
        assert!(!self.released().await.contains(&id));
        assert!(
            self.labels()
                .await
                .iter()
                .all(|label| label["case"]["id"] != json!(id))
        );
    }

    /// Ben's token goes while his desk holds decisions: nothing is taken from it until he signs in anew, then all of it once.
    async fn somebody_is_revoked_in_the_middle(&self) -> BTreeSet<String> {
        // Whose desk asks first has the case; more come until Ben has one.
        let args = json!({"queue": "sites", "have": [], "limit": 20});
        let mut late = 0;
        let cases = loop {
            let work = self.ben.call("work", args.clone()).await;
            let cases = work["cases"].as_array().unwrap().clone();
            if !cases.is_empty() {
                break cases;
            }
            self.source
                .send(&pair(&format!("late-{late}"), 1, "785 4393"))
                .await;
            late += 1;
            self.ben.until_synced().await;
        };
        self.hubs[0].run(&["token", "revoke", "--name", "Ben"]);
        for case in &cases {
            self.ben.decide(case, same()).await;
        }
        self.ben
            .until("the refusal", async || {
                self.ben.call("sync_now", json!({})).await;
                (self.ben.overview().await["sync"]["state"] == "refused").then_some(())
            })
            .await;
        assert_eq!(
            self.ben.outbox().await.len(),
            cases.len(),
            "what was decided is kept, and not taken"
        );
        let before = self.released().await;
        assert!(
            cases.iter().all(|case| !before.contains(&text(&case["id"]))),
            "nothing of it reached a hub"
        );
        let token = self.hubs[0].token("Ben", &["steward", "approver"]);
        self.ben.call("sign_in", json!({"token": token})).await;
        self.ben.until_delivered().await;
        for case in &cases {
            self.lead.until_case_is(&text(&case["id"]), "released").await;
        }
        let mut decided: BTreeSet<String> = cases.iter().map(|case| text(&case["id"])).collect();
        while decided.len() < late {
            for desk in [&self.ana, &self.ben] {
                let work = desk.call("work", args.clone()).await;
                for case in work["cases"].as_array().unwrap() {
                    desk.decide(case, same()).await;
                    decided.insert(text(&case["id"]));
                }
                desk.until_delivered().await;
            }
        }
        decided
    }

    /// Evening: each case decided once, told once and in order, and the chain holds.
    async fn the_books_are_right(&self, decided: BTreeSet<String>) {
        let rows = self.lead.everything("/v1/decisions").await;
        let released: Vec<String> = rows.iter().map(|row| text(&row["case"]["id"])).collect();
        assert_eq!(released.len(), decided.len(), "each case once in the feed");
        assert_eq!(released.iter().cloned().collect::<BTreeSet<_>>(), decided);

        let wanted: BTreeSet<String> = rows.iter().map(|row| text(&row["id"])).collect();
        self.receiver
            .until_it_took("decision.released", wanted.len())
            .await;
        let mut sequences: BTreeMap<String, i64> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for event in self.receiver.took() {
            let case = text(&event["subject"]);
            let sequence = text(&event["sequence"]).parse().unwrap();
            let before = sequences.insert(case.clone(), sequence);
            assert!(before.is_none_or(|before| before <= sequence), "{case} in order");
            told.insert(text(&event["data"]["id"]));
        }
        assert_eq!(told, wanted);
        self.hubs[0].run(&["verify"]);
        let audited = self.admin.everything("/v1/audit").await;
        assert!(
            audited
                .iter()
                .any(|entry| entry["header"]["action"] == "token.revoked"),
            "the revocation is in the books"
        );
    }

    /// Whoever's desk pulled the case, the other, and the case.
    async fn given(&self, id: &str) -> (&TestDesk, &TestDesk, Value) {
        self.given_in("refunds", id).await
    }

    async fn work(&self, desk: &TestDesk, queue: &str) -> Vec<Value> {
        let work = desk
            .call("work", json!({"queue": queue, "have": [], "limit": 20}))
            .await;
        work["cases"].as_array().unwrap().clone()
    }

    async fn given_in(&self, queue: &str, id: &str) -> (&TestDesk, &TestDesk, Value) {
        let (ana, ben) = (&self.ana, &self.ben);
        ana.until("somebody to have the case", async || {
            for (desk, other) in [(ana, ben), (ben, ana)] {
                let found = self
                    .work(desk, queue)
                    .await
                    .into_iter()
                    .find(|case| case["id"] == json!(id));
                if let Some(case) = found {
                    return Some((desk, other, case));
                }
            }
            None
        })
        .await
    }

    async fn taken_by(&self, desk: &TestDesk, id: &str) -> Value {
        desk.until("to be asked", async || {
            let asked = desk.call("opinions", json!({})).await;
            asked["asked"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["id"] == json!(id) || one["case_id"] == json!(id))
                .then_some(())
        })
        .await;
        desk.call("open_case", json!({"case_id": id})).await
    }

    async fn released(&self) -> BTreeSet<String> {
        let rows = self.lead.everything("/v1/decisions").await;
        rows.iter().map(|row| text(&row["case"]["id"])).collect()
    }

    async fn labels(&self) -> Vec<Value> {
        self.lead.everything("/v1/labels").await
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is text"))
        .to_owned()
}

fn approve() -> Value {
    answered(json!({"id": "a1", "type": "approve"}))
}

fn reject() -> Value {
    answered(json!({"id": "a1", "type": "reject", "message": "Not agreed with the customer"}))
}

fn answered(action: Value) -> Value {
    json!({"verdict": {"actions": [action]}, "cannot_tell": false, "reasons": [], "comment": null})
}

async fn put(admin: &Caller, path: &str, body: &Value) {
    let answer = admin.request(Method::PUT, path).json(body).send().await.unwrap();
    assert!(
        answer.status().is_success(),
        "{path}: {}",
        answer.text().await.unwrap()
    );
}
