//! What an importer does with one case, given what the hub knows of it. Pure.
//!
//! Files have no revisions of their own making: changed content becomes the next one, the same content changes
//! nothing, and a decided case is left alone (API.md, "The command line").

use domain::Invalid;
use domain::canonical::hash_of;
use domain::invalid::INVALID_CASE;
use domain::outcome::CaseState;
use serde_json::{Value, json};

use crate::links::other_queue;

/// The newest revision of a case the hub has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The one it was sent to.
    pub queue: String,
    pub revision: u32,
    pub state: CaseState,
    /// Of what the source sent for that revision.
    pub sent_hash: String,
    /// Of what it sent for the revision the file names, where that is an older one.
    pub named_hash: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Send(Value),
    Unchanged,
    /// Decided and changed since: left alone.
    Decided,
}

/// The revision the file itself names.
pub fn named_revision(case: &Value) -> Option<u64> {
    case.get("revision").and_then(Value::as_u64)
}

/// `queue` is the one that was asked for, where one was. A known case that lies in another belongs to another set of
/// data, whose ids happen to be the same: it is no newer form of that case.
///
/// # Errors
/// `other_queue`, `invalid_case` after the last revision there can be, and `unsafe_number`, see [`hash_of`].
pub fn plan(mut case: Value, known: Option<&Known>, queue: Option<&str>) -> Result<Step, Invalid> {
    let Some(known) = known else {
        return Ok(Step::Send(case));
    };
    if queue.is_some_and(|queue| queue != known.queue) {
        return Err(other_queue("case of this source and id", &known.queue));
    }
    let hash = hash_of(&case)?;
    if hash == known.sent_hash || known.named_hash.as_ref() == Some(&hash) {
        return Ok(Step::Unchanged);
    }
    let newer = named_revision(&case).is_some_and(|named| named > u64::from(known.revision));
    if !newer {
        case["revision"] = json!(known.revision);
        if hash_of(&case)? == known.sent_hash {
            return Ok(Step::Unchanged);
        }
        let next = known
            .revision
            .checked_add(1)
            .ok_or_else(|| Invalid::new(INVALID_CASE, "/revision", "there is no revision after this one"))?;
        case["revision"] = json!(next);
    }
    match known.state {
        CaseState::Decided | CaseState::Released => Ok(Step::Decided),
        _ => Ok(Step::Send(case)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(sent: &Value, revision: u32, state: CaseState) -> Known {
        Known {
            queue: "sites".to_owned(),
            revision,
            state,
            sent_hash: hash_of(sent).unwrap(),
            named_hash: None,
        }
    }

    #[test]
    fn an_unknown_case_is_sent_as_it_is() {
        let case = json!({"external_id": "x"});
        assert_eq!(plan(case.clone(), None, None).unwrap(), Step::Send(case));
    }

    #[test]
    fn the_same_content_changes_nothing_in_whatever_state() {
        let case = json!({"external_id": "x", "title": "a"});
        for state in CaseState::ALL {
            assert_eq!(
                plan(case.clone(), Some(&known(&case, 1, *state)), None).unwrap(),
                Step::Unchanged
            );
        }
        let bumped = json!({"external_id": "x", "title": "a", "revision": 7});
        assert_eq!(
            plan(case, Some(&known(&bumped, 7, CaseState::Open)), None).unwrap(),
            Step::Unchanged
        );
    }

    #[test]
    fn changed_content_is_the_next_revision() {
        let old = json!({"external_id": "x", "title": "a", "revision": 3});
        let Step::Send(sent) = plan(
            json!({"external_id": "x", "title": "b"}),
            Some(&known(&old, 3, CaseState::Open)),
            None,
        )
        .unwrap() else {
            panic!("not sent")
        };
        assert_eq!(sent["revision"], 4);
    }

    #[test]
    fn a_revision_the_file_names_is_kept() {
        let old = json!({"external_id": "x", "revision": 3});
        let new = json!({"external_id": "x", "revision": 9, "title": "b"});
        assert_eq!(
            plan(new.clone(), Some(&known(&old, 3, CaseState::Open)), None).unwrap(),
            Step::Send(new)
        );
        let first = json!({"external_id": "x", "revision": 1});
        let named_hash = Some(hash_of(&first).unwrap());
        let known = Known {
            named_hash,
            ..known(&old, 3, CaseState::Open)
        };
        assert_eq!(
            plan(first, Some(&known), None).unwrap(),
            Step::Unchanged,
            "an older line of the same file"
        );
    }

    #[test]
    fn a_decided_case_is_left_alone() {
        let old = json!({"external_id": "x"});
        for state in [CaseState::Decided, CaseState::Released] {
            for new in [
                json!({"external_id": "x", "title": "b"}),
                json!({"external_id": "x", "revision": 5}),
            ] {
                assert_eq!(
                    plan(new, Some(&known(&old, 1, state)), None).unwrap(),
                    Step::Decided
                );
            }
        }
    }

    #[test]
    fn a_case_in_another_queue_than_the_one_asked_for_is_refused_in_whatever_state() {
        let old = json!({"external_id": "1|2", "queue": "sites"});
        for state in CaseState::ALL {
            for case in [json!({"external_id": "1|2", "queue": "customers"}), old.clone()] {
                let refused = plan(case, Some(&known(&old, 1, *state)), Some("customers")).unwrap_err();
                assert_eq!(refused.code, "other_queue");
                assert!(refused.detail.contains("sites") && refused.detail.contains("another source"));
            }
            assert_eq!(
                plan(old.clone(), Some(&known(&old, 1, *state)), Some("sites")).unwrap(),
                Step::Unchanged
            );
        }
    }

    #[test]
    fn after_the_last_revision_there_is_none() {
        let old = json!({"external_id": "x", "revision": u32::MAX});
        let new = json!({"external_id": "x", "title": "b"});
        let refused = plan(new, Some(&known(&old, u32::MAX, CaseState::Open)), None).unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.pointer.as_str()),
            ("invalid_case", "/revision")
        );
    }
}
