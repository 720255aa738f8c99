//! A hub with a provider: before and after signing in, and who may what there.

use domain::policy::Role;
use serde_json::json;
use tiebreak_tests::app_window::App;
use tiebreak_tests::desk_harness::send_pairs;
use tiebreak_tests::provider::Provider;
use tiebreak_tests::team_hub::{TeamHub, settings};
use tiebreak_tests::webdriver::key;

use crate::Look;

pub async fn pictures(look: &Look) {
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
        app.window.click("button", "Make a token").await;
        look.at(&app, &format!("access-token.{theme}")).await;
        app.window.type_text("nightly-matcher").await;
        app.window.press(&[], key::ENTER).await;
        look.at(&app, &format!("access-token-made.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
    }
    let own = App::at_hub(&hub.base, &ana.token).await;
    own.go("#/access").await;
    own.window.click("button", "Raise for a while").await;
    look.at(&own, "access-raise.light").await;
}
