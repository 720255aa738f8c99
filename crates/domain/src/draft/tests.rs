//! What a draft comes to, by kind. Long, since it is a list of facts.

use serde_json::{Value, json};

use super::*;
use crate::policy::Role;

fn case(kind: &str, body: Value, suggestion: Value) -> Case {
    let json = json!({"external_id": "x", "kind": kind, "body": body, "suggestion": suggestion});
    Case::read(&json).unwrap()
}

fn pair() -> Case {
    let body =
        json!({"records": [{"id": "a", "fields": {"name": "Ana"}}, {"id": "b", "fields": {"name": "Anna"}}]});
    let by = json!({"name": "splink", "version": "4.0.17"});
    case(
        "identity_match",
        body,
        json!({"verdict": {"clusters": [["a", "b"]]}, "confidence": 0.981, "by": by}),
    )
}

fn group() -> Case {
    let record = |id: &str| json!({"id": id, "fields": {"name": id}});
    let body = json!({"records": [record("a"), record("b"), record("c"), record("d")]});
    case(
        "identity_match",
        body,
        json!({"verdict": {"clusters": [["a", "b"], ["c"], ["d"]]}}),
    )
}

fn conflict() -> Case {
    let claim = |id: &str, value: &str| json!({"id": id, "system": id, "value": value});
    let body = json!({"entity": {"label": "Vendor 7"}, "attributes": [
        {"name": "arrival", "type": "time", "claims": [claim("c0", "21:11"), claim("c1", "21:20")]},
        {"name": "phone", "label": "Phone", "type": "text", "claims": [claim("d0", "1"), claim("d1", "2")]}]});
    case("data_conflict", body, Value::Null)
}

fn one_conflict() -> Case {
    let claim = |id: &str, value: &str| json!({"id": id, "system": id, "value": value});
    let body = json!({"entity": {}, "attributes": [
        {"name": "arrival", "type": "time", "claims": [claim("c0", "21:11"), claim("c1", "21:20")]}]});
    let suggested = json!({"answer": "value", "value": "21:11", "claims": ["c0"]});
    case(
        "data_conflict",
        body,
        json!({"verdict": {"values": {"arrival": suggested}}, "confidence": 0.4167, "by": {"name": "majority"}}),
    )
}

fn action(reversible: bool, effect: &str) -> Case {
    let schema =
        json!({"required": ["email"], "properties": {"email": {"type": "string", "format": "email"}}});
    let body = json!({"actions": [{"id": "a1", "tool": "invite", "effect": effect, "reversible": reversible,
        "arguments": {"email": "nobody"}, "arguments_schema": schema}]});
    case(
        "proposed_action",
        body,
        json!({"verdict": {"actions": [{"id": "a1", "type": "approve"}]}}),
    )
}

fn person(roles: &[Role]) -> Person {
    Person {
        id: "p1".into(),
        name: "Ada".into(),
        roles: roles.to_vec(),
        queues: Vec::new(),
    }
}

fn bar_for(case: &Case, state: CaseState, draft: &Draft, show_machine: bool) -> Assessment {
    let person = person(&[Role::Steward, Role::Approver]);
    let policy = Policy::default();
    let around = Around {
        state,
        show_machine,
        ..open(&person, &policy)
    };
    assess(case, draft, &around)
}

/// An open case, whose machine's view is shown, and nothing registered.
fn open<'a>(person: &'a Person, policy: &'a Policy) -> Around<'a> {
    static NOTHING: Tools = Tools::new();
    Around {
        state: CaseState::Open,
        policy: Some(policy),
        before: &[],
        tools: &NOTHING,
        person,
        now: Instant::UNIX_EPOCH,
        solo: true,
        show_machine: true,
    }
}

fn bar(case: &Case, verdict: Value) -> Assessment {
    bar_for(
        case,
        CaseState::Open,
        &Draft {
            verdict: Some(verdict),
            ..Draft::default()
        },
        true,
    )
}

fn refusal(assessment: &Assessment) -> (&str, &str) {
    assessment
        .refusal
        .as_ref()
        .map_or(("", ""), |refusal| (&refusal.code, &refusal.text))
}

