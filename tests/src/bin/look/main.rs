//! Pictures of every workbench and page of the real window at 1280×800, light and dark, into `target/look`: for people
//! to hold against the design. It judges nothing.
//!
//! Data: the real queues beside the repository when they are there; else the sample queues. For what is on this computer
//! `CASES` (JSONL files, separated by blanks) or `SPLINK` (a folder) say otherwise. `LOOK` names what to make, of
//! `solo groups access keys team hub`; all, when it isn't given.

mod access;
mod data;
mod day;
mod groups;
mod hub;
mod keys;
mod solo;
mod team;

use std::path::PathBuf;
use std::time::Duration;

use tiebreak_tests::app_window::App;
use tiebreak_tests::programs::root;

/// Fonts, bars and the desk's word on a draft have come by then.
const SETTLE: Duration = Duration::from_millis(600);
const THEMES: [&str; 2] = ["light", "dark"];

#[tokio::main]
async fn main() {
    let look = Look {
        folder: root().join("target/look"),
    };
    std::fs::create_dir_all(&look.folder).unwrap();
    let asked = std::env::var("LOOK").unwrap_or_default();
    let wanted = |part: &str| asked.is_empty() || asked.split_whitespace().any(|word| word == part);
    if wanted("keys") {
        keys::pictures(&look, &day::Day::begun().await).await;
    }
    if wanted("team") || wanted("hub") {
        let day = day::Day::begun().await;
        if wanted("team") {
            team::pictures(&look, &day).await;
        }
        if wanted("hub") {
            hub::pictures(&look, &day).await;
        }
    }
    if wanted("access") {
        access::pictures(&look).await;
    }
    if wanted("groups") {
        groups::pictures(&look).await;
    }
    if wanted("solo") {
        solo::pictures(&look).await;
    }
    println!("Pictures: {}", look.folder.display());
}

struct Look {
    folder: PathBuf,
}

impl Look {
    async fn settle(&self) {
        tokio::time::sleep(SETTLE).await;
    }

    async fn at(&self, app: &App, name: &str) {
        self.settle().await;
        app.window
            .screenshot(&self.folder.join(format!("{name}.png")))
            .await;
    }
}
