//! Ten cases of each workbench by keyboard alone, then a morning of them: decided, passed on, seconded, disputed and settled. Says after each step where the focus is,
//! what moved and what was said, and pictures it.

use domain::policy::Role;
use serde_json::{Value, json};
use tiebreak_tests::app_window::App;
use tiebreak_tests::webdriver::key;

use crate::Look;
use crate::day::Day;

/// Place, focus, the bar's top edge, what a toast says.
const STATE: &str = r#"
    const at = document.activeElement;
    const bar = document.querySelector('[role=group][aria-label=Decision]')?.getBoundingClientRect();
    const name = at === document.body ? 'body' : `${at.tagName.toLowerCase()} ${at.getAttribute('aria-label') ?? at.id ?? ''} ${at.textContent?.slice(0, 40) ?? ''}`;
    return [location.hash, name, bar ? Math.round(bar.top) + '/' + Math.round(bar.height) : 'no bar',
            [...document.querySelectorAll('[role=status]')].map((s) => s.textContent.trim()).filter(Boolean).join(' | ').slice(0, 160)];
"#;

/// A page that lists cases, and the first of them.
struct Listed {
    /// In the palette.
    called: &'static str,
    title: &'static str,
    case_says: &'static str,
    /// Names of its picture and of the case's.
    steps: [&'static str; 2],
}

/// Ten cases of each workbench, each by other keys: what is pressed one after the other, a word after `=` is typed.
const TEN: [(&str, [&[&str]; 10]); 3] = [
    (
        "pairs",
        [
            &["s"],
            &["n"],
            &["u"],
            &["→"],
            &["←", "s"],
            &["↓", "↓", "space", "s"],
            &["t", "=Harbour Mill", "↵", "s"],
            &["alt+1", "n"],
            &["c", "=Two sites of one owner", "esc", "u"],
            &["n", "⌫", "s"],
        ],
    ),
    (
        "conflicts",
        [
            &["1", "↵"],
            &["u"],
            &["t", "=21:40", "↵", "↵"],
            &["→"],
            &["1", "alt+1", "↵"],
            &["v", "1", "2", "↵"],
            &["1", "c", "=As the airport says", "ctrl+↵"],
            &["1", "↵", "⌫", "↵"],
            &["o", "=Which one is it?", "esc", "1", "↵"],
            &["2", "↵"],
        ],
    ),
    (
        "actions",
        [
            &["r", "alt+1", "↵"],
            &["r", "r", "=Not agreed", "esc", "alt+2", "↵"],
            &["alt+1", "m", "=Please wait for us", "ctrl+↵"],
            &["→"],
            &["u"],
            &["a", "alt+1", "hold ↵"],
            &["e", "esc", "r", "alt+1", "↵"],
            &["r", "alt+3", "↵", "⌫", "↵"],
            &["a", "r", "alt+1", "↵"],
            &["c", "=Checked by phone", "esc", "r", "alt+1", "↵"],
        ],
    ),
];

/// One of [`TEN`]'s presses.
async fn pressed(app: &App, what: &str) {
    let named = |name: &str| {
        match name {
            "↵" => key::ENTER,
            "⌫" => key::BACKSPACE,
            "→" => key::RIGHT,
            "←" => key::LEFT,
            "↓" => key::DOWN,
            "esc" => key::ESCAPE,
            "space" => key::SPACE,
            other => other,
        }
        .to_owned()
    };
    if let Some(words) = what.strip_prefix('=') {
        app.window.type_text(words).await;
    } else if what == "hold ↵" {
        app.hold_enter().await;
    } else if let Some(name) = what.strip_prefix("alt+") {
        app.window.press(&[key::ALT], &named(name)).await;
    } else if let Some(name) = what.strip_prefix("ctrl+") {
        app.window.press(&[key::CONTROL], &named(name)).await;
    } else {
        app.window.press(&[], &named(what)).await;
    }
}

/// Says after each press where the focus is and what was said, and pictures each case's end.
async fn ten(look: &Look, app: &App, queue: &str, (name, cases): (&str, [&[&str]; 10])) {
    app.queue(queue).await;
    for (n, keys) in cases.into_iter().enumerate() {
        for what in keys {
            pressed(app, what).await;
            look.settle().await;
            let now = app
                .window
                .run(
                    "return [document.querySelector('h1')?.textContent, document.activeElement.tagName]",
                    &[],
                )
                .await;
            println!("{name} {n} {what}: {now} {}", app.window.run(STATE, &[]).await);
        }
        look.at(app, &format!("ten-{name}-{n}")).await;
    }
}

pub async fn pictures(look: &Look, day: &Day) {
    let cleo = day.token("Cleo Marsh", &[Role::Steward, Role::Approver, Role::Lead]);
    let ana = App::with_hub(&day.hub, &day.token("Ana Ruiz", &[Role::Steward, Role::Approver])).await;
    for part in TEN {
        let queue = match part.0 {
            "pairs" => &day.data.pairs,
            "conflicts" => &day.data.conflicts,
            _ => &day.data.actions,
        };
        ten(look, &ana, queue, part).await;
    }
    let step = async |app: &App, name: &str| {
        look.at(app, &format!("keys-{name}")).await;
        println!("{name}: {}", app.window.run(STATE, &[]).await);
    };
    let command = async |app: &App, words: &str| {
        app.window.press(&[key::CONTROL], "k").await;
        app.window.type_text(words).await;
        look.settle().await;
        app.window.press(&[], key::ENTER).await;
    };
    // From a list to the first case in it; what is there is pressed as one choice.
    let first_of = async |app: &App, list: Listed, choice: &str| {
        command(app, list.called).await;
        app.window.main_sees(list.title).await;
        step(app, list.steps[0]).await;
        app.window.press(&[], key::ENTER).await;
        app.window.main_sees(list.case_says).await;
        step(app, list.steps[1]).await;
        app.window.press(&[], choice).await;
        look.settle().await;
    };
    command(&ana, "sites").await;
    ana.at_queue(&day.data.pairs).await;
    step(&ana, "01-sites").await;
    for (n, letter) in ["s", "n", "u"].into_iter().enumerate() {
        ana.decide(letter).await;
        step(&ana, &format!("02-decided-{n}")).await;
    }
    command(&ana, "hand").await;
    ana.window.sees("Ben Okafor").await;
    step(&ana, "03-hand-over").await;
    ana.window.press(&[], key::SPACE).await;
    ana.window.press(&[], key::TAB).await;
    ana.window.type_text("You know these two").await;
    step(&ana, "04-note").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    step(&ana, "05-handed-over").await;
    command(&ana, "escal").await;
    step(&ana, "06-escalate").await;
    ana.window.type_text("Two shops under one roof").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    step(&ana, "07-escalated").await;
    ana.decide("s").await;
    step(&ana, "08-goes-on").await;
    command(&ana, "flight").await;
    ana.at_queue(&day.data.conflicts).await;
    step(&ana, "09-flights").await;
    let before = ana.case().await;
    ana.window.press(&[], "1").await;
    look.settle().await;
    ana.window.press(&[], key::ENTER).await;
    ana.case_after(&before).await;
    step(&ana, "10-flight-decided").await;
    command(&ana, "booking").await;
    ana.at_queue(&day.data.actions).await;
    step(&ana, "11-action").await;
    ana.window.press(&[], "r").await;
    step(&ana, "12-reject").await;
    ana.window.press(&[key::ALT], "2").await;
    look.settle().await;
    ana.window.press(&[], "r").await;
    ana.window.type_text("Not agreed with the customer").await;
    step(&ana, "13-reason").await;
    ana.window.press(&[key::CONTROL], key::ENTER).await;
    step(&ana, "14-rejected").await;
    let awaiting = Listed {
        called: "awaiting",
        title: "Second opinions",
        case_says: "second opinion",
        steps: ["15-awaiting", "16-second"],
    };
    first_of(&ana, awaiting, "r").await;
    ana.window.press(&[key::ALT], "1").await;
    look.settle().await;
    ana.window.press(&[], key::ENTER).await;
    step(&ana, "17-seconded").await;
    ana.window.press(&[], key::DOWN).await;
    step(&ana, "18-down").await;
    ana.window.press(&[], key::BACKSPACE).await;
    step(&ana, "19-undo").await;
    drop(ana);

    let app = App::with_hub(&day.hub, &cleo).await;
    let disputed = Listed {
        called: "disputed",
        title: "Disputes to settle",
        case_says: "Two people disagree",
        steps: ["20-disputed", "21-dispute"],
    };
    first_of(&app, disputed, "g").await;
    step(&app, "22-taken").await;
    app.window.press(&[], key::ENTER).await;
    step(&app, "23-settled").await;
    command(&app, "for me").await;
    step(&app, "24-for-me").await;
    app.window.press(&[], key::ENTER).await;
    app.window.main_sees("Escalated by").await;
    step(&app, "25-escalated").await;
    app.window.press(&[], "n").await;
    step(&app, "26-settled").await;
    command(&app, "policies").await;
    step(&app, "27-policies").await;
    let wrong = app.call("overview", json!({})).await["outbox_wedged"].clone();
    println!("needs somebody: {}", Value::to_string(&wrong));
    day.hub.run(&["token", "revoke", "--name", "Cleo Marsh"]);
    app.call("sync_now", json!({})).await;
    app.window.sees("The hub refuses.").await;
    command(&app, "sign in").await;
    step(&app, "28-sign-in").await;
}
