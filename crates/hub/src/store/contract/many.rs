//! What is read and written for many at once is what it is for each.

use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use serde_json::json;

use super::{at, decided, furnish, head, stands};
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead, DecisionPayload};
use crate::store::feeds::{self, FeedFilter, NewRow};
use crate::store::leases::{self, LeaseRow};
use crate::store::{Store, Tx, payloads};

fn names(count: usize) -> Vec<(String, String)> {
    (0..count).map(|n| (format!("c{n}"), format!("d{n}"))).collect()
}

fn content(case_id: &str) -> payloads::NewPayload {
    payloads::NewPayload {
        case_id: case_id.into(),
        revision: 1,
        sent_hash: "sent".into(),
        content_hash: format!("hash {case_id}"),
        received_us: crate::store::us(at(1)),
        payload: json!({"of": case_id}).to_string(),
        words: case_id.into(),
        suggestion_id: None,
        details: Vec::new(),
    }
}

fn decision(id: &str, case_id: &str) -> DecisionHead {
    DecisionHead {
        id: id.into(),
        case_id: case_id.into(),
        model_version: Some("4.0 \"beta\"".into()),
        released_at: None,
        selection_order: Some("random".into()),
        selection_probability: Some(0.25),
        edited: true,
        draft: true,
        ..decided()
    }
}

fn payload(id: &str) -> DecisionPayload {
    DecisionPayload {
        verdict: Some(json!({"of": id})),
        comment: Some("Zürich \"quoted\" \\ 100%".into()),
        reasons: vec!["typo".into()],
        ..DecisionPayload::default()
    }
}

async fn with_cases(tx: &mut Tx, names: &[(String, String)]) {
    let heads: Vec<CaseHead> = names.iter().map(|(case, _)| head(case, case)).collect();
    cases::insert(tx, &heads).await.unwrap();
    let contents: Vec<_> = names.iter().map(|(case, _)| content(case)).collect();
    payloads::insert(tx, &contents).await.unwrap();
}

pub async fn a_word_is_found_however_many_cases_have_it(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let names: Vec<(String, String)> = (0..1500).map(|n| (format!("c{n:04}"), String::new())).collect();
    let heads: Vec<CaseHead> = names.iter().map(|(case, _)| head(case, case)).collect();
    cases::insert(&mut tx, &heads).await.unwrap();
    let words = |n: usize| match n {
        100 | 1499 => "rare",
        n if n.is_multiple_of(90) => "some",
        _ => "many",
    };
    let contents: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, (case, _))| payloads::NewPayload {
            words: words(n).into(),
            ..content(case)
        })
        .collect();
    payloads::insert(&mut tx, &contents).await.unwrap();
    let mut found = async |word: &str, after: &str| {
        let filter = cases::Filter {
            words: Some(format!("%{word}%")),
            after: after.into(),
            limit: 16,
            ..cases::Filter::default()
        };
        let found = cases::list(&mut tx, &filter).await.unwrap();
        found.into_iter().map(|head| head.id).collect::<Vec<_>>()
    };
    let first_many: Vec<String> = (1..17).map(|n| format!("c{n:04}")).collect();
    assert_eq!(found("many", "").await, first_many);
    let some: Vec<String> = (0..17).map(|n| format!("c{:04}", n * 90)).collect();
    assert_eq!(
        found("some", "").await,
        some[..16],
        "beyond those looked at first"
    );
    assert_eq!(found("some", "c0090").await, some[2..]);
    assert_eq!(found("rare", "").await, ["c0100", "c1499"]);
}

pub async fn many_decisions_come_back_as_they_went_in(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin_quick().await.unwrap();
    let names = names(7);
    with_cases(&mut tx, &names).await;
    let written: Vec<_> = names
        .iter()
        .map(|(case, id)| (decision(id, case), payload(id)))
        .collect();
    decisions::insert(&mut tx, &written).await.unwrap();

    let asked = ["d3", "d1", "nobody's", "d1"];
    let mut found = decisions::by_ids(&mut tx, &asked).await.unwrap();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found, [decision("d1", "c1"), decision("d3", "c3")]);
    assert_eq!(
        decisions::by_id(&mut tx, "d3").await.unwrap(),
        Some(decision("d3", "c3"))
    );
    let held = decisions::payloads(&mut tx, &asked).await.unwrap();
    assert_eq!(held.len(), 2);
    assert_eq!(held["d3"], payload("d3"));
    assert_eq!(decisions::payload(&mut tx, "d3").await.unwrap(), payload("d3"));

    let keys = [("c2", 1), ("c4", 1), ("c5", 2), ("c9", 1)];
    let ids = |found: Vec<DecisionHead>| found.into_iter().map(|d| d.id).collect::<Vec<_>>();
    assert_eq!(
        ids(decisions::pending_of_all(&mut tx, &keys).await.unwrap()),
        ["d2", "d4"]
    );
    decisions::release(&mut tx, &["d2", "d6"], at(40)).await.unwrap();
    assert_eq!(
        ids(decisions::pending_of_all(&mut tx, &keys).await.unwrap()),
        ["d4"]
    );
    let released = decisions::by_id(&mut tx, "d6").await.unwrap().unwrap();
    assert_eq!(
        (released.state, released.released_at),
        (DecisionState::Released, Some(at(40)))
    );
    assert_eq!(released.basis, Basis::Human);
}

