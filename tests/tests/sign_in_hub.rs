//! Signing in, from the hub's side: the provider's word for a session, against a real provider.

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tiebreak_tests::hub_process::Caller;
use tiebreak_tests::provider::Provider;
use tiebreak_tests::team_hub::{TeamHub, settings};

/// Status and body, whatever they are.
async fn ask(caller: &Caller, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let mut request = caller.request(method, path);
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn nonce(hub: &TeamHub) -> String {
    let nobody = Caller::new(&hub.base, "");
    let offer = nobody.get("/v1/sign-in").await;
    offer["oidc"]["nonce"].as_str().unwrap().to_owned()
}

async fn session(hub: &TeamHub, body: &Value) -> (u16, Value) {
    ask(&Caller::new(&hub.base, ""), Method::POST, "/v1/sessions", body).await
}

/// Signs in with a token made as asked for; what the hub answers.
async fn with(hub: &TeamHub, provider: &Provider, mut what: Value) -> (u16, Value) {
    if what["claims"]["nonce"].is_null() {
        what["claims"]["nonce"] = json!(nonce(hub).await);
    }
    let id_token = provider.sign(&what).await;
    session(hub, &json!({ "id_token": id_token })).await
}

fn as_caller(hub: &TeamHub, session: &Value) -> Caller {
    Caller::new(&hub.base, session["token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_first_is_a_person_without_roles_until_an_admin_gives_some() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let (status, first) = with(&hub, &provider, json!({})).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!((&first["name"], &first["roles"]), (&json!("Ana"), &json!([])));
    let ana = as_caller(&hub, &first);
    assert_eq!(ana.get("/v1/me").await["roles"], json!([]));
    let refused = ask(&ana, Method::GET, "/v1/queues", &Value::Null).await;
    assert_eq!((refused.0, &refused.1["code"]), (403, &json!("not_allowed")));

    let admin = hub.caller("Root", Role::Admin).await;
    let (status, person) = hub
        .give(&admin, "Ana", json!({"roles": ["steward"], "queues": ["sites"]}))
        .await;
    assert_eq!(status, 200, "{person}");
    assert_eq!(person["signs_in"], true);
    assert_eq!(
        ana.get("/v1/queues").await["items"],
        json!([]),
        "at the next request"
    );

    let (_, second) = with(&hub, &provider, json!({"claims": {"name": "Anna"}})).await;
    assert_eq!(
        second["person_id"], first["person_id"],
        "the same, whatever they are called"
    );
    let (_, other) = with(&hub, &provider, json!({"claims": {"sub": "ana-2"}})).await;
    assert_ne!(other["person_id"], first["person_id"]);
    assert_eq!(other["name"], "Ana (2)", "nobody gets a name that somebody has");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_token_that_is_not_meant_for_this_is_refused_by_code() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let long_ago = 1_700_000_000;
    for (what, code) in [
        (json!({"claims": {"nonce": "made up"}}), "wrong_nonce"),
        (
            json!({"claims": {"nonce": "a.99999999999.ffffffffffffffffffffffff"}}),
            "wrong_nonce",
        ),
        (json!({"claims": {"aud": "another-program"}}), "wrong_audience"),
        (
            json!({"claims": {"aud": ["tiebreak", "another-program"], "azp": "another-program"}}),
            "wrong_audience",
        ),
        (
            json!({"claims": {"aud": ["tiebreak", "another-program"]}}),
            "wrong_audience",
        ),
        (
            json!({"claims": {"iss": "https://elsewhere.example"}}),
            "wrong_issuer",
        ),
        (
            json!({"claims": {"exp": long_ago, "iat": long_ago - 60}}),
            "identity_token_expired",
        ),
        (json!({"foreign": true, "claims": {}}), "invalid_identity_token"),
        (
            json!({"alg": "HS256", "secret": "a secret that anybody could have, long enough for it", "claims": {}}),
            "invalid_identity_token",
        ),
    ] {
        let (status, problem) = with(&hub, &provider, what.clone()).await;
        assert_eq!(
            (status, &problem["code"]),
            (401, &json!(code)),
            "{what}: {problem}"
        );
    }
    let (status, problem) = session(&hub, &json!({"id_token": "no.token.atall"})).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("invalid_identity_token"))
    );
    let admin = hub.caller("Root", Role::Admin).await;
    let access = admin.get("/v1/access").await;
    assert_eq!(
        access["people"].as_array().unwrap().len(),
        1,
        "nobody came of it: {access}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_token_is_taken_once_and_a_nonce_for_ten_minutes() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let claims = json!({"claims": {"nonce": nonce(&hub).await}});
    let id_token = provider.sign(&claims).await;
    let body = json!({ "id_token": id_token });
    assert_eq!(session(&hub, &body).await.0, 201);
    let (status, problem) = session(&hub, &body).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("identity_token_replayed"))
    );

    let late = json!({"claims": {"nonce": nonce(&hub).await, "exp": chrono::Utc::now().timestamp() + 7200}});
    hub.clock.advance_seconds(601);
    let (status, problem) = with(&hub, &provider, late).await;
    assert_eq!((status, &problem["code"]), (401, &json!("wrong_nonce")));
}

