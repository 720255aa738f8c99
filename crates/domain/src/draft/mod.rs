//! A verdict in the making, and the decision bar that says what committing it would do.

mod refusal;
mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use words::{CANNOT_TELL, SuggestionWords, suggestion_words, verdict_words};

use crate::Instant;
use crate::action::tool::{Tools, check_registered, runs_for_good};
use crate::action::view::{CallPreview, previews};
use crate::action::{ActionAnswer, ActionVerdict, Answered};
use crate::case::{Case, CaseBody};
use crate::decision::{Agreement, Verdict};
use crate::invalid::Invalid;
use crate::matching::view::{MatchPreview, preview};
use crate::outcome::CaseState;
use crate::policy::gate::{Ahead, Policies, ahead};
use crate::policy::opinions::{Asked, may_be_asked};
use crate::policy::{Passed, Person, Policy, Refusal, may_decide, may_give, unreadable};

/// What the person has chosen so far. Kept on disk, so that nothing typed is lost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Draft {
    /// A whole verdict, or one still missing parts.
    pub verdict: Option<Value>,
    pub cannot_tell: bool,
    pub reasons: Vec<String>,
    pub comment: Option<String>,
}

impl Draft {
    /// What of it stands when the case's content is no longer what it was made for: words and reasons, never a choice.
    #[must_use]
    pub fn on_other_content(self) -> Self {
        Self {
            verdict: None,
            cannot_tell: false,
            ..self
        }
    }
}

/// What the decision bar says of a draft. The window shows it and adds nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Assessment {
    /// Why it can't be committed now; none: it can.
    pub refusal: Option<Refusal>,
    pub agreement: Agreement,
    /// What committing does, for the button: "Settle on 21:20", "Same", "Reject", "Save groups".
    pub commit_label: String,
    /// "Overrides: Same, 98 %"; none when it agrees or there is no suggestion.
    pub overrides: Option<String>,
    /// It can't be undone once released: chosen with one key, committed with another, held.
    pub irreversible: bool,
    /// A refusal of what the agent asked for: the button is red.
    pub negative: bool,
    /// What committing leads to where others have a say: of what is chosen; before anything is, of doing as proposed.
    pub ahead: Option<Ahead>,
    pub match_preview: Option<MatchPreview>,
    pub call_previews: Vec<CallPreview>,
}

/// By what a draft is judged.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Where the case stands.
    pub state: CaseState,
    /// As strict as those of the queues the case lay in before. None: one can't be read, and then nothing is decided.
    pub policy: Option<&'a Policy>,
    /// Of the queues the case lay in before this one: their gates count too.
    pub before: &'a [Policy],
    /// What is registered of tools, as far as it is known here.
    pub tools: &'a Tools,
    pub person: &'a Person,
    pub now: Instant,
    /// On one's own computer nobody registers tools, and a case's word for them counts.
    pub solo: bool,
    /// False where policy hides the machine's view: nothing in an assessment then gives it away.
    pub show_machine: bool,
}

