//! From differing claims to a case as the hub takes it, with the majority as suggestion.

use domain::conflict::normal::Normal;
use serde_json::{Map, Value, json};

use super::read::Claim;
use super::{ClaimsOptions, Disagreement};
use crate::number::round_computed;

pub(super) fn external_id(group: &Disagreement) -> String {
    format!("{}:{}", group.entity, group.attribute)
}

/// `values` are the claims', one each, in the form in which equal ones are equal.
pub(super) fn case(
    options: &ClaimsOptions,
    group: &Disagreement,
    value_type: &str,
    values: &[Normal],
) -> Value {
    let entity = json!({
        "type": group.entity_type.as_deref().unwrap_or(&options.entity_type),
        "id": group.entity,
        "label": group.label.as_deref().unwrap_or(&group.entity),
    });
    let claims: Vec<Value> = group
        .claims
        .iter()
        .enumerate()
        .map(|(index, one)| claim(index, one))
        .collect();
    let mut case = Map::new();
    case.insert("source".to_owned(), json!(options.source));
    case.insert("external_id".to_owned(), json!(external_id(group)));
    if let Some(queue) = &options.queue {
        case.insert("queue".to_owned(), json!(queue));
    }
    case.insert("kind".to_owned(), json!("data_conflict"));
    case.insert("subject".to_owned(), entity.clone());
    if let Some(suggestion) = majority(group, values) {
        case.insert("suggestion".to_owned(), suggestion);
    }
    let attribute = json!({"name": group.attribute, "type": value_type, "claims": claims});
    case.insert(
        "body".to_owned(),
        json!({"entity": entity, "attributes": [attribute]}),
    );
    Value::Object(case)
}

fn claim(index: usize, claim: &Claim) -> Value {
    let mut json = Map::new();
    json.insert("id".to_owned(), json!(claim_id(index)));
    json.insert("system".to_owned(), json!(claim.system));
    json.insert("value".to_owned(), claim.value());
    if claim.received.as_deref() != claim.text() {
        json.insert("raw".to_owned(), json!(claim.received));
    }
    if let Some(updated_at) = &claim.updated_at {
        json.insert("updated_at".to_owned(), json!(updated_at));
    }
    if let Some(url) = &claim.url {
        json.insert("url".to_owned(), json!(url));
    }
    Value::Object(json)
}

fn claim_id(index: usize) -> String {
    format!("c{index}")
}

/// What most claims say; none on a tie. The confidence is its share of the claims that say anything.
fn majority(group: &Disagreement, values: &[Normal]) -> Option<Value> {
    let mut tally: Vec<(&Normal, Vec<usize>)> = Vec::new();
    for (index, value) in values
        .iter()
        .enumerate()
        .filter(|(_, value)| **value != Normal::Null)
    {
        match tally.iter_mut().find(|(known, _)| *known == value) {
            Some((_, claims)) => claims.push(index),
            None => tally.push((value, vec![index])),
        }
    }
    let said: usize = tally.iter().map(|(_, claims)| claims.len()).sum();
    let most = tally.iter().map(|(_, claims)| claims.len()).max()?;
    let mut leading = tally.iter().filter(|(_, claims)| claims.len() == most);
    let (Some((_, winner)), None) = (leading.next(), leading.next()) else {
        return None;
    };
    let first = group.claims.get(*winner.first()?)?;
    let ids: Vec<String> = winner.iter().map(|index| claim_id(*index)).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of claims")]
    let share = most as f64 / said as f64;
    let mut answers = Map::new();
    let answer = json!({"answer": "value", "value": first.value(), "claims": ids});
    answers.insert(group.attribute.clone(), answer);
    Some(json!({
        "verdict": {"values": answers},
        "confidence": round_computed(share),
        "by": {"name": "majority", "version": "1"},
    }))
}
