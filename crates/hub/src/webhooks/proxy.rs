//! The proxy webhooks go out by, where the operator named one. What it is not: the system's own proxy, see [`super::post`].

use reqwest::Url;

/// An HTTP proxy. Its URL may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookProxy(Url);

#[derive(Debug, thiserror::Error)]
#[error(
    "the webhooks' proxy isn't one: http://HOST:PORT is expected, a user and a password before the host where it asks for them"
)]
pub struct NoProxy;

impl WebhookProxy {
    /// `http://[USER:PASSWORD@]HOST[:PORT]`, or `https` for one that is spoken to by TLS; user and password percent-encoded.
    ///
    /// # Errors
    /// [`NoProxy`] for anything else. It doesn't repeat what was given.
    pub fn parse(text: &str) -> Result<Self, NoProxy> {
        let url = Url::parse(text).map_err(|_| NoProxy)?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let is_http = matches!(url.scheme(), "http" | "https");
        (is_http && is_bare && url.has_host())
            .then_some(Self(url))
            .ok_or(NoProxy)
    }

    /// What it is resolved by, or its address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// For everything a client sends: `CONNECT` for https.
    ///
    /// # Errors
    /// [`reqwest::Error`] for what it can't use.
    pub fn of_client(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        reqwest::Proxy::all(self.0.clone())
    }
}

impl std::fmt::Debug for WebhookProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebhookProxy({}://…{})", self.0.scheme(), self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_by_its_url_and_its_password_never_printed() {
        for url in [
            "http://proxy.example.com:3128",
            "http://10.0.0.1:3128/",
            "https://proxy.example.com",
            "http://ana:s%40cret@proxy.example.com:3128",
        ] {
            let proxy = WebhookProxy::parse(url).unwrap();
            assert!(proxy.of_client().is_ok(), "{url}");
            assert!(!format!("{proxy:?}").contains("cret"), "{proxy:?}");
        }
        for url in [
            "",
            "proxy.example.com:3128",
            "socks5://u:secret@proxy.example.com",
            "http://u:secret@proxy.example.com/path",
            "http://u:secret@proxy.example.com?x",
            "http://u:secret@",
        ] {
            let error = WebhookProxy::parse(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
