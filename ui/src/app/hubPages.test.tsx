// The pages about the hub, from what the desk says to what is asked of it. What the desk does is tested where it is.
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Audit } from "../features/audit/Audit";
import { Retention } from "../features/audit/Retention";
import { faultAt, objectOf, withMember } from "../features/policies/draft";
import { Policies } from "../features/policies/Policies";
import { SidebarView } from "../features/queues-sidebar/SidebarView";
import { Tools } from "../features/tools/Tools";
import { Webhooks } from "../features/webhooks/Webhooks";
import { makeQueryClient } from "../ipc/queries";
import type { AuditRow, DeliveryRow, HubPage, PolicyDraftView, PolicyRow, PolicyView, Webhook } from "../ipc/types.gen";
import { KeysProvider } from "../keys/useKeys";
import { findings } from "../test/axe";
import { standInDesk, type Answers, type Asked } from "../test/desk";

const nothing = () => {};
let leave = nothing;
beforeEach(() => {
  window.location.hash = "";
});
afterEach(() => {
  cleanup();
  leave();
});

function show(page: ReactNode, answers: Answers): { asked: Asked[]; container: HTMLElement } {
  const desk = standInDesk(answers);
  leave = desk.leave;
  const { container } = render(<QueryClientProvider client={makeQueryClient()}><KeysProvider>{page}</KeysProvider></QueryClientProvider>);
  return { asked: desk.asked, container };
}

const refused = (code: string, message: string, pointer: string | null = null) => Promise.reject({ code, message, pointer }) as never;
const argsOf = (asked: Asked[], name: string) => asked.filter((call) => call.name === name).map((call) => call.args);

const policy = { approvers: 1, rules: [], lease_seconds: 3600, undo_seconds: null, blind: false };
const row = (more: Partial<PolicyRow> = {}): PolicyRow => ({
  queue: "sites", title: "Sites", kind: "identity_match", version: 2, unreadable: false, why_not: null,
  sentences: [{ about: "approvers", text: "One person decides" }, { about: "blind", text: "Suggestion and scores are shown" }], ...more,
});
const view = (more: Partial<PolicyRow> = {}): PolicyView => ({
  now: row(more), policy,
  versions: [
    { version: 2, at: "2026-11-21T08:00:00Z", by: "Lea", changes: [{ was: "A reason may be given", now: "Every decision needs a reason" }], unreadable: false, policy },
    { version: 1, at: "2026-11-20T08:00:00Z", by: null, changes: [], unreadable: false, policy },
  ],
  presets: [{ name: "sensitive_data", title: "Use of sensitive data", policy: { ...policy, approvers: 2 } }],
});
const draft = (more: Partial<PolicyDraftView> = {}): PolicyDraftView => ({ policy: { ...policy, approvers: 2 }, fault: null, sentences: [{ about: "approvers", text: "Two people decide every case" }], changes: [{ was: "One person decides", now: "Two people decide every case" }], ...more });

