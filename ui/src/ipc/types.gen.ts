// Written from crates/protocol and crates/domain. Do not edit: see CONTRIBUTING.md, "Types for the window".


/**
 * What somebody can do, as the page on access says it.
 */
export type Ability = "send" | "read" | "decide" | "trigger" | "lead" | "export" | "administer";

/**
 * Who and what may read, decide, export, trigger. A lead sees who reaches the queues they see, and no webhooks.
 */
export type Access = { people: Array<PersonAccess>, webhooks: Array<WebhookAccess>,
/**
 * Those the caller sees.
 */
queues: Array<string>,
/**
 * Whether the caller may change any of it.
 */
changes: boolean, };

/**
 * What this person may, in the hub's words of now.
 */
export type AccessPage = { me: OwnAccess,
/**
 * None: for leads and admins.
 */
all: Access | null,
/**
 * What the queues named here are called.
 */
titles: { [key in string]: string }, };

export type ActionView = { agent: Agent | null, calls: Array<CallView>, facts: Array<Fact>, conversation: Array<TurnView>, policy: Array<Clause>, evidence: Array<Quote>,
/**
 * What the agent says of it, for the fenced box; hidden characters are written out.
 */
own_words: string | null, };

export type Agent = { name: string | null, version: string | null, run_id: string | null, };

/**
 * How often two came to the same: the one who looked, and what was known or decided before.
 */
export type Agreed = {
/**
 * agree + disagree.
 */
n: number, agree: number, disagree: number,
/**
 * Beside n: who can't tell neither agrees nor disagrees.
 */
cannot_tell: number,
/**
 * agree / n; null when n is 0.
 */
rate: number | null, interval: Interval | null, };

/**
 * How a decision stands to what the machine suggested.
 */
export type Agreement = "agree" | "override" | "cannot_tell" | "no_suggestion";

export type AgreementArgs = { queue: string | null, from: string | null, to: string | null, };

export type AgreementView = { items: Array<QueueAgreement>, };

/**
 * What committing leads to where more than one person has a say, for the bar.
 */
export type Ahead = {
/**
 * "Goes to a second person".
 */
text: string,
/**
 * Why, one rule each: "Two people: pay, above 100 EUR". Empty where the state of the case says it.
 */
because: Array<string>,
/**
 * Nothing is final until somebody else has decided.
 */
waits: boolean, };

/**
 * Where the amount stands in the arguments. A `currency` that doesn't start with `/` is the currency itself.
 */
export type AmountPointers = { value: string, currency: string | null, };

export type Answered = "approve" | "edit" | "reject" | "respond";

export type ArgumentField = {
/**
 * JSON pointer into the arguments.
 */
pointer: string, label: string,
/**
 * With hidden and look-alike characters marked.
 */
segments: Array<Segment>,
/**
 * What is wrong by the schema, in words.
 */
fault: string | null, };

/**
 * A case that waits for this person's opinion. Nothing of what others decided is in it.
 */
export type AskedRow = { case_id: string, queue: string, queue_title: string, kind: Kind, title: string, external_id: string,
/**
 * `awaiting_second` or `disputed`.
 */
state: CaseState,
/**
 * 0 low … 4 urgent.
 */
priority: number, due: Due | null, };

/**
 * What the decision bar says of a draft. The window shows it and adds nothing.
 */
export type Assessment = {
/**
 * Why it can't be committed now; none: it can.
 */
refusal: Refusal | null, agreement: Agreement,
/**
 * What committing does, for the button: "Settle on 21:20", "Same", "Reject", "Save groups".
 */
commit_label: string,
/**
 * "Overrides: Same, 98 %"; none when it agrees or there is no suggestion.
 */
overrides: string | null,
/**
 * It can't be undone once released: chosen with one key, committed with another, held.
 */
irreversible: boolean,
/**
 * A refusal of what the agent asked for: the button is red.
 */
negative: boolean,
/**
 * What committing leads to where others have a say: of what is chosen; before anything is, of doing as proposed.
 */
ahead: Ahead | null, match_preview: MatchPreview | null, call_previews: Array<CallPreview>, };

export type AssignArgs = { case_id: string,
/**
 * A person's id; none: whoever may.
 */
to: string | null, };

export type AttributeClaims = { name: string, label: string, value_type: string,
/**
 * "20 sites, 4 values": counted in words.
 */
words: string,
/**
 * By value, ascending; text alphabetically; null last. Keys 1–9 choose them in this order.
 */
groups: Array<ValueGroup>,
/**
 * For times, dates and numbers: where the values lie, 0 to 1 each; empty otherwise.
 */
axis: Array<AxisPoint>, axis_ticks: Array<AxisTick>, };

export type AttributeRow = { attribute: string, label: string, value_type: string, sensitivity: Sensitivity,
/**
 * Its values are covered until the person asks to see them; what was seen goes with the decision.
 */
masked: boolean,
/**
 * All records that have a value have the same.
 */
equal: boolean,
/**
 * Whether the machine compared it (has evidence in any link).
 */
compared: boolean,
/**
 * In the order of the records.
 */
cells: Array<Cell>, };

export type AuditArgs = { sought: AuditSought, after: string | null, };

export type AuditExported = { path: string, checkpoint_path: string, rows: number,
/**
 * The whole chain was written and doesn't hold.
 */
broken: boolean,
/**
 * Whether what was written proves itself, in a sentence.
 */
words: string, };

export type AuditRow = { position: number, at: string | null,
/**
 * `decision.accepted`.
 */
action: string,
/**
 * "Decision accepted".
 */
words: string,
/**
 * Name of who did it; none: the hub itself, or its command line.
 */
person: string | null, case_id: string | null,
/**
 * What lists call that case; none: it was erased, or isn't this person's to see.
 */
case_title: string | null,
/**
 * Its content was erased.
 */
case_erased: boolean, decision_id: string | null, correlation_id: string | null,
/**
 * Indented JSON; none: erased.
 */
payload: string | null, hash: string, };

/**
 * What of the audit. Everything that is said must hold.
 */
export type AuditSought = {
/**
 * `decision.accepted`, or all of a matter: `decision`.
 */
action: string | null,
/**
 * Id or name.
 */
person: string | null, case_id: string | null, correlation_id: string | null,
/**
 * Days, or instants.
 */
from: string | null, until: string | null, };

/**
 * The newest first.
 */
export type AuditView = { rows: Array<AuditRow>, next: string | null, };

export type Away = { from: string, until: string,
/**
 * Id and name of who stands in.
 */
delegate: string | null, delegate_name: string | null, };

export type AwayView = { away: Away | null,
/**
 * Those who could stand in.
 */
stand_ins: Array<Colleague>, };

export type AxisPoint = { option: number, claims: number, at: number, };

export type AxisTick = { text: string, at: number, };

export type BodyView = { "kind": "identity_match", "view": MatchView } | { "kind": "data_conflict", "view": ConflictView } | { "kind": "proposed_action", "view": ActionView };

export type BrowserSignIn = {
/**
 * None: the hub of the open store, as the same person.
 */
address: string | null, passphrase: string | null, };

