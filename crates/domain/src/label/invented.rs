//! Invented cases and decisions, for the tests of labels and exports.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{Basis, Decided, Label, Selection, labels_of};
use crate::Instant;
use crate::case::Case;
use crate::decision::Verdict;
use crate::policy::Order;

pub fn at(minute: u32) -> Instant {
    DateTime::from_timestamp(1_790_000_000 + i64::from(minute) * 60, 0).unwrap()
}

/// The labels of a verdict (null: can't tell) on a case, with ids `label-<at>-1` and on.
pub fn labels(case_json: &Value, verdict: Value, minute: u32) -> Vec<Label> {
    let case = Case::read(case_json).unwrap();
    let verdict = (!verdict.is_null()).then(|| Verdict::read(&verdict, &case.body).unwrap());
    let decided = Decided {
        decision_id: "decision-1",
        case_id: "case-1",
        content_hash: "sha256:00",
        by: "reviewer-7",
        basis: Basis::Human,
        verdict: verdict.as_ref(),
        comment: None,
        suggestion: case_json.get("suggestion"),
        selection: Selection {
            order: Some(Order::Oldest),
            probability: None,
        },
        at: at(minute),
        correlation_id: Some("request-1"),
    };
    let mut made = 0;
    labels_of(case_json, &case, &decided, || {
        made += 1;
        format!("label-{minute}-{made}")
    })
}

/// A pair as an import from Splink makes it, of one input without source datasets.
pub fn pair(left: &str, right: &str) -> Value {
    json!({
        "source": "splink", "external_id": format!("{left}|{right}"), "kind": "identity_match",
        "import": {"format": "splink", "id_column": "record_id", "source_dataset": false},
        "suggestion": {"verdict": {"clusters": [[left, right]]}, "confidence": 0.83, "by": {"name": "splink", "version": "4.0.17"}},
        "body": {"records": [
            {"id": left, "system": "portal", "fields": {"name": "Little Oak", "zip": "60608"}},
            {"id": right, "system": "county", "fields": {"name": "=Little Oak, \"Annex\"", "zip": null}}]}
    })
}

/// Three records of two source datasets, two with one id.
pub fn group() -> Value {
    json!({
        "source": "splink", "external_id": "g1", "kind": "identity_match",
        "import": {"format": "splink", "id_column": "unique_id", "source_dataset": true},
        "body": {"records": [
            {"id": "erp:1", "source_id": "1", "system": "erp", "fields": {"name": "Ruiz"}},
            {"id": "crm:1", "source_id": "1", "system": "crm", "fields": {"name": "Ana Ruiz"}},
            {"id": "2", "system": "crm", "fields": {"name": "A. Ruiz"}}]}
    })
}

/// Four systems on one number and three on one text.
pub fn conflict() -> Value {
    let claim = |id: &str, value: Value| json!({"id": id, "system": format!("system-{id}"), "value": value});
    json!({
        "source": "claims", "external_id": "acme:iban", "kind": "data_conflict",
        "body": {"entity": {"type": "vendor", "id": "acme", "label": "Acme"}, "attributes": [
            {"name": "limit", "type": "number", "claims": [claim("a", json!("10.0")), claim("b", json!(10)), claim("c", json!("12")), claim("d", json!(null))]},
            {"name": "city", "type": "text", "claims": [claim("a", json!("Graz")), claim("b", json!("Wien")), claim("c", json!("Linz"))]}]}
    })
}

/// A refund and a message, after a conversation with a tool call in it.
pub fn actions() -> Value {
    json!({
        "source": "agent", "external_id": "run-1", "kind": "proposed_action",
        "subject": {"type": "customer", "id": "c-7"},
        "body": {
            "agent": {"name": "care", "version": "3"},
            "actions": [
                {"id": "a1", "tool": "refund", "arguments": {"order": "O-7", "amount": "40.00"},
                 "arguments_schema": {"type": "object", "required": ["order"], "properties": {"order": {"type": "string"}, "amount": {"type": "string"}}}},
                {"id": "a2", "tool": "send_message", "arguments": {"to": "ana@example.com", "body": "Done."}}],
            "facts": [{"id": "f1", "label": "Paid", "value": "20.00", "system": "billing"}],
            "policy": [{"id": "p1", "title": "Refunds", "text": "Never more than was paid."}],
            "conversation": [
                {"role": "system", "content": "You help customers."},
                {"role": "customer", "content": "Where is my refund?"},
                {"role": "agent", "content": null, "calls": [{"tool": "get_order", "arguments": {"order": "O-7"}}]},
                {"role": "tool", "name": "get_order", "content": "{\"paid\":\"20.00\"}"}]
        }
    })
}

/// One action, after a conversation without calls.
pub fn action() -> Value {
    json!({
        "source": "agent", "external_id": "run-2", "kind": "proposed_action",
        "body": {
            "actions": [{"id": "a1", "tool": "refund", "arguments": {"order": "O-8"}}],
            "conversation": [{"role": "customer", "content": "Refund me."}]
        }
    })
}

pub fn answer(answers: &[Value]) -> Value {
    json!({"actions": answers})
}
