//! The people of a team, as fast as they are let (closed loop), or by the clock (open loop).

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::cases::QUEUE;
use super::super::report::Spread;
use super::wire::Wire;

/// Somebody with a token, and the cases they hold.
pub struct Person {
    token: String,
    held: Vec<Held>,
}

impl Person {
    pub fn new(token: String) -> Self {
        Self {
            token,
            held: Vec::new(),
        }
    }
}

struct Held {
    case_id: String,
    content_hash: String,
    clusters: Value,
    lease: String,
}

pub struct Load {
    base: String,
    people: Mutex<Vec<Person>>,
}

/// Milliseconds from when each was due.
#[derive(Default)]
pub struct Open {
    pub claims: Vec<f64>,
    pub decisions: Vec<f64>,
}

/// Of the answer to a claim, what a decision needs.
#[derive(Deserialize)]
struct Claims {
    items: Vec<Claimed>,
}

#[derive(Deserialize)]
struct Claimed {
    case: ClaimedCase,
    lease: ClaimedLease,
}

#[derive(Deserialize)]
struct ClaimedCase {
    id: String,
    content_hash: String,
    suggestion: Suggested,
}

#[derive(Deserialize)]
struct Suggested {
    verdict: Value,
}

#[derive(Deserialize)]
struct ClaimedLease {
    token: String,
}

#[derive(Deserialize)]
struct Decided {
    items: Vec<DecidedItem>,
}

#[derive(Deserialize)]
struct DecidedItem {
    result: String,
}

impl Load {
    pub fn new(base: &str, people: Vec<Person>) -> Self {
        Self {
            base: base.to_owned(),
            people: Mutex::new(people),
        }
    }

    /// Shares the people out among as many connections.
    fn shares(&self, connections: usize) -> Vec<Vec<Person>> {
        let mut shares: Vec<Vec<Person>> = (0..connections).map(|_| Vec::new()).collect();
        let people = std::mem::take(&mut *self.people.lock().unwrap());
        for (number, person) in people.into_iter().enumerate() {
            shares[number % connections].push(person);
        }
        shares
    }

    fn come_back(&self, shares: Vec<Vec<Person>>) {
        self.people.lock().unwrap().extend(shares.into_iter().flatten());
    }

