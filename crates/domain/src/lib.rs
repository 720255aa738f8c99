//! What a case is, when a verdict is valid, who may decide, what a decision teaches.
//!
//! Pure: no clock, no input or output, no async. Time, ids and text come in as arguments; results and
//! typed errors go out. Every rule of Tiebreak stands here, once; hub, desk and the window ask.

pub mod access;
pub mod action;
pub mod body;
pub mod canonical;
pub mod case;
pub mod chain;
pub mod conflict;
pub mod decision;
pub mod dispute;
pub mod draft;
pub mod export;
pub mod fields;
pub mod heading;
pub mod invalid;
pub mod json;
pub mod kind;
pub mod label;
pub mod matching;
pub mod outcome;
pub mod policy;
pub mod retention;
pub mod sensitivity;
pub mod stats;
pub mod suggestion;
pub mod text;
pub mod verdict;
pub mod webhook;

pub use body::CaseBody;
pub use case::Case;
pub use decision::Decision;
pub use invalid::Invalid;
pub use kind::Kind;
pub use verdict::Verdict;

/// An instant in UTC. On the wire RFC 3339; in the stores microseconds since 1970.
pub type Instant = chrono::DateTime<chrono::Utc>;
