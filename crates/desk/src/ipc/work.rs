//! Handing over cases, keeping drafts, giving cases back.

use domain::draft::Assessment;
use domain::policy::Role;
use protocol::WireError;
use protocol::hub::QueueInfo;
use protocol::ipc::{DraftArgs, Idle, SkipArgs, SyncState, Work, WorkArgs};

use super::overview::{left, start_of_day};
use crate::open_desk::OpenDesk;
use crate::replica::NotWritten;
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
    let at_hand = if limit == 0 {
        Vec::new()
    } else {
        open.replica.cases_at_hand(queue).await?
    };
    for id in at_hand {
        if cases.len() >= limit.min(HAND_OVER_MAX) as usize {
            break;
        }
        if have.contains(&id) {
            continue;
        }
        match open.shelf.get(&open.replica, &id).await {
            Ok(ready) => {
                let draft = open
                    .replica
                    .draft(&id, &ready.content_hash)
                    .await?
                    .unwrap_or_default();
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
    open.status.use_queue(ready.case.queue(), open.now());
    let kept = open
        .replica
        .keep_draft(&args.case_id, &args.content_hash, &args.draft, open.now())
        .await?;
    let decided = match kept {
        Ok(()) => false,
        Err(NotWritten::Decided) => true,
        Err(why) => return Err(why.into()),
    };
    Ok(open.around(&ready, decided, |around| ready.assess(&args.draft, around)))
}

/// The lease goes back with the next sync; until then nobody else sees the case, and neither does this person.
pub async fn skip(open: &OpenDesk, args: SkipArgs) -> Result<Work, WireError> {
    let ready = open.shelf.get(&open.replica, &args.case_id).await?;
    let queue = ready.case.queue().to_owned();
    open.status.use_queue(&queue, open.now());
    if open.replica.case_standing(&args.case_id).await? == Some(Standing::AtHand) {
        open.replica
            .set_standing(&args.case_id, Standing::Skipped)
            .await?;
        open.shelf.forget(&args.case_id);
        open.status.wake();
    }
    next(open, &queue, &args.have, args.limit).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_desk::{TestDesk, whole};

    async fn with_case() -> TestDesk {
        let desk = TestDesk::fresh().await;
        let held = [(whole("c1", 1), None, Standing::AtHand)];
        desk.open.replica.put_cases(&held, desk.open.now()).await.unwrap();
        desk
    }

    fn args(comment: &str) -> DraftArgs {
        serde_json::from_value(json!({
            "case_id": "c1", "content_hash": whole("c1", 1).content_hash,
            "draft": {"verdict": {"clusters": [["a", "b"]]}, "cannot_tell": false, "reasons": ["phone"], "comment": comment},
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn who_drafts_or_skips_works_in_the_queue() {
        let desk = with_case().await;
        let in_use = || desk.open.status.lock().in_use("sites", desk.open.now());
        assert!(!in_use());
        draft(&desk.open, args("so")).await.unwrap();
        assert!(in_use());
        let desk = with_case().await;
        let skipped = SkipArgs {
            case_id: "c1".into(),
            have: Vec::new(),
            limit: 1,
        };
        skip(&desk.open, skipped).await.unwrap();
        assert!(desk.open.status.lock().in_use("sites", desk.open.now()));
    }

    #[tokio::test]
    async fn a_draft_on_its_way_when_the_case_was_decided_is_not_kept() {
        let desk = with_case().await;
        let replica = &desk.open.replica;
        replica.set_standing("c1", Standing::Decided).await.unwrap();
        draft(&desk.open, args("late")).await.unwrap();
        let hash = whole("c1", 1).content_hash;
        assert_eq!(replica.draft("c1", &hash).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_new_revision_keeps_what_was_said_and_nothing_that_was_chosen() {
        let desk = with_case().await;
        draft(&desk.open, args("same phone")).await.unwrap();
        let revised = [(whole("c1", 2), None, Standing::AtHand)];
        desk.open.shelf.forget("c1");
        desk.open
            .replica
            .put_cases(&revised, desk.open.now())
            .await
            .unwrap();
        let shown = desk.open.on_screen("c1").await.unwrap();
        assert_eq!(shown.revision, 2);
        assert_eq!(shown.draft.verdict, None);
        assert_eq!(shown.draft.comment.as_deref(), Some("same phone"));
        assert_eq!(shown.draft.reasons, ["phone"]);
        let late = draft(&desk.open, args("from the old page")).await.unwrap_err();
        assert_eq!(late.code, "case_changed");
        let shown = desk.open.on_screen("c1").await.unwrap();
        assert_eq!(shown.draft.comment.as_deref(), Some("same phone"));
    }
}
