//! The hub inside the app: the same hub as a team's, on loopback, on its own encrypted file.
//!
//! It binds port 0 and hands its own listener's address to the desk. Programs on this computer find address and token
//! in `hub.json`, which only the user can read. Tokens of an earlier start are revoked by the next.

use std::path::{Path, PathBuf};

use connectors::claims::ClaimsOptions;
use connectors::splink::SplinkOptions;
use desk::{SoloHub, StoreKey};
use domain::policy::Role;
use hub::access::NewToken;
use hub::import::{self, CasesRequest, ClaimsRequest, Request, SplinkRequest};
use hub::{Hub, HubError, HubOptions};
use protocol::WireError;
use protocol::ipc::{ImportArgs, Imported};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::importing::{LastSaid, imported, unread};
use crate::wire::wire;

/// The person at this computer, in the hub's own list of people.
const PERSON: &str = "You";
/// Programs on this computer that post cases and read what came of them.
const AGENTS: &str = "agents";
/// No token lives longer than this; a program that runs on gives out new ones.
const TOKEN_DAYS: i64 = 30;

/// One file of cases per sample queue.
const SAMPLE: [(&str, &str); 7] = [
    ("callers.jsonl", include_str!("../sample/callers.jsonl")),
    (
        "duplicate-leads.jsonl",
        include_str!("../sample/duplicate-leads.jsonl"),
    ),
    ("vendor-data.jsonl", include_str!("../sample/vendor-data.jsonl")),
    ("product-data.jsonl", include_str!("../sample/product-data.jsonl")),
    (
        "payment-approvals.jsonl",
        include_str!("../sample/payment-approvals.jsonl"),
    ),
    (
        "quote-approvals.jsonl",
        include_str!("../sample/quote-approvals.jsonl"),
    ),
    (
        "customer-emails.jsonl",
        include_str!("../sample/customer-emails.jsonl"),
    ),
];

pub struct Solo {
    folder: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    hub: Hub,
    told: SoloHub,
    expires_at: domain::Instant,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), HubError>>,
}

impl Solo {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            running: Mutex::new(None),
        }
    }

    /// Starts the hub, or says again where it listens; with new tokens, when those it gave have ended.
    ///
    /// # Errors
    /// The hub's own code: a wrong key, a full disk, a file that can't be opened.
    pub async fn start(&self, key: StoreKey) -> Result<SoloHub, WireError> {
        let mut running = self.running.lock().await;
        if let Some(running) = running.as_mut().filter(|running| !running.serving.is_finished()) {
            if running.hub.now() >= running.expires_at {
                let address = running.told.address.clone();
                (running.told, running.expires_at) = tell(&running.hub, &self.folder, address)
                    .await
                    .map_err(|error| wire(&error))?;
            }
            return Ok(running.told.clone());
        }
        let started = begin(&self.folder, &key).await.map_err(|error| wire(&error))?;
        let told = started.told.clone();
        *running = Some(started);
        Ok(told)
    }

    /// Ends what is under way and closes the file; a file that was closed is whole without its log.
    pub async fn stop(&self) {
        let Some(Running {
            hub, stop, serving, ..
        }) = self.running.lock().await.take()
        else {
            return;
        };
        // A hub that has ended by itself no longer listens.
        let _ = stop.send(());
        if let Err(error) = serving.await {
            tracing::error!(%error, "solo.ended_badly");
        }
        hub.close().await;
        if let Err(error) = std::fs::remove_file(self.folder.join("hub.json")) {
            tracing::warn!(%error, "solo.address_left_behind");
        }
    }

    /// # Errors
    /// `not_running` before the hub is started; a file that can't be read; the hub's own codes.
    pub async fn import(&self, what: ImportArgs) -> Result<Imported, WireError> {
        let hub = self.hub().await?;
        let request = match what {
            ImportArgs::Cases { paths, queue, source } => {
                let files = paths.into_iter().map(PathBuf::from).collect();
                Request::Cases(CasesRequest { files, queue, source })
            }
            ImportArgs::Splink {
                records,
                pairs,
                id,
                low,
                high,
                queue,
                source,
                system,
                entity_type,
                map,
            } => {
                let usual = SplinkOptions::new(id, low, high);
                let how = SplinkOptions {
                    queue: Some(queue),
                    source: source.unwrap_or_else(|| usual.source.clone()),
                    entity_type: entity_type.unwrap_or_else(|| usual.entity_type.clone()),
                    system_column: system,
                    map,
                    ..usual
                };
                Request::Splink(Box::new(SplinkRequest {
                    records: records.into(),
                    pairs: pairs.into(),
                    how,
                }))
            }
            ImportArgs::Claims {
                path,
                queue,
                source,
                entity_type,
            } => {
                let usual = ClaimsOptions::default();
                let how = ClaimsOptions {
                    queue: Some(queue),
                    source: source.unwrap_or(usual.source),
                    entity_type: entity_type.unwrap_or(usual.entity_type),
                };
                Request::Claims(ClaimsRequest {
                    file: path.into(),
                    how,
                })
            }
        };
        let mut said = LastSaid::default();
        let report = import::run(&hub, request, &mut said)
            .await
            .map_err(|error| unread(&error, said.0.as_deref()))?;
        Ok(imported(report))
    }

    /// Adds the sample queues; what is there already stays as it is.
    ///
    /// # Errors
    /// `not_running` before the hub is started; the hub's own codes.
    pub async fn sample(&self) -> Result<Imported, WireError> {
        let hub = self.hub().await?;
        let mut all = Imported::default();
        for (name, lines) in SAMPLE {
            let report = import::lines(&hub, name, lines.as_bytes(), &mut ())
                .await
                .map_err(|error| unread(&error, None))?;
            let part = imported(report);
            all.created += part.created;
            all.revised += part.revised;
            all.unchanged += part.unchanged;
            all.left_alone += part.left_alone;
            all.refused_count += part.refused_count;
            all.refused.extend(part.refused);
        }
        Ok(all)
    }

    async fn hub(&self) -> Result<Hub, WireError> {
        let running = self.running.lock().await;
        let hub = running.as_ref().map(|running| running.hub.clone());
        hub.ok_or_else(|| WireError::new("not_running", "The hub of this computer isn't running"))
    }
}

