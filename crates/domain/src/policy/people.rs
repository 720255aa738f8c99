//! Whom a policy means: kept as ids, written and read as names. Whoever is compared with it later is compared by id, so that
//! nobody becomes an adjudicator by being called like one. A name that is nobody's means nobody.

use super::opinions::Asked;
use super::passing::{EscalateTo, Passed, may_receive_escalated};
use super::{INVALID_POLICY, Person, Policy, Role};
use crate::invalid::Invalid;
use crate::kind::Kind;
use crate::outcome::CaseState;

impl Policy {
    /// With ids in place of names, for a queue of this kind. `people`: with all their roles.
    ///
    /// # Errors
    /// `invalid_policy` with a pointer: somebody unknown, or who couldn't do there what they are named for.
    pub fn with_ids(mut self, people: &[Person], kind: Kind, queue: &str) -> Result<Self, Invalid> {
        let bad = |pointer: String, detail: &str| Err(Invalid::new(INVALID_POLICY, pointer, detail));
        for (index, named) in self.adjudicators.iter_mut().enumerate() {
            let pointer = format!("/adjudicators/{index}");
            let Some(person) = of(people, named) else {
                return bad(pointer, "there is no such person");
            };
            let settles = person.decides().contains(&kind) || person.has(Role::Lead);
            if !settles || !person.sees_queue(queue) {
                return bad(pointer, "they may not decide in this queue");
            }
            named.clone_from(&person.id);
        }
        if let Some(EscalateTo::Person(named)) = self.escalate.as_mut().map(|e| &mut e.to) {
            let pointer = "/escalate/to/person".to_owned();
            let Some(person) = of(people, named) else {
                return bad(pointer, "there is no such person");
            };
            let open = Asked {
                case: Passed {
                    kind,
                    queue,
                    proposed_by: None,
                    barred: &[],
                },
                policy: &Self::default(),
                state: CaseState::Open,
                deciders: &[],
            };
            if !may_receive_escalated(person, &open) {
                return bad(pointer, "they could do nothing about a case of this queue");
            }
            named.clone_from(&person.id);
        }
        Ok(self)
    }

    /// Who it means, as they stand in it.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        let escalated = match self.escalate.as_ref().map(|escalation| &escalation.to) {
            Some(EscalateTo::Person(named)) => Some(named),
            _ => None,
        };
        self.adjudicators.iter().chain(escalated).map(String::as_str)
    }

    /// With everybody in it said otherwise, where `said` knows how.
    #[must_use]
    pub fn with_people(mut self, said: impl Fn(&str) -> Option<String>) -> Self {
        let escalated = match self.escalate.as_mut().map(|escalation| &mut escalation.to) {
            Some(EscalateTo::Person(named)) => Some(named),
            _ => None,
        };
        for named in self.adjudicators.iter_mut().chain(escalated) {
            if let Some(other) = said(named) {
                *named = other;
            }
        }
        self
    }
}

/// By id, else by name.
fn of<'p>(people: &'p [Person], named: &str) -> Option<&'p Person> {
    people
        .iter()
        .find(|person| person.id == named)
        .or_else(|| people.iter().find(|person| person.name == named))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(id: &str, name: &str, roles: &[Role], queues: &[&str]) -> Person {
        Person {
            id: id.into(),
            name: name.into(),
            roles: roles.to_vec(),
            queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
        }
    }

    fn told(json: serde_json::Value) -> Result<Policy, Invalid> {
        let people = [
            person("p-1", "Ana", &[Role::Steward], &[]),
            person("p-2", "Ben", &[Role::Approver], &[]),
            person("p-3", "Eva", &[Role::Steward], &["elsewhere"]),
            person("p-4", "Lea", &[Role::Lead], &[]),
        ];
        Policy::read(&json)
            .unwrap()
            .with_ids(&people, Kind::IdentityMatch, "sites")
    }

    #[test]
    fn names_become_the_ids_of_who_could_do_it() {
        let policy = told(
            json!({"adjudicators": ["Ana", "p-1", "Lea"], "escalate": {"after_minutes": 5, "to": {"person": "Lea"}}}),
        );
        assert_eq!(
            policy.unwrap().people().collect::<Vec<_>>(),
            ["p-1", "p-1", "p-4", "p-4"],
            "a lead settles disputes also of what they don't decide"
        );
        for (json, pointer) in [
            (json!({"adjudicators": ["Ana", "Nobody Such"]}), "/adjudicators/1"),
            (json!({"adjudicators": ["Ben"]}), "/adjudicators/0"),
            (json!({"adjudicators": ["Eva"]}), "/adjudicators/0"),
            (
                json!({"escalate": {"after_minutes": 5, "to": {"person": "Ghost"}}}),
                "/escalate/to/person",
            ),
            (
                json!({"escalate": {"after_minutes": 5, "to": {"person": "Ben"}}}),
                "/escalate/to/person",
            ),
        ] {
            assert_eq!(told(json.clone()).unwrap_err().pointer, pointer, "{json}");
        }
    }

    #[test]
    fn whoever_is_said_otherwise_is_meant_all_the_same() {
        let policy = told(json!({"adjudicators": ["Ana"]})).unwrap();
        let names = |id: &str| (id == "p-1").then(|| "Ana".to_owned());
        assert_eq!(policy.clone().with_people(names).adjudicators, ["Ana"]);
        assert_eq!(policy.with_people(|_| None).adjudicators, ["p-1"]);
    }
}
