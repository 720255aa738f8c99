//! Sends one signed message to one address, once. Addresses inside the network are refused where they are connected to,
//! after the name was resolved: a name that is public when it is looked at may be private when it is used.
//!
//! With a proxy it is the proxy that resolves and connects. Refused then is what the hub sees to be private, as written or
//! by a name it resolves itself; the rest is the proxy's to refuse, so one is used only where the operator said so here.

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::webhook::{Answer, TIMEOUT_SECONDS, URL_BYTES_MAX, is_public};
use domain::{Instant, Invalid};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Url};

use super::proxy::WebhookProxy;
use crate::error::HubError;
use crate::store::webhooks::HookRow;

const CLOUD_EVENT: &str = "application/cloudevents+json; charset=utf-8";

/// Read of an answer, so that its connection can be used again; what is longer is cut off. Nothing of it is kept.
const ANSWER_BYTES: usize = 1024;

/// How long the hub looks for the address of a name that a proxy will resolve. Inside a company a name of the outside often
/// has none, and the servers that would know don't always say so. Together with the try itself it is within its lease.
const LOOK_UP: Duration = Duration::from_secs(5);

pub const PRIVATE_ADDRESS: &str = "private_address";
pub const INVALID_WEBHOOK: &str = "invalid_webhook";
/// The proxy wasn't reached, wants another user or password, or doesn't connect to there.
pub const PROXY_FAILED: &str = "proxy_failed";

/// What this process sends with.
pub struct Post {
    allow_private: bool,
    proxy: Option<WebhookProxy>,
    /// There is something new to send.
    pub wake: tokio::sync::Notify,
    /// Made on first use: reading the system's certificates takes a while, and most hubs have no webhook.
    client: OnceLock<Client>,
}

/// What came of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub answer: Answer,
    /// Why there was no answer.
    pub fault: Option<&'static str>,
}

impl Sent {
    pub const fn fault(fault: &'static str) -> Self {
        Self {
            answer: Answer::None,
            fault: Some(fault),
        }
    }

    pub const fn status(&self) -> Option<u16> {
        match self.answer {
            Answer::Status { status, .. } => Some(status),
            Answer::None => None,
        }
    }
}

impl Post {
    pub fn new(allow_private: bool, proxy: Option<WebhookProxy>) -> Self {
        Self {
            allow_private,
            proxy,
            wake: tokio::sync::Notify::new(),
            client: OnceLock::new(),
        }
    }

    /// Whether a webhook may be made for this address, as far as its text shows.
    ///
    /// # Errors
    /// `invalid_webhook`, `private_address`, pointing at `/url`.
    pub fn check(&self, text: &str) -> Result<Url, Invalid> {
        let bad = |code: &str, detail: &str| Invalid::new(code, "/url", detail);
        if text.len() > URL_BYTES_MAX {
            return Err(bad(INVALID_WEBHOOK, "at most 2048 bytes"));
        }
        let url = Url::parse(text).map_err(|e| bad(INVALID_WEBHOOK, &e.to_string()))?;
        let schemes: &[&str] = if self.allow_private {
            &["https", "http"]
        } else {
            &["https"]
        };
        if !schemes.contains(&url.scheme()) {
            return Err(bad(INVALID_WEBHOOK, "https is needed"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(bad(
                INVALID_WEBHOOK,
                "an address with credentials or a fragment isn't taken; messages are signed",
            ));
        }
        if !self.allow_private && is_private_as_written(&url) {
            return Err(bad(
                PRIVATE_ADDRESS,
                "this address isn't on the public internet; `serve --allow-private-webhooks` lets it be used",
            ));
        }
        Ok(url)
    }

    fn client(&self) -> Result<&Client, HubError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let mut builder = Client::builder()
            .user_agent(concat!("tiebreak-hub/", env!("CARGO_PKG_VERSION")))
            .timeout(Duration::from_secs(TIMEOUT_SECONDS))
            .redirect(reqwest::redirect::Policy::none())
            // Never the system's proxy, nor that of HTTPS_PROXY, which is there for signing in: it would resolve names itself,
            // and whoever set it for that hasn't thought of what webhooks could reach from where it stands.
            .no_proxy()
            .no_gzip()
            .referer(false)
            .https_only(!self.allow_private)
            .dns_resolver(Arc::new(Resolver {
                allow_private: self.allow_private,
                proxy: self.proxy.as_ref().map(|proxy| proxy.host().to_owned()),
            }));
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.of_client().map_err(HubError::broken)?);
        }
        let made = builder.build().map_err(HubError::broken)?;
        Ok(self.client.get_or_init(|| made))
    }

    /// # Errors
    /// [`HubError::Broken`] when there is no client to be had or the secret is none; nothing was sent then.
    pub async fn send(
        &self,
        hook: &HookRow,
        id: &str,
        now: Instant,
        body: Vec<u8>,
    ) -> Result<Sent, HubError> {
        // Asked again: what was allowed when it was made may not be any more. Addresses in figures are never resolved.
        let url = match self.check(&hook.url) {
            Ok(url) => url,
            Err(invalid) if invalid.code == PRIVATE_ADDRESS => return Ok(Sent::fault(PRIVATE_ADDRESS)),
            Err(_) => return Ok(Sent::fault(INVALID_WEBHOOK)),
        };
        if self.proxy.is_some() && !self.allow_private && is_private_as_resolved(&url).await {
            return Ok(Sent::fault(PRIVATE_ADDRESS));
        }
        let signature = hook.secret.sign(hook.signing, id, now.timestamp(), &body)?;
        let request = self
            .client()?
            .post(url)
            .header(CONTENT_TYPE, CLOUD_EVENT)
            .header("webhook-id", id)
            .header("webhook-timestamp", now.timestamp())
            .header("webhook-signature", signature)
            .body(body);
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Ok(Sent::fault(fault_of(&error))),
        };
        let answer = Answer::Status {
            status: response.status().as_u16(),
            retry_after_seconds: retry_after(response.headers(), now),
        };
        let mut read = 0;
        while read < ANSWER_BYTES
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read += chunk.len();
        }
        Ok(Sent { answer, fault: None })
    }
}

