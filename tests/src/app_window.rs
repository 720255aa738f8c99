//! The app in its real window, with a data folder of its own: what a person at the keyboard does with it, and what the
//! tests want to know of it afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::memory;
use crate::file_drop::drop_on;
use crate::hub_process::{Caller, HubProcess};
use crate::programs::{program, root};
use crate::webdriver::{Window, key};

/// A little over the second that a committing key is held for what can't be undone.
const HELD: Duration = Duration::from_millis(1400);
const PATIENCE: Duration = Duration::from_secs(20);

pub struct App {
    pub window: Window,
    data: TempDir,
    environment: Environment,
}

/// What the program is told beside the environment of the test.
type Environment = Vec<(String, String)>;

/// A session whose bus isn't there, and with it no keychain.
const WITHOUT_A_BUS: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");

impl App {
    /// The window on a folder where nothing is yet, handed these arguments.
    pub async fn open(arguments: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), arguments).await
    }

    /// The same on a folder that is there already.
    pub async fn open_in(data: TempDir, arguments: &[&str]) -> Self {
        Self::open_with(data, arguments, Environment::new()).await
    }

    /// The same as [`Self::open`] with this folder first on the path: what it opens addresses with is `xdg-open` there.
    pub async fn with_browser(folder: &Path) -> Self {
        let path = format!(
            "{}:{}",
            folder.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let environment = vec![("PATH".to_owned(), path)];
        Self::open_with(tempfile::tempdir().unwrap(), &[], environment).await
    }

    /// The same as [`Self::open`] where the system has no keychain.
    pub async fn without_a_keychain(arguments: &[&str]) -> Self {
        let (name, value) = WITHOUT_A_BUS;
        let environment = vec![(name.to_owned(), value.to_owned())];
        Self::open_with(tempfile::tempdir().unwrap(), arguments, environment).await
    }

    async fn open_with(data: TempDir, arguments: &[&str], environment: Environment) -> Self {
        Self {
            window: open_on(data.path(), arguments, &environment).await,
            data,
            environment,
        }
    }

    /// First run, then the sample queues on this computer, all by keyboard; a case is on the screen.
    pub async fn with_sample() -> Self {
        let app = Self::open(&[]).await;
        app.window.sees("Where are your cases?").await;
        app.window.press(&[], key::ENTER).await;
        app.past_recovery_key().await;
        app.case().await;
        app
    }

    /// First run, then this team hub, all by keyboard.
    pub async fn with_hub(hub: &HubProcess, token: &str) -> Self {
        Self::at_hub(&hub.base, token).await
    }

    /// The same at an address.
    pub async fn at_hub(address: &str, token: &str) -> Self {
        let app = Self::open(&[]).await;
        app.window.sees("Where are your cases?").await;
        app.window.press(&[], "2").await;
        app.window.type_text(address).await;
        app.window.press(&[], key::TAB).await;
        app.window.type_text(token).await;
        app.window.press(&[], key::ENTER).await;
        app.past_recovery_key().await;
        app
    }

    pub async fn past_recovery_key(&self) {
        self.window.sees("Keep this recovery key").await;
        self.window.click("button", "Go on without it").await;
        self.window.loses("Keep this recovery key").await;
    }

    /// Starts the program once more on the same data, with these arguments, and waits for that start to end.
    pub async fn start_a_second(&self, arguments: &[&str]) -> Output {
        tokio::process::Command::new(program("tiebreak"))
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .kill_on_drop(true)
            .output()
            .await
            .expect("the program starts")
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Ends the program at once, as `kill -9` does, and opens it again on the same data.
    pub async fn killed_and_opened_again(self) -> Self {
        let process = self.process();
        let Self {
            window,
            data,
            environment,
        } = self;
        let ended = Command::new("kill")
            .args(["-9", &process.to_string()])
            .status()
            .expect("kill runs");
        assert!(ended.success(), "the program is killed");
        drop(window);
        Self::open_with(data, &[], environment).await
    }

    fn process(&self) -> u32 {
        memory::find(&program("tiebreak"), self.window.driver_id()).expect("the program runs")
    }

    /// Lets no file grow from now on, as on a full disk; or lets them again.
    pub fn disk_is_full(&self, full: bool) {
        let limit = if full { "--fsize=1:" } else { "--fsize=unlimited:" };
        let set = Command::new("prlimit")
            .args(["--pid", &self.process().to_string(), limit])
            .status()
            .expect("prlimit runs");
        assert!(set.success(), "the limit is set");
    }

    /// Files dragged here from another program.
    pub fn drop_files(&self, files: &[impl AsRef<Path>]) {
        drop_on(self.process(), files);
    }

    /// Goes to a page by its address, as a link does.
    pub async fn go(&self, place: &str) {
        self.window
            .run("location.hash = arguments[0]", &[json!(place)])
            .await;
    }

    /// Loads the page anew; returns when it is the new one that answers.
    pub async fn reload(&self) {
        self.load_anew().await;
        self.case().await;
    }

    async fn load_anew(&self) {
        self.window
            .run("window.before = true; location.reload()", &[])
            .await;
        let anew = "return window.before === undefined && document.readyState === 'complete'";
        self.window.until("the page anew", anew, &[]).await;
    }

    /// Opens a queue; the id of the case on the screen.
    pub async fn queue(&self, name: &str) -> String {
        self.go(&format!("#/queues/{name}")).await;
        self.at_queue(name).await
    }

    /// Skips through a queue to the case of this name.
    pub async fn skip_to(&self, queue: &str, external_id: &str) {
        let mut id = self.queue(queue).await;
        for _ in 0..20 {
            if self.call("case", json!({"case_id": id})).await["external_id"] == external_id {
                return;
            }
            self.window.press(&[], key::RIGHT).await;
            id = self.case_after(&id).await;
        }
        panic!("no {external_id} in {queue}");
    }

    /// Opens a queue by keyboard, from the palette.
    pub async fn queue_by_key(&self, name: &str) -> String {
        self.window.press(&[key::CONTROL], "k").await;
        self.window
            .sees("nothing here decides without showing the case")
            .await;
        let words = name.replace('-', " ");
        self.window.type_text(&words).await;
        // The list has followed what was typed.
        let first = "const option = document.querySelector('[role=option]');
            return option !== null && option.textContent.toLowerCase().includes(arguments[0])";
        self.window
            .until("the queue in the palette", first, &[json!(words)])
            .await;
        self.window.press(&[], key::ENTER).await;
        self.at_queue(name).await
    }

    /// Waits until a case of this queue is on the screen; its id.
    pub async fn at_queue(&self, name: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(id) = self.shown().await
                && self.call("case", json!({"case_id": id})).await["queue"] == name
            {
                return id;
            }
            assert!(
                Instant::now() < deadline,
                "no case of {name}; the page says: {}",
                self.window.text().await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The case that was last put on the screen.
    async fn shown(&self) -> Option<String> {
        let last = "return performance.getEntriesByName('tiebreak:case').at(-1)?.detail ?? null";
        self.window.run(last, &[]).await.as_str().map(str::to_owned)
    }

    /// Waits for a case; its id.
    pub async fn case(&self) -> String {
        self.case_after("").await
    }

    /// Waits for another case than this one; its id.
    pub async fn case_after(&self, id: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.shown().await {
                Some(shown) if shown != id => return shown,
                _ => assert!(
                    Instant::now() < deadline,
                    "no other case than {id}; the page says: {}",
                    self.window.text().await
                ),
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Presses a key that decides at once; the id of the next case.
    pub async fn decide(&self, letter: &str) -> String {
        let before = self.case().await;
        self.window.press(&[], letter).await;
        self.case_after(&before).await
    }

    /// Holds `↵` for as long as what can't be undone asks for.
    pub async fn hold_enter(&self) {
        self.window.hold(&[], key::ENTER, HELD).await;
    }

    /// The same while typing.
    pub async fn hold_control_enter(&self) {
        self.window.hold(&[key::CONTROL], key::ENTER, HELD).await;
    }

    /// A call through the one door, as the page makes it.
    ///
    /// # Panics
    /// When the desk refuses.
    pub async fn call(&self, name: &str, args: Value) -> Value {
        let script = "const [call, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke('ipc', { call: { call, args } }).then((ok) => done({ ok }), (error) => done({ error }));";
        let mut answer = self.window.run_async(script, &[json!(name), args]).await;
        assert!(answer.get("error").is_none(), "{name}: {answer}");
        answer["ok"].take()
    }

    /// Whoever reads `hub.json`: an agent on this computer.
    pub fn agent(&self) -> Caller {
        let text = std::fs::read_to_string(self.data().join("hub.json"))
            .expect("hub.json is there while the app runs");
        let told: Value = serde_json::from_str(&text).expect("hub.json is JSON");
        Caller::new(
            told["address"].as_str().expect("an address"),
            told["token"].as_str().expect("a token"),
        )
    }

    /// What axe finds in the window as it is, one line a finding.
    pub async fn axe(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(axe_path()).expect("axe-core is installed (scripts/setup.sh)");
        if self.window.run("return typeof window.axe", &[]).await != json!("object") {
            // As a classic script in the page's own world; the page's policy forbids a script element.
            self.window
                .run(&format!("{axe}\nwindow.axe = window.axe ?? module.exports;"), &[])
                .await;
        }
        let found = self
            .window
            .run_async(
                // Colours are judged once they stand still.
                "const done = arguments[0];
                 const moving = () => document.getAnimations().filter((a) => Number.isFinite(a.effect.getComputedTiming().endTime));
                 Promise.allSettled(moving().map((a) => a.finished)).then(() => axe.run(document, { resultTypes: ['violations'] }).then(
                   ({ violations }) => done(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.html} ${n.any.map((a) => a.message).join('; ')}`).join(' | ')}`)),
                   (error) => done([`axe failed: ${error}`])));",
                &[],
            )
            .await;
        serde_json::from_value(found).expect("lines")
    }

    /// Light or dark, by the settings and not by a trick.
    pub async fn theme(&self, theme: &str) {
        self.set("theme", theme).await;
        self.window
            .until(
                "the theme",
                "return document.documentElement.dataset.theme === arguments[0]",
                &[json!(theme)],
            )
            .await;
    }

    /// The text's size in percent, by the settings; the window is as wide as before.
    pub async fn text_size(&self, percent: u32) {
        self.set("text_size", &percent.to_string()).await;
        let width = 1280 * 100 / percent;
        self.window
            .until(
                "the size of the text",
                "return Math.abs(innerWidth - arguments[0]) < 8",
                &[json!(width)],
            )
            .await;
    }

    async fn set(&self, name: &str, value: &str) {
        let mut settings = self.call("settings", json!({})).await;
        settings[name] = json!(value);
        self.call("set_settings", settings).await;
        // The page reads its settings when it opens.
        self.load_anew().await;
    }
}

async fn open_on(data: &Path, arguments: &[&str], environment: &Environment) -> Window {
    let folder = data.to_str().expect("the folder's name is text");
    let mut all = vec!["--data", folder];
    all.extend(arguments);
    // The web view's own storage too is of this data folder alone.
    let storage = data.join("web");
    let mut around = vec![("XDG_DATA_HOME", storage.to_str().expect("text"))];
    around.extend(
        environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    Window::open(&program("tiebreak"), &all, &around).await
}

fn axe_path() -> PathBuf {
    root().join("ui/node_modules/axe-core/axe.min.js")
}
