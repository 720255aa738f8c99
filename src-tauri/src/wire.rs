//! Errors of the hub in the app, in words for the person whose hub it is.

use hub::error::HubError;
use protocol::WireError;

/// The hub's error for the person whose hub it is. What went wrong inside is in this program's log, and here in words.
pub fn wire(error: &HubError) -> WireError {
    let words = match error {
        HubError::WrongKey => {
            "The file hub.db can't be opened with this store's key. Nothing in it was changed.".to_owned()
        }
        HubError::Migration(_) => {
            "The file hub.db can't be brought to this version of Tiebreak; a newer one may have written it. \
             What it holds is kept."
                .to_owned()
        }
        HubError::Io(io) => format!(
            "The hub on this computer can't use its folder or its port: {}.",
            io.kind()
        ),
        HubError::Database(_) => {
            "The file hub.db can't be read or written. What was in it is kept.".to_owned()
        }
        HubError::Broken(_) => {
            "Something went wrong inside the hub on this computer. What was in it is kept.".to_owned()
        }
        error => domain::text::capitalised(&error.detail()),
    };
    if error.status().is_server_error() {
        tracing::error!(%error, "solo.failed");
    }
    WireError::new(error.code(), words)
}
