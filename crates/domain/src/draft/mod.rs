//! A verdict in the making, and the decision bar that says what committing it would do.

mod refusal;
mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use words::{CANNOT_TELL, SuggestionWords, suggestion_words, verdict_words};

use crate::Instant;
use crate::action::tool::{Tools, runs_for_good};
use crate::action::view::{CallPreview, previews};
use crate::case::{Case, CaseBody};
use crate::decision::{Agreement, Verdict};
use crate::invalid::Invalid;
use crate::matching::view::{MatchPreview, preview};
use crate::outcome::CaseState;
use crate::policy::{Person, Policy, Refusal, may_decide, may_give};

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
    pub match_preview: Option<MatchPreview>,
    pub call_previews: Vec<CallPreview>,
}

/// What the decision bar says of a draft. `show_machine` false where policy hides the machine's view: nothing here then
/// gives it away.
pub fn assess(
    case: &Case,
    state: CaseState,
    draft: &Draft,
    policy: &Policy,
    person: &Person,
    now: Instant,
    show_machine: bool,
) -> Assessment {
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
        .then(|| suggestion_words(case))
        .flatten()
        .map(|suggested| format!("Overrides: {}", suggested.text));
    Assessment {
        refusal: may_decide(person, case).err().or_else(|| {
            refusal_of(case, state, draft, read.as_ref(), &|v| {
                may_give(policy, case, state, v, &draft.reasons, now).err()
            })
        }),
        agreement,
        commit_label: words::commit_label(&case.body, draft, verdict),
        overrides,
        irreversible: matches!((verdict, &case.body), (Some(Verdict::Action(v)), CaseBody::Action(b)) if runs_for_good(v, b, &Tools::new())),
        negative: matches!(verdict, Some(Verdict::Action(v)) if v.refuses()),
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
