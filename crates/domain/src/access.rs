//! Who may what, beyond deciding: what is given to a person, how sensitive a case they may see, and how they raise
//! themselves for a while. What a role lets one decide stands in [`crate::policy`].
//!
//! A role only gives, and so does an elevation: it is added to what the person has, and the sum is judged as if it had been
//! given. What is above a ceiling isn't there.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::case::Sensitivity;
use crate::invalid::Invalid;
use crate::kind::Kind;
use crate::policy::{Refusal, Role};

pub const INVALID_ACCESS: &str = "invalid_access";
pub const INVALID_ELEVATION: &str = "invalid_elevation";
pub const INVALID_TOKEN: &str = "invalid_token";

/// A working day: whoever needs it longer needs the role.
pub const ELEVATION_MINUTES_MAX: u32 = 12 * 60;
/// Where an admin says nothing else.
pub const ELEVATION_MINUTES: u32 = 60;
const REASON_BYTES_MAX: usize = 1024;
const QUEUES_MAX: usize = 500;

/// What somebody has. No queues: all of them. No ceiling: however sensitive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
}

impl Grant {
    /// # Errors
    /// `invalid_access` with a pointer: a queue without a name, or too many.
    pub fn check(&self) -> Result<(), Invalid> {
        named(&self.queues)
            .map_err(|(index, detail)| Invalid::new(INVALID_ACCESS, format!("/queues/{index}"), detail))
    }

    /// What several give at once: the roles of all, and the widest of queues and ceilings. Of none: no roles.
    #[must_use]
    pub fn together(several: impl IntoIterator<Item = Self>) -> Self {
        several
            .into_iter()
            .reduce(|mut sum, one| {
                add(&mut sum.roles, &one.roles);
                if sum.queues.is_empty() || one.queues.is_empty() {
                    sum.queues.clear();
                } else {
                    add(&mut sum.queues, &one.queues);
                }
                sum.ceiling = sum.ceiling.zip(one.ceiling).map(|(a, b)| a.max(b));
                sum
            })
            .unwrap_or_default()
    }

    /// With what is added for a while.
    #[must_use]
    pub fn with(mut self, raise: &Raise) -> Self {
        add(&mut self.roles, &raise.roles);
        // Who has been given no queues has all of them already.
        if !self.queues.is_empty() {
            add(&mut self.queues, &raise.queues);
        }
        if let (Some(own), Some(raised)) = (self.ceiling, raise.ceiling) {
            self.ceiling = Some(own.max(raised));
        }
        self
    }
}

/// What an elevation adds. A ceiling is raised to `restricted` at most: that sees everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Raise {
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
}

impl Raise {
    const fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.queues.is_empty() && self.ceiling.is_none()
    }

    /// "lead, refunds, up to restricted": what it adds, in words.
    pub fn words(&self) -> String {
        let roles = self.roles.iter().map(|role| role.as_str().to_owned());
        let queues = self.queues.iter().map(|queue| format!("queue {queue}"));
        let ceiling = self.ceiling.map(|ceiling| format!("up to {}", ceiling.as_str()));
        roles.chain(queues).chain(ceiling).collect::<Vec<_>>().join(", ")
    }
}

/// To what, and for how long at once, a person may raise themselves. An admin says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MayElevate {
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
    /// At most 720.
    pub minutes: u32,
}

impl Default for MayElevate {
    fn default() -> Self {
        Self {
            roles: Vec::new(),
            queues: Vec::new(),
            ceiling: None,
            minutes: ELEVATION_MINUTES,
        }
    }
}

impl MayElevate {
    /// # Errors
    /// `invalid_access` with a pointer.
    pub fn check(&self) -> Result<(), Invalid> {
        if !(1..=ELEVATION_MINUTES_MAX).contains(&self.minutes) {
            return Err(Invalid::new(INVALID_ACCESS, "/minutes", "1 to 720 minutes"));
        }
        named(&self.queues)
            .map_err(|(index, detail)| Invalid::new(INVALID_ACCESS, format!("/queues/{index}"), detail))
    }

