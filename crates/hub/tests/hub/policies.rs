//! Policies of queues and the registry of tools, over HTTP.

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Connection as _;
use tiebreak_hub::access::NewToken;
use tiebreak_hub::{Hub, HubOptions};

use crate::common::cases::{action_case, approve, different, match_case, same};
use crate::common::{Answer, Api, TestHub, answer, decision, fate, problem};

pub async fn put(who: &Api, path: &str, body: &Value) -> Answer {
    answer(who.request(Method::PUT, path).json(body)).await
}

/// The policy of a queue from now on, whatever it was.
pub async fn set(hub: &TestHub, queue: &str, policy: Value) {
    let admin = hub.admin().await;
    let (_, now) = admin.get(&format!("/v1/policies/{queue}")).await;
    let body = json!({"version": now["version"], "policy": policy});
    let (status, answer) = put(&admin, &format!("/v1/policies/{queue}"), &body).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn who_a_policy_names_is_there_and_could_do_it() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    source.send(&match_case("x")).await;
    let (lead, ana, ben) = (hub.lead().await, hub.steward().await, hub.approver().await);
    let id = async |who: &Api| who.get("/v1/me").await.1["id"].clone();
    let path = "/v1/policies/sites";
    let to = |person: &Value| json!({"after_minutes": 5, "to": {"person": person}});
    for (policy, pointer) in [
        (
            json!({"adjudicators": ["Ana", "Nobody Such"]}),
            "/policy/adjudicators/1",
        ),
        (json!({"adjudicators": ["Ben"]}), "/policy/adjudicators/0"),
        (
            json!({"adjudicators": [id(&ben).await]}),
            "/policy/adjudicators/0",
        ),
        (
            json!({"escalate": to(&json!("Ghost"))}),
            "/policy/escalate/to/person",
        ),
        (
            json!({"escalate": to(&json!("Ben"))}),
            "/policy/escalate/to/person",
        ),
    ] {
        let refused = put(&lead, path, &json!({"version": 1, "policy": policy})).await;
        assert_eq!(problem(&refused), (422, "invalid_policy", pointer));
    }
    let good = json!({"approvers": 2, "adjudicators": ["Ana"], "escalate": to(&id(&lead).await)});
    let (status, said) = put(&lead, path, &json!({"version": 1, "policy": good})).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(
        (&said["policy"]["adjudicators"], &said["policy"]["escalate"]["to"]),
        (&json!(["Ana"]), &json!({"person": "Lea"})),
        "read by name"
    );
    let kept = &ana.get("/v1/queues").await.1["items"][0]["policy"];
    assert_eq!(kept["adjudicators"], json!([id(&ana).await]), "kept by id");
}

#[tokio::test]
async fn an_old_policy_means_who_was_there_when_it_was_written_and_nobody_who_came_later() {
    let hub = TestHub::start().await;
    let (source, ana) = (hub.source().await, hub.steward().await);
    let (bea, eva) = (
        hub.caller("Bea", &[Role::Steward]).await,
        hub.caller("Eva", &[Role::Steward]).await,
    );
    let id = source.send(&match_case("x")).await;
    let ana_id = ana.get("/v1/me").await.1["id"].clone();
    sqlx::any::install_default_drivers();
    let mut database = sqlx::AnyConnection::connect(&hub.database).await.unwrap();
    for sql in [
        r#"update queues set policy = '{"approvers": 2, "adjudicators": ["Ana", "Zoe"]}' where name = 'sites'"#,
        r#"update policies set policy = '{"approvers": 2, "adjudicators": ["Ana", "Zoe"]}' where queue = 'sites'"#,
    ] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();
    let name = hub.database.clone();
    let kept = hub.stop_and_keep().await;
    let options = HubOptions {
        undo_seconds: 0,
        ..HubOptions::new(name.clone())
    };
    let hub = TestHub::start_on(Hub::open(options).await.unwrap(), &name).await;
    let again = |api: &Api| Api::new(&hub.base, &api.token);
    let (ana, bea, eva) = (again(&ana), again(&bea), again(&eva));
    let zoe = hub.caller("Zoe", &[Role::Steward]).await;
    let said = &ana.get("/v1/queues").await.1["items"][0]["policy"];
    assert_eq!(said["adjudicators"], json!([ana_id, "Zoe"]));
    assert_eq!(decide(&bea, &id, same()).await["case_state"], "awaiting_second");
    assert_eq!(decide(&eva, &id, different()).await["case_state"], "disputed");
    let refused = decide(&zoe, &id, same()).await;
    assert_eq!(fate(&refused).1, "not_allowed", "called like one isn't being one");
    assert_eq!(decide(&ana, &id, same()).await["result"], "accepted");
    drop(kept);
}