/**
 * What changes with the draft: one per call.
 */
export type CallPreview = { id: string,
/**
 * Of the final arguments.
 */
headline: string,
/**
 * Fields that differ from what was proposed.
 */
changed: Array<ChangedField>,
/**
 * The message body, proposed against edited, word by word; empty when not edited.
 */
message_diff: Array<Change>,
/**
 * "26 words in, 22 out".
 */
diff_words: string | null,
/**
 * Where the final arguments break their schema.
 */
faults: Array<Check>,
/**
 * Everything that was looked at, again on the final arguments.
 */
checks: Array<Check>, };

export type CallView = { id: string, tool: string, target_system: string | null, effect: Effect, reversible: boolean,
/**
 * "Refund €120.00 to Ana Ruiz, booking Z7GOZK": written by us from the arguments.
 */
headline: string, arguments: JsonValue, schema: JsonValue | null,
/**
 * The arguments, flattened for reading: one field per leaf, in the order of the schema.
 */
fields: Array<ArgumentField>,
/**
 * "€120.00".
 */
amount_text: string | null, message: MessageView | null, allowed: Array<Answered>, checks: Array<Check>, };

export type CaseArgs = { case_id: string, };

/**
 * A case as the window shows it. Everything that is a rule is already answered in here.
 */
export type CaseOnScreen = { id: string, queue: string, queue_title: string, external_id: string, source: string, revision: number, state: CaseState, title: string, sensitivity: Sensitivity,
/**
 * 0 low … 4 urgent.
 */
priority: number, due: Due | null, expires_at: string | null, subject: Subject | null,
/**
 * Computed here from what is shown; what a decision is bound to.
 */
content_hash: string,
/**
 * Whether policy lets the machine's view be shown before deciding.
 */
show_machine: boolean, suggestion: SuggestionView | null, body: BodyView, context: Array<ContextView>, history: Array<HistoryEntry>,
/**
 * It waits for those it was escalated to, this person among them.
 */
escalated: Escalated | null,
/**
 * It is assigned to this person.
 */
assigned_to_me: boolean,
/**
 * What those who see the case wrote to each other, as it was when the case was last fetched.
 */
comments: Array<Comment>,
/**
 * Who else has it on the screen, as it was when the case was last fetched.
 */
looking: Array<Looker>, reasons: Array<ReasonCode>, draft: Draft, assessment: Assessment,
/**
 * Of a disputed case, for who settles it: both opinions, their differences first.
 */
dispute: DisputeView | null, };

/**
 * Where a case stands.
 */
export type CaseState = "open" | "awaiting_second" | "disputed" | "waiting" | "decided" | "released" | "withdrawn" | "expired" | "returned";

export type Cell = {
/**
 * As text, whole; empty when `missing`.
 */
text: string, missing: boolean,
/**
 * The text again, cut where characters differ from the others.
 */
segments: Array<Segment>,
/**
 * Equal to the value most records have; in a group only departures stand out.
 */
majority: boolean, };

export type ChainPlace = { position: number, hash: string, };

export type ChainState = "walking" | "holds" | "broken";

export type ChainView = { state: ChainState,
/**
 * "Verified up to entry 1234", "Broken at entry 12: its header was changed".
 */
words: string, place: ChainPlace, head: number, at: string, };

/**
 * A run of words in a comparison of before and after.
 */
export type Change = { text: string, sort: ChangeSort, };

export type ChangePerson = { id: string, change: PersonChange, };

export type ChangePolicyArgs = { queue: string,
/**
 * The version it was made from.
 */
version: number, policy: JsonValue, };

export type ChangeSort = "kept" | "added" | "removed";

export type ChangedField = { pointer: string, label: string, before: string, after: string, };

/**
 * Something we looked at: passed, or look here. Shape and words, never colour alone.
 */
export type Check = { level: CheckLevel,
/**
 * The point, in a few words.
 */
title: string, detail: string | null,
/**
 * JSON pointer into the arguments, where there is a place.
 */
pointer: string | null, };

export type CheckHub = { address: string, };

export type CheckLevel = "passed" | "warning" | "stop";

export type ChooseSolo = {
/**
 * Fill it with the sample queues.
 */
sample: boolean,
/**
 * Where there is no keychain.
 */
passphrase: string | null, };

export type ChooseTeam = { address: string, token: string, passphrase: string | null, };

export type Chosen = {
/**
 * Shown once; opens the store when the keychain is lost. None: the store was there before, and it is locked.
 */
recovery_key: string | null, };

export type ClaimView = { id: string, system: string,
/**
 * As the system wrote it, when that differs from the value shown.
 */
raw: string | null, updated_at: string | null, url: string | null,
/**
 * How often this system was right before on this attribute; none when nothing is known yet.
 */
right_before: RightBefore | null, };

export type Clause = { id: string | null, title: string | null, text: string | null, };

export type ClusterMeaning = {
/**
 * From 1, as the keys have it.
 */
number: number, records: number,
/**
 * "a – b +1.7 76 %"; none when nothing is linked or the machine's view is withheld.
 */
weakest_kept: string | null, strongest_cut: string | null, };

/**
 * Somebody a case can be handed to.
 */
export type Colleague = { id: string, name: string,
/**
 * They are away until then.
 */
away_until: string | null,
/**
 * Name of who is then given what is theirs.
 */
stands_in: string | null, };

export type ColleaguesView = { people: Array<Colleague>,
/**
 * To whose people the case can be escalated.
 */
queues: Array<NamedQueue>, };

/**
 * What somebody wrote beside a case.
 */
export type Comment = { id: string, at: string,
/**
 * Name of who wrote it, where the caller may know it.
 */
by: string | null,
/**
 * None: erased.
 */
text: string | null, };

export type CommentArgs = { case_id: string, text: string, };

export type ConflictView = { entity: Entity, attributes: Array<AttributeClaims>, };

export type ContextArgs = { case_id: string, context_id: string, };

export type ContextDetail = { detail: JsonValue, };

export type ContextView = { id: string, title: string, summary: string | null, system: string | null, read_at: string | null, sensitivity: Sensitivity, has_detail: boolean,
/**
 * Opening it is written into the audit.
 */
audited: boolean, };

/**
 * Days after which content is erased; none: kept.
 */
export type Days = { public: number | null, internal: number | null, confidential: number | null, restricted: number | null, };

export type DecideArgs = { case_id: string,
/**
 * Of the case as it was on the screen: a case revised meanwhile isn't decided.
 */
content_hash: string, draft: Draft,
/**
 * How long the case was in front of the person and the window in use.
 */
active_ms: number, shown: Shown,
/**
 * Cases the window still holds after this one.
 */
have: Array<string>,
/**
 * How many more to hand over.
 */
limit: number, };

export type Decided = { undo: UndoCard, agreement: Agreement, work: Work,
/**
 * Microseconds this call took here, for the bench.
 */
took_us: number, };

/**
 * Where a decision stands: `pending → released → corrected`, or `undone`, or `kept`.
 */
