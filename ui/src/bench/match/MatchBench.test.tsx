import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Draft } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { assessed, matchCase, matchOf } from "./fixtures";
import { asked, bar, cell, committed, onCommit, onSkip, press, show } from "../../test/matchBench";

describe("a pair", () => {
  it("shows the records side by side, the evidence that adds up, and the suggestion quietly", () => {
    show(matchOf(2));
    expect(screen.getByRole("columnheader", { name: /B Billing/ })).toBeTruthy();
    expect(screen.getByRole("row", { name: /^Prior: two drawn at random, about 1 pair in 257 the same/ }).textContent).toContain("−8.0");
    expect(screen.getByRole("row", { name: /^Match weight prior and three attributes, adds up 98.1 %/ }).textContent).toContain("+5.7");
    expect(bar().textContent).toContain("Suggested: Same, 98 % · splink 4.0.17");
  });

  it("shows every piece of evidence of an attribute", () => {
    show(matchOf(2));
    const name = screen.getByRole("row", { name: /^Name/ });
    expect(within(name).getByText("+7.1")).toBeTruthy();
    expect(within(name).getByText("−1.2")).toBeTruthy();
    expect(within(name).getByText("term frequency")).toBeTruthy();
  });

  it("preselects nothing", () => {
    show(matchOf(2));
    for (const button of within(bar()).getAllByRole("button")) expect(button.getAttribute("aria-pressed")).toBeNull();
    expect(asked()).toEqual([]);
  });

  it("is decided at once by S, N and U", async () => {
    for (const [key, verdict, unknown] of [["s", { clusters: [["r1", "r2"]] }, false], ["n", { clusters: [["r1"], ["r2"]] }, false], ["u", null, true]] as const) {
      onCommit.mockClear();
      const { unmount } = show(matchOf(2));
      await press(key);
      expect(onCommit).toHaveBeenCalledTimes(1);
      expect(committed()).toMatchObject({ verdict, cannot_tell: unknown });
      expect(onCommit.mock.calls[0]?.[0].linksShown).toBe(true);
      unmount();
    }
  });

  it("is decided once by a key that is held", async () => {
    show(matchOf(2));
    await act(async () => {
      fireEvent.keyDown(document.body, { key: "s", code: "KeyS" });
      fireEvent.keyDown(document.body, { key: "s", code: "KeyS", repeat: true });
    });
    expect(onCommit).toHaveBeenCalledTimes(1);
  });

  it("waits while a decision is being written", async () => {
    show(matchOf(2), {}, true);
    await press("s");
    expect(onCommit).not.toHaveBeenCalled();
  });

  it("keeps the cell in focus and carries it with Same", async () => {
    show(matchOf(2));
    await press("ArrowRight", { shiftKey: true });
    await press(" ");
    expect(cell("Name", 1).getAttribute("aria-selected")).toBe("true");
    expect(cell("Name", 0).getAttribute("aria-selected")).toBe("false");
    expect(within(screen.getByRole("region", { name: "Golden record" })).getByText("Harbor Mill Bakery Ltd")).toBeTruthy();
    await press("s");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2"]], survivors: [{ name: { record: "r2" } }] });
  });

  it("takes a typed value, in which letters type and do not decide", async () => {
    show(matchOf(2));
    await press("ArrowDown");
    await press("t");
    const field = screen.getByRole("textbox", { name: "Phone" });
    expect(document.activeElement).toBe(field);
    await userEvent.clear(field);
    await userEvent.type(field, "555 sun");
    expect(onCommit).not.toHaveBeenCalled();
    await press("Enter");
    await press("s");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2"]], survivors: [{ phone: { value: "555 sun" } }] });
  });

  it("takes a typed value back with Esc", async () => {
    show(matchOf(2));
    await press("t");
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "x");
    await press("Escape");
    expect(screen.queryByRole("textbox", { name: "Name" })).toBeNull();
    await press("s");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2"]] });
  });

  it("carries reasons and comment", async () => {
    show(matchOf(2));
    await press("2", { altKey: true });
    expect(screen.getByRole("button", { name: "Shared phone", pressed: true })).toBeTruthy();
    await press("c");
    await userEvent.type(screen.getByRole("textbox", { name: "Comment" }), "moved in 2024");
    await press("Escape");
    await press("n");
    expect(committed()).toMatchObject({ reasons: ["shared_phone"], comment: "moved in 2024", verdict: { clusters: [["r1"], ["r2"]] } });
  });

  it("says what it overrides when it opens with an earlier decision", () => {
    const view = matchOf(2);
    const draft: Draft = { verdict: { clusters: [["r1"], ["r2"]] }, cannot_tell: false, reasons: [], comment: null };
    show(view, { draft, assessment: assessed(view, draft) });
    expect(within(bar()).getByRole("status").textContent).toContain("Overrides: Same, 98 %");
  });

  it("can't be decided by who may not, and says why", async () => {
    const view = matchOf(2);
    show(view, { assessment: { ...assessed(view, matchCase(view).draft), refusal: { code: "role", text: "Only stewards decide this", pointer: null } } });
    const same = screen.getByRole("button", { name: "Same", description: "Only stewards decide this" });
    expect(same.getAttribute("aria-disabled")).toBe("true");
    await press("s");
    await userEvent.click(same);
    expect(onCommit).not.toHaveBeenCalled();
  });

  it("decided blind shows no score and no suggestion", async () => {
    show(matchOf(2, { blind: true }), { show_machine: false, suggestion: null });
    expect(screen.queryByText("+5.7")).toBeNull();
    expect(bar().textContent).toContain("blind: suggestion after you decide");
    await press("s");
    expect(onCommit.mock.calls[0]?.[0].linksShown).toBe(false);
  });

  it("hands the case back by the Skip button", async () => {
    show(matchOf(2));
    await userEvent.click(screen.getByRole("button", { name: "Skip" }));
    expect(onSkip).toHaveBeenCalledTimes(1);
  });

  it("passes axe, also while typing and commenting", async () => {
    const { container } = show(matchOf(2));
    expect(await findings(container)).toEqual([]);
    await press("t");
    expect(await findings(container)).toEqual([]);
    await press("Escape");
    await press("c");
    expect(await findings(container)).toEqual([]);
  });
});

describe("a pair that was decided to be two", () => {
  it("can still be picked from, which drafts it as one", async () => {
    const view = matchOf(2);
    const draft: Draft = { verdict: { clusters: [["r1"], ["r2"]] }, cannot_tell: false, reasons: [], comment: null };
    show(view, { draft, assessment: assessed(view, draft) });
    expect(screen.getByText("None: as drafted these are two")).toBeTruthy();
    await press(" ");
    expect(within(screen.getByRole("region", { name: "Golden record" })).getByText("Harbour Mill Bakery")).toBeTruthy();
  });
});
