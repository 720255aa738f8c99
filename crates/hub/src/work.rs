//! One writing transaction with what it causes: events, audit entries, changed counts. They are written at its end, so
//! that positions and the chain are touched once, and committed with it or not at all.

use std::collections::{BTreeMap, BTreeSet};

use domain::Instant;
use domain::outcome::CaseState;

use crate::Hub;
use crate::caller::Caller;
use crate::error::HubError;
use crate::later::Later;
use crate::store::audit::{Actor, Entry};
use crate::store::cases::CaseHead;
use crate::store::events::{self, Event};
use crate::store::{self, Conn, Tx};
use crate::webhooks::outbox::{self, Notice};

pub struct Work {
    tx: Tx,
    pub now: Instant,
    pub actor: Actor,
    events: Vec<Event>,
    entries: Vec<(Actor, Entry)>,
    counts: BTreeMap<(String, CaseState), i64>,
    /// Queues whose counts a replica may want anew though no state changed.
    touched: BTreeSet<String>,
    /// For webhooks, in the order they happened.
    notices: Vec<Notice>,
    /// Rows put off. Whoever reads what they may have changed writes them first: [`Self::write_now`].
    pub later: Later,
}

impl Hub {
    /// Begins a piece of work by a person.
    ///
    /// # Errors
    /// `busy` when the database isn't to be had.
    pub(crate) async fn work(&self, caller: &Caller) -> Result<Work, HubError> {
        self.work_as(caller.into()).await
    }

    /// Begins a piece of work by the hub itself or its command line.
    ///
    /// # Errors
    /// `busy` when the database isn't to be had.
    pub(crate) async fn work_as(&self, actor: Actor) -> Result<Work, HubError> {
        Ok(self.work_in(self.store.begin().await?, actor))
    }

    /// As [`work_as`](Self::work_as), for what several people do many times a second (`rounds`).
    ///
    /// # Errors
    /// `busy` when the database isn't to be had.
    pub(crate) async fn quick_work(&self) -> Result<Work, HubError> {
        Ok(self.work_in(self.store.begin_quick().await?, Actor::default()))
    }

    /// As [`work`](Self::work), for many rows at once.
    ///
    /// # Errors
    /// `busy` when the database isn't to be had.
    pub(crate) async fn bulk_work(&self, caller: &Caller) -> Result<Work, HubError> {
        Ok(self.work_in(self.store.begin_bulk().await?, caller.into()))
    }

    /// The instant is read after the lock is held: instants in the order of commits.
    fn work_in(&self, tx: Tx, actor: Actor) -> Work {
        Work {
            tx,
            now: self.now(),
            actor,
            events: Vec::new(),
            entries: Vec::new(),
            counts: BTreeMap::new(),
            touched: BTreeSet::new(),
            notices: Vec::new(),
            later: Later::default(),
        }
    }

    /// Commits, and wakes those who wait for news.
    ///
    /// # Errors
    /// [`HubError`] of the database; nothing is then written.
    pub(crate) async fn commit(&self, work: Work) -> Result<(), HubError> {
        if work.finish().await? {
            self.webhooks.wake.notify_one();
        }
        self.commits
            .send_modify(|commits| *commits = commits.wrapping_add(1));
        Ok(())
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self {
            person: Some(caller.person.id.clone()),
            token: Some(caller.token_id.clone()),
            correlation_id: Some(caller.correlation_id.clone()),
        }
    }
}

impl Work {
    /// From here on it is this person's doing.
    pub fn goes_on_as(&mut self, caller: &Caller) {
        self.actor = caller.into();
    }

    pub fn conn(&mut self) -> &mut Conn {
        &mut self.tx
    }

    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// An event about a case, for all who see it: those of its queue; of a check, who it was made for.
    pub fn case_event(&mut self, kind: &'static str, head: &CaseHead) {
        self.events.push(event_of(kind, head, head.check_for.clone()));
    }

    /// An event about a case, for one person.
    pub fn personal_event(&mut self, kind: &'static str, head: &CaseHead, person: &str) {
        self.events.push(event_of(kind, head, Some(person.to_owned())));
    }

