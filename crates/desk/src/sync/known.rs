//! Fetched to be known here: how right sources were, and what is registered of tools.

use protocol::hub::SourceRate;
use protocol::ipc::Topic;

use super::error::SyncError;
use super::pull::only_this;
use crate::open_desk::OpenDesk;
use crate::replica::source_trust::Trust;

pub async fn trust(open: &OpenDesk) -> Result<(), SyncError> {
    open.status.lock().trust_read_at = Some(open.now());
    let Some(items) = only_this(open.hub.sources().await)? else {
        return Ok(());
    };
    // Over all queues this person may see: a source is as good as it is.
    let mut trust = Trust::new();
    for SourceRate { trust: item, .. } in items {
        let counts = trust.entry((item.system, item.attribute)).or_default();
        counts.0 += item.right;
        counts.1 += item.n;
    }
    if *open.shelf.trust() == trust {
        return Ok(());
    }
    open.replica.set_source_trust(&trust).await?;
    open.shelf.set_trust(trust);
    open.changed(&[Topic::Work]);
    Ok(())
}

/// What is registered of tools: policies are judged by it here as at the hub.
pub async fn tools(open: &OpenDesk) -> Result<(), SyncError> {
    open.status.lock().tools_read_at = Some(open.now());
    let Some(tools) = only_this(open.hub.tools().await)? else {
        return Ok(());
    };
    if *open.tools() == tools {
        return Ok(());
    }
    open.replica.set_tools(&tools).await?;
    open.set_tools(tools);
    open.changed(&[Topic::Work]);
    Ok(())
}
