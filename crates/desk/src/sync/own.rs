//! What the hub says of this person's own decisions: where they stand, and what became of them.

use domain::outcome::DecisionState;
use protocol::hub::CaseWhole;
use protocol::ipc::Topic;

use super::error::SyncError;
use crate::open_desk::OpenDesk;
use crate::replica::decisions::Heard;

/// Takes in what a case, read anew, tells of them. A failure is said once.
pub(super) async fn own_decisions(open: &OpenDesk, whole: &CaseWhole) -> Result<(), SyncError> {
    let (mut changed, mut failed) = (false, false);
    for row in &whole.decisions {
        let (id, state) = match &row.corrects {
            Some(corrected) => (corrected, DecisionState::Corrected),
            None => (&row.id, row.state),
        };
        let heard = Heard {
            state,
            undo_until: row.undo_until,
            case_state: row.case_state,
            upheld: row.upheld,
            outcome: row
                .outcome
                .clone()
                .and_then(|json| serde_json::from_value(json).ok()),
        };
        let news = open.replica.hear(id, &heard).await?;
        changed |= news.changed;
        failed |= news.failed;
    }
    if changed {
        open.changed(&[Topic::Overview, Topic::History, Topic::Opinions]);
    }
    if failed && open.replica.settings().await?.notifications {
        open.host
            .notify("Something you decided has failed", "My decisions says what.");
    }
    Ok(())
}
