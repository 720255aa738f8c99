//! Why the hub didn't take an entry, in words, and what can be done about it.

use protocol::ipc::Wedged;

use super::changed_fields::changed_fields;
use super::error::SyncError;
use crate::hub_client::{HubError, Retry};
use crate::open_desk::OpenDesk;
use crate::replica::outbox::What;

/// What the person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    retry: bool,
    decide_again: bool,
}

const RETRY: Ways = Ways {
    retry: true,
    decide_again: false,
};
const AGAIN: Ways = Ways {
    retry: false,
    decide_again: true,
};
const EITHER: Ways = Ways {
    retry: true,
    decide_again: true,
};
const NEITHER: Ways = Ways {
    retry: false,
    decide_again: false,
};

fn ways(code: &str) -> Ways {
    match code {
        "stale_revision" | "content_mismatch" | "invalid_verdict" | "invalid_arguments" | "expired" => AGAIN,
        "not_allowed" | "forbidden" | "second_must_differ" => RETRY,
        "already_decided" | "withdrawn" | "id_reused" | "irreversible" | "not_found" | "unknown_case" => {
            NEITHER
        }
        _ => EITHER,
    }
}

fn words(code: &str, detail: Option<&str>) -> String {
    match code {
        "stale_revision" | "content_mismatch" => {
            "The case changed before this reached the hub. Look at what changed and decide again.".into()
        }
        "not_allowed" | "forbidden" => said("The hub doesn't let you decide this", detail),
        "second_must_differ" => "Somebody else must give the second opinion.".into(),
        "already_decided" => "Somebody else decided this case first.".into(),
        "withdrawn" => "The source took this case back.".into(),
        "expired" => "The case expired before this reached the hub.".into(),
        "invalid_verdict" | "invalid_arguments" => said("The hub doesn't take this answer", detail),
        "id_reused" => "The hub knows another decision under this id. This one wasn't applied.".into(),
        "irreversible" => "What was done can't be undone any more. The decision stands.".into(),
        "not_found" | "unknown_case" => "The hub doesn't know this case any more.".into(),
        _ => said("The hub refuses this", detail),
    }
}

fn said(what: &str, detail: Option<&str>) -> String {
    match detail.filter(|detail| !detail.is_empty()) {
        Some(detail) => format!("{what}: {detail}"),
        None => format!("{what}."),
    }
}

/// The typed reason an entry stays with. For a case that changed, with what changed, fetched from the hub.
pub async fn of(
    open: &OpenDesk,
    entry_id: &str,
    code: &str,
    detail: Option<&str>,
) -> Result<Wedged, SyncError> {
    let ways = ways(code);
    let mut wedged = Wedged {
        code: code.to_owned(),
        words: words(code, detail),
        can_retry: ways.retry,
        can_decide_again: ways.decide_again,
        changes: Vec::new(),
        seen_hash: None,
        now_hash: None,
    };
    let Some(entry) = open.replica.outbox_entry(entry_id).await? else {
        return Ok(wedged);
    };
    if entry.what == What::Undo {
        // There is nothing to decide until the undo is through; but nothing speaks against trying it again.
        wedged.can_decide_again = false;
        wedged.can_retry = code != "irreversible";
        return Ok(wedged);
    }
    if !wedged.can_decide_again {
        return Ok(wedged);
    }
    match open.hub.case(&entry.case_id).await {
        Ok(now) => {
            wedged.now_hash = Some(now.content_hash.clone());
            wedged.can_decide_again = now.state.takes_decisions();
            if let Some(seen) = open.replica.case(&entry.case_id).await? {
                wedged.changes = changed_fields(&seen.whole.case, &now.case);
                wedged.seen_hash = Some(seen.whole.content_hash);
            }
        }
        Err(HubError::Refused(_)) => wedged.can_decide_again = false,
        // Without it the entry says less, and deciding again fetches the case anyway.
        Err(error) if error.retry() != Retry::Never => {
            tracing::info!(code = error.code(), "outbox.changes_not_fetched");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(wedged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_decide_is_told_why_in_the_words_of_the_hub() {
        assert_eq!(
            words("not_allowed", Some("You proposed this")),
            "The hub doesn't let you decide this: You proposed this"
        );
        assert_eq!(
            words("forbidden", None),
            "The hub doesn't let you decide this.",
            "nothing is made up where the hub says nothing"
        );
    }

    #[test]
    fn what_a_person_can_do_depends_on_the_code() {
        assert_eq!(ways("stale_revision"), AGAIN);
        assert_eq!(ways("not_allowed"), RETRY);
        assert_eq!(ways("already_decided"), NEITHER);
        assert_eq!(
            ways("something_new"),
            EITHER,
            "an unknown code leaves every way open"
        );
    }
}
