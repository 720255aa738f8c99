import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionView, Assessment, Draft, JsonValue } from "../../ipc/types.gen";
import { HOLD_MS, HoldByPress } from "../../keys/useHold";
import { KeysProvider } from "../../keys/useKeys";
import { findings } from "../../test/axe";
import { standInDesk } from "../../test/desk";
import type { Commit } from "../contract";
import { contextSections } from "../contextSections";
import { actionView, caseOf, HOSTILE, MAIL, NO_ANSWER, previewOf, REFUND, REFUND_ARGUMENTS } from "../fixtures";
import { Workbench } from "../Workbench";

type Answer = { id: string; type: string; arguments?: JsonValue; message?: string };
const answersOf = (draft: Draft) => ((draft.verdict as { actions: Answer[] } | null)?.actions ?? []);
let desk: ReturnType<typeof standInDesk>;
let judge: (draft: Draft) => Assessment;
const onCommit = vi.fn<(commit: Commit) => Promise<void>>();
const onSkip = vi.fn<() => void>();

/** What the desk would say of these calls, as far as a test needs it: written down, not computed by rules. */
function said(draft: Draft, of: ActionView, more: Partial<Assessment> = {}): Assessment {
  const [first] = answersOf(draft);
  const label = { approve: "Approve", edit: "Approve the edit", reject: "Reject", respond: "Reply" }[first?.type ?? ""] ?? "Decide";
  const acts = answersOf(draft).some((a) => a.type === "approve" || a.type === "edit");
  const open = answersOf(draft).length < of.calls.length ? { code: "invalid_verdict", text: "Not every call has an answer", pointer: null } : null;
  return { ...NO_ANSWER, refusal: open, commit_label: label, irreversible: acts, negative: first?.type === "reject", call_previews: of.calls.map((call) => previewOf(call)), ...more };
}

beforeEach(() => {
  onCommit.mockReset().mockResolvedValue();
  desk = standInDesk({ draft: ({ draft }) => judge(draft) });
});
afterEach(() => {
  desk.leave();
  vi.useRealTimers();
});

function show(view: ActionView, { byPress = false, ...more }: Parameters<typeof caseOf>[1] & { byPress?: boolean } = {}) {
  judge ??= (draft) => said(draft, view);
  const shown = caseOf({ kind: "proposed_action", view }, { assessment: said({ verdict: null, cannot_tell: false, reasons: [], comment: null }, view), ...more });
  return render(<KeysProvider><HoldByPress value={byPress}><Workbench case={shown} busy={false} onCommit={onCommit} onSkip={onSkip} /></HoldByPress></KeysProvider>);
}
const codeOf = (key: string) => (/^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key);
const down = (key: string, more: KeyboardEventInit = {}) => act(async () => void fireEvent.keyDown(document.activeElement ?? document.body, { key, code: codeOf(key), ...more }));
const up = (key: string) => act(async () => void fireEvent.keyUp(document.activeElement ?? document.body, { key, code: codeOf(key) }));
async function press(key: string, more: KeyboardEventInit = {}) {
  await down(key, more);
  await up(key);
}
const committed = () => (onCommit.mock.calls[0] === undefined ? undefined : answersOf(onCommit.mock.calls[0][0].draft));
const bar = () => within(screen.getByRole("group", { name: "Decision" }));