    /// One case a claim, by people in turn on each connection: each says what it has, as desks do.
    pub async fn claims_per_s(&self, connections: usize, time: Duration) -> anyhow::Result<f64> {
        let started = Instant::now();
        let working = self.shares(connections).into_iter().map(|mut people| async move {
            let mut wire = Wire::open(&self.base).await?;
            let mut claimed = 0_u32;
            'all: loop {
                for person in &mut people {
                    if started.elapsed() >= time {
                        break 'all;
                    }
                    claimed += u32::try_from(claim(&mut wire, person, 1).await?)?;
                }
            }
            anyhow::Ok((people, claimed))
        });
        let done = try_join_all(working).await?;
        let seconds = started.elapsed().as_secs_f64();
        let (shares, counts): (Vec<_>, Vec<u32>) = done.into_iter().unzip();
        let mut seen = HashSet::new();
        for held in shares.iter().flatten().flat_map(|person: &Person| &person.held) {
            ensure!(
                seen.insert(held.case_id.clone()),
                "{} was given to two",
                held.case_id
            );
        }
        self.come_back(shares);
        Ok(f64::from(counts.iter().sum::<u32>()) / seconds)
    }

    /// Each gives back what they hold.
    pub async fn sign_out(&self) -> anyhow::Result<()> {
        let mut shares = self.shares(1);
        let mut wire = Wire::open(&self.base).await?;
        for person in &mut shares[0] {
            let tokens: Vec<String> = person.held.drain(..).map(|held| held.lease).collect();
            for tokens in tokens.chunks(100) {
                let body = json!({"tokens": tokens, "reason": "sign_out"}).to_string();
                wire.post(&person.token, "/v1/claims/release", body.as_bytes())
                    .await?;
            }
        }
        self.come_back(shares);
        Ok(())
    }

    /// One decision a request, on cases claimed before the time is taken; it ends with the time or the cases.
    pub async fn decisions_per_s(&self, connections: usize, time: Duration) -> anyhow::Result<f64> {
        // More than are decided in the time, as many as are given at once in each.
        const CLAIMS_EACH: usize = 2;
        const CLAIMED: usize = 50;
        let mut shares = self.shares(connections);
        let claiming = shares.iter_mut().map(|people| async move {
            let mut wire = Wire::open(&self.base).await?;
            for _ in 0..CLAIMS_EACH {
                for person in people.iter_mut() {
                    claim(&mut wire, person, CLAIMED).await?;
                }
            }
            anyhow::Ok(())
        });
        try_join_all(claiming).await?;
        let started = Instant::now();
        let working = shares.into_iter().map(|mut people| async move {
            let mut wire = Wire::open(&self.base).await?;
            let mut decided = 0_u32;
            while started.elapsed() < time {
                let Some(person) = people.iter_mut().find(|person| !person.held.is_empty()) else {
                    break;
                };
                decide(&mut wire, person).await?;
                decided += 1;
            }
            anyhow::Ok((people, decided))
        });
        let done = try_join_all(working).await?;
        let seconds = started.elapsed().as_secs_f64();
        let (shares, counts): (Vec<_>, Vec<u32>) = done.into_iter().unzip();
        self.come_back(shares);
        Ok(f64::from(counts.iter().sum::<u32>()) / seconds)
    }

    /// Everybody claims `count` cases and decides them one after the other within `time`, twice, at instants set beforehand;
    /// nobody waits for another, and who is late is late. They begin one after the other, spread over `time` as the claims of
    /// `Raw::paced` are; what falls due in the `time` after that, when all are at work, is what counts.
    pub async fn open_loop(&self, count: usize, time: Duration) -> anyhow::Result<Open> {
        let people = self.people.lock().unwrap().len();
        let shares = self.shares(people);
        let mut wires = Vec::with_capacity(people);
        for _ in 0..people {
            wires.push(Wire::open(&self.base).await?);
        }
        let pace = time / u32::try_from(count + 1)?;
        let begin = Instant::now() + Duration::from_millis(100);
        let counts = |due: Instant| (begin + time..begin + time * 2).contains(&due);
        let working =
            shares
                .into_iter()
                .zip(wires)
                .enumerate()
                .map(|(number, (mut share, mut wire))| async move {
                    let person = share.first_mut().context("a person")?;
                    let first = begin + time * u32::try_from(number)? / u32::try_from(people)?;
                    let mut took = Open::default();
                    for mut due in [first, first + time] {
                        tokio::time::sleep_until(due.into()).await;
                        let claimed = claim(&mut wire, person, count).await?;
                        ensure!(claimed == count, "there are cases for everybody");
                        took.claims.extend(counts(due).then(|| ms(due)));
                        for _ in 0..count {
                            due += pace;
                            tokio::time::sleep_until(due.into()).await;
                            decide(&mut wire, person).await?;
                            took.decisions.extend(counts(due).then(|| ms(due)));
                        }
                    }
                    anyhow::Ok((share, took))
                });
        let mut open = Open::default();
        let mut shares = Vec::new();
        for (share, took) in try_join_all(working).await? {
            open.claims.extend(took.claims);
            open.decisions.extend(took.decisions);
            shares.push(share);
        }
        self.come_back(shares);
        Ok(open)
    }

    /// One request after the other.
    pub async fn times(
        &self,
        token: &str,
        count: usize,
        path: impl Fn(usize) -> String,
    ) -> anyhow::Result<Spread> {
        let mut wire = Wire::open(&self.base).await?;
        let mut times = Vec::with_capacity(count);
        for number in 0..count {
            let started = Instant::now();
            wire.get(token, &path(number)).await?;
            times.push(ms(started));
        }
        Ok(Spread::of(&times))
    }
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// How many it gave.
async fn claim(wire: &mut Wire, person: &mut Person, limit: usize) -> anyhow::Result<usize> {
    let have: Vec<&str> = person.held.iter().map(|held| held.case_id.as_str()).collect();
    let body = json!({"queue": QUEUE, "limit": limit, "have": have}).to_string();
    let answer = wire.post(&person.token, "/v1/claims", body.as_bytes()).await?;
    let claims: Claims = serde_json::from_slice(&answer)?;
    let given = claims.items.len();
    ensure!(given > 0, "a claim gives a case");
    person.held.extend(claims.items.into_iter().map(|claimed| Held {
        case_id: claimed.case.id,
        content_hash: claimed.case.content_hash,
        clusters: claimed.case.suggestion.verdict,
        lease: claimed.lease.token,
    }));
    Ok(given)
}

async fn decide(wire: &mut Wire, person: &mut Person) -> anyhow::Result<()> {
    let held = person.held.pop().context("a case to decide")?;
    let body = json!({
        "id": uuid::Uuid::new_v4(), "case_id": held.case_id, "case_revision": 1, "content_hash": held.content_hash,
        "lease": held.lease, "verdict": held.clusters, "decided_at": chrono::Utc::now(), "active_ms": 4200,
    });
    let answer = wire
        .post(&person.token, "/v1/decisions", body.to_string().as_bytes())
        .await?;
    let decided: Decided = serde_json::from_slice(&answer)?;
    ensure!(
        decided.items.iter().all(|item| item.result == "accepted"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}
