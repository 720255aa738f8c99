//! What is given to people, and what lies above their ceiling.

use domain::access::{MayElevate, Raise};
use domain::case::Sensitivity;
use domain::outcome::CaseState;
use domain::policy::{Order, Role};

use super::{at, furnish, head};
use crate::caller::StoredToken;
use crate::store::cases::{Filter, Waiting};
use crate::store::elevations::{self, ElevationRow};
use crate::store::identity_tokens;
use crate::store::leases::Wanted;
use crate::store::{Store, cases, leases, people, queues, tokens};

pub async fn what_is_given_to_a_person_is_changed_only_under_its_version(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut ana = people::access(&mut tx, "p-ana").await.unwrap().unwrap();
    assert_eq!(
        (ana.version, &ana.grant.ceiling, ana.disabled_at),
        (1, &None, None)
    );
    ana.grant.roles = vec![Role::Steward, Role::Lead];
    ana.grant.ceiling = Some(Sensitivity::Confidential);
    ana.may_elevate = Some(MayElevate {
        queues: vec!["refunds".into()],
        ..MayElevate::default()
    });
    ana.identity = Some(("https://idp".into(), "s-1".into()));
    (ana.managed, ana.disabled_at) = (true, Some(at(4)));
    assert!(people::set_access(&mut tx, &ana).await.unwrap());
    assert!(
        !people::set_access(&mut tx, &ana).await.unwrap(),
        "somebody was first"
    );
    ana.version = 2;
    assert_eq!(
        people::by_identity(&mut tx, "https://idp", "s-1").await.unwrap(),
        Some(ana.clone())
    );
    assert_eq!(
        people::by_identity(&mut tx, "https://other", "s-1")
            .await
            .unwrap(),
        None
    );
    assert_eq!(people::access_of_all(&mut tx).await.unwrap()[0], ana);
}

pub async fn a_sign_in_has_the_roles_of_its_person(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut ana = people::access(&mut tx, "p-ana").await.unwrap().unwrap();
    ana.grant.roles = vec![Role::Approver];
    ana.grant.ceiling = Some(Sensitivity::Internal);
    ana.identity = Some(("https://idp".into(), "s-1".into()));
    people::set_access(&mut tx, &ana).await.unwrap();
    let person = domain::policy::Person {
        id: "p-ana".into(),
        name: "ana".into(),
        roles: Vec::new(),
        queues: Vec::new(),
    };
    let token = StoredToken {
        id: "t1".into(),
        hash: "h1".into(),
        person,
        sources: Vec::new(),
        expires_at: Some(at(9)),
        revoked_at: None,
        session: true,
        sign_in: "t1".into(),
        ceiling: None,
        may_elevate: None,
        disabled: false,
    };
    tokens::insert(&mut tx, &token, at(0)).await.unwrap();
    let found = tokens::by_hash(&mut tx, "h1").await.unwrap().unwrap();
    let asked = ["h0".to_owned(), "h1".to_owned()];
    assert_eq!(
        tokens::by_hashes(&mut tx, &asked).await.unwrap(),
        std::slice::from_ref(&found),
        "those that there are"
    );
    assert_eq!(found.person.roles, [Role::Approver]);
    assert_eq!(
        (found.ceiling, found.session),
        (Some(Sensitivity::Internal), true)
    );
    let roles = tokens::roles_of_people(&mut tx, at(99)).await.unwrap();
    assert_eq!(
        roles,
        [("p-ana".to_owned(), Role::Approver)],
        "also while nobody is signed in"
    );
    assert_eq!(tokens::live(&mut tx, at(1)).await.unwrap().len(), 1);
    assert_eq!(tokens::live(&mut tx, at(9)).await.unwrap(), []);
    let ends = async |tx: &mut crate::store::Tx| {
        let token = tokens::by_hash(tx, "h1").await.unwrap().unwrap();
        (token.expires_at, token.revoked_at)
    };
    tokens::end_by(&mut tx, "t1", at(20)).await.unwrap();
    assert_eq!(ends(&mut tx).await.0, Some(at(9)), "never later");
    tokens::end_by(&mut tx, "t1", at(5)).await.unwrap();
    assert_eq!(ends(&mut tx).await, (Some(at(5)), None));
    let machine = StoredToken {
        id: "t2".into(),
        hash: "h2".into(),
        session: false,
        sign_in: "t2".into(),
        ..token
    };
    tokens::insert(&mut tx, &machine, at(0)).await.unwrap();
    assert_eq!(
        tokens::end_sign_in(&mut tx, "t2", at(2)).await.unwrap(),
        0,
        "it is none"
    );
    let renewed = StoredToken {
        id: "t3".into(),
        hash: "h3".into(),
        ..found
    };
    tokens::insert(&mut tx, &renewed, at(1)).await.unwrap();
    let stored = tokens::by_hash(&mut tx, "h3").await.unwrap().unwrap();
    assert_eq!(stored.sign_in, "t1", "of the sign-in it renews");
    assert_eq!(tokens::end_sign_in(&mut tx, "t1", at(2)).await.unwrap(), 2);
    assert_eq!(
        tokens::end_sign_in(&mut tx, "t1", at(3)).await.unwrap(),
        0,
        "once"
    );
    assert!(tokens::some_live(&mut tx, "p-ana", at(8)).await.unwrap());
    assert!(
        !tokens::some_live(&mut tx, "p-ana", at(9)).await.unwrap(),
        "ran out"
    );
    assert_eq!(ends(&mut tx).await.1, Some(at(2)));
    let mut ana = people::access(&mut tx, "p-ana").await.unwrap().unwrap();
    ana.disabled_at = Some(at(1));
    people::set_access(&mut tx, &ana).await.unwrap();
    assert!(tokens::by_hash(&mut tx, "h1").await.unwrap().unwrap().disabled);
    assert_eq!(tokens::roles_of_people(&mut tx, at(1)).await.unwrap(), []);
}

