//! Pictures of every workbench and page of the real window at 1280×800, light and dark, into `target/look`: for people
//! to hold against the design. It judges nothing.
//!
//! Data: `CASES` (JSONL files, separated by blanks) or `SPLINK` (a folder) when given; else the real queues beside the
//! repository when they are there; else the sample queues. `ONLY_HUB` makes those of the pages about a team's hub alone,
//! `ONLY_ACCESS` those of access, `LOOK=team` those of what there is between people.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::policy::Role;
use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::desk_harness::send_pairs;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::programs::{root, shared};
use tiebreak_tests::provider::Provider;
use tiebreak_tests::receiver::Receiver;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tiebreak_tests::team_hub::{TeamHub, settings};
use tiebreak_tests::webdriver::key;

/// Fonts, bars and the desk's word on a draft have come by then.
const SETTLE: Duration = Duration::from_millis(600);
/// A decision is final by then: rates count what is released.
const RELEASED: Duration = Duration::from_secs(33);

#[tokio::main]
async fn main() {
    let look = Look {
        folder: root().join("target/look"),
    };
    std::fs::create_dir_all(&look.folder).unwrap();
    team(&look).await;
    if std::env::var("LOOK").as_deref() == Ok("team") {
        return;
    }
    if std::env::var_os("ONLY_HUB").is_some() {
        return about_hub(&look).await;
    }
    access(&look).await;
    if std::env::var_os("ONLY_ACCESS").is_some() {
        return;
    }
    let app = App::open(&[]).await;
    app.window.sees("Where are your cases?").await;
    look.at(&app, "first-run.light").await;
    app.window.press(&[], "2").await;
    look.at(&app, "first-run-team.light").await;
    drop(app);
    refused(&look).await;

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
            workbench(&look, &app, queue, theme).await;
        }
        for page in ["outbox", "history", "search?q=street", "export", "settings"] {
            app.go(&format!("#/{page}")).await;
            look.at(&app, &format!("{}.{theme}", page.split('?').next().unwrap()))
                .await;
        }
        overlays(&look, &app, &queues, theme).await;
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
    drop(app);
    about_hub(&look).await;
    println!("Pictures: {}", look.folder.display());
}