export type DecisionState = "pending" | "released" | "corrected" | "undone" | "kept";

export type DeliveriesArgs = { id: string, state: DeliveryState | null, after: string | null, };

/**
 * The newest first.
 */
export type DeliveriesView = { rows: Array<DeliveryRow>, next: string | null, };

export type DeliveryRow = { id: string, event: WebhookEvent, case_id: string, sequence: number, state: DeliveryState,
/**
 * "taken, 204", "given up after 10 tries: answered 503".
 */
words: string, created_at: string, tried_at: string | null, next_at: string | null, correlation_id: string | null, };

export type DeliveryState = "waiting" | "delivered" | "dead";

/**
 * One point on which the two differ.
 */
export type DisputePoint = {
/**
 * "B and C", "Arrival", "Amount".
 */
place: string,
/**
 * What each says of it, with the characters marked that differ.
 */
first: Array<Segment>, second: Array<Segment>,
/**
 * Of a message, in place of both: from the first's words to the second's. Empty for everything else.
 */
message: Array<Change>, };

export type DisputeView = { first: OpinionView, second: OpinionView,
/**
 * Never empty: two who would do the same don't disagree.
 */
differences: Array<DisputePoint>,
/**
 * How many more there are.
 */
left_out: number, };

export type Done = Record<symbol, never>;

/**
 * What the person has chosen so far. Kept on disk, so that nothing typed is lost.
 */
export type Draft = {
/**
 * A whole verdict, or one still missing parts.
 */
verdict: JsonValue | null, cannot_tell: boolean, reasons: Array<string>, comment: string | null, };

export type DraftArgs = { case_id: string,
/**
 * Of the case as it was on the screen: a choice counts for this content only.
 */
content_hash: string, draft: Draft, };

export type Due = { at: string,
/**
 * "due 08:40", "late by 12 min", "due tomorrow".
 */
words: string, late: boolean, };

export type Effect = "read" | "write" | "send" | "pay" | "delete";

export type Elevation = { id: string, person_id: string, roles: Array<Role>, queues: Array<string>, ceiling: Sensitivity | null,
/**
 * "lead, up to restricted".
 */
words: string, reason: string, created_at: string, expires_at: string, };

/**
 * What somebody asks for: more, for so long, because.
 */
export type ElevationRequest = { roles: Array<Role>, queues: Array<string>, ceiling: Sensitivity | null,
/**
 * Written into the audit.
 */
reason: string, minutes: number, };

export type Empty = Record<symbol, never>;

export type EndElevation = { id: string, };

export type Entity = { type: string | null, id: string | null, label: string | null, };

/**
 * An attribute that tells no record from another, in words.
 */
export type EqualInAll = { attribute: string,
/**
 * "ZIP 60622, where given".
 */
words: string,
/**
 * What is said as long as its values are masked: "Born, where given". None: it isn't masked.
 */
masked_words: string | null, };

export type EscalateArgs = { case_id: string, reason: string,
/**
 * None: as the queue's policy says, else its leads.
 */
to: EscalateTo | null,
/**
 * Cases the window still holds after this one.
 */
have: Array<string>, limit: number, };

/**
 * To whom a case is escalated. Whoever it is decides only what they may decide; a lead who doesn't decide gives it to
 * somebody who does.
 */
export type EscalateTo = { "person": string } | { "role": Role } | { "queue": string };

/**
 * That a case was escalated, and still waits for those it was escalated to.
 */
export type Escalated = { at: string,
/**
 * Name of who did it, where the caller may know; none: the queue's policy.
 */
by: string | null,
/**
 * "Kim", "lead", "fraud": a person's name, a role or a queue.
 */
to: string,
/**
 * None: none was said, or it was erased.
 */
reason: string | null, };

export type EventChoice = {
/**
 * `decision.released`, or `*`.
 */
name: string, words: string, };

export type EvidenceView = { attribute: string, level: string | null, similarity: number | null, weight: number | null, weight_text: string, factor: Factor | null,
/**
 * Where the bar starts and ends on the log2 axis: the running sum before and after it.
 */
from: number, to: number, };

export type ExportArgs = { format: string, queue: string | null,
/**
 * Of the cases.
 */
source: string | null, split: string | null, path: string, };

export type ExportAuditArgs = { sought: AuditSought, path: string, };

export type Exported = { path: string, manifest_path: string, rows: number,
/**
 * What this format can't say, in sentences.
 */
left_out: Array<string>,
/**
 * Sources whose labels make a file of their own.
 */
other_sources: Array<string>, };

export type Fact = { id: string | null, label: string | null, value: JsonValue, system: string | null, read_at: string | null, etag: string | null, url: string | null, };

export type Factor = "zero" | "infinite";

/**
 * What is wrong, and where.
 */
export type Fault = {
/**
 * RFC 6901, into what was written; empty for the whole.
 */
pointer: string, text: string, };

export type FieldChange = {
/**
 * "e0272, phone".
 */
place: string, change: Array<Change>, };

/**
 * Answers that are asked for together while nothing is drawn yet.
 */
export type First = { start: StartView, settings: Settings, handed_over: HandedOverView,
/**
 * None: no store is open.
 */
overview: Overview | null,
/**
 * Of the queue that opens by itself.
 */
work: Work | null, };

export type ForMeRow = { case_id: string, queue_title: string, kind: Kind, title: string, due: Due | null,
/**
 * "Escalated by Ana to the leads", "Assigned to you", "Assigned to Eva, for whom you stand in".
 */
words: string,
/**
 * Why it was escalated.
 */
reason: string | null,
/**
 * It is here, or free to be claimed: it can be opened to decide.
 */
opens: boolean,
/**
 * Who is at it now.
 */
with: string | null,
/**
 * This person leads its queue, and may give it to somebody.
 */
assignable: boolean, };

export type ForMeView = {
/**
 * Due first.
 */
rows: Array<ForMeRow>, };

export type GoldenField = { attribute: string, label: string, text: string,
/**
 * The records that say so, by id; empty when it was typed.
 */
records: Array<string>,
/**
 * Somebody picked or typed it, as opposed to the default.
 */
chosen: boolean, };

export type GoldenRecord = {
/**
 * From 0, into the draft's clusters.
 */
cluster: number, fields: Array<GoldenField>, };

export type HandOverArgs = { case_id: string,
/**
 * A person's id.
 */
to: string, note: string | null,
/**
 * Cases the window still holds after this one.
 */
have: Array<string>, limit: number, };

/**
 * Imported together: one of `imported` and `failed` is there.
 */
export type HandedOver = {
/**
 * Their names.
 */
files: Array<string>, imported: Imported | null,
/**
 * Why nothing of them came in, in a sentence.
 */
failed: string | null, };

export type HandedOverView = {
/**
 * Names of files that are imported once a store is open.
 */
waiting: Array<string>, done: Array<HandedOver>, };

/**
 * What happened to a case, for its history: no content.
 */
export type HistoryEntry = { at: string,
/**
 * `created revised claimed skipped decided undone released corrected withdrawn commented assigned handed_over escalated
 * expired`.
 */
what: string,
/**
 * Name of who did it; none: the hub.
 */
by: string | null, };

