//! The hub's HTTP types (API.md). Cases travel as the JSON that came in, so they are `Value` here. Long,
//! since they are read beside one another, as API.md has them.

use chrono::{DateTime, Utc};
use domain::Kind;
use domain::access::MayElevate;
use domain::case::{OnExpiry, Sensitivity};
use domain::decision::Agreement;
use domain::label::Basis;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::{Order, Policy, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access::Elevation;
use crate::looks::Looker;
use crate::worklife::{Away, Escalated};

/// A page of a list or feed. Feeds always have `next`; a list's last page has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// What became of one item of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch<T> {
    pub items: Vec<T>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseItem {
    /// From 0, in the order of the input; in NDJSON the line − 1.
    pub index: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub result: CaseResult,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CaseResult {
    Created,
    Unchanged,
    Revised,
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionItem {
    pub index: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub result: DecisionResult,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_state: Option<CaseState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DecisionResult {
    Accepted,
    Duplicate,
    Kept,
    Refused,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// At most 100; more asked for is less given.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>, maximum = 4_294_967_295_u32))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Only this case, if it is free and may be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Case ids this person already has.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    #[serde(default, deserialize_with = "domain::invalid::null_as_default")]
    pub have: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Claim {
    pub case: CaseWhole,
    pub lease: Lease,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lease {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// A case as a claim or `GET /v1/cases/{id}` shows it: the case as received (context without `detail`), and beside it
/// what the hub knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseWhole {
    pub id: String,
    pub queue: String,
    pub state: CaseState,
    pub content_hash: String,
    pub received_at: DateTime<Utc>,
    /// Of the suggestion shown; none when there is none.
    pub suggestion_id: Option<String>,
    /// Whether policy lets the machine's view be shown before deciding.
    pub show_machine: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseHeld>,
    #[serde(default)]
    pub history: Vec<HistoryEntry>,
    #[serde(default)]
    pub decisions: Vec<DecisionRow>,
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// A person's id: nobody else is given the case.
    #[serde(default)]
    pub assignee: Option<String>,
    /// It waits for those it was escalated to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalated>,
    /// Who else has it on the screen, where the caller may know; of claims not said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looking: Vec<Looker>,
    /// The source's own, else of the request it came in with.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// For the case's source: it was settled under a policy that lets out drafts alone. There is nothing to act on, and what
    /// was decided isn't told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled_as_draft: bool,
    /// For those who read its queue: what goes with it of the policies of the queues it lay in before, whose gates it has to
    /// pass too. Null: one can't be read, and then nothing is decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_to: Vec<Option<Policy>>,
    /// All members as received: source, external_id, revision, kind, title, subject, context, suggestion, body, unknown ones.
    #[serde(flatten)]
    pub case: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseHeld {
    pub person: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub expires_at: DateTime<Utc>,
}

/// What somebody wrote beside a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    pub id: String,
    pub at: DateTime<Utc>,
    /// Name of who wrote it, where the caller may know it.
    pub by: Option<String>,
    /// None: erased.
    pub text: Option<String>,
}

/// What happened to a case, for its history: no content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    pub at: DateTime<Utc>,
    /// `created revised claimed skipped decided undone released corrected withdrawn commented assigned handed_over escalated
    /// expired`.
    pub what: String,
    /// Name of who did it; none: the hub.
    pub by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewRequest {
    pub tokens: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseRequest {
    pub tokens: Vec<String>,
    /// `skip` or `sign_out`.
    pub reason: ReleaseReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReleaseReason {
    Skip,
    SignOut,
}

/// One lease of a renew or release: `expires_at` none when it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseItem {
    pub index: u64,
    pub token: String,
    /// `renewed released lost`.
    pub result: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What undo or mark-wrong did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenBack {
    /// Of the decision.
    pub id: String,
    pub state: DecisionState,
    pub case_state: CaseState,
    /// Of the row in the feed, where something released was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction_id: Option<String>,
}

fn human() -> Basis {
    Basis::Human
}

/// A row of the decisions feed, and of a person's own history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionRow {
    pub id: String,
    /// Of a correction: the decision it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// Of a correction: `unmerge` where records had been joined, else `undo`: what the executor has to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Of a correction: why, in the words of who took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub kind: Kind,
    pub queue: String,
    /// Who decided; of a correction, who took it back. A pseudonym, or the person's id where the caller may see it.
    pub by: String,
    /// Name of who decided, in a case shown whole to one who may know it: to who settles the dispute, to leads and admins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    pub cannot_tell: bool,
    /// What was decided is no longer kept: verdict, reasons, comment, suggestion and signature are gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    pub reasons: Vec<String>,
    pub comment: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub verdict: Option<Value>,
    /// Frozen as it was when decided.
    pub suggestion: Option<Value>,
    pub agreement: Agreement,
    pub case: CaseRef,
    pub state: DecisionState,
    pub accepted_at: DateTime<Utc>,
    pub undo_until: Option<DateTime<Utc>>,
    pub released_at: Option<DateTime<Utc>>,
    pub signature: Option<Value>,
    /// `human`, `second_opinion` of who agreed with the first, `adjudicated` of who settled a dispute.
    #[serde(default = "human")]
    pub basis: Basis,
    /// Teaches, and is handed to nobody who would act on it (a policy's `draft_only`).
    #[serde(default)]
    pub draft: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
    /// Of the caller's own: where its case stands, while it is at the revision decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_state: Option<CaseState>,
    /// Of the caller's own, kept when a dispute was settled: whether it was settled as they had decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upheld: Option<bool>,
    /// Of the request it came with; of a correction, of the request that took it back.
    #[serde(default)]
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRef {
    pub id: String,
    pub source: String,
    pub external_id: String,
    pub revision: u32,
    pub content_hash: String,
}

/// A row of a list of cases: everything but body, context and suggestion; members the hub doesn't know as received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRow {
    pub id: String,
    pub source: String,
    pub external_id: String,
    pub revision: u32,
    pub queue: String,
    pub kind: Kind,
    pub state: CaseState,
    pub title: Option<String>,
    /// What to call it in a list: its title, else one made from its body. None: its content was erased, or it came in before
    /// hubs made one.
    #[serde(default)]
    pub heading: Option<String>,
    pub subject: Option<Value>,
    pub priority: u8,
    pub sensitivity: Sensitivity,
    /// By its source.
    #[serde(default)]
    pub created_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub on_expiry: OnExpiry,
    #[serde(default)]
    pub proposed_by: Option<String>,
    #[serde(default)]
    pub correlation_id: Option<String>,
    pub assignee: Option<String>,
    pub content_hash: String,
    pub received_at: DateTime<Utc>,
    /// When its content was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<DateTime<Utc>>,
    /// Who is at it now, where the caller may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseHeld>,
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A case that waits for the caller by name or role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForMe {
    pub case: CaseRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalated>,
    /// Name of whom it is assigned to, where the caller stands in for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub position: i64,
    /// `case.revised case.closed case.assigned case.commented case.escalated case.looked_at queue.counts decision.released decision.corrected lease.lost access.revoked access.changed tools.changed`.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
}

/// One link of the audit chain. `hash` = SHA-256 over the 32 bytes of `previous_hash` (of the first entry: zeros) and the
/// RFC 8785 form of `header`; `header.commitment` = HMAC-SHA-256 of the RFC 8785 form of `payload` under `salt`. All hex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    pub position: i64,
    pub id: String,
    pub header: Value,
    /// None with the salt: erased; the chain still verifies.
    pub payload: Option<Value>,
    pub salt: Option<String>,
    pub previous_hash: String,
    pub hash: String,
}

/// Where the audit chain stood at one moment, signed, to be kept elsewhere: a chain that is cut off or rewritten later
/// doesn't hold it any longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checkpoint {
    pub payload: CheckpointPayload,
    /// `ed25519`.
    pub alg: String,
    /// Of the hub's key, see `GET /v1/audit/key`.
    pub key_id: String,
    /// The signature over the RFC 8785 form of `payload`, hex.
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckpointPayload {
    pub v: u32,
    pub hub_id: String,
    /// Of the chain's last entry; 0: there was none.
    pub position: i64,
    /// Of that entry, hex.
    pub hash: String,
    pub at: DateTime<Utc>,
}

/// The key a hub signs its checkpoints with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditKey {
    /// The first 16 hex digits of the SHA-256 of the public key.
    pub key_id: String,
    /// `ed25519`.
    pub alg: String,
    /// 32 bytes, hex.
    pub public_key: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueInfo {
    pub name: String,
    pub kind: Kind,
    /// Takes decisions and isn't decided yet, also when claimed; expired ones that take a rejection still are among them.
    pub open: u64,
    /// Of the open ones: held by nobody and not waiting for somebody else, so that a claim can give them out.
    #[serde(default)]
    pub free: u64,
    /// Of the open ones: claimed by the caller.
    pub claimed_by_me: u64,
    /// Of the open ones: due within the hour or late.
    pub due: u64,
    /// Of the open ones: waiting for a second opinion that the caller may give.
    #[serde(default)]
    pub awaiting_second: u64,
    /// Of the open ones: disputes that the caller settles.
    #[serde(default)]
    pub disputed: u64,
    /// Whether the caller settles disputes here.
    #[serde(default)]
    pub adjudicates: bool,
    pub decided: u64,
    pub reasons: Vec<ReasonCode>,
    pub policy: Policy,
    /// The policy can't be read: `policy` is the default's, and nothing is decided here.
    #[serde(default)]
    pub policy_unreadable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonCode {
    pub code: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
    pub hub_id: String,
    pub hub_version: String,
    /// Now, by the hub.
    pub now: DateTime<Utc>,
    /// The most sensitive a case may be that they see; null: any.
    #[serde(default)]
    pub ceiling: Option<Sensitivity>,
    /// To what they may raise themselves; null: to nothing.
    #[serde(default)]
    pub may_elevate: Option<MayElevate>,
    /// Those of theirs that run.
    #[serde(default)]
    pub elevations: Vec<Elevation>,
    /// Away now, or soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<Away>,
}

/// Somebody with a token, and the roles their live tokens give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonInfo {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub queues: Vec<String>,
}

/// How often a system was right about an attribute in one queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceRate {
    pub queue: String,
    #[serde(flatten)]
    pub trust: domain::stats::SourceTrust,
}
