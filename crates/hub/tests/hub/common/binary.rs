//! The real `tiebreak-hub`, as typed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use super::Api;

/// A folder of its own to work in.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The binary with nothing in its environment that could change what it does.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiebreak-hub"));
        for name in [
            "DATABASE",
            "LISTEN",
            "UNDO_SECONDS",
            "KEY_FILE",
            "BEHIND_PROXY",
            "TLS_CERT",
            "TLS_KEY",
            "ALLOW_PRIVATE_WEBHOOKS",
            "WEBHOOK_PROXY",
            "LOG",
        ] {
            command.env_remove(format!("TIEBREAK_{name}"));
        }
        command.args(words).current_dir(self.path());
        command
    }

    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::of(self.command(words).output().unwrap())
    }

    /// Runs what must succeed.
    pub fn done(&self, words: &[&str]) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
        ran
    }

    /// A token of the database in this folder.
    pub fn token(&self, name: &str, roles: &[&str]) -> String {
        let mut words = vec!["token", "create", "--name", name];
        for role in roles {
            words.extend(["--role", role]);
        }
        self.done(&words).out.lines().last().unwrap().to_owned()
    }

    /// `serve` on a free port of the loopback.
    pub fn serve(&self, more: &[&str]) -> Serving {
        let mut words = vec!["serve", "--listen", "127.0.0.1:0"];
        words.extend(more);
        Serving::of(self.command(&words))
    }
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A hub in its own process; killed when dropped.
pub struct Serving {
    pub child: Child,
    pub base: String,
}

impl Serving {
    pub fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line.split_whitespace().last().unwrap_or_default().to_owned();
        assert!(
            base.starts_with("http://127.0.0.1:") || base.starts_with("https://127.0.0.1:"),
            "{line}"
        );
        Self { child, base }
    }

    pub fn api(&self, token: &str) -> Api {
        Api::new(&self.base, token)
    }

    /// As `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    pub fn terminate(&self) {
        let done = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
