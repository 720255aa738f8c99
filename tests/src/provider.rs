//! The real OpenID provider of `tests/oidc` as its own process, and a browser for it: one that keeps cookies, follows where
//! it is sent and fills in the forms it finds.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method, Response, Url, header, redirect};
use serde_json::{Value, json};

use crate::programs::root;

/// Ends with this value.
pub struct Provider {
    process: Child,
    pub issuer: String,
    client: Client,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Provider {
    /// # Panics
    /// Without its packages: `scripts/setup.sh test` installs them.
    pub fn start() -> Self {
        let folder = root().join("tests/oidc");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the provider isn't installed: scripts/setup.sh test"
        );
        let mut process = Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        // It says a few things about itself first.
        let issuer = lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with("http://127.0.0.1:"))
            .expect("the provider says where it is");
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            issuer,
            client: client(),
        }
    }

    async fn operate(&self, what: &str, body: &Value) -> Value {
        let place = format!("{}/test/{what}", self.issuer);
        let answer = self.client.post(place).json(body).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    /// New signing keys; the old ones are gone.
    pub async fn rotate(&self) {
        self.operate("rotate", &json!({})).await;
    }

    pub async fn set_away(&self, away: bool) {
        self.operate("away", &json!({ "away": away })).await;
    }

    /// Takes back all it gave for this account.
    pub async fn revoke(&self, account: &str) {
        self.operate("revoke", &json!({ "account": account })).await;
    }

    /// An identity token as asked for: `{"claims": {…}}`, `"foreign": true` for a key nobody knows.
    pub async fn sign(&self, what: &Value) -> String {
        let made = self.operate("sign", what).await;
        made["id_token"].as_str().unwrap().to_owned()
    }
}

fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// A person at a browser.
pub struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            client: client(),
            cookies: BTreeMap::new(),
        }
    }
}

impl Browser {
    async fn send(&mut self, method: Method, url: &Url, form: Option<&str>) -> Response {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .client
            .request(method, url.clone())
            .header(header::COOKIE, cookies.join("; "));
        if let Some(form) = form {
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_owned());
        }
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = set
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    /// Opens an address of the provider, logs in under this account and agrees, until the browser is sent away from there:
    /// the page it ends on.
    ///
    /// # Panics
    /// When it doesn't get there.
    pub async fn sign_in(&mut self, address: &str, account: &str) -> String {
        let mut at: Url = address.parse().unwrap();
        let provider = at.port();
        let mut form: Option<String> = None;
        for _ in 0..20 {
            let method = if form.is_some() { Method::POST } else { Method::GET };
            let response = self.send(method, &at, form.take().as_deref()).await;
            if let Some(to) = response.headers().get(header::LOCATION) {
                at = at.join(to.to_str().unwrap()).unwrap();
                continue;
            }
            let page = response.text().await.unwrap();
            if at.port() != provider {
                return page;
            }
            form = Some(if page.contains("name=\"login\"") {
                format!("prompt=login&login={}&password=any", account.replace('+', "%2B"))
            } else {
                assert!(
                    page.contains("value=\"consent\""),
                    "a page nobody expected: {page}"
                );
                "prompt=consent".to_owned()
            });
        }
        panic!("the provider sends the browser round and round");
    }
}