/// What the decision bar says of a draft.
pub fn assess(case: &Case, draft: &Draft, around: &Around<'_>) -> Assessment {
    let (state, show_machine) = (around.state, around.show_machine);
    let read = draft
        .verdict
        .as_ref()
        .filter(|_| !draft.cannot_tell)
        .map(|json| Verdict::read(json, &case.body));
    let verdict = read.as_ref().and_then(|read| read.as_ref().ok());
    let suggestion = case.suggestion.as_ref().filter(|_| show_machine);
    let agreement = match (verdict, draft.cannot_tell) {
        (None, false) => Agreement::NoSuggestion,
        (verdict, _) => Agreement::of(verdict, suggestion, &case.body),
    };
    let overrides = (agreement == Agreement::Override)
        .then_some(verdict)
        .flatten()
        .and_then(|verdict| words::overridden_words(case, verdict))
        .map(|suggested| format!("Overrides: {suggested}"));
    Assessment {
        refusal: barred(case, around).or_else(|| {
            refusal_of(case, state, draft, read.as_ref(), &|v| {
                let policy = around.policy?;
                may_give(policy, case, state, v, &draft.reasons, around.now)
                    .err()
                    .or_else(|| unfit(case, v, around.tools))
            })
        }),
        agreement,
        commit_label: words::commit_label(&case.body, draft, verdict),
        overrides,
        irreversible: is_for_good(case, verdict, around),
        negative: matches!(verdict, Some(Verdict::Action(v)) if v.refuses()),
        ahead: around.policy.and_then(|policy| {
            let proposed = (draft.verdict.is_none() && !draft.cannot_tell)
                .then(|| as_proposed(case))
                .flatten();
            let policies = Policies {
                own: policy,
                before: around.before,
            };
            let verdict = verdict.or(proposed.as_ref());
            ahead(policies, case, state, verdict, around.tools, show_machine)
        }),
        match_preview: match &case.body {
            CaseBody::Match(body) => Some(preview(body, draft.verdict.as_ref(), show_machine)),
            CaseBody::Conflict(_) | CaseBody::Action(_) => None,
        },
        call_previews: match &case.body {
            CaseBody::Action(body) => previews(body, draft.verdict.as_ref()),
            CaseBody::Match(_) | CaseBody::Conflict(_) => Vec::new(),
        },
    }
}

/// A draft sets nothing off.
fn is_for_good(case: &Case, verdict: Option<&Verdict>, around: &Around<'_>) -> bool {
    let drafts = around.policy.is_some_and(|policy| policy.draft_only);
    match (verdict, &case.body) {
        (Some(Verdict::Action(verdict)), CaseBody::Action(body)) => {
            !drafts && runs_for_good(verdict, body, around.tools, around.solo)
        }
        _ => false,
    }
}

/// Why this person decides nothing here, whatever they choose.
fn barred(case: &Case, around: &Around<'_>) -> Option<Refusal> {
    let Some(policy) = around.policy else {
        return may_decide(around.person, case)
            .err()
            .or_else(|| Some(unreadable()));
    };
    let asked = Asked {
        case: Passed::of(case),
        policy,
        state: around.state,
        deciders: &[],
    };
    may_be_asked(around.person, &asked).err()
}

/// Why the registry of tools doesn't let it run as it is.
fn unfit(case: &Case, verdict: Option<&Verdict>, tools: &Tools) -> Option<Refusal> {
    let (CaseBody::Action(body), Some(Verdict::Action(verdict))) = (&case.body, verdict) else {
        return None;
    };
    check_registered(verdict, body, tools)
        .err()
        .map(|invalid| refusal::in_words(&case.body, &invalid))
}

/// All of an action approved as it stands: what the screen is about before anything is chosen.
fn as_proposed(case: &Case) -> Option<Verdict> {
    let CaseBody::Action(body) = &case.body else {
        return None;
    };
    let approved = body.actions.iter().map(|action| ActionAnswer {
        id: action.id.clone(),
        answered: Answered::Approve,
        arguments: None,
        message: None,
    });
    Some(Verdict::Action(ActionVerdict {
        actions: approved.collect(),
    }))
}

fn refusal_of(
    case: &Case,
    state: CaseState,
    draft: &Draft,
    read: Option<&Result<Verdict, Invalid>>,
    given: &dyn Fn(Option<&Verdict>) -> Option<Refusal>,
) -> Option<Refusal> {
    let given = given(read.and_then(|read| read.as_ref().ok()));
    match read {
        _ if !state.takes_decisions() => given,
        Some(Err(invalid)) => Some(refusal::in_words(&case.body, invalid)),
        // Nothing chosen yet. That a reason is missing is said afterwards; that time is over, at once.
        None if !draft.cannot_tell => given
            .filter(|refusal| refusal.code == "expired")
            .or_else(|| Some(refusal::nothing_chosen(&case.body))),
        _ => given,
    }
}

#[cfg(test)]
mod tests;
