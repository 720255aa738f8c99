//! Cases passed on, people who are away, gold, audits and checks. Long, since it is a list of facts.

use domain::outcome::CaseState;
use domain::policy::checks::Found;
use domain::policy::passing::Absence;
use domain::policy::{EscalateTo, Order, Role};
use serde_json::json;

use super::{at, decided, furnish, head, stands};
use crate::store::cases::{self, CaseHead, Filter, Waiting};
use crate::store::checks::{self, AuditDue, CheckRow, Counts};
use crate::store::decisions::{self, DecisionHead, DecisionPayload};
use crate::store::escalations::{self, EscalationRow};
use crate::store::gold::{self, GoldRow};
use crate::store::leases::{self, Wanted};
use crate::store::{Store, Tx, absences, looks, queues};

pub(super) fn escalation(id: &str, to: EscalateTo, person: Option<&str>) -> EscalationRow {
    EscalationRow {
        id: id.into(),
        case_id: "c1".into(),
        revision: 1,
        at: at(5),
        person_id: person.map(str::to_owned),
        to,
        reason: Some("I know them".into()),
    }
}

fn wanted<'a>(person: &'a str, stands_for: &'a str, roles: &'a str) -> Wanted<'a> {
    Wanted {
        queue: "sites",
        person,
        order: Order::Oldest,
        own_order: true,
        limit: 9,
        adjudicates: false,
        stands_for,
        roles,
        anybodys: "[]",
        sensitivities: None,
        taken: "[]",
    }
}

fn ids(heads: Vec<CaseHead>) -> Vec<String> {
    heads.into_iter().map(|head| head.id).collect()
}

async fn set_apart(tx: &mut Tx, person: &str, stands_for: &str, roles: &str) -> Vec<String> {
    ids(leases::set_apart(tx, &wanted(person, stands_for, roles))
        .await
        .unwrap())
}

const ANA: &str = r#"["p-ana"]"#;
const EVA: &str = r#"["p-eva"]"#;
const LEAD: &str = r#"["lead"]"#;

