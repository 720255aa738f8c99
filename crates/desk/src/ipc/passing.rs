//! Cases passed on and received, and being away. All of it is between people, so it asks the hub and says when that is away.

use domain::policy::Role;
use domain::policy::passing::Passed;
use protocol::WireError;
use protocol::hub::ForMe;
use protocol::ipc::{
    AssignArgs, AwayView, CaseArgs, CaseOnScreen, ColleaguesView, Done, EscalateArgs, ForMeRow, ForMeView,
    HandOverArgs, NamedQueue, SetAway, Work,
};
use protocol::worklife::AwayRequest;

use super::work::next;
use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;
use crate::sync::take_in;
use crate::words;

pub async fn assignees(open: &OpenDesk, args: CaseArgs) -> Result<ColleaguesView, WireError> {
    Ok(ColleaguesView {
        people: open.hub.assignees(&args.case_id).await?,
        queues: Vec::new(),
    })
}

pub async fn colleagues(open: &OpenDesk, args: CaseArgs) -> Result<ColleaguesView, WireError> {
    // A lead assigns cases that aren't here; only what is here is escalated.
    let ready = open.shelf.get(&open.replica, &args.case_id).await.ok();
    let case = ready.as_ref().map(|ready| Passed::of(&ready.case));
    let queues = open.queues();
    let others = queues
        .iter()
        .filter(|info| case.is_some_and(|case| case.can_go_to(&info.name, info.kind)))
        .map(|info| NamedQueue {
            name: info.name.clone(),
            title: words::queue_title(&info.name),
        });
    Ok(ColleaguesView {
        people: open.hub.colleagues(&args.case_id).await?,
        queues: others.collect(),
    })
}

pub async fn hand_over(open: &OpenDesk, args: HandOverArgs) -> Result<Work, WireError> {
    let queue = queue_of(open, &args.case_id).await?;
    let note = args
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    open.hub.hand_over(&args.case_id, &args.to, note).await?;
    gone(open, &args.case_id).await?;
    next(open, &queue, &args.have, args.limit).await
}

pub async fn escalate(open: &OpenDesk, args: EscalateArgs) -> Result<Work, WireError> {
    let queue = queue_of(open, &args.case_id).await?;
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(WireError::new("reason_required", "Say why, in a few words"));
    }
    open.hub.escalate(&args.case_id, reason, args.to).await?;
    gone(open, &args.case_id).await?;
    next(open, &queue, &args.have, args.limit).await
}

async fn queue_of(open: &OpenDesk, case_id: &str) -> Result<String, WireError> {
    let ready = open.shelf.get(&open.replica, case_id).await?;
    Ok(ready.case.queue().to_owned())
}

/// It is somebody else's now.
async fn gone(open: &OpenDesk, case_id: &str) -> Result<(), WireError> {
    open.replica.drop_cases(&[case_id.to_owned()]).await?;
    open.shelf.forget(case_id);
    open.status.lock().queues_stale = true;
    open.status.wake_at_once();
    Ok(())
}

pub async fn assign(open: &OpenDesk, args: AssignArgs) -> Result<Done, WireError> {
    open.hub.assign(&args.case_id, args.to.as_deref()).await?;
    open.status.lock().queues_stale = true;
    open.status.wake_at_once();
    Ok(Done {})
}

/// The case at hand, or claimed: it comes to the screen before the others of its queue.
pub async fn open_case(open: &OpenDesk, args: CaseArgs) -> Result<CaseOnScreen, WireError> {
    if open.replica.case_standing(&args.case_id).await? == Some(Standing::AtHand) {
        return open.on_screen(&args.case_id).await;
    }
    let claims = open.hub.claim_one(&args.case_id).await?;
    for claim in claims {
        open.status.use_queue(&claim.case.queue, open.now());
        take_in(open, claim).await?;
    }
    open.on_screen(&args.case_id).await
}

pub async fn for_me(open: &OpenDesk) -> Result<ForMeView, WireError> {
    let found = open.hub.for_me().await?;
    let held = open.replica.cases_held().await?;
    let at_hand = |id: &str| {
        held.iter()
            .any(|case| case.id == id && case.standing == Standing::AtHand)
    };
    let rows = found.into_iter().map(|item| row(open, item, &at_hand));
    Ok(ForMeView { rows: rows.collect() })
}

fn row(open: &OpenDesk, item: ForMe, at_hand: &impl Fn(&str) -> bool) -> ForMeRow {
    let (person, case) = (open.person(), item.case);
    let with = case.lease.as_ref().filter(|lease| lease.person != person.id);
    ForMeRow {
        words: words::for_me(item.escalation.as_ref(), item.stands_in_for.as_deref()),
        reason: item.escalation.and_then(|escalation| escalation.reason),
        opens: at_hand(&case.id) || (with.is_none() && person.decides().contains(&case.kind)),
        with: with.and_then(|lease| lease.name.clone()),
        assignable: person.has(Role::Lead),
        queue_title: words::queue_title(&case.queue),
        title: words::row_title(&case),
        due: case.due_at.map(|at| words::due(at, open.now())),
        kind: case.kind,
        case_id: case.id,
    }
}

pub async fn away(open: &OpenDesk) -> Result<AwayView, WireError> {
    let me = open.hub.me().await?;
    open.status.lock().away.clone_from(&me.away);
    Ok(AwayView {
        away: me.away,
        stand_ins: open.hub.stand_ins().await?,
    })
}

pub async fn set_away(open: &OpenDesk, args: SetAway) -> Result<AwayView, WireError> {
    match args.until {
        Some(until) => {
            let request = AwayRequest {
                from: None,
                until,
                delegate: args.delegate,
            };
            open.hub.set_away(&request).await?;
        }
        None => open.hub.come_back().await?,
    }
    away(open).await
}
