//! Who may decide what, and how a queue is worked. Default is stop.
//!
//! A policy is data: read strictly, refused with a pointer. What its rules ask for is in [`gate`], what several opinions
//! on one case come to in [`opinions`], when a case is due and whose it becomes in [`times`] and [`passing`], what is
//! handed out once more to see whether two come to the same in [`checks`].

mod amount;
pub mod checks;
pub mod gate;
pub mod opinions;
pub mod order;
pub mod pages;
pub mod passing;
pub mod people;
pub mod presets;
pub mod rule;
pub mod times;
pub mod words;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Instant;
use crate::case::{Case, OnExpiry};
use crate::decision::Verdict;
use crate::invalid::{Invalid, read};
use crate::kind::Kind;
use crate::outcome::CaseState;
pub use order::Order;
pub use passing::{EscalateTo, Passed};
pub use rule::{Above, Rule, When};
pub use times::Escalation;

pub const INVALID_POLICY: &str = "invalid_policy";

/// People who agree before anything is decided: nobody asks for more.
const APPROVERS_MAX: u8 = 2;
/// Beyond this a mistake in units is likelier than an intention.
const WEEK_SECONDS: u32 = 7 * 86_400;
const LEASE_SECONDS_MIN: u32 = 30;
const RULES_MAX: usize = 100;

/// How one queue is worked. The default: one decision, undo 30 s, lease 60 min, nothing blind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// None: what the hub was started with.
    pub undo_seconds: Option<u32>,
    pub lease_seconds: u32,
    pub order: Order,
    pub require_reason: bool,
    /// How many people every decision needs, whatever the rules: 1 or 2.
    pub approvers: u8,
    /// What needs more: the strictest that applies counts.
    pub rules: Vec<Rule>,
    /// Always true, and only here to be read: nobody is their own second.
    pub second_must_differ: bool,
    /// Who settles a dispute, by id or name; none: the leads of the queue who may decide its kind.
    pub adjudicators: Vec<String>,
    /// Suggestion and links are withheld until one has decided.
    pub blind: bool,
    /// Nothing is released to be acted on: what is decided teaches, and is sent by hand.
    pub draft_only: bool,
    /// The share of cases, 0 to 1, drawn for a second person though no rule asks for one. Nothing is released before.
    pub second_share: f64,
    /// The share, 0 to 1, of what one person decided that is given to a second after it was released, unseen by both.
    pub audit_share: f64,
    /// The share, 0 to 1, of the cases handed out that are gold: planted with a known answer.
    pub gold_share: f64,
    /// A case that comes in without a due time is due so long afterwards.
    pub due_minutes: Option<u32>,
    /// A case that comes in without an expiry expires so long afterwards.
    pub expire_minutes: Option<u32>,
    /// What expiry does where the case doesn't say. Nothing approves.
    pub on_expiry: OnExpiry,
    /// To whom a case goes that nobody decided in time.
    pub escalate: Option<Escalation>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            undo_seconds: None,
            lease_seconds: 3600,
            order: Order::Oldest,
            require_reason: false,
            approvers: 1,
            rules: Vec::new(),
            second_must_differ: true,
            adjudicators: Vec::new(),
            blind: false,
            draft_only: false,
            second_share: 0.0,
            audit_share: 0.0,
            gold_share: 0.0,
            due_minutes: None,
            expire_minutes: None,
            on_expiry: OnExpiry::default(),
            escalate: None,
        }
    }
}

