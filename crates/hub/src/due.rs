//! Decisions about to be released, with what that takes, read together for all of them.

use std::collections::HashMap;

use domain::outcome::DecisionState;
use domain::policy::Policy;

use crate::error::HubError;
use crate::store::Conn;
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead, DecisionPayload};
use crate::store::meta::{self, Pseudonyms};
use crate::store::payloads::{self, Payload};
use crate::store::queues::{self, QueueRow};

/// A decision that is still pending, and its case held.
pub struct Due {
    pub decision: DecisionHead,
    pub head: CaseHead,
    pub payload: DecisionPayload,
    /// What the case held in the revision it was made on.
    pub content: Result<Payload, HubError>,
    /// The other opinions that stand on the case.
    pub beside: Vec<DecisionHead>,
}

pub struct AllDue {
    /// By decision.
    due: HashMap<String, Due>,
    queues: Vec<QueueRow>,
    pub pseudonyms: Pseudonyms,
}

impl AllDue {
    /// Of cases that aren't in it twice.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn read(conn: &mut Conn, due: &[&DecisionHead]) -> Result<Self, HubError> {
        let ids: Vec<&str> = due.iter().map(|decision| decision.id.as_str()).collect();
        let case_ids: Vec<&str> = due.iter().map(|decision| decision.case_id.as_str()).collect();
        // The cases first, as everybody who changes a decision does; the decisions again with their cases held.
        let heads = cases::hold_all(conn, &case_ids).await?;
        let decisions = decisions::by_ids(conn, &ids).await?;
        let keys: Vec<(&str, u32)> = decisions
            .iter()
            .map(|decision| (decision.case_id.as_str(), decision.revision))
            .collect();
        let mut contents = payloads::read_all(conn, &keys).await?;
        let mut beside: HashMap<String, Vec<DecisionHead>> = HashMap::new();
        for other in decisions::pending_of_all(conn, &keys).await? {
            if !ids.contains(&other.id.as_str()) {
                beside.entry(other.case_id.clone()).or_default().push(other);
            }
        }
        let mut payloads = decisions::payloads(conn, &ids).await?;
        let mut heads: HashMap<String, CaseHead> =
            heads.into_iter().map(|head| (head.id.clone(), head)).collect();

        let mut found = HashMap::with_capacity(decisions.len());
        for decision in decisions {
            let Some(head) = heads.remove(&decision.case_id) else {
                continue;
            };
            if decision.state != DecisionState::Pending {
                continue;
            }
            let missing = HubError::NotFound { what: "revision" };
            let one = Due {
                head,
                payload: payloads
                    .remove(&decision.id)
                    .unwrap_or_else(DecisionPayload::erased),
                content: contents.remove(&decision.case_id).unwrap_or(Err(missing)),
                beside: beside.remove(&decision.case_id).unwrap_or_default(),
                decision,
            };
            found.insert(one.decision.id.clone(), one);
        }
        Ok(Self {
            due: found,
            queues: queues::all(conn).await?,
            pseudonyms: meta::pseudonyms(conn).await?,
        })
    }

    pub fn take(&mut self, decision_id: &str) -> Option<Due> {
        self.due.remove(decision_id)
    }

    /// Of the queue, where there is one that can be read.
    pub fn policy_of(&self, queue: &str) -> Option<&Policy> {
        let found = self.queues.iter().find(|row| row.name == queue);
        found.and_then(|row| row.policy.as_ref())
    }
}
