//! A team's hub on PostgreSQL, with a million cases in one queue: beside each figure what PostgreSQL does without a hub.
//!
//! The cases come in by the hub's own ingest, so that what is measured afterwards is what a hub has. One process makes the
//! load, on connections kept open ([`wire`]); it, the hub and the server share the computer, as the raw figures do.

mod load;
mod raw;
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use domain::policy::Role;
use serde::Serialize;
use sqlx::{PgPool, Row};

use super::cases::QUEUE;
use super::report::{Spread, p99};
use super::{cases, hub, memory};
use crate::hub_process::HubProcess;
use crate::postgres;
use load::{Load, Person};
use raw::Raw;

/// Lines that are copied beside the ingest; more would say the same.
const COPIED_MAX: u64 = 100_000;
const PEOPLE: usize = 200;
/// Of each closed loop.
const SECONDS: u64 = 5;
/// Of the open loop: each reviewer claims this many and decides them in this time.
const CLAIMED: usize = 20;
const WITHIN: Duration = Duration::from_secs(10);
/// Short, so that releasing falls into what is measured.
const UNDO_SECONDS: &str = "3";
const ASKED: usize = 200;

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Team {
    pub cases: u64,
    pub ingest_per_s: f64,
    pub raw_copy_per_s: f64,
    /// From the last case in until the words of all are indexed; until then searches are slower.
    pub indexed_after_s: f64,
    pub claims_1: Beside,
    pub claims_8: Beside,
    pub claims_32: Beside,
    pub decisions_32: Beside,
    pub open_loop: OpenLoop,
    pub first_page_ms: Spread,
    pub search_ms: Spread,
    pub stats_ms: Spread,
    pub queues_ms: Spread,
    /// Most that the hub's process had under all of this (PSS).
    pub memory_mb: f64,
}

/// A second, and PostgreSQL alone.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Beside {
    pub hub_per_s: f64,
    pub raw_per_s: f64,
}

/// Milliseconds from when each request was due.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OpenLoop {
    pub claim_p99_ms: f64,
    pub raw_claim_p99_ms: f64,
    pub decide_p99_ms: f64,
    pub raw_decide_p99_ms: f64,
    /// The longest of all, lateness included: what fell behind shows here.
    pub worst_ms: f64,
}

/// On the server that scripts/postgres.sh started.
pub async fn measure(scratch: &Path, cases: u64) -> anyhow::Result<Team> {
    let (Some(database), Some(bare)) = (postgres::new_database().await, postgres::new_database().await)
    else {
        anyhow::bail!("no PostgreSQL: use scripts/bench.sh");
    };
    let process = HubProcess::start_on(&database, &["--undo-seconds", UNDO_SECONDS]);
    let most = Most::of(process.id());
    let pool = PgPool::connect(&database).await?;

    say(&format!("{cases} cases come in"));
    let lines = scratch.join("team.jsonl");
    cases::write(&lines, cases)?;
    let source = process.caller("bench-matcher", &["source"]);
    let ingest_per_s = hub::ingest(&source, &lines, cases).await?;
    std::fs::remove_file(&lines)?;
    let indexed_after_s = until_indexed(&pool).await?;
    sqlx::query("vacuum analyze").execute(&pool).await?;

    say("COPY of the same bytes");
    let raw = Raw::new(&bare, scratch, cases).await?;
    let copied = cases.min(COPIED_MAX);
    cases::write(&lines, copied)?;
    let raw_copy_per_s = raw.copied_per_s(&lines, copied).await?;
    std::fs::remove_file(&lines)?;

    let load = Load::new(&process.base, people(&database).await?);
    let lead = process.token("lead", &["lead"]);

    say("Lists, search and stats");
    let asked = Asked::all(&load, &lead, cases).await?;

    let mut claims = Vec::new();
    for clients in [1, 8, 32] {
        say(&format!("Claims of one, by {clients}"));
        let raw_per_s = raw.claims_per_s(clients, SECONDS).await?;
        let hub_per_s = load.claims_per_s(clients, Duration::from_secs(SECONDS)).await?;
        nobody_shares(&pool).await?;
        load.sign_out().await?;
        claims.push(Beside { hub_per_s, raw_per_s });
    }

    say("Decisions, by 32");
    let raw_per_s = raw.decisions_per_s(32, SECONDS).await?;
    let hub_per_s = load.decisions_per_s(32, Duration::from_secs(SECONDS)).await?;
    load.sign_out().await?;
    let decisions_32 = Beside { hub_per_s, raw_per_s };

    say("200 reviewers, 20 cases each in ten seconds");
    let paced = raw
        .paced(PEOPLE as u64 / WITHIN.as_secs(), WITHIN.as_secs())
        .await?;
    let open = load.open_loop(CLAIMED, WITHIN).await?;
    nobody_shares(&pool).await?;
    let open_loop = OpenLoop {
        claim_p99_ms: p99(&open.claims),
        raw_claim_p99_ms: p99(&paced.claims),
        decide_p99_ms: p99(&open.decisions),
        raw_decide_p99_ms: p99(&paced.decisions),
        worst_ms: Spread::of(&open.claims).max.max(Spread::of(&open.decisions).max),
    };
    raw.close().await;
    Ok(Team {
        cases,
        ingest_per_s,
        raw_copy_per_s,
        indexed_after_s,
        claims_1: claims[0],
        claims_8: claims[1],
        claims_32: claims[2],
        decisions_32,
        open_loop,
        first_page_ms: asked.first_page,
        search_ms: asked.search,
        stats_ms: asked.stats,
        queues_ms: asked.queues,
        memory_mb: most.end(),
    })
}

