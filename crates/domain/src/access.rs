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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(roles: &[Role], ceiling: Option<Sensitivity>, minutes: u32) -> ElevationRequest {
        ElevationRequest {
            roles: roles.to_vec(),
            queues: Vec::new(),
            ceiling,
            reason: "on call".into(),
            minutes,
        }
    }

    #[test]
    fn nobody_raises_themselves_beyond_what_an_admin_said() {
        let bounds = MayElevate {
            roles: vec![Role::Lead],
            ceiling: Some(Sensitivity::Confidential),
            ..MayElevate::default()
        };
        let refused = |request: &ElevationRequest| may_elevate(Some(&bounds), request).is_err();
        assert!(may_elevate(None, &asked(&[Role::Lead], None, 5)).is_err());
        assert!(!refused(&asked(
            &[Role::Lead],
            Some(Sensitivity::Confidential),
            60
        )));
        assert!(refused(&asked(&[Role::Admin], None, 5)));
        assert!(refused(&asked(&[], Some(Sensitivity::Restricted), 5)));
        assert!(refused(&asked(&[Role::Lead], None, 61)));
        let elsewhere = ElevationRequest {
            queues: vec!["refunds".into()],
            ..asked(&[], None, 5)
        };
        assert!(refused(&elsewhere));
    }

    #[test]
    fn an_elevation_says_why_how_long_and_what() {
        let pointer = |request: &ElevationRequest| request.check().unwrap_err().pointer;
        let good = asked(&[Role::Lead], None, 60);
        assert!(good.check().is_ok());
        assert_eq!(
            pointer(&ElevationRequest {
                reason: " ".into(),
                ..good.clone()
            }),
            "/reason"
        );
        assert_eq!(
            pointer(&ElevationRequest {
                minutes: 721,
                ..good.clone()
            }),
            "/minutes"
        );
        assert_eq!(
            pointer(&ElevationRequest {
                roles: Vec::new(),
                ..good
            }),
            "/roles"
        );
    }

    #[test]
    fn a_token_gives_no_more_and_no_longer_than_its_maker_has() {
        let at = |seconds: i64| Instant::UNIX_EPOCH + chrono::Duration::seconds(seconds);
        let told = |maker, theirs, expires_at| {
            let told = may_make_token(maker, theirs, expires_at, at(10));
            told.map_err(|invalid| invalid.pointer)
        };
        let admin = Giver::default();
        assert_eq!(told(admin, None, None), Ok(()));
        assert_eq!(told(admin, Some(None), Some(at(11))), Ok(()));
        assert_eq!(told(admin, None, Some(at(10))), Err("/expires_at".into()));
        let raised = Giver {
            until: Some(at(20)),
            ..admin
        };
        assert_eq!(told(raised, None, Some(at(20))), Ok(()));
        assert_eq!(told(raised, None, Some(at(21))), Err("/expires_at".into()));
        assert_eq!(told(raised, None, None), Err("/expires_at".into()));
        let bound = Giver {
            ceiling: Some(Sensitivity::Internal),
            ..admin
        };
        assert_eq!(
            told(bound, None, None),
            Ok(()),
            "who is new gets the same ceiling"
        );
        assert_eq!(told(bound, Some(Some(Sensitivity::Internal)), None), Ok(()));
        assert_eq!(told(bound, Some(None), None), Err("/name".into()));
        assert_eq!(
            told(bound, Some(Some(Sensitivity::Restricted)), None),
            Err("/name".into())
        );
    }

    #[test]
    fn an_admin_gives_nothing_that_lasts_longer_or_reaches_higher_than_what_they_have() {
        let (none, some) = (Grant::default(), |ceiling| Grant {
            roles: vec![Role::Admin],
            ceiling,
            ..Grant::default()
        });
        let bounds = |ceiling| MayElevate {
            ceiling,
            ..MayElevate::default()
        };
        let may = |giver, after: Given<'_>| may_give(giver, (&none, None), after).is_ok();
        let (internal, restricted) = (Some(Sensitivity::Internal), Some(Sensitivity::Restricted));
        let admin = Giver::default();
        assert!(may(admin, (&some(None), Some(&bounds(restricted)))));
        let for_a_while = Giver {
            until: Some(Instant::UNIX_EPOCH),
            ..admin
        };
        assert!(may(for_a_while, (&none, None)), "nothing is changed");
        assert!(!may(for_a_while, (&some(internal), None)));
        assert!(!may(for_a_while, (&none, Some(&bounds(None)))));
        let bound = Giver {
            ceiling: internal,
            ..admin
        };
        assert!(may(bound, (&some(internal), Some(&bounds(internal)))));
        assert!(
            may(bound, (&some(internal), Some(&bounds(None)))),
            "raises no ceiling"
        );
        assert!(!may(bound, (&some(None), None)));
        assert!(!may(bound, (&some(restricted), None)));
        assert!(!may(bound, (&some(internal), Some(&bounds(restricted)))));
    }

    #[test]
    fn what_is_above_a_ceiling_is_not_within_it() {
        for sensitivity in Sensitivity::ALL {
            assert!(is_within(None, sensitivity), "no ceiling");
            for ceiling in Sensitivity::ALL {
                let listed = within(Some(ceiling)).is_none_or(|list| list.contains(&sensitivity));
                assert_eq!(
                    is_within(Some(ceiling), sensitivity),
                    listed,
                    "{ceiling:?} {sensitivity:?}"
                );
            }
        }
    }

    fn role() -> impl Strategy<Value = Role> {
        proptest::sample::select(Role::ALL.to_vec())
    }

    fn ceiling() -> impl Strategy<Value = Option<Sensitivity>> {
        proptest::option::of(proptest::sample::select(Sensitivity::ALL.to_vec()))
    }

    proptest! {
        #[test]
        fn a_raise_only_gives(
            roles in proptest::collection::vec(role(), 0..4), more in proptest::collection::vec(role(), 0..4),
            queues in proptest::collection::vec("[a-c]", 0..3), others in proptest::collection::vec("[a-c]", 0..3),
            own in ceiling(), raised in ceiling(),
        ) {
            let before = Grant { roles, queues, ceiling: own };
            let after = before.clone().with(&Raise { roles: more.clone(), queues: others, ceiling: raised });
            for role in before.roles.iter().chain(&more) {
                prop_assert!(after.roles.contains(role));
            }
            for queue in ["a", "b", "c"] {
                let sees = |grant: &Grant| grant.queues.is_empty() || grant.queues.iter().any(|own| own == queue);
                prop_assert!(!sees(&before) || sees(&after), "a queue was lost");
            }
            for sensitivity in Sensitivity::ALL {
                prop_assert!(!is_within(before.ceiling, sensitivity) || is_within(after.ceiling, sensitivity));
            }
        }

        #[test]
        fn what_is_bound_could_have_been_asked_for(
            bound in proptest::collection::vec(role(), 0..4), roles in proptest::collection::vec(role(), 0..4),
            limit in ceiling(), ceiling in ceiling(),
        ) {
            let bounds = MayElevate { roles: bound, ceiling: limit, ..MayElevate::default() };
            let left = bounds.bound(Raise { roles, queues: vec!["a".into()], ceiling });
            let request = ElevationRequest { roles: left.roles, queues: left.queues, ceiling: left.ceiling, reason: "x".into(), minutes: 1 };
            prop_assert!(may_elevate(Some(&bounds), &request).is_ok());
        }
    }
}
