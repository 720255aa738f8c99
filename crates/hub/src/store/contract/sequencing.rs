//! Positions: without a gap, in the order of commits.

use serde_json::json;

use super::at;
use crate::store::audit::{self, Actor, Entry};
use crate::store::events::{self, Audience, Event};
use crate::store::{Engine, Store, sequencer};

pub async fn positions_have_no_gap_over_transactions(store: &Store) {
    let event = |person: Option<&str>| Event {
        kind: events::QUEUE_COUNTS,
        queue: Some("sites".into()),
        person: person.map(str::to_owned),
        ..Event::default()
    };
    let actor = Actor {
        person: Some("p-ana".into()),
        ..Actor::default()
    };
    for n in 0..3 {
        let mut tx = store.begin().await.unwrap();
        events::append(&mut tx, &[event(None), event(Some("p-eva"))], at(n))
            .await
            .unwrap();
        audit::append(
            &mut tx,
            &[
                (actor.clone(), Entry::new("a", json!({"n": n}))),
                (actor.clone(), Entry::new("b", json!(null)).case("c1")),
            ],
            at(n),
        )
        .await
        .unwrap();
        // Every other one is rolled back and leaves nothing.
        if n != 1 {
            tx.commit().await.unwrap();
        }
    }
    store.sequence().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let eva = Audience {
        person: "p-eva",
        queues: None,
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    let positions: Vec<i64> = events::after(&mut reader, 0, 99, &eva)
        .await
        .unwrap()
        .iter()
        .map(|c| c.position)
        .collect();
    assert_eq!(positions, [1, 2, 3, 4]);
    let ana = Audience {
        person: "p-ana",
        queues: Some("[\"sites\"]".into()),
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    assert_eq!(
        events::after(&mut reader, 0, 99, &ana).await.unwrap().len(),
        2,
        "eva's are eva's alone"
    );
    let rows = audit::after(&mut reader, 0, 99).await.unwrap();
    let mut previous = domain::chain::genesis();
    for (n, row) in rows.iter().enumerate() {
        assert_eq!((row.position, &row.previous_hash), (n as i64 + 1, &previous));
        assert_eq!(
            domain::chain::hash(&previous, row.header.as_bytes()).unwrap(),
            row.hash
        );
        previous.clone_from(&row.hash);
    }
    assert_eq!(rows.len(), 4);
    let happened = audit::of_cases(&mut reader, &["c1", "c2"]).await.unwrap();
    assert_eq!(happened["c1"].len(), 2);
}

/// A row that is committed after later ones were given their positions comes after them: no follower misses it.
pub async fn what_commits_late_is_read_later(store: &Store) {
    let event = || Event {
        kind: events::CASE_REVISED,
        case_id: Some("c1".into()),
        ..Event::default()
    };
    if store.engine() == Engine::Postgres {
        let mut late = store.begin().await.unwrap();
        events::append(&mut late, &[event()], at(1)).await.unwrap();
        let mut early = store.begin().await.unwrap();
        events::append(&mut early, &[event(), event()], at(2))
            .await
            .unwrap();
        early.commit().await.unwrap();
        store.sequence().await.unwrap();
        late.commit().await.unwrap();
    } else {
        let mut tx = store.begin().await.unwrap();
        events::append(&mut tx, &[event(), event(), event()], at(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let all = Audience {
        person: "p",
        queues: None,
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    let mut conn = store.reader().await.unwrap();
    let seen = if store.engine() == Engine::Postgres { 2 } else { 3 };
    assert_eq!(events::after(&mut conn, 0, 9, &all).await.unwrap().len(), seen);
    store.sequence().await.unwrap();
    let rest = events::after(&mut conn, seen as i64, 9, &all).await.unwrap();
    assert_eq!(rest.len(), 3 - seen, "the follower goes on from where it was");
}

/// Any number of sequencers at once: no position twice, none left out, one chain.
pub async fn several_sequencers_make_one_chain(store: &Store) {
    let work = async |n: i64| {
        for k in 0..10 {
            let mut tx = store.begin().await.unwrap();
            let entry = Entry::new("a", json!({"n": n, "k": k}));
            audit::append(&mut tx, &[(Actor::default(), entry)], at(n))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            store.sequence().await.unwrap();
        }
    };
    tokio::join!(work(1), work(2), work(3), work(4));
    let mut conn = store.reader().await.unwrap();
    let rows = audit::after(&mut conn, 0, 99).await.unwrap();
    let mut previous = domain::chain::genesis();
    for (n, row) in rows.iter().enumerate() {
        assert_eq!((row.position, &row.previous_hash), (n as i64 + 1, &previous));
        assert_eq!(
            domain::chain::hash(&previous, row.header.as_bytes()).unwrap(),
            row.hash
        );
        previous.clone_from(&row.hash);
    }
    assert_eq!(rows.len(), 40);
}

pub async fn what_waits_for_its_position_is_as_old_as_its_oldest_row(store: &Store) {
    for n in [9, 7] {
        let mut tx = store.begin().await.unwrap();
        let entry = Entry::new("a", json!({}));
        audit::append(&mut tx, &[(Actor::default(), entry)], at(n))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut conn = store.reader().await.unwrap();
    let waits = (store.engine() == Engine::Postgres).then(|| at(9));
    assert_eq!(
        sequencer::pending_since(&mut conn).await.unwrap(),
        waits,
        "by its id"
    );
    store.sequence().await.unwrap();
    assert_eq!(sequencer::pending_since(&mut conn).await.unwrap(), None);
}
