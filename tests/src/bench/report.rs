//! The figures and their aims: `report.json`, and a table for people.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::hub::HubRates;
use super::team::Team;

/// The most that may pass, unless it says otherwise.
const WORK_P95_MS: f64 = 8.0;
const FRAME2_P95_MS: f64 = 42.0;
const START_OF_EMPTY: f64 = 1.5;
const INGEST_OF_RAW: f64 = 0.3;
const CLAIMS_OF_RAW: f64 = 0.3;
const DECISIONS_OF_RAW: f64 = 0.2;
const LATENCY_OF_RAW: f64 = 5.0;
const READ_P95_MS: f64 = 50.0;
const HUB_MEMORY_MB: f64 = 200.0;

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub start: Start,
    /// By the number of open cases.
    pub next: BTreeMap<u64, Next>,
    pub fsync_ms: P95,
    pub memory_mb: f64,
    pub hub: HubRates,
    pub team: Team,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Start {
    pub painted_ms: f64,
    pub empty_ms: f64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Next {
    pub work_ms: Spread,
    pub frame1_ms: Spread,
    pub frame2_ms: Spread,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct P95 {
    pub p95: f64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    pub p50: f64,
    pub p95: f64,
    pub max: f64,
}

impl Spread {
    /// Nearest rank: every figure is one that was measured.
    ///
    /// # Panics
    /// When nothing was measured.
    pub fn of(times: &[f64]) -> Self {
        Self {
            p50: rank(times, 0.5),
            p95: rank(times, 0.95),
            max: rank(times, 1.0),
        }
    }
}

/// Nearest rank, too.
///
/// # Panics
/// When nothing was measured.
pub fn p99(times: &[f64]) -> f64 {
    rank(times, 0.99)
}

fn rank(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

impl Report {
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, serde_json::to_string_pretty(self)? + "\n")?;
        Ok(())
    }

    /// One line a figure: what, value, aim, whether it is met.
    pub fn table(&self) -> String {
        let mut rows = vec![Row::aimed(
            "start: first case painted, ms",
            self.start.painted_ms,
            Aim::AtMost(START_OF_EMPTY * self.start.empty_ms),
        )];
        rows.push(Row::plain("start: an empty window, ms", self.start.empty_ms));
        for (open, next) in &self.next {
            for (name, spread, aim) in [
                ("own work", next.work_ms, Some(WORK_P95_MS)),
                ("first frame", next.frame1_ms, None),
                ("second frame", next.frame2_ms, Some(FRAME2_P95_MS)),
            ] {
                let what = |figure: &str| format!("next case of {open}: {name}, {figure}, ms");
                rows.push(Row::plain(&what("p50"), spread.p50));
                rows.push(Row {
                    what: what("p95"),
                    value: spread.p95,
                    aim: aim.map(Aim::AtMost),
                });
                rows.push(Row::plain(&what("max"), spread.max));
            }
        }
        rows.push(Row::plain("fsync of 4 KiB, p95, ms", self.fsync_ms.p95));
        rows.push(Row::plain(
            "memory after 200 decisions, MiB (PSS)",
            self.memory_mb,
        ));
        rows.push(Row::aimed(
            "hub: cases taken a second",
            self.hub.ingest_per_s,
            Aim::AtLeast(INGEST_OF_RAW * self.hub.raw_insert_per_s),
        ));
        rows.push(Row::plain(
            "hub: raw SQLite inserts a second",
            self.hub.raw_insert_per_s,
        ));
        rows.push(Row::plain("hub: claims a second", self.hub.claims_per_s));
        rows.iter().map(Row::line).collect::<String>() + &self.team.table()
    }
}

/// Puts one part's figures beside those that are there.
///
/// # Errors
/// When the file can't be read or written.
pub fn write_part(path: &Path, name: &str, figures: &impl Serialize) -> anyhow::Result<()> {
    let mut report = match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => serde_json::json!({}),
        Err(error) => return Err(error.into()),
    };
    report[name] = serde_json::to_value(figures)?;
    std::fs::write(path, serde_json::to_string_pretty(&report)? + "\n")?;
    Ok(())
}

