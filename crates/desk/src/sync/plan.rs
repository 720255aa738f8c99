//! What to do next, from what is known: a pure function. Push, then pull. It never plans to drop an entry of the
//! outbox: no step can, the outbox shrinks only by the hub's answer or by the person.

use std::collections::{BTreeSet, HashSet};

use chrono::TimeDelta;
use domain::Instant;

use crate::replica::cases::{CaseHeld, Standing};
use crate::replica::outbox::What;

/// Cases kept at hand for a queue in use, and how many are fetched when there are fewer.
pub const AT_HAND_MIN: usize = 20;
const AT_HAND_FULL: usize = 30;
/// The first ones of a queue come in a small claim: the person waits for them.
const FIRST_CLAIM: usize = 3;
/// At most this many at a time.
const PUSH_MAX: usize = 50;
const PREFETCH_MAX: usize = 8;
const RENEW_AFTER: TimeDelta = TimeDelta::minutes(20);
/// A lease this close to its end is renewed whatever its age.
const RENEW_BEFORE_END: TimeDelta = TimeDelta::minutes(5);
const GREET_EVERY: TimeDelta = TimeDelta::minutes(10);
const QUEUES_EVERY: TimeDelta = TimeDelta::seconds(60);
/// Counters change with every decision of anybody: not asked more often than this.
const QUEUES_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(3);
const TRUST_EVERY: TimeDelta = TimeDelta::minutes(10);
const TOOLS_EVERY: TimeDelta = TimeDelta::minutes(5);
/// What the person decides on another computer meanwhile is in no hurry here.
const OWN_EVERY: TimeDelta = TimeDelta::hours(1);
const PURGE_EVERY: TimeDelta = TimeDelta::days(1);
/// How long the person's own decisions are kept.
pub const DECISIONS_KEPT: TimeDelta = TimeDelta::days(90);

#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// By the hub's clock.
    pub now: Instant,
    pub greeted_at: Option<Instant>,
    pub queues_read_at: Option<Instant>,
    pub queues_stale: bool,
    pub trust_read_at: Option<Instant>,
    pub tools_read_at: Option<Instant>,
    pub purged_at: Option<Instant>,
    pub own_read_at: Option<Instant>,
    /// The changes feed has something, or wasn't read yet.
    pub feed_behind: bool,
    pub outbox: Vec<OutboxFact>,
    pub cases: Vec<CaseHeld>,
    pub queues: Vec<QueueFact>,
    /// Cases of which something changed.
    pub refetch: BTreeSet<String>,
    /// Context details to fetch ahead: case and entry.
    pub prefetch: Vec<(String, String)>,
    /// Decided cases whose decision is final.
    pub settled: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxFact {
    pub id: String,
    pub what: What,
    pub case_id: String,
    pub wedged: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueFact {
    pub name: String,
    /// Worked here within the hour.
    pub in_use: bool,
    pub decides: bool,
    pub is_conflict: bool,
    pub is_action: bool,
    /// The hub had no more to give lately.
    pub dry: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Who am I, which hub, what time is it.
    Greet,
    /// Decisions, in order, by id.
    Push {
        ids: Vec<String>,
    },
    PushUndo {
        id: String,
    },
    RefreshQueues,
    Claim {
        queue: String,
        limit: usize,
        have: Vec<String>,
    },
    /// The changes feed, to its end.
    Pull,
    Refetch {
        case_id: String,
    },
    /// Gives skipped cases back, then drops them.
    Release {
        case_ids: Vec<String>,
        tokens: Vec<String>,
    },
    Renew {
        tokens: Vec<String>,
    },
    Drop {
        case_ids: Vec<String>,
    },
    Prefetch {
        case_id: String,
        context_id: String,
    },
    FetchTrust,
    FetchTools,
    /// Own decisions made elsewhere.
    FetchOwn,
    Purge,
}

/// Everything that is due, in the order to do it. Done, nothing of it is due any more.
pub fn plan(facts: &Facts) -> Vec<Step> {
    if older(facts.greeted_at, facts.now, GREET_EVERY) {
        return vec![Step::Greet];
    }
    let mut steps = push(&facts.outbox);
    steps.extend(queues(facts));
    let (first, more): (Vec<Step>, Vec<Step>) = claims(facts).into_iter().partition(is_first);
    steps.extend(first);
    if facts.feed_behind {
        steps.push(Step::Pull);
    }
    steps.extend(facts.refetch.iter().map(|case_id| Step::Refetch {
        case_id: case_id.clone(),
    }));
    steps.extend(leases(facts));
    if !facts.settled.is_empty() {
        steps.push(Step::Drop {
            case_ids: facts.settled.clone(),
        });
    }
    steps.extend(more);
    steps.extend(
        facts
            .prefetch
            .iter()
            .take(PREFETCH_MAX)
            .map(|(case_id, context_id)| Step::Prefetch {
                case_id: case_id.clone(),
                context_id: context_id.clone(),
            }),
    );
    if facts.queues.iter().any(|queue| queue.is_conflict)
        && older(facts.trust_read_at, facts.now, TRUST_EVERY)
    {
        steps.push(Step::FetchTrust);
    }
    if facts.queues.iter().any(|queue| queue.is_action && queue.decides)
        && older(facts.tools_read_at, facts.now, TOOLS_EVERY)
    {
        steps.push(Step::FetchTools);
    }
    if older(facts.own_read_at, facts.now, OWN_EVERY) {
        steps.push(Step::FetchOwn);
    }
    if older(facts.purged_at, facts.now, PURGE_EVERY) {
        steps.push(Step::Purge);
    }
    steps
}

fn older(at: Option<Instant>, now: Instant, than: TimeDelta) -> bool {
    at.is_none_or(|at| now - at >= than)
}

/// Waiting entries in their order. What follows a wedged undo on the same case waits for it: sent now, it would meet
/// the decision that was to be undone.
fn push(outbox: &[OutboxFact]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut held_back: HashSet<&str> = HashSet::new();
    for entry in outbox {
        if entry.wedged && entry.what == What::Undo {
            held_back.insert(&entry.case_id);
        }
        if entry.wedged || held_back.contains(entry.case_id.as_str()) {
            continue;
        }
        match (entry.what, steps.last_mut()) {
            (What::Undo, _) => steps.push(Step::PushUndo { id: entry.id.clone() }),
            (What::Decision, Some(Step::Push { ids })) if ids.len() < PUSH_MAX => ids.push(entry.id.clone()),
            (What::Decision, _) => steps.push(Step::Push {
                ids: vec![entry.id.clone()],
            }),
        }
    }
    steps
}

fn queues(facts: &Facts) -> Option<Step> {
    let every = if facts.queues_stale {
        QUEUES_AT_MOST_EVERY
    } else {
        QUEUES_EVERY
    };
    older(facts.queues_read_at, facts.now, every).then_some(Step::RefreshQueues)
}

/// Cases at hand that nobody holds for this person any more: revised, or their lease ran out. They are claimed anew, and
/// until then the hub isn't told that they are here. One with something in the outbox is the outbox's matter.
fn unleased<'f>(facts: &'f Facts, case: &'f CaseHeld) -> bool {
    case.standing == Standing::AtHand
        && case.lease_token.is_none()
        && !facts.outbox.iter().any(|entry| entry.case_id == case.id)
}

