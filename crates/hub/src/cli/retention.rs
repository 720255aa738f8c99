//! `retention`: erases what outlived its days now, rather than within the hour.

use std::io::Write;

use super::args::Retention;
use super::failure::Failure;
use crate::config::Settings;
use crate::{Hub, retention};

pub async fn retention(settings: &Settings, what: &Retention) -> Result<(), Failure> {
    let hub = Hub::open(settings.hub_options()?).await?;
    let found = if what.dry_run {
        retention::due(&hub).await
    } else {
        retention::apply(&hub).await
    };
    hub.close().await;
    let done = if what.dry_run { "would be erased" } else { "erased" };
    let mut out = std::io::stdout();
    let mut cases = 0;
    for rule in found?.iter().filter(|rule| rule.cases > 0) {
        cases += rule.cases;
        writeln!(
            out,
            "{}: {} {} cases closed more than {} days ago {done}",
            rule.queue,
            rule.cases,
            rule.sensitivity.as_str(),
            rule.days
        )?;
    }
    writeln!(out, "{cases} cases {done}")?;
    Ok(())
}
