//! Bad decisions: each has its code and pointer and changes nothing.

use serde_json::{Value, json};

use crate::common::cases::{action_case, approve, arrival, conflict_case, different, match_case, same};
use crate::common::{Api, TestHub, decision, fate, problem};

/// A hub with one case of each kind, as its reviewers see it.
struct Desk {
    hub: TestHub,
    steward: Api,
    approver: Api,
    sites: Value,
    flight: Value,
    refund: Value,
}

impl Desk {
    async fn set() -> Self {
        let hub = TestHub::start().await;
        let source = hub.source().await;
        let (steward, approver) = (hub.steward().await, hub.approver().await);
        let sites = source.send(&match_case("pair")).await;
        let flight = source.send(&conflict_case("flight")).await;
        let refund = source.send(&action_case("refund")).await;
        let (sites, flight, refund) = (
            steward.case(&sites).await,
            steward.case(&flight).await,
            approver.case(&refund).await,
        );
        Self {
            hub,
            steward,
            approver,
            sites,
            flight,
            refund,
        }
    }

    /// The decision is refused like this and leaves everything as it was.
    async fn refuses(&self, who: &Api, decision: &Value, code: &str, pointer: &str) {
        let before = self.hub.all().await;
        let item = who.post_one("/v1/decisions", decision).await;
        assert_eq!(fate(&item), ("refused", code, pointer), "{item}");
        assert!(!item["detail"].as_str().unwrap_or_default().is_empty(), "{item}");
        assert_eq!(self.hub.all().await, before, "a refused decision changes nothing");
    }
}

#[tokio::test]
async fn a_verdict_that_is_no_partition_is_refused() {
    let desk = Desk::set().await;
    for (clusters, pointer) in [
        (json!([["a"]]), "/verdict/clusters"),
        (json!([["a", "b"], ["b"]]), "/verdict/clusters/1/0"),
        (json!([["a", "b", "c"]]), "/verdict/clusters/0/2"),
        (json!([["a", "b"], []]), "/verdict/clusters/1"),
        (json!([["a", 2]]), "/verdict/clusters/0/1"),
    ] {
        let given = decision(&desk.sites, json!({"clusters": clusters}));
        desk.refuses(&desk.steward, &given, "invalid_verdict", pointer)
            .await;
    }
}

#[tokio::test]
async fn a_value_for_an_attribute_not_in_conflict_is_refused() {
    let desk = Desk::set().await;
    let mut verdict = arrival("21:53", "c1");
    verdict["values"]["gate"] = json!({"answer": "value", "value": "B7", "claims": []});
    desk.refuses(
        &desk.steward,
        &decision(&desk.flight, verdict),
        "invalid_verdict",
        "/verdict/values/gate",
    )
    .await;
    let says_else = decision(&desk.flight, arrival("21:53", "c0"));
    desk.refuses(
        &desk.steward,
        &says_else,
        "invalid_verdict",
        "/verdict/values/arrival/claims/0",
    )
    .await;
    let listed = json!({"values": {"arrival": ["value", "21:53", ["c1"], {}]}});
    desk.refuses(
        &desk.steward,
        &decision(&desk.flight, listed),
        "invalid_verdict",
        "/verdict/values/arrival",
    )
    .await;
    let open = decision(&desk.flight, json!({"values": {}}));
    desk.refuses(&desk.steward, &open, "invalid_verdict", "/verdict/values")
        .await;
}

#[tokio::test]
async fn an_edit_that_violates_its_schema_is_refused() {
    let desk = Desk::set().await;
    let edit = |arguments: Value| {
        decision(
            &desk.refund,
            json!({"actions": [{"id": "a1", "type": "edit", "arguments": arguments}]}),
        )
    };
    let bad = edit(json!({"booking": "Z7GOZK", "amount": "12"}));
    desk.refuses(
        &desk.approver,
        &bad,
        "invalid_arguments",
        "/verdict/actions/0/arguments/amount",
    )
    .await;
    let more = edit(json!({"booking": "Z7GOZK", "amount": "12.00", "to": "me"}));
    desk.refuses(
        &desk.approver,
        &more,
        "invalid_arguments",
        "/verdict/actions/0/arguments/to",
    )
    .await;
    let none = decision(&desk.refund, json!({"actions": [{"id": "a1", "type": "edit"}]}));
    desk.refuses(
        &desk.approver,
        &none,
        "invalid_verdict",
        "/verdict/actions/0/arguments",
    )
    .await;
    let other = decision(
        &desk.refund,
        json!({"actions": [{"id": "a2", "type": "approve"}]}),
    );
    desk.refuses(&desk.approver, &other, "invalid_verdict", "/verdict/actions/0/id")
        .await;
}