async fn begin(folder: &Path, key: &StoreKey) -> Result<Running, HubError> {
    let mut options = HubOptions::new(format!("sqlite:{}", folder.join("hub.db").display()));
    options.key = Some(Zeroizing::new(*key.as_bytes()));
    options.solo = true;
    let hub = Hub::open(options).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let (told, expires_at) = tell(&hub, folder, address).await?;
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        // A sender that is gone means the same as one that has sent.
        let _ = stopped.await;
    };
    let serving = tokio::spawn(hub::serve(listener, hub.clone(), shutdown));
    Ok(Running {
        hub,
        told,
        expires_at,
        stop,
        serving,
    })
}

/// New tokens: for the desk, and for the programs on this computer; and until when.
async fn tell(hub: &Hub, folder: &Path, address: String) -> Result<(SoloHub, domain::Instant), HubError> {
    let expires_at = hub.now() + chrono::Duration::days(TOKEN_DAYS);
    let roles = vec![Role::Steward, Role::Approver, Role::Lead];
    let token = new_token(hub, PERSON, roles, expires_at).await?;
    let agents = new_token(hub, AGENTS, vec![Role::Source], expires_at).await?;
    write_private(
        &folder.join("hub.json"),
        &json!({"address": address, "token": agents}).to_string(),
    )?;
    Ok((SoloHub { address, token }, expires_at))
}

/// The only live token of this name.
async fn new_token(
    hub: &Hub,
    name: &str,
    roles: Vec<Role>,
    expires_at: domain::Instant,
) -> Result<String, HubError> {
    match hub.revoke_token(name).await {
        Ok(_) | Err(HubError::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let made = hub
        .create_token(NewToken {
            name: name.to_owned(),
            roles,
            expires_at: Some(expires_at),
            ..NewToken::default()
        })
        .await?;
    Ok(made.token)
}

/// Anew, whatever was there: a file that stays keeps its mode, and whoever has it open goes on reading.
#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let part = path.with_extension("json.part");
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::File::options()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&part)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(&part, path)
}

/// The user's own profile folder is private already.
#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::importing::REFUSED_SHOWN;

    #[test]
    fn what_only_the_user_may_read_is_so_also_where_a_file_lay_open_already() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.json");
        std::fs::write(&path, "an older one").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let other = std::fs::File::open(&path).unwrap();
        write_private(&path, "secret").unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "secret");
        assert_eq!(
            std::io::read_to_string(other).unwrap(),
            "an older one",
            "who had it open doesn't see the new one"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_more_refused_rows_than_are_shown_all_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let solo = Solo::new(folder.path().to_owned());
        solo.start(StoreKey::random()).await.unwrap();
        let lines = vec!["{\"external_id\": ".to_owned(); REFUSED_SHOWN + 30];
        let file = folder.path().join("cases.jsonl");
        std::fs::write(&file, lines.join("\n")).unwrap();
        let cases = ImportArgs::Cases {
            paths: vec![file.to_string_lossy().into_owned()],
            queue: None,
            source: None,
        };
        let done = solo.import(cases).await.unwrap();
        assert_eq!(
            (done.refused_count, done.refused.len()),
            (REFUSED_SHOWN as u64 + 30, REFUSED_SHOWN)
        );
        solo.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_that_another_key_wrote_is_said_by_name_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let solo = Solo::new(folder.path().to_owned());
        let key = StoreKey::random();
        solo.start(key.clone()).await.unwrap();
        solo.stop().await;
        let refused = solo.start(StoreKey::random()).await.unwrap_err();
        assert_eq!(
            refused.message,
            "The file hub.db can't be opened with this store's key. Nothing in it was changed."
        );
        solo.start(key).await.unwrap();
        solo.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_that_cant_be_opened_is_said_by_name_and_not_as_the_database_says_it() {
        let folder = tempfile::tempdir().unwrap();
        let solo = Solo::new(folder.path().to_owned());
        std::fs::create_dir(folder.path().join("hub.db")).unwrap();
        let refused = solo.start(StoreKey::random()).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.message.as_str()),
            (
                "internal",
                "The file hub.db can't be read or written. What was in it is kept."
            )
        );
    }
}
