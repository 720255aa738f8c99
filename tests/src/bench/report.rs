//! The figures and their aims: `report.json`, and a table for people.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::hub::HubRates;

/// The most that may pass, unless it says otherwise.
const WORK_P95_MS: f64 = 8.0;
const FRAME2_P95_MS: f64 = 42.0;
const START_OF_EMPTY: f64 = 1.5;
const INGEST_OF_RAW: f64 = 0.3;

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub start: Start,
    /// By the number of open cases.
    pub next: BTreeMap<u64, Next>,
    pub fsync_ms: P95,
    pub memory_mb: f64,
    pub hub: HubRates,
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
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank =
            |share: f64| sorted[((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1];
        Self {
            p50: rank(0.5),
            p95: rank(0.95),
            max: rank(1.0),
        }
    }
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
    use super::*;

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