#[tokio::test]
async fn arguments_that_break_their_schema_are_taken_and_never_approved() {
    let desk = Desk::set().await;
    let mut case = action_case("broken");
    case["body"]["actions"][0]["arguments"]["amount"] = json!(120);
    let id = desk.hub.source().await.send(&case).await;
    let case = desk.approver.case(&id).await;
    // What is wrong is to approve them, so that is where it is said.
    desk.refuses(
        &desk.approver,
        &decision(&case, approve()),
        "invalid_arguments",
        "/verdict/actions/0/type",
    )
    .await;
    let reject = json!({"actions": [{"id": "a1", "type": "reject", "message": "wrong type"}]});
    assert_eq!(
        fate(
            &desk
                .approver
                .post_one("/v1/decisions", &decision(&case, reject))
                .await
        )
        .0,
        "accepted"
    );
}

#[tokio::test]
async fn a_decision_by_a_role_that_may_not_is_refused() {
    let desk = Desk::set().await;
    desk.refuses(
        &desk.steward,
        &decision(&desk.refund, approve()),
        "not_allowed",
        "",
    )
    .await;
    desk.refuses(&desk.approver, &decision(&desk.sites, same()), "not_allowed", "")
        .await;
    // A lead settles disputes, and this is none.
    let lead = desk.hub.lead().await;
    desk.refuses(&lead, &decision(&desk.sites, same()), "not_allowed", "")
        .await;
    for who in [desk.hub.admin().await, desk.hub.source().await] {
        let before = desk.hub.all().await;
        let answer = who.post("/v1/decisions", &decision(&desk.sites, same())).await;
        assert_eq!(problem(&answer), (403, "not_allowed", ""), "{answer:?}");
        assert_eq!(desk.hub.all().await, before);
    }
}

#[tokio::test]
async fn a_decision_for_content_that_was_never_shown_is_refused() {
    let desk = Desk::set().await;
    let mut given = decision(&desk.sites, same());
    given["content_hash"] = json!(format!("sha256:{}", "0".repeat(64)));
    desk.refuses(&desk.steward, &given, "content_mismatch", "/content_hash")
        .await;
    given["content_hash"] = desk.flight["content_hash"].clone();
    desk.refuses(&desk.steward, &given, "content_mismatch", "/content_hash")
        .await;
}

#[tokio::test]
async fn a_case_revised_under_the_reviewer_takes_no_decision_on_the_old_revision() {
    let desk = Desk::set().await;
    let (status, claimed) = desk.steward.post("/v1/claims", &json!({"queue": "sites"})).await;
    assert_eq!(
        (status.as_u16(), claimed["items"].as_array().map(Vec::len)),
        (200, Some(1)),
        "{claimed}"
    );
    let mut newer = match_case("pair");
    newer["revision"] = json!(2);
    newer["body"]["records"][0]["fields"]["name"] = json!("Armour Square");
    desk.hub.source().await.send(&newer).await;
    let mut given = decision(&desk.sites, same());
    given["lease"] = claimed["items"][0]["lease"]["token"].clone();
    desk.refuses(&desk.steward, &given, "stale_revision", "/case_revision")
        .await;
    let now = desk.steward.case(desk.sites["id"].as_str().unwrap()).await;
    assert_eq!(
        (now["revision"].as_u64(), now["state"].as_str()),
        (Some(2), Some("open"))
    );
    assert_ne!(now["content_hash"], desk.sites["content_hash"]);
    assert_eq!(
        fate(
            &desk
                .steward
                .post_one("/v1/decisions", &decision(&now, same()))
                .await
        )
        .0,
        "accepted"
    );
}

#[tokio::test]
async fn the_same_decision_twice_is_one_and_another_under_its_id_is_refused() {
    let desk = Desk::set().await;
    let given = decision(&desk.sites, same());
    let first = desk.steward.post_one("/v1/decisions", &given).await;
    assert_eq!(fate(&first).0, "accepted", "{first}");
    let again = desk.steward.post_one("/v1/decisions", &given).await;
    assert_eq!(
        (fate(&again).0, &again["case_state"]),
        ("duplicate", &first["case_state"]),
        "{again}"
    );
    let mut other = given.clone();
    other["verdict"] = different();
    desk.refuses(&desk.steward, &other, "id_reused", "/id").await;
    let colleague = desk.hub.caller("Cleo", &[domain::policy::Role::Steward]).await;
    desk.refuses(&colleague, &given, "id_reused", "/id").await;
}

