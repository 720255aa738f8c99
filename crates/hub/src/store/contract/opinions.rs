//! Policies, tools, and several opinions on one case.

use domain::Kind;
use domain::action::tool::Tool;
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::{Order, Policy};
use serde_json::json;

use super::{ME, at, decided, furnish, head, stands};
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead, DecisionPayload};
use crate::store::leases::{self, Wanted};
use crate::store::opinions::{self, Asked};
use crate::store::tools::{self, ToolRow};
use crate::store::{Store, policies, queues};

pub async fn a_policy_is_replaced_only_under_its_version(store: &Store) {
    furnish(store).await;
    let strict = Policy {
        approvers: 2,
        ..Policy::default()
    };
    let mut tx = store.begin().await.unwrap();
    assert!(
        queues::set_policy(&mut tx, "sites", 1, &strict, Some("p-ana"), at(1))
            .await
            .unwrap()
    );
    assert!(
        !queues::set_policy(&mut tx, "sites", 1, &Policy::default(), Some("p-eva"), at(2))
            .await
            .unwrap(),
        "somebody was first"
    );
    let row = queues::by_name(&mut tx, "sites").await.unwrap().unwrap();
    assert_eq!((row.policy, row.policy_version), (Some(strict.clone()), 2));
    let versions = policies::versions(&mut tx, "sites").await.unwrap();
    let shown: Vec<_> = versions
        .into_iter()
        .map(|v| (v.version, v.policy, v.person_id))
        .collect();
    assert_eq!(
        shown,
        [
            (2, Some(strict), Some("p-ana".to_owned())),
            (1, Some(Policy::default()), None)
        ]
    );
    let again = queues::ensure(&mut tx, "sites", Kind::IdentityMatch, at(3))
        .await
        .unwrap();
    assert_eq!(again.policy_version, 2);
}

pub async fn a_policy_that_cannot_be_read_is_none(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    for broken in ["{", "[]", r#"{"approvers": 9}"#, r#"{"approvals": 2}"#] {
        sqlx::query("update queues set policy = $1")
            .bind(broken)
            .execute(&mut *tx)
            .await
            .unwrap();
        let row = queues::by_name(&mut tx, "sites").await.unwrap().unwrap();
        assert_eq!(row.policy, None, "{broken}");
    }
}

pub async fn a_tool_is_written_over(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let row = |name: &str, json| ToolRow {
        name: name.into(),
        tool: Tool::read(&json).unwrap(),
        at: at(1),
        person_id: "p-ana".into(),
    };
    let pay = row(
        "pay",
        json!({"effect": "pay", "amount": {"value": "/a", "currency": "/c"}}),
    );
    for put in [
        row("pay", json!({"effect": "read"})),
        row("mail", json!({"effect": "send"})),
        pay.clone(),
    ] {
        tools::put(&mut tx, &put).await.unwrap();
    }
    let all = tools::all(&mut tx).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1], pay);
    let named = tools::named(&mut tx, r#"["pay", "else"]"#).await.unwrap();
    assert_eq!(
        named.into_iter().collect::<Vec<_>>(),
        [("pay".to_owned(), pay.tool)]
    );
}

fn opinion(id: &str, person: &str, basis: Basis) -> DecisionHead {
    DecisionHead {
        id: id.into(),
        person_id: person.into(),
        undo_until: None,
        basis,
        ..decided()
    }
}

async fn ids_for(store: &mut crate::store::Tx, person: &str, adjudicates: bool) -> Vec<String> {
    let wanted = Wanted {
        queue: "sites",
        person,
        order: Order::Oldest,
        own_order: true,
        limit: 9,
        adjudicates,
        sensitivities: None,
        taken: "[]",
        stands_for: ME,
        roles: "[]",
        anybodys: "[]",
    };
    let found = leases::next(store, &wanted).await.unwrap();
    let n = leases::free_alike(store, &wanted, &head("c1", "a"))
        .await
        .unwrap();
    assert_eq!(n, found.len() as i64, "counted as they are found");
    found.into_iter().map(|head: CaseHead| head.id).collect()
}

/// Ids of the cases that wait for this person's opinion; counted alike.
async fn asked_of(store: &mut crate::store::Tx, person: &str, settles: &str) -> Vec<String> {
    let asked = Asked {
        person,
        queues: "[\"sites\"]",
        settles,
        sensitivities: None,
    };
    let found = opinions::list(store, &asked, 9).await.unwrap();
    let counted: u64 = opinions::counts(store, &asked).await.unwrap().values().sum();
    assert_eq!(counted, found.len() as u64);
    let elsewhere = Asked {
        queues: "[\"else\"]",
        settles: "[\"else\"]",
        ..asked
    };
    assert_eq!(opinions::list(store, &elsewhere, 9).await.unwrap(), []);
    found.into_iter().map(|head| head.id).collect()
}