async fn until_indexed(pool: &PgPool) -> anyhow::Result<f64> {
    let since = Instant::now();
    loop {
        let row = sqlx::query("select exists (select 1 from case_search where indexed = 0) as more")
            .fetch_one(pool)
            .await?;
        if !row.try_get::<bool, _>("more")? {
            return Ok(since.elapsed().as_secs_f64());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Made in the database itself: two hundred starts of the command line would take longer than what is measured.
async fn people(database: &str) -> anyhow::Result<Vec<Person>> {
    let hub = ::hub::Hub::open(::hub::HubOptions::new(database)).await?;
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let new = ::hub::access::NewToken {
            name: format!("steward-{number}"),
            roles: vec![Role::Steward],
            ..Default::default()
        };
        people.push(Person::new(hub.create_token(new).await?.token));
    }
    hub.close().await;
    Ok(people)
}

/// No case has two live leases.
async fn nobody_shares(pool: &PgPool) -> anyhow::Result<()> {
    let row = sqlx::query(
        "select count(*) as n from (select case_id from leases where ended_at is null
             and expires_at > (extract(epoch from now()) * 1000000)::bigint group by case_id having count(*) > 1) shared",
    )
    .fetch_one(pool)
    .await?;
    let shared: i64 = row.try_get("n")?;
    ensure!(shared == 0, "{shared} cases have two live leases");
    Ok(())
}

/// Milliseconds of reading.
struct Asked {
    first_page: Spread,
    search: Spread,
    stats: Spread,
    queues: Spread,
}

impl Asked {
    async fn all(load: &Load, lead: &str, cases: u64) -> anyhow::Result<Self> {
        // Names that a few, some and very many cases have.
        let words = [
            "brightwater",
            "malm%C3%B6",
            "kestrel%20clinic",
            "office1",
            "quill+ltd",
        ];
        let search = |n: usize| match n % 3 {
            0 => format!("/v1/cases?limit=50&q=pair-{:06}", n as u64 * 7919 % cases),
            1 => format!("/v1/cases?limit=50&queue={QUEUE}&q={}", words[n % words.len()]),
            _ => format!("/v1/cases?limit=50&q=office{}%40example", n * 613 % 100_000),
        };
        let pages = |_: usize| format!("/v1/cases?queue={QUEUE}&limit=50");
        let stats = |n: usize| match n % 2 {
            0 => format!("/v1/stats/overrides?queue={QUEUE}"),
            _ => format!("/v1/stats/overrides?queue={QUEUE}&group_by=day"),
        };
        Ok(Self {
            first_page: load.times(lead, ASKED, pages).await?,
            search: load.times(lead, ASKED, search).await?,
            stats: load.times(lead, ASKED, stats).await?,
            queues: load.times(lead, ASKED, |_| "/v1/queues".to_owned()).await?,
        })
    }
}

/// The most memory a process has, looked at twice a second.
struct Most {
    done: Arc<AtomicBool>,
    looking: std::thread::JoinHandle<f64>,
}

impl Most {
    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of its own, with no runtime to keep waiting"
    )]
    fn of(process: u32) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = done.clone();
        let looking = std::thread::spawn(move || {
            let mut most = 0.0_f64;
            while !seen.load(Ordering::Relaxed) {
                most = most.max(memory::pss_mb(process).unwrap_or(0.0));
                std::thread::sleep(Duration::from_millis(500));
            }
            most
        });
        Self { done, looking }
    }

    fn end(self) -> f64 {
        self.done.store(true, Ordering::Relaxed);
        self.looking.join().unwrap_or(f64::NAN)
    }
}

fn say(words: &str) {
    eprintln!("== {words}");
}