pub async fn an_elevation_runs_until_its_end_and_is_noted_as_ended_once(store: &Store) {
    furnish(store).await;
    let row = |id: &str, until: i64| ElevationRow {
        id: id.into(),
        person_id: "p-ana".into(),
        sign_in: Some("t1".into()),
        given: Raise {
            roles: vec![Role::Lead],
            ..Raise::default()
        },
        reason: "on call".into(),
        created_at: at(0),
        expires_at: at(until),
    };
    let mut tx = store.begin().await.unwrap();
    for (id, until) in [("e1", 10), ("e2", 20)] {
        elevations::insert(&mut tx, &row(id, until)).await.unwrap();
    }
    let running = elevations::running_of(&mut tx, "p-ana", at(9)).await.unwrap();
    assert_eq!(running, [row("e1", 10), row("e2", 20)]);
    assert_eq!(elevations::running_of(&mut tx, "p-eva", at(9)).await.unwrap(), []);
    assert_eq!(
        elevations::running(&mut tx, at(10)).await.unwrap(),
        [row("e2", 20)]
    );
    assert!(!elevations::any_run_out(&mut tx, at(9)).await.unwrap());
    assert!(elevations::any_run_out(&mut tx, at(10)).await.unwrap());
    assert_eq!(
        elevations::run_out(&mut tx, at(10)).await.unwrap(),
        [row("e1", 10)]
    );
    assert_eq!(elevations::run_out(&mut tx, at(11)).await.unwrap(), [], "once");
    for (id, until) in [("e3", 30), ("e4", 30)] {
        let other = ElevationRow {
            sign_in: (id == "e3").then(|| "t2".to_owned()),
            ..row(id, until)
        };
        elevations::insert(&mut tx, &other).await.unwrap();
    }
    let ended = elevations::end_of_sign_in(&mut tx, "t2", at(12)).await.unwrap();
    let ended: Vec<&str> = ended.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ended, ["e3"]);
    elevations::end(&mut tx, "e4", at(12)).await.unwrap();
    assert_eq!(
        elevations::end(&mut tx, "e2", at(12)).await.unwrap(),
        Some(row("e2", 20))
    );
    assert_eq!(elevations::end(&mut tx, "e2", at(13)).await.unwrap(), None);
    assert_eq!(elevations::running(&mut tx, at(13)).await.unwrap(), []);
    assert!(!elevations::any_run_out(&mut tx, at(99)).await.unwrap());
}

pub async fn an_identity_token_is_taken_once(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert!(identity_tokens::take(&mut tx, "h1", at(10), at(1)).await.unwrap());
    assert!(!identity_tokens::take(&mut tx, "h1", at(10), at(2)).await.unwrap());
    assert!(identity_tokens::take(&mut tx, "h2", at(10), at(2)).await.unwrap());
    assert!(
        identity_tokens::take(&mut tx, "h1", at(20), at(10))
            .await
            .unwrap(),
        "forgotten once it has run out: its own time refuses it then"
    );
}

