//! Signing in: with the provider in the person's browser, or again for the hub a store already belongs to; how a
//! session goes on without the person stands in `renewal`. Everything that is here stays, the outbox too.

use domain::policy::Person;
use protocol::WireError;
use protocol::access::{NewSession, OidcOffer};
use protocol::hub::Me;
use protocol::ipc::{BrowserSignIn, Chosen, Done, Mode, SignIn};
use reqwest::Url;

use crate::desk::Desk;
use crate::hub_client::{HubClient, HubError};
use crate::keeping::{keep_signed_in, keep_token, signed_in};
use crate::oidc::{self, SignedIn};
use crate::open_desk::OpenDesk;
use crate::replica::ReplicaError;

impl Desk {
    /// At a hub that is given, to begin with; else again at the one of the open store.
    pub(crate) async fn browser_sign_in(&self, args: BrowserSignIn) -> Result<Chosen, WireError> {
        let address = match &args.address {
            Some(address) => address.clone(),
            None => team(&*self.opened().await?)?.address().to_owned(),
        };
        let hub = HubClient::new(&address, "")?;
        let offer = hub.sign_in_offer().await?.oidc.ok_or_else(|| {
            WireError::new("sign_in_not_offered", "This hub takes tokens alone; ask for one")
        })?;
        let cancelled = self.wait_for_browser();
        let granted = oidc::walk(&**self.host(), &offer, cancelled).await?;
        let signed_in = begin(&hub, &offer, granted).await?;
        match args.address {
            Some(_) => {
                self.join_team(&hub, Some(&signed_in), args.passphrase.as_deref())
                    .await
            }
            None => {
                let open = self.opened().await?;
                take(&open, &hub, Some(&signed_in)).await?;
                Ok(Chosen { recovery_key: None })
            }
        }
    }
}

/// From the provider's word to the hub's token, which the client then holds.
async fn begin(hub: &HubClient, offer: &OidcOffer, granted: oidc::Granted) -> Result<SignedIn, HubError> {
    let session = NewSession {
        id_token: granted.id_token,
        previous: None,
    };
    let session = hub.begin_session(&session).await?;
    hub.set_token(&session.token);
    Ok(SignedIn {
        issuer: offer.issuer.clone(),
        client_id: offer.client_id.clone(),
        refresh_token: granted.refresh_token,
        expires_at: session.expires_at,
    })
}

fn team(open: &OpenDesk) -> Result<&HubClient, WireError> {
    match open.mode {
        Mode::Team => Ok(&open.hub),
        Mode::Solo => Err(WireError::new(
            "not_here",
            "On this computer nobody needs to sign in",
        )),
    }
}

/// With a new token.
///
/// # Errors
/// `other_hub`, `other_person`: what waits here would go out under a wrong name. What the hub refuses the token with.
pub async fn again(open: &OpenDesk, args: &SignIn) -> Result<Done, WireError> {
    let hub = HubClient::new(team(open)?.address(), args.token.trim())?;
    take(open, &hub, None).await
}

/// The store goes on with what this client holds, if it is the same person at the same hub.
async fn take(open: &OpenDesk, hub: &HubClient, signed_in: Option<&SignedIn>) -> Result<Done, WireError> {
    let me = hub.me().await.map_err(refused)?;
    if open
        .replica
        .hub_id()
        .await?
        .is_some_and(|known| known != me.hub_id)
    {
        return Err(WireError::new(
            "other_hub",
            "Another hub answers at this address. Nothing was sent to it.",
        ));
    }
    let known = open.person();
    if !known.id.is_empty() && known.id != me.id {
        let words = format!(
            "You signed in as {}. What waits here is decided by {}: sign in as them, or sign out first.",
            me.name, known.name
        );
        return Err(WireError::new("other_person", words));
    }
    let token = hub.token();
    keep_token(&open.options, &open.replica, &token).await?;
    if let Some(signed_in) = signed_in {
        keep_signed_in(&open.options, &open.replica, signed_in).await?;
        remember(open, signed_in);
    }
    open.hub.set_token(&token);
    {
        let mut state = open.status.lock();
        (state.greeted_at, state.provider_away) = (None, false);
    }
    open.status.wake_at_once();
    Ok(Done {})
}

/// What the store knows of how its person signs in.
pub async fn recall(open: &OpenDesk) -> Result<(), ReplicaError> {
    if let Some(signed_in) = signed_in(&open.options, &open.replica).await? {
        remember(open, &signed_in);
    }
    Ok(())
}

pub(crate) fn remember(open: &OpenDesk, signed_in: &SignedIn) {
    open.set_provider(Some(host_of(&signed_in.issuer)));
    let renews = signed_in.refresh_token.is_some();
    open.status.lock().session_until = Some(signed_in.expires_at).filter(|_| renews);
}

pub fn host_of(issuer: &str) -> String {
    Url::parse(issuer)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| issuer.to_owned())
}

/// The hub says what is wrong with a token for programs; a person has typed this one.
pub fn refused(error: HubError) -> WireError {
    if error.is_sign_in() {
        return WireError::new(error.code(), "The hub doesn't take this token");
    }
    error.into()
}

pub fn person_of(me: Me) -> Person {
    Person {
        id: me.id,
        name: me.name,
        roles: me.roles,
        queues: me.queues,
    }
}
