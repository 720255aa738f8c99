//! From the key to the next case: two hundred decisions in the real window, by real key presses.
//!
//! Own work ends when the next case is in the page (React's layout effect marks it), the first frame is the animation
//! frame that paints it, the second the one after, when it is on the glass. The clock of the page is 1 ms coarse.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::json;

use super::memory;
use super::report::{Next, Spread};
use crate::programs::program;
use crate::webdriver::Window;

const DECISIONS: usize = 200;
/// Decided before counting, so that nothing is measured that happens once.
const WARM_UP: usize = 5;
/// Nobody decides faster than this; what the window does after a decision falls into it, as it does at work. The driver
/// asks nothing meanwhile: its questions are scripts in the page and would be measured too.
const PACE: Duration = Duration::from_millis(400);

const RECORDER: &str = r"
const found = window.tiebreakBench = { times: [], parts: [], shown: null };
let pending = null;
let committed = -1;
const at = (what) => { if (pending !== null && pending[what] === undefined) pending[what] = performance.now() - pending.at; };
const fetch = window.fetch;
window.fetch = (...args) => fetch(...args).then((answer) => { if (pending?.sent !== undefined) at('answered'); return answer; });
const json = Response.prototype.json;
Response.prototype.json = function () {
  return json.call(this).then((value) => { if (value?.took_us !== undefined && pending !== null) { at('read'); pending.took = value.took_us / 1000; } return value; });
};
// The page hears the key before this does: its call may be under way already.
addEventListener('keydown', (event) => {
  if (event.key !== 'n' || event.repeat) return;
  pending = { at: event.timeStamp };
  if (committed >= pending.at) pending.sent = committed - pending.at;
}, true);
const mark = performance.mark.bind(performance);
performance.mark = (name, options) => {
  const made = mark(name, options);
  if (name === 'tiebreak:commit') committed = performance.now();
  if (name === 'tiebreak:case' && pending !== null && options.detail !== found.shown) {
    const { at, sent, answered, read, took } = pending;
    pending = null;
    found.shown = options.detail;
    const work = performance.now() - at;
    found.parts.push([sent, took, answered - sent - took, read - answered, work - read].map((ms) => (Number.isFinite(ms) ? ms : -1)));
    requestAnimationFrame(() => {
      const first = performance.now() - at;
      requestAnimationFrame(() => found.times.push([work, first, performance.now() - at]));
    });
  }
  return made;
};";

/// What own work is made of, in its order. The waiting is what the call costs beside the command itself: the way there and back
/// and whatever else the page's thread was busy with.
const PARTS: [&str; 5] = [
    "from the key to the call",
    "the command",
    "the way there and back",
    "reading the answer",
    "React, until the page is changed",
];

/// The times, and mebibytes of the program after them.
///
/// # Errors
/// When the window shows no case.
///
/// # Panics
/// When a press of the key isn't followed by another case.
pub async fn measure(data: &Path) -> anyhow::Result<(Next, f64, Parts)> {
    let tiebreak = program("tiebreak");
    let folder = data.to_str().context("the folder's name is text")?;
    let window = Window::open(&tiebreak, &["--data", folder], &[]).await;
    window
        .until(
            "a case",
            "return performance.getEntriesByName('tiebreak:case').length > 0",
            &[],
        )
        .await;
    window.run(RECORDER, &[]).await;
    for pressed in 1..=WARM_UP + DECISIONS {
        tokio::time::sleep(PACE).await;
        window.press(&[], "n").await;
        window
            .until(
                "the next case",
                "return window.tiebreakBench.times.length >= arguments[0]",
                &[json!(pressed)],
            )
            .await;
    }
    let times: Vec<[f64; 3]> =
        serde_json::from_value(window.run("return window.tiebreakBench.times", &[]).await)?;
    ensure!(
        times.len() == WARM_UP + DECISIONS,
        "one case for each key: {}",
        times.len()
    );
    let parts: Vec<[f64; PARTS.len()]> =
        serde_json::from_value(window.run("return window.tiebreakBench.parts", &[]).await)?;
    let process = memory::find(&tiebreak, window.driver_id()).context("the window's process")?;
    let memory_mb = memory::pss_mb(process)?;
    window.close().await;
    let spread = |part: usize| Spread::of(&times[WARM_UP..].iter().map(|t| t[part]).collect::<Vec<_>>());
    Ok((
        Next {
            work_ms: spread(0),
            frame1_ms: spread(1),
            frame2_ms: spread(2),
        },
        memory_mb,
        Parts::of(&parts[WARM_UP..]),
    ))
}

/// For people who look for where the time goes.
#[derive(Debug)]
pub struct Parts(#[expect(dead_code, reason = "printed")] Vec<(&'static str, Spread)>);

impl Parts {
    fn of(times: &[[f64; PARTS.len()]]) -> Self {
        let part = |(n, name)| (name, Spread::of(&times.iter().map(|t| t[n]).collect::<Vec<_>>()));
        Self(PARTS.into_iter().enumerate().map(part).collect())
    }
}
