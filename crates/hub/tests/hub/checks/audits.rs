//! What was released, given to a second person who doesn't know.

use domain::policy::Role;
use serde_json::{Value, json};

use super::claim;
use crate::common::cases::{different, match_case, same};
use crate::common::{TestHub, decision, fate};
use crate::policies::set;

#[tokio::test]
async fn what_one_person_decided_is_looked_at_once_more_after_its_release() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let mut case = match_case("x");
    case["context"] = json!([{"id": "orders", "title": "Orders", "detail": {"open": 3}}]);
    let id = source.send(&case).await;
    set(&hub, "sites", json!({"audit_share": 1.0})).await;
    let (ana, lead) = (hub.steward().await, hub.lead().await);
    let held = claim(&ana).await;
    ana.post_one("/v1/decisions", &decision(&held[0]["case"], same()))
        .await;
    assert_eq!(
        lead.everything("/v1/decisions").await.len(),
        1,
        "the release waits for nobody"
    );
    assert_eq!(claim(&ana).await, [] as [Value; 0], "never to who decided it");

    let eva = hub.caller("Eva", &[Role::Steward]).await;
    let audits = claim(&eva).await;
    assert_eq!(audits.len(), 1);
    let audit = &audits[0]["case"];
    assert_ne!(audit["id"], *id);
    assert_eq!(
        (&audit["external_id"], &audit["state"]),
        (&json!("x"), &json!("open"))
    );
    assert_eq!(audit["decisions"], json!([]), "she doesn't know the first");
    assert_eq!(eva.get(&format!("/v1/cases/{id}")).await.0, 404, "nor finds it");
    assert_eq!(eva.everything("/v1/cases").await.len(), 1);
    let detail = eva
        .get(&format!(
            "/v1/cases/{}/context/orders",
            audit["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(detail.1["detail"], json!({"open": 3}));
    let decided = eva.post_one("/v1/decisions", &decision(audit, different())).await;
    assert_eq!(
        (fate(&decided).0, &decided["case_state"]),
        ("accepted", &json!("released"))
    );

    assert_eq!(
        lead.everything("/v1/decisions").await.len(),
        1,
        "nothing more is acted on"
    );
    assert_eq!(
        lead.everything("/v1/labels").await.len(),
        1,
        "two who differ teach nothing more"
    );
    let (_, agreement) = lead.get("/v1/stats/agreement").await;
    let found = &agreement["items"][0]["audit"];
    assert_eq!((&found["n"], &found["disagree"]), (&json!(1), &json!(1)));
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    assert_eq!(claim(&kim).await, [] as [Value; 0], "once");
}

#[tokio::test]
async fn two_who_agree_in_an_audit_strengthen_the_label_and_two_who_had_to_are_not_audited() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    source.send(&match_case("x")).await;
    set(&hub, "sites", json!({"audit_share": 1.0})).await;
    let (ana, lead) = (hub.steward().await, hub.lead().await);
    let eva = hub.caller("Eva", &[Role::Steward]).await;
    for who in [&ana, &eva] {
        let held = claim(who).await;
        who.post_one("/v1/decisions", &decision(&held[0]["case"], same()))
            .await;
    }
    let labels = lead.everything("/v1/labels").await;
    let bases: Vec<&Value> = labels.iter().map(|label| &label["basis"]).collect();
    assert_eq!(bases, [&json!("human"), &json!("second_opinion")]);
    assert_eq!(
        labels[0]["case"]["id"], labels[1]["case"]["id"],
        "of the same case"
    );
    assert_eq!(claim(&ana).await, [] as [Value; 0], "an audit isn't audited");

    set(&hub, "sites", json!({"audit_share": 1.0, "approvers": 2})).await;
    let id = source.send(&match_case("y")).await;
    for who in [&ana, &eva] {
        who.post_one("/v1/decisions", &decision(&who.case(&id).await, same()))
            .await;
    }
    let kim = hub.caller("Kim", &[Role::Steward]).await;
    assert_eq!(claim(&kim).await, [] as [Value; 0], "two have looked already");
    let (_, agreement) = lead.get("/v1/stats/agreement").await;
    let item = &agreement["items"][0];
    assert_eq!(
        (&item["audit"]["agree"], &item["second_opinion"]["agree"]),
        (&json!(1), &json!(1))
    );
}
