//! What the pages about the hub itself show: policies, tools, webhooks, the audit. Everything that is a rule or a sentence is
//! already said in here; the window draws it.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::action::tool::Tool;
use domain::policy::words::{PolicyDifference, Sentence};
use domain::retention::Retention;
use domain::webhook::WebhookEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::webhooks::{DeliveryState, Webhook};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PoliciesView {
    pub queues: Vec<PolicyRow>,
}

/// How one queue is worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyRow {
    pub queue: String,
    pub title: String,
    pub kind: Kind,
    pub version: i64,
    /// Empty where it can't be read.
    pub sentences: Vec<Sentence>,
    /// It can't be read: nothing is decided there until it is written anew.
    pub unreadable: bool,
    /// Why this person may not change it; none: they may.
    pub why_not: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyArgs {
    pub queue: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyView {
    pub now: PolicyRow,
    /// As it is written; none where it can't be read.
    pub policy: Option<Value>,
    /// The newest first.
    pub versions: Vec<PolicyVersionView>,
    /// To begin with.
    pub presets: Vec<PresetView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyVersionView {
    pub version: i64,
    pub at: DateTime<Utc>,
    /// Who wrote it; none: the hub's default.
    pub by: Option<String>,
    /// Against the version before; of the first one empty.
    pub changes: Vec<PolicyDifference>,
    /// This one, or the one before, can't be read: what changed can't be said.
    pub unreadable: bool,
    pub policy: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PresetView {
    pub name: String,
    pub title: String,
    pub policy: Value,
}

/// A policy being written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyDraftArgs {
    /// JSON.
    pub text: String,
    /// The one it was made from; none where that can't be read.
    pub was: Option<Value>,
}

/// What it says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PolicyDraftView {
    /// Whole, what was left out filled in; none with a fault.
    pub policy: Option<Value>,
    pub fault: Option<Fault>,
    pub sentences: Vec<Sentence>,
    /// Against the one it was made from.
    pub changes: Vec<PolicyDifference>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Fault {
    /// RFC 6901, into what was written; empty for the whole.
    pub pointer: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SimulateArgs {
    pub queue: String,
    pub policy: Value,
    /// How many of the newest cases.
    pub last: u32,
}

/// What a policy would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SimulationView {
    /// Cases it was tried on.
    pub n: u64,
    /// "18 need two people".
    pub lines: Vec<SimulationLine>,
    /// Cases that need more than one person, or would have been refused; not all of them.
    pub cases: Vec<SimulatedCase>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SimulationLine {
    pub n: u64,
    /// "need two people".
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SimulatedCase {
    pub case_id: String,
    pub external_id: String,
    /// "two people: pay, above 1000 EUR", "refused: no reason given".
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangePolicyArgs {
    pub queue: String,
    /// The version it was made from.
    pub version: i64,
    pub policy: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToolsView {
    pub tools: Vec<ToolView>,
    /// Why this person may not register one; none: they may.
    pub why_not: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToolView {
    pub name: String,
    /// "pays, can't be undone".
    pub words: String,
    pub tool: Tool,
    /// Its schema as it is edited.
    pub schema_text: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RegisterToolArgs {
    pub name: String,
    /// Without a schema.
    pub tool: Tool,
    /// JSON, or empty.
    pub schema_text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WebhooksView {
    pub webhooks: Vec<Webhook>,
    /// What one can be told of.
    pub events: Vec<EventChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EventChoice {
    /// `decision.released`, or `*`.
    pub name: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WebhookArgs {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TestedView {
    pub delivered: bool,
    /// "Taken, 204", "Not taken: nobody answers there".
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeliveriesArgs {
    pub id: String,
    pub state: Option<DeliveryState>,
    pub after: Option<String>,
}

/// The newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeliveriesView {
    pub rows: Vec<DeliveryRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeliveryRow {
    pub id: String,
    pub event: WebhookEvent,
    pub case_id: String,
    pub sequence: u64,
    pub state: DeliveryState,
    /// "taken, 204", "given up after 10 tries: answered 503".
    pub words: String,
    pub created_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
    pub next_at: Option<DateTime<Utc>>,
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReplayArgs {
    pub webhook_id: String,
    /// None: all that was given up.
    pub delivery_id: Option<String>,
}

/// What of the audit. Everything that is said must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditSought {
    /// `decision.accepted`, or all of a matter: `decision`.
    pub action: Option<String>,
    /// Id or name.
    pub person: Option<String>,
    pub case_id: Option<String>,
    pub correlation_id: Option<String>,
    /// Days, or instants.
    pub from: Option<String>,
    pub until: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditArgs {
    pub sought: AuditSought,
    pub after: Option<String>,
}

/// The newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditView {
    pub rows: Vec<AuditRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditRow {
    pub position: i64,
    pub at: Option<DateTime<Utc>>,
    /// `decision.accepted`.
    pub action: String,
    /// "Decision accepted".
    pub words: String,
    /// Name of who did it; none: the hub itself, or its command line.
    pub person: Option<String>,
    pub case_id: Option<String>,
    /// What lists call that case; none: it was erased, or isn't this person's to see.
    pub case_title: Option<String>,
    /// Its content was erased.
    pub case_erased: bool,
    pub decision_id: Option<String>,
    pub correlation_id: Option<String>,
    /// Indented JSON; none: erased.
    pub payload: Option<String>,
    pub hash: String,
}

/// From where the chain is walked on; nothing: from its first entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VerifyAuditArgs {
    pub from: Option<ChainPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChainPlace {
    pub position: i64,
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChainView {
    pub state: ChainState,
    /// "Verified up to entry 1234", "Broken at entry 12: its header was changed".
    pub words: String,
    pub place: ChainPlace,
    pub head: i64,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ChainState {
    /// So far it holds, and there is more.
    Walking,
    Holds,
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExportAuditArgs {
    pub sought: AuditSought,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditExported {
    pub path: String,
    pub checkpoint_path: String,
    pub rows: u64,
    /// The whole chain was written and doesn't hold.
    pub broken: bool,
    /// Whether what was written proves itself, in a sentence.
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RetentionView {
    pub retention: Retention,
    /// Queues there are, by name and title; those named in `retention` have days of their own.
    pub queues: Vec<NamedQueue>,
    /// What is erased when, in sentences.
    pub sentences: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NamedQueue {
    pub name: String,
    pub title: String,
}
