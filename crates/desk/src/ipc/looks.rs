//! Looking at a case somebody else has. It is the hub's to show, and it tells whoever has it; nothing of it is kept here.

use domain::draft::Draft;
use domain::policy::Role;
use domain::policy::passing::{may_comment, only_looking};
use protocol::WireError;
use protocol::hub::CaseWhole;
use protocol::ipc::{CaseArgs, Done, LookedAt};

use super::opinions::waits_for_another;
use crate::open_desk::OpenDesk;
use crate::screen::Prepared;
use crate::shelf::Missing;

pub async fn at(open: &OpenDesk, args: CaseArgs) -> Result<LookedAt, WireError> {
    let whole = open.hub.look(&args.case_id).await?;
    let ready = Prepared::new(&whole, &open.shelf.trust()).map_err(Missing::NotShown)?;
    let mut case = open.shown(&ready, Draft::default(), false);
    let person = open.person();
    let held = whole.lease.as_ref().filter(|lease| lease.person != person.id);
    let with = held.and_then(|lease| lease.name.clone());
    let open_to_decisions = whole.state.takes_decisions();
    // Nothing is in the way but that nothing was chosen yet.
    let decides = case
        .assessment
        .refusal
        .as_ref()
        .is_none_or(|refusal| refusal.code == "nothing_chosen");
    // Of a case that waits for another opinion this person may not know who is at it: not seen is not free.
    let free = open_to_decisions
        && whole.lease.is_none()
        && !waits_for_another(Some(whole.state))
        && decides
        && !decided_by(&whole, &person.id)
        && whole.assignee.as_ref().is_none_or(|to| *to == person.id);
    // Of a closed one it says already why not.
    if open_to_decisions || waits_for_another(Some(whole.state)) {
        case.assessment.refusal = Some(only_looking(with.as_deref()));
    }
    case.assessment.ahead = None;
    Ok(LookedAt {
        assignable: open_to_decisions && person.has(Role::Lead) && person.sees_queue(&case.queue),
        comments: may_comment(&person.roles),
        with,
        free,
        case,
    })
}

fn decided_by(whole: &CaseWhole, person: &str) -> bool {
    whole.decisions.iter().any(|row| row.by == person)
}

pub async fn away(open: &OpenDesk, args: CaseArgs) -> Result<Done, WireError> {
    open.hub.look_away(&args.case_id).await?;
    Ok(Done {})
}
