//! Everything that can fail fails at once, by chance: hubs, the database and desks are killed, connections (of desks to hubs,
//! of hubs to the database) are cut, delayed and trickled both ways, and who is told by webhook has moods. Some cases need two
//! people, who may disagree, so that things fail between the first and the last of them. In the end nothing acknowledged is
//! lost, nothing counts twice, everything was told in order, and everybody agrees (`books`). `TIEBREAK_SOAK=20` makes it that
//! many times longer.

mod books;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tiebreak_tests::anywhere::{Anywhere, Reviewed, soak};
use tiebreak_tests::bad_wire::BadWire;
use tiebreak_tests::desk_process::DeskProcess;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::moody_receiver::MoodyReceiver;
use tiebreak_tests::own_postgres::OwnPostgres;
use tiebreak_tests::small_cases::{DOUBLES, PAIRS};
use tokio::task::{JoinHandle, block_in_place};

const HUBS: usize = 3;
const DESKS: usize = 2;
const REVIEWERS: usize = 2;
const OPTIONS: [&str; 3] = ["--undo-seconds", "0", "--allow-private-webhooks"];

/// Of so many cases that one person decides, one that two decide.
const ONE_DOUBLE_IN: usize = 3;

/// For the size of a test in CI.
const DECIDED_WITHIN: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    HubKilled,
    DatabaseKilled,
    DatabaseCut,
    DeskKilled,
    WireCut,
}

impl Fault {
    const ALL: [Self; 5] = [
        Self::HubKilled,
        Self::DatabaseKilled,
        Self::DatabaseCut,
        Self::DeskKilled,
        Self::WireCut,
    ];
}

/// Each kind once in every few, in any order.
fn shuffled() -> Vec<Fault> {
    let mut faults = Fault::ALL.to_vec();
    faults.extend([
        Fault::HubKilled,
        Fault::HubKilled,
        Fault::DeskKilled,
        Fault::WireCut,
    ]);
    faults.shuffle(&mut rand::rng());
    faults
}