pub async fn a_case_that_waits_for_a_second_waits_for_somebody_else(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b")])
        .await
        .unwrap();
    let payload = DecisionPayload::default();
    decisions::insert(
        &mut tx,
        &[(opinion("d1", "p-ana", Basis::Human), payload.clone())],
    )
    .await
    .unwrap();
    cases::set_standing(
        &mut tx,
        &[&stands(&head("c1", "a"), CaseState::AwaitingSecond, None)],
        at(1),
    )
    .await
    .unwrap();
    assert_eq!(ids_for(&mut tx, "p-ana", true).await, ["c2"]);
    assert_eq!(ids_for(&mut tx, "p-eva", false).await, ["c1", "c2"]);
    assert_eq!(asked_of(&mut tx, "p-ana", "[\"sites\"]").await, [] as [&str; 0]);
    assert_eq!(asked_of(&mut tx, "p-eva", "[]").await, ["c1"]);
    let others = queues::for_others(&mut tx, "p-ana", "[]", ("[]", "[]", "[]"), None)
        .await
        .unwrap();
    assert_eq!(others.get("sites"), Some(&1));
    assert!(
        queues::for_others(&mut tx, "p-eva", "[]", ("[]", "[]", "[]"), None)
            .await
            .unwrap()
            .is_empty()
    );

    cases::set_standing(
        &mut tx,
        &[&stands(&head("c1", "a"), CaseState::Disputed, None)],
        at(2),
    )
    .await
    .unwrap();
    assert_eq!(
        ids_for(&mut tx, "p-eva", false).await,
        ["c2"],
        "she settles no disputes"
    );
    assert_eq!(asked_of(&mut tx, "p-eva", "[]").await, [] as [&str; 0]);
    assert_eq!(asked_of(&mut tx, "p-eva", "[\"sites\"]").await, ["c1"]);
    assert_eq!(asked_of(&mut tx, "p-ana", "[\"sites\"]").await, [] as [&str; 0]);
    assert_eq!(ids_for(&mut tx, "p-eva", true).await, ["c1", "c2"]);
    assert_eq!(ids_for(&mut tx, "p-ana", true).await, ["c2"], "she took a side");
    let others = queues::for_others(&mut tx, "p-eva", "[]", ("[]", "[]", "[]"), None)
        .await
        .unwrap();
    assert_eq!(others.get("sites"), Some(&1));
    assert!(
        queues::for_others(&mut tx, "p-eva", "[\"sites\"]", ("[]", "[]", "[]"), None)
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn two_who_agree_fall_due_once(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    let payload = DecisionPayload::default();
    for opinion in [
        opinion("d1", "p-ana", Basis::Human),
        opinion("d2", "p-eva", Basis::SecondOpinion),
    ] {
        decisions::insert(&mut tx, &[(opinion, payload.clone())])
            .await
            .unwrap();
    }
    assert_eq!(
        decisions::due(&mut tx, at(99), 9).await.unwrap(),
        [],
        "no window has begun"
    );
    decisions::set_window(&mut tx, "d1", Some(at(31)), true)
        .await
        .unwrap();
    decisions::set_window(&mut tx, "d2", Some(at(31)), false)
        .await
        .unwrap();
    let due = decisions::due(&mut tx, at(99), 9).await.unwrap();
    assert_eq!(
        due.iter().map(|d| (d.id.as_str(), d.draft)).collect::<Vec<_>>(),
        [("d1", true)]
    );
    assert_eq!(decisions::pending_of(&mut tx, "c1", 1).await.unwrap().len(), 2);
    assert_eq!(decisions::pending_of(&mut tx, "c1", 2).await.unwrap(), []);
    decisions::keep(&mut tx, "d1").await.unwrap();
    decisions::set_first(&mut tx, "d2").await.unwrap();
    let left = decisions::pending_of(&mut tx, "c1", 1).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].basis, left[0].undo_until), (Basis::Human, None));
    let kept = decisions::by_id(&mut tx, "d1").await.unwrap().unwrap();
    assert_eq!(kept.state, DecisionState::Kept);
    let newest = cases::newest(&mut tx, "sites", 1).await.unwrap();
    assert_eq!(newest.len(), 1);
}
