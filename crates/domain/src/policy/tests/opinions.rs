use super::super::opinions::{
    Asked, adjudicates, after, agree, basis_in, is_blind_to_machine, is_blind_to_others, may_be_asked,
    may_join, sees_both, standing,
};
use super::*;
use crate::label::Basis;

#[test]
fn the_second_reviewer_cannot_be_the_first() {
    let (ana, policy) = (person("Ana", &[Role::Approver]), Policy::default());
    let join = |state, deciders: &[&str]| may_join(&ana, &policy, "q", state, deciders).map_err(|r| r.code);
    assert_eq!(join(CaseState::AwaitingSecond, &["p-Eva"]), Ok(()));
    assert_eq!(
        join(CaseState::AwaitingSecond, &["p-Ana"]),
        Err("second_must_differ".into())
    );
    assert_eq!(join(CaseState::Open, &["p-Ana"]), Ok(()), "nothing stands there");
}

#[test]
fn a_dispute_is_settled_by_an_adjudicator_who_took_no_side() {
    let named = policy(json!({"adjudicators": ["p-Ana", "p-Eva", "Ben"]}));
    let nobody_named = Policy::default();
    let both = [Role::Approver, Role::Lead];
    let (ana, eva) = (person("Ana", &[Role::Approver]), person("Eva", &[Role::Approver]));
    let (ben, lea) = (person("Ben", &[Role::Approver]), person("Lea", &both));
    let join = |who: &Person, policy: &Policy, deciders: &[&str]| {
        may_join(who, policy, "q", CaseState::Disputed, deciders).map_err(|r| r.code)
    };
    assert_eq!(
        (join(&ana, &named, &[]), join(&eva, &named, &[])),
        (Ok(()), Ok(()))
    );
    assert_eq!(join(&ben, &named, &[]), Err("not_allowed".into()));
    assert_eq!(
        join(&lea, &named, &[]),
        Err("not_allowed".into()),
        "others are named"
    );
    assert_eq!(join(&lea, &nobody_named, &[]), Ok(()));
    assert_eq!(join(&ben, &nobody_named, &[]), Err("not_allowed".into()));
    assert_eq!(
        join(&ana, &named, &["p-Ana", "p-Ben"]),
        Err("second_must_differ".into())
    );
    let elsewhere = Person {
        queues: vec!["other".into()],
        ..lea
    };
    assert!(!adjudicates(&elsewhere, &nobody_named, "q"));
}

#[test]
fn who_settles_disputes_need_not_decide_the_kind_and_then_decides_nothing_else() {
    let policy = Policy::default();
    let barred = ["p-Bob".to_owned()];
    let ask = |who: &Person, state, deciders: &[&str]| {
        let asked = Asked {
            case: Passed {
                kind: Kind::ProposedAction,
                queue: "q",
                proposed_by: Some("p-Pia"),
                barred: &barred,
            },
            policy: &policy,
            state,
            deciders,
        };
        may_be_asked(who, &asked).map_err(|refusal| refusal.code)
    };
    let not_allowed = || Err("not_allowed".to_owned());
    let lea = person("Lea", &[Role::Lead]);
    assert_eq!(ask(&lea, CaseState::Disputed, &["p-Ana", "p-Ben"]), Ok(()));
    for state in [CaseState::Open, CaseState::AwaitingSecond] {
        assert_eq!(ask(&lea, state, &[]), not_allowed());
    }
    let both = [Role::Lead, Role::Approver];
    for own in ["Bob", "Pia"] {
        for state in [CaseState::Open, CaseState::AwaitingSecond, CaseState::Disputed] {
            assert_eq!(ask(&person(own, &both), state, &[]), not_allowed(), "{own}");
        }
    }
    assert_eq!(
        ask(&person("Ada", &both), CaseState::Disputed, &["p-Ada", "p-Ben"]),
        Err("second_must_differ".into())
    );
}

#[test]
fn a_blank_reason_is_none() {
    let policy = policy(json!({"require_reason": true}));
    for blank in [vec![], vec![""], vec![" ", "\n"]] {
        let reasons: Vec<String> = blank.into_iter().map(str::to_owned).collect();
        assert_eq!(
            gives_reasons(&policy, &reasons).unwrap_err().code,
            "reason_required"
        );
    }
    assert_eq!(gives_reasons(&policy, &["".into(), "late".into()]), Ok(()));
}

