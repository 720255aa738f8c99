//! What the bar says beforehand against what the gate comes to: one never says otherwise than the other.

use proptest::prelude::*;

use super::super::gate::ahead;
use super::*;
use crate::outcome::CaseState;

/// What may be true of a policy that has a say about gates.
fn some_policy() -> impl Strategy<Value = Policy> {
    let above = json!({"above": {"currency": "EUR", "value": "100"}});
    let whens = [
        None,
        Some(above),
        Some(json!({"below_confidence": 0.5})),
        Some(json!({"below_confidence": 0.95, "effects": ["pay"]})),
        Some(json!({"irreversible": true})),
        Some(json!({"edited": true})),
    ];
    let share = prop_oneof![Just(0.0), Just(0.3), Just(1.0)];
    let flags = (any::<bool>(), any::<bool>());
    (1..=2_u8, proptest::sample::select(whens.to_vec()), share, flags).prop_map(
        |(approvers, when, second_share, (draft_only, require_reason))| {
            let rules = when.map(|when| json!({"when": when, "approvers": 2}));
            policy(json!({"approvers": approvers, "rules": Vec::from_iter(rules), "second_share": second_share,
                "draft_only": draft_only, "require_reason": require_reason, "undo_seconds": 5, "audit_share": 0.2}))
        },
    )
}

fn sure(confidence: Option<f64>, shown: bool) -> Case {
    let mut case = refund("120", "EUR");
    case.suggestion.as_mut().unwrap().confidence = confidence;
    if !shown {
        case.suggestion = None;
    }
    case
}

proptest! {
    #[test]
    fn the_bar_announces_a_second_person_exactly_where_one_is_asked(
        own in some_policy(),
        before in proptest::collection::vec(some_policy(), 0..3),
        confidence in proptest::option::of(0.0..1.0),
        draw in 0.0..1.0,
        shown in any::<bool>(),
        registered in any::<bool>(),
        approves in any::<bool>(),
        disputed in any::<bool>(),
    ) {
        let known = match registered {
            true => tools(json!({"effect": "pay", "reversible": true})),
            false => Tools::new(),
        };
        let whole = sure(confidence, true);
        let verdict = answer(&whole, json!({"type": if approves { "approve" } else { "reject" }}));
        let policies = Policies { own: &own, before: &before };
        let people = strictest(policies, &whole, Some(&verdict), &known, draw).approvers;
        let state = if disputed { CaseState::Disputed } else { CaseState::Open };
        let said = ahead(policies, &sure(confidence, shown), state, Some(&verdict), &known, shown);
        let text = said.as_ref().map_or("", |said| said.text.as_str());
        match text {
            "Goes to a second person" => prop_assert_eq!(people, 2),
            "May go to a second person" => prop_assert!(!shown || draw_matters(&own, &before)),
            "Settles the dispute if it is one of the two; else a second person is asked" => prop_assert_eq!(people, 2),
            "Settles the dispute if it is one of the two; else a second person may be asked" => {
                prop_assert!(!shown || draw_matters(&own, &before));
            }
            "" | "Kept as a draft: nothing is run" | "Settles the dispute" => prop_assert_eq!(people, 1, "{}", text),
            other => prop_assert!(false, "{}", other),
        }
        let announced = !disputed && text.contains("second");
        prop_assert!(!announced || said.is_some_and(|said| !said.because.is_empty()));
    }

    #[test]
    fn where_the_machine_is_hidden_the_bar_says_the_same_however_sure_it_is(
        own in some_policy(),
        before in proptest::collection::vec(some_policy(), 0..2),
        confidence in proptest::option::of(0.0..1.0),
    ) {
        let policies = Policies { own: &own, before: &before };
        let (verdict, known) = (answer(&refund("120", "EUR"), json!({"type": "approve"})), Tools::new());
        let says = |case: &Case| ahead(policies, case, CaseState::Open, Some(&verdict), &known, false);
        prop_assert_eq!(says(&sure(confidence, true)), says(&sure(None, false)));
    }

    #[test]
    fn what_goes_along_is_all_that_counts_elsewhere(
        own in some_policy(),
        left in some_policy(),
        confidence in proptest::option::of(0.0..1.0),
        draw in 0.0..1.0,
    ) {
        let (case, known) = (sure(confidence, true), Tools::new());
        let verdict = answer(&case, json!({"type": "approve"}));
        let people = |before: &[Policy]| {
            strictest(Policies { own: &own, before }, &case, Some(&verdict), &known, draw).approvers
        };
        let along = [left.clone().goes_along()];
        let whole = [left];
        prop_assert_eq!(people(&whole), people(&along));
        prop_assert_eq!(own.clone().held_to(&whole), own.clone().held_to(&along));
    }
}

fn draw_matters(own: &Policy, before: &[Policy]) -> bool {
    std::iter::once(own)
        .chain(before)
        .any(|policy| policy.second_share > 0.0)
}
