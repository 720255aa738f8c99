//! Decisions that fall due, and the labels they leave.

use domain::Kind;
use domain::label::{Basis, Label, LabelHead, LabelPayload, LabelledCase, Selection};
use domain::policy::Order;
use serde_json::json;

use super::{at, decided, furnish, head, in_sites};
use crate::store::decisions::{self, RateFilter};
use crate::store::feeds::FeedFilter;
use crate::store::labels::{self, LiveFilter};
use crate::store::{Store, cases};

pub async fn a_retraction_ends_a_label_and_nothing_is_rewritten(store: &Store) {
    furnish(store).await;
    let label = |id: &str, retracts: Option<&str>| Label {
        head: LabelHead {
            id: id.into(),
            kind: Kind::IdentityMatch,
            decision_id: "d1".into(),
            case: LabelledCase {
                id: "c1".into(),
                source: "crm".into(),
                external_id: "a".into(),
                revision: 1,
                content_hash: "h".into(),
            },
            by: "p_1".into(),
            basis: Basis::Human,
            selection: Selection {
                order: Some(Order::Oldest),
                probability: None,
            },
            split: None,
            at: at(1),
            retracts: retracts.map(str::to_owned),
            correlation_id: Some("request".into()),
        },
        payload: LabelPayload {
            suggestion: retracts.is_none().then(|| json!({"confidence": 0.5})),
            ..LabelPayload::default()
        },
    };
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    decisions::insert(&mut tx, &[(decided(), decisions::DecisionPayload::default())])
        .await
        .unwrap();
    labels::append(&mut tx, &[label("l1", None), label("l2", None)].map(in_sites))
        .await
        .unwrap();
    labels::append(&mut tx, &[label("l3", Some("l1"))].map(in_sites))
        .await
        .unwrap();
    assert_eq!(
        labels::by_id(&mut tx, "l2").await.unwrap(),
        Some(label("l2", None))
    );
    tx.commit().await.unwrap();
    store.sequence().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let all = labels::after(
        &mut tx,
        &FeedFilter {
            limit: 9,
            drafts: true,
            ..FeedFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        all.iter()
            .map(|(position, l)| (*position, l.head.id.as_str()))
            .collect::<Vec<_>>(),
        [(1, "l1"), (2, "l2"), (3, "l3")]
    );
    assert_eq!(all[0].1, label("l1", None));
    let live = labels::live(
        &mut tx,
        &LiveFilter {
            limit: 9,
            until: 3,
            ..LiveFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        live.iter().map(|(_, l)| l.head.id.as_str()).collect::<Vec<_>>(),
        ["l2"]
    );
    let before = LiveFilter {
        limit: 9,
        until: 2,
        ..LiveFilter::default()
    };
    assert_eq!(
        labels::live(&mut tx, &before).await.unwrap().len(),
        2,
        "both were live before the retraction"
    );
    assert_eq!(labels::live_of_decision(&mut tx, "d1").await.unwrap().len(), 1);
}

pub async fn a_decision_falls_due_once_and_is_counted_once_released(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    decisions::insert(&mut tx, &[(decided(), decisions::DecisionPayload::default())])
        .await
        .unwrap();
    assert_eq!(decisions::by_id(&mut tx, "d1").await.unwrap(), Some(decided()));
    assert_eq!(decisions::due(&mut tx, at(30), 9).await.unwrap(), []);
    assert_eq!(decisions::due(&mut tx, at(31), 9).await.unwrap().len(), 1);
    let filter = RateFilter {
        from: i64::MIN,
        to: i64::MAX,
        group_by: Some("model".into()),
        by: Some("splink@".into()),
        ..RateFilter::default()
    };
    assert!(
        decisions::rates(&mut tx, &filter).await.unwrap().is_empty(),
        "what is pending isn't counted"
    );
    decisions::release(&mut tx, &["d1"], at(32)).await.unwrap();
    assert_eq!(decisions::due(&mut tx, at(99), 9).await.unwrap(), []);
    let rates = decisions::rates(&mut tx, &filter).await.unwrap();
    assert_eq!(rates[&Some("splink".to_owned())].overridden, 1);
    decisions::mark_wrong(&mut tx, "d1", "slip", Some("p-ana"), at(33))
        .await
        .unwrap();
    assert!(decisions::rates(&mut tx, &filter).await.unwrap().is_empty());
}
