//! What decisions are judged by, read together for all of a round: one statement a table, however many they are.
//!
//! A decision whose id or case is in the round twice isn't among them: what it is judged by is what the one before left, so
//! it is read when it is its turn.

use std::collections::HashMap;

use domain::decision::Decision;
use domain::policy::Policy;

use crate::error::HubError;
use crate::store::Conn;
use crate::store::cases::{self, CaseHead};
use crate::store::decisions::{self, DecisionHead};
use crate::store::leases::{self, LeaseRow};
use crate::store::payloads::{self, Payload};
use crate::store::queues::{self, QueueRow};
use crate::work::Work;

/// What one decision is judged by.
#[derive(Default)]
pub struct Looked {
    /// The decision of this id that is here already.
    pub known: Option<DecisionHead>,
    /// Its case, held until the work is done.
    pub head: Option<CaseHead>,
    /// What the case holds, as it was sent.
    pub content: Option<Result<Payload, HubError>>,
    /// The last lease the person had on this revision.
    pub lease: Option<LeaseRow>,
}

/// A decision with who gave it.
type Given<'a> = (&'a Decision, &'a str);

pub struct Ahead {
    /// By decision.
    looked: HashMap<String, Looked>,
    queues: Vec<QueueRow>,
}

impl Ahead {
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn read(conn: &mut Conn, given: &[Given<'_>]) -> Result<Self, HubError> {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for (decision, _) in given {
            for name in [&decision.id, &decision.case_id] {
                *times.entry(name).or_default() += 1;
            }
        }
        let alone: Vec<Given<'_>> = given
            .iter()
            .filter(|(decision, _)| times[decision.id.as_str()] == 1 && times[decision.case_id.as_str()] == 1)
            .copied()
            .collect();
        Ok(Self {
            looked: look(conn, &alone).await?,
            queues: queues::all(conn).await?,
        })
    }

    /// What this decision is judged by; what was put off before is written first where it may matter.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn take(
        &mut self,
        work: &mut Work,
        decision: &Decision,
        person: &str,
    ) -> Result<Looked, HubError> {
        if let Some(looked) = self.looked.remove(&decision.id) {
            return Ok(looked);
        }
        work.write_now().await?;
        let mut looked = look(work.conn(), &[(decision, person)]).await?;
        Ok(looked.remove(&decision.id).unwrap_or_default())
    }

    /// Of the queue; none: it can't be read. A queue that isn't there has the policy of a new one.
    pub fn policy_of(&self, queue: &str) -> Option<Policy> {
        let found = self.queues.iter().find(|row| row.name == queue);
        found.map_or_else(|| Some(Policy::default()), |row| row.policy.clone())
    }
}

async fn look(conn: &mut Conn, given: &[Given<'_>]) -> Result<HashMap<String, Looked>, HubError> {
    if given.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<&str> = given.iter().map(|(decision, _)| decision.id.as_str()).collect();
    let case_ids: Vec<&str> = given
        .iter()
        .map(|(decision, _)| decision.case_id.as_str())
        .collect();
    let heads = cases::hold_all(conn, &case_ids).await?;
    // With the cases held: another hub may just be taking the same decision, sent again since its answer was lost.
    let known = decisions::by_ids(conn, &ids).await?;
    let revisions: HashMap<&str, u32> = heads
        .iter()
        .map(|head| (head.id.as_str(), head.revision))
        .collect();
    let keys: Vec<(&str, u32)> = revisions.iter().map(|(id, revision)| (*id, *revision)).collect();
    let mut contents = payloads::read_all(conn, &keys).await?;
    let holders: Vec<(&str, &str, u32)> = given
        .iter()
        .filter_map(|(decision, person)| {
            let case_id = decision.case_id.as_str();
            Some((case_id, *person, *revisions.get(case_id)?))
        })
        .collect();
    let leases = leases::last_of(conn, &holders).await?;

    let mut known: HashMap<String, DecisionHead> = by(known, |decision| &decision.id);
    let mut leases: HashMap<String, LeaseRow> = by(leases, |lease| &lease.case_id);
    let mut heads: HashMap<String, CaseHead> = by(heads, |head| &head.id);
    let looked = given.iter().map(|(decision, _)| {
        let looked = Looked {
            known: known.remove(&decision.id),
            head: heads.remove(&decision.case_id),
            content: contents.remove(&decision.case_id),
            lease: leases.remove(&decision.case_id),
        };
        (decision.id.clone(), looked)
    });
    Ok(looked.collect())
}

fn by<T>(rows: Vec<T>, key: impl Fn(&T) -> &String) -> HashMap<String, T> {
    rows.into_iter().map(|row| (key(&row).clone(), row)).collect()
}
