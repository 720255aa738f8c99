//! The whole reader over a composed file.

use std::io::Cursor;

use super::*;

const CLAIMS: &str = include_str!("../../fixtures/claims.csv");

fn import(text: &str) -> (Claims, Vec<Result<Item, RowError>>) {
    let options = ClaimsOptions {
        queue: Some("orders".to_owned()),
        ..ClaimsOptions::default()
    };
    let mut reader = Claims::open(options, Cursor::new(text.to_owned())).unwrap();
    let items = reader.by_ref().collect();
    (reader, items)
}

#[test]
fn claims_that_differ_become_a_case_with_the_majority_as_suggestion() {
    let (_, items) = import(CLAIMS);
    let case = &items[0].as_ref().unwrap().case;
    domain::Case::read(case).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_json_snapshot!("claims_case", case));
}

#[test]
fn values_the_domain_calls_equal_are_no_conflict() {
    let (reader, items) = import(CLAIMS);
    let ids: Vec<_> = items
        .iter()
        .map(|item| item.as_ref().unwrap().case["external_id"].clone())
        .collect();
    assert_eq!(
        ids,
        ["ORD-7:ship_date", "ORD-8:total"],
        "120.5 and 120.50 are one number"
    );
    assert_eq!(
        reader.summary(),
        Summary {
            claims: 8,
            cases: 2,
            agreed: 1,
            refused: 0
        }
    );
}

#[test]
fn a_tie_has_no_suggestion() {
    let (_, items) = import(CLAIMS);
    assert!(items[1].as_ref().unwrap().case.get("suggestion").is_none());
}

#[test]
fn types_and_times_are_guessed_aloud() {
    let (reader, _) = import(CLAIMS);
    assert_eq!(
        reader.notes(),
        [
            Note::TimesWithoutZone { count: 1 },
            Note::TypeGuessed {
                attribute: "ship_date".to_owned(),
                value_type: ValueType::Date
            },
            Note::TypeGuessed {
                attribute: "total".to_owned(),
                value_type: ValueType::Number
            },
        ]
    );
}

#[test]
fn a_given_type_is_taken_over_a_guess() {
    let text = "entity,attribute,system,value,type\ne,code,a,1.0,text\ne,code,b,1,\n";
    let (reader, items) = import(text);
    assert_eq!(
        items[0].as_ref().unwrap().case["body"]["attributes"][0]["type"],
        "text"
    );
    assert!(reader.notes().is_empty());
}

#[test]
fn claims_of_one_attribute_may_stand_apart_and_keep_the_order_of_the_file() {
    let text = "entity,attribute,system,value\ne,name,a,X\nf,name,a,Y\ne,name,b,Z\ne,name,c,X\n";
    let (_, items) = import(text);
    let claims = &items[0].as_ref().unwrap().case["body"]["attributes"][0]["claims"];
    let said: Vec<_> = claims
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| (&claim["id"], &claim["system"]))
        .collect();
    let expected: Vec<_> = [("c0", "a"), ("c1", "b"), ("c2", "c")]
        .map(|(a, b)| (Value::from(a), Value::from(b)))
        .into();
    assert_eq!(said, expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>());
}

#[test]
fn what_a_system_sent_is_kept_beside_the_trimmed_value() {
    let text = "entity,attribute,system,value\ne,name,a, X \ne,name,b,Y\n";
    let (_, items) = import(text);
    let claims = &items[0].as_ref().unwrap().case["body"]["attributes"][0]["claims"];
    assert_eq!(
        (&claims[0]["value"], &claims[0]["raw"]),
        (&Value::from("X"), &Value::from(" X "))
    );
    assert!(claims[1].get("raw").is_none());
}

#[test]
fn every_kind_of_bad_claim_has_its_code_and_the_rest_goes_on() {
    let text = "entity,attribute,system,value,updated_at\n\
                ,name,a,X,\ne,,a,X,\ne,name,,X,\ne,name,a,X,yesterday\ne,name,a\n\
                e,name,a,X,\ne,name,a,X,\ne,name,b,Y,\n";
    let (reader, items) = import(text);
    let errors: Vec<_> = items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|error| (error.line, error.code))
        .collect();
    assert_eq!(
        errors,
        [
            (2, RowErrorCode::MissingValue),
            (3, RowErrorCode::MissingValue),
            (4, RowErrorCode::MissingValue),
            (5, RowErrorCode::InvalidTime),
            (6, RowErrorCode::WrongColumnCount),
            (8, RowErrorCode::DuplicateClaim),
        ]
    );
    assert_eq!((reader.summary().cases, reader.summary().refused), (1, 6));
}

#[test]
fn two_attributes_of_one_external_id_are_not_one_case() {
    let text = "entity,attribute,system,value\na:b,c,x,1\na:b,c,y,2\na,b:c,x,1\na,b:c,y,2\n";
    let (_, items) = import(text);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!((error.line, error.code), (4, RowErrorCode::DuplicateCase));
}

#[test]
fn a_file_without_a_needed_column_is_refused() {
    let error = Claims::open(ClaimsOptions::default(), Cursor::new("entity,attribute,value\n"))
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "the claims have no column system; there is entity, attribute, value"
    );
}

/// Real flight times on which web sites disagree, with the majority their publisher computed.
#[test]
fn real_claims_give_the_cases_and_majorities_their_publisher_found() {
    let Some(path) = crate::shared_data::shared("data/conflicts/cases.jsonl") else {
        return;
    };
    let published: Vec<Value> =
        crate::cases::Lines::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()))
            .map(|line| serde_json::from_str(&line.unwrap().text).unwrap())
            .collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["entity", "attribute", "system", "value", "type"])
        .unwrap();
    for case in &published {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for attribute in case["body"]["attributes"].as_array().unwrap() {
            for claim in attribute["claims"].as_array().unwrap() {
                let row = [
                    &case["body"]["entity"]["id"],
                    &attribute["name"],
                    &claim["system"],
                    &claim["value"],
                ];
                let row = row.into_iter().chain([&attribute["type"]]).map(text);
                csv.write_record(row).unwrap();
            }
        }
    }
    let (reader, items) = import(&String::from_utf8(csv.into_inner().unwrap()).unwrap());
    let summary = reader.summary();
    assert_eq!(
        (summary.cases, summary.agreed, summary.refused),
        (139, 9, 0),
        "in nine all sites agree, and err"
    );
    let published: HashMap<&Value, &Value> = published
        .iter()
        .map(|case| (&case["external_id"], &case["suggestion"]))
        .collect();
    let mut tied = 0;
    for item in &items {
        let case = &item.as_ref().unwrap().case;
        domain::Case::read(case).unwrap();
        let theirs = published[&case["external_id"]];
        let Some(ours) = case.get("suggestion") else {
            tied += 1;
            continue;
        };
        let attribute = case["body"]["attributes"][0]["name"].as_str().unwrap();
        // The publisher's claims are numbered with gaps: the ids differ, how many there are doesn't.
        let [ours_answer, theirs_answer] = [ours, theirs].map(|one| &one["verdict"]["values"][attribute]);
        let count = |answer: &Value| answer["claims"].as_array().unwrap().len();
        assert_eq!(ours_answer["value"], theirs_answer["value"], "{case}");
        assert_eq!(count(ours_answer), count(theirs_answer), "{case}");
        let confidences = [ours, theirs].map(|one| one["confidence"].as_f64().unwrap());
        assert!((confidences[0] - confidences[1]).abs() < 1e-4, "{confidences:?}");
    }
    assert!(
        tied < items.len() / 4,
        "{tied} of {} without a suggestion",
        items.len()
    );
}
