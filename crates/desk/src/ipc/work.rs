//! Handing over cases, keeping drafts, giving cases back.

use domain::draft::Assessment;
use domain::policy::Role;
use protocol::WireError;
use protocol::hub::QueueInfo;
use protocol::ipc::{DraftArgs, Idle, SkipArgs, SyncState, Work, WorkArgs};

use super::overview::{left, start_of_day};
use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;
use crate::shelf::Missing;

/// More at a time is more than anybody looks ahead.
const HAND_OVER_MAX: u32 = 20;

pub async fn work(open: &OpenDesk, args: &WorkArgs) -> Result<Work, WireError> {
    open.status.use_queue(&args.queue, open.now());
    next(open, &args.queue, &args.have, args.limit).await
}

/// Up to `limit` cases at hand that the window doesn't have, in the queue's order.
pub async fn next(open: &OpenDesk, queue: &str, have: &[String], limit: u32) -> Result<Work, WireError> {
    let mut cases = Vec::new();
    for id in open.replica.cases_at_hand(queue).await? {
        if cases.len() >= limit.min(HAND_OVER_MAX) as usize {
            break;
        }
        if have.contains(&id) {
            continue;
        }
        match open.shelf.get(&open.replica, &id).await {
            Ok(ready) => {
                let draft = open.replica.draft(&id).await?.unwrap_or_default();
                cases.push(open.shown(&ready, draft, false));
            }
            Err(Missing::NotHere) => {}
            Err(Missing::NotShown(error)) => {
                tracing::warn!(code = error.code(), case_id = id, "a case isn't shown");
                open.replica.set_standing(&id, Standing::Aside).await?;
            }
            Err(Missing::Replica(error)) => return Err(error.into()),
        }
    }
    let queues = open.queues();
    let info = queues.iter().find(|info| info.name == queue);
    let left = info.map_or(0, |info| left(open, info));
    let idle = if cases.is_empty() && have.is_empty() {
        Some(idle(open, queue, info, left).await?)
    } else {
        None
    };
    Ok(Work { cases, left, idle })
}

async fn idle(open: &OpenDesk, queue: &str, info: Option<&QueueInfo>, left: u64) -> Result<Idle, WireError> {
    let now = open.now();
    let (sync, dry) = {
        let state = open.status.lock();
        (state.sync, state.is_dry(queue, now))
    };
    let away = matches!(sync, SyncState::Offline | SyncState::Refused);
    let Some(info) = info else {
        return Ok(if away { Idle::Offline } else { Idle::Loading });
    };
    if !open.person().decides().contains(&info.kind) {
        let role = Role::ALL
            .into_iter()
            .find(|role| role.decides().contains(&info.kind))
            .map_or("person", Role::as_str);
        return Ok(Idle::NotAllowed {
            words: format!("Only the role {role} decides here"),
        });
    }
    if left == 0 {
        return Ok(Idle::Done {
            decided_today: open.replica.decided_since(start_of_day(now)).await?,
        });
    }
    Ok(match (away, dry) {
        (true, _) => Idle::Offline,
        (false, true) => Idle::WithOthers { left },
        (false, false) => Idle::Loading,
    })
}

/// Kept on disk, so that nothing typed is lost.
pub async fn draft(open: &OpenDesk, args: DraftArgs) -> Result<Assessment, WireError> {
    let ready = open.shelf.get(&open.replica, &args.case_id).await?;
    let standing = open.replica.case_standing(&args.case_id).await?;
    open.replica
        .set_draft(&args.case_id, &args.draft, open.now())
        .await?;
    Ok(
        open.around(&ready, standing == Some(Standing::Decided), |around| {
            ready.assess(&args.draft, around)
        }),
    )
}

/// The lease goes back with the next sync; until then nobody else sees the case, and neither does this person.
pub async fn skip(open: &OpenDesk, args: SkipArgs) -> Result<Work, WireError> {
    let ready = open.shelf.get(&open.replica, &args.case_id).await?;
    let queue = ready.case.queue().to_owned();
    if open.replica.case_standing(&args.case_id).await? == Some(Standing::AtHand) {
        open.replica
            .set_standing(&args.case_id, Standing::Skipped)
            .await?;
        open.shelf.forget(&args.case_id);
        open.status.wake();
    }
    next(open, &queue, &args.have, args.limit).await
}
