//! One answer per action, in order, and when two verdicts would do the same.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema::{INVALID_ARGUMENTS, faults};
use super::view::fault_words;
use super::{Action, ActionBody};
use crate::canonical::canonical;
use crate::decision::INVALID_VERDICT;
use crate::invalid::{Invalid, read};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionVerdict {
    pub actions: Vec<ActionAnswer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionAnswer {
    pub id: String,
    #[serde(rename = "type")]
    pub answered: Answered,
    /// Of an edit: the whole edited object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Value>,
    /// Of a rejection: why. Of a reply: the answer instead of the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Answered {
    Approve,
    Edit,
    Reject,
    Respond,
}

impl Answered {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Edit => "edit",
            Self::Reject => "reject",
            Self::Respond => "respond",
        }
    }

    /// Whether the action runs.
    pub const fn acts(self) -> bool {
        matches!(self, Self::Approve | Self::Edit)
    }
}

impl ActionVerdict {
    /// # Errors
    /// `invalid_verdict` with a pointer; `invalid_arguments` for an approval or edit whose final arguments break the schema.
    pub fn read(json: &Value, body: &ActionBody) -> Result<Self, Invalid> {
        let verdict = Self::read_suggested(json, body)?;
        for (index, (answer, action)) in verdict.actions.iter().zip(&body.actions).enumerate() {
            answer
                .check_arguments(action)
                .map_err(|e| e.under(&format!("/actions/{index}")))?;
        }
        Ok(verdict)
    }

    /// What a machine suggests: arguments that break their schema are taken here and marked on the screen; a person
    /// can't approve them as they are.
    ///
    /// # Errors
    /// `invalid_verdict` with a pointer.
    pub fn read_suggested(json: &Value, body: &ActionBody) -> Result<Self, Invalid> {
        let verdict: Self = read(json, INVALID_VERDICT)?;
        if verdict.actions.len() != body.actions.len() {
            let detail = format!(
                "{} answers for {} actions",
                verdict.actions.len(),
                body.actions.len()
            );
            return Err(Invalid::new(INVALID_VERDICT, "/actions", detail));
        }
        for (index, (answer, action)) in verdict.actions.iter().zip(&body.actions).enumerate() {
            answer
                .check(action)
                .map_err(|e| e.under(&format!("/actions/{index}")))?;
        }
        Ok(verdict)
    }

    /// Same final arguments of the same actions, and the same of them not done. What a rejection says doesn't count.
    pub fn agrees(&self, other: &Self, body: &ActionBody) -> bool {
        body.actions
            .iter()
            .zip(self.actions.iter().zip(&other.actions))
            .all(|(action, (mine, theirs))| {
                match (mine.final_arguments(action), theirs.final_arguments(action)) {
                    (Some(a), Some(b)) => canonical(a).ok() == canonical(b).ok(),
                    (None, None) => mine.answered == theirs.answered,
                    _ => false,
                }
            })
    }

    /// Whether any action would run.
    pub fn acts(&self) -> bool {
        self.actions.iter().any(|answer| answer.answered.acts())
    }

    /// Whether nothing would run and something is rejected.
    pub fn refuses(&self) -> bool {
        !self.acts()
            && self
                .actions
                .iter()
                .any(|answer| answer.answered == Answered::Reject)
    }
}

impl ActionAnswer {
    /// What would be called with; none when the action doesn't run.
    pub fn final_arguments<'a>(&'a self, action: &'a Action) -> Option<&'a Value> {
        match self.answered {
            Answered::Approve => Some(&action.arguments),
            Answered::Edit => self.arguments.as_ref(),
            Answered::Reject | Answered::Respond => None,
        }
    }

    fn check(&self, action: &Action) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: String| Err(Invalid::new(INVALID_VERDICT, pointer, detail));
        if self.id != action.id {
            return bad("/id", format!("'{}' stands here in the case", action.id));
        }
        if !action.allows(self.answered) {
            return bad(
                "/type",
                format!("'{}' isn't allowed for this action", self.answered.as_str()),
            );
        }
        if self.answered == Answered::Respond && self.message.as_deref().is_none_or(|m| m.trim().is_empty()) {
            return bad("/message", "the answer is missing".into());
        }
        if self.answered == Answered::Edit && !self.arguments.as_ref().is_some_and(Value::is_object) {
            return bad("/arguments", "the whole edited object is missing".into());
        }
        if self.answered != Answered::Edit && self.arguments.is_some() {
            return bad("/arguments", "only an edit has arguments".into());
        }
        Ok(())
    }

    fn check_arguments(&self, action: &Action) -> Result<(), Invalid> {
        let Some(arguments) = self.final_arguments(action) else {
            return Ok(());
        };
        match faults(action.arguments_schema.as_ref(), arguments)
            .into_iter()
            .next()
        {
            Some(fault) if self.answered == Answered::Edit => Err(fault.under("/arguments")),
            // The fault is in the case, not in the verdict: what is wrong there is to approve it.
            Some(fault) => Err(Invalid::new(INVALID_ARGUMENTS, "/type", fault_words(&fault))),
            None => Ok(()),
        }
    }
}
