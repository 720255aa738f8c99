//! What goes over the wire: the hub's HTTP types, the one list of calls between window and desk, and errors.
//! No rules: those are in `domain`.

pub mod access;
pub mod audit;
pub mod error;
pub mod hub;
pub mod importing;
pub mod ipc;
pub mod looks;
pub mod own;
pub mod policies;
pub mod tokens;
pub mod webhooks;
pub mod worklife;

pub use error::{Problem, WireError};
