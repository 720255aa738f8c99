//! The one list of calls between the window and the desk. Each call has a name, arguments, a result, and the topics
//! it changes: what the window shows of those is fetched again.
//!
//! Long on purpose: a call and its types are read together, and there is one list.
//!
//! On the wire: `{"call": "decide", "args": {…}}` → the result as JSON, or a [`crate::WireError`].

use chrono::{DateTime, Utc};
use domain::access::{Ability, ElevationRequest, MayElevate};
use domain::action::view::ActionView;
use domain::case::{Sensitivity, Subject};
use domain::conflict::view::ConflictView;
use domain::decision::{Agreement, Shown};
use domain::dispute::DisputeView;
use domain::draft::{Assessment, Draft};
use domain::matching::view::MatchView;
use domain::outcome::{CaseState, DecisionState};
use domain::policy::Role;
use domain::policy::pages::HubPage;
use domain::retention::Retention;
use domain::suggestion::ModelVersion;
use domain::{Kind, text::Change};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::about_hub::{
    AuditArgs, ChangePolicyArgs, DeliveriesArgs, ExportAuditArgs, PolicyArgs, PolicyDraftArgs,
    RegisterToolArgs, ReplayArgs, SimulateArgs, VerifyAuditArgs, WebhookArgs,
};
#[cfg(feature = "ts")]
use crate::about_hub::{
    AuditExported, AuditView, ChainView, DeliveriesView, PoliciesView, PolicyDraftView, PolicyView,
    RetentionView, SimulationView, TestedView, ToolsView, WebhooksView,
};
#[cfg(feature = "ts")]
use crate::access::PersonAccess;
use crate::access::{Access, Elevation, PersonChange};
use crate::hub::{Comment, HistoryEntry, ReasonCode};
#[cfg(feature = "ts")]
use crate::looks::LookedAt;
use crate::looks::Looker;
use crate::opinions::{HistoryStanding, OpinionCounts, OutcomeView};
#[cfg(feature = "ts")]
use crate::tokens::TokenMade;
use crate::webhooks::NewWebhook;
#[cfg(feature = "ts")]
use crate::webhooks::{Replayed, WebhookMade};
use crate::worklife::{AgreementArgs, AssignArgs, Away, EscalateArgs, Escalated, HandOverArgs, SetAway};

macro_rules! calls {
    ($($(#[doc = $doc:literal])+ $name:ident $variant:ident ($args:ty) -> $result:ty, changes [$($topic:ident),*];)+) => {
        /// A call, as it comes through the one door.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(tag = "call", content = "args", rename_all = "snake_case")]
        pub enum Call { $($(#[doc = $doc])+ $variant($args)),+ }

        impl Call {
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => stringify!($name)),+ }
            }

            /// What the window should fetch again once the call has succeeded.
            pub const fn changes(&self) -> &'static [Topic] {
                match self { $(Self::$variant(_) => &[$(Topic::$topic),*]),+ }
            }
        }

        /// Name to arguments and result, for TypeScript.
        #[cfg(feature = "ts")]
        #[derive(ts_rs::TS)]
        #[allow(dead_code, reason = "exists only to be written out as TypeScript")]
        pub struct IpcCalls { $(pub $name: Signature<$args, $result>),+ }

        /// What each call changes, for the generated TypeScript.
        pub const CHANGES: &[(&str, &[Topic])] = &[$((stringify!($name), &[$(Topic::$topic),*])),+];
    };
}

#[cfg(feature = "ts")]
#[derive(ts_rs::TS)]
#[allow(dead_code, reason = "exists only to be written out as TypeScript")]
pub struct Signature<A, R> {
    pub args: A,
    pub result: R,
}

/// What a call or an event changes. An event `tiebreak://changed` carries a list of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Topic {
    /// Where the cases are: first run, locked, ready.
    Start,
    /// Queues, counters, sync state, undo card.
    Overview,
    /// Cases at hand in some queue.
    Work,
    Outbox,
    History,
    /// Who is asked for an opinion, and whose own wait.
    Opinions,
    Settings,
    Stats,
    /// Files handed to the program from outside.
    HandedOver,
    /// Who may what.
    Access,
    /// Policies, tools, webhooks, retention and the audit, which notes every change of them.
    Hub,
}

