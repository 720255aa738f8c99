//! Facts about the plan, and what holds for any state.

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn quiet() -> Facts {
    Facts {
        now: at(0),
        greeted_at: Some(at(0)),
        queues_read_at: Some(at(0)),
        queues_stale: false,
        trust_read_at: Some(at(0)),
        tools_read_at: Some(at(0)),
        purged_at: Some(at(0)),
        own_read_at: Some(at(0)),
        feed_behind: false,
        outbox: Vec::new(),
        cases: Vec::new(),
        queues: Vec::new(),
        refetch: BTreeSet::new(),
        prefetch: Vec::new(),
        settled: Vec::new(),
    }
}

fn queue(in_use: bool) -> QueueFact {
    QueueFact {
        name: "sites".into(),
        in_use,
        decides: true,
        is_conflict: false,
        is_action: false,
        dry: false,
    }
}

fn case(id: usize, standing: Standing) -> CaseHeld {
    CaseHeld {
        id: id.to_string(),
        queue: "sites".into(),
        revision: 1,
        content_hash: String::new(),
        standing,
        lease_token: Some(format!("lease {id}")),
        lease_expires_at: Some(at(3600)),
        lease_renewed_at: Some(at(0)),
    }
}

fn entry(id: &str, what: What, case_id: &str, wedged: bool) -> OutboxFact {
    OutboxFact {
        id: id.into(),
        what,
        case_id: case_id.into(),
        wedged,
    }
}

#[test]
fn own_decisions_made_elsewhere_are_asked_for_at_every_start_and_again_after_a_while() {
    let never = Facts {
        own_read_at: None,
        ..quiet()
    };
    assert_eq!(plan(&never), [Step::FetchOwn]);
    let long_ago = Facts {
        own_read_at: Some(at(-3600)),
        ..quiet()
    };
    assert_eq!(plan(&long_ago), [Step::FetchOwn]);
    let lately = Facts {
        own_read_at: Some(at(-3599)),
        ..quiet()
    };
    assert_eq!(plan(&lately), []);
}

#[test]
fn nothing_is_due_when_all_is_quiet() {
    assert_eq!(plan(&quiet()), []);
}

#[test]
fn the_hub_is_greeted_before_anything_else() {
    let facts = Facts {
        greeted_at: None,
        outbox: vec![entry("1", What::Decision, "a", false)],
        ..quiet()
    };
    assert_eq!(plan(&facts), [Step::Greet]);
}

#[test]
fn push_comes_before_pull() {
    let facts = Facts {
        outbox: vec![entry("1", What::Decision, "a", false)],
        feed_behind: true,
        ..quiet()
    };
    assert_eq!(
        plan(&facts),
        [
            Step::Push {
                ids: vec!["1".into()]
            },
            Step::Pull
        ]
    );
}

#[test]
fn an_undo_keeps_its_place_among_the_decisions() {
    let outbox = vec![
        entry("1", What::Decision, "a", false),
        entry("2", What::Undo, "a", false),
        entry("3", What::Decision, "a", false),
        entry("4", What::Decision, "b", false),
    ];
    let steps = plan(&Facts { outbox, ..quiet() });
    assert_eq!(
        steps,
        [
            Step::Push {
                ids: vec!["1".into()]
            },
            Step::PushUndo { id: "2".into() },
            Step::Push {
                ids: vec!["3".into(), "4".into()]
            }
        ]
    );
}

#[test]
fn what_follows_a_wedged_undo_on_the_same_case_waits() {
    let outbox = vec![
        entry("1", What::Undo, "a", true),
        entry("2", What::Decision, "a", false),
        entry("3", What::Decision, "b", false),
    ];
    assert_eq!(
        plan(&Facts { outbox, ..quiet() }),
        [Step::Push {
            ids: vec!["3".into()]
        }]
    );
}

#[test]
fn the_first_cases_of_a_queue_come_in_a_small_claim_before_the_feed() {
    let facts = Facts {
        queues: vec![queue(true)],
        feed_behind: true,
        ..quiet()
    };
    assert_eq!(
        plan(&facts),
        [
            Step::Claim {
                queue: "sites".into(),
                limit: 3,
                have: vec![]
            },
            Step::Pull
        ]
    );
}

#[test]
fn a_queue_in_use_is_kept_at_twenty_and_another_is_left_alone() {
    let held = |n: usize| (0..n).map(|id| case(id, Standing::AtHand)).collect::<Vec<_>>();
    let claim = |facts: &Facts| {
        plan(facts)
            .into_iter()
            .find(|step| matches!(step, Step::Claim { .. }))
    };
    assert!(
        claim(&Facts {
            queues: vec![queue(true)],
            cases: held(20),
            ..quiet()
        })
        .is_none()
    );
    assert!(
        claim(&Facts {
            queues: vec![queue(false)],
            cases: held(3),
            ..quiet()
        })
        .is_none()
    );
    let Some(Step::Claim { limit, have, .. }) = claim(&Facts {
        queues: vec![queue(true)],
        cases: held(19),
        ..quiet()
    }) else {
        panic!("nineteen at hand and no claim")
    };
    assert_eq!((limit, have.len()), (11, 19));
}

fn without_lease(id: usize) -> CaseHeld {
    CaseHeld {
        lease_token: None,
        lease_expires_at: None,
        lease_renewed_at: None,
        ..case(id, Standing::AtHand)
    }
}

