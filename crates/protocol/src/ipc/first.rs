//! What the window's first picture shows, in one answer.

use serde::{Deserialize, Serialize};

use super::files::HandedOverView;
use super::overview::Overview;
use super::settings::Settings;
use super::start::StartView;
use super::work::Work;

/// Answers that are asked for together while nothing is drawn yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct First {
    pub start: StartView,
    pub settings: Settings,
    pub handed_over: HandedOverView,
    /// None: no store is open.
    pub overview: Option<Overview>,
    /// Of the queue that opens by itself.
    pub work: Option<Work>,
}
