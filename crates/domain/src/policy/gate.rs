//! How many people a verdict needs. Reads the stricter of what the registry of tools and the case say, on the arguments
//! as they would be called with: who proposes an action doesn't set its own gate.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::amount::Amount;
use super::{Above, Policy, When};
use crate::action::tool::{Tool, Tools};
use crate::action::{Action, AmountPointers, Answered, Effect};
use crate::case::{Case, CaseBody};
use crate::decision::Verdict;
use crate::outcome::CaseState;

/// What a policy asks for, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gate {
    pub approvers: u8,
    /// The rules that apply, by their place in the policy.
    pub rules: Vec<usize>,
    /// No rule asks for the second person, chance does.
    pub drawn: bool,
}

/// What committing leads to where more than one person has a say, for the bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Ahead {
    /// "Goes to a second person".
    pub text: String,
    /// Why, one rule each: "Two people: pay, above 100 EUR". Empty where the state of the case says it.
    pub because: Vec<String>,
    /// Nothing is final until somebody else has decided.
    pub waits: bool,
}

/// Only the hub knows what chance drew. So this draws nothing, unless everything is drawn.
const DRAW_UNKNOWN: f64 = 1.0 - f64::EPSILON;

/// What committing `verdict` (none: can't tell) on a case in this state leads to; none: it is decided, and that is all.
pub fn ahead(
    policy: &Policy,
    case: &Case,
    state: CaseState,
    verdict: Option<&Verdict>,
    tools: &Tools,
) -> Option<Ahead> {
    let says = |text: &str| {
        Some(Ahead {
            text: text.to_owned(),
            because: Vec::new(),
            waits: false,
        })
    };
    match state {
        CaseState::AwaitingSecond => return says("Decides if both agree"),
        CaseState::Disputed | CaseState::Open | CaseState::Waiting => {}
        _ => return None,
    }
    let gate = gate(policy, case, verdict, tools, DRAW_UNKNOWN);
    if state == CaseState::Disputed {
        return says(if gate.approvers > 1 {
            "Settles the dispute if it is one of the two; else a second person is asked"
        } else {
            "Settles the dispute"
        });
    }
    if gate.approvers > 1 {
        return Some(Ahead {
            text: "Goes to a second person".to_owned(),
            because: because(policy, &gate),
            waits: true,
        });
    }
    let runs = verdict.is_some_and(Verdict::acts);
    if policy.draft_only && runs {
        return says("Kept as a draft: nothing is run");
    }
    None
}

/// The rules that ask for two, in words.
fn because(policy: &Policy, gate: &Gate) -> Vec<String> {
    let mut found: Vec<String> = gate
        .rules
        .iter()
        .filter_map(|index| policy.rules.get(*index))
        .filter(|rule| rule.approvers > 1)
        .map(|rule| format!("Two people: {}", rule.when.words()))
        .collect();
    if policy.approvers > 1 {
        found.push("Two people: every decision here".to_owned());
    }
    if gate.drawn {
        found.push("Two people: every case here is drawn for a second opinion".to_owned());
    }
    found
}

/// A call that would run.
struct Call<'a> {
    action: &'a Action,
    tool: Option<&'a Tool>,
    arguments: &'a Value,
    edited: bool,
}

/// `verdict` none: can't tell. `draw`: 0 to 1, by chance and always the same for one case, so that deciding again draws
/// nothing new.
pub fn gate(policy: &Policy, case: &Case, verdict: Option<&Verdict>, tools: &Tools, draw: f64) -> Gate {
    let calls = calls(case, verdict, tools);
    let currencies: Vec<&str> = policy
        .rules
        .iter()
        .filter_map(|rule| rule.when.above.as_ref())
        .map(|above| above.currency.as_str())
        .collect();
    let rules: Vec<usize> = (0..policy.rules.len())
        .filter(|index| policy.rules[*index].when.holds(case, &calls, &currencies))
        .collect();
    let asked = rules
        .iter()
        .map(|index| policy.rules[*index].approvers)
        .fold(policy.approvers, u8::max);
    let drawn = asked < 2 && draw < policy.second_share;
    Gate {
        approvers: if drawn { 2 } else { asked },
        rules,
        drawn,
    }
}