#[test]
fn a_case_at_hand_that_lost_its_lease_is_claimed_anew_and_not_said_to_be_here() {
    let mut cases: Vec<CaseHeld> = (0..25).map(|id| case(id, Standing::AtHand)).collect();
    cases.push(without_lease(25));
    let claimed = |facts: &Facts| {
        plan(facts).into_iter().find_map(|step| match step {
            Step::Claim { limit, have, .. } => Some((limit, have)),
            _ => None,
        })
    };
    let facts = Facts {
        queues: vec![queue(true)],
        cases,
        ..quiet()
    };
    let (limit, have) = claimed(&facts).expect("enough are at hand, but one is nobody's");
    assert_eq!((limit, have.len()), (5, 25));
    assert!(!have.contains(&"25".into()));

    let all = Facts {
        cases: (0..30).map(without_lease).collect(),
        ..facts.clone()
    };
    let (limit, have) = claimed(&all).expect("a claim for all");
    assert_eq!(
        (limit, have.len()),
        (30, 0),
        "as many as were lost, so that none need go"
    );

    let wedged = Facts {
        outbox: vec![entry("1", What::Decision, "25", true)],
        ..facts
    };
    assert_eq!(claimed(&wedged), None, "the outbox deals with it");
}

#[test]
fn a_case_without_a_lease_goes_when_nobody_works_in_its_queue() {
    let facts = Facts {
        cases: vec![without_lease(1)],
        queues: vec![queue(false)],
        ..quiet()
    };
    assert_eq!(
        plan(&facts),
        [Step::Release {
            case_ids: vec!["1".into()],
            tokens: vec![]
        }]
    );
}

#[test]
fn a_lease_is_renewed_after_twenty_minutes_in_use_and_left_to_end_otherwise() {
    let facts = |in_use, minutes: i64| Facts {
        now: at(minutes * 60),
        greeted_at: Some(at(minutes * 60)),
        queues_read_at: Some(at(minutes * 60)),
        own_read_at: Some(at(minutes * 60)),
        cases: vec![case(1, Standing::AtHand)],
        queues: vec![QueueFact {
            dry: true,
            ..queue(in_use)
        }],
        ..quiet()
    };
    assert_eq!(plan(&facts(true, 19)), []);
    assert_eq!(
        plan(&facts(true, 20)),
        [Step::Renew {
            tokens: vec!["lease 1".into()]
        }]
    );
    assert_eq!(plan(&facts(false, 59)), []);
    assert_eq!(
        plan(&facts(false, 61)),
        [Step::Release {
            case_ids: vec!["1".into()],
            tokens: vec![]
        }]
    );
}

#[test]
fn a_skipped_case_is_given_back() {
    let facts = Facts {
        cases: vec![case(1, Standing::Skipped)],
        ..quiet()
    };
    assert_eq!(
        plan(&facts),
        [Step::Release {
            case_ids: vec!["1".into()],
            tokens: vec!["lease 1".into()]
        }]
    );
}

prop_compose! {
    fn any_entry()(id in 0..1000_u32, undo in any::<bool>(), case_id in 0..4_u8, wedged in any::<bool>()) -> OutboxFact {
        let what = if undo { What::Undo } else { What::Decision };
        OutboxFact { id: id.to_string(), what, case_id: case_id.to_string(), wedged }
    }
}

proptest! {
    /// Every waiting entry is sent once and in order, or held back by a wedged undo before it; wedged ones never.
    #[test]
    fn no_entry_of_the_outbox_is_forgotten(outbox in prop::collection::vec(any_entry(), 0..80)) {
        let mut expected = Vec::new();
        for (index, entry) in outbox.iter().enumerate() {
            let held_back = outbox[..index].iter().any(|e| e.wedged && e.what == What::Undo && e.case_id == entry.case_id);
            if !entry.wedged && !held_back {
                expected.push(entry.id.clone());
            }
        }
        let facts = Facts { outbox, ..quiet() };
        let sent: Vec<String> = plan(&facts).into_iter().flat_map(|step| match step {
            Step::Push { ids } => ids,
            Step::PushUndo { id } => vec![id],
            other => panic!("planned {other:?}"),
        }).collect();
        prop_assert_eq!(sent, expected);
        prop_assert_eq!(plan(&facts), plan(&facts));
    }

    /// A case that waits in the outbox is never dropped or given back unless it was settled or skipped.
    #[test]
    fn decided_cases_stay_until_they_are_settled(standings in prop::collection::vec(0..4_u8, 0..40), minutes in 0..200_i64) {
        let cases: Vec<CaseHeld> = standings.iter().enumerate().map(|(id, s)| case(id, match s {
            0 => Standing::AtHand, 1 => Standing::Decided, 2 => Standing::Skipped, _ => Standing::Aside,
        })).collect();
        let facts = Facts { now: at(minutes * 60), greeted_at: Some(at(minutes * 60)), cases: cases.clone(), ..quiet() };
        for step in plan(&facts) {
            if let Step::Release { case_ids, .. } | Step::Drop { case_ids } = step {
                for id in case_ids {
                    let standing = cases.iter().find(|c| c.id == id).map(|c| c.standing);
                    prop_assert!(matches!(standing, Some(Standing::AtHand | Standing::Skipped)));
                }
            }
        }
    }
}
