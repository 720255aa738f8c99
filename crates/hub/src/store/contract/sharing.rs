//! What several look for together is what each of them would find alone.

use domain::outcome::CaseState;
use domain::policy::{EscalateTo, Role};

use super::worklife::escalation;
use super::{at, furnish, head, stands};
use crate::store::cases::{self, CaseHead};
use crate::store::{Store, Tx, escalations, leases};

const BOTH: &str = r#"["p-ana", "p-eva"]"#;

async fn alike(tx: &mut Tx, limit: i64) -> (Vec<String>, bool) {
    let (heads, all) = leases::next_alike(tx, "sites", BOTH, limit).await.unwrap();
    (heads.into_iter().map(|head| head.id).collect(), all)
}

fn found(ids: &[&str], all: bool) -> (Vec<String>, bool) {
    (ids.iter().map(|id| (*id).to_owned()).collect(), all)
}

pub async fn cases_that_are_alike_to_several_are_found_together_in_their_order(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let urgent = CaseHead {
        priority: 4,
        ..head("c3", "c")
    };
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b"), urgent])
        .await
        .unwrap();
    assert_eq!(alike(&mut tx, 9).await, found(&["c3", "c1", "c2"], true));
    assert_eq!(alike(&mut tx, 2).await, found(&["c3", "c1"], false));
    // Nobody's here: it is nothing that makes a difference between them.
    let to_leads = escalation("e1", EscalateTo::Role(Role::Lead), Some("p-ana"));
    escalations::insert(&mut tx, &to_leads, true).await.unwrap();
    assert_eq!(alike(&mut tx, 9).await, found(&["c3", "c2"], true));
    leases::skip(&mut tx, "c2", "p-eva", at(2)).await.unwrap();
    assert_eq!(alike(&mut tx, 9).await, found(&["c3"], false));
}

pub async fn from_the_first_case_on_that_one_may_not_be_given_each_looks_alone(store: &Store) {
    furnish(store).await;
    let begin = async || {
        let mut tx = store.begin().await.unwrap();
        let all = [head("c1", "a"), head("c2", "b"), head("c3", "c")];
        cases::insert(&mut tx, &all).await.unwrap();
        (tx, all)
    };
    let apart = found(&["c1"], false);
    let (mut tx, all) = begin().await;
    let seconds = stands(&all[1], CaseState::AwaitingSecond, None);
    cases::set_standing(&mut tx, &[&seconds], at(2)).await.unwrap();
    assert_eq!(alike(&mut tx, 9).await, apart);
    drop(tx);
    let (mut tx, all) = begin().await;
    let barred = CaseHead {
        barred: vec!["p-eva".into()],
        ..all[1].clone()
    };
    cases::set_queue(&mut tx, &barred).await.unwrap();
    assert_eq!(alike(&mut tx, 9).await, apart);
    drop(tx);
    let (mut tx, all) = begin().await;
    let assigned = CaseHead {
        assignee: Some("p-ana".into()),
        ..all[1].clone()
    };
    cases::set_routing(&mut tx, &assigned).await.unwrap();
    assert_eq!(alike(&mut tx, 9).await, apart);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let proposed = CaseHead {
        proposed_by: Some("p-ana".into()),
        ..head("c2", "b")
    };
    cases::insert(&mut tx, &[head("c1", "a"), proposed, head("c3", "c")])
        .await
        .unwrap();
    assert_eq!(alike(&mut tx, 9).await, apart);
}
