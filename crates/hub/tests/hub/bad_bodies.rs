//! Bodies that can't be read, or say what no contract takes: for cases, decisions and claims alike refused by code and
//! place, never a fault of the hub, and nothing is written. What reads well and is wrong is in `bad_cases` and `bad_decisions`.

use reqwest::{Body, Method};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::cases::{match_case, same};
use crate::common::{Answer, Api, TestHub, answer, decision, fate, problem};

/// How a body is refused.
#[derive(Clone, Copy)]
enum Refusal<'a> {
    /// As a whole: status, code, pointer.
    Whole(u16, &'a str, &'a str),
    /// The one item in it: code, pointer.
    Item(&'a str, &'a str),
}
use Refusal::{Item, Whole};

/// One route, who may call it, and what was written before.
struct Route {
    path: &'static str,
    who: Api,
    admin: Api,
    before: Value,
    /// A body it takes; `"@"` in it stands for a value at `place`.
    good: String,
    place: &'static str,
    /// Items are refused one by one.
    batch: bool,
}

impl Route {
    /// A hub with one open case, and three ways in.
    async fn all(hub: &TestHub) -> [Self; 3] {
        let (source, steward, admin) = (hub.source().await, hub.steward().await, hub.admin().await);
        let id = source.send(&match_case("first")).await;
        let mut given = decision(&steward.case(&id).await, same());
        given["comment"] = json!("@");
        let mut case = match_case("second");
        case["body"]["records"][0]["fields"]["name"] = json!("@");
        let before = written(&admin).await;
        let of = |path, who, good: Value, place, batch| Self {
            path,
            who,
            admin: admin.clone(),
            before: before.clone(),
            good: good.to_string(),
            place,
            batch,
        };
        [
            of("/v1/cases", source, case, "/body/records/0/fields/name", true),
            of("/v1/decisions", steward.clone(), given, "/comment", true),
            of(
                "/v1/claims",
                steward,
                json!({"queue": "@", "limit": 1}),
                "/queue",
                false,
            ),
        ]
    }

    async fn send(&self, content_type: &str, body: impl Into<Body>) -> Answer {
        let request = self.who.request(Method::POST, self.path);
        answer(request.header("content-type", content_type).body(body)).await
    }

    async fn refuses(&self, what: &str, body: impl Into<Body>, refusal: Refusal<'_>) {
        self.refuses_as("application/json", what, body, refusal).await;
    }

    async fn refuses_as(&self, content_type: &str, what: &str, body: impl Into<Body>, refusal: Refusal<'_>) {
        let answer = self.send(content_type, body).await;
        let about = format!("{} {what}: {answer:?}", self.path);
        match refusal {
            Whole(status, code, pointer) => {
                assert!(answer.1["items"].is_null(), "{about}");
                assert_eq!(problem(&answer), (status, code, pointer), "{about}");
            }
            Item(code, pointer) => {
                assert_eq!(answer.0, 200, "{about}");
                assert_eq!(answer.1["items"].as_array().map(Vec::len), Some(1), "{about}");
                let item = &answer.1["items"][0];
                assert_eq!(fate(item), ("refused", code, pointer), "{about}");
                assert!(!item["detail"].as_str().unwrap_or_default().is_empty(), "{about}");
            }
        }
        assert!(
            written(&self.admin).await == self.before,
            "something was written: {about}"
        );
    }

    /// Refused as an item where there are items, else as a whole.
    async fn refuses_value(&self, value: &str, code: &str, below: &str) {
        let body = self.good.replace("\"@\"", value);
        assert_ne!(body, self.good, "the value has its place");
        let place = format!("{}{below}", self.place);
        let refusal = if self.batch {
            Item(code, &place)
        } else {
            Whole(400, code, &place)
        };
        let what: String = value.chars().take(60).collect();
        self.refuses(&what, body, refusal).await;
    }

