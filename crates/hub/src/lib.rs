//! The hub: where cases come in, are claimed and decided, and labels go out. HTTP over one database.
//!
//! Rules stand in `domain`, wire types in `protocol`, SQL in [`store`]. Between them one module per matter
//! ([`cases`], [`claims`], [`decisions`], [`release`], …): each opens a transaction, asks the domain, writes.
//! What it is not: it holds no state of its own. Positions, the chain's head and tokens are read inside the writing
//! transaction, so that the command line beside a running hub, or a second hub, is no special case.

pub mod access;
pub mod auth;
pub mod away;
pub mod body;
pub mod bounds;
pub mod caller;
pub mod cases;
pub mod chain;
pub mod changes;
pub mod checkpoints;
pub mod checks;
pub mod claims;
pub mod cli;
pub mod config;
pub mod decisions;
pub mod elevating;
pub mod error;
pub mod exports;
pub mod feeds;
pub mod giving;
pub mod gold;
pub mod guard;
pub mod import;
pub mod keys;
pub mod limits;
pub mod links;
pub mod looks;
pub mod metrics;
pub mod ndjson;
pub mod oidc;
pub mod openapi;
pub mod overdue;
pub mod overview;
pub mod passing;
pub mod people;
pub mod policies;
pub mod reading;
pub mod refusals;
pub mod release;
pub mod retention;
pub mod schemas;
pub mod sessions;
pub mod store;
pub mod taking_back;
pub mod ticking;
pub mod tls;
pub mod tokens;
pub mod tools;
pub mod webhooks;

mod ahead;
mod clock;
mod due;
mod gate;
mod history;
mod incoming;
mod later;
mod naming;
mod opinions;
mod paging;
mod picking;
mod ranking;
mod reasons;
mod rounds;
mod routes;
mod scopes;
mod searching;
mod sequencing;
mod serving;
mod sharing;
mod sight;
mod staff;
mod standing;
mod sweeping;
mod verdicts;
mod waiting;
mod whole;
mod work;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use protocol::hub::DecisionItem;
use tokio_rustls::rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use zeroize::Zeroizing;

pub use clock::Clock;
pub use error::HubError;
use store::Store;

/// How a hub is opened.
pub struct HubOptions {
    /// `sqlite:PATH`, whose missing file is made, or `postgres://…`; either is migrated.
    pub database: String,
    /// Raw key of an encrypted SQLite file (SQLCipher); none: a plain file.
    pub key: Option<Zeroizing<[u8; 32]>>,
    /// The undo window where a queue's policy says nothing.
    pub undo_seconds: u32,
    /// A proxy with TLS stands before the hub: the guard of loopback (`guard`) isn't meant for what it forwards.
    pub behind_proxy: bool,
    /// The certificate it answers with; none: plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// What callers may take of this hub.
    pub limits: bounds::Limits,
    /// Webhooks may reach addresses that aren't on the public internet, and without TLS.
    pub allow_private_webhooks: bool,
    /// What webhooks go out by; none: they go there themselves, whatever proxy the system has.
    pub webhook_proxy: Option<webhooks::proxy::WebhookProxy>,
    /// There is one person only, on their own computer: no policy can ask for a second.
    pub solo: bool,
    /// The provider people sign in with; none: by tokens alone.
    pub oidc: Option<oidc::OidcSettings>,
    pub clock: Clock,
}

/// The default undo window (API.md, Decisions).
pub const UNDO_SECONDS: u32 = 30;

impl HubOptions {
    pub fn new(database: impl Into<String>) -> Self {
        Self {
            database: database.into(),
            key: None,
            undo_seconds: UNDO_SECONDS,
            behind_proxy: false,
            tls: None,
            limits: bounds::Limits::default(),
            allow_private_webhooks: false,
            webhook_proxy: None,
            solo: false,
            oidc: None,
            clock: Clock::system(),
        }
    }
}

/// An open hub. Clones share it.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

