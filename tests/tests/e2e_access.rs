//! Signing in and access in the real window, by keyboard where a person would.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use domain::policy::Role;
use serde_json::json;
use tiebreak_tests::app_window::App;
use tiebreak_tests::desk_harness::send_pairs;
use tiebreak_tests::provider::{Browser, Provider};
use tiebreak_tests::team_hub::{TeamHub, settings};
use tiebreak_tests::webdriver::key;

/// A program that opens addresses: it writes down which.
fn opener(folder: &Path) {
    let file = folder.join("xdg-open");
    let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{}/opened'\n", folder.display());
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

async fn opened(folder: &Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Ok(address) = std::fs::read_to_string(folder.join("opened"))
            && !address.is_empty()
        {
            return address;
        }
        assert!(Instant::now() < deadline, "no browser was opened");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_their_provider_and_a_case_is_on_the_screen() {
    let provider = Provider::start();
    let groups = json!({"groups": {"stewards": {"roles": ["steward"]}}});
    let hub = TeamHub::start(Some(settings(&provider, groups))).await;
    send_pairs(&hub.caller("matcher", Role::Source).await, 2).await;
    let folder = tempfile::tempdir().unwrap();
    opener(folder.path());
    let app = App::with_browser(folder.path()).await;
    app.window.sees("Where are your cases?").await;
    app.window.press(&[], "2").await;
    app.window.type_text(&hub.base).await;
    app.window.press(&[], key::TAB).await;
    app.window.sees("Sign in with 127.0.0.1").await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.click("button", "Sign in with 127.0.0.1").await;
    app.window.sees("has opened in your browser").await;
    let page = Browser::default()
        .sign_in(&opened(folder.path()).await, "ana+stewards")
        .await;
    assert!(page.contains("You are signed in"), "{page}");
    app.past_recovery_key().await;
    app.queue("sites").await;
    app.decide("n").await;
    app.go("#/access").await;
    app.window.sees("reads, decides").await;
    app.window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_in_the_browser_is_back_where_they_were() {
    let provider = Provider::start();
    let hub = TeamHub::start(Some(settings(&provider, json!({})))).await;
    let folder = tempfile::tempdir().unwrap();
    opener(folder.path());
    let app = App::with_browser(folder.path()).await;
    app.window.sees("Where are your cases?").await;
    app.window.press(&[], "2").await;
    app.window.type_text(&hub.base).await;
    app.window.press(&[], key::TAB).await;
    app.window.click("button", "Sign in with 127.0.0.1").await;
    opened(folder.path()).await;
    app.window.click("button", "Cancel").await;
    app.window.sees("Opens your browser").await;
    app.window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_gives_and_takes_away_and_it_holds_at_the_next_request() {
    let hub = TeamHub::start(None).await;
    send_pairs(&hub.caller("matcher", Role::Source).await, 1).await;
    let ana = hub.caller("Ana", Role::Steward).await;
    let admin = hub.caller("Root", Role::Admin).await;
    let app = App::at_hub(&hub.base, &admin.token).await;
    app.go("#/access").await;
    app.window.sees("People and programs").await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.click("button", "Change Ana").await;
    app.window.sees("Access of Ana").await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.click("button", "Take all access away").await;
    app.window.sees("Their next request is refused").await;
    app.window.click("button", "Take it away now").await;
    app.window.sees("access taken away").await;
    let refused = ana.request(reqwest::Method::GET, "/v1/me").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    app.window.click("button", "Change Ana").await;
    app.window.click("button", "Let in again").await;
    app.window.loses("access taken away").await;
    assert_eq!(ana.get("/v1/me").await["name"], "Ana");
    app.window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_raise_themselves_does_so_with_a_reason_and_ends_it() {
    let hub = TeamHub::start(None).await;
    send_pairs(&hub.caller("matcher", Role::Source).await, 1).await;
    let ana = hub.caller("Ana", Role::Steward).await;
    let admin = hub.caller("Root", Role::Admin).await;
    let may = json!({"roles": ["lead"], "queues": [], "ceiling": null, "minutes": 60});
    hub.give(&admin, "Ana", json!({"roles": [], "may_elevate": may}))
        .await;
    let app = App::at_hub(&hub.base, &ana.token).await;
    app.go("#/access").await;
    app.window.click("button", "Raise for a while").await;
    app.window.sees("It ends by itself").await;
    app.window.type_text("on call tonight").await;
    app.window.press(&[key::CONTROL], key::ENTER).await;
    app.window.sees("on call tonight").await;
    assert_eq!(ana.get("/v1/me").await["roles"], json!(["steward", "lead"]));
    app.window.sees("People and programs").await;
    app.window.click("button", "End lead").await;
    app.window.loses("on call tonight").await;
    assert_eq!(ana.get("/v1/me").await["roles"], json!(["steward"]));
    app.window.close().await;
}
