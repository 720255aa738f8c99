//! A way to the hubs, or from one to its database, that fails: connections are cut (before the request is whole, after it was handed on and before the
//! answer is back, in the middle of either), delayed, stalled and trickled, in both directions, by chance.
//!
//! Each connection goes to one of several hubs, as behind a balancer. It knows nothing of what is spoken; bytes are never
//! changed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

/// How far into a direction a cut may come, in bytes. A request and its answer are a few hundred to some thousand; a hub
/// keeps its connections to the database for long.
const CUT_WITHIN_BYTES: u64 = 12_000;
const CUT_WITHIN_BYTES_LATER: u64 = 150_000;
/// A delay of each part: of a request there are few, of what is said to a database many.
const DELAY_MILLISECONDS: u64 = 60;
const DELAY_MILLISECONDS_OFTEN: u64 = 6;
/// The most that is trickled; after it the rest goes as it comes.
const TRICKLED_BYTES: u64 = 3000;

pub struct BadWire {
    pub base: String,
    shared: Arc<Shared>,
    _listening: AbortOnDropHandle<()>,
}

struct Shared {
    ends: Vec<SocketAddr>,
    /// What is between a hub and its database.
    of_database: bool,
    bad: AtomicBool,
    connections: AtomicU64,
    cuts: AtomicU64,
    /// Changes when everything open is cut.
    severed: watch::Sender<()>,
    /// Changes when nothing that is open carries anything any more.
    silenced: watch::Sender<()>,
}

/// What becomes of one direction of one connection.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Good,
    CutAfter { bytes: u64 },
    Delayed { each: Duration },
    StallAfter { bytes: u64, pause: Duration },
    Trickled,
}

impl Fate {
    fn draw(of_database: bool) -> Self {
        let mut rng = rand::rng();
        let (within, delay) = match of_database {
            true => (CUT_WITHIN_BYTES_LATER, DELAY_MILLISECONDS_OFTEN),
            false => (CUT_WITHIN_BYTES, DELAY_MILLISECONDS),
        };
        match rng.random_range(0..100) {
            0..15 => Self::CutAfter {
                bytes: rng.random_range(0..within),
            },
            15..30 => Self::Delayed {
                each: Duration::from_millis(rng.random_range(1..delay)),
            },
            30..35 => Self::StallAfter {
                bytes: rng.random_range(0..within),
                pause: Duration::from_millis(rng.random_range(200..1500)),
            },
            35..40 => Self::Trickled,
            _ => Self::Good,
        }
    }
}

impl BadWire {
    /// Before these hubs (`http://127.0.0.1:…`).
    pub async fn before(hubs: &[String]) -> Self {
        let address = |base: &String| base.trim_start_matches("http://").parse().unwrap();
        Self::between(hubs.iter().map(address).collect(), false).await
    }

    /// Before a database on this port; a good one until it is turned bad.
    pub async fn before_database(port: u16) -> Self {
        let wire = Self::between(vec![([127, 0, 0, 1], port).into()], true).await;
        wire.shared.bad.store(false, Ordering::SeqCst);
        wire
    }

    async fn between(ends: Vec<SocketAddr>, of_database: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            ends,
            of_database,
            bad: AtomicBool::new(true),
            connections: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            severed: watch::Sender::new(()),
            silenced: watch::Sender::new(()),
        });
        let listening = tokio::spawn(listen(listener, shared.clone()));
        Self {
            base,
            shared,
            _listening: AbortOnDropHandle::new(listening),
        }
    }

    pub fn port(&self) -> u16 {
        let port = self.base.rsplit(':').next();
        port.unwrap().parse().unwrap()
    }

    /// From now on new connections are bad ones, and those that aren't are cut.
    pub fn turn_bad(&self) {
        self.shared.bad.store(true, Ordering::SeqCst);
        self.sever();
    }

    /// From now on new connections are good ones; those that aren't are cut.
    pub fn mend(&self) {
        self.shared.bad.store(false, Ordering::SeqCst);
        self.sever();
    }

    /// Cuts everything that is open.
    pub fn sever(&self) {
        self.shared.severed.send_replace(());
    }

    /// What is open stays open and carries nothing any more, as when the computer at the other end is gone without a word. New
    /// connections are as before.
    pub fn fall_silent(&self) {
        self.shared.silenced.send_replace(());
    }

    /// Connections so far, and how many of them were cut in their middle.
    pub fn counts(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::SeqCst);
        (read(&self.shared.connections), read(&self.shared.cuts))
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        if let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, shared.clone()));
        }
    }
}

/// Both ways until one of them ends; then both are closed.
async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let mut severed = shared.severed.subscribe();
    let end = shared.ends[rand::rng().random_range(0..shared.ends.len())];
    let Ok(hub) = TcpStream::connect(end).await else {
        return;
    };
    shared.connections.fetch_add(1, Ordering::SeqCst);
    let fate = || {
        if shared.bad.load(Ordering::SeqCst) {
            Fate::draw(shared.of_database)
        } else {
            Fate::Good
        }
    };
    let (from_client, to_client) = client.into_split();
    let (from_hub, to_hub) = hub.into_split();
    let cut = tokio::select! {
        cut = hand_on(from_client, to_hub, fate(), shared.silenced.subscribe()) => cut,
        cut = hand_on(from_hub, to_client, fate(), shared.silenced.subscribe()) => cut,
        _ = severed.changed() => true,
    };
    if cut {
        shared.cuts.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns whether it ended by its fate.
async fn hand_on(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    fate: Fate,
    mut silenced: watch::Receiver<()>,
) -> bool {
    let (mut buffer, mut carried) = ([0_u8; 4096], 0_u64);
    let mut stalled = false;
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            _ = silenced.changed() => std::future::pending().await,
        };
        let Ok(read @ 1..) = read else {
            return false;
        };
        let mut part = &buffer[..read];
        match fate {
            Fate::Good => {}
            Fate::CutAfter { bytes } => {
                let room = usize::try_from(bytes.saturating_sub(carried)).unwrap_or(usize::MAX);
                if room < part.len() {
                    part = &part[..room];
                    let _ = to.write_all(part).await;
                    return true;
                }
            }
            Fate::Delayed { each } => tokio::time::sleep(each).await,
            Fate::StallAfter { bytes, pause } => {
                if carried >= bytes && !stalled {
                    stalled = true;
                    tokio::time::sleep(pause).await;
                }
            }
            Fate::Trickled => {
                while carried < TRICKLED_BYTES && part.len() > 1 {
                    let (first, rest) = part.split_at(part.len().min(40));
                    if to.write_all(first).await.is_err() {
                        return false;
                    }
                    carried += first.len() as u64;
                    part = rest;
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
        }
        if to.write_all(part).await.is_err() {
            return false;
        }
        carried += part.len() as u64;
    }
}
