//! Keeping replica and hub in step. What to do is computed by `plan`, a pure function; `engine` does it.

mod at_hand;
mod changed_fields;
mod earlier;
mod engine;
pub mod error;
mod known;
mod own;
pub mod plan;
pub(crate) mod pull;
mod push;
mod settle;
pub mod status;
mod wedge;

pub use engine::Engine;
pub use pull::{kept_lease, take_in};