async fn decide(who: &Api, id: &str, verdict: Value) -> Value {
    let given = decision(&who.case(id).await, verdict);
    who.post_one("/v1/decisions", &given).await
}

#[tokio::test]
async fn a_policy_is_changed_from_the_version_one_read() {
    let hub = TestHub::start().await;
    hub.source().await.send(&match_case("x")).await;
    let (lead, steward) = (hub.lead().await, hub.steward().await);
    let path = "/v1/policies/sites";
    let (status, first) = steward.get(path).await;
    assert_eq!((status.as_u16(), &first["version"]), (200, &json!(1)));
    assert_eq!(first["policy"]["approvers"], 1);
    let strict = json!({"version": 1, "policy": {"approvers": 2, "undo_seconds": 5}});
    let (status, changed) = put(&lead, path, &strict).await;
    assert_eq!(
        (status.as_u16(), &changed["version"]),
        (200, &json!(2)),
        "{changed}"
    );
    assert_eq!(
        changed["policy"]["lease_seconds"], 3600,
        "what is left out is the default"
    );
    assert_eq!(
        problem(&put(&lead, path, &strict).await),
        (409, "stale_version", "")
    );
    let unsaid = json!({"policy": {}});
    assert_eq!(
        problem(&put(&lead, path, &unsaid).await),
        (422, "invalid_policy", "/version")
    );
    let request = lead.request(Method::PUT, path).header("if-match", "\"2\"");
    let (status, third) = answer(request.json(&unsaid)).await;
    assert_eq!((status.as_u16(), &third["version"]), (200, &json!(3)), "{third}");
    let (_, history) = steward.get(path).await;
    let versions: Vec<(&Value, &Value)> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (&version["version"], &version["by"]))
        .collect();
    assert_eq!(
        versions,
        [
            (&json!(3), &json!("Lea")),
            (&json!(2), &json!("Lea")),
            (&json!(1), &Value::Null)
        ]
    );
    let response = steward.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.headers()["etag"], "\"3\"");
    let chain = hub.admin().await.everything("/v1/audit").await;
    let noted = chain
        .iter()
        .filter(|entry| entry["header"]["action"] == "policy.changed")
        .count();
    assert_eq!(noted, 2);
}

#[tokio::test]
async fn a_broken_policy_is_refused_and_the_last_good_one_stays() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"require_reason": true})).await;
    let lead = hub.lead().await;
    for (policy, pointer) in [
        (json!({"approvers": 3}), "/policy/approvers"),
        (json!({"aprovers": 2}), "/policy/aprovers"),
        (
            json!({"rules": [{"when": {"above": {"currency": "EUR", "value": "much"}}, "approvers": 2}]}),
            "/policy/rules/0/when/above/value",
        ),
    ] {
        let refused = put(
            &lead,
            "/v1/policies/sites",
            &json!({"version": 2, "policy": policy}),
        )
        .await;
        assert_eq!(problem(&refused), (422, "invalid_policy", pointer));
    }
    let item = decide(&hub.steward().await, &id, same()).await;
    assert_eq!(fate(&item).1, "reason_required", "the good one holds");
}

#[tokio::test]
async fn only_a_lead_of_the_queue_or_an_admin_changes_its_policy() {
    let hub = TestHub::start().await;
    hub.source().await.send(&match_case("x")).await;
    let body = json!({"version": 1, "policy": {}});
    let elsewhere = hub
        .caller_with(NewToken {
            name: "Lou".into(),
            roles: vec![Role::Lead],
            queues: vec!["other".into()],
            ..NewToken::default()
        })
        .await;
    let refused = put(&elsewhere, "/v1/policies/sites", &body).await;
    assert_eq!(problem(&refused).1, "not_found", "it isn't hers to see");
    for caller in [hub.steward().await, hub.source().await] {
        assert_eq!(
            problem(&put(&caller, "/v1/policies/sites", &body).await).1,
            "not_allowed"
        );
    }
    let new = json!({"version": 0, "kind": "proposed_action", "policy": {"approvers": 2}});
    let (status, made) = put(&hub.admin().await, "/v1/policies/payouts", &new).await;
    assert_eq!(
        status, 200,
        "a queue has its policy before its first case: {made}"
    );
    assert_eq!(made["kind"], "proposed_action");
    let (_, listed) = hub.steward().await.get("/v1/policies").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_denies_everything() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 0).await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("x")).await;
    source.send(&action_case("y")).await;
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&hub.database).await.unwrap();
    sqlx::query("update queues set policy = '{\"approvers\": 7}' where name = 'sites'")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let case = steward.case(&id).await;
    assert_eq!(case["show_machine"], false, "as little as any policy could show");
    let item = steward.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(fate(&item), ("refused", "policy_unreadable", ""));
    let (_, claimed) = steward.post("/v1/claims", &json!({})).await;
    assert_eq!(claimed["items"], json!([]));
    let (_, queues) = steward.get("/v1/queues").await;
    let sites = queues["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|q| q["name"] == "sites");
    assert_eq!(sites.unwrap()["policy_unreadable"], true);
    let (_, claimed) = hub.approver().await.post("/v1/claims", &json!({})).await;
    assert_eq!(
        claimed["items"].as_array().map(Vec::len),
        Some(1),
        "others are worked"
    );
    let lead = hub.lead().await;
    let (status, _) = put(&lead, "/v1/policies/sites", &json!({"version": 1, "policy": {}})).await;
    assert_eq!(status, 200);
    assert_eq!(decide(&steward, &id, same()).await["result"], "accepted");
}

