//! Refusals in the audit: who tried what they may not, on which case, and by which code it was refused.
//!
//! Written before the answer leaves, for whoever came with a valid token: what they may not do or may not know of, what
//! isn't theirs, what was used up. An entry names the code and the address as it is documented; nothing of what was sent
//! is in it. Nobody can fill the chain with refusals: one person is written down once a minute for the same code and
//! case, and [`PER_MINUTE`] times a minute in all; what is left out is counted, and the next entry says how many that
//! were. The counts are in memory, so per hub.
//!
//! What it is not: a rule of who may do what, and a list of mistakes. What can't be read, a verdict that isn't valid, a
//! case that was revised meanwhile are refused and not written down; they happen to everybody.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::Extension;
use axum::http::Uri;
use axum::response::Response;
use protocol::hub::{Batch, CaseItem, DecisionItem, LeaseItem};
use serde_json::json;

use crate::Hub;
use crate::body::Incoming;
use crate::caller::{Caller, QUEUE_NOT_ALLOWED, SOURCE_NOT_ALLOWED, StoredToken};
use crate::error::{HubError, Noted, Said, TokenFault};
use crate::store::audit::{Actor, Entry};
use crate::store::leases;

pub const ACTION: &str = "request.refused";

/// Entries about one person in a minute.
pub const PER_MINUTE: usize = 30;
const MINUTE: Duration = Duration::from_secs(60);

/// People remembered before those are forgotten whose minute is over.
const PEOPLE: usize = 10_000;

/// Beside whatever is forbidden (403).
const CODES: &[&str] = &[
    "not_allowed",
    "second_must_differ",
    NOT_FOUND,
    "id_reused",
    "already_decided",
    "expired",
    "content_mismatch",
    LOST,
];

const NOT_FOUND: &str = "not_found";

/// A lease that is used again, or is somebody else's.
const LOST: &str = "lost";

/// What somebody tried to get at. Ids only: what isn't one is what somebody wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct About {
    case_id: Option<String>,
    decision_id: Option<String>,
    /// Of a person, a webhook.
    other_id: Option<String>,
    /// A token, never written down: it stands for the case it was given for.
    lease: Option<String>,
}

impl About {
    pub fn case(id: Option<&str>) -> Self {
        Self {
            case_id: id.and_then(uuid_of),
            ..Self::default()
        }
    }

    /// By the address.
    pub fn of(template: &str, uri: &Uri) -> Self {
        let id = uri.path().split('/').nth(3).and_then(uuid_of);
        if template.starts_with("/v1/cases/{id}") {
            Self::case(id.as_deref())
        } else if template.starts_with("/v1/decisions/{id}") {
            Self {
                decision_id: id,
                ..Self::default()
            }
        } else if template.split('/').nth(3) == Some("{id}") {
            Self {
                other_id: id,
                ..Self::default()
            }
        } else {
            Self::default()
        }
    }
}

fn uuid_of(text: &str) -> Option<String> {
    uuid::Uuid::parse_str(text).ok().map(|id| id.to_string())
}

/// By which code, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    code: String,
    about: About,
}

/// What of a batch was refused; travels beside its answer.
#[derive(Debug, Clone)]
pub struct RefusedItems(Vec<Refused>);

/// The answer to a batch of decisions. `batch` is what was asked.
pub fn decided(
    about: Vec<About>,
    items: Vec<DecisionItem>,
) -> (Extension<RefusedItems>, Json<Batch<DecisionItem>>) {
    let refused = items.iter().zip(about).filter_map(|(item, about)| {
        let code = item.code.clone()?;
        CODES.contains(&code.as_str()).then_some(Refused { code, about })
    });
    (Extension(RefusedItems(refused.collect())), Json(Batch { items }))
}

/// What each of a batch of decisions is about.
pub fn about_each(batch: &[Incoming]) -> Vec<About> {
    let case_of = |incoming: &Incoming| {
        let json = incoming.json.as_ref().ok()?;
        json.get("case_id")?.as_str().map(str::to_owned)
    };
    batch
        .iter()
        .map(|incoming| About::case(case_of(incoming).as_deref()))
        .collect()
}

/// The answer to a batch of leases.
pub fn held(items: Vec<LeaseItem>) -> (Extension<RefusedItems>, Json<Batch<LeaseItem>>) {
    let lost = items.iter().filter(|item| item.result == LOST);
    let refused = lost.map(|item| Refused {
        code: LOST.to_owned(),
        about: About {
            lease: Some(item.token.clone()),
            ..About::default()
        },
    });
    (Extension(RefusedItems(refused.collect())), Json(Batch { items }))
}

/// What of a batch of cases was refused: those of a source, or for a queue, that isn't the token's to write for.
pub fn foreign(items: &[CaseItem]) -> Vec<Refused> {
    let codes = items.iter().filter_map(|item| item.code.as_deref());
    let foreign = codes.filter(|code| [SOURCE_NOT_ALLOWED, QUEUE_NOT_ALLOWED].contains(code));
    foreign
        .map(|code| Refused {
            code: code.to_owned(),
            about: About::default(),
        })
        .collect()
}

/// What of a request is to be written down, by its answer.
pub fn of(response: &Response, about: About) -> Vec<Refused> {
    let extensions = response.extensions();
    let said = extensions.get::<Said>().and_then(|Said(problem)| {
        let code = problem.code.as_str();
        let is_attempt = extensions.get::<Noted>().is_some() || (code != NOT_FOUND && CODES.contains(&code));
        let about = extensions.get().cloned().unwrap_or(about);
        is_attempt.then(|| Refused {
            code: code.to_owned(),
            about,
        })
    });
    let of_batch = extensions.get::<RefusedItems>();
    said.into_iter()
        .chain(of_batch.into_iter().flat_map(|RefusedItems(items)| items.clone()))
        .collect()
}

