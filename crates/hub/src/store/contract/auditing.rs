//! The audit, searched.

use serde_json::json;

use super::{at, furnish};
use crate::store::audit::{self, Actor, AuditFilter, AuditRow, Entry};
use crate::store::{Store, us};

async fn written(store: &Store) {
    furnish(store).await;
    for (n, (person, action, case, correlation)) in [
        ("p-ana", "decision.accepted", "c1", "r1"),
        ("p-eva", "decision.released", "c1", "r1"),
        ("p-ana", "decisions.counted", "c2", "r2"),
        ("p-eva", "case.claimed", "c2", "r2"),
    ]
    .into_iter()
    .enumerate()
    {
        let actor = Actor {
            person: Some(person.into()),
            correlation_id: Some("of the request".into()),
            ..Actor::default()
        };
        let entry = Entry::new(action, json!({"n": n}))
            .case(case)
            .caused_by(Some(correlation));
        let mut tx = store.begin().await.unwrap();
        audit::append(&mut tx, &[(actor, entry)], at(n as i64))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        store.sequence().await.unwrap();
    }
}

fn positions(rows: &[AuditRow]) -> Vec<i64> {
    rows.iter().map(|row| row.position).collect()
}

pub async fn the_audit_is_searched_by_all_that_is_said_at_once(store: &Store) {
    written(store).await;
    let mut conn = store.reader().await.unwrap();
    let some = |text: &str| Some(text.to_owned());
    let all = AuditFilter::default();
    for (filter, found) in [
        (all.clone(), vec![1, 2, 3, 4]),
        (
            AuditFilter {
                action: some("decision.released"),
                ..all.clone()
            },
            vec![2],
        ),
        (
            AuditFilter {
                action: some("decision"),
                ..all.clone()
            },
            vec![1, 2],
        ),
        (
            AuditFilter {
                action: some("decisio_"),
                ..all.clone()
            },
            vec![],
        ),
        (
            AuditFilter {
                person: some("p-ana"),
                ..all.clone()
            },
            vec![1, 3],
        ),
        (
            AuditFilter {
                person: some("eva"),
                ..all.clone()
            },
            vec![2, 4],
        ),
        (
            AuditFilter {
                case_id: some("c2"),
                person: some("ana"),
                ..all.clone()
            },
            vec![3],
        ),
        (
            AuditFilter {
                correlation_id: some("r1"),
                ..all.clone()
            },
            vec![1, 2],
        ),
        (
            AuditFilter {
                correlation_id: some("of the request"),
                ..all.clone()
            },
            vec![],
        ),
        (
            AuditFilter {
                from: us(at(1)),
                until: us(at(3)),
                ..all.clone()
            },
            vec![2, 3],
        ),
    ] {
        let rows = audit::found_after(&mut conn, 0, 9, &filter).await.unwrap();
        assert_eq!(positions(&rows), found, "{filter:?}");
        let mut newest = positions(
            &audit::found_before(&mut conn, i64::MAX, 9, &filter)
                .await
                .unwrap(),
        );
        newest.reverse();
        assert_eq!(newest, found, "the same, the newest first: {filter:?}");
    }
    let rest = audit::found_before(&mut conn, 4, 2, &all).await.unwrap();
    assert_eq!(positions(&rest), [3, 2], "page by page");
    let rest = audit::found_after(&mut conn, 1, 2, &all).await.unwrap();
    assert_eq!(positions(&rest), [2, 3]);
}
