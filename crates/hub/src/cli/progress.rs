//! How far a command has come: a bar on a terminal, nothing of the kind in a pipe. Sentences go to standard error,
//! past the bar.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// `what` is counted.
    pub fn begin(what: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self {
                bar: ProgressBar::hidden(),
            };
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} {msg} in {elapsed}, {per_sec}")
        {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self { bar }
    }

    pub fn step(&self) {
        self.bar.inc(1);
    }

    pub fn say(&self, sentence: &str) {
        // A reader that went away doesn't stop the work.
        self.bar.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{sentence}");
        });
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
