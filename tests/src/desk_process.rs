//! A desk of a team's person as a process of its own (`desk_child`), which decides what it gets, and is killed and started
//! again on the same replica.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::json;
use tempfile::TempDir;

use crate::desk_harness::TestDesk;
use crate::programs::program;

pub struct DeskProcess {
    folder: Arc<TempDir>,
    queues: Vec<String>,
    /// With who reads what it says.
    running: Option<(Child, JoinHandle<Vec<Acknowledged>>)>,
    acknowledged: Vec<Acknowledged>,
}

/// What a call of the window has answered: a decision, and its case.
pub type Acknowledged = (String, String);

impl Drop for DeskProcess {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.running.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl DeskProcess {
    /// Signs in at this address and begins to decide.
    pub async fn start(base: &str, token: &str, queues: &[&str]) -> Self {
        let desk = TestDesk::fresh().await;
        let team = json!({"address": base, "token": token, "passphrase": null});
        // The way there may be a bad one.
        while let Err(error) = desk.try_call("choose_team", team.clone()).await {
            assert!(
                error.code.starts_with("hub_") || error.code == "no_hub",
                "{error}"
            );
        }
        desk.desk.close().await;
        let mut process = Self {
            folder: desk.folder.clone(),
            queues: queues.iter().map(ToString::to_string).collect(),
            running: None,
            acknowledged: Vec::new(),
        };
        process.start_again();
        process
    }

    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "it runs");
        let mut child = Command::new(program("desk_child"))
            .arg("work")
            .arg(self.folder.path())
            .args(&self.queues)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the desk starts");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reading = std::thread::spawn(move || lines.map_while(Result::ok).filter_map(decided).collect());
        self.running = Some((child, reading));
    }

    /// Ends it at once, as `kill -9` does.
    ///
    /// # Panics
    /// When it ended by itself.
    pub fn kill(&mut self) {
        let (mut child, reading) = self.running.take().expect("it runs");
        if let Some(status) = child.try_wait().unwrap() {
            panic!("a desk ended by itself: {status}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.acknowledged.extend(reading.join().unwrap());
    }

    /// Killed for good: what it acknowledged in all its runs, and its folder.
    pub fn end(mut self) -> (Vec<Acknowledged>, Arc<TempDir>) {
        if self.running.is_some() {
            self.kill();
        }
        (std::mem::take(&mut self.acknowledged), self.folder.clone())
    }
}

/// One that was cut off in the middle of its line says nothing.
fn decided(line: String) -> Option<Acknowledged> {
    let mut words = line.strip_prefix("decided ")?.strip_suffix('.')?.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}
