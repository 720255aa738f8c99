//! What an admin sees of a team's hub, and a lead of their queues.

use domain::policy::Role;
use tiebreak_tests::app_window::App;
use tiebreak_tests::webdriver::key;

use crate::day::Day;
use crate::{Look, THEMES};

/// Windows full that the policy's form is long, after the first.
const FORM_PAGES: usize = 3;
const PAGE_DOWN: &str = "const page = [...document.querySelectorAll('main, main *')].find((e) => e.scrollHeight > e.clientHeight + 40 && getComputedStyle(e).overflowY !== 'visible'); page?.scrollBy(0, page.clientHeight - 60);";

pub async fn pictures(look: &Look, day: &Day) {
    let queue = &day.data.actions;
    let app = App::with_hub(&day.hub, &day.token("Root", &[Role::Admin])).await;
    for theme in THEMES {
        app.theme(theme).await;
        for (name, place) in [
            ("policies", "policies".to_owned()),
            ("policy", format!("policies/{queue}")),
            ("tools", "tools".to_owned()),
            ("webhooks", "webhooks".to_owned()),
            ("webhook", format!("webhooks/{}", day.webhook)),
            ("audit", "audit".to_owned()),
            (
                "audit-person",
                "audit?person=Ben+Okafor&action=decision".to_owned(),
            ),
            ("audit-nothing", "audit?person=Nobody".to_owned()),
            ("retention", "retention".to_owned()),
            ("access-admin", "access".to_owned()),
            ("search-admin", "search?q=reservation".to_owned()),
        ] {
            app.go(&format!("#/{place}")).await;
            look.at(&app, &format!("{name}.{theme}")).await;
        }
        app.go("#/audit?action=decision").await;
        app.window.sees("Decision accepted").await;
        app.window
            .run(
                "document.querySelector('main [role=listitem] [aria-expanded]').click()",
                &[],
            )
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
    }
    drop(app);
    let app = App::with_hub(&day.hub, &day.token("Cleo Marsh", &[Role::Lead])).await;
    for theme in THEMES {
        app.theme(theme).await;
        app.go(&format!("#/policies/{queue}")).await;
        app.window.click("button", "Change").await;
        look.at(&app, &format!("policy-form.{theme}")).await;
        for part in 1..=FORM_PAGES {
            app.window.run(PAGE_DOWN, &[]).await;
            look.at(&app, &format!("policy-form-{part}.{theme}")).await;
        }
        app.window.click("checkbox", "A reason is needed").await;
        app.window.click("button", "Try it").await;
        app.window.main_sees("Of the newest").await;
        look.at(&app, &format!("policy-tried.{theme}")).await;
        app.window
            .run(
                "document.querySelector('[role=status]:last-of-type')?.scrollIntoView()",
                &[],
            )
            .await;
        app.go("#/lead").await;
        look.at(&app, &format!("lead-team.{theme}")).await;
        app.window
            .run("[...document.querySelectorAll('h2, h3')].find((h) => h.textContent.startsWith('Looked at twice'))?.scrollIntoView()", &[])
            .await;
        look.at(&app, &format!("lead-agreement.{theme}")).await;
    }
}
