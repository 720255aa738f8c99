//! The audit: every write and every opening of confidential detail, in a chain anybody can check.

use domain::canonical::canonical;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::cases::{match_case, same};
use crate::common::{TestHub, decision};

/// Checks the chain with nothing of the hub's: the description in the OpenAPI document, done again.
pub fn verify(entries: &[Value]) {
    let mut previous = "0".repeat(64);
    for entry in entries {
        assert_eq!(entry["previous_hash"], previous.as_str());
        let mut hasher = Sha256::new();
        hasher.update(hex::decode(&previous).unwrap());
        hasher.update(canonical(&entry["header"]).unwrap());
        previous = hex::encode(hasher.finalize());
        assert_eq!(entry["hash"], previous.as_str(), "{entry}");
        if entry["payload"].is_null() && entry["salt"].is_null() {
            continue; // Erased.
        }
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&hex::decode(entry["salt"].as_str().unwrap()).unwrap()).unwrap();
        mac.update(&canonical(&entry["payload"]).unwrap());
        assert_eq!(
            entry["header"]["commitment"],
            hex::encode(mac.finalize().into_bytes()).as_str(),
            "{entry}"
        );
    }
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["header"]["action"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn every_write_is_an_entry_and_the_chain_holds() {
    let hub = TestHub::start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let cases: Vec<Value> = (0..5).map(|n| match_case(&format!("pair-{n}"))).collect();
    source.post("/v1/cases", &json!(cases)).await;
    source.post("/v1/cases", &json!(cases)).await;
    let (_, claimed) = steward.post("/v1/claims", &json!({"limit": 1})).await;
    let given = decision(&claimed["items"][0]["case"], same());
    steward.post_one("/v1/decisions", &given).await;
    let case_id = given["case_id"].as_str().unwrap();
    steward
        .post(
            &format!("/v1/cases/{case_id}/comments"),
            &json!({"text": "Seen before."}),
        )
        .await;
    steward
        .post(
            &format!("/v1/decisions/{}/undo", given["id"].as_str().unwrap()),
            &json!({"reason": "slip"}),
        )
        .await;

    let entries = admin.everything("/v1/audit").await;
    verify(&entries);
    let expected = [
        "cases.ingested",
        "case.claimed",
        "decision.accepted",
        "decision.released",
        "case.commented",
        "decision.corrected",
    ];
    assert_eq!(
        actions(&entries)[3..],
        expected,
        "three tokens, then the writes; what changed nothing is no entry"
    );
    assert_eq!(
        entries[3]["payload"]["created"], 5,
        "one entry for the whole batch"
    );
    assert!(entries[3]["header"]["correlation_id"].is_string());
    assert!(
        !entries
            .iter()
            .any(|entry| entry.to_string().contains("Seen before.")),
        "no content in the audit"
    );
    let whats: Vec<Value> = steward.case(case_id).await["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["what"].clone())
        .collect();
    assert_eq!(
        whats,
        [
            "created",
            "claimed",
            "decided",
            "released",
            "commented",
            "corrected"
        ]
    );
}

#[tokio::test]
async fn an_entry_of_context_is_never_less_sensitive_than_its_case() {
    let hub = TestHub::start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let mut case = match_case("pair");
    case["sensitivity"] = json!("restricted");
    case["context"] = json!([
        {"id": "own", "sensitivity": "internal", "detail": {"n": 1}},
        {"id": "inherited", "detail": {"n": 2}}
    ]);
    let id = source.send(&case).await;
    for entry in ["own", "inherited"] {
        let (_, opened) = steward.get(&format!("/v1/cases/{id}/context/{entry}")).await;
        assert_eq!(opened["sensitivity"], "restricted", "{opened}");
    }
    let entries = admin.everything("/v1/audit").await;
    assert_eq!(
        actions(&entries)[entries.len() - 2..],
        ["context.opened", "context.opened"]
    );
}

#[tokio::test]
async fn opening_confidential_detail_is_noted_and_internal_detail_is_not() {
    let hub = TestHub::start().await;
    let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
    let mut case = match_case("pair");
    case["context"] = json!([
        {"id": "orders", "title": "Orders", "detail": {"n": 3}},
        {"id": "salary", "title": "Salary", "sensitivity": "confidential", "detail": {"sum": "1"}},
        {"id": "bare", "title": "Nothing more"}
    ]);
    let id = source.send(&case).await;
    let before = admin.everything("/v1/audit").await.len();
    assert_eq!(
        steward.get(&format!("/v1/cases/{id}/context/orders")).await.1["detail"],
        json!({"n": 3})
    );
    assert_eq!(steward.get(&format!("/v1/cases/{id}/context/bare")).await.0, 404);
    assert_eq!(admin.everything("/v1/audit").await.len(), before);
    assert_eq!(
        steward.get(&format!("/v1/cases/{id}/context/salary")).await.1["detail"],
        json!({"sum": "1"})
    );
    let entries = admin.everything("/v1/audit").await;
    assert_eq!(actions(&entries)[before..], ["context.opened"]);
    assert_eq!(entries[before]["payload"]["context_id"], "salary");
    assert_eq!(
        entries[before]["header"]["person"],
        steward.get("/v1/me").await.1["id"]
    );
    verify(&entries);
}
