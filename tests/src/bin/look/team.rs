//! What there is between people: opinions that wait or differ, cases passed on, what became of decisions, and a hub that
//! no longer takes somebody's word.

use domain::policy::Role;
use serde_json::json;
use tiebreak_tests::app_window::App;
use tiebreak_tests::webdriver::key;

use crate::day::Day;
use crate::{Look, SETTLE, THEMES};

const DECIDES: [Role; 2] = [Role::Steward, Role::Approver];
const LEADS: [Role; 3] = [Role::Steward, Role::Approver, Role::Lead];

pub async fn pictures(look: &Look, day: &Day) {
    // Names that cases can be passed on to.
    day.token("Cleo Marsh", &LEADS);
    for name in ["Eli Novák", "Fay Wong", "Gil Sato", "Ida Ek"] {
        day.token(name, &DECIDES);
    }
    let ana = App::with_hub(&day.hub, &day.token("Ana Ruiz", &DECIDES)).await;
    opinions(look, day, &ana).await;
    looking(look, day, &ana).await;
    let escalated = passing(look, day, &ana).await;
    outcomes(look, day, &ana).await;
    lead(look, day, &escalated).await;
    refused(look, day, &ana).await;
}

/// Who is asked for a second opinion: the list, a case of each kind, and what waits of one's own.
async fn opinions(look: &Look, day: &Day, ana: &App) {
    for theme in THEMES {
        ana.theme(theme).await;
        ana.go("#/awaiting").await;
        ana.window.main_sees("Second opinions you are asked for").await;
        look.at(ana, &format!("awaiting.{theme}")).await;
    }
    ana.window.press(&[], key::ENTER).await;
    ana.window.main_sees("second opinion").await;
    for theme in THEMES {
        ana.theme(theme).await;
        look.at(ana, &format!("second-opinion.{theme}")).await;
    }
    ana.window.press(&[], key::RIGHT).await;
    ana.queue(&day.data.conflicts).await;
    look.at(ana, "first-of-two.light").await;
}

/// A case in the hands of one, looked at by another: both windows.
async fn looking(look: &Look, day: &Day, ana: &App) {
    let cleo = App::with_hub(&day.hub, &day.token("Cleo Marsh", &LEADS)).await;
    for queue in [&day.data.actions, &day.data.conflicts, &day.data.pairs] {
        let case = ana.queue(queue).await;
        cleo.go(&format!("#/cases/{case}")).await;
        cleo.window.main_sees("only looking").await;
        for theme in THEMES {
            cleo.theme(theme).await;
            look.at(&cleo, &format!("look-at-{queue}.{theme}")).await;
            ana.theme(theme).await;
            ana.queue(queue).await;
            look.at(ana, &format!("looked-at-{queue}.{theme}")).await;
        }
    }
    cleo.window.main_sees("is told that you look").await;
    ana.window.main_sees("Cleo Marsh is looking too").await;
    cleo.go("#/lead").await;
    ana.window.loses("Cleo Marsh is looking too").await;
}

/// The dialogs; the id of the case that was escalated.
async fn passing(look: &Look, day: &Day, ana: &App) -> String {
    let case = ana.queue(&day.data.pairs).await;
    for theme in THEMES {
        ana.theme(theme).await;
        ana.queue(&day.data.pairs).await;
        ana.window.click("button", "Hand over or escalate").await;
        ana.window.sees("Ben Okafor").await;
        look.at(ana, &format!("hand-over.{theme}")).await;
        ana.window.type_text("ben").await;
        ana.window.press(&[], key::ENTER).await;
        look.at(ana, &format!("hand-over-found.{theme}")).await;
        ana.window.click("radio", "Escalate").await;
        ana.window.click("textbox", "Why").await;
        ana.window.type_text("Two shops under one roof").await;
        look.at(ana, &format!("escalate.{theme}")).await;
        ana.window.press(&[], key::ESCAPE).await;
        ana.go("#/settings").await;
        look.at(ana, &format!("away.{theme}")).await;
        ana.go("#/search?q=street").await;
        look.at(ana, &format!("search-team.{theme}")).await;
        ana.go("#/access").await;
        look.at(ana, &format!("access-own.{theme}")).await;
    }
    ana.queue(&day.data.pairs).await;
    ana.window.click("button", "Hand over or escalate").await;
    ana.window.click("radio", "Escalate").await;
    ana.window.click("textbox", "Why").await;
    ana.window.type_text("Two shops under one roof").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    ana.case_after(&case).await;
    look.at(ana, "escalated-toast.dark").await;
    case
}

