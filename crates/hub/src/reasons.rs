//! The reasons a person can give, by kind: the first six have a key. Data; a queue's own come with policies.

use domain::Kind;
use protocol::hub::ReasonCode;

/// In the order of the screen.
pub fn of_kind(kind: Kind) -> Vec<ReasonCode> {
    let codes: &[(&str, &str)] = match kind {
        Kind::IdentityMatch => &[
            ("typing_error", "Typing error"),
            ("parent_body_in_name", "Parent body in the name"),
            ("shared_phone", "Shared phone"),
            ("moved", "Moved"),
            ("other", "Other"),
        ],
        Kind::DataConflict => &[
            ("newer", "Newer"),
            ("closer_to_origin", "Closer to the origin"),
            ("more_specific", "More specific"),
            ("known_error", "Known error of a source"),
            ("other", "Other"),
        ],
        Kind::ProposedAction => &[
            ("against_policy", "Against policy"),
            ("not_agreed", "Not agreed"),
            ("amount", "Amount"),
            ("wrong_customer", "Wrong customer"),
            ("facts_stale", "Facts stale"),
            ("other", "Other"),
        ],
    };
    codes
        .iter()
        .map(|(code, label)| ReasonCode {
            code: (*code).to_owned(),
            label: (*label).to_owned(),
        })
        .collect()
}
