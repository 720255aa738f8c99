//! Groups of the sample: as rows and as columns, a pair that isn't the neighbours', a doubt, what is masked and then shown, one dragged.

use tiebreak_tests::app_window::App;
use tiebreak_tests::webdriver::key;

use crate::{Look, THEMES};

/// The third attribute after the first one with a column is masked, in both.
const MASKED_AT: usize = 3;

pub async fn pictures(look: &Look) {
    let app = App::with_sample().await;
    for theme in THEMES {
        app.theme(theme).await;
        app.skip_to("callers", "call-20488").await;
        let at = async |name: &str| look.at(&app, &format!("groups-{name}.{theme}")).await;
        at("rows").await;
        app.window.press(&[key::SHIFT], key::DOWN).await;
        app.window.press(&[], "l").await;
        at("rows-doubt").await;
        for number in ["1", "1", "2", "1", "3", "3"] {
            app.window.press(&[], number).await;
        }
        at("rows-grouped").await;
        for _ in 0..MASKED_AT {
            app.window.press(&[key::SHIFT], key::RIGHT).await;
        }
        app.window.press(&[], ".").await;
        at("rows-shown").await;
        let [first, last] = ["record-0", "record-5"].map(|at| format!("[role=row][data-drop={at}]"));
        let by = format!("{last} [role=rowheader]");
        app.window.carry(&by, &first).await;
        at("rows-dragged").await;
        app.window.let_go().await;
        app.window.carry(&by, "[data-drop=own]").await;
        at("rows-dragged-own").await;
        app.window.press(&[], key::ESCAPE).await;
        app.window.let_go().await;
        at("rows-dropped").await;
        app.skip_to("callers", "call-20466").await;
        app.window.press(&[key::SHIFT], key::DOWN).await;
        app.window.press(&[], "l").await;
        at("columns").await;
        for _ in 0..MASKED_AT {
            app.window.press(&[], key::DOWN).await;
        }
        app.window.press(&[], ".").await;
        at("columns-shown").await;
        app.skip_to("callers", "call-20461").await;
        let [first, second, third] =
            [0, 1, 2].map(|at| format!("[role=columnheader][data-drop=record-{at}]"));
        app.window.carry(&second, &first).await;
        at("columns-dragged").await;
        app.window.let_go().await;
        app.window
            .carry(&third, "[role=gridcell][data-drop=record-0]")
            .await;
        at("columns-dragged-third").await;
        app.window.press(&[], key::ESCAPE).await;
        app.window.let_go().await;
        at("columns-dropped").await;
        // For the other theme it begins apart.
        app.window.drag(&second, "[data-drop=own]").await;
    }
}
