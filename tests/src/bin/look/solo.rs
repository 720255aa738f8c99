//! Everything on one computer: the first run, every workbench, the pages about one's own work, and the overlays.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::programs::shared;
use tiebreak_tests::small_cases::pair;
use tiebreak_tests::webdriver::key;

use crate::{Look, SETTLE};

/// A decision is final by then: rates count what is released.
const RELEASED: Duration = Duration::from_secs(33);

pub async fn pictures(look: &Look) {
    let app = App::open(&[]).await;
    app.window.sees("Where are your cases?").await;
    look.at(&app, "first-run.light").await;
    app.window.press(&[], "2").await;
    look.at(&app, "first-run-team.light").await;
    drop(app);
    refused_rows(look).await;

    let app = filled().await;
    let queues = queues(&app).await;
    println!("Queues: {}", queues.join(", "));
    for (queue, letter) in queues
        .iter()
        .flat_map(|queue| [(queue, "n"), (queue, "s"), (queue, "u")])
    {
        decide(&app, queue, letter).await;
    }
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        for queue in &queues {
            workbench(look, &app, queue, theme).await;
        }
        for page in ["outbox", "history", "search?q=street", "export", "settings"] {
            app.go(&format!("#/{page}")).await;
            look.at(&app, &format!("{}.{theme}", page.split('?').next().unwrap()))
                .await;
        }
        overlays(look, &app, &queues, theme).await;
    }
    tokio::time::sleep(RELEASED).await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.go("#/lead").await;
        look.at(&app, &format!("lead.{theme}")).await;
    }
    app.text_size(200).await;
    for queue in &queues {
        app.queue(queue).await;
        look.at(&app, &format!("{queue}.large")).await;
    }
}

/// What is said of a file of which not every row came in.
async fn refused_rows(look: &Look) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("suppliers.jsonl");
    let (good, mut bad) = (pair("p-1"), pair("p-2"));
    bad["body"]["records"] = json!([bad["body"]["records"][0]]);
    let lines = [
        good.to_string(),
        bad.to_string(),
        "{\"external_id\": ".to_owned(),
        pair("p-1").to_string(),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let app = App::open(&["--import", file.to_str().unwrap()]).await;
    app.window.sees("Not everything came in").await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        look.at(&app, &format!("import-refused.{theme}")).await;
    }
}

/// A window on this computer with the data that was asked for.
async fn filled() -> App {
    let cases: Vec<String> = std::env::var("CASES")
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let splink = std::env::var_os("SPLINK").map(PathBuf::from);
    let (cases, splink) = match (cases.is_empty() && splink.is_none(), shared()) {
        (true, Some(shared)) => {
            let data = shared.join("data");
            let files = [
                "identity/group_cases.jsonl",
                "conflicts/cases.jsonl",
                "actions/cases.jsonl",
                "messages/cases.jsonl",
            ];
            (
                files
                    .map(|file| data.join(file).to_string_lossy().into_owned())
                    .to_vec(),
                Some(data.join("identity")),
            )
        }
        _ => (cases, splink),
    };
    if cases.is_empty() && splink.is_none() {
        return App::with_sample().await;
    }
    let app = if cases.is_empty() {
        App::open(&[]).await
    } else {
        App::open(
            &[
                &["--import"],
                cases.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            ]
            .concat(),
        )
        .await
    };
    if cases.is_empty() {
        app.call("choose_solo", json!({"sample": false, "passphrase": null}))
            .await;
    }
    app.window
        .until(
            "the store",
            "return !document.body.innerText.includes('Where are your cases?')",
            &[],
        )
        .await;
    // The page may not even have asked yet.
    while app.call("start", json!({})).await["state"] != json!("ready") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    if let Some(folder) = splink {
        import_splink(&app, &folder).await;
    }
    app.reload().await;
    app
}

async fn import_splink(app: &App, folder: &Path) {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let args = json!({
        "format": "splink", "records": path("records.csv"), "pairs": path("splink_predictions.parquet"),
        "id": "record_id", "low": 0.2, "high": 0.99, "queue": "sites",
    });
    let imported = app.call("import", args).await;
    println!("Splink: {imported}");
    // The desk hears of a new queue with its next sync.
    while !queues(app).await.iter().any(|queue| queue == "sites") {
        tokio::time::sleep(SETTLE).await;
    }
}

async fn queues(app: &App) -> Vec<String> {
    let overview = app.call("overview", json!({})).await;
    let queues = overview["queues"].as_array().cloned().unwrap_or_default();
    queues
        .iter()
        .filter(|q| q["decides"] == true)
        .filter_map(|q| q["name"].as_str().map(str::to_owned))
        .collect()
}

/// One decision of a queue, where the letter decides at once.
async fn decide(app: &App, queue: &str, letter: &str) {
    let case = app.queue(queue).await;
    let kind = app.call("case", json!({"case_id": case})).await["body"]["kind"].clone();
    if kind == "identity_match" || letter == "u" {
        app.window.press(&[], letter).await;
        tokio::time::sleep(SETTLE).await;
    }
}

/// The queue's case as it comes, and after the first keys a person would press.
async fn workbench(look: &Look, app: &App, queue: &str, theme: &str) {
    let case = app.queue(queue).await;
    look.at(app, &format!("{queue}.{theme}")).await;
    let shown = app.call("case", json!({"case_id": case})).await;
    let keys: &[&str] = match shown["body"]["kind"].as_str() {
        Some("identity_match") if records(&shown) > 2 => &["1"],
        Some("data_conflict") => &["1"],
        Some("proposed_action") => &["e"],
        _ => &["]"],
    };
    for letter in keys {
        app.window.press(&[], letter).await;
    }
    look.at(app, &format!("{queue}-chosen.{theme}")).await;
    app.window.press(&[], key::ESCAPE).await;
    if keys == ["]"] {
        app.window.press(&[], "]").await;
        // What it overrode stays said beside Undo, and then it is taken back.
        app.window.press(&[], "n").await;
        look.at(app, &format!("{queue}-overrode.{theme}")).await;
        app.window.press(&[], key::BACKSPACE).await;
    }
}

fn records(shown: &Value) -> usize {
    shown["body"]["view"]["records"].as_array().map_or(0, Vec::len)
}

/// The import dialog with what is folded away, for each format.
async fn import(look: &Look, app: &App, theme: &str) {
    for format in ["Cases", "Claims", "Splink"] {
        app.window.press(&[key::CONTROL], "k").await;
        app.window.type_text("import").await;
        app.window.press(&[], key::ENTER).await;
        app.window.click("radio", format).await;
        look.at(app, &format!("import-{format}.{theme}")).await;
        app.window
            .run("document.querySelector('[role=dialog] summary').click()", &[])
            .await;
        look.at(app, &format!("import-{format}-more.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
    }
}

async fn overlays(look: &Look, app: &App, queues: &[String], theme: &str) {
    if let Some(queue) = queues.first() {
        app.queue(queue).await;
    }
    app.window.press(&[], "?").await;
    look.at(app, &format!("help.{theme}")).await;
    app.window.press(&[], key::ESCAPE).await;
    app.window.press(&[key::CONTROL], "k").await;
    app.window.type_text("se").await;
    look.at(app, &format!("palette.{theme}")).await;
    app.window.press(&[], key::ESCAPE).await;
    import(look, app, theme).await;
}
