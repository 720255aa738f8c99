//! How many people a verdict needs. Reads the stricter of what the registry of tools and the case say, on the arguments
//! as they would be called with: who proposes an action doesn't set its own gate.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::amount::Amount;
use super::words::share;
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

/// Whose gates a verdict has to pass: the policy of the case's queue, and those of the queues it lay in before.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'p> {
    pub own: &'p Policy,
    pub before: &'p [Policy],
}

impl<'p> Policies<'p> {
    pub fn all(self) -> impl Iterator<Item = &'p Policy> {
        std::iter::once(self.own).chain(self.before)
    }
}

/// What a gate depends on that isn't in the verdict.
#[derive(Clone, Copy)]
struct Facts<'a> {
    case: &'a Case,
    tools: &'a Tools,
    draw: f64,
    confidence: Option<f64>,
}

/// Only the hub knows what chance drew: here it is drawn where everything is, and may be drawn where anything is.
const NOT_DRAWN: f64 = 1.0 - f64::EPSILON;
const DRAWN: f64 = 0.0;

/// What committing `verdict` (none: can't tell) on a case in this state leads to; none: it is decided, and that is all.
/// `show_machine` false: how sure the machine is isn't known here, and nothing that is said gives it away.
pub fn ahead(
    policies: Policies<'_>,
    case: &Case,
    state: CaseState,
    verdict: Option<&Verdict>,
    tools: &Tools,
    show_machine: bool,
) -> Option<Ahead> {
    let says = |text: &str| {
        Some(Ahead {
            text: text.to_owned(),
            because: Vec::new(),
            waits: false,
        })
    };
    let draft = policies.own.draft_only && verdict.is_some_and(Verdict::acts);
    match state {
        CaseState::AwaitingSecond if draft => return says("Decides if both agree; kept as a draft"),
        CaseState::AwaitingSecond => return says("Decides if both agree"),
        CaseState::Disputed | CaseState::Open | CaseState::Waiting => {}
        _ => return None,
    }
    let known = confidence_of(case);
    let (sure, unsure) = match show_machine {
        true => (known, known),
        false => (Some(f64::INFINITY), None),
    };
    let judged = |draw, confidence| {
        let facts = Facts {
            case,
            tools,
            draw,
            confidence,
        };
        strictest_by(policies, verdict, facts)
    };
    let (least, most) = (judged(NOT_DRAWN, sure), judged(DRAWN, unsure));
    let (must, may) = (least.gate.approvers > 1, most.gate.approvers > 1);
    if state == CaseState::Disputed {
        return says(match (must, may) {
            (true, _) => "Settles the dispute if it is one of the two; else a second person is asked",
            (false, true) => "Settles the dispute if it is one of the two; else a second person may be asked",
            (false, false) => "Settles the dispute",
        });
    }
    if may {
        return Some(Ahead {
            text: match must {
                true => "Goes to a second person",
                false => "May go to a second person",
            }
            .to_owned(),
            because: if must { &least } else { &most }.because(),
            waits: must,
        });
    }
    if draft {
        return says("Kept as a draft: nothing is run");
    }
    None
}

fn confidence_of(case: &Case) -> Option<f64> {
    case.suggestion.as_ref().and_then(|s| s.confidence)
}

/// A gate with the policy that asks for it.
struct Judged<'p> {
    gate: Gate,
    policy: &'p Policy,
    /// Not of the case's queue, but of one it lay in.
    before: bool,
}

impl Judged<'_> {
    /// The rules that ask for two, in words.
    fn because(&self) -> Vec<String> {
        let (policy, gate) = (self.policy, &self.gate);
        let two = match self.before {
            true => "Two people, as where it lay before",
            false => "Two people",
        };
        let mut found: Vec<String> = gate
            .rules
            .iter()
            .filter_map(|index| policy.rules.get(*index))
            .filter(|rule| rule.approvers > 1)
            .map(|rule| format!("{two}: {}", rule.when.words()))
            .collect();
        if policy.approvers > 1 {
            found.push(format!("{two}: every decision here"));
        }
        if gate.drawn {
            found.push(match policy.second_share < 1.0 {
                true => format!("{two}: by chance, {} of the cases", share(policy.second_share)),
                false => format!("{two}: every case here is drawn for a second opinion"),
            });
        }
        found
    }
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
    let facts = Facts {
        case,
        tools,
        draw,
        confidence: confidence_of(case),
    };
    gate_by(policy, verdict, facts)
}

fn gate_by(policy: &Policy, verdict: Option<&Verdict>, facts: Facts<'_>) -> Gate {
    let calls = calls(facts.case, verdict, facts.tools);
    let currencies: Vec<&str> = policy
        .rules
        .iter()
        .filter_map(|rule| rule.when.above.as_ref())
        .map(|above| above.currency.as_str())
        .collect();
    let rules: Vec<usize> = (0..policy.rules.len())
        .filter(|index| {
            let when = &policy.rules[*index].when;
            when.holds(facts.confidence, &calls, &currencies)
        })
        .collect();
    let asked = rules
        .iter()
        .map(|index| policy.rules[*index].approvers)
        .fold(policy.approvers, u8::max);
    let drawn = asked < 2 && facts.draw < policy.second_share;
    Gate {
        approvers: if drawn { 2 } else { asked },
        rules,
        drawn,
    }
}

/// The gate of the case's queue, or of one it lay in before that asks for more: those of all queues count, its own first.
/// Each asks for itself, since what one doesn't name (a currency) another may.
pub fn strictest(
    policies: Policies<'_>,
    case: &Case,
    verdict: Option<&Verdict>,
    tools: &Tools,
    draw: f64,
) -> Gate {
    let facts = Facts {
        case,
        tools,
        draw,
        confidence: confidence_of(case),
    };
    strictest_by(policies, verdict, facts).gate
}

fn strictest_by<'p>(policies: Policies<'p>, verdict: Option<&Verdict>, facts: Facts<'_>) -> Judged<'p> {
    let judged = |policy: &'p Policy, before| Judged {
        gate: gate_by(policy, verdict, facts),
        policy,
        before,
    };
    policies.before.iter().map(|policy| judged(policy, true)).fold(
        judged(policies.own, false),
        |strictest, other| match other.gate.approvers > strictest.gate.approvers {
            true => other,
            false => strictest,
        },
    )
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
    fn holds(&self, confidence: Option<f64>, calls: &[Call<'_>], currencies: &[&str]) -> bool {
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
