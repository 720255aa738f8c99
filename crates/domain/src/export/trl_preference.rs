//! `trl-preference.jsonl`: prompts with a chosen and a rejected completion (TRL's explicit-prompt preference, DPO).
//!
//! Edited: the final call was chosen over the proposed one. Answered instead: the answer was. A rejection names no
//! alternative (its message tells the agent why; it isn't something the agent should have said), an approval none
//! that was worse: both are left out and counted.

use std::io::Write;

use serde::Serialize;

use super::conversation::{Message, prompt, tools};
use super::manifest::{Loss, Tally};
use super::schema_first::{Members, SchemaFirst};
use super::{ExportError, Rows};
use crate::action::Answered;
use crate::label::{ActionLabel, Label};

const CALLS: Members = 0b001;
const ANSWERS: Members = 0b010;
const CHOSEN_CALLS: Members = 0b100;
/// Optional members of a prompt's messages.
pub(super) const EARLIER: Members = CALLS | ANSWERS;

#[derive(Serialize)]
struct Row<'a> {
    prompt: &'a [Message],
    chosen: [Message; 1],
    rejected: [Message; 1],
    tools: String,
}

pub(super) struct TrlPreference(SchemaFirst);

impl Default for TrlPreference {
    fn default() -> Self {
        Self(SchemaFirst::of(EARLIER | CHOSEN_CALLS))
    }
}

impl Rows for TrlPreference {
    fn push(&mut self, label: &Label, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        let Some(action) = &label.payload.action else {
            return Ok(());
        };
        let (chosen, said) = match chosen(action) {
            Ok(chosen) => chosen,
            Err(loss) => {
                tally.lost(loss);
                return Ok(());
            }
        };
        let mut messages = prompt(action, tally);
        if messages.is_empty() {
            tally.lost(Loss::NoContext);
            return Ok(());
        }
        let places = self.0.places();
        if chosen.has_calls() && places & CHOSEN_CALLS == 0 {
            tally.lost(Loss::CallLeftOut);
            return Ok(());
        }
        if action.feedback.is_some() && said == Answered::Edit {
            tally.lost(Loss::Feedback);
        }
        let calls = if chosen.has_calls() { CHOSEN_CALLS } else { 0 };
        let members = without(&mut messages, places, tally) | calls;
        let rejected = Message::call(action, &action.proposed);
        let row = Row {
            prompt: &messages,
            chosen: [chosen],
            rejected: [rejected],
            tools: tools(action),
        };
        self.0.push(members, &row, out)?;
        tally.wrote(said.as_str());
        tally.lost(Loss::Provenance);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _tally: &mut Tally) -> Result<(), ExportError> {
        self.0.settle(out)
    }
}

fn chosen(action: &ActionLabel) -> Result<(Message, Answered), Loss> {
    match (action.label, &action.final_arguments, &action.feedback) {
        (Some(Answered::Edit), Some(edited), _) if *edited != action.proposed => {
            Ok((Message::call(action, edited), Answered::Edit))
        }
        (Some(Answered::Edit), ..) => Err(Loss::SameArguments),
        (Some(Answered::Respond), _, Some(answer)) => Ok((Message::reply(answer), Answered::Respond)),
        (Some(Answered::Respond | Answered::Reject), ..) => Err(Loss::NoAlternative),
        (Some(Answered::Approve), ..) => Err(Loss::Approved),
        (None, ..) => Err(Loss::CannotTell),
    }
}

fn members_of(messages: &[Message]) -> Members {
    let calls = if messages.iter().any(Message::has_calls) {
        CALLS
    } else {
        0
    };
    let answers = if messages.iter().any(Message::answers_a_call) {
        ANSWERS
    } else {
        0
    };
    calls | answers
}

/// Rewrites messages whose members have no place; gives the members that are left.
pub(super) fn without(messages: &mut [Message], places: Members, tally: &mut Tally) -> Members {
    if members_of(messages) & !places != 0 {
        messages.iter_mut().for_each(Message::flattened);
        tally.lost(Loss::CallsAsText);
    }
    members_of(messages)
}
