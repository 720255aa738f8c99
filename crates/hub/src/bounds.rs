//! What one token, one address, one connection and one request may take: how often, how long, how many at once.
//!
//! Kept in memory, so per hub: several hubs before one database allow several times as much. What it is not: who may do
//! what (`scopes`), and how large a body may be (`body`).

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{Method, request::Parts};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;
use tower_http::timeout::TimeoutBody;

use crate::Hub;
use crate::error::HubError;

/// Far beyond what a desk or an importer asks for; there to stop a loop gone wild.
const PER_SECOND: NonZeroU32 = one_and(4999);
const BURST: NonZeroU32 = one_and(19_999);
const AT_ONCE: NonZeroU32 = one_and(511);

/// Tokens that aren't taken, from one address.
const FAILURES_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
const FAILURES_BURST: NonZeroU32 = one_and(99);

const fn one_and(more: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(more)
}

/// Long polls cost a little memory each, and nothing else until there is news.
const WAITING_AT_ONCE: usize = 10_000;

/// Entries of one limit before those are dropped that limit nothing any longer.
const ENTRIES: usize = 10_000;

/// When a hub that has too much to do is worth another try.
const OVERLOADED_RETRY_SECONDS: u32 = 2;

/// What `tiebreak-hub.toml` may say under `[limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Of one token, sustained; and how many at once after a pause.
    pub requests_per_second: NonZeroU32,
    pub burst: NonZeroU32,
    /// Requests worked on at once, without those that wait for news.
    pub requests_at_once: NonZeroU32,
    /// A connection on which no request has come in whole by then is closed, also one that is only kept open. More than
    /// the minute after which proxies let go of theirs.
    pub header_seconds: NonZeroU32,
    /// A body of which nothing more has come for so long is given up.
    pub body_seconds: NonZeroU32,
    /// From a request to the beginning of its answer.
    pub request_seconds: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: PER_SECOND,
            burst: BURST,
            requests_at_once: AT_ONCE,
            header_seconds: one_and(74),
            body_seconds: one_and(29),
            request_seconds: one_and(59),
        }
    }
}

/// A token bucket in one number, the instant at which it is full again (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug, Clone, Copy)]
struct Rate {
    interval: Duration,
    burst: Duration,
}

impl Rate {
    fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let interval = Duration::from_secs(1) / per_second.get();
        Self {
            interval,
            burst: interval * burst.get(),
        }
    }

    /// How long until there is room for one more; none: there is.
    fn wait(self, full_at: Instant, now: Instant) -> Option<Duration> {
        let after = full_at.max(now) + self.interval;
        let over = after.saturating_duration_since(now + self.burst);
        (!over.is_zero()).then_some(over)
    }
}

/// One rate for each of many.
#[derive(Debug)]
struct Buckets<K> {
    rate: Rate,
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    fn has_room(&self, key: &K, now: Instant) -> Result<(), HubError> {
        let full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = full_at.get(key).and_then(|full_at| self.rate.wait(*full_at, now));
        wait.map_or(Ok(()), |wait| Err(too_many(wait)))
    }

    fn take(&self, key: K, now: Instant) -> Result<(), HubError> {
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ENTRIES {
            all.retain(|_, full_at| *full_at > now);
        }
        let full_at = all.entry(key).or_insert(now);
        if let Some(wait) = self.rate.wait(*full_at, now) {
            return Err(too_many(wait));
        }
        *full_at = (*full_at).max(now) + self.rate.interval;
        Ok(())
    }

    fn knows(&self, key: &K) -> bool {
        self.full_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(key)
    }

    fn forget(&self, key: &K) {
        self.full_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }
}

fn too_many(wait: Duration) -> HubError {
    // Rounded up: asked again a moment too early, it would be refused again.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HubError::TooMany {
        retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
    }
}

/// The limits of this hub, and how far they are used.
#[derive(Debug)]
pub struct Bounds {
    limits: Limits,
    /// By the token's hash.
    tokens: Buckets<String>,
    failures: Buckets<IpAddr>,
    working: Semaphore,
    waiting: Semaphore,
}

