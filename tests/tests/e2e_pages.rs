//! Every page of the window: by keyboard alone, and without a finding of axe in light and dark. Long, since it
//! is a list: one test a page.

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::programs::shared;
use tiebreak_tests::small_cases::{PAIRS, conflict, pair};
use tiebreak_tests::webdriver::key;

const QUEUES: [&str; 7] = [
    "callers",
    "customer-emails",
    "duplicate-leads",
    "payment-approvals",
    "product-data",
    "quote-approvals",
    "vendor-data",
];

#[tokio::test]
async fn axe_finds_nothing_on_any_page_or_workbench_in_light_or_dark() {
    let app = App::open(&[]).await;
    app.window.sees("Where are your cases?").await;
    let mut findings = Vec::new();
    findings.extend(named("first run", app.axe().await));
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Keep this recovery key").await;
    findings.extend(named("recovery key", app.axe().await));
    app.window.click("button", "Go on without it").await;
    app.case().await;
    app.queue("duplicate-leads").await;
    app.decide("s").await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        for queue in QUEUES {
            app.queue(queue).await;
            findings.extend(named(&format!("{queue}, {theme}"), app.axe().await));
            app.window
                .press(
                    &[],
                    if queue.contains("data") || queue == "callers" {
                        "1"
                    } else {
                        "e"
                    },
                )
                .await;
            findings.extend(named(&format!("{queue} with a choice, {theme}"), app.axe().await));
            app.window.press(&[], key::ESCAPE).await;
        }
        // Six and more records stand as rows.
        app.skip_to("callers", "call-20488").await;
        app.window.press(&[key::SHIFT], key::DOWN).await;
        // In the second theme it is there already: the draft was kept.
        if theme == "light" {
            app.window.press(&[], "l").await;
        }
        app.window.main_sees("can’t be told").await;
        findings.extend(named(&format!("rows with a doubt, {theme}"), app.axe().await));
        for number in ["1", "1", "2"] {
            app.window.press(&[], number).await;
        }
        findings.extend(named(&format!("rows in groups, {theme}"), app.axe().await));
        for (page, words) in [
            ("outbox", "The outbox is empty"),
            ("history", "My decisions"),
            ("search?q=pump", "Search"),
            ("export", "labels.jsonl"),
            ("lead", "Override rates"),
            ("settings", "Theme"),
        ] {
            app.go(&format!("#/{page}")).await;
            app.window.sees(words).await;
            findings.extend(named(&format!("{page}, {theme}"), app.axe().await));
        }
        app.window.press(&[], "?").await;
        app.window.sees("one table, the same everywhere").await;
        findings.extend(named(&format!("help, {theme}"), app.axe().await));
        app.window.press(&[], key::ESCAPE).await;
        app.window.press(&[key::CONTROL], "k").await;
        app.window
            .sees("nothing here decides without showing the case")
            .await;
        findings.extend(named(&format!("palette, {theme}"), app.axe().await));
        app.window.press(&[], key::ESCAPE).await;
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    app.window.close().await;
}

/// What lies outside the window, or is reached only by scrolling the decision bar; one line each.
const CUT_OFF: &str = "const bar = document.querySelector('[role=group][aria-label=Decision]');
    const cut = [...bar.querySelectorAll('button')].filter((button) => {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      return left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
    }).map((button) => `${button.textContent} is cut off`);
    if (bar.scrollWidth > bar.clientWidth + 1) cut.push(`the bar scrolls: ${bar.scrollWidth} in ${bar.clientWidth}`);
    if (document.querySelector('main').clientHeight > innerHeight + 1) cut.push('the page is higher than the window');
    return cut";