export type HistoryPage = { rows: Array<HistoryRow>, next: string | null, };

export type HistoryRow = { decision_id: string, case_id: string, queue: string, queue_title: string, kind: Kind, title: string, words: string, at: string, agreement: Agreement,
/**
 * None while it lies in the outbox.
 */
state: DecisionState | null, standing: HistoryStanding,
/**
 * "In the outbox", "Final in 0:12", "Waits for a second person", "Released", "Undone", "Discarded".
 */
state_words: string, outcome: OutcomeView | null, can_undo: boolean,
/**
 * Undoing it is a correction, which needs a reason: it is released, or its undo window is over.
 */
corrects: boolean, comment: string | null, };

/**
 * Where an own decision stands, for the mark beside its words.
 */
export type HistoryStanding = "waiting" | "wedged" | "discarded" | "pending" | "awaiting_second" | "disputed" | "settling" | "upheld" | "overruled" | "kept" | "released" | "done" | "failed" | "compensated" | "corrected" | "undone";

export type HubFound = { version: string, encrypted: boolean,
/**
 * The host of the provider people sign in with; none: by token alone.
 */
provider: string | null, };

export type HubPage = "policies" | "tools" | "webhooks" | "audit";

export type Idle = { "why": "done", decided_today: number, } | { "why": "with_others", left: number, } | { "why": "loading" } | { "why": "offline" } | { "why": "not_allowed", words: string, };

export type ImportArgs = { "format": "cases", paths: Array<string>,
/**
 * Replaces the cases' own.
 */
queue: string | null,
/**
 * Replaces the cases' own.
 */
source: string | null, } | { "format": "splink", records: string, pairs: string, id: string, low: number, high: number, queue: string,
/**
 * What the ids belong to; none: `splink`.
 */
source: string | null,
/**
 * The records' column that says which system they are from; none: guessed, and said.
 */
system: string | null,
/**
 * What the records are; none: `record`.
 */
entity_type: string | null,
/**
 * Name in the pairs, column of the records; an empty column keeps the two apart.
 */
map: Array<[string, string]>, } | { "format": "claims", path: string, queue: string,
/**
 * What the entities belong to; none: `claims`.
 */
source: string | null,
/**
 * What the entities are, where the file doesn't say; none: `entity`.
 */
entity_type: string | null, };

export type Imported = { created: number, revised: number, unchanged: number,
/**
 * Decided before: left alone.
 */
left_alone: number, known_links: number,
/**
 * All of them; `refused` holds the first.
 */
refused_count: number, refused: Array<RefusedRow>,
/**
 * What was guessed, in sentences.
 */
notes: Array<string>, };

export type Interval = { low: number, high: number, level: number, method: Method, };

/**
 * Name to arguments and result, for TypeScript.
 */
export type IpcCalls = { first: Signature<Empty, First>, start: Signature<Empty, StartView>, choose_solo: Signature<ChooseSolo, Chosen>, check_hub: Signature<CheckHub, HubFound>, choose_team: Signature<ChooseTeam, Chosen>, sign_in: Signature<SignIn, Done>, browser_sign_in: Signature<BrowserSignIn, Chosen>, cancel_sign_in: Signature<Empty, Done>, unlock: Signature<Unlock, StartView>, recovery_key: Signature<Empty, RecoveryKeyView>, settle_recovery_key: Signature<Empty, Done>, overview: Signature<Empty, Overview>, work: Signature<WorkArgs, Work>, case: Signature<CaseArgs, CaseOnScreen>, draft: Signature<DraftArgs, Assessment>, decide: Signature<DecideArgs, Decided>, skip: Signature<SkipArgs, Work>, undo: Signature<UndoArgs, Undone>, context_detail: Signature<ContextArgs, ContextDetail>, colleagues: Signature<CaseArgs, ColleaguesView>, assignees: Signature<CaseArgs, ColleaguesView>, hand_over: Signature<HandOverArgs, Work>, escalate: Signature<EscalateArgs, Work>, assign: Signature<AssignArgs, Done>, for_me: Signature<Empty, ForMeView>, open_case: Signature<CaseArgs, CaseOnScreen>, look_at: Signature<CaseArgs, LookedAt>, look_away: Signature<CaseArgs, Done>, away: Signature<Empty, AwayView>, set_away: Signature<SetAway, AwayView>, comment: Signature<CommentArgs, Done>, outbox: Signature<Empty, OutboxView>, retry_outbox: Signature<OutboxArgs, Done>, discard_outbox: Signature<OutboxArgs, Done>, decide_again: Signature<OutboxArgs, CaseOnScreen>, history: Signature<PageArgs, HistoryPage>, opinions: Signature<Empty, OpinionsView>, outcomes_seen: Signature<Empty, Done>, search: Signature<SearchArgs, SearchPage>, stats_overrides: Signature<StatsArgs, StatsView>, stats_agreement: Signature<AgreementArgs, AgreementView>, export: Signature<ExportArgs, Exported>, import: Signature<ImportArgs, Imported>, records_header: Signature<RecordsArgs, RecordsHeader>, handed_over: Signature<Empty, HandedOverView>, handed_over_seen: Signature<Empty, Done>, add_sample: Signature<Empty, Imported>, pick_files: Signature<PickArgs, Picked>, pick_save: Signature<PickSaveArgs, Picked>, settings: Signature<Empty, Settings>, set_settings: Signature<Settings, Settings>, sync_now: Signature<Empty, Done>, policies: Signature<Empty, PoliciesView>, policy: Signature<PolicyArgs, PolicyView>, draft_policy: Signature<PolicyDraftArgs, PolicyDraftView>, simulate_policy: Signature<SimulateArgs, SimulationView>, change_policy: Signature<ChangePolicyArgs, Done>, tools: Signature<Empty, ToolsView>, register_tool: Signature<RegisterToolArgs, Done>, webhooks: Signature<Empty, WebhooksView>, add_webhook: Signature<NewWebhook, WebhookMade>, remove_webhook: Signature<WebhookArgs, Done>, enable_webhook: Signature<WebhookArgs, Done>, disable_webhook: Signature<WebhookArgs, Done>, test_webhook: Signature<WebhookArgs, TestedView>, deliveries: Signature<DeliveriesArgs, DeliveriesView>, replay: Signature<ReplayArgs, Replayed>, audit: Signature<AuditArgs, AuditView>, verify_audit: Signature<VerifyAuditArgs, ChainView>, export_audit: Signature<ExportAuditArgs, AuditExported>, retention: Signature<Empty, RetentionView>, set_retention: Signature<Retention, Done>, painted: Signature<PaintedArgs, Done>, access: Signature<Empty, AccessPage>, change_person: Signature<ChangePerson, PersonAccess>, revoke_token: Signature<RevokeToken, Done>, make_token: Signature<MakeToken, TokenMade>, elevate: Signature<ElevationRequest, Elevation>, end_elevation: Signature<EndElevation, Done>, sign_out: Signature<Empty, StartView>, };

