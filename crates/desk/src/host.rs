//! What only the program around the desk can do: dialogs, the hub inside the app, files handed to it, the window itself.

use futures_util::future::{BoxFuture, FutureExt};
use protocol::WireError;
use protocol::importing::RecordsHeader;
use protocol::ipc::{ImportArgs, Imported, PickArgs, PickSaveArgs, Topic};

use crate::key::StoreKey;

/// A hub inside the app, listening on loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoloHub {
    /// `http://127.0.0.1:PORT`, as the listener got it.
    pub address: String,
    /// Of the person at this computer: steward, approver and lead.
    pub token: String,
}

/// Implemented by the window's program, and by tests.
pub trait Host: Send + Sync + 'static {
    /// Starts the hub of this computer on its own file, encrypted with the key, or says again where it listens:
    /// with a new token, when the one it gave before has ended.
    fn start_hub(&self, key: StoreKey) -> BoxFuture<'_, Result<SoloHub, WireError>>;
    /// Hands files to the hub of this computer.
    fn import(&self, what: ImportArgs) -> BoxFuture<'_, Result<Imported, WireError>>;
    /// The columns of a file of records that is to be imported.
    fn records_header(&self, records: String) -> BoxFuture<'_, Result<RecordsHeader, WireError>>;
    /// Adds the sample queues to the hub of this computer.
    fn sample(&self) -> BoxFuture<'_, Result<Imported, WireError>>;
    /// The system's dialog for opening; empty when the person closed it.
    fn pick_files(&self, what: PickArgs) -> BoxFuture<'_, Vec<String>>;
    /// The system's dialog for saving; empty when the person closed it.
    fn pick_save(&self, what: PickSaveArgs) -> BoxFuture<'_, Vec<String>>;
    /// What the window shows of these topics is old.
    fn changed(&self, topics: &[Topic]);
    /// Something needs the person; whether it is said depends on the window being away.
    fn notify(&self, title: &str, body: &str);
    /// Shows an address in the person's own browser.
    ///
    /// # Errors
    /// There is none to be opened.
    #[expect(clippy::result_unit_err, reason = "why a system has no browser helps nobody")]
    fn open_url(&self, url: &str) -> Result<(), ()>;
    /// The window has painted its first `page` or `case`.
    fn painted(&self, what: &str);
    /// Done when the window has drawn its first picture, or doesn't: what can wait for that shares no processor with it.
    fn drawn(&self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }
}