#[tokio::test]
async fn at_twice_the_text_size_every_button_that_decides_is_in_the_window_and_axe_finds_nothing() {
    let app = App::with_sample().await;
    app.text_size(200).await;
    let mut findings = Vec::new();
    for queue in QUEUES {
        app.queue(queue).await;
        let cut: Vec<String> = serde_json::from_value(app.window.run(CUT_OFF, &[]).await).unwrap();
        findings.extend(named(queue, cut));
        findings.extend(named(queue, app.axe().await));
    }
    for (page, words) in [("outbox", "The outbox is empty"), ("settings", "Theme")] {
        app.go(&format!("#/{page}")).await;
        app.window.sees(words).await;
        findings.extend(named(page, app.axe().await));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    // By key, and back.
    app.window.press(&[key::CONTROL], "-").await;
    app.window
        .until("150 %", "return Math.abs(innerWidth - 853) < 8", &[])
        .await;
    app.window.close().await;
}

fn named(place: &str, findings: Vec<String>) -> impl Iterator<Item = String> {
    findings
        .into_iter()
        .map(move |finding| format!("{place}: {finding}"))
}

#[tokio::test]
async fn ten_cases_in_a_row_are_decided_without_a_mouse() {
    let app = App::with_sample().await;
    // To the queue by palette.
    app.window.press(&[key::CONTROL], "k").await;
    app.window
        .sees("nothing here decides without showing the case")
        .await;
    app.window.type_text("duplicate le").await;
    app.window.sees("Duplicate leads").await;
    app.window.press(&[], key::ENTER).await;
    app.at_queue("duplicate-leads").await;
    app.window.main_sees("10 left").await;
    for (n, letter) in ["s", "n", "u", "s", "n", "u", "s", "n", "s"].iter().enumerate() {
        app.decide(letter).await;
        app.window.main_sees(&format!("{} left", 9 - n)).await;
    }
    app.window.press(&[], "n").await;
    app.window.sees("Duplicate leads is done").await;
    let overview = app.call("overview", json!({})).await;
    assert_eq!(overview["decided_today"], json!(10));
    // And on to the next queue, by the same key as ever.
    app.window.press(&[], key::ENTER).await;
    app.window.loses("Duplicate leads is done").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_held_key_decides_once() {
    let app = App::with_sample().await;
    app.queue("duplicate-leads").await;
    app.window
        .hold(&[], "s", std::time::Duration::from_millis(900))
        .await;
    app.window.main_sees("9 left").await;
    assert_eq!(app.call("overview", json!({})).await["decided_today"], json!(1));
    app.window.close().await;
}

#[tokio::test]
async fn help_shows_the_keys_and_the_palette_finds_cases_and_places() {
    let app = App::with_sample().await;
    app.window.press(&[], "?").await;
    app.window.sees("Undo the last decision").await;
    app.window.press(&[], key::ESCAPE).await;
    app.window.loses("Undo the last decision").await;
    app.window.press(&[key::CONTROL], "k").await;
    app.window.type_text("Nordlicht").await;
    app.window.sees("Nordlicht Energie GmbH").await;
    app.window.press(&[], key::ESCAPE).await;
    app.window.press(&[key::CONTROL], "k").await;
    app.window.type_text("my dec").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("No decisions yet").await;
    app.window.close().await;
}

#[tokio::test]
async fn search_asks_the_hub_and_opens_what_is_on_this_computer() {
    let app = App::with_sample().await;
    app.queue("duplicate-leads").await;
    app.go("#/search").await;
    app.window
        .until(
            "the field",
            "return document.activeElement.type === 'search'",
            &[],
        )
        .await;
    app.window.type_text("Nordlicht").await;
    app.window.press(&[], key::ENTER).await;
    app.window
        .sees("Nordlicht Energie GmbH / Nordlicht Energie")
        .await;
    app.window
        .click("link", "Nordlicht Energie GmbH / Nordlicht Energie")
        .await;
    let case = app.queue("duplicate-leads").await;
    assert_eq!(
        app.call("case", json!({"case_id": case})).await["external_id"],
        json!("L-30117|L-41980")
    );
    app.window.close().await;
}

#[tokio::test]
async fn the_theme_that_is_chosen_is_there_again_after_a_restart() {
    let app = App::with_sample().await;
    app.go("#/settings").await;
    app.window.sees("Theme").await;
    app.window.run("[...document.querySelectorAll('[role=radio], label, button')].find((e) => e.textContent.trim() === 'Dark').click()", &[]).await;
    app.window
        .until(
            "dark",
            "return document.documentElement.dataset.theme === 'dark'",
            &[],
        )
        .await;
    let app = app.killed_and_opened_again().await;
    app.case().await;
    app.window
        .until(
            "dark",
            "return document.documentElement.dataset.theme === 'dark'",
            &[],
        )
        .await;
    assert_eq!(app.call("settings", json!({})).await["theme"], json!("dark"));
    app.window.close().await;
}

#[tokio::test]
async fn the_leads_page_shows_a_rate_with_its_count_and_interval_and_the_export_writes_a_file_and_its_manifest()
 {
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let source = hub.caller("matcher", &["source"]);
    for name in ["p1", "p2", "p3", "p4", "p5"] {
        source.send(&pair(name)).await;
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &["steward", "lead"])).await;
    app.queue(PAIRS).await;
    for letter in ["s", "n", "s", "n"] {
        app.decide(letter).await;
    }
    let lead = hub.caller("lead", &["lead"]);
    lead.until_there_are(4, "/v1/decisions").await;
    let rates = lead.get("/v1/stats/overrides?group_by=queue").await;
    assert_eq!(
        (&rates["items"][0]["n"], &rates["items"][0]["override"]),
        (&json!(4), &json!(2))
    );
    app.go("#/lead").await;
    app.window.sees("50.0 %").await;
    // Wilson's interval of 2 in 4, at 95 %.
    app.window.sees("15–85 %").await;
    app.window.sees("2 of 4").await;

    // By kind and by model version, as the hub counts them.
    for name in ["p6", "p7"] {
        let mut newer = pair(name);
        newer["suggestion"]["by"]["version"] = json!("4.0.18");
        source.send(&newer).await;
    }
    source.send(&conflict("f1")).await;
    app.queue(PAIRS).await;
    for letter in ["n", "n"] {
        app.decide(letter).await;
    }
    let flight = app.queue("arrivals").await;
    app.window.press(&[], "2").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Arrivals is done").await;
    lead.until_there_are(7, "/v1/decisions").await;
    assert_ne!(flight, "");
    for (group, rows) in [
        ("kind", [["Matches", "6"], ["Conflicts", "1"]]),
        ("model", [["splink 4.0.17", "5"], ["splink 4.0.18", "1"]]),
    ] {
        let rates = lead.get(&format!("/v1/stats/overrides?group_by={group}")).await;
        app.go("#/history").await;
        app.go("#/lead").await;
        app.window.sees("By queue").await;
        app.window
            .run(
                "const by = [...document.querySelectorAll('select')].find((s) => [...s.options].some((o) => o.value === 'model'));
                 Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(by, arguments[0]);
                 by.dispatchEvent(new Event('change', { bubbles: true }))",
                &[json!(group)],
            )
            .await;
        for row in rows {
            app.window
                .until(
                    &format!("{row:?} of {rates}"),
                    "return [...document.querySelectorAll('tbody tr')].some((tr) => tr.children[0].textContent === arguments[0][0] && tr.children[1].textContent === arguments[0][1])",
                    &[json!(row)],
                )
                .await;
        }
    }

    let path = app.data().join("labels.jsonl");
    let exported = app
        .call(
            "export",
            json!({"format": "labels.jsonl", "queue": null, "source": null, "split": null, "path": path}),
        )
        .await;
    let lines = std::fs::read_to_string(&path).unwrap();
    assert_eq!(lines.lines().count(), 7);
    let manifest = std::fs::read_to_string(exported["manifest_path"].as_str().unwrap()).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(exported["rows"], json!(7));
    use sha2::Digest;
    let digest = hex::encode(sha2::Sha256::digest(lines.as_bytes()));
    assert!(manifest.to_string().contains(&digest), "{manifest}");
    app.window.close().await;
}

#[tokio::test]
async fn files_on_the_command_line_are_imported_and_their_first_case_is_on_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.jsonl");
    let lines: Vec<String> = ["p1", "p2", "p3"].map(|name| pair(name).to_string()).to_vec();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let app = App::open(&["--import", file.to_str().unwrap()]).await;
    app.case().await;
    app.window.sees("Pair p1").await;
    app.window.sees("3 left").await;
    app.window.close().await;
}