export type Kind = "identity_match" | "data_conflict" | "proposed_action";

/**
 * One scored pair with its evidence, printed with one decimal such that what is printed adds up, or `adds_up` is false.
 */
export type LinkView = { left: string, right: string, probability: number | null,
/**
 * "98.1 %", "> 99.9 %", "< 0.1 %".
 */
probability_text: string | null, weight: number | null,
/**
 * "+5.7", "−8.0".
 */
weight_text: string | null, prior: number | null, prior_text: string | null,
/**
 * "about 1 pair in 250 the same".
 */
prior_words: string | null, evidence: Array<EvidenceView>,
/**
 * Prior and evidence make the weight (within 0.01).
 */
adds_up: boolean,
/**
 * "prior and five attributes, adds up", or in words why not.
 */
sum_words: string, };

export type LockReason = "passphrase" | "no_keychain" | "keychain_locked" | "key_missing" | "wrong_key";

/**
 * A case to look at, which this person doesn't have.
 */
export type LookedAt = {
/**
 * Its assessment says why nothing is decided here.
 */
case: CaseOnScreen,
/**
 * Who has it, where the person may know.
 */
with: string | null,
/**
 * Nobody has it and this person may decide it: it can be opened.
 */
free: boolean,
/**
 * This person leads its queue, and may give it to somebody.
 */
assignable: boolean,
/**
 * This person may write into its discussion.
 */
comments: boolean, };

/**
 * Somebody who has the case on the screen without having it to decide.
 */
export type Looker = { name: string,
/**
 * Said again by then, or they look no longer.
 */
until: string, };

export type MakeToken = { name: string, roles: Array<Role>, sources: Array<string>,
/**
 * From now on; null: until it is revoked.
 */
days: number | null, };

/**
 * Up to five records stand as columns; from six on as rows, with the matrix of weights.
 */
export type MatchLayout = "columns" | "rows";

/**
 * What stands below the table and changes with the draft: golden record, what the clusters mean.
 */
export type MatchPreview = {
/**
 * One per cluster of two or more records.
 */
golden: Array<GoldenRecord>,
/**
 * One per cluster, in order.
 */
clusters: Array<ClusterMeaning>,
/**
 * "Of 28 pairs 15 are kept together …", in words; empty for a pair.
 */
words: string,
/**
 * "1 pair can't be told": of the pairs the draft leaves in doubt those it doesn't put together. None: there is none.
 */
unsure_words: string | null, };

export type MatchView = { entity_type: string | null, layout: MatchLayout,
/**
 * In the order of the case: column or row order.
 */
records: Array<RecordView>,
/**
 * One per attribute; compared ones first, then the others.
 */
rows: Array<AttributeRow>,
/**
 * Every scored pair; empty when the machine's view is withheld.
 */
links: Array<LinkView>,
/**
 * Attributes whose values are equal in all records that have one.
 */
equal_in_all: Array<EqualInAll>,
/**
 * What the suggestion's partition is, as cluster numbers from 1 in record order; none when there is none or it's withheld.
 */
suggested_clusters: Array<number> | null, };

/**
 * To what, and for how long at once, a person may raise themselves. An admin says it.
 */
export type MayElevate = { roles: Array<Role>, queues: Array<string>, ceiling: Sensitivity | null,
/**
 * At most 720.
 */
minutes: number, };

export type MessageView = { channel: string | null,
/**
 * Pointers of the parts that can be edited.
 */
to_pointer: string | null, subject_pointer: string | null, body_pointer: string | null, to: Array<Segment>, subject: Array<Segment>, body: Array<Segment>, body_text: string,
/**
 * "markdown" or "text".
 */
format: string, };

export type Method = "wilson";

export type Mode = "solo" | "team";

export type ModelVersion = { name: string | null, version: string | null, rule: string | null, };

export type NamedQueue = { name: string, title: string, };

export type NewWebhook = {
/**
 * https; without credentials in it.
 */
url: string,
/**
 * Names of events, or `*` for all.
 */
events: Array<string>, signing: Signing | null, };

/**
 * For the sidebar: what waits for this person, and what of theirs waits for others.
 */
export type OpinionCounts = {
/**
 * Second opinions to give.
 */
awaiting_second: number,
/**
 * Disputes to settle.
 */
disputed: number,
/**
 * Whether this person settles disputes anywhere.
 */
adjudicates: boolean,
/**
 * Own decisions that wait for another's word, those in dispute among them.
 */
own: number, };

export type OpinionView = { decision_id: string,
/**
 * "Ana", or "The first person" where the reader may not know the name.
 */
by: string, at: string,
/**
 * "Approved", "3 groups".
 */
words: string, cannot_tell: boolean,
/**
 * To take it over as a draft.
 */
verdict: JsonValue | null,
/**
 * Codes; the queue has their labels.
 */
reasons: Array<string>, comment: string | null, };

export type OpinionsView = {
/**
 * What this person is asked for, in the hub's order; empty while the hub is away.
 */
asked: Array<AskedRow>,
/**
 * Why the hub couldn't be asked, in a sentence.
 */
fault: string | null,
/**
 * Own decisions that wait for another's word, newest first.
 */
own: Array<HistoryRow>, };

export type OutboxArgs = { id: string, };

export type OutboxEntry = { id: string, case_id: string, queue: string, kind: Kind, title: string,
/**
 * "Different", "3 groups", or "Undo of …".
 */
words: string, at: string,
/**
 * None: waiting. Some: needs the person.
 */
wedged: Wedged | null, };

export type OutboxView = {
/**
 * In the order they were made and will be sent.
 */
entries: Array<OutboxEntry>, };

/**
 * What the executor reports of a released decision.
 */
export type OutcomeStatus = "done" | "failed" | "compensated";

/**
 * What became of a released decision, by its executor.
 */
export type OutcomeView = { status: OutcomeStatus,
/**
 * In the executor's words.
 */
detail: string | null, at: string, };

export type Overview = { mode: Mode,
/**
 * "On this computer", or the hub's host.
 */
place: string, person: string, roles: Array<Role>,
/**
 * The provider this person signs in with, by host; none: with a token.
 */
provider: string | null, queues: Array<QueueView>,
/**
 * The queue that opens by itself: the first with something to decide.
 */
opens: string | null, decided_today: number, sync: SyncView, outbox_waiting: number, outbox_wedged: number,
/**
 * The last decision, while it can be undone.
 */
undo: UndoCard | null,
/**
 * None where nobody is ever asked for a second opinion.
 */
opinions: OpinionCounts | null,
/**
 * Own decisions whose executor reported that it failed, not seen yet.
 */
failed: number,
/**
 * Whether the lead's page has something to show to this person.
 */
leads: boolean,
/**
 * Cases that wait for this person by name or role; none where nobody else is there.
 */
for_me: number | null,
/**
 * Away, by the hub's last word.
 */
away: Away | null,
/**
 * Pages about the hub that open to this person.
 */
hub_pages: Array<HubPage>,
/**
 * The recovery key was neither kept nor declined yet.
 */
recovery_key_due: boolean,
/**
 * The hub's clock less this computer's: every instant here is the hub's.
 */
clock_ahead_ms: number, };

