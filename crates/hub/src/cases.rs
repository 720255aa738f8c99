//! Cases coming in: created, unchanged, revised or refused; taken back; given another place in the queue.

use std::collections::{HashMap, HashSet};

use domain::outcome::CaseState;
use domain::policy::Policy;
use domain::policy::times::{Said, times};
use domain::{Instant, Invalid, Kind, canonical};
use protocol::hub::{CaseItem, CaseResult};
use serde_json::json;

use crate::Hub;
use crate::body::Incoming;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::giving;
use crate::incoming::{NotTaken, Ready, ready};
use crate::ndjson::Key;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::{self, events, payloads, queues};
use crate::webhooks::outbox::Notice;
use crate::work::Work;

/// Takes one batch in one transaction and gives one answer for each item, in their order.
///
/// # Errors
/// `not_allowed` for a caller who is no source; [`HubError`] of the database, and then nothing of the batch is in.
pub async fn ingest(hub: &Hub, caller: &Caller, batch: Vec<Incoming>) -> Result<Vec<CaseItem>, HubError> {
    let prepared = prepare(hub, caller, batch).await?;
    take_in(hub, caller, prepared, Decided::Reopens).await
}

/// As [`ingest`], of what was [`prepare`]d before.
///
/// # Errors
/// As [`ingest`].
pub async fn ingest_prepared(
    hub: &Hub,
    caller: &Caller,
    prepared: Prepared,
) -> Result<Vec<CaseItem>, HubError> {
    take_in(hub, caller, prepared, Decided::Reopens).await
}

/// As [`ingest`], for importers: a new revision of a decided case is refused as [`ALREADY_DECIDED`].
///
/// # Errors
/// As [`ingest`].
pub async fn ingest_undecided(
    hub: &Hub,
    caller: &Caller,
    batch: Vec<Incoming>,
) -> Result<Vec<CaseItem>, HubError> {
    let prepared = prepare(hub, caller, batch).await?;
    take_in(hub, caller, prepared, Decided::Stays).await
}

pub const ALREADY_DECIDED: &str = "already_decided";

/// What a new revision does to a case that is decided. Asked in the writing transaction: a decision accepted since the
/// importer looked is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decided {
    Reopens,
    Stays,
}

async fn take_in(
    hub: &Hub,
    caller: &Caller,
    Prepared(prepared): Prepared,
    decided: Decided,
) -> Result<Vec<CaseItem>, HubError> {
    caller.may(Scope::CasesWrite)?;
    let mut work = hub.bulk_work(caller).await?;
    let mut writer = Writer {
        work: &mut work,
        decided,
        items: Vec::with_capacity(prepared.len()),
        queues: HashMap::new(),
        fresh: Vec::new(),
        seen: HashSet::new(),
        written: Vec::new(),
        created: 0,
        revised: 0,
    };
    writer.take(prepared).await?;
    let mut items = writer.items;
    items.sort_by_key(|(place, _)| *place);
    let items: Vec<CaseItem> = items.into_iter().map(|(_, item)| item).collect();
    hub.commit(work).await?;
    Ok(items)
}

type PreparedItem = (u64, Result<Box<Ready>, NotTaken>);

/// A batch checked and hashed, with nothing written yet.
pub struct Prepared(Vec<PreparedItem>);

impl Prepared {
    /// The cases it is about.
    pub fn about(&self) -> HashSet<Key> {
        let ready = self.0.iter().filter_map(|(_, found)| found.as_ref().ok());
        ready.map(|ready| key_of(&ready.head)).collect()
    }
}

/// Cases worth a thread of their own.
const PREPARED_TOGETHER: usize = 100;

/// Parsing is done; checking and hashing is work for other threads than the one that answers, and for more than one.
///
/// # Errors
/// `not_allowed` for a caller who is no source.
pub async fn prepare(hub: &Hub, caller: &Caller, mut batch: Vec<Incoming>) -> Result<Prepared, HubError> {
    caller.may(Scope::CasesWrite)?;
    let (now, solo) = (hub.now(), hub.solo);
    let mut parts = Vec::new();
    while !batch.is_empty() {
        let rest = batch.split_off(batch.len().min(PREPARED_TOGETHER));
        let (part, caller) = (std::mem::replace(&mut batch, rest), caller.clone());
        parts.push(tokio::task::spawn_blocking(move || {
            part.into_iter()
                .map(|item| prepare_one(item, &caller, solo, now))
                .collect::<Vec<PreparedItem>>()
        }));
    }
    let mut prepared = Vec::new();
    for part in parts {
        prepared.extend(part.await.map_err(HubError::broken)?);
    }
    Ok(Prepared(prepared))
}