    /// What is refused above is refused for its fault alone; and what is written is seen.
    async fn takes_what_is_good(&self) {
        let before = written(&self.admin).await;
        let body = self.good.replace('@', "sites");
        let (status, answer) = self.send("application/json", body).await;
        assert_eq!(status, 200, "{} {answer}", self.path);
        let item = &answer["items"][0];
        assert!(
            item.is_object() && item["code"].is_null(),
            "{} {answer}",
            self.path
        );
        assert_ne!(written(&self.admin).await, before);
    }
}

/// Every row an outsider could have caused: those of the lists and feeds, and the whole audit.
async fn written(admin: &Api) -> Value {
    let mut all = json!({});
    for feed in ["cases", "decisions", "labels", "queues", "changes", "audit"] {
        all[feed] = json!(admin.everything(&format!("/v1/{feed}")).await);
    }
    all
}

#[tokio::test]
async fn what_is_no_json_is_refused_as_a_whole() {
    let hub = TestHub::start().await;
    let routes = Route::all(&hub).await;
    for route in &routes {
        let good = route.good.as_bytes();
        let at = route.good.find('@').unwrap();
        let with = |bytes: &[u8]| [&good[..at], bytes, &good[at + 1..]].concat();
        let table: Vec<(&str, Vec<u8>)> = vec![
            ("white space", b" \n".to_vec()),
            ("an object that doesn't end", good[..good.len() - 1].to_vec()),
            ("a text that doesn't end", good[..at].to_vec()),
            ("more after the end", [good, b" {}"].concat()),
            ("two objects with a comma", [good, b",", good].concat()),
            ("a comma with nothing after it", b"[1,]".to_vec()),
            ("a value missing", br#"{"queue": }"#.to_vec()),
            ("a name without quotes", b"{queue: 1}".to_vec()),
            ("single quotes", b"{'queue': 'sites'}".to_vec()),
            ("a comment", br#"{"limit": 1} // one"#.to_vec()),
            ("not a number", br#"{"limit": NaN}"#.to_vec()),
            ("a zero in front", br#"{"limit": 01}"#.to_vec()),
            ("hexadecimal", br#"{"limit": 0x10}"#.to_vec()),
            ("a byte order mark", [b"\xef\xbb\xbf", good].concat()),
            (
                "UTF-16",
                route.good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ),
            ("a byte that is no UTF-8", with(b"\xff")),
            ("UTF-8 longer than it need be", with(b"\xc0\xaf")),
            ("a surrogate as UTF-8", with(b"\xed\xa0\x80")),
            ("a character that is cut off", with(b"\xe2\x82")),
            ("U+0000 as it is", with(b"\0")),
            ("a line's end in a text", with(b"\n")),
            ("an escape that isn't known", with(br"\x41")),
            ("an escape that is cut off", with(br"\u12")),
        ];
        for (what, body) in table {
            route.refuses(what, body, Whole(400, "malformed_json", "")).await;
        }
        if route.batch {
            // Where nothing has to be said, as in a claim, nothing sent is nothing said.
            route
                .refuses("nothing", "", Whole(400, "malformed_json", ""))
                .await;
        }
    }
    for route in routes {
        route.takes_what_is_good().await;
    }
}

#[tokio::test]
async fn brackets_without_end_are_refused_and_cost_no_stack() {
    let hub = TestHub::start().await;
    let place = "/0".repeat(64);
    for route in Route::all(&hub).await {
        let refusal = if route.batch {
            Whole(400, "malformed_json", "")
        } else {
            Whole(400, "too_deep", &place)
        };
        let open = "[".repeat(1_000_000);
        route.refuses("a million brackets", open.clone(), refusal).await;
        let closed = open + &"]".repeat(1_000_000);
        let refusal = if route.batch {
            Item("too_deep", &place)
        } else {
            Whole(400, "too_deep", &place)
        };
        route.refuses("a million that are closed", closed, refusal).await;
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_before_it_is_read() {
    let hub = TestHub::start().await;
    for route in Route::all(&hub).await {
        for kind in [
            "text/plain",
            "text/csv",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "json",
            "",
        ] {
            let refusal = Whole(415, "unsupported_media_type", "");
            route.refuses_as(kind, kind, route.good.clone(), refusal).await;
        }
        if route.path != "/v1/cases" {
            let refusal = Whole(415, "unsupported_media_type", "");
            route
                .refuses_as("application/x-ndjson", "NDJSON", route.good.clone(), refusal)
                .await;
        }
    }
}

#[tokio::test]
async fn more_than_the_limit_is_refused_announced_or_not() {
    const MEBIBYTE: usize = 1024 * 1024;
    let hub = TestHub::start().await;
    for route in Route::all(&hub).await {
        let long = |bytes: usize| route.good.replace('@', &"x".repeat(bytes));
        let refusal = Whole(413, "too_large", "");
        route
            .refuses("16 MiB and more", long(16 * MEBIBYTE), refusal)
            .await;
        let pieces: Vec<Result<String, std::io::Error>> = long(16 * MEBIBYTE)
            .as_bytes()
            .chunks(MEBIBYTE)
            .map(|piece| Ok(String::from_utf8_lossy(piece).into_owned()))
            .collect();
        let streamed = Body::wrap_stream(futures_util::stream::iter(pieces));
        route
            .refuses("in pieces of no announced length", streamed, refusal)
            .await;
        if route.batch {
            // One item has a limit of its own, below that of the body.
            route
                .refuses(
                    "one item of 8 MiB and more",
                    long(8 * MEBIBYTE),
                    Item("too_large", ""),
                )
                .await;
        }
    }
}

#[tokio::test]
async fn a_value_that_would_not_be_the_same_afterwards_is_refused_with_its_place() {
    let hub = TestHub::start().await;
    let routes = Route::all(&hub).await;
    for route in &routes {
        for number in [
            "9007199254740992",
            "-9007199254740992",
            "1e400",
            "-1e400",
            "1e99999999999999999999",
            "0.10000000000000000001",
            "123456789012345678901234567890",
        ] {
            route.refuses_value(number, "unsafe_number", "").await;
        }
        for text in [
            r#""a\u0000b""#,
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ude00\ud83d""#,
            r#""\ud83dx""#,
        ] {
            route.refuses_value(text, "invalid_text", "").await;
            route
                .refuses_value(&format!(r#"{{"a": [1, {text}]}}"#), "invalid_text", "/a/1")
                .await;
            route
                .refuses_value(&format!("{{{text}: 1}}"), "invalid_text", "")
                .await;
        }
        route
            .refuses_value(r#"{"a": 1, "b": 2, "a": 1}"#, "duplicate_key", "/a")
            .await;
        // Written differently, and the same name; in a pointer `/` and `~` are escaped.
        route
            .refuses_value(r#"{"a/b~": 1, "\u0061\/b\u007e": 2}"#, "duplicate_key", "/a~1b~0")
            .await;
        let levels = 65 - route.place.split('/').count();
        let deep = format!("{}{}", "[".repeat(levels + 1), "]".repeat(levels + 1));
        route.refuses_value(&deep, "too_deep", &"/0".repeat(levels)).await;
    }
    for route in routes {
        route.takes_what_is_good().await;
    }
}

#[tokio::test]
async fn the_same_name_twice_is_refused_whichever_would_be_taken() {
    let hub = TestHub::start().await;
    for route in Route::all(&hub).await {
        let first = route.good.replace('@', "sites");
        let name = first.split('"').nth(1).unwrap();
        let twice = first.replacen('{', &format!("{{\"{name}\":null,"), 1);
        let place = format!("/{name}");
        let refusal = if route.batch {
            Item("duplicate_key", &place)
        } else {
            Whole(400, "duplicate_key", &place)
        };
        route.refuses("a name that stands twice", twice, refusal).await;
    }
}

#[tokio::test]
async fn what_is_no_object_is_refused_where_one_is_due() {
    let hub = TestHub::start().await;
    let [cases, decisions, claims] = Route::all(&hub).await;
    for (route, code) in [(&cases, "invalid_case"), (&decisions, "invalid_decision")] {
        for body in ["7", "\"sites\"", "true", "null", "[[]]", "[[{}]]"] {
            route.refuses(body, body, Item(code, "")).await;
        }
    }
    for body in ["7", "\"sites\"", "null", "[]", "[{\"queue\": \"sites\"}]"] {
        claims
            .refuses(body, body, Whole(422, "invalid_request", ""))
            .await;
    }
    // The members' values in the order in which the hub has them are no object either, at the top or below it.
    let given: Value = serde_json::from_str(&decisions.good).unwrap();
    let members = [
        &given["id"],
        &given["case_id"],
        &given["case_revision"],
        &given["content_hash"],
        &Value::Null,
        &given["verdict"],
    ];
    decisions
        .refuses(
            "members without names",
            json!([members]).to_string(),
            Item("invalid_decision", ""),
        )
        .await;
    let mut shown = given.clone();
    shown["shown"] = json!([null, true, [], []]);
    decisions
        .refuses(
            "`shown` as a list",
            shown.to_string(),
            Item("invalid_decision", "/shown"),
        )
        .await;
    for (name, value, code, place) in [
        ("verdict", json!([]), "invalid_verdict", "/verdict"),
        ("verdict", json!("same"), "invalid_verdict", "/verdict"),
        ("reasons", json!({}), "invalid_decision", "/reasons"),
        ("reasons", json!([7]), "invalid_decision", "/reasons/0"),
        ("comment", json!(["x"]), "invalid_decision", "/comment"),
        (
            "shown",
            json!({"opened": "orders"}),
            "invalid_decision",
            "/shown/opened",
        ),
        ("cannot_tell", json!("no"), "invalid_decision", "/cannot_tell"),
        ("case_revision", json!(-1), "invalid_decision", "/case_revision"),
        ("case_revision", json!(1.5), "invalid_decision", "/case_revision"),
        (
            "case_revision",
            json!(4_294_967_296_i64),
            "invalid_decision",
            "/case_revision",
        ),
        (
            "decided_at",
            json!("yesterday"),
            "invalid_decision",
            "/decided_at",
        ),
        ("active_ms", json!(-1), "invalid_decision", "/active_ms"),
    ] {
        let mut changed = given.clone();
        changed["id"] = json!(Uuid::now_v7());
        changed[name] = value;
        decisions
            .refuses(name, changed.to_string(), Item(code, place))
            .await;
    }
    for (body, place) in [
        (json!({"queue": 7}), "/queue"),
        (json!({"queue": ["sites"]}), "/queue"),
        (json!({"limit": "many"}), "/limit"),
        (json!({"limit": -1}), "/limit"),
        (json!({"kind": "merge"}), "/kind"),
        (json!({"have": "x"}), "/have"),
        (json!({"have": [7]}), "/have/0"),
    ] {
        claims
            .refuses("a member", body.to_string(), Whole(422, "invalid_request", place))
            .await;
    }
    for (name, value) in [
        ("body", json!([])),
        ("suggestion", json!([])),
        ("subject", json!([])),
    ] {
        let mut changed: Value = serde_json::from_str(&cases.good).unwrap();
        changed[name] = value;
        let place = format!("/{name}");
        let code = if name == "suggestion" {
            "invalid_suggestion"
        } else {
            "invalid_case"
        };
        cases.refuses(name, changed.to_string(), Item(code, &place)).await;
    }
    let mut listed: Value = serde_json::from_str(&cases.good).unwrap();
    listed["body"]["records"][1] = json!(["b", null, null, null, {}]);
    cases
        .refuses(
            "a record as a list",
            listed.to_string(),
            Item("invalid_case", "/body/records/1"),
        )
        .await;
    for route in [cases, decisions, claims] {
        route.takes_what_is_good().await;
    }
}