#[tokio::test(flavor = "multi_thread")]
async fn new_signing_keys_are_found_and_the_old_ones_count_no_longer() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    assert_eq!(with(&hub, &provider, json!({"claims": {}})).await.0, 201);
    let claims = json!({"claims": {"nonce": nonce(&hub).await}});
    let old = provider.sign(&claims).await;
    provider.rotate().await;
    assert_eq!(with(&hub, &provider, json!({"claims": {}})).await.0, 201);
    let (status, problem) = session(&hub, &json!({ "id_token": old })).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("invalid_identity_token"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_away_it_is_said_so_and_tokens_go_on() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let machine = hub.caller("matcher", Role::Source).await;
    provider.set_away(true).await;
    let (status, problem) = with(&hub, &provider, json!({"claims": {}})).await;
    assert_eq!((status, &problem["code"]), (503, &json!("provider_away")));
    assert_eq!(machine.get("/v1/me").await["name"], "matcher");
    provider.set_away(false).await;
    assert_eq!(with(&hub, &provider, json!({"claims": {}})).await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_provider_offers_none() {
    let hub = TeamHub::start(None).await;
    let nobody = Caller::new(&hub.base, "");
    assert_eq!(nobody.get("/v1/sign-in").await, json!({"oidc": null}));
    let (status, problem) = session(&hub, &json!({"id_token": "x.y.z"})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("sign_in_not_offered")));
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_at_the_provider_give_roles_anew_with_each_sign_in() {
    let provider = Provider::start();
    let groups = json!({"groups": {
        "stewards": {"roles": ["steward"], "queues": ["sites"], "ceiling": "internal"},
        "approvers": {"roles": ["approver"], "queues": ["refunds"], "ceiling": "confidential"},
    }});
    let hub = TeamHub::start(Some(settings(&provider, groups))).await;
    let admin = hub.caller("Root", Role::Admin).await;
    let of = |groups: Value| json!({"claims": {"groups": groups}});
    let (_, first) = with(&hub, &provider, of(json!(["stewards", "unknown"]))).await;
    assert_eq!(first["roles"], json!(["steward"]));
    with(&hub, &provider, of(json!(["stewards", "approvers"]))).await;
    let person = hub.person(&admin, "Ana").await;
    assert_eq!(person["roles"], json!(["steward", "approver"]));
    assert_eq!(person["queues"], json!(["sites", "refunds"]));
    assert_eq!(
        (&person["ceiling"], &person["managed"]),
        (&json!("confidential"), &json!(true))
    );

    let (status, problem) = hub.give(&admin, "Ana", json!({"roles": ["admin"]})).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("managed_by_provider"))
    );
    with(&hub, &provider, of(json!([]))).await;
    let ana = as_caller(&hub, &first);
    assert_eq!(
        ana.get("/v1/me").await["roles"],
        json!([]),
        "in the session before, too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_within_the_hour_and_is_renewed_for_the_same_person() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let (_, first) = with(&hub, &provider, json!({"claims": {}})).await;
    let ana = as_caller(&hub, &first);
    let admin = hub.caller("Root", Role::Admin).await;
    let may = json!({"roles": ["lead"], "queues": [], "ceiling": null, "minutes": 120});
    hub.give(&admin, "Ana", json!({"roles": [], "may_elevate": may}))
        .await;
    let raise = json!({"roles": ["lead"], "reason": "on call", "minutes": 120});
    assert_eq!(ask(&ana, Method::POST, "/v1/elevations", &raise).await.0, 201);
    hub.clock.advance_seconds(3601);
    let (status, problem) = ask(&ana, Method::GET, "/v1/me", &Value::Null).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_expired")));

    let renew = async |claims: Value| {
        let mut claims = claims;
        claims["exp"] = json!(chrono::Utc::now().timestamp() + 4 * 3600);
        let id_token = provider.sign(&json!({ "claims": claims })).await;
        session(&hub, &json!({"id_token": id_token, "previous": first["token"]})).await
    };
    let (status, problem) = renew(json!({"sub": "eva"})).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("session_ended")),
        "somebody else"
    );
    let (status, second) = renew(json!({})).await;
    assert_eq!((status, &second["person_id"]), (201, &first["person_id"]));
    let again = as_caller(&hub, &second);
    assert_eq!(again.get("/v1/me").await["name"], "Ana");
    assert_eq!(
        again.get("/v1/me").await["roles"],
        json!(["lead"]),
        "what was raised is raised as long as it is the same sign-in"
    );
    let (_, elsewhere) = with(
        &hub,
        &provider,
        json!({"claims": {"exp": chrono::Utc::now().timestamp() + 9000}}),
    )
    .await;
    let elsewhere = as_caller(&hub, &elsewhere);
    assert_eq!(elsewhere.get("/v1/me").await["roles"], json!([]), "another one");

    assert_eq!(
        ask(&again, Method::DELETE, "/v1/sessions", &Value::Null).await.0,
        204
    );
    let (status, problem) = ask(&again, Method::GET, "/v1/me", &Value::Null).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_revoked")));
    let id_token = provider
        .sign(&json!({"claims": {"exp": chrono::Utc::now().timestamp() + 9000, "jti": "x"}}))
        .await;
    let (status, problem) = session(&hub, &json!({"id_token": id_token, "previous": second["token"]})).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("session_ended")),
        "signed out is signed out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_person_does_not_sign_in() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    with(&hub, &provider, json!({"claims": {}})).await;
    let admin = hub.caller("Root", Role::Admin).await;
    hub.give(&admin, "Ana", json!({"roles": [], "disabled": true}))
        .await;
    let (status, problem) = with(&hub, &provider, json!({"claims": {}})).await;
    assert_eq!((status, &problem["code"]), (401, &json!("person_disabled")));
    let refused: Vec<Value> = admin
        .everything("/v1/audit")
        .await
        .into_iter()
        .filter(|entry| entry["header"]["action"] == "request.refused")
        .collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
}
