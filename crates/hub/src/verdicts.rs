//! What a decision says, read against its case.

use domain::Verdict;
use domain::case::Case;

use crate::error::HubError;
use crate::store::decisions::DecisionPayload;

/// # Errors
/// `invalid_verdict`: it can't be read any more.
pub fn verdict_of(payload: &DecisionPayload, case: &Case) -> Result<Option<Verdict>, HubError> {
    Ok(payload
        .verdict
        .as_ref()
        .map(|json| Verdict::read(json, &case.body))
        .transpose()?)
}
