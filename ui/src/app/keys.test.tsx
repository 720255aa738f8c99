// Every key of the table that has a meaning at a case, pressed in the whole window, in each workbench.
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { actionView, caseOf, MAIL, NO_ANSWER, ONE, previewOf, REFUND } from "../bench/fixtures";
import { matchCase, matchOf } from "../bench/match/fixtures";
import type { CaseOnScreen, Draft, IpcCalls, Overview, Settings } from "../ipc/types.gen";
import { makeQueryClient } from "../ipc/queries";
import { KeysProvider } from "../keys/useKeys";
import { Toasts } from "../kit/Toasts";
import { standInDesk, type Answers } from "../test/desk";
import { App } from "./App";
import { Hearing } from "./hearing";
import { WorkDesk } from "./WorkDesk";

const overview: Overview = {
  mode: "solo", place: "On this computer", person: "Sam", roles: ["steward", "approver"], provider: null, opens: "cases", decided_today: 1, opinions: null, failed: 0, recovery_key_due: false, clock_ahead_ms: 0, outbox_waiting: 0, outbox_wedged: 0, leads: false, hub_pages: [], for_me: null, away: null,
  queues: [{ name: "cases", title: "Cases", kind: "identity_match", left: 5, due: 0, at_hand: 5, decides: true }],
  sync: { state: "synced", words: "Synced", since: null, next_try_at: null, leases_until: null, code: null, trouble: null },
  undo: { decision_id: "d0", case_id: "c0", queue: "cases", verdict: "Same", overrides: null, title: "Armour", decided_at: "2026-11-21T08:00:00Z", undo_until: null, words: "On disk", undo_seconds: 30 },
};
const settings = { theme: "system", notifications: true, hold_alternative: false, sidebar_open: true, context_open: true } as unknown as Settings;
const refund = actionView([REFUND]);

const KINDS: Record<string, (more: Partial<CaseOnScreen>) => CaseOnScreen> = {
  "a match": (more) => matchCase(matchOf(2), more),
  "a group": (more) => matchCase(matchOf(3), more),
  "a large group": (more) => matchCase(matchOf(8), more),
  "a conflict": (more) => caseOf({ kind: "data_conflict", view: ONE }, more),
  "an action": (more) => caseOf({ kind: "proposed_action", view: refund }, { assessment: { ...NO_ANSWER, call_previews: [previewOf(REFUND)] }, ...more }),
  "a message": (more) => caseOf({ kind: "proposed_action", view: actionView([MAIL]) }, { assessment: { ...NO_ANSWER, call_previews: [previewOf(MAIL)] }, ...more }),
};

let desk: ReturnType<typeof standInDesk>;
beforeEach(() => {
  window.location.hash = "#/queues/cases";
  vi.stubGlobal("matchMedia", (media: string) => ({ matches: true, media, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  desk.leave();
  vi.unstubAllGlobals();
});

async function show(make: (more: Partial<CaseOnScreen>) => CaseOnScreen) {
  const held = ["a", "b", "c"].map((id) => make({ id, queue: "cases", title: `Case ${id}`, content_hash: `sha256:${id}` }));
  const answers: Answers = {
    start: () => ({ state: "ready", mode: "solo", version: "0" }),
    overview: () => overview,
    settings: () => settings,
    set_settings: (changed) => changed,
    painted: () => ({}),
    work: ({ have }) => ({ cases: held.filter((c) => !have.includes(c.id)), left: 5, idle: null }),
    case: ({ case_id }) => held.find((c) => c.id === case_id) as CaseOnScreen,
    draft: ({ draft }) => ({ ...(held[0] as CaseOnScreen).assessment, refusal: draft.verdict === null ? NO_ANSWER.refusal : null }),
    skip: ({ have }) => ({ cases: held.filter((c) => !have.includes(c.id) && c.id !== "a"), left: 4, idle: null }),
    decide: ({ have }) => ({ undo: overview.undo as NonNullable<Overview["undo"]>, agreement: "agree", work: { cases: held.filter((c) => !have.includes(c.id) && c.id !== "a"), left: 4, idle: null }, took_us: 1 }),
    undo: () => ({ case_id: "c0", queue: "cases", words: "Undone", case: null }),
    comment: () => ({}),
    outbox: () => ({ entries: [] }),
  };
  desk = standInDesk(answers);
  const [client, work] = [makeQueryClient(), new WorkDesk()];
  render(<QueryClientProvider client={client}><KeysProvider><Toasts><App desk={work} hearing={new Hearing(client, work)} /></Toasts></KeysProvider></QueryClientProvider>);
  await screen.findByRole("heading", { level: 1, name: "Case a" });
}
async function press(key: string, more: KeyboardEventInit = {}) {
  const code = /^\d$/.test(key) ? `Digit${key}` : /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
  await act(async () => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...more });
    fireEvent.keyUp(document.activeElement ?? document.body, { key, code });
  });
}
const asked = <K extends keyof IpcCalls>(name: K) => desk.asked.filter((one) => one.name === name).map((one) => one.args as IpcCalls[K]["args"]);
const drafted = (): Draft | undefined => asked("draft").at(-1)?.draft;
const shows = (title: string) => screen.findByRole("heading", { level: 1, name: title });