#[tokio::test]
async fn in_solo_no_policy_asks_for_a_second_person() {
    let hub = TestHub::start_with(|options| options.solo = true).await;
    hub.source().await.send(&match_case("x")).await;
    let lead = hub.lead().await;
    for policy in [
        json!({"approvers": 2}),
        json!({"second_share": 0.1}),
        json!({"rules": [{"when": {"irreversible": true}, "approvers": 2}]}),
    ] {
        let refused = put(
            &lead,
            "/v1/policies/sites",
            &json!({"version": 1, "policy": policy}),
        )
        .await;
        assert_eq!(problem(&refused), (422, "second_person_in_solo", "/policy"));
    }
    let alone = json!({"version": 1, "policy": {"require_reason": true, "blind": true}});
    assert_eq!(put(&lead, "/v1/policies/sites", &alone).await.0, 200);
}

#[tokio::test]
async fn blind_means_that_the_machine_is_seen_once_one_has_decided() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 600).await;
    let (source, steward) = (hub.source().await, hub.steward().await);
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"blind": true})).await;
    let (_, claimed) = steward.post("/v1/claims", &json!({})).await;
    for case in [claimed["items"][0]["case"].clone(), steward.case(&id).await] {
        assert_eq!(case["show_machine"], false);
        assert!(case.get("suggestion").is_none() && case["suggestion_id"].is_null());
        assert!(case["body"].get("links").is_none());
        assert_eq!(
            domain::canonical::content_hash(&case).unwrap(),
            case["content_hash"].as_str().unwrap(),
            "what is signed is shown whole"
        );
    }
    assert_eq!(
        source.case(&id).await["show_machine"],
        true,
        "it is the source's own"
    );
    assert_eq!(
        hub.lead().await.case(&id).await["show_machine"],
        true,
        "she doesn't decide"
    );
    decide(&steward, &id, different()).await;
    let case = steward.case(&id).await;
    assert_eq!(case["show_machine"], true);
    assert_eq!(
        case["decisions"][0]["agreement"], "override",
        "counted all the same"
    );
}

#[tokio::test]
async fn a_draft_teaches_and_is_handed_to_nobody_who_acts() {
    let hub = TestHub::start().await;
    let (source, approver, lead) = (hub.source().await, hub.approver().await, hub.lead().await);
    let id = source.send(&action_case("x")).await;
    set(&hub, "refunds", json!({"draft_only": true})).await;
    let item = decide(&approver, &id, approve()).await;
    assert_eq!(item["case_state"], "released");
    assert_eq!(source.everything("/v1/decisions").await, [] as [Value; 0]);
    let labels = lead.everything("/v1/labels").await;
    assert_eq!(labels.len(), 1);
    let own = approver.everything("/v1/me/decisions").await;
    assert_eq!(
        (&own[0]["state"], &own[0]["draft"]),
        (&json!("released"), &json!(true))
    );
    let path = format!("/v1/decisions/{}/undo", own[0]["id"].as_str().unwrap());
    let (status, undone) = approver.post(&path, &json!({"reason": "slip"})).await;
    assert_eq!(
        (status.as_u16(), &undone["state"]),
        (200, &json!("corrected")),
        "{undone}"
    );
    assert_eq!(source.everything("/v1/decisions").await, [] as [Value; 0]);
    assert_eq!(lead.everything("/v1/labels").await.len(), 2, "and retracted");
}

