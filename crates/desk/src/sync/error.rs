//! What stops a round of syncing.

use protocol::WireError;

use crate::hub_client::HubError;
use crate::replica::ReplicaError;

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    /// At this address there is another hub than before.
    #[error("another hub answers at this address")]
    OtherHub,
}

impl From<SyncError> for WireError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Hub(error) => error.into(),
            SyncError::Replica(error) => error.into(),
            SyncError::OtherHub => Self::new("other_hub", "Another hub answers at this address"),
        }
    }
}
