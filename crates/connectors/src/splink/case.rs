//! From a pair in the band to a case as the hub takes it.

use serde_json::{Map, Value, json};

use super::SplinkOptions;
use super::evidence::Evidence;
use super::pair::{Pair, Side};
use super::plan::{Attribute, Plan};
use super::records::Records;
use crate::number::round_computed;
use crate::table::Row;

/// From this probability on Splink would say that two records are the same.
const SAME_FROM: f64 = 0.5;

pub(super) fn case(
    options: &SplinkOptions,
    plan: &Plan,
    records: &Records,
    pair: &Pair<'_>,
    row: &Row,
) -> Value {
    let [first, second] = &pair.sides;
    // Ids are unique within a case; where two systems use one id, the case's is qualified and the
    // system's own stands beside it.
    let is_one_id = first.record.id == second.record.id;
    let ids = [first, second].map(|side| {
        if is_one_id {
            &side.qualified_id
        } else {
            &side.record.id
        }
    });
    let records_json: Vec<Value> = pair
        .sides
        .iter()
        .zip(ids)
        .map(|(side, id)| record(plan, records, side, id, row))
        .collect();
    let mut case = Map::new();
    case.insert("source".to_owned(), json!(options.source));
    case.insert("external_id".to_owned(), json!(pair.external_id()));
    if let Some(queue) = &options.queue {
        case.insert("queue".to_owned(), json!(queue));
    }
    case.insert("kind".to_owned(), json!("identity_match"));
    case.insert("suggestion".to_owned(), suggestion(plan, pair.probability, ids));
    case.insert("import".to_owned(), origin(plan));
    case.insert(
        "body".to_owned(),
        json!({
            "entity_type": options.entity_type,
            "attributes": attributes(plan, pair, &records_json),
            "records": records_json,
            "links": [link(pair, ids)],
        }),
    );
    Value::Object(case)
}

/// What labels need to find the way back into the same linker.
fn origin(plan: &Plan) -> Value {
    json!({
        "format": "splink",
        "id_column": plan.columns.id_name,
        "source_dataset": plan.columns.source_dataset.is_some(),
    })
}

fn suggestion(plan: &Plan, probability: f64, ids: [&String; 2]) -> Value {
    let clusters = if probability >= SAME_FROM {
        json!([[ids[0], ids[1]]])
    } else {
        json!([[ids[0]], [ids[1]]])
    };
    let mut by = Map::new();
    by.insert("name".to_owned(), json!("splink"));
    if let Some(version) = &plan.version {
        by.insert("version".to_owned(), json!(version));
    }
    json!({
        "verdict": {"clusters": clusters},
        "confidence": round_computed(probability.max(1.0 - probability)),
        "by": by,
    })
}

fn record(plan: &Plan, records: &Records, side: &Side<'_>, id: &str, row: &Row) -> Value {
    let mut json = Map::new();
    json.insert("id".to_owned(), json!(id));
    if id != side.record.id {
        json.insert("source_id".to_owned(), json!(side.record.id));
    }
    if let Some(system) = side.system {
        json.insert("system".to_owned(), json!(system));
    }
    json.insert(
        "fields".to_owned(),
        Value::Object(fields(plan, records, side, row)),
    );
    Value::Object(json)
}

/// Values as received; an empty cell is an absent field.
fn fields(plan: &Plan, records: &Records, side: &Side<'_>, row: &Row) -> Map<String, Value> {
    // The system column says where the record is from; where a source dataset says that, it is a value like others.
    let says_system = side.record.system.as_deref() == side.system;
    let of_record = plan
        .record_attributes
        .iter()
        .enumerate()
        .filter(|(column, _)| *column != records.id_column)
        .filter(|(column, _)| !(says_system && records.system_column == Some(*column)))
        .filter_map(|(column, attribute)| Some((attribute, side.record.value(column)?)));
    let of_pair = plan.own.iter().filter_map(|(attribute, sides)| {
        Some((
            attribute,
            row.cell(if side.is_left { sides.left } else { sides.right })?,
        ))
    });
    of_record
        .chain(of_pair)
        .map(|(attribute, value)| (attribute.name.clone(), json!(value)))
        .collect()
}

/// Those with a value in either record or with evidence, in the order of the files.
fn attributes(plan: &Plan, pair: &Pair<'_>, records: &[Value]) -> Vec<Value> {
    let of_evidence = |name: &str| {
        pair.score
            .evidence
            .iter()
            .any(|evidence| evidence.attribute == name)
    };
    let has_value = |name: &str| records.iter().any(|record| record["fields"].get(name).is_some());
    let known: Vec<&Attribute> = plan
        .record_attributes
        .iter()
        .chain(plan.own.iter().map(|(attribute, _)| attribute))
        .collect();
    // A comparison of several columns may have no values under its own name.
    let unknown: Vec<Attribute> = pair
        .score
        .evidence
        .iter()
        .filter(|evidence| !known.iter().any(|attribute| attribute.name == evidence.attribute))
        .map(|evidence| Attribute::text(&evidence.attribute))
        .collect();
    known
        .into_iter()
        .filter(|attribute| has_value(&attribute.name) || of_evidence(&attribute.name))
        .chain(&unknown)
        .map(|attribute| json!({"name": attribute.name, "type": attribute.value_type.as_str()}))
        .collect()
}

fn link(pair: &Pair<'_>, ids: [&String; 2]) -> Value {
    let score = &pair.score;
    let mut link = Map::new();
    link.insert("left".to_owned(), json!(ids[0]));
    link.insert("right".to_owned(), json!(ids[1]));
    link.insert("probability".to_owned(), json!(pair.probability));
    if let Some(weight) = score.weight {
        link.insert("weight".to_owned(), json!(weight));
    }
    if let Some(prior) = score.prior {
        link.insert("prior".to_owned(), json!(prior));
    }
    if !score.adds_up() {
        link.insert("adds_up".to_owned(), json!(false));
    }
    if !score.evidence.is_empty() {
        link.insert(
            "evidence".to_owned(),
            score.evidence.iter().map(Evidence::to_json).collect(),
        );
    }
    Value::Object(link)
}
