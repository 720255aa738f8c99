//! What is read from a request: strict JSON (API.md, "What JSON is taken"), batches of it, query parameters.
//!
//! What it is not: NDJSON, which is streamed (`ndjson`), and the meaning of what is read (`domain`).

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, Method, header, request::Parts};
use domain::Invalid;
use domain::case::CASE_BYTES_MAX;
use domain::invalid::segment;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use tower_http::timeout::TimeoutError;

use crate::error::HubError;

/// The largest JSON body, in bytes.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One item of a batch as it came in: its place, and its JSON or what is wrong with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// From 0; in NDJSON the line − 1.
    pub index: u64,
    pub json: Result<Value, Invalid>,
}

impl Incoming {
    /// Parses one item strictly; pointers are relative to the item.
    pub fn read(index: u64, text: &str) -> Self {
        let json = if text.len() > CASE_BYTES_MAX {
            Err(too_large(text.len()))
        } else {
            domain::json::parse(text)
        };
        Self { index, json }
    }
}

/// An item beyond the limit of one case.
pub fn too_large(bytes: usize) -> Invalid {
    Invalid::new(
        "too_large",
        "",
        format!("{bytes} bytes; one item may have {CASE_BYTES_MAX}"),
    )
}

/// A JSON body as `T`. An empty body reads as `{}`, but for `PUT`: what replaces a whole has to be said.
#[derive(Debug)]
pub struct StrictJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for StrictJson<T> {
    type Rejection = HubError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HubError> {
        let may_be_empty = request.method() != Method::PUT;
        let bytes = whole(request).await?;
        let value = if bytes.is_empty() && may_be_empty {
            Value::Object(serde_json::Map::new())
        } else {
            domain::json::parse_bytes(&bytes)?
        };
        if !value.is_object() {
            // Serde would read a list as the members in their order.
            return Err(HubError::Unprocessable(Invalid::new(
                "invalid_request",
                "",
                "an object is expected",
            )));
        }
        domain::invalid::read(&value, "invalid_request")
            .map(Self)
            .map_err(HubError::Unprocessable)
    }
}

/// One object, or an array of them: each element read on its own, so that a bad one leaves its neighbours alone.
#[derive(Debug)]
pub struct JsonBatch(pub Vec<Incoming>);

impl<S: Send + Sync> FromRequest<S> for JsonBatch {
    type Rejection = HubError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HubError> {
        let bytes = whole(request).await?;
        split(&bytes).map(Self).map_err(HubError::Invalid)
    }
}

/// Cuts a body into its items.
///
/// # Errors
/// `malformed_json`: the text as a whole can't be read.
pub fn split(bytes: &[u8]) -> Result<Vec<Incoming>, Invalid> {
    let malformed = |detail: String| Invalid::new("malformed_json", "", detail);
    let text = std::str::from_utf8(bytes).map_err(|e| malformed(e.to_string()))?;
    let items: Vec<&RawValue> = if text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::from_str(text).map(|one| vec![one])
    }
    .map_err(|e| malformed(e.to_string()))?;
    Ok((0..)
        .zip(items)
        .map(|(index, item)| Incoming::read(index, item.get()))
        .collect())
}

/// The whole body, up to [`BODY_BYTES_MAX`], when it says that it is JSON.
async fn whole(request: Request) -> Result<Bytes, HubError> {
    if !is_json(request.headers()) {
        return Err(HubError::UnsupportedMediaType {
            expected: "application/json",
        });
    }
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) {
        drain(request.into_body()).await;
        return Err(HubError::TooLarge {
            limit_bytes: BODY_BYTES_MAX,
        });
    }
    collect(request.into_body()).await
}

