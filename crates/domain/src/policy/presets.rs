//! Policies to begin with: seven gates, and one that lets nothing out. Data, to be changed.

use super::{Above, Order, Policy, Rule, When};
use crate::action::Effect;

/// A policy with the name it is asked for by.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    pub name: &'static str,
    pub title: &'static str,
    pub policy: Policy,
}

pub fn all() -> Vec<Preset> {
    let preset = |name, title, policy| Preset { name, title, policy };
    vec![
        preset("customer_message", "Message to a customer", customer_message()),
        preset("record_change", "Change of a record", record_change()),
        preset("request", "Approve or reject a request", request()),
        preset("escalation", "Escalate", escalation()),
        preset("triggered_action", "Trigger an action", triggered_action()),
        preset("label", "Apply a label", label()),
        preset("sensitive_data", "Use of sensitive data", sensitive_data()),
        preset("draft_only", "Drafts only, sent by hand", draft_only()),
    ]
}

fn two(when: When) -> Rule {
    Rule { when, approvers: 2 }
}

fn effects(effects: &[Effect]) -> When {
    When {
        effects: Some(effects.to_vec()),
        ..When::default()
    }
}

/// One reads it; two where the machine isn't sure. Time enough to catch a slip.
pub fn customer_message() -> Policy {
    Policy {
        undo_seconds: Some(60),
        rules: vec![two(When {
            below_confidence: Some(0.8),
            ..effects(&[Effect::Send])
        })],
        ..Policy::default()
    }
}

/// Two where nothing brings it back.
pub fn record_change() -> Policy {
    Policy {
        rules: vec![
            two(effects(&[Effect::Delete])),
            two(When {
                irreversible: Some(true),
                ..effects(&[Effect::Write])
            }),
        ],
        ..Policy::default()
    }
}

/// With a reason; two above a thousand.
pub fn request() -> Policy {
    Policy {
        require_reason: true,
        rules: vec![two(When {
            above: Some(Above {
                currency: "EUR".into(),
                value: "1000".into(),
            }),
            ..When::default()
        })],
        ..Policy::default()
    }
}

pub fn escalation() -> Policy {
    Policy {
        require_reason: true,
        ..Policy::default()
    }
}

/// Two for payments, for what can't be undone, and for what somebody changed.
pub fn triggered_action() -> Policy {
    Policy {
        rules: vec![
            two(effects(&[Effect::Pay, Effect::Delete])),
            two(When {
                irreversible: Some(true),
                ..When::default()
            }),
            two(When {
                edited: Some(true),
                ..When::default()
            }),
        ],
        ..Policy::default()
    }
}

/// The least certain first, without the machine's view; every tenth is judged twice.
pub fn label() -> Policy {
    Policy {
        order: Order::Uncertain,
        blind: true,
        second_share: 0.1,
        ..Policy::default()
    }
}

pub fn sensitive_data() -> Policy {
    Policy {
        approvers: 2,
        require_reason: true,
        lease_seconds: 900,
        ..Policy::default()
    }
}

pub fn draft_only() -> Policy {
    Policy {
        draft_only: true,
        ..Policy::default()
    }
}
