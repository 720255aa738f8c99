//! Each bad row is reported with its line and code, and the rest goes on.

use super::*;

const HEADER: &str = "match_weight,match_probability,shop_id_l,shop_id_r,bf_phone\n";

/// The code of the one bad row; a good one before and after it has to come through.
fn code_of(row: &str) -> RowErrorCode {
    let pairs = format!("{HEADER}-1.0,0.3,s01,s02,2.0\n{row}\n-1.0,0.3,s03,s04,2.0\n");
    let (reader, items) = import(options_4(), RECORDS_4, &pairs);
    assert_eq!(items.len(), 3, "{row}");
    assert!(
        items[0].is_ok() && items[2].is_ok(),
        "{row}: its neighbours are taken"
    );
    assert_eq!(reader.summary().refused, 1);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!((error.file, error.line), (InputFile::Pairs, 3));
    error.code
}

#[test]
fn every_kind_of_bad_pair_has_its_code() {
    for (row, code) in [
        ("-1.0,high,s05,s06,2.0", RowErrorCode::InvalidProbability),
        ("-1.0,NaN,s05,s06,2.0", RowErrorCode::InvalidProbability),
        ("-1.0,,s05,s06,2.0", RowErrorCode::InvalidProbability),
        ("-1.0,1.5,s05,s06,2.0", RowErrorCode::InvalidProbability),
        ("-1.0,0.3,s05,s99,2.0", RowErrorCode::MissingRecord),
        ("-1.0,0.3,,s06,2.0", RowErrorCode::MissingId),
        ("-1.0,0.3,s05,s05,2.0", RowErrorCode::SameRecord),
        ("-1.0,0.3,s01,s02,2.0", RowErrorCode::DuplicatePair),
        ("-1.0,0.3,s02,s01,2.0", RowErrorCode::DuplicatePair),
        ("NaN,0.3,s05,s06,2.0", RowErrorCode::InvalidWeight),
        ("-1.0,0.3,s05,s06,-2.0", RowErrorCode::InvalidFactor),
        ("-1.0,0.3,s05,s06,", RowErrorCode::InvalidFactor),
        ("-1.0,0.3,s05", RowErrorCode::WrongColumnCount),
    ] {
        assert_eq!(code_of(row), code, "{row}");
    }
}

#[test]
fn bad_records_are_reported_first_and_their_pairs_miss_them() {
    let records = "shop_id,source,phone\ns01,till,1\n,till,2\ns01,till,3\ns02\ns03,till,4\n";
    let pairs = format!("{HEADER}-1.0,0.3,s01,s02,2.0\n-1.0,0.3,s01,s03,2.0\n");
    let (reader, items) = import(options_4(), records, &pairs);
    let codes: Vec<_> = items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|e| (e.file, e.line, e.code))
        .collect();
    assert_eq!(
        codes,
        [
            (InputFile::Records, 3, RowErrorCode::MissingId),
            (InputFile::Records, 4, RowErrorCode::DuplicateRecord),
            (InputFile::Records, 5, RowErrorCode::WrongColumnCount),
            (InputFile::Pairs, 2, RowErrorCode::MissingRecord),
        ]
    );
    assert_eq!(reader.summary().cases, 1);
    let case = items.last().unwrap().as_ref().unwrap();
    let Content::Case(case) = &case.content else {
        panic!("{case:?}")
    };
    assert_eq!(
        case["body"]["records"][0]["fields"]["phone"], "1",
        "the first of two records of one id is kept"
    );
}

#[test]
fn an_id_of_several_systems_is_ambiguous_when_the_pair_names_no_dataset() {
    let pairs = "match_probability,unique_id_l,unique_id_r\n0.4,1,3\n";
    let (_, items) = import(SplinkOptions::new("unique_id", 0.2, 0.99), RECORDS_5, pairs);
    assert_eq!(items[0].as_ref().unwrap_err().code, RowErrorCode::AmbiguousRecord);
}

#[test]
fn a_dataset_the_records_know_has_to_hold_the_record() {
    let pairs =
        "match_probability,source_dataset_l,source_dataset_r,unique_id_l,unique_id_r\n0.4,erp,crm,3,1\n";
    let (_, items) = import(SplinkOptions::new("unique_id", 0.2, 0.99), RECORDS_5, pairs);
    let error = items[0].as_ref().unwrap_err();
    assert_eq!(error.code, RowErrorCode::MissingRecord, "3 is crm's alone");
    assert_eq!(
        error.to_string(),
        "pairs line 2: missing_record (the record 3 of erp)"
    );
}
