//! Small cases, one of each kind, as an agent or a matcher would send them.

use serde_json::{Value, json};

pub const PAIRS: &str = "pairs";
/// Pairs that two people have to agree on, where a test says so.
pub const DOUBLES: &str = "doubles";

/// Two records that may be one; the machine says they are.
pub fn pair(external_id: &str) -> Value {
    json!({
        "source": "matcher", "external_id": external_id, "kind": "identity_match", "queue": PAIRS, "title": format!("Pair {external_id}"),
        "body": {
            "entity_type": "customer",
            "records": [
                {"id": "a", "system": "CRM", "fields": {"name": format!("Armour {external_id}"), "phone": "020 7946 0180", "city": "Leeds"}},
                {"id": "b", "system": "ERP", "fields": {"name": format!("ARMOUR {external_id} Ltd"), "phone": "020 7946 0181", "city": "Leeds"}},
            ],
            "links": [{"left": "a", "right": "b", "probability": 0.8, "weight": 2.0, "prior": -3.0, "evidence": [
                {"attribute": "name", "weight": 5.5}, {"attribute": "phone", "weight": -0.5},
            ]}],
        },
        "suggestion": {"verdict": {"clusters": [["a", "b"]]}, "confidence": 0.8, "by": {"name": "splink", "version": "4.0.17", "rule": "name"}},
    })
}

/// The same pair as its source knows it later.
pub fn revised(pair: &Value, phone: &str) -> Value {
    let mut later = pair.clone();
    later["revision"] = json!(2);
    later["body"]["records"][1]["fields"]["phone"] = json!(phone);
    later
}

/// Two systems disagree about one time.
pub fn conflict(external_id: &str) -> Value {
    json!({
        "source": "flight-sync", "external_id": external_id, "kind": "data_conflict", "queue": "arrivals", "title": format!("Flight {external_id}"),
        "body": {
            "entity": {"type": "flight", "id": external_id, "label": external_id},
            "attributes": [{"name": "arrival", "label": "Arrival", "type": "time", "claims": [
                {"id": "c0", "system": "flightview", "value": "21:49"},
                {"id": "c1", "system": "orbitz", "value": "21:53"},
                {"id": "c2", "system": "flightstats", "value": "21:53"},
            ]}],
        },
        "suggestion": {"verdict": {"values": {"arrival": {"answer": "value", "value": "21:53", "claims": ["c1", "c2"]}}},
                       "by": {"name": "majority", "version": "1"}},
    })
}

/// A payment, which can't be taken back.
pub fn payment(external_id: &str) -> Value {
    json!({
        "source": "refund-agent", "external_id": external_id, "kind": "proposed_action", "queue": "refunds", "title": format!("Refund {external_id}"),
        "body": {
            "agent": {"name": "refund-agent", "version": "1"},
            "actions": [{
                "id": "a1", "tool": "issue_refund", "target_system": "billing", "effect": "pay", "reversible": false,
                "arguments": {"booking": "Z7GOZK", "amount": "120.00", "currency": "EUR"},
                "arguments_schema": {"type": "object", "additionalProperties": false, "required": ["booking", "amount", "currency"], "properties": {
                    "booking": {"type": "string"}, "amount": {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}, "currency": {"type": "string"},
                }},
                "amount": {"value": "/amount", "currency": "/currency"},
            }],
        },
        "suggestion": {"verdict": {"actions": [{"id": "a1", "type": "approve"}]}, "by": {"name": "refund-agent", "version": "1"}},
    })
}

/// A mail to a customer.
pub fn message(external_id: &str) -> Value {
    json!({
        "source": "mail-agent", "external_id": external_id, "kind": "proposed_action", "queue": "mails", "title": format!("Mail {external_id}"),
        "body": {
            "agent": {"name": "mail-agent", "version": "2"},
            "actions": [{
                "id": "a1", "tool": "send_message", "target_system": "mail", "effect": "send", "reversible": false,
                "arguments": {"to": "ana.ruiz@example.com", "subject": "Your booking", "body": "Dear Ms Ruiz,\n\nyour booking is cancelled."},
                "arguments_schema": {"type": "object", "additionalProperties": false, "required": ["to", "subject", "body"], "properties": {
                    "to": {"type": "string"}, "subject": {"type": "string"}, "body": {"type": "string"},
                }},
                "message": {"channel": "email", "to": "/to", "subject": "/subject", "body": "/body", "format": "plain"},
            }],
            "conversation": [{"role": "customer", "name": "Ana Ruiz", "content": "Please cancel my booking."}],
        },
        "suggestion": {"verdict": {"actions": [{"id": "a1", "type": "approve"}]}, "by": {"name": "mail-agent", "version": "2"}},
    })
}
