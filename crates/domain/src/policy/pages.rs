//! Which pages about the hub itself a person's roles open. The hub asks for the scope once more, at each request.

use serde::{Deserialize, Serialize};

use super::{Person, Refusal, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum HubPage {
    /// Read by all who work a queue.
    Policies,
    Tools,
    Webhooks,
    /// With what is erased when.
    Audit,
}

impl HubPage {
    pub const ALL: [Self; 4] = [Self::Policies, Self::Tools, Self::Webhooks, Self::Audit];

    pub const fn roles(self) -> &'static [Role] {
        use Role::{Admin, Approver, Lead, Steward};
        match self {
            Self::Policies | Self::Tools => &[Steward, Approver, Lead, Admin],
            Self::Webhooks | Self::Audit => &[Admin],
        }
    }
}

/// In the order they are shown.
pub fn pages_of(person: &Person) -> Vec<HubPage> {
    let opens = |page: &HubPage| page.roles().iter().any(|role| person.has(*role));
    HubPage::ALL.into_iter().filter(opens).collect()
}

/// Whether the person may change this queue's policy.
///
/// # Errors
/// `not_allowed`, in words.
pub fn may_change_policy(person: &Person, queue: &str) -> Result<(), Refusal> {
    if person.has(Role::Admin) || (person.has(Role::Lead) && person.sees_queue(queue)) {
        return Ok(());
    }
    Err(Refusal::new(
        "not_allowed",
        "Only a lead of the queue or an admin changes its policy",
    ))
}

/// Whether the person may say what a tool does.
///
/// # Errors
/// `not_allowed`, in words.
pub fn may_register_tools(person: &Person) -> Result<(), Refusal> {
    if person.has(Role::Admin) {
        return Ok(());
    }
    Err(Refusal::new("not_allowed", "Only an admin registers tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(roles: &[Role], queues: &[&str]) -> Person {
        Person {
            id: "p".into(),
            name: "Ana".into(),
            roles: roles.to_vec(),
            queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
        }
    }

    #[test]
    fn a_policy_is_changed_by_an_admin_or_a_lead_of_that_queue() {
        assert!(may_change_policy(&person(&[Role::Admin], &["refunds"]), "sites").is_ok());
        assert!(may_change_policy(&person(&[Role::Lead], &["sites"]), "sites").is_ok());
        assert!(may_change_policy(&person(&[Role::Lead], &[]), "sites").is_ok());
        for other in [
            person(&[Role::Lead], &["refunds"]),
            person(&[Role::Steward, Role::Source], &[]),
        ] {
            assert_eq!(
                may_change_policy(&other, "sites").unwrap_err().code,
                "not_allowed"
            );
        }
    }

    #[test]
    fn only_an_admin_sees_webhooks_and_the_audit() {
        assert_eq!(pages_of(&person(&[Role::Admin], &[])), HubPage::ALL);
        let lead = pages_of(&person(&[Role::Lead, Role::Steward], &[]));
        assert_eq!(lead, [HubPage::Policies, HubPage::Tools]);
        assert!(pages_of(&person(&[Role::Source], &[])).is_empty());
    }
}