describe("policies", () => {
  it("are read in plain words, and changed by who may", async () => {
    const { container } = show(<Policies />, { policies: () => ({ queues: [row(), row({ queue: "refunds", title: "Refunds", why_not: "Only a lead", unreadable: true, sentences: [] })] }) });
    const sites = await screen.findByRole("region", { name: "Sites" });
    expect(within(sites).getByText("One person decides")).toBeTruthy();
    expect(within(sites).getByRole("link", { name: "Read or change Sites" }).getAttribute("href")).toBe("#/policies/sites");
    const refunds = screen.getByRole("region", { name: "Refunds" });
    expect(within(refunds).getByText(/can’t be read/)).toBeTruthy();
    expect(within(refunds).getByRole("link", { name: "Read Refunds" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it("show who changed what in each version, and say why one may not", async () => {
    const { container } = show(<Policies queue="sites" />, { policy: () => view({ why_not: "Only a lead of the queue or an admin changes its policy" }) });
    const changed = await screen.findByRole("list", { name: "What version 2 changed" });
    expect(changed.textContent).toBe("A reason may be givenEvery decision needs a reason");
    expect(screen.getByText(/by Lea/)).toBeTruthy();
    expect((screen.getByRole("button", { name: "Change" }) as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText("Only a lead of the queue or an admin changes its policy")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it("are written by form, tried on the newest cases, and saved from the version they were made from", async () => {
    const { asked, container } = show(<Policies queue="sites" />, {
      policy: () => view(), draft_policy: ({ text }) => (text.includes('"approvers": 2') ? draft() : draft({ policy, changes: [] })),
      simulate_policy: () => ({ n: 3, lines: [{ n: 2, text: "need two people" }], cases: [{ case_id: "c1", external_id: "pair-1", text: "two people" }] }),
      change_policy: () => ({}),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    expect(await screen.findByText("It says the same as now")).toBeTruthy();
    const who = screen.getByRole("region", { name: "Who decides" });
    await userEvent.click(within(who).getByRole("radio", { name: "Two people" }));
    expect((await screen.findByRole("list", { name: "What changes" })).textContent).toContain("Two people decide every case");
    await userEvent.click(screen.getByRole("button", { name: "Try it" }));
    expect((await screen.findByRole("status", { name: "What it would have done" })).textContent).toContain("need two people");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Change" })).toBeTruthy());
    expect(argsOf(asked, "simulate_policy")).toEqual([{ queue: "sites", policy: draft().policy, last: 100 }]);
    expect(argsOf(asked, "change_policy")).toEqual([{ queue: "sites", version: 2, policy: draft().policy }]);
  });

  it("say what is wrong beside the field, and aren’t saved then", async () => {
    const { asked } = show(<Policies queue="sites" />, {
      policy: () => view(), draft_policy: ({ text }) => (text.includes('"lease_seconds": 1\n') || text.includes('"lease_seconds": 1,') ? draft({ policy: null, fault: { pointer: "/lease_seconds", text: "30 seconds to a week" }, sentences: [], changes: [] }) : draft()),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    const lease = screen.getByRole("textbox", { name: "lease, in seconds" });
    await userEvent.clear(lease);
    await userEvent.type(lease, "1");
    expect((await screen.findByRole("alert")).textContent).toBe("30 seconds to a week");
    expect(lease.getAttribute("aria-invalid")).toBe("true");
    expect((screen.getByRole("button", { name: "Save" }) as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText("Mend what is wrong first")).toBeTruthy();
    expect(argsOf(asked, "change_policy")).toEqual([]);
  });

  it("keep an edit when somebody was first, and compare it with theirs", async () => {
    let version = 2;
    const { asked } = show(<Policies queue="sites" />, {
      policy: () => view({ version }), draft_policy: () => draft(),
      change_policy: (args) => {
        if (args.version === 2) {
          version = 3;
          return refused("stale_version", "Somebody changed this policy meanwhile");
        }
        return {};
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    await userEvent.click(within(screen.getByRole("region", { name: "Who decides" })).getByRole("radio", { name: "Two people" }));
    await userEvent.click(await screen.findByRole("button", { name: "Save" }));
    await userEvent.click(await screen.findByRole("button", { name: "Compare with theirs" }));
    expect(await screen.findByText("against version 3")).toBeTruthy();
    expect((within(screen.getByRole("region", { name: "Who decides" })).getByRole("radio", { name: "Two people" }) as HTMLInputElement).checked).toBe(true);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(argsOf(asked, "change_policy").map((args) => (args as { version: number }).version)).toEqual([2, 3]));
  });

  it("take a decimal as it is typed, and rules by their parts", async () => {
    const { asked } = show(<Policies queue="sites" />, { policy: () => view(), draft_policy: () => draft() });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    await userEvent.click(screen.getByRole("button", { name: "Add a rule" }));
    const rule = screen.getByRole("group", { name: "Rule 1" });
    await userEvent.click(within(rule).getByRole("button", { name: "delete" }));
    await userEvent.type(within(rule).getByRole("textbox", { name: "confidence below" }), "0.85");
    await userEvent.type(within(rule).getByRole("textbox", { name: /tools, by name/ }), "refund, cancel_order");
    await userEvent.selectOptions(within(rule).getByRole("combobox", { name: "can it be undone" }), "true");
    const written = () => objectOf((argsOf(asked, "draft_policy").at(-1) as { text: string }).text)?.["rules"];
    await waitFor(() => expect(written()).toEqual([{ when: { effects: ["pay", "delete"], below_confidence: 0.85, tools: ["refund", "cancel_order"], irreversible: true }, approvers: 2 }]));
    await userEvent.click(screen.getByRole("button", { name: "Remove rule 1" }));
    expect(screen.queryByRole("group", { name: "Rule 1" })).toBeNull();
  });

  it("are also written as JSON, for what has no field", async () => {
    const { container } = show(<Policies queue="sites" />, { policy: () => view(), draft_policy: ({ text }) => (objectOf(text) === undefined ? draft({ policy: null, fault: { pointer: "", text: "No JSON" } }) : draft()) });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    await userEvent.click(screen.getByRole("radio", { name: "JSON" }));
    const area = screen.getByRole("textbox", { name: "Policy, as JSON" });
    await userEvent.type(area, "x");
    expect((await screen.findByRole("alert")).textContent).toBe("No JSON");
    expect(await findings(container)).toEqual([]);
  });

  it("know whose fault is whose", () => {
    const fault = { pointer: "/rules/1/when/above/value", text: "an amount" };
    expect(faultAt(fault, "/rules/1/when/above/value")).toBe("an amount");
    expect([faultAt(fault, "/rules/10"), faultAt(fault, "/rule"), faultAt(undefined, "")]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(withMember({ a: 1, b: 2 }, "a", 3))).toEqual(["a", "b"]);
  });
});

describe("tools", () => {
  const tool = { name: "refund", words: "pays, can’t be undone", at: "2026-11-21T08:00:00Z", schema_text: "", tool: { effect: "pay" as const, reversible: false, headline: "Refund {/amount}", amount: { value: "/amount", currency: "EUR" } } };
  it("are a table, and registered by a form that says what is wrong where", async () => {
    const { asked, container } = show(<Tools />, { tools: () => ({ tools: [tool], why_not: null }), register_tool: ({ schema_text }) => (schema_text === "{" ? refused("invalid_tool", "The schema can’t be read", "/schema") : {}) });
    const found = await screen.findByRole("row", { name: /refund/ });
    expect(within(found).getByText("pays, can’t be undone")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await userEvent.click(within(found).getByRole("button", { name: "Change refund" }));
    const dialog = screen.getByRole("dialog", { name: "Change refund" });
    expect(await findings(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "Can be undone" }));
    const schema = within(dialog).getByRole("textbox", { name: /Schema/ });
    await userEvent.type(schema, "{{");
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe("The schema can’t be read");
    await userEvent.clear(schema);
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(argsOf(asked, "register_tool").at(-1)).toEqual({ name: "refund", schema_text: "", tool: { effect: "pay", reversible: true, schema: null, headline: "Refund {/amount}", amount: { value: "/amount", currency: "EUR" }, recipient: null } });
  });
  it("say why one may not register them", async () => {
    show(<Tools />, { tools: () => ({ tools: [], why_not: "Only an admin registers tools" }) });
    expect(await screen.findByText("Only an admin registers tools")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "No tools registered" })).toBeTruthy();
  });
});

const hook = (more: Partial<Webhook> = {}): Webhook => ({ id: "w1", url: "https://example.com/in", events: ["decision.released"], signing: "hmac", state: "active", created_at: "2026-11-20T08:00:00Z", last_success_at: null, waiting: 0, dead: 1, ...more });
const events = [{ name: "*", words: "Everything" }, { name: "decision.released", words: "A decision was released" }];
const delivery = (more: Partial<DeliveryRow> = {}): DeliveryRow => ({ id: "d1", event: "decision.released", case_id: "c1", sequence: 2, state: "dead", words: "Given up after 10 tries: the receiver answered 503", created_at: "2026-11-21T08:00:00Z", tried_at: null, next_at: null, correlation_id: "r1", ...more });

describe("webhooks", () => {
  it("are listed with how it goes, and one is added whose secret is shown once", async () => {
    const { asked, container } = show(<Webhooks />, { webhooks: () => ({ webhooks: [hook()], events }), add_webhook: ({ url }) => (url === "" ? refused("invalid_webhook", "An address is missing", "/url") : { ...hook({ id: "w2" }), secret: "whsec_abc" }) });
    const found = await screen.findByRole("row", { name: /example.com/ });
    expect(within(found).getByRole("link").getAttribute("href")).toBe("#/webhooks/w1");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Add a webhook" }));
    const dialog = screen.getByRole("dialog", { name: "Add a webhook" });
    await userEvent.click(within(dialog).getByRole("checkbox", { name: /A decision was released/ }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Add it" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe("An address is missing");
    expect(await findings(dialog)).toEqual([]);
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Address" }), "https://example.com/other");
    await userEvent.click(within(dialog).getByRole("button", { name: "Add it" }));
    const made = await screen.findByRole("dialog", { name: "The webhook is added" });
    expect(within(made).getByText("whsec_abc")).toBeTruthy();
    expect(await findings(made)).toEqual([]);
    await userEvent.click(within(made).getByRole("button", { name: "I have kept it" }));
    expect(screen.queryByText("whsec_abc")).toBeNull();
    expect(argsOf(asked, "add_webhook").at(-1)).toEqual({ url: "https://example.com/other", events: ["decision.released"], signing: "hmac" });
  });

  it("show why a delivery was given up, and try it or all again", async () => {
    const { asked, container } = show(<Webhooks id="w1" />, { webhooks: () => ({ webhooks: [hook({ dead: 2 })], events }), deliveries: () => ({ rows: [delivery(), delivery({ id: "d2", state: "delivered", words: "Taken: the receiver answered 204" })], next: null }), replay: ({ delivery_id }) => ({ replayed: delivery_id === null ? 2 : 1 }) });
    expect(await screen.findByText("Given up after 10 tries: the receiver answered 503")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Try again: decision.released" }));
    expect((await screen.findByRole("alert")).textContent).toBe("It is tried again");
    await userEvent.click(screen.getByRole("button", { name: "Try all 2 again" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("2 are tried again"));
    expect(argsOf(asked, "replay")).toEqual([{ webhook_id: "w1", delivery_id: "d1" }, { webhook_id: "w1", delivery_id: null }]);
    await userEvent.click(screen.getByRole("radio", { name: "Given up" }));
    await waitFor(() => expect(argsOf(asked, "deliveries").at(-1)).toEqual({ id: "w1", state: "dead", after: null }));
  });

  it("are disabled, enabled and deleted, the last only when asked twice", async () => {
    let state: Webhook["state"] = "active";
    const { asked } = show(<Webhooks id="w1" />, {
      webhooks: () => ({ webhooks: [hook({ state })], events }), deliveries: () => ({ rows: [delivery()], next: null }),
      disable_webhook: () => { state = "disabled"; return {}; }, enable_webhook: () => { state = "active"; return {}; }, remove_webhook: () => ({}),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Disable" }));
    expect(await screen.findByRole("button", { name: "Enable" })).toBeTruthy();
    expect(screen.getByText("Enable it first")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again: decision.released" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Enable" }));
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    expect(argsOf(asked, "remove_webhook")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete it" }));
    await waitFor(() => expect(window.location.hash).toBe("#/webhooks"));
  });
});

const entry = (more: Partial<AuditRow> = {}): AuditRow => ({ position: 7, at: "2026-11-21T08:00:00Z", action: "decision.accepted", words: "Decision accepted", person: "Ana", case_id: "c1", decision_id: "d1", correlation_id: "r1", payload: '{\n  "n": 1\n}', hash: "8f0b000051de", ...more });
const holds = { state: "holds" as const, words: "Verified up to entry 7", place: { position: 7, hash: "00" }, head: 7, at: "2026-11-21T08:00:00Z" };

describe("the audit", () => {
  it("shows who did what, leads from an entry to its case and its request, and says how far the chain holds", async () => {
    const { asked, container } = show(<Audit filter={{ action: "decision" }} />, { audit: () => ({ rows: [entry(), entry({ position: 6, payload: null, person: null })], next: null }), verify_audit: ({ from }) => (from === null ? { ...holds, state: "walking", words: "Entry 3 of 7 holds", place: { position: 3, hash: "03" } } : holds) });
    expect(await screen.findByText("Verified up to entry 7")).toBeTruthy();
    expect(argsOf(asked, "verify_audit")).toEqual([{ from: null }, { from: { position: 3, hash: "03" } }]);
    expect(argsOf(asked, "audit")).toEqual([{ sought: { action: "decision", person: null, case_id: null, correlation_id: null, from: null, until: null }, after: null }]);
    const [first, erased] = screen.getAllByRole("listitem");
    expect(first?.textContent).toContain("Ana");
    expect(within(first as HTMLElement).getByRole("link", { name: "All it caused", hidden: true }).getAttribute("href")).toBe("#/audit?request=r1");
    expect(within(first as HTMLElement).getByRole("link", { name: "All about it", hidden: true }).getAttribute("href")).toBe("#/audit?case=c1");
    expect(erased?.textContent).toContain("What was noted is erased");
    expect(await findings(container)).toEqual([]);
  });

  it("is searched by what stands in its address", async () => {
    show(<Audit filter={{}} />, { audit: () => ({ rows: [], next: null }), verify_audit: () => holds });
    expect(await screen.findByRole("heading", { name: "Nothing found" })).toBeTruthy();
    await userEvent.type(screen.getByRole("textbox", { name: "Who, by name or id" }), "Ana");
    await userEvent.click(screen.getByRole("button", { name: "Search" }));
    expect(window.location.hash).toBe("#/audit?person=Ana");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "What" }), "policy");
    expect(window.location.hash).toBe("#/audit?action=policy");
  });

  it("says loudly where the chain is broken, and what an export proves", async () => {
    const { container } = show(<Audit filter={{}} />, {
      audit: () => ({ rows: [entry()], next: null }), verify_audit: () => ({ ...holds, state: "broken", words: "Broken at entry 5: its header was changed" }),
      pick_save: () => ({ paths: ["/tmp/audit.ndjson"] }), export_audit: () => ({ path: "/tmp/audit.ndjson", checkpoint_path: "/tmp/audit.ndjson.checkpoint.json", rows: 7, broken: true, words: "The chain doesn’t hold. Entry 5: its header was changed." }),
    });
    expect(await screen.findByText("Broken at entry 5: its header was changed")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Export" }));
    expect((await screen.findByRole("alert")).textContent).toContain("7 entries written to /tmp/audit.ndjson. The chain doesn’t hold.");
    expect(await findings(container)).toEqual([]);
  });
});

describe("what is erased when", () => {
  it("is read in sentences and changed only when asked twice", async () => {
    const none = { public: null, internal: null, confidential: null, restricted: null };
    const { asked, container } = show(<Retention />, { retention: () => ({ retention: { hub: none, queues: {} }, queues: [{ name: "sites", title: "Sites" }], sentences: ["Content is kept"] }), set_retention: () => ({}) });
    expect(await screen.findByText("Content is kept")).toBeTruthy();
    expect(screen.getByText("Nothing is changed")).toBeTruthy();
    await userEvent.type(screen.getByRole("spinbutton", { name: "All queues without days of their own, internal, days" }), "400");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Days of its own for" }), "sites");
    await userEvent.type(screen.getByRole("spinbutton", { name: "Sites, restricted, days" }), "7");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(argsOf(asked, "set_retention")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Erase by these days" }));
    await waitFor(() => expect(argsOf(asked, "set_retention")).toEqual([{ hub: { ...none, internal: 400 }, queues: { sites: { ...none, restricted: 7 } } }]));
  });
});

describe("the sidebar", () => {
  const side = (hubPages: HubPage[], lead: boolean) => (
    <SidebarView
      where="hub.example" place={{ page: "retention" }} decidedToday={0} forMe={undefined} away={false} outbox={{ pending: 0, wedged: 0 }} lead={lead} hubPages={hubPages} opinions={{ own: 0, awaiting_second: 0, disputed: 0, adjudicates: false }} failed={0} sync={{ online: true, words: "Synced" }} rail={false} queues={[]}
      onFind={nothing} onHelp={nothing} onRail={nothing}
    />
  );
  it("leads to the pages about the hub that open to this person, and to no others", () => {
    const { unmount } = render(<KeysProvider>{side(["policies", "tools", "webhooks", "audit"], true)}</KeysProvider>);
    expect(screen.getByRole("link", { current: "page" }).textContent).toContain("Audit");
    unmount();
    const lead = render(<KeysProvider>{side(["policies", "tools"], true)}</KeysProvider>);
    expect(screen.getByRole("link", { name: "Policies" })).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Audit" })).toBeNull();
    lead.unmount();
    // Who works a queue reads its policy by the palette; the sidebar is for what they do all day.
    render(<KeysProvider>{side(["policies", "tools"], false)}</KeysProvider>);
    expect(screen.queryByRole("link", { name: "Policies" })).toBeNull();
  });
});
