//! Real predictions of Splink 4.0.17 and 5.0, where they are at hand.

use std::collections::HashMap;
use std::fs::{self, File};

use super::*;
use crate::shared_data::shared;

fn sites(pairs: Pairs) -> (Splink, Vec<Result<Item, RowError>>) {
    let records = File::open(shared("data/identity/records.csv").unwrap()).unwrap();
    let mut reader = Splink::open(SplinkOptions::new("record_id", 0.2, 0.99), records, pairs).unwrap();
    let items = reader.by_ref().collect();
    (reader, items)
}

fn pairs(path: &str) -> Option<Pairs> {
    shared(path).map(|path| Pairs::from_file(File::open(path).unwrap()).unwrap())
}

#[test]
fn the_real_queue_has_446_cases_from_csv_and_from_parquet_and_all_add_up() {
    let (Some(text), Some(parquet)) = (
        pairs("data/identity/splink_predictions.csv"),
        pairs("data/identity/splink_predictions.parquet"),
    ) else {
        return;
    };
    let (reader, from_text) = sites(text);
    let (parquet_reader, from_parquet) = sites(parquet);
    assert_eq!(from_text.len(), from_parquet.len());
    assert_eq!((reader.summary().cases, reader.summary().refused), (446, 0));
    assert_eq!(parquet_reader.summary(), reader.summary());
    assert_eq!(parquet_reader.notes(), reader.notes());
    for (one, other) in cases(&from_text).into_iter().zip(cases(&from_parquet)) {
        assert_alike(one, other);
        domain::Case::read(one).unwrap_or_else(|error| panic!("{error}: {one}"));
        let weight = one["body"]["links"][0]["weight"].as_f64().unwrap();
        assert!((sum(one) - weight).abs() < 0.01, "{one}");
    }
    for (one, other) in links(&from_text).into_iter().zip(links(&from_parquet)) {
        assert_eq!((&one.left, &one.right), (&other.left, &other.right));
        assert!(
            (one.weight.unwrap() - other.weight.unwrap()).abs() < FLOAT_TEXT,
            "{one:?} {other:?}"
        );
    }
}

/// The CSV at hand holds six decimals, the Parquet file whole doubles; small factors feel it most.
const FLOAT_TEXT: f64 = 1e-4;

/// Equal but for the text of floats.
fn assert_alike(one: &Value, other: &Value) {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            assert!(
                (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < FLOAT_TEXT,
                "{a} {b}"
            );
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).for_each(|(a, b)| assert_alike(a, b));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{one} {other}");
            a.values().zip(b.values()).for_each(|(a, b)| assert_alike(a, b));
        }
        _ => assert_eq!(one, other),
    }
}

#[test]
fn the_real_queue_is_aligned_by_its_values_without_being_told() {
    let Some(text) = pairs("data/identity/splink_predictions.csv") else {
        return;
    };
    let (reader, _) = sites(text);
    let aligned: HashMap<_, _> = reader
        .notes()
        .into_iter()
        .filter_map(|note| {
            if let Note::Aligned { name, column } = note {
                Some((name, column))
            } else {
                None
            }
        })
        .collect();
    let expected = [
        ("name_norm", "site_name"),
        ("address_norm", "address"),
        ("zip5", "zip"),
        ("phone7", "phone"),
    ];
    let expected = expected.map(|(name, column)| (name.to_owned(), column.to_owned()));
    assert_eq!(aligned, HashMap::from(expected));
    assert!(reader.notes().contains(&Note::AttributeFromPairs {
        name: "street_no".to_owned()
    }));
}

/// Records made from the captured pairs' own retained columns: the captures bring no records file.
fn records_of(capture: &str) -> String {
    let mut reader = csv::Reader::from_reader(capture.as_bytes());
    let mut records = String::from("unique_id,source_dataset,surname\n");
    let headers = reader.headers().unwrap().clone();
    let mut seen = std::collections::HashSet::new();
    for row in reader.records().map(Result::unwrap) {
        let cell = |name: &str| &row[headers.iter().position(|header| header == name).unwrap()];
        for side in ["l", "r"] {
            let [id, dataset, surname] =
                ["unique_id", "source_dataset", "surname"].map(|name| cell(&format!("{name}_{side}")));
            if seen.insert((id.to_owned(), dataset.to_owned())) {
                records.push_str(&format!("{id},{dataset},{surname}\n"));
            }
        }
    }
    records
}

#[test]
fn captured_predictions_of_splink_4_and_5_are_read_whole_and_add_up() {
    for (file, version) in [
        ("splink4_predictions_200.csv", "4"),
        ("splink_predictions_200.csv", "5"),
    ] {
        let Some(path) = shared(&format!("peers/captures/{file}")) else {
            return;
        };
        let capture = fs::read_to_string(path).unwrap();
        let records = records_of(&capture);
        let (reader, items) = import(SplinkOptions::new("unique_id", 0.0, 1.0), &records, &capture);
        assert_eq!(reader.summary().refused, 0, "{file}");
        assert!(!cases(&items).is_empty());
        assert!(
            !reader
                .notes()
                .iter()
                .any(|note| matches!(note, Note::PriorVaries { .. })),
            "{:?}",
            reader.notes()
        );
        for case in cases(&items) {
            assert_eq!(case["suggestion"]["by"]["version"], version);
            let weight = case["body"]["links"][0]["weight"].as_f64().unwrap();
            assert!((sum(case) - weight).abs() < 0.01, "{case}");
        }
    }
}

#[test]
fn the_captured_parquet_of_splink_5_is_read() {
    let (Some(parquet), Some(text)) = (
        pairs("peers/captures/splink_predictions.parquet"),
        shared("peers/captures/splink_predictions_200.csv"),
    ) else {
        return;
    };
    let records = records_of(&fs::read_to_string(text).unwrap());
    let mut reader = open(SplinkOptions::new("unique_id", 0.0, 1.0), &records, parquet);
    let refused: Vec<RowError> = reader.by_ref().filter_map(Result::err).collect();
    assert!(
        reader.summary().cases + reader.summary().links > 0,
        "{:?}",
        reader.summary()
    );
    assert!(
        refused
            .iter()
            .all(|error| error.code == RowErrorCode::MissingRecord),
        "the 200 rows at hand don't name every record, and nothing else is wrong: {refused:?}"
    );
}