impl Policy {
    /// # Errors
    /// `invalid_policy` with a pointer into it.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        // A list would be read as the members in their order, and an empty one as the default.
        if !json.is_object() {
            return Err(Invalid::new(INVALID_POLICY, "", "a policy is a JSON object"));
        }
        let policy: Self = read(json, INVALID_POLICY)?;
        policy.check()?;
        Ok(policy)
    }

    /// This policy, as strict as those of the queues a case lay in `before`: who moves a case to another queue takes nothing
    /// off it. How many people are asked isn't in here; that is [`gate::strictest`].
    #[must_use]
    pub fn held_to(mut self, before: &[Self]) -> Self {
        for other in before {
            self.require_reason |= other.require_reason;
            self.blind |= other.blind;
            self.draft_only |= other.draft_only;
        }
        self
    }

    /// As [`Self::held_to`], of a policy that is only read.
    pub fn as_strict_as(&self, before: &[Self]) -> Cow<'_, Self> {
        match before.is_empty() {
            true => Cow::Borrowed(self),
            false => Cow::Owned(self.clone().held_to(before)),
        }
    }

    /// What of it goes with a case that is moved to another queue: what [`Self::held_to`] and [`gate::strictest`] read.
    #[must_use]
    pub fn goes_along(self) -> Self {
        Self {
            require_reason: self.require_reason,
            approvers: self.approvers,
            rules: self.rules,
            blind: self.blind,
            draft_only: self.draft_only,
            second_share: self.second_share,
            ..Self::default()
        }
    }

    /// Whether anything in it can ask for a second person.
    pub fn asks_for_a_second(&self) -> bool {
        self.approvers > 1
            || self.second_share > 0.0
            || self.audit_share > 0.0
            || self.rules.iter().any(|rule| rule.approvers > 1)
    }

    fn check(&self) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_POLICY, pointer, detail));
        if !(1..=APPROVERS_MAX).contains(&self.approvers) {
            return bad("/approvers", "1 or 2");
        }
        if !self.second_must_differ {
            return bad("/second_must_differ", "nobody is their own second");
        }
        if !(LEASE_SECONDS_MIN..=WEEK_SECONDS).contains(&self.lease_seconds) {
            return bad("/lease_seconds", "30 seconds to a week");
        }
        if self.undo_seconds.is_some_and(|seconds| seconds > WEEK_SECONDS) {
            return bad("/undo_seconds", "at most a week");
        }
        for (pointer, share) in [
            ("/second_share", self.second_share),
            ("/audit_share", self.audit_share),
            ("/gold_share", self.gold_share),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return bad(pointer, "0 to 1");
            }
        }
        self.check_times()?;
        if self.rules.len() > RULES_MAX {
            return bad("/rules", "at most 100 rules");
        }
        if let Some(index) = self.adjudicators.iter().position(|name| name.trim().is_empty()) {
            return bad(&format!("/adjudicators/{index}"), "a person's id or name");
        }
        self.rules
            .iter()
            .enumerate()
            .try_for_each(|(index, rule)| rule.check().map_err(|e| e.under(&format!("/rules/{index}"))))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    Source,
    Steward,
    Approver,
    Lead,
    Admin,
}

impl Role {
    pub const ALL: [Role; 5] = [
        Role::Source,
        Role::Steward,
        Role::Approver,
        Role::Lead,
        Role::Admin,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Steward => "steward",
            Self::Approver => "approver",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// All who have it: "the leads".
    pub fn plural(self) -> String {
        format!("the {}s", self.as_str())
    }

    /// The kinds this role decides.
    pub const fn decides(self) -> &'static [Kind] {
        match self {
            Self::Steward => &[Kind::IdentityMatch, Kind::DataConflict],
            Self::Approver => &[Kind::ProposedAction],
            Self::Source | Self::Lead | Self::Admin => &[],
        }
    }
}

/// Who wants to decide. No queues: all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
}

impl Person {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn sees_queue(&self, queue: &str) -> bool {
        self.queues.is_empty() || self.queues.iter().any(|own| own == queue)
    }

    /// The kinds the person's roles decide, in the order of [`Kind::ALL`].
    pub fn decides(&self) -> Vec<Kind> {
        Kind::ALL
            .into_iter()
            .filter(|kind| self.roles.iter().any(|role| role.decides().contains(kind)))
            .collect()
    }
}

/// Why a decision isn't taken. The code is stable; the sentence is what a person reads beside the disabled button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {text}")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    pub code: String,
    pub text: String,
    /// Into the verdict, where there is a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl Refusal {
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            text: text.into(),
            pointer: None,
        }
    }
}

impl From<crate::Invalid> for Refusal {
    fn from(invalid: crate::Invalid) -> Self {
        let text = crate::text::capitalised(&invalid.detail);
        Self {
            code: invalid.code,
            text,
            pointer: Some(invalid.pointer),
        }
    }
}

