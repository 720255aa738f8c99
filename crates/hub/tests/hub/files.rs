//! Exports over HTTP: a file is of one moment, and its manifest says of which.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::common::cases::{different, match_case, same};
use crate::common::{TestHub, decision};

#[tokio::test]
async fn a_file_can_be_had_again_as_it_was_before_a_retraction() {
    let hub = TestHub::start().await;
    let (source, steward, lead) = (hub.source().await, hub.steward().await, hub.lead().await);
    let mut given = Vec::new();
    for (name, verdict) in [("one", same()), ("two", different())] {
        let id = source.send(&match_case(name)).await;
        let sent = decision(&steward.case(&id).await, verdict);
        steward.post_one("/v1/decisions", &sent).await;
        given.push(sent["id"].as_str().unwrap().to_owned());
    }
    let manifest = "/v1/exports/splink-labels.csv/manifest";
    let (_, before) = lead.get(manifest).await;
    let file = lead.text("/v1/exports/splink-labels.csv").await;
    let labels = lead.text("/v1/exports/labels.jsonl").await;
    assert_eq!(
        before["sha256"],
        hex::encode(Sha256::digest(&file)).as_str(),
        "{before}"
    );
    assert_eq!(
        (&before["labels"], &before["bytes"], &before["filters"]["until"]),
        (&json!(2), &json!(file.len()), &json!(2)),
        "{before}"
    );
    assert_eq!(
        (&before["rows"], &before["disagreements"]),
        (&json!(1), &json!(1)),
        "the two decisions are on the same pair: {before}"
    );

    steward
        .post(&format!("/v1/decisions/{}/undo", given[0]), &json!({}))
        .await;
    assert_eq!(lead.text("/v1/exports/labels.jsonl").await.lines().count(), 1);
    assert_eq!(lead.text("/v1/exports/labels.jsonl?until=2").await, labels);
    assert_eq!(lead.text("/v1/exports/splink-labels.csv?until=2").await, file);
    let (_, again) = lead.get(&format!("{manifest}?until=2")).await;
    assert_eq!(again, before);
    let (_, now) = lead.get(manifest).await;
    assert_eq!(
        (&now["labels"], &now["disagreements"], &now["filters"]["until"]),
        (&json!(1), &json!(0), &json!(3)),
        "{now}"
    );
}
