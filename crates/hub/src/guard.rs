//! Around every route: correlation ids, problems instead of plain-text errors, caught panics, and on loopback the guard
//! against web pages (DNS rebinding, cross-site requests). No CORS anywhere: browsers have no business here.
//!
//! What it is not: authentication, which is per route (`auth`).

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header, uri::Authority};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::error::{HubError, PROBLEM_JSON, Said, problem_of, problem_response};

pub const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What a request and everything it causes is found by: the client's `X-Correlation-Id`, else its `traceparent`, else
/// one made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation(pub String);

const CORRELATION_BYTES_MAX: usize = 128;

impl Correlation {
    pub fn made_here() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    fn of(request: &Request) -> Self {
        let header = |name: &HeaderName| {
            let text = request.headers().get(name)?.to_str().ok()?.trim();
            (1..=CORRELATION_BYTES_MAX)
                .contains(&text.len())
                .then(|| Self(text.to_owned()))
        };
        header(&X_CORRELATION_ID)
            .or_else(|| header(&TRACEPARENT))
            .unwrap_or_else(Self::made_here)
    }
}

/// Why the hub doesn't begin to listen.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} can be reached from other computers, and nothing would be encrypted; give --tls-cert and --tls-key, or put a proxy with TLS before it and say --behind-proxy, or listen on 127.0.0.1"
)]
pub struct Unprotected(pub SocketAddr);

/// # Errors
/// [`Unprotected`] for an address other computers can reach, unless it has TLS of its own or a proxy is said to stand
/// before it.
pub fn may_listen(address: SocketAddr, behind_proxy: bool, tls: bool) -> Result<(), Unprotected> {
    if behind_proxy || tls || address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(Unprotected(address))
    }
}

/// Puts everything around the routes. `loopback_only`: the hub listens on loopback and no proxy stands before it.
pub fn around(router: Router, loopback_only: bool) -> Router {
    let router = router
        .fallback(async || HubError::NotFound { what: "path" })
        .layer(CatchPanicLayer::custom(panicked));
    let router = if loopback_only {
        router.layer(from_fn(only_from_here))
    } else {
        router
    };
    router.layer(from_fn(finish))
}

fn panicked(reason: Box<dyn std::any::Any + Send>) -> Response {
    let text = reason
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| reason.downcast_ref::<&str>().copied());
    HubError::broken(format!("panic: {}", text.unwrap_or("no message"))).into_response()
}

async fn only_from_here(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return HubError::forbidden("origin_refused", "requests of web pages aren't taken").into_response();
    }
    if !host_is_loopback(&request) {
        return HubError::forbidden(
            "host_refused",
            "on this computer the host must be localhost or a loopback address",
        )
        .into_response();
    }
    next.run(request).await
}

/// Every name the request gives for its host must be loopback; one must be there.
fn host_is_loopback(request: &Request) -> bool {
    let named = request.headers().get_all(header::HOST).iter().map(|value| {
        let authority = value.to_str().ok()?.parse::<Authority>().ok()?;
        Some(is_loopback(authority.host()))
    });
    let mut all = named
        .chain(request.uri().authority().map(|a| Some(is_loopback(a.host()))))
        .peekable();
    all.peek().is_some() && all.all(|found| found == Some(true))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.to_canonical().is_loopback())
}

async fn finish(mut request: Request, next: Next) -> Response {
    let correlation = Correlation::of(&request);
    request.extensions_mut().insert(correlation.clone());
    let span = tracing::info_span!("request", method = %request.method(), path = request.uri().path(), correlation_id = correlation.0);
    let started = std::time::Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let mut response = as_problem(response, &correlation).await;
    if let Ok(value) = HeaderValue::from_str(&correlation.0) {
        response.headers_mut().insert(X_CORRELATION_ID, value);
    }
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    span.in_scope(|| {
        tracing::debug!(
            status = response.status().as_u16(),
            answered_ms = started.elapsed().as_millis() as u64,
            "request.answered"
        );
    });
    response
}

/// The most that is read of a framework's plain-text error.
const PLAIN_BYTES_MAX: usize = 4096;

/// Every error leaves as a problem with its correlation id, also those the framework made.
async fn as_problem(mut response: Response, correlation: &Correlation) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let mut problem = match response.extensions_mut().remove::<Said>() {
        Some(Said(problem)) => problem,
        None => {
            let code = code_of(status);
            let plain = to_bytes(std::mem::take(response.body_mut()), PLAIN_BYTES_MAX)
                .await
                .unwrap_or_default();
            let text = if status.is_server_error() {
                String::new()
            } else {
                String::from_utf8_lossy(&plain).into_owned()
            };
            let detail = if text.trim().is_empty() {
                code.replace('_', " ")
            } else {
                text
            };
            problem_of(status, code, detail)
        }
    };
    problem.correlation_id = Some(correlation.0.clone());
    let mut said = problem_response(problem);
    for (name, value) in response.headers() {
        if !matches!(
            *name,
            header::CONTENT_TYPE | header::CONTENT_LENGTH | header::CONTENT_ENCODING
        ) {
            said.headers_mut().insert(name.clone(), value.clone());
        }
    }
    said.headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    said
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid_request",
        status if status.is_client_error() => "malformed_request",
        _ => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_by_every_name_it_has() {
        for host in [
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "[::2]",
            "0.0.0.0",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_like_any_other() {
        let router = Router::new().route(
            "/",
            axum::routing::get(async || -> &'static str { panic!("secret") }),
        );
        let request = Request::builder()
            .uri("/")
            .header(X_CORRELATION_ID, "c-1")
            .body(axum::body::Body::empty())
            .unwrap();
        let response = tower::ServiceExt::oneshot(around(router, false), request)
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), PLAIN_BYTES_MAX).await.unwrap();
        let problem: protocol::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (problem.code.as_str(), problem.correlation_id.as_deref()),
            ("internal", Some("c-1"))
        );
        assert!(!problem.detail.contains("secret"));
    }

    #[test]
    fn an_address_others_can_reach_needs_tls_or_a_proxy() {
        let open: SocketAddr = "0.0.0.0:4750".parse().unwrap();
        assert!(may_listen(open, false, false).is_err());
        assert!(may_listen(open, true, false).is_ok());
        assert!(may_listen(open, false, true).is_ok());
        assert!(may_listen("127.0.0.1:4750".parse().unwrap(), false, false).is_ok());
    }
}
