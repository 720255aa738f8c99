//! How queues are worked: read, changed under their version, and tried on the cases there are.

use std::collections::BTreeMap;

use domain::Invalid;
use domain::case::Case;
use domain::policy::gate::gate;
use domain::policy::pages::may_change_policy;
use domain::policy::{INVALID_POLICY, Policy, fits_solo, gives_reasons, presets};
use protocol::policies::{
    PolicyChange, PolicyHistory, PolicyPreset, PolicyVersion, QueuePolicy, RuleCount, SimulateRequest,
    Simulated, Simulation,
};
use serde_json::json;

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::gate;
use crate::naming::{in_names, names_of};
use crate::sight::{sees, sees_case};
use crate::staff;
use crate::store::audit::Entry;
use crate::store::cases::CaseHead;
use crate::store::decisions::DecisionPayload;
use crate::store::queues::QueueRow;
use crate::store::{self, Conn, cases, decisions, events, policies, queues};
use crate::verdicts::verdict_of;
use crate::whole::current;

/// Cases a simulation looks at when it doesn't say, and at most.
const LAST_DEFAULT: i64 = 100;
const LAST_MAX: i64 = 500;

/// Whom it means is said by name.
fn shown(row: QueueRow, names: &BTreeMap<String, String>) -> QueuePolicy {
    QueuePolicy {
        queue: row.name,
        kind: row.kind,
        version: row.policy_version,
        policy: row.policy.map(|policy| in_names(policy, names)),
    }
}

/// Of all queues the caller sees.
///
/// # Errors
/// `not_allowed`; [`HubError`] of the database.
pub async fn all(hub: &Hub, caller: &Caller) -> Result<Vec<QueuePolicy>, HubError> {
    caller.may(Scope::PoliciesRead)?;
    let mut conn = hub.store.reader().await?;
    let found = queues::all(&mut conn).await?;
    let names = names_of(&mut conn).await?;
    Ok(found
        .into_iter()
        .filter(|queue| sees(caller, &queue.name, ""))
        .map(|row| shown(row, &names))
        .collect())
}

async fn seen(conn: &mut Conn, caller: &Caller, queue: &str) -> Result<QueueRow, HubError> {
    queues::by_name(conn, queue)
        .await?
        .filter(|row| sees(caller, &row.name, ""))
        .ok_or(HubError::NotFound { what: "queue" })
}

/// # Errors
/// `not_allowed`, `not_found`; [`HubError`] of the database.
pub async fn of_queue(hub: &Hub, caller: &Caller, queue: &str) -> Result<PolicyHistory, HubError> {
    caller.may(Scope::PoliciesRead)?;
    let mut conn = hub.store.reader().await?;
    let row = seen(&mut conn, caller, queue).await?;
    let names = names_of(&mut conn).await?;
    let versions = policies::versions(&mut conn, queue).await?;
    Ok(PolicyHistory {
        now: shown(row, &names),
        versions: versions
            .into_iter()
            .map(|version| PolicyVersion {
                version: version.version,
                policy: version.policy.map(|policy| in_names(policy, &names)),
                at: version.at,
                by: version.person_id.and_then(|id| names.get(&id).cloned()),
            })
            .collect(),
    })
}

/// # Errors
/// `not_allowed`.
pub fn to_begin_with(caller: &Caller) -> Result<Vec<PolicyPreset>, HubError> {
    caller.may(Scope::PoliciesRead)?;
    Ok(presets::all()
        .into_iter()
        .map(|preset| PolicyPreset {
            name: preset.name.to_owned(),
            title: preset.title.to_owned(),
            policy: preset.policy,
        })
        .collect())
}

fn stale() -> HubError {
    HubError::conflict(
        "stale_version",
        "somebody changed this policy meanwhile; read it again",
    )
}

