//! Signing in with a team's provider, in the person's own browser: authorization code with PKCE (RFC 7636, S256) and state,
//! redirected to this computer (RFC 8252, section 7.3), and renewed with what the provider gave for that.
//!
//! What it is not: a judge of who somebody is. The identity token goes to the hub, which verifies it.

mod loopback;

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Instant;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use protocol::WireError;
use protocol::access::OidcOffer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::host::Host;
use loopback::Loopback;

/// A person finds their password, and their phone.
const PATIENCE: Duration = Duration::from_secs(300);
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a sign-in leaves on this computer, beside the hub's token: as secret as that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub issuer: String,
    pub client_id: String,
    /// None: the provider gives none, and the person signs in again once the session ends.
    pub refresh_token: Option<String>,
    /// When the hub's session ends.
    pub expires_at: Instant,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedIn(…)")
    }
}

/// The provider's answer.
pub struct Granted {
    pub id_token: String,
    pub refresh_token: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("no browser could be opened")]
    Browser,
    #[error("nobody came back from the browser in time")]
    TimedOut,
    #[error("given up by the person")]
    Cancelled,
    #[error("the provider doesn't answer: {0}")]
    Away(String),
    /// The provider's own code (RFC 6749, sections 4.1.2.1 and 5.2).
    #[error("the provider refuses: {0}")]
    Refused(String),
    #[error("the provider's answer isn't one: {0}")]
    Strange(&'static str),
}

impl From<OidcError> for WireError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::Browser => Self::new(
                "browser_unavailable",
                "No browser could be opened on this computer",
            ),
            OidcError::TimedOut => Self::new(
                "sign_in_timed_out",
                "Nobody came back from the browser within five minutes",
            ),
            OidcError::Cancelled => Self::new("sign_in_cancelled", "Not signed in"),
            OidcError::Away(_) => Self::new(
                "provider_away",
                "The provider you sign in with doesn't answer. Try again in a moment.",
            ),
            OidcError::Refused(code) if code == "access_denied" => Self::new(
                "provider_refused",
                "You were not let in, or went back. Nothing was changed.",
            ),
            OidcError::Refused(code) => Self::new(
                "provider_refused",
                format!("The provider you sign in with refuses this ({code})"),
            ),
            OidcError::Strange(why) => Self::new(
                "provider_strange",
                format!("The provider you sign in with answers otherwise than it should: {why}"),
            ),
        }
    }
}

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Tokens = StandardTokenResponse<IdToken, BasicTokenType>;
type Provider<Auth = EndpointSet, Token = EndpointSet> = Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Auth,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// Walks the flow: opens the browser and waits for it to come back, until `cancelled`.
///
/// # Errors
/// [`OidcError`].
pub async fn walk(
    host: &dyn Host,
    offer: &OidcOffer,
    cancelled: oneshot::Receiver<()>,
) -> Result<Granted, OidcError> {
    let http = client()?;
    let discovery = discover(&http, &offer.issuer).await?;
    let listening = Loopback::bind().await.map_err(|_| OidcError::Browser)?;
    let provider = provider(&discovery, &offer.client_id)?
        .set_redirect_uri(RedirectUrl::new(listening.address()).map_err(|_| OidcError::Browser)?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = provider
        .authorize_url(CsrfToken::new_random)
        .add_scopes(offer.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("nonce", &offer.nonce);
    if offer.scopes.iter().any(|scope| scope == "offline_access") {
        // OpenID Connect Core 1.0, section 11: without it a provider ignores that scope.
        request = request.add_extra_param("prompt", "consent");
    }
    let (url, state) = request.url();
    host.open_url(url.as_str()).map_err(|()| OidcError::Browser)?;
    let came_back = tokio::select! {
        came_back = listening.comes_back(state.secret()) => came_back,
        // Given up, or the one who could give it up is gone.
        _ = cancelled => return Err(OidcError::Cancelled),
        () = tokio::time::sleep(PATIENCE) => return Err(OidcError::TimedOut),
    };
    let code = code_of(&came_back, &offer.issuer)?;
    let tokens = provider
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .map_err(failed)?;
    let granted = granted(&tokens)?;
    if nonce_of(&granted.id_token).as_deref() != Some(&offer.nonce) {
        return Err(OidcError::Strange("its answer is to another question"));
    }
    Ok(granted)
}

/// A new identity token, without the person.
///
/// # Errors
/// `Refused` where the provider took back what it gave; then only the person helps.
pub async fn refresh(signed_in: &SignedIn) -> Result<Granted, OidcError> {
    let Some(token) = &signed_in.refresh_token else {
        return Err(OidcError::Refused("no_refresh_token".to_owned()));
    };
    let http = client()?;
    let discovery = discover(&http, &signed_in.issuer).await?;
    let tokens = provider(&discovery, &signed_in.client_id)?
        .exchange_refresh_token(&RefreshToken::new(token.clone()))
        .request_async(&http)
        .await
        .map_err(failed)?;
    let mut granted = granted(&tokens)?;
    // One that isn't replaced goes on.
    granted.refresh_token = granted.refresh_token.or_else(|| Some(token.clone()));
    Ok(granted)
}

/// Trusts what the system trusts, and goes through the system's proxy or that of the environment.
fn client() -> Result<Http, OidcError> {
    let made = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("tiebreak-desk/", env!("CARGO_PKG_VERSION")))
        .build();
    made.map(Http).map_err(|error| OidcError::Away(error.to_string()))
}

fn away(error: reqwest::Error) -> OidcError {
    OidcError::Away(error.without_url().to_string())
}

async fn discover(http: &Http, issuer: &str) -> Result<Discovery, OidcError> {
    let place = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let answer = http
        .0
        .get(place)
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(away)?;
    let found: Discovery = answer.json().await.map_err(away)?;
    if found.issuer != issuer {
        return Err(OidcError::Strange("it calls itself by another name"));
    }
    for place in [&found.authorization_endpoint, &found.token_endpoint] {
        if !crate::hub_client::is_secure(place) {
            return Err(OidcError::Strange("its addresses don't lie behind https"));
        }
    }
    Ok(found)
}

fn provider(discovery: &Discovery, client_id: &str) -> Result<Provider, OidcError> {
    let bad = |_| OidcError::Strange("its addresses can't be read");
    Ok(Client::new(ClientId::new(client_id.to_owned()))
        .set_auth_uri(AuthUrl::new(discovery.authorization_endpoint.clone()).map_err(bad)?)
        .set_token_uri(TokenUrl::new(discovery.token_endpoint.clone()).map_err(bad)?)
        // A public client has no password: its name goes into the body.
        .set_auth_type(oauth2::AuthType::RequestBody))
}

/// What `oauth2` sends with: it knows an older reqwest.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = BoxFuture<'c, Result<HttpResponse, reqwest::Error>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let mut response = HttpResponse::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer.bytes().await?.to_vec();
            Ok(response)
        }
        .boxed()
    }
}

