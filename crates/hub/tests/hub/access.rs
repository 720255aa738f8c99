//! People: what is given to them, their ceiling, and what follows when it is taken away. Elevations are in `elevating`.

mod elevating;

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_hub::access::NewToken;

use crate::common::cases::{arrival, conflict_case, match_case, same};
use crate::common::{Answer, Api, TestHub, answer, decision, fate, problem};

async fn put(admin: &Api, id: &str, body: &Value) -> Answer {
    answer(admin.request(Method::PUT, &format!("/v1/people/{id}")).json(body)).await
}

async fn id_of(api: &Api) -> String {
    api.get("/v1/me").await.1["id"].as_str().unwrap().to_owned()
}

/// Gives a person exactly this, whatever their version.
async fn give(admin: &Api, id: &str, mut what: Value) -> Value {
    let version = admin.get(&format!("/v1/people/{id}")).await.1["version"].clone();
    what["version"] = version;
    if what["roles"].is_null() {
        what["roles"] = json!([]);
    }
    let (status, person) = put(admin, id, &what).await;
    assert_eq!(status, 200, "{person}");
    person
}

fn of(sensitivity: &str) -> Value {
    let mut case = match_case(sensitivity);
    case["sensitivity"] = json!(sensitivity);
    case["context"] = json!([
        {"id": "plain", "title": "Orders", "summary": "3 open", "detail": {"open": 3}},
        {"id": "secret", "title": "Note", "summary": "one", "detail": {"note": "x"}, "sensitivity": "restricted"}
    ]);
    case
}

async fn audited(admin: &Api, action: &str) -> Vec<Value> {
    let all = admin.everything("/v1/audit").await;
    all.into_iter()
        .filter(|entry| entry["header"]["action"] == action)
        .collect()
}

#[tokio::test]
async fn what_is_above_a_ceiling_is_not_there() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let low = source.send(&of("internal")).await;
    let high = source.send(&of("confidential")).await;
    give(&admin, &id_of(&ana).await, json!({"ceiling": "internal"})).await;

    for path in [
        format!("/v1/cases/{high}"),
        format!("/v1/cases/{high}/context/plain"),
        format!("/v1/cases/{low}/context/secret"),
    ] {
        assert_eq!(problem(&ana.get(&path).await).0, 404, "{path}");
    }
    let ids = |items: &[Value]| -> Vec<String> {
        items
            .iter()
            .filter_map(|item| item["id"].as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(
        ids(&ana.everything("/v1/cases").await),
        std::slice::from_ref(&low)
    );
    assert_eq!(
        ids(&ana.everything("/v1/cases?q=armour").await),
        std::slice::from_ref(&low)
    );
    let (_, both) = ana.get(&format!("/v1/cases?ids={high},{low}")).await;
    assert_eq!(
        ids(both["items"].as_array().unwrap()),
        std::slice::from_ref(&low),
        "nor is it by its id"
    );
    let many = vec![low.as_str(); 101].join(",");
    let refused = ana.get(&format!("/v1/cases?ids={many}")).await;
    assert_eq!(problem(&refused), (400, "invalid_query", "/ids"));
    let queue = &ana.get("/v1/queues").await.1["items"][0];
    assert_eq!(
        (&queue["open"], &queue["free"]),
        (&json!(1), &json!(1)),
        "counted without it"
    );
    let (_, claims) = ana.post("/v1/claims", &json!({})).await;
    assert_eq!(claims["items"].as_array().unwrap().len(), 1);
    assert_eq!(claims["items"][0]["case"]["id"], low.as_str());

    let seen = hub.lead().await.case(&high).await;
    let refused = ana.post_one("/v1/decisions", &decision(&seen, same())).await;
    assert_eq!(fate(&refused), ("refused", "not_found", "/case_id"));
}

#[tokio::test]
async fn feeds_and_exports_hold_to_a_ceiling() {
    let hub = TestHub::start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let (eva, lea) = (hub.caller("Eva", &[Role::Steward]).await, hub.lead().await);
    for sensitivity in ["internal", "restricted"] {
        let id = source.send(&of(sensitivity)).await;
        let case = eva.case(&id).await;
        assert_eq!(
            eva.post_one("/v1/decisions", &decision(&case, same())).await["result"],
            "accepted"
        );
    }
    let rows = async |path: &str| lea.everything(path).await.len();
    let lines = async |path: &str| lea.text(path).await.lines().count();
    let counts = async || {
        [
            rows("/v1/decisions").await,
            rows("/v1/labels").await,
            lines("/v1/exports/labels.jsonl").await,
            lea.get("/v1/stats/overrides").await.1["items"][0]["n"]
                .as_u64()
                .unwrap() as usize,
        ]
    };
    assert_eq!(counts().await, [2; 4]);
    give(&admin, &id_of(&lea).await, json!({"ceiling": "confidential"})).await;
    assert_eq!(counts().await, [1; 4]);
    let about: Vec<Value> = lea
        .everything("/v1/changes")
        .await
        .into_iter()
        .filter(|change| change["type"] == "decision.released")
        .collect();
    assert_eq!(about.len(), 1, "{about:?}");
    let (_, simulated) = lea
        .post("/v1/policies/simulate", &json!({"queue": "sites"}))
        .await;
    assert_eq!(simulated["n"], 1);
}

#[tokio::test]
async fn a_case_not_mine_answers_like_one_that_does_not_exist_and_both_are_noted() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let theirs = source.send(&match_case("x")).await;
    let nobodys = uuid::Uuid::now_v7().to_string();
    give(&admin, &id_of(&ana).await, json!({"queues": ["elsewhere"]})).await;
    let bare = |answer: &Answer| {
        let mut body = answer.1.clone();
        body["correlation_id"] = Value::Null;
        (answer.0, body)
    };
    for path in ["", "/context/orders"] {
        let [a, b] = [&theirs, &nobodys].map(|id| format!("/v1/cases/{id}{path}"));
        assert_eq!(bare(&ana.get(&a).await), bare(&ana.get(&b).await), "{path}");
    }
    let comment = json!({"text": "hello"});
    let [a, b] = [&theirs, &nobodys].map(|id| format!("/v1/cases/{id}/comments"));
    assert_eq!(
        bare(&ana.post(&a, &comment).await),
        bare(&ana.post(&b, &comment).await)
    );
    let whole = hub.lead().await.case(&theirs).await;
    let mut other = whole.clone();
    other["id"] = json!(nobodys);
    let tell = async |case: &Value| {
        let mut item = ana.post_one("/v1/decisions", &decision(case, same())).await;
        item["id"] = Value::Null;
        item
    };
    assert_eq!(tell(&whole).await, tell(&other).await);

    let noted = audited(&admin, "request.refused").await;
    let about = |id: &str| {
        noted
            .iter()
            .filter(|entry| entry["header"]["case_id"] == id)
            .count()
    };
    assert_eq!(
        (about(&theirs), about(&nobodys)),
        (1, 1),
        "each is written down once a minute"
    );
}

