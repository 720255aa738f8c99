//! Whose a case becomes when somebody passes it on: handed over to a colleague, escalated, or left to whoever stands in for
//! one who is away. What it is not: leases and tables.

use serde::{Deserialize, Serialize};

use super::opinions::{Asked, may_be_asked};
use super::{Person, Refusal, Role};
use crate::Instant;
use crate::case::Case;
use crate::kind::Kind;

/// To whom a case is escalated. Whoever it is decides only what they may decide; a lead who doesn't decide gives it to
/// somebody who does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EscalateTo {
    /// By id or name.
    Person(String),
    /// Everybody of the queue with this role.
    Role(Role),
    /// Everybody of another queue of the same kind: the case goes there.
    Queue(String),
}

impl Default for EscalateTo {
    fn default() -> Self {
        Self::Role(Role::Lead)
    }
}

impl EscalateTo {
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Person(name) | Self::Queue(name) => name.trim().is_empty(),
            Self::Role(_) => false,
        }
    }
}

/// The roles that write into the discussion of a case they see. An admin runs the hub and takes no part in its cases.
pub const COMMENT: &[Role] = &[Role::Source, Role::Steward, Role::Approver, Role::Lead];

/// Whether somebody with these roles may write into the discussion of a case they see.
pub fn may_comment(roles: &[Role]) -> bool {
    roles.iter().any(|role| COMMENT.contains(role))
}

/// What a case has that says who may be given it.
#[derive(Debug, Clone, Copy)]
pub struct Passed<'a> {
    pub kind: Kind,
    pub queue: &'a str,
    pub proposed_by: Option<&'a str>,
    /// The ids of others who brought it about and so don't decide it: who posted an action, who moved the case to another
    /// queue.
    pub barred: &'a [String],
}

impl<'a> Passed<'a> {
    /// By its content alone.
    pub fn of(case: &'a Case) -> Self {
        Self {
            kind: case.envelope.kind,
            queue: case.queue(),
            proposed_by: case.envelope.proposed_by.as_deref(),
            barred: &[],
        }
    }

    /// Whether this person brought it about, and so doesn't decide it.
    pub fn is_of(&self, person: &str) -> bool {
        self.proposed_by == Some(person) || self.barred.iter().any(|barred| barred == person)
    }
}

/// How long somebody is said to look at a case after they said so. Who goes on looking says it again before.
pub const LOOK_SECONDS: u32 = 120;

/// Why nothing is decided by somebody who looks at a case without having it. `with`: who has it.
pub fn only_looking(with: Option<&str>) -> Refusal {
    let text = match with {
        Some(name) => format!("{name} has it: you only look"),
        None => "You only look at it".to_owned(),
    };
    Refusal::new("not_free", text)
}

impl Passed<'_> {
    /// Whether the case can be escalated to everybody of this queue.
    pub fn can_go_to(&self, queue: &str, kind: Kind) -> bool {
        kind == self.kind && queue != self.queue
    }
}

/// Whether the case may be handed to this person, to be decided by them.
///
/// # Errors
/// `not_allowed`: they may not decide it, it is their own proposal, or they have it already; `second_must_differ`.
pub fn may_be_handed_to(from: &str, to: &Person, asked: &Asked<'_>) -> Result<(), Refusal> {
    if to.id == from {
        return Err(Refusal::new("not_allowed", "This is you"));
    }
    let refused = |code: &str, why: &str| Refusal::new(code, format!("{} {why}", to.name));
    if asked.case.proposed_by == Some(to.id.as_str()) {
        return Err(refused("not_allowed", "proposed it"));
    }
    may_be_asked(to, asked).map_err(|refusal| refused(&refusal.code, "may not decide it"))
}

/// Whether this person can do something about an escalated case: decide it, or as a lead of its queue give it away. Not
/// who gave an opinion on it already: what it waits for is another's.
pub fn may_receive_escalated(to: &Person, asked: &Asked<'_>) -> bool {
    may_be_asked(to, asked).is_ok()
        || (to.has(Role::Lead)
            && to.sees_queue(asked.case.queue)
            && !asked.deciders.contains(&to.id.as_str()))
}

/// Somebody who is out of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// A person's id.
    pub person: String,
    pub from: Instant,
    /// From here on they are back.
    pub until: Instant,
    /// The id of who stands in. None: whoever may.
    pub delegate: Option<String>,
}

