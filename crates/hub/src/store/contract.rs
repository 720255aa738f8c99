//! What every store must do, whatever its engine: functions that take an open, empty store, run on SQLite and on a real
//! PostgreSQL. Long, since the facts of the small tables and the list of all of them stand together; larger matters have a
//! file each below `contract/`.

mod access;
mod auditing;
mod barred;
mod many;
mod opinions;
mod sharing;
mod small;
mod webhooks;
mod worklife;

use domain::label::{Basis, Label, LabelHead, LabelPayload, LabelledCase, Selection};
use domain::outcome::CaseState;
use domain::policy::{Order, Person, Role};
use domain::{Instant, Kind};
use serde_json::json;

use self::access::*;
use self::barred::*;
use self::many::*;
use self::sharing::*;
use self::small::*;
use self::webhooks::*;
use self::worklife::*;
use super::audit::{Actor, Entry};
use super::cases::{self, CaseHead, Filter};
use super::events::{Audience, Event};
use super::feeds::FeedFilter;
use super::labels::{LiveFilter, NewLabel};
use super::leases::{LeaseRow, Wanted};
use super::people::PersonRow;
use super::{Store, audit, events, labels, leases, payloads, people, queues, tokens};
use crate::auth::StoredToken;
use auditing::the_audit_is_searched_by_all_that_is_said_at_once;
use opinions::{
    a_case_that_waits_for_a_second_waits_for_somebody_else, a_policy_is_replaced_only_under_its_version,
    a_policy_that_cannot_be_read_is_none, a_tool_is_written_over, two_who_agree_fall_due_once,
};

/// Whom a person stands for who stands for nobody else.
const ME: &str = r#"["p-ana"]"#;

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

pub(crate) fn head(id: &str, external_id: &str) -> CaseHead {
    CaseHead {
        id: id.into(),
        source: "crm".into(),
        external_id: external_id.into(),
        revision: 1,
        kind: Kind::IdentityMatch,
        queue: "sites".into(),
        state: CaseState::Open,
        title: Some("Ä title".into()),
        heading: Some("Ä heading".into()),
        subject: Some(json!({"id": "7"})),
        priority: 0,
        sensitivity: domain::case::Sensitivity::Internal,
        content_hash: "sha256:00".into(),
        due_at: None,
        expires_at: None,
        on_expiry: domain::case::OnExpiry::Escalate,
        proposed_by: None,
        assignee: None,
        correlation_id: Some("c".into()),
        routed: false,
        certainty: 0.25,
        received_at: at(0),
        lease_token: None,
        lease_person: None,
        leased_until: None,
        decision_id: None,
        more: serde_json::Map::from_iter([("x_batch".to_owned(), json!(7))]),
        erased_at: None,
        check_for: None,
        barred: Vec::new(),
        lay_in: Vec::new(),
    }
}

fn stands(head: &CaseHead, state: CaseState, decision_id: Option<&str>) -> CaseHead {
    CaseHead {
        state,
        decision_id: decision_id.map(str::to_owned),
        ..head.clone()
    }
}

fn in_sites(label: Label) -> NewLabel {
    NewLabel {
        label,
        queue: "sites".into(),
    }
}

