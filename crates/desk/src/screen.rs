//! A case made ready for the window: read, hashed, compared, printed once, then handed over as often as asked.

use domain::action::tool::Tools;
use domain::canonical::content_hash;
use domain::case::{Case, CaseBody, ContextEntry, Sensitivity};
use domain::conflict::view::RightBefore;
use domain::decision::Agreement;
use domain::dispute::{self, DisputeView, Opinion};
use domain::draft::{Around, Assessment, Draft, assess, suggestion_words};
use domain::outcome::{CaseState, DecisionState};
use domain::policy::{Person, Policy};
use domain::{Instant, Invalid, action, conflict, heading, matching, stats};
use protocol::hub::{CaseWhole, ReasonCode};
use protocol::ipc::{BodyView, CaseOnScreen, ContextView, SuggestionView};
use serde_json::Value;

use crate::replica::source_trust::Trust;
use crate::words;

/// Detail up to here is fetched ahead; beyond it opening is audited, so only opening fetches it.
pub const PREFETCHED_UP_TO: Sensitivity = Sensitivity::Internal;

/// A case as it is held in memory.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub case: Case,
    pub state: CaseState,
    pub show_machine: bool,
    /// Computed here from what is shown.
    pub content_hash: String,
    pub revision: u32,
    /// What goes with it of the policies of the queues it lay in before. None: one can't be read.
    pub before: Option<Vec<Policy>>,
    assignee: Option<String>,
    /// Everything that doesn't depend on draft, person and time.
    screen: CaseOnScreen,
}

/// Why a case isn't shown.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// Logged: without the detail, which may quote what stands there.
    #[error("{} at '{}'", .0.code, .0.pointer)]
    Unreadable(#[from] Invalid),
    #[error("the hub calls its hash {hub}, it is {here}")]
    OtherHash { hub: String, here: String },
}

impl NotShown {
    pub fn code(&self) -> &str {
        match self {
            Self::Unreadable(invalid) => &invalid.code,
            Self::OtherHash { .. } => "content_mismatch",
        }
    }
}

/// What else a screen depends on.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    pub person: &'a Person,
    /// As strict as those of the queues the case lay in before. None: one can't be read.
    pub policy: Option<&'a Policy>,
    pub solo: bool,
    pub tools: &'a Tools,
    pub reasons: &'a [ReasonCode],
    pub now: Instant,
    /// The person has decided it here.
    pub decided: bool,
}

impl Prepared {
    /// # Errors
    /// [`NotShown`]: it can't be read, or its hash isn't what the hub says.
    pub fn new(whole: &CaseWhole, trust: &Trust) -> Result<Self, NotShown> {
        let here = content_hash(&whole.case)?;
        if here != whole.content_hash {
            return Err(NotShown::OtherHash {
                hub: whole.content_hash.clone(),
                here,
            });
        }
        // The hub's queue counts: an import may have put the case into another one than it names.
        let mut json = whole.case.clone();
        if let Value::Object(members) = &mut json {
            members.insert("queue".into(), Value::String(whole.queue.clone()));
        }
        let case = Case::read(&json)?;
        let title = heading::title(&case);
        let screen = screen(whole, &case, &title, &here, trust);
        Ok(Self {
            state: whole.state,
            show_machine: whole.show_machine,
            content_hash: here,
            revision: case.envelope.revision,
            before: whole.held_to.iter().cloned().collect(),
            assignee: whole.assignee.clone(),
            case,
            screen,
        })
    }

    pub fn on_screen(&self, draft: Draft, around: &Surroundings<'_>) -> CaseOnScreen {
        let mut shown = self.screen.clone();
        shown.due = self.case.envelope.due_at.map(|at| words::due(at, around.now));
        shown.reasons = around.reasons.to_vec();
        shown.looking.retain(|looker| looker.until > around.now);
        shown.assigned_to_me = self.assignee.as_deref() == Some(around.person.id.as_str());
        for opinion in shown
            .dispute
            .iter_mut()
            .flat_map(|both| [&mut both.first, &mut both.second])
        {
            for reason in &mut opinion.reasons {
                if let Some(known) = around.reasons.iter().find(|known| known.code == *reason) {
                    reason.clone_from(&known.label);
                }
            }
        }
        shown.assessment = self.assess(&draft, around);
        shown.draft = draft;
        shown
    }

    pub fn assess(&self, draft: &Draft, around: &Surroundings<'_>) -> Assessment {
        let state = if around.decided {
            CaseState::Decided
        } else {
            self.state
        };
        let around = Around {
            state,
            policy: around.policy,
            before: self.before.as_deref().unwrap_or_default(),
            tools: around.tools,
            person: around.person,
            now: around.now,
            solo: around.solo,
            show_machine: self.show_machine,
        };
        assess(&self.case, draft, &around)
    }

    /// Ids of the entries whose detail may lie on this computer.
    pub fn prefetchable(&self) -> impl Iterator<Item = &str> {
        self.screen
            .context
            .iter()
            .filter(|entry| entry.has_detail && !entry.audited)
            .map(|entry| entry.id.as_str())
    }

    pub fn context(&self, id: &str) -> Option<&ContextView> {
        self.screen.context.iter().find(|entry| entry.id == id)
    }
}

