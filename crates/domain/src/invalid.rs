//! What is wrong with something that came in: a code, where, and a sentence.

use serde::{Deserialize, Serialize};

/// Why an input isn't taken. `pointer` is an RFC 6901 JSON pointer into what was sent; empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} at '{pointer}': {detail}")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invalid {
    pub code: String,
    pub pointer: String,
    pub detail: String,
}

impl Invalid {
    pub fn new(code: &str, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }

    /// The same fault, seen from one level further out.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }
}

/// One member name as a pointer segment: `/` and `~` escaped (RFC 6901).
pub fn segment(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Reads a typed value out of JSON; a mismatch names its place as a pointer.
///
/// # Errors
/// [`Invalid`] with the given code, the pointer of the first member that doesn't fit, and what was expected there.
pub fn read<T: serde::de::DeserializeOwned>(value: &serde_json::Value, code: &str) -> Result<T, Invalid> {
    // Keeping track of the place costs more than reading: done only once something is known to be wrong.
    T::deserialize(value).or_else(|_| read_with_place(value, code))
}

fn read_with_place<T: serde::de::DeserializeOwned>(
    value: &serde_json::Value,
    code: &str,
) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        use serde_path_to_error::Segment;
        let pointer: String = error
            .path()
            .iter()
            .map(|part| match part {
                Segment::Seq { index } => format!("/{index}"),
                Segment::Map { key } => segment(key),
                Segment::Enum { variant } => segment(variant),
                Segment::Unknown => String::new(),
            })
            .collect();
        let detail = error.inner().to_string();
        // What is missing has no place yet; its place would be below the one that lacks it.
        let missing = detail
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'));
        let pointer = pointer + &missing.map(segment).unwrap_or_default();
        Invalid::new(code, pointer, detail)
    })
}

/// `null` equals absent, also for lists and maps: `#[serde(default, deserialize_with = "null_as_default")]`.
pub fn null_as_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}