fn prepare_one(
    Incoming { index, json }: Incoming,
    caller: &Caller,
    solo: bool,
    now: Instant,
) -> (u64, Result<Box<Ready>, NotTaken>) {
    let found = match json {
        Ok(json) => ready(json, caller, now).map(|mut ready| {
            // Who posts an action is as good as its proposer; on one's own computer there is nobody else.
            if ready.head.kind == Kind::ProposedAction && !solo {
                ready.head.barred.push(caller.person.id.clone());
            }
            Box::new(ready)
        }),
        Err(invalid) => Err(NotTaken {
            external_id: None,
            invalid,
        }),
    };
    (index, found)
}

fn key_of(head: &CaseHead) -> Key {
    (head.source.clone(), head.external_id.clone())
}

struct Writer<'w> {
    work: &'w mut Work,
    decided: Decided,
    items: Vec<(usize, CaseItem)>,
    /// Kinds and policies of the queues met that are there.
    queues: HashMap<String, (Kind, Option<Policy>)>,
    /// New cases not yet written, with their places.
    fresh: Vec<(usize, u64, Box<Ready>)>,
    seen: HashSet<Key>,
    /// Content hashes of what was written, in the order of writing.
    written: Vec<String>,
    created: u64,
    revised: u64,
}

impl Writer<'_> {
    async fn take(&mut self, prepared: Vec<PreparedItem>) -> Result<(), HubError> {
        let mut part = Vec::new();
        for (place, (index, found)) in prepared.into_iter().enumerate() {
            match found {
                Err(NotTaken { external_id, invalid }) => {
                    self.items.push((place, refused(index, external_id, invalid)))
                }
                Ok(ready) => {
                    // The same case twice in one batch: the first must be in before the second is compared with it.
                    if !self.seen.insert(key_of(&ready.head)) {
                        self.write(std::mem::take(&mut part)).await?;
                        self.seen = HashSet::from([key_of(&ready.head)]);
                    }
                    part.push((place, index, ready));
                }
            }
        }
        self.write(part).await?;
        self.note()
    }

    /// Writes cases that are all different.
    async fn write(&mut self, part: Vec<(usize, u64, Box<Ready>)>) -> Result<(), HubError> {
        let keys: Vec<(&str, &str)> = part
            .iter()
            .map(|(_, _, r)| (r.head.source.as_str(), r.head.external_id.as_str()))
            .collect();
        let mut known: HashMap<Key, CaseHead> = store::cases::by_keys(self.work.conn(), &keys)
            .await?
            .into_iter()
            .map(|head| (key_of(&head), head))
            .collect();
        let ids: Vec<&str> = known.values().map(|head| head.id.as_str()).collect();
        let hashes = payloads::sent_hashes(self.work.conn(), &ids).await?;
        for (place, index, ready) in part {
            if let Some(invalid) = self.queue_fault(&ready.head).await? {
                self.items
                    .push((place, refused(index, Some(ready.head.external_id), invalid)));
                continue;
            }
            match known.remove(&key_of(&ready.head)) {
                None => {
                    self.open_queue(&ready.head).await?;
                    // Somebody else may have opened it at the same time, for another kind.
                    if let Some(invalid) = self.queue_fault(&ready.head).await? {
                        self.items
                            .push((place, refused(index, Some(ready.head.external_id), invalid)));
                        continue;
                    }
                    self.fresh.push((place, index, ready));
                }
                Some(old) => {
                    let item = self.again(index, old, *ready, &hashes).await?;
                    self.items.push((place, item));
                }
            }
        }
        self.write_fresh().await
    }

    async fn queue_fault(&mut self, head: &CaseHead) -> Result<Option<Invalid>, HubError> {
        let kind = match self.queues.get(&head.queue) {
            Some((kind, _)) => *kind,
            None => {
                let Some(queue) = queues::by_name(self.work.conn(), &head.queue).await? else {
                    return Ok(None);
                };
                self.queues.insert(queue.name, (queue.kind, queue.policy));
                queue.kind
            }
        };
        let detail = || format!("the queue '{}' is for {}", head.queue, kind.as_str());
        Ok((kind != head.kind).then(|| Invalid::new("queue_kind_mismatch", "/queue", detail())))
    }

    /// Only for a case that is going to be written: one that is refused leaves no queue behind.
    async fn open_queue(&mut self, head: &CaseHead) -> Result<(), HubError> {
        if !self.queues.contains_key(&head.queue) {
            let now = self.work.now;
            let queue = queues::ensure(self.work.conn(), &head.queue, head.kind, now).await?;
            self.queues.insert(queue.name, (queue.kind, queue.policy));
        }
        Ok(())
    }

    /// What its source doesn't say of its times, the queue's policy does.
    fn set_times(&self, head: &mut CaseHead, said: Said) {
        if let Some((_, Some(policy))) = self.queues.get(&head.queue) {
            let set = times(policy, head.kind, head.received_at, said);
            (head.due_at, head.expires_at, head.on_expiry) = (set.due_at, set.expires_at, set.on_expiry);
        }
    }

    async fn write_fresh(&mut self) -> Result<(), HubError> {
        let fresh = std::mem::take(&mut self.fresh);
        if fresh.is_empty() {
            return Ok(());
        }
        let (mut heads, mut contents) = (Vec::with_capacity(fresh.len()), Vec::with_capacity(fresh.len()));
        for (place, index, ready) in fresh {
            let Ready {
                mut head,
                mut payload,
                said,
            } = *ready;
            self.set_times(&mut head, said);
            // Given here, so that ids are in the order of the input.
            head.id = uuid::Uuid::now_v7().to_string();
            payload.case_id.clone_from(&head.id);
            self.work.count(&head.queue, head.state, 1);
            self.work.tell(Notice::created(&head));
            self.written.push(head.content_hash.clone());
            self.created += 1;
            self.items.push((
                place,
                item(index, &head.id, &head.external_id, CaseResult::Created),
            ));
            heads.push(head);
            contents.push(payload);
        }
        store::cases::insert(self.work.conn(), &heads).await?;
        payloads::insert(self.work.conn(), &contents).await
    }

    /// A case that is known comes in again.
    async fn again(
        &mut self,
        index: u64,
        old: CaseHead,
        ready: Ready,
        hashes: &HashMap<String, String>,
    ) -> Result<CaseItem, HubError> {
        let Ready {
            mut head,
            mut payload,
            said,
        } = ready;
        let same = if head.revision == old.revision {
            hashes.get(&old.id) == Some(&payload.sent_hash)
        } else if head.revision < old.revision {
            payloads::sent_hash(self.work.conn(), &old.id, head.revision)
                .await?
                .as_ref()
                == Some(&payload.sent_hash)
        } else if self.decided == Decided::Stays
            && matches!(old.state, CaseState::Decided | CaseState::Released)
        {
            let invalid = Invalid::new(ALREADY_DECIDED, "", "this case is decided");
            return Ok(refused(index, Some(head.external_id), invalid));
        } else {
            self.open_queue(&head).await?;
            self.set_times(&mut head, said);
            head.id.clone_from(&old.id);
            payload.case_id.clone_from(&old.id);
            head.received_at = old.received_at;
            self.written.push(head.content_hash.clone());
            self.revised += 1;
            let answer = item(index, &old.id, &head.external_id, CaseResult::Revised);
            revise(self.work, old, head, payload).await?;
            return Ok(answer);
        };
        if same {
            return Ok(item(index, &old.id, &head.external_id, CaseResult::Unchanged));
        }
        let detail = format!(
            "revision {} was sent with other content; the current one is {}",
            head.revision, old.revision
        );
        let invalid = Invalid::new("revision_conflict", "/revision", detail);
        let mut answer = refused(index, Some(head.external_id), invalid);
        answer.id = Some(old.id);
        Ok(answer)
    }

    /// One audit entry for the transaction: how many, and a hash over their content hashes.
    fn note(&mut self) -> Result<(), HubError> {
        if !self.written.is_empty() {
            let over = canonical::hash_of(&json!(self.written))?;
            let payload = json!({"created": self.created, "revised": self.revised, "content_hashes": over});
            self.work.audit(Entry::new("cases.ingested", payload));
        }
        Ok(())
    }
}

