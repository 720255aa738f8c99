//! Functions of few lines that nothing else here calls; and that none of the store is left out of this suite.

use std::collections::BTreeSet;

use domain::Kind;
use domain::case::OnExpiry;
use domain::decision::Agreement;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::{EscalateTo, Order, Policy, Role};
use serde_json::json;

use super::{ME, at, decided, furnish, head};
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead, DecisionPayload, RateFilter};
use crate::store::device_keys::{self, KeyRow};
use crate::store::escalations::{self, EscalationRow};
use crate::store::feeds::{self, FeedFilter, NewRow};
use crate::store::gold::{self, GoldRow};
use crate::store::leases::{self, LeaseRow, Wanted};
use crate::store::links::{self, LinkRow};
use crate::store::notes::{self, OutcomeRow};
use crate::store::payloads::{self, NewDetail, NewPayload};
use crate::store::{Engine, Store, audit, meta, people, probe, queues, search, tokens};

fn payload(case_id: &str, revision: u32) -> NewPayload {
    NewPayload {
        case_id: case_id.into(),
        revision,
        sent_hash: "sent".into(),
        content_hash: "hash".into(),
        received_us: crate::store::us(at(revision.into())),
        payload: json!({"of": case_id}).to_string(),
        words: "armour".into(),
        suggestion_id: None,
        details: vec![NewDetail {
            context_id: "x".into(),
            sensitivity: "restricted".into(),
            detail: "[1]".into(),
        }],
    }
}

fn ids(heads: Vec<CaseHead>) -> Vec<String> {
    heads.into_iter().map(|head| head.id).collect()
}

pub async fn a_case_is_held_moved_and_ranked_by_its_queue(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    queues::ensure(&mut tx, "elsewhere", Kind::IdentityMatch, at(0))
        .await
        .unwrap();
    let (mut sure, mut unsure) = (head("c1", "a"), head("c2", "b"));
    (sure.certainty, unsure.certainty) = (0.9, 0.1);
    cases::insert(&mut tx, &[sure, unsure]).await.unwrap();
    let uncertain = Policy {
        order: Order::Uncertain,
        ..Policy::default()
    };
    queues::set_policy(&mut tx, "sites", 1, &uncertain, None, at(1))
        .await
        .unwrap();
    let wanted = Wanted {
        queue: "sites",
        person: "p-ana",
        order: Order::Uncertain,
        own_order: true,
        limit: 9,
        adjudicates: false,
        sensitivities: None,
        taken: "[]",
        stands_for: ME,
        anybodys: "[]",
        roles: "[]",
    };
    let ranked = ids(leases::next(&mut tx, &wanted).await.unwrap());
    assert_eq!(ranked, ["c2", "c1"], "the least certain first");
    let moved = CaseHead {
        queue: "elsewhere".into(),
        ..head("c1", "a")
    };
    cases::set_queue(&mut tx, &moved).await.unwrap();
    let held = cases::hold(&mut tx, "c1").await.unwrap().unwrap();
    assert_eq!(held.queue, "elsewhere");
    assert_eq!(cases::hold(&mut tx, "gone").await.unwrap(), None);
    let named = queues::all(&mut tx).await.unwrap();
    assert_eq!(named.len(), 2);
}

pub async fn what_is_free_is_known_wherever_it_waits(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    let wanted = Wanted {
        queue: "sites",
        person: "p-ana",
        order: Order::Oldest,
        own_order: true,
        limit: 1,
        adjudicates: false,
        sensitivities: None,
        taken: "[]",
        stands_for: ME,
        anybodys: "[]",
        roles: r#"["lead"]"#,
    };
    let found = async |tx: &mut crate::store::Tx| {
        (
            leases::some_free(tx, &wanted).await.unwrap(),
            leases::some_skipped(tx, &wanted).await.unwrap(),
            leases::some_set_apart_free(tx, &wanted).await.unwrap(),
        )
    };
    assert_eq!(found(&mut tx).await, (true, false, false));
    leases::skip(&mut tx, "c1", "p-ana", at(1)).await.unwrap();
    assert_eq!(found(&mut tx).await, (false, true, false));
    leases::forget_skips(&mut tx, "c1").await.unwrap();
    let up = EscalationRow {
        id: "e1".into(),
        case_id: "c1".into(),
        revision: 1,
        at: at(2),
        person_id: None,
        to: EscalateTo::Role(Role::Lead),
        reason: None,
    };
    escalations::insert(&mut tx, &up, true).await.unwrap();
    assert_eq!(found(&mut tx).await, (false, false, true));
    let lease = LeaseRow {
        token: "l1".into(),
        case_id: "c1".into(),
        revision: 1,
        person_id: "p-ana".into(),
        expires_at: at(60),
        order: None,
        probability: None,
        ended: false,
    };
    leases::give(&mut tx, std::slice::from_ref(&lease), at(3))
        .await
        .unwrap();
    assert_eq!(found(&mut tx).await, (false, false, false));
    let held = queues::held(&mut tx, "p-ana", at(59)).await.unwrap();
    assert_eq!(held["sites"], 1);
    leases::end(&mut tx, &["l1"], "decided", at(4)).await.unwrap();
    leases::revive(&mut tx, "l1").await.unwrap();
    assert_eq!(leases::by_token(&mut tx, "l1").await.unwrap(), Some(lease));
    assert!(!cases::ran_out(&mut tx, at(59)).await.unwrap());
    assert!(cases::ran_out(&mut tx, at(60)).await.unwrap());
}