describe("a call", () => {
  const view = actionView([REFUND]);
  beforeEach(() => {
    judge = (draft) => said(draft, view);
  });

  it("shows our headline, what was checked, the arguments as they are and the agent's words fenced", async () => {
    const { container } = show(view);
    expect(screen.getByRole("heading", { name: "Refund €84.50, booking KX41TA" })).toBeTruthy();
    expect(screen.getByText("Written by Tiebreak from the arguments, not by the agent")).toBeTruthy();
    expect(screen.getByText("can’t be undone")).toBeTruthy();
    expect(screen.getByRole("img", { name: "Look here" })).toBeTruthy();
    expect(within(screen.getByRole("group", { name: "Leg 2" })).getByText("TB 18")).toBeTruthy();
    expect(within(screen.getByRole("region", { name: "The agent’s own words" })).getByText(/owed <em>all<\/em> of it/)).toBeTruthy();
    expect(screen.getByText(/You are signing/).textContent).toContain("3ad7…c90e");
    expect(await findings(container)).toEqual([]);
  });

  it("draws characters that pass for others", () => {
    show(view);
    expect(screen.getByTitle("looks like another letter: U+0410 CYRILLIC CAPITAL LETTER A")).toBeTruthy();
  });

  it("chooses nothing beforehand, and says why what isn't allowed can't be chosen", async () => {
    show(view);
    for (const name of ["Approve", "Edit", "Reject"]) expect(bar().getByRole("button", { name, pressed: false })).toBeTruthy();
    const reply = bar().getByRole("button", { name: "Reply", description: "A reply isn’t allowed here" });
    expect(reply.getAttribute("aria-disabled")).toBe("true");
    await press("m");
    await press("Enter");
    expect(onCommit).not.toHaveBeenCalled();
  });

  it("is approved only by holding Enter for a second, as it can't be undone", async () => {
    vi.useFakeTimers();
    show(view);
    await press("a");
    expect(bar().getByRole("button", { name: "Approve", pressed: true })).toBeTruthy();
    await down("Enter");
    await act(async () => vi.advanceTimersByTime(HOLD_MS - 10));
    expect(onCommit).not.toHaveBeenCalled();
    await act(async () => vi.advanceTimersByTime(10));
    expect(committed()).toEqual([{ id: "a1", type: "approve" }]);
  });

  it("is not approved by a short press, before or after the desk has spoken; P then proceeds", async () => {
    show(view);
    // Both keys before any answer of the desk: its word that it can't be undone comes after the press.
    await act(async () => {
      fireEvent.keyDown(document.body, { key: "a", code: "KeyA" });
      fireEvent.keyUp(document.body, { key: "a", code: "KeyA" });
      fireEvent.keyDown(document.body, { key: "Enter", code: "Enter" });
      fireEvent.keyUp(document.body, { key: "Enter", code: "Enter" });
    });
    expect(onCommit).not.toHaveBeenCalled();
    await press("Enter");
    expect(onCommit).not.toHaveBeenCalled();
    await press("p");
    expect(committed()).toEqual([{ id: "a1", type: "approve" }]);
  });

  it("is proceeded with by button for who can't hold a key", async () => {
    show(view, { byPress: true });
    await press("a");
    await press("Enter");
    await userEvent.click(bar().getByRole("button", { name: "Proceed" }));
    expect(committed()).toEqual([{ id: "a1", type: "approve" }]);
  });

  it("is rejected with R and Enter, with a reason and why", async () => {
    const { container } = show(view);
    await press("r");
    await userEvent.click(screen.getByRole("button", { name: "Against policy" }));
    await press("r");
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: /^Why, for the agent/ }));
    await userEvent.keyboard("Half is owed");
    expect(await findings(container)).toEqual([]);
    await press("Enter", { ctrlKey: true });
    expect(committed()).toEqual([{ id: "a1", type: "reject", message: "Half is owed" }]);
    expect(onCommit.mock.calls[0]?.[0].draft.reasons).toEqual(["policy"]);
  });

  it("can't be told with U, at once", async () => {
    show(view);
    await press("u");
    expect(onCommit.mock.calls[0]?.[0].draft).toMatchObject({ verdict: null, cannot_tell: true });
  });
});

