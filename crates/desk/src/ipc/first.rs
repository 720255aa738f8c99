//! What the window's first picture shows, in one answer: asked for piece by piece, each would be waited for with nothing drawn.

use protocol::WireError;
use protocol::ipc::{First, Settings, WorkArgs};

use super::overview::overview;
use super::work::work;
use crate::desk::Desk;

/// As many as the window holds.
const CASES: u32 = 3;

pub async fn first(desk: &Desk) -> Result<First, WireError> {
    let start = desk.start().await;
    let handed_over = desk.handed().view();
    let Ok(open) = desk.opened().await else {
        return Ok(First {
            start,
            settings: Settings::default(),
            handed_over,
            overview: None,
            work: None,
        });
    };
    let overview = overview(&open).await?;
    let cases = match overview.opens.clone() {
        Some(queue) => Some(
            work(
                &open,
                &WorkArgs {
                    queue,
                    have: Vec::new(),
                    limit: CASES,
                },
            )
            .await?,
        ),
        None => None,
    };
    Ok(First {
        start,
        settings: open.replica.settings().await?,
        handed_over,
        overview: Some(overview),
        work: cases,
    })
}