impl Team {
    pub fn table(&self) -> String {
        let mut rows = vec![
            Row::plain("team: cases in the queue", self.cases as f64),
            Row::aimed(
                "team: cases taken a second",
                self.ingest_per_s,
                Aim::AtLeast(INGEST_OF_RAW * self.raw_copy_per_s),
            ),
            Row::plain("team: raw COPY, rows a second", self.raw_copy_per_s),
            Row::plain("team: words indexed after, s", self.indexed_after_s),
        ];
        for (what, beside, share) in [
            ("claims a second, 1 reviewer", self.claims_1, None),
            ("claims a second, 8 reviewers", self.claims_8, Some(CLAIMS_OF_RAW)),
            (
                "claims a second, 32 reviewers",
                self.claims_32,
                Some(CLAIMS_OF_RAW),
            ),
            (
                "decisions a second, 32 reviewers",
                self.decisions_32,
                Some(DECISIONS_OF_RAW),
            ),
        ] {
            rows.push(Row {
                what: format!("team: {what}"),
                value: beside.hub_per_s,
                aim: share.map(|share| Aim::AtLeast(share * beside.raw_per_s)),
            });
            rows.push(Row::plain("team:   raw, by pgbench", beside.raw_per_s));
        }
        let open = &self.open_loop;
        for (what, value, raw) in [
            ("claims of 20", open.claim_p99_ms, open.raw_claim_p99_ms),
            ("decisions", open.decide_p99_ms, open.raw_decide_p99_ms),
        ] {
            let aim = Aim::AtMost(LATENCY_OF_RAW * raw);
            rows.push(Row::aimed(
                &format!("team: 200 reviewers, {what}, p99, ms"),
                value,
                aim,
            ));
            rows.push(Row::plain("team:   raw, by pgbench", raw));
        }
        rows.push(Row::plain(
            "team: 200 reviewers, longest of all, ms",
            open.worst_ms,
        ));
        for (what, spread) in [
            ("first page", self.first_page_ms),
            ("search", self.search_ms),
            ("stats", self.stats_ms),
            ("queues", self.queues_ms),
        ] {
            rows.push(Row::aimed(
                &format!("team: {what}, p95, ms"),
                spread.p95,
                Aim::AtMost(READ_P95_MS),
            ));
        }
        let aim = Aim::AtMost(HUB_MEMORY_MB);
        rows.push(Row::aimed(
            "team: memory of the hub, MiB (PSS)",
            self.memory_mb,
            aim,
        ));
        rows.iter().map(Row::line).collect()
    }
}

#[derive(Clone, Copy)]
enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

struct Row {
    what: String,
    value: f64,
    aim: Option<Aim>,
}

impl Row {
    fn plain(what: &str, value: f64) -> Self {
        Self {
            what: what.to_owned(),
            value,
            aim: None,
        }
    }

    fn aimed(what: &str, value: f64, aim: Aim) -> Self {
        Self {
            what: what.to_owned(),
            value,
            aim: Some(aim),
        }
    }

