//! The whole reader over composed files in Splink 4's and 5's exact layout, and over real ones when present.

mod bad_rows;
mod parquet_file;
mod properties;
mod real_data;

use std::io::Cursor;

use super::*;

const RECORDS_4: &str = include_str!("../../fixtures/splink4_records.csv");
const PAIRS_4: &str = include_str!("../../fixtures/splink4_pairs.csv");
const RECORDS_5: &str = include_str!("../../fixtures/splink5_records.csv");
const PAIRS_5: &str = include_str!("../../fixtures/splink5_pairs.csv");

fn options_4() -> SplinkOptions {
    SplinkOptions {
        queue: Some("shops".to_owned()),
        entity_type: "shop".to_owned(),
        ..SplinkOptions::new("shop_id", 0.2, 0.99)
    }
}

fn csv_pairs(pairs: &str) -> Pairs {
    Pairs::csv(Cursor::new(pairs.to_owned())).unwrap()
}

fn open(options: SplinkOptions, records: &str, pairs: Pairs) -> Splink {
    Splink::open(options, Cursor::new(records.to_owned()), pairs).unwrap()
}

fn import(options: SplinkOptions, records: &str, pairs: &str) -> (Splink, Vec<Result<Item, RowError>>) {
    let mut reader = open(options, records, csv_pairs(pairs));
    let items = reader.by_ref().collect();
    (reader, items)
}

fn cases(items: &[Result<Item, RowError>]) -> Vec<&Value> {
    let items = items.iter().map(|item| item.as_ref().unwrap());
    items
        .filter_map(|item| {
            if let Content::Case(case) = &item.content {
                Some(case)
            } else {
                None
            }
        })
        .collect()
}

fn links(items: &[Result<Item, RowError>]) -> Vec<&KnownLink> {
    let items = items.iter().map(|item| item.as_ref().unwrap());
    items
        .filter_map(|item| {
            if let Content::Link(link) = &item.content {
                Some(link)
            } else {
                None
            }
        })
        .collect()
}

/// prior + Σ weights of the case's one link.
fn sum(case: &Value) -> f64 {
    let link = &case["body"]["links"][0];
    let evidence = link["evidence"].as_array().unwrap();
    link["prior"].as_f64().unwrap()
        + evidence
            .iter()
            .map(|one| one["weight"].as_f64().unwrap())
            .sum::<f64>()
}

/// Whatever order of keys this build of serde_json keeps.
fn assert_snapshot(name: &str, value: &impl serde::Serialize) {
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

#[test]
fn a_splink_4_pair_in_the_band_becomes_a_case() {
    let (_, items) = import(options_4(), RECORDS_4, PAIRS_4);
    assert_snapshot("splink_4_case", cases(&items)[0]);
}

#[test]
fn a_splink_5_pair_in_the_band_becomes_a_case() {
    let (_, items) = import(SplinkOptions::new("unique_id", 0.2, 0.99), RECORDS_5, PAIRS_5);
    assert_snapshot("splink_5_case", cases(&items)[0]);
}

#[test]
fn a_pair_above_the_band_is_a_known_link_and_one_below_is_counted() {
    let (reader, items) = import(options_4(), RECORDS_4, PAIRS_4);
    let expected = Summary {
        pairs: 5,
        below: 1,
        cases: 3,
        links: 1,
        refused: 0,
    };
    assert_eq!(reader.summary(), expected);
    assert_snapshot("splink_4_known_link", links(&items)[0]);
}

#[test]
fn every_case_is_one_the_domain_takes_and_its_evidence_adds_up() {
    for (options, records, pairs) in [
        (options_4(), RECORDS_4, PAIRS_4),
        (SplinkOptions::new("unique_id", 0.0, 1.0), RECORDS_5, PAIRS_5),
    ] {
        let (_, items) = import(options, records, pairs);
        for case in cases(&items) {
            domain::Case::read(case).unwrap_or_else(|error| panic!("{error}: {case}"));
            let weight = case["body"]["links"][0]["weight"].as_f64().unwrap();
            assert!((sum(case) - weight).abs() < 0.01, "{case}");
        }
    }
}

#[test]
fn guesses_are_said_and_values_decide_between_columns_of_fitting_names() {
    let (reader, _) = import(options_4(), RECORDS_4, PAIRS_4);
    let said: Vec<String> = reader.notes().iter().map(ToString::to_string).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("splink_4_notes", said.join("\n")));
}