#[tokio::test]
async fn claims_dropped_on_the_window_are_imported_by_its_form_and_decided() {
    let app = App::with_sample().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.csv");
    let claims = "entity,attribute,system,value,updated_at\n\
        F-7,gate,board,A4,2026-11-01T08:00:00Z\nF-7,gate,airline,A9,2026-11-01T08:05:00Z\nF-7,gate,radar,A9,\n\
        F-8,gate,board,B1,\nF-8,gate,airline,B1,\n";
    std::fs::write(&file, claims).unwrap();
    app.drop_files(&[&file]);
    app.window
        .sees("One case for each attribute on which systems differ")
        .await;
    let at_once =
        "return document.activeElement.type === 'submit' && document.activeElement.textContent === 'Import'";
    app.window.until("Enter that imports", at_once, &[]).await;
    focus(&app, "Queue").await;
    app.window.press(&[key::CONTROL], "a").await;
    app.window.press(&[], key::BACKSPACE).await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Name the queue the cases go to").await;
    app.window.type_text("gates").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Imported").await;
    app.window.sees("New cases").await;
    app.window.press(&[], key::ESCAPE).await;
    let case = app.queue_by_key("gates").await;
    let case = app.call("case", json!({"case_id": case})).await;
    assert_eq!(
        case["external_id"], "F-7:gate",
        "the one case: of the other gate nobody says anything else"
    );
    app.window.press(&[], "1").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Gates is done").await;
    app.window.close().await;
}

