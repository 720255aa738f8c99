import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Assessment, ConflictView, Draft, JsonValue } from "../../ipc/types.gen";
import { KeysProvider } from "../../keys/useKeys";
import { findings } from "../../test/axe";
import { standInDesk } from "../../test/desk";
import type { Commit } from "../contract";
import { caseOf, NO_ANSWER, ONE, TWO } from "../fixtures";
import { Workbench } from "../Workbench";

const settle: Assessment = { ...NO_ANSWER, refusal: null, commit_label: "Settle on 21:20" };
let desk: ReturnType<typeof standInDesk>;
let answer: (draft: Draft) => Assessment;
const onCommit = vi.fn<(commit: Commit) => Promise<void>>();
const onSkip = vi.fn<() => void>();

beforeEach(() => {
  onCommit.mockReset().mockResolvedValue();
  answer = (draft) => (draft.verdict === null ? NO_ANSWER : settle);
  desk = standInDesk({ draft: ({ draft }) => answer(draft) });
});
afterEach(() => desk.leave());

function show(view: ConflictView, more: Parameters<typeof caseOf>[1] = {}) {
  return render(<KeysProvider><Workbench case={caseOf({ kind: "data_conflict", view }, more)} busy={false} onCommit={onCommit} onSkip={onSkip} /></KeysProvider>);
}
async function press(key: string, more: KeyboardEventInit = {}) {
  const code = /^\d$/.test(key) ? `Digit${key}` : /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
  await act(async () => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...more });
    fireEvent.keyUp(document.activeElement ?? document.body, { key, code });
  });
}
const committed = () => (onCommit.mock.calls[0]?.[0].draft.verdict as { values: Record<string, JsonValue> } | undefined)?.values;
const value = (name: RegExp, pressed?: boolean) => within(screen.getByRole("group", { name: "Values claimed" })).getByRole("button", { name, ...(pressed === undefined ? {} : { pressed }) });

it("shows every value with who says so, and none is chosen", async () => {
  const { container } = show(ONE);
  expect(screen.getByRole("heading", { name: "Actual arrival" })).toBeTruthy();
  expect(value(/^21:11, 3 systems$/, false).getAttribute("aria-keyshortcuts")).toBe("1");
  expect(screen.getByText(/Estimated/)).toBeTruthy();
  expect(screen.getByRole("img", { name: /114 of 119, 95 % interval 91–98/ })).toBeTruthy();
  expect(screen.getByRole("img", { name: "Claims on a line. 21:11: 3, 21:19: 2, 21:20: 1" })).toBeTruthy();
  expect(container.querySelectorAll('[aria-label="Values claimed"] [aria-pressed="true"]').length).toBe(0);
  expect(await findings(container)).toEqual([]);
});

it("takes what was typed by Enter, after which the keys mean what they mean again", async () => {
  show(ONE);
  await press("t");
  await userEvent.keyboard("21:19{Enter}");
  expect(document.activeElement).toBe(document.body);
  await press("Enter");
  expect(Object.values(committed() ?? {})).toEqual([expect.objectContaining({ answer: "value", value: "21:19" })]);
});

it("settles on a value by number and Enter, with all its claims", async () => {
  show(ONE);
  await press("3");
  expect(value(/^21:20/, true)).toBeTruthy();
  const button = screen.getByRole("button", { name: "Settle on 21:20" });
  expect(button.getAttribute("aria-disabled")).toBeNull();
  await press("Enter");
  expect(committed()).toEqual({ arrival: { answer: "value", value: "21:20", claims: ["c5"] } });
});

it("says in the desk's words why it can't be settled yet, and doesn't", async () => {
  show(ONE);
  const button = screen.getByRole("button", { name: "Settle", description: "Nothing is chosen yet" });
  await userEvent.click(button);
  await press("Enter");
  expect(onCommit).not.toHaveBeenCalled();
});

it("takes a click anywhere on a value, and Enter on its name only chooses", async () => {
  show(ONE);
  await userEvent.click(screen.getByText("waymark"));
  expect(value(/^21:19/, true)).toBeTruthy();
  value(/^21:11/).focus();
  await userEvent.keyboard("{Enter}");
  expect(value(/^21:11/, true)).toBeTruthy();
  expect(onCommit).not.toHaveBeenCalled();
});

it("types a value with T, in a field where letters are letters, and commits with Ctrl Enter", async () => {
  show(ONE);
  await press("t");
  const field = screen.getByRole("textbox", { name: "Actual arrival, typed" });
  expect(document.activeElement).toBe(field);
  await userEvent.type(field, "un 21:15");
  await press("Enter");
  expect(onCommit).not.toHaveBeenCalled();
  await press("Enter", { ctrlKey: true });
  expect(committed()).toEqual({ arrival: { answer: "value", value: "un 21:15", claims: [] } });
});

it("leaves the field with Esc, and the keys mean their own again", async () => {
  show(ONE);
  await press("t");
  await press("Escape");
  expect(document.activeElement).toBe(document.body);
  await press("1");
  expect(value(/^21:11/, true)).toBeTruthy();
});

it("puts several values in and out with V and numbers", async () => {
  show(ONE);
  for (const key of ["v", "1", "3", "2", "2"]) await press(key);
  expect(screen.getByText(/2 chosen/)).toBeTruthy();
  await press("Enter");
  expect(committed()).toEqual({ arrival: { answer: "several", values: ["21:11", "21:20"], claims: ["c0", "c1", "c2", "c5"] } });
});

