//! `import`: what was typed as a request, a bar while it runs, and what became of it on standard error.

use connectors::claims::ClaimsOptions;
use connectors::splink::SplinkOptions;

use super::args::Import;
use super::failure::Failure;
use super::progress::Progress;
use crate::Hub;
use crate::config::Settings;
use crate::import::{self, CasesRequest, ClaimsRequest, Refused, Request, SplinkRequest, Watch};
use crate::links::OTHER_QUEUE;

impl Watch for Progress {
    fn step(&mut self) {
        Progress::step(self);
    }

    fn refused(&mut self, row: &Refused) {
        let how = if row.code == OTHER_QUEUE {
            " (--source)"
        } else {
            ""
        };
        Progress::say(self, &format!("{row}{how}"));
    }

    fn say(&mut self, sentence: &str) {
        Progress::say(self, sentence);
    }
}

pub async fn import(settings: &Settings, what: Import) -> Result<(), Failure> {
    let hub = Hub::open(settings.hub_options()?).await?;
    let (counted, request) = request(what);
    let mut progress = Progress::begin(counted);
    let done = import::run(&hub, request, &mut progress).await;
    hub.close().await;
    progress.end();
    let report = done?;
    progress.say(&report.to_string());
    if report.refused > 0 {
        Err(Failure::RowsRefused(report.refused))
    } else {
        Ok(())
    }
}

/// With what the bar counts.
fn request(what: Import) -> (&'static str, Request) {
    match what {
        Import::Cases(typed) => (
            "cases",
            Request::Cases(CasesRequest {
                files: typed.files,
                queue: typed.queue,
                source: typed.source,
            }),
        ),
        Import::Splink(typed) => {
            let how = SplinkOptions {
                source: typed.source,
                queue: Some(typed.queue),
                entity_type: typed.entity_type,
                system_column: typed.system,
                map: typed.map,
                ..SplinkOptions::new(typed.id, typed.low, typed.high)
            };
            (
                "pairs",
                Request::Splink(Box::new(SplinkRequest {
                    records: typed.records,
                    pairs: typed.pairs,
                    how,
                })),
            )
        }
        Import::Claims(typed) => {
            let how = ClaimsOptions {
                source: typed.source,
                queue: Some(typed.queue),
                entity_type: typed.entity_type,
            };
            (
                "claims",
                Request::Claims(ClaimsRequest {
                    file: typed.file,
                    how,
                }),
            )
        }
    }
}