impl Bounds {
    pub fn new(limits: Limits) -> Self {
        let at_once = usize::try_from(limits.requests_at_once.get()).unwrap_or(usize::MAX);
        Self {
            limits,
            tokens: Buckets::new(Rate::new(limits.requests_per_second, limits.burst)),
            failures: Buckets::new(Rate::new(FAILURES_PER_SECOND, FAILURES_BURST)),
            working: Semaphore::new(at_once.min(Semaphore::MAX_PERMITS)),
            waiting: Semaphore::new(WAITING_AT_ONCE),
        }
    }

    /// How long a connection has for the head of its next request.
    pub fn header(&self) -> Duration {
        Duration::from_secs(self.limits.header_seconds.get().into())
    }

    /// Before a token is looked up: from where too many weren't taken, only those are looked up that were taken here
    /// before. Others behind the same address go on working.
    ///
    /// # Errors
    /// [`HubError::TooMany`].
    pub fn before_looking_up(&self, from: Option<IpAddr>, token_hash: &String) -> Result<(), HubError> {
        match from {
            Some(from) if !self.tokens.knows(token_hash) => self.failures.has_room(&from, Instant::now()),
            _ => Ok(()),
        }
    }

    /// A token wasn't taken.
    pub fn failed(&self, from: Option<IpAddr>, token_hash: &String) {
        self.tokens.forget(token_hash);
        if let Some(from) = from {
            // Refused from the next request on; this one gets to know what is wrong with its token.
            let _ = self.failures.take(from, Instant::now());
        }
    }

    /// One more request of this token.
    ///
    /// # Errors
    /// [`HubError::TooMany`].
    pub fn request(&self, token_hash: String) -> Result<(), HubError> {
        self.tokens.take(token_hash, Instant::now())
    }
}

/// Where a request comes from. A proxy that is said to be there puts the address it was called from at the end of
/// `X-Forwarded-For`; what stands before that anybody can write.
pub fn from(parts: &Parts, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = || {
        let last = parts.headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip());
    let from = if behind_proxy {
        forwarded().or_else(peer)
    } else {
        peer()
    };
    from.map(network)
}

/// Of IPv6 the /64: whoever has one address there has them all.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// Keeps a request within its time and the hub within what it can do at once. The hub's own pages are always answered:
/// who looks after it needs them most when it has too much to do.
pub async fn hold(State(hub): State<Hub>, request: Request, next: Next) -> Result<Response, HubError> {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str)
        .to_owned();
    if !path.starts_with("/v1/") {
        return Ok(next.run(request).await);
    }
    let bounds = &hub.bounds;
    let room = if waits(&request) {
        &bounds.waiting
    } else {
        &bounds.working
    };
    let _held = room.try_acquire().map_err(|_| overloaded())?;
    let slow = Duration::from_secs(bounds.limits.body_seconds.get().into());
    let answer = next.run(request.map(|body| Body::new(TimeoutBody::new(slow, body))));
    // A manifest reads all there is.
    if path.starts_with("/v1/exports/") {
        return Ok(answer.await);
    }
    let limit = bounds.limits.request_seconds.get();
    tokio::time::timeout(Duration::from_secs(limit.into()), answer)
        .await
        .map_err(|_| too_slow(limit.into()))
}

/// Given up. What isn't committed is undone; a computer that is gone without a word would never answer.
pub fn too_slow(seconds: u64) -> HubError {
    HubError::Unavailable {
        code: "too_slow",
        detail: format!("this took longer than {seconds} seconds and was given up; send it again"),
        retry_after_seconds: OVERLOADED_RETRY_SECONDS,
    }
}

/// A step of the hub's own work: the next one begins anew.
const STEP_SECONDS: u64 = 30;

/// The step, as long as it may take.
///
/// # Errors
/// Those of the step; `too_slow`.
pub async fn step<T>(step: impl Future<Output = Result<T, HubError>>) -> Result<T, HubError> {
    tokio::time::timeout(Duration::from_secs(STEP_SECONDS), step)
        .await
        .unwrap_or_else(|_| Err(too_slow(STEP_SECONDS)))
}

