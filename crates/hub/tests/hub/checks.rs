//! Gold and audits: handed out among the others, told from them by nobody who works on them, released to nobody.

mod audits;

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{different, match_case, same};
use crate::common::receiver::Receiver;
use crate::common::{Api, TestHub, decision, fate, problem};
use crate::policies::set;

/// A case as it is planted: of the queue's own source.
fn planted(external_id: &str) -> Value {
    let mut case = match_case(external_id);
    case["source"] = json!("matcher");
    case["title"] = json!("Planted");
    json!({"case": case, "answer": different()})
}

async fn plant(lead: &Api, external_id: &str) -> Value {
    let (status, gold) = lead.post("/v1/gold", &planted(external_id)).await;
    assert_eq!(status, 201, "{gold}");
    gold
}

async fn claim(who: &Api) -> Vec<Value> {
    let (status, answer) = who.post("/v1/claims", &json!({})).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

fn is_gold(claim: &Value) -> bool {
    claim["case"]["title"] == "Planted"
}

async fn counts(who: &Api) -> (i64, i64, i64) {
    let (_, queues) = who.get("/v1/queues").await;
    let n = |name: &str| queues["items"][0][name].as_i64().unwrap();
    (n("open"), n("decided"), n("claimed_by_me"))
}

fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(k, v)| (k.clone(), shape(v))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(text) if uuid::Uuid::parse_str(text).is_ok() => {
            json!(uuid::Uuid::parse_str(text).unwrap().get_version_num())
        }
        Value::String(text) if text.parse::<chrono::DateTime<chrono::Utc>>().is_ok() => json!("at"),
        Value::String(text) if text.starts_with("sha256:") => json!("hash"),
        other => other.clone(),
    }
}

/// Two cases in the queue and a piece of gold, all handed to Ana: hers are (ordinary, gold).
async fn handed(hub: &TestHub, policy: Value) -> (Api, Value, Value) {
    let source = hub.source().await;
    for name in ["x", "y"] {
        let mut case = match_case(name);
        case["title"] = json!("Planted not");
        source.send(&case).await;
    }
    set(hub, "sites", policy).await;
    plant(&hub.lead().await, "pair-7").await;
    let ana = hub.steward().await;
    let items = claim(&ana).await;
    let gold: Vec<&Value> = items.iter().filter(|item| is_gold(item)).collect();
    assert_eq!((items.len(), gold.len()), (3, 1));
    let other = items.iter().find(|item| !is_gold(item)).unwrap();
    (ana, other.clone(), gold[0].clone())
}