fn claims(facts: &Facts) -> Vec<Step> {
    let wanted = facts
        .queues
        .iter()
        .filter(|queue| queue.in_use && queue.decides && !queue.dry);
    wanted
        .filter_map(|queue| {
            let held = facts.cases.iter().filter(|case| case.queue == queue.name);
            let lost = held.clone().filter(|case| unleased(facts, case)).count();
            let at_hand = held
                .clone()
                .filter(|case| case.standing == Standing::AtHand)
                .count()
                - lost;
            let limit = if at_hand + lost == 0 {
                FIRST_CLAIM
            } else {
                AT_HAND_FULL.saturating_sub(at_hand).max(lost)
            };
            (at_hand < AT_HAND_MIN || lost > 0).then(|| Step::Claim {
                queue: queue.name.clone(),
                limit,
                have: held
                    .filter(|case| !unleased(facts, case))
                    .map(|case| case.id.clone())
                    .collect(),
            })
        })
        .collect()
}

fn is_first(step: &Step) -> bool {
    matches!(
        step,
        Step::Claim {
            limit: FIRST_CLAIM,
            ..
        }
    )
}

fn leases(facts: &Facts) -> Vec<Step> {
    let (mut release, mut tokens, mut renew) = (Vec::new(), Vec::new(), Vec::new());
    for case in &facts.cases {
        let in_use = facts
            .queues
            .iter()
            .any(|queue| queue.name == case.queue && queue.in_use);
        let over = case.lease_expires_at.is_some_and(|at| at <= facts.now);
        match (case.standing, &case.lease_token) {
            (Standing::Skipped, token) => {
                release.push(case.id.clone());
                tokens.extend(token.clone());
            }
            (Standing::AtHand, Some(token)) if in_use && is_due(case, facts.now) => renew.push(token.clone()),
            // Nobody works here any more and the lease is over: the case is no longer this person's to keep.
            (Standing::AtHand, Some(_)) if !in_use && over => release.push(case.id.clone()),
            (Standing::AtHand, None) if !in_use && unleased(facts, case) => release.push(case.id.clone()),
            _ => {}
        }
    }
    let mut steps = Vec::new();
    if !release.is_empty() {
        steps.push(Step::Release {
            case_ids: release,
            tokens,
        });
    }
    if !renew.is_empty() {
        steps.push(Step::Renew { tokens: renew });
    }
    steps
}

fn is_due(case: &CaseHeld, now: Instant) -> bool {
    older(case.lease_renewed_at, now, RENEW_AFTER)
        || (case
            .lease_expires_at
            .is_some_and(|at| at - now <= RENEW_BEFORE_END)
            && older(case.lease_renewed_at, now, TimeDelta::minutes(1)))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
