//! What can go wrong on the way to the hub, and whether trying again helps: computed here and nowhere else.

use std::time::Duration;

use protocol::{Problem, WireError};

#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No connection came about: the hub can't have heard anything.
    #[error("the hub can't be reached: {0}")]
    Unreached(String),
    /// The connection broke: the hub may have heard it.
    #[error("the connection to the hub broke: {0}")]
    Broken(String),
    /// The hub asks for patience or failed itself.
    #[error("the hub is busy: {}", problem.code)]
    Busy {
        problem: Box<Problem>,
        after: Option<Duration>,
    },
    /// The hub has understood and says no.
    #[error("the hub refuses: {}", .0.code)]
    Refused(Box<Problem>),
    /// What came back isn't of the hub's API.
    #[error("the hub's answer can't be read: {0}")]
    Strange(String),
    /// The address isn't one that may be used.
    #[error("{0}")]
    Address(&'static str),
}

/// Whether and when it may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Network,
    After(Duration),
    Never,
}

/// For a hub that failed and didn't say when to come back.
const AFTER_FAILURE: Duration = Duration::from_secs(15);

impl HubError {
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreached(_) | Self::Broken(_) => Retry::Network,
            Self::Busy { after, .. } => Retry::After(after.unwrap_or(AFTER_FAILURE)),
            Self::Strange(_) => Retry::After(AFTER_FAILURE),
            Self::Refused(_) | Self::Address(_) => Retry::Never,
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Unreached(_) | Self::Broken(_) => "hub_away",
            Self::Busy { problem, .. } | Self::Refused(problem) => &problem.code,
            Self::Strange(_) => "hub_strange",
            Self::Address(_) => "bad_address",
        }
    }

    /// The token isn't taken any more.
    pub const fn is_sign_in(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 401)
    }

    /// The token is taken, and its person may not do this, or no longer.
    pub const fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 403)
    }

    /// Its own disk, not this computer's.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Busy { problem, .. } if problem.code == "disk_full")
    }

    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 404)
    }

    pub const fn is_away(&self) -> bool {
        matches!(self, Self::Unreached(_) | Self::Broken(_))
    }
}

/// What it means for the person that the hub doesn't take their token.
pub fn sign_in_words(code: &str) -> &'static str {
    match code {
        "token_expired" => "Your sign-in has run out. Your decisions are kept here.",
        "token_revoked" => "Your sign-in was taken back. Your decisions are kept here.",
        "person_disabled" => {
            "An admin took your access away. What you decided before is kept here, and sent when you are let in again."
        }
        _ => "The hub no longer takes your sign-in. Your decisions are kept here.",
    }
}

impl From<HubError> for WireError {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Unreached(_) | HubError::Broken(_) => Self::new(
                "hub_away",
                "The hub is away. This needs it; try again when it is back.",
            ),
            HubError::Busy { .. } => Self::new("hub_busy", "The hub is busy. Try again in a moment."),
            HubError::Refused(problem) if problem.status == 401 => {
                Self::new(&problem.code, sign_in_words(&problem.code))
            }
            HubError::Refused(problem) => Self {
                code: problem.code,
                message: domain::text::capitalised(&problem.detail),
                pointer: problem.pointer,
            },
            HubError::Strange(_) => Self::new(
                "hub_strange",
                "What answers at this address isn't a Tiebreak hub of this version.",
            ),
            HubError::Address(words) => Self::new("bad_address", words),
        }
    }
}