pub async fn what_is_due_and_what_expired_is_counted(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut case = head("c1", "a");
    // What expired takes a rejection still where it is an action.
    case.kind = Kind::ProposedAction;
    (case.due_at, case.expires_at, case.on_expiry) = (Some(at(10)), Some(at(20)), OnExpiry::Escalate);
    cases::insert(&mut tx, std::slice::from_ref(&case)).await.unwrap();
    assert_eq!(queues::due(&mut tx, "sites", at(9)).await.unwrap(), 0);
    assert_eq!(queues::due(&mut tx, "sites", at(10)).await.unwrap(), 1);
    assert!(queues::expired_open(&mut tx).await.unwrap().is_empty());
    case.state = CaseState::Expired;
    cases::set_standing(&mut tx, &[&case], at(20)).await.unwrap();
    assert_eq!(queues::expired_open(&mut tx).await.unwrap()["sites"], 1);
}

pub async fn decisions_are_found_by_case_and_person_and_end_with_a_reason(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    for id in ["d1", "d2"] {
        let decision = DecisionHead {
            id: id.into(),
            ..decided()
        };
        decisions::insert(&mut tx, &[(decision, DecisionPayload::default())])
            .await
            .unwrap();
    }
    let person = decided().person_id;
    let of_person = decisions::of_person(&mut tx, &person, at(0), (at(9999), ""), 9)
        .await
        .unwrap();
    let found: Vec<&str> = of_person.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(found, ["d2", "d1"], "newest first");
    let accepted = of_person[0].accepted_at;
    let before = decisions::of_person(&mut tx, &person, at(0), (accepted, "d2"), 9)
        .await
        .unwrap();
    assert_eq!(before.len(), 1, "of the same instant those with smaller ids");
    let fields = [("zip".to_owned(), Agreement::Override)];
    decisions::insert_fields(&mut tx, "d1", &fields).await.unwrap();
    decisions::insert_fields(&mut tx, "d1", &[]).await.unwrap();
    decisions::release(&mut tx, &["d1"], at(40)).await.unwrap();
    let filter = RateFilter {
        from: i64::MIN,
        to: i64::MAX,
        group_by: Some("field".into()),
        ..RateFilter::default()
    };
    let rates = decisions::rates(&mut tx, &filter).await.unwrap();
    assert_eq!(rates[&Some("zip".to_owned())].overridden, 1);
    decisions::end(
        &mut tx,
        "d2",
        DecisionState::Undone,
        "slip",
        Some("p-ana"),
        at(41),
    )
    .await
    .unwrap();
    let of_case = decisions::of_case(&mut tx, "c1").await.unwrap();
    let states: BTreeSet<&str> = of_case.iter().map(|d| d.state.as_str()).collect();
    assert_eq!(states, ["released", "undone"].into());

    let row = NewRow {
        id: "f1".into(),
        decision_id: "d1".into(),
        corrects: false,
        correlation_id: Some("corr".into()),
    };
    feeds::append(&mut tx, &[row], at(42)).await.unwrap();
    let row = feeds::by_id(&mut tx, "f1").await.unwrap().unwrap();
    assert_eq!(
        (
            row.decision.id.as_str(),
            row.corrects,
            row.correlation_id.as_deref()
        ),
        ("d1", false, Some("corr"))
    );
    let outcome = |status: &str, seconds| OutcomeRow {
        status: status.into(),
        detail: None,
        at: at(seconds),
    };
    for outcome in [outcome("failed", 43), outcome("done", 44)] {
        notes::insert_outcome(&mut tx, "d1", &outcome, "p-eva")
            .await
            .unwrap();
    }
    assert_eq!(
        notes::last_outcome(&mut tx, "d1").await.unwrap(),
        Some(outcome("done", 44))
    );
    tx.commit().await.unwrap();
    store.sequence().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let all = FeedFilter {
        limit: 9,
        ..FeedFilter::default()
    };
    let rows = feeds::after(&mut reader, &all).await.unwrap();
    assert_eq!((rows.len(), rows[0].position), (1, 1));
    let elsewhere = FeedFilter {
        queues: Some(r#"["elsewhere"]"#.into()),
        ..all
    };
    assert_eq!(feeds::after(&mut reader, &elsewhere).await.unwrap(), []);
}

pub async fn contents_are_read_with_what_else_there_is_of_their_case(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b")])
        .await
        .unwrap();
    payloads::insert(&mut tx, &[payload("c1", 1)]).await.unwrap();
    assert_eq!(
        payloads::missing(&mut tx).await.unwrap(),
        Some(("c2".to_owned(), 1)),
        "its content isn't there"
    );
    let mut bare = payload("c2", 1);
    bare.details.clear();
    payloads::insert(&mut tx, &[bare]).await.unwrap();
    assert_eq!(payloads::missing(&mut tx).await.unwrap(), None);
    payloads::copy_details(&mut tx, ("c1", 1), "c2").await.unwrap();
    assert_eq!(
        payloads::detail(&mut tx, "c2", 1, "x").await.unwrap(),
        Some(("restricted".to_owned(), Some(json!([1]))))
    );
    notes::insert_comment(&mut tx, "n1", "c1", "p-ana", "hm", at(3))
        .await
        .unwrap();
    let comments = notes::comments(&mut tx, "c1").await.unwrap();
    assert_eq!(
        (comments[0].by.as_str(), comments[0].words.as_deref()),
        ("ana", Some("hm"))
    );
    let found = payloads::with_company(&mut tx, &[("c1", 1), ("c2", 1), ("c3", 1)])
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    let (content, company) = found["c1"].as_ref().unwrap();
    assert_eq!(
        (&content.json, company.revisions, company.comments),
        (&json!({"of": "c1"}), 1, 1)
    );
    let stored = payloads::contents_after(&mut tx, "c1", 1, 9).await.unwrap();
    assert_eq!(stored.len(), 1, "after it");
    assert_eq!(stored[0].case_id, "c2");
    let of_index = u64::from(store.engine() == Engine::Postgres) * 2;
    assert_eq!(search::index(&mut tx, 9).await.unwrap(), of_index);
    assert_eq!(search::index(&mut tx, 9).await.unwrap(), 0, "once");
}

pub async fn a_person_is_found_by_id_and_by_the_name_they_had_then(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let ana = people::by_name(&mut tx, "ana").await.unwrap().unwrap();
    assert_eq!(people::by_id(&mut tx, "p-ana").await.unwrap(), Some(ana));
    assert_eq!(people::by_id(&mut tx, "ana").await.unwrap(), None);
    people::set_queues(&mut tx, "p-ana", &["a".into(), "b".into()])
        .await
        .unwrap();
    let all = people::all(&mut tx).await.unwrap();
    assert_eq!(all[0].queues, ["a", "b"]);
    let mut late = all[0].clone();
    (late.id, late.name) = ("p-zoe".into(), "zoe".into());
    people::insert(&mut tx, &late, at(9)).await.unwrap();
    assert_eq!(people::called_at(&mut tx, "zoe", at(8)).await.unwrap(), None);
    assert_eq!(
        people::called_at(&mut tx, "zoe", at(9)).await.unwrap().as_deref(),
        Some("p-zoe")
    );
    assert_eq!(tokens::live_of_person(&mut tx, "p-zoe").await.unwrap(), [""; 0]);
}

pub async fn a_devices_key_is_enrolled_once_and_stays_when_it_is_revoked(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let key = |id: &str, public_key: &str| KeyRow {
        id: id.into(),
        person_id: "p-ana".into(),
        name: "laptop".into(),
        alg: "ed25519".into(),
        public_key: public_key.into(),
        created_at: at(1),
        revoked_at: None,
    };
    assert!(device_keys::insert(&mut tx, &key("k1", "aa")).await.unwrap());
    assert!(!device_keys::insert(&mut tx, &key("k2", "aa")).await.unwrap());
    assert!(device_keys::insert(&mut tx, &key("k3", "bb")).await.unwrap());
    let of_eva = Some("p-eva");
    assert_eq!(
        device_keys::revoke(&mut tx, "k1", of_eva, at(2)).await.unwrap(),
        None
    );
    let revoked = device_keys::revoke(&mut tx, "k1", Some("p-ana"), at(2))
        .await
        .unwrap();
    assert_eq!(revoked.unwrap().revoked_at, Some(at(2)));
    assert_eq!(
        device_keys::revoke(&mut tx, "k1", None, at(3)).await.unwrap(),
        None
    );
    let page = device_keys::page(&mut tx, "", 9).await.unwrap();
    assert_eq!((page.len(), page[0].revoked_at), (2, Some(at(2))));
    assert_eq!(
        device_keys::page(&mut tx, "k1", 9).await.unwrap(),
        [key("k3", "bb")]
    );
}

pub async fn gold_is_found_by_when_it_was_planted(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let planted = GoldRow {
        id: "g1".into(),
        queue: "sites".into(),
        source: "crm".into(),
        external_id: "x".into(),
        case: Some(json!({})),
        answer: Some(json!(null)),
        created_at: at(5),
        person_id: "p-eva".into(),
        taught_at: None,
        retired_at: None,
    };
    gold::insert(&mut tx, &planted).await.unwrap();
    assert_eq!(gold::planted_by(&mut tx, "sites", at(4)).await.unwrap(), []);
    assert_eq!(
        gold::planted_by(&mut tx, "sites", at(5)).await.unwrap(),
        [planted]
    );
    gold::retire(&mut tx, "g1", at(6)).await.unwrap();
    assert_eq!(gold::planted_by(&mut tx, "sites", at(9)).await.unwrap(), []);
}

pub async fn what_is_written_by_itself_comes_back(store: &Store) {
    furnish(store).await;
    meta::ensure(store, at(0)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = meta::hub_id(&mut tx).await.unwrap();
    assert_eq!(meta::hub_id(&mut tx).await.unwrap(), id);
    let pseudonyms = meta::pseudonyms(&mut tx).await.unwrap();
    assert_ne!(pseudonyms.of("p-ana").unwrap(), pseudonyms.of("p-eva").unwrap());
    if store.engine() == Engine::Postgres {
        let now = meta::clock_us(&mut tx).await.unwrap();
        assert!(now > crate::store::us(at(0)));
    }
    for seconds in [1, 2] {
        probe::write(&mut tx, at(seconds)).await.unwrap();
    }
    assert_eq!(audit::head(&mut tx).await.unwrap().0, 0, "nothing is written yet");
    let link = LinkRow {
        source: "crm".into(),
        queue: None,
        left: ("crm".into(), "1".into()),
        right: ("erp".into(), "2".into()),
        probability: Some(0.99),
        payload: "{}".into(),
    };
    assert!(links::insert(&mut tx, &link, at(1)).await.unwrap().is_some());
    assert!(links::insert(&mut tx, &link, at(2)).await.unwrap().is_none());
    assert_eq!(links::queue_of(&mut tx, &link).await.unwrap(), None);
    let of_a_queue = LinkRow {
        queue: Some("sites".into()),
        right: ("erp".into(), "3".into()),
        ..link
    };
    links::insert(&mut tx, &of_a_queue, at(3)).await.unwrap();
    let lies_in = links::queue_of(&mut tx, &of_a_queue).await.unwrap();
    assert_eq!(lies_in.as_deref(), Some("sites"));
}

/// What opens, closes, waits and sequences is called by every fact here: by [`Store`]'s own methods.
const OF_THE_STORE: [&str; 4] = ["mod", "sequencer", "lookout", "contract"];

/// A function that no fact names is one nobody has run on both engines.
#[test]
fn every_function_of_the_store_is_named_by_a_fact() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let files = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        let found = std::fs::read_dir(folder).unwrap();
        let paths = found.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|e| e == "rs"))
            .collect()
    };
    let mut facts = read(&folder.join("contract.rs"));
    for path in files(&folder.join("contract")) {
        facts += &read(&path);
    }
    let mut unnamed = Vec::new();
    for path in files(&folder) {
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if OF_THE_STORE.contains(&module.as_str()) {
            continue;
        }
        let text = read(&path);
        for after in text.split("pub async fn ").skip(1) {
            let name: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let called = format!("{module}::{name}(");
            if !facts.contains(&called) {
                unnamed.push(called);
            }
        }
    }
    assert_eq!(unnamed, [""; 0], "no fact names them");
}
