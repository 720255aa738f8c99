//! Exports: a stream of bytes, and the manifest that says what is in it and what isn't.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use protocol::ipc::ExportArgs;

use super::{HubClient, HubError, broken, optional, read, segment, send};

/// A large export takes its time; the connection may be quiet for as long as the other timeouts say.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3600);

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error("the file can't be written: {0}")]
    File(#[from] std::io::Error),
}

impl HubClient {
    /// Writes the export as it comes, of the ledger at the position `until`; the SHA-256 of what was written, in hex as a
    /// manifest says it.
    pub async fn export(
        &self,
        args: &ExportArgs,
        until: i64,
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Result<String, ExportError> {
        let request = self
            .get(&format!("v1/exports/{}", segment(&args.format)))?
            .query(&narrowed(args))
            .query(&[("until", until)])
            .timeout(EXPORT_TIMEOUT);
        let mut chunks = send(request).await?.bytes_stream();
        let mut hash = Sha256::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(broken)?;
            hash.update(&chunk);
            to.write_all(&chunk).await?;
        }
        to.flush().await?;
        Ok(hex::encode(hash.finalize()))
    }

    pub async fn manifest(&self, args: &ExportArgs) -> Result<Value, HubError> {
        let request = self
            .get(&format!("v1/exports/{}/manifest", segment(&args.format)))?
            .query(&narrowed(args));
        read(request).await
    }
}

fn narrowed(args: &ExportArgs) -> Vec<(&str, &str)> {
    [
        optional("queue", args.queue.as_deref()),
        optional("source", args.source.as_deref()),
        optional("split", args.split.as_deref()),
    ]
    .concat()
}
