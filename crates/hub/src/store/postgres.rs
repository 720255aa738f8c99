//! PostgreSQL: how it is connected to, how many connections a hub takes, and how its planner is used.

use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection};

use crate::error::HubError;

/// Connections of one hub: a few per core of the database are enough, more only wait there.
pub(super) const CONNECTIONS: u32 = 12;

/// And those that plan once: for as many rounds as there are at a time, and what is done again alone.
pub(super) const PLANNED_ONCE: u32 = 6;

/// After this such a connection is made anew, and plans for tables as full as they are then.
pub(super) const PLANNED_FOR: Duration = Duration::from_secs(60);

/// Statements a connection keeps prepared: more than the hub has, so that none is ever planned for one execution alone.
const PREPARED_STATEMENTS: &str = "512";

/// The shortest of all questions. Several that aren't answered have room in the time a connection is waited for.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

pub(super) fn options(database: &str) -> Result<AnyConnectOptions, HubError> {
    let options = database.parse::<AnyConnectOptions>()?.disable_statement_logging();
    // Compiling a statement of ours (`jit`) takes longer than it ever runs.
    Ok(with(
        options,
        &[
            ("statement-cache-capacity", PREPARED_STATEMENTS),
            ("options[jit]", "off"),
            // A hub whose computer is gone holds no case, and not the sequencer's lock, for the hours a connection may look alive.
            ("options[idle_in_transaction_session_timeout]", "30s"),
            ("options[tcp_keepalives_idle]", "20"),
            ("options[tcp_keepalives_interval]", "5"),
            ("options[tcp_keepalives_count]", "4"),
            ("options[tcp_user_timeout]", "40s"),
        ],
    ))
}

/// Left to choose, PostgreSQL plans a claim anew each time, which takes longer than the claim; or it keeps reading through a
/// table that was empty when it planned. What claims and decisions read and write is found by its key or in the order of an
/// index, whatever the values and however full the tables: planned once, row by row from index to index. Sorting is left on:
/// rather than sort a few rows it would read them in order through an index of all.
pub(super) fn planned_once(options: AnyConnectOptions) -> AnyConnectOptions {
    with(
        options,
        &[
            ("options[plan_cache_mode]", "force_generic_plan"),
            // Many share a round: for a case that somebody holds they don't all wait, it is then tried alone.
            ("options[lock_timeout]", "2s"),
            ("options[enable_seqscan]", "off"),
            ("options[enable_hashjoin]", "off"),
            ("options[enable_mergejoin]", "off"),
            ("options[enable_material]", "off"),
        ],
    )
}

/// Whether the database at the other end still answers. A computer that is gone without a word leaves its connections open, and the
/// client's sockets can't be told to find that out (sqlx has no keepalive for them).
pub(super) async fn lives(connection: &mut AnyConnection) -> bool {
    let answer = tokio::time::timeout(ANSWERS_WITHIN, connection.ping()).await;
    matches!(answer, Ok(Ok(())))
}

fn with(mut options: AnyConnectOptions, settings: &[(&str, &str)]) -> AnyConnectOptions {
    options.database_url.query_pairs_mut().extend_pairs(settings);
    options
}
