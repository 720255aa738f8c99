//! What the policies ask of a case before anything is done: what is registered of its tools, by what it was held to in the
//! queues it lay in before, and its lot. The rules are `domain::policy::gate`; here they meet the tables.

use domain::action::tool::{Tools, check_registered};
use domain::case::{Case, CaseBody};
use domain::policy::{Policy, Refusal};
use domain::{Invalid, Verdict};
use serde_json::json;

use crate::error::HubError;
use crate::store::cases::CaseHead;
use crate::store::{Conn, meta, queues, tools};

/// A queue's policy, or why nothing is decided there.
///
/// # Errors
/// `policy_unreadable`.
pub fn readable(policy: Option<Policy>) -> Result<Policy, Refusal> {
    policy.ok_or_else(domain::policy::unreadable)
}

/// What goes with a case of the policies of the queues it lay in before; none: that one can't be read.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn held_to(conn: &mut Conn, head: &CaseHead) -> Result<Vec<Option<Policy>>, HubError> {
    let mut before = Vec::with_capacity(head.lay_in.len());
    for name in &head.lay_in {
        if let Some(queue) = queues::by_name(conn, name).await? {
            before.push(queue.policy.map(Policy::goes_along));
        }
    }
    Ok(before)
}

/// What is registered of the case's tools.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn registered(conn: &mut Conn, case: &Case) -> Result<Tools, HubError> {
    let CaseBody::Action(body) = &case.body else {
        return Ok(Tools::new());
    };
    let names: Vec<&str> = body.actions.iter().map(|action| action.tool.as_str()).collect();
    tools::named(conn, &json!(names).to_string()).await
}

/// Whether what would run fits the registered schemas.
///
/// # Errors
/// [`HubError`] of the database; within, `invalid_arguments` with a pointer into the verdict.
pub async fn fits_registry(
    conn: &mut Conn,
    case: &Case,
    verdict: Option<&Verdict>,
) -> Result<Result<(), Invalid>, HubError> {
    let (CaseBody::Action(body), Some(Verdict::Action(verdict))) = (&case.body, verdict) else {
        return Ok(Ok(()));
    };
    let tools = registered(conn, case).await?;
    Ok(check_registered(verdict, body, &tools))
}

/// By chance, but for one revision of a case and one purpose (`what`) always the same, and nobody can work it out beforehand.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn draw(conn: &mut Conn, what: &str, head: &CaseHead) -> Result<f64, HubError> {
    const DIGITS: usize = 12;
    let hidden = meta::pseudonyms(conn)
        .await?
        .of(&format!("{what}/{}/{}", head.id, head.revision))?;
    let digits: String = hidden
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(DIGITS)
        .collect();
    let number = u64::from_str_radix(&digits, 16).map_err(HubError::broken)?;
    Ok(number as f64 / 16_f64.powi(DIGITS as i32))
}