export type OwnAccess = { id: string, name: string, roles: Array<Role>,
/**
 * None: all.
 */
queues: Array<string>, ceiling: Sensitivity | null, can: Array<Ability>, may_elevate: MayElevate | null, elevations: Array<Elevation>, };

export type PageArgs = { after: string | null, };

export type PaintedArgs = {
/**
 * `page`, or `case` once a case stands on the screen.
 */
what: string, };

/**
 * A person or service account, with all they have.
 */
export type PersonAccess = { id: string, name: string,
/**
 * Said again by who changes them.
 */
version: number,
/**
 * Given to whoever signs in as them. A token carries roles of its own.
 */
roles: Array<Role>,
/**
 * None: all.
 */
queues: Array<string>,
/**
 * The most sensitive a case may be that they see; null: any.
 */
ceiling: Sensitivity | null,
/**
 * To what they may raise themselves; null: to nothing.
 */
may_elevate: MayElevate | null,
/**
 * They sign in with the provider.
 */
signs_in: boolean,
/**
 * The provider says what is given; it can't be changed here.
 */
managed: boolean, disabled: boolean,
/**
 * All roles they have now: given, by tokens, raised.
 */
has: Array<Role>,
/**
 * What these let them do.
 */
can: Array<Ability>, tokens: Array<TokenInfo>,
/**
 * Those that run.
 */
elevations: Array<Elevation>, };

/**
 * Replaces what is given to a person.
 */
export type PersonChange = {
/**
 * The one it was made from, else `If-Match`.
 */
version: number | null, roles: Array<Role>, queues: Array<string>, ceiling: Sensitivity | null, may_elevate: MayElevate | null,
/**
 * Takes effect at their next request; their leases end, what is assigned to them is anybody's again.
 */
disabled: boolean, };

export type PickArgs = { title: string,
/**
 * Without dots.
 */
extensions: Array<string>, several: boolean, };

export type PickSaveArgs = { title: string, name: string, };

/**
 * Empty: the person closed the dialog.
 */
export type Picked = { paths: Array<string>, };

export type PoliciesView = { queues: Array<PolicyRow>, };

export type PolicyArgs = { queue: string, };

/**
 * What one policy says and the other doesn't.
 */
export type PolicyDifference = { was: string | null, now: string | null, };

/**
 * A policy being written.
 */
export type PolicyDraftArgs = {
/**
 * JSON.
 */
text: string,
/**
 * The one it was made from; none where that can't be read.
 */
was: JsonValue | null, };

/**
 * What it says, and what is wrong with it.
 */
export type PolicyDraftView = {
/**
 * Whole, what was left out filled in; none with a fault.
 */
policy: JsonValue | null, fault: Fault | null, sentences: Array<Sentence>,
/**
 * Against the one it was made from.
 */
changes: Array<PolicyDifference>, };

/**
 * How one queue is worked.
 */
export type PolicyRow = { queue: string, title: string, kind: Kind, version: number,
/**
 * Empty where it can't be read.
 */
sentences: Array<Sentence>,
/**
 * It can't be read: nothing is decided there until it is written anew.
 */
unreadable: boolean,
/**
 * Why this person may not change it; none: they may.
 */
why_not: string | null, };

export type PolicyVersionView = { version: number, at: string,
/**
 * Who wrote it; none: the hub's default.
 */
by: string | null,
/**
 * Against the version before; of the first one empty.
 */
changes: Array<PolicyDifference>,
/**
 * This one, or the one before, can't be read: what changed can't be said.
 */
unreadable: boolean, policy: JsonValue | null, };

export type PolicyView = { now: PolicyRow,
/**
 * As it is written; none where it can't be read.
 */
policy: JsonValue | null,
/**
 * The newest first.
 */
versions: Array<PolicyVersionView>,
/**
 * To begin with.
 */
presets: Array<PresetView>, };

export type PresetView = { name: string, title: string, policy: JsonValue, };

/**
 * How often those who looked came to the same, in one queue. Of nobody in particular.
 */
export type QueueAgreement = { queue: string,
/**
 * With known answers.
 */
gold: Agreed,
/**
 * With what one person had decided and was released.
 */
audit: Agreed,
/**
 * With the first of two who were asked before release.
 */
second_opinion: Agreed, };

export type QueueView = { name: string,
/**
 * "Booking changes" for `booking-changes`.
 */
title: string, kind: Kind,
/**
 * Left to decide, by the hub's last word less what was decided here since.
 */
left: number, due: number,
/**
 * Of them on this computer.
 */
at_hand: number,
/**
 * Whether this person may decide here.
 */
decides: boolean, };

export type Quote = { title: string | null, quote: string | null, url: string | null, };

/**
 * A rate, never without its count and interval.
 */
export type RateRow = {
/**
 * The group's members by name, as asked for.
 */
group: { [key in string]: string | null }, n: number, agree: number, override: number, edited: number, cannot_tell: number, no_suggestion: number,
/**
 * None when n is 0.
 */
rate: number | null, low: number | null, high: number | null,
/**
 * "49.3 % [44.7–54.0], 220 of 446".
 */
words: string, };

export type ReasonCode = { code: string, label: string, };

export type RecordView = { id: string,
/**
 * A, B, C … for columns; a, b, c … for rows.
 */
letter: string,
/**
 * The value of the attribute that names a record best, for headings and rows.
 */
name: string, system: string | null, updated_at: string | null,
/**
 * Shown as text; never followed by itself.
 */
url: string | null, };

export type RecordsArgs = {
/**
 * Where the file of records lies.
 */
records: string, };

export type RecordsHeader = {
/**
 * Those that have a name, in the order of the file.
 */
columns: Array<string>,
/**
 * Which of them is likely the records' id; none: no name says so.
 */
id: string | null, };

export type RecoveryKeyView = { recovery_key: string, };

/**
 * Why a decision isn't taken. The code is stable; the sentence is what a person reads beside the disabled button.
 */
export type Refusal = { code: string, text: string,
/**
 * Into the verdict, where there is a place.
 */
pointer?: string | null, };

export type RefusedRow = { file: string, line: number, code: string, words: string, };

export type RegisterToolArgs = { name: string,
/**
 * Without a schema.
 */
tool: Tool,
/**
 * JSON, or empty.
 */
schema_text: string, };

export type ReplayArgs = { webhook_id: string,
/**
 * None: all that was given up.
 */
delivery_id: string | null, };

export type Replayed = {
/**
 * Deliveries that are tried again.
 */
replayed: number, };

/**
 * What a hub erases, counted from when a case was closed. Says nothing: everything is kept.
 */
export type Retention = {
/**
 * For queues that have no days of their own.
 */
hub: Days,
/**
 * A queue named here takes nothing from the hub's: what it doesn't say is kept.
 */
queues: { [key in string]: Days }, };

