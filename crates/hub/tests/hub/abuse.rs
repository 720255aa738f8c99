//! What somebody tries who means it: refused, by code, and written down with who it was.

use domain::policy::Role;
use serde_json::{Value, json};
use tiebreak_hub::access::NewToken;
use tiebreak_hub::refusals::PER_MINUTE;
use uuid::Uuid;

use crate::common::cases::{action_case, approve, different, match_case, same};
use crate::common::receiver::Receiver;
use crate::common::{Answer, Api, TestHub, decision, fate, problem};
use crate::lines;

/// A hub, who looks into its audit, and a case of the stewards.
struct Watched {
    hub: TestHub,
    admin: Api,
    source: Api,
    case: String,
}

impl Watched {
    async fn hub() -> Self {
        Self::from(TestHub::start().await).await
    }

    async fn from(hub: TestHub) -> Self {
        let (admin, source) = (hub.admin().await, hub.source().await);
        let case = source.send(&match_case("pair")).await;
        Self {
            hub,
            admin,
            source,
            case,
        }
    }

    /// Somebody of these roles who sees one queue only.
    async fn of_queue(&self, name: &str, role: Role, queue: &str) -> Api {
        let new = NewToken {
            name: name.into(),
            roles: vec![role],
            queues: vec![queue.into()],
            ..NewToken::default()
        };
        self.hub.caller_with(new).await
    }

    /// What was refused to them, newest last.
    async fn refused_to(&self, name: &str) -> Vec<Value> {
        let path = format!("/v1/audit?action=request.refused&person={name}");
        self.admin.everything(&path).await
    }

    /// The one entry about them has this code, address and case.
    async fn is_written_down(&self, name: &str, code: &str, request: &str, case: Option<&str>) {
        let entries = self.refused_to(name).await;
        assert_eq!(entries.len(), 1, "{name} {code}: {entries:?}");
        let entry = &entries[0];
        assert_eq!(
            entry["payload"],
            json!({"code": code, "request": request}),
            "{entry}"
        );
        assert_eq!(entry["header"]["case_id"].as_str(), case, "{entry}");
        assert!(entry["header"]["person"].is_string(), "{entry}");
        assert!(entry["header"]["token"].is_string(), "{entry}");
    }
}

#[tokio::test]
async fn who_lacks_the_role_is_refused_and_written_down() {
    let watched = Watched::hub().await;
    let admin = watched.hub.admin().await;
    let answer = admin.post("/v1/claims", &json!({})).await;
    assert_eq!(problem(&answer), (403, "not_allowed", ""));
    watched
        .is_written_down("Root", "not_allowed", "POST /v1/claims", None)
        .await;
    let approver = watched.hub.approver().await;
    let steward = watched.hub.steward().await;
    let given = decision(&steward.case(&watched.case).await, same());
    let item = approver.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&item), ("refused", "not_allowed", ""));
    watched
        .is_written_down("Ben", "not_allowed", "POST /v1/decisions", Some(&watched.case))
        .await;
    let answer = steward.get("/v1/audit").await;
    assert_eq!(problem(&answer), (403, "not_allowed", ""));
    watched
        .is_written_down("Ana", "not_allowed", "GET /v1/audit", None)
        .await;
}

#[tokio::test]
async fn who_sends_cases_of_a_source_that_is_not_theirs_is_written_down() {
    let watched = Watched::hub().await;
    let mut foreign = match_case("foreign");
    foreign["source"] = json!("billing");
    for (name, streamed) in [("crm-matcher", false), ("erp-matcher", true)] {
        let sender = watched
            .hub
            .caller_with(NewToken {
                name: name.into(),
                roles: vec![Role::Source],
                sources: vec!["crm".into()],
                ..NewToken::default()
            })
            .await;
        let item = if streamed {
            lines::send(&sender, "", foreign.to_string()).await.remove(0)
        } else {
            sender.post_one("/v1/cases", &foreign).await
        };
        assert_eq!(fate(&item), ("refused", "source_not_allowed", "/source"));
        watched
            .is_written_down(name, "source_not_allowed", "POST /v1/cases", None)
            .await;
    }
}