    /// What is left of a raise under these bounds: narrowing them narrows what runs already.
    #[must_use]
    pub fn bound(&self, mut raise: Raise) -> Raise {
        raise.roles.retain(|role| self.roles.contains(role));
        raise.queues.retain(|queue| self.queues.contains(queue));
        raise.ceiling = raise
            .ceiling
            .and_then(|asked| self.ceiling.map(|bound| asked.min(bound)));
        raise
    }
}

/// What somebody asks for: more, for so long, because.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ElevationRequest {
    #[serde(default)]
    pub roles: Vec<Role>,
    #[serde(default)]
    pub queues: Vec<String>,
    #[serde(default)]
    pub ceiling: Option<Sensitivity>,
    /// Written into the audit.
    pub reason: String,
    pub minutes: u32,
}

impl ElevationRequest {
    pub fn raise(&self) -> Raise {
        Raise {
            roles: self.roles.clone(),
            queues: self.queues.clone(),
            ceiling: self.ceiling,
        }
    }

    /// # Errors
    /// `invalid_elevation` with a pointer.
    pub fn check(&self) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_ELEVATION, pointer, detail));
        if self.reason.trim().is_empty() || self.reason.len() > REASON_BYTES_MAX {
            return bad("/reason", "1 to 1024 bytes");
        }
        if !(1..=ELEVATION_MINUTES_MAX).contains(&self.minutes) {
            return bad("/minutes", "1 to 720 minutes");
        }
        if self.raise().is_empty() {
            return bad("/roles", "a role, a queue or a ceiling");
        }
        Ok(())
    }
}

/// Whether a person whose bounds these are may raise themselves so.
///
/// # Errors
/// `not_allowed`, with the reason in words.
pub fn may_elevate(bounds: Option<&MayElevate>, asked: &ElevationRequest) -> Result<(), Refusal> {
    let no = |text: String| Err(Refusal::new("not_allowed", text));
    let Some(bounds) = bounds else {
        return no("You may not raise yourself to anything; an admin can allow it".to_owned());
    };
    if let Some(role) = asked.roles.iter().find(|role| !bounds.roles.contains(role)) {
        return no(format!("You may not raise yourself to {}", role.as_str()));
    }
    if let Some(queue) = asked.queues.iter().find(|queue| !bounds.queues.contains(queue)) {
        return no(format!("You may not raise yourself to the queue {queue}"));
    }
    if asked.ceiling > bounds.ceiling {
        return no("You may not raise your ceiling so far".to_owned());
    }
    if asked.minutes > bounds.minutes {
        return no(format!("For {} minutes at most", bounds.minutes));
    }
    Ok(())
}

/// An admin who makes a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Giver {
    /// They are an admin only until then; none: for good.
    pub until: Option<Instant>,
    pub ceiling: Option<Sensitivity>,
}

/// What a person has lastingly, and what they may raise themselves to.
type Given<'a> = (&'a Grant, Option<&'a MayElevate>);

/// Whether an admin may replace what a person has: who is one for a while only changes nothing that lasts, and nobody gives
/// what lies above their own ceiling.
///
/// # Errors
/// `not_allowed`.
pub fn may_give(giver: Giver, before: Given<'_>, after: Given<'_>) -> Result<(), Refusal> {
    if before == after {
        return Ok(());
    }
    if giver.until.is_some() {
        return Err(Refusal::new(
            "not_allowed",
            "You are an admin for a while only: what others have stays as it is",
        ));
    }
    let above = |ceiling: Option<Sensitivity>| {
        giver
            .ceiling
            .is_some_and(|own| ceiling.is_none_or(|ceiling| ceiling > own))
    };
    let raised_above = |bounds: Option<&MayElevate>| {
        bounds.is_some_and(|bounds| bounds.ceiling.is_some() && above(bounds.ceiling))
    };
    if above(after.0.ceiling) && before.0 != after.0 || raised_above(after.1) && before.1 != after.1 {
        return Err(Refusal::new(
            "not_allowed",
            "They would see above your own ceiling",
        ));
    }
    Ok(())
}