describe("editing arguments", () => {
  const view = actionView([REFUND]);
  const changed = [{ pointer: "/amount", label: "Amount", before: "84.5", after: "40" }];
  beforeEach(() => {
    judge = (draft) => {
      const edited = answersOf(draft)[0]?.arguments as { amount?: JsonValue } | undefined;
      const faults = typeof edited?.amount === "number" ? [] : [{ level: "stop" as const, title: "Amount should be a number", detail: null, pointer: "/amount" }];
      const refusal = faults.length === 0 ? null : { code: "invalid_arguments", text: "Amount should be a number", pointer: null };
      return said(draft, view, edited === undefined ? {} : { refusal, irreversible: false, call_previews: [previewOf(REFUND, { headline: `Refund €${String(edited.amount)}`, changed, faults, checks: faults })] });
    };
  });

  it("keeps the type of what is there, shows what changes and our headline of it", async () => {
    const { container } = show(view);
    await press("e");
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Booking" }));
    const amount = screen.getByRole("textbox", { name: "Amount" });
    await userEvent.clear(amount);
    await userEvent.type(amount, "40");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Class" }), "first");
    await userEvent.click(screen.getByRole("radio", { name: "No" }));
    await waitFor(() => expect(screen.getByRole("heading", { name: "Refund €40" })).toBeTruthy());
    expect(within(screen.getByRole("row", { name: /Amount/ })).getByText("40")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await press("Enter", { ctrlKey: true });
    expect(committed()).toEqual([{ id: "a1", type: "edit", arguments: { ...(REFUND_ARGUMENTS as object), amount: 40, class: "first", insured: false } }]);
  });

  it("adds and takes out items of lists and members the schema knows", async () => {
    show(view);
    await press("e");
    await userEvent.click(screen.getByRole("button", { name: "Take out Leg 1" }));
    await userEvent.click(screen.getByRole("button", { name: "Add leg" }));
    await userEvent.type(within(screen.getByRole("group", { name: "Leg 2" })).getByRole("textbox", { name: "Fare" }), "9.50");
    await userEvent.click(screen.getByRole("button", { name: "Leave out Class" }));
    await userEvent.click(screen.getByRole("button", { name: "Add tag" }));
    await userEvent.click(screen.getByRole("button", { name: "Add Note" }));
    await act(async () => (document.activeElement as HTMLElement).blur());
    await press("Enter");
    const { class: _, ...rest } = REFUND_ARGUMENTS as Record<string, JsonValue>;
    expect(committed()?.[0]?.arguments).toEqual({ ...rest, legs: [{ train: "TB 18", fare: 42.25 }, { train: "", fare: 9.5 }], tags: ["late", ""], note: "" });
  });

  it("shows the desk's fault at its field and doesn't commit", async () => {
    show(view);
    await press("e");
    const amount = screen.getByRole("textbox", { name: "Amount" });
    await userEvent.clear(amount);
    await userEvent.type(amount, "4x");
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Amount", description: "Amount should be a number" })).toBeTruthy());
    expect(bar().getByRole("button", { name: "Approve the edit", description: "Amount should be a number" })).toBeTruthy();
    await press("Enter", { ctrlKey: true });
    expect(onCommit).not.toHaveBeenCalled();
  });
});

describe("a message", () => {
  const view = actionView([MAIL]);
  beforeEach(() => {
    judge = (draft) => said(draft, view);
  });
  const read = () => screen.getByRole("region", { name: "As the customer will read it" });

  it("is shown as it will be read, and nothing in it comes to life", async () => {
    const { container } = show(view);
    await waitFor(() => expect(within(read()).getByText("Your refund", { selector: "strong" })).toBeTruthy());
    for (const tag of ["img", "script", "iframe", "a"]) expect(container.querySelectorAll(tag).length, tag).toBe(0);
    expect(read().textContent).toContain("<img src=x onerror=alert(1)>");
    expect(read().textContent).toContain("<script>alert(2)</script>");
    expect(read().textContent).toContain("https://tracker.example/p.gif");
    expect(read().textContent).toContain("your bank ‹https://evil.example/login›");
    expect(read().textContent).toContain("javascript:alert(3)");
    expect(await findings(container)).toEqual([]);
  });

  it("is shown as it is written with the full stop", async () => {
    show(view);
    await press(".");
    expect(read().textContent).toContain("**Your refund**");
    await press(".");
    await waitFor(() => expect(read().textContent).not.toContain("**"));
  });

  it("is edited beside what will be read, with the words that change", async () => {
    judge = (draft) => said(draft, view, answersOf(draft)[0]?.type === "edit"
      ? { irreversible: false, call_previews: [previewOf(MAIL, { message_diff: [{ text: "Dear Ana", sort: "kept" }, { text: " your", sort: "removed" }, { text: " the", sort: "added" }], diff_words: "1 word in, 1 out" })] } : {});
    const { container } = show(view);
    await press("e");
    const editor = screen.getByRole("textbox", { name: "Message" });
    expect(document.activeElement).toBe(editor);
    fireEvent.change(editor, { target: { value: "Dear Ana, it is **paid**." } });
    await waitFor(() => expect(within(read()).getByText("paid", { selector: "strong" })).toBeTruthy());
    expect(await screen.findByText("1 word in, 1 out")).toBeTruthy();
    expect(container.querySelector("ins")?.textContent).toBe(" the");
    expect(await findings(container)).toEqual([]);
    await press("Enter", { ctrlKey: true });
    expect(committed()?.[0]?.arguments).toEqual({ ...(MAIL.arguments as object), body: "Dear Ana, it is **paid**." });
    expect(HOSTILE).toContain("script");
  });

  it("is answered instead with M, which opens the reply", async () => {
    show(view);
    await press("m");
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Reply, instead of the action" }));
    await userEvent.keyboard("Ask her first");
    await press("Enter", { ctrlKey: true });
    expect(committed()).toEqual([{ id: "m1", type: "respond", message: "Ask her first" }]);
  });
});

it("several calls are decided one by one, and only then together", async () => {
  const view = actionView([REFUND, MAIL]);
  judge = (draft) => said(draft, view, { irreversible: false });
  const { container } = show(view);
  await press("r");
  expect(bar().getByRole("button", { name: "Next: 2 of 2" })).toBeTruthy();
  await press("Enter");
  expect(onCommit).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: /Send an e-mail to ana/ }).getAttribute("aria-current")).toBe("step");
  await press("a");
  await press("ArrowUp");
  expect(screen.getByRole("button", { name: /Refund.*Reject/ }).getAttribute("aria-current")).toBe("step");
  expect(await findings(container)).toEqual([]);
  await press("Enter");
  expect(committed()).toEqual([{ id: "a1", type: "reject" }, { id: "m1", type: "approve" }]);
});

it("policy, facts and conversation stand beside it as text", async () => {
  const sections = contextSections(caseOf({ kind: "proposed_action", view: actionView([REFUND]) }));
  expect(sections.map((section) => section.title)).toEqual(["Policy", "Facts used", "Conversation"]);
  const { container } = render(<>{sections.map((section) => <div key={section.id}>{section.content}</div>)}</>);
  expect(screen.getByText(/<b>Refund<\/b> me/)).toBeTruthy();
  expect(screen.getByText("84.50 EUR")).toBeTruthy();
  await userEvent.click(screen.getByText("get_booking"));
  expect(container.querySelectorAll("b").length).toBe(1);
  expect(await findings(container)).toEqual([]);
});
