//! A policy in sentences, and what is different between two, for who reads and who changes one.
//!
//! It leaves nothing out: a member it has no sentence for is said by its name and value.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EscalateTo, Order, Policy, Rule};
use crate::case::OnExpiry;
use crate::text::{counted, joined, label, value_text};

/// One thing a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Sentence {
    /// The member it is about, `undo_seconds`; the rules are several sentences about `rules`.
    pub about: String,
    pub text: String,
}

/// What one policy says and the other doesn't.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyDifference {
    pub was: Option<String>,
    pub now: Option<String>,
}

/// Members with a sentence of their own.
const SAID: [&str; 17] = [
    "approvers",
    "rules",
    "second_share",
    "second_must_differ",
    "adjudicators",
    "require_reason",
    "blind",
    "draft_only",
    "undo_seconds",
    "lease_seconds",
    "order",
    "audit_share",
    "gold_share",
    "due_minutes",
    "expire_minutes",
    "on_expiry",
    "escalate",
];

impl Policy {
    /// Who decides, what is asked of them, what they see, what becomes of it, how the queue is worked.
    pub fn sentences(&self) -> Vec<Sentence> {
        let mut all = Vec::new();
        let mut say = |about: &str, text: String| {
            all.push(Sentence {
                about: about.to_owned(),
                text,
            });
        };
        say("approvers", people(self.approvers));
        for rule in &self.rules {
            say("rules", rule.sentence());
        }
        if self.second_share > 0.0 {
            let share = share(self.second_share);
            say(
                "second_share",
                format!("{share} of the others, drawn by chance, go to a second person"),
            );
        }
        if self.asks_for_a_second() {
            say("adjudicators", self.settled_by());
        }
        say(
            "require_reason",
            if self.require_reason {
                "Every decision needs a reason"
            } else {
                "A reason may be given"
            }
            .to_owned(),
        );
        say(
            "blind",
            if self.blind {
                "Suggestion and scores are hidden until one has decided"
            } else {
                "Suggestion and scores are shown"
            }
            .to_owned(),
        );
        if self.draft_only {
            let text = "Nothing is released to act on: what is decided teaches, and is sent by hand";
            say("draft_only", text.to_owned());
        }
        say("undo_seconds", undo(self.undo_seconds));
        let held = duration(self.lease_seconds);
        say(
            "lease_seconds",
            format!("Who claims a case has it for {held}, and longer while at work"),
        );
        say("order", order(self.order).to_owned());
        all.extend(self.in_time());
        all.extend(self.others());
        all
    }

    /// What is looked at once more, and what time does.
    fn in_time(&self) -> Vec<Sentence> {
        let minutes = |n: u32| duration(n.saturating_mul(60));
        let mut all = Vec::new();
        let mut say = |about: &str, text: Option<String>| {
            all.extend(text.map(|text| Sentence {
                about: about.to_owned(),
                text,
            }));
        };
        let audited = (self.audit_share > 0.0).then(|| share(self.audit_share));
        say(
            "audit_share",
            audited.map(|share| {
                format!("{share} of what one person decided is looked at by a second after the release")
            }),
        );
        let gold = (self.gold_share > 0.0).then(|| share(self.gold_share));
        say(
            "gold_share",
            gold.map(|share| format!("{share} of the cases handed out are gold: their answer is known")),
        );
        let due = self.due_minutes.map(minutes);
        say(
            "due_minutes",
            due.map(|due| format!("Where the source doesn't say, a case is due after {due}")),
        );
        let expires = self.expire_minutes.map(minutes);
        say(
            "expire_minutes",
            expires.map(|expires| format!("Where the source doesn't say, a case expires after {expires}")),
        );
        say(
            "on_expiry",
            match self.on_expiry {
                OnExpiry::Escalate => None,
                OnExpiry::Return => Some("What expires goes back to its source".to_owned()),
                OnExpiry::Reject => Some("What expires is rejected".to_owned()),
            },
        );
        let up = self.escalate.as_ref().map(|escalation| {
            let to = match &escalation.to {
                EscalateTo::Person(name) => name.clone(),
                EscalateTo::Role(role) => role.plural(),
                EscalateTo::Queue(name) => format!("the queue {name}"),
            };
            match escalation.after_minutes {
                0 => format!("What is late goes to {to} at once"),
                after => format!("What is late goes to {to} after {}", minutes(after)),
            }
        });
        say("escalate", up);
        all
    }

    fn settled_by(&self) -> String {
        if self.adjudicators.is_empty() {
            "Disputes are settled by a lead of the queue who may decide its kind".to_owned()
        } else {
            format!(
                "Disputes are settled by {}",
                joined(&self.adjudicators).replace(" and ", " or ")
            )
        }
    }

    /// What has no sentence of its own.
    fn others(&self) -> Vec<Sentence> {
        let Ok(Value::Object(members)) = serde_json::to_value(self) else {
            return Vec::new();
        };
        members
            .iter()
            .filter(|(name, value)| !SAID.contains(&name.as_str()) && !says_nothing(value))
            .map(|(name, value)| Sentence {
                about: name.clone(),
                text: format!("{}: {}", label(name), value_text(value)),
            })
            .collect()
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
        _ => false,
    }
}

impl Rule {
    /// "Two people: pay, above 1000 EUR".
    pub fn sentence(&self) -> String {
        let who = if self.approvers > 1 {
            "Two people"
        } else {
            "One person"
        };
        format!("{who}: {}", self.when.words())
    }
}

