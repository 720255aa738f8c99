//! What is wrong with something that came in: a code, where, and a sentence.

mod named;

use named::Named;
use serde::{Deserialize, Serialize};

/// What makes a case none.
pub const INVALID_CASE: &str = "invalid_case";

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

/// Reads a typed value out of JSON; a mismatch names its place as a pointer. Structs are read by the names of their members:
/// a list isn't taken for one.
///
/// # Errors
/// [`Invalid`] with the given code, the pointer of the first member that doesn't fit, and what was expected there.
pub fn read<T: serde::de::DeserializeOwned>(value: &serde_json::Value, code: &str) -> Result<T, Invalid> {
    // Keeping track of the place costs more than reading: done only once something is known to be wrong.
    T::deserialize(Named(value)).or_else(|_| read_with_place(value, code))
}

fn read_with_place<T: serde::de::DeserializeOwned>(
    value: &serde_json::Value,
    code: &str,
) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(Named(value)).map_err(|error| {
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

impl Invalid {
    /// For a person who has the file before them: where it is and what is expected there, without a parser's names.
    pub fn in_words(&self) -> String {
        let what = expected(&self.detail);
        let steps = self
            .pointer
            .split('/')
            .skip(1)
            .map(|step| match step.parse::<usize>() {
                Ok(index) => format!("no. {}", index.saturating_add(1)),
                Err(_) => step.replace("~1", "/").replace("~0", "~"),
            });
        let place = steps.collect::<Vec<_>>().join(" › ");
        if place.is_empty() {
            what
        } else {
            format!("{place}: {}", inside(&what))
        }
    }
}

/// In the middle of a sentence: a detail begins with a capital on the wire. What is written in capitals stays so.
fn inside(what: &str) -> String {
    let mut letters = what.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => what.to_owned(),
    }
}

/// What serde says, in words; what isn't serde's stays as it is.
fn expected(detail: &str) -> String {
    let said_by_serde = [
        "Missing field `",
        "Invalid type: ",
        "Invalid value: ",
        "Unknown variant `",
        "Unknown field `",
    ];
    // On the wire a detail begins with a capital.
    let lowered = said_by_serde
        .iter()
        .any(|start| detail.starts_with(start))
        .then(|| detail[..1].to_ascii_lowercase() + &detail[1..]);
    let detail = lowered.as_deref().unwrap_or(detail);
    if detail.starts_with("missing field `") {
        return "is missing".to_owned();
    }
    for (start, found) in [("invalid type: ", 14), ("invalid value: ", 15)] {
        if let Some((is, wanted)) = detail
            .strip_prefix(start)
            .and_then(|_| detail[found..].split_once(", expected "))
        {
            return format!("{} is expected, not {}", kind(wanted), said(is));
        }
    }
    for (start, what) in [
        ("unknown variant `", "isn't known"),
        ("unknown field `", "isn't known"),
    ] {
        if let Some((name, known)) = detail
            .strip_prefix(start)
            .and_then(|rest| rest.split_once("`, expected "))
        {
            let known = known.trim_start_matches("one of ").replace('`', "");
            return format!("{name} {what}; {known} is");
        }
    }
    detail.to_owned()
}

fn kind(wanted: &str) -> &str {
    match wanted {
        "a string" | "string" => "text",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        "f64" | "f32" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        _ if wanted.starts_with("struct ") => "an object",
        other => other,
    }
}

/// What was found. Its content isn't said again: it may be long.
fn said(is: &str) -> &str {
    match is.split_once(' ').map_or(is, |(kind, _)| kind) {
        "string" => "text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "sequence" => "a list",
        "map" => "an object",
        "null" | "unit" => "nothing",
        _ => is,
    }
}

/// `null` equals absent, also for lists and maps: `#[serde(default, deserialize_with = "null_as_default")]`.
pub fn null_as_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Ids and names are unique within their list.
pub(crate) fn unique<'a>(
    ids: impl Iterator<Item = &'a str>,
    list: &str,
    member: &str,
) -> Result<(), Invalid> {
    unique_where_given(ids.map(Some), list, member)
}

/// As [`unique`], where an entry may have none.
pub(crate) fn unique_where_given<'a>(
    ids: impl Iterator<Item = Option<&'a str>>,
    list: &str,
    member: &str,
) -> Result<(), Invalid> {
    let mut seen = std::collections::HashSet::new();
    for (index, id) in ids.enumerate() {
        let Some(id) = id else { continue };
        let refused = |detail| Invalid::new(INVALID_CASE, format!("{list}/{index}{member}"), detail);
        if id.is_empty() {
            return Err(refused("empty".to_owned()));
        }
        if !seen.insert(id) {
            return Err(refused(format!("'{id}' stands here twice")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read, never looked at")]
    struct Sheet {
        title: String,
        rows: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read, never looked at")]
    struct Row {
        n: u32,
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Match,
        Conflict,
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_place_and_what_is_expected() {
        for (sheet, words) in [
            (json!({"rows": []}), "title: is missing"),
            (
                json!({"title": 4, "rows": []}),
                "title: text is expected, not a number",
            ),
            (
                json!({"title": "a", "rows": {}}),
                "rows: a list is expected, not an object",
            ),
            (
                json!({"title": "a", "rows": [{"n": -1, "kind": "match"}]}),
                "rows › no. 1 › n: a whole number from 0 on is expected, not a number",
            ),
            (
                json!({"title": "a", "rows": [{"n": 1, "kind": "macth"}]}),
                "rows › no. 1 › kind: macth isn't known; match or conflict is",
            ),
            (
                json!({"title": "a", "rows": null}),
                "rows: a list is expected, not nothing",
            ),
        ] {
            assert_eq!(read::<Sheet>(&sheet, "x").unwrap_err().in_words(), words);
        }
        assert_eq!(
            Invalid::new("x", "/a", "Missing field `a`").in_words(),
            "a: is missing"
        );
        assert_eq!(
            Invalid::new("x", "/a", "Two of them").in_words(),
            "a: two of them"
        );
        assert_eq!(
            Invalid::new("x", "/a", "JSON is expected").in_words(),
            "a: JSON is expected"
        );
        assert_eq!(Invalid::new("x", "", "two of them").in_words(), "two of them");
    }
}
