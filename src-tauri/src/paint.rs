//! When the window first painted a page and a case, since the program's start: for the log and for measuring.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

pub struct Paint {
    started: Instant,
    report: Option<PathBuf>,
    seen: Mutex<Vec<String>>,
}

impl Paint {
    pub fn new(report: Option<PathBuf>) -> Self {
        Self {
            started: Instant::now(),
            report,
            seen: Mutex::new(Vec::new()),
        }
    }

    /// Only the first paint of each sort counts.
    pub fn painted(&self, what: &str) {
        let elapsed_ms = self.started.elapsed().as_secs_f64() * 1000.0;
        let Ok(mut seen) = self.seen.lock() else { return };
        if seen.iter().any(|earlier| earlier == what) {
            return;
        }
        seen.push(what.to_owned());
        tracing::info!(what, elapsed_ms, "window.painted");
        if let Some(path) = &self.report {
            let written = std::fs::File::options()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| writeln!(file, "{what} {elapsed_ms:.1}"));
            if let Err(error) = written {
                tracing::warn!(%error, "paint.report_failed");
            }
        }
    }
}