calls! {
    /// What the window's first picture shows, in one answer.
    first First(Empty) -> First, changes [];
    /// What the window opens on.
    start Start(Empty) -> StartView, changes [];
    /// Keep everything on this computer: starts the hub inside the app.
    choose_solo ChooseSolo(ChooseSolo) -> Chosen, changes [Start, Overview, Work];
    /// Whether a hub answers at this address.
    check_hub CheckHub(CheckHub) -> HubFound, changes [];
    /// Work with a team's hub.
    choose_team ChooseTeam(ChooseTeam) -> Chosen, changes [Start, Overview, Work];
    /// A new token for the team's hub, of the same person: what is here stays.
    sign_in SignIn(SignIn) -> Done, changes [Overview, Outbox, Work];
    /// Sign in with the provider, in the person's browser: at a hub that is given, or again at the one of this store. Answers when the browser came back.
    browser_sign_in BrowserSignIn(BrowserSignIn) -> Chosen, changes [Start, Overview, Outbox, Work];
    /// The person gave it up: what waits for the browser ends.
    cancel_sign_in CancelSignIn(Empty) -> Done, changes [];
    /// Open the store with a passphrase or the recovery key. With neither, look again: at the keychain, or at what stood in the way.
    unlock Unlock(Unlock) -> StartView, changes [Start, Overview, Work];
    /// Show the recovery key again.
    recovery_key RecoveryKey(Empty) -> RecoveryKeyView, changes [];
    /// The person has kept the recovery key or goes without it: it isn't offered again.
    settle_recovery_key SettleRecoveryKey(Empty) -> Done, changes [Overview];
    /// Queues, sync state, undo: what stands around every case.
    overview Overview(Empty) -> Overview, changes [];
    /// Cases of a queue that are at hand, the one to show first.
    work Work(WorkArgs) -> Work, changes [];
    /// One case at hand.
    case Case(CaseArgs) -> CaseOnScreen, changes [];
    /// Keep a draft and say what committing it would do.
    draft Draft(DraftArgs) -> Assessment, changes [];
    /// Commit. On disk when it answers.
    decide Decide(DecideArgs) -> Decided, changes [Overview, Outbox, History, Opinions];
    /// Give the case back; others see it at once, this person last.
    skip Skip(SkipArgs) -> Work, changes [Overview];
    /// Take back the last decision, or a given one.
    undo Undo(UndoArgs) -> Undone, changes [Overview, Outbox, History, Opinions, Work];
    /// A piece of context, whole; audited from confidential up.
    context_detail ContextDetail(ContextArgs) -> ContextDetail, changes [];
    /// Those a case can be handed to; by who has it, or a lead.
    colleagues Colleagues(CaseArgs) -> crate::worklife::ColleaguesView, changes [];
    /// Those a lead can assign a case to, themselves among them.
    assignees Assignees(CaseArgs) -> crate::worklife::ColleaguesView, changes [];
    /// Hand a case over to a colleague, with a note beside it. Asks the hub.
    hand_over HandOver(HandOverArgs) -> Work, changes [Overview, Work];
    /// Escalate a case: to somebody by name, or where its queue's policy says. Asks the hub.
    escalate Escalate(EscalateArgs) -> Work, changes [Overview, Work];
    /// Give a case to somebody, or with nobody to whoever may decide it; a lead's. Asks the hub.
    assign Assign(AssignArgs) -> Done, changes [Overview, Work];
    /// Cases that wait for this person by name or role. Asks the hub.
    for_me ForMe(Empty) -> crate::worklife::ForMeView, changes [];
    /// A case by its id: the one at hand, or claimed when it is free.
    open_case OpenCase(CaseArgs) -> CaseOnScreen, changes [Overview, Opinions];
    /// A case that can't be opened, to be looked at: asked again within two minutes as long as it is. Asks the hub, which tells who has it.
    look_at LookAt(CaseArgs) -> LookedAt, changes [];
    /// It isn't looked at any more.
    look_away LookAway(CaseArgs) -> Done, changes [];
    /// Until when this person is away, and who could stand in. Asks the hub.
    away Away(Empty) -> crate::worklife::AwayView, changes [];
    /// Away until then; none: back again.
    set_away SetAway(SetAway) -> crate::worklife::AwayView, changes [Settings, Overview];
    /// Write to the others who see this case.
    comment Comment(CommentArgs) -> Done, changes [Work];
    /// Decisions not delivered yet.
    outbox Outbox(Empty) -> OutboxView, changes [];
    /// Try a wedged entry again.
    retry_outbox RetryOutbox(OutboxArgs) -> Done, changes [Overview, Outbox];
    /// Give a decision up; it stays in the history as discarded.
    discard_outbox DiscardOutbox(OutboxArgs) -> Done, changes [Overview, Outbox, History];
    /// Open the case of a wedged entry again, as it is now.
    decide_again DecideAgain(OutboxArgs) -> CaseOnScreen, changes [Overview, Outbox, Work];
    /// The person's own decisions, newest first.
    history History(PageArgs) -> HistoryPage, changes [];
    /// Cases that wait for this person's opinion (asks the hub), and own decisions that wait for another's.
    opinions Opinions(Empty) -> crate::opinions::OpinionsView, changes [];
    /// The person has seen what failed.
    outcomes_seen OutcomesSeen(Empty) -> Done, changes [Overview];
    /// Asks the hub.
    search Search(SearchArgs) -> SearchPage, changes [];
    /// Asks the hub.
    stats_overrides StatsOverrides(StatsArgs) -> StatsView, changes [];
    /// How often those who looked at the same came to the same. Asks the hub.
    stats_agreement StatsAgreement(AgreementArgs) -> crate::worklife::AgreementView, changes [];
    /// Writes a file of labels, and its manifest beside it.
    export Export(ExportArgs) -> Exported, changes [];
    /// Hands files to the hub in this app.
    import Import(ImportArgs) -> Imported, changes [Overview, Work];
    /// The columns of a file of records that is to be imported.
    records_header RecordsHeader(crate::importing::RecordsArgs) -> crate::importing::RecordsHeader, changes [];
    /// Files handed to the program from outside: what waits for an open store, and what became of the others.
    handed_over HandedOver(Empty) -> HandedOverView, changes [];
    /// The person has seen what became of them.
    handed_over_seen HandedOverSeen(Empty) -> Done, changes [HandedOver];
    /// The sample queues, added to this computer's.
    add_sample AddSample(Empty) -> Imported, changes [Overview, Work];
    /// The system's dialog for opening files.
    pick_files PickFiles(PickArgs) -> Picked, changes [];
    /// The system's dialog for saving one.
    pick_save PickSave(PickSaveArgs) -> Picked, changes [];
    /// How this person likes the window.
    settings Settings(Empty) -> Settings, changes [];
    /// Keeps them.
    set_settings SetSettings(Settings) -> Settings, changes [Settings];
    /// Push and pull now.
    sync_now SyncNow(Empty) -> Done, changes [Overview, Outbox, Work];
    /// How each queue is worked. Asks the hub, as do all calls about the hub.
    policies Policies(Empty) -> PoliciesView, changes [];
    /// One queue's, with all it was before.
    policy Policy(PolicyArgs) -> PolicyView, changes [];
    /// What a policy being written says, and what is wrong with it. Asks nobody.
    draft_policy DraftPolicy(PolicyDraftArgs) -> PolicyDraftView, changes [];
    /// What it would have done with the newest cases.
    simulate_policy SimulatePolicy(SimulateArgs) -> SimulationView, changes [];
    /// Makes it the queue's policy.
    change_policy ChangePolicy(ChangePolicyArgs) -> Done, changes [Hub, Overview, Work];
    /// What tools do, by an admin's word.
    tools Tools(Empty) -> ToolsView, changes [];
    /// Registers one, or registers it anew.
    register_tool RegisterTool(RegisterToolArgs) -> Done, changes [Hub, Overview, Work];
    /// Who is told of what happens.
    webhooks Webhooks(Empty) -> WebhooksView, changes [];
    /// Tells one more. The secret is in the answer, and shown this once.
    add_webhook AddWebhook(NewWebhook) -> WebhookMade, changes [Hub];
    /// Tells it nothing more, and forgets what waited.
    remove_webhook RemoveWebhook(WebhookArgs) -> Done, changes [Hub];
    /// Tells it again.
    enable_webhook EnableWebhook(WebhookArgs) -> Done, changes [Hub];
    /// Tells it nothing until it is enabled again.
    disable_webhook DisableWebhook(WebhookArgs) -> Done, changes [Hub];
    /// Sends it a message of no importance, at once.
    test_webhook TestWebhook(WebhookArgs) -> TestedView, changes [Hub];
    /// What it was to be told.
    deliveries Deliveries(DeliveriesArgs) -> DeliveriesView, changes [];
    /// Tries again what was given up.
    replay Replay(ReplayArgs) -> Replayed, changes [Hub];
    /// Who did what.
    audit Audit(AuditArgs) -> AuditView, changes [];
    /// Walks some thousand entries of the chain.
    verify_audit VerifyAudit(VerifyAuditArgs) -> ChainView, changes [];
    /// Writes it as a file, and a signed checkpoint beside it.
    export_audit ExportAudit(ExportAuditArgs) -> AuditExported, changes [];
    /// What is erased when.
    retention Retention(Empty) -> RetentionView, changes [];
    /// Replaces all of it.
    set_retention SetRetention(Retention) -> Done, changes [Hub];
    /// The window has painted its first page or case; for the log and for measuring.
    painted Painted(PaintedArgs) -> Done, changes [];
    /// Asks the hub: what this person may, and for a lead or admin who and what may what.
    access Access(Empty) -> AccessPage, changes [];
    /// Replaces what is given to a person.
    change_person ChangePerson(ChangePerson) -> PersonAccess, changes [Access];
    /// Refuses a token from its next request on.
    revoke_token RevokeToken(RevokeToken) -> Done, changes [Access];
    /// Makes a token for a program or a person. It is in the answer, and shown this once.
    make_token MakeToken(MakeToken) -> TokenMade, changes [Access];
    /// More for a while and a reason.
    elevate Elevate(ElevationRequest) -> Elevation, changes [Access, Overview, Work];
    /// Ends an elevation before its time.
    end_elevation EndElevation(EndElevation) -> Done, changes [Access, Overview, Work];
    /// Back to the first page. What a team's outbox holds is delivered first; what can't be is sealed until the same person is back. What is on this computer stays.
    sign_out SignOut(Empty) -> StartView, changes [Start, Overview, Work, Outbox, History];
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Empty {}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Done {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum StartView {
    FirstRun {
        /// Whether the system has a keychain; without one a passphrase is asked for.
        keychain: bool,
        /// Decisions of people who signed out before these were delivered; they wait sealed.
        sealed: u64,
        version: String,
    },
    /// There is a store and its key isn't at hand.
    Locked {
        mode: Mode,
        /// `passphrase no_keychain keychain_locked key_missing wrong_key`
        reason: LockReason,
        /// What happened and what to do, in a sentence.
        words: String,
        version: String,
    },
    Ready {
        mode: Mode,
        version: String,
    },
    /// Nothing can be done here until something outside changes: a full disk, a store from a newer version.
    Stopped {
        code: String,
        words: String,
        version: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Mode {
    Solo,
    Team,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum LockReason {
    Passphrase,
    NoKeychain,
    KeychainLocked,
    KeyMissing,
    WrongKey,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChooseSolo {
    /// Fill it with the sample queues.
    pub sample: bool,
    /// Where there is no keychain.
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CheckHub {
    pub address: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HubFound {
    pub version: String,
    pub encrypted: bool,
    /// The host of the provider people sign in with; none: by token alone.
    pub provider: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChooseTeam {
    pub address: String,
    pub token: String,
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Chosen {
    /// Shown once; opens the store when the keychain is lost. None: the store was there before, and it is locked.
    pub recovery_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SignIn {
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BrowserSignIn {
    /// None: the hub of the open store, as the same person.
    pub address: Option<String>,
    pub passphrase: Option<String>,
}

/// What this person may, in the hub's words of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AccessPage {
    pub me: OwnAccess,
    /// None: for leads and admins.
    pub all: Option<Access>,
    /// What the queues named here are called.
    pub titles: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OwnAccess {
    pub id: String,
    pub name: String,
    pub roles: Vec<Role>,
    /// None: all.
    pub queues: Vec<String>,
    pub ceiling: Option<Sensitivity>,
    pub can: Vec<Ability>,
    pub may_elevate: Option<MayElevate>,
    pub elevations: Vec<Elevation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangePerson {
    pub id: String,
    pub change: PersonChange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RevokeToken {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MakeToken {
    pub name: String,
    pub roles: Vec<Role>,
    pub sources: Vec<String>,
    /// From now on; null: until it is revoked.
    pub days: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EndElevation {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Unlock {
    pub passphrase: Option<String>,
    pub recovery_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecoveryKeyView {
    pub recovery_key: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Overview {
    pub mode: Mode,
    /// "On this computer", or the hub's host.
    pub place: String,
    pub person: String,
    pub roles: Vec<Role>,
    /// The provider this person signs in with, by host; none: with a token.
    pub provider: Option<String>,
    pub queues: Vec<QueueView>,
    /// The queue that opens by itself: the first with something to decide.
    pub opens: Option<String>,
    pub decided_today: u64,
    pub sync: SyncView,
    pub outbox_waiting: u64,
    pub outbox_wedged: u64,
    /// The last decision, while it can be undone.
    pub undo: Option<UndoCard>,
    /// None where nobody is ever asked for a second opinion.
    pub opinions: Option<OpinionCounts>,
    /// Own decisions whose executor reported that it failed, not seen yet.
    pub failed: u64,
    /// Whether the lead's page has something to show to this person.
    pub leads: bool,
    /// Cases that wait for this person by name or role; none where nobody else is there.
    pub for_me: Option<u64>,
    /// Away, by the hub's last word.
    pub away: Option<Away>,
    /// Pages about the hub that open to this person.
    pub hub_pages: Vec<HubPage>,
    /// The recovery key was neither kept nor declined yet.
    pub recovery_key_due: bool,
    /// The hub's clock less this computer's: every instant here is the hub's.
    pub clock_ahead_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct QueueView {
    pub name: String,
    /// "Booking changes" for `booking-changes`.
    pub title: String,
    pub kind: Kind,
    /// Left to decide, by the hub's last word less what was decided here since.
    pub left: u64,
    pub due: u64,
    /// Of them on this computer.
    pub at_hand: u64,
    /// Whether this person may decide here.
    pub decides: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SyncView {
    pub state: SyncState,
    /// "Synced · outbox empty", "Offline · 4 in the outbox".
    pub words: String,
    /// For offline: since when.
    pub since: Option<DateTime<Utc>>,
    pub next_try_at: Option<DateTime<Utc>>,
    /// For offline: when the first lease of the cases at hand ends.
    pub leases_until: Option<DateTime<Utc>>,
    /// For refused and failing: the code.
    pub code: Option<String>,
    /// And why, in a sentence or two.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SyncState {
    Synced,
    Syncing,
    Offline,
    /// The hub answers and fails, or this computer does: a full disk, a fault. It is tried again.
    Failing,
    /// The hub answers and refuses: token expired or revoked.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UndoCard {
    pub decision_id: String,
    pub case_id: String,
    pub queue: String,
    /// "Different".
    pub verdict: String,
    /// "Overrides: Same, 98 %"; none where it overrode nothing, or nothing that was to be seen.
    pub overrides: Option<String>,
    /// The case's title.
    pub title: String,
    pub decided_at: DateTime<Utc>,
    /// When it becomes final; none while the hub hasn't said.
    pub undo_until: Option<DateTime<Utc>>,
    /// "On disk. Final once the hub has it", "Waits for a second person"; while the window runs "Delivered".
    pub words: String,
    /// The window's length in seconds, for the bar.
    pub undo_seconds: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WorkArgs {
    pub queue: String,
    /// Cases the window already holds, in its order.
    #[serde(default)]
    pub have: Vec<String>,
    /// How many more to hand over.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Work {
    /// Without those the window already holds.
    pub cases: Vec<CaseOnScreen>,
    pub left: u64,
    /// Why there is nothing to show, when there is nothing.
    pub idle: Option<Idle>,
}

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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Idle {
    /// Everything is decided.
    Done { decided_today: u64 },
    /// Open cases are with others, or were skipped by this person.
    WithOthers { left: u64 },
    /// Being fetched.
    Loading,
    /// The hub is away and nothing is at hand.
    Offline,
    /// This person's roles don't decide here.
    NotAllowed { words: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CaseArgs {
    pub case_id: String,
}

/// A case as the window shows it. Everything that is a rule is already answered in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CaseOnScreen {
    pub id: String,
    pub queue: String,
    pub queue_title: String,
    pub external_id: String,
    pub source: String,
    pub revision: u32,
    pub state: CaseState,
    pub title: String,
    pub sensitivity: Sensitivity,
    /// 0 low … 4 urgent.
    pub priority: u8,
    pub due: Option<Due>,
    pub expires_at: Option<DateTime<Utc>>,
    pub subject: Option<Subject>,
    /// Computed here from what is shown; what a decision is bound to.
    pub content_hash: String,
    /// Whether policy lets the machine's view be shown before deciding.
    pub show_machine: bool,
    pub suggestion: Option<SuggestionView>,
    pub body: BodyView,
    pub context: Vec<ContextView>,
    pub history: Vec<HistoryEntry>,
    /// It waits for those it was escalated to, this person among them.
    pub escalated: Option<Escalated>,
    /// It is assigned to this person.
    pub assigned_to_me: bool,
    /// What those who see the case wrote to each other, as it was when the case was last fetched.
    pub comments: Vec<Comment>,
    /// Who else has it on the screen, as it was when the case was last fetched.
    pub looking: Vec<Looker>,
    pub reasons: Vec<ReasonCode>,
    pub draft: Draft,
    pub assessment: Assessment,
    /// Of a disputed case, for who settles it: both opinions, their differences first.
    pub dispute: Option<DisputeView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "view", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum BodyView {
    IdentityMatch(MatchView),
    DataConflict(ConflictView),
    ProposedAction(ActionView),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Due {
    pub at: DateTime<Utc>,
    /// "due 08:40", "late by 12 min", "due tomorrow".
    pub words: String,
    pub late: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SuggestionView {
    pub id: Option<String>,
    /// "Same, 98 %".
    pub words: String,
    /// "splink 4.0.17".
    pub by_words: Option<String>,
    pub by: Option<ModelVersion>,
    pub rationale: Option<String>,
    /// As sent, for choosing it with one key.
    pub verdict: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextView {
    pub id: String,
    pub title: String,
    pub summary: Option<String>,
    pub system: Option<String>,
    pub read_at: Option<DateTime<Utc>>,
    pub sensitivity: Sensitivity,
    pub has_detail: bool,
    /// Opening it is written into the audit.
    pub audited: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DraftArgs {
    pub case_id: String,
    /// Of the case as it was on the screen: a choice counts for this content only.
    pub content_hash: String,
    pub draft: Draft,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DecideArgs {
    pub case_id: String,
    /// Of the case as it was on the screen: a case revised meanwhile isn't decided.
    pub content_hash: String,
    pub draft: Draft,
    /// How long the case was in front of the person and the window in use.
    pub active_ms: u64,
    pub shown: Shown,
    /// Cases the window still holds after this one.
    #[serde(default)]
    pub have: Vec<String>,
    /// How many more to hand over.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Decided {
    pub undo: UndoCard,
    pub agreement: Agreement,
    pub work: Work,
    /// Microseconds this call took here, for the bench.
    pub took_us: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SkipArgs {
    pub case_id: String,
    #[serde(default)]
    pub have: Vec<String>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UndoArgs {
    /// None: the last one.
    pub decision_id: Option<String>,
    /// Needed after release, when it becomes a correction.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Undone {
    pub case_id: String,
    pub queue: String,
    /// "Undone", "Correction sent".
    pub words: String,
    /// The case again, with the decision as its draft, when it is at hand.
    pub case: Option<CaseOnScreen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextArgs {
    pub case_id: String,
    pub context_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContextDetail {
    pub detail: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CommentArgs {
    pub case_id: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxArgs {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxView {
    /// In the order they were made and will be sent.
    pub entries: Vec<OutboxEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OutboxEntry {
    pub id: String,
    pub case_id: String,
    pub queue: String,
    pub kind: Kind,
    pub title: String,
    /// "Different", "3 groups", or "Undo of …".
    pub words: String,
    pub at: DateTime<Utc>,
    /// None: waiting. Some: needs the person.
    pub wedged: Option<Wedged>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Wedged {
    /// The hub's code, or ours.
    pub code: String,
    /// What happened, in a sentence.
    pub words: String,
    /// What can be done about it.
    pub can_retry: bool,
    pub can_decide_again: bool,
    /// For a case that changed: what changed, field by field.
    pub changes: Vec<FieldChange>,
    pub seen_hash: Option<String>,
    pub now_hash: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FieldChange {
    /// "e0272, phone".
    pub place: String,
    pub change: Vec<Change>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PageArgs {
    pub after: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryPage {
    pub rows: Vec<HistoryRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryRow {
    pub decision_id: String,
    pub case_id: String,
    pub queue: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub words: String,
    pub at: DateTime<Utc>,
    pub agreement: Agreement,
    /// None while it lies in the outbox.
    pub state: Option<DecisionState>,
    pub standing: HistoryStanding,
    /// "In the outbox", "Final in 0:12", "Waits for a second person", "Released", "Undone", "Discarded".
    pub state_words: String,
    pub outcome: Option<OutcomeView>,
    pub can_undo: bool,
    /// Undoing it is a correction, which needs a reason: it is released, or its undo window is over.
    pub corrects: bool,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchArgs {
    pub query: String,
    pub after: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchPage {
    pub rows: Vec<SearchRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SearchRow {
    pub case_id: String,
    pub queue: String,
    pub queue_title: String,
    pub kind: Kind,
    pub title: String,
    pub external_id: String,
    pub state: CaseState,
    /// It is on this computer and can be opened to decide.
    pub at_hand: bool,
    /// It is free, and this person may decide it: opening claims it.
    pub free: bool,
    /// "Eva": who is at it now.
    pub with: Option<String>,
    /// This person leads its queue and may give it to somebody.
    pub assignable: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatsArgs {
    pub queue: Option<String>,
    pub kind: Option<Kind>,
    /// `name@version` of the suggestion.
    pub by: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// One of `queue kind model rule field day`; none: everything in one row.
    pub group_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatsView {
    pub items: Vec<RateRow>,
}

/// A rate, never without its count and interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RateRow {
    /// The group's members by name, as asked for.
    pub group: std::collections::BTreeMap<String, Option<String>>,
    pub n: u64,
    pub agree: u64,
    #[serde(rename = "override")]
    pub overridden: u64,
    pub edited: u64,
    pub cannot_tell: u64,
    pub no_suggestion: u64,
    /// None when n is 0.
    pub rate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// "49.3 % [44.7–54.0], 220 of 446".
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExportArgs {
    pub format: String,
    pub queue: Option<String>,
    /// Of the cases.
    pub source: Option<String>,
    pub split: Option<String>,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Exported {
    pub path: String,
    pub manifest_path: String,
    pub rows: u64,
    /// What this format can't say, in sentences.
    pub left_out: Vec<String>,
    /// Sources whose labels make a file of their own.
    pub other_sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ImportArgs {
    Cases {
        paths: Vec<String>,
        /// Replaces the cases' own.
        queue: Option<String>,
        /// Replaces the cases' own.
        #[serde(default)]
        source: Option<String>,
    },
    Splink {
        records: String,
        pairs: String,
        id: String,
        low: f64,
        high: f64,
        queue: String,
        /// What the ids belong to; none: `splink`.
        source: Option<String>,
        /// The records' column that says which system they are from; none: guessed, and said.
        #[serde(default)]
        system: Option<String>,
        /// What the records are; none: `record`.
        #[serde(default)]
        entity_type: Option<String>,
        /// Name in the pairs, column of the records; an empty column keeps the two apart.
        #[serde(default)]
        map: Vec<(String, String)>,
    },
    Claims {
        path: String,
        queue: String,
        /// What the entities belong to; none: `claims`.
        source: Option<String>,
        /// What the entities are, where the file doesn't say; none: `entity`.
        #[serde(default)]
        entity_type: Option<String>,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Imported {
    pub created: u64,
    pub revised: u64,
    pub unchanged: u64,
    /// Decided before: left alone.
    pub left_alone: u64,
    pub known_links: u64,
    /// All of them; `refused` holds the first.
    pub refused_count: u64,
    pub refused: Vec<RefusedRow>,
    /// What was guessed, in sentences.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandedOverView {
    /// Names of files that are imported once a store is open.
    pub waiting: Vec<String>,
    pub done: Vec<HandedOver>,
}

/// Imported together: one of `imported` and `failed` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandedOver {
    /// Their names.
    pub files: Vec<String>,
    pub imported: Option<Imported>,
    /// Why nothing of them came in, in a sentence.
    pub failed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RefusedRow {
    pub file: String,
    pub line: u64,
    pub code: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PickArgs {
    pub title: String,
    /// Without dots.
    pub extensions: Vec<String>,
    pub several: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PickSaveArgs {
    pub title: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaintedArgs {
    /// `page`, or `case` once a case stands on the screen.
    pub what: String,
}

/// Empty: the person closed the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Picked {
    pub paths: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Settings {
    pub theme: Theme,
    pub text_size: TextSize,
    pub context_open: bool,
    pub sidebar_open: bool,
    /// For who can't hold a key: press, then P.
    pub hold_alternative: bool,
    /// Tell when something needs you and the window is away.
    pub notifications: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: TextSize::Normal,
            context_open: true,
            sidebar_open: true,
            hold_alternative: false,
            notifications: true,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Of everything in the window, in percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum TextSize {
    #[default]
    #[serde(rename = "100")]
    Normal,
    #[serde(rename = "125")]
    Larger,
    #[serde(rename = "150")]
    Large,
    #[serde(rename = "200")]
    Double,
}
