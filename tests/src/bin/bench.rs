//! `make bench`: measures everything, writes `target/bench/report.json`, prints a table.
//! With `hub`, `start` or `next` it measures that part alone and only prints; with `team` it writes that part anew.

use std::collections::BTreeMap;
use std::path::Path;

use tiebreak_tests::bench::report::{self, P95, Report, Spread};
use tiebreak_tests::bench::{cases, disk, hub, next, start, team};
use tiebreak_tests::programs;

const SMALL: u64 = 1_000;
const LARGE: u64 = 100_000;
/// In a team's queue, unless TIEBREAK_BENCH_CASES says another number.
const TEAM: u64 = 1_000_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = programs::root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    // On the disk the report goes to, so that all is measured on one disk.
    let scratch = tempfile::tempdir_in(&folder)?;
    match std::env::args().nth(1).as_deref() {
        None => everything(&folder, scratch.path()).await,
        Some("hub") => {
            let lines = lines(scratch.path(), LARGE)?;
            println!("{:#?}", hub::measure(scratch.path(), &lines, LARGE).await?);
            Ok(())
        }
        Some("start") => {
            let data = filled(scratch.path(), SMALL)?;
            println!("{:#?}", start::measure(&data, scratch.path())?);
            Ok(())
        }
        Some("next") => {
            let open = std::env::args().nth(2).map_or(Ok(SMALL), |text| text.parse())?;
            let data = filled(scratch.path(), open)?;
            println!("{:#?}", next::measure(&data).await?);
            Ok(())
        }
        Some("team") => {
            let figures = team::measure(scratch.path(), team_cases()?).await?;
            let path = folder.join("report.json");
            report::write_part(&path, "team", &figures)?;
            print!("\n{}\n{}\n", figures.table(), path.display());
            Ok(())
        }
        Some(other) => anyhow::bail!("there is no part {other}: hub, start, next, team"),
    }
}

fn team_cases() -> anyhow::Result<u64> {
    std::env::var("TIEBREAK_BENCH_CASES").map_or(Ok(TEAM), |text| Ok(text.parse()?))
}

async fn everything(folder: &Path, scratch: &Path) -> anyhow::Result<()> {
    say("The hub: a hundred thousand cases in, claims out");
    let lines = lines(scratch, LARGE)?;
    let hub = hub::measure(scratch, &lines, LARGE).await?;
    let small = filled(scratch, SMALL)?;
    say("Start to first case, beside an empty window");
    let start = start::measure(&small, scratch)?;
    let fsync_ms = P95 {
        p95: Spread::of(&disk::fsync_ms(scratch)?).p95,
    };
    say("From the key to the next case, 1,000 open");
    let (few, ..) = next::measure(&small).await?;
    let large = filled(scratch, LARGE)?;
    say("From the key to the next case, 100,000 open");
    let (many, memory_mb, _) = next::measure(&large).await?;
    say("A team's hub on PostgreSQL");
    let team = team::measure(scratch, team_cases()?).await?;
    let report = Report {
        start,
        next: BTreeMap::from([(SMALL, few), (LARGE, many)]),
        fsync_ms,
        memory_mb,
        hub,
        team,
    };
    let path = folder.join("report.json");
    report.write(&path)?;
    print!("\n{}\n{}\n", report.table(), path.display());
    Ok(())
}

fn lines(scratch: &Path, count: u64) -> anyhow::Result<std::path::PathBuf> {
    let path = scratch.join(format!("cases-{count}.jsonl"));
    cases::write(&path, count)?;
    Ok(path)
}

/// A store on this computer with as many open cases in one queue.
fn filled(scratch: &Path, count: u64) -> anyhow::Result<std::path::PathBuf> {
    say(&format!("Filling a store with {count} cases"));
    let data = scratch.join(format!("data-{count}"));
    start::fill(&data, &lines(scratch, count)?)?;
    Ok(data)
}

fn say(words: &str) {
    eprintln!("== {words}");
}
