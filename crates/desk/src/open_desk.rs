//! A desk whose store is open: everything a call works with, and a few looks at it that several calls share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::Instant;
use domain::action::tool::Tools;
use domain::draft::Draft;
use domain::policy::{Person, Policy};
use protocol::WireError;
use protocol::hub::{QueueInfo, ReasonCode};
use protocol::ipc::{CaseOnScreen, Mode, Topic};

use crate::clock::Clock;
use crate::host::Host;
use crate::hub_client::HubClient;
use crate::key::StoreKey;
use crate::options::DeskOptions;
use crate::replica::cases::Standing;
use crate::replica::source_trust::Trust;
use crate::replica::{Replica, ReplicaError};
use crate::screen::{Prepared, Surroundings};
use crate::shelf::Shelf;
use crate::sync::status::Status;

/// API.md: the undo window unless policy or the hub's start says otherwise.
const UNDO_SECONDS: u32 = 30;

pub struct OpenDesk {
    pub mode: Mode,
    pub key: StoreKey,
    pub replica: Replica,
    pub hub: HubClient,
    pub clock: Clock,
    pub shelf: Shelf,
    pub status: Status,
    pub host: Arc<dyn Host>,
    /// Where its secrets are kept.
    pub options: DeskOptions,
    /// Its person is going: nothing is fetched for them any more.
    leaving: AtomicBool,
    /// Held while cases are claimed: whoever gives them back waits for what is under way.
    claiming: tokio::sync::Mutex<()>,
    /// Whom the person signs in with, by host; none: a token.
    provider: RwLock<Option<String>>,
    person: RwLock<Arc<Person>>,
    queues: RwLock<Arc<Vec<QueueInfo>>>,
    tools: RwLock<Arc<Tools>>,
}

/// What the replica knew when it was opened.
pub struct Known {
    person: Person,
    queues: Vec<QueueInfo>,
    tools: Tools,
    trust: Trust,
    clock_offset_micros: i64,
    refetches: Vec<String>,
}

impl Known {
    /// Asks nobody else.
    pub async fn read(replica: &Replica) -> Result<Self, ReplicaError> {
        Ok(Self {
            person: replica.person().await?.unwrap_or_else(nobody),
            queues: replica.queues().await?,
            tools: replica.tools().await?,
            trust: replica.source_trust().await?,
            clock_offset_micros: replica.clock_offset_micros().await?,
            refetches: replica.refetches().await?,
        })
    }
}

impl OpenDesk {
    pub fn new(
        mode: Mode,
        key: StoreKey,
        replica: Replica,
        hub: HubClient,
        known: Known,
        options: &DeskOptions,
    ) -> Self {
        let shelf = Shelf::default();
        shelf.set_trust(known.trust);
        let status = Status::default();
        status.lock().refetch.extend(known.refetches);
        Self {
            mode,
            key,
            replica,
            hub,
            clock: Clock::new(known.clock_offset_micros),
            shelf,
            status,
            host: options.host.clone(),
            options: options.clone(),
            leaving: AtomicBool::new(false),
            claiming: tokio::sync::Mutex::default(),
            provider: RwLock::default(),
            person: RwLock::new(Arc::new(known.person)),
            queues: RwLock::new(Arc::new(known.queues)),
            tools: RwLock::new(Arc::new(known.tools)),
        }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::SeqCst)
    }

    /// From here on nothing is claimed. A claim under way is waited for, so that what it gets is given back too.
    pub async fn claim_no_more(&self, patience: Duration) {
        self.leaving.store(true, Ordering::SeqCst);
        if tokio::time::timeout(patience, self.claiming.lock())
            .await
            .is_err()
        {
            tracing::info!("the hub still answers a claim");
        }
    }

    /// They stay after all.
    pub fn claim_again(&self) {
        self.leaving.store(false, Ordering::SeqCst);
    }

    /// The turn to claim; none for somebody who is going.
    pub async fn turn_to_claim(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let turn = self.claiming.lock().await;
        (!self.is_leaving()).then_some(turn)
    }

    pub fn person(&self) -> Arc<Person> {
        self.person.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_person(&self, person: Person) {
        *self.person.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(person);
    }

    pub fn provider(&self) -> Option<String> {
        self.provider
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn set_provider(&self, host: Option<String>) {
        *self.provider.write().unwrap_or_else(PoisonError::into_inner) = host;
    }

    pub fn queues(&self) -> Arc<Vec<QueueInfo>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_queues(&self, queues: Vec<QueueInfo>) {
        *self.queues.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(queues);
    }

    /// How long a decision of this queue can be undone, until the hub has said of the decision itself.
    pub fn undo_seconds(&self, queue: &str) -> u32 {
        self.queues()
            .iter()
            .find(|info| info.name == queue)
            .and_then(|info| info.policy.undo_seconds)
            .unwrap_or(UNDO_SECONDS)
    }

    pub fn tools(&self) -> Arc<Tools> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_tools(&self, tools: Tools) {
        *self.tools.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tools);
    }

    pub fn changed(&self, topics: &[Topic]) {
        if !topics.is_empty() {
            self.host.changed(topics);
        }
    }

    /// A case as it stands on the screen, with its draft.
    pub async fn on_screen(&self, id: &str) -> Result<CaseOnScreen, WireError> {
        let ready = self.shelf.get(&self.replica, id).await?;
        let standing = self.replica.case_standing(id).await?;
        let draft = self
            .replica
            .draft(id, &ready.content_hash)
            .await?
            .unwrap_or_default();
        Ok(self.shown(&ready, draft, standing == Some(Standing::Decided)))
    }

    pub fn shown(&self, ready: &Prepared, draft: Draft, decided: bool) -> CaseOnScreen {
        self.around(ready, decided, |around| ready.on_screen(draft, around))
    }

    /// With the person, policy, reasons and time a case is judged by.
    pub fn around<T>(&self, ready: &Prepared, decided: bool, with: impl FnOnce(&Surroundings<'_>) -> T) -> T {
        let (person, queues, tools) = (self.person(), self.queues(), self.tools());
        let queue = queues.iter().find(|queue| queue.name == ready.case.queue());
        let by_default = Policy::default();
        let none: &[ReasonCode] = &[];
        let own = queue.map_or(Some(&by_default), |queue| {
            (!queue.policy_unreadable).then_some(&queue.policy)
        });
        let policy = own
            .zip(ready.before.as_deref())
            .map(|(own, before)| own.as_strict_as(before));
        with(&Surroundings {
            person: &person,
            policy: policy.as_deref(),
            solo: self.mode == Mode::Solo,
            tools: &tools,
            reasons: queue.map_or(none, |queue| &queue.reasons),
            now: self.now(),
            decided,
        })
    }
}

/// Before the hub has said who this is: nobody, who may do nothing.
fn nobody() -> Person {
    Person {
        id: String::new(),
        name: String::new(),
        roles: Vec::new(),
        queues: Vec::new(),
    }
}
