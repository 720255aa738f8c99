//! Which case is next, and for whom.

use domain::policy::Order;

use super::{ME, at, furnish, head};
use crate::store::cases::{self, CaseHead};
use crate::store::leases::{self, LeaseRow, Wanted};
use crate::store::{Store, queues};

pub async fn the_next_cases_are_free_and_not_skipped(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut urgent = head("c3", "c");
    urgent.priority = 4;
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b"), urgent])
        .await
        .unwrap();
    let wanted = Wanted {
        queue: "sites",
        person: "p-ana",
        order: Order::Oldest,
        own_order: true,
        limit: 9,
        adjudicates: false,
        sensitivities: None,
        taken: "[]",
        stands_for: ME,
        roles: "[]",
        anybodys: "[]",
    };
    let ids = |heads: Vec<CaseHead>| heads.into_iter().map(|head| head.id).collect::<Vec<_>>();
    assert_eq!(
        ids(leases::next(&mut tx, &wanted).await.unwrap()),
        ["c3", "c1", "c2"]
    );
    let lease = LeaseRow {
        token: "l1".into(),
        case_id: "c3".into(),
        revision: 1,
        person_id: "p-eva".into(),
        expires_at: at(60),
        order: Some("oldest".into()),
        probability: None,
        ended: false,
    };
    leases::give(&mut tx, std::slice::from_ref(&lease), at(0))
        .await
        .unwrap();
    assert_eq!(
        leases::by_token(&mut tx, "l1").await.unwrap(),
        Some(lease),
        "as it was given"
    );
    leases::skip(&mut tx, "c1", "p-ana", at(1)).await.unwrap();
    for order in [Order::Oldest, Order::Uncertain, Order::Random] {
        assert_eq!(
            ids(leases::next(&mut tx, &Wanted { order, ..wanted }).await.unwrap()),
            ["c2"]
        );
    }
    assert_eq!(ids(leases::skipped(&mut tx, &wanted).await.unwrap()), ["c1"]);
    assert_eq!(
        ids(leases::held(&mut tx, "[\"p-eva\"]", "[\"c1\"]").await.unwrap()),
        ["c3"]
    );
    assert_eq!(
        ids(leases::held(&mut tx, "[\"p-eva\"]", "[\"c3\"]").await.unwrap()),
        [""; 0]
    );
    let leased = queues::leased(&mut tx, at(59)).await.unwrap();
    assert_eq!(leased.values().sum::<u64>(), 1, "c3 is held");
    assert!(
        queues::leased(&mut tx, at(60)).await.unwrap().is_empty(),
        "its time is over"
    );
    leases::prolong(&mut tx, "l1", at(90)).await.unwrap();
    assert_eq!(ids(leases::run_out(&mut tx, at(89), 9).await.unwrap()), [""; 0]);
    assert_eq!(ids(leases::run_out(&mut tx, at(90), 9).await.unwrap()), ["c3"]);
    leases::end(&mut tx, &["l1"], "ran_out", at(90)).await.unwrap();
    assert!(leases::by_token(&mut tx, "l1").await.unwrap().unwrap().ended);
    assert_eq!(
        leases::last_of(&mut tx, &[("c3", "p-eva", 1), ("c3", "p-ana", 1)])
            .await
            .unwrap()
            .iter()
            .map(|lease| (lease.token.as_str(), lease.expires_at))
            .collect::<Vec<_>>(),
        [("l1", at(90))]
    );
    leases::forget_skips(&mut tx, "c1").await.unwrap();
    assert_eq!(ids(leases::skipped(&mut tx, &wanted).await.unwrap()), [""; 0]);
}

/// Two transactions at once never get the same case; on SQLite the second one waits for the first.
pub async fn two_claims_at_once_get_different_cases(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let heads: Vec<CaseHead> = (0..40)
        .map(|n| head(&format!("c{n:02}"), &format!("e{n}")))
        .collect();
    cases::insert(&mut tx, &heads).await.unwrap();
    tx.commit().await.unwrap();
    let claim = async || {
        let mut got = Vec::new();
        for _ in 0..5 {
            let mut tx = store.begin().await.unwrap();
            let wanted = Wanted {
                queue: "sites",
                person: "p-ana",
                order: Order::Oldest,
                own_order: true,
                limit: 2,
                adjudicates: false,
                sensitivities: None,
                taken: "[]",
                stands_for: ME,
                roles: "[]",
                anybodys: "[]",
            };
            for case in leases::next(&mut tx, &wanted).await.unwrap() {
                cases::set_lease(&mut tx, &case.id, Some(("t", "p-ana", at(60))))
                    .await
                    .unwrap();
                got.push(case.id);
            }
            tx.commit().await.unwrap();
        }
        got
    };
    let (a, b, c, d) = tokio::join!(claim(), claim(), claim(), claim());
    let mut all = [a, b, c, d].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40, "each case went to one of them");
}