describe.each(Object.entries(KINDS))("at %s", (kind, make) => {
  it("C writes a comment, in which letters are letters, and Esc leaves it", async () => {
    await show(make);
    await press("c");
    const field = screen.getByRole("textbox", { name: "Comment" });
    expect(document.activeElement).toBe(field);
    await userEvent.type(field, "snu p");
    await waitFor(() => expect(drafted()?.comment).toBe("snu p"));
    await press("Escape");
    expect(document.activeElement).not.toBe(field);
    expect(asked("decide")).toEqual([]);
  });

  it("Alt with a number puts a reason in and out", async () => {
    await show(make);
    await press("2", { altKey: true });
    expect(drafted()?.reasons).toHaveLength(1);
    await press("2", { altKey: true });
    expect(drafted()?.reasons).toEqual([]);
  });

  it("→ skips, ← goes back, and with Shift neither leaves the case", async () => {
    await show(make);
    await press("ArrowRight", { shiftKey: true });
    await press("ArrowLeft", { shiftKey: true });
    expect(asked("skip")).toEqual([]);
    await press("ArrowRight");
    await shows("Case b");
    expect(asked("skip")[0]?.case_id).toBe("a");
    await press("ArrowLeft");
    await shows("Case a");
  });

  it("[ and ] close the queues and the context, and open them again", async () => {
    await show(make);
    for (const [key, name] of [["[", "sidebar"], ["]", "context"]] as const) {
      await press(key);
      await press(key);
      const wanted = asked("set_settings").map((one) => (name === "sidebar" ? one.sidebar_open : one.context_open));
      expect(wanted.slice(-2)[0], name).toBe(false);
    }
  });

  it("⌫ takes the last decision back, also while the card shows the one before, and D only says which key is meant", async () => {
    await show(make);
    await press("Backspace");
    expect(asked("undo")).toEqual([{ decision_id: null, reason: null }]);
    await press("d");
    const hint = screen.queryByText("Different is N");
    expect(hint !== null, kind).toBe(kind === "a match" || kind.endsWith("group"));
    expect(asked("decide")).toEqual([]);
  });

  it("U says at once that it can't be told", async () => {
    await show(make);
    await press("u");
    await shows("Case b");
    const [decided] = asked("decide");
    expect([decided?.case_id, decided?.content_hash]).toEqual(["a", "sha256:a"]);
    if (kind === "a conflict") expect(decided?.draft.verdict).toEqual({ values: { arrival: { answer: "unknown" } } });
    else expect(decided?.draft.cannot_tell).toBe(true);
  });

  it("P commits nothing where nothing waits to be proceeded with", async () => {
    await show(make);
    await press("p");
    expect(asked("decide")).toEqual([]);
  });
});

it("Shift with an arrow moves by record where records are columns", async () => {
  await show(KINDS["a group"] as never);
  const at = () => screen.getByRole("grid", { name: "Records side by side" }).getAttribute("aria-activedescendant");
  const before = at();
  await press("ArrowRight", { shiftKey: true });
  expect(at()).not.toBe(before);
  await press("ArrowLeft", { shiftKey: true });
  expect(at()).toBe(before);
});

it("Shift with an arrow moves by attribute where records are rows", async () => {
  await show(KINDS["a large group"] as never);
  const cells = () => within(screen.getAllByRole("row")[1] as HTMLElement).getAllByRole("gridcell").map((cell) => cell.className.includes("cellHere"));
  const before = cells().indexOf(true);
  await press("ArrowRight", { shiftKey: true });
  expect(cells().indexOf(true)).toBe(before + 1);
  await press("ArrowLeft", { shiftKey: true });
  expect(cells().indexOf(true)).toBe(before);
});

it("Ctrl Enter in the discussion sends what is typed there and decides nothing", async () => {
  await show(KINDS["a conflict"] as never);
  await press("1");
  const field = screen.getByRole("textbox", { name: "Write to the others who see this case" });
  await userEvent.type(field, "Who knows this train?");
  await press("Enter", { ctrlKey: true });
  expect(asked("comment")).toEqual([{ case_id: "a", text: "Who knows this train?" }]);
  expect(asked("decide")).toEqual([]);
  await press("Escape");
  expect(document.activeElement).not.toBe(field);
});

it("the full stop shows a message as it is written", async () => {
  await show(KINDS["a message"] as never);
  const main = within(screen.getByRole("main"));
  await press(".");
  expect(main.getAllByText(/\*\*Your refund\*\*/).length).toBeGreaterThan(0);
});