export type RetentionView = { retention: Retention,
/**
 * Queues there are, by name and title; those named in `retention` have days of their own.
 */
queues: Array<NamedQueue>,
/**
 * What is erased when, in sentences.
 */
sentences: Array<string>, };

export type RevokeToken = { id: string, };

/**
 * A rate with its count and interval (Wilson 1927, 95 %).
 */
export type RightBefore = { right: number, n: number, rate: number, low: number, high: number, };

export type Role = "source" | "steward" | "approver" | "lead" | "admin";

export type SearchArgs = { query: string, after: string | null, };

export type SearchPage = { rows: Array<SearchRow>, next: string | null, };

export type SearchRow = { case_id: string, queue: string, queue_title: string, kind: Kind, title: string, external_id: string, state: CaseState,
/**
 * It is on this computer and can be opened to decide.
 */
at_hand: boolean,
/**
 * It is free, and this person may decide it: opening claims it.
 */
free: boolean,
/**
 * "Eva": who is at it now.
 */
with: string | null,
/**
 * This person leads its queue and may give it to somebody.
 */
assignable: boolean, };

/**
 * A run of characters of one sort.
 */
export type Segment = { text: string, sort: SegmentSort,
/**
 * For hidden and look-alike characters: what it really is, "U+0430 CYRILLIC SMALL LETTER A" or "U+0007".
 */
really?: string | null, };

export type SegmentSort = "same" | "differs" | "hidden" | "look_alike";

export type Sensitivity = "public" | "internal" | "confidential" | "restricted";

/**
 * One thing a policy says.
 */
export type Sentence = {
/**
 * The member it is about, `undo_seconds`; the rules are several sentences about `rules`.
 */
about: string, text: string, };

export type SetAway = {
/**
 * None: back again.
 */
until: string | null,
/**
 * The id of who stands in; none: whoever may.
 */
delegate: string | null, };

export type Settings = { theme: Theme, text_size: TextSize, context_open: boolean, sidebar_open: boolean,
/**
 * For who can't hold a key: press, then P.
 */
hold_alternative: boolean,
/**
 * Tell when something needs you and the window is away.
 */
notifications: boolean, };

/**
 * What the person had before them.
 */
export type Shown = { suggestion_id: string | null, links: boolean,
/**
 * Context entries opened, by id.
 */
opened: Array<string>,
/**
 * Attributes unmasked, by name.
 */
revealed: Array<string>, };

export type SignIn = { token: string, };

export type Signature<A, R> = { args: A, result: R, };

export type Signing = "hmac" | "ed25519";

export type SimulateArgs = { queue: string, policy: JsonValue,
/**
 * How many of the newest cases.
 */
last: number, };

export type SimulatedCase = { case_id: string, external_id: string,
/**
 * "two people: pay, above 1000 EUR", "refused: no reason given".
 */
text: string, };

export type SimulationLine = { n: number,
/**
 * "need two people".
 */
text: string, };

/**
 * What a policy would have done.
 */
export type SimulationView = {
/**
 * Cases it was tried on.
 */
n: number,
/**
 * "18 need two people".
 */
lines: Array<SimulationLine>,
/**
 * Cases that need more than one person, or would have been refused; not all of them.
 */
cases: Array<SimulatedCase>, };

export type SkipArgs = { case_id: string, have: Array<string>, limit: number, };

export type Standing = "untried" | "delivering" | "failing" | "disabled";

export type StartView = { "state": "first_run",
/**
 * Whether the system has a keychain; without one a passphrase is asked for.
 */
keychain: boolean,
/**
 * Decisions of people who signed out before these were delivered; they wait sealed.
 */
sealed: number, version: string, } | { "state": "locked", mode: Mode,
/**
 * `passphrase no_keychain keychain_locked key_missing wrong_key`
 */
reason: LockReason,
/**
 * What happened and what to do, in a sentence.
 */
words: string, version: string, } | { "state": "ready", mode: Mode, version: string, } | { "state": "stopped", code: string, words: string, version: string, };

export type StatsArgs = { queue: string | null, kind: Kind | null,
/**
 * `name@version` of the suggestion.
 */
by: string | null, from: string | null, to: string | null,
/**
 * One of `queue kind model rule field day`; none: everything in one row.
 */
group_by: string | null, };

export type StatsView = { items: Array<RateRow>, };

export type Subject = { type: string | null, id: string | null, label: string | null, url: string | null, };

export type SuggestionView = { id: string | null,
/**
 * "Same, 98 %".
 */
words: string,
/**
 * "splink 4.0.17".
 */
by_words: string | null, by: ModelVersion | null, rationale: string | null,
/**
 * As sent, for choosing it with one key.
 */
verdict: JsonValue, };

export type SyncState = "synced" | "syncing" | "offline" | "failing" | "refused";

export type SyncView = { state: SyncState,
/**
 * "Synced · outbox empty", "Offline · 4 in the outbox".
 */
words: string,
/**
 * For offline: since when.
 */
since: string | null, next_try_at: string | null,
/**
 * For offline: when the first lease of the cases at hand ends.
 */
leases_until: string | null,
/**
 * For refused and failing: the code.
 */
code: string | null,
/**
 * And why, in a sentence or two.
 */
trouble: string | null, };

export type TestedView = { delivered: boolean,
/**
 * "Taken, 204", "Not taken: nobody answers there".
 */
words: string, };

/**
 * Of everything in the window, in percent.
 */
export type TextSize = "100" | "125" | "150" | "200";

export type Theme = "system" | "light" | "dark";

export type TokenInfo = { id: string,
/**
 * Of a sign-in: none, it has those of the person.
 */
roles: Array<Role>,
/**
 * Source names it may write; none: any.
 */
sources: Array<string>,
/**
 * Made by signing in, and ends within the hour.
 */
session: boolean, created_at: string, expires_at: string | null, };

/**
 * A token just made. The token itself is shown this once; only its hash is kept.
 */
export type TokenMade = { id: string, token: string, person_id: string, name: string, roles: Array<Role>, sources: Array<string>, expires_at: string | null, };

export type Tool = { effect: Effect,
/**
 * Absent: it can't be undone.
 */
reversible: boolean,
/**
 * JSON Schema of its arguments; they must fit this one and the case's.
 */
schema?: JsonValue | null,
/**
 * How a call reads, with JSON pointers in braces: "Refund {/amount} to {/to}".
 */
headline?: string | null,
/**
 * Where amount and currency stand in the arguments.
 */
amount?: AmountPointers | null,
/**
 * Where the recipient stands in the arguments.
 */
recipient?: string | null, };

export type ToolView = { name: string,
/**
 * "pays, can't be undone".
 */
words: string, tool: Tool,
/**
 * Its schema as it is edited.
 */
schema_text: string, at: string, };

export type ToolsView = { tools: Array<ToolView>,
/**
 * Why this person may not register one; none: they may.
 */
why_not: string | null, };

/**
 * What a call or an event changes. An event `tiebreak://changed` carries a list of these.
 */
export type Topic = "start" | "overview" | "work" | "outbox" | "history" | "opinions" | "settings" | "stats" | "handed_over" | "access" | "hub";