/// Whether the person may decide this case at all, whatever the verdict.
///
/// # Errors
/// `not_allowed`, with the reason in words.
pub fn may_decide(person: &Person, case: &Case) -> Result<(), Refusal> {
    may_be_given_to(person, Passed::of(case))
}

/// As [`may_decide`], for one who has only the head of the case.
///
/// # Errors
/// `not_allowed`, with the reason in words.
pub fn may_be_given_to(person: &Person, case: Passed<'_>) -> Result<(), Refusal> {
    if !person.decides().contains(&case.kind) {
        let role = if case.kind == Kind::ProposedAction {
            "approver"
        } else {
            "steward"
        };
        return Err(Refusal::new(
            "not_allowed",
            format!("Only the role {role} decides this"),
        ));
    }
    may_have_a_say(person, case)
}

/// Whatever their roles: not in another's queue, and not on what they brought about themselves.
fn may_have_a_say(person: &Person, case: Passed<'_>) -> Result<(), Refusal> {
    let refused = |text: &str| Err(Refusal::new("not_allowed", text));
    if !person.sees_queue(case.queue) {
        return refused("This queue isn't yours");
    }
    if case.proposed_by == Some(person.id.as_str()) {
        return refused("You proposed this");
    }
    if case.barred.contains(&person.id) {
        return refused("You brought this in or moved it here; somebody else decides it");
    }
    Ok(())
}

/// Whether this verdict may be given now. `verdict` none: can't tell.
///
/// # Errors
/// `already_decided`, `withdrawn`, `expired`, `reason_required`.
pub fn may_give(
    policy: &Policy,
    case: &Case,
    state: CaseState,
    verdict: Option<&Verdict>,
    reasons: &[String],
    now: Instant,
) -> Result<(), Refusal> {
    match state {
        CaseState::Withdrawn => return Err(Refusal::new("withdrawn", "The source took this case back")),
        CaseState::Decided | CaseState::Released => {
            return Err(Refusal::new("already_decided", "This case is already decided"));
        }
        CaseState::Returned => return Err(Refusal::new("expired", "This case expired and went back")),
        CaseState::Open
        | CaseState::AwaitingSecond
        | CaseState::Disputed
        | CaseState::Waiting
        | CaseState::Expired => {}
    }
    let past = case.envelope.expires_at.is_some_and(|at| at <= now);
    // What expiry itself rejected or gave back takes nothing any more.
    let takes_some = case.envelope.on_expiry == OnExpiry::Escalate;
    if (state == CaseState::Expired || past) && !(takes_some && verdict.is_some_and(rejects_or_responds)) {
        let when = case
            .envelope
            .expires_at
            .map(|at| format!(" at {}", at.format("%H:%M")))
            .unwrap_or_default();
        return Err(Refusal::new("expired", format!("The case expired{when}")));
    }
    gives_reasons(policy, reasons)
}

/// # Errors
/// `reason_required`.
pub fn gives_reasons(policy: &Policy, reasons: &[String]) -> Result<(), Refusal> {
    let blank = |reason: &String| reason.trim().is_empty();
    if policy.require_reason && reasons.iter().all(blank) {
        return Err(Refusal::new("reason_required", "Choose a reason first"));
    }
    Ok(())
}

/// What is said of a queue whose policy can't be read: nothing is decided there.
pub fn unreadable() -> Refusal {
    Refusal::new(
        "policy_unreadable",
        "This queue's policy can't be read; a lead or an admin has to write it anew",
    )
}

/// # Errors
/// `second_person_in_solo`: nobody else is there who could agree.
pub fn fits_solo(policy: &Policy) -> Result<(), Invalid> {
    if policy.asks_for_a_second() {
        return Err(Invalid::new(
            "second_person_in_solo",
            "",
            "on this computer there is nobody else; a policy can't ask for a second person",
        ));
    }
    Ok(())
}

/// An expired case that stayed takes only these.
fn rejects_or_responds(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Action(verdict) if !verdict.acts())
}

#[cfg(test)]
mod tests;
