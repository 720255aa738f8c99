//! Who may not decide a case though their roles would let them, where it lay before, and disputes for one who decides
//! nothing else.

use domain::outcome::CaseState;
use domain::policy::Order;

use super::{at, furnish, head, stands};
use crate::store::cases::{self, CaseHead};
use crate::store::leases::{self, Wanted};
use crate::store::{Store, Tx, opinions};

fn wanted<'a>(person: &'a str, anybodys: &'a str) -> Wanted<'a> {
    Wanted {
        queue: "sites",
        person,
        order: Order::Oldest,
        own_order: true,
        limit: 9,
        adjudicates: true,
        stands_for: "[]",
        roles: "[]",
        anybodys,
        sensitivities: None,
        taken: "[]",
    }
}

fn ids(heads: Vec<CaseHead>) -> Vec<String> {
    heads.into_iter().map(|head| head.id).collect()
}

async fn next(tx: &mut Tx, person: &str) -> Vec<String> {
    ids(leases::next(tx, &wanted(person, "[]")).await.unwrap())
}

pub async fn who_is_barred_is_not_given_the_case_until_it_is_revised(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let posted = CaseHead {
        barred: vec!["p-ana".into()],
        ..head("c1", "a")
    };
    cases::insert(&mut tx, &[posted.clone(), head("c2", "b")])
        .await
        .unwrap();
    assert_eq!(cases::head(&mut tx, "c1").await.unwrap(), Some(posted.clone()));
    assert_eq!(next(&mut tx, "p-ana").await, ["c2"]);
    assert_eq!(next(&mut tx, "p-eva").await, ["c1", "c2"]);
    let moved = CaseHead {
        barred: vec!["p-ana".into(), "p-eva".into()],
        lay_in: vec!["else".into()],
        ..posted
    };
    cases::set_queue(&mut tx, &moved).await.unwrap();
    let from = async |tx: &mut Tx, queue| ids(opinions::at_hand_from(tx, queue).await.unwrap());
    assert_eq!(from(&mut tx, "else").await, [] as [&str; 0], "nobody has it");
    let lease = ("t", "p-ana", at(9));
    cases::set_lease(&mut tx, "c1", Some(lease)).await.unwrap();
    assert_eq!(from(&mut tx, "else").await, ["c1"]);
    assert_eq!(from(&mut tx, "els").await, [] as [&str; 0]);
    cases::set_lease(&mut tx, "c1", None).await.unwrap();
    assert_eq!(cases::head(&mut tx, "c1").await.unwrap(), Some(moved));
    assert_eq!(next(&mut tx, "p-eva").await, ["c2"]);
    let revised = CaseHead {
        revision: 2,
        ..head("c1", "a")
    };
    cases::revise(&mut tx, &revised).await.unwrap();
    assert_eq!(cases::head(&mut tx, "c1").await.unwrap(), Some(revised));
    assert_eq!(next(&mut tx, "p-ana").await, ["c1", "c2"]);
}

pub async fn a_dispute_is_found_for_one_who_decides_nothing_else(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let all = [head("c1", "a"), head("c2", "b"), head("c3", "c")];
    cases::insert(&mut tx, &all).await.unwrap();
    let disputed = all[1..]
        .iter()
        .map(|head| stands(head, CaseState::Disputed, None));
    let disputed: Vec<CaseHead> = disputed.collect();
    let disputed: Vec<&CaseHead> = disputed.iter().collect();
    cases::set_standing(&mut tx, &disputed, at(2)).await.unwrap();
    let mut disputed = async |skipped| {
        let found = opinions::disputed(&mut tx, &wanted("p-ana", "[]"), skipped).await;
        ids(found.unwrap())
    };
    assert_eq!(disputed(false).await, ["c2", "c3"]);
    assert_eq!(disputed(true).await, [] as [&str; 0]);
    leases::skip(&mut tx, "c2", "p-ana", at(3)).await.unwrap();
    let mut disputed = async |skipped| {
        let found = opinions::disputed(&mut tx, &wanted("p-ana", "[]"), skipped).await;
        ids(found.unwrap())
    };
    assert_eq!(
        (disputed(false).await, disputed(true).await),
        (vec!["c3".to_owned()], vec!["c2".to_owned()])
    );
}

pub async fn what_waits_for_one_who_is_away_is_found_by_name_and_given_to_anybody(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b")])
        .await
        .unwrap();
    let assigned = CaseHead {
        assignee: Some("p-eva".into()),
        ..head("c1", "a")
    };
    cases::set_routing(&mut tx, &assigned).await.unwrap();
    let by_name = cases::waiting_by_name(&mut tx, r#"["p-eva"]"#, 9).await.unwrap();
    assert_eq!(ids(by_name), ["c1"]);
    let given =
        async |tx: &mut Tx, anybodys| ids(leases::set_apart(tx, &wanted("p-ana", anybodys)).await.unwrap());
    assert_eq!(given(&mut tx, "[]").await, [] as [&str; 0]);
    assert_eq!(given(&mut tx, r#"["c1"]"#).await, ["c1"]);
    leases::skip(&mut tx, "c1", "p-ana", at(3)).await.unwrap();
    let skipped = leases::skipped(&mut tx, &wanted("p-ana", r#"["c1"]"#))
        .await
        .unwrap();
    assert_eq!(ids(skipped), ["c1"]);
}
