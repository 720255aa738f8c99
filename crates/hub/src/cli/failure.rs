//! How a command ends when it doesn't end well, and with which exit code.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::error::HubError;
use crate::guard::Unprotected;
use crate::import::ImportError;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Unprotected(#[from] Unprotected),
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{address} can't be listened on: {source}")]
    Listen {
        address: std::net::SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0} rows were refused; the others are in")]
    RowsRefused(u64),
    #[error("{0}")]
    Broken(String),
}

impl Failure {
    /// 1 failed, 2 usage, 3 some rows refused, 4 `verify` found a break.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Unprotected(_) | Self::Usage(_) => 2,
            Self::Import(ImportError::Input(error)) if error.is_usage() => 2,
            Self::Hub(_) | Self::Import(_) | Self::File { .. } | Self::Listen { .. } | Self::Io(_) => 1,
            Self::RowsRefused(_) => 3,
            Self::Broken(_) => 4,
        }
    }
}
