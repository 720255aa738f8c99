//! The perfect reviewer's answers, and what they must add up to; nothing of the domain's is used.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde_json::{Value, json};

use crate::common::shared;

pub struct Answers {
    entity_of: HashMap<String, String>,
    /// By external id.
    verdicts: HashMap<String, Value>,
}

impl Answers {
    pub fn read(data: &Path) -> Self {
        let text = std::fs::read_to_string(data.join("identity/truth_entities.csv")).unwrap();
        let entity_of = text
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap())
            .map(|(id, entity)| (id.to_owned(), entity.to_owned()))
            .collect();
        let files = [
            "identity/group_answers.jsonl",
            "conflicts/answers.jsonl",
            "actions/answers.jsonl",
        ];
        let answers = files.iter().flat_map(|file| shared::jsonl(&data.join(file)));
        let verdicts = answers
            .map(|answer| {
                (
                    answer["external_id"].as_str().unwrap().to_owned(),
                    answer["verdict"].clone(),
                )
            })
            .collect();
        Self { entity_of, verdicts }
    }

    /// None: can't tell.
    pub fn of(&self, case: &Value) -> Option<Value> {
        let id = case["external_id"].as_str().unwrap();
        if let Some(verdict) = self.verdicts.get(id) {
            return Some(verdict.clone());
        }
        if case["kind"] != "identity_match" {
            return None;
        }
        let ids: Vec<&str> = case["body"]["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["id"].as_str().unwrap())
            .collect();
        let same = self.entity_of[ids[0]] == self.entity_of[ids[1]];
        Some(json!({"clusters": if same { json!([ids]) } else { json!([[ids[0]], [ids[1]]]) }}))
    }
}

/// What the reviewer's work must add up to, by queue; nothing of the domain's is used.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Expected {
    pub agree: u64,
    pub overridden: u64,
    pub edited: u64,
    pub cannot_tell: u64,
    pub no_suggestion: u64,
}

impl Expected {
    pub fn add(&mut self, case: &Value, verdict: Option<&Value>) {
        let Some(verdict) = verdict else {
            self.cannot_tell += 1;
            return;
        };
        let suggested = &case["suggestion"]["verdict"];
        if suggested.is_null() {
            self.no_suggestion += 1;
        } else if does_the_same(case, verdict, suggested) {
            self.agree += 1;
        } else {
            self.overridden += 1;
            let edits = verdict["actions"]
                .as_array()
                .is_some_and(|all| all.iter().any(|a| a["type"] == "edit"));
            self.edited += u64::from(edits);
        }
    }
}

fn does_the_same(case: &Value, a: &Value, b: &Value) -> bool {
    match case["kind"].as_str().unwrap() {
        "identity_match" => partition(a) == partition(b),
        "data_conflict" => {
            let values = |verdict: &Value| -> BTreeMap<String, Value> {
                let all = verdict["values"].as_object().unwrap();
                all.iter()
                    .map(|(name, answer)| (name.clone(), json!([answer["answer"], answer["value"]])))
                    .collect()
            };
            values(a) == values(b)
        }
        _ => {
            let calls = |verdict: &Value| -> Vec<Value> {
                let proposed = case["body"]["actions"].as_array().unwrap();
                let answers = verdict["actions"].as_array().unwrap();
                proposed
                    .iter()
                    .zip(answers)
                    .map(|(call, answer)| match answer["type"].as_str().unwrap() {
                        "approve" => call["arguments"].clone(),
                        "edit" => answer["arguments"].clone(),
                        other => json!(other),
                    })
                    .collect()
            };
            calls(a) == calls(b)
        }
    }
}

pub fn partition(verdict: &Value) -> BTreeSet<BTreeSet<String>> {
    let clusters = verdict["clusters"].as_array().unwrap();
    clusters
        .iter()
        .map(|c| {
            c.as_array()
                .unwrap()
                .iter()
                .map(|id| id.as_str().unwrap().to_owned())
                .collect()
        })
        .collect()
}
