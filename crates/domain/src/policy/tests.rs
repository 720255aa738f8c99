mod ahead;
mod opinions;

use serde_json::{Value, json};

use super::amount::Amount;
use super::gate::{Policies, gate, strictest};
use super::*;
use crate::action::tool::{Tool, Tools, check_registered, runs_for_good};
use crate::case::CaseBody;

fn case(arguments: Value, more: Value) -> Case {
    let mut action = json!({"id": "a1", "tool": "refund", "effect": "pay", "reversible": true, "arguments": arguments,
        "amount": {"value": "/amount", "currency": "/currency"}});
    for (name, value) in more.as_object().unwrap() {
        action[name] = value.clone();
    }
    Case::read(
        &json!({"external_id": "x", "kind": "proposed_action", "body": {"actions": [action]},
        "suggestion": {"confidence": 0.9, "verdict": {"actions": [{"id": "a1", "type": "approve"}]}}}),
    )
    .unwrap()
}

fn refund(amount: &str, currency: &str) -> Case {
    case(json!({"amount": amount, "currency": currency}), json!({}))
}

fn answer(case: &Case, answer: Value) -> Verdict {
    let mut answer = answer;
    answer["id"] = json!("a1");
    Verdict::read(&json!({"actions": [answer]}), &case.body).unwrap()
}

fn policy(json: Value) -> Policy {
    Policy::read(&json).unwrap()
}

fn rule(when: Value) -> Policy {
    policy(json!({"rules": [{"when": when, "approvers": 2}]}))
}

fn tools(json: Value) -> Tools {
    Tools::from([("refund".to_owned(), Tool::read(&json).unwrap())])
}

/// How many people an approval needs.
fn asked(policy: &Policy, case: &Case, tools: &Tools) -> u8 {
    let approve = answer(case, json!({"type": "approve"}));
    gate(policy, case, Some(&approve), tools, 0.5).approvers
}

fn person(name: &str, roles: &[Role]) -> Person {
    Person {
        id: format!("p-{name}"),
        name: name.to_owned(),
        roles: roles.to_vec(),
        queues: Vec::new(),
    }
}

#[test]
fn the_default_asks_one_person_and_shows_everything() {
    let policy = policy(json!({}));
    assert_eq!(policy, Policy::default());
    assert_eq!(asked(&policy, &refund("999999", "EUR"), &Tools::new()), 1);
    assert!(!policy.asks_for_a_second() && !policy.blind && !policy.draft_only);
}

#[test]
fn a_broken_policy_says_where() {
    let when = |when: Value| json!({"rules": [{"when": when, "approvers": 2}]});
    for (broken, pointer) in [
        (json!([]), ""),
        (json!({"approvers": 3}), "/approvers"),
        (json!({"approvers": 0}), "/approvers"),
        (json!({"approver": 2}), "/approver"),
        (json!({"second_must_differ": false}), "/second_must_differ"),
        (json!({"second_share": 1.5}), "/second_share"),
        (json!({"lease_seconds": 1}), "/lease_seconds"),
        (json!({"undo_seconds": 99_999_999}), "/undo_seconds"),
        (json!({"order": "newest"}), "/order"),
        (json!({"adjudicators": ["Ana", " "]}), "/adjudicators/1"),
        (when(json!({})), "/rules/0/when"),
        (when(json!({"effects": []})), "/rules/0/when/effects"),
        (when(json!({"effects": ["steal"]})), "/rules/0/when/effects/0"),
        (when(json!({"tools": [""]})), "/rules/0/when/tools"),
        (
            when(json!({"below_confidence": 80})),
            "/rules/0/when/below_confidence",
        ),
        (
            when(json!({"above": {"currency": "EUR", "value": "1,000"}})),
            "/rules/0/when/above/value",
        ),
        (
            when(json!({"above": {"currency": "", "value": "1000"}})),
            "/rules/0/when/above/currency",
        ),
        (
            json!({"rules": [{"when": {"irreversible": true}, "approvers": 3}]}),
            "/rules/0/approvers",
        ),
    ] {
        let refused = Policy::read(&broken).unwrap_err();
        assert_eq!(refused.code, INVALID_POLICY, "{broken}");
        assert_eq!(refused.pointer, pointer, "{broken}: {}", refused.detail);
    }
}