/// A new revision opens the case again whatever its state: leases end, a pending decision is undone, a released one stands.
async fn revise(
    work: &mut Work,
    mut old: CaseHead,
    mut new: CaseHead,
    payload: payloads::NewPayload,
) -> Result<(), HubError> {
    work.end_lease(&mut old, "revised").await?;
    crate::opinions::end_all(work, &old, "revised").await?;
    work.count(&old.queue, old.state, -1);
    work.count(&new.queue, CaseState::Open, 1);
    // Who proposes an action doesn't get round a gate by sending it elsewhere.
    if new.kind == Kind::ProposedAction {
        let before = old.lay_in.iter().chain([&old.queue]);
        new.lay_in = before.filter(|queue| **queue != new.queue).cloned().collect();
    }
    store::cases::revise(work.conn(), &new).await?;
    store::leases::forget_skips(work.conn(), &new.id).await?;
    let now = work.now;
    store::escalations::end(work.conn(), &new.id, now).await?;
    payloads::insert(work.conn(), std::slice::from_ref(&payload)).await?;
    if old.assignee.is_some() {
        giving::after_revision(work, &new.id).await?;
    }
    work.case_event(events::CASE_REVISED, &new);
    work.tell(Notice::revised(&new));
    Ok(())
}

fn item(index: u64, id: &str, external_id: &str, result: CaseResult) -> CaseItem {
    let (id, external_id) = (Some(id.to_owned()), Some(external_id.to_owned()));
    CaseItem {
        index,
        id,
        external_id,
        result,
        code: None,
        detail: None,
        pointer: None,
    }
}

fn refused(index: u64, external_id: Option<String>, invalid: Invalid) -> CaseItem {
    CaseItem {
        index,
        id: None,
        external_id,
        result: CaseResult::Refused,
        code: Some(invalid.code),
        detail: Some(domain::text::capitalised(&invalid.detail)),
        pointer: Some(invalid.pointer),
    }
}
