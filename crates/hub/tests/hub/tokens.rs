//! Tokens made and listed over HTTP, and the public keys of devices.

use domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::cases::match_case;
use crate::common::{Answer, Api, TestHub, answer, problem};

async fn delete(api: &Api, path: &str) -> Answer {
    answer(api.request(Method::DELETE, path)).await
}

async fn entries(admin: &Api, action: &str) -> Vec<Value> {
    admin.everything(&format!("/v1/audit?action={action}")).await
}

#[tokio::test]
async fn an_admin_makes_a_token_that_is_shown_once_and_works_until_it_ends() {
    let clock = tiebreak_hub::Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let admin = hub.admin().await;
    let until = hub.hub.now() + chrono::Duration::days(1);
    let wanted = json!({"name": "crm-matcher", "roles": ["source"], "sources": ["crm"], "expires_at": until});
    let (status, made) = admin.post("/v1/tokens", &wanted).await;
    assert_eq!(status, 201, "{made}");
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("tbk_") && token.len() >= 32, "{made}");
    assert_eq!(
        (&made["name"], &made["roles"], &made["sources"]),
        (&json!("crm-matcher"), &json!(["source"]), &json!(["crm"]))
    );
    let machine = Api::new(&hub.base, token);
    machine.send(&match_case("pair")).await;
    let listed = admin.everything("/v1/tokens").await;
    let theirs: Vec<&Value> = listed.iter().filter(|t| t["name"] == "crm-matcher").collect();
    assert_eq!(theirs.len(), 1);
    assert_eq!(
        (&theirs[0]["id"], &theirs[0]["sources"], &theirs[0]["session"]),
        (&made["id"], &json!(["crm"]), &json!(false))
    );
    let everywhere = json!([listed, admin.everything("/v1/audit").await]).to_string();
    assert!(!everywhere.contains(token), "shown once");
    let noted = entries(&admin, "token.created").await;
    let entry = noted
        .iter()
        .find(|e| e["payload"]["token"] == made["id"])
        .unwrap();
    assert_eq!(entry["header"]["person"], admin.get("/v1/me").await.1["id"]);

    let again = json!({"name": "crm-matcher", "roles": ["steward"]});
    let (_, second) = admin.post("/v1/tokens", &again).await;
    assert_eq!(
        second["person_id"], made["person_id"],
        "another of the same person"
    );
    let page = async |after: &str| admin.get(&format!("/v1/tokens?limit=2&after={after}")).await.1;
    let first = page("").await;
    let second = page(first["next"].as_str().unwrap()).await;
    let rows = |page: &Value| page["items"].as_array().unwrap().len();
    assert_eq!((rows(&first), rows(&second)), (2, 1), "page by page");
    assert_eq!(second["next"], Value::Null);
    clock.advance_seconds(24 * 3600);
    assert_eq!(problem(&machine.get("/v1/me").await).1, "token_expired");
}

#[tokio::test]
async fn a_token_that_makes_no_sense_is_refused_with_the_place() {
    let hub = TestHub::start().await;
    let admin = hub.admin().await;
    for (wanted, pointer) in [
        (json!({"name": " ", "roles": ["source"]}), "/name"),
        (json!({"name": "x", "roles": []}), "/roles"),
        (
            json!({"name": "x", "roles": ["steward"], "sources": ["crm"]}),
            "/sources",
        ),
        (
            json!({"name": "x", "roles": ["source"], "sources": [" "]}),
            "/sources/0",
        ),
        (
            json!({"name": "x", "roles": ["source"], "expires_at": "2020-01-01T00:00:00Z"}),
            "/expires_at",
        ),
    ] {
        let refused = admin.post("/v1/tokens", &wanted).await;
        assert_eq!(problem(&refused), (422, "invalid_token", pointer), "{wanted}");
    }
    let lead = hub.lead().await;
    let wanted = json!({"name": "mine", "roles": ["admin"]});
    assert_eq!(problem(&lead.post("/v1/tokens", &wanted).await).1, "not_allowed");
    assert_eq!(lead.get("/v1/tokens").await.0, 200);
    assert_eq!(
        problem(&hub.steward().await.get("/v1/tokens").await).1,
        "not_allowed"
    );
}

#[tokio::test]
async fn who_is_an_admin_for_a_while_makes_no_token_that_outlasts_it() {
    let hub = TestHub::start().await;
    let (admin, lea) = (hub.admin().await, hub.lead().await);
    let id = lea.get("/v1/me").await.1["id"].as_str().unwrap().to_owned();
    let may = json!({"roles": ["admin"], "queues": [], "ceiling": null, "minutes": 60});
    let change = json!({"version": 1, "roles": [], "may_elevate": may});
    let given = answer(
        admin
            .request(Method::PUT, &format!("/v1/people/{id}"))
            .json(&change),
    );
    assert_eq!(given.await.0, 200);
    let ask = json!({"roles": ["admin"], "reason": "nobody else is here", "minutes": 60});
    assert_eq!(lea.post("/v1/elevations", &ask).await.0, 201);
    let lasting = json!({"name": "back door", "roles": ["admin"]});
    let refused = lea.post("/v1/tokens", &lasting).await;
    assert_eq!(problem(&refused), (422, "invalid_token", "/expires_at"));
    let soon = hub.hub.now() + chrono::Duration::minutes(5);
    let short = json!({"name": "importer", "roles": ["source"], "expires_at": soon});
    assert_eq!(lea.post("/v1/tokens", &short).await.0, 201);
    for change in [
        json!({"version": 2, "roles": ["admin"]}),
        json!({"version": 2, "roles": [], "may_elevate": null}),
    ] {
        let request = lea.request(Method::PUT, &format!("/v1/people/{id}"));
        let refused = answer(request.json(&change)).await;
        assert_eq!(
            problem(&refused),
            (403, "not_allowed", ""),
            "nor anything else that lasts"
        );
    }
}

#[tokio::test]
async fn a_devices_key_is_enrolled_listed_and_revoked_and_stays_listed() {
    let hub = TestHub::start().await;
    let (admin, source, ana) = (hub.admin().await, hub.source().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let public = hex::encode(
        ed25519_dalek::SigningKey::from_bytes(&[7; 32])
            .verifying_key()
            .to_bytes(),
    );
    let key = json!({"name": "laptop", "alg": "ed25519", "public_key": public});
    for (change, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"alg": "rsa"}), "/alg"),
        (json!({"public_key": "00"}), "/public_key"),
    ] {
        let mut bad = key.clone();
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        bad[name] = value.clone();
        assert_eq!(
            problem(&ana.post("/v1/keys", &bad).await),
            (422, "invalid_key", pointer)
        );
    }
    let (status, made) = ana.post("/v1/keys", &key).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(problem(&eva.post("/v1/keys", &key).await), (409, "key_known", ""));
    assert_eq!(problem(&source.post("/v1/keys", &key).await).1, "not_allowed");
    let listed = source.everything("/v1/keys").await;
    assert_eq!(listed, std::slice::from_ref(&made), "for whoever verifies");
    let path = format!("/v1/keys/{}", made["id"].as_str().unwrap());
    assert_eq!(delete(&eva, &path).await.0, 404, "somebody else's isn't there");
    assert_eq!(delete(&ana, &path).await.0, 204);
    assert_eq!(delete(&admin, &path).await.0, 404, "once");
    assert!(source.everything("/v1/keys").await[0]["revoked_at"].is_string());
    for action in ["key.enrolled", "key.revoked"] {
        assert_eq!(entries(&admin, action).await.len(), 1, "{action}");
    }
}