#[tokio::test]
async fn gold_is_decided_without_a_trace() {
    let receiver = Receiver::start().await;
    let hub = TestHub::start_with(|options| {
        options.undo_seconds = 0;
        options.allow_private_webhooks = true;
    })
    .await;
    let admin = hub.admin().await;
    let (ana, other, gold) = handed(&hub, json!({"gold_share": 1.0})).await;
    let hook = json!({"url": receiver.url, "events": ["*"]});
    assert_eq!(admin.post("/v1/webhooks", &hook).await.0, 201);
    let lead = hub.lead().await;
    let before = counts(&ana).await;

    // As claimed, it is a case like the other: the same members, ids of the same make.
    let like = |claim: &Value| {
        let mut claim = shape(claim);
        for own in ["external_id", "title", "heading"] {
            claim["case"][own] = json!(null);
        }
        claim
    };
    assert_eq!(like(&gold), like(&other));

    let take = async |claim: &Value, verdict: Value| {
        let given = decision(&claim["case"], verdict);
        (
            given["id"].as_str().unwrap().to_owned(),
            ana.post_one("/v1/decisions", &given).await,
        )
    };
    let (gold_id, taken) = take(&gold, same()).await;
    let after_gold = counts(&ana).await;
    let (other_id, taken_other) = take(&other, same()).await;
    let after_other = counts(&ana).await;
    assert_eq!(shape(&taken), shape(&taken_other), "the answer too");
    let moved = |a: (i64, i64, i64), b: (i64, i64, i64)| (b.0 - a.0, b.1 - a.1, b.2 - a.2);
    assert_eq!(
        moved(before, after_gold),
        moved(after_gold, after_other),
        "and the counts"
    );

    // What she reads of it afterwards.
    let case_of = |claim: &Value| claim["case"]["id"].as_str().unwrap().to_owned();
    let (a, b) = (ana.case(&case_of(&gold)).await, ana.case(&case_of(&other)).await);
    let what = |case: &Value| {
        shape(&json!([
            case["state"],
            case["history"],
            case["decisions"][0]["basis"],
            case["decisions"][0]["state"]
        ]))
    };
    assert_eq!(what(&a), what(&b));
    let own = ana.everything("/v1/me/decisions").await;
    assert_eq!(
        (own[0]["basis"].clone(), own[1]["basis"].clone()),
        (json!("human"), json!("human"))
    );
    let mine: Vec<Value> = ana
        .everything("/v1/changes")
        .await
        .into_iter()
        .filter(|change| change["case_id"] == a["id"])
        .map(|change| change["type"].clone())
        .collect();
    assert!(mine.contains(&json!("decision.released")), "{mine:?}");

    // Nobody who acts on decisions hears of it; nor do those who work beside her.
    let feed = lead.everything("/v1/decisions").await;
    assert_eq!(
        feed.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(),
        [json!(other_id)]
    );
    receiver.wait_for(2).await;
    receiver.nothing_more_than(3).await;
    let told = receiver.got();
    assert!(
        told.iter().all(|m| m.case() == b["id"].as_str().unwrap()),
        "{told:?}"
    );
    let (_, stats) = lead.get("/v1/stats/overrides").await;
    assert_eq!(stats["items"][0]["n"], 1);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let (status, _) = eva.get(&format!("/v1/cases/{}", case_of(&gold))).await;
    assert_eq!(status, 404);
    for list in ["/v1/cases", "/v1/cases?q=Planted", "/v1/cases?external_id=pair-7"] {
        let seen = eva.everything(list).await;
        assert!(
            seen.iter().all(|case| case["id"] != gold["case"]["id"]),
            "{list}: {seen:?}"
        );
    }
    assert_eq!(
        ana.everything("/v1/cases?external_id=pair-7").await.len(),
        1,
        "she finds it like any other"
    );
    let theirs = eva.everything("/v1/changes").await;
    assert!(
        theirs
            .iter()
            .all(|change| change["case_id"] != gold["case"]["id"]),
        "{theirs:?}"
    );
    let source = hub.source().await;
    assert_eq!(source.everything("/v1/cases").await.len(), 2);

    // Leads see that it was answered, and how often right; the label says what was known.
    let (_, agreement) = lead.get("/v1/stats/agreement").await;
    let found = &agreement["items"][0]["gold"];
    assert_eq!(
        (&found["n"], &found["agree"], &found["disagree"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert!(
        found["interval"]["high"].as_f64().unwrap() > 0.5,
        "one of one says little: {found}"
    );
    let labels = lead.everything("/v1/labels").await;
    let gold_label: Vec<&Value> = labels.iter().filter(|label| label["basis"] == "gold").collect();
    assert_eq!(
        (gold_label.len(), &gold_label[0]["match"]["label"]),
        (1, &json!(0)),
        "not what she said"
    );
    assert_eq!(gold_label[0]["decision_id"], json!(gold_id));
}

#[tokio::test]
async fn gold_is_handed_to_nobody_twice_and_never_to_who_leads() {
    let hub = TestHub::start().await;
    let (ana, _, gold) = handed(&hub, json!({"gold_share": 1.0})).await;
    let release = json!({"tokens": [gold["lease"]["token"]], "reason": "skip"});
    ana.post("/v1/claims/release", &release).await;
    let source = hub.source().await;
    for n in 0..6 {
        source.send(&match_case(&format!("more-{n}"))).await;
    }
    let ada = hub.caller("Ada", &[Role::Steward, Role::Lead]).await;
    let (_, hers) = ada.post("/v1/claims", &json!({"limit": 3})).await;
    let hers = hers["items"].as_array().unwrap();
    assert_eq!(
        (hers.len(), hers.iter().any(is_gold)),
        (3, false),
        "she may know the answers"
    );
    let again: Vec<Value> = claim(&ana).await.into_iter().filter(is_gold).collect();
    assert!(
        again
            .iter()
            .all(|claim| claim["case"]["id"] == gold["case"]["id"]),
        "no second one: {again:?}"
    );
    for n in 0..3 {
        source.send(&match_case(&format!("yet-{n}"))).await;
    }
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let hers: Vec<Value> = claim(&eva).await.into_iter().filter(is_gold).collect();
    assert_eq!(hers.len(), 1);
    assert_ne!(hers[0]["case"]["id"], gold["case"]["id"], "a case of her own");
    eva.post_one("/v1/decisions", &decision(&hers[0]["case"], different()))
        .await;
    let lead = hub.lead().await;
    let (_, agreement) = lead.get("/v1/stats/agreement?queue=sites").await;
    assert_eq!(agreement["items"][0]["gold"]["agree"], 1);
}

#[tokio::test]
async fn gold_is_undone_and_corrected_like_any_other_and_nothing_goes_out() {
    let hub = TestHub::start_with(|options| options.undo_seconds = 0).await;
    let (ana, _, gold) = handed(&hub, json!({"gold_share": 1.0})).await;
    let lead = hub.lead().await;
    let given = decision(&gold["case"], different());
    ana.post_one("/v1/decisions", &given).await;
    let path = format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap());
    let (status, taken) = ana.post(&path, &json!({"reason": "slip"})).await;
    assert_eq!(
        (status.as_u16(), &taken["state"], &taken["case_state"]),
        (200, &json!("corrected"), &json!("open"))
    );
    assert_eq!(lead.everything("/v1/decisions").await, [] as [Value; 0]);
    let live: Vec<Value> = lead.everything("/v1/labels").await;
    assert!(
        live.iter().all(|label| label["retracts"].is_null()),
        "what is known stays known: {live:?}"
    );
    let (_, agreement) = lead.get("/v1/stats/agreement").await;
    assert_eq!(agreement["items"], json!([]), "and isn't counted");
    let again = ana
        .post_one(
            "/v1/decisions",
            &decision(&ana.case(gold["case"]["id"].as_str().unwrap()).await, same()),
        )
        .await;
    assert_eq!(fate(&again), ("accepted", "", ""));
    assert_eq!(
        lead.everything("/v1/labels").await.len(),
        live.len(),
        "it teaches once"
    );
}

#[tokio::test]
async fn gold_is_planted_by_who_leads_the_queue_and_retired_with_what_it_held() {
    let hub = TestHub::start().await;
    hub.source().await.send(&match_case("x")).await;
    let (lead, steward) = (hub.lead().await, hub.steward().await);
    assert_eq!(
        problem(&steward.post("/v1/gold", &planted("p")).await),
        (403, "not_allowed", "")
    );
    assert_eq!(problem(&steward.get("/v1/gold").await), (403, "not_allowed", ""));
    let mut broken = planted("p");
    broken["answer"] = json!({"clusters": [["a"]]});
    let refused = lead.post("/v1/gold", &broken).await;
    assert_eq!(problem(&refused).1, "invalid_verdict");
    assert!(problem(&refused).2.starts_with("/answer"), "{}", refused.1);
    let mut nowhere = planted("p");
    nowhere["case"]["source"] = json!(null);
    assert_eq!(
        problem(&lead.post("/v1/gold", &nowhere).await),
        (422, "invalid_gold", "/case/source")
    );
    let mut nowhere = planted("p");
    nowhere["case"]["queue"] = json!("unheard-of");
    assert_eq!(
        problem(&lead.post("/v1/gold", &nowhere).await),
        (422, "invalid_gold", "/case/queue")
    );
    let gold = plant(&lead, "p").await;
    let listed = lead.everything("/v1/gold?queue=sites").await;
    assert_eq!(listed, std::slice::from_ref(&gold));
    let path = format!("/v1/gold/{}/retire", gold["id"].as_str().unwrap());
    let (status, retired) = lead.post(&path, &json!({})).await;
    assert_eq!(status, 200, "{retired}");
    assert!(!retired["retired_at"].is_null());
    set(&hub, "sites", json!({"gold_share": 1.0})).await;
    assert!(!claim(&steward).await.iter().any(is_gold));
}

#[tokio::test]
async fn a_check_handed_over_or_escalated_answers_as_any_case_does() {
    let hub = TestHub::start().await;
    let (ana, other, gold) = handed(&hub, json!({"gold_share": 1.0})).await;
    hub.caller("Eva", &[Role::Steward]).await;
    let path =
        |claim: &Value, what: &str| format!("/v1/cases/{}/{what}", claim["case"]["id"].as_str().unwrap());
    let to_eva = json!({"to": "Eva", "note": "Yours?"});
    let (a, b) = (
        ana.post(&path(&gold, "hand-over"), &to_eva).await,
        ana.post(&path(&other, "hand-over"), &to_eva).await,
    );
    assert_eq!((a.0.as_u16(), b.0.as_u16()), (200, 200), "{} {}", a.1, b.1);
    let like = |answer: &Value| {
        let mut answer = shape(answer);
        for own in ["external_id", "title", "heading"] {
            answer[own] = json!(null);
        }
        answer
    };
    assert_eq!(like(&a.1), like(&b.1));
}

/// When the ids that tell their time were made, in milliseconds; a lease's token is none of them.
fn made_at(value: &Value) -> Vec<i64> {
    match value {
        Value::Object(members) => members.values().flat_map(made_at).collect(),
        Value::Array(items) => items.iter().flat_map(made_at).collect(),
        Value::String(text) => {
            let time = uuid::Uuid::parse_str(text).ok().and_then(|id| id.get_timestamp());
            time.map(|time| {
                let (seconds, nanos) = time.to_unix();
                i64::try_from(seconds).unwrap() * 1000 + i64::from(nanos) / 1_000_000
            })
            .into_iter()
            .collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn no_id_of_gold_tells_that_it_was_made_when_it_was_handed_out() {
    const LATER_MS: u64 = 400;
    let hub = TestHub::start().await;
    hub.source().await.send(&match_case("x")).await;
    tokio::time::sleep(std::time::Duration::from_millis(LATER_MS)).await;
    set(&hub, "sites", json!({"gold_share": 1.0})).await;
    plant(&hub.lead().await, "pair-7").await;
    let ana = hub.steward().await;
    let items = claim(&ana).await;
    let gold = items.iter().find(|item| is_gold(item)).unwrap();
    let whole = ana.case(gold["case"]["id"].as_str().unwrap()).await;
    let case_made = made_at(&whole["id"])[0];
    assert!(
        !whole["suggestion_id"].is_null() && !whole["correlation_id"].is_null(),
        "{whole}"
    );
    for part in ["correlation_id", "suggestion_id"] {
        let apart = made_at(&whole[part])
            .into_iter()
            .map(|at| (at - case_made).abs())
            .max()
            .unwrap_or_else(|| panic!("{part} has no id: {whole}"));
        assert!(apart < LATER_MS as i64 / 2, "{part} was made {apart} ms apart");
    }
}

#[tokio::test]
async fn an_answer_that_waited_for_nobody_becomes_final_by_the_queues_window_and_in_the_audit() {
    let clock = tiebreak_hub::Clock::system();
    let hub = TestHub::start_with(|options| {
        (options.undo_seconds, options.clock) = (0, clock.clone());
    })
    .await;
    let policy = json!({"gold_share": 1.0, "second_share": 1.0, "undo_seconds": 600});
    let (ana, _, gold) = handed(&hub, policy).await;
    let given = decision(&gold["case"], same());
    let taken = ana.post_one("/v1/decisions", &given).await;
    assert_eq!(taken["case_state"], "awaiting_second", "{taken}");
    clock.advance_seconds(3600);
    let admin = hub.admin().await;
    for _ in 0..200 {
        let settled = admin.everything("/v1/audit?action=check.settled").await;
        let Some(entry) = settled.first() else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        assert_eq!(entry["header"]["case_id"], gold["case"]["id"]);
        let until: chrono::DateTime<chrono::Utc> =
            entry["payload"]["undo_until"].as_str().unwrap().parse().unwrap();
        assert!((until - hub.hub.now()).num_seconds() > 500, "{entry}");
        let case = ana.case(gold["case"]["id"].as_str().unwrap()).await;
        assert_eq!(case["state"], "decided");
        return;
    }
    panic!("it still waits");
}
