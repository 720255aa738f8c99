//! Rows that a piece of work writes together at its end, of many decisions or releases one statement a table. What is put off
//! isn't read back before: whoever might, has it written first (`Work::write_now`).

use std::collections::BTreeMap;

use domain::Instant;
use domain::decision::Agreement;

use crate::error::HubError;
use crate::store::cases::CaseHead;
use crate::store::decisions::{DecisionHead, DecisionPayload};
use crate::store::feeds::NewRow;
use crate::store::labels::NewLabel;
use crate::store::{Conn, cases, decisions, feeds, labels, leases};

#[derive(Default)]
pub struct Later {
    pub decisions: Vec<(DecisionHead, DecisionPayload)>,
    /// By decision, how each of its fields stands to the suggestion.
    pub fields: Vec<(String, Vec<(String, Agreement)>)>,
    /// Tokens of leases that end since their case is decided.
    pub decided_leases: Vec<String>,
    /// Cases as they stand now; of one that stands here twice the last counts.
    pub standing: Vec<CaseHead>,
    /// Decisions released.
    pub released: Vec<String>,
    pub feed: Vec<NewRow>,
    pub labels: Vec<NewLabel>,
    /// Claims of systems found right or wrong.
    pub judged: Vec<Judged>,
}

/// A system's claim on an attribute, found right or wrong by a decision.
pub struct Judged {
    pub decision_id: String,
    pub attribute: String,
    pub system: String,
    pub right: bool,
}

impl Later {
    pub(crate) async fn write(self, conn: &mut Conn, now: Instant) -> Result<(), HubError> {
        decisions::insert(conn, &self.decisions).await?;
        for (id, fields) in &self.fields {
            decisions::insert_fields(conn, id, fields).await?;
        }
        if !self.decided_leases.is_empty() {
            let tokens: Vec<&str> = self.decided_leases.iter().map(String::as_str).collect();
            leases::end(conn, &tokens, "decided", now).await?;
        }
        let standing: BTreeMap<&str, &CaseHead> = self
            .standing
            .iter()
            .map(|head| (head.id.as_str(), head))
            .collect();
        let standing: Vec<&CaseHead> = standing.into_values().collect();
        cases::set_standing(conn, &standing, now).await?;
        if !self.released.is_empty() {
            let ids: Vec<&str> = self.released.iter().map(String::as_str).collect();
            decisions::release(conn, &ids, now).await?;
        }
        feeds::append(conn, &self.feed, now).await?;
        labels::append(conn, &self.labels).await?;
        for claim in &self.judged {
            let Judged {
                decision_id,
                attribute,
                system,
                right,
            } = claim;
            labels::count_claim(conn, decision_id, attribute, system, *right, 1).await?;
        }
        Ok(())
    }
}
