//! Whether the hub lives, whether it is ready, and what it counts: `/healthz`, `/readyz`, `/metrics`.
//!
//! Counts of requests are this process's own; what is counted of cases and feeds is read from the database.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::Hub;
use crate::caller::Caller;
use crate::error::HubError;
use crate::store::{probe, queues, sequencer, webhooks};

/// Upper bounds in seconds.
const BUCKETS: [f64; 7] = [0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0];

/// A hub that can't write within this isn't ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Positions are given within the second.
const PENDING_SECONDS_MAX: i64 = 10;

#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, String, u16), Times>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Times {
    n: u64,
    seconds: f64,
    buckets: [u64; BUCKETS.len()],
}

impl Metrics {
    fn count(&self, method: &str, path: &str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests
            .entry((method.to_owned(), path.to_owned(), status))
            .or_default();
        times.n += 1;
        times.seconds += seconds;
        for (bucket, bound) in times.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        head(out, "tiebreak_requests_total", "counter", "Requests answered.")?;
        for ((method, path, status), times) in requests.iter() {
            writeln!(
                out,
                "tiebreak_requests_total{{method=\"{method}\",path=\"{path}\",status=\"{status}\"}} {}",
                times.n
            )?;
        }
        head(
            out,
            "tiebreak_request_seconds",
            "histogram",
            "Time until the answer began.",
        )?;
        for ((method, path, status), times) in requests.iter() {
            let labels = format!("method=\"{method}\",path=\"{path}\",status=\"{status}\"");
            for (bucket, bound) in times.buckets.iter().zip(BUCKETS) {
                writeln!(
                    out,
                    "tiebreak_request_seconds_bucket{{{labels},le=\"{bound}\"}} {bucket}"
                )?;
            }
            writeln!(
                out,
                "tiebreak_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}",
                times.n
            )?;
            writeln!(out, "tiebreak_request_seconds_sum{{{labels}}} {}", times.seconds)?;
            writeln!(out, "tiebreak_request_seconds_count{{{labels}}} {}", times.n)?;
        }
        Ok(())
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// Counts every request under its route; what has none is one of them, so that scanners make no series.
pub async fn count(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = request.method().to_string();
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    hub.metrics
        .count(&method, &path, response.status().as_u16(), started.elapsed());
    response
}

/// How the hub is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: String,
    pub version: String,
}

impl Health {
    fn ok() -> Self {
        Self {
            status: "ok".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "hub", responses((status = 200, body = Health)))]
pub async fn healthz() -> Json<Health> {
    Json(Health::ok())
}

/// The hub can do its work: its migrations are in, its database took a write just now, and what is committed gets its
/// place in feeds and audit. One that is stopping isn't ready.
#[utoipa::path(get, path = "/readyz", tag = "hub", responses((status = 200, body = Health)))]
pub async fn readyz(State(hub): State<Hub>) -> Result<Json<Health>, HubError> {
    if hub.stopping.is_cancelled() {
        return Err(not_ready("stopping", "the hub is stopping"));
    }
    let written = tokio::time::timeout(READY_WITHIN, write_probe(&hub)).await;
    written.map_err(|_| HubError::busy())??;
    sequenced(&hub).await?;
    Ok(Json(Health::ok()))
}

fn not_ready(code: &'static str, detail: &str) -> HubError {
    HubError::Unavailable {
        code,
        detail: detail.to_owned(),
        retry_after_seconds: 1,
    }
}

/// Something old without a position isn't stuck yet: all hubs may have been away. So it is given one now, if that can be
/// done.
async fn sequenced(hub: &Hub) -> Result<(), HubError> {
    if pending_seconds(hub).await? > PENDING_SECONDS_MAX {
        // What it finds out is whether there is still something old; why it failed was logged by who sequences always.
        let _ = tokio::time::timeout(READY_WITHIN, hub.store.sequence()).await;
        if pending_seconds(hub).await? > PENDING_SECONDS_MAX {
            let detail = "what is committed gets no place in feeds and audit";
            return Err(not_ready("sequencer_stuck", detail));
        }
    }
    Ok(())
}

/// How long the oldest committed row waits for its position.
async fn pending_seconds(hub: &Hub) -> Result<i64, HubError> {
    let since = sequencer::pending_since(&mut *hub.store.reader().await?).await?;
    Ok(since.map_or(0, |since| (hub.now() - since).num_seconds().max(0)))
}

async fn write_probe(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.begin().await?;
    probe::write(&mut tx, hub.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Counts in the Prometheus text format; any token may read them.
#[utoipa::path(get, path = "/metrics", tag = "hub", responses((status = 200, body = String, content_type = "text/plain; version=0.0.4")))]
pub async fn metrics(State(hub): State<Hub>, _: Caller) -> Result<Response, HubError> {
    let pending = pending_seconds(&hub).await?;
    let mut conn = hub.store.reader().await?;
    let cases = queues::counts(&mut conn).await?;
    let positions = [
        ("changes", sequencer::last(&mut conn, sequencer::EVENTS).await?),
        (
            "decisions",
            sequencer::last(&mut conn, sequencer::DECISIONS).await?,
        ),
        ("labels", sequencer::last(&mut conn, sequencer::LABELS).await?),
    ];
    let deliveries = webhooks::counts(&mut conn).await?;
    let mut out = String::new();
    write_stored(&mut out, &cases, positions)
        .and_then(|()| write_pending(&mut out, pending))
        .and_then(|()| write_deliveries(&mut out, &deliveries))
        .and_then(|()| hub.metrics.write(&mut out))
        .map_err(HubError::broken)?;
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        out,
    )
        .into_response())
}

fn write_stored(
    out: &mut String,
    cases: &BTreeMap<(String, domain::outcome::CaseState), u64>,
    positions: [(&str, i64); 3],
) -> std::fmt::Result {
    head(out, "tiebreak_cases", "gauge", "Cases by queue and state.")?;
    for ((queue, state), n) in cases {
        writeln!(
            out,
            "tiebreak_cases{{queue=\"{}\",state=\"{}\"}} {n}",
            escaped(queue),
            state.as_str()
        )?;
    }
    head(
        out,
        "tiebreak_feed_position",
        "gauge",
        "Position of the newest row of each feed.",
    )?;
    for (feed, position) in positions {
        writeln!(out, "tiebreak_feed_position{{feed=\"{feed}\"}} {position}")?;
    }
    Ok(())
}

fn write_pending(out: &mut String, seconds: i64) -> std::fmt::Result {
    head(
        out,
        "tiebreak_pending_seconds",
        "gauge",
        "Age of the oldest committed row without a position.",
    )?;
    writeln!(out, "tiebreak_pending_seconds {seconds}")
}

fn write_deliveries(out: &mut String, counts: &webhooks::Counts) -> std::fmt::Result {
    head(
        out,
        "tiebreak_webhook_deliveries",
        "gauge",
        "Deliveries of webhooks that wait or were given up.",
    )?;
    for ((webhook, state), n) in counts {
        writeln!(
            out,
            "tiebreak_webhook_deliveries{{webhook=\"{}\",state=\"{}\"}} {n}",
            escaped(webhook),
            state.as_str()
        )?;
    }
    Ok(())
}

/// A label's value as the format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queues_name_cannot_break_a_line() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }

    #[test]
    fn buckets_add_up() {
        let metrics = Metrics::default();
        metrics.count("GET", "/v1/me", 200, Duration::from_millis(1));
        metrics.count("GET", "/v1/me", 200, Duration::from_secs(1));
        let mut out = String::new();
        metrics.write(&mut out).unwrap();
        assert!(
            out.contains("tiebreak_requests_total{method=\"GET\",path=\"/v1/me\",status=\"200\"} 2"),
            "{out}"
        );
        assert!(
            out.contains("le=\"0.5\"} 1") && out.contains("le=\"2.5\"} 2") && out.contains("le=\"+Inf\"} 2"),
            "{out}"
        );
    }
}
