//! Cases, what they hold, and what is left of them.

use domain::outcome::CaseState;
use serde_json::json;

use super::{at, decided, furnish, head, stands};
use crate::store::cases::{self, Filter};
use crate::store::decisions::{self, DecisionPayload};
use crate::store::erasing::{self, Outlived};
use crate::store::{Store, Tx, labels, payloads, queues, us};

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
        received_us: us(at(revision.into())),
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
    let record = async |tx: &mut Tx, queue, sensitivities| {
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

pub async fn erasing_leaves_rows_and_hashes_of_what_outlived_its_days(store: &Store) {
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