#[test]
fn amounts_are_compared_digit_by_digit() {
    let amount = |text: &str| Amount::parse(text).unwrap();
    for (less, more) in [
        ("999.99", "1000"),
        ("1000.00", "1000.01"),
        ("9", "10"),
        ("0.45", "0.5"),
        ("9007199254740992.1", "9007199254740992.11"),
    ] {
        assert!(amount(less) < amount(more), "{less} < {more}");
    }
    assert_eq!(amount("01000.50"), amount("1000.5"));
    assert_eq!(amount("-5"), amount("5"), "a sign is no way around");
    for broken in ["", "1e9", "1,000", "12.", ".5", "five", "- 5"] {
        assert_eq!(Amount::parse(broken), None, "{broken}");
    }
}

#[test]
fn a_second_is_asked_above_the_amount_and_for_what_cannot_be_read() {
    let policy = rule(json!({"above": {"currency": "EUR", "value": "1000"}}));
    let known = tools(json!({"effect": "write"}));
    for (amount, currency, people) in [
        ("1000.00", "EUR", 1),
        ("1000.01", "EUR", 2),
        ("-5000", "eur", 2),
        ("12", "USD", 2),
        ("a lot", "EUR", 2),
    ] {
        assert_eq!(
            asked(&policy, &refund(amount, currency), &known),
            people,
            "{amount} {currency}"
        );
    }
    let nowhere = case(json!({"sum": "12"}), json!({}));
    assert_eq!(asked(&policy, &nowhere, &known), 2, "the pointer leads nowhere");
    let unsaid = case(json!({"sum": "12"}), json!({"amount": null}));
    assert_eq!(
        asked(&policy, &unsaid, &known),
        2,
        "a payment of nobody knows how much"
    );
    let note = case(json!({}), json!({"amount": null, "effect": "write"}));
    assert_eq!(asked(&policy, &note, &known), 1, "nothing is paid");
    let both = policy_of_two_currencies();
    assert_eq!(
        asked(&both, &refund("12", "USD"), &known),
        1,
        "another rule names it"
    );
    assert_eq!(asked(&both, &refund("1200", "USD"), &known), 2);
}

fn policy_of_two_currencies() -> Policy {
    policy(json!({"rules": [
        {"when": {"above": {"currency": "EUR", "value": "1000"}}, "approvers": 2},
        {"when": {"above": {"currency": "USD", "value": "1100"}}, "approvers": 2},
    ]}))
}

#[test]
fn the_final_arguments_count_and_only_of_what_would_run() {
    let policy = rule(json!({"above": {"currency": "EUR", "value": "1000"}}));
    let (case, known) = (refund("12", "EUR"), tools(json!({"effect": "pay"})));
    let people = |given: Value| {
        let verdict = answer(&case, given);
        gate(&policy, &case, Some(&verdict), &known, 0.5).approvers
    };
    assert_eq!(
        people(json!({"type": "edit", "arguments": {"amount": "2000", "currency": "EUR"}})),
        2
    );
    assert_eq!(people(json!({"type": "approve"})), 1);
    let large = refund("2000", "EUR");
    let reject = answer(&large, json!({"type": "reject"}));
    assert_eq!(gate(&policy, &large, Some(&reject), &known, 0.5).approvers, 1);
    assert_eq!(gate(&policy, &large, None, &known, 0.5).approvers, 1);
    let edited = rule(json!({"edited": true}));
    let verdict = answer(
        &case,
        json!({"type": "edit", "arguments": {"amount": "1", "currency": "EUR"}}),
    );
    assert_eq!(gate(&edited, &case, Some(&verdict), &known, 0.5).approvers, 2);
    assert_eq!(asked(&edited, &case, &known), 1);
}