/// An address in figures that isn't public, or this computer by its name.
fn is_private_as_written(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = bare.trim_end_matches('.');
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| !is_public(address))
}

/// A name that has an address here which isn't public: which of its addresses a proxy takes is not for the hub to say. One
/// that has none here is known to the proxy alone.
async fn is_private_as_resolved(url: &Url) -> bool {
    let Some(name) = url.domain() else {
        return false;
    };
    match tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(mut found)) => found.any(|address| !is_public(address.ip())),
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Instant) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some((at.to_utc() - now).num_seconds().max(0))
}

fn fault_of(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(found) = cause {
        if found.is::<PrivateAddress>() {
            return PRIVATE_ADDRESS;
        }
        // Of a type that hyper-util keeps to itself.
        if found.to_string().starts_with("tunnel error") {
            return PROXY_FAILED;
        }
        cause = found.source();
    }
    if error.is_timeout() {
        "timeout"
    } else {
        "unreachable"
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name has no address on the public internet")]
struct PrivateAddress;

/// The system's, without what isn't public. It is asked for every new connection, so what is connected to was checked. The
/// proxy the operator named may be wherever they have it.
struct Resolver {
    allow_private: bool,
    proxy: Option<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private || self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if addresses.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_could_reach_inside_is_refused_however_it_is_written() {
        let post = Post::new(false, None);
        for url in [
            "https://127.0.0.1/x",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://hooks.localhost:8443/",
        ] {
            assert_eq!(post.check(url).unwrap_err().code, PRIVATE_ADDRESS, "{url}");
            assert!(Post::new(true, None).check(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_webhook_is_https_and_carries_no_credentials() {
        let post = Post::new(false, None);
        assert!(post.check("https://hooks.example.com:8443/in?team=7").is_ok());
        for url in [
            "http://hooks.example.com/",
            "ftp://hooks.example.com/",
            "https://user:word@hooks.example.com/",
            "https://hooks.example.com/#part",
            "hooks.example.com",
            "",
        ] {
            assert_eq!(post.check(url).unwrap_err().code, "invalid_webhook", "{url}");
        }
        assert!(Post::new(true, None).check("http://hooks.example.com/").is_ok());
    }

    /// The name resolves to loopback, which its text doesn't show.
    #[tokio::test]
    async fn a_name_is_judged_by_the_address_it_has_when_it_is_used() {
        let name = || "localhost".parse::<Name>().unwrap();
        let of = |allow_private, proxy: Option<&str>| Resolver {
            allow_private,
            proxy: proxy.map(str::to_owned),
        };
        for strict in [of(false, None), of(false, Some("proxy.example.com"))] {
            let error = strict.resolve(name()).await.err().expect("refused");
            assert!(error.is::<PrivateAddress>(), "{error}");
        }
        assert!(of(true, None).resolve(name()).await.is_ok());
        assert!(of(false, Some("localhost")).resolve(name()).await.is_ok());
    }

    #[tokio::test]
    async fn a_name_that_goes_to_a_proxy_is_refused_where_it_is_seen_to_be_private() {
        let refused = async |url: &str| is_private_as_resolved(&Url::parse(url).unwrap()).await;
        assert!(refused("https://localhost/x").await);
        assert!(
            !refused("https://receiver.test/x").await,
            "the proxy alone may know it"
        );
        assert!(!refused("https://8.8.8.8/x").await, "looked at as it is written");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = chrono::DateTime::parse_from_rfc3339("2015-10-21T07:27:00Z")
            .unwrap()
            .to_utc();
        let said = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(said("120"), Some(120));
        assert_eq!(said("Wed, 21 Oct 2015 07:28:00 GMT"), Some(60));
        assert_eq!(said("Wed, 21 Oct 2015 07:00:00 GMT"), Some(0));
        assert_eq!(said("soon"), None);
    }
}