#[test]
fn a_verdict_that_differs_says_what_it_overrides() {
    let different = bar(&pair(), json!({"clusters": [["a"], ["b"]]}));
    assert_eq!(different.overrides.as_deref(), Some("Overrides: Same, 98 %"));
    assert_eq!(
        (different.commit_label.as_str(), different.agreement),
        ("Different", Agreement::Override)
    );
    let same = bar(&pair(), json!({"clusters": [["b", "a"]]}));
    assert_eq!(
        (same.commit_label.as_str(), same.overrides, same.refusal),
        ("Same", None, None)
    );
    let groups = bar(&group(), json!({"clusters": [["a", "b", "c", "d"]]}));
    assert_eq!(groups.overrides.as_deref(), Some("Overrides: 3 groups"));
    let typed = bar(
        &one_conflict(),
        json!({"values": {"arrival": {"answer": "value", "value": "21:20", "claims": ["c1"]}}}),
    );
    assert_eq!(
        (typed.overrides.as_deref(), typed.commit_label.as_str()),
        (Some("Overrides: 21:11, 42 %"), "Settle on 21:20")
    );
    let rejected = bar(
        &action(true, "write"),
        json!({"actions": [{"id": "a1", "type": "reject"}]}),
    );
    assert_eq!(
        (rejected.overrides.as_deref(), rejected.negative),
        (Some("Overrides: Approve"), true)
    );
}

#[test]
fn of_several_attributes_only_those_that_differ_are_said_to_be_overridden() {
    let answer = |value: &str| json!({"answer": "value", "value": value, "claims": ["c0"]});
    let claim = |id: &str, value: &str| json!({"id": id, "system": id, "value": value});
    let attribute = |name: &str, label: Value| json!({"name": name, "label": label, "type": "time", "claims": [claim("c0", "21:11"), claim("c1", "21:20")]});
    let attributes = [
        attribute("scheduled_arrival", Value::Null),
        attribute("gate_time", json!("Gate")),
        attribute("boarding", Value::Null),
    ];
    let suggested = json!({"scheduled_arrival": answer("21:11"), "gate_time": answer("21:11"), "boarding": answer("21:11")});
    let case = case(
        "data_conflict",
        json!({"entity": {}, "attributes": attributes}),
        json!({"verdict": {"values": suggested}, "confidence": 0.4167, "by": {"name": "majority"}}),
    );
    let chosen = |arrival: &str, gate: &str| {
        let other = |value: &str| json!({"answer": "value", "value": value, "claims": [if value == "21:11" { "c0" } else { "c1" }]});
        let values = json!({"scheduled_arrival": other(arrival), "gate_time": other(gate), "boarding": other("21:11")});
        bar(&case, json!({"values": values})).overrides
    };
    assert_eq!(chosen("21:11", "21:20").as_deref(), Some("Overrides: Gate 21:11"));
    assert_eq!(
        chosen("21:20", "21:20").as_deref(),
        Some("Overrides: Scheduled arrival 21:11, Gate 21:11")
    );
    assert_eq!(chosen("21:11", "21:11"), None);
}

#[test]
fn where_the_machines_view_is_hidden_the_bar_gives_nothing_away() {
    let draft = Draft {
        verdict: Some(json!({"clusters": [["a"], ["b"]]})),
        ..Draft::default()
    };
    let blind = bar_for(&pair(), CaseState::Open, &draft, false);
    assert_eq!(
        (blind.overrides, blind.agreement, blind.refusal),
        (None, Agreement::NoSuggestion, None)
    );
}

#[test]
fn the_suggestion_is_said_in_few_words() {
    let words = suggestion_words(&pair()).unwrap();
    assert_eq!(
        (words.text.as_str(), words.by.as_str()),
        ("Same, 98 %", "splink 4.0.17")
    );
    assert_eq!(suggestion_words(&one_conflict()).unwrap().text, "21:11, 42 %");
    assert_eq!(suggestion_words(&action(true, "send")).unwrap().text, "Approve");
    assert_eq!(suggestion_words(&conflict()), None);
}

#[test]
fn a_draft_without_a_choice_says_what_is_missing() {
    let nothing = |case: &Case| bar_for(case, CaseState::Open, &Draft::default(), true);
    assert_eq!(
        refusal(&nothing(&pair())),
        ("nothing_chosen", "Choose Same or Different")
    );
    assert_eq!(
        refusal(&nothing(&one_conflict())),
        ("nothing_chosen", "Choose a value first")
    );
    assert_eq!(
        refusal(&nothing(&conflict())),
        ("nothing_chosen", "Arrival has no answer yet")
    );
    let three = bar(&group(), json!({"clusters": [["a", "b"], ["d"]]}));
    assert_eq!(refusal(&three), ("invalid_verdict", "C has no group yet"));
    let half = bar(&conflict(), json!({"values": {"arrival": {"answer": "unknown"}}}));
    assert_eq!(refusal(&half), ("invalid_verdict", "Phone has no answer yet"));
    let asking = json!({"values": {"arrival": {"answer": "unknown"}, "phone": {"answer": "ask_owner", "system": "d0", "question": " "}}});
    assert_eq!(refusal(&bar(&conflict(), asking)).1, "The question is missing");
    let untyped = json!({"values": {"arrival": {"answer": "unknown"}, "phone": {"answer": "value"}}});
    assert_eq!(
        refusal(&bar(&conflict(), untyped)).1,
        "The answer for Phone isn't complete"
    );
}

