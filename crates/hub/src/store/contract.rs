//! What every store must do, whatever its engine: functions that take an open, empty store, run on SQLite and on a real
//! PostgreSQL. The list of all of them and what they share stand here; what they say, below `contract/`.

mod access;
mod auditing;
mod barred;
mod claiming;
mod contents;
mod labelling;
mod many;
mod opinions;
mod sequencing;
mod sharing;
mod small;
mod webhooks;
mod worklife;

use domain::label::{Basis, Label};
use domain::outcome::CaseState;
use domain::policy::{Person, Role};
use domain::{Instant, Kind};
use serde_json::json;

use self::access::*;
use self::auditing::the_audit_is_searched_by_all_that_is_said_at_once;
use self::barred::*;
use self::claiming::*;
use self::contents::*;
use self::labelling::*;
use self::many::*;
use self::opinions::{
    a_case_that_waits_for_a_second_waits_for_somebody_else, a_policy_is_replaced_only_under_its_version,
    a_policy_that_cannot_be_read_is_none, a_tool_is_written_over, two_who_agree_fall_due_once,
};
use self::sequencing::*;
use self::sharing::*;
use self::small::*;
use self::webhooks::*;
use self::worklife::*;
use super::cases::CaseHead;
use super::labels::NewLabel;
use super::people::PersonRow;
use super::{Store, decisions, people, queues, tokens};
use crate::caller::StoredToken;

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

fn decided() -> decisions::DecisionHead {
    decisions::DecisionHead {
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
