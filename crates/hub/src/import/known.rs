//! What the hub has of the cases an import brings.

use std::collections::HashMap;

use serde_json::Value;

use super::plan::Known;
use crate::Hub;
use crate::error::HubError;
use crate::store::{Conn, cases, payloads};

/// Source and external id.
pub type Key = (String, String);

/// The newest revisions of these cases; beside each key the revision the file names, if it names one. `queue` is where
/// they are expected to be.
pub async fn known(
    hub: &Hub,
    wanted: &[(Key, Option<u32>)],
    queue: Option<&str>,
) -> Result<HashMap<Key, Known>, HubError> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = hub.store.reader().await?;
    let keys: Vec<(&str, &str)> = wanted
        .iter()
        .map(|((source, id), _)| (source.as_str(), id.as_str()))
        .collect();
    let heads = cases::by_keys(&mut conn, &keys).await?;
    let ids: Vec<&str> = heads.iter().map(|head| head.id.as_str()).collect();
    let mut hashes = payloads::sent_hashes(&mut conn, &ids).await?;
    let named: HashMap<&Key, u32> = wanted
        .iter()
        .filter_map(|(key, named)| Some((key, (*named)?)))
        .collect();
    let mut found = HashMap::new();
    for mut head in heads {
        if queue.is_some_and(|queue| queue != head.queue) {
            head.queue = sent_to(&mut conn, &head).await?;
        }
        let key = (head.source, head.external_id);
        let named_hash = match named.get(&key) {
            Some(named) if *named < head.revision => payloads::sent_hash(&mut conn, &head.id, *named).await?,
            _ => None,
        };
        let sent_hash = hashes.remove(&head.id).unwrap_or_default();
        found.insert(
            key,
            Known {
                queue: head.queue,
                revision: head.revision,
                state: head.state,
                sent_hash,
                named_hash,
            },
        );
    }
    Ok(found)
}

/// The queue its source sent a case to: escalating it since may have put it into another. Of one whose content was erased
/// only where it lies is known.
async fn sent_to(conn: &mut Conn, head: &cases::CaseHead) -> Result<String, HubError> {
    match payloads::read(conn, &head.id, head.revision).await {
        Ok(payload) => {
            let queue = payload.json.get("queue").and_then(Value::as_str);
            Ok(queue.unwrap_or(head.kind.as_str()).to_owned())
        }
        Err(HubError::Erased) => Ok(head.queue.clone()),
        Err(error) => Err(error),
    }
}