async fn collect(body: Body) -> Result<Bytes, HubError> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| broke_off(&error))?;
        if bytes.len() + chunk.len() > BODY_BYTES_MAX {
            drain(Body::from_stream(stream)).await;
            return Err(HubError::TooLarge {
                limit_bytes: BODY_BYTES_MAX,
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn broke_off(error: &axum::Error) -> HubError {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    if causes.any(|cause| cause.is::<TimeoutError>()) {
        return HubError::BodyTooSlow;
    }
    Invalid::new("malformed_json", "", "the body broke off").into()
}

/// How much of a refused body is still read, so that the client gets to read the answer instead of a reset connection.
const DRAIN_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;

async fn drain(body: Body) {
    let mut stream = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        seen += chunk.len();
        if seen > DRAIN_BYTES_MAX {
            return;
        }
    }
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

/// JSON by its media type; a body without any is taken as JSON too.
fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers)
        .is_none_or(|t| t == "application/json" || (t.starts_with("application/") && t.ends_with("+json")))
}

pub fn is_ndjson(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|t| {
        matches!(
            t.as_str(),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl"
        )
    })
}

/// Query parameters as `T`; one that doesn't fit is `invalid_query`, with its name as the pointer.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = HubError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HubError> {
        Ok(Self(parameters(parts.uri.query().unwrap_or_default())?))
    }
}

/// Axum's own reader does the same and keeps the place to itself.
fn parameters<T: DeserializeOwned>(query: &str) -> Result<T, Invalid> {
    let read = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(read).map_err(|error| {
        let detail = error.inner().to_string();
        // A name that is unknown or missing has no place yet: the error says it in its first quotes.
        let named = ["unknown field `", "missing field `", "duplicate field `"]
            .iter()
            .find_map(|start| detail.strip_prefix(start)?.split('`').next());
        let place = error.path().iter().next().map(ToString::to_string);
        let pointer = named.map(str::to_owned).or(place).map(|name| segment(&name));
        Invalid::new("invalid_query", pointer.unwrap_or_default(), detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it is read matters")]
    struct Asked {
        limit: Option<i64>,
        since: Option<domain::Instant>,
        to: String,
    }

    #[test]
    fn what_is_wrong_with_a_parameter_is_said_with_its_name() {
        assert!(parameters::<Asked>("to=x&limit=3").is_ok());
        for (query, pointer) in [
            ("to=x&limit=many", "/limit"),
            ("to=x&since=yesterday", "/since"),
            ("to=x&untill=3", "/untill"),
            ("to=x&a%2Fb=3", "/a~1b"),
            ("limit=3", "/to"),
            ("to=x&to=y", "/to"),
        ] {
            let invalid = parameters::<Asked>(query).unwrap_err();
            assert_eq!(
                (invalid.code.as_str(), invalid.pointer.as_str()),
                ("invalid_query", pointer),
                "{query}: {invalid}"
            );
        }
    }

    #[test]
    fn one_object_and_an_array_are_items_alike() {
        let one = split(br#" {"a":1} "#).unwrap();
        assert_eq!(
            one,
            [Incoming {
                index: 0,
                json: Ok(serde_json::json!({"a": 1}))
            }]
        );
        assert_eq!(split(br#"[{"a":1},{"a":2}]"#).unwrap().len(), 2);
        assert!(split(b"[]").unwrap().is_empty());
    }

    #[test]
    fn a_bad_element_leaves_its_neighbours_alone() {
        let items = split(br#"[{"a":1},{"x":{"a":1,"a":2}},{"n":[1,1e400]},{"t":"\ud800"},7]"#).unwrap();
        let found: Vec<_> = items
            .iter()
            .map(|item| {
                item.json
                    .as_ref()
                    .map_or_else(|e| (e.code.as_str(), e.pointer.as_str()), |_| ("", ""))
            })
            .collect();
        assert_eq!(
            found,
            [
                ("", ""),
                ("duplicate_key", "/x/a"),
                ("unsafe_number", "/n/1"),
                ("invalid_text", "/t"),
                ("", "")
            ]
        );
    }

    #[test]
    fn depth_counts_from_the_element() {
        let deep = format!("{}{}", "[".repeat(64), "]".repeat(64));
        let items = split(format!("[[{deep}],{deep}]").as_bytes()).unwrap();
        assert_eq!(items[0].json.as_ref().unwrap_err().code, "too_deep");
        assert!(items[1].json.is_ok());
    }

    #[test]
    fn text_that_is_no_json_is_a_problem_of_its_own() {
        for text in [&b"{"[..], b"", b"[1,]", b"{\"a\":1} x", b"\xff"] {
            assert_eq!(split(text).unwrap_err().code, "malformed_json");
        }
    }
}
