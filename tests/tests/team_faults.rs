//! Everything that can fail fails at once, by chance: hubs, the database and desks are killed, connections are cut, delayed
//! and trickled both ways, and who is told by webhook has moods. In the end nothing acknowledged is lost, nothing counts
//! twice, everything was told in order, and everybody agrees. `TIEBREAK_SOAK=20` makes it that many times longer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tiebreak_tests::anywhere::{Anywhere, Reviewed, soak};
use tiebreak_tests::bad_wire::BadWire;
use tiebreak_tests::desk_harness::TestDesk;
use tiebreak_tests::desk_process::{Acknowledged, DeskProcess};
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tiebreak_tests::moody_receiver::MoodyReceiver;
use tiebreak_tests::own_postgres::OwnPostgres;
use tiebreak_tests::small_cases::PAIRS;
use tokio::task::{JoinHandle, block_in_place};

const HUBS: usize = 3;
const DESKS: usize = 2;
const REVIEWERS: usize = 2;
const OPTIONS: [&str; 3] = ["--undo-seconds", "0", "--allow-private-webhooks"];

/// For the size of a test in CI.
const DECIDED_WITHIN: Duration = Duration::from_secs(120);

/// From the last fault until everything is where it belongs. A delivery that a killed hub had taken waits for its lease.
const PATIENCE: Duration = Duration::from_secs(150);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    HubKilled,
    DatabaseKilled,
    DeskKilled,
    WireCut,
}

