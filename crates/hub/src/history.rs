//! What happened to a case, as a reader of it is told.

use protocol::hub::HistoryEntry;

use crate::caller::Caller;
use crate::error::HubError;
use crate::store::audit::Happened;
use crate::store::cases::CaseHead;
use crate::store::payloads::{self, Company};
use crate::store::people::PersonRow;
use crate::store::{Conn, instant};

/// From the audit, in the words of a history. Openings of detail and the like are no part of it; nor, for one who is
/// blind to the others, that and by whom it was worked on.
pub async fn history(
    conn: &mut Conn,
    caller: &Caller,
    head: &CaseHead,
    blind_to_others: bool,
    unheard: &[PersonRow],
    (company, happened): (&Company, Vec<Happened>),
) -> Result<Vec<HistoryEntry>, HubError> {
    let mut entries = Vec::new();
    let revisions = match company.revisions {
        1 => vec![(head.revision, company.received_at)],
        _ => payloads::revisions(conn, &head.id).await?,
    };
    for (revision, at) in revisions {
        let what = if entries.is_empty() && revision >= 1 {
            "created"
        } else {
            "revised"
        };
        entries.push(HistoryEntry {
            at,
            what: what.to_owned(),
            by: None,
        });
    }
    for (at, action, by) in happened {
        let what = match action.as_str() {
            "case.claimed" => "claimed",
            "case.skipped" => "skipped",
            "case.withdrawn" => "withdrawn",
            "case.commented" => "commented",
            "case.assigned" => "assigned",
            "case.handed_over" => "handed_over",
            "case.escalated" => "escalated",
            "case.expired" => "expired",
            "decision.accepted" => "decided",
            "decision.undone" => "undone",
            "decision.released" => "released",
            "decision.corrected" => "corrected",
            "decision.marked_wrong" => "marked_wrong",
            _ => continue,
        };
        let wrote = |who: &PersonRow| what == "commented" && by.as_deref() == Some(who.name.as_str());
        let tells = matches!(
            what,
            "claimed" | "skipped" | "decided" | "undone" | "handed_over" | "escalated"
        ) || unheard.iter().any(wrote);
        if blind_to_others && tells && by.as_deref() != Some(caller.person.name.as_str()) {
            continue;
        }
        entries.push(HistoryEntry {
            at: instant(at)?,
            what: what.to_owned(),
            by: caller.named(by),
        });
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}
