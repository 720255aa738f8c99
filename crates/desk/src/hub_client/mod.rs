//! The hub's HTTP API as this desk uses it. One method a request; no state but the address and the token.

mod about;
mod error;
mod export;
mod passing;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::access::ElevationRequest;
use domain::action::tool::Tools;
use domain::decision::Decision;
use domain::stats::RateItem;
use protocol::Problem;
use protocol::access::{Access, Elevation, NewSession, PersonAccess, PersonChange, Session, SignInOffer};
use protocol::hub::{
    Batch, CaseRow, CaseWhole, Change, Claim, ClaimRequest, DecisionItem, LeaseItem, Me, Page, QueueInfo,
    ReleaseReason, ReleaseRequest, RenewRequest, SourceRate, TakenBack,
};
use protocol::ipc::{AgreementArgs, StatsArgs};
use protocol::own::OwnDecision;
use protocol::policies::RegisteredTool;
use protocol::tokens::{NewToken, TokenMade};
use protocol::worklife::QueueAgreement;
use reqwest::{Method, RequestBuilder, Response, Url, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::words::json_fault;

pub use error::{HubError, Retry, sign_in_words};
pub use export::ExportError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the hub is asked to wait for changes (30 s at most), and how long we wait for it to.
const WAIT_SECONDS: u32 = 25;
const WAIT_TIMEOUT: Duration = Duration::from_secs(40);
pub const FEED_PAGE: u32 = 500;

#[derive(Clone)]
pub struct HubClient {
    http: reqwest::Client,
    base: Url,
    /// All clones have the same: signing in again reaches what runs already.
    token: Arc<RwLock<Zeroizing<String>>>,
}

/// What `/healthz` tells anybody.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Health {
    pub version: Option<String>,
}

impl HubClient {
    /// `https://…`, or `http://` on this computer only.
    ///
    /// # Errors
    /// `bad_address`, in words.
    pub fn new(address: &str, token: &str) -> Result<Self, HubError> {
        let base = read_address(address)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("tiebreak-desk/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&base) {
            // What stays on this computer never goes through a proxy.
            builder = builder.no_proxy();
        }
        if base.scheme() == "http" {
            // Nothing is encrypted, so the system's certificates needn't be read: that takes longer than opening the store.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|e| HubError::Strange(e.to_string()))?;
        Ok(Self {
            http,
            base,
            token: Arc::new(RwLock::new(Zeroizing::new(token.to_owned()))),
        })
    }

    /// From the next request on.
    pub fn set_token(&self, token: &str) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Zeroizing::new(token.to_owned());
    }

