//! The store itself: what a wrong key, a newer version and a full disk do to it.

use std::path::Path;

use chrono::Utc;
use domain::Kind;
use domain::action::tool::Tool;
use domain::decision::{Agreement, Decision};
use domain::draft::Draft;
use domain::outcome::{CaseState, DecisionState, OutcomeStatus};
use protocol::WireError;
use protocol::hub::CaseWhole;
use protocol::ipc::OutcomeView;
use serde_json::json;
use tempfile::TempDir;
use tiebreak_desk::StoreKey;
use tiebreak_desk::replica::cases::Standing;
use tiebreak_desk::replica::decisions::{DecisionStored, Heard, News, Stage};
use tiebreak_desk::replica::outbox::TakenBack;
use tiebreak_desk::replica::{NotWritten, Replica, ReplicaError};

#[cfg(test)]
fn whole(id: &str, padding: usize) -> CaseWhole {
    let case = json!({"source": "s", "external_id": id, "revision": 1, "kind": "identity_match", "title": "x".repeat(padding), "body": {}});
    serde_json::from_value(json!({
        "id": id, "queue": "sites", "state": CaseState::Open, "content_hash": "sha256:1", "received_at": Utc::now(),
        "suggestion_id": null, "show_machine": true, "source": case["source"], "external_id": id, "revision": 1,
        "kind": "identity_match", "title": case["title"], "body": {},
    }))
    .unwrap()
}

#[cfg(test)]
fn decision(id: &str, case_id: &str) -> DecisionStored {
    DecisionStored {
        decision: Decision {
            id: id.into(),
            case_id: case_id.into(),
            case_revision: 1,
            content_hash: "sha256:1".into(),
            lease: None,
            verdict: Some(json!({"clusters": [["a", "b"]]})),
            cannot_tell: false,
            reasons: Vec::new(),
            comment: Some("why ".repeat(2000)),
            decided_at: Some(Utc::now()),
            active_ms: None,
            shown: None,
            signature: None,
        },
        queue: "sites".into(),
        kind: Kind::IdentityMatch,
        title: "Armour".into(),
        words: "Same".into(),
        agreement: Agreement::Agree,
        overrides: None,
        decided_at: Utc::now(),
        stage: Stage::Waiting,
        undo_until: None,
        undo_seconds: 30,
        irreversible: false,
        undoing: false,
        wedged: false,
        case_state: None,
        upheld: None,
        outcome: None,
    }
}

#[cfg(test)]
async fn with_case(folder: &TempDir, key: &StoreKey) -> Replica {
    let replica = Replica::open(&folder.path().join("replica.db"), key)
        .await
        .unwrap();
    replica
        .put_cases(&[(whole("c1", 10), None, Standing::AtHand)], Utc::now())
        .await
        .unwrap();
    replica
}

#[tokio::test]
async fn a_wrong_key_opens_nothing_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let key = StoreKey::random();
    with_case(&folder, &key).await.close().await;
    let file = folder.path().join("replica.db");
    let before = std::fs::read(&file).unwrap();
    assert!(
        !before.starts_with(b"SQLite format 3"),
        "the file isn't encrypted"
    );
    assert!(matches!(
        Replica::open(&file, &StoreKey::random()).await,
        Err(ReplicaError::WrongKey)
    ));
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let again = Replica::open(&file, &key).await.unwrap();
    assert_eq!(again.cases_at_hand("sites").await.unwrap(), ["c1"]);
    again.close().await;
}

