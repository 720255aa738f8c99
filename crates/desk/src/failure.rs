//! Why a store doesn't open or can't be made.

use protocol::WireError;
use protocol::ipc::LockReason;

use crate::replica::ReplicaError;
use crate::words;

/// Why a store with a key at hand doesn't open.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("the key isn't at hand")]
    Locked(LockReason),
}

impl Failure {
    pub const fn is_lock(&self) -> bool {
        matches!(self, Self::Locked(_) | Self::Replica(ReplicaError::WrongKey))
    }
}

impl From<Failure> for WireError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Replica(error) => error.into(),
            Failure::Wire(error) => error,
            Failure::Locked(reason) => Self::new("locked", words::locked(reason)),
        }
    }
}

pub fn unwritten(error: std::io::Error) -> WireError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return ReplicaError::DiskFull.into();
    }
    tracing::error!(%error, "the data folder can't be written");
    WireError::new(
        "disk_error",
        format!("The data folder can't be read or written: {error}"),
    )
}
