//! The raw key of the encrypted stores, and the recovery key a person can write down.
//!
//! Not where the key is kept: that is `keychain` and `passphrase`.

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Crockford's base 32: no I, L, O, U, so nothing is misread from paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY_BYTES: usize = 32;
const CHECK_BYTES: usize = 2;
const GROUP: usize = 5;

/// 32 random bytes. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct StoreKey([u8; KEY_BYTES]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("a recovery key has 55 letters and digits in groups of five")]
    Length,
    #[error("a recovery key has no such letter")]
    Letter,
    #[error("this recovery key has a typing error")]
    Checksum,
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(…)")
    }
}

impl StoreKey {
    pub fn random() -> Self {
        Self(rand::random())
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// As SQLCipher takes a raw key: `"x'<64 hex>'"`, quotes included.
    pub fn pragma(&self) -> String {
        format!("\"x'{}'\"", hex::encode(self.0))
    }

    /// Eleven groups of five: the key and a checksum of two bytes.
    pub fn recovery_key(&self) -> String {
        let mut bytes = self.0.to_vec();
        bytes.extend_from_slice(&checksum(&self.0));
        let letters = to_letters(&bytes);
        bytes.zeroize();
        letters
            .as_bytes()
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect::<Vec<_>>()
            .join("-")
    }

    /// Reads a recovery key however it is spaced and cased; O is read as 0, I and L as 1.
    ///
    /// # Errors
    /// Which of length, letters and checksum is wrong.
    pub fn from_recovery_key(text: &str) -> Result<Self, BadKey> {
        let letters: Vec<u8> = text
            .bytes()
            .filter(|b| !b.is_ascii_whitespace() && *b != b'-')
            .map(|b| match b.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            })
            .collect();
        if letters.len() != (KEY_BYTES + CHECK_BYTES).saturating_mul(8).div_ceil(5) {
            return Err(BadKey::Length);
        }
        let mut bytes = from_letters(&letters).ok_or(BadKey::Letter)?;
        let (key, check) = bytes.split_at(KEY_BYTES);
        let sound = check == checksum(key);
        let key = Self::from_bytes(key);
        bytes.zeroize();
        key.filter(|_| sound).ok_or(BadKey::Checksum)
    }
}

fn checksum(key: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::digest(key);
    [digest[0], digest[1]]
}

fn to_letters(bytes: &[u8]) -> String {
    let mut letters = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            letters.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        letters.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    letters
}

fn from_letters(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in letters {
        let value = LETTERS.iter().position(|l| l == letter)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 255).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_gives_the_key_back_however_it_is_typed() {
        let key = StoreKey::random();
        let text = key.recovery_key();
        assert_eq!(text.split('-').count(), 11);
        assert_eq!(StoreKey::from_recovery_key(&text).unwrap(), key);
        let sloppy = text
            .to_lowercase()
            .replace('-', "  ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(StoreKey::from_recovery_key(&sloppy).unwrap(), key);
    }

    #[test]
    fn a_typing_error_in_a_recovery_key_is_noticed() {
        let text = StoreKey::from_bytes(&[7; 32]).unwrap().recovery_key();
        let wrong = text.replacen(&text[..1], if text.starts_with('Z') { "Y" } else { "Z" }, 1);
        assert_eq!(StoreKey::from_recovery_key(&wrong), Err(BadKey::Checksum));
        assert_eq!(StoreKey::from_recovery_key(&text[1..]), Err(BadKey::Length));
        assert_eq!(
            StoreKey::from_recovery_key(&text.replacen(&text[..1], "U", 1)),
            Err(BadKey::Letter)
        );
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", StoreKey::random()), "StoreKey(…)");
    }
}
