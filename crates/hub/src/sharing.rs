//! The next cases of a queue, looked for once for all who want some of them in the same round. It knows only those between
//! which nothing makes a difference; from the first on that one of the people may not be given, each looks for themselves.

use std::collections::HashMap;

use serde_json::json;

use crate::caller::Caller;
use crate::error::HubError;
use crate::sight::sees_case;
use crate::store::cases::CaseHead;
use crate::store::{Conn, leases};

/// At most; the store looks at no more either.
const CASES_MAX: usize = 1000;

/// Who wants how many of a queue.
#[derive(Default)]
struct Demand<'a> {
    people: Vec<&'a str>,
    cases: usize,
}

#[derive(Default)]
pub struct Demands<'a> {
    by_queue: HashMap<&'a str, Demand<'a>>,
}

impl<'a> Demands<'a> {
    /// `queue` in its own order.
    pub fn add(&mut self, queue: &'a str, person: &'a str, cases: usize) {
        let demand = self.by_queue.entry(queue).or_default();
        demand.people.push(person);
        demand.cases += cases;
    }
}

struct Lot {
    cases: Vec<CaseHead>,
    /// Whether there are no others.
    all: bool,
}

/// By queue.
pub struct Shared {
    lots: HashMap<String, Lot>,
}

impl Shared {
    /// Looks where more than one would.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn read(conn: &mut Conn, demands: Demands<'_>) -> Result<Self, HubError> {
        let mut lots = HashMap::new();
        for (queue, demand) in demands.by_queue {
            if demand.people.len() < 2 {
                continue;
            }
            let limit = i64::try_from(demand.cases.min(CASES_MAX)).unwrap_or(i64::MAX);
            let people = json!(demand.people).to_string();
            let (cases, all) = leases::next_alike(conn, queue, &people, limit).await?;
            lots.insert(queue.to_owned(), Lot { cases, all });
        }
        Ok(Self { lots })
    }

    /// The next cases of the queue for the caller, but for those that are `taken`; none: not known here.
    pub fn next(
        &self,
        queue: &str,
        caller: &Caller,
        limit: usize,
        taken: impl Fn(&str) -> bool,
    ) -> Option<Vec<CaseHead>> {
        let lot = self.lots.get(queue)?;
        let free = lot.cases.iter().filter(|head| !taken(&head.id));
        let theirs: Vec<CaseHead> = free
            .filter(|head| sees_case(caller, head))
            .take(limit)
            .cloned()
            .collect();
        (theirs.len() == limit || lot.all).then_some(theirs)
    }
}
