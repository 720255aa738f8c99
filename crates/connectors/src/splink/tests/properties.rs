//! What holds for any pair.

use proptest::prelude::*;

use super::*;

const HEADER: &str = "match_weight,match_probability,shop_id_l,shop_id_r,phone6_l,phone6_r,gamma_phone6,bf_phone6,bf_tf_adj_phone6,gamma_street,bf_street";

fn one(row: &str) -> Value {
    let options = SplinkOptions {
        high: 1.0,
        low: 0.0,
        ..options_4()
    };
    let (_, items) = import(options, RECORDS_4, &format!("{HEADER}\n{row}\n"));
    cases(&items)[0].clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prior_and_evidence_add_up_to_the_weight(
        weight in -60.0..60.0_f64,
        phone in 1e-12..1e12_f64,
        frequency in 1e-6..1e6_f64,
        street in 1e-12..1e12_f64,
    ) {
        let case = one(&format!("{weight},0.4,s01,s02,1,2,1,{phone},{frequency},1,{street}"));
        prop_assert!((sum(&case) - weight).abs() < 1e-5, "{case}");
        let of_phone = case["body"]["links"][0]["evidence"][0]["weight"].as_f64().unwrap();
        prop_assert!((of_phone - (phone * frequency).log2()).abs() < 1e-5, "the adjustment belongs to its comparison");
    }

    #[test]
    fn left_and_right_may_change_places(left in 1..9_u8, right in 1..9_u8, p in 0.0..1.0_f64) {
        prop_assume!(left != right);
        let one_way = one(&format!("1.5,{p},s0{left},s0{right},12,34,2,3.5,1.0,0,0.5"));
        let other_way = one(&format!("1.5,{p},s0{right},s0{left},34,12,2,3.5,1.0,0,0.5"));
        prop_assert_eq!(one_way.to_string(), other_way.to_string());
    }

    #[test]
    fn the_suggestion_is_same_from_one_half_and_its_confidence_never_below(p in 0.0..1.0_f64) {
        let case = one(&format!("1.5,{p},s01,s02,1,2,2,3.5,1.0,0,0.5"));
        let suggestion = &case["suggestion"];
        prop_assert_eq!(suggestion["verdict"]["clusters"].as_array().unwrap().len(), if p >= 0.5 { 1 } else { 2 });
        prop_assert!(suggestion["confidence"].as_f64().unwrap() >= 0.5);
    }
}
