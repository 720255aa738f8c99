//! What is to be decided in a case, by its kind.

use serde_json::Value;

use crate::action::ActionBody;
use crate::conflict::ConflictBody;
use crate::invalid::Invalid;
use crate::kind::Kind;
use crate::matching::MatchBody;

#[derive(Debug, Clone, PartialEq)]
pub enum CaseBody {
    Match(MatchBody),
    Conflict(ConflictBody),
    Action(ActionBody),
}

impl CaseBody {
    /// # Errors
    /// [`Invalid`] with code `invalid_case` and a pointer into the body.
    pub fn read(kind: Kind, json: &Value) -> Result<Self, Invalid> {
        Ok(match kind {
            Kind::IdentityMatch => Self::Match(MatchBody::read(json)?),
            Kind::DataConflict => Self::Conflict(ConflictBody::read(json)?),
            Kind::ProposedAction => Self::Action(ActionBody::read(json)?),
        })
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Match(_) => Kind::IdentityMatch,
            Self::Conflict(_) => Kind::DataConflict,
            Self::Action(_) => Kind::ProposedAction,
        }
    }
}