#[tokio::test]
async fn one_who_never_held_it_cannot_decide_what_is_decided() {
    let desk = Desk::set().await;
    assert_eq!(
        fate(
            &desk
                .steward
                .post_one("/v1/decisions", &decision(&desk.sites, same()))
                .await
        )
        .0,
        "accepted"
    );
    let colleague = desk.hub.caller("Cleo", &[domain::policy::Role::Steward]).await;
    desk.refuses(
        &colleague,
        &decision(&desk.sites, different()),
        "already_decided",
        "",
    )
    .await;
}

#[tokio::test]
async fn one_who_held_it_is_kept_as_a_second_opinion() {
    let desk = Desk::set().await;
    let colleague = desk.hub.caller("Cleo", &[domain::policy::Role::Steward]).await;
    let (_, claimed) = colleague.post("/v1/claims", &json!({"queue": "sites"})).await;
    let token = claimed["items"][0]["lease"]["token"].clone();
    let (status, _) = colleague
        .post(
            "/v1/claims/release",
            &json!({"tokens": [token], "reason": "skip"}),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        fate(
            &desk
                .steward
                .post_one("/v1/decisions", &decision(&desk.sites, same()))
                .await
        )
        .0,
        "accepted"
    );
    let labels = desk.hub.all().await["labels"].clone();
    let late = colleague
        .post_one("/v1/decisions", &decision(&desk.sites, different()))
        .await;
    assert_eq!(fate(&late).0, "kept", "{late}");
    assert_eq!(
        desk.hub.all().await["labels"],
        labels,
        "a second opinion changes nothing"
    );
}

#[tokio::test]
async fn wrong_shapes_of_a_decision_are_named_with_their_place() {
    let desk = Desk::set().await;
    let base = decision(&desk.sites, same());
    let with = |name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed
    };
    desk.refuses(&desk.steward, &with("id", json!(17)), "invalid_decision", "/id")
        .await;
    desk.refuses(
        &desk.steward,
        &with("id", json!("not-a-uuid")),
        "invalid_decision",
        "/id",
    )
    .await;
    desk.refuses(
        &desk.steward,
        &with("case_revision", json!("1")),
        "invalid_decision",
        "/case_revision",
    )
    .await;
    desk.refuses(
        &desk.steward,
        &with("verdict", Value::Null),
        "invalid_verdict",
        "/verdict",
    )
    .await;
    desk.refuses(
        &desk.steward,
        &with("cannot_tell", json!(true)),
        "invalid_verdict",
        "/verdict",
    )
    .await;
    desk.refuses(
        &desk.steward,
        &with("case_id", json!("nowhere")),
        "not_found",
        "/case_id",
    )
    .await;
}

#[tokio::test]
async fn a_bad_decision_leaves_its_neighbours_alone() {
    let desk = Desk::set().await;
    let bad = decision(&desk.sites, json!({"clusters": []}));
    let good = decision(&desk.flight, arrival("21:53", "c1"));
    let doubled = good.to_string().replacen(
        "\"case_revision\":1",
        "\"case_revision\":1,\"case_revision\":1",
        1,
    );
    let (status, answer) = desk
        .steward
        .post_text("/v1/decisions", format!("[{bad},{doubled},{good}]"))
        .await;
    assert_eq!(status, 200, "{answer}");
    let fates: Vec<_> = answer["items"].as_array().unwrap().iter().map(fate).collect();
    assert_eq!(
        fates,
        [
            ("refused", "invalid_verdict", "/verdict/clusters"),
            ("refused", "duplicate_key", "/case_revision"),
            ("accepted", "", "")
        ]
    );
}

#[tokio::test]
async fn an_expired_proposal_is_never_approved() {
    let desk = Desk::set().await;
    let mut case = action_case("late");
    case["expires_at"] = json!("2020-01-01T00:00:00Z");
    let id = desk.hub.source().await.send(&case).await;
    let mut case = desk.approver.case(&id).await;
    while case["state"] != "expired" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        case = desk.approver.case(&id).await;
    }
    desk.refuses(&desk.approver, &decision(&case, approve()), "expired", "")
        .await;
    let reject = json!({"actions": [{"id": "a1", "type": "reject", "message": "too late"}]});
    assert_eq!(
        fate(
            &desk
                .approver
                .post_one("/v1/decisions", &decision(&case, reject))
                .await
        )
        .0,
        "accepted"
    );
}

#[tokio::test]
async fn a_withdrawn_case_takes_no_decision() {
    let desk = Desk::set().await;
    let id = desk.sites["id"].as_str().unwrap();
    let (status, answer) = desk
        .hub
        .source()
        .await
        .post(&format!("/v1/cases/{id}/withdraw"), &json!({}))
        .await;
    assert!(status.is_success(), "{answer}");
    desk.refuses(&desk.steward, &decision(&desk.sites, same()), "withdrawn", "")
        .await;
}