pub async fn an_escalated_case_is_given_only_to_those_it_was_escalated_to(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b")])
        .await
        .unwrap();
    assert!(!escalations::some_set_apart(&mut tx, at(1)).await.unwrap());
    let to_leads = escalation("e1", EscalateTo::Role(Role::Lead), Some("p-ana"));
    escalations::insert(&mut tx, &to_leads, true).await.unwrap();
    assert_eq!(escalations::of_case(&mut tx, "c1").await.unwrap(), Some(to_leads));
    assert!(escalations::some_set_apart(&mut tx, at(1)).await.unwrap());
    let next = |person| wanted(person, "[]", "[]");
    assert_eq!(ids(leases::next(&mut tx, &next("p-ana")).await.unwrap()), ["c2"]);
    assert_eq!(
        leases::free_alike(&mut tx, &next("p-ana"), &head("c2", "b"))
            .await
            .unwrap(),
        1,
        "counted as they are found"
    );
    assert_eq!(set_apart(&mut tx, "p-ana", ANA, "[]").await, [] as [&str; 0]);
    assert_eq!(set_apart(&mut tx, "p-eva", EVA, LEAD).await, ["c1"]);
    let waiting = |roles| Waiting {
        person: "p-eva",
        stands_for: EVA,
        roles,
        anybodys: "[]",
        queues: None,
        sensitivities: None,
    };
    assert_eq!(
        ids(cases::waiting_for(&mut tx, &waiting(LEAD), 9).await.unwrap()),
        ["c1"]
    );
    assert_eq!(
        ids(cases::waiting_for(&mut tx, &waiting("[]"), 9).await.unwrap()),
        [] as [&str; 0]
    );

    let elsewhere = async |tx: &mut Tx, person, stands_for, roles| {
        let found = queues::for_others(tx, person, "[]", (stands_for, roles, "[]"), None)
            .await
            .unwrap();
        found.get("sites").copied().unwrap_or(0)
    };
    assert_eq!(
        elsewhere(&mut tx, "p-ana", ANA, "[]").await,
        1,
        "not free for her"
    );
    assert_eq!(elsewhere(&mut tx, "p-eva", EVA, LEAD).await, 0);

    leases::skip(&mut tx, "c1", "p-eva", at(6)).await.unwrap();
    leases::skip(&mut tx, "c1", "p-ana", at(6)).await.unwrap();
    assert_eq!(set_apart(&mut tx, "p-eva", EVA, LEAD).await, [] as [&str; 0]);
    let skipped = wanted("p-eva", EVA, LEAD);
    assert_eq!(ids(leases::skipped(&mut tx, &skipped).await.unwrap()), ["c1"]);
    let not_hers = wanted("p-ana", ANA, "[]");
    assert_eq!(
        ids(leases::skipped(&mut tx, &not_hers).await.unwrap()),
        [] as [&str; 0]
    );
    leases::forget_skips(&mut tx, "c1").await.unwrap();

    escalations::end(&mut tx, "c1", at(7)).await.unwrap();
    let to_eva = escalation("e2", EscalateTo::Person("p-eva".into()), None);
    escalations::insert(&mut tx, &to_eva, true).await.unwrap();
    assert_eq!(escalations::to_person(&mut tx, "p-eva").await.unwrap(), [to_eva]);
    assert_eq!(escalations::to_person(&mut tx, "p-ana").await.unwrap(), []);
    assert_eq!(set_apart(&mut tx, "p-ana", ANA, LEAD).await, [] as [&str; 0]);
    assert_eq!(
        set_apart(&mut tx, "p-ana", r#"["p-ana", "p-eva"]"#, "[]").await,
        ["c1"],
        "for whom she stands in"
    );
    escalations::end(&mut tx, "c1", at(8)).await.unwrap();
    assert_eq!(escalations::to_person(&mut tx, "p-eva").await.unwrap(), []);
    let to_sites = escalation("e3", EscalateTo::Queue("sites".into()), None);
    escalations::insert(&mut tx, &to_sites, true).await.unwrap();
    assert_eq!(set_apart(&mut tx, "p-ana", ANA, "[]").await, ["c1"]);
    assert!(!escalations::some_closed(&mut tx).await.unwrap());
    let c1 = cases::head(&mut tx, "c1").await.unwrap().unwrap();
    cases::set_standing(&mut tx, &[&stands(&c1, CaseState::Withdrawn, None)], at(9))
        .await
        .unwrap();
    assert!(escalations::some_closed(&mut tx).await.unwrap());
    escalations::end_closed(&mut tx, at(10)).await.unwrap();
    assert_eq!(escalations::of_case(&mut tx, "c1").await.unwrap(), None);
}

pub async fn an_overdue_case_is_escalated_once_a_revision(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let due = CaseHead {
        due_at: Some(at(50)),
        ..head("c1", "a")
    };
    cases::insert(&mut tx, &[due, head("c2", "b")]).await.unwrap();
    assert_eq!(cases::overdue(&mut tx, "sites", at(49), 9).await.unwrap(), []);
    assert_eq!(cases::overdue(&mut tx, "other", at(50), 9).await.unwrap(), []);
    assert_eq!(
        ids(cases::overdue(&mut tx, "sites", at(50), 9).await.unwrap()),
        ["c1"]
    );
    let by_hand = escalation("e1", EscalateTo::Role(Role::Lead), Some("p-ana"));
    escalations::insert(&mut tx, &by_hand, false).await.unwrap();
    assert_eq!(
        cases::overdue(&mut tx, "sites", at(50), 9).await.unwrap().len(),
        1
    );
    let noted = escalation("e2", EscalateTo::Role(Role::Lead), None);
    escalations::insert(&mut tx, &noted, false).await.unwrap();
    assert_eq!(cases::overdue(&mut tx, "sites", at(99), 9).await.unwrap(), []);
    assert_eq!(
        escalations::of_case(&mut tx, "c1").await.unwrap(),
        None,
        "noted, and keeps nobody away"
    );
}

pub async fn an_absence_takes_the_place_of_the_one_before(store: &Store) {
    furnish(store).await;
    let absence = |until, delegate: Option<&str>| Absence {
        person: "p-ana".into(),
        from: at(0),
        until: at(until),
        delegate: delegate.map(str::to_owned),
    };
    let mut tx = store.begin().await.unwrap();
    absences::put(&mut tx, &absence(50, Some("p-eva"))).await.unwrap();
    absences::put(&mut tx, &absence(60, None)).await.unwrap();
    assert_eq!(
        absences::not_over(&mut tx, at(59)).await.unwrap(),
        [absence(60, None)]
    );
    assert_eq!(absences::not_over(&mut tx, at(60)).await.unwrap(), []);
    assert!(escalations::some_set_apart(&mut tx, at(59)).await.unwrap());
    assert!(!escalations::some_set_apart(&mut tx, at(60)).await.unwrap());
    assert!(absences::delete(&mut tx, "p-ana").await.unwrap());
    assert!(!absences::delete(&mut tx, "p-ana").await.unwrap());
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    let mut c1 = head("c1", "a");
    c1.assignee = Some("p-ana".into());
    cases::set_routing(&mut tx, &c1).await.unwrap();
    assert_eq!(
        set_apart(&mut tx, "p-eva", r#"["p-eva", "p-ana"]"#, "[]").await,
        ["c1"],
        "who stands in is given what is assigned"
    );
    assert_eq!(
        set_apart(&mut tx, "p-ana", ANA, "[]").await,
        [] as [&str; 0],
        "in its order"
    );
}

pub async fn who_looks_is_said_until_it_is_over_or_they_look_away(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b")])
        .await
        .unwrap();
    assert!(looks::put(&mut tx, "c1", "p-ana", at(0), at(60)).await.unwrap());
    assert!(
        !looks::put(&mut tx, "c1", "p-ana", at(30), at(90)).await.unwrap(),
        "she goes on looking"
    );
    let others = async |tx: &mut Tx, case: &str, person: &str, now| {
        let found = looks::others(tx, case, person, now).await.unwrap();
        found
            .into_iter()
            .map(|looker| (looker.name, looker.until))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        others(&mut tx, "c1", "p-eva", at(89)).await,
        [("ana".to_owned(), at(90))]
    );
    assert_eq!(
        others(&mut tx, "c1", "p-ana", at(89)).await,
        [],
        "not besides herself"
    );
    assert_eq!(others(&mut tx, "c2", "p-eva", at(89)).await, [], "another case");
    assert_eq!(others(&mut tx, "c1", "p-eva", at(90)).await, [], "it is over");
    assert!(
        looks::put(&mut tx, "c1", "p-ana", at(95), at(120)).await.unwrap(),
        "she looks anew"
    );
    assert!(looks::delete(&mut tx, "c1", "p-ana").await.unwrap());
    assert!(!looks::delete(&mut tx, "c1", "p-ana").await.unwrap());
    assert_eq!(others(&mut tx, "c1", "p-eva", at(96)).await, []);
}

pub async fn a_long_queue_is_ranked_in_parts(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    // By age c1, c2, c3; by doubt c3, c2, c1.
    let doubtful = [("c1", 0.9), ("c2", 0.5), ("c3", 0.1)].map(|(id, certainty)| CaseHead {
        certainty,
        ..head(id, id)
    });
    cases::insert(&mut tx, &doubtful).await.unwrap();
    let policy = domain::policy::Policy {
        order: Order::Uncertain,
        ..domain::policy::Policy::default()
    };
    assert!(
        queues::set_policy(&mut tx, "sites", 1, &policy, Some("p-ana"), at(1))
            .await
            .unwrap()
    );
    let ranking = async |tx: &mut Tx| queues::by_name(tx, "sites").await.unwrap().unwrap().ranking;
    assert!(!ranking(&mut tx).await, "a short one is ranked at once");
    assert_eq!(queues::hold_ranking(&mut tx, "sites").await.unwrap(), None);
    queues::set_ranked_to(&mut tx, "sites", Some("")).await.unwrap();
    assert!(ranking(&mut tx).await);
    let last = cases::rank_some(&mut tx, "sites", "", 2).await.unwrap();
    assert_eq!(last.as_deref(), Some("c2"), "one is left");
    queues::set_ranked_to(&mut tx, "sites", last.as_deref())
        .await
        .unwrap();
    assert_eq!(queues::hold_ranking(&mut tx, "sites").await.unwrap(), last);
    assert_eq!(cases::rank_some(&mut tx, "sites", "c2", 2).await.unwrap(), None);
    let next = Wanted {
        order: Order::Uncertain,
        ..wanted("p-ana", ANA, "[]")
    };
    assert_eq!(
        ids(leases::next(&mut tx, &next).await.unwrap()),
        ["c3", "c2", "c1"]
    );
}

fn planted(id: &str) -> GoldRow {
    GoldRow {
        id: id.into(),
        queue: "sites".into(),
        source: "crm".into(),
        external_id: "x".into(),
        case: Some(json!({"external_id": "x"})),
        answer: Some(json!(null)),
        created_at: at(1),
        person_id: "p-eva".into(),
        taught_at: None,
        retired_at: None,
    }
}

fn check(case_id: &str, gold_id: Option<&str>) -> CheckRow {
    CheckRow {
        case_id: case_id.into(),
        queue: "sites".into(),
        gold_id: gold_id.map(str::to_owned),
        audited: gold_id.is_none().then(|| "d1".to_owned()),
        audited_case: gold_id.is_none().then(|| "c1".to_owned()),
        person_id: "p-ana".into(),
    }
}

pub async fn gold_is_handed_to_nobody_twice_and_erased_with_its_retirement(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    for id in ["g1", "g2"] {
        gold::insert(&mut tx, &planted(id)).await.unwrap();
    }
    assert_eq!(gold::by_id(&mut tx, "g1").await.unwrap(), Some(planted("g1")));
    let unseen = async |tx: &mut Tx, person| -> Vec<String> {
        let found = gold::unseen(tx, "sites", person, 9).await.unwrap();
        found.into_iter().map(|gold| gold.id).collect()
    };
    assert_eq!(
        unseen(&mut tx, "p-eva").await,
        [] as [&str; 0],
        "she knows the answer"
    );
    assert_eq!(unseen(&mut tx, "p-ana").await, ["g1", "g2"]);
    cases::insert(&mut tx, &[head("k1", "k1")]).await.unwrap();
    checks::insert(&mut tx, &check("k1", Some("g1")), at(2))
        .await
        .unwrap();
    assert_eq!(
        checks::of_case(&mut tx, "k1").await.unwrap(),
        Some(check("k1", Some("g1")))
    );
    assert_eq!(unseen(&mut tx, "p-ana").await, ["g2"]);
    assert!(gold::teach(&mut tx, "g1", at(3)).await.unwrap());
    assert!(!gold::teach(&mut tx, "g1", at(4)).await.unwrap(), "once");
    assert!(gold::retire(&mut tx, "g2", at(5)).await.unwrap());
    assert!(!gold::retire(&mut tx, "g2", at(6)).await.unwrap());
    let retired = gold::by_id(&mut tx, "g2").await.unwrap().unwrap();
    assert_eq!(
        (retired.case, retired.answer, retired.retired_at),
        (None, None, Some(at(5)))
    );
    assert_eq!(unseen(&mut tx, "p-ana").await, [] as [&str; 0]);
    let list = |queues: &'static str, queue: Option<&'static str>| (queues, queue);
    for ((queues, queue), n) in [
        (list(r#"["sites"]"#, None), 2),
        (list(r#"["other"]"#, None), 0),
        (list(r#"["sites"]"#, Some("other")), 0),
    ] {
        let found = gold::list(&mut tx, Some(queues), queue, "", 9).await.unwrap();
        assert_eq!(found.len(), n, "{queues} {queue:?}");
    }
    assert_eq!(gold::list(&mut tx, None, None, "g1", 9).await.unwrap().len(), 1);
}

async fn released(tx: &mut Tx, id: &str, case_id: &str, person: &str) -> DecisionHead {
    let decision = DecisionHead {
        id: id.into(),
        case_id: case_id.into(),
        person_id: person.into(),
        ..decided()
    };
    decisions::insert(tx, &[(decision.clone(), DecisionPayload::default())])
        .await
        .unwrap();
    decisions::release(tx, &[id], at(40)).await.unwrap();
    decision
}

pub async fn an_audit_is_of_somebody_else_s_decision_on_a_case_one_never_had(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    released(&mut tx, "d1", "c1", "p-ana").await;
    let drawn = AuditDue {
        decision_id: "d1".into(),
        case_id: "c1".into(),
        revision: 1,
        queue: "sites".into(),
        person_id: "p-ana".into(),
    };
    for _ in 0..2 {
        checks::draw(&mut tx, &drawn, at(41)).await.unwrap();
    }
    assert_eq!(checks::due(&mut tx, "sites", "p-ana", None, 9).await.unwrap(), []);
    assert_eq!(checks::due(&mut tx, "other", "p-eva", None, 9).await.unwrap(), []);
    let below = checks::due(&mut tx, "sites", "p-eva", Some("[]"), 9).await;
    assert_eq!(below.unwrap(), [], "above her ceiling");
    assert_eq!(
        checks::due(&mut tx, "sites", "p-eva", None, 9).await.unwrap(),
        [drawn]
    );
    let lease = leases::LeaseRow {
        token: "t".into(),
        case_id: "c1".into(),
        revision: 1,
        person_id: "p-eva".into(),
        expires_at: at(9),
        order: None,
        probability: None,
        ended: false,
    };
    leases::give(&mut tx, &[lease], at(1)).await.unwrap();
    assert_eq!(
        checks::due(&mut tx, "sites", "p-eva", None, 9).await.unwrap(),
        [],
        "she had it in her hands"
    );
    assert_eq!(
        checks::due(&mut tx, "sites", "p-kim", None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    checks::take(&mut tx, "d1", at(42)).await.unwrap();
    assert_eq!(checks::due(&mut tx, "sites", "p-kim", None, 9).await.unwrap(), []);
}

pub async fn a_check_is_seen_by_who_it_was_made_for(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), head("k1", "k1")])
        .await
        .unwrap();
    cases::make_check(&mut tx, "k1", "p-ana", "a").await.unwrap();
    released(&mut tx, "d1", "c1", "p-eva").await;
    checks::insert(&mut tx, &check("k1", None), at(2)).await.unwrap();
    let made = cases::head(&mut tx, "k1").await.unwrap().unwrap();
    assert_eq!(
        (made.external_id.as_str(), made.check_for.as_deref()),
        ("a", Some("p-ana"))
    );
    let seen = async |tx: &mut Tx, person: &str, sees_checks, external_id: Option<&str>| {
        let filter = Filter {
            limit: 9,
            person: person.into(),
            sees_checks,
            external_id: external_id.map(str::to_owned),
            ..Filter::default()
        };
        ids(cases::list(tx, &filter).await.unwrap())
    };
    assert_eq!(seen(&mut tx, "p-eva", false, None).await, ["c1"]);
    assert_eq!(
        seen(&mut tx, "p-ana", false, None).await,
        ["k1"],
        "who audits doesn't see what is audited"
    );
    assert_eq!(seen(&mut tx, "p-ana", false, Some("a")).await, ["k1"]);
    assert_eq!(seen(&mut tx, "p-lea", true, Some("a")).await, ["c1", "k1"]);
    let copied = ["c1".to_owned()];
    let copies = checks::settled_copies(&mut tx, &copied).await;
    assert_eq!(copies.unwrap(), [""; 0], "it waits for its answer");
    let settled = stands(&made, CaseState::Released, None);
    cases::set_standing(&mut tx, &[&settled], at(3)).await.unwrap();
    assert_eq!(checks::settled_copies(&mut tx, &copied).await.unwrap(), ["k1"]);
    cases::set_standing(&mut tx, &[&made], at(3)).await.unwrap();
    assert!(checks::hides(&mut tx, "p-ana", "c1").await.unwrap());
    assert!(!checks::hides(&mut tx, "p-eva", "c1").await.unwrap());
    let next = |person| wanted(person, "[]", "[]");
    assert_eq!(ids(leases::next(&mut tx, &next("p-eva")).await.unwrap()), ["c1"]);
    assert_eq!(
        ids(leases::next(&mut tx, &next("p-ana")).await.unwrap()),
        ["c1", "k1"]
    );
}

pub async fn answers_on_checks_are_counted_by_queue(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let names = ["k1", "k2", "k3"];
    let heads = names.map(|name| head(name, name));
    cases::insert(&mut tx, &heads).await.unwrap();
    gold::insert(&mut tx, &planted("g1")).await.unwrap();
    let found = [Found::Agree, Found::Disagree, Found::CannotTell];
    for (name, found) in names.into_iter().zip(found) {
        checks::insert(&mut tx, &check(name, Some("g1")), at(2))
            .await
            .unwrap();
        let id = format!("d-{name}");
        released(&mut tx, &id, name, "p-ana").await;
        checks::answer(&mut tx, name, Some((&id, found))).await.unwrap();
    }
    checks::pass_on(&mut tx, "k1", at(3)).await.unwrap();
    assert_eq!(
        checks::left_over(&mut tx, at(9), at(9), 9).await.unwrap(),
        [] as [&str; 0],
        "all answered"
    );
    let all = (i64::MIN, i64::MAX);
    let counted = checks::counts(&mut tx, (None, None), Some("sites"), all)
        .await
        .unwrap();
    let one_each = Counts {
        agree: 1,
        disagree: 1,
        cannot_tell: 1,
    };
    assert_eq!(counted[&("sites".to_owned(), "gold".to_owned())], one_each);
    assert!(
        checks::counts(&mut tx, (Some(r#"["other"]"#), None), None, all)
            .await
            .unwrap()
            .is_empty()
    );
    checks::answer(&mut tx, "k1", None).await.unwrap();
    let below = checks::counts(&mut tx, (None, Some("[]")), None, all).await;
    assert!(below.unwrap().is_empty(), "nothing within the ceiling");
    let counted = checks::counts(&mut tx, (None, None), None, all).await.unwrap();
    assert_eq!(
        counted[&("sites".to_owned(), "gold".to_owned())].agree,
        0,
        "taken back"
    );
    checks::pass_on(&mut tx, "k1", at(3)).await.unwrap();
    assert_eq!(checks::left_over(&mut tx, at(3), at(0), 9).await.unwrap(), ["k1"]);
    assert_eq!(
        checks::left_over(&mut tx, at(2), at(2), 9).await.unwrap(),
        ["k1"],
        "nobody holds it for long"
    );
    assert_eq!(
        checks::left_over(&mut tx, at(2), at(1), 9).await.unwrap(),
        [] as [&str; 0]
    );
    assert_eq!(
        checks::waiting(&mut tx, at(99), 9).await.unwrap(),
        [] as [&str; 0]
    );
}