fn failed(error: RequestTokenError<reqwest::Error, BasicErrorResponse>) -> OidcError {
    match error {
        RequestTokenError::ServerResponse(said) => match said.error() {
            // "The authorization server is currently unable": not this person's matter.
            BasicErrorResponseType::Extension(code)
                if matches!(code.as_str(), "server_error" | "temporarily_unavailable") =>
            {
                OidcError::Away(code.clone())
            }
            code => OidcError::Refused(code.to_string()),
        },
        RequestTokenError::Request(error) => away(error),
        // A provider that is down says so in a page of its own.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            OidcError::Away("its answer can't be read".to_owned())
        }
    }
}

fn granted(tokens: &Tokens) -> Result<Granted, OidcError> {
    let id_token = tokens.extra_fields().id_token.clone();
    Ok(Granted {
        id_token: id_token.ok_or(OidcError::Strange("it gave no identity token"))?,
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
    })
}

/// The code that came back, of this provider (RFC 9207).
fn code_of(came_back: &HashMap<String, String>, issuer: &str) -> Result<String, OidcError> {
    if came_back.get("iss").is_some_and(|said| said != issuer) {
        return Err(OidcError::Strange("another provider answered"));
    }
    if let Some(error) = came_back.get("error") {
        let code = error.chars().filter(char::is_ascii_graphic).take(60).collect();
        return Err(OidcError::Refused(code));
    }
    came_back
        .get("code")
        .cloned()
        .ok_or(OidcError::Strange("it gave no code"))
}

/// Unverified: only whether this is the answer to our own question.
fn nonce_of(id_token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("nonce")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_code_of_another_provider_is_not_taken() {
        let of = |pairs: &[(&str, &str)]| code_of(&back(pairs), "https://idp");
        assert_eq!(of(&[("code", "c")]).unwrap(), "c");
        assert_eq!(of(&[("code", "c"), ("iss", "https://idp")]).unwrap(), "c");
        assert!(matches!(
            of(&[("code", "c"), ("iss", "https://evil")]),
            Err(OidcError::Strange(_))
        ));
        assert!(
            matches!(of(&[("error", "access_denied")]), Err(OidcError::Refused(code)) if code == "access_denied")
        );
    }

    #[test]
    fn what_a_sign_in_leaves_is_never_printed() {
        let signed_in = SignedIn {
            issuer: "https://idp".into(),
            client_id: "tiebreak".into(),
            refresh_token: Some("secret".into()),
            expires_at: Instant::UNIX_EPOCH,
        };
        assert_eq!(format!("{signed_in:?}"), "SignedIn(…)");
    }
}
