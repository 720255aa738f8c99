//! What PostgreSQL itself does, without a hub before it: pgbench claiming and deciding bare rows on as many rows as the
//! hub has cases, and COPY of the same bytes. Committed as durably as the hub commits: the server's settings are the same.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, ensure};
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{Executor, PgPool};
use tokio::process::Command;

const CLAIM: &str = "update raw_cases set lease_person = :client_id, leased_until = 1
 where id = (select id from raw_cases where lease_person is null order by id limit 1 for update skip locked)";
const CLAIM_20: &str = "with free as materialized
 (select id from raw_cases where lease_person is null order by id limit 20 for update skip locked)
 update raw_cases set lease_person = :client_id, leased_until = 1 where id in (select id from free)";
const DECIDE: &str = "\\set case random(1, :cases)
begin;
insert into raw_decisions (id, case_id, payload) values (gen_random_uuid()::text, :case, repeat('decision ', 60));
update raw_cases set state = 'decided' where id = :case;
commit;";

pub struct Raw {
    database: String,
    pool: PgPool,
    scratch: PathBuf,
    cases: u64,
}

/// How long transactions at a fixed rate took, from when they were due, in milliseconds.
#[derive(Debug, Clone)]
pub struct Paced {
    pub claims: Vec<f64>,
    pub decisions: Vec<f64>,
}

/// Rows at the least: a phase takes fewer than this.
const CASES_MIN: u64 = 100_000;

impl Raw {
    /// Makes tables of its own, in a database of its own.
    pub async fn new(database: &str, scratch: &Path, cases: u64) -> anyhow::Result<Self> {
        let pool = PgPool::connect(database).await?;
        let cases = cases.max(CASES_MIN);
        for statement in [
            "create table raw_cases (id bigint primary key, payload text not null, state text not null default 'open',
                 lease_person bigint, leased_until bigint)",
            "create index raw_cases_free on raw_cases (id) where lease_person is null",
            "create table raw_decisions (id text primary key, case_id bigint not null, payload text not null)",
            "create table raw_payloads (id bigint generated always as identity primary key, payload text not null)",
        ] {
            pool.execute(statement).await?;
        }
        sqlx::query(
            "insert into raw_cases (id, payload) select n, md5(n::text) from generate_series(1, $1) as t (n)",
        )
        .bind(i64::try_from(cases)?)
        .execute(&pool)
        .await?;
        pool.execute("vacuum analyze raw_cases").await?;
        Ok(Self {
            database: database.to_owned(),
            pool,
            scratch: scratch.to_owned(),
            cases,
        })
    }

    /// Lines a second into one table (id, payload), in one transaction.
    pub async fn copied_per_s(&self, lines: &Path, count: u64) -> anyhow::Result<f64> {
        let started = Instant::now();
        let mut copy = self
            .pool
            .copy_in_raw(
                "copy raw_payloads (payload) from stdin (format csv, quote e'\\x01', delimiter e'\\x02')",
            )
            .await?;
        copy.read_from(tokio::fs::File::open(lines).await?).await?;
        ensure!(copy.finish().await? == count, "every line is a row");
        Ok(count as f64 / started.elapsed().as_secs_f64())
    }

    /// With all cases free at the beginning.
    pub async fn claims_per_s(&self, clients: usize, seconds: u64) -> anyhow::Result<f64> {
        self.pool
            .execute("update raw_cases set lease_person = null where lease_person is not null")
            .await?;
        self.pool.execute("vacuum analyze raw_cases").await?;
        self.per_s(CLAIM, clients, seconds).await
    }

    pub async fn decisions_per_s(&self, clients: usize, seconds: u64) -> anyhow::Result<f64> {
        self.per_s(DECIDE, clients, seconds).await
    }

    async fn per_s(&self, script: &str, clients: usize, seconds: u64) -> anyhow::Result<f64> {
        let script = self.script("script.sql", script)?;
        let (clients, seconds) = (clients.to_string(), seconds.to_string());
        let said = self
            .pgbench(&["-c", &clients, "-j", "2", "-T", &seconds, "-f", &script])
            .await?;
        let line = said
            .lines()
            .find(|line| line.starts_with("tps = "))
            .context("pgbench says tps")?;
        Ok(line["tps = ".len()..]
            .split(' ')
            .next()
            .unwrap_or_default()
            .parse()?)
    }

    /// As many claims of 20 and twenty times as many decisions a second, at instants that don't wait for one another.
    pub async fn paced(&self, claims_per_s: u64, seconds: u64) -> anyhow::Result<Paced> {
        let (claim, decide) = (
            self.script("claim.sql", CLAIM_20)? + "@1",
            self.script("decide.sql", DECIDE)? + "@20",
        );
        let (rate, seconds) = ((claims_per_s * 21).to_string(), seconds.to_string());
        let prefix = self.scratch.join("paced").display().to_string();
        self.pgbench(&[
            "-c",
            "32",
            "-j",
            "2",
            "-R",
            &rate,
            "-T",
            &seconds,
            "-f",
            &claim,
            "-f",
            &decide,
            "-l",
            "--log-prefix",
            &prefix,
        ])
        .await?;
        let mut took = [Vec::new(), Vec::new()];
        for file in std::fs::read_dir(&self.scratch)? {
            let path = file?.path();
            if !path.display().to_string().starts_with(&prefix) {
                continue;
            }
            // client, transaction, microseconds since it was due, script, …
            for line in std::fs::read_to_string(&path)?.lines() {
                let fields: Vec<f64> = line.split(' ').filter_map(|field| field.parse().ok()).collect();
                took[fields[3] as usize].push(fields[2] / 1000.0);
            }
            std::fs::remove_file(path)?;
        }
        ensure!(took.iter().all(|times| !times.is_empty()), "pgbench logged both");
        let [claims, decisions] = took;
        Ok(Paced { claims, decisions })
    }

    fn script(&self, name: &str, text: &str) -> anyhow::Result<String> {
        let path = self.scratch.join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    async fn pgbench(&self, options: &[&str]) -> anyhow::Result<String> {
        let cases = format!("cases={}", self.cases);
        let output = Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-D", &cases])
            .args(options)
            .arg(&self.database)
            .stderr(Stdio::piped())
            .output()
            .await?;
        ensure!(
            output.status.success(),
            "pgbench: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    pub async fn close(self) {
        self.pool.close().await;
    }
}
