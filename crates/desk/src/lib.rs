//! The application without a window: an encrypted replica and outbox, sync by a plan, and the calls of the window.
//!
//! It knows the hub only over HTTP and the window only through [`Host`]; it holds no rules, those are in `domain`.

pub mod clock;
pub mod desk;
mod failure;
mod files;
mod first_picture;
mod handed;
pub mod host;
pub mod hub_client;
mod ipc;
mod keeping;
pub mod key;
pub mod keychain;
mod oidc;
mod open_desk;
mod opening;
mod options;
mod passphrase;
mod places;
mod renewal;
pub mod replica;
mod screen;
mod sealing;
mod shelf;
mod sign_in;
mod sync;
mod taking_in;
#[cfg(test)]
mod test_desk;
mod words;

pub use desk::Desk;
pub use first_picture::FirstPicture;
pub use host::{Host, SoloHub};
pub use key::StoreKey;
pub use keychain::{Keychain, NoKeychain, SystemKeychain};
pub use options::DeskOptions;