/// What became of one's own decisions, once whoever carries them out has reported.
async fn outcomes(look: &Look, day: &Day, ana: &App) {
    ana.queue(&day.data.pairs).await;
    for letter in ["s", "n", "u", "s"] {
        ana.decide(letter).await;
    }
    ana.queue(&day.data.actions).await;
    for choice in ["r", "r"] {
        let before = ana.case().await;
        ana.window.press(&[], choice).await;
        ana.window.press(&[key::ALT], "1").await;
        tokio::time::sleep(SETTLE).await;
        ana.window.press(&[key::CONTROL], key::ENTER).await;
        tokio::time::sleep(SETTLE).await;
        look.at(ana, "decided.light").await;
        let _ = before;
    }
    let history = ana.call("history", json!({"after": null})).await;
    let own = history["rows"].as_array().unwrap().iter();
    let released = own
        .filter(|row| row["state"] == "released")
        .filter_map(|row| row["decision_id"].as_str());
    let reports = [
        json!({"status": "done"}),
        json!({"status": "failed", "detail": "CRM: record e0014 is locked by a running merge"}),
        json!({"status": "compensated", "detail": "Unmerged again after a complaint"}),
    ];
    for (id, report) in released.zip(&reports) {
        day.source
            .post(&format!("/v1/decisions/{id}/outcome"), report)
            .await;
    }
    for theme in THEMES {
        ana.theme(theme).await;
        ana.go("#/history").await;
        look.at(ana, &format!("outcomes.{theme}")).await;
        ana.go("#/outbox").await;
        look.at(ana, &format!("outbox-team.{theme}")).await;
    }
}

/// Who leads: disputes side by side, what waits for them by name, and giving a case to somebody.
async fn lead(look: &Look, day: &Day, escalated: &str) {
    let app = App::with_hub(&day.hub, &day.token("Cleo Marsh", &LEADS)).await;
    for theme in THEMES {
        app.theme(theme).await;
        app.go("#/disputed").await;
        app.window.main_sees("Disputes to settle").await;
        look.at(&app, &format!("disputed.{theme}")).await;
        for queue in [&day.data.actions, &day.data.messages, &day.data.conflicts] {
            let found = day
                .admin
                .get(&format!("/v1/cases?queue={queue}&state=disputed&limit=1"))
                .await;
            let id = found["items"][0]["id"].as_str().unwrap();
            app.go(&format!("#/cases/{id}")).await;
            app.at_queue(queue).await;
            app.window.main_sees("Two people disagree").await;
            look.at(&app, &format!("dispute-{queue}.{theme}")).await;
            app.window.press(&[], "g").await;
            look.at(&app, &format!("dispute-{queue}-taken.{theme}")).await;
        }
        app.go("#/for-me").await;
        look.at(&app, &format!("for-me.{theme}")).await;
        app.go(&format!("#/cases/{escalated}")).await;
        app.window.main_sees("Escalated by").await;
        look.at(&app, &format!("escalated.{theme}")).await;
        app.go("#/search?q=street").await;
        app.window.main_sees("Assign").await;
        app.window
            .run(
                "document.querySelector('main button[aria-label^=Assign]').click()",
                &[],
            )
            .await;
        app.window.sees("Whoever has it now loses it").await;
        look.at(&app, &format!("assign.{theme}")).await;
        app.window.press(&[], key::ESCAPE).await;
        app.go("#/search?q=street").await;
        look.at(&app, &format!("search-lead.{theme}")).await;
    }
}

/// A token that was revoked in the middle of a day, and signing in again.
async fn refused(look: &Look, day: &Day, ana: &App) {
    ana.queue(&day.data.pairs).await;
    day.hub.run(&["token", "revoke", "--name", "Ana Ruiz"]);
    ana.call("sync_now", json!({})).await;
    ana.window.sees("The hub refuses.").await;
    for theme in THEMES {
        ana.theme(theme).await;
        look.at(ana, &format!("refused.{theme}")).await;
        for page in ["awaiting", "for-me", "search?q=street", "outbox", "history"] {
            ana.go(&format!("#/{page}")).await;
            look.at(
                ana,
                &format!("refused-{}.{theme}", page.split('?').next().unwrap()),
            )
            .await;
        }
        ana.window.click("button", "Sign in again").await;
        look.at(ana, &format!("sign-in-again.{theme}")).await;
        ana.window.press(&[], key::ESCAPE).await;
    }
}