async fn furnish(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    queues::ensure(&mut tx, "sites", Kind::IdentityMatch, at(0))
        .await
        .unwrap();
    for name in ["ana", "eva"] {
        let person = PersonRow {
            id: format!("p-{name}"),
            name: name.into(),
            queues: vec!["sites".into()],
        };
        people::insert(&mut tx, &person, at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub async fn what_is_not_committed_is_not_there(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    queues::ensure(&mut tx, "gone", Kind::DataConflict, at(0))
        .await
        .unwrap();
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(queues::by_name(&mut tx, "gone").await.unwrap(), None);
    queues::ensure(&mut tx, "kept", Kind::DataConflict, at(0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    assert_eq!(
        queues::by_name(&mut reader, "kept")
            .await
            .unwrap()
            .map(|q| q.kind),
        Some(Kind::DataConflict)
    );
}

pub async fn a_token_is_found_by_its_hash_until_it_is_revoked(store: &Store) {
    furnish(store).await;
    let person = Person {
        id: "p-ana".into(),
        name: "ana".into(),
        roles: vec![Role::Steward, Role::Lead],
        queues: vec!["sites".into()],
    };
    let token = StoredToken {
        id: "t1".into(),
        hash: "h1".into(),
        person,
        sources: vec!["crm".into()],
        expires_at: Some(at(9)),
        revoked_at: None,
        session: false,
        sign_in: "t1".into(),
        ceiling: None,
        may_elevate: None,
        disabled: false,
    };
    let mut tx = store.begin().await.unwrap();
    tokens::insert(&mut tx, &token, at(0)).await.unwrap();
    assert_eq!(tokens::by_hash(&mut tx, "h1").await.unwrap(), Some(token));
    assert_eq!(tokens::by_hash(&mut tx, "h2").await.unwrap(), None);
    assert_eq!(tokens::roles_of_people(&mut tx, at(1)).await.unwrap().len(), 2);
    assert_eq!(
        tokens::roles_of_people(&mut tx, at(10)).await.unwrap(),
        [],
        "an expired token gives nothing"
    );
    assert_eq!(
        tokens::revoke(&mut tx, "t1", at(5)).await.unwrap(),
        Some(tokens::Revoked {
            id: "t1".into(),
            person_id: "p-ana".into(),
            sign_in: "t1".into(),
        })
    );
    assert_eq!(
        tokens::revoke(&mut tx, "h1", at(6)).await.unwrap(),
        None,
        "revoked once"
    );
    assert_eq!(
        tokens::by_hash(&mut tx, "h1")
            .await
            .unwrap()
            .and_then(|t| t.revoked_at),
        Some(at(5))
    );
}

pub async fn a_case_comes_back_as_it_went_in(store: &Store) {
    furnish(store).await;
    let mut expiring = head("c2", "b|b");
    (expiring.due_at, expiring.expires_at, expiring.proposed_by) =
        (Some(at(50)), Some(at(100)), Some("p-eva".into()));
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a"), expiring.clone()])
        .await
        .unwrap();
    assert_eq!(cases::head(&mut tx, "c2").await.unwrap(), Some(expiring.clone()));
    let found = cases::by_keys(&mut tx, &[("crm", "b|b"), ("crm", "x"), ("erp", "a")])
        .await
        .unwrap();
    assert_eq!(found, [expiring.clone()]);
    assert_eq!(cases::expired(&mut tx, at(99), 9).await.unwrap(), []);
    assert_eq!(cases::expired(&mut tx, at(100), 9).await.unwrap().len(), 1);
    cases::set_standing(
        &mut tx,
        &[&stands(&expiring, CaseState::Decided, Some("d"))],
        at(50),
    )
    .await
    .unwrap();
    assert_eq!(
        cases::expired(&mut tx, at(200), 9).await.unwrap(),
        [],
        "what is decided doesn't expire"
    );
    let filter = |change: &dyn Fn(&mut Filter)| {
        let mut f = Filter {
            limit: 9,
            ..Filter::default()
        };
        change(&mut f);
        f
    };
    for (wanted, n) in [
        (filter(&|_| {}), 2),
        (filter(&|f| f.state = Some("decided".into())), 1),
        (filter(&|f| f.external_id = Some("a".into())), 1),
        (filter(&|f| f.after = "c1".into()), 1),
        (filter(&|f| f.queues = Some("[\"other\"]".into())), 0),
        (filter(&|f| f.sources = Some("[\"crm\",\"erp\"]".into())), 2),
        (filter(&|f| f.limit = 1), 1),
    ] {
        assert_eq!(
            cases::list(&mut tx, &wanted).await.unwrap().len(),
            n,
            "{wanted:?}"
        );
    }
}

pub async fn payloads_are_kept_by_revision(store: &Store) {
    furnish(store).await;
    let payload = |revision: u32, text: &str| payloads::NewPayload {
        case_id: "c1".into(),
        revision,
        sent_hash: format!("sent {revision}"),
        content_hash: format!("hash {revision}"),
        received_us: super::us(at(revision.into())),
        payload: json!({"text": text}).to_string(),
        words: text.to_lowercase(),
        suggestion_id: (revision == 2).then(|| "s2".to_owned()),
        details: vec![payloads::NewDetail {
            context_id: "x".into(),
            sensitivity: "restricted".into(),
            detail: "[1]".into(),
        }],
    };
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    payloads::insert(&mut tx, &[payload(1, "Zürich \"quoted\"")])
        .await
        .unwrap();
    payloads::insert(&mut tx, &[payload(2, "Bern 100%")])
        .await
        .unwrap();
    let (first, second) = (
        payloads::read(&mut tx, "c1", 1).await.unwrap(),
        payloads::read(&mut tx, "c1", 2).await.unwrap(),
    );
    assert_eq!(
        (first.json, first.suggestion_id),
        (json!({"text": "Zürich \"quoted\""}), None)
    );
    assert_eq!(
        (second.content_hash.as_str(), second.suggestion_id.as_deref()),
        ("hash 2", Some("s2"))
    );
    assert_eq!(
        payloads::sent_hash(&mut tx, "c1", 1).await.unwrap().as_deref(),
        Some("sent 1")
    );
    assert_eq!(
        payloads::sent_hashes(&mut tx, &["c1"]).await.unwrap()["c1"],
        "sent 1",
        "of the current revision"
    );
    assert_eq!(
        payloads::detail(&mut tx, "c1", 2, "x").await.unwrap(),
        Some(("restricted".into(), Some(json!([1]))))
    );
    assert_eq!(
        payloads::revisions(&mut tx, "c1").await.unwrap(),
        [(1, at(1)), (2, at(2))]
    );
    for (words, n) in [("%bern 100\\%%", 1), ("%zürich%", 0)] {
        let filter = Filter {
            words: Some(words.into()),
            limit: 9,
            ..Filter::default()
        };
        assert_eq!(
            cases::list(&mut tx, &filter).await.unwrap().len(),
            n,
            "only the newest revision is searched: {words}"
        );
    }
}

pub async fn the_next_cases_are_free_and_not_skipped(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut urgent = head("c3", "c");
    urgent.priority = 4;
    cases::insert(&mut tx, &[head("c1", "a"), head("c2", "b"), urgent])
        .await
        .unwrap();
    let wanted = Wanted {
        queue: "sites",
        person: "p-ana",
        order: Order::Oldest,
        own_order: true,
        limit: 9,
        adjudicates: false,
        sensitivities: None,
        taken: "[]",
        stands_for: ME,
        roles: "[]",
        anybodys: "[]",
    };
    let ids = |heads: Vec<CaseHead>| heads.into_iter().map(|head| head.id).collect::<Vec<_>>();
    assert_eq!(
        ids(leases::next(&mut tx, &wanted).await.unwrap()),
        ["c3", "c1", "c2"]
    );
    let lease = LeaseRow {
        token: "l1".into(),
        case_id: "c3".into(),
        revision: 1,
        person_id: "p-eva".into(),
        expires_at: at(60),
        order: Some("oldest".into()),
        probability: None,
        ended: false,
    };
    leases::give(&mut tx, std::slice::from_ref(&lease), at(0))
        .await
        .unwrap();
    assert_eq!(
        leases::by_token(&mut tx, "l1").await.unwrap(),
        Some(lease),
        "as it was given"
    );
    leases::skip(&mut tx, "c1", "p-ana", at(1)).await.unwrap();
    for order in [Order::Oldest, Order::Uncertain, Order::Random] {
        assert_eq!(
            ids(leases::next(&mut tx, &Wanted { order, ..wanted }).await.unwrap()),
            ["c2"]
        );
    }
    assert_eq!(ids(leases::skipped(&mut tx, &wanted).await.unwrap()), ["c1"]);
    assert_eq!(
        ids(leases::held(&mut tx, "[\"p-eva\"]", "[\"c1\"]").await.unwrap()),
        ["c3"]
    );
    assert_eq!(
        ids(leases::held(&mut tx, "[\"p-eva\"]", "[\"c3\"]").await.unwrap()),
        [""; 0]
    );
    let leased = queues::leased(&mut tx, at(59)).await.unwrap();
    assert_eq!(leased.values().sum::<u64>(), 1, "c3 is held");
    assert!(
        queues::leased(&mut tx, at(60)).await.unwrap().is_empty(),
        "its time is over"
    );
    leases::prolong(&mut tx, "l1", at(90)).await.unwrap();
    assert_eq!(ids(leases::run_out(&mut tx, at(89), 9).await.unwrap()), [""; 0]);
    assert_eq!(ids(leases::run_out(&mut tx, at(90), 9).await.unwrap()), ["c3"]);
    leases::end(&mut tx, &["l1"], "ran_out", at(90)).await.unwrap();
    assert!(leases::by_token(&mut tx, "l1").await.unwrap().unwrap().ended);
    assert_eq!(
        leases::last_of(&mut tx, &[("c3", "p-eva", 1), ("c3", "p-ana", 1)])
            .await
            .unwrap()
            .iter()
            .map(|lease| (lease.token.as_str(), lease.expires_at))
            .collect::<Vec<_>>(),
        [("l1", at(90))]
    );
    leases::forget_skips(&mut tx, "c1").await.unwrap();
    assert_eq!(ids(leases::skipped(&mut tx, &wanted).await.unwrap()), [""; 0]);
}

pub async fn counts_are_the_sum_of_their_changes(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    for (open, decided) in [(5, 1), (-2, 0), (1, 1)] {
        let deltas = [(CaseState::Open, open), (CaseState::Decided, decided)];
        let deltas = deltas.map(|(state, delta)| (("sites".to_owned(), state), delta));
        queues::count(&mut tx, &deltas.into()).await.unwrap();
    }
    let counts = queues::counts(&mut tx).await.unwrap();
    assert_eq!(counts[&("sites".to_owned(), CaseState::Open)], 4);
}

pub async fn a_system_s_record_is_kept_by_how_sensitive_its_cases_were(store: &Store) {
    use super::decisions;
    use domain::case::Sensitivity;
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let mut all = [head("c1", "a"), head("c2", "b")];
    all[1].sensitivity = Sensitivity::Confidential;
    cases::insert(&mut tx, &all).await.unwrap();
    for (id, case_id) in [("d1", "c1"), ("d2", "c2")] {
        let decision = decisions::DecisionHead {
            id: id.into(),
            case_id: case_id.into(),
            ..decided()
        };
        decisions::insert(&mut tx, &[(decision, decisions::DecisionPayload::default())])
            .await
            .unwrap();
        decisions::release(&mut tx, &[id], at(40)).await.unwrap();
    }
    // Another sensitivity later doesn't move what was counted.
    all[0].sensitivity = Sensitivity::Restricted;
    cases::revise(&mut tx, &all[0]).await.unwrap();
    for (decision, right, sign) in [
        ("d1", true, 1),
        ("d1", false, 1),
        ("d2", true, 1),
        ("d1", true, -1),
    ] {
        labels::count_claim(&mut tx, decision, "zip", "crm", right, sign)
            .await
            .unwrap();
    }
    let record = async |tx: &mut super::Tx, queue, sensitivities| {
        let found = labels::claim_counts(tx, queue, None, sensitivities)
            .await
            .unwrap();
        found
            .iter()
            .map(|count| (count.right, count.n))
            .collect::<Vec<_>>()
    };
    let below = Some(r#"["public","internal"]"#);
    assert_eq!(record(&mut tx, Some("sites"), None).await, [(1, 2)]);
    assert_eq!(record(&mut tx, None, below).await, [(0, 1)]);
    assert_eq!(record(&mut tx, Some("other"), None).await, []);
    for (decision, right) in [("d1", false), ("d2", true)] {
        labels::count_claim(&mut tx, decision, "zip", "crm", right, -1)
            .await
            .unwrap();
    }
    assert_eq!(
        record(&mut tx, None, None).await,
        [],
        "nothing is left of what was taken back"
    );
}

pub async fn positions_have_no_gap_over_transactions(store: &Store) {
    let event = |person: Option<&str>| Event {
        kind: events::QUEUE_COUNTS,
        queue: Some("sites".into()),
        person: person.map(str::to_owned),
        ..Event::default()
    };
    let actor = Actor {
        person: Some("p-ana".into()),
        ..Actor::default()
    };
    for n in 0..3 {
        let mut tx = store.begin().await.unwrap();
        events::append(&mut tx, &[event(None), event(Some("p-eva"))], at(n))
            .await
            .unwrap();
        audit::append(
            &mut tx,
            &[
                (actor.clone(), Entry::new("a", json!({"n": n}))),
                (actor.clone(), Entry::new("b", json!(null)).case("c1")),
            ],
            at(n),
        )
        .await
        .unwrap();
        // Every other one is rolled back and leaves nothing.
        if n != 1 {
            tx.commit().await.unwrap();
        }
    }
    store.sequence().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let eva = Audience {
        person: "p-eva",
        queues: None,
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    let positions: Vec<i64> = events::after(&mut reader, 0, 99, &eva)
        .await
        .unwrap()
        .iter()
        .map(|c| c.position)
        .collect();
    assert_eq!(positions, [1, 2, 3, 4]);
    let ana = Audience {
        person: "p-ana",
        queues: Some("[\"sites\"]".into()),
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    assert_eq!(
        events::after(&mut reader, 0, 99, &ana).await.unwrap().len(),
        2,
        "eva's are eva's alone"
    );
    let rows = audit::after(&mut reader, 0, 99).await.unwrap();
    let mut previous = domain::chain::genesis();
    for (n, row) in rows.iter().enumerate() {
        assert_eq!((row.position, &row.previous_hash), (n as i64 + 1, &previous));
        assert_eq!(
            domain::chain::hash(&previous, row.header.as_bytes()).unwrap(),
            row.hash
        );
        previous.clone_from(&row.hash);
    }
    assert_eq!(rows.len(), 4);
    let happened = audit::of_cases(&mut reader, &["c1", "c2"]).await.unwrap();
    assert_eq!(happened["c1"].len(), 2);
}

pub async fn a_retraction_ends_a_label_and_nothing_is_rewritten(store: &Store) {
    furnish(store).await;
    let label = |id: &str, retracts: Option<&str>| Label {
        head: LabelHead {
            id: id.into(),
            kind: Kind::IdentityMatch,
            decision_id: "d1".into(),
            case: LabelledCase {
                id: "c1".into(),
                source: "crm".into(),
                external_id: "a".into(),
                revision: 1,
                content_hash: "h".into(),
            },
            by: "p_1".into(),
            basis: Basis::Human,
            selection: Selection {
                order: Some(Order::Oldest),
                probability: None,
            },
            split: None,
            at: at(1),
            retracts: retracts.map(str::to_owned),
            correlation_id: Some("request".into()),
        },
        payload: LabelPayload {
            suggestion: retracts.is_none().then(|| json!({"confidence": 0.5})),
            ..LabelPayload::default()
        },
    };
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    super::decisions::insert(
        &mut tx,
        &[(decided(), super::decisions::DecisionPayload::default())],
    )
    .await
    .unwrap();
    labels::append(&mut tx, &[label("l1", None), label("l2", None)].map(in_sites))
        .await
        .unwrap();
    labels::append(&mut tx, &[label("l3", Some("l1"))].map(in_sites))
        .await
        .unwrap();
    assert_eq!(
        labels::by_id(&mut tx, "l2").await.unwrap(),
        Some(label("l2", None))
    );
    tx.commit().await.unwrap();
    store.sequence().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let all = labels::after(
        &mut tx,
        &FeedFilter {
            limit: 9,
            drafts: true,
            ..FeedFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        all.iter()
            .map(|(position, l)| (*position, l.head.id.as_str()))
            .collect::<Vec<_>>(),
        [(1, "l1"), (2, "l2"), (3, "l3")]
    );
    assert_eq!(all[0].1, label("l1", None));
    let live = labels::live(
        &mut tx,
        &LiveFilter {
            limit: 9,
            until: 3,
            ..LiveFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        live.iter().map(|(_, l)| l.head.id.as_str()).collect::<Vec<_>>(),
        ["l2"]
    );
    let before = LiveFilter {
        limit: 9,
        until: 2,
        ..LiveFilter::default()
    };
    assert_eq!(
        labels::live(&mut tx, &before).await.unwrap().len(),
        2,
        "both were live before the retraction"
    );
    assert_eq!(labels::live_of_decision(&mut tx, "d1").await.unwrap().len(), 1);
}

/// Two transactions at once never get the same case; on SQLite the second one waits for the first.
pub async fn two_claims_at_once_get_different_cases(store: &Store) {
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let heads: Vec<CaseHead> = (0..40)
        .map(|n| head(&format!("c{n:02}"), &format!("e{n}")))
        .collect();
    cases::insert(&mut tx, &heads).await.unwrap();
    tx.commit().await.unwrap();
    let claim = async || {
        let mut got = Vec::new();
        for _ in 0..5 {
            let mut tx = store.begin().await.unwrap();
            let wanted = Wanted {
                queue: "sites",
                person: "p-ana",
                order: Order::Oldest,
                own_order: true,
                limit: 2,
                adjudicates: false,
                sensitivities: None,
                taken: "[]",
                stands_for: ME,
                roles: "[]",
                anybodys: "[]",
            };
            for case in leases::next(&mut tx, &wanted).await.unwrap() {
                cases::set_lease(&mut tx, &case.id, Some(("t", "p-ana", at(60))))
                    .await
                    .unwrap();
                got.push(case.id);
            }
            tx.commit().await.unwrap();
        }
        got
    };
    let (a, b, c, d) = tokio::join!(claim(), claim(), claim(), claim());
    let mut all = [a, b, c, d].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40, "each case went to one of them");
}

/// A row that is committed after later ones were given their positions comes after them: no follower misses it.
pub async fn what_commits_late_is_read_later(store: &Store) {
    let event = || Event {
        kind: events::CASE_REVISED,
        case_id: Some("c1".into()),
        ..Event::default()
    };
    if store.engine() == super::Engine::Postgres {
        let mut late = store.begin().await.unwrap();
        events::append(&mut late, &[event()], at(1)).await.unwrap();
        let mut early = store.begin().await.unwrap();
        events::append(&mut early, &[event(), event()], at(2))
            .await
            .unwrap();
        early.commit().await.unwrap();
        store.sequence().await.unwrap();
        late.commit().await.unwrap();
    } else {
        let mut tx = store.begin().await.unwrap();
        events::append(&mut tx, &[event(), event(), event()], at(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let all = Audience {
        person: "p",
        queues: None,
        sources: None,
        sensitivities: None,
        queue: None,
        kind: None,
    };
    let mut conn = store.reader().await.unwrap();
    let seen = if store.engine() == super::Engine::Postgres {
        2
    } else {
        3
    };
    assert_eq!(events::after(&mut conn, 0, 9, &all).await.unwrap().len(), seen);
    store.sequence().await.unwrap();
    let rest = events::after(&mut conn, seen as i64, 9, &all).await.unwrap();
    assert_eq!(rest.len(), 3 - seen, "the follower goes on from where it was");
}

/// Any number of sequencers at once: no position twice, none left out, one chain.
pub async fn several_sequencers_make_one_chain(store: &Store) {
    let work = async |n: i64| {
        for k in 0..10 {
            let mut tx = store.begin().await.unwrap();
            let entry = Entry::new("a", json!({"n": n, "k": k}));
            audit::append(&mut tx, &[(Actor::default(), entry)], at(n))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            store.sequence().await.unwrap();
        }
    };
    tokio::join!(work(1), work(2), work(3), work(4));
    let mut conn = store.reader().await.unwrap();
    let rows = audit::after(&mut conn, 0, 99).await.unwrap();
    let mut previous = domain::chain::genesis();
    for (n, row) in rows.iter().enumerate() {
        assert_eq!((row.position, &row.previous_hash), (n as i64 + 1, &previous));
        assert_eq!(
            domain::chain::hash(&previous, row.header.as_bytes()).unwrap(),
            row.hash
        );
        previous.clone_from(&row.hash);
    }
    assert_eq!(rows.len(), 40);
}

pub async fn what_waits_for_its_position_is_as_old_as_its_oldest_row(store: &Store) {
    use super::{Engine, sequencer};
    for n in [9, 7] {
        let mut tx = store.begin().await.unwrap();
        let entry = Entry::new("a", json!({}));
        audit::append(&mut tx, &[(Actor::default(), entry)], at(n))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut conn = store.reader().await.unwrap();
    let waits = (store.engine() == Engine::Postgres).then(|| at(9));
    assert_eq!(
        sequencer::pending_since(&mut conn).await.unwrap(),
        waits,
        "by its id"
    );
    store.sequence().await.unwrap();
    assert_eq!(sequencer::pending_since(&mut conn).await.unwrap(), None);
}

fn decided() -> super::decisions::DecisionHead {
    super::decisions::DecisionHead {
        id: "d1".into(),
        case_id: "c1".into(),
        revision: 1,
        person_id: "p-ana".into(),
        fingerprint: "f".into(),
        state: domain::outcome::DecisionState::Pending,
        kind: Kind::IdentityMatch,
        queue: "sites".into(),
        source: "crm".into(),
        agreement: domain::decision::Agreement::Override,
        edited: false,
        content_hash: "h".into(),
        suggestion_id: None,
        model: Some("splink".into()),
        model_version: None,
        rule: None,
        accepted_at: at(1),
        undo_until: Some(at(31)),
        released_at: None,
        marked_wrong_at: None,
        decided_at: None,
        active_ms: Some(8400),
        lease_token: None,
        selection_order: None,
        selection_probability: None,
        correlation_id: None,
        end_reason: None,
        ended_by: None,
        answer: "{}".into(),
        basis: Basis::Human,
        draft: false,
    }
}

pub async fn a_decision_falls_due_once_and_is_counted_once_released(store: &Store) {
    use super::decisions::{self, RateFilter};
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    cases::insert(&mut tx, &[head("c1", "a")]).await.unwrap();
    decisions::insert(&mut tx, &[(decided(), decisions::DecisionPayload::default())])
        .await
        .unwrap();
    assert_eq!(decisions::by_id(&mut tx, "d1").await.unwrap(), Some(decided()));
    assert_eq!(decisions::due(&mut tx, at(30), 9).await.unwrap(), []);
    assert_eq!(decisions::due(&mut tx, at(31), 9).await.unwrap().len(), 1);
    let filter = RateFilter {
        from: i64::MIN,
        to: i64::MAX,
        group_by: Some("model".into()),
        by: Some("splink@".into()),
        ..RateFilter::default()
    };
    assert!(
        decisions::rates(&mut tx, &filter).await.unwrap().is_empty(),
        "what is pending isn't counted"
    );
    decisions::release(&mut tx, &["d1"], at(32)).await.unwrap();
    assert_eq!(decisions::due(&mut tx, at(99), 9).await.unwrap(), []);
    let rates = decisions::rates(&mut tx, &filter).await.unwrap();
    assert_eq!(rates[&Some("splink".to_owned())].overridden, 1);
    decisions::mark_wrong(&mut tx, "d1", "slip", Some("p-ana"), at(33))
        .await
        .unwrap();
    assert!(decisions::rates(&mut tx, &filter).await.unwrap().is_empty());
}

pub async fn erasing_leaves_rows_and_hashes_of_what_outlived_its_days(store: &Store) {
    use super::decisions::{self, DecisionPayload};
    use super::erasing::{self, Outlived};
    use domain::case::Sensitivity;
    furnish(store).await;
    let mut tx = store.begin().await.unwrap();
    let (old, open) = (head("c1", "a"), head("c2", "b"));
    cases::insert(&mut tx, &[old.clone(), open]).await.unwrap();
    decisions::insert(&mut tx, &[(decided(), DecisionPayload::default())])
        .await
        .unwrap();
    cases::set_standing(&mut tx, &[&stands(&old, CaseState::Released, Some("d1"))], at(60))
        .await
        .unwrap();
    let outlived = |closed_by| Outlived {
        queue: "sites",
        sensitivity: Sensitivity::Internal,
        closed_by: at(closed_by),
    };
    assert_eq!(erasing::count(&mut tx, outlived(59)).await.unwrap(), 0);
    assert_eq!(erasing::count(&mut tx, outlived(60)).await.unwrap(), 1);
    assert!(
        erasing::detailed(&mut tx, outlived(60), 9)
            .await
            .unwrap()
            .is_empty()
    );
    let ids = erasing::cases(&mut tx, outlived(60), 9).await.unwrap();
    assert_eq!(ids, ["c1"]);
    erasing::erase_details(&mut tx, &ids, Sensitivity::Restricted)
        .await
        .unwrap();
    erasing::erase(&mut tx, &ids, at(70)).await.unwrap();
    assert_eq!(
        erasing::count(&mut tx, outlived(60)).await.unwrap(),
        0,
        "erased once"
    );
    let erased = cases::head(&mut tx, "c1").await.unwrap().unwrap();
    assert_eq!(
        (erased.erased_at, erased.title, erased.heading, erased.subject),
        (Some(at(70)), None, None, None)
    );
    assert_eq!(erased.content_hash, old.content_hash);
    assert!(decisions::payload(&mut tx, "d1").await.unwrap().erased);
    cases::set_standing(&mut tx, &[&stands(&old, CaseState::Open, None)], at(80))
        .await
        .unwrap();
    assert_eq!(
        erasing::count(&mut tx, outlived(99)).await.unwrap(),
        0,
        "open again"
    );
}

pub async fn what_the_hub_knows_of_itself_is_kept(store: &Store) {
    use super::meta;
    let mut tx = store.begin().await.unwrap();
    assert!(meta::checkpoint_seed(&mut tx).await.unwrap().is_none());
    assert!(meta::keep_checkpoint_seed(&mut tx, "00").await.unwrap());
    assert!(
        !meta::keep_checkpoint_seed(&mut tx, "11").await.unwrap(),
        "the first stays"
    );
    assert_eq!(
        meta::checkpoint_seed(&mut tx).await.unwrap().unwrap().as_str(),
        "00"
    );
    assert_eq!(
        meta::retention(&mut tx).await.unwrap(),
        domain::retention::Retention::default()
    );
    let retention: domain::retention::Retention =
        serde_json::from_value(json!({"queues": {"sites": {"internal": 9}}})).unwrap();
    for _ in 0..2 {
        meta::set_retention(&mut tx, &retention).await.unwrap();
    }
    assert_eq!(meta::retention(&mut tx).await.unwrap(), retention);
}

/// Every fact on every engine. PostgreSQL is the one in `TIEBREAK_TEST_POSTGRES` (scripts/postgres.sh), a database each.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                let store = super::Store::open(&format!("sqlite:{}", folder.path().join("hub.db").display()), None).await.unwrap();
                super::$name(&store).await;
                store.close().await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(database) = super::postgres_database().await else { return };
                let store = super::Store::open(&database, None).await.unwrap();
                super::$name(&store).await;
                store.close().await;
            })+
        }
    };
}

/// The address of a new, empty database; none, said loudly, where there is no PostgreSQL to test on.
async fn postgres_database() -> Option<String> {
    let Ok(server) = std::env::var("TIEBREAK_TEST_POSTGRES") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI tests on PostgreSQL: run it by scripts/postgres.sh"
        );
        eprintln!("SKIPPED on PostgreSQL: TIEBREAK_TEST_POSTGRES isn't set (scripts/postgres.sh sets it)");
        return None;
    };
    let name = format!("tiebreak_{}", uuid::Uuid::new_v4().simple());
    sqlx::any::install_default_drivers();
    let mut conn = <sqlx::AnyConnection as sqlx::Connection>::connect(&server)
        .await
        .unwrap();
    sqlx::Executor::execute(&mut conn, sqlx::AssertSqlSafe(format!("create database {name}")))
        .await
        .unwrap();
    let (place, _) = server.rsplit_once('/').unwrap();
    Some(format!("{place}/{name}"))
}

on_both_engines!(
    what_is_not_committed_is_not_there,
    a_token_is_found_by_its_hash_until_it_is_revoked,
    a_case_comes_back_as_it_went_in,
    payloads_are_kept_by_revision,
    the_next_cases_are_free_and_not_skipped,
    counts_are_the_sum_of_their_changes,
    a_system_s_record_is_kept_by_how_sensitive_its_cases_were,
    positions_have_no_gap_over_transactions,
    the_audit_is_searched_by_all_that_is_said_at_once,
    a_retraction_ends_a_label_and_nothing_is_rewritten,
    a_decision_falls_due_once_and_is_counted_once_released,
    two_claims_at_once_get_different_cases,
    what_commits_late_is_read_later,
    several_sequencers_make_one_chain,
    what_waits_for_its_position_is_as_old_as_its_oldest_row,
    erasing_leaves_rows_and_hashes_of_what_outlived_its_days,
    what_the_hub_knows_of_itself_is_kept,
    a_webhook_comes_back_as_it_went_in_and_goes_with_its_deliveries,
    of_a_case_only_the_first_delivery_is_taken,
    a_webhook_fails_from_the_first_try_of_what_was_not_taken_since_its_last_success,
    takers_at_once_never_get_the_same_delivery,
    a_delivery_is_settled_by_who_has_it_and_taken_over_from_who_is_gone,
    a_higher_number_of_a_case_is_committed_later,
    what_was_given_up_begins_anew_when_it_is_replayed,
    a_policy_is_replaced_only_under_its_version,
    a_policy_that_cannot_be_read_is_none,
    a_tool_is_written_over,
    a_case_that_waits_for_a_second_waits_for_somebody_else,
    two_who_agree_fall_due_once,
    a_case_is_held_moved_and_ranked_by_its_queue,
    what_is_free_is_known_wherever_it_waits,
    what_is_due_and_what_expired_is_counted,
    decisions_are_found_by_case_and_person_and_end_with_a_reason,
    contents_are_read_with_what_else_there_is_of_their_case,
    a_person_is_found_by_id_and_by_the_name_they_had_then,
    a_devices_key_is_enrolled_once_and_stays_when_it_is_revoked,
    gold_is_found_by_when_it_was_planted,
    what_is_written_by_itself_comes_back,
    what_is_given_to_a_person_is_changed_only_under_its_version,
    a_sign_in_has_the_roles_of_its_person,
    an_elevation_runs_until_its_end_and_is_noted_as_ended_once,
    an_identity_token_is_taken_once,
    what_lies_above_a_ceiling_is_not_given_not_listed_and_not_counted,
    what_is_passed_on_above_a_ceiling_waits_for_nobody_below_it,
    an_escalated_case_is_given_only_to_those_it_was_escalated_to,
    an_overdue_case_is_escalated_once_a_revision,
    an_absence_takes_the_place_of_the_one_before,
    who_looks_is_said_until_it_is_over_or_they_look_away,
    a_long_queue_is_ranked_in_parts,
    gold_is_handed_to_nobody_twice_and_erased_with_its_retirement,
    an_audit_is_of_somebody_else_s_decision_on_a_case_one_never_had,
    a_check_is_seen_by_who_it_was_made_for,
    answers_on_checks_are_counted_by_queue,
    a_word_is_found_however_many_cases_have_it,
    many_decisions_come_back_as_they_went_in,
    many_cases_are_held_read_and_set_together,
    of_many_leases_the_last_of_each_is_found_and_they_end_together,
    rows_of_the_feed_written_together_stand_one_after_the_other,
    who_is_barred_is_not_given_the_case_until_it_is_revised,
    cases_that_are_alike_to_several_are_found_together_in_their_order,
    from_the_first_case_on_that_one_may_not_be_given_each_looks_alone,
    a_dispute_is_found_for_one_who_decides_nothing_else,
    what_waits_for_one_who_is_away_is_found_by_name_and_given_to_anybody,
);
