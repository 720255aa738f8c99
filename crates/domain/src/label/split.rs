//! Which labels train and which test: decided by the entity, so that no trainer sees an entity it is tested on.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::Case;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Split {
    Train,
    Test,
}

impl Split {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Train, Self::Test]
            .into_iter()
            .find(|split| split.as_str() == name)
    }
}

/// Four in five train. SHA-256 over the UTF-8 bytes of the system (none: nothing), one zero byte, and the record's
/// id; its first eight bytes as a big-endian number; a multiple of 5 is test, all else train. The zero byte can't
/// stand in either text (U+0000 isn't taken), so no two records share their bytes.
pub fn split_of(system: Option<&str>, id: &str) -> Split {
    let digest = Sha256::new()
        .chain_update(system.unwrap_or_default())
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let number = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    if number.is_multiple_of(5) {
        Split::Test
    } else {
        Split::Train
    }
}

/// The pair's split when both records have the same; a pair across the two is in neither.
pub fn split_of_pair(left: (Option<&str>, &str), right: (Option<&str>, &str)) -> Option<Split> {
    let split = split_of(left.0, left.1);
    (split == split_of(right.0, right.1)).then_some(split)
}

/// By the id of what the case is about, without a system; where there is none by the case's source and external id.
pub(super) fn split_of_case(case: &Case, about: Option<&str>) -> Split {
    match about.filter(|id| !id.is_empty()) {
        Some(id) => split_of(None, id),
        None => split_of(case.envelope.source.as_deref(), &case.envelope.external_id),
    }
}
