//! Policies: read in sentences, written as a draft, tried on the newest cases, changed.

use domain::Invalid;
use domain::json;
use domain::policy::pages::may_change_policy;
use domain::policy::words::differences;
use domain::policy::{INVALID_POLICY, Policy, fits_solo};
use domain::text::capitalised;
use protocol::WireError;
use protocol::ipc::{
    ChangePolicyArgs, Done, Fault, Mode, PoliciesView, PolicyArgs, PolicyDraftArgs, PolicyDraftView,
    PolicyRow, PolicyVersionView, PolicyView, PresetView, SimulateArgs, SimulatedCase, SimulationLine,
    SimulationView,
};
use protocol::policies::{
    PolicyChange, PolicyHistory, PolicyPreset, QueuePolicy, SimulateRequest, Simulated, Simulation,
};
use serde_json::to_value;

use super::look_again;
use crate::open_desk::OpenDesk;
use crate::words;

/// Cases of a simulation that are named.
const CASES_NAMED: usize = 50;

pub async fn all(open: &OpenDesk) -> Result<PoliciesView, WireError> {
    let policies = open.hub.policies().await?;
    Ok(PoliciesView {
        queues: policies.iter().map(|policy| row(open, policy)).collect(),
    })
}

fn row(open: &OpenDesk, policy: &QueuePolicy) -> PolicyRow {
    PolicyRow {
        queue: policy.queue.clone(),
        title: words::queue_title(&policy.queue),
        kind: policy.kind,
        version: policy.version,
        sentences: policy.policy.as_ref().map(Policy::sentences).unwrap_or_default(),
        unreadable: policy.policy.is_none(),
        why_not: may_change_policy(&open.person(), &policy.queue)
            .err()
            .map(|refusal| refusal.text),
    }
}

pub async fn one(open: &OpenDesk, args: &PolicyArgs) -> Result<PolicyView, WireError> {
    let (history, presets) = tokio::try_join!(open.hub.policy(&args.queue), open.hub.policy_presets())?;
    Ok(PolicyView {
        now: row(open, &history.now),
        policy: history
            .now
            .policy
            .as_ref()
            .and_then(|policy| to_value(policy).ok()),
        versions: versions(&history),
        presets: presets.into_iter().filter_map(preset).collect(),
    })
}

fn preset(preset: PolicyPreset) -> Option<PresetView> {
    Some(PresetView {
        name: preset.name,
        title: preset.title,
        policy: to_value(preset.policy).ok()?,
    })
}

/// Each against the one before it.
fn versions(history: &PolicyHistory) -> Vec<PolicyVersionView> {
    let before = history.versions.iter().skip(1).map(Some).chain([None]);
    history
        .versions
        .iter()
        .zip(before)
        .map(|(version, before)| {
            let (changes, unreadable) = match (&version.policy, before.map(|before| &before.policy)) {
                (Some(now), Some(Some(was))) => (differences(was, now), false),
                (Some(_), None) => (Vec::new(), false),
                _ => (Vec::new(), true),
            };
            PolicyVersionView {
                version: version.version,
                at: version.at,
                by: version.by.clone(),
                changes,
                unreadable,
                policy: version.policy.as_ref().and_then(|policy| to_value(policy).ok()),
            }
        })
        .collect()
}

/// Judged here: the domain is the same everywhere. The hub judges it once more.
pub fn draft(open: &OpenDesk, args: &PolicyDraftArgs) -> PolicyDraftView {
    match read(&args.text, open.mode) {
        Err(invalid) => PolicyDraftView {
            policy: None,
            fault: Some(Fault {
                pointer: invalid.pointer,
                text: capitalised(&invalid.detail),
            }),
            sentences: Vec::new(),
            changes: Vec::new(),
        },
        Ok(policy) => {
            let was = args.was.as_ref().and_then(|was| Policy::read(was).ok());
            PolicyDraftView {
                policy: to_value(&policy).ok(),
                fault: None,
                sentences: policy.sentences(),
                changes: was.map(|was| differences(&was, &policy)).unwrap_or_default(),
            }
        }
    }
}

fn read(text: &str, mode: Mode) -> Result<Policy, Invalid> {
    let value = json::parse(text).map_err(|invalid| Invalid {
        code: INVALID_POLICY.to_owned(),
        ..invalid
    })?;
    let policy = Policy::read(&value)?;
    if mode == Mode::Solo {
        fits_solo(&policy)?;
    }
    Ok(policy)
}

pub async fn simulate(open: &OpenDesk, args: SimulateArgs) -> Result<SimulationView, WireError> {
    let request = SimulateRequest {
        queue: args.queue,
        policy: Some(args.policy),
        last: Some(i64::from(args.last)),
    };
    let done = open.hub.simulate(&request).await.map_err(in_policy)?;
    Ok(simulated(&done))
}

