//! Which stores there are on this computer and how each is locked. In clear, because it is read before any key is at
//! hand; it holds no secret.

use std::path::{Path, PathBuf};

use protocol::ipc::Mode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::files;

const FILE: &str = "desk.json";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Places {
    pub current: Option<Mode>,
    /// Kept after leaving: the hub's own file has the same key.
    pub solo: Option<Place>,
    pub team: Option<Place>,
    /// Stores of people who signed out with decisions that weren't delivered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<Sealed>,
}

/// A team's store that opens only for whom it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub place: Place,
    /// [`whose`] it is.
    pub whose: String,
    /// Decisions and undos in its outbox.
    pub entries: u64,
}

/// A person at a hub, so that nobody reads from the list who it was.
pub fn whose(hub_id: &str, person_id: &str) -> String {
    hex::encode(Sha256::digest(format!("{hub_id}/{person_id}")))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Names the entry in the keychain.
    pub id: String,
    pub lock: Lock,
    /// Its files are named by the id: of a team's stores several lie beside each other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_id: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    Keychain,
    Passphrase,
}

impl Places {
    /// None written yet: none there.
    ///
    /// # Errors
    /// The file is there and can't be read: better to stop than to start afresh beside somebody's data.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(std::io::Error::other),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        files::write_whole(&folder.join(FILE), &serde_json::to_vec_pretty(self)?)
    }

    pub const fn get(&self, mode: Mode) -> Option<&Place> {
        match mode {
            Mode::Solo => self.solo.as_ref(),
            Mode::Team => self.team.as_ref(),
        }
    }

    pub fn set(&mut self, mode: Mode, place: Option<Place>) {
        match mode {
            Mode::Solo => self.solo = place,
            Mode::Team => self.team = place,
        }
    }
}

impl Place {
    /// The entry in the keychain.
    pub fn account(&self) -> String {
        format!("store {}", self.id)
    }

    /// The entry of the team's token.
    pub fn token_account(&self) -> String {
        format!("token {}", self.id)
    }

    /// The entry of what signing in with a provider left.
    pub fn signed_in_account(&self) -> String {
        format!("sign-in {}", self.id)
    }

    pub fn new(mode: Mode, lock: Lock) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            lock,
            by_id: mode == Mode::Team,
        }
    }

    fn stem(&self, mode: Mode) -> String {
        if self.by_id {
            format!("{}-{}", name(mode), self.id)
        } else {
            name(mode).to_owned()
        }
    }

    pub fn replica_file(&self, folder: &Path, mode: Mode) -> PathBuf {
        folder.join(format!("replica-{}.db", self.stem(mode)))
    }

    /// The wrapped key, where there is a passphrase.
    pub fn key_file(&self, folder: &Path, mode: Mode) -> PathBuf {
        folder.join(format!("key-{}.json", self.stem(mode)))
    }
}

pub const fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Solo => "solo",
        Mode::Team => "team",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_stores_reads_the_same_in_every_version() {
        let solo = Place {
            id: "7d".into(),
            lock: Lock::Keychain,
            by_id: false,
        };
        let team = Place {
            id: "8e".into(),
            lock: Lock::Passphrase,
            by_id: false,
        };
        let places = Places {
            current: Some(Mode::Team),
            solo: Some(solo),
            team: Some(team),
            sealed: Vec::new(),
        };
        insta::assert_json_snapshot!(places, @r#"
        {
          "current": "team",
          "solo": {
            "id": "7d",
            "lock": "keychain"
          },
          "team": {
            "id": "8e",
            "lock": "passphrase"
          }
        }
        "#);
    }

    #[test]
    fn a_file_that_cannot_be_read_stops_instead_of_starting_afresh() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Places::read(folder.path()).unwrap(), Places::default());
        std::fs::write(folder.path().join(FILE), "half a fi").unwrap();
        assert!(Places::read(folder.path()).is_err());
    }
}
