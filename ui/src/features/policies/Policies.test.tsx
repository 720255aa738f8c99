// Policies, from what the desk says to what is asked of it.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { PolicyDraftView, PolicyRow, PolicyView } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { argsOf, refused, showAsking } from "../../test/show";
import { Policies } from "./Policies";
import { faultAt, objectOf, withMember } from "./draft";

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
    const { container } = showAsking(<Policies />, { policies: () => ({ queues: [row(), row({ queue: "refunds", title: "Refunds", why_not: "Only a lead", unreadable: true, sentences: [] })] }) });
    const sites = await screen.findByRole("region", { name: "Sites" });
    expect(within(sites).getByText("One person decides")).toBeTruthy();
    expect(within(sites).getByRole("link", { name: "Read or change Sites" }).getAttribute("href")).toBe("#/policies/sites");
    const refunds = screen.getByRole("region", { name: "Refunds" });
    expect(within(refunds).getByText(/can’t be read/)).toBeTruthy();
    expect(within(refunds).getByRole("link", { name: "Read Refunds" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it("show who changed what in each version, and say why one may not", async () => {
    const { container } = showAsking(<Policies queue="sites" />, { policy: () => view({ why_not: "Only a lead of the queue or an admin changes its policy" }) });
    const changed = await screen.findByRole("list", { name: "What version 2 changed" });
    expect(changed.textContent).toBe("A reason may be givenEvery decision needs a reason");
    expect(screen.getByText(/by Lea/)).toBeTruthy();
    expect((screen.getByRole("button", { name: "Change" }) as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText("Only a lead of the queue or an admin changes its policy")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it("are written by form, tried on the newest cases, and saved from the version they were made from", async () => {
    const { asked, container } = showAsking(<Policies queue="sites" />, {
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
    const { asked } = showAsking(<Policies queue="sites" />, {
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
    const { asked } = showAsking(<Policies queue="sites" />, {
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
    const { asked } = showAsking(<Policies queue="sites" />, { policy: () => view(), draft_policy: () => draft() });
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

  it("have a field for every member of a policy", async () => {
    const { asked, container } = showAsking(<Policies queue="sites" />, {
      policy: () => view(),
      draft_policy: ({ text }) => (text.includes('"queue": ""') ? draft({ policy: null, fault: { pointer: "/escalate/to", text: "a name" }, sentences: [], changes: [] }) : draft()),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    const written = () => objectOf((argsOf(asked, "draft_policy").at(-1) as { text: string }).text);
    const write = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
    for (const [label, typed] of [["audited", "0.05"], ["gold", "0.02"], ["due, in minutes", "1440"], ["expires, in minutes", "2880"], ["a case that expires", "return"], ["a late case is escalated to", "queue"]] as const) write(label, typed);
    expect((await screen.findByRole("alert")).textContent).toBe("a name");
    write("name of the queue", "shops");
    write("minutes after due", "30");
    await waitFor(() => expect(written()).toMatchObject({
      audit_share: 0.05, gold_share: 0.02, due_minutes: 1440, expire_minutes: 2880, on_expiry: "return", escalate: { after_minutes: 30, to: { queue: "shops" } },
    }));
    expect(await findings(container)).toEqual([]);
    write("a late case is escalated to", "lead");
    await waitFor(() => expect(written()).toMatchObject({ escalate: { after_minutes: 30, to: { role: "lead" } } }));
    write("a late case is escalated to", "");
    await waitFor(() => expect(written()).toMatchObject({ escalate: null }));
  });

  it("are also written as JSON, for what has no field", async () => {
    const { container } = showAsking(<Policies queue="sites" />, { policy: () => view(), draft_policy: ({ text }) => (objectOf(text) === undefined ? draft({ policy: null, fault: { pointer: "", text: "No JSON" } }) : draft()) });
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
