//! From the program's start to the first case on the screen, beside an empty window of the same kind, by turns.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::report::{Spread, Start};
use crate::programs::program;

/// Runs of each that count; one more of each goes before, to warm the disk's cache.
const RUNS: usize = 15;
const PATIENCE: Duration = Duration::from_secs(60);
/// A hundred thousand cases take a while to come in.
const IMPORT_PATIENCE: Duration = Duration::from_secs(1200);

/// # Errors
/// When a window doesn't paint within a minute.
pub fn measure(data: &Path, scratch: &Path) -> anyhow::Result<Start> {
    let (mut painted, mut empty) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let ours = painted_ms(
            Command::new(program("tiebreak")).arg("--data").arg(data),
            "--paint-report",
            "case",
            scratch,
        )?;
        let bare = painted_ms(&mut Command::new(program("examples/empty")), "", "empty", scratch)?;
        if run > 0 {
            painted.push(ours);
            empty.push(bare);
        }
    }
    Ok(Start {
        painted_ms: Spread::of(&painted).p50,
        empty_ms: Spread::of(&empty).p50,
    })
}

/// Starts a window, waits until its report names what was painted, ends it.
fn painted_ms(command: &mut Command, option: &str, what: &str, scratch: &Path) -> anyhow::Result<f64> {
    let report = tempfile::NamedTempFile::new_in(scratch)?;
    if !option.is_empty() {
        command.arg(option);
    }
    let mut window = Ended(
        command
            .arg(report.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let found = wait_for(report.path(), what, PATIENCE, &mut window.0)?;
    Ok(found)
}

/// Ended when dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, with no runtime to keep waiting"
)]
fn wait_for(report: &Path, what: &str, patience: Duration, window: &mut Child) -> anyhow::Result<f64> {
    let deadline = Instant::now() + patience;
    loop {
        let said = std::fs::read_to_string(report).unwrap_or_default();
        let line = said
            .lines()
            .find_map(|line| line.strip_prefix(what)?.strip_prefix(' '));
        if let Some(milliseconds) = line {
            return milliseconds
                .parse()
                .with_context(|| format!("the report says '{said}'"));
        }
        ensure!(
            Instant::now() < deadline,
            "no {what} was painted; the report says '{said}'"
        );
        ensure!(
            window.try_wait()?.is_none(),
            "the window ended before it painted a {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Makes a store on this computer and brings these cases in through the program, as a person would from the shell.
///
/// # Errors
/// When the import fails, or nothing is painted after it.
pub fn fill(data: &Path, cases: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data)?;
    let report = data.join("painted");
    let mut window = Ended(
        Command::new(program("tiebreak"))
            .arg("--data")
            .arg(data)
            .arg("--paint-report")
            .arg(&report)
            .arg("--import")
            .arg(cases)
            .env("TIEBREAK_LOG", "warn,tiebreak=info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?,
    );
    let (told, heard) = std::sync::mpsc::channel();
    let log = BufReader::new(window.0.stderr.take().context("the window's log")?);
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            if told.send(line).is_err() {
                return;
            }
        }
    });
    let deadline = Instant::now() + IMPORT_PATIENCE;
    loop {
        let line = heard
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .context("the import doesn't end")?;
        if line.contains("import.done") {
            break;
        }
        if line.contains("import.failed") {
            bail!("{line}");
        }
    }
    wait_for(&report, "case", PATIENCE, &mut window.0)?;
    Ok(())
}