/// A task of its own, as long as a step may take: a panic in it is an error like any other, and doesn't end releasing. It ends with who
/// waits for it.
pub(crate) async fn apart<T: Send + 'static>(
    task: impl Future<Output = Result<T, HubError>> + Send + 'static,
) -> Result<T, HubError> {
    step(async {
        AbortOnDropHandle::new(tokio::spawn(task))
            .await
            .map_err(HubError::broken)?
    })
    .await
}

/// Whether it waits for news: at most 30 seconds, so within its time.
fn waits(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    request.method() == Method::GET && query.split('&').any(|pair| pair.starts_with("wait="))
}

fn overloaded() -> HubError {
    HubError::Unavailable {
        code: "overloaded",
        detail: "the hub has too much to do at once; nothing was changed".to_owned(),
        retry_after_seconds: OVERLOADED_RETRY_SECONDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_a_task_is_an_error_like_any_other() {
        let nothing: Vec<u8> = Vec::new();
        let error = apart(async move {
            let _ = nothing[0];
            Ok(())
        })
        .await
        .unwrap_err();
        assert_eq!(error.code(), "internal");
    }

    fn rate(per_second: u32, burst: u32) -> Buckets<&'static str> {
        Buckets::new(Rate::new(
            per_second.try_into().unwrap(),
            burst.try_into().unwrap(),
        ))
    }

    fn after(taken: Result<(), HubError>) -> Option<u32> {
        taken.err().and_then(|refused| refused.retry_after_seconds())
    }

    #[test]
    fn a_burst_is_taken_and_then_one_for_each_interval() {
        let (buckets, start) = (rate(2, 3), Instant::now());
        for _ in 0..3 {
            buckets.take("t", start).unwrap();
        }
        assert_eq!(after(buckets.take("t", start)), Some(1));
        buckets.take("other", start).unwrap();
        let later = start + Duration::from_millis(500);
        buckets.take("t", later).unwrap();
        assert_eq!(after(buckets.take("t", later)), Some(1));
        let rested = start + Duration::from_secs(60);
        for _ in 0..3 {
            buckets.take("t", rested).unwrap();
        }
        assert_eq!(
            after(buckets.take("t", rested)),
            Some(1),
            "no more than a burst is saved"
        );
    }

    #[test]
    fn a_refused_request_costs_nothing() {
        let (buckets, start) = (rate(1, 1), Instant::now());
        buckets.take("t", start).unwrap();
        for _ in 0..50 {
            assert_eq!(after(buckets.take("t", start)), Some(1));
        }
        buckets.take("t", start + Duration::from_secs(1)).unwrap();
    }

    #[test]
    fn who_has_a_token_that_is_known_goes_on_behind_an_address_that_guesses() {
        let bounds = Bounds::new(Limits::default());
        let (from, good, bad) = (Some([192, 0, 2, 1].into()), "good".to_owned(), "bad".to_owned());
        bounds.request(good.clone()).unwrap();
        for _ in 0..FAILURES_BURST.get() {
            bounds.before_looking_up(from, &bad).unwrap();
            bounds.failed(from, &bad);
        }
        assert!(after(bounds.before_looking_up(from, &bad)).is_some());
        assert!(bounds.before_looking_up(from, &good).is_ok());
        assert!(
            bounds
                .before_looking_up(Some([192, 0, 2, 2].into()), &bad)
                .is_ok()
        );
        bounds.failed(from, &good);
        assert!(
            bounds.before_looking_up(from, &good).is_err(),
            "revoked, it is one of them"
        );
    }

    #[test]
    fn behind_a_proxy_the_address_is_the_last_it_was_given() {
        let of = |forwarded: &str, behind_proxy: bool| {
            let mut request = axum::http::Request::new(());
            let peer: SocketAddr = "10.0.0.1:5".parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            request
                .headers_mut()
                .insert("x-forwarded-for", forwarded.parse().unwrap());
            from(&request.into_parts().0, behind_proxy).unwrap().to_string()
        };
        assert_eq!(of("192.0.2.9, 192.0.2.1", true), "192.0.2.1");
        assert_eq!(of("192.0.2.9", false), "10.0.0.1");
        assert_eq!(of("nonsense", true), "10.0.0.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6", true), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1", true), "192.0.2.1");
    }
}