/// A hub with a provider, before and after signing in, and who may what there.
async fn access(look: &Look) {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    send_pairs(&hub.caller("matcher", Role::Source).await, 2).await;
    let admin = hub.caller("Root", Role::Admin).await;
    let ana = hub.caller("Ana Ruiz", Role::Steward).await;
    hub.caller("Ben Okafor", Role::Approver).await;
    hub.caller("Eva Lind", Role::Lead).await;
    let may = json!({"roles": ["lead"], "queues": [], "ceiling": "restricted", "minutes": 120});
    let given = json!({"roles": ["steward"], "queues": ["sites"], "ceiling": "internal", "may_elevate": may});
    hub.give(&admin, "Ana Ruiz", given).await;
    hub.give(&admin, "Ben Okafor", json!({"roles": [], "disabled": true}))
        .await;
    let asked = json!({"roles": ["lead"], "reason": "on call tonight", "minutes": 60});
    ana.post("/v1/elevations", &asked).await;

    let app = App::open(&[]).await;
    app.window.sees("Where are your cases?").await;
    app.window.press(&[], "2").await;
    app.window.type_text(&hub.base).await;
    app.window.press(&[], key::TAB).await;
    app.window.sees("Sign in with 127.0.0.1").await;
    look.at(&app, "first-run-provider.light").await;
    app.window.type_text(&admin.token).await;
    app.window.press(&[], key::ENTER).await;
    app.past_recovery_key().await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.go("#/access").await;
        app.window.sees("People and programs").await;
        look.at(&app, &format!("access.{theme}")).await;
        app.window.click("button", "Change Ana Ruiz").await;
        app.window.sees("Access of Ana Ruiz").await;
        look.at(&app, &format!("access-person.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
    }
    let own = App::at_hub(&hub.base, &ana.token).await;
    own.go("#/access").await;
    own.window.click("button", "Raise for a while").await;
    look.at(&own, "access-raise.light").await;
}

/// Passing a case on, what waits for one person, and being away.
async fn team(look: &Look) {
    let hub = HubProcess::start(&[]);
    let source = hub.caller("agents", &["source"]);
    for name in ["p1", "p2", "p3"] {
        source.send(&pair(name)).await;
    }
    let lea = hub.token("Lea", &["steward", "lead"]);
    for name in ["Eva", "Kim"] {
        hub.token(name, &["steward"]);
    }
    let app = App::with_hub(&hub, &hub.token("Ana", &["steward"])).await;
    let first = app.queue(PAIRS).await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.queue(PAIRS).await;
        app.window.click("button", "Hand over or escalate").await;
        look.at(&app, &format!("hand-over.{theme}")).await;
        app.window.click("radio", "Escalate").await;
        app.window.type_text("Two shops under one roof").await;
        look.at(&app, &format!("escalate.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
        app.go("#/settings").await;
        look.at(&app, &format!("away.{theme}")).await;
    }
    let escalation =
        json!({"case_id": first, "reason": "Two shops under one roof", "to": null, "have": [], "limit": 0});
    app.call("escalate", escalation).await;
    drop(app);
    let app = App::with_hub(&hub, &lea).await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.queue(PAIRS).await;
        look.at(&app, &format!("escalated.{theme}")).await;
        app.go("#/for-me").await;
        look.at(&app, &format!("for-me.{theme}")).await;
        app.window.click("button", "Assign Pair p1").await;
        look.at(&app, &format!("assign.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
    }
}

/// What an admin sees of a team's hub on which a little has happened.
async fn about_hub(look: &Look) {
    let hub = HubProcess::start(&["--undo-seconds", "0", "--allow-private-webhooks"]);
    let receiver = Receiver::start().await;
    let admin = hub.caller("Root", &["admin"]);
    let put = async |path: &str, body: Value| {
        let request = admin.request(reqwest::Method::PUT, path).json(&body);
        assert!(request.send().await.unwrap().status().is_success(), "{path}");
    };
    let new = json!({"url": receiver.url, "events": ["decision.released", "decision.corrected"]});
    let hook = admin.post("/v1/webhooks", &new).await["id"].clone();
    admin
        .post(
            "/v1/webhooks",
            &json!({"url": "http://127.0.0.1:9/in", "events": ["*"], "signing": "ed25519"}),
        )
        .await;
    for (tool, does) in [
        (
            "refund",
            json!({"effect": "pay", "headline": "Refund {/amount} to {/to}", "amount": {"value": "/amount", "currency": "EUR"}, "recipient": "/to"}),
        ),
        (
            "find_order",
            json!({"effect": "read", "reversible": true, "schema": {"type": "object"}}),
        ),
    ] {
        put(&format!("/v1/tools/{tool}"), does).await;
    }
    let (source, steward) = (
        hub.caller("matcher", &["source"]),
        hub.caller("Ana", &["steward"]),
    );
    for n in 0..6 {
        let id = source.send(&pair(&format!("p{n}"))).await;
        let case = steward.case(&id).await;
        let decision = json!({
            "id": uuid::Uuid::now_v7().to_string(), "case_id": id, "case_revision": 1, "content_hash": case["content_hash"],
            "verdict": {"clusters": [["a", "b"]]},
        });
        steward.post("/v1/decisions", &decision).await;
        if n == 4 {
            tokio::time::sleep(SETTLE).await;
            receiver.answers(410);
        }
    }
    let policy = format!("/v1/policies/{PAIRS}");
    put(
        &policy,
        json!({"version": 1, "policy": {"require_reason": true, "undo_seconds": 60}}),
    )
    .await;
    let rule = json!({"when": {"effects": ["pay", "send"], "above": {"currency": "EUR", "value": "1000"}}, "approvers": 2});
    put(&policy, json!({"version": 2, "policy": {"undo_seconds": 60, "second_share": 0.1, "blind": true, "rules": [rule]}})).await;
    put(
        "/v1/retention",
        json!({"hub": {"restricted": 90}, "queues": {PAIRS: {"confidential": 365, "restricted": 30}}}),
    )
    .await;

    let app = App::with_hub(&hub, &hub.token("Root", &["admin"])).await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        for (name, place) in [
            ("policies", "policies".to_owned()),
            ("policy", format!("policies/{PAIRS}")),
            ("tools", "tools".to_owned()),
            ("webhooks", "webhooks".to_owned()),
            ("webhook", format!("webhooks/{}", hook.as_str().unwrap())),
            ("audit", "audit".to_owned()),
            ("retention", "retention".to_owned()),
        ] {
            app.go(&format!("#/{place}")).await;
            look.at(&app, &format!("{name}.{theme}")).await;
        }
        app.go("#/audit?action=decision").await;
        app.window.sees("Decision accepted").await;
        app.window
            .run("document.querySelector('details').open = true", &[])
            .await;
        look.at(&app, &format!("audit-entry.{theme}")).await;
        app.go("#/tools").await;
        app.window.click("button", "Register a tool").await;
        look.at(&app, &format!("tool-dialog.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
        app.go("#/webhooks").await;
        app.window.click("button", "Add a webhook").await;
        look.at(&app, &format!("webhook-dialog.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
        app.go(&format!("#/policies/{PAIRS}")).await;
        app.window.click("button", "Change").await;
        app.window.click("checkbox", "A reason is needed").await;
        app.window.click("button", "Try it").await;
        look.at(&app, &format!("policy-change.{theme}")).await;
    }
}

/// A team's hub that no longer takes the token, and signing in again.
async fn refused(look: &Look) {
    let hub = HubProcess::start(&[]);
    let token = hub.token("Ana", &["steward"]);
    let app = App::with_hub(&hub, &token).await;
    app.window.sees("No cases yet").await;
    hub.run(&["token", "revoke", "--name", "Ana"]);
    app.call("sync_now", json!({})).await;
    app.window.sees("The hub refuses.").await;
    look.at(&app, "refused.light").await;
    app.window.click("button", "Sign in again").await;
    look.at(&app, "sign-in-again.light").await;
}

struct Look {
    folder: PathBuf,
}

impl Look {
    async fn at(&self, app: &App, name: &str) {
        tokio::time::sleep(SETTLE).await;
        app.window
            .screenshot(&self.folder.join(format!("{name}.png")))
            .await;
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
    }
}

fn records(shown: &Value) -> usize {
    shown["body"]["view"]["records"].as_array().map_or(0, Vec::len)
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
}