#[tokio::test]
async fn what_a_role_does_not_give_is_refused_and_noted() {
    let hub = TestHub::start().await;
    let (admin, ana) = (hub.admin().await, hub.steward().await);
    let ana_id = id_of(&ana).await;
    let refused = put(&ana, &ana_id, &json!({"version": 1, "roles": ["admin"]})).await;
    assert_eq!(problem(&refused), (403, "not_allowed", ""));
    for path in ["/v1/access", "/v1/audit", "/v1/labels"] {
        assert_eq!(problem(&ana.get(path).await).1, "not_allowed", "{path}");
    }
    let noted = audited(&admin, "request.refused").await;
    assert_eq!(noted.len(), 2, "the same code is written down once a minute");
    assert_eq!(noted[0]["header"]["person"], ana_id.as_str());
    assert_eq!(
        noted[0]["payload"],
        json!({"code": "not_allowed", "request": "PUT /v1/people/{id}", "id": ana_id})
    );
}

#[tokio::test]
async fn a_disabled_person_is_refused_at_the_next_request_and_their_cases_go_on() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let ids = [
        source.send(&match_case("x")).await,
        source.send(&match_case("y")).await,
    ];
    let ana_id = id_of(&ana).await;
    let lead = hub.lead().await;
    let assigned = lead
        .post(&format!("/v1/cases/{}/assign", ids[1]), &json!({"to": ana_id}))
        .await;
    assert_eq!(assigned.0, 200);
    let (_, claims) = ana.post("/v1/claims", &json!({"limit": 1})).await;
    assert_eq!(claims["items"].as_array().unwrap().len(), 1);

    let person = give(&admin, &ana_id, json!({"disabled": true})).await;
    assert_eq!((&person["disabled"], &person["has"]), (&json!(true), &json!([])));
    for _ in 0..2 {
        assert_eq!(problem(&ana.get("/v1/me").await), (401, "person_disabled", ""));
    }
    let case = lead.case(&ids[0]).await;
    assert_eq!(
        problem(&ana.post("/v1/decisions", &decision(&case, same())).await).1,
        "person_disabled"
    );
    let (_, claims) = eva.post("/v1/claims", &json!({})).await;
    assert_eq!(
        claims["items"].as_array().unwrap().len(),
        2,
        "neither leased to nor assigned to somebody who can't decide it"
    );
    let again = lead
        .post(&format!("/v1/cases/{}/assign", ids[1]), &json!({"to": ana_id}))
        .await;
    assert_eq!(problem(&again), (422, "invalid_routing", "/assignee"));
    assert!(!audited(&admin, "request.refused").await.is_empty());

    give(&admin, &ana_id, json!({})).await;
    assert_eq!(ana.get("/v1/me").await.0, 200);
    let told: Vec<Value> = ana.everything("/v1/changes").await;
    assert!(
        told.iter().any(|change| change["type"] == "access.revoked"),
        "{told:?}"
    );
}

