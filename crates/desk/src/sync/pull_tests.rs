//! What the desk does with what the hub tells, and with a hub that is away.

use super::*;
use crate::test_desk::{TestDesk, whole};

#[tokio::test]
async fn a_case_to_look_at_again_stays_noted_while_the_hub_is_away_and_through_a_restart() {
    let desk = TestDesk::fresh().await;
    let held = [(whole("c1", 1), None, Standing::AtHand)];
    desk.open.replica.put_cases(&held, desk.open.now()).await.unwrap();
    desk.open
        .replica
        .set_feed_cursor("7", &["c1".into()])
        .await
        .unwrap();
    desk.open.status.lock().refetch.insert("c1".into());
    refetch(&desk.open, "c1").await.unwrap_err();
    assert!(
        desk.open.status.lock().refetch.contains("c1"),
        "the failed look was forgotten"
    );
    let desk = desk.restarted().await;
    assert!(
        desk.open.status.lock().refetch.contains("c1"),
        "the cursor moved on and the note was lost"
    );
    desk.open.replica.refetched("c1").await.unwrap();
    let desk = desk.restarted().await;
    assert!(desk.open.status.lock().refetch.is_empty());
}

#[tokio::test]
async fn a_live_lease_is_kept_for_its_person_and_revision_only() {
    let desk = TestDesk::fresh().await;
    let person = desk.open.person().id.clone();
    let leased = |revision, to: &str| {
        let mut case = whole("c1", revision);
        case.lease = Some(protocol::hub::LeaseHeld {
            name: None,
            person: to.to_owned(),
            expires_at: desk.open.now(),
        });
        case
    };
    let held = CaseStored {
        whole: leased(1, &person),
        standing: Standing::AtHand,
        lease_token: Some("token".into()),
    };
    let kept = |whole: CaseWhole| kept_lease(&desk.open, &whole, &held).map(|lease| lease.token);
    assert_eq!(kept(leased(1, &person)).as_deref(), Some("token"));
    assert_eq!(kept(leased(2, &person)), None, "another revision");
    assert_eq!(kept(leased(1, "kim")), None, "somebody else's");
    assert_eq!(kept(whole("c1", 1)), None, "nobody's");
}

#[tokio::test]
async fn a_detail_to_fetch_ahead_stays_noted_while_the_hub_is_away() {
    let desk = TestDesk::fresh().await;
    let held = [(whole("c1", 1), None, Standing::AtHand)];
    desk.open.replica.put_cases(&held, desk.open.now()).await.unwrap();
    let noted = ("c1".to_owned(), "orders".to_owned());
    desk.open.status.lock().prefetch.push_back(noted.clone());
    prefetch(&desk.open, "c1", "orders").await.unwrap_err();
    assert!(desk.open.status.lock().prefetch.contains(&noted));
    prefetch(&desk.open, "gone", "orders").await.unwrap();
}
