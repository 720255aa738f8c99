use proptest::prelude::*;

use super::*;

fn asked(roles: &[Role], ceiling: Option<Sensitivity>, minutes: u32) -> ElevationRequest {
    ElevationRequest {
        roles: roles.to_vec(),
        queues: Vec::new(),
        ceiling,
        reason: "on call".into(),
        minutes,
    }
}

#[test]
fn nobody_raises_themselves_beyond_what_an_admin_said() {
    let bounds = MayElevate {
        roles: vec![Role::Lead],
        ceiling: Some(Sensitivity::Confidential),
        ..MayElevate::default()
    };
    let refused = |request: &ElevationRequest| may_elevate(Some(&bounds), request).is_err();
    assert!(may_elevate(None, &asked(&[Role::Lead], None, 5)).is_err());
    assert!(!refused(&asked(
        &[Role::Lead],
        Some(Sensitivity::Confidential),
        60
    )));
    assert!(refused(&asked(&[Role::Admin], None, 5)));
    assert!(refused(&asked(&[], Some(Sensitivity::Restricted), 5)));
    assert!(refused(&asked(&[Role::Lead], None, 61)));
    let elsewhere = ElevationRequest {
        queues: vec!["refunds".into()],
        ..asked(&[], None, 5)
    };
    assert!(refused(&elsewhere));
}

#[test]
fn an_elevation_says_why_how_long_and_what() {
    let pointer = |request: &ElevationRequest| request.check().unwrap_err().pointer;
    let good = asked(&[Role::Lead], None, 60);
    assert!(good.check().is_ok());
    assert_eq!(
        pointer(&ElevationRequest {
            reason: " ".into(),
            ..good.clone()
        }),
        "/reason"
    );
    assert_eq!(
        pointer(&ElevationRequest {
            minutes: 721,
            ..good.clone()
        }),
        "/minutes"
    );
    assert_eq!(
        pointer(&ElevationRequest {
            roles: Vec::new(),
            ..good
        }),
        "/roles"
    );
}

#[test]
fn a_token_gives_no_more_and_no_longer_than_its_maker_has() {
    let at = |seconds: i64| Instant::UNIX_EPOCH + chrono::Duration::seconds(seconds);
    let told = |maker, theirs, expires_at| {
        let told = may_make_token(maker, theirs, expires_at, at(10));
        told.map_err(|invalid| invalid.pointer)
    };
    let admin = Giver::default();
    assert_eq!(told(admin, None, None), Ok(()));
    assert_eq!(told(admin, Some(None), Some(at(11))), Ok(()));
    assert_eq!(told(admin, None, Some(at(10))), Err("/expires_at".into()));
    let raised = Giver {
        until: Some(at(20)),
        ..admin
    };
    assert_eq!(told(raised, None, Some(at(20))), Ok(()));
    assert_eq!(told(raised, None, Some(at(21))), Err("/expires_at".into()));
    assert_eq!(told(raised, None, None), Err("/expires_at".into()));
    let bound = Giver {
        ceiling: Some(Sensitivity::Internal),
        ..admin
    };
    assert_eq!(
        told(bound, None, None),
        Ok(()),
        "who is new gets the same ceiling"
    );
    assert_eq!(told(bound, Some(Some(Sensitivity::Internal)), None), Ok(()));
    assert_eq!(told(bound, Some(None), None), Err("/name".into()));
    assert_eq!(
        told(bound, Some(Some(Sensitivity::Restricted)), None),
        Err("/name".into())
    );
}

#[test]
fn an_admin_gives_nothing_that_lasts_longer_or_reaches_higher_than_what_they_have() {
    let (none, some) = (Grant::default(), |ceiling| Grant {
        roles: vec![Role::Admin],
        ceiling,
        ..Grant::default()
    });
    let bounds = |ceiling| MayElevate {
        ceiling,
        ..MayElevate::default()
    };
    let may = |giver, after: Given<'_>| may_give(giver, (&none, None), after).is_ok();
    let (internal, restricted) = (Some(Sensitivity::Internal), Some(Sensitivity::Restricted));
    let admin = Giver::default();
    assert!(may(admin, (&some(None), Some(&bounds(restricted)))));
    let for_a_while = Giver {
        until: Some(Instant::UNIX_EPOCH),
        ..admin
    };
    assert!(may(for_a_while, (&none, None)), "nothing is changed");
    assert!(!may(for_a_while, (&some(internal), None)));
    assert!(!may(for_a_while, (&none, Some(&bounds(None)))));
    let bound = Giver {
        ceiling: internal,
        ..admin
    };
    assert!(may(bound, (&some(internal), Some(&bounds(internal)))));
    assert!(
        may(bound, (&some(internal), Some(&bounds(None)))),
        "raises no ceiling"
    );
    assert!(!may(bound, (&some(None), None)));
    assert!(!may(bound, (&some(restricted), None)));
    assert!(!may(bound, (&some(internal), Some(&bounds(restricted)))));
}

#[test]
fn what_is_above_a_ceiling_is_not_within_it() {
    for sensitivity in Sensitivity::ALL {
        assert!(is_within(None, sensitivity), "no ceiling");
        for ceiling in Sensitivity::ALL {
            let listed = within(Some(ceiling)).is_none_or(|list| list.contains(&sensitivity));
            assert_eq!(
                is_within(Some(ceiling), sensitivity),
                listed,
                "{ceiling:?} {sensitivity:?}"
            );
        }
    }
}

fn role() -> impl Strategy<Value = Role> {
    proptest::sample::select(Role::ALL.to_vec())
}

fn ceiling() -> impl Strategy<Value = Option<Sensitivity>> {
    proptest::option::of(proptest::sample::select(Sensitivity::ALL.to_vec()))
}

proptest! {
    #[test]
    fn a_raise_only_gives(
        roles in proptest::collection::vec(role(), 0..4), more in proptest::collection::vec(role(), 0..4),
        queues in proptest::collection::vec("[a-c]", 0..3), others in proptest::collection::vec("[a-c]", 0..3),
        own in ceiling(), raised in ceiling(),
    ) {
        let before = Grant { roles, queues, ceiling: own };
        let after = before.clone().with(&Raise { roles: more.clone(), queues: others, ceiling: raised });
        for role in before.roles.iter().chain(&more) {
            prop_assert!(after.roles.contains(role));
        }
        for queue in ["a", "b", "c"] {
            let sees = |grant: &Grant| grant.queues.is_empty() || grant.queues.iter().any(|own| own == queue);
            prop_assert!(!sees(&before) || sees(&after), "a queue was lost");
        }
        for sensitivity in Sensitivity::ALL {
            prop_assert!(!is_within(before.ceiling, sensitivity) || is_within(after.ceiling, sensitivity));
        }
    }

    #[test]
    fn what_is_bound_could_have_been_asked_for(
        bound in proptest::collection::vec(role(), 0..4), roles in proptest::collection::vec(role(), 0..4),
        limit in ceiling(), ceiling in ceiling(),
    ) {
        let bounds = MayElevate { roles: bound, ceiling: limit, ..MayElevate::default() };
        let left = bounds.bound(Raise { roles, queues: vec!["a".into()], ceiling });
        let request = ElevationRequest { roles: left.roles, queues: left.queues, ceiling: left.ceiling, reason: "x".into(), minutes: 1 };
        prop_assert!(may_elevate(Some(&bounds), &request).is_ok());
    }
}
