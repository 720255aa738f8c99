//! The window, driven through WebKitWebDriver: as much of the W3C WebDriver protocol as the tests need.
//! Waiting is done here, by asking again until the page says so; tests never sleep.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// W3C WebDriver's name for an element reference.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE: Duration = Duration::from_secs(20);

/// Keys by their W3C code points.
pub mod key {
    pub const ENTER: &str = "\u{E007}";
    pub const ESCAPE: &str = "\u{E00C}";
    pub const BACKSPACE: &str = "\u{E003}";
    pub const TAB: &str = "\u{E004}";
    pub const SPACE: &str = "\u{E00D}";
    pub const CONTROL: &str = "\u{E009}";
    pub const ALT: &str = "\u{E00A}";
    pub const SHIFT: &str = "\u{E008}";
    pub const LEFT: &str = "\u{E012}";
    pub const UP: &str = "\u{E013}";
    pub const RIGHT: &str = "\u{E014}";
    pub const DOWN: &str = "\u{E015}";
}

/// A driver process and one session of the program in it. Both end when this is dropped.
pub struct Window {
    driver: Child,
    http: reqwest::Client,
    base: String,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

impl Window {
    /// Starts the program under the driver. The program inherits this process's environment and the given one.
    pub async fn open(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": arguments},
        }}});
        let deadline = Instant::now() + PATIENCE * 3;
        let mut window = Self::driven(environment);
        let session = loop {
            // Where the program ended before the driver had it, the driver would wait for it for ever.
            match tokio::time::timeout(PATIENCE, window.post("/session", &capabilities)).await {
                Ok(Ok(session)) => break session,
                _ if Instant::now() > deadline => panic!("the window doesn't open"),
                Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(_) => window = Self::driven(environment),
            }
        };
        let id = session["sessionId"].as_str().expect("a session id").to_owned();
        window.base = format!("{}/session/{id}", window.base);
        window
    }

    /// A driver without a session.
    fn driven(environment: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            // What Tauri reads to let itself be driven.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed (scripts/setup.sh)");
        Self {
            driver,
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE * 3)
                .build()
                .unwrap(),
            base: format!("http://127.0.0.1:{port}"),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.answer(self.http.post(format!("{}{path}", self.base)).json(body))
            .await
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let response = request.send().await?;
        let ok = response.status().is_success();
        let mut body: Value = response.json().await?;
        let value = body["value"].take();
        if ok {
            Ok(value)
        } else {
            Err(anyhow::anyhow!("{value}"))
        }
    }

    /// The driver's process; the program is a child of it.
    pub fn driver_id(&self) -> u32 {
        self.driver.id()
    }

    /// Ends the session in order: the program closes its window and may finish its work.
    pub async fn close(self) {
        self.http.delete(&self.base).send().await.ok();
    }

    /// The value of a script's `return`.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": arguments}))
            .await
            .expect("the script runs")
    }

    /// The value a script hands to its last argument, a callback.
    pub async fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/async", &json!({"script": script, "args": arguments}))
            .await
            .expect("the script runs")
    }

    /// Presses and releases one key; modifiers (from [`key`]) are held around it.
    pub async fn press(&self, modifiers: &[&str], key: &str) {
        let mut actions: Vec<Value> = modifiers
            .iter()
            .map(|m| json!({"type": "keyDown", "value": m}))
            .collect();
        actions.push(json!({"type": "keyDown", "value": key}));
        actions.push(json!({"type": "keyUp", "value": key}));
        actions.extend(
            modifiers
                .iter()
                .rev()
                .map(|m| json!({"type": "keyUp", "value": m})),
        );
        self.keys(actions).await;
    }

    /// Holds one key for a time; modifiers (from [`key`]) are held around it.
    pub async fn hold(&self, modifiers: &[&str], key: &str, held: Duration) {
        let milliseconds = u64::try_from(held.as_millis()).unwrap();
        let mut actions: Vec<Value> = modifiers
            .iter()
            .map(|m| json!({"type": "keyDown", "value": m}))
            .collect();
        actions.push(json!({"type": "keyDown", "value": key}));
        actions.push(json!({"type": "pause", "duration": milliseconds}));
        actions.push(json!({"type": "keyUp", "value": key}));
        actions.extend(
            modifiers
                .iter()
                .rev()
                .map(|m| json!({"type": "keyUp", "value": m})),
        );
        self.keys(actions).await;
    }

    /// Types text into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        let actions = text
            .chars()
            .flat_map(|c| {
                [
                    json!({"type": "keyDown", "value": c.to_string()}),
                    json!({"type": "keyUp", "value": c.to_string()}),
                ]
            })
            .collect();
        self.keys(actions).await;
    }

    async fn keys(&self, actions: Vec<Value>) {
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.post("/actions", &body).await.expect("keys reach the window");
    }

    /// Clicks the first element of this role and accessible name, once it is there and stands still: a click goes to a
    /// place, and a banner that leaves just then moves what was there.
    pub async fn click(&self, role: &str, name: &str) {
        let mut element = self.element(role, name).await;
        let mut place = self.place(&element).await;
        loop {
            tokio::time::sleep(Duration::from_millis(120)).await;
            let again = self.element(role, name).await;
            let now = self.place(&again).await;
            if now.is_some() && (&again, &now) == (&element, &place) {
                break;
            }
            (element, place) = (again, now);
        }
        self.post(&format!("/element/{element}/click"), &json!({}))
            .await
            .expect("the element takes a click");
    }

    /// As [`Self::click`], for what may go by itself just now: then nothing is done.
    pub async fn click_if_there(&self, role: &str, name: &str) {
        if let Some(element) = self.find(role, name).await {
            drop(self.post(&format!("/element/{element}/click"), &json!({})).await);
        }
    }

    /// Drags with the mouse from the middle of what one selector names to the middle of what another does, and lets go.
    pub async fn drag(&self, from: &str, to: &str) {
        self.carry(from, to).await;
        self.let_go().await;
    }

    /// The same without letting go. The second is looked for when the first is in the hand: it may not be there before.
    pub async fn carry(&self, from: &str, to: &str) {
        let (x, y) = self.middle(from).await;
        let press = json!({"type": "pointerDown", "button": 0});
        self.mouse(vec![move_to(x, y), press, move_to(x + 9, y + 3)])
            .await;
        self.go_on(to).await;
    }

    /// Moves what is in the hand on.
    pub async fn go_on(&self, to: &str) {
        let (x, y) = self.middle(to).await;
        self.mouse(vec![move_to(x, y)]).await;
    }

    pub async fn let_go(&self) {
        self.mouse(vec![json!({"type": "pointerUp", "button": 0})]).await;
    }

    async fn mouse(&self, actions: Vec<Value>) {
        let mouse = json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions});
        self.post("/actions", &json!({"actions": [mouse]}))
            .await
            .expect("the mouse reaches the window");
    }

    /// Waits for what a selector names on the screen; its middle, in pixels of the page.
    async fn middle(&self, selector: &str) -> (i64, i64) {
        let there = "return document.querySelector(`:is(${arguments[0]}):not([inert] *)`) !== null";
        self.until(selector, there, &[json!(selector)]).await;
        let script = "const at = document.querySelector(`:is(${arguments[0]}):not([inert] *)`).getBoundingClientRect();
            return [Math.round(at.x + at.width / 2), Math.round(at.y + at.height / 2)]";
        let middle = self.run(script, &[json!(selector)]).await;
        serde_json::from_value(middle).expect("two numbers")
    }

    /// Where an element is; none when it is gone.
    async fn place(&self, element: &str) -> Option<Value> {
        let script =
            "const at = arguments[0].getBoundingClientRect(); return [at.x, at.y, at.width, at.height]";
        let argument = json!({"element-6066-11e4-a52e-4f735466cecf": element});
        self.post("/execute/sync", &json!({"script": script, "args": [argument]}))
            .await
            .ok()
    }

    /// Waits for an element by role and accessible name, as WebKit itself computes them; returns its id.
    pub async fn element(&self, role: &str, name: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.find(role, name).await {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "no {role} named '{name}'; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An element by role and accessible name, if it is there now.
    pub async fn find(&self, role: &str, name: &str) -> Option<String> {
        let tags = match role {
            "button" => "button, [role=button]",
            "link" => "a, [role=link]",
            "textbox" => "input, textarea, [role=textbox], [contenteditable=true]",
            "checkbox" => "input[type=checkbox], [role=checkbox]",
            "radio" => "input[type=radio], [role=radio]",
            "heading" => "h1, h2, h3, h4, [role=heading]",
            other => return self.find_in(&format!("[role={other}], {other}"), name).await,
        };
        self.find_in(tags, name).await
    }

    async fn find_in(&self, tags: &str, name: &str) -> Option<String> {
        // The next case waits beside the one on the screen and is nothing anybody could reach.
        let within_reach = format!(":is({tags}):not([inert] *)");
        let found = self
            .post(
                "/elements",
                &json!({"using": "css selector", "value": within_reach}),
            )
            .await
            .ok()?;
        for element in found.as_array()? {
            let id = element[ELEMENT].as_str()?;
            let label = self.get(&format!("/element/{id}/computedlabel")).await.ok();
            if label
                .as_ref()
                .and_then(Value::as_str)
                .is_some_and(|l| l.trim() == name)
            {
                return Some(id.to_owned());
            }
        }
        None
    }

    /// All text the window shows.
    pub async fn text(&self) -> String {
        self.run("return document.body.innerText", &[])
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the page's text contains this. A space that doesn't break counts as a space.
    pub async fn sees(&self, words: &str) {
        let script =
            r"return document.body.innerText.replaceAll(/[\u00a0\u202f]/g, ' ').includes(arguments[0])";
        self.until(&format!("'{words}' on the page"), script, &[json!(words)])
            .await;
    }

    /// Waits until the main part of the page, without sidebar and context, contains this.
    pub async fn main_sees(&self, words: &str) {
        let script = r"return (document.querySelector('main')?.innerText ?? '').replaceAll(/[\u00a0\u202f]/g, ' ').includes(arguments[0])";
        self.until(&format!("'{words}' in the main part"), script, &[json!(words)])
            .await;
    }

    /// Waits until the page's text no longer contains this.
    pub async fn loses(&self, words: &str) {
        self.until(
            &format!("'{words}' gone"),
            "return !document.body.innerText.includes(arguments[0])",
            &[json!(words)],
        )
        .await;
    }

    /// Waits until a script returns true.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) {
        let deadline = Instant::now() + PATIENCE;
        while self.run(script, arguments).await != json!(true) {
            assert!(
                Instant::now() < deadline,
                "waited in vain for {what}; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// A PNG of the page, written to a file.
    pub async fn screenshot(&self, path: &Path) {
        let encoded = self.get("/screenshot").await.expect("a screenshot");
        let page = decode_base64(encoded.as_str().expect("base64"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, page).unwrap();
    }
}

fn move_to(x: i64, y: i64) -> Value {
    json!({"type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y})
}

/// RFC 4648 base64, as WebDriver sends pictures.
fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).collect();
    digits
        .chunks(4)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .enumerate()
                .fold(0, |bits, (i, d)| bits | d << (18 - 6 * i));
            bits.to_be_bytes()[1..chunk.len()].to_vec()
        })
        .collect()
}