impl Absence {
    pub fn is_on(&self, now: Instant) -> bool {
        self.from <= now && now < self.until
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// Who is given what is assigned to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn<'a> {
    /// This person: the one it is assigned to, or who stands in.
    Of(&'a str),
    /// Whoever may: nobody stands in.
    Anybody,
}

/// Follows delegates for as long as they are away themselves. A circle stands in for nobody.
pub fn turn_of<'a>(person: &'a str, absences: &'a [Absence], now: Instant) -> Turn<'a> {
    let mut at = person;
    // Each step leaves one absence behind; more steps than absences go round.
    for _ in 0..=absences.len() {
        let away = absences.iter().find(|a| a.person == at && a.is_on(now));
        match away {
            None => return Turn::Of(at),
            Some(Absence { delegate: None, .. }) => return Turn::Anybody,
            Some(Absence {
                delegate: Some(delegate),
                ..
            }) => at = delegate,
        }
    }
    Turn::Anybody
}

/// As [`turn_of`], of one case: who stands in but may not take it leaves it to whoever may.
pub fn turn_in<'a>(
    person: &'a str,
    absences: &'a [Absence],
    now: Instant,
    may_take: impl Fn(&str) -> bool,
) -> Turn<'a> {
    match turn_of(person, absences, now) {
        Turn::Of(stands_in) if stands_in != person && !may_take(stands_in) => Turn::Anybody,
        turn => turn,
    }
}

/// The ids of those whose assigned cases this person is given now, beside their own.
pub fn stands_in_for<'a>(person: &str, absences: &'a [Absence], now: Instant) -> Vec<&'a str> {
    let away = absences.iter().filter(|a| a.is_on(now) && a.person != person);
    away.map(|a| a.person.as_str())
        .filter(|away| match turn_of(away, absences, now) {
            Turn::Of(stands_in) => stands_in == person,
            Turn::Anybody => true,
        })
        .collect()
}