#[test]
fn the_proposer_does_not_set_its_own_gate() {
    let sends = rule(json!({"effects": ["send"]}));
    let says = |effect: &str| {
        case(
            json!({"amount": "1", "currency": "EUR"}),
            json!({"effect": effect}),
        )
    };
    let registered = tools(json!({"effect": "send", "reversible": true}));
    for effect in ["read", "write", "delete"] {
        assert_eq!(asked(&sends, &says(effect), &registered), 2, "it says {effect}");
    }
    assert_eq!(
        asked(&sends, &says("send"), &tools(json!({"effect": "read"}))),
        2,
        "the case counts too"
    );
    let amounts = rule(json!({"above": {"currency": "EUR", "value": "1000"}}));
    let decoy = case(
        json!({"amount": "1", "currency": "EUR", "really": "5000"}),
        json!({}),
    );
    let registered = tools(json!({"effect": "pay", "amount": {"value": "/really", "currency": "EUR"}}));
    assert_eq!(
        asked(&amounts, &decoy, &registered),
        2,
        "the registry's pointer is read"
    );
}

#[test]
fn what_nobody_registered_is_above_every_amount() {
    let policy = rule(json!({"above": {"currency": "EUR", "value": "1000"}}));
    let small = refund("1", "EUR");
    assert_eq!(asked(&policy, &small, &Tools::new()), 2);
    let unpriced = case(json!({}), json!({"amount": null, "effect": "write"}));
    assert_eq!(asked(&policy, &unpriced, &Tools::new()), 2);
    let none = tools(json!({"effect": "write"}));
    assert_eq!(
        asked(&policy, &unpriced, &none),
        1,
        "registered as a tool without one"
    );
}

#[test]
fn the_strictest_gate_of_all_the_queues_counts() {
    let (lax, strict) = (
        Policy::default(),
        policy(json!({"approvers": 2, "draft_only": true})),
    );
    let case = refund("12", "EUR");
    let known = tools(json!({"effect": "pay"}));
    let approvers = |own: &Policy, case: &Case, before: &[Policy]| {
        let approve = answer(case, json!({"type": "approve"}));
        strictest(Policies { own, before }, case, Some(&approve), &known, 0.5).approvers
    };
    assert_eq!(approvers(&lax, &case, std::slice::from_ref(&strict)), 2);
    assert_eq!(approvers(&strict, &case, std::slice::from_ref(&lax)), 2);
    assert_eq!(approvers(&lax, &case, std::slice::from_ref(&lax)), 1);
    let dollars = rule(json!({"above": {"currency": "USD", "value": "1000000"}}));
    let euros = rule(json!({"above": {"currency": "EUR", "value": "1000"}}));
    let dollar = refund("5000", "USD");
    assert_eq!(
        approvers(&dollars, &dollar, &[euros]),
        2,
        "a currency one policy names is still unknown to the other"
    );
    assert!(lax.clone().held_to(&[strict]).draft_only && !lax.held_to(&[]).draft_only);
}

#[test]
fn what_nobody_registered_is_an_irreversible_write() {
    let case = case(json!({}), json!({"effect": "read", "amount": null}));
    let none = Tools::new();
    assert_eq!(asked(&rule(json!({"effects": ["write"]})), &case, &none), 2);
    assert_eq!(asked(&rule(json!({"irreversible": true})), &case, &none), 2);
    let harmless = tools(json!({"effect": "read", "reversible": true}));
    assert_eq!(asked(&rule(json!({"effects": ["write"]})), &case, &harmless), 1);
    assert_eq!(asked(&rule(json!({"irreversible": true})), &case, &harmless), 1);
    assert_eq!(
        asked(
            &rule(json!({"irreversible": true})),
            &case,
            &tools(json!({"effect": "read"}))
        ),
        2,
        "what isn't called reversible isn't"
    );
}

#[test]
fn all_that_a_rule_says_must_hold_and_the_strictest_rule_counts() {
    let policy = policy(json!({"rules": [
        {"when": {"effects": ["pay"], "tools": ["payout"]}, "approvers": 2},
        {"when": {"below_confidence": 0.95}, "approvers": 1},
        {"when": {"tools": ["refund"], "below_confidence": 0.8}, "approvers": 2},
    ]}));
    let case = refund("1", "EUR");
    let approve = answer(&case, json!({"type": "approve"}));
    let found = gate(&policy, &case, Some(&approve), &Tools::new(), 0.5);
    assert_eq!((found.approvers, found.rules), (1, vec![1]));
    let unsure = Case {
        suggestion: None,
        ..case
    };
    let found = gate(&policy, &unsure, Some(&approve), &Tools::new(), 0.5);
    assert_eq!(
        (found.approvers, found.rules),
        (2, vec![1, 2]),
        "who doesn't say how sure it is isn't sure"
    );
}

