// Cases as the desk would show them, invented, for tests of the conflict and the action workbench.
import type { ActionView, Assessment, AttributeClaims, BodyView, CallPreview, CallView, CaseOnScreen, ClaimView, ConflictView, JsonValue, RightBefore, Segment } from "../ipc/types.gen";

export const NO_ANSWER: Assessment = {
  refusal: { code: "invalid_verdict", text: "Nothing is chosen yet", pointer: null }, agreement: "override", commit_label: "Settle", overrides: null, irreversible: false, negative: false, ahead: null,
  match_preview: null, call_previews: [],
};

export function caseOf(body: BodyView, more: Partial<CaseOnScreen> = {}): CaseOnScreen {
  return {
    id: "01930000-0000-7000-8000-000000000001", queue: "timetable", queue_title: "Timetable", external_id: "TB-17:arrival", source: "rail-sync", revision: 1, state: "open",
    title: "TB 17, Kiel to Ulm", sensitivity: "internal", priority: 1, due: null, expires_at: null, subject: null,
    content_hash: "sha256:3ad7000000000000000000000000000000000000000000000000000000c90e", show_machine: true,
    suggestion: null, body, context: [], history: [], escalated: null, assigned_to_me: false, comments: [], looking: [], reasons: [{ code: "policy", label: "Against policy" }, { code: "amount", label: "Amount" }],
    draft: { verdict: null, cannot_tell: false, reasons: [], comment: null }, assessment: NO_ANSWER, dispute: null, ...more,
  };
}

function claim(id: string, system: string, more: Partial<ClaimView> = {}): ClaimView {
  return { id, system, raw: null, updated_at: null, url: null, right_before: null, ...more };
}

export function plain(text: string): Segment[] {
  return text === "" ? [] : [{ text, sort: "same", really: null }];
}

const often: RightBefore = { right: 114, n: 119, rate: 0.958, low: 0.91, high: 0.98 };

export const ARRIVAL: AttributeClaims = {
  name: "arrival", label: "Actual arrival", value_type: "time", words: "6 systems, 3 values",
  groups: [
    { option: 1, value: "21:11", text: "21:11", segments: plain("21:11"), claims: [claim("c0", "nordboard"), claim("c1", "stationwatch"), claim("c2", "railmirror")] },
    { option: 2, value: "21:19", text: "21:19", segments: plain("21:19"), claims: [claim("c3", "trackfeed", { raw: "Estimated" }), claim("c4", "waymark")] },
    { option: 3, value: "21:20", text: "21:20", segments: plain("21:20"), claims: [claim("c5", "operator", { right_before: often })] },
  ],
  axis: [{ option: 1, claims: 3, at: 0.2 }, { option: 2, claims: 2, at: 0.8 }, { option: 3, claims: 1, at: 0.81 }],
  axis_ticks: [{ text: "21:09", at: 0 }, { text: "21:22", at: 1 }],
};

export const PLATFORM: AttributeClaims = {
  name: "platform", label: "Platform", value_type: "number", words: "2 systems, 2 values",
  groups: [{ option: 1, value: 3, text: "3", segments: plain("3"), claims: [claim("p0", "nordboard")] }, { option: 2, value: null, text: "empty", segments: plain("empty"), claims: [claim("p1", "operator")] }],
  axis: [], axis_ticks: [],
};

export const ONE: ConflictView = { entity: { type: "train", id: "TB-17", label: "TB 17" }, attributes: [ARRIVAL] };
export const TWO: ConflictView = { ...ONE, attributes: [ARRIVAL, PLATFORM] };


export const REFUND_SCHEMA: JsonValue = {
  type: "object", required: ["booking", "amount", "seats", "legs"],
  properties: {
    booking: { type: "string", title: "Booking" }, amount: { type: "number", title: "Amount" }, seats: { type: "integer", title: "Seats" }, insured: { type: "boolean", title: "Insured" },
    class: { enum: ["first", "second"], title: "Class" }, paid_on: { type: "string", format: "date", title: "Paid on" }, note: { type: ["string", "null"], title: "Note", maxLength: 2000 },
    legs: { type: "array", title: "Legs", items: { $ref: "#/$defs/leg" } }, tags: { type: "array", title: "Tags", items: { type: "string" } },
  },
  $defs: { leg: { type: "object", required: ["train", "fare"], properties: { train: { type: "string", title: "Train" }, fare: { type: "number", title: "Fare" } } } },
};