#[test]
fn arguments_that_break_their_schema_cannot_be_approved_but_rejected() {
    let approved = bar(
        &action(true, "write"),
        json!({"actions": [{"id": "a1", "type": "approve"}]}),
    );
    assert_eq!(
        refusal(&approved),
        ("invalid_arguments", "E-mail isn't a valid e-mail address")
    );
    assert_eq!(approved.commit_label, "Approve");
    let edit =
        |email: &str| json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"email": email}}]});
    let still_wrong = bar(&action(true, "send"), edit("x"));
    assert_eq!(refusal(&still_wrong).1, "E-mail isn't a valid e-mail address");
    assert_eq!(still_wrong.commit_label, "Send this edit");
    assert_eq!(bar(&action(true, "send"), edit("ana@example.com")).refusal, None);
    assert_eq!(
        bar(
            &action(true, "write"),
            json!({"actions": [{"id": "a1", "type": "reject"}]})
        )
        .refusal,
        None
    );
    let silent = bar(
        &action(true, "write"),
        json!({"actions": [{"id": "a1", "type": "respond"}]}),
    );
    assert_eq!(refusal(&silent).1, "Write the reply first");
}

#[test]
fn only_what_runs_and_cannot_be_undone_is_irreversible() {
    let edit = json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"email": "ana@example.com"}}]});
    assert!(bar(&action(false, "write"), edit.clone()).irreversible);
    assert!(!bar(&action(true, "write"), edit).irreversible);
    assert!(
        !bar(
            &action(false, "write"),
            json!({"actions": [{"id": "a1", "type": "reject"}]})
        )
        .irreversible
    );
}

#[test]
fn who_may_not_decide_reads_why_before_anything_else() {
    let draft = Draft::default();
    let person = person(&[Role::Lead]);
    let bar = assess(&pair(), &draft, &open(&person, &Policy::default()));
    assert_eq!(
        refusal(&bar),
        ("not_allowed", "Only the role steward decides this")
    );
}

#[test]
fn a_closed_case_says_so_whatever_is_chosen() {
    assert_eq!(
        refusal(&bar_for(&pair(), CaseState::Withdrawn, &Draft::default(), true)).0,
        "withdrawn"
    );
    let told = Draft {
        cannot_tell: true,
        ..Draft::default()
    };
    assert_eq!(
        refusal(&bar_for(&pair(), CaseState::Released, &told, true)).0,
        "already_decided"
    );
}

#[test]
fn cannot_tell_needs_no_verdict() {
    let draft = Draft {
        cannot_tell: true,
        ..Draft::default()
    };
    let bar = bar_for(&pair(), CaseState::Open, &draft, true);
    assert_eq!(
        (bar.refusal, bar.agreement, bar.commit_label.as_str()),
        (None, Agreement::CannotTell, "Can't tell")
    );
    assert_eq!(bar.overrides, None);
}

#[test]
fn a_reason_is_asked_for_once_something_is_chosen() {
    let policy = Policy {
        require_reason: true,
        ..Policy::default()
    };
    let person = person(&[Role::Steward]);
    let with = |draft: &Draft| assess(&pair(), draft, &open(&person, &policy));
    let chosen = Draft {
        verdict: Some(json!({"clusters": [["a", "b"]]})),
        ..Draft::default()
    };
    assert_eq!(refusal(&with(&chosen)).0, "reason_required");
    assert_eq!(refusal(&with(&Draft::default())).0, "nothing_chosen");
    assert_eq!(
        with(&Draft {
            reasons: vec!["moved".into()],
            ..chosen
        })
        .refusal,
        None
    );
}

#[test]
fn verdicts_have_short_names_for_history() {
    let words = |case: &Case, verdict: Value| {
        verdict_words(
            &Verdict::read_suggested(&verdict, &case.body).unwrap(),
            &case.body,
        )
    };
    assert_eq!(words(&pair(), json!({"clusters": [["a"], ["b"]]})), "Different");
    assert_eq!(
        words(&group(), json!({"clusters": [["a"], ["b"], ["c", "d"]]})),
        "3 groups"
    );
    assert_eq!(
        words(&group(), json!({"clusters": [["a", "b", "c", "d"]]})),
        "All the same"
    );
    assert_eq!(
        words(
            &group(),
            json!({"clusters": [["a"], ["b"], ["c", "d"]], "unsure": [["a", "b"], ["a", "c"]]})
        ),
        "3 groups, 2 pairs can’t be told"
    );
    let both = json!({"values": {"arrival": {"answer": "several", "values": ["21:11", "21:20"]}, "phone": {"answer": "unknown"}}});
    assert_eq!(words(&conflict(), both), "21:11 and 21:20 and 1 more");
    assert_eq!(
        words(
            &action(true, "pay"),
            json!({"actions": [{"id": "a1", "type": "reject", "message": "no"}]})
        ),
        "Rejected"
    );
}