fn screen(whole: &CaseWhole, case: &Case, title: &str, hash: &str, trust: &Trust) -> CaseOnScreen {
    let envelope = &case.envelope;
    CaseOnScreen {
        id: whole.id.clone(),
        queue: whole.queue.clone(),
        queue_title: words::queue_title(&whole.queue),
        external_id: envelope.external_id.clone(),
        source: envelope.source.clone().unwrap_or_default(),
        revision: envelope.revision,
        state: whole.state,
        title: title.to_owned(),
        sensitivity: envelope.sensitivity,
        priority: envelope.priority,
        due: None,
        expires_at: envelope.expires_at,
        subject: envelope.subject.clone(),
        content_hash: hash.to_owned(),
        show_machine: whole.show_machine,
        suggestion: suggestion(whole, case),
        body: body(case, whole.show_machine, trust),
        context: context(whole, case),
        history: whole.history.clone(),
        escalated: whole.escalation.clone(),
        assigned_to_me: false,
        comments: whole.comments.clone(),
        looking: whole.looking.clone(),
        reasons: Vec::new(),
        draft: Draft::default(),
        assessment: Assessment {
            refusal: None,
            agreement: Agreement::NoSuggestion,
            commit_label: String::new(),
            overrides: None,
            irreversible: false,
            negative: false,
            ahead: None,
            match_preview: None,
            call_previews: Vec::new(),
        },
        dispute: dispute(whole, case),
    }
}

/// Both opinions, where the hub shows them: it does so to who settles the dispute.
fn dispute(whole: &CaseWhole, case: &Case) -> Option<DisputeView> {
    if whole.state != CaseState::Disputed {
        return None;
    }
    let mut standing = whole.decisions.iter().filter(|row| {
        row.state == DecisionState::Pending && row.case.revision == case.envelope.revision && !row.erased
    });
    let opinion = |row: &protocol::hub::DecisionRow| Opinion {
        decision_id: row.id.clone(),
        by: row.by_name.clone(),
        at: row.decided_at.unwrap_or(row.accepted_at),
        verdict: row.verdict.clone(),
        reasons: row.reasons.clone(),
        comment: row.comment.clone(),
    };
    let (first, second) = (standing.next()?, standing.next()?);
    dispute::view(opinion(first), opinion(second), &case.body)
}

fn suggestion(whole: &CaseWhole, case: &Case) -> Option<SuggestionView> {
    if !whole.show_machine {
        return None;
    }
    let words = suggestion_words(case)?;
    let suggested = case.suggestion.as_ref()?;
    Some(SuggestionView {
        id: whole.suggestion_id.clone(),
        words: words.text,
        by_words: Some(words.by).filter(|by| !by.is_empty()),
        by: suggested.by.clone(),
        rationale: suggested.rationale.clone(),
        verdict: whole
            .case
            .pointer("/suggestion/verdict")
            .cloned()
            .unwrap_or(Value::Null),
    })
}

fn body(case: &Case, show_machine: bool, trust: &Trust) -> BodyView {
    let shown = case.suggestion.as_ref().filter(|_| show_machine);
    match &case.body {
        CaseBody::Match(body) => BodyView::IdentityMatch(matching::view::view(body, shown, show_machine)),
        CaseBody::Conflict(body) => {
            BodyView::DataConflict(conflict::view::view(body, &|system, attribute| {
                right_before(trust, system, attribute)
            }))
        }
        CaseBody::Action(body) => BodyView::ProposedAction(action::view::view(
            body,
            shown.and_then(|suggestion| suggestion.rationale.as_deref()),
        )),
    }
}

fn right_before(trust: &Trust, system: &str, attribute: &str) -> Option<RightBefore> {
    let (right, n) = *trust.get(&(system.to_owned(), attribute.to_owned()))?;
    let interval = stats::wilson(right, n, stats::LEVEL)?;
    Some(RightBefore {
        right,
        n,
        rate: right as f64 / n as f64,
        low: interval.low,
        high: interval.high,
    })
}

fn context(whole: &CaseWhole, case: &Case) -> Vec<ContextView> {
    let received = whole
        .case
        .get("context")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let own = case.envelope.sensitivity;
    let view = |(index, entry): (usize, &ContextEntry)| {
        let sensitivity = entry.sensitivity_in(own);
        ContextView {
            // One without an id of its own is told apart by its place; it has no detail to be asked for.
            id: entry.id.clone().unwrap_or_else(|| format!("#{index}")),
            title: entry.title.clone().unwrap_or_else(|| {
                entry
                    .id
                    .as_deref()
                    .map_or_else(|| "Context".to_owned(), domain::text::label)
            }),
            summary: entry.summary.clone(),
            system: entry.system.clone(),
            read_at: entry.read_at,
            sensitivity,
            // The hub says so in the place of the detail.
            has_detail: entry.id.is_some()
                && received
                    .get(index)
                    .and_then(|e| e.get("has_detail"))
                    .and_then(Value::as_bool)
                    .unwrap_or(false),
            audited: sensitivity > PREFETCHED_UP_TO,
        }
    };
    case.envelope.context.iter().enumerate().map(view).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole(hash: &str) -> CaseWhole {
        serde_json::from_value(json!({
            "id": "c1", "queue": "site-pairs", "state": "open", "content_hash": hash, "received_at": "2026-11-21T08:00:00Z",
            "suggestion_id": null, "show_machine": true, "source": "s", "external_id": "x", "revision": 1,
            "kind": "identity_match",
            "body": {"records": [{"id": "a", "fields": {"name": "Armour"}}, {"id": "b", "fields": {"name": "Armour Elementary"}}]},
        }))
        .unwrap()
    }

    #[test]
    fn a_case_whose_hash_is_not_what_the_hub_says_is_not_shown() {
        let here = content_hash(&whole("").case).unwrap();
        let prepared = Prepared::new(&whole(&here), &Trust::new()).unwrap();
        assert_eq!(prepared.screen.title, "Armour / Armour Elementary");
        assert_eq!(prepared.screen.queue_title, "Site pairs");
        let other = Prepared::new(&whole("sha256:0"), &Trust::new()).unwrap_err();
        assert_eq!(other.code(), "content_mismatch");
    }
}
