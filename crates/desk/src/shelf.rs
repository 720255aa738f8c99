//! Cases in memory, made ready before anybody asks: the next one is already there.
//!
//! Nothing stands here that isn't in the replica.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use protocol::WireError;

use crate::replica::source_trust::Trust;
use crate::replica::{Replica, ReplicaError};
use crate::screen::{NotShown, Prepared};

#[derive(Debug, Default)]
pub struct Shelf {
    stock: RwLock<Stock>,
    trust: RwLock<Arc<Trust>>,
}

#[derive(Debug, Default)]
struct Stock {
    prepared: HashMap<String, Arc<Prepared>>,
    /// How often something was put, forgotten or made ready otherwise.
    changes: u64,
}

/// Why a case can't be taken from the shelf.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    #[error("the case isn't on this computer")]
    NotHere,
    #[error(transparent)]
    NotShown(#[from] NotShown),
    #[error(transparent)]
    Replica(#[from] ReplicaError),
}

impl From<Missing> for WireError {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::NotHere => Self::new("case_gone", "This case is no longer at hand"),
            Missing::NotShown(_) => Self::new(
                "content_mismatch",
                "This case isn't what the hub says it is, so it isn't shown",
            ),
            Missing::Replica(error) => error.into(),
        }
    }
}

impl Shelf {
    pub async fn get(&self, replica: &Replica, id: &str) -> Result<Arc<Prepared>, Missing> {
        let seen = {
            let stock = self.read();
            if let Some(found) = stock.prepared.get(id) {
                return Ok(found.clone());
            }
            stock.changes
        };
        let stored = replica.case(id).await?.ok_or(Missing::NotHere)?;
        let ready = Arc::new(Prepared::new(&stored.whole, &self.trust())?);
        Ok(self.keep_unless_changed(seen, id, ready))
    }

    /// What was read while the shelf changed may be older than what was put since: it serves this once.
    fn keep_unless_changed(&self, seen: u64, id: &str, ready: Arc<Prepared>) -> Arc<Prepared> {
        let mut stock = self.write();
        if let Some(newer) = stock.prepared.get(id) {
            return newer.clone();
        }
        if stock.changes == seen {
            stock.prepared.insert(id.to_owned(), ready.clone());
        }
        ready
    }

    pub fn put(&self, id: &str, prepared: Prepared) {
        let mut stock = self.write();
        stock.changes += 1;
        stock.prepared.insert(id.to_owned(), Arc::new(prepared));
    }

    /// To be called when the replica has changed, or what is read in between stays.
    pub fn forget(&self, id: &str) {
        let mut stock = self.write();
        stock.changes += 1;
        stock.prepared.remove(id);
    }

    pub fn trust(&self) -> Arc<Trust> {
        self.trust.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cases made ready with the old counts are made ready again when asked for.
    pub fn set_trust(&self, trust: Trust) {
        *self.trust.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
        let mut stock = self.write();
        stock.changes += 1;
        stock
            .prepared
            .retain(|_, ready| ready.case.body.kind() != domain::Kind::DataConflict);
    }

    fn read(&self) -> RwLockReadGuard<'_, Stock> {
        self.stock.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Stock> {
        self.stock.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_desk::whole;

    fn prepared(revision: u32) -> Arc<Prepared> {
        Arc::new(Prepared::new(&whole("c1", revision), &Trust::new()).unwrap())
    }

    #[test]
    fn what_was_read_before_a_newer_one_was_put_does_not_take_its_place() {
        let shelf = Shelf::default();
        let seen = shelf.read().changes;
        shelf.put("c1", Prepared::new(&whole("c1", 2), &Trust::new()).unwrap());
        let given = shelf.keep_unless_changed(seen, "c1", prepared(1));
        assert_eq!(given.case.envelope.revision, 2);
        let kept = shelf.read().prepared["c1"].case.envelope.revision;
        assert_eq!(kept, 2);
    }

    #[test]
    fn what_was_read_before_it_was_forgotten_is_not_kept() {
        let shelf = Shelf::default();
        let seen = shelf.read().changes;
        shelf.forget("c1");
        shelf.keep_unless_changed(seen, "c1", prepared(1));
        assert!(shelf.read().prepared.is_empty());
    }
}