    fn line(&self) -> String {
        let (aim, met) = match self.aim {
            None => (String::new(), ""),
            Some(Aim::AtMost(most)) => (format!("≤ {most:.1}"), if self.value <= most { "✓" } else { "✗" }),
            Some(Aim::AtLeast(least)) => (
                format!("≥ {least:.1}"),
                if self.value >= least { "✓" } else { "✗" },
            ),
        };
        format!("{:<48} {:>10.1}  {aim:<10} {met}\n", self.what, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::team::{Beside, OpenLoop};
    use super::*;

    /// Pointers to all figures.
    fn names_of(value: &serde_json::Value, at: &str, names: &mut Vec<String>) {
        match value.as_object() {
            Some(members) => members
                .iter()
                .for_each(|(name, value)| names_of(value, &format!("{at}/{name}"), names)),
            None => names.push(at.to_owned()),
        }
        names.sort();
    }

    /// Whoever follows the figures over time reads them by these names.
    #[test]
    fn the_figures_keep_their_names() {
        let spread = Spread::of(&[1.0]);
        let next = Next {
            work_ms: spread,
            frame1_ms: spread,
            frame2_ms: spread,
        };
        let beside = Beside {
            hub_per_s: 1.0,
            raw_per_s: 1.0,
        };
        let report = Report {
            start: Start {
                painted_ms: 1.0,
                empty_ms: 1.0,
            },
            next: BTreeMap::from([(1000, next)]),
            fsync_ms: P95 { p95: 1.0 },
            memory_mb: 1.0,
            hub: HubRates {
                ingest_per_s: 1.0,
                raw_insert_per_s: 1.0,
                claims_per_s: 1.0,
            },
            team: Team {
                cases: 1,
                ingest_per_s: 1.0,
                raw_copy_per_s: 1.0,
                indexed_after_s: 1.0,
                claims_1: beside,
                claims_8: beside,
                claims_32: beside,
                decisions_32: beside,
                open_loop: OpenLoop {
                    claim_p99_ms: 1.0,
                    raw_claim_p99_ms: 1.0,
                    decide_p99_ms: 1.0,
                    raw_decide_p99_ms: 1.0,
                    worst_ms: 1.0,
                },
                first_page_ms: spread,
                search_ms: spread,
                stats_ms: spread,
                queues_ms: spread,
                memory_mb: 1.0,
            },
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        report.write(&path).unwrap();
        let written = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut names = Vec::new();
        names_of(&written, "", &mut names);
        insta::assert_snapshot!(names.join("\n"), @"
        /fsync_ms/p95
        /hub/claims_per_s
        /hub/ingest_per_s
        /hub/raw_insert_per_s
        /memory_mb
        /next/1000/frame1_ms/max
        /next/1000/frame1_ms/p50
        /next/1000/frame1_ms/p95
        /next/1000/frame2_ms/max
        /next/1000/frame2_ms/p50
        /next/1000/frame2_ms/p95
        /next/1000/work_ms/max
        /next/1000/work_ms/p50
        /next/1000/work_ms/p95
        /start/empty_ms
        /start/painted_ms
        /team/cases
        /team/claims_1/hub_per_s
        /team/claims_1/raw_per_s
        /team/claims_32/hub_per_s
        /team/claims_32/raw_per_s
        /team/claims_8/hub_per_s
        /team/claims_8/raw_per_s
        /team/decisions_32/hub_per_s
        /team/decisions_32/raw_per_s
        /team/first_page_ms/max
        /team/first_page_ms/p50
        /team/first_page_ms/p95
        /team/indexed_after_s
        /team/ingest_per_s
        /team/memory_mb
        /team/open_loop/claim_p99_ms
        /team/open_loop/decide_p99_ms
        /team/open_loop/raw_claim_p99_ms
        /team/open_loop/raw_decide_p99_ms
        /team/open_loop/worst_ms
        /team/queues_ms/max
        /team/queues_ms/p50
        /team/queues_ms/p95
        /team/raw_copy_per_s
        /team/search_ms/max
        /team/search_ms/p50
        /team/search_ms/p95
        /team/stats_ms/max
        /team/stats_ms/p50
        /team/stats_ms/p95
        ");
    }

    #[test]
    fn a_spread_names_figures_that_were_measured() {
        let times: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let Spread { p50, p95, max } = Spread::of(&times);
        assert_eq!((p50, p95, max), (100.0, 190.0, 200.0));
        let one = Spread::of(&[3.0]);
        assert_eq!((one.p50, one.p95, one.max), (3.0, 3.0, 3.0));
    }

    #[test]
    fn a_value_beyond_its_aim_is_marked() {
        assert!(Row::aimed("x", 8.1, Aim::AtMost(8.0)).line().ends_with("✗\n"));
        assert!(Row::aimed("x", 8.0, Aim::AtMost(8.0)).line().ends_with("✓\n"));
        assert!(Row::aimed("x", 29.0, Aim::AtLeast(30.0)).line().ends_with("✗\n"));
    }
}