    pub fn audit(&mut self, entry: Entry) {
        self.entries.push((self.actor.clone(), entry));
    }

    /// Tells webhooks, once it is committed.
    pub fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    pub fn count(&mut self, queue: &str, state: CaseState, delta: i64) {
        *self.counts.entry((queue.to_owned(), state)).or_default() += delta;
    }

    pub fn touch(&mut self, queue: &str) {
        self.touched.insert(queue.to_owned());
    }

    /// Moves the case to a state, with its counts; the head is brought up to date.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn set_state(
        &mut self,
        head: &mut CaseHead,
        state: CaseState,
        decision_id: Option<&str>,
    ) -> Result<(), HubError> {
        self.stands(head, state, decision_id);
        store::cases::set_standing(&mut self.tx, &[head], self.now).await
    }

    /// [`Self::set_state`] among what is put off.
    pub fn set_state_later(&mut self, head: &mut CaseHead, state: CaseState, decision_id: Option<&str>) {
        self.stands(head, state, decision_id);
        self.later.standing.push(head.clone());
    }

    fn stands(&mut self, head: &mut CaseHead, state: CaseState, decision_id: Option<&str>) {
        if head.state != state {
            self.count(&head.queue, head.state, -1);
            self.count(&head.queue, state, 1);
        }
        head.state = state;
        head.decision_id = decision_id.map(str::to_owned);
    }

    /// Writes what was put off.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn write_now(&mut self) -> Result<(), HubError> {
        std::mem::take(&mut self.later)
            .write(&mut self.tx, self.now)
            .await
    }

    /// Ends whatever lease is on the case. `lost`: its holder is told, unless it is the one who acts.
    ///
    /// # Errors
    /// [`HubError`] of the database.
    pub async fn end_lease(&mut self, head: &mut CaseHead, reason: &'static str) -> Result<(), HubError> {
        if let Some(token) = self.let_go(head) {
            store::leases::end(&mut self.tx, &[&token], reason, self.now).await?;
            store::cases::set_lease(&mut self.tx, &head.id, None).await?;
        }
        Ok(())
    }

    /// [`Self::end_lease`] and [`Self::set_state`] in one, put off: the case is decided.
    pub fn settle_later(&mut self, head: &mut CaseHead, decision_id: &str) {
        if let Some(token) = self.let_go(head) {
            self.later.decided_leases.push(token);
        }
        self.set_state_later(head, CaseState::Decided, Some(decision_id));
    }

    /// Takes the lease off the head and tells its holder, unless it is the one who acts. The rows are for the caller to write.
    fn let_go(&mut self, head: &mut CaseHead) -> Option<String> {
        let (token, person) = (head.lease_token.take()?, head.lease_person.take()?);
        head.leased_until = None;
        if self.actor.person.as_deref() != Some(person.as_str()) {
            self.personal_event(events::LEASE_LOST, head, &person);
        }
        Some(token)
    }

    /// Returns whether there is something for webhooks.
    async fn finish(mut self) -> Result<bool, HubError> {
        self.write_now().await?;
        self.counts.retain(|_, delta| *delta != 0);
        store::queues::count(&mut self.tx, &self.counts).await?;
        self.touched
            .extend(self.counts.keys().map(|(queue, _)| queue.clone()));
        for queue in std::mem::take(&mut self.touched) {
            self.events.push(Event {
                kind: events::QUEUE_COUNTS,
                queue: Some(queue),
                ..Event::default()
            });
        }
        events::append(&mut self.tx, &self.events, self.now).await?;
        store::audit::append(&mut self.tx, &self.entries, self.now).await?;
        let told = outbox::write(&mut self.tx, &self.notices, self.now).await?;
        self.tx.commit().await?;
        Ok(told)
    }
}

fn event_of(kind: &'static str, head: &CaseHead, person: Option<String>) -> Event {
    Event {
        kind,
        case_id: Some(head.id.clone()),
        queue: Some(head.queue.clone()),
        source: Some(head.source.clone()),
        revision: Some(head.revision),
        person,
    }
}