    pub fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    pub fn encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, HubError> {
        let url = self
            .base
            .join(path)
            .map_err(|e| HubError::Strange(e.to_string()))?;
        let request = self.http.request(method, url).timeout(ANSWER_TIMEOUT);
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner);
        Ok(if token.is_empty() {
            request
        } else {
            request.bearer_auth(token.as_str())
        })
    }

    fn get(&self, path: &str) -> Result<RequestBuilder, HubError> {
        self.request(Method::GET, path)
    }

    fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<RequestBuilder, HubError> {
        Ok(self.request(Method::POST, path)?.json(body))
    }

    pub async fn health(&self) -> Result<Health, HubError> {
        let response = send(self.get("healthz")?).await?;
        let text = response.text().await.map_err(broken)?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// The version the hub's machine description states.
    pub async fn openapi_version(&self) -> Result<String, HubError> {
        let description: Value = read(self.get("v1/openapi.json")?).await?;
        let version = description.pointer("/info/version").and_then(Value::as_str);
        version
            .map(str::to_owned)
            .ok_or_else(|| HubError::Strange("no version in the hub's description".into()))
    }

    pub async fn me(&self) -> Result<Me, HubError> {
        read(self.get("v1/me")?).await
    }

    pub async fn sign_in_offer(&self) -> Result<SignInOffer, HubError> {
        match read(self.get("v1/sign-in")?).await {
            // A hub from before people could sign in.
            Err(error) if error.is_missing() => Ok(SignInOffer { oidc: None }),
            answer => answer,
        }
    }

    pub async fn begin_session(&self, session: &NewSession) -> Result<Session, HubError> {
        read(self.post("v1/sessions", session)?).await
    }

    /// Signs out there; a token that isn't of a sign-in stays.
    pub async fn end_session(&self) -> Result<(), HubError> {
        send(self.request(Method::DELETE, "v1/sessions")?).await?;
        Ok(())
    }

    pub fn token(&self) -> String {
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner);
        token.as_str().to_owned()
    }

    pub async fn access(&self) -> Result<Access, HubError> {
        read(self.get("v1/access")?).await
    }

    pub async fn change_person(&self, id: &str, change: &PersonChange) -> Result<PersonAccess, HubError> {
        let path = format!("v1/people/{}", segment(id));
        read(self.request(Method::PUT, &path)?.json(change)).await
    }

    pub async fn make_token(&self, new: &NewToken) -> Result<TokenMade, HubError> {
        read(self.post("v1/tokens", new)?).await
    }

    pub async fn revoke_token(&self, id: &str) -> Result<(), HubError> {
        send(self.request(Method::DELETE, &format!("v1/tokens/{}", segment(id)))?).await?;
        Ok(())
    }

    pub async fn elevate(&self, asked: &ElevationRequest) -> Result<Elevation, HubError> {
        read(self.post("v1/elevations", asked)?).await
    }

    pub async fn end_elevation(&self, id: &str) -> Result<(), HubError> {
        send(self.request(Method::DELETE, &format!("v1/elevations/{}", segment(id)))?).await?;
        Ok(())
    }

    pub async fn queues(&self) -> Result<Vec<QueueInfo>, HubError> {
        let mut queues: Vec<QueueInfo> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let request = self
                .get("v1/queues")?
                .query(&[("limit", "500")])
                .query(&optional("after", after.as_deref()));
            let page: Page<QueueInfo> = read(request).await?;
            queues.extend(page.items);
            match page.next {
                Some(next) if after.as_ref() != Some(&next) => after = Some(next),
                _ => return Ok(queues),
            }
        }
    }

    pub async fn claim(&self, request: &ClaimRequest) -> Result<Vec<Claim>, HubError> {
        #[derive(serde::Deserialize)]
        struct Claims {
            items: Vec<Claim>,
        }
        let claims: Claims = read(self.post("v1/claims", request)?).await?;
        Ok(claims.items)
    }

    pub async fn renew(&self, tokens: Vec<String>) -> Result<Vec<LeaseItem>, HubError> {
        let batch: Batch<LeaseItem> = read(self.post("v1/claims/renew", &RenewRequest { tokens })?).await?;
        Ok(batch.items)
    }

    pub async fn release(&self, tokens: Vec<String>, reason: ReleaseReason) -> Result<(), HubError> {
        send(self.post("v1/claims/release", &ReleaseRequest { tokens, reason })?).await?;
        Ok(())
    }

    pub async fn decide(&self, decisions: &[Decision]) -> Result<Vec<DecisionItem>, HubError> {
        let batch: Batch<DecisionItem> = read(self.post("v1/decisions", &decisions)?).await?;
        Ok(batch.items)
    }

    pub async fn undo(&self, decision_id: &str, reason: Option<&str>) -> Result<TakenBack, HubError> {
        let path = format!("v1/decisions/{}/undo", segment(decision_id));
        read(self.post(&path, &json!({ "reason": reason }))?).await
    }

    pub async fn changes(
        &self,
        after: Option<&str>,
        limit: u32,
        wait: bool,
    ) -> Result<Page<Change>, HubError> {
        let mut request = self
            .get("v1/changes")?
            .query(&[("limit", limit.to_string())])
            .query(&optional("after", after));
        if wait {
            request = request
                .query(&[("wait", WAIT_SECONDS.to_string())])
                .timeout(WAIT_TIMEOUT);
        }
        read(request).await
    }

    /// A page of the person's own decisions that the hub accepted since then, newest first.
    pub async fn own_decisions(
        &self,
        since: DateTime<Utc>,
        after: Option<&str>,
    ) -> Result<Page<OwnDecision>, HubError> {
        read(
            self.get("v1/me/decisions")?
                .query(&[("since", rfc3339(since)), ("limit", "500".to_owned())])
                .query(&optional("after", after)),
        )
        .await
    }

    pub async fn case(&self, id: &str) -> Result<CaseWhole, HubError> {
        read(self.get(&format!("v1/cases/{}", segment(id)))?).await
    }

    /// None: there is no detail.
    pub async fn context_detail(&self, case_id: &str, context_id: &str) -> Result<Option<Value>, HubError> {
        let path = format!("v1/cases/{}/context/{}", segment(case_id), segment(context_id));
        let answer: Result<Value, HubError> = read(self.get(&path)?).await;
        match answer {
            Ok(mut entry) => Ok(entry
                .get_mut("detail")
                .map(Value::take)
                .filter(|detail| !detail.is_null())),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub async fn comment(&self, case_id: &str, text: &str) -> Result<(), HubError> {
        send(self.post(
            &format!("v1/cases/{}/comments", segment(case_id)),
            &json!({ "text": text }),
        )?)
        .await?;
        Ok(())
    }

    pub async fn search(&self, query: &str, after: Option<&str>) -> Result<Page<CaseRow>, HubError> {
        read(
            self.get("v1/cases")?
                .query(&[("q", query), ("limit", "50")])
                .query(&optional("after", after)),
        )
        .await
    }

    /// Of these cases those this person may see.
    pub async fn cases_by_ids(&self, ids: &[&str]) -> Result<Vec<CaseRow>, HubError> {
        items(self.get("v1/cases")?.query(&[("ids", ids.join(","))])).await
    }

    pub async fn overrides(&self, filter: &StatsArgs) -> Result<Vec<RateItem>, HubError> {
        let request = self
            .get("v1/stats/overrides")?
            .query(&optional("queue", filter.queue.as_deref()))
            .query(&optional("kind", filter.kind.map(domain::Kind::as_str)))
            .query(&optional("by", filter.by.as_deref()))
            .query(&optional("from", filter.from.map(rfc3339).as_deref()))
            .query(&optional("to", filter.to.map(rfc3339).as_deref()))
            .query(&optional("group_by", filter.group_by.as_deref()));
        items(request).await
    }

    pub async fn agreement(&self, filter: &AgreementArgs) -> Result<Vec<QueueAgreement>, HubError> {
        let request = self
            .get("v1/stats/agreement")?
            .query(&optional("queue", filter.queue.as_deref()))
            .query(&optional("from", filter.from.map(rfc3339).as_deref()))
            .query(&optional("to", filter.to.map(rfc3339).as_deref()));
        items(request).await
    }

    /// Cases that wait for this person's opinion.
    pub async fn opinions(&self) -> Result<Vec<CaseRow>, HubError> {
        items(self.get("v1/me/opinions")?).await
    }

    pub async fn tools(&self) -> Result<Tools, HubError> {
        let tools: Vec<RegisteredTool> = items(self.get("v1/tools")?).await?;
        Ok(tools.into_iter().map(|tool| (tool.name, tool.tool)).collect())
    }

    pub async fn sources(&self) -> Result<Vec<SourceRate>, HubError> {
        items(self.get("v1/stats/sources")?).await
    }
}

async fn items<T: DeserializeOwned>(request: RequestBuilder) -> Result<Vec<T>, HubError> {
    let batch: Batch<T> = read(request).await?;
    Ok(batch.items)
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

fn optional<'a>(name: &'a str, value: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    value.map(|value| (name, value)).into_iter().collect()
}

/// An id as one segment of a path.
fn segment(id: &str) -> String {
    id.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn read_address(address: &str) -> Result<Url, HubError> {
    let mut url = Url::parse(address.trim())
        .map_err(|_| HubError::Address("This isn't an address. It looks like https://hub.example.com"))?;
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(HubError::Address(
            "Only a hub on this computer may be reached without https",
        )),
        _ => Err(HubError::Address("The address starts with https://")),
    }
}

/// https, or this computer.
pub(crate) fn is_secure(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => is_loopback(&url),
        _ => false,
    })
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_matches(['[', ']']);
        bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