#[test]
fn two_columns_that_fit_alike_are_not_guessed_between() {
    let records = "shop_id,shop_name,name_again\ns01,Café Ohm,Café Ohm\ns02,Ohm,Ohm\n";
    let pairs = "match_probability,shop_id_l,shop_id_r,name_norm_l,name_norm_r,gamma_name_norm\n\
                 0.4,s01,s02,cafe ohm,ohm,1\n";
    let (reader, items) = import(options_4(), records, pairs);
    let unclear = Note::AlignmentUnclear {
        name: "name_norm".to_owned(),
        columns: vec!["shop_name".to_owned(), "name_again".to_owned()],
    };
    assert!(reader.notes().contains(&unclear), "{:?}", reader.notes());
    let fields = &cases(&items)[0]["body"]["records"][0]["fields"];
    assert_eq!(
        fields["name_norm"], "cafe ohm",
        "the pairs' own values are shown instead"
    );
}

#[test]
fn the_only_column_of_a_fitting_name_is_not_taken_when_its_values_disagree() {
    let records = "shop_id,street_name\ns01,Amselweg\ns02,Markt\n";
    let pairs = "match_probability,shop_id_l,shop_id_r,name_l,name_r,gamma_name\n0.4,s01,s02,ohm,tat,0\n";
    let (reader, _) = import(options_4(), records, pairs);
    assert!(reader.notes().contains(&Note::AttributeFromPairs {
        name: "name".to_owned()
    }));
}

#[test]
fn a_map_decides_and_can_keep_apart() {
    let mut options = options_4();
    options.map = vec![
        ("street_no".to_owned(), "street".to_owned()),
        ("phone6".to_owned(), String::new()),
    ];
    let (reader, items) = import(options, RECORDS_4, PAIRS_4);
    let case = cases(&items)[1];
    let spoken_of: Vec<&str> = case["body"]["links"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|evidence| evidence["attribute"].as_str().unwrap())
        .collect();
    assert_eq!(spoken_of, ["shop_name", "postcode", "phone6", "street"]);
    let fields = &case["body"]["records"][0]["fields"];
    assert_eq!(
        (&fields["phone"], &fields["phone6"]),
        (&Value::from("311999"), &Value::from("311999"))
    );
    assert!(fields.get("street_no").is_none(), "the records hold it as street");
    assert!(
        !reader
            .notes()
            .iter()
            .any(|note| matches!(note, Note::Aligned { name, .. } if name == "phone6"))
    );
}

#[test]
fn a_map_of_columns_that_are_not_there_is_refused() {
    for (name, column) in [("nothing", "street"), ("phone6", "nothing")] {
        let mut options = options_4();
        options.map = vec![(name.to_owned(), column.to_owned())];
        let error = Splink::open(options, Cursor::new(RECORDS_4), csv_pairs(PAIRS_4))
            .err()
            .unwrap();
        assert_eq!(error.code(), "unknown_mapped");
    }
}

#[test]
fn a_band_that_is_none_is_refused() {
    for (low, high) in [(0.9, 0.2), (-0.1, 0.5), (0.5, 1.5), (f64::NAN, 0.9)] {
        let options = SplinkOptions {
            low,
            high,
            ..options_4()
        };
        let error = Splink::open(options, Cursor::new(RECORDS_4), csv_pairs(PAIRS_4))
            .err()
            .unwrap();
        assert_eq!(error.code(), "invalid_band");
    }
}