/// What a hub has.
pub struct Parts {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) undo_seconds: u32,
    pub(crate) behind_proxy: bool,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) solo: bool,
    pub(crate) oidc: Option<Arc<oidc::Provider>>,
    /// Counts this process's commits: what long polls wait for.
    pub(crate) commits: Arc<tokio::sync::watch::Sender<u64>>,
    /// When this process last found no lease that ran out and no case that expired, in microseconds since 1970.
    pub(crate) swept_at_us: Arc<AtomicI64>,
    /// Cancelled when the hub shuts down: long polls answer at once.
    pub(crate) stopping: CancellationToken,
    /// This process's own counts of requests.
    pub(crate) metrics: Arc<metrics::Metrics>,
    pub(crate) bounds: Arc<bounds::Bounds>,
    pub(crate) refusals: Arc<refusals::Refusals>,
    /// Tokens, claims and decisions that came at the same time.
    pub(crate) recognising: Arc<rounds::Rounds<String, Option<caller::StoredToken>>>,
    pub(crate) claiming: Arc<rounds::Rounds<claims::Asked, claims::Given>>,
    pub(crate) deciding: Arc<rounds::Rounds<decisions::Given, Vec<DecisionItem>>>,
    /// What webhooks are sent with.
    pub(crate) webhooks: Arc<webhooks::post::Post>,
}

impl std::ops::Deref for Hub {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Hub {
    /// Opens and migrates the database.
    ///
    /// # Errors
    /// [`HubError`] when the file can't be opened, the key is wrong or a migration fails.
    pub async fn open(options: HubOptions) -> Result<Self, HubError> {
        let store = Store::open(&options.database, options.key.as_deref()).await?;
        options.clock.set_database_ahead_us(store.ahead_us().await?);
        let now = options.clock.now();
        store::meta::ensure(&store, now).await?;
        let hub = Self(Arc::new(Parts {
            store,
            clock: options.clock,
            undo_seconds: options.undo_seconds,
            behind_proxy: options.behind_proxy,
            tls: options.tls,
            solo: options.solo,
            oidc: options
                .oidc
                .map(|settings| Arc::new(oidc::Provider::new(settings))),
            commits: Arc::new(tokio::sync::watch::Sender::new(0)),
            swept_at_us: Arc::default(),
            stopping: CancellationToken::new(),
            metrics: Arc::default(),
            bounds: Arc::new(bounds::Bounds::new(options.limits)),
            refusals: Arc::default(),
            recognising: Arc::default(),
            claiming: Arc::default(),
            deciding: Arc::default(),
            webhooks: Arc::new(webhooks::post::Post::new(
                options.allow_private_webhooks,
                options.webhook_proxy,
            )),
        }));
        naming::settle(&hub).await?;
        Ok(hub)
    }

    pub fn now(&self) -> domain::Instant {
        self.clock.now()
    }

    /// Closes the database; a SQLite file is then whole without its log.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// Answers HTTP on `listener` until `shutdown` is done, then ends long polls and what is under way.
///
/// # Errors
/// [`HubError`] when the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    hub: Hub,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), HubError> {
    let loopback_only = !hub.behind_proxy && listener.local_addr()?.ip().to_canonical().is_loopback();
    let connections = serving::Serving {
        router: guard::around(routes::router(hub.clone()), loopback_only),
        tls: hub.tls.clone(),
        header: hub.bounds.header(),
        stopping: hub.stopping.clone(),
    };
    let stopping = hub.stopping.clone();
    let told = async move {
        shutdown.await;
        stopping.cancel();
    };
    let releasing = tokio::spawn(ticking::tick(hub.clone()));
    let erasing = tokio::spawn(retention::run(hub.clone()));
    let passing_up = tokio::spawn(overdue::run(hub.clone()));
    let indexing = tokio::spawn(searching::run(hub.clone()));
    let ranking = tokio::spawn(ranking::run(hub.clone()));
    // Killed with this future, so that nothing is sent any more for a hub that is gone.
    let telling = AbortOnDropHandle::new(tokio::spawn(webhooks::worker::run(hub.clone())));
    let sequencing = tokio::spawn(sequencing::run(hub));
    tokio::join!(told, serving::run(listener, connections));
    // Ends by itself once the hub is stopping; a transaction under way is finished, not cut off.
    releasing.await.map_err(HubError::broken)?;
    erasing.await.map_err(HubError::broken)?;
    passing_up.await.map_err(HubError::broken)?;
    indexing.await.map_err(HubError::broken)?;
    ranking.await.map_err(HubError::broken)?;
    telling.await.map_err(HubError::broken)?;
    sequencing.await.map_err(HubError::broken)
}