impl Fault {
    const ALL: [Self; 4] = [
        Self::HubKilled,
        Self::DatabaseKilled,
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
    total: usize,
    server: OwnPostgres,
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
    sending: JoinHandle<()>,
    stop: Arc<AtomicBool>,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_or_cut_nothing_acknowledged_is_lost_and_all_agree_in_the_end() {
    let Some(server) = OwnPostgres::start() else {
        return;
    };
    let mut team = Team::begins(server, 40 * soak()).await;
    let began = Instant::now();
    let faults = team.is_plagued().await;
    let (plagued, cut) = (began.elapsed(), team.wire.counts());
    let books = team.comes_to_rest().await;
    eprintln!(
        "{faults:?} in {plagued:.0?}; {} of {} connections cut; {} decisions, {} of them acknowledged; {} moods of the receiver; \
         at rest after {:.0?}",
        cut.1,
        cut.0,
        books.decided,
        books.acknowledged,
        books.moods,
        began.elapsed() - plagued
    );
}

struct Books {
    decided: usize,
    acknowledged: usize,
    moods: u64,
}

impl Team {
    async fn begins(server: OwnPostgres, total: usize) -> Self {
        let database = server.database();
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
        let lead = hubs[0].caller("Lea", &["lead"]);
        let stop = Arc::new(AtomicBool::new(false));
        let (mut deciders, mut desks, mut reviewers) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..DESKS {
            let person = hubs[0].caller(&format!("Desk {n}"), &["steward"]);
            desks.push(DeskProcess::start(&wire.base, &person.token, PAIRS).await);
            deciders.push(person);
        }
        for n in 0..REVIEWERS {
            let person = hubs[0].caller(&format!("Reviewer {n}"), &["steward"]);
            let anywhere = Anywhere::new(&there, &person.token);
            reviewers.push(tokio::spawn(anywhere.review(PAIRS, stop.clone())));
            deciders.push(person);
        }
        let followers = ["/v1/decisions", "/v1/labels"].map(|path| {
            let reader = Anywhere::new(&there, &lead.token);
            (path, tokio::spawn(reader.follow(path, stop.clone())))
        });
        let source = Anywhere::new(&there, &hubs[0].token("matcher", &["source"]));
        Self {
            total,
            server,
            sending: tokio::spawn(source.send_pairs(total)),
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
            if decided >= Some(self.total) && faults.len() == Fault::ALL.len() {
                return faults;
            }
            assert!(
                Instant::now() < deadline,
                "{decided:?} of {} are decided; what somebody holds to be decided, no hub knows of?",
                self.total
            );
            let pause = rand::rng().random_range(50..500);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if ahead.is_empty() {
                ahead = shuffled();
            }
            let fault = ahead.pop().unwrap();
            let gave_up = self.reviewers.iter().any(JoinHandle::is_finished);
            assert!(!gave_up, "a reviewer was answered what they can't go on with");
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
                block_in_place(|| self.hubs[hub].start_again());
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
            Fault::WireCut => self.wire.sever(),
        }
    }

    /// How many cases are decided, as far as a hub can say just now.
    async fn decided(&self) -> Option<usize> {
        let queues = Anywhere::new(std::slice::from_ref(&self.wire.base), &self.lead.token)
            .get("/v1/queues")
            .await?;
        let decided = queues["items"].get(0)?["decided"].as_u64()?;
        usize::try_from(decided).ok()
    }

    /// The wire is mended, the desks are killed a last time, and everything is looked at.
    async fn comes_to_rest(mut self) -> Books {
        self.wire.mend();
        (&mut self.sending).await.unwrap();
        self.stop.store(true, Ordering::SeqCst);
        let mut acknowledged: Vec<Acknowledged> = Vec::new();
        let mut given: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (n, reviewer) in self.reviewers.drain(..).enumerate() {
            let reviewed = reviewer.await.unwrap();
            for case in reviewed.given {
                given.entry(case).or_default().insert(n);
            }
            acknowledged.extend(reviewed.acknowledged);
        }
        let mut opened = Vec::new();
        for desk in self.desks.drain(..) {
            let (decisions, folder) = desk.end();
            acknowledged.extend(decisions);
            opened.push(TestDesk::open(folder).await);
        }
        for desk in &opened {
            desk.call("sync_now", json!({})).await;
            desk.until_delivered().await;
            desk.until_synced().await;
        }
        let twice: Vec<_> = given.iter().filter(|(_, people)| people.len() > 1).collect();
        assert!(twice.is_empty(), "cases given to two people: {twice:?}");

        let feed = self.lead.everything("/v1/decisions").await;
        self.each_case_is_decided_once(&feed, &acknowledged);
        self.nothing_was_kept_or_undone(&feed).await;
        for (desk, person) in opened.iter().zip(&self.deciders) {
            converged(desk, person).await;
        }
        for (path, follower) in self.followers.drain(..) {
            let rows = self.lead.everything(path).await;
            let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
            assert_eq!(
                follower.await.unwrap(),
                ids,
                "a follower of {path} saw every row once, in order"
            );
        }
        everything_was_told_in_order(&self.admin, &self.receiver, &feed).await;
        self.hubs[0].run(&["verify"]);
        Books {
            decided: feed.len(),
            acknowledged: acknowledged.len(),
            moods: self.receiver.moods(),
        }
    }

    fn each_case_is_decided_once(&self, feed: &[Value], acknowledged: &[Acknowledged]) {
        let released: BTreeMap<String, String> = feed
            .iter()
            .map(|row| (text(&row["case"]["id"]), text(&row["id"])))
            .collect();
        assert_eq!(released.len(), self.total, "every case is decided");
        assert_eq!(feed.len(), self.total, "and none by two decisions");
        for (id, case) in acknowledged {
            assert_eq!(
                released.get(case),
                Some(id),
                "what was acknowledged is what counts"
            );
        }
    }

    /// A decision that reached a hub twice, or a case that went to two people, would be there.
    async fn nothing_was_kept_or_undone(&self, feed: &[Value]) {
        let mut own = BTreeSet::new();
        for person in &self.deciders {
            for row in person.everything("/v1/me/decisions").await {
                assert_eq!(row["state"], "released", "{row}");
                own.insert(text(&row["id"]));
            }
        }
        let released: BTreeSet<String> = feed.iter().map(|row| text(&row["id"])).collect();
        assert_eq!(
            own, released,
            "what people find of their own is what was released"
        );
    }
}

/// The desk and the hub say the same of this person's decisions, and nothing is left on either side.
async fn converged(desk: &TestDesk, person: &Caller) {
    let mut at_desk = BTreeSet::new();
    let mut after = Value::Null;
    loop {
        let page = desk.call("history", json!({"after": after})).await;
        for row in page["rows"].as_array().unwrap() {
            assert_eq!(row["standing"], "released", "{row}");
            at_desk.insert((text(&row["decision_id"]), text(&row["case_id"])));
        }
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let rows = person.everything("/v1/me/decisions").await;
    let at_hub: BTreeSet<(String, String)> = rows
        .iter()
        .map(|row| (text(&row["id"]), text(&row["case"]["id"])))
        .collect();
    assert_eq!(at_desk, at_hub, "the desk's history is the hub's");
    let overview = desk.overview().await;
    for name in ["outbox_waiting", "outbox_wedged"] {
        assert_eq!(overview[name], 0, "{overview}");
    }
    let queue = &overview["queues"][0];
    assert_eq!(
        (&queue["left"], &queue["at_hand"]),
        (&json!(0), &json!(0)),
        "{overview}"
    );
}

/// At least once, the first time in order per case, and nothing given up.
async fn everything_was_told_in_order(admin: &Caller, receiver: &MoodyReceiver, feed: &[Value]) {
    let hook = text(&admin.get("/v1/webhooks").await["items"][0]["id"]);
    let deadline = Instant::now() + PATIENCE;
    let waiting = format!("/v1/webhooks/{hook}/deliveries?state=waiting");
    loop {
        let left = admin.everything(&waiting).await;
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "never told: {left:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let dead = format!("/v1/webhooks/{hook}/deliveries?state=dead");
    assert_eq!(admin.everything(&dead).await, [] as [Value; 0]);
    let (mut known, mut last) = (BTreeSet::new(), BTreeMap::<String, u64>::new());
    let mut told = BTreeSet::new();
    for event in receiver.took() {
        if !known.insert(text(&event["id"])) {
            continue;
        }
        let (case, sequence) = (text(&event["subject"]), text(&event["sequence"]).parse().unwrap());
        let before = last.insert(case.clone(), sequence).unwrap_or(0);
        assert_eq!(sequence, before + 1, "{case} is told in order, without a gap");
        if event["type"] == "decision.released" {
            told.insert(text(&event["data"]["id"]));
        }
    }
    let released: BTreeSet<String> = feed.iter().map(|row| text(&row["id"])).collect();
    assert_eq!(told, released, "every release was told");
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is text"))
        .to_owned()
}