fn simulated(done: &Simulation) -> SimulationView {
    let count = |n: u64, one: &str, many: &str| SimulationLine {
        n,
        text: if n == 1 { one } else { many }.to_owned(),
    };
    let mut lines = vec![
        count(done.one, "needs one person", "need one person"),
        count(done.two, "needs two people", "need two people"),
    ];
    let mut more = |n: u64, one: &str, many: &str| {
        if n > 0 {
            lines.push(count(n, one, many));
        }
    };
    more(
        done.erased,
        "is left out: what it held is erased",
        "are left out: what they held is erased",
    );
    more(
        done.drawn,
        "of them is drawn by chance, no rule asks for it",
        "of them are drawn by chance, no rule asks for it",
    );
    for (code, n) in &done.refused {
        let why = refused(code);
        more(
            *n,
            &format!("was decided in a way that is refused: {why}"),
            &format!("were decided in a way that is refused: {why}"),
        );
    }
    more(
        done.blind,
        "is shown without suggestion and scores",
        "are shown without suggestion and scores",
    );
    more(
        done.draft,
        "is released to nobody who acts on it",
        "are released to nobody who acts on it",
    );
    for rule in &done.rules {
        lines.push(count(
            rule.n,
            &format!("falls under the rule “{}”", rule.when),
            &format!("fall under the rule “{}”", rule.when),
        ));
    }
    let named = done.items.iter().filter_map(|item| named(done, item));
    SimulationView {
        n: done.n,
        lines,
        cases: named.take(CASES_NAMED).collect(),
    }
}

/// What is out of the ordinary with one case.
fn named(done: &Simulation, item: &Simulated) -> Option<SimulatedCase> {
    let rules: Vec<&str> = item
        .gate
        .rules
        .iter()
        .filter_map(|rule| done.rules.get(*rule))
        .map(|rule| rule.when.as_str())
        .collect();
    let mut said = Vec::new();
    if item.gate.approvers > 1 {
        said.push(match (item.gate.drawn, rules.is_empty()) {
            (true, _) => "two people: drawn by chance".to_owned(),
            (false, true) => "two people".to_owned(),
            (false, false) => format!("two people: {}", rules.join("; ")),
        });
    }
    if let Some(code) = &item.refused {
        said.push(format!("refused: {}", refused(code)));
    }
    (!said.is_empty()).then(|| SimulatedCase {
        case_id: item.case_id.clone(),
        external_id: item.external_id.clone(),
        text: said.join(", "),
    })
}

/// Of a code the hub gave.
fn refused(code: &str) -> String {
    match code {
        "reason_required" => "no reason was given".to_owned(),
        other => other.replace('_', " "),
    }
}

pub async fn change(open: &OpenDesk, args: ChangePolicyArgs) -> Result<Done, WireError> {
    let change = PolicyChange {
        version: Some(args.version),
        kind: None,
        policy: args.policy,
    };
    open.hub
        .change_policy(&args.queue, &change)
        .await
        .map_err(in_policy)?;
    // What may be decided here is judged by it from now on.
    look_again(open);
    Ok(Done {})
}

/// The hub points into what it was sent; the window wrote only the policy in it.
fn in_policy(error: crate::hub_client::HubError) -> WireError {
    let mut error = WireError::from(error);
    error.pointer = error.pointer.map(|pointer| {
        pointer
            .strip_prefix("/policy")
            .map(str::to_owned)
            .unwrap_or(pointer)
    });
    error
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::test_desk::TestDesk;

    async fn drafted(policy: Value) -> PolicyDraftView {
        let desk = TestDesk::fresh().await;
        let args = PolicyDraftArgs {
            text: policy.to_string(),
            was: Some(json!({})),
        };
        draft(&desk.open, &args)
    }

    #[tokio::test]
    async fn a_draft_says_what_it_says_and_what_is_different() {
        let view = drafted(json!({"approvers": 2})).await;
        assert_eq!(view.fault, None);
        assert_eq!(
            view.policy.unwrap()["lease_seconds"],
            3600,
            "what was left out is filled in"
        );
        let change = &view.changes[0];
        assert_eq!(change.was.as_deref(), Some("One person decides"));
        assert!(change.now.as_deref().unwrap().starts_with("Two people decide"));
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_draft_is_said_with_its_place() {
        let fault = drafted(json!({"rules": [{"when": {}, "approvers": 2}]}))
            .await
            .fault
            .unwrap();
        assert_eq!(fault.pointer, "/rules/0/when");
        let fault = drafted(json!({"lease_seconds": 1})).await.fault.unwrap();
        assert_eq!(
            (fault.pointer.as_str(), fault.text.as_str()),
            ("/lease_seconds", "30 seconds to a week")
        );
        let desk = TestDesk::fresh().await;
        let twice = PolicyDraftArgs {
            text: r#"{"blind": true, "blind": false}"#.into(),
            was: None,
        };
        assert_eq!(draft(&desk.open, &twice).fault.unwrap().pointer, "/blind");
    }

    #[test]
    fn a_simulation_is_read_in_lines_and_names_what_is_out_of_the_ordinary() {
        let done: Simulation = serde_json::from_value(json!({
            "n": 3, "one": 1, "two": 2, "drawn": 1, "refused": {"reason_required": 1}, "blind": 0, "draft": 0,
            "rules": [{"when": "pay", "n": 1}],
            "items": [
                {"case_id": "c1", "external_id": "a", "decided": true, "approvers": 2, "rules": [0], "drawn": false, "refused": "reason_required"},
                {"case_id": "c2", "external_id": "b", "decided": false, "approvers": 2, "rules": [], "drawn": true},
                {"case_id": "c3", "external_id": "c", "decided": false, "approvers": 1, "rules": [], "drawn": false},
            ],
        }))
        .unwrap();
        insta::assert_json_snapshot!(simulated(&done));
    }
}