#[tokio::test]
async fn access_is_changed_only_from_the_version_one_read() {
    let hub = TestHub::start().await;
    let (admin, ana) = (hub.admin().await, hub.steward().await);
    let id = id_of(&ana).await;
    let (status, person) = admin.get(&format!("/v1/people/{id}")).await;
    assert_eq!((status.as_u16(), &person["version"]), (200, &json!(1)));
    let first = put(
        &admin,
        &id,
        &json!({"version": 1, "roles": ["lead"], "queues": ["sites"]}),
    )
    .await;
    assert_eq!((first.0.as_u16(), &first.1["version"]), (200, &json!(2)));
    let second = put(&admin, &id, &json!({"version": 1, "roles": []})).await;
    assert_eq!(problem(&second), (409, "stale_version", ""));
    for (body, pointer) in [
        (json!({"roles": []}), "/version"),
        (json!({"version": 2, "roles": [], "queues": [" "]}), "/queues/0"),
        (
            json!({"version": 2, "roles": [], "may_elevate": {"roles": [], "queues": [], "ceiling": null, "minutes": 0}}),
            "/may_elevate/minutes",
        ),
    ] {
        let refused = put(&admin, &id, &body).await;
        assert_eq!(problem(&refused), (422, "invalid_access", pointer), "{body}");
    }
    assert_eq!(
        problem(&put(&admin, "nobody", &json!({"version": 1, "roles": []})).await).0,
        404
    );
    let own = id_of(&admin).await;
    let refused = put(
        &admin,
        &own,
        &json!({"version": 1, "roles": [], "disabled": true}),
    )
    .await;
    assert_eq!(problem(&refused), (409, "not_yourself", ""));
}

#[tokio::test]
async fn a_lead_reads_of_those_who_reach_their_queues() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    let bound = async |name: &str, role, queue: &str| {
        let new = NewToken {
            name: name.to_owned(),
            roles: vec![role],
            queues: vec![queue.to_owned()],
            ..NewToken::default()
        };
        hub.caller_with(new).await
    };
    hub.source().await.send(&match_case("x")).await;
    let lea = bound("Lea", Role::Lead, "sites").await;
    bound("Ana", Role::Steward, "sites").await;
    let ben = bound("Ben", Role::Approver, "refunds").await;
    let (status, access) = lea.get("/v1/access").await;
    assert_eq!(status, 200);
    let names: Vec<&str> = access["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Ana", "Lea", "Root", "matcher"],
        "who has no queues has all"
    );
    assert_eq!(
        (&access["queues"], &access["changes"]),
        (&json!(["sites"]), &json!(false))
    );
    let ben_id = id_of(&ben).await;
    assert_eq!(lea.get(&format!("/v1/people/{ben_id}")).await.0, 404);
    assert_eq!(admin.get(&format!("/v1/people/{ben_id}")).await.0, 200);
}

#[tokio::test]
async fn an_admin_revokes_a_token_by_its_id() {
    let hub = TestHub::start().await;
    let (admin, ana) = (hub.admin().await, hub.steward().await);
    let id = id_of(&ana).await;
    let person = admin.get(&format!("/v1/people/{id}")).await.1;
    assert_eq!(person["tokens"][0]["roles"], json!(["steward"]));
    let path = format!("/v1/tokens/{}", person["tokens"][0]["id"].as_str().unwrap());
    let revoke = async |api: &Api, path: &str| answer(api.request(Method::DELETE, path)).await;
    assert_eq!(revoke(&ana, &path).await.0, 403);
    assert_eq!(
        revoke(&admin, &format!("/v1/tokens/{}", ana.token)).await.0,
        404,
        "by its id alone"
    );
    assert_eq!(revoke(&admin, &path).await.0, 204);
    assert_eq!(problem(&ana.get("/v1/me").await), (401, "token_revoked", ""));
    assert_eq!(revoke(&admin, &path).await.0, 404);
}

