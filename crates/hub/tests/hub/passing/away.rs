//! Out of the office: who stands in is given what is assigned, as far as they may decide it, for as long as it lasts.

use super::*;

async fn away(who: &Api, body: Value) -> Answer {
    put(who, "/v1/me/away", &body).await
}

fn in_seconds(seconds: i64) -> Value {
    json!(chrono::Utc::now() + chrono::Duration::seconds(seconds))
}

#[tokio::test]
async fn what_is_assigned_to_one_who_is_away_goes_to_who_stands_in_until_they_are_back() {
    let hub = TestHub::start().await;
    let (source, ana, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    for name in ["x", "y"] {
        source.send(&match_case(name)).await;
    }
    let (_, list) = lead.get("/v1/cases").await;
    let last = list["items"][1]["id"].as_str().unwrap();
    done(
        lead.post(&format!("/v1/cases/{last}/assign"), &json!({"to": "Ana"}))
            .await,
    )
    .await;
    assert_eq!(given(&eva).await.len(), 1, "Ana's isn't hers");
    let answer = away(&ana, json!({"until": in_seconds(3600), "delegate": "Eva"})).await;
    assert_eq!(
        (answer.0.as_u16(), &answer.1["delegate_name"]),
        (200, &json!("Eva")),
        "{}",
        answer.1
    );
    assert_eq!(ana.get("/v1/me").await.1["away"]["delegate_name"], "Eva");
    let (_, waiting) = eva.get("/v1/me/cases").await;
    assert_eq!(waiting["items"][0]["stands_in_for"], "Ana");
    assert_eq!(given(&kim).await, [] as [&str; 0]);
    let (_, colleagues) = kim.get("/v1/me/colleagues").await;
    let first = &colleagues["items"][0];
    assert_eq!(
        (&first["name"], &first["stands_in"]),
        (&json!("Ana"), &json!("Eva"))
    );
    assert!(given(&eva).await.contains(&last.to_owned()));

    let (status, _) = answer_of(ana.request(Method::DELETE, "/v1/me/away")).await;
    assert_eq!(status, 204);
    assert!(ana.get("/v1/me").await.1["away"].is_null());
    let token = claim(&eva, json!({})).await;
    let mine: Vec<&Value> = token.iter().filter(|c| c["case"]["id"] == *last).collect();
    eva.post(
        "/v1/claims/release",
        &json!({"tokens": [mine[0]["lease"]["token"]], "reason": "sign_out"}),
    )
    .await;
    assert!(!given(&eva).await.contains(&last.to_owned()), "it is Ana's again");
    assert_eq!(given(&ana).await, [last]);
}

async fn answer_of(request: reqwest::RequestBuilder) -> Answer {
    answer(request).await
}

#[tokio::test]
async fn being_away_ends_by_itself_and_without_anybody_to_stand_in_whoever_may_is_given_it() {
    let hub = TestHub::start().await;
    let (source, ana, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let id = source.send(&match_case("x")).await;
    done(
        lead.post(&format!("/v1/cases/{id}/assign"), &json!({"to": "Ana"}))
            .await,
    )
    .await;
    let ends = chrono::Utc::now() + chrono::Duration::milliseconds(1500);
    assert_eq!(away(&ana, json!({"until": ends})).await.0, 200);
    let held = claim(&eva, json!({})).await;
    assert_eq!(held.len(), 1);
    eva.post(
        "/v1/claims/release",
        &json!({"tokens": [held[0]["lease"]["token"]], "reason": "sign_out"}),
    )
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(1700)).await;
    assert_eq!(given(&eva).await, [] as [&str; 0], "she is back");
    assert!(ana.get("/v1/me").await.1["away"].is_null());
}

#[tokio::test]
async fn nobody_stands_in_for_their_own_proposal_or_without_the_role() {
    let hub = TestHub::start().await;
    let (source, ben, lead) = (hub.source().await, hub.approver().await, hub.lead().await);
    let zoe = hub.caller("Zoe", &[Role::Approver]).await;
    let (_, me) = zoe.get("/v1/me").await;
    let mut proposed = action_case("x");
    proposed["proposed_by"] = me["id"].clone();
    let id = source.send(&proposed).await;
    done(
        lead.post(&format!("/v1/cases/{id}/assign"), &json!({"to": "Ben"}))
            .await,
    )
    .await;
    assert_eq!(
        away(&ben, json!({"until": in_seconds(60), "delegate": "Zoe"}))
            .await
            .0,
        200
    );
    assert_eq!(given(&zoe).await, [] as [&str; 0], "she proposed it");
    assert_eq!(zoe.get("/v1/me/cases").await.1["items"], json!([]));
    let refused = zoe.post("/v1/claims", &json!({"case": id})).await;
    assert_eq!(problem(&refused), (403, "not_allowed", ""));
    let refused = away(&ben, json!({"until": in_seconds(60), "delegate": "Lea"})).await;
    assert_eq!(
        problem(&refused),
        (422, "invalid_absence", "/delegate"),
        "she decides nothing"
    );
}

#[tokio::test]
async fn delegates_never_go_round_in_a_circle() {
    let hub = TestHub::start().await;
    let ana = hub.steward().await;
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    assert_eq!(
        away(&ana, json!({"until": in_seconds(60), "delegate": "Eva"}))
            .await
            .0,
        200
    );
    for (who, body, refused) in [
        (
            &eva,
            json!({"until": in_seconds(60), "delegate": "Ana"}),
            ("delegates_in_a_circle", "/delegate"),
        ),
        (
            &eva,
            json!({"until": in_seconds(60), "delegate": "Eva"}),
            ("invalid_absence", "/delegate"),
        ),
        (
            &eva,
            json!({"until": in_seconds(60), "delegate": "Nobody"}),
            ("invalid_absence", "/delegate"),
        ),
        (
            &eva,
            json!({"until": in_seconds(-60)}),
            ("invalid_absence", "/until"),
        ),
    ] {
        let answer = away(who, body.clone()).await;
        assert_eq!(problem(&answer), (422, refused.0, refused.1), "{body}");
    }
    let later = json!({"from": in_seconds(120), "until": in_seconds(180), "delegate": "Ana"});
    assert_eq!(away(&eva, later).await.0, 200, "Ana is back by then");
}
