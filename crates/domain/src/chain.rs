//! The audit chain: how an entry follows the one before it, and what shows that one was changed.
//!
//! `hash` = SHA-256 over the previous entry's 32 bytes (of the first entry: 32 zeros) and the RFC 8785 form of the header.
//! The header holds a commitment to the payload, HMAC-SHA-256 (RFC 2104) of its RFC 8785 form under the entry's salt, so
//! that payload and salt can be erased together and the chain still holds. What it can't show is said at
//! `hub::checkpoints`.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One entry, its JSON in canonical form.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    pub position: i64,
    pub header: &'a [u8],
    /// Hex, like the hashes.
    pub salt: Option<&'a str>,
    pub payload: Option<&'a [u8]>,
    pub previous_hash: &'a str,
    pub hash: &'a str,
}

/// Why an entry doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("an entry before it is missing")]
    Missing,
    #[error("it doesn't follow the entry before it")]
    Detached,
    #[error("its header was changed")]
    Header,
    #[error("its payload or salt was changed")]
    Payload,
    #[error("payload and salt are erased together or not at all")]
    HalfErased,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no hex")]
pub struct NotHex;

/// What the first entry follows: 32 zero bytes.
pub fn genesis() -> String {
    "0".repeat(64)
}

/// The hash of an entry, hex.
///
/// # Errors
/// For a previous hash that isn't hex.
pub fn hash(previous: &str, header: &[u8]) -> Result<String, NotHex> {
    let mut hasher = Sha256::new();
    hasher.update(hex::decode(previous).map_err(|_| NotHex)?);
    hasher.update(header);
    Ok(hex::encode(hasher.finalize()))
}

/// HMAC-SHA-256 of the payload's canonical bytes under the salt (hex), as hex.
///
/// # Errors
/// For a salt that isn't hex.
pub fn commitment(salt: &str, payload: &[u8]) -> Result<String, NotHex> {
    let salt = hex::decode(salt).map_err(|_| NotHex)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&salt).map_err(|_| NotHex)?;
    mac.update(payload);
    Ok(hex::encode(mac.finalize().into_bytes()))
}

/// Whether the entry follows the one at `position` whose hash is `previous`.
///
/// # Errors
/// [`Break`].
pub fn follows(position: i64, previous: &str, link: &Link<'_>) -> Result<(), Break> {
    if link.position != position + 1 {
        return Err(Break::Missing);
    }
    if link.previous_hash != previous {
        return Err(Break::Detached);
    }
    if hash(previous, link.header).as_deref() != Ok(link.hash) {
        return Err(Break::Header);
    }
    let header: Value = serde_json::from_slice(link.header).map_err(|_| Break::Header)?;
    match (link.salt, link.payload) {
        // A salt that is none commits to nothing.
        (Some(salt), Some(payload))
            if commitment(salt, payload).map_or(true, |c| header["commitment"] != c) =>
        {
            Err(Break::Payload)
        }
        (Some(_), None) | (None, Some(_)) => Err(Break::HalfErased),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made {
        header: Vec<u8>,
        salt: String,
        payload: Vec<u8>,
        previous: String,
        hash: String,
    }

    fn made(previous: &str, payload: &str) -> Made {
        let salt = "00".repeat(32);
        let header = format!(
            "{{\"commitment\":\"{}\"}}",
            commitment(&salt, payload.as_bytes()).unwrap()
        );
        Made {
            hash: hash(previous, header.as_bytes()).unwrap(),
            header: header.into_bytes(),
            salt,
            payload: payload.as_bytes().to_vec(),
            previous: previous.to_owned(),
        }
    }

    impl Made {
        fn at(&self, position: i64) -> Link<'_> {
            Link {
                position,
                header: &self.header,
                salt: Some(&self.salt),
                payload: Some(&self.payload),
                previous_hash: &self.previous,
                hash: &self.hash,
            }
        }
    }

    #[test]
    fn a_chain_holds_also_when_payload_and_salt_are_erased() {
        let first = made(&genesis(), "{}");
        let second = made(&first.hash, "{\"a\":1}");
        follows(0, &genesis(), &first.at(1)).unwrap();
        let erased = Link {
            salt: None,
            payload: None,
            ..second.at(2)
        };
        follows(1, &first.hash, &erased).unwrap();
    }

    #[test]
    fn every_change_breaks_it_and_says_where() {
        let genesis = genesis();
        let made = made(&genesis, "{}");
        let good = made.at(1);
        let (ones, twos) = ("11".repeat(32), "22".repeat(32));
        for (changed, why) in [
            (
                Link {
                    payload: Some(b"{\"x\":1}"),
                    ..good
                },
                Break::Payload,
            ),
            (
                Link {
                    payload: Some(b"no JSON"),
                    ..good
                },
                Break::Payload,
            ),
            (
                Link {
                    salt: Some("no hex"),
                    ..good
                },
                Break::Payload,
            ),
            (Link { salt: None, ..good }, Break::HalfErased),
            (
                Link {
                    payload: None,
                    ..good
                },
                Break::HalfErased,
            ),
            (
                Link {
                    header: b"{\"commitment\":\"\"}",
                    ..good
                },
                Break::Header,
            ),
            (Link { hash: &twos, ..good }, Break::Header),
            (Link { position: 2, ..good }, Break::Missing),
            (
                Link {
                    previous_hash: &ones,
                    ..good
                },
                Break::Detached,
            ),
        ] {
            assert_eq!(follows(0, &genesis, &changed), Err(why), "{changed:?}");
        }
    }
}