#[tokio::test]
async fn a_full_disk_refuses_a_decision_in_words_and_takes_it_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("replica.db"), StoreKey::random());
    with_case(&folder, &key).await.close().await;
    // SQLite never sets the limit below what is used: from here on nothing grows.
    let replica = Replica::open_limited(&file, &key, 1).await.unwrap();
    let refused = replica.commit_decision(&decision("d1", "c1")).await.unwrap_err();
    assert!(matches!(refused, ReplicaError::DiskFull), "{refused:?}");
    assert_eq!(WireError::from(refused).code, "disk_full");
    for _ in 0..10 {
        let again = replica.commit_decision(&decision("d1", "c1")).await.unwrap_err();
        assert!(
            matches!(again, ReplicaError::DiskFull),
            "no connection is stuck in what was rolled back: {again:?}"
        );
    }
    assert_eq!(
        replica.cases_at_hand("sites").await.unwrap(),
        ["c1"],
        "the case is still at hand"
    );
    assert_eq!(replica.outbox().await.unwrap(), []);
    replica.close().await;
    let replica = Replica::open(&file, &key).await.unwrap();
    replica
        .commit_decision(&decision("d1", "c1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(replica.outbox().await.unwrap().len(), 1);
    replica.close().await;
}

#[tokio::test]
async fn a_case_is_decided_once_and_only_as_it_was_shown() {
    let folder = tempfile::tempdir().unwrap();
    let replica = with_case(&folder, &StoreKey::random()).await;
    let mut other = decision("d1", "c1");
    other.decision.content_hash = "sha256:2".into();
    assert_eq!(
        replica.commit_decision(&other).await.unwrap(),
        Err(NotWritten::Changed)
    );
    assert_eq!(
        replica.commit_decision(&decision("d1", "nowhere")).await.unwrap(),
        Err(NotWritten::Gone)
    );
    replica
        .commit_decision(&decision("d2", "c1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        replica.commit_decision(&decision("d3", "c1")).await.unwrap(),
        Err(NotWritten::Decided)
    );
    assert_eq!(replica.outbox().await.unwrap().len(), 1);
    replica.close().await;
}

#[tokio::test]
async fn a_case_claimed_anew_while_it_was_decided_stays_decided() {
    let folder = tempfile::tempdir().unwrap();
    let replica = with_case(&folder, &StoreKey::random()).await;
    let stored = decision("d1", "c1");
    replica.commit_decision(&stored).await.unwrap().unwrap();
    let again = [(whole("c1", 10), None, Standing::AtHand)];
    assert_eq!(replica.put_cases(&again, Utc::now()).await.unwrap(), ["c1"]);
    assert_eq!(
        replica.cases_at_hand("sites").await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(
        replica.drop_unleased(&["c1".into()]).await.unwrap(),
        Vec::<String>::new(),
        "what waits in the outbox is never dropped"
    );
    replica.close().await;
}

#[tokio::test]
async fn what_may_have_been_sent_is_taken_back_by_an_undo_in_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let replica = with_case(&folder, &StoreKey::random()).await;
    let stored = decision("d1", "c1");
    replica.commit_decision(&stored).await.unwrap().unwrap();
    replica.mark_tried(&["d1".into()], Utc::now()).await.unwrap();
    let take_back = async || {
        replica
            .take_back(&stored, &Draft::default(), "u1", None, Utc::now())
            .await
            .unwrap()
    };
    assert_eq!(take_back().await, TakenBack::Queued);
    assert_eq!(take_back().await, TakenBack::Already);
    assert_eq!(
        replica.outbox().await.unwrap().len(),
        2,
        "the decision, then its undo"
    );
    assert_eq!(replica.cases_at_hand("sites").await.unwrap(), ["c1"]);
    replica.close().await;
}

#[tokio::test]
async fn purging_after_ninety_days_spares_what_is_not_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let replica = with_case(&folder, &StoreKey::random()).await;
    replica
        .commit_decision(&decision("d1", "c1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        replica
            .purge_decisions(Utc::now() + chrono::TimeDelta::days(91))
            .await
            .unwrap(),
        0
    );
    replica
        .delivered("d1", DecisionState::Released, None, None, None)
        .await
        .unwrap();
    assert_eq!(
        replica
            .purge_decisions(Utc::now() + chrono::TimeDelta::days(91))
            .await
            .unwrap(),
        1
    );
    replica.close().await;
}

/// The store as its file is, past what the program does with it.
#[cfg(test)]
async fn changed_by_a_newer_program(file: &Path, key: &StoreKey, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .pragma("key", key.pragma());
    let mut newer = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options)
        .await
        .unwrap();
    sqlx::query(statement).execute(&mut newer).await.unwrap();
    sqlx::Connection::close(newer).await.unwrap();
}

#[tokio::test]
async fn what_a_newer_program_only_added_keeps_no_older_one_out() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("replica.db"), StoreKey::random());
    with_case(&folder, &key).await.close().await;
    changed_by_a_newer_program(
        &file,
        &key,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (99990101000000, 'more', true, x'00', 0)",
    )
    .await;
    let replica = Replica::open(&file, &key).await.unwrap();
    assert_eq!(replica.cases_held().await.unwrap().len(), 1);
    replica.close().await;
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("replica.db"), StoreKey::random());
    with_case(&folder, &key).await.close().await;
    changed_by_a_newer_program(&file, &key, "pragma user_version = 99").await;
    let refused = Replica::open(&file, &key).await.unwrap_err();
    assert!(
        matches!(refused, ReplicaError::Newer { found: 99, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_failure_is_to_be_seen_whenever_another_is_reported_and_news_is_news_once() {
    let folder = tempfile::tempdir().unwrap();
    let replica = with_case(&folder, &StoreKey::random()).await;
    replica
        .commit_decision(&decision("d1", "c1"))
        .await
        .unwrap()
        .unwrap();
    let heard = |status, detail: &str| Heard {
        state: DecisionState::Released,
        undo_until: None,
        case_state: Some(CaseState::Released),
        upheld: None,
        outcome: Some(OutcomeView {
            status,
            detail: Some(detail.into()),
            at: chrono::DateTime::UNIX_EPOCH,
        }),
    };
    let failed = heard(OutcomeStatus::Failed, "card expired");
    assert_eq!(
        replica.hear("d1", &failed).await.unwrap(),
        News::default(),
        "it isn't delivered: what the hub says is of another"
    );
    replica
        .delivered(
            "d1",
            DecisionState::Pending,
            None,
            None,
            Some(CaseState::AwaitingSecond),
        )
        .await
        .unwrap();
    assert!(replica.waits_for_others("c1").await.unwrap());
    assert_eq!(replica.count_waiting_for_others().await.unwrap(), 1);
    assert!(
        !replica.release_decisions_of("c1").await.unwrap(),
        "only the hub can say what became of it"
    );
    let news = |changed, failed| News { changed, failed };
    assert_eq!(replica.hear("d1", &failed).await.unwrap(), news(true, true));
    assert_eq!(replica.hear("d1", &failed).await.unwrap(), news(false, false));
    assert_eq!(replica.count_waiting_for_others().await.unwrap(), 0);
    assert_eq!(replica.count_failed().await.unwrap(), 1);
    replica.see_outcomes().await.unwrap();
    assert_eq!(replica.count_failed().await.unwrap(), 0);
    let again = heard(OutcomeStatus::Failed, "no such card");
    assert_eq!(replica.hear("d1", &again).await.unwrap(), news(true, true));
    assert_eq!(replica.count_failed().await.unwrap(), 1);
    let done = heard(OutcomeStatus::Done, "");
    assert_eq!(replica.hear("d1", &done).await.unwrap(), news(true, false));
    assert_eq!(replica.count_failed().await.unwrap(), 0);
    replica.close().await;
}

#[tokio::test]
async fn the_registry_of_tools_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("replica.db"), StoreKey::random());
    let replica = Replica::open(&file, &key).await.unwrap();
    let tools = |name: &str| [(name.to_owned(), Tool::read(&json!({"effect": "pay"})).unwrap())].into();
    replica.set_tools(&tools("old")).await.unwrap();
    replica.set_tools(&tools("refund")).await.unwrap();
    replica.close().await;
    let replica = Replica::open(&file, &key).await.unwrap();
    assert_eq!(replica.tools().await.unwrap(), tools("refund"));
    replica.close().await;
}