#[tokio::test]
async fn a_case_of_another_queue_is_neither_read_nor_claimed_nor_decided() {
    let watched = Watched::hub().await;
    let steward = watched.hub.steward().await;
    let given = decision(&steward.case(&watched.case).await, same());
    for (name, request) in [
        ("Ada", "GET /v1/cases/{id}"),
        ("Bea", "POST /v1/claims"),
        ("Cas", "POST /v1/decisions"),
        ("Dan", "POST /v1/cases/{id}/comments"),
    ] {
        let who = watched.of_queue(name, Role::Steward, "elsewhere").await;
        let path = format!("/v1/cases/{}", watched.case);
        match name {
            "Ada" => assert_eq!(problem(&who.get(&path).await), (404, "not_found", "")),
            "Bea" => {
                let answer = who.post("/v1/claims", &json!({"case": watched.case})).await;
                assert_eq!(problem(&answer), (404, "not_found", ""));
                let all = who.post("/v1/claims", &json!({})).await.1;
                assert_eq!(all["items"], json!([]), "and it isn't among what comes next");
            }
            "Cas" => {
                let item = who.post_one("/v1/decisions", &given).await;
                assert_eq!(fate(&item), ("refused", "not_found", "/case_id"));
            }
            _ => {
                let comment = json!({"text": "let me in"});
                let answer = who.post(&format!("{path}/comments"), &comment).await;
                assert_eq!(problem(&answer), (404, "not_found", ""));
            }
        }
        watched
            .is_written_down(name, "not_found", request, Some(&watched.case))
            .await;
    }
    let case = steward.case(&watched.case).await;
    assert_eq!((&case["state"], &case["comments"]), (&json!("open"), &json!([])));
}

#[tokio::test]
async fn nobody_decides_what_they_proposed() {
    let watched = Watched::hub().await;
    let ben = watched.hub.approver().await;
    let mut case = action_case("refund");
    case["proposed_by"] = ben.get("/v1/me").await.1["id"].clone();
    let id = watched.source.send(&case).await;
    assert_eq!(
        ben.post("/v1/claims", &json!({})).await.1["items"],
        json!([]),
        "it isn't given to them"
    );
    let item = ben
        .post_one("/v1/decisions", &decision(&ben.case(&id).await, approve()))
        .await;
    assert_eq!(fate(&item), ("refused", "not_allowed", ""));
    watched
        .is_written_down("Ben", "not_allowed", "POST /v1/decisions", Some(&id))
        .await;
    assert_eq!(ben.case(&id).await["state"], "open");
}

#[tokio::test]
async fn nobody_is_the_second_to_themselves() {
    let watched = Watched::hub().await;
    crate::policies::set(&watched.hub, "sites", json!({"approvers": 2})).await;
    let ana = watched.hub.steward().await;
    let case = ana.case(&watched.case).await;
    let first = ana.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(first["case_state"], "awaiting_second", "{first}");
    let second = ana.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(fate(&second).1, "second_must_differ", "{second}");
    watched
        .is_written_down(
            "Ana",
            "second_must_differ",
            "POST /v1/decisions",
            Some(&watched.case),
        )
        .await;
}

