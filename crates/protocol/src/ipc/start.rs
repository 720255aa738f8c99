//! What the program opens on: a first run, a locked store, a store that is ready; and the ways in.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum StartView {
    FirstRun {
        /// Whether the system has a keychain; without one a passphrase is asked for.
        keychain: bool,
        /// Decisions of people who signed out before these were delivered; they wait sealed.
        sealed: u64,
        version: String,
    },
    /// There is a store and its key isn't at hand.
    Locked {
        mode: Mode,
        /// `passphrase no_keychain keychain_locked key_missing wrong_key`
        reason: LockReason,
        /// What happened and what to do, in a sentence.
        words: String,
        version: String,
    },
    Ready {
        mode: Mode,
        version: String,
    },
    /// Nothing can be done here until something outside changes: a full disk, a store from a newer version.
    Stopped {
        code: String,
        words: String,
        version: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Mode {
    Solo,
    Team,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum LockReason {
    Passphrase,
    NoKeychain,
    KeychainLocked,
    KeyMissing,
    WrongKey,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChooseSolo {
    /// Fill it with the sample queues.
    pub sample: bool,
    /// Where there is no keychain.
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CheckHub {
    pub address: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HubFound {
    pub version: String,
    pub encrypted: bool,
    /// The host of the provider people sign in with; none: by token alone.
    pub provider: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChooseTeam {
    pub address: String,
    pub token: String,
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Chosen {
    /// Shown once; opens the store when the keychain is lost. None: the store was there before, and it is locked.
    pub recovery_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SignIn {
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BrowserSignIn {
    /// None: the hub of the open store, as the same person.
    pub address: Option<String>,
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Unlock {
    pub passphrase: Option<String>,
    pub recovery_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecoveryKeyView {
    pub recovery_key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaintedArgs {
    /// `page`, or `case` once a case stands on the screen.
    pub what: String,
}
