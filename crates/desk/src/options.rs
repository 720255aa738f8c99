//! What a desk is opened with.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use crate::host::Host;
use crate::keychain::Keychain;

#[derive(Clone)]
pub struct DeskOptions {
    /// Only this user may read it. Made when it isn't there.
    pub data_folder: PathBuf,
    pub version: &'static str,
    pub host: Arc<dyn Host>,
    pub keychain: Arc<dyn Keychain>,
}

impl DeskOptions {
    pub(crate) async fn has_keychain(&self) -> bool {
        let keychain = self.keychain.clone();
        spawn_blocking(move || keychain.present()).await.unwrap_or(false)
    }
}
