//! Raising oneself for a while, and what ends with it.

use domain::policy::Role;
use reqwest::Method;
use serde_json::json;
use tiebreak_hub::Clock;

use super::{audited, give, id_of};
use crate::common::cases::{action_case, match_case};
use crate::common::{Answer, Api, TestHub, answer, decision, fate, problem};

#[tokio::test]
async fn an_elevation_gives_more_for_a_while_and_ends_by_itself() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| {
        (options.undo_seconds, options.clock) = (0, clock.clone());
    })
    .await;
    let (source, admin, ana) = (hub.source().await, hub.admin().await, hub.steward().await);
    let mut refund = action_case("r");
    refund["sensitivity"] = json!("restricted");
    let case_id = source.send(&refund).await;
    let id = id_of(&ana).await;
    let ask = json!({"roles": ["approver"], "queues": ["refunds"], "ceiling": "restricted", "reason": "on call", "minutes": 30});
    let refused = ana.post("/v1/elevations", &ask).await;
    assert_eq!(problem(&refused), (403, "not_allowed", ""), "nobody allowed it");
    give(
        &admin,
        &id,
        json!({"queues": ["sites"], "ceiling": "internal",
               "may_elevate": {"roles": ["approver"], "queues": ["refunds"], "ceiling": "restricted", "minutes": 30}}),
    )
    .await;
    let mut wide = ask.clone();
    wide["roles"] = json!(["admin"]);
    assert_eq!(problem(&ana.post("/v1/elevations", &wide).await).1, "not_allowed");
    wide = ask.clone();
    wide["reason"] = json!(" ");
    assert_eq!(
        problem(&ana.post("/v1/elevations", &wide).await),
        (422, "invalid_elevation", "/reason")
    );

    let path = format!("/v1/cases/{case_id}");
    assert_eq!(ana.get(&path).await.0, 404);
    let (status, elevation) = ana.post("/v1/elevations", &ask).await;
    assert_eq!(status, 201, "{elevation}");
    assert_eq!(elevation["words"], "approver, queue refunds, up to restricted");
    let case = ana.case(&case_id).await;
    let shown = admin.get("/v1/access").await.1;
    let person = shown["people"]
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["id"] == id.as_str())
        .unwrap();
    assert_eq!(person["elevations"][0]["reason"], "on call");
    assert_eq!(person["has"], json!(["steward", "approver"]));
    assert_eq!(person["can"], json!(["read", "decide", "trigger"]));

    clock.advance_seconds(30 * 60);
    assert_eq!(ana.get(&path).await.0, 404, "the next request is refused");
    let late = ana
        .post_one("/v1/decisions", &decision(&case, crate::common::cases::approve()))
        .await;
    assert_eq!(fate(&late).1, "not_found");
    tiebreak_hub::ticking::once(&hub.hub).await.unwrap();
    let ended = audited(&admin, "elevation.ended").await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0]["payload"]["by_time"], true);
    assert_eq!(
        audited(&admin, "elevation.begun").await[0]["payload"]["reason"],
        "on call"
    );
}