/// Goes to the field of this label by Tab.
async fn focus(app: &App, label: &str) {
    let there = "return document.activeElement.labels?.[0]?.textContent.startsWith(arguments[0]) === true";
    for _ in 0..20 {
        if app.window.run(there, &[json!(label)]).await == json!(true) {
            return;
        }
        app.window.press(&[], key::TAB).await;
    }
    panic!(
        "Tab never comes to {label}; the page says: {}",
        app.window.text().await
    );
}

#[tokio::test]
async fn claims_are_imported_in_the_app_and_two_sets_of_data_are_kept_apart_by_their_source() {
    let folder = tempfile::tempdir().unwrap();
    let claims = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(
            &path,
            "entity,attribute,system,value\nF1,gate,radar,B7\nF1,gate,portal,B9\n",
        )
        .unwrap();
        path
    };
    let app = App::with_sample().await;
    let import = async |name: &str, queue: &str, source: Value| {
        let args = json!({"format": "claims", "path": claims(name), "queue": queue, "source": source});
        app.call("import", args).await
    };
    assert_eq!(import("flights.csv", "gates", Value::Null).await["created"], 1);
    let mixed = import("trains.csv", "tracks", Value::Null).await;
    assert_eq!((&mixed["created"], &mixed["revised"]), (&json!(0), &json!(0)));
    assert_eq!(mixed["refused"][0]["code"], "other_queue");
    assert_eq!(
        import("trains.csv", "tracks", json!("trains")).await["created"],
        1
    );
    app.reload().await;
    for queue in ["gates", "tracks"] {
        app.queue(queue).await;
        app.window.sees("B9").await;
    }
    app.window.close().await;
}

