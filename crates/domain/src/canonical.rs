//! The canonical form (RFC 8785) and the hashes over it. Values as received, never re-made from typed structs.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use crate::invalid::Invalid;

/// RFC 8785 (JSON Canonicalization Scheme) bytes of a value.
///
/// Written here, with a library for fractions and another for what is rare: it takes half the time of a whole ingest otherwise.
/// A property test holds ours against the library's.
///
/// # Errors
/// `unsafe_number` for a number the scheme can't write; the strict reader in [`crate::json`] lets none in.
pub fn canonical(value: &Value) -> Result<Vec<u8>, Invalid> {
    let mut out = Vec::with_capacity(1024);
    write(value, &mut out).map_err(|e| Invalid::new("unsafe_number", "", e.to_string()))?;
    Ok(out)
}

/// Whole numbers a double holds exactly are written as they are (RFC 8785, 3.2.2.3).
const SAFE_INTEGER: u64 = (1 << 53) - 1;

fn write(value: &Value, out: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        // The escapes of serde_json are those of RFC 8785, 3.2.2.2.
        Value::String(text) => serde_json::to_writer(out, text)?,
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => write_members(members, out)?,
    }
    Ok(())
}

fn write_number(number: &Number, out: &mut Vec<u8>) -> serde_json::Result<()> {
    if let Some(whole) = number.as_i64().filter(|n| n.unsigned_abs() <= SAFE_INTEGER) {
        return serde_json::to_writer(out, &whole);
    }
    match number.as_f64() {
        // As ECMAScript writes it (RFC 8785, 3.2.2.3).
        Some(fraction) if number.is_f64() && fraction.is_finite() => {
            out.extend_from_slice(ryu_js::Buffer::new().format_finite(fraction).as_bytes());
        }
        _ => out.extend_from_slice(&serde_json_canonicalizer::to_vec(number)?),
    }
    Ok(())
}

/// Sorted by the UTF-16 code units of their names (RFC 8785, 3.2.3).
fn write_members(members: &Map<String, Value>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| by_code_units(a, b));
    out.push(b'{');
    for (index, (name, member)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, name)?;
        out.push(b':');
        write(member, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// UTF-8 sorts like UTF-16 unless characters from U+E000 on are about: their first byte is 0xEE or more.
fn by_code_units(a: &str, b: &str) -> Ordering {
    if a.bytes().chain(b.bytes()).all(|byte| byte < 0xEE) {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

/// `"sha256:"` and the hex SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// SHA-256 of the canonical form: equal for equal JSON, whatever the order of its members.
///
/// # Errors
/// As [`canonical`].
pub fn hash_of(value: &Value) -> Result<String, Invalid> {
    Ok(sha256(&canonical(value)?))
}

/// What a decision is bound to: the hash of what was on the screen (API.md, "What is signed").
///
/// `case` is the case as received, after `source` and `revision` were filled in. Absent or null `title`, `subject`,
/// `context` and members of a context entry are left out; `links` of an identity match too: the machine's view is
/// shown or withheld by policy, never signed.
///
/// # Errors
/// As [`canonical`].
pub fn content_hash(case: &Value) -> Result<String, Invalid> {
    let mut out = Vec::with_capacity(1024);
    signed(case)
        .write(&mut out)
        .map_err(|e| Invalid::new("unsafe_number", "", e.to_string()))?;
    Ok(sha256(&out))
}

/// The members that are signed, before canonicalisation.
pub fn signed_content(case: &Value) -> Value {
    signed(case).into_value()
}

/// What is written of a case, out of its own parts: it can be large, so it isn't copied to be hashed.
enum Part<'a> {
    /// As it stands.
    Value(&'a Value),
    Version,
    Members(Vec<(&'a str, Self)>),
    Elements(Vec<Self>),
}

impl Part<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Version => Value::from(1),
            Self::Members(members) => members
                .into_iter()
                .map(|(name, member)| (name.to_owned(), member.into_value()))
                .collect::<Map<_, _>>()
                .into(),
            Self::Elements(elements) => elements.into_iter().map(Self::into_value).collect(),
        }
    }

    fn write(self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        match self {
            Self::Value(value) => write(value, out)?,
            Self::Version => out.push(b'1'),
            Self::Members(mut members) => {
                members.sort_unstable_by(|(a, _), (b, _)| by_code_units(a, b));
                out.push(b'{');
                for (index, (name, member)) in members.into_iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    serde_json::to_writer(&mut *out, name)?;
                    out.push(b':');
                    member.write(out)?;
                }
                out.push(b'}');
            }
            Self::Elements(elements) => {
                out.push(b'[');
                for (index, element) in elements.into_iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    element.write(out)?;
                }
                out.push(b']');
            }
        }
        Ok(())
    }
}

fn signed(case: &Value) -> Part<'_> {
    let mut members = vec![("v", Part::Version)];
    for name in ["source", "external_id", "revision", "kind"] {
        members.push((name, Part::Value(case.get(name).unwrap_or(&Value::Null))));
    }
    for name in ["title", "subject"] {
        if let Some(value) = present(case, name) {
            members.push((name, Part::Value(value)));
        }
    }
    if let Some(Value::Array(entries)) = present(case, "context") {
        members.push((
            "context",
            Part::Elements(entries.iter().map(signed_context).collect()),
        ));
    }
    let is_match = case.get("kind").and_then(Value::as_str) == Some("identity_match");
    let body = match case.get("body").unwrap_or(&Value::Null) {
        Value::Object(body) if is_match => Part::Members(
            body.iter()
                .filter(|(name, _)| *name != "links")
                .map(|(name, member)| (name.as_str(), Part::Value(member)))
                .collect(),
        ),
        other => Part::Value(other),
    };
    members.push(("body", body));
    Part::Members(members)
}

fn signed_context(entry: &Value) -> Part<'_> {
    Part::Members(
        ["id", "title", "summary", "system", "read_at"]
            .into_iter()
            .filter_map(|name| Some((name, Part::Value(present(entry, name)?))))
            .collect(),
    )
}

fn present<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).filter(|member| !member.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let text = "[a-c\u{0}-\u{1f}\"\\\\\u{7f}é\u{e000}-\u{ffff}\u{10000}-\u{10ffff}]{0,4}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1000_i64..1000).prop_map(Value::from),
            any::<f64>()
                .prop_filter("JSON has neither", |n| n.is_finite())
                .prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(text, inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_an_independent_writer_writes(value in any_json()) {
            let theirs = serde_json_canonicalizer::to_vec(&value).unwrap();
            prop_assert_eq!(String::from_utf8(canonical(&value).unwrap()).unwrap(), String::from_utf8(theirs).unwrap());
        }
    }

    #[test]
    fn the_example_of_rfc_8785_is_written_as_there() {
        let text = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            String::from_utf8(canonical(&value).unwrap()).unwrap(),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
    }
}
