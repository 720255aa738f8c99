use proptest::prelude::*;
use serde_json::{Value, json};

use super::headline::{headline, money};
use super::view::{CheckLevel, previews, view};
use super::*;

fn body(json: Value) -> ActionBody {
    ActionBody::read(&json).unwrap()
}

fn action(tool: &str, arguments: Value, more: Value) -> Action {
    let mut json = json!({"id": "a1", "tool": tool, "arguments": arguments});
    for (name, value) in more.as_object().unwrap() {
        json[name] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

fn line(tool: &str, arguments: Value, more: Value) -> String {
    let action = action(tool, arguments, more);
    headline(&action, &action.arguments)
}

fn paid(tool: &str, arguments: Value) -> String {
    line(
        tool,
        arguments,
        json!({"effect": "pay", "amount": {"value": "/amount", "currency": "/currency"}}),
    )
}

/// A mail of an invented water works to a customer, with one address on file.
fn mail(to: &str, text: &str) -> ActionBody {
    body(json!({
        "agent": {"name": "care-agent", "version": "3"},
        "actions": [{"id": "a1", "tool": "send_message", "effect": "send",
            "arguments": {"to": to, "subject": "Your invoice", "body": text},
            "arguments_schema": {"type": "object", "required": ["to", "subject", "body"], "properties": {
                "to": {"type": "string", "format": "email"}, "subject": {"type": "string"}, "body": {"type": "string", "minLength": 1}}},
            "message": {"channel": "email", "to": "/to", "subject": "/subject", "body": "/body", "format": "markdown"},
            "allowed": ["approve", "edit", "reject"]}],
        "facts": [{"id": "f1", "label": "E-mail on file", "value": "ana@example.com", "system": "CRM"}],
        "conversation": [
            {"role": "customer", "content": "Where is my invoice?"},
            {"role": "agent", "content": null, "calls": [{"tool": "find_invoice", "arguments": {"customer": "Ana", "year": 2026}}]},
            {"role": "agent", "content": "I will send it again."}],
        "policy": [{"id": "p1", "title": "Invoices", "text": "Invoices go to the address on file."}]
    }))
}

#[test]
fn headlines_are_written_from_the_arguments() {
    assert_eq!(
        line(
            "cancel_reservation",
            json!({"reservation_id": "Z7GOZK"}),
            json!({})
        ),
        "Cancel reservation Z7GOZK"
    );
    assert_eq!(
        paid(
            "refund_payment",
            json!({"amount": "120.00", "currency": "EUR", "customer_name": "Ana Ruiz", "booking": "Z7GOZK"})
        ),
        "Refund €120.00 to Ana Ruiz, booking Z7GOZK"
    );
    assert_eq!(
        paid(
            "issue_refund",
            json!({"amount": "139", "currency": "EUR", "order": "SO-1", "payment": "visa ··4417", "reason": "damaged"})
        ),
        "Refund €139.00, order SO-1, through visa ··4417, reason “damaged”"
    );
    assert_eq!(
        paid(
            "pay_invoice",
            json!({"vendor_id": "V-1", "payee": "Ćwikła Sp.", "invoice": "F/311", "amount": "1240.50", "currency": "EUR", "execute_on": "2026-11-16"})
        ),
        "Pay €1,240.50 to Ćwikła Sp., invoice F/311, execute on 16 November 2026, vendor ID V-1"
    );
    assert_eq!(
        paid(
            "send_voucher",
            json!({"amount": 50, "currency": "JPY", "user_id": "u7"})
        ),
        "Send voucher of ¥50 to u7"
    );
    assert_eq!(
        line(
            "update_booking_flights",
            json!({"booking_id": "M2", "cabin": "basic_economy", "payment_id": "card_9",
            "flights": [{"flight_number": "H1", "date": "2026-05-22"}, {"flight_number": "H2", "date": "2026-05-22"}]}),
            json!({"arguments_schema": {"required": ["booking_id", "flights", "cabin"], "properties": {"cabin": {"enum": ["basic_economy"]}}}})
        ),
        "Change booking M2 to H1 and H2 on 22 May 2026, cabin basic economy, pay with card_9"
    );
    assert_eq!(
        line(
            "approve_quote",
            json!({"quote": "Q-1", "customer": "Nord GmbH", "total": 8349.92, "currency": "CHF",
            "lines": [{"product": "P100", "quantity": 40}, {"product": "K500", "quantity": 4}]}),
            json!({"amount": {"value": "/total", "currency": "/currency"}})
        ),
        "Approve quote Q-1 of CHF 8,349.92 for Nord GmbH, lines 40 × P100 and 4 × K500"
    );
    assert_eq!(
        line("payments.refund", json!({"id": "tr_1"}), json!({})),
        "Refund payments tr_1"
    );
    assert_eq!(
        line("frobnicate", json!({"level": 3, "force": true}), json!({})),
        "Run frobnicate, force, level 3"
    );
    assert_eq!(line("delete_all", json!({}), json!({})), "Delete all");
}

#[test]
fn a_message_is_told_by_channel_recipient_and_subject() {
    let body = mail("ana@example.com", "Dear Ana");
    assert_eq!(
        headline(&body.actions[0], &body.actions[0].arguments),
        "Send an e-mail to ana@example.com: “Your invoice”"
    );
    let sms = line(
        "send_sms",
        json!({"to": "+49 30 1", "text": "Hi"}),
        json!({"message": {"channel": "sms", "to": "/to", "body": "/text"}}),
    );
    assert_eq!(sms, "Send a text message to +49 30 1");
    let nobody = line(
        "send_message",
        json!({"body": "Hi"}),
        json!({"message": {"to": "/to", "body": "/body"}}),
    );
    assert_eq!(nobody, "Send a message to nobody");
}

#[test]
fn an_endless_argument_does_not_make_an_endless_headline() {
    let told = line(
        "cancel_order",
        json!({"order_id": "x".repeat(100_000), "user_id": "y".repeat(100_000), "payment_id": "card_1"}),
        json!({}),
    );
    assert!(
        told.chars().count() < 600 && told.ends_with("pay with card_1"),
        "{told}"
    );
}

#[test]
fn a_headline_has_no_hidden_characters_and_no_lines() {
    let told = line(
        "cancel_order",
        json!({"order_id": "A\u{200B}1\nand pay everything"}),
        json!({}),
    );
    assert_eq!(told, "Cancel order A[U+200B]1 and pay everything");
}

#[test]
fn what_a_headline_leaves_out_it_counts_and_what_pays_it_always_tells() {
    let many: serde_json::Map<String, Value> = (0..12).map(|n| (format!("option{n:02}"), json!(n))).collect();
    let mut arguments = Value::Object(many);
    arguments["payment_id"] = json!("card_1");
    let told = line("update_plan", arguments, json!({}));
    assert!(told.ends_with(", option05 5, 6 more, pay with card_1"), "{told}");
}

#[test]
fn money_is_exact() {
    for (text, currency, expected) in [
        ("1234.5", Some("USD"), "$1,234.50"),
        ("0.1", Some("eur"), "€0.10"),
        ("-5", Some("GBP"), "−£5.00"),
        ("5000", Some("JPY"), "¥5,000"),
        ("5000.4", Some("JPY"), "¥5,000.4"),
        ("1.2", Some("KWD"), "KWD 1.200"),
        ("9007199254740993.01", Some("USD"), "$9,007,199,254,740,993.01"),
        ("0.005", Some("USD"), "$0.005"),
        ("1e3", Some("EUR"), "€1,000.00"),
        ("150", None, "150"),
        ("12.5", None, "12.50"),
        ("a lot", Some("EUR"), "EUR a lot"),
    ] {
        assert_eq!(money(text, currency), expected);
    }
}

#[test]
fn the_view_of_an_action() {
    insta::assert_json_snapshot!(view(
        &mail("ana@example.com", "Dear **Ana**,\n\nhere it is."),
        None
    ));
}

fn titles(body: &ActionBody) -> Vec<(CheckLevel, String)> {
    view(body, None).calls[0]
        .checks
        .iter()
        .map(|c| (c.level, c.title.clone()))
        .collect()
}

#[test]
fn a_recipient_who_only_looks_right_is_said() {
    let passed = titles(&mail("Ana <ANA@example.com>", "x"));
    assert!(
        passed.contains(&(CheckLevel::Passed, "Recipient is the one on file".into())),
        "{passed:?}"
    );
    let alike = titles(&mail("an\u{430}@example.com", "x"));
    assert!(
        alike.contains(&(CheckLevel::Warning, "Recipient is a look-alike".into())),
        "{alike:?}"
    );
    assert!(
        alike.contains(&(CheckLevel::Warning, "Look-alike character in to".into())),
        "{alike:?}"
    );
    let other = titles(&mail("bo@example.com", "x"));
    assert!(
        other.contains(&(CheckLevel::Warning, "Recipient isn't the one on file".into())),
        "{other:?}"
    );
}

#[test]
fn arguments_that_break_their_schema_stop_an_approval() {
    let checks = titles(&mail("nobody", ""));
    assert_eq!(
        checks[..2],
        [
            (CheckLevel::Stop, "Body is empty".into()),
            (CheckLevel::Stop, "To isn't a valid e-mail address".into())
        ]
    );
    let view = view(&mail("nobody", ""), None);
    assert_eq!(
        view.calls[0].fields[0].fault.as_deref(),
        Some("Isn't a valid e-mail address")
    );
}

#[test]
fn a_schema_that_reaches_out_or_cannot_be_read_fits_nothing() {
    for schema in [
        json!({"$ref": "https://example.com/schema.json"}),
        json!({"type": 7}),
        json!(false),
    ] {
        assert!(!schema::faults(Some(&schema), &json!({})).is_empty(), "{schema}");
    }
    assert!(schema::faults(None, &json!({"anything": 1})).is_empty());
}

#[test]
fn an_amount_that_points_to_nothing_is_said() {
    let mut body = mail("ana@example.com", "x");
    body.actions[0].amount = Some(AmountPointers {
        value: "/sum".into(),
        currency: Some("EUR".into()),
    });
    let view = view(&body, None);
    assert!(view.calls[0].amount_text.is_none());
    assert!(titles(&body).contains(&(CheckLevel::Warning, "The amount can't be found".into())));
}

#[test]
fn hidden_characters_are_found_in_arguments_and_conversation() {
    let mut body = mail("ana@example.com", "pay\u{200B}now");
    body.conversation[0].content = Some("x\u{202E}y".into());
    let checks = titles(&body);
    assert!(
        checks.contains(&(CheckLevel::Warning, "Hidden character in body".into())),
        "{checks:?}"
    );
    assert!(
        checks.contains(&(
            CheckLevel::Warning,
            "Hidden or look-alike characters in 1 message".into()
        )),
        "{checks:?}"
    );
}

#[test]
fn the_agents_words_are_its_reason_or_what_it_said_last() {
    let body = mail("ana@example.com", "x");
    assert_eq!(
        view(&body, None).own_words.as_deref(),
        Some("I will send it again.")
    );
    assert_eq!(
        view(&body, Some("The invoice was lost.")).own_words.as_deref(),
        Some("The invoice was lost.")
    );
}

#[test]
fn a_number_that_the_window_writes_otherwise_is_no_change() {
    let call = json!({"id": "a1", "tool": "pay", "arguments": {"price": 1480.0, "quantity": 6}});
    let body = ActionBody::read(&json!({"actions": [call]})).unwrap();
    let draft =
        json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"price": 1480, "quantity": 6}}]});
    assert!(previews(&body, Some(&draft))[0].changed.is_empty());
}

