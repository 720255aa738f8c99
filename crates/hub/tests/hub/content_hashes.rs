//! The hash a decision is bound to, through real HTTP.

use serde_json::{Value, json};

use crate::common::cases::match_case;
use crate::common::{TestHub, shared};

#[tokio::test]
async fn the_hub_computes_the_hashes_of_the_test_vectors() {
    let Some(data) = shared::data("the_hub_computes_the_hashes_of_the_test_vectors") else {
        return;
    };
    let text = std::fs::read_to_string(data.join("hash-vectors.json")).unwrap();
    let vectors: Vec<Value> = serde_json::from_value(domain::json::parse(&text).unwrap()).unwrap();
    assert!(!vectors.is_empty());
    let hub = TestHub::start().await;
    let (source, lead) = (
        hub.caller("source", &[domain::policy::Role::Source]).await,
        hub.lead().await,
    );
    for vector in &vectors {
        // A case of its own, or a line of one of the queues.
        let case = match vector["file"].as_str() {
            Some(file) => {
                let queue = std::fs::read_to_string(data.join(file)).unwrap();
                let line = usize::try_from(vector["line"].as_u64().unwrap()).unwrap();
                domain::json::parse(queue.lines().nth(line - 1).unwrap()).unwrap()
            }
            None => vector["case"].clone(),
        };
        let id = source.send(&case).await;
        let shown = lead.case(&id).await;
        assert_eq!(
            shown["content_hash"], vector["content_hash"],
            "{}",
            case["external_id"]
        );
        let desk = domain::canonical::content_hash(&shown).unwrap();
        assert_eq!(
            desk,
            vector["content_hash"].as_str().unwrap(),
            "a desk computes the same from what it is shown"
        );
    }
    assert_eq!(lead.everything("/v1/cases").await.len(), vectors.len());
}

#[tokio::test]
async fn a_desk_computes_the_hash_from_what_it_is_shown() {
    let hub = TestHub::start().await;
    let mut case = match_case("x");
    case["title"] = json!("Émile's \u{1f600} café");
    case["subject"] = json!({"type": null, "id": "1e2", "n": 1e2});
    case["context"] = json!([{"id": "orders", "title": null, "summary": "3 open", "detail": {"big": [1, 2]}, "extra": 12.30}]);
    case["unknown"] = json!({"kept": [0.1, -0.0]});
    let id = hub.source().await.send(&case).await;
    let shown = hub.steward().await.case(&id).await;
    assert_eq!(
        shown["content_hash"].as_str().unwrap(),
        domain::canonical::content_hash(&shown).unwrap()
    );
    assert_eq!(shown["unknown"], case["unknown"]);
    assert!(shown["context"][0].get("detail").is_none());
}
