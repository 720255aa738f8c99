//! How a verdict stands to the suggestion, field by field, for override rates by field.
//!
//! A field is an attribute in conflict, or an argument of an action. An identity match is one answer and has none.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::action::{ActionBody, ActionVerdict};
use crate::canonical::canonical;
use crate::case::CaseBody;
use crate::conflict::{ConflictBody, ConflictVerdict};
use crate::decision::{Agreement, Verdict};

/// Sorted by field. An action's field is `tool.argument`; of actions that run on one side only there is nothing to compare.
pub fn agreements(verdict: &Verdict, suggestion: &Verdict, body: &CaseBody) -> Vec<(String, Agreement)> {
    match (verdict, suggestion, body) {
        (Verdict::Conflict(mine), Verdict::Conflict(theirs), CaseBody::Conflict(body)) => {
            of_conflict(mine, theirs, body)
        }
        (Verdict::Action(mine), Verdict::Action(theirs), CaseBody::Action(body)) => {
            of_actions(mine, theirs, body)
        }
        _ => Vec::new(),
    }
}

fn said(agrees: bool) -> Agreement {
    if agrees {
        Agreement::Agree
    } else {
        Agreement::Override
    }
}

fn of_conflict(
    mine: &ConflictVerdict,
    theirs: &ConflictVerdict,
    body: &ConflictBody,
) -> Vec<(String, Agreement)> {
    let alone = |attribute: &crate::conflict::ConflictAttribute| ConflictBody {
        entity: body.entity.clone(),
        attributes: vec![attribute.clone()],
    };
    let mut fields: Vec<_> = body
        .attributes
        .iter()
        .map(|a| (a.name.clone(), said(mine.agrees(theirs, &alone(a)))))
        .collect();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    fields
}

fn of_actions(mine: &ActionVerdict, theirs: &ActionVerdict, body: &ActionBody) -> Vec<(String, Agreement)> {
    let mut fields: BTreeMap<String, bool> = BTreeMap::new();
    for (action, (mine, theirs)) in body.actions.iter().zip(mine.actions.iter().zip(&theirs.actions)) {
        let (Some(Value::Object(mine)), Some(Value::Object(theirs))) =
            (mine.final_arguments(action), theirs.final_arguments(action))
        else {
            continue;
        };
        for name in mine.keys().chain(theirs.keys()) {
            let same = match (mine.get(name), theirs.get(name)) {
                (Some(a), Some(b)) => canonical(a).ok() == canonical(b).ok(),
                (None, None) => true,
                _ => false,
            };
            // A tool called twice: the field agrees when it does in both calls.
            *fields.entry(format!("{}.{name}", action.tool)).or_insert(true) &= same;
        }
    }
    fields
        .into_iter()
        .map(|(field, same)| (field, said(same)))
        .collect()
}