/// The gate of the first of these policies, or of a later one that asks for more: those of all queues a case lay in count,
/// its own first. Each asks for itself, since what one doesn't name (a currency) another may.
pub fn strictest<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    case: &Case,
    verdict: Option<&Verdict>,
    tools: &Tools,
    draw: f64,
) -> Option<Gate> {
    let gates = policies
        .into_iter()
        .map(|policy| gate(policy, case, verdict, tools, draw));
    gates.reduce(|strictest, other| {
        if other.approvers > strictest.approvers {
            other
        } else {
            strictest
        }
    })
}

fn calls<'a>(case: &'a Case, verdict: Option<&'a Verdict>, tools: &'a Tools) -> Vec<Call<'a>> {
    let (CaseBody::Action(body), Some(Verdict::Action(verdict))) = (&case.body, verdict) else {
        return Vec::new();
    };
    body.actions
        .iter()
        .zip(&verdict.actions)
        .filter_map(|(action, answer)| {
            Some(Call {
                action,
                tool: tools.get(&action.tool),
                arguments: answer.final_arguments(action)?,
                edited: answer.answered == Answered::Edit,
            })
        })
        .collect()
}

impl When {
    fn holds(&self, case: &Case, calls: &[Call<'_>], currencies: &[&str]) -> bool {
        let confidence = case.suggestion.as_ref().and_then(|s| s.confidence);
        let unsure = |limit: f64| confidence.is_none_or(|sure| sure < limit);
        self.below_confidence.is_none_or(unsure)
            && (!self.is_of_calls() || calls.iter().any(|call| self.holds_for(call, currencies)))
    }

    fn holds_for(&self, call: &Call<'_>, currencies: &[&str]) -> bool {
        let effects = call.effects();
        self.effects
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|effect| effects.contains(effect)))
            && self
                .tools
                .as_ref()
                .is_none_or(|names| names.contains(&call.action.tool))
            && self
                .above
                .as_ref()
                .is_none_or(|above| call.is_above(above, currencies))
            && self
                .irreversible
                .is_none_or(|wanted| call.is_irreversible() == wanted)
            && self.edited.is_none_or(|wanted| call.edited == wanted)
    }
}

impl Call<'_> {
    /// By the registry and by the case: a proposer who claims another effect escapes no rule.
    fn effects(&self) -> [Effect; 2] {
        let registered = self.tool.map_or(Effect::Write, |tool| tool.effect);
        [registered, self.action.effect]
    }

    fn is_irreversible(&self) -> bool {
        !(self.action.reversible && self.tool.is_some_and(|tool| tool.reversible))
    }

    fn is_above(&self, above: &Above, currencies: &[&str]) -> bool {
        // Where its amount stands would be the proposer's word alone.
        let Some(tool) = self.tool else { return true };
        let mut pointers = [tool.amount.as_ref(), self.action.amount.as_ref()]
            .into_iter()
            .flatten()
            .peekable();
        if pointers.peek().is_none() {
            // A payment of nobody knows how much.
            return self.effects().contains(&Effect::Pay);
        }
        pointers.any(|pointers| is_above(self.arguments, pointers, above, currencies))
    }
}

fn is_above(arguments: &Value, pointers: &AmountPointers, above: &Above, currencies: &[&str]) -> bool {
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
    let amount = arguments.pointer(&pointers.value).and_then(Amount::of);
    let currency = match pointers.currency.as_deref() {
        Some(pointer) if pointer.starts_with('/') => arguments.pointer(pointer).and_then(Value::as_str),
        literal => literal,
    };
    match (amount, currency, Amount::parse(&above.value)) {
        (Some(amount), Some(currency), Some(limit)) if same(currency, &above.currency) => amount > limit,
        (Some(_), Some(currency), Some(_)) => !currencies.iter().any(|named| same(named, currency)),
        _ => true,
    }
}
