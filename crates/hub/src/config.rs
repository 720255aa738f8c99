//! Settings of the command line: a flag before the environment (both read by clap, `cli::args`) before
//! `tiebreak-hub.toml` in the current folder before the default. What it is not: policy; that lives with the queues.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use tokio_rustls::rustls::ServerConfig;
use zeroize::Zeroizing;

use crate::bounds::Limits;
use crate::oidc::{OidcConfigError, OidcSettings};
use crate::store::Engine;
use crate::tls::{self, TlsError};
use crate::webhooks::proxy::{NoProxy, WebhookProxy};
use crate::{HubOptions, UNDO_SECONDS};

pub const CONFIG_FILE: &str = "tiebreak-hub.toml";
pub const DATABASE: &str = "sqlite:tiebreak.db";
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4750);

const KEY_BYTES: usize = 32;

/// What flags, environment or file say; none: nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: Option<String>,
    pub listen: Option<SocketAddr>,
    pub undo_seconds: Option<u32>,
    pub behind_proxy: Option<bool>,
    pub allow_private_webhooks: Option<bool>,
    /// `http://[USER:PASSWORD@]HOST[:PORT]`, as [`WebhookProxy::parse`] takes it.
    pub webhook_proxy: Option<String>,
    /// A file with the database's key: 64 hex digits, or 32 bytes.
    pub key_file: Option<PathBuf>,
    /// PEM of the hub's certificate and of its key: both or none.
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub limits: Option<Limits>,
    /// The provider people sign in with.
    pub oidc: Option<OidcSettings>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{} can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Malformed {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("{} holds no key; 64 hex digits or 32 bytes are expected", path.display())]
    NoKey { path: PathBuf },
    #[error("'{database}' is no database this hub can open; sqlite:PATH or postgres://… is expected")]
    Database { database: String },
    #[error("--tls-cert and --tls-key are given together or not at all")]
    HalfTls,
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    WebhookProxy(#[from] NoProxy),
    #[error(transparent)]
    Oidc(#[from] OidcConfigError),
}

impl Settings {
    /// What the file says; an absent file says nothing.
    ///
    /// # Errors
    /// [`ConfigError`] when it is there and can't be read, or holds a name that isn't known.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        toml::from_str(&text).map_err(|e| ConfigError::Malformed {
            path: path.to_owned(),
            source: Box::new(e),
        })
    }

    /// Fills what wasn't said.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            database: self.database.or(other.database),
            listen: self.listen.or(other.listen),
            undo_seconds: self.undo_seconds.or(other.undo_seconds),
            behind_proxy: self.behind_proxy.or(other.behind_proxy),
            allow_private_webhooks: self.allow_private_webhooks.or(other.allow_private_webhooks),
            webhook_proxy: self.webhook_proxy.or(other.webhook_proxy),
            key_file: self.key_file.or(other.key_file),
            tls_cert: self.tls_cert.or(other.tls_cert),
            tls_key: self.tls_key.or(other.tls_key),
            limits: self.limits.or(other.limits),
            oidc: self.oidc.or(other.oidc),
        }
    }

    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(LISTEN)
    }

    /// The certificate to answer with, where there is one.
    ///
    /// # Errors
    /// [`ConfigError`] for one without its key, or files that aren't what they should be.
    pub fn tls(&self) -> Result<Option<Arc<ServerConfig>>, ConfigError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(tls::server_config(certificate, key)?)),
            (None, None) => Ok(None),
            _ => Err(ConfigError::HalfTls),
        }
    }

    /// How to open the hub these settings describe.
    ///
    /// # Errors
    /// [`ConfigError`] for a key file without a key, a database of another kind, or a proxy that is none.
    pub fn hub_options(&self) -> Result<HubOptions, ConfigError> {
        let database = self.database.clone().unwrap_or_else(|| DATABASE.to_owned());
        if Engine::of_url(&database).is_none() {
            return Err(ConfigError::Database {
                database: without_password(&database),
            });
        }
        let mut options = HubOptions::new(database);
        options.undo_seconds = self.undo_seconds.unwrap_or(UNDO_SECONDS);
        options.behind_proxy = self.behind_proxy.unwrap_or(false);
        options.limits = self.limits.unwrap_or_default();
        options.allow_private_webhooks = self.allow_private_webhooks.unwrap_or(false);
        options.webhook_proxy = self
            .webhook_proxy
            .as_deref()
            .map(WebhookProxy::parse)
            .transpose()?;
        if let Some(oidc) = &self.oidc {
            oidc.check()?;
        }
        options.oidc.clone_from(&self.oidc);
        options.key = self.key_file.as_deref().map(read_key).transpose()?;
        Ok(options)
    }
}

/// A URL's password isn't repeated in an error.
fn without_password(database: &str) -> String {
    match (database.split_once("://"), database.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => database.to_owned(),
    }
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, ConfigError> {
    let bytes = std::fs::read(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let bytes = Zeroizing::new(bytes);
    let decoded = Zeroizing::new(hex::decode(bytes.trim_ascii()).unwrap_or_else(|_| bytes.to_vec()));
    let key: [u8; KEY_BYTES] = decoded.as_slice().try_into().map_err(|_| ConfigError::NoKey {
        path: path.to_owned(),
    })?;
    Ok(Zeroizing::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_first_wins() {
        let flag = Settings {
            undo_seconds: Some(0),
            ..Settings::default()
        };
        let file = Settings {
            undo_seconds: Some(9),
            database: Some("sqlite:x.db".into()),
            ..Settings::default()
        };
        let both = flag.or(file);
        assert_eq!(
            (both.undo_seconds, both.database.as_deref()),
            (Some(0), Some("sqlite:x.db"))
        );
    }

    #[test]
    fn a_name_the_file_misspells_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        assert_eq!(Settings::from_file(&path).unwrap(), Settings::default());
        std::fs::write(&path, "databse = 'sqlite:x.db'").unwrap();
        assert!(
            Settings::from_file(&path)
                .unwrap_err()
                .to_string()
                .contains("databse")
        );
        std::fs::write(&path, "listen = '127.0.0.1:0'\nundo_seconds = 5").unwrap();
        assert_eq!(Settings::from_file(&path).unwrap().undo_seconds, Some(5));
        std::fs::write(&path, "[limits]\nburst = 7").unwrap();
        let limits = Settings::from_file(&path).unwrap().limits.unwrap();
        assert_eq!(
            (limits.burst.get(), limits.requests_per_second),
            (7, Limits::default().requests_per_second)
        );
        std::fs::write(&path, "[limits]\nburst = 0").unwrap();
        assert!(Settings::from_file(&path).is_err(), "nobody could do anything");
    }

    #[test]
    fn a_key_is_hex_or_bytes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, format!("{}\n", "0a".repeat(32))).unwrap();
        assert_eq!(*read_key(&path).unwrap(), [10; 32]);
        std::fs::write(&path, [200; 32]).unwrap();
        assert_eq!(*read_key(&path).unwrap(), [200; 32]);
        std::fs::write(&path, "password").unwrap();
        assert!(matches!(read_key(&path), Err(ConfigError::NoKey { .. })));
    }

    #[test]
    fn a_password_is_never_repeated() {
        let database = Settings {
            database: Some("mysql://u:secret@db/x".into()),
            ..Settings::default()
        };
        let proxy = Settings {
            webhook_proxy: Some("ftp://u:secret@proxy".into()),
            ..Settings::default()
        };
        for settings in [database, proxy] {
            let Err(error) = settings.hub_options() else {
                panic!("taken")
            };
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
