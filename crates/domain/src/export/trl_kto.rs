//! `trl-kto.jsonl`: prompts with one completion each, marked good or not (TRL's unpaired preference, KTO).
//!
//! Approved: the proposed call is good. Rejected: it isn't. Edited: it isn't, and the final call is. Answered instead:
//! it isn't, and the answer is.

use std::io::Write;

use serde::Serialize;

use super::conversation::{Message, prompt, tools};
use super::manifest::{Loss, Tally};
use super::schema_first::SchemaFirst;
use super::trl_preference::{EARLIER, without};
use super::{ExportError, Rows};
use crate::action::Answered;
use crate::label::{ActionLabel, Label};

#[derive(Serialize)]
struct Row<'a> {
    prompt: &'a [Message],
    completion: [Message; 1],
    label: bool,
    tools: &'a str,
}

pub(super) struct TrlKto(SchemaFirst);

impl Default for TrlKto {
    fn default() -> Self {
        // The first row is always a proposed call, so the completion's columns are settled by it.
        Self(SchemaFirst::of(EARLIER))
    }
}

impl Rows for TrlKto {
    fn push(&mut self, label: &Label, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        let Some(action) = &label.payload.action else {
            return Ok(());
        };
        let completions = completions(action);
        if completions.is_empty() {
            tally.lost(Loss::CannotTell);
            return Ok(());
        }
        let mut messages = prompt(action, tally);
        if messages.is_empty() {
            tally.lost(Loss::NoContext);
            return Ok(());
        }
        if action.feedback.is_some() && action.label != Some(Answered::Respond) {
            tally.lost(Loss::Feedback);
        }
        let members = without(&mut messages, self.0.places(), tally);
        let tools = tools(action);
        for (completion, good) in completions {
            let row = Row {
                prompt: &messages,
                completion: [completion],
                label: good,
                tools: &tools,
            };
            self.0.push(members, &row, out)?;
            tally.wrote(if good { "true" } else { "false" });
        }
        tally.lost(Loss::Provenance);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _tally: &mut Tally) -> Result<(), ExportError> {
        self.0.settle(out)
    }
}

fn completions(action: &ActionLabel) -> Vec<(Message, bool)> {
    let proposed = |good| (Message::call(action, &action.proposed), good);
    match (action.label, &action.final_arguments, &action.feedback) {
        (Some(Answered::Approve), ..) => vec![proposed(true)],
        // An edit that changes nothing is an approval.
        (Some(Answered::Edit), Some(edited), _) if *edited == action.proposed => vec![proposed(true)],
        (Some(Answered::Edit), Some(edited), _) => {
            vec![proposed(false), (Message::call(action, edited), true)]
        }
        (Some(Answered::Respond), _, Some(answer)) => vec![proposed(false), (Message::reply(answer), true)],
        (Some(Answered::Reject | Answered::Edit | Answered::Respond), ..) => vec![proposed(false)],
        (None, ..) => Vec::new(),
    }
}