pub async fn what_lies_above_a_ceiling_is_not_given_not_listed_and_not_counted(store: &Store) {
    furnish(store).await;
    let of = |id: &str, sensitivity| {
        let mut case = head(id, id);
        (case.sensitivity, case.due_at) = (sensitivity, Some(at(5)));
        case
    };
    let mut tx = store.begin().await.unwrap();
    let all = [
        of("c1", Sensitivity::Restricted),
        of("c2", Sensitivity::Internal),
        of("c3", Sensitivity::Confidential),
    ];
    cases::insert(&mut tx, &all).await.unwrap();
    for order in [Order::Oldest, Order::Uncertain, Order::Random] {
        let wanted = Wanted {
            queue: "sites",
            person: "p-ana",
            order,
            own_order: false,
            limit: 9,
            adjudicates: false,
            stands_for: r#"["p-ana"]"#,
            roles: "[]",
            anybodys: "[]",
            sensitivities: Some(r#"["public","internal"]"#),
            taken: "[]",
        };
        let given = leases::next(&mut tx, &wanted).await.unwrap();
        assert_eq!(
            given.iter().map(|case| case.id.as_str()).collect::<Vec<_>>(),
            ["c2"]
        );
        assert_eq!(leases::free_alike(&mut tx, &wanted, &all[1]).await.unwrap(), 1);
    }
    let mut assigned = all[1].clone();
    assigned.assignee = Some("p-ana".into());
    cases::set_routing(&mut tx, &assigned).await.unwrap();
    assert_eq!(cases::assigned_to(&mut tx, "p-ana").await.unwrap(), [assigned]);
    assert_eq!(cases::assigned_to(&mut tx, "p-eva").await.unwrap(), []);
    let filter = Filter {
        limit: 9,
        sensitivities: Some(r#"["public","internal","confidential"]"#.into()),
        ..Filter::default()
    };
    assert_eq!(cases::list(&mut tx, &filter).await.unwrap().len(), 2);
    for (ceiling, above) in [
        (Sensitivity::Public, 3),
        (Sensitivity::Internal, 2),
        (Sensitivity::Confidential, 1),
        (Sensitivity::Restricted, 0),
    ] {
        let hidden = queues::hidden(&mut tx, ceiling, at(1), at(5)).await.unwrap();
        let found = hidden.get(&("sites".to_owned(), CaseState::Open)).copied();
        let expected = (above > 0).then_some(queues::Hidden {
            n: above,
            leased: 0,
            claimable: above,
            due: above,
        });
        assert_eq!(found, expected, "{ceiling:?}");
    }
}

pub async fn what_is_passed_on_above_a_ceiling_waits_for_nobody_below_it(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut all = [head("c1", "c1"), head("c2", "c2")];
    for case in &mut all {
        (case.sensitivity, case.assignee) = (Sensitivity::Restricted, Some("p-eva".into()));
    }
    cases::insert(&mut tx, &all).await.unwrap();
    for case in &all {
        cases::set_routing(&mut tx, case).await.unwrap();
    }
    leases::skip(&mut tx, "c2", "p-ana", at(6)).await.unwrap();
    for (sensitivities, n) in [(Some(r#"["public","internal"]"#), 0), (None, 1)] {
        let both = r#"["p-ana","p-eva"]"#;
        let wanted = Wanted {
            queue: "sites",
            person: "p-ana",
            order: Order::Oldest,
            own_order: true,
            limit: 9,
            adjudicates: false,
            stands_for: both,
            roles: "[]",
            anybodys: "[]",
            sensitivities,
            taken: "[]",
        };
        let found = leases::set_apart(&mut tx, &wanted).await.unwrap();
        assert_eq!(found.len(), n, "{sensitivities:?}");
        let found = leases::skipped(&mut tx, &wanted).await.unwrap();
        assert_eq!(found.len(), n, "{sensitivities:?}");
        let waiting = Waiting {
            person: "p-ana",
            stands_for: both,
            roles: "[]",
            anybodys: "[]",
            queues: None,
            sensitivities: sensitivities.map(str::to_owned),
        };
        let found = cases::waiting_for(&mut tx, &waiting, 9).await.unwrap();
        assert_eq!(found.len(), 2 * n, "{sensitivities:?}");
        let own = (r#"["p-ana"]"#, "[]", "[]");
        let others = queues::for_others(&mut tx, "p-ana", "[]", own, sensitivities)
            .await
            .unwrap();
        let others = others.get("sites").copied().unwrap_or(0);
        assert_eq!(others, 2 * n as u64, "{sensitivities:?}");
    }
}