#[tokio::test]
async fn a_decision_replayed_counts_once_and_not_for_anybody_else() {
    let watched = Watched::hub().await;
    let (ana, eva) = (
        watched.hub.steward().await,
        watched.hub.caller("Eva", &[Role::Steward]).await,
    );
    let given = decision(&ana.case(&watched.case).await, same());
    assert_eq!(fate(&ana.post_one("/v1/decisions", &given).await).0, "accepted");
    assert_eq!(fate(&ana.post_one("/v1/decisions", &given).await).0, "duplicate");
    assert_eq!(
        watched.refused_to("Ana").await,
        [] as [Value; 0],
        "a lost answer asked for again is nothing to write down"
    );
    let replayed = eva.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&replayed), ("refused", "id_reused", "/id"));
    watched
        .is_written_down("Eva", "id_reused", "POST /v1/decisions", Some(&watched.case))
        .await;
    let mut turned = given.clone();
    turned["verdict"] = different();
    let turned = ana.post_one("/v1/decisions", &turned).await;
    assert_eq!(fate(&turned), ("refused", "id_reused", "/id"));
    watched
        .is_written_down("Ana", "id_reused", "POST /v1/decisions", Some(&watched.case))
        .await;
    assert_eq!(watched.source.everything("/v1/decisions").await.len(), 1);
}

#[tokio::test]
async fn a_decision_moved_to_another_case_is_refused_by_its_hash() {
    let watched = Watched::hub().await;
    let ana = watched.hub.steward().await;
    let mut other = match_case("other");
    other["body"]["records"][0]["fields"]["name"] = json!("Somebody else");
    let other = watched.source.send(&other).await;
    let mut given = decision(&ana.case(&watched.case).await, same());
    given["case_id"] = json!(other);
    let item = ana.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&item), ("refused", "content_mismatch", "/content_hash"));
    watched
        .is_written_down("Ana", "content_mismatch", "POST /v1/decisions", Some(&other))
        .await;
}

async fn leased(who: &Api) -> String {
    let (_, claimed) = who.post("/v1/claims", &json!({})).await;
    let token = claimed["items"][0]["lease"]["token"].as_str();
    token.unwrap_or_else(|| panic!("{claimed}")).to_owned()
}

#[tokio::test]
async fn a_lease_that_was_given_back_is_lost_to_who_uses_it_again() {
    let watched = Watched::hub().await;
    let ana = watched.hub.steward().await;
    let tokens = json!({"tokens": [leased(&ana).await], "reason": "skip"});
    let given_back = ana.post_one("/v1/claims/release", &tokens).await;
    assert_eq!(given_back["result"], "released");
    let renewed = ana.post_one("/v1/claims/renew", &tokens).await;
    assert_eq!(renewed["result"], "lost", "{renewed}");
    watched
        .is_written_down("Ana", "lost", "POST /v1/claims/renew", Some(&watched.case))
        .await;
    let audited = json!(watched.refused_to("Ana").await).to_string();
    assert!(
        !audited.contains(tokens["tokens"][0].as_str().unwrap()),
        "the token itself isn't written down"
    );
}

#[tokio::test]
async fn somebody_elses_lease_can_be_neither_renewed_nor_given_back() {
    let watched = Watched::hub().await;
    let (ana, eva) = (
        watched.hub.steward().await,
        watched.hub.caller("Eva", &[Role::Steward]).await,
    );
    let tokens = json!({"tokens": [leased(&ana).await], "reason": "skip"});
    let given_back = eva.post_one("/v1/claims/release", &tokens).await;
    assert_eq!(given_back["result"], "lost", "{given_back}");
    watched
        .is_written_down("Eva", "lost", "POST /v1/claims/release", Some(&watched.case))
        .await;
    let renewed = ana.post_one("/v1/claims/renew", &tokens).await;
    assert_eq!(renewed["result"], "renewed", "it is still Ana's: {renewed}");
}

