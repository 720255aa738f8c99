//! Who is asked for an opinion, what the ones who gave one hear of it, and what who settles a dispute sees.

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{different, match_case, same};
use crate::common::{Api, TestHub, decision};
use crate::policies::set;

struct Team {
    hub: TestHub,
    source: Api,
    ana: Api,
    eva: Api,
    /// Steward and lead: settles disputes.
    ada: Api,
}

async fn team() -> (Team, String) {
    let hub = TestHub::start_with(|options| options.undo_seconds = 0).await;
    let source = hub.source().await;
    let id = source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"approvers": 2})).await;
    let team = Team {
        ana: hub.caller("Ana", &[Role::Steward]).await,
        eva: hub.caller("Eva", &[Role::Steward]).await,
        ada: hub.caller("Ada", &[Role::Steward, Role::Lead]).await,
        source,
        hub,
    };
    (team, id)
}

async fn decide(who: &Api, id: &str, verdict: Value) -> Value {
    let mut given = decision(&who.case(id).await, verdict);
    given["comment"] = json!("a secret of mine");
    who.post_one("/v1/decisions", &given).await
}

/// Ids that wait for this person, with their states.
async fn asked(who: &Api) -> Vec<(String, String)> {
    let (status, answer) = who.get("/v1/me/opinions").await;
    assert_eq!(status, 200, "{answer}");
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (text(item, "id"), text(item, "state")))
        .collect()
}

async fn counts(who: &Api) -> (Value, Value, Value) {
    let (_, queues) = who.get("/v1/queues").await;
    let sites = queues["items"][0].clone();
    (
        sites["awaiting_second"].clone(),
        sites["disputed"].clone(),
        sites["adjudicates"].clone(),
    )
}

async fn own(who: &Api) -> Value {
    let (_, page) = who.get("/v1/me/decisions").await;
    page["items"][0].clone()
}

#[tokio::test]
async fn a_second_opinion_is_asked_of_everybody_but_the_first_and_a_settlement_of_who_took_no_side() {
    let (team, id) = team().await;
    assert_eq!(asked(&team.eva).await, []);
    decide(&team.ana, &id, same()).await;
    let second = vec![(id.clone(), "awaiting_second".to_owned())];
    assert_eq!(asked(&team.ana).await, []);
    assert_eq!(asked(&team.eva).await, second);
    assert_eq!(asked(&team.ada).await, second);
    assert_eq!(counts(&team.ana).await, (json!(0), json!(0), json!(false)));
    assert_eq!(counts(&team.eva).await, (json!(1), json!(0), json!(false)));
    assert_eq!(counts(&team.ada).await, (json!(1), json!(0), json!(true)));

    decide(&team.eva, &id, different()).await;
    assert_eq!(asked(&team.eva).await, []);
    assert_eq!(asked(&team.ada).await, [(id.clone(), "disputed".to_owned())]);
    assert_eq!(counts(&team.ada).await, (json!(0), json!(1), json!(true)));
    decide(&team.ada, &id, same()).await;
    assert_eq!(asked(&team.ada).await, []);
    assert_eq!(asked(&team.source).await, [], "who only sends is asked nothing");
}

#[tokio::test]
async fn what_is_asked_says_nothing_of_what_was_decided() {
    let (team, id) = team().await;
    let first = decide(&team.ana, &id, different()).await;
    let path = format!("/v1/cases/{id}/comments");
    team.ana.post(&path, &json!({"text": "a secret of mine"})).await;
    team.source
        .post(&path, &json!({"text": "said by the source"}))
        .await;
    let talk = team.eva.case(&id).await["comments"].to_string();
    assert!(
        talk.contains("said by the source"),
        "what others wrote is read: {talk}"
    );
    let own = team.ana.case(&id).await["comments"].to_string();
    assert!(own.contains("a secret of mine"));
    let (_, claims) = team.eva.post("/v1/claims", &json!({"case": id})).await;
    for path in [
        "/v1/me/opinions".to_owned(),
        "/v1/queues".to_owned(),
        "/v1/changes".to_owned(),
        "/v1/cases".to_owned(),
        "/v1/me/decisions".to_owned(),
        format!("/v1/cases/{id}"),
    ] {
        let text = team.eva.get(&path).await.1.to_string() + &claims.to_string();
        for told in ["a secret of mine", first["id"].as_str().unwrap(), "Ana"] {
            assert!(!text.contains(told), "{path} tells {told}: {text}");
        }
    }
}

