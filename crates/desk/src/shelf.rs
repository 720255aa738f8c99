//! Cases in memory, made ready before anybody asks: the next one is already there.
//!
//! Nothing stands here that isn't in the replica.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use protocol::WireError;

use crate::replica::source_trust::Trust;
use crate::replica::{Replica, ReplicaError};
use crate::screen::{NotShown, Prepared};

#[derive(Debug, Default)]
pub struct Shelf {
    prepared: RwLock<HashMap<String, Arc<Prepared>>>,
    trust: RwLock<Arc<Trust>>,
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
        if let Some(found) = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
        {
            return Ok(found.clone());
        }
        let stored = replica.case(id).await?.ok_or(Missing::NotHere)?;
        let ready = Arc::new(Prepared::new(&stored.whole, &self.trust())?);
        self.prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned(), ready.clone());
        Ok(ready)
    }

    pub fn put(&self, id: &str, prepared: Prepared) {
        self.prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned(), Arc::new(prepared));
    }

    pub fn forget(&self, id: &str) {
        self.prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }

    pub fn trust(&self) -> Arc<Trust> {
        self.trust.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cases made ready with the old counts are made ready again when asked for.
    pub fn set_trust(&self, trust: Trust) {
        *self.trust.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
        self.prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, ready| ready.case.body.kind() != domain::Kind::DataConflict);
    }
}