it("asks an owner: a system and a question", async () => {
  show(ONE);
  await press("o");
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Question" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Question" }), "Which one?");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Whom to ask" }), "operator");
  await press("Enter", { ctrlKey: true });
  expect(committed()).toEqual({ arrival: { answer: "ask_owner", system: "operator", question: "Which one?" } });
});

it("decides at once with U when that was the last attribute open", async () => {
  show(ONE);
  await press("u");
  expect(committed()).toEqual({ arrival: { answer: "unknown" } });
});

it("marks a value that isn't the answer, once it has the focus", async () => {
  show(ONE);
  await press("3");
  await act(async () => value(/^21:19/).focus());
  const marks = screen.getByRole("group", { name: "Mark 21:19 as" });
  await userEvent.click(within(marks).getByRole("button", { name: "less specific" }));
  await act(async () => (document.activeElement as HTMLElement).blur());
  await press("Enter");
  expect(committed()).toEqual({ arrival: { answer: "value", value: "21:20", claims: ["c5"], marks: { c3: "less_specific", c4: "less_specific" } } });
});

it("offers the marks of a value by mouse, without choosing it", async () => {
  show(ONE);
  await userEvent.click(screen.getByRole("button", { name: "Mark 21:11" }));
  await userEvent.click(within(screen.getByRole("group", { name: "Mark 21:11 as" })).getByRole("button", { name: "stale" }));
  expect(value(/^21:11/, false)).toBeTruthy();
});

it("goes on to the next open attribute with Enter, shows each answer, and commits when all have one", async () => {
  answer = (draft) => (Object.keys((draft.verdict as { values: object } | null)?.values ?? {}).length < 2 ? { ...NO_ANSWER, refusal: { code: "invalid_verdict", text: "Platform has no answer", pointer: null } } : { ...settle, commit_label: "Settle 2 values" });
  const { container } = show(TWO);
  await press("1");
  expect(screen.getByRole("button", { name: "Next: Platform" })).toBeTruthy();
  await press("Enter");
  expect(screen.getByRole("heading", { name: "Platform" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Actual arrival 21:11" })).toBeTruthy();
  await press("2");
  expect(await findings(container)).toEqual([]);
  await press("ArrowUp");
  expect(screen.getByRole("button", { name: "Platform empty" })).toBeTruthy();
  await press("ArrowDown");
  await press("Enter");
  expect(committed()).toEqual({ arrival: { answer: "value", value: "21:11", claims: ["c0", "c1", "c2"] }, platform: { answer: "value", value: null, claims: ["p1"] } });
});

describe("keys that come faster than the desk answers", () => {
  const slowly = <T,>(said: T) => new Promise<T>((resolve) => setTimeout(() => resolve(said), 30));
  async function pressAll(keys: string[]) {
    for (const key of keys) await press(key);
    await act(() => new Promise((resolve) => setTimeout(resolve, 300)));
  }
  beforeEach(() => {
    desk.leave();
    const refusal = { code: "invalid_verdict", text: "Platform has no answer", pointer: null };
    answer = (draft) => (Object.keys((draft.verdict as { values: object } | null)?.values ?? {}).length < 2 ? { ...NO_ANSWER, refusal } : settle);
    desk = standInDesk({ draft: ({ draft }) => slowly(answer(draft)) as never });
  });

  it("are each for the attribute they were pressed for", async () => {
    show(TWO);
    await pressAll(["1", "Enter", "2", "Enter"]);
    expect(committed()).toMatchObject({ arrival: { value: "21:11" }, platform: { value: null, claims: ["p1"] } });
  });

  it("are dropped once Enter takes the case away", async () => {
    show(ONE);
    answer = () => settle;
    await pressAll(["1", "Enter", "3"]);
    expect(committed()).toEqual({ arrival: { answer: "value", value: "21:11", claims: ["c0", "c1", "c2"] } });
  });
});

it("U on an attribute with others open goes on and commits nothing", async () => {
  show(TWO);
  await press("u");
  expect(onCommit).not.toHaveBeenCalled();
  expect(screen.getByRole("heading", { name: "Platform" })).toBeTruthy();
  await press("u");
  expect(committed()).toEqual({ arrival: { answer: "unknown" }, platform: { answer: "unknown" } });
});

it("shows what the suggestion is only where policy lets it, and what is overridden in the desk's words", async () => {
  const suggestion = { id: "s1", words: "21:11, 3 of 6 systems", by_words: "majority 1", by: null, rationale: null, verdict: null };
  answer = () => ({ ...settle, overrides: "Overrides: 21:11" });
  const { unmount } = show(ONE, { suggestion });
  expect(screen.getByText(/Suggested/).textContent).toContain("21:11");
  await press("3");
  expect(screen.getByText("Overrides: 21:11")).toBeTruthy();
  unmount();
  show(ONE, { suggestion: null, show_machine: false });
  expect(screen.queryByText(/Suggested/)).toBeNull();
});

it("a draft that lies on disk is on the screen again", () => {
  show(TWO, { draft: { verdict: { values: { arrival: { answer: "unknown" }, platform: { answer: "value", value: 4, claims: [] } } }, cannot_tell: false, reasons: [], comment: null } });
  expect(screen.getByRole("button", { name: "Unknown", pressed: true })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Platform 4" })).toBeTruthy();
});
