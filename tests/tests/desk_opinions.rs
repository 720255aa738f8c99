//! Real desks on a real hub where two people are asked: what each is told, on and off line, and nothing beyond it.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::{TestDesk, different, pair, same};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::small_cases::payment;

async fn policy(hub: &HubProcess, queue: &str, policy: Value) {
    let admin = hub.caller("admin", &["admin"]);
    let now = admin.get(&format!("/v1/policies/{queue}")).await;
    put(
        &admin,
        &format!("/v1/policies/{queue}"),
        &json!({"version": now["version"], "policy": policy}),
    )
    .await;
}

async fn put(admin: &Caller, path: &str, body: &Value) {
    let answer = admin
        .request(reqwest::Method::PUT, path)
        .json(body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}

/// Waits until the newest decision stands so; its row.
async fn until_it_stands(desk: &TestDesk, standing: &str) -> Value {
    desk.until(standing, async || {
        let row = desk.history().await.first()?.clone();
        (row["standing"] == standing).then_some(row)
    })
    .await
}

async fn asked(desk: &TestDesk) -> Vec<Value> {
    desk.call("opinions", json!({})).await["asked"]
        .as_array()
        .unwrap()
        .clone()
}

async fn take(desk: &TestDesk, id: &str) -> Value {
    desk.call("open_case", json!({"case_id": id})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_that_waits_says_so_can_be_undone_and_hears_how_it_ended() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("matcher", &["source"]);
    let id = source.send(&pair("p1", 1, "785 4393")).await;
    policy(&hub, "sites", json!({"approvers": 2})).await;
    let ana = TestDesk::at(&hub, "Ana", &["steward"]).await;
    let case = ana.cases("sites", 1).await.remove(0);
    assert_eq!(case["assessment"]["ahead"]["text"], "Goes to a second person");
    assert_eq!(
        case["assessment"]["ahead"]["because"],
        json!(["Two people: every decision here"])
    );
    let decided = ana.decide(&case, same()).await;
    assert_eq!(decided["undo"]["words"], "On disk. Goes to a second person");
    let row = until_it_stands(&ana, "awaiting_second").await;
    assert_eq!(row["state_words"], "Waits for a second person");
    let undo = ana
        .until("the card", async || {
            let undo = ana.overview().await["undo"].clone();
            (undo["words"] == "Waits for a second person").then_some(undo)
        })
        .await;
    assert_eq!(undo["undo_until"], Value::Null, "no window has begun");
    ana.call("undo", json!({"decision_id": null, "reason": null}))
        .await;
    until_it_stands(&ana, "undone").await;
    ana.until_delivered().await;

    let case = ana.cases("sites", 1).await.remove(0);
    ana.decide(&case, same()).await;
    until_it_stands(&ana, "awaiting_second").await;
    assert_eq!(ana.overview().await["opinions"]["own"], 1);
    let lea = TestDesk::at(&hub, "Lea", &["lead"]).await;
    let looked = lea.call("look_at", json!({"case_id": id})).await;
    let assessment = &looked["case"]["assessment"];
    assert_eq!(
        (&assessment["refusal"]["code"], &assessment["ahead"]),
        (&json!("not_free"), &json!(null)),
        "who looks decides nothing, so nothing comes of it"
    );
    let eva = TestDesk::at(&hub, "Eva", &["steward"]).await;
    let case = take(&eva, &id).await;
    eva.decide(&case, different()).await;
    let row = until_it_stands(&ana, "disputed").await;
    assert_eq!(row["can_undo"], true);
    let ada = TestDesk::at(&hub, "Ada", &["steward", "lead"]).await;
    let case = take(&ada, &id).await;
    assert_eq!(case["dispute"]["first"]["by"], "Ana");
    assert_eq!(case["dispute"]["second"]["comment"], "two sites");
    assert_eq!(case["dispute"]["differences"][0]["place"], "A and B");
    ada.decide(&case, different()).await;
    assert_eq!(until_it_stands(&ana, "overruled").await["can_undo"], false);
    until_it_stands(&eva, "upheld").await;
    assert_eq!(ana.overview().await["opinions"]["own"], 0);
    let asked = json!({"queue": "sites", "from": null, "to": null});
    let agreement = ada.call("stats_agreement", asked).await["items"][0].clone();
    assert_eq!(agreement["queue"], "sites");
    assert_eq!(agreement["second_opinion"]["n"], 1);
    assert_eq!(agreement["second_opinion"]["agree"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_second_is_told_nothing_of_the_first_by_any_call() {
    let hub = HubProcess::start(&["--undo-seconds", "600"]);
    let source = hub.caller("matcher", &["source"]);
    let id = source.send(&pair("p1", 1, "785 4393")).await;
    policy(&hub, "sites", json!({"approvers": 2, "blind": true})).await;
    let ana = TestDesk::at(&hub, "Ana", &["steward"]).await;
    let case = ana.cases("sites", 1).await.remove(0);
    ana.decide(&case, different()).await;
    until_it_stands(&ana, "awaiting_second").await;

    let lead = hub.caller("lead", &["lead"]);
    // A lead who also decides could be the second, too.
    for (name, roles) in [
        ("Eva", ["steward"].as_slice()),
        ("Ada", ["steward", "lead"].as_slice()),
    ] {
        let desk = TestDesk::at(&hub, name, roles).await;
        desk.until("to be asked", async || {
            (asked(&desk).await.len() == 1).then_some(())
        })
        .await;
        let shown = take(&desk, &id).await;
        assert_eq!(
            (&shown["suggestion"], &shown["dispute"]),
            (&Value::Null, &Value::Null)
        );
        let mut told = shown.to_string();
        for (call, args) in [
            ("work", json!({"queue": "sites", "have": [], "limit": 20})),
            ("case", json!({"case_id": id})),
            ("overview", json!({})),
            ("opinions", json!({})),
            ("history", json!({"after": null})),
            ("outbox", json!({})),
            ("search", json!({"query": "armour", "after": null})),
        ] {
            told.push_str(&desk.call(call, args).await.to_string());
        }
        for secret in ["two sites", "Ana", "0.98", "98 %"] {
            assert!(!told.contains(secret), "{name} is told {secret}: {told}");
        }
        // It goes to the next one.
        desk.call("skip", json!({"case_id": id, "have": [], "limit": 1}))
            .await;
        desk.until("it to be given back", async || {
            lead.case(&id).await["lease"].is_null().then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_policy_asks_for_is_known_offline_by_the_registry_and_the_final_arguments() {
    let mut hub = HubProcess::start(&[]);
    let source = hub.caller("agents", &["source"]);
    source.send(&payment("r1")).await;
    let rules = json!({"rules": [
        {"when": {"above": {"currency": "EUR", "value": "100"}}, "approvers": 2},
        {"when": {"effects": ["delete"]}, "approvers": 2},
    ]});
    policy(&hub, "refunds", rules).await;
    let admin = hub.caller("admin", &["admin"]);
    let tool = json!({"effect": "delete", "amount": {"value": "/amount", "currency": "/currency"}});
    put(&admin, "/v1/tools/issue_refund", &tool).await;
    let ana = TestDesk::at(&hub, "Ana", &["approver"]).await;
    let case = ana.cases("refunds", 1).await.remove(0);
    ana.until("the registry", async || {
        let case = ana.call("case", json!({"case_id": case["id"]})).await;
        (case["assessment"]["ahead"]["because"].as_array().map(Vec::len) == Some(2)).then_some(())
    })
    .await;

    hub.kill();
    ana.until_offline().await;
    let ana = ana.restarted().await;
    let judged = async |verdict: Value| {
        let draft =
            json!({"verdict": {"actions": [verdict]}, "cannot_tell": false, "reasons": [], "comment": null});
        let args = json!({"case_id": case["id"], "content_hash": case["content_hash"], "draft": draft});
        ana.call("draft", args).await["ahead"].clone()
    };
    let approved = judged(json!({"id": "a1", "type": "approve"})).await;
    assert_eq!(
        approved["because"],
        json!(["Two people: above 100 EUR", "Two people: delete"]),
        "the case calls it a payment, the registry knows better"
    );
    let less = json!({"booking": "Z7GOZK", "amount": "90.00", "currency": "EUR"});
    let edited = judged(json!({"id": "a1", "type": "edit", "arguments": less})).await;
    assert_eq!(edited["because"], json!(["Two people: delete"]));
    let rejected = judged(json!({"id": "a1", "type": "reject"})).await;
    assert_eq!(rejected, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_took_meanwhile_is_refused_by_its_code() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("matcher", &["source"]);
    let id = source.send(&pair("p1", 1, "785 4393")).await;
    policy(&hub, "sites", json!({"approvers": 2})).await;
    let ana = TestDesk::at(&hub, "Ana", &["steward"]).await;
    let case = ana.cases("sites", 1).await.remove(0);
    ana.decide(&case, same()).await;
    until_it_stands(&ana, "awaiting_second").await;
    let refused = ana
        .try_call("open_case", json!({"case_id": id}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "second_must_differ", "her own is for somebody else");
    let eva = TestDesk::at(&hub, "Eva", &["steward"]).await;
    take(&eva, &id).await;
    let bea = TestDesk::at(&hub, "Bea", &["steward"]).await;
    let refused = bea
        .try_call("open_case", json!({"case_id": id}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "not_free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_reported_later_is_counted_told_once_and_seen() {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("matcher", &["source"]);
    source.send(&pair("p1", 1, "785 4393")).await;
    let ana = TestDesk::at(&hub, "Ana", &["steward"]).await;
    let case = ana.cases("sites", 1).await.remove(0);
    ana.decide(&case, same()).await;
    let row = until_it_stands(&ana, "released").await;
    let path = format!("/v1/decisions/{}/outcome", row["decision_id"].as_str().unwrap());
    source
        .post(&path, &json!({"status": "failed", "detail": "no such site"}))
        .await;
    let row = until_it_stands(&ana, "failed").await;
    assert_eq!(row["outcome"]["detail"], "no such site");
    assert_eq!(ana.overview().await["failed"], 1);
    let told = || ana.host.notified.lock().unwrap().clone();
    assert_eq!(told(), ["Something you decided has failed"]);
    ana.call("outcomes_seen", json!({})).await;
    assert_eq!(ana.overview().await["failed"], 0);
    source.post(&path, &json!({"status": "compensated"})).await;
    until_it_stands(&ana, "compensated").await;
    assert_eq!(ana.overview().await["failed"], 0);
    assert_eq!(told().len(), 1);
}