#[tokio::test]
async fn what_is_known_of_a_system_holds_to_a_ceiling() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    give(&admin, &id_of(&ana).await, json!({"ceiling": "internal"})).await;
    let known = async |who: &Api| {
        let (status, answer) = who.get("/v1/stats/sources").await;
        assert_eq!(status, 200, "{answer}");
        let rows = answer["items"].as_array().unwrap().iter();
        rows.map(|row| row["n"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let mut decided = Vec::new();
    for (name, sensitivity) in [("AA1", "restricted"), ("AA2", "internal")] {
        let mut case = conflict_case(name);
        case["sensitivity"] = json!(sensitivity);
        let case = eva.case(&source.send(&case).await).await;
        let accepted = eva
            .post_one("/v1/decisions", &decision(&case, arrival("21:53", "c1")))
            .await;
        assert_eq!(accepted["result"], "accepted", "{accepted}");
        decided.push(accepted["id"].as_str().unwrap().to_owned());
        let seen = u64::from(sensitivity == "internal");
        assert_eq!(known(&ana).await, vec![seen; 2 * seen as usize], "{name}");
    }
    assert_eq!(known(&eva).await, [2, 2]);
    let undone = eva
        .post(&format!("/v1/decisions/{}/undo", decided[0]), &json!({}))
        .await;
    assert_eq!(undone.0, 200, "{}", undone.1);
    assert_eq!(known(&eva).await, [1, 1], "taken off where it was added");
    assert_eq!(known(&ana).await, [1, 1]);
}

#[tokio::test]
async fn what_was_escalated_by_name_waits_for_nobody_who_may_not_see_to_it() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let (lea, eva) = (hub.lead().await, hub.caller("Eva", &[Role::Steward]).await);
    let escalated = async |sensitivity: &str| {
        let id = source.send(&of(sensitivity)).await;
        let to_lea = json!({"reason": "she knows them", "to": {"person": "Lea"}});
        let done = ana.post(&format!("/v1/cases/{id}/escalate"), &to_lea).await;
        assert_eq!(done.0, 200, "{}", done.1);
        id
    };
    let given = async |who: &Api| {
        let (_, claims) = who.post("/v1/claims", &json!({})).await;
        let items = claims["items"].as_array().unwrap().iter();
        items
            .map(|item| item["case"]["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let lea_id = id_of(&lea).await;
    let first = escalated("internal").await;
    assert_eq!(given(&eva).await, [""; 0]);
    give(&admin, &lea_id, json!({"disabled": true})).await;
    assert_eq!(given(&eva).await, [first.as_str()], "nobody else leads");
    give(&admin, &lea_id, json!({})).await;

    let leo = hub.caller("Leo", &[Role::Lead]).await;
    let (kept, second) = (escalated("public").await, escalated("confidential").await);
    give(&admin, &lea_id, json!({"ceiling": "internal"})).await;
    let waits_for = async |who: &Api| {
        let (_, waiting) = who.get("/v1/me/cases").await;
        let items = waiting["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .map(|item| item["case"]["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(waits_for(&lea).await, [kept.as_str()], "within her ceiling");
    assert_eq!(waits_for(&leo).await, [second.as_str()]);
    let bea = hub.caller("Bea", &[Role::Steward]).await;
    assert_eq!(given(&bea).await, [""; 0], "not for anybody");
    let (_, waiting) = leo.get("/v1/me/cases").await;
    let escalation = &waiting["items"][0]["escalation"];
    assert_eq!(
        (&escalation["by"], &escalation["reason"]),
        (&json!("Ana"), &json!("she knows them")),
        "as it was"
    );
}

#[tokio::test]
async fn what_somebody_holds_goes_back_when_their_last_token_is_revoked() {
    let hub = TestHub::start().await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let second = hub.steward().await;
    let id = source.send(&match_case("x")).await;
    let ana_id = id_of(&ana).await;
    ana.post("/v1/claims", &json!({})).await;
    let person = admin.get(&format!("/v1/people/{ana_id}")).await.1;
    let tokens = person["tokens"].as_array().unwrap().clone();
    assert_eq!(tokens.len(), 2);
    let revoke = async |token: &Value| {
        let path = format!("/v1/tokens/{}", token["id"].as_str().unwrap());
        assert_eq!(answer(admin.request(Method::DELETE, &path)).await.0, 204);
    };
    let claimed = async || eva.post("/v1/claims", &json!({ "case": id })).await;
    revoke(&tokens[0]).await;
    assert_eq!(second.get("/v1/me").await.0, 200);
    assert_eq!(
        problem(&claimed().await).1,
        "not_free",
        "she goes on with the other"
    );
    revoke(&tokens[1]).await;
    assert_eq!(claimed().await.0, 200);
}
