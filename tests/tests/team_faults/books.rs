//! What everything comes to once nothing fails any more: who acknowledged what, what counts, and who was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::TestDesk;
use tiebreak_tests::desk_process::Acknowledged;
use tiebreak_tests::hub_process::Caller;
use tiebreak_tests::moody_receiver::MoodyReceiver;
use tiebreak_tests::small_cases::{DOUBLES, PAIRS};

use crate::Team;

/// From the last fault until everything is where it belongs. A delivery that a killed hub had taken waits for its lease.
const PATIENCE: Duration = Duration::from_secs(150);

pub struct Books {
    pub decided: usize,
    /// Of them by an adjudicator.
    pub settled: usize,
    pub acknowledged: usize,
    pub moods: u64,
}

/// Decisions by their id: their case and where they stand.
type Opinions = BTreeMap<String, (String, String)>;

/// Longer than a connection is trusted (`hub/src/store`).
const FOUND_OUT: Duration = Duration::from_millis(1500);

impl Team {
    /// The wires are mended, the desks are killed a last time, and everything is looked at.
    pub async fn comes_to_rest(mut self) -> Books {
        self.database_wire.mend();
        self.wire.mend();
        // A hub tries no connection before it uses it that it used a moment ago: of those that were cut just now each is found out by then.
        tokio::time::sleep(FOUND_OUT).await;
        for sending in self.sending.drain(..) {
            sending.await.unwrap();
        }
        self.stop.store(true, Ordering::SeqCst);
        let mut acknowledged: Vec<Acknowledged> = Vec::new();
        let mut given: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (n, reviewer) in self.reviewers.drain(..).enumerate() {
            let reviewed = reviewer.await.unwrap();
            for (queue, case) in reviewed.given {
                if queue == PAIRS {
                    given.entry(case).or_default().insert(n);
                }
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
        let opinions = self.each_case_is_decided_once(&feed).await;
        for (id, case) in &acknowledged {
            let known = opinions.get(id).map(|(case, _)| case);
            assert_eq!(known, Some(case), "what was acknowledged counts");
        }
        self.people_find_their_own(&opinions).await;
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
        let settled = feed.iter().filter(|row| row["basis"] == "adjudicated").count();
        Books {
            decided: feed.len(),
            settled,
            acknowledged: acknowledged.len(),
            moods: self.receiver.moods(),
        }
    }

    /// By one row of the feed, and beside it by nothing but what the two came to that were asked for.
    async fn each_case_is_decided_once(&self, feed: &[Value]) -> Opinions {
        let released: BTreeMap<String, &Value> =
            feed.iter().map(|row| (text(&row["case"]["id"]), row)).collect();
        let total = self.pairs + self.doubles;
        assert_eq!(released.len(), total, "every case is decided");
        assert_eq!(feed.len(), total, "and none by two decisions");
        let mut opinions = Opinions::new();
        for (case, row) in released {
            if row["queue"] == PAIRS {
                opinions.insert(text(&row["id"]), (case, "released".to_owned()));
                continue;
            }
            let whole = self.lead.case(&case).await;
            assert_eq!(whole["state"], "released", "{whole}");
            let mut found: Vec<(String, String)> = Vec::new();
            let mut people = BTreeSet::new();
            for opinion in whole["decisions"].as_array().unwrap() {
                found.push((text(&opinion["basis"]), text(&opinion["state"])));
                people.insert(text(&opinion["by"]));
                opinions.insert(text(&opinion["id"]), (case.clone(), text(&opinion["state"])));
            }
            found.sort();
            let said = |said: &[(&str, &str)]| said.iter().map(|(b, s)| ((*b).into(), (*s).into())).collect();
            let agreed: Vec<_> = said(&[("human", "released"), ("second_opinion", "released")]);
            let settled: Vec<_> = said(&[
                ("adjudicated", "released"),
                ("human", "kept"),
                ("second_opinion", "kept"),
            ]);
            assert!(found == agreed || found == settled, "{found:?}");
            assert_eq!(people.len(), found.len(), "nobody twice");
        }
        opinions
    }

    /// A decision that reached a hub twice, or a case that went to two people unasked, would be there.
    async fn people_find_their_own(&self, opinions: &Opinions) {
        let mut own = Opinions::new();
        for person in &self.deciders {
            for row in person.everything("/v1/me/decisions").await {
                own.insert(text(&row["id"]), (text(&row["case"]["id"]), text(&row["state"])));
            }
        }
        assert_eq!(&own, opinions, "what people find of their own is all there is");
    }
}

/// The desk and the hub say the same of this person's decisions, and nothing is left on either side.
async fn converged(desk: &TestDesk, person: &Caller) {
    let at_desk = desk
        .until("the end of all opinions", async || ended(desk).await)
        .await;
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
    for queue in overview["queues"].as_array().unwrap() {
        assert_eq!(
            (&queue["left"], &queue["at_hand"]),
            (&json!(0), &json!(0)),
            "{overview}"
        );
    }
}

/// The desk's history, decisions with their cases; none while it doesn't know how all of them ended.
async fn ended(desk: &TestDesk) -> Option<BTreeSet<(String, String)>> {
    let mut found = BTreeSet::new();
    let mut after = Value::Null;
    loop {
        let page = desk.call("history", json!({"after": after})).await;
        for row in page["rows"].as_array().unwrap() {
            let shared = row["queue"] == DOUBLES;
            match row["standing"].as_str()? {
                "released" => {}
                "upheld" | "overruled" if shared => {}
                "awaiting_second" | "disputed" | "settling" | "kept" if shared => return None,
                _ => panic!("{row}"),
            }
            found.insert((text(&row["decision_id"]), text(&row["case_id"])));
        }
        after = page["next"].clone();
        if after.is_null() {
            return Some(found);
        }
    }
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
