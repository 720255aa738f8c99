//! Bad input to `POST /v1/cases`: each has its code and pointer and changes nothing.

use domain::policy::Role;
use serde_json::{Value, json};

use crate::common::cases::{action_case, conflict_case, match_case};
use crate::common::{TestHub, fate, problem};

/// Sends one bad case between two good ones and gives what became of it; the good ones are in, the bad one isn't.
async fn refused(text: &str) -> (String, String) {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let body = format!("[{},{text},{}]", match_case("first"), match_case("last"));
    let (status, answer) = source.post_text("/v1/cases", body).await;
    assert_eq!(status, 200, "{answer}");
    let items = answer["items"].as_array().unwrap();
    assert_eq!(
        items
            .iter()
            .map(|i| i["index"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert_eq!(
        (fate(&items[0]).0, fate(&items[2]).0),
        ("created", "created"),
        "neighbours: {answer}"
    );
    let (result, code, pointer) = fate(&items[1]);
    assert_eq!(result, "refused", "{answer}");
    assert!(
        !items[1]["detail"].as_str().unwrap_or_default().is_empty(),
        "{answer}"
    );
    assert!(items[1]["id"].is_null(), "{answer}");
    let all = hub.all().await;
    assert_eq!(
        all["cases"].as_array().map(Vec::len),
        Some(2),
        "nothing of it is stored"
    );
    (code.to_owned(), pointer.to_owned())
}

fn with(mut case: Value, pointer: &str, value: Value) -> String {
    *case.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    case.to_string()
}

async fn assert_refused(text: String, code: &str, pointer: &str) {
    assert_eq!(
        refused(&text).await,
        (code.to_owned(), pointer.to_owned()),
        "{}",
        &text[..text.len().min(300)]
    );
}

#[tokio::test]
async fn malformed_json_is_a_problem_and_stores_nothing() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    for text in ["{", "[{}, ", "", "{\"external_id\": }", "[1,]", "nonsense"] {
        let answer = source.post_text("/v1/cases", text).await;
        assert_eq!(
            problem(&answer),
            (400, "malformed_json", ""),
            "{text}: {answer:?}"
        );
    }
    assert_eq!(hub.all().await["cases"], json!([]));
}

#[tokio::test]
async fn fifty_one_records_are_too_many_and_one_too_few() {
    let records = |n: usize| -> Value {
        (0..n)
            .map(|i| json!({"id": format!("r{i}"), "fields": {}}))
            .collect()
    };
    let of = |n: usize| {
        let mut case = match_case("x");
        case["body"] = json!({"records": records(n)});
        case["suggestion"] = Value::Null;
        case.to_string()
    };
    assert_refused(of(51), "invalid_case", "/body/records").await;
    assert_refused(of(1), "invalid_case", "/body/records").await;
    let hub = TestHub::start().await;
    let (_, answer) = hub.source().await.post_text("/v1/cases", of(50)).await;
    assert_eq!(answer["items"][0]["result"], "created", "{answer}");
}

#[tokio::test]
async fn a_link_to_a_record_that_is_not_there_is_refused() {
    assert_refused(
        with(match_case("x"), "/body/links/0/right", json!("zz")),
        "invalid_case",
        "/body/links/0/right",
    )
    .await;
}

#[tokio::test]
async fn wrong_kinds_are_named_with_their_place() {
    assert_refused(
        with(match_case("x"), "/kind", json!("merge")),
        "invalid_case",
        "/kind",
    )
    .await;
    assert_refused(
        with(match_case("x"), "/kind", json!("data_conflict")),
        "invalid_case",
        "/body/entity",
    )
    .await;
    assert_refused(
        with(match_case("x"), "/body/records/1", json!({"id": "b"})),
        "invalid_case",
        "/body/records/1/fields",
    )
    .await;
    assert_refused(with(match_case("x"), "/body", json!([])), "invalid_case", "/body").await;
    assert_refused("7".into(), "invalid_case", "").await;
    assert_refused(
        with(match_case("x"), "/queue", json!(["sites"])),
        "invalid_case",
        "/queue",
    )
    .await;
}

#[tokio::test]
async fn a_queue_has_one_kind() {
    let mut other = conflict_case("x");
    other["queue"] = json!("sites");
    let (code, pointer) = refused(&other.to_string()).await;
    assert_eq!(
        (code.as_str(), pointer.as_str()),
        ("queue_kind_mismatch", "/queue")
    );
}

#[tokio::test]
async fn what_is_not_required_may_be_left_out() {
    let hub = TestHub::start().await;
    let (source, lead) = (hub.source().await, hub.lead().await);
    let mut action = action_case("bare");
    action["body"]["facts"] = json!([{"value": "business"}, {"label": "Cabin"}]);
    action["body"]["conversation"] = json!([{"content": "hello"}, {"calls": [{"arguments": {}}]}]);
    action["context"] = json!([{"title": "Orders", "detail": {"n": 1}}, {"summary": "3 open"}]);
    action["suggestion"]["by"] = json!({"version": "2"});
    let mut pair = match_case("pair");
    pair["body"]["links"][0]["evidence"] = json!([{"weight": 5.0}, {"level": "exact"}]);
    for case in [&action, &pair] {
        let id = source.send(case).await;
        assert_eq!(source.send(case).await, id, "unchanged");
        let shown = lead.case(&id).await;
        assert_eq!(shown["body"], case["body"]);
        assert_eq!(shown["context"][0]["detail"], json!(null), "{shown}");
    }
}

#[tokio::test]
async fn a_case_that_is_refused_leaves_no_queue_behind() {
    let hub = TestHub::start().await;
    let (source, lead) = (hub.source().await, hub.lead().await);
    source.send(&match_case("x")).await;
    let (_, before) = lead.get("/v1/queues").await;
    let mut moved = match_case("x");
    moved["queue"] = json!("elsewhere");
    let answer = source.post_one("/v1/cases", &moved).await;
    assert_eq!(fate(&answer).1, "revision_conflict", "{answer}");
    assert_eq!(lead.get("/v1/queues").await.1, before);
    // The name is free for another kind, and one batch binds it for its later items.
    let mut conflict = conflict_case("y");
    conflict["queue"] = json!("elsewhere");
    let mut later = match_case("z");
    later["queue"] = json!("elsewhere");
    let (_, answer) = source.post("/v1/cases", &json!([moved, conflict, later])).await;
    let codes: Vec<&str> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| fate(item).1)
        .collect();
    assert_eq!(
        codes,
        ["revision_conflict", "", "queue_kind_mismatch"],
        "{answer}"
    );
}

#[tokio::test]
async fn ids_are_strings_also_when_they_look_like_numbers() {
    assert_refused(
        with(match_case("x"), "/external_id", json!(17)),
        "invalid_case",
        "/external_id",
    )
    .await;
    assert_refused(
        with(match_case("x"), "/body/records/1/id", json!(17)),
        "invalid_case",
        "/body/records/1/id",
    )
    .await;
    assert_refused(
        with(conflict_case("x"), "/body/attributes/0/claims/0/id", json!(0)),
        "invalid_case",
        "/body/attributes/0/claims/0/id",
    )
    .await;
    assert_refused(
        with(action_case("x"), "/body/actions/0/id", json!(1)),
        "invalid_case",
        "/body/actions/0/id",
    )
    .await;
}

#[tokio::test]
async fn numbers_that_would_lose_digits_are_refused() {
    for number in [
        "9007199254740993",
        "0.10000000000000000001",
        "1e400",
        "-9007199254740992",
    ] {
        let text = match_case("x").to_string();
        let last = text.rfind("\"60608\"").unwrap();
        let text = format!("{}{number}{}", &text[..last], &text[last + 7..]);
        let (code, pointer) = refused(&text).await;
        assert_eq!(
            (code.as_str(), pointer.as_str()),
            ("unsafe_number", "/body/records/1/fields/zip"),
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_key_that_stands_twice_is_refused() {
    let text = match_case("x").to_string().replacen(
        "\"entity_type\":\"site\"",
        "\"entity_type\":\"site\",\"entity_type\":\"store\"",
        1,
    );
    assert_refused(text, "duplicate_key", "/body/entity_type").await;
}

#[tokio::test]
async fn text_no_database_can_hold_is_refused() {
    let text = match_case("x").to_string().replacen("Armour", "Ar\\u0000mour", 1);
    assert_refused(text, "invalid_text", "/body/records/0/fields/name").await;
    let text = match_case("x").to_string().replacen("Armour", "Ar\\ud800mour", 1);
    assert_refused(text, "invalid_text", "/body/records/0/fields/name").await;
}

#[tokio::test]
async fn depth_over_sixty_four_is_refused() {
    let deep = format!("{}{}", "[".repeat(61), "]".repeat(61));
    let text = match_case("x").to_string().replacen("\"Armour\"", &deep, 1);
    // The sixty-fifth level is where it is said: the first that is too many.
    let place = format!("/body/records/0/fields/name{}", "/0".repeat(59));
    assert_refused(text, "too_deep", &place).await;
}

#[tokio::test]
async fn names_that_stand_twice_and_parts_that_are_missing_are_refused() {
    assert_refused(
        with(match_case("x"), "/body/records/1/id", json!("a")),
        "invalid_case",
        "/body/records/1/id",
    )
    .await;
    assert_refused(
        with(conflict_case("x"), "/body/attributes/0/claims", json!([])),
        "invalid_case",
        "/body/attributes/0/claims",
    )
    .await;
    assert_refused(
        with(action_case("x"), "/body/actions/0/arguments", json!("x")),
        "invalid_case",
        "/body/actions/0/arguments",
    )
    .await;
    let mut case = match_case("x");
    case.as_object_mut().unwrap().remove("body");
    assert_refused(case.to_string(), "invalid_case", "/body").await;
}

#[tokio::test]
async fn a_suggestion_is_checked_like_a_verdict() {
    let text = with(
        match_case("x"),
        "/suggestion/verdict",
        json!({"clusters": [["a"]]}),
    );
    assert_refused(text, "invalid_suggestion", "/suggestion/verdict/clusters").await;
    let text = with(match_case("x"), "/suggestion/confidence", json!(1.5));
    assert_refused(text, "invalid_suggestion", "/suggestion/confidence").await;
}

#[tokio::test]
async fn twenty_megabytes_are_too_large_and_say_so() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let text = with(
        match_case("x"),
        "/body/records/0/fields/name",
        json!("x".repeat(20_000_000)),
    );
    let answer = source.post_text("/v1/cases", text).await;
    assert_eq!(problem(&answer), (413, "too_large", ""));
    assert_eq!(hub.all().await["cases"], json!([]));
}

#[tokio::test]
async fn one_case_beyond_eight_mebibytes_is_refused_alone() {
    let text = with(
        match_case("x"),
        "/body/records/0/fields/name",
        json!("x".repeat(9 * 1024 * 1024)),
    );
    assert_refused(text, "too_large", "").await;
}

#[tokio::test]
async fn a_body_of_another_type_is_not_taken() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    let request = source
        .request(reqwest::Method::POST, "/v1/cases")
        .header("content-type", "text/csv")
        .body("a,b");
    let answer = crate::common::answer(request).await;
    assert_eq!(problem(&answer), (415, "unsupported_media_type", ""));
}

#[tokio::test]
async fn the_same_revision_with_other_content_is_a_conflict() {
    let hub = TestHub::start().await;
    let source = hub.source().await;
    source.send(&match_case("x")).await;
    assert_eq!(
        fate(&source.post_one("/v1/cases", &match_case("x")).await).0,
        "unchanged"
    );
    let before = hub.all().await;
    let changed: Value = serde_json::from_str(&with(
        match_case("x"),
        "/body/records/0/fields/name",
        json!("Other"),
    ))
    .unwrap();
    let item = source.post_one("/v1/cases", &changed).await;
    assert_eq!(
        fate(&item),
        ("refused", "revision_conflict", "/revision"),
        "{item}"
    );
    assert_eq!(hub.all().await, before);
    let mut newer = changed;
    newer["revision"] = json!(2);
    assert_eq!(fate(&source.post_one("/v1/cases", &newer).await).0, "revised");
    let old = source.post_one("/v1/cases", &match_case("x")).await;
    assert_eq!(
        fate(&old).1,
        "",
        "what was sent for revision 1 is still known: {old}"
    );
}

#[tokio::test]
async fn a_token_writes_only_its_own_sources() {
    let hub = TestHub::start().await;
    let bound = hub
        .caller_with(tiebreak_hub::access::NewToken {
            name: "crm-agent".into(),
            roles: vec![Role::Source],
            sources: vec!["crm".into()],
            ..Default::default()
        })
        .await;
    let mut case = match_case("x");
    case["source"] = json!("billing");
    let item = bound.post_one("/v1/cases", &case).await;
    assert_eq!(
        fate(&item),
        ("refused", "source_not_allowed", "/source"),
        "{item}"
    );
    case.as_object_mut().unwrap().remove("source");
    assert_eq!(fate(&bound.post_one("/v1/cases", &case).await).0, "created");
    assert_eq!(hub.all().await["cases"][0]["source"], "crm");
}
