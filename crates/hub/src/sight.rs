//! What a caller may see: queues, sources, cases. What may not be seen isn't there.

use domain::access::{is_within, within};
use domain::case::Sensitivity;
use domain::outcome::CaseState;
use domain::policy::Role;
use domain::policy::checks::sees_checks;

use crate::caller::Caller;
use crate::error::HubError;
use crate::store::Conn;
use crate::store::cases::{self, CaseHead};
use crate::store::checks;

/// The caller's reach as the store's queries take it: JSON arrays, none where there is no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    pub queues: Option<String>,
    pub sources: Option<String>,
    /// Of cases: what lies within the caller's ceiling.
    pub sensitivities: Option<String>,
}

impl Sight {
    /// Admins see everything; leads, stewards and approvers their queues; one who is only a source its sources. All of them
    /// nothing above their ceiling.
    pub fn of(caller: &Caller) -> Self {
        let sensitivities = within(caller.ceiling).map(|names| serde_json::json!(names).to_string());
        if caller.person.has(Role::Admin) {
            return Self {
                sensitivities,
                ..Self::default()
            };
        }
        let list = |names: &[String]| (!names.is_empty()).then(|| serde_json::json!(names).to_string());
        if caller.reads_queues() {
            Self {
                queues: list(&caller.person.queues),
                sources: None,
                sensitivities,
            }
        } else {
            Self {
                queues: None,
                sources: list(&caller.sources),
                sensitivities,
            }
        }
    }
}

/// Whether the caller may see cases of this queue and source.
pub fn sees(caller: &Caller, queue: &str, source: &str) -> bool {
    caller.person.has(Role::Admin)
        || (caller.reads_queues() && caller.person.sees_queue(queue))
        || owns(caller, source)
}

/// The same of one case. A check is seen by who it was made for, and by who may know of checks.
pub fn sees_case(caller: &Caller, head: &CaseHead) -> bool {
    let person = &caller.person;
    match &head.check_for {
        Some(theirs) if *theirs != person.id && !sees_checks(person) => false,
        _ => sees(caller, &head.queue, &head.source) && is_within(caller.ceiling, head.sensitivity),
    }
}

/// Whether the caller may see what is called so sensitive. What can't be read is above every ceiling.
pub fn reaches(caller: &Caller, sensitivity: &str) -> bool {
    let known = Sensitivity::ALL
        .into_iter()
        .find(|known| known.as_str() == sensitivity);
    is_within(caller.ceiling, known.unwrap_or(Sensitivity::Restricted))
}

/// Whether cases of this source are the caller's own.
pub fn owns(caller: &Caller, source: &str) -> bool {
    caller.person.has(Role::Source)
        && (caller.sources.is_empty() || caller.sources.iter().any(|own| own == source))
}

/// Whether the caller is the agent that acts on what is decided, or stands in its place.
pub fn acts_on(caller: &Caller, head: &CaseHead) -> bool {
    let leads = caller.person.has(Role::Lead) || caller.person.has(Role::Admin);
    owns(caller, &head.source) && !leads
}

/// Whether the caller leads this queue.
pub fn leads(caller: &Caller, queue: &str) -> bool {
    caller.person.has(Role::Lead) && caller.person.sees_queue(queue)
}

/// The case, if the caller may see it.
///
/// # Errors
/// `not_found` for one that isn't there or isn't the caller's to see.
pub async fn case(conn: &mut Conn, caller: &Caller, id: &str) -> Result<CaseHead, HubError> {
    let head = cases::head(conn, id).await?;
    seen(conn, head, caller).await
}

/// The same, held until the transaction ends, to be changed in it.
///
/// # Errors
/// As [`case`].
pub async fn hold(conn: &mut Conn, caller: &Caller, id: &str) -> Result<CaseHead, HubError> {
    let head = cases::hold(conn, id).await?;
    seen(conn, head, caller).await
}

async fn seen(conn: &mut Conn, head: Option<CaseHead>, caller: &Caller) -> Result<CaseHead, HubError> {
    match head {
        Some(head) if is_seen(conn, &head, caller).await? => Ok(head),
        _ => Err(HubError::NotFound { what: "case" }),
    }
}

/// Whether the caller may see the case, as it stands.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn is_seen(conn: &mut Conn, head: &CaseHead, caller: &Caller) -> Result<bool, HubError> {
    if !sees_case(caller, head) {
        return Ok(false);
    }
    // Who audits a decision doesn't learn of it: only what was released is audited.
    let audited = matches!(head.state, CaseState::Released | CaseState::Open)
        && !sees_checks(&caller.person)
        && checks::hides(conn, &caller.person.id, &head.id).await?;
    Ok(!audited)
}