#[tokio::test]
async fn the_columns_of_dropped_records_are_there_to_choose_from_and_the_likely_id_is_chosen() {
    let app = App::with_sample().await;
    let files = ["records.csv", "pairs.csv"].map(|name| app.data().join(name));
    std::fs::write(&files[0], "name,unique_id\nArmour,1\nArmour Inc,2\n").unwrap();
    let pairs =
        "match_probability,match_weight,unique_id_l,unique_id_r,name_l,name_r\n0.5,0,1,2,Armour,Armour Inc\n";
    std::fs::write(&files[1], pairs).unwrap();
    app.drop_files(&files);
    let columns = "return [...document.querySelectorAll('[role=dialog] select option')].map((o) => (o.selected ? '*' : '') + o.value)";
    let offered = json!(["", "name", "*unique_id"]);
    let mut there = json!([]);
    for _ in 0..100 {
        there = app.window.run(columns, &[]).await;
        if there[2] == offered[2] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let of_the_id = there.as_array().and_then(|there| there.get(..3));
    assert_eq!(of_the_id, offered.as_array().map(Vec::as_slice), "{there}");
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Imported").await;
    app.window.press(&[], key::ESCAPE).await;
    app.queue("matches").await;
    app.window.sees("Armour Inc").await;
    app.window.close().await;
}

#[tokio::test]
async fn the_real_queues_are_imported_and_worked_by_keyboard() {
    let Some(shared) = shared() else {
        eprintln!("SKIPPED: the real queues aren't beside the repository (TIEBREAK_SHARED)");
        return;
    };
    let data = shared.join("data");
    let files = [
        "identity/group_cases.jsonl",
        "conflicts/cases.jsonl",
        "actions/cases.jsonl",
    ]
    .map(|f| data.join(f));
    let mut arguments = vec!["--import"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    let app = App::open(&arguments).await;
    app.case().await;
    let identity = data.join("identity");
    app.drop_files(&[
        &identity.join("records.csv"),
        &identity.join("splink_predictions.parquet"),
    ]);
    app.window.sees("Column with the record’s id").await;
    focus(&app, "Queue").await;
    app.window.type_text("sites").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Imported").await;
    app.window.sees("446").await;
    app.window.press(&[], key::ESCAPE).await;

    app.queue_by_key("sites").await;
    for letter in ["n", "s", "u"] {
        app.decide(letter).await;
    }
    let mut group = app.queue_by_key("site-groups").await;
    for _ in 0..3 {
        look_at_every_pair_and_save(&app, &group).await;
        group = app.case_after(&group).await;
    }
    let mut flight = app.queue_by_key("flight-times").await;
    for _ in 0..3 {
        for _ in 0..attributes(&app, &flight).await {
            app.window.press(&[], "1").await;
            app.window.press(&[], key::ENTER).await;
        }
        flight = app.case_after(&flight).await;
    }
    let mut booking = app.queue_by_key("booking-changes").await;
    for _ in 0..3 {
        app.window.press(&[], "r").await;
        app.window.press(&[], key::ENTER).await;
        booking = app.case_after(&booking).await;
    }
    assert_eq!(app.call("overview", json!({})).await["decided_today"], json!(12));
    app.window.close().await;
}

async fn attributes(app: &App, id: &str) -> usize {
    let case = app.call("case", json!({"case_id": id})).await;
    case["body"]["view"]["attributes"].as_array().unwrap().len()
}

/// Each record beside each other one, by key; then the last alone, and all others in one group.
async fn look_at_every_pair_and_save(app: &App, id: &str) {
    let case = app.call("case", json!({"case_id": id})).await;
    let view = &case["body"]["view"];
    let records = view["records"].as_array().unwrap().len();
    let next: (&[&str], &str) = match view["layout"].as_str() {
        Some("rows") => (&[], key::DOWN),
        _ => (&[key::SHIFT], key::RIGHT),
    };
    let mut met = std::collections::BTreeSet::new();
    for _ in 0..records {
        for _ in 0..records {
            let title = "return document.querySelector('section[aria-label^=\"Evidence for\"]').getAttribute('aria-label')";
            met.insert(app.window.run(title, &[]).await.to_string());
            app.window.press(&[key::SHIFT], key::DOWN).await;
        }
        app.window.press(next.0, next.1).await;
    }
    assert_eq!(met.len(), records * (records - 1) / 2, "{met:?}");
    // The cursor is on the last record; after each number it goes on to the next that lies in no group.
    for n in 0..records {
        app.window.press(&[], if n == 0 { "2" } else { "1" }).await;
    }
    app.window.press(&[], key::ENTER).await;
}