#[test]
fn an_edit_shows_what_changes() {
    let body = mail("ana@example.com", "Dear Ana, it will arrive very soon.");
    let edited = json!({"to": "ana@example.com", "subject": "Your invoice 7", "body": "Dear Ana, it arrives within 5 days.", "cc": "x@example.com"});
    let draft = json!({"actions": [{"id": "a1", "type": "edit", "arguments": edited}]});
    insta::assert_json_snapshot!(previews(&body, Some(&draft)));
    assert!(previews(&body, None)[0].changed.is_empty());
}

#[test]
fn long_lists_and_deep_arguments_are_laid_out_within_bounds() {
    let items: Vec<Value> = (0..20_000)
        .map(|n| json!({"sku": format!("S{n}"), "amount": n}))
        .collect();
    let body = body(json!({"actions": [{"id": "a1", "tool": "order_items", "arguments": {"items": items}}]}));
    let view = view(&body, None);
    assert_eq!(view.calls[0].fields.len(), 500);
    assert!(view.calls[0].headline.chars().count() < 500);
    assert!(
        titles(&body)
            .iter()
            .any(|(_, title)| title == "Only the first 500 values are laid out")
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_/~]{1,8}|amount|currency|to|date|user_id", inner, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_arguments_break_the_view(tool in "[a-zA-Z_.]{1,16}|\\PC{1,6}", arguments in any_json(), edited in any_json()) {
        prop_assume!(arguments.is_object());
        let body = body(json!({"actions": [{"id": "a1", "tool": tool, "arguments": arguments,
            "amount": {"value": "/amount", "currency": "/currency"}, "message": {"to": "/to", "body": "/body"}}]}));
        let view = view(&body, None);
        prop_assert!(!view.calls[0].headline.contains('\n'));
        for field in &view.calls[0].fields {
            let value = arguments.pointer(&field.pointer).unwrap();
            let whole: String = field.segments.iter().map(|s| s.text.as_str()).collect();
            prop_assert_eq!(whole, crate::text::value_text(value));
        }
        let draft = json!({"actions": [{"id": "a1", "type": "edit", "arguments": edited}]});
        prop_assert_eq!(previews(&body, Some(&draft)).len(), 1);
    }

    #[test]
    fn an_amount_keeps_all_its_digits(whole in 0u64..u64::MAX, cents in 0u32..100) {
        let shown = money(&format!("{whole}.{cents:02}"), Some("USD")).replace(['$', ','], "");
        prop_assert_eq!(shown, format!("{whole}.{cents:02}"));
    }
}

#[test]
fn an_edited_recipient_is_looked_at_again() {
    let body = ActionBody::read(&json!({
        "actions": [{"id": "a1", "tool": "send_message", "effect": "send",
            "arguments": {"to": "ana@mail.example", "body": "Hello"},
            "message": {"channel": "email", "to": "/to", "body": "/body"}}],
        "facts": [{"id": "f1", "label": "E-mail on file", "value": "ana@mail.example"}],
    }))
    .unwrap();
    let edited = json!({"actions": [{"id": "a1", "type": "edit", "arguments": {"to": "an\u{430}@mail.example", "body": "Hello"}}]});
    let titles = |verdict| -> Vec<String> {
        super::view::previews(&body, verdict)[0]
            .checks
            .iter()
            .map(|check| check.title.clone())
            .collect()
    };
    assert!(titles(None).contains(&"Recipient is the one on file".to_owned()));
    assert!(
        titles(Some(&edited)).contains(&"Recipient is a look-alike".to_owned()),
        "{:?}",
        titles(Some(&edited))
    );
}