/// Whether a token ending then may be made for somebody with this ceiling (none: somebody new): it gives no more, and for no
/// longer, than its maker has.
///
/// # Errors
/// `invalid_token` with a pointer.
pub fn may_make_token(
    maker: Giver,
    theirs: Option<Option<Sensitivity>>,
    expires_at: Option<Instant>,
    now: Instant,
) -> Result<(), Invalid> {
    let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_TOKEN, pointer, detail));
    if expires_at.is_some_and(|at| at <= now) {
        return bad("/expires_at", "it lies behind");
    }
    let outlasts = |until: Instant| expires_at.is_none_or(|at| at > until);
    if maker.until.is_some_and(outlasts) {
        return bad(
            "/expires_at",
            "you are an admin for a while only: it ends no later than that",
        );
    }
    let above =
        |ceiling: Sensitivity| theirs.is_some_and(|theirs| theirs.is_none_or(|theirs| theirs > ceiling));
    if maker.ceiling.is_some_and(above) {
        return bad("/name", "they see above your ceiling");
    }
    Ok(())
}

/// Whether somebody with this ceiling may see what is so sensitive.
pub fn is_within(ceiling: Option<Sensitivity>, sensitivity: Sensitivity) -> bool {
    ceiling.is_none_or(|ceiling| sensitivity <= ceiling)
}

/// What lies within a ceiling; none: everything does.
pub fn within(ceiling: Option<Sensitivity>) -> Option<Vec<Sensitivity>> {
    let ceiling = ceiling.filter(|ceiling| *ceiling < Sensitivity::Restricted)?;
    Some(
        Sensitivity::ALL
            .into_iter()
            .filter(|sensitivity| *sensitivity <= ceiling)
            .collect(),
    )
}

/// What somebody can do, as the page on access says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Ability {
    /// Send cases in, and read what became of these.
    Send,
    /// Read cases.
    Read,
    /// Decide matches and conflicts.
    Decide,
    /// Decide actions, which are then carried out.
    Trigger,
    /// Assign, adjudicate, change policies.
    Lead,
    /// Take labels and decisions out.
    Export,
    /// People, tokens, tools, webhooks, the audit.
    Administer,
}

/// What roles give, each once.
pub fn abilities(roles: &[Role]) -> Vec<Ability> {
    let mut found: Vec<Ability> = roles
        .iter()
        .flat_map(|role| -> &[Ability] {
            match role {
                Role::Source => &[Ability::Send],
                Role::Steward => &[Ability::Read, Ability::Decide],
                Role::Approver => &[Ability::Read, Ability::Trigger],
                Role::Lead => &[Ability::Read, Ability::Lead, Ability::Export],
                Role::Admin => &[Ability::Read, Ability::Export, Ability::Administer],
            }
        })
        .copied()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The kinds an ability decides.
pub const fn decides(ability: Ability) -> &'static [Kind] {
    match ability {
        Ability::Decide => Role::Steward.decides(),
        Ability::Trigger => Role::Approver.decides(),
        _ => &[],
    }
}

fn named(queues: &[String]) -> Result<(), (usize, &'static str)> {
    if queues.len() > QUEUES_MAX {
        return Err((QUEUES_MAX, "at most 500 queues"));
    }
    match queues.iter().position(|queue| queue.trim().is_empty()) {
        Some(index) => Err((index, "a queue's name")),
        None => Ok(()),
    }
}

fn add<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !to.contains(one) {
            to.push(one.clone());
        }
    }
}

#[cfg(test)]
mod tests;