#[tokio::test]
async fn an_elevation_is_ended_by_its_person_or_an_admin_and_when_it_is_no_longer_allowed() {
    let hub = TestHub::start().await;
    let (admin, ana) = (hub.admin().await, hub.steward().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = id_of(&ana).await;
    let allowed = json!({"may_elevate": {"roles": ["lead"], "queues": [], "ceiling": null, "minutes": 60}});
    give(&admin, &id, allowed.clone()).await;
    let ask = json!({"roles": ["lead"], "reason": "holiday", "minutes": 60});
    let begin = async || {
        let (_, elevation) = ana.post("/v1/elevations", &ask).await;
        assert_eq!(ana.get("/v1/people").await.0, 200);
        format!("/v1/elevations/{}", elevation["id"].as_str().unwrap())
    };
    let end = async |api: &Api, path: &str| answer(api.request(Method::DELETE, path)).await.0.as_u16();
    let first = begin().await;
    assert_eq!(end(&eva, &first).await, 404, "somebody else's isn't there");
    assert_eq!(ana.get("/v1/people").await.0, 200, "and goes on");
    assert_eq!(end(&ana, &first).await, 204);
    assert_eq!(problem(&ana.get("/v1/people").await).1, "not_allowed");
    let second = begin().await;
    assert_eq!(end(&admin, &second).await, 204);
    assert_eq!(ana.get("/v1/people").await.0, 403);
    begin().await;
    give(&admin, &id, json!({})).await;
    assert_eq!(ana.get("/v1/people").await.0, 403);
}

#[tokio::test]
async fn an_elevation_raises_the_token_that_asked_and_no_other_of_the_same_person() {
    let hub = TestHub::start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    let (mia, machine) = (
        hub.caller("Mia", &[Role::Steward]).await,
        hub.caller("Mia", &[Role::Source]).await,
    );
    let may = json!({"roles": ["approver"], "queues": [], "ceiling": null, "minutes": 60});
    give(&admin, &id_of(&mia).await, json!({ "may_elevate": may })).await;
    let ask = json!({"roles": ["approver"], "reason": "on call", "minutes": 60});
    assert_eq!(mia.post("/v1/elevations", &ask).await.0, 201);
    let roles = async |who: &Api| who.get("/v1/me").await.1["roles"].clone();
    assert_eq!(roles(&mia).await, json!(["steward", "approver"]));
    assert_eq!(roles(&machine).await, json!(["source"]));
    let elevations = async |who: &Api| {
        let shown = who.get("/v1/me").await.1["elevations"].clone();
        shown.as_array().unwrap().len()
    };
    assert_eq!((elevations(&mia).await, elevations(&machine).await), (1, 0));
    let case = mia.case(&source.send(&action_case("r")).await).await;
    let refused = machine
        .post("/v1/decisions", &decision(&case, crate::common::cases::approve()))
        .await;
    assert_eq!(problem(&refused), (403, "not_allowed", ""));
}

#[tokio::test]
async fn a_lease_ends_with_the_elevation_it_was_taken_under() {
    let clock = Clock::system();
    let hub = TestHub::start_with(|options| options.clock = clock.clone()).await;
    let (source, admin, mia) = (hub.source().await, hub.admin().await, hub.steward().await);
    let ben = hub.approver().await;
    let id = source.send(&action_case("r")).await;
    let own = source.send(&match_case("own")).await;
    let may = json!({"roles": ["approver"], "queues": [], "ceiling": null, "minutes": 60});
    give(&admin, &id_of(&mia).await, json!({ "may_elevate": may })).await;
    let ask = json!({"roles": ["approver"], "reason": "on call", "minutes": 5});
    let claimed = async |who: &Api, id: &str| who.post("/v1/claims", &json!({"case": id})).await;
    let renewed = async |claims: &Answer| {
        let tokens = json!({"tokens": [claims.1["items"][0]["lease"]["token"]]});
        mia.post_one("/v1/claims/renew", &tokens).await["result"].clone()
    };
    let kept = claimed(&mia, &own).await;
    for ends_by_itself in [false, true] {
        let (_, elevation) = mia.post("/v1/elevations", &ask).await;
        let held = claimed(&mia, &id).await;
        assert_eq!(held.0, 200, "{}", held.1);
        assert_eq!(renewed(&held).await, "renewed");
        if ends_by_itself {
            clock.advance_seconds(5 * 60);
            assert_eq!(renewed(&held).await, "lost", "before anybody noted that it ended");
            tiebreak_hub::ticking::once(&hub.hub).await.unwrap();
        } else {
            let path = format!("/v1/elevations/{}", elevation["id"].as_str().unwrap());
            assert_eq!(answer(mia.request(Method::DELETE, &path)).await.0, 204);
        }
        assert_eq!(renewed(&held).await, "lost");
        assert_eq!(
            renewed(&kept).await,
            "renewed",
            "what she may decide anyway stays"
        );
        let taken = claimed(&ben, &id).await;
        assert_eq!(taken.0, 200, "others get it: {}", taken.1);
        let tokens = json!({"tokens": [taken.1["items"][0]["lease"]["token"]], "reason": "sign_out"});
        ben.post_one("/v1/claims/release", &tokens).await;
    }
}

#[tokio::test]
async fn a_lease_taken_under_an_elevation_stays_while_that_one_runs() {
    let hub = TestHub::start().await;
    let (source, admin, mia) = (hub.source().await, hub.admin().await, hub.steward().await);
    let id = source.send(&action_case("r")).await;
    let may = json!({"roles": ["approver", "lead"], "queues": [], "ceiling": null, "minutes": 60});
    give(&admin, &id_of(&mia).await, json!({ "may_elevate": may })).await;
    let raise = async |role: &str| {
        let ask = json!({"roles": [role], "reason": "on call", "minutes": 5});
        mia.post("/v1/elevations", &ask).await.1["id"].clone()
    };
    raise("approver").await;
    let other = raise("lead").await;
    let (_, held) = mia.post("/v1/claims", &json!({ "case": id })).await;
    let path = format!("/v1/elevations/{}", other.as_str().unwrap());
    assert_eq!(answer(mia.request(Method::DELETE, &path)).await.0, 204);
    let tokens = json!({"tokens": [held["items"][0]["lease"]["token"]]});
    assert_eq!(
        mia.post_one("/v1/claims/renew", &tokens).await["result"],
        "renewed"
    );
}