#[tokio::test]
async fn a_forged_webhook_fails_its_signature_and_a_forged_outcome_its_source() {
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.allow_private_webhooks = true;
    })
    .await;
    let watched = Watched::from(hub).await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url, "events": ["decision.released"]});
    let (_, made) = watched.admin.post("/v1/webhooks", &hook).await;
    let ana = watched.hub.steward().await;
    let given = decision(&ana.case(&watched.case).await, same());
    ana.post_one("/v1/decisions", &given).await;
    let told = receiver.wait_for(1).await.remove(0);

    let verifier = standardwebhooks::Webhook::new(made["secret"].as_str().unwrap()).unwrap();
    assert!(verifier.verify(&told.body, &told.headers).is_ok());
    let turned = String::from_utf8(told.body.to_vec())
        .unwrap()
        .replace("released", "reversed");
    assert!(
        verifier.verify(turned.as_bytes(), &told.headers).is_err(),
        "another body under the same signature"
    );
    let mut later = told.headers.clone();
    let week = 7 * 24 * 3600;
    let then: i64 = told.header("webhook-timestamp").parse().unwrap();
    later.insert("webhook-timestamp", (then - week).into());
    assert!(
        verifier.verify(&told.body, &later).is_err(),
        "another time under the same signature"
    );
    let other = standardwebhooks::Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    assert!(
        other.verify(&told.body, &told.headers).is_err(),
        "signed with another secret"
    );

    let new = NewToken {
        name: "forger".into(),
        roles: vec![Role::Source],
        sources: vec!["forger".into()],
        ..NewToken::default()
    };
    let forger = watched.hub.caller_with(new).await;
    let path = format!("/v1/decisions/{}/outcome", given["id"].as_str().unwrap());
    let answer = forger.post(&path, &json!({"status": "done"})).await;
    assert_eq!(problem(&answer), (404, "not_found", ""));
    let entries = watched.refused_to("forger").await;
    assert_eq!(
        (
            &entries[0]["payload"]["code"],
            &entries[0]["header"]["decision_id"]
        ),
        (&json!("not_found"), &given["id"])
    );
}

#[tokio::test]
async fn who_sends_events_to_themselves_without_being_an_admin_is_written_down() {
    let watched = Watched::hub().await;
    let lead = watched.hub.lead().await;
    let hook = json!({"url": "https://hooks.example.com/mine", "events": ["*"]});
    let answer = lead.post("/v1/webhooks", &hook).await;
    assert_eq!(problem(&answer), (403, "not_allowed", ""));
    watched
        .is_written_down("Lea", "not_allowed", "POST /v1/webhooks", None)
        .await;
    let audited = json!(watched.refused_to("Lea").await).to_string();
    assert!(!audited.contains("hooks.example.com"), "nothing of what was sent");
}

/// Without what is each request's own.
fn alike((status, mut body): Answer) -> (u16, Value) {
    body.as_object_mut().unwrap().remove("correlation_id");
    (status.as_u16(), body)
}

