//! A PostgreSQL that belongs to one test, which may kill it at any moment and start it again where it was.
//!
//! What it commits is on disk when it says so (`fsync` and `synchronous_commit` on); after a kill it recovers from its
//! log. What it is not: the server scripts/postgres.sh starts for all tests; from there only its programs are used.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct OwnPostgres {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        self.kill();
    }
}

impl OwnPostgres {
    /// None, said loudly, where there is no PostgreSQL to start.
    ///
    /// # Panics
    /// In CI without one: there nothing is left out.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "CI tests on PostgreSQL: run it by scripts/postgres.sh"
            );
            eprintln!(
                "SKIPPED on PostgreSQL: its programs aren't in the PATH (scripts/postgres.sh puts them there)"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let server = Self {
            folder,
            programs,
            port,
        };
        if is_root() {
            server.succeeds(Command::new("chown").arg("postgres").arg(server.folder.path()));
        }
        let words = [
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
        ];
        server.succeeds(
            server
                .command("initdb")
                .args(words)
                .arg("--locale=C.UTF-8")
                .arg("-D")
                .arg(server.data()),
        );
        server.start_again();
        Some(server)
    }

    /// Of its one database.
    pub fn database(&self) -> String {
        Self::database_at(self.port)
    }

    /// The same by another way to it.
    pub fn database_at(port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends all its processes at once, as when the power goes but for what the disk itself would lose.
    #[expect(
        clippy::disallowed_methods,
        reason = "also asked for by Drop; who asks in a test says that it blocks"
    )]
    pub fn kill(&self) {
        let Some(main) = self.main_process() else {
            return;
        };
        let mut all = vec![main];
        all.extend(children_of(main));
        let ids: Vec<String> = all.iter().map(u32::to_string).collect();
        // Some may have ended by themselves meanwhile.
        let _ = Command::new("kill").arg("-9").args(&ids).output();
        let deadline = Instant::now() + PATIENCE;
        while all.iter().any(|id| runs(*id)) {
            assert!(Instant::now() < deadline, "{ids:?} don't end");
            std::thread::sleep(Duration::from_millis(10));
        }
        // Ended, but not yet looked after by its parent, it would seem to run to the next that starts.
        std::fs::remove_file(self.lock()).ok();
    }

    /// Recovers, and takes connections when this returns.
    pub fn start_again(&self) {
        // No socket file: its lock would stay after a kill.
        let options = format!(
            "-p {} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=100 -c fsync=on -c synchronous_commit=on",
            self.port
        );
        let mut command = self.command("pg_ctl");
        command
            .arg("-D")
            .arg(self.data())
            .arg("-w")
            .arg("-l")
            .arg(self.log());
        // Its output is the server's too, and would be waited for.
        let started = command
            .args(["-o", &options, "start"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(
            started.success(),
            "{}",
            std::fs::read_to_string(self.log()).unwrap_or_default()
        );
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn lock(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    fn main_process(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.lock()).ok()?;
        text.lines().next()?.trim().parse().ok().filter(|id| runs(*id))
    }

    /// The server refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }

    fn succeeds(&self, command: &mut Command) -> Output {
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }
}

fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// State and parent, of /proc: what stands after the name, which may hold anything.
fn status_of(process: &Path) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(process.join("stat")).ok()?;
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}

fn runs(id: u32) -> bool {
    status_of(&Path::new("/proc").join(id.to_string())).is_some_and(|(state, _)| state != "Z")
}

fn children_of(parent: u32) -> Vec<u32> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let id = path.file_name()?.to_str()?.parse().ok()?;
            (status_of(&path)?.1 == parent).then_some(id)
        })
        .collect()
}