fn people(approvers: u8) -> String {
    if approvers > 1 {
        "Two people decide every case, the second without seeing what the first decided".to_owned()
    } else {
        "One person decides".to_owned()
    }
}

fn undo(seconds: Option<u32>) -> String {
    match seconds {
        None => "A decision can be undone for as long as the hub is set to".to_owned(),
        Some(0) => "A decision is final at once".to_owned(),
        Some(seconds) => format!("A decision can be undone for {}", duration(seconds)),
    }
}

const fn order(order: Order) -> &'static str {
    match order {
        Order::Oldest => "Due and urgent cases come first, then the oldest",
        Order::Uncertain => "Due and urgent cases come first, then those the machine is least sure of",
        Order::Random => "Due and urgent cases come first, then by chance",
    }
}

/// In the largest unit it is a whole number of: "90 seconds", "15 minutes", "1 hour".
fn duration(seconds: u32) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let whole = units
        .into_iter()
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    let (length, unit) = whole.unwrap_or((1, "second"));
    counted((seconds / length) as usize, unit)
}

/// 0.125 → "12.5 %".
pub(super) fn share(share: f64) -> String {
    let percent = format!("{:.2}", share * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// What `after` says anew and what it no longer says; a member said differently is one difference.
pub fn differences(before: &Policy, after: &Policy) -> Vec<PolicyDifference> {
    let (before, after) = (before.sentences(), after.sentences());
    let gone = missing_from(&before, &after);
    let mut new = missing_from(&after, &before);
    let mut all = Vec::new();
    for old in gone {
        let pair = new.iter().position(|sentence| sentence.about == old.about);
        all.push(PolicyDifference {
            was: Some(old.text),
            now: pair.map(|at| new.remove(at).text),
        });
    }
    all.extend(new.into_iter().map(|sentence| PolicyDifference {
        was: None,
        now: Some(sentence.text),
    }));
    all
}

/// Those of `these` that `others` lack; one said twice and once there is missing once.
fn missing_from(these: &[Sentence], others: &[Sentence]) -> Vec<Sentence> {
    let mut left = others.to_vec();
    these
        .iter()
        .filter(
            |sentence| match left.iter().position(|other| other == *sentence) {
                Some(at) => {
                    left.remove(at);
                    false
                }
                None => true,
            },
        )
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::policy::presets;

    fn policy(json: Value) -> Policy {
        Policy::read(&json).unwrap()
    }

    #[test]
    fn every_preset_reads_in_plain_words() {
        let all: Vec<(String, Vec<String>)> = presets::all()
            .into_iter()
            .map(|preset| {
                let said = preset.policy.sentences();
                (
                    preset.title.to_owned(),
                    said.into_iter().map(|sentence| sentence.text).collect(),
                )
            })
            .collect();
        insta::assert_json_snapshot!(all);
    }

    #[test]
    fn every_member_of_a_policy_is_said() {
        let members = serde_json::to_value(Policy::default()).unwrap();
        let quiet = [
            "rules",
            "second_share",
            "second_must_differ",
            "adjudicators",
            "draft_only",
            "audit_share",
            "gold_share",
            "on_expiry",
        ];
        let said: Vec<String> = Policy::default()
            .sentences()
            .into_iter()
            .map(|sentence| sentence.about)
            .collect();
        for name in members.as_object().unwrap().keys() {
            let nothing = says_nothing(&members[name]) && name != "undo_seconds";
            assert!(
                said.contains(name) || quiet.contains(&name.as_str()) || nothing,
                "nothing is said of {name}"
            );
        }
    }

    #[test]
    fn a_member_said_differently_is_one_difference_and_rules_are_told_apart() {
        let before = policy(json!({"undo_seconds": 30, "rules": [
            {"when": {"effects": ["pay"]}, "approvers": 2}, {"when": {"edited": true}, "approvers": 2}]}));
        let after = policy(json!({"undo_seconds": 120, "rules": [
            {"when": {"edited": true}, "approvers": 2}, {"when": {"effects": ["pay"], "irreversible": true}, "approvers": 2}], "blind": true}));
        insta::assert_json_snapshot!(differences(&before, &after));
    }

    #[test]
    fn times_are_said_in_the_largest_whole_unit() {
        let said = [30, 90, 120, 3600, 5400, 86_400, 604_800].map(duration);
        assert_eq!(
            said,
            [
                "30 seconds",
                "90 seconds",
                "2 minutes",
                "1 hour",
                "90 minutes",
                "1 day",
                "7 days"
            ]
        );
        assert_eq!(
            [0.1, 0.125, 1.0, 0.005].map(share),
            ["10 %", "12.5 %", "100 %", "0.5 %"]
        );
    }

    proptest! {
        #[test]
        fn equal_policies_differ_in_nothing_and_others_in_something(
            undo in proptest::option::of(0_u32..604_800), lease in 30_u32..604_800, blind: bool, reason: bool, approvers in 1_u8..=2,
            other_lease in 30_u32..604_800,
        ) {
            let one = Policy { undo_seconds: undo, lease_seconds: lease, blind, require_reason: reason, approvers, ..Policy::default() };
            let two = Policy { lease_seconds: other_lease, ..one.clone() };
            prop_assert!(differences(&one, &one).is_empty());
            prop_assert_eq!(differences(&one, &two).is_empty(), one == two);
        }
    }
}