#[test]
fn an_id_that_two_source_datasets_share_is_told_apart() {
    let (_, items) = import(SplinkOptions::new("unique_id", 0.0, 1.0), RECORDS_5, PAIRS_5);
    let cases = cases(&items);
    let ids: Vec<&str> = cases
        .iter()
        .map(|case| case["external_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["crm:1|erp:1", "crm:1|erp:2", "crm:2|erp:1", "3|9"]);
    let records = &cases[0]["body"]["records"];
    assert_eq!(
        (&records[0]["id"], &records[0]["source_id"]),
        (&Value::from("crm:1"), &Value::from("1"))
    );
    assert_eq!(
        records[1]["fields"]["given_name"], "Myra",
        "each side is its own dataset's record"
    );
    let records = &cases[1]["body"]["records"];
    assert_eq!(
        (&records[0]["id"], records[0].get("source_id")),
        (&Value::from("1"), None)
    );
}

#[test]
fn the_system_is_the_source_dataset_and_the_records_own_column_is_then_a_field() {
    let pairs = "match_weight,match_probability,source_dataset_l,source_dataset_r,shop_id_l,shop_id_r,gamma_phone,bf_phone\n\
                 0.0,0.5,table_a,table_b,s01,s02,1,2.0\n";
    let (_, items) = import(options_4(), RECORDS_4, pairs);
    let record = &cases(&items)[0]["body"]["records"][0];
    assert_eq!(
        (&record["system"], &record["fields"]["source"]),
        (&Value::from("table_a"), &Value::from("till"))
    );
    assert_eq!(cases(&items)[0]["import"]["source_dataset"], true);
}

#[test]
fn a_zero_or_infinite_factor_has_no_weight_and_the_case_says_it_does_not_add_up() {
    for (factor, word) in [("0.0", "zero"), ("inf", "infinite")] {
        let pairs = format!(
            "match_weight,match_probability,shop_id_l,shop_id_r,gamma_phone,bf_phone,gamma_street,bf_street\n\
             -3.0,0.25,s01,s02,1,{factor},2,4.0\n"
        );
        let (_, items) = import(options_4(), RECORDS_4, &pairs);
        let link = &cases(&items)[0]["body"]["links"][0];
        assert_eq!(link["evidence"][0]["factor"], word);
        assert!(link["evidence"][0].get("weight").is_none());
        assert_eq!(
            link["evidence"][1]["weight"], 2.0,
            "the other evidence keeps its weight"
        );
        assert!(link.get("prior").is_none());
        assert_eq!(link["adds_up"], false);
        domain::Case::read(cases(&items)[0]).unwrap();
    }
}

#[test]
fn an_infinite_match_weight_is_left_out_of_the_known_link() {
    let pairs =
        "match_weight,match_probability,shop_id_l,shop_id_r,gamma_phone,bf_phone\ninf,1.0,s01,s02,1,inf\n";
    let (_, items) = import(options_4(), RECORDS_4, pairs);
    assert_eq!(links(&items)[0].weight, None);
}

#[test]
fn a_prior_that_varies_is_said_with_its_range() {
    let header = "match_weight,match_probability,shop_id_l,shop_id_r,bf_phone\n";
    let steady = format!("{header}-3.0,0.25,s01,s02,2.0\n-3.005,0.25,s03,s04,2.0\n");
    let (reader, _) = import(options_4(), RECORDS_4, &steady);
    assert!(
        !reader
            .notes()
            .iter()
            .any(|note| matches!(note, Note::PriorVaries { .. }))
    );
    let varying = format!("{header}-3.0,0.25,s01,s02,2.0\n-3.5,0.25,s03,s04,2.0\n");
    let (reader, _) = import(options_4(), RECORDS_4, &varying);
    assert!(reader.notes().contains(&Note::PriorVaries {
        low: -4.5,
        high: -4.0
    }));
}

#[test]
fn without_factors_levels_are_shown_and_no_prior_is_made_up() {
    let pairs = "match_weight,match_probability,shop_id_l,shop_id_r,gamma_phone\n-3.0,0.25,s01,s02,1\n";
    let (reader, items) = import(options_4(), RECORDS_4, pairs);
    let link = &cases(&items)[0]["body"]["links"][0];
    assert_eq!(
        link["evidence"][0],
        serde_json::json!({"attribute": "phone", "level": "gamma 1"})
    );
    assert!(link.get("prior").is_none());
    assert!(reader.notes().contains(&Note::FactorsAbsent {
        names: vec!["phone".to_owned()]
    }));
}

#[test]
fn without_a_system_column_records_have_no_system() {
    let records = "shop_id,name\ns01,a\ns02,b\n";
    let pairs = "match_probability,shop_id_l,shop_id_r\n0.4,s01,s02\n0.995,s02,s01\n";
    let (reader, items) = import(options_4(), records, pairs);
    assert!(reader.notes().contains(&Note::SystemColumnAbsent));
    assert!(
        cases(&items[..1])[0]["body"]["records"][0]
            .get("system")
            .is_none()
    );
    assert_eq!(
        items[1].as_ref().unwrap_err().code,
        RowErrorCode::DuplicatePair,
        "the same pair the other way round"
    );
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let bytes = || {
        let (_, items) = import(options_4(), RECORDS_4, PAIRS_4);
        cases(&items).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(bytes(), bytes());
}