#[tokio::test]
async fn a_case_is_claimed_by_its_id_skipped_before_or_not_and_never_somebody_elses() {
    let (team, id) = team().await;
    let other = team.source.send(&match_case("y")).await;
    let claim = async |who: &Api, id: &str| who.post("/v1/claims", &json!({"case": id})).await;
    let (_, first) = claim(&team.ana, &other).await;
    let items = first["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(
        items[0]["case"]["id"],
        json!(other),
        "the older one wasn't asked for"
    );
    let token = |answer: &Value| answer["items"][0]["lease"]["token"].clone();
    assert_eq!(
        token(&claim(&team.ana, &other).await.1),
        token(&first),
        "held already"
    );
    let taken = claim(&team.eva, &other).await;
    assert_eq!((taken.0.as_u16(), &taken.1["code"]), (409, &json!("not_free")));
    let skip = json!({"tokens": [token(&first)], "reason": "skip"});
    team.ana.post("/v1/claims/release", &skip).await;
    assert_eq!(claim(&team.ana, &other).await.0, 200, "asked for by its id");

    decide(&team.ana, &id, same()).await;
    assert_eq!(
        claim(&team.ana, &id).await.1["code"],
        "second_must_differ",
        "she is the first"
    );
    decide(&team.eva, &id, different()).await;
    let bea = team.hub.caller("Bea", &[Role::Steward]).await;
    assert_eq!(
        claim(&bea, &id).await.1["code"],
        "not_allowed",
        "she settles no disputes"
    );
    assert_eq!(claim(&team.ada, &id).await.0, 200);
}

#[tokio::test]
async fn who_settles_a_dispute_reads_who_said_what_and_nobody_else_does() {
    let (team, id) = team().await;
    let bea = team.hub.caller("Bea", &[Role::Steward]).await;
    set(
        &team.hub,
        "sites",
        json!({"approvers": 2, "adjudicators": ["Bea"]}),
    )
    .await;
    decide(&team.ana, &id, same()).await;
    decide(&team.eva, &id, different()).await;
    let named = |case: &Value| -> Vec<Value> {
        let decisions = case["decisions"].as_array().unwrap();
        decisions
            .iter()
            .map(|decision| decision["by_name"].clone())
            .collect()
    };
    let (_, claims) = bea.post("/v1/claims", &json!({"case": id})).await;
    assert_eq!(named(&claims["items"][0]["case"]), ["Ana", "Eva"]);
    assert_eq!(named(&team.ana.case(&id).await), ["Ana"], "she knows her own");
    decide(&bea, &id, same()).await;
    let cleo = team.hub.caller("Cleo", &[Role::Steward]).await;
    assert_eq!(
        named(&cleo.case(&id).await),
        [Value::Null],
        "what is released has a pseudonym for her"
    );
}

#[tokio::test]
async fn each_hears_where_the_own_opinion_stands_and_how_it_ended() {
    let (team, id) = team().await;
    let heard = async |who: &Api| {
        let changes = who.everything("/v1/changes").await;
        let about = changes.iter().filter(|change| change["case_id"] == json!(id));
        about.filter(|change| change["type"] == "case.closed").count()
    };
    let mut before = heard(&team.ana).await;
    decide(&team.ana, &id, same()).await;
    assert_eq!(own(&team.ana).await["case_state"], "awaiting_second");
    assert!(heard(&team.ana).await > before);

    before = heard(&team.ana).await;
    let nobody = team.hub.caller("Bea", &[Role::Steward]).await;
    decide(&team.eva, &id, different()).await;
    assert_eq!(own(&team.ana).await["case_state"], "disputed");
    assert!(
        heard(&team.ana).await > before,
        "the first hears that somebody disagrees"
    );
    assert_eq!(heard(&nobody).await, 0, "who could still be asked doesn't");

    decide(&team.ada, &id, different()).await;
    let (ana, eva) = (own(&team.ana).await, own(&team.eva).await);
    assert_eq!((&ana["state"], &ana["upheld"]), (&json!("kept"), &json!(false)));
    assert_eq!((&eva["state"], &eva["upheld"]), (&json!("kept"), &json!(true)));
    assert_eq!(ana["case_state"], "released");
    let (_, page) = team.ada.get("/v1/me/decisions").await;
    assert!(page["items"][0].get("upheld").is_none(), "hers settled it");
    let shown = team.ana.case(&id).await;
    assert_eq!(shown["decisions"][0]["upheld"], false, "the case says the same");
}

#[tokio::test]
async fn who_decided_reads_what_the_executor_reports() {
    let (team, id) = team().await;
    set(&team.hub, "sites", json!({})).await;
    let done = decide(&team.ana, &id, same()).await;
    let path = format!("/v1/decisions/{}/outcome", done["id"].as_str().unwrap());
    let report = json!({"status": "failed", "detail": "CRM said no"});
    let (status, answer) = team.source.post(&path, &report).await;
    assert_eq!(status, 200, "{answer}");
    for shown in [
        own(&team.ana).await,
        team.ana.case(&id).await["decisions"][0].clone(),
    ] {
        assert_eq!(shown["outcome"]["status"], "failed");
        assert_eq!(shown["outcome"]["detail"], "CRM said no");
    }
}