#[tokio::test]
async fn who_tries_ids_cannot_tell_a_case_that_is_there_from_one_that_is_not() {
    let watched = Watched::hub().await;
    let ana = watched.hub.steward().await;
    let given = decision(&ana.case(&watched.case).await, same());
    ana.post_one("/v1/decisions", &given).await;
    let eva = watched.of_queue("Eva", Role::Steward, "elsewhere").await;
    let (nowhere, decided) = (Uuid::now_v7().to_string(), given["id"].as_str().unwrap());
    for path in ["", "/context/orders", "?wait=1"] {
        let of = |id: &str| format!("/v1/cases/{id}{path}");
        assert_eq!(
            alike(eva.get(&of(&watched.case)).await),
            alike(eva.get(&of(&nowhere)).await),
            "GET {path}"
        );
    }
    for path in ["/comments", "/hand-over", "/escalate", "/look"] {
        let of = |id: &str| format!("/v1/cases/{id}{path}");
        let body = json!({"text": "x", "to": "Ana", "reason": "x"});
        assert_eq!(
            alike(eva.post(&of(&watched.case), &body).await),
            alike(eva.post(&of(&nowhere), &body).await),
            "POST {path}"
        );
    }
    let claim = |id: &str| json!({"case": id});
    assert_eq!(
        alike(eva.post("/v1/claims", &claim(&watched.case)).await),
        alike(eva.post("/v1/claims", &claim(&nowhere)).await)
    );
    let undo = |id: &str| format!("/v1/decisions/{id}/undo");
    assert_eq!(
        alike(eva.post(&undo(decided), &json!({})).await),
        alike(eva.post(&undo(&nowhere), &json!({})).await)
    );
    let on = |id: &str| {
        let mut given = given.clone();
        (given["id"], given["case_id"]) = (json!(Uuid::now_v7()), json!(id));
        given
    };
    let mut answers = Vec::new();
    for id in [&watched.case, &nowhere] {
        let item = eva.post_one("/v1/decisions", &on(id)).await;
        answers.push((
            item["code"].clone(),
            item["detail"].clone(),
            item["pointer"].clone(),
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(eva.get("/v1/cases").await.1["items"], json!([]));
}

#[tokio::test]
async fn who_tries_every_id_is_written_down_and_does_not_fill_the_chain() {
    let watched = Watched::hub().await;
    let eva = watched.of_queue("Eva", Role::Steward, "elsewhere").await;
    for _ in 0..3 * PER_MINUTE {
        let answer = eva.get(&format!("/v1/cases/{}", Uuid::now_v7())).await;
        assert_eq!(problem(&answer).1, "not_found");
    }
    let entries = watched.refused_to("Eva").await;
    assert_eq!(entries.len(), PER_MINUTE, "of {} tries", 3 * PER_MINUTE);
    let verified = watched.admin.get("/v1/audit/verify").await.1;
    assert_eq!(verified["broken"], Value::Null, "{verified}");
}

#[tokio::test]
async fn what_was_refused_is_in_no_cases_history() {
    let watched = Watched::hub().await;
    let (ana, ben) = (watched.hub.steward().await, watched.hub.approver().await);
    let case = ana.case(&watched.case).await;
    ben.post_one("/v1/decisions", &decision(&case, same())).await;
    assert_eq!(watched.refused_to("Ben").await.len(), 1);
    let history = ana.case(&watched.case).await["history"].clone();
    assert_eq!(history, case["history"], "nothing happened to the case");
}

#[tokio::test]
async fn what_an_elevation_gave_is_refused_after_its_end_though_the_case_is_still_seen() {
    let clock = tiebreak_hub::Clock::system();
    let hub = TestHub::start_with(|options| {
        (options.undo_seconds, options.clock) = (0, clock.clone());
    })
    .await;
    let watched = Watched::from(hub).await;
    let ana = watched.hub.steward().await;
    let id = watched.source.send(&action_case("refund")).await;
    let ana_id = ana.get("/v1/me").await.1["id"].as_str().unwrap().to_owned();
    let may = json!({"roles": ["approver"], "queues": [], "ceiling": null, "minutes": 30});
    let change = json!({"version": 1, "roles": [], "may_elevate": may});
    let path = format!("/v1/people/{ana_id}");
    assert_eq!(crate::policies::put(&watched.admin, &path, &change).await.0, 200);
    let raise = json!({"roles": ["approver"], "reason": "on call", "minutes": 30});
    assert_eq!(ana.post("/v1/elevations", &raise).await.0, 201);
    let held = ana.post("/v1/claims", &json!({ "case": id })).await;
    assert_eq!(held.0, 200, "{}", held.1);
    let case = ana.case(&id).await;
    clock.advance_seconds(30 * 60);
    let mut given = decision(&case, approve());
    given["lease"] = held.1["items"][0]["lease"]["token"].clone();
    let item = ana.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&item), ("refused", "not_allowed", ""));
    watched
        .is_written_down("Ana", "not_allowed", "POST /v1/decisions", Some(&id))
        .await;
    assert_eq!(ana.case(&id).await["state"], "open");
    let again = ana.post("/v1/claims", &json!({ "case": id })).await;
    assert_eq!(problem(&again).1, "not_allowed");
}
