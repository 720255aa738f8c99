//! Sends one signed message to one address, once. Addresses inside the network are refused where they are connected to,
//! after the name was resolved: a name that is public when it is looked at may be private when it is used.

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::webhook::{Answer, TIMEOUT_SECONDS, URL_BYTES_MAX, is_public};
use domain::{Instant, Invalid};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Url};

use crate::error::HubError;
use crate::store::webhooks::HookRow;

const CLOUD_EVENT: &str = "application/cloudevents+json; charset=utf-8";

/// Read of an answer, so that its connection can be used again; what is longer is cut off. Nothing of it is kept.
const ANSWER_BYTES: usize = 1024;

pub const PRIVATE_ADDRESS: &str = "private_address";
pub const INVALID_WEBHOOK: &str = "invalid_webhook";

/// What this process sends with.
pub struct Post {
    allow_private: bool,
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
    pub fn new(allow_private: bool) -> Self {
        Self {
            allow_private,
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
        let made = Client::builder()
            .user_agent(concat!("tiebreak-hub/", env!("CARGO_PKG_VERSION")))
            .timeout(Duration::from_secs(TIMEOUT_SECONDS))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would resolve names itself, and nobody would look at the address.
            .no_proxy()
            .no_gzip()
            .referer(false)
            .https_only(!self.allow_private)
            .dns_resolver(Arc::new(Resolver {
                allow_private: self.allow_private,
            }))
            .build()
            .map_err(HubError::broken)?;
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

/// The system's, without what isn't public. It is asked for every new connection, so what is connected to was checked.
struct Resolver {
    allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
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
        let post = Post::new(false);
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
            assert!(Post::new(true).check(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_webhook_is_https_and_carries_no_credentials() {
        let post = Post::new(false);
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
        assert!(Post::new(true).check("http://hooks.example.com/").is_ok());
    }

    /// The name resolves to loopback, which its text doesn't show.
    #[tokio::test]
    async fn a_name_is_judged_by_the_address_it_has_when_it_is_used() {
        let name = || "localhost".parse::<Name>().unwrap();
        let strict = Resolver { allow_private: false };
        let error = strict.resolve(name()).await.err().expect("refused");
        assert!(error.is::<PrivateAddress>(), "{error}");
        assert!(Resolver { allow_private: true }.resolve(name()).await.is_ok());
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