/// Whether somebody may be away like this. `others`: the absences of everybody else.
///
/// # Errors
/// `invalid_absence` with a pointer; `delegates_in_a_circle`.
pub fn may_be_away(absence: &Absence, others: &[Absence], now: Instant) -> Result<(), Refusal> {
    let bad = |pointer: &str, text: &str| {
        Err(Refusal {
            pointer: Some(pointer.to_owned()),
            ..Refusal::new("invalid_absence", text)
        })
    };
    if absence.until <= absence.from || absence.until <= now {
        return bad("/until", "It ends before it begins");
    }
    let mut at = absence.delegate.as_deref();
    for _ in 0..=others.len() {
        let Some(delegate) = at else { break };
        if delegate == absence.person {
            return if absence.delegate.as_deref() == Some(delegate) {
                bad("/delegate", "Nobody stands in for themselves")
            } else {
                Err(Refusal {
                    pointer: Some("/delegate".to_owned()),
                    ..Refusal::new(
                        "delegates_in_a_circle",
                        "They are away then too, and you stand in for them",
                    )
                })
            };
        }
        at = others
            .iter()
            .find(|other| other.person == delegate && other.overlaps(absence))
            .and_then(|other| other.delegate.as_deref());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Policy;
    use super::*;
    use crate::outcome::CaseState;

    fn at(minutes: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    fn absence(person: &str, delegate: Option<&str>) -> Absence {
        Absence {
            person: person.into(),
            from: at(0),
            until: at(60),
            delegate: delegate.map(str::to_owned),
        }
    }

    fn person(id: &str, roles: &[Role]) -> Person {
        Person {
            id: id.into(),
            name: id.to_uppercase(),
            roles: roles.to_vec(),
            queues: Vec::new(),
        }
    }

    const CASE: Passed<'_> = Passed {
        kind: Kind::ProposedAction,
        queue: "refunds",
        proposed_by: Some("eva"),
        barred: &[],
    };

    fn asked<'a>(policy: &'a Policy, state: CaseState, deciders: &'a [&'a str]) -> Asked<'a> {
        Asked {
            case: CASE,
            policy,
            state,
            deciders,
        }
    }

    #[test]
    fn a_case_is_handed_to_somebody_else_who_may_decide_it() {
        let policy = Policy::default();
        let open = asked(&policy, CaseState::Open, &[]);
        let hand = |to: &Person| may_be_handed_to("ana", to, &open).map_err(|r| r.text);
        assert_eq!(hand(&person("ben", &[Role::Approver])), Ok(()));
        assert_eq!(hand(&person("ana", &[Role::Approver])), Err("This is you".into()));
        assert_eq!(
            hand(&person("eva", &[Role::Approver])),
            Err("EVA proposed it".into()),
            "never to the proposer"
        );
        assert_eq!(
            hand(&person("kim", &[Role::Steward])),
            Err("KIM may not decide it".into())
        );
    }

    #[test]
    fn an_escalated_case_goes_to_who_decides_it_or_leads_its_queue() {
        let policy = Policy::default();
        let open = asked(&policy, CaseState::Open, &[]);
        let receives = |name: &str, role: Role| may_receive_escalated(&person(name, &[role]), &open);
        assert!(receives("ben", Role::Approver));
        assert!(receives("lea", Role::Lead));
        assert!(!receives("kim", Role::Steward));
        assert!(!receives("eva", Role::Approver), "her own proposal");
        let second = asked(&policy, CaseState::AwaitingSecond, &["ben"]);
        assert!(!may_receive_escalated(&person("ben", &[Role::Approver]), &second));
        let both = [Role::Approver, Role::Lead];
        assert!(
            !may_receive_escalated(&person("ben", &both), &second),
            "it waits for somebody else"
        );
    }

    #[test]
    fn what_a_delegate_may_not_take_is_anybodys_turn() {
        let away = [absence("ana", Some("ben"))];
        let turn = |may_take: bool| turn_in("ana", &away, at(5), |_| may_take);
        assert_eq!((turn(true), turn(false)), (Turn::Of("ben"), Turn::Anybody));
        assert_eq!(
            turn_in("ana", &away, at(60), |_| false),
            Turn::Of("ana"),
            "she is back"
        );
    }

    #[test]
    fn a_delegate_stands_in_while_one_is_away_and_no_longer() {
        let away = [absence("ana", Some("ben"))];
        assert_eq!(turn_of("ana", &away, at(-1)), Turn::Of("ana"));
        assert_eq!(turn_of("ana", &away, at(0)), Turn::Of("ben"));
        assert_eq!(
            turn_of("ana", &away, at(60)),
            Turn::Of("ana"),
            "it ends by itself"
        );
        assert_eq!(stands_in_for("ben", &away, at(5)), ["ana"]);
        assert_eq!(stands_in_for("eva", &away, at(5)), [] as [&str; 0]);
        let nobody = [absence("ana", None)];
        assert_eq!(turn_of("ana", &nobody, at(5)), Turn::Anybody);
        assert_eq!(stands_in_for("eva", &nobody, at(5)), ["ana"]);
    }

    #[test]
    fn who_stands_in_may_be_away_too_but_never_round_in_a_circle() {
        let chain = [absence("ana", Some("ben")), absence("ben", Some("eva"))];
        assert_eq!(turn_of("ana", &chain, at(5)), Turn::Of("eva"));
        let refused = |new: &Absence, others: &[Absence]| {
            let refusal = may_be_away(new, others, at(0)).unwrap_err();
            (refusal.code, refusal.pointer.unwrap_or_default())
        };
        let closing = absence("eva", Some("ana"));
        assert_eq!(
            refused(&closing, &chain),
            ("delegates_in_a_circle".into(), "/delegate".into())
        );
        assert_eq!(
            refused(&absence("ana", Some("ana")), &[]),
            ("invalid_absence".into(), "/delegate".into())
        );
        let mut ended = absence("ana", None);
        ended.until = at(-5);
        assert_eq!(refused(&ended, &[]), ("invalid_absence".into(), "/until".into()));
        let later = Absence {
            from: at(60),
            until: at(90),
            ..absence("eva", Some("ana"))
        };
        assert_eq!(may_be_away(&later, &chain, at(0)), Ok(()), "ana is back by then");
    }

    proptest! {
        /// However people delegate, what is assigned goes to one who is there, or to anybody; and everybody agrees to whom.
        #[test]
        fn whoever_it_is_the_turn_of_is_there(delegates in prop::collection::vec(prop::option::of(0_usize..6), 6), me in 0_usize..6) {
            let name = |n: usize| ["ana", "ben", "eva", "kim", "lea", "ada"][n];
            let absences: Vec<Absence> = delegates
                .iter()
                .enumerate()
                .filter(|(n, delegate)| n % 2 == 0 || delegate.is_some())
                .map(|(n, delegate)| absence(name(n), delegate.map(name)))
                .collect();
            match turn_of(name(me), &absences, at(5)) {
                Turn::Of(person) => prop_assert!(!absences.iter().any(|a| a.person == person)),
                Turn::Anybody => {}
            }
            for who in 0..6 {
                let given = stands_in_for(name(who), &absences, at(5)).contains(&name(me));
                let turn = turn_of(name(me), &absences, at(5));
                let away = absences.iter().any(|a| a.person == name(me)) && who != me;
                prop_assert_eq!(given, away && (turn == Turn::Anybody || turn == Turn::Of(name(who))));
            }
        }
    }
}