struct Team {
    /// Cases that one person decides, and those that two do.
    pairs: usize,
    doubles: usize,
    server: OwnPostgres,
    database_wire: BadWire,
    hubs: Vec<HubProcess>,
    wire: BadWire,
    receiver: MoodyReceiver,
    admin: Caller,
    lead: Caller,
    /// Everybody who decides, asked directly.
    deciders: Vec<Caller>,
    desks: Vec<DeskProcess>,
    reviewers: Vec<JoinHandle<Reviewed>>,
    followers: Vec<(&'static str, JoinHandle<Vec<String>>)>,
    sending: Vec<JoinHandle<()>>,
    /// Faults while cases waited for a second person, or for who settles their dispute.
    in_between: usize,
    stop: Arc<AtomicBool>,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_or_cut_nothing_acknowledged_is_lost_and_all_agree_in_the_end() {
    let Some(server) = OwnPostgres::start() else {
        return;
    };
    let mut team = Team::begins(server, 30 * soak()).await;
    let began = Instant::now();
    let faults = team.is_plagued().await;
    let (plagued, cut) = (began.elapsed(), team.wire.counts());
    let (in_between, cut_there) = (team.in_between, team.database_wire.counts());
    let books = team.comes_to_rest().await;
    eprintln!(
        "{faults:?} in {plagued:.0?}, {in_between} of them while cases waited for another person; {} of {} connections cut, \
         and {} of {} to the database; {} cases decided, {} of them by who settled a dispute; {} decisions acknowledged; \
         {} moods of the receiver; at rest after {:.0?}",
        cut.1,
        cut.0,
        cut_there.1,
        cut_there.0,
        books.decided,
        books.settled,
        books.acknowledged,
        books.moods,
        began.elapsed() - plagued
    );
}

impl Team {
    async fn begins(server: OwnPostgres, pairs: usize) -> Self {
        let doubles = pairs / ONE_DOUBLE_IN;
        let database_wire = BadWire::before_database(server.port()).await;
        let database = OwnPostgres::database_at(database_wire.port());
        let hubs: Vec<HubProcess> = (0..HUBS)
            .map(|_| HubProcess::start_on(&database, &OPTIONS))
            .collect();
        let bases: Vec<String> = hubs.iter().map(|hub| hub.base.clone()).collect();
        let wire = BadWire::before(&bases).await;
        let there = [wire.base.clone()];
        let receiver = MoodyReceiver::start().await;
        let admin = hubs[0].caller("Ada", &["admin"]);
        let hook = json!({"url": receiver.url, "events": ["case.created", "decision.released"]});
        admin.post("/v1/webhooks", &hook).await;
        let two = json!({"version": 0, "kind": "identity_match", "policy": {"approvers": 2, "adjudicators": ["Jo"]}});
        let jo = hubs[0].caller("Jo", &["lead"]);
        admin.put(&format!("/v1/policies/{DOUBLES}"), &two).await;
        let lead = hubs[0].caller("Lea", &["lead"]);
        let stop = Arc::new(AtomicBool::new(false));
        let settling = Anywhere::new(&there, &jo.token);
        let mut reviewers = vec![tokio::spawn(settling.review(&[DOUBLES], stop.clone()))];
        let (mut deciders, mut desks) = (Vec::new(), Vec::new());
        for n in 0..DESKS {
            let person = hubs[0].caller(&format!("Desk {n}"), &["steward"]);
            desks.push(DeskProcess::start(&wire.base, &person.token, &[PAIRS, DOUBLES]).await);
            deciders.push(person);
        }
        for n in 0..REVIEWERS {
            let person = hubs[0].caller(&format!("Reviewer {n}"), &["steward"]);
            let anywhere = Anywhere::new(&there, &person.token);
            reviewers.push(tokio::spawn(anywhere.review(&[PAIRS, DOUBLES], stop.clone())));
            deciders.push(person);
        }
        deciders.push(jo);
        let followers = ["/v1/decisions", "/v1/labels"].map(|path| {
            let reader = Anywhere::new(&there, &lead.token);
            (path, tokio::spawn(reader.follow(path, stop.clone())))
        });
        let source = Anywhere::new(&there, &hubs[0].token("matcher", &["source"]));
        database_wire.turn_bad();
        Self {
            pairs,
            doubles,
            server,
            database_wire,
            sending: vec![
                tokio::spawn(source.clone().send_pairs(DOUBLES, doubles)),
                tokio::spawn(source.send_pairs(PAIRS, pairs)),
            ],
            in_between: 0,
            hubs,
            wire,
            receiver,
            admin,
            lead,
            deciders,
            desks,
            reviewers,
            followers: followers.into_iter().collect(),
            stop,
        }
    }

    /// One thing after another until all cases are decided, and at least one of each kind.
    async fn is_plagued(&mut self) -> BTreeMap<Fault, usize> {
        let (mut faults, mut ahead) = (BTreeMap::new(), Vec::new());
        let deadline = Instant::now() + DECIDED_WITHIN * u32::try_from(soak()).unwrap();
        loop {
            let decided = self.decided().await;
            let total = self.pairs + self.doubles;
            if decided >= Some(total) && faults.len() == Fault::ALL.len() {
                return faults;
            }
            assert!(
                Instant::now() < deadline,
                "{decided:?} of {total} are decided; what somebody holds to be decided, no hub knows of?",
            );
            let pause = rand::rng().random_range(50..500);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if ahead.is_empty() {
                ahead = shuffled();
            }
            let fault = ahead.pop().unwrap();
            let gave_up = self.reviewers.iter().any(JoinHandle::is_finished);
            assert!(!gave_up, "a reviewer was answered what they can't go on with");
            self.in_between += usize::from(self.somebody_waits().await);
            self.befalls(fault).await;
            *faults.entry(fault).or_default() += 1;
        }
    }

    async fn befalls(&mut self, fault: Fault) {
        let away = Duration::from_millis(rand::rng().random_range(0..300));
        match fault {
            Fault::HubKilled => {
                let hub = rand::rng().random_range(0..HUBS);
                self.hubs[hub].kill();
                tokio::time::sleep(away).await;
                block_in_place(|| self.hubs[hub].start_again_whatever_it_takes());
            }
            Fault::DatabaseKilled => {
                block_in_place(|| self.server.kill());
                tokio::time::sleep(away).await;
                block_in_place(|| self.server.start_again());
            }
            Fault::DeskKilled => {
                let desk = rand::rng().random_range(0..DESKS);
                block_in_place(|| self.desks[desk].kill());
                tokio::time::sleep(away).await;
                self.desks[desk].start_again();
            }
            Fault::DatabaseCut => self.database_wire.sever(),
            Fault::WireCut => self.wire.sever(),
        }
    }

    /// How many cases are decided, as far as a hub can say just now.
    async fn decided(&self) -> Option<usize> {
        let queues = self.anybody().get("/v1/queues").await?;
        let decided = |queue: &Value| queue["decided"].as_u64();
        let all = queues["items"].as_array()?.iter().map(decided);
        usize::try_from(all.sum::<Option<u64>>()?).ok()
    }

    /// Whether a case has one opinion and needs another, as far as a hub can say just now.
    async fn somebody_waits(&self) -> bool {
        let waits = async |state| {
            let path = format!("/v1/cases?queue={DOUBLES}&state={state}&limit=1");
            let found = self.anybody().get(&path).await;
            found.is_some_and(|page| page["items"].get(0).is_some())
        };
        waits("awaiting_second").await || waits("disputed").await
    }

    fn anybody(&self) -> Anywhere {
        Anywhere::new(std::slice::from_ref(&self.wire.base), &self.lead.token)
    }
}
