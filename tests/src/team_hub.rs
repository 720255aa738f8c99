//! A team's hub inside this process, with a provider to sign in with and a clock that can be moved.

use domain::policy::Role;
use hub::access::NewToken;
use hub::oidc::OidcSettings;
use hub::{Clock, Hub, HubOptions};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::hub_process::Caller;
use crate::provider::Provider;

/// Ends with this value.
pub struct TeamHub {
    pub hub: Hub,
    pub base: String,
    pub clock: Clock,
    _stop: oneshot::Sender<()>,
    _folder: TempDir,
}

/// `[oidc]` as somebody would write it for this provider.
pub fn settings(provider: &Provider, more: Value) -> OidcSettings {
    let mut said = json!({
        "issuer": provider.issuer, "client_id": "tiebreak",
        "scopes": ["openid", "profile", "groups", "offline_access"],
    });
    for (name, value) in more.as_object().unwrap() {
        said[name] = value.clone();
    }
    serde_json::from_value(said).unwrap()
}

impl TeamHub {
    /// Decisions are released as they are accepted.
    pub async fn start(oidc: Option<OidcSettings>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = HubOptions::new(format!("sqlite:{}", folder.path().join("hub.db").display()));
        let clock = Clock::system();
        (options.undo_seconds, options.oidc, options.clock) = (0, oidc, clock.clone());
        let hub = Hub::open(options).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = hub::serve(listener, hub.clone(), async {
            stopped.await.ok();
        });
        tokio::spawn(serving);
        Self {
            hub,
            base,
            clock,
            _stop: stop,
            _folder: folder,
        }
    }

    pub async fn caller(&self, name: &str, role: Role) -> Caller {
        let made = self
            .hub
            .create_token(NewToken {
                name: name.to_owned(),
                roles: vec![role],
                ..NewToken::default()
            })
            .await
            .unwrap();
        Caller::new(&self.base, &made.token)
    }

    /// The person with this name, as an admin reads them.
    pub async fn person(&self, admin: &Caller, name: &str) -> Value {
        let access = admin.get("/v1/access").await;
        let found = access["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|person| person["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {access}")).clone()
    }

    /// Gives a person this and nothing else.
    pub async fn give(&self, admin: &Caller, name: &str, mut what: Value) -> (StatusCode, Value) {
        let person = self.person(admin, name).await;
        what["version"] = person["version"].clone();
        let path = format!("/v1/people/{}", person["id"].as_str().unwrap());
        let answer = admin
            .request(reqwest::Method::PUT, &path)
            .json(&what)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}
