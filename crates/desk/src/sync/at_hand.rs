//! What lies here to be decided, and how it goes.

use protocol::ipc::Topic;

use super::error::SyncError;
use super::status::DRY_FOR;
use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;

pub(super) async fn drop_cases(open: &OpenDesk, case_ids: &[String]) -> Result<(), SyncError> {
    open.replica.drop_cases(case_ids).await?;
    for id in case_ids {
        open.shelf.forget(id);
    }
    open.changed(&[Topic::Overview, Topic::Work]);
    Ok(())
}

/// Nothing more for a while.
pub(super) fn dry(open: &OpenDesk, queue: &str) {
    let until = open.now() + DRY_FOR;
    open.status.lock().set_dry(queue, Some(until));
}

/// Whether the case lies here undecided.
pub(super) async fn is_at_hand(open: &OpenDesk, id: &str) -> Result<bool, SyncError> {
    Ok(open.replica.case_standing(id).await? == Some(Standing::AtHand))
}
