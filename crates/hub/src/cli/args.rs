//! What can be typed (API.md, "The command line"). Names and help only; what a command does is in its own module.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::policy::Role;

use crate::config::Settings;

#[derive(Debug, Parser)]
#[command(
    name = "tiebreak-hub",
    version,
    about = "The hub of Tiebreak: cases come in, decisions and labels go out"
)]
#[command(arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub everywhere: Everywhere,
    #[command(subcommand)]
    pub command: Command,
}

/// Before or after a command's other options.
#[derive(Debug, Args)]
pub struct Everywhere {
    /// sqlite:PATH; a missing file is made [default: sqlite:tiebreak.db]
    #[arg(
        long,
        global = true,
        env = "TIEBREAK_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database: Option<String>,
    /// A file with the key of an encrypted database: 64 hex digits, or 32 bytes
    #[arg(long, global = true, env = "TIEBREAK_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer HTTP
    Serve(Serve),
    /// Make or update the database
    Migrate,
    /// Create and revoke tokens
    #[command(subcommand)]
    Token(Token),
    /// Bring a file's cases in
    #[command(subcommand)]
    Import(Import),
    /// Write labels as a file a trainer reads
    Export(Export),
    /// Check the audit chain and the stored content against their hashes
    Verify(Verify),
    /// Say where the audit chain stands, signed; to be kept elsewhere
    Checkpoint(Checkpoint),
    /// Erase the content of cases that were closed longer ago than the hub's retention says
    Retention(Retention),
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// [default: 127.0.0.1:4750]
    #[arg(long, env = "TIEBREAK_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// How long a decision can be undone where its queue doesn't say [default: 30]
    #[arg(long, env = "TIEBREAK_UNDO_SECONDS", value_name = "SECONDS")]
    pub undo_seconds: Option<u32>,
    /// A proxy with TLS stands before this hub
    #[arg(long, env = "TIEBREAK_BEHIND_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = clap::builder::BoolishValueParser::new())]
    pub behind_proxy: Option<bool>,
    /// PEM of this hub's certificate, its chain after it
    #[arg(long, env = "TIEBREAK_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM of the certificate's private key
    #[arg(long, env = "TIEBREAK_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Webhooks may go to private addresses, and without TLS
    #[arg(long, env = "TIEBREAK_ALLOW_PRIVATE_WEBHOOKS", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = clap::builder::BoolishValueParser::new())]
    pub allow_private_webhooks: Option<bool>,
    /// Webhooks go out by this HTTP proxy, and by none that the environment names: `http://USER:PASSWORD@HOST:PORT`
    #[arg(
        long,
        env = "TIEBREAK_WEBHOOK_PROXY",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub webhook_proxy: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token; it is printed once, alone, on the last line
    Create(TokenCreate),
    /// Refuse a token from the next request on
    Revoke(TokenRevoke),
}

#[derive(Debug, Args)]
pub struct TokenCreate {
    /// source, steward, approver, lead or admin; several roles add up
    #[arg(long = "role", required = true, value_parser = role, value_name = "ROLE")]
    pub roles: Vec<Role>,
    /// Whom it belongs to; a known name is another token of the same person
    #[arg(long)]
    pub name: String,
    /// A source the token may write; without any, every source
    #[arg(long = "source", value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// When it ends: 90d, 12h, 30m, or a date
    #[arg(long, value_name = "WHEN")]
    pub expires: Option<String>,
}

fn role(text: &str) -> Result<Role, UnknownRole> {
    Role::parse(text).ok_or(UnknownRole)
}

#[derive(Debug, thiserror::Error)]
#[error("source, steward, approver, lead or admin")]
struct UnknownRole;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct TokenRevoke {
    /// The token's id, as `token create` said it, or the token itself
    pub token: Option<String>,
    /// All tokens of this person
    #[arg(long)]
    pub name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// JSONL of cases in the hub's own form
    Cases(ImportCases),
    /// Splink's predictions, with their records
    Splink(ImportSplink),
    /// Which system says what: entity, attribute, system, value, updated_at
    Claims(ImportClaims),
}

#[derive(Debug, Args)]
pub struct ImportCases {
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Replaces the cases' own queue
    #[arg(long)]
    pub queue: Option<String>,
    /// Replaces the cases' own source [default: theirs, else cases]
    #[arg(long)]
    pub source: Option<String>,
}