#[tokio::test]
async fn a_simulation_says_what_a_policy_would_have_done_and_changes_nothing() {
    let hub = TestHub::start().await;
    let (source, approver, lead) = (hub.source().await, hub.approver().await, hub.lead().await);
    let mut large = action_case("large");
    large["body"]["actions"][0]["amount"] = json!({"value": "/amount", "currency": "EUR"});
    large["body"]["actions"][0]["arguments"]["amount"] = json!("5000.00");
    let mut small = large.clone();
    small["external_id"] = json!("small");
    small["body"]["actions"][0]["arguments"]["amount"] = json!("5.00");
    source.send(&large).await;
    let id = source.send(&small).await;
    let tool = json!({"effect": "pay", "amount": {"value": "/amount", "currency": "EUR"}});
    assert_eq!(put(&hub.admin().await, "/v1/tools/refund", &tool).await.0, 200);
    decide(&approver, &id, approve()).await;
    let before = hub.all().await;
    let policy = json!({"require_reason": true, "blind": true,
        "rules": [{"when": {"above": {"currency": "EUR", "value": "1000"}}, "approvers": 2}]});
    let body = json!({"queue": "refunds", "policy": policy, "last": 10});
    let (status, said) = lead.post("/v1/policies/simulate", &body).await;
    assert_eq!(status, 200, "{said}");
    let counts: Vec<&Value> = ["n", "one", "two", "drawn", "blind", "draft", "refused"]
        .iter()
        .map(|name| &said[*name])
        .collect();
    let refused = json!({"reason_required": 1});
    assert_eq!(
        counts,
        [
            &json!(2),
            &json!(1),
            &json!(1),
            &json!(0),
            &json!(2),
            &json!(0),
            &refused
        ]
    );
    assert_eq!(said["rules"], json!([{"when": "above 1000 EUR", "n": 1}]));
    assert_eq!(said["items"][0]["external_id"], "small", "the newest first");
    assert_eq!(said["items"][0]["decided"], true);
    assert_eq!(hub.all().await, before);
    let (_, last) = lead
        .post("/v1/policies/simulate", &json!({"queue": "refunds", "last": 1}))
        .await;
    assert_eq!(
        (&last["n"], &last["one"]),
        (&json!(1), &json!(1)),
        "its own policy"
    );
    let broken = json!({"queue": "refunds", "policy": {"approvers": 5}});
    assert_eq!(
        problem(&lead.post("/v1/policies/simulate", &broken).await),
        (422, "invalid_policy", "/policy/approvers")
    );
    let (_, presets) = approver.get("/v1/policy-presets").await;
    assert_eq!(presets["items"].as_array().map(Vec::len), Some(8));
}

#[tokio::test]
async fn the_registry_s_word_counts_beside_the_proposer_s() {
    let hub = TestHub::start().await;
    let (source, approver, admin) = (hub.source().await, hub.approver().await, hub.admin().await);
    let mut case = action_case("x");
    case["body"]["actions"][0]["effect"] = json!("read");
    let id = source.send(&case).await;
    let tool = json!({"effect": "pay", "reversible": false, "headline": "Refund {/amount}",
        "amount": {"value": "/amount", "currency": "EUR"}, "schema": {"properties": {"amount": {"maxLength": 7}}}});
    assert_eq!(
        problem(&put(&hub.lead().await, "/v1/tools/refund", &tool).await).1,
        "not_allowed"
    );
    assert_eq!(
        problem(&put(&admin, "/v1/tools/refund", &json!({"effect": "steal"})).await),
        (422, "invalid_tool", "/effect")
    );
    let (status, registered) = put(&admin, "/v1/tools/refund", &tool).await;
    assert_eq!(status, 200, "{registered}");
    let (_, tools) = approver.get("/v1/tools").await;
    assert_eq!(tools["items"][0]["name"], "refund");
    assert_eq!(tools["items"][0]["effect"], "pay");
    set(
        &hub,
        "refunds",
        json!({"rules": [{"when": {"effects": ["pay"], "above": {"currency": "EUR", "value": "100"}}, "approvers": 2}]}),
    )
    .await;
    let item = decide(&approver, &id, approve()).await;
    assert_eq!(
        item["case_state"], "awaiting_second",
        "it says read and the registry says pay"
    );

    let id = source.send(&action_case("y")).await;
    let edit = |amount: &str| {
        let arguments = json!({"booking": "Z7GOZK", "amount": amount});
        json!({"actions": [{"id": "a1", "type": "edit", "arguments": arguments}]})
    };
    let item = decide(&approver, &id, edit("99999.00")).await;
    assert_eq!(
        fate(&item),
        (
            "refused",
            "invalid_arguments",
            "/verdict/actions/0/arguments/amount"
        )
    );
    let item = decide(&approver, &id, edit("12.00")).await;
    assert_eq!(
        item["case_state"], "released",
        "the final arguments count: {item}"
    );
    let path = format!("/v1/decisions/{}/undo", item["id"].as_str().unwrap());
    assert_eq!(
        problem(&approver.post(&path, &json!({})).await).1,
        "irreversible",
        "the case says reversible and the registry doesn't"
    );
}