export type TurnView = { role: string, name: string | null, text: Array<Segment>,
/**
 * "search_onestop_flight(origin: JFK, …)".
 */
calls: Array<string>, at: string | null, };

export type UndoArgs = {
/**
 * None: the last one.
 */
decision_id: string | null,
/**
 * Needed after release, when it becomes a correction.
 */
reason: string | null, };

export type UndoCard = { decision_id: string, case_id: string, queue: string,
/**
 * "Different".
 */
verdict: string,
/**
 * "Overrides: Same, 98 %"; none where it overrode nothing, or nothing that was to be seen.
 */
overrides: string | null,
/**
 * The case's title.
 */
title: string, decided_at: string,
/**
 * When it becomes final; none while the hub hasn't said.
 */
undo_until: string | null,
/**
 * "On disk. Final once the hub has it", "Waits for a second person"; while the window runs "Delivered".
 */
words: string,
/**
 * The window's length in seconds, for the bar.
 */
undo_seconds: number, };

export type Undone = { case_id: string, queue: string,
/**
 * "Undone", "Correction sent".
 */
words: string,
/**
 * The case again, with the decision as its draft, when it is at hand.
 */
case: CaseOnScreen | null, };

export type Unlock = { passphrase: string | null, recovery_key: string | null, };

export type ValueGroup = {
/**
 * From 1, as the keys have it.
 */
option: number,
/**
 * What a verdict would carry.
 */
value: JsonValue,
/**
 * As shown in one line, hidden characters written out; "empty" for null.
 */
text: string,
/**
 * The value as it came, with hidden and look-alike characters marked; no segments for null.
 */
segments: Array<Segment>, claims: Array<ClaimView>, };

/**
 * From where the chain is walked on; nothing: from its first entry.
 */
export type VerifyAuditArgs = { from: ChainPlace | null, };

export type Webhook = { id: string, url: string, events: Array<string>, signing: Signing,
/**
 * `whpk_…`, with ed25519.
 */
public_key?: string | null, state: WebhookState, created_at: string, last_success_at: string | null,
/**
 * Whether anything arrives: `untried delivering failing disabled`.
 */
standing: Standing,
/**
 * While it is failing.
 */
failing_since: string | null,
/**
 * Deliveries not yet taken by the receiver, those that wait for another try included.
 */
waiting: number,
/**
 * Deliveries given up.
 */
dead: number, };

/**
 * An address that is told of decisions.
 */
export type WebhookAccess = { id: string, url: string, events: Array<string>,
/**
 * `active` or `disabled`.
 */
state: string, };

export type WebhookArgs = { id: string, };

/**
 * What can be told of.
 */
export type WebhookEvent = "decision.released" | "decision.corrected" | "case.created" | "case.revised" | "case.closed" | "case.escalated" | "label.created" | "label.retracted" | "outcome.reported";

/**
 * A webhook just made.
 */
export type WebhookMade = {
/**
 * `whsec_…`, with hmac; shown this once.
 */
secret?: string | null, id: string, url: string, events: Array<string>, signing: Signing,
/**
 * `whpk_…`, with ed25519.
 */
public_key?: string | null, state: WebhookState, created_at: string, last_success_at: string | null,
/**
 * Whether anything arrives: `untried delivering failing disabled`.
 */
standing: Standing,
/**
 * While it is failing.
 */
failing_since: string | null,
/**
 * Deliveries not yet taken by the receiver, those that wait for another try included.
 */
waiting: number,
/**
 * Deliveries given up.
 */
dead: number, };

export type WebhookState = "active" | "disabled";

export type WebhooksView = { webhooks: Array<Webhook>,
/**
 * What one can be told of.
 */
events: Array<EventChoice>, };

export type Wedged = {
/**
 * The hub's code, or ours.
 */
code: string,
/**
 * What happened, in a sentence.
 */
words: string,
/**
 * What can be done about it.
 */
can_retry: boolean, can_decide_again: boolean,
/**
 * For a case that changed: what changed, field by field.
 */
changes: Array<FieldChange>, seen_hash: string | null, now_hash: string | null, };

/**
 * What an IPC call fails with. The window shows `message` once and acts only on `code`.
 */
export type WireError = { code: string, message: string, pointer?: string | null, };

export type Work = {
/**
 * Without those the window already holds.
 */
cases: Array<CaseOnScreen>, left: number,
/**
 * Why there is nothing to show, when there is nothing.
 */
idle: Idle | null, };

export type WorkArgs = { queue: string,
/**
 * Cases the window already holds, in its order.
 */
have: Array<string>,
/**
 * How many more to hand over.
 */
limit: number, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

export const changes: Record<keyof IpcCalls, Topic[]> = {
  first: [],
  start: [],
  choose_solo: ["start","overview","work"],
  check_hub: [],
  choose_team: ["start","overview","work"],
  sign_in: ["overview","outbox","work"],
  browser_sign_in: ["start","overview","outbox","work"],
  cancel_sign_in: [],
  unlock: ["start","overview","work"],
  recovery_key: [],
  settle_recovery_key: ["overview"],
  overview: [],
  work: [],
  case: [],
  draft: [],
  decide: ["overview","outbox","history","opinions"],
  skip: ["overview"],
  undo: ["overview","outbox","history","opinions","work"],
  context_detail: [],
  colleagues: [],
  assignees: [],
  hand_over: ["overview","work"],
  escalate: ["overview","work"],
  assign: ["overview","work"],
  for_me: [],
  open_case: ["overview","opinions"],
  look_at: [],
  look_away: [],
  away: [],
  set_away: ["settings","overview"],
  comment: ["work"],
  outbox: [],
  retry_outbox: ["overview","outbox"],
  discard_outbox: ["overview","outbox","history"],
  decide_again: ["overview","outbox","work"],
  history: [],
  opinions: [],
  outcomes_seen: ["overview"],
  search: [],
  stats_overrides: [],
  stats_agreement: [],
  export: [],
  import: ["overview","work"],
  records_header: [],
  handed_over: [],
  handed_over_seen: ["handed_over"],
  add_sample: ["overview","work"],
  pick_files: [],
  pick_save: [],
  settings: [],
  set_settings: ["settings"],
  sync_now: ["overview","outbox","work"],
  policies: [],
  policy: [],
  draft_policy: [],
  simulate_policy: [],
  change_policy: ["hub","overview","work"],
  tools: [],
  register_tool: ["hub","overview","work"],
  webhooks: [],
  add_webhook: ["hub"],
  remove_webhook: ["hub"],
  enable_webhook: ["hub"],
  disable_webhook: ["hub"],
  test_webhook: ["hub"],
  deliveries: [],
  replay: ["hub"],
  audit: [],
  verify_audit: [],
  export_audit: [],
  retention: [],
  set_retention: ["hub"],
  painted: [],
  access: [],
  change_person: ["access"],
  revoke_token: ["access"],
  make_token: ["access"],
  elevate: ["access","overview","work"],
  end_elevation: ["access","overview","work"],
  sign_out: ["start","overview","work","outbox","history"],
};
