//! The one list of calls between the window and the desk. Each call has a name, arguments, a result, and the topics
//! it changes: what the window shows of those is fetched again.
//!
//! Arguments and results stand by what they are about, one file each.
//!
//! On the wire: `{"call": "decide", "args": {…}}` → the result as JSON, or a [`crate::WireError`].

mod about_hub;
mod access;
mod decide;
mod files;
mod first;
mod history;
mod looks;
mod opinions;
mod outbox;
mod overview;
mod search;
mod settings;
mod start;
mod stats;
mod work;
mod worklife;

use domain::access::ElevationRequest;
#[cfg(feature = "ts")]
use domain::draft::Assessment;
use domain::retention::Retention;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ts")]
use crate::access::{Elevation, PersonAccess};
#[cfg(feature = "ts")]
use crate::tokens::TokenMade;
use crate::webhooks::NewWebhook;
#[cfg(feature = "ts")]
use crate::webhooks::{Replayed, WebhookMade};

pub use about_hub::*;
pub use access::*;
pub use decide::*;
pub use files::*;
pub use first::*;
pub use history::*;
pub use looks::*;
pub use opinions::*;
pub use outbox::*;
pub use overview::*;
pub use search::*;
pub use settings::*;
pub use start::*;
pub use stats::*;
pub use work::*;
pub use worklife::*;

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
    colleagues Colleagues(CaseArgs) -> ColleaguesView, changes [];
    /// Those a lead can assign a case to, themselves among them.
    assignees Assignees(CaseArgs) -> ColleaguesView, changes [];
    /// Hand a case over to a colleague, with a note beside it. Asks the hub.
    hand_over HandOver(HandOverArgs) -> Work, changes [Overview, Work];
    /// Escalate a case: to somebody by name, or where its queue's policy says. Asks the hub.
    escalate Escalate(EscalateArgs) -> Work, changes [Overview, Work];
    /// Give a case to somebody, or with nobody to whoever may decide it; a lead's. Asks the hub.
    assign Assign(AssignArgs) -> Done, changes [Overview, Work];
    /// Cases that wait for this person by name or role. Asks the hub.
    for_me ForMe(Empty) -> ForMeView, changes [];
    /// A case by its id: the one at hand, or claimed when it is free.
    open_case OpenCase(CaseArgs) -> CaseOnScreen, changes [Overview, Opinions];
    /// A case that can't be opened, to be looked at: asked again within two minutes as long as it is. Asks the hub, which tells who has it.
    look_at LookAt(CaseArgs) -> LookedAt, changes [];
    /// It isn't looked at any more.
    look_away LookAway(CaseArgs) -> Done, changes [];
    /// Until when this person is away, and who could stand in. Asks the hub.
    away Away(Empty) -> AwayView, changes [];
    /// Away until then; none: back again.
    set_away SetAway(SetAway) -> AwayView, changes [Settings, Overview];
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
    opinions Opinions(Empty) -> OpinionsView, changes [];
    /// The person has seen what failed.
    outcomes_seen OutcomesSeen(Empty) -> Done, changes [Overview];
    /// Asks the hub.
    search Search(SearchArgs) -> SearchPage, changes [];
    /// Asks the hub.
    stats_overrides StatsOverrides(StatsArgs) -> StatsView, changes [];
    /// How often those who looked at the same came to the same. Asks the hub.
    stats_agreement StatsAgreement(AgreementArgs) -> AgreementView, changes [];
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