/// By an admin or a lead of the queue. What can't be read is refused, and the policy there is stays.
///
/// # Errors
/// `not_allowed`, `not_found`, `invalid_policy`, `second_person_in_solo`, `stale_version`; [`HubError`] of the database.
pub async fn change(
    hub: &Hub,
    caller: &Caller,
    queue: &str,
    change: PolicyChange,
    if_match: Option<i64>,
) -> Result<QueuePolicy, HubError> {
    caller.may(Scope::PoliciesWrite)?;
    let known = match (change.version, if_match) {
        (Some(said), Some(other)) if said != other => return Err(stale()),
        (said, other) => said.or(other).ok_or_else(|| {
            HubError::Unprocessable(Invalid::new(
                INVALID_POLICY,
                "/version",
                "the version it was made from is missing",
            ))
        })?,
    };
    let below = |invalid: Invalid| HubError::Unprocessable(invalid.under("/policy"));
    let policy = Policy::read(&change.policy).map_err(below)?;
    if hub.solo {
        fits_solo(&policy).map_err(below)?;
    }
    let mut work = hub.work(caller).await?;
    let now = work.now;
    let known = match (queues::by_name(work.conn(), queue).await?, change.kind) {
        (None, Some(kind)) if known == 0 && may_change_policy(&caller.person, queue).is_ok() => {
            queues::ensure(work.conn(), queue, kind, now)
                .await?
                .policy_version
        }
        _ => known,
    };
    let kind = seen(work.conn(), caller, queue).await?.kind;
    may_change_policy(&caller.person, queue)?;
    let people = staff::all(work.conn(), now).await?;
    let policy = policy.with_ids(&people, kind, queue).map_err(below)?;
    let by = Some(caller.person.id.as_str());
    if !queues::set_policy(work.conn(), queue, known, &policy, by, now).await? {
        return Err(stale());
    }
    work.touch(queue);
    for head in store::opinions::at_hand_from(work.conn(), queue).await? {
        if let Some(person) = &head.lease_person {
            work.personal_event(events::CASE_REVISED, &head, person);
        }
    }
    work.audit(Entry::new(
        "policy.changed",
        json!({"queue": queue, "version": known + 1, "policy": policy}),
    ));
    let row = seen(work.conn(), caller, queue).await?;
    let names = names_of(work.conn()).await?;
    hub.commit(work).await?;
    Ok(shown(row, &names))
}

/// What a policy would have done with the newest cases of a queue. Changes nothing.
///
/// # Errors
/// `not_allowed`, `not_found`, `invalid_policy`; [`HubError`] of the database.
pub async fn simulate(hub: &Hub, caller: &Caller, request: SimulateRequest) -> Result<Simulation, HubError> {
    caller.may(Scope::PoliciesWrite)?;
    let mut conn = hub.store.reader().await?;
    let row = seen(&mut conn, caller, &request.queue).await?;
    let policy = match &request.policy {
        Some(json) => {
            Policy::read(json).map_err(|invalid| HubError::Unprocessable(invalid.under("/policy")))?
        }
        None => gate::readable(row.policy)?,
    };
    let last = request.last.unwrap_or(LAST_DEFAULT).clamp(0, LAST_MAX);
    let (mut items, mut erased) = (Vec::new(), 0);
    for head in cases::newest(&mut conn, &row.name, last).await? {
        if !sees_case(caller, &head) {
            continue;
        }
        match one(&mut conn, &policy, &head).await {
            Ok(simulated) => items.push(simulated),
            Err(HubError::Erased) => erased += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(Simulation {
        erased,
        ..sum(&policy, items)
    })
}

async fn one(conn: &mut Conn, policy: &Policy, head: &CaseHead) -> Result<Simulated, HubError> {
    let content = current(conn, head).await?;
    let case = Case::read(&content.json)?;
    let payload: Option<DecisionPayload> = match &head.decision_id {
        Some(id) => Some(decisions::payload(conn, id).await?),
        None => None,
    };
    let verdict = match &payload {
        Some(payload) => verdict_of(payload, &case)?,
        None => case
            .suggestion
            .as_ref()
            .map(|suggestion| suggestion.verdict.clone()),
    };
    let tools = gate::registered(conn, &case).await?;
    let draw = gate::draw(conn, "draw", head).await?;
    let refused = payload
        .as_ref()
        .and_then(|payload| gives_reasons(policy, &payload.reasons).err());
    Ok(Simulated {
        case_id: head.id.clone(),
        external_id: head.external_id.clone(),
        decided: payload.is_some(),
        gate: gate(policy, &case, verdict.as_ref(), &tools, draw),
        refused: refused.map(|refusal| refusal.code),
    })
}

fn sum(policy: &Policy, items: Vec<Simulated>) -> Simulation {
    let count =
        |counted: &dyn Fn(&Simulated) -> bool| items.iter().filter(|item| counted(item)).count() as u64;
    let n = items.len() as u64;
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    for code in items.iter().filter_map(|item| item.refused.clone()) {
        *refused.entry(code).or_default() += 1;
    }
    let rules = policy.rules.iter().enumerate().map(|(index, rule)| RuleCount {
        when: rule.when.words(),
        n: count(&|item| item.gate.rules.contains(&index)),
    });
    Simulation {
        n,
        erased: 0,
        one: count(&|item| item.gate.approvers == 1),
        two: count(&|item| item.gate.approvers > 1),
        drawn: count(&|item| item.gate.drawn),
        refused,
        blind: if policy.blind { n } else { 0 },
        draft: if policy.draft_only { n } else { 0 },
        rules: rules.collect(),
        items,
    }
}
