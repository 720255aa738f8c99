//! The states of a case and of a decision.

use serde::{Deserialize, Serialize};

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|state| state.as_str() == name)
            }
        }
    };
}

named! {
    /// Where a case stands.
    CaseState {
        Open = "open",
        AwaitingSecond = "awaiting_second",
        Disputed = "disputed",
        /// For an owner's answer.
        Waiting = "waiting",
        Decided = "decided",
        Released = "released",
        Withdrawn = "withdrawn",
        Expired = "expired",
        Returned = "returned",
    }
}

named! {
    /// Where a decision stands: `pending → released → corrected`, or `undone`, or `kept`.
    DecisionState {
        /// Inside its undo window.
        Pending = "pending",
        Released = "released",
        /// Released, then taken back; its labels are retracted.
        Corrected = "corrected",
        Undone = "undone",
        /// A second opinion on a case decided meanwhile; changes nothing.
        Kept = "kept",
    }
}

named! {
    /// What the executor reports of a released decision.
    OutcomeStatus {
        Done = "done",
        Failed = "failed",
        /// Done, and then made good again.
        Compensated = "compensated",
    }
}

impl CaseState {
    /// Whether a decision may still settle it. An expired case takes only a rejection or a reply, see `policy`.
    pub const fn takes_decisions(self) -> bool {
        matches!(
            self,
            Self::Open | Self::AwaitingSecond | Self::Disputed | Self::Waiting | Self::Expired
        )
    }
}