pub async fn many_cases_are_held_read_and_set_together(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin_quick().await.unwrap();
    with_cases(&mut tx, &names(5)).await;
    let held = cases::hold_all(&mut tx, &["c4", "c0", "nobody's"]).await.unwrap();
    let ids: Vec<&str> = held.iter().map(|head| head.id.as_str()).collect();
    assert_eq!(ids, ["c0", "c4"], "in one order, whoever asks");
    assert_eq!(held[1], head("c4", "c4"));
    let listed = cases::by_ids(&mut tx, r#"["c4", "c0", "nobody's"]"#)
        .await
        .unwrap();
    assert_eq!(listed, held);

    let read = payloads::read_all(&mut tx, &[("c1", 1), ("c2", 2), ("c3", 1)])
        .await
        .unwrap();
    assert_eq!(read.len(), 2, "of one there is no such revision");
    assert_eq!(read["c3"].as_ref().unwrap().json, json!({"of": "c3"}));
    assert_eq!(read["c3"].as_ref().unwrap().content_hash, "hash c3");

    let leased = CaseHead {
        lease_token: Some("l".into()),
        lease_person: Some("p-ana".into()),
        leased_until: Some(at(60)),
        ..head("c1", "c1")
    };
    let decided = stands(&head("c2", "c2"), CaseState::Decided, Some("d2"));
    cases::set_standing(&mut tx, &[&leased, &decided], at(9))
        .await
        .unwrap();
    assert_eq!(cases::head(&mut tx, "c1").await.unwrap(), Some(leased));
    assert_eq!(cases::head(&mut tx, "c2").await.unwrap(), Some(decided));
    assert_eq!(cases::head(&mut tx, "c3").await.unwrap(), Some(head("c3", "c3")));
}

pub async fn of_many_leases_the_last_of_each_is_found_and_they_end_together(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin_quick().await.unwrap();
    with_cases(&mut tx, &names(3)).await;
    let lease = |token: &str, case: &str, person: &str| LeaseRow {
        token: token.into(),
        case_id: case.into(),
        revision: 1,
        person_id: person.into(),
        expires_at: at(60),
        order: None,
        probability: Some(0.5),
        ended: false,
    };
    for (at_s, given) in [
        (1, [lease("l1", "c0", "p-ana"), lease("l2", "c1", "p-ana")]),
        (2, [lease("l3", "c0", "p-ana"), lease("l4", "c1", "p-eva")]),
    ] {
        leases::give(&mut tx, &given, at(at_s)).await.unwrap();
    }
    let keys = [
        ("c0", "p-ana", 1),
        ("c1", "p-ana", 1),
        ("c2", "p-ana", 1),
        ("c0", "p-ana", 2),
    ];
    let mut last = leases::last_of(&mut tx, &keys).await.unwrap();
    last.sort_by(|a, b| a.token.cmp(&b.token));
    assert_eq!(last, [lease("l2", "c1", "p-ana"), lease("l3", "c0", "p-ana")]);
    leases::end(&mut tx, &["l2", "l3"], "decided", at(9))
        .await
        .unwrap();
    let ended = leases::last_of(&mut tx, &keys).await.unwrap();
    assert!(ended.iter().all(|lease| lease.ended));
    assert!(!leases::by_token(&mut tx, "l4").await.unwrap().unwrap().ended);
}

pub async fn rows_of_the_feed_written_together_stand_one_after_the_other(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin_quick().await.unwrap();
    let names = names(3);
    with_cases(&mut tx, &names).await;
    let written: Vec<_> = names
        .iter()
        .map(|(case, id)| (decision(id, case), payload(id)))
        .collect();
    decisions::insert(&mut tx, &written).await.unwrap();
    let row = |id: &str, decision_id: &str| NewRow {
        id: id.into(),
        decision_id: decision_id.into(),
        corrects: id != decision_id,
        correlation_id: Some(format!("request {id}")),
    };
    feeds::append(&mut tx, &[row("d0", "d0"), row("d1", "d1")], at(5))
        .await
        .unwrap();
    feeds::append(&mut tx, &[row("d2", "d2"), row("x1", "d1")], at(6))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.sequence().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let filter = FeedFilter {
        limit: 9,
        ..FeedFilter::default()
    };
    let feed = feeds::after(&mut reader, &filter).await.unwrap();
    let mut positions: Vec<i64> = feed.iter().map(|row| row.position).collect();
    positions.sort_unstable();
    assert_eq!(positions, [1, 2, 3, 4]);
    let correction = feed.iter().find(|row| row.id == "x1").unwrap();
    assert_eq!(
        (
            correction.corrects,
            correction.at,
            correction.decision.id.as_str()
        ),
        (true, at(6), "d1")
    );
    assert_eq!(correction.correlation_id.as_deref(), Some("request x1"));
}
