//! What a person or a machine says of a case, by its kind.

use serde_json::Value;

use crate::action::ActionVerdict;
use crate::body::CaseBody;
use crate::conflict::ConflictVerdict;
use crate::invalid::Invalid;
use crate::matching::MatchVerdict;

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Match(MatchVerdict),
    Conflict(ConflictVerdict),
    Action(ActionVerdict),
}

impl Verdict {
    /// Reads a verdict and checks it against the case it is for.
    ///
    /// # Errors
    /// `invalid_verdict` or `invalid_arguments` with a pointer into the verdict.
    pub fn read(json: &Value, body: &CaseBody) -> Result<Self, Invalid> {
        Ok(match body {
            CaseBody::Match(body) => Self::Match(MatchVerdict::read(json, body)?),
            CaseBody::Conflict(body) => Self::Conflict(ConflictVerdict::read(json, body)?),
            CaseBody::Action(body) => Self::Action(ActionVerdict::read(json, body)?),
        })
    }

    /// As [`Verdict::read`], for what a machine suggests: arguments that break their schema are let through.
    ///
    /// # Errors
    /// `invalid_verdict` with a pointer into the verdict.
    pub fn read_suggested(json: &Value, body: &CaseBody) -> Result<Self, Invalid> {
        match body {
            CaseBody::Action(body) => Ok(Self::Action(ActionVerdict::read_suggested(json, body)?)),
            _ => Self::read(json, body),
        }
    }

    /// Whether the two would do the same.
    pub fn agrees(&self, other: &Self, body: &CaseBody) -> bool {
        match (self, other, body) {
            (Self::Match(a), Self::Match(b), CaseBody::Match(body)) => a.agrees(b, body),
            (Self::Conflict(a), Self::Conflict(b), CaseBody::Conflict(body)) => a.agrees(b, body),
            (Self::Action(a), Self::Action(b), CaseBody::Action(body)) => a.agrees(b, body),
            _ => false,
        }
    }

    /// Whether something would be done in the world: never without a look at expiry and policy.
    pub fn acts(&self) -> bool {
        matches!(self, Self::Action(verdict) if verdict.acts())
    }
}