#[test]
fn the_bar_of_an_edited_message() {
    let draft = Draft {
        verdict: Some(
            json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"email": "ana@example.com"}}]}),
        ),
        ..Draft::default()
    };
    insta::assert_json_snapshot!(bar_for(&action(false, "send"), CaseState::Open, &draft, true));
}

#[test]
fn the_bar_says_that_a_second_person_is_asked_and_by_which_rule() {
    let policy = Policy::read(&json!({"rules": [
        {"when": {"effects": ["pay"], "above": {"currency": "EUR", "value": "100"}}, "approvers": 2},
        {"when": {"edited": true}, "approvers": 2},
    ]}))
    .unwrap();
    let tools: Tools = [(
        "refund".to_owned(),
        crate::action::tool::Tool::read(&json!({"effect": "pay"})).unwrap(),
    )]
    .into();
    let person = person(&[Role::Approver]);
    let pays = |amount: &str| {
        let body = json!({"actions": [{"id": "a1", "tool": "refund", "effect": "pay", "reversible": false,
            "arguments": {"amount": amount}, "amount": {"value": "/amount", "currency": "EUR"}}]});
        case("proposed_action", body, Value::Null)
    };
    let ahead = |amount: &str, verdict: Option<Value>| {
        let draft = Draft {
            verdict,
            ..Draft::default()
        };
        let around = Around {
            tools: &tools,
            ..open(&person, &policy)
        };
        assess(&pays(amount), &draft, &around).ahead
    };
    let asked = Some(Ahead {
        text: "Goes to a second person".into(),
        because: vec!["Two people: pay, above 100 EUR".into()],
        waits: true,
    });
    assert_eq!(
        ahead("120.00", None),
        asked,
        "of what is proposed, before anything is chosen"
    );
    assert_eq!(ahead("100.00", None), None, "the limit itself is not above it");
    let reject = json!({"actions": [{"id": "a1", "type": "reject"}]});
    assert_eq!(ahead("120.00", Some(reject)), None, "nothing would run");
    let less = json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"amount": "90.00"}}]});
    assert_eq!(
        ahead("120.00", Some(less)).unwrap().because,
        ["Two people: edited"],
        "the final arguments count"
    );
}

#[test]
fn the_registry_of_tools_is_asked_as_the_hub_asks_it() {
    let tools: Tools = [(
        "invite".to_owned(),
        crate::action::tool::Tool::read(&json!({"effect": "send", "schema": {"required": ["team"]}}))
            .unwrap(),
    )]
    .into();
    let person = person(&[Role::Approver]);
    let policy = Policy::default();
    let around = Around {
        tools: &tools,
        ..open(&person, &policy)
    };
    let edited = json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"email": "a@b.example"}}]});
    let draft = Draft {
        verdict: Some(edited),
        ..Draft::default()
    };
    let bar = assess(&action(true, "write"), &draft, &around);
    assert_eq!(refusal(&bar).0, "invalid_arguments");
    assert!(bar.irreversible, "by the registry, whatever the case says");
}

#[test]
fn what_a_second_opinion_or_a_settlement_leads_to_is_said() {
    let says = |state| {
        let told = Draft {
            cannot_tell: true,
            ..Draft::default()
        };
        bar_for(&pair(), state, &told, true)
    };
    let second = says(CaseState::AwaitingSecond);
    assert_eq!(second.ahead.unwrap().text, "Decides if both agree");
    assert_eq!(second.refusal, None);
    let disputed = says(CaseState::Disputed);
    assert_eq!(
        refusal(&disputed),
        (
            "not_allowed",
            "Two people disagree here; only an adjudicator decides"
        )
    );
    let lead = person(&[Role::Steward, Role::Lead]);
    let policy = Policy::default();
    let around = Around {
        state: CaseState::Disputed,
        ..open(&lead, &policy)
    };
    let bar = assess(&pair(), &Draft::default(), &around);
    assert_eq!(refusal(&bar).0, "nothing_chosen");
    assert_eq!(bar.ahead.unwrap().text, "Settles the dispute");
}

#[test]
fn a_policy_that_cannot_be_read_decides_nothing() {
    let person = person(&[Role::Steward]);
    let policy = Policy::default();
    let around = Around {
        policy: None,
        ..open(&person, &policy)
    };
    let bar = assess(&pair(), &Draft::default(), &around);
    assert_eq!(refusal(&bar).0, "policy_unreadable");
}

#[test]
fn who_proposed_it_reads_so_beside_the_button() {
    let mut own = pair();
    own.envelope.proposed_by = Some("p1".into());
    let bar = bar_for(&own, CaseState::Open, &Draft::default(), true);
    assert_eq!(refusal(&bar), ("not_allowed", "You proposed this"));
}
