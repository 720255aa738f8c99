//! Small cases, one of each kind.

use serde_json::{Value, json};

pub fn match_case(external_id: &str) -> Value {
    json!({
        "external_id": external_id, "kind": "identity_match", "queue": "sites",
        "body": {
            "entity_type": "site",
            "records": [
                {"id": "a", "system": "crm", "fields": {"name": "Armour", "zip": "60608"}},
                {"id": "b", "system": "erp", "fields": {"name": "Armour Inc", "zip": "60608"}}
            ],
            "links": [{"left": "a", "right": "b", "probability": 0.8, "weight": 2.0, "prior": -3.0,
                       "evidence": [{"attribute": "name", "weight": 5.0}]}]
        },
        "suggestion": {"verdict": {"clusters": [["a", "b"]]}, "confidence": 0.8, "by": {"name": "splink", "version": "4.0.17"}}
    })
}

pub fn same() -> Value {
    json!({"clusters": [["a", "b"]]})
}

pub fn different() -> Value {
    json!({"clusters": [["a"], ["b"]]})
}

pub fn conflict_case(external_id: &str) -> Value {
    json!({
        "external_id": external_id, "kind": "data_conflict", "queue": "flights",
        "body": {
            "entity": {"type": "flight", "id": external_id},
            "attributes": [{"name": "arrival", "type": "time", "claims": [
                {"id": "c0", "system": "flightview", "value": "21:49"},
                {"id": "c1", "system": "orbitz", "value": "21:53"}
            ]}]
        },
        "suggestion": {"verdict": {"values": {"arrival": {"answer": "value", "value": "21:49", "claims": ["c0"]}}}}
    })
}

pub fn arrival(value: &str, claim: &str) -> Value {
    json!({"values": {"arrival": {"answer": "value", "value": value, "claims": [claim]}}})
}

pub fn action_case(external_id: &str) -> Value {
    json!({
        "external_id": external_id, "kind": "proposed_action", "queue": "refunds",
        "body": {
            "agent": {"name": "refund-agent", "version": "1"},
            "actions": [{
                "id": "a1", "tool": "refund", "effect": "pay", "reversible": true,
                "arguments": {"booking": "Z7GOZK", "amount": "120.00"},
                "arguments_schema": {
                    "type": "object", "additionalProperties": false, "required": ["booking", "amount"],
                    "properties": {"booking": {"type": "string"}, "amount": {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}}
                }
            }]
        },
        "suggestion": {"verdict": {"actions": [{"id": "a1", "type": "approve"}]}}
    })
}

pub fn approve() -> Value {
    json!({"actions": [{"id": "a1", "type": "approve"}]})
}