/// Writes them down. `request` is its method and its address as documented.
pub async fn note(hub: &Hub, caller: &Caller, request: &str, refused: Vec<Refused>) {
    note_of(hub, caller.into(), &caller.person.id, Some(request), refused).await;
}

/// A token that was known and isn't taken. An unknown one is nobody's, and not written down.
pub async fn of_token(hub: &Hub, token: &StoredToken, fault: TokenFault, correlation_id: String) {
    let actor = Actor {
        person: Some(token.person.id.clone()),
        token: Some(token.id.clone()),
        correlation_id: Some(correlation_id),
    };
    let refused = Refused {
        code: fault.code().to_owned(),
        about: About::default(),
    };
    note_of(hub, actor, &token.person.id, None, vec![refused]).await;
}

async fn note_of(hub: &Hub, actor: Actor, person: &str, request: Option<&str>, refused: Vec<Refused>) {
    if refused.is_empty() {
        return;
    }
    let fresh = hub.refusals.take(person, refused, Instant::now());
    if fresh.is_empty() {
        return;
    }
    if let Err(error) = write(hub, actor, request, &fresh).await {
        // What was refused stays refused; it is told where everything of the database is told.
        tracing::error!(%error, request, "refusals.not_audited");
    }
}

async fn write(hub: &Hub, actor: Actor, request: Option<&str>, fresh: &[Fresh]) -> Result<(), HubError> {
    let mut work = hub.work_as(actor).await?;
    for Fresh { refused, left_out } in fresh {
        let mut payload = json!({"code": refused.code});
        if let Some(request) = request {
            payload["request"] = json!(request);
        }
        if let Some(id) = &refused.about.other_id {
            payload["id"] = json!(id);
        }
        if *left_out > 0 {
            payload["left_out"] = json!(left_out);
        }
        let mut entry = Entry::new(ACTION, payload);
        entry.case_id.clone_from(&refused.about.case_id);
        entry.decision_id.clone_from(&refused.about.decision_id);
        if let Some(token) = &refused.about.lease {
            let lease = leases::by_token(work.conn(), token).await?;
            entry.case_id = lease.map(|lease| lease.case_id);
        }
        work.audit(entry);
    }
    hub.commit(work).await
}

/// What of each person was written down within the minute.
#[derive(Debug, Default)]
pub struct Refusals {
    people: Mutex<HashMap<String, Minute>>,
}

#[derive(Debug)]
struct Minute {
    began: Instant,
    written: HashSet<Refused>,
    left_out: u64,
}

/// One to be written down, and how many of this person's weren't since the last one that was.
#[derive(Debug, PartialEq, Eq)]
struct Fresh {
    refused: Refused,
    left_out: u64,
}

impl Refusals {
    fn take(&self, person: &str, refused: Vec<Refused>, now: Instant) -> Vec<Fresh> {
        let over = |minute: &Minute| now.duration_since(minute.began) >= MINUTE;
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE {
            people.retain(|_, minute| !over(minute));
        }
        let minute = people.entry(person.to_owned()).or_insert_with(|| Minute {
            began: now,
            written: HashSet::new(),
            left_out: 0,
        });
        if over(minute) {
            minute.began = now;
            minute.written.clear();
        }
        let mut fresh = Vec::new();
        for one in refused {
            if minute.written.len() < PER_MINUTE && minute.written.insert(one.clone()) {
                let left_out = std::mem::take(&mut minute.left_out);
                fresh.push(Fresh {
                    refused: one,
                    left_out,
                });
            } else {
                minute.left_out += 1;
            }
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str, case: u128) -> Refused {
        Refused {
            code: code.to_owned(),
            about: About::case(Some(&uuid::Uuid::from_u128(case).to_string())),
        }
    }

    fn count(fresh: &[Fresh]) -> Vec<u64> {
        fresh.iter().map(|fresh| fresh.left_out).collect()
    }

    #[test]
    fn the_same_again_within_the_minute_is_counted_and_not_written() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let same = || vec![of("not_found", 1)];
        assert_eq!(count(&refusals.take("eva", same(), now)), [0]);
        assert!(refusals.take("eva", same(), now).is_empty());
        assert!(refusals.take("eva", same(), now + MINUTE / 2).is_empty());
        assert_eq!(
            count(&refusals.take("ben", same(), now)),
            [0],
            "another person has a minute of their own"
        );
        assert_eq!(
            count(&refusals.take("eva", vec![of("not_found", 2), of("lost", 1)], now)),
            [2, 0],
            "the next one says how many were left out"
        );
        assert_eq!(
            count(&refusals.take("eva", same(), now + MINUTE)),
            [0],
            "and a minute later it is written anew"
        );
    }

    #[test]
    fn one_who_tries_every_id_writes_a_handful_of_entries_a_minute() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let tried = || (0..1000).map(|case| of("not_found", case)).collect();
        assert_eq!(refusals.take("eva", tried(), now).len(), PER_MINUTE);
        let next = refusals.take("eva", tried(), now + MINUTE);
        assert_eq!(next.len(), PER_MINUTE);
        assert_eq!(next[0].left_out, 1000 - PER_MINUTE as u64);
    }

    #[test]
    fn only_ids_are_written_down() {
        let of = |path: &str| About::of("/v1/cases/{id}", &path.parse().unwrap());
        assert_eq!(of("/v1/cases/call-555-0100"), About::default());
        let id = "0193A0F1-0000-7000-8000-000000000001";
        assert_eq!(of(&format!("/v1/cases/{id}/comments")), About::case(Some(id)));
        assert_eq!(
            About::of("/v1/people", &format!("/v1/people/{id}").parse().unwrap()),
            About::default()
        );
    }
}