#[test]
fn a_share_is_drawn_by_chance_alone() {
    let policy = policy(json!({"second_share": 0.1}));
    let case = refund("1", "EUR");
    let drawn = |draw: f64| gate(&policy, &case, None, &Tools::new(), draw);
    assert_eq!((drawn(0.09).approvers, drawn(0.09).drawn), (2, true));
    assert_eq!((drawn(0.1).approvers, drawn(0.1).drawn), (1, false));
    let all = Policy {
        approvers: 2,
        ..policy.clone()
    };
    assert!(
        !gate(&all, &case, None, &Tools::new(), 0.0).drawn,
        "asked for anyway"
    );
}

#[test]
fn registered_schemas_hold_beside_the_case_s() {
    let case = refund("12", "EUR");
    let CaseBody::Action(body) = &case.body else {
        panic!()
    };
    let tools = tools(json!({"effect": "pay", "schema": {"properties": {"amount": {"type": "number"}}}}));
    let check = |given: Value| {
        let Verdict::Action(verdict) = answer(&case, given) else {
            panic!()
        };
        check_registered(&verdict, body, &tools).map_err(|e| (e.code, e.pointer))
    };
    let broken = |pointer: &str| Err(("invalid_arguments".to_owned(), pointer.to_owned()));
    assert_eq!(check(json!({"type": "approve"})), broken("/actions/0/type"));
    let edit = |amount: Value| json!({"type": "edit", "arguments": {"amount": amount}});
    assert_eq!(check(edit(json!("12"))), broken("/actions/0/arguments/amount"));
    assert_eq!(check(edit(json!(12))), Ok(()));
    assert_eq!(check(json!({"type": "reject"})), Ok(()));
}

#[test]
fn a_broken_tool_says_where() {
    for (broken, pointer) in [
        (json!({"effect": "steal"}), "/effect"),
        (
            json!({"effect": "pay", "amount": {"value": "amount"}}),
            "/amount/value",
        ),
        (json!({"effect": "pay", "recipient": "to"}), "/recipient"),
        (json!({"effect": "pay", "schema": {"type": 7}}), "/schema"),
        (json!({"effect": "pay", "headline": " "}), "/headline"),
        (json!({"effect": "pay", "undoable": true}), "/undoable"),
    ] {
        let refused = Tool::read(&broken).unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.pointer.as_str()),
            ("invalid_tool", pointer),
            "{broken}"
        );
    }
}

#[test]
fn what_the_registry_calls_irreversible_is_not_undone() {
    let case = refund("1", "EUR");
    let (CaseBody::Action(body), Verdict::Action(verdict)) =
        (&case.body, answer(&case, json!({"type": "approve"})))
    else {
        panic!()
    };
    let for_good = |tools: &Tools| [true, false].map(|solo| runs_for_good(&verdict, body, tools, solo));
    assert_eq!(
        for_good(&Tools::new()),
        [false, true],
        "in a team nobody else says it isn't"
    );
    let reversible = tools(json!({"effect": "pay", "reversible": true}));
    assert_eq!(for_good(&reversible), [false, false]);
    assert_eq!(for_good(&tools(json!({"effect": "pay"}))), [true, true]);
}

#[test]
fn presets_are_policies_one_could_write_oneself() {
    let all = presets::all();
    assert_eq!(all.len(), 8);
    for preset in &all {
        let json = serde_json::to_value(&preset.policy).unwrap();
        assert_eq!(
            Policy::read(&json).as_ref(),
            Ok(&preset.policy),
            "{}",
            preset.name
        );
    }
    let asks: Vec<&str> = all
        .iter()
        .filter(|preset| fits_solo(&preset.policy).is_err())
        .map(|preset| preset.name)
        .collect();
    assert_eq!(
        asks,
        [
            "customer_message",
            "record_change",
            "request",
            "triggered_action",
            "label",
            "sensitive_data"
        ]
    );
}

#[test]
fn a_policy_reads_as_it_is_written() {
    let policy = presets::request();
    insta::assert_json_snapshot!(policy);
}