fn broken(error: reqwest::Error) -> HubError {
    if error.is_connect() {
        HubError::Unreached(error.without_url().to_string())
    } else {
        HubError::Broken(error.without_url().to_string())
    }
}

async fn send(request: RequestBuilder) -> Result<Response, HubError> {
    let response = request.send().await.map_err(broken)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(retry_after);
    let text = response.text().await.map_err(broken)?;
    let problem = serde_json::from_str::<Problem>(&text).ok().map(Box::new);
    match (status.as_u16(), problem) {
        (429 | 500..=599, problem) => {
            let problem = problem.unwrap_or_else(|| {
                Box::new(Problem {
                    kind: "about:blank".into(),
                    title: status.to_string(),
                    status: status.as_u16(),
                    detail: String::new(),
                    code: "hub_failed".into(),
                    pointer: None,
                    correlation_id: None,
                })
            });
            Err(HubError::Busy { problem, after })
        }
        (_, Some(problem)) => Err(HubError::Refused(problem)),
        (status, None) => Err(HubError::Strange(format!(
            "status {status} without a problem document"
        ))),
    }
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, HubError> {
    let bytes = send(request).await?.bytes().await.map_err(broken)?;
    serde_json::from_slice(&bytes).map_err(|error| HubError::Strange(json_fault(&error)))
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds.min(3600)));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    Some((at.with_timezone(&Utc) - Utc::now()).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_hub_needs_https_and_this_computer_does_not() {
        assert!(HubClient::new("https://hub.example.com", "t").is_ok());
        assert!(HubClient::new("http://127.0.0.1:4750", "t").is_ok());
        assert!(HubClient::new("http://[::1]:4750", "t").is_ok());
        assert!(HubClient::new("http://localhost:4750/", "t").is_ok());
        for bad in [
            "http://hub.example.com",
            "ftp://127.0.0.1",
            "hub.example.com",
            "http://localhost.example.com",
        ] {
            assert!(
                matches!(HubClient::new(bad, "t"), Err(HubError::Address(_))),
                "{bad}"
            );
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn an_id_is_one_segment_of_a_path() {
        assert_eq!(segment("a/b c?d"), "a%2Fb%20c%3Fd");
    }
}
