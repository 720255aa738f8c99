//! Passing cases on, being away, and how checks agree: as the window asks for them.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::policy::EscalateTo;
use serde::{Deserialize, Serialize};

use super::about_hub::NamedQueue;
use super::work::Due;
use crate::worklife::{Away, Colleague, QueueAgreement};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AgreementArgs {
    pub queue: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AgreementView {
    pub items: Vec<QueueAgreement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ColleaguesView {
    pub people: Vec<Colleague>,
    /// To whose people the case can be escalated.
    pub queues: Vec<NamedQueue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandOverArgs {
    pub case_id: String,
    /// A person's id.
    pub to: String,
    pub note: Option<String>,
    /// Cases the window still holds after this one.
    #[serde(default)]
    pub have: Vec<String>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EscalateArgs {
    pub case_id: String,
    pub reason: String,
    /// None: as the queue's policy says, else its leads.
    pub to: Option<EscalateTo>,
    /// Cases the window still holds after this one.
    #[serde(default)]
    pub have: Vec<String>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AssignArgs {
    pub case_id: String,
    /// A person's id; none: whoever may.
    pub to: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ForMeView {
    /// Due first.
    pub rows: Vec<ForMeRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ForMeRow {
    pub case_id: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub due: Option<Due>,
    /// "Escalated by Ana to the leads", "Assigned to you", "Assigned to Eva, for whom you stand in".
    pub words: String,
    /// Why it was escalated.
    pub reason: Option<String>,
    /// It is here, or free to be claimed: it can be opened to decide.
    pub opens: bool,
    /// Who is at it now.
    pub with: Option<String>,
    /// This person leads its queue, and may give it to somebody.
    pub assignable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AwayView {
    pub away: Option<Away>,
    /// Those who could stand in.
    pub stand_ins: Vec<Colleague>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SetAway {
    /// None: back again.
    pub until: Option<DateTime<Utc>>,
    /// The id of who stands in; none: whoever may.
    pub delegate: Option<String>,
}