#[test]
fn two_who_agree_decide_and_two_who_do_not_dispute() {
    use CaseState::{AwaitingSecond, Decided, Disputed, Expired, Open};
    assert_eq!(after(Open, 1, false), Decided);
    assert_eq!(after(Open, 2, false), AwaitingSecond);
    assert_eq!(after(AwaitingSecond, 1, true), Decided);
    assert_eq!(after(AwaitingSecond, 2, false), Disputed);
    assert_eq!(after(Disputed, 2, true), Decided);
    assert_eq!(after(Disputed, 1, false), Decided, "one is enough for it");
    assert_eq!(
        after(Disputed, 2, false),
        AwaitingSecond,
        "a third view that nobody shares yet"
    );
    assert_eq!(after(Expired, 2, false), Decided, "a rejection waits for nobody");
    assert_eq!(basis_in(Open, AwaitingSecond), Basis::Human);
    assert_eq!(basis_in(AwaitingSecond, Disputed), Basis::SecondOpinion);
    assert_eq!(basis_in(Disputed, Decided), Basis::Adjudicated);
    assert_eq!(basis_in(Disputed, AwaitingSecond), Basis::Human, "a first again");
}

#[test]
fn a_case_stands_where_the_opinions_left_put_it() {
    use Basis::{Adjudicated, Human, SecondOpinion};
    assert_eq!(standing(&[]), CaseState::Open);
    assert_eq!(standing(&[SecondOpinion]), CaseState::AwaitingSecond);
    assert_eq!(standing(&[Human, SecondOpinion]), CaseState::Disputed);
    assert_eq!(standing(&[Human, Adjudicated]), CaseState::Decided);
    let third = [Human, SecondOpinion, Human, SecondOpinion];
    assert_eq!(standing(&third), CaseState::Disputed);
    assert_eq!(standing(&third[..3]), CaseState::AwaitingSecond);
    assert_eq!(standing(&third[1..3]), CaseState::AwaitingSecond);
}

#[test]
fn opinions_agree_when_they_would_do_the_same() {
    let case = refund("12", "EUR");
    let approve = answer(&case, json!({"type": "approve"}));
    let same = answer(
        &case,
        json!({"type": "edit", "arguments": {"currency": "EUR", "amount": "12"}}),
    );
    let reject = answer(&case, json!({"type": "reject"}));
    assert!(agree(Some(&approve), Some(&same), &case.body));
    assert!(!agree(Some(&approve), Some(&reject), &case.body));
    assert!(!agree(Some(&approve), None, &case.body));
    assert!(agree(None, None, &case.body), "neither can tell");
}

#[test]
fn who_could_still_decide_knows_neither_the_others_nor_when_blind_the_machine() {
    let blind = policy(json!({"blind": true}));
    let (ana, lea) = (person("Ana", &[Role::Approver]), person("Lea", &[Role::Lead]));
    let others =
        |who: &Person, state| is_blind_to_others(who, &blind, Kind::ProposedAction, "q", state, false);
    assert!(others(&ana, CaseState::AwaitingSecond) && others(&ana, CaseState::Disputed));
    assert!(!others(&ana, CaseState::Decided) && !others(&lea, CaseState::AwaitingSecond));
    let adjudicator = person("Ada", &[Role::Lead, Role::Approver]);
    assert!(others(&adjudicator, CaseState::AwaitingSecond) && !others(&adjudicator, CaseState::Disputed));
    let both = |who: &Person, state| sees_both(who, &blind, "q", state, false);
    assert!(both(&adjudicator, CaseState::Disputed) && !both(&adjudicator, CaseState::AwaitingSecond));
    assert!(!both(&ana, CaseState::Disputed) && both(&lea, CaseState::Disputed));
    assert!(
        !sees_both(&adjudicator, &blind, "q", CaseState::Disputed, true),
        "a party"
    );
    for state in [CaseState::AwaitingSecond, CaseState::Disputed] {
        assert!(is_blind_to_others(
            &adjudicator,
            &blind,
            Kind::ProposedAction,
            "q",
            state,
            true
        ));
    }
    let machine = |policy: &Policy, state, decided| {
        is_blind_to_machine(&ana, policy, Kind::ProposedAction, "q", state, decided)
    };
    assert!(machine(&blind, CaseState::Open, false) && machine(&blind, CaseState::AwaitingSecond, false));
    assert!(!machine(&blind, CaseState::AwaitingSecond, true) && !machine(&blind, CaseState::Decided, false));
    assert!(!machine(&Policy::default(), CaseState::Open, false));
}