#[derive(Debug, Args)]
pub struct ImportSplink {
    /// CSV of the records
    #[arg(long, value_name = "FILE")]
    pub records: PathBuf,
    /// CSV or Parquet of the scored pairs
    #[arg(long, value_name = "FILE")]
    pub pairs: PathBuf,
    /// The records' id column
    #[arg(long, value_name = "COLUMN")]
    pub id: String,
    /// Pairs below are passed over
    #[arg(long, value_name = "PROBABILITY")]
    pub low: f64,
    /// Pairs from here on are known links
    #[arg(long, value_name = "PROBABILITY")]
    pub high: f64,
    #[arg(long)]
    pub queue: String,
    #[arg(long, default_value = "splink")]
    pub source: String,
    /// The records' column that says which system they are from [default: guessed, and said]
    #[arg(long, value_name = "COLUMN")]
    pub system: Option<String>,
    /// Which record column a comparison is made from: name_norm=site_name; an empty column keeps them apart
    #[arg(long, value_name = "NAME=COLUMN", num_args = 1.., value_parser = pair)]
    pub map: Vec<(String, String)>,
    /// What the records are: site, customer
    #[arg(long, default_value = "record", value_name = "TYPE")]
    pub entity_type: String,
}

fn pair(text: &str) -> Result<(String, String), NoPair> {
    text.split_once('=')
        .map(|(name, column)| (name.to_owned(), column.to_owned()))
        .ok_or(NoPair)
}

#[derive(Debug, thiserror::Error)]
#[error("NAME=COLUMN is expected")]
struct NoPair;

#[derive(Debug, Args)]
pub struct ImportClaims {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long)]
    pub queue: String,
    #[arg(long, default_value = "claims")]
    pub source: String,
    /// What the entities are, where the file doesn't say
    #[arg(long, default_value = "entity", value_name = "TYPE")]
    pub entity_type: String,
}

#[derive(Debug, Args)]
pub struct Export {
    /// labels.jsonl, splink-labels.csv, splink-matches.csv, trl-preference.jsonl, trl-kto.jsonl or source-trust.csv
    pub format: String,
    #[arg(long)]
    pub queue: Option<String>,
    /// Of cases from this source; Splink's formats are of one source, else of the one with the most labels
    #[arg(long)]
    pub source: Option<String>,
    /// train or test
    #[arg(long)]
    pub split: Option<String>,
    /// Labels from this instant on
    #[arg(long, value_name = "WHEN")]
    pub since: Option<chrono::DateTime<chrono::Utc>>,
    /// Where to; the manifest is written beside it [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// What `checkpoint` wrote earlier, one or several in a file: the chain must hold them all
    #[arg(long = "checkpoint", value_name = "FILE", num_args = 1..)]
    pub checkpoints: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Checkpoint {
    /// Where to [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Retention {
    /// Only say how much would be erased
    #[arg(long)]
    pub dry_run: bool,
}

impl Cli {
    /// What flags and environment say.
    pub fn settings(&self) -> Settings {
        let serve = match &self.command {
            Command::Serve(serve) => Some(serve),
            _ => None,
        };
        Settings {
            database: self.everywhere.database.clone(),
            key_file: self.everywhere.key_file.clone(),
            listen: serve.and_then(|s| s.listen),
            undo_seconds: serve.and_then(|s| s.undo_seconds),
            behind_proxy: serve.and_then(|s| s.behind_proxy),
            tls_cert: serve.and_then(|s| s.tls_cert.clone()),
            tls_key: serve.and_then(|s| s.tls_key.clone()),
            // Numbers to be thought about once, not typed: only the file says them.
            limits: None,
            oidc: None,
            allow_private_webhooks: serve.and_then(|s| s.allow_private_webhooks),
            webhook_proxy: serve.and_then(|s| s.webhook_proxy.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn the_database_stands_before_or_after_the_other_options() {
        for line in [
            "tiebreak-hub --database sqlite:a.db token create --role lead --name Ana",
            "tiebreak-hub token --database sqlite:a.db create --role lead --name Ana",
            "tiebreak-hub token create --role lead --name Ana --database sqlite:a.db",
            "tiebreak-hub token create --database=sqlite:a.db --role lead --name Ana",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.settings().database.as_deref(), Some("sqlite:a.db"), "{line}");
        }
    }

    #[test]
    fn several_roles_and_maps_are_taken() {
        let line = "tiebreak-hub import splink --records r --pairs p --id i --low 0.2 --high 0.99 --queue q --map a=b c=d --map e=";
        let Command::Import(Import::Splink(splink)) = Cli::try_parse_from(line.split(' ')).unwrap().command
        else {
            panic!()
        };
        assert_eq!(splink.map.len(), 3);
        let line = "tiebreak-hub token create --role steward --role approver --name Ana";
        let Command::Token(Token::Create(token)) = Cli::try_parse_from(line.split(' ')).unwrap().command
        else {
            panic!()
        };
        assert_eq!(token.roles, [Role::Steward, Role::Approver]);
    }
}
