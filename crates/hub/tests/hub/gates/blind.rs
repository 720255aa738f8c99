//! Who sees what before it is settled, and what is told of what is only a draft.

use domain::policy::Role;
use serde_json::{Value, json};

use super::{claimed, decide, reject, team};
use crate::common::cases::{action_case, approve};
use crate::common::{TestHub, fate};
use crate::policies::set;

#[tokio::test]
async fn a_party_to_a_dispute_neither_sees_the_other_nor_settles_it() {
    let (team, id) = team(json!({"approvers": 2})).await;
    decide(&team.ada, &id, approve()).await;
    decide(&team.ben, &id, reject()).await;
    let case = team.ada.case(&id).await;
    assert_eq!(case["state"], "disputed");
    let seen = case["decisions"].as_array().unwrap();
    assert_eq!(seen.len(), 1, "her own: {case}");
    assert_eq!(seen[0]["verdict"], approve());
    assert_eq!(
        fate(&decide(&team.ada, &id, reject()).await).1,
        "second_must_differ"
    );
    assert_eq!(
        team.lead.case(&id).await["decisions"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn a_draft_s_verdict_is_not_handed_to_the_agent() {
    let (team, id) = team(json!({"draft_only": true})).await;
    decide(&team.ana, &id, approve()).await;
    let (_, told) = team.source.get(&format!("/v1/cases/{id}?wait=1")).await;
    assert_eq!(told["state"], "released");
    assert_eq!(
        (&told["decisions"], &told["settled_as_draft"]),
        (&json!([]), &json!(true)),
        "{told}"
    );
    assert_eq!(team.source.everything("/v1/labels").await, [] as [Value; 0]);
    assert_eq!(team.source.everything("/v1/decisions").await, [] as [Value; 0]);
    let seen = team.ana.case(&id).await;
    assert_eq!(
        seen["decisions"][0]["verdict"],
        approve(),
        "who decided sends it by hand"
    );
    assert_ne!(
        team.lead.everything("/v1/labels").await,
        [] as [Value; 0],
        "and it teaches"
    );
    set(&team.hub, "refunds", json!({})).await;
    let id = team.source.send(&action_case("y")).await;
    decide(&team.ana, &id, approve()).await;
    let told = team.source.case(&id).await;
    assert_eq!(
        (&told["decisions"][0]["verdict"], &told["settled_as_draft"]),
        (&approve(), &Value::Null)
    );
}

#[tokio::test]
async fn a_source_that_could_decide_is_blind_to_the_machine_like_anybody() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let id = source.send(&action_case("x")).await;
    set(&hub, "refunds", json!({"blind": true})).await;
    let both = hub.caller("Bob", &[Role::Source, Role::Approver]).await;
    let case = both.case(&id).await;
    assert_eq!(
        (&case["show_machine"], &case["suggestion"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        source.case(&id).await["show_machine"],
        true,
        "what it sent itself"
    );
}

#[tokio::test]
async fn gold_where_two_are_asked_for_waits_for_a_second_like_any_other() {
    let (team, id) = team(json!({"approvers": 2, "gold_share": 1.0})).await;
    let mut case = action_case("planted");
    case["source"] = json!("matcher");
    let gold = json!({"case": case, "answer": approve()});
    let (status, planted) = team.lead.post("/v1/gold", &gold).await;
    assert_eq!(status, 201, "{planted}");
    let given = claimed(&team.ana).await;
    assert_eq!(given.len(), 2, "a case and a piece of gold: {given:?}");
    let states = [
        decide(&team.ana, &given[0], approve()).await,
        decide(&team.ana, &given[1], approve()).await,
    ];
    for item in &states {
        assert_eq!(
            (&item["case_state"], &item["undo_until"]),
            (&json!("awaiting_second"), &json!(null)),
            "neither tells which it is"
        );
    }
    let given = claimed(&team.ben).await;
    let gold_of_his_own = given.iter().filter(|case| **case != id).count();
    assert!(given.contains(&id) && gold_of_his_own <= 1);
    let seen = team.ben.everything("/v1/cases").await;
    assert!(seen.len() <= 2, "hers is nobody else's: {seen:?}");
}