export const REFUND_ARGUMENTS: JsonValue = {
  booking: "KX41TA", amount: 84.5, seats: 2, insured: true, class: "second", paid_on: "2026-03-02", legs: [{ train: "TB 17", fare: 42.25 }, { train: "TB 18", fare: 42.25 }], tags: ["late"],
};

export const REFUND: CallView = {
  id: "a1", tool: "refund_booking", target_system: "booking", effect: "pay", reversible: false, headline: "Refund €84.50, booking KX41TA", arguments: REFUND_ARGUMENTS, schema: REFUND_SCHEMA,
  fields: [
    { pointer: "/booking", label: "Booking", segments: [{ text: "KX41T", sort: "same", really: null }, { text: "А", sort: "look_alike", really: "U+0410 CYRILLIC CAPITAL LETTER A" }], fault: null },
    { pointer: "/amount", label: "Amount", segments: plain("84.5"), fault: null }, { pointer: "/seats", label: "Seats", segments: plain("2"), fault: null },
  ],
  amount_text: "€84.50", message: null, allowed: ["approve", "edit", "reject"],
  checks: [
    { level: "warning", title: "Look-alike character in booking", detail: "U+0410 CYRILLIC CAPITAL LETTER A", pointer: "/booking" },
    { level: "passed", title: "Arguments fit their schema", detail: null, pointer: null },
  ],
};

export const HOSTILE = "Dear Ana,\n\n**Your refund** is on its way. <img src=x onerror=alert(1)> <script>alert(2)</script>\n\n![pixel](https://tracker.example/p.gif) [your bank](https://evil.example/login) [run](javascript:alert(3))";

export const MAIL: CallView = {
  ...REFUND, id: "m1", tool: "send_message", target_system: "mail", effect: "send", headline: "Send an e-mail to ana@post.example: Your refund",
  arguments: { to: "ana@post.example", subject: "Your refund", body: HOSTILE },
  schema: { type: "object", required: ["to", "subject", "body"], properties: { to: { type: "string", title: "To" }, subject: { type: "string", title: "Subject" }, body: { type: "string", title: "Text" } } },
  fields: [], amount_text: null, allowed: ["approve", "edit", "reject", "respond"], checks: [{ level: "passed", title: "Recipient is the one on file", detail: "E-mail on file", pointer: "/to" }],
  message: { channel: "email", to_pointer: "/to", subject_pointer: "/subject", body_pointer: "/body", to: plain("ana@post.example"), subject: plain("Your refund"), body: plain(HOSTILE), body_text: HOSTILE, format: "markdown" },
};

export function actionView(calls: readonly CallView[], more: Partial<ActionView> = {}): ActionView {
  return {
    agent: { name: "care-agent", version: "7.1", run_id: "r1" }, calls: [...calls],
    facts: [{ id: "f1", label: "Paid", value: "84.50 EUR", system: "payments", read_at: "2026-03-02T08:00:00Z", etag: null, url: null }],
    conversation: [
      { role: "customer", name: null, text: plain("My train was late. <b>Refund</b> me"), calls: [], at: null },
      { role: "agent", name: null, text: plain("I look."), calls: ["get_booking(id: KX41TA)"], at: null },
      { role: "tool", name: "get_booking", text: plain("{\"fare\": 84.5}"), calls: [], at: null },
    ],
    policy: [{ id: "p1", title: "Delay", text: "From 60 minutes half the fare is paid back." }], evidence: [], own_words: "The customer is owed <em>all</em> of it.", ...more,
  };
}

export function previewOf(call: CallView, more: Partial<CallPreview> = {}): CallPreview {
  return { id: call.id, headline: call.headline, changed: [], message_diff: [], diff_words: null, faults: [], checks: call.checks, ...more };
}
