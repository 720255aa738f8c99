//! Webhooks and their outbox.

use domain::webhook::WebhookEvent;
use protocol::webhooks::{DeliveryState, Signing, WebhookState};
use serde_json::json;

use super::at;
use crate::store::deliveries::{self, DeliveryRow, NewDelivery, Settled, Wanted};
use crate::store::webhooks::{self, HookRow};
use crate::store::{Conn, Store};
use crate::webhooks::signing::Secret;

fn hook(id: &str) -> HookRow {
    HookRow {
        id: id.into(),
        url: "https://hooks.example.com/in".into(),
        events: vec!["case.closed".into(), "case.created".into()],
        signing: Signing::Ed25519,
        secret: Secret::random(),
        state: WebhookState::Active,
        created_at: at(0),
        last_success_at: None,
    }
}

fn delivery(case_id: &str, sequence: i64) -> NewDelivery {
    NewDelivery {
        webhook_id: "w1".into(),
        event_id: format!("{case_id}-{sequence}"),
        event: WebhookEvent::CaseCreated,
        case_id: case_id.into(),
        sequence,
        about: None,
        data: Some(json!({"id": case_id})),
        correlation_id: Some("request".into()),
    }
}

/// A webhook with these deliveries, committed.
async fn written(store: &Store, rows: &[NewDelivery]) {
    let mut tx = store.begin().await.unwrap();
    webhooks::insert(&mut tx, &hook("w1")).await.unwrap();
    deliveries::insert(&mut tx, rows, at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn take(conn: &mut Conn, lease: &str, seconds: i64, limit: i64) -> Vec<DeliveryRow> {
    let wanted = Wanted {
        webhook_id: "w1",
        lease,
        now: at(seconds),
        until: at(seconds + 60),
        limit,
    };
    deliveries::take(conn, &wanted).await.unwrap()
}

fn events(rows: &[DeliveryRow]) -> Vec<&str> {
    let mut events: Vec<&str> = rows.iter().map(|row| row.event_id.as_str()).collect();
    events.sort_unstable();
    events
}

fn settled<'a>(row: &'a DeliveryRow, lease: &'a str, state: DeliveryState, next: i64) -> Settled<'a> {
    Settled {
        id: &row.id,
        lease,
        state,
        next_at: at(next),
        status: Some(503),
        fault: None,
        now: at(5),
    }
}

pub async fn a_webhook_comes_back_as_it_went_in_and_goes_with_its_deliveries(store: &Store) {
    written(store, &[delivery("c1", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    let other = hook("w2");
    webhooks::insert(&mut tx, &other).await.unwrap();
    assert_eq!(webhooks::by_id(&mut tx, "w2").await.unwrap(), Some(other.clone()));
    assert_eq!(webhooks::active(&mut tx).await.unwrap().len(), 2);
    webhooks::set_state(&mut tx, "w2", WebhookState::Disabled)
        .await
        .unwrap();
    webhooks::succeeded(&mut tx, "w2", at(9)).await.unwrap();
    let now = webhooks::all(&mut tx).await.unwrap().remove(1);
    assert_eq!(
        (now.state, now.last_success_at),
        (WebhookState::Disabled, Some(at(9)))
    );
    assert_eq!(
        webhooks::active(&mut tx).await.unwrap(),
        [("w1".to_owned(), other.events)]
    );
    let counts = webhooks::counts(&mut tx).await.unwrap();
    assert_eq!(counts[&("w1".to_owned(), DeliveryState::Waiting)], 1);
    webhooks::remove(&mut tx, "w1").await.unwrap();
    assert_eq!(webhooks::by_id(&mut tx, "w1").await.unwrap(), None);
    let rest = deliveries::page(&mut tx, "w1", None, "", 9).await.unwrap();
    assert_eq!(rest, []);
}

pub async fn of_a_case_only_the_first_delivery_is_taken(store: &Store) {
    written(
        store,
        &[
            delivery("c1", 2),
            delivery("c1", 1),
            delivery("c2", 7),
            delivery("c1", 3),
        ],
    )
    .await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        deliveries::due_webhooks(&mut tx, at(0)).await.unwrap(),
        [""; 0],
        "not before its time"
    );
    assert_eq!(deliveries::due_webhooks(&mut tx, at(1)).await.unwrap(), ["w1"]);
    let first = take(&mut tx, "a", 2, 9).await;
    assert_eq!(events(&first), ["c1-1", "c2-7"]);
    let one = first.iter().find(|row| row.event_id == "c1-1").unwrap();
    assert_eq!(
        (&one.data, one.first_tried_at, one.tries),
        (&Some(json!({"id": "c1"})), Some(at(2)), 0)
    );
    assert_eq!(
        take(&mut tx, "a", 2, 9).await,
        [],
        "what is being sent is waited for"
    );
    let later = settled(one, "a", DeliveryState::Waiting, 30);
    assert!(deliveries::settle(&mut tx, &later).await.unwrap());
    assert_eq!(take(&mut tx, "a", 29, 9).await, [], "so is what is tried again");
    let other = first.iter().find(|row| row.event_id == "c2-7").unwrap();
    let done = settled(other, "a", DeliveryState::Delivered, 2);
    assert!(deliveries::settle(&mut tx, &done).await.unwrap());
    assert_eq!(deliveries::due_webhooks(&mut tx, at(29)).await.unwrap(), ["w1"]);
    deliveries::postpone_followers(&mut tx, one, at(30))
        .await
        .unwrap();
    assert_eq!(
        deliveries::due_webhooks(&mut tx, at(29)).await.unwrap(),
        [""; 0],
        "and what follows it isn't looked at before"
    );
    let again = take(&mut tx, "a", 30, 9).await;
    assert_eq!(events(&again), ["c1-1"]);
    assert_eq!(
        (again[0].tries, again[0].first_tried_at, again[0].status),
        (1, Some(at(2)), Some(503))
    );
    let dead = settled(&again[0], "a", DeliveryState::Dead, 30);
    assert!(deliveries::settle(&mut tx, &dead).await.unwrap());
    assert_eq!(
        events(&take(&mut tx, "a", 30, 9).await),
        ["c1-2"],
        "a dead letter lets it pass"
    );
}

pub async fn a_webhook_fails_from_the_first_try_of_what_was_not_taken_since_its_last_success(store: &Store) {
    written(store, &[delivery("c1", 1), delivery("c2", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    assert!(
        webhooks::failures(&mut tx).await.unwrap().is_empty(),
        "nothing was tried"
    );
    let taken = take(&mut tx, "h1", 5, 9).await;
    for row in &taken {
        deliveries::settle(&mut tx, &settled(row, "h1", DeliveryState::Waiting, 60))
            .await
            .unwrap();
    }
    let since = webhooks::failures(&mut tx).await.unwrap();
    assert_eq!(since.get("w1"), Some(&at(5)));
    webhooks::succeeded(&mut tx, "w1", at(9)).await.unwrap();
    assert!(
        webhooks::failures(&mut tx).await.unwrap().is_empty(),
        "something was taken since"
    );
}

pub async fn takers_at_once_never_get_the_same_delivery(store: &Store) {
    let rows: Vec<NewDelivery> = (0..40).map(|n| delivery(&format!("c{n:02}"), 1)).collect();
    written(store, &rows).await;
    let taker = async |lease: &str| {
        let mut got = Vec::new();
        for _ in 0..5 {
            let mut tx = store.begin().await.unwrap();
            got.extend(take(&mut tx, lease, 2, 2).await);
            tx.commit().await.unwrap();
        }
        got
    };
    let (a, b, c, d) = tokio::join!(taker("a"), taker("b"), taker("c"), taker("d"));
    let all = [a, b, c, d].concat();
    let mut different = events(&all);
    different.dedup();
    assert_eq!((all.len(), different.len()), (40, 40));
}

pub async fn a_delivery_is_settled_by_who_has_it_and_taken_over_from_who_is_gone(store: &Store) {
    written(store, &[delivery("c1", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    let taken = take(&mut tx, "a", 2, 9).await.remove(0);
    assert_eq!(take(&mut tx, "b", 61, 9).await, []);
    assert_eq!(take(&mut tx, "b", 62, 9).await.len(), 1, "the lease is over");
    let late = settled(&taken, "a", DeliveryState::Dead, 0);
    assert!(
        !deliveries::settle(&mut tx, &late).await.unwrap(),
        "it is b's by now"
    );
    deliveries::give_back(&mut tx, "b").await.unwrap();
    assert_eq!(
        take(&mut tx, "c", 63, 9).await.len(),
        1,
        "given back, it is free at once"
    );
    let done = settled(&taken, "c", DeliveryState::Delivered, 0);
    assert!(deliveries::settle(&mut tx, &done).await.unwrap());
    assert_eq!(take(&mut tx, "c", 999, 9).await, []);
    deliveries::forget(&mut tx, at(5)).await.unwrap();
    assert_eq!(
        deliveries::page(&mut tx, "w1", None, "", 9).await.unwrap().len(),
        1
    );
    deliveries::forget(&mut tx, at(6)).await.unwrap();
    assert_eq!(deliveries::page(&mut tx, "w1", None, "", 9).await.unwrap(), []);
}

/// Whoever asks second waits for the first one's commit; on SQLite for its whole transaction.
pub async fn a_higher_number_of_a_case_is_committed_later(store: &Store) {
    let told = async || {
        let mut tx = store.begin().await.unwrap();
        let sequence = deliveries::next_sequence(&mut tx, "c1").await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        // Those with lower numbers are committed: seen by everybody.
        let mut reader = store.reader().await.unwrap();
        let before = deliveries::page(&mut reader, "w1", None, "", 99).await.unwrap();
        drop(reader);
        assert_eq!(before.len() as i64, sequence - 1);
        deliveries::insert(&mut tx, &[delivery("c1", sequence)], at(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let four = async || {
        for _ in 0..4 {
            told().await;
        }
    };
    tokio::join!(four(), four(), four());
    let mut reader = store.reader().await.unwrap();
    let rows = deliveries::page(&mut reader, "w1", None, "", 99).await.unwrap();
    let sequences: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
    assert_eq!(sequences, (1..=12).collect::<Vec<_>>());
}

pub async fn what_was_given_up_begins_anew_when_it_is_replayed(store: &Store) {
    written(store, &[delivery("c1", 1), delivery("c2", 1), delivery("c3", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    for row in take(&mut tx, "a", 2, 9).await {
        let dead = settled(&row, "a", DeliveryState::Dead, 0);
        assert!(deliveries::settle(&mut tx, &dead).await.unwrap());
    }
    let dead = async |conn: &mut Conn| {
        deliveries::page(conn, "w1", Some(DeliveryState::Dead), "", 9)
            .await
            .unwrap()
    };
    let rows = dead(&mut tx).await;
    assert_eq!(rows.len(), 3);
    let rest = deliveries::page(&mut tx, "w1", None, &rows[0].id, 1)
        .await
        .unwrap();
    assert_eq!(rest[0].id, rows[1].id, "page by page");
    let newest = deliveries::page_before(&mut tx, "w1", None, None, 9)
        .await
        .unwrap();
    assert!(newest.iter().rev().eq(&rows), "the same, the newest first");
    let older = deliveries::page_before(&mut tx, "w1", Some(DeliveryState::Dead), Some(&rows[1].id), 9)
        .await
        .unwrap();
    assert_eq!(older, rows[..1]);
    assert_eq!(
        deliveries::state(&mut tx, "w1", &rows[0].id).await.unwrap(),
        Some(DeliveryState::Dead)
    );
    assert_eq!(deliveries::state(&mut tx, "w2", &rows[0].id).await.unwrap(), None);
    let one = deliveries::replay(&mut tx, "w1", Some(&rows[0].id), at(9))
        .await
        .unwrap();
    let all = deliveries::replay(&mut tx, "w1", None, at(9)).await.unwrap();
    assert_eq!((one, all, dead(&mut tx).await.len()), (1, 2, 0));
    let again = take(&mut tx, "b", 9, 9).await;
    assert_eq!(
        (again.len(), again[0].tries, again[0].first_tried_at),
        (3, 0, Some(at(9)))
    );
    deliveries::give_back(&mut tx, "b").await.unwrap();
    assert_eq!(deliveries::give_up_all(&mut tx, "w1").await.unwrap(), 3);
}
