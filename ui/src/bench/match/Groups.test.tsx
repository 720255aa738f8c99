// Three records and more, and what holds of every match: what is hidden is drawn, what is masked is covered.
import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { MatchView } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { matchOf } from "./fixtures";
import { bar, committed, onCommit, press, show } from "../../test/matchBench";

describe("three to five records", () => {
  it("lie in no group until numbers put them there, and then are saved", async () => {
    show(matchOf(4));
    expect(screen.getAllByRole("button", { name: /is in no group$/ })).toHaveLength(4);
    expect(screen.getByRole("button", { name: "Save groups", description: "No groups yet" }).getAttribute("aria-disabled")).toBe("true");
    await press("Enter");
    expect(onCommit).not.toHaveBeenCalled();
    for (const digit of ["1", "1", "2"]) await press(digit);
    expect(screen.getByRole("button", { name: "Save groups", description: "D lies in no group" })).toBeTruthy();
    await press("1");
    expect(screen.getByRole("button", { name: "Record C is in group 2" })).toBeTruthy();
    await press("Enter");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2", "r4"], ["r3"]] });
  });

  it("are all the same by S and all different by N", async () => {
    const { unmount } = show(matchOf(3));
    await press("s");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2", "r3"]] });
    unmount();
    onCommit.mockClear();
    show(matchOf(3));
    await press("n");
    expect(committed()?.verdict).toEqual({ clusters: [["r1"], ["r2"], ["r3"]] });
  });

  it("can be grouped by pointer", async () => {
    show(matchOf(3));
    await userEvent.click(screen.getByRole("button", { name: "Record B is in no group" }));
    await userEvent.click(within(screen.getByRole("group", { name: "Group of record B" })).getByRole("button", { name: "Group 2" }));
    expect(screen.getByRole("button", { name: "Record B is in group 2" })).toBeTruthy();
  });

  it("show the evidence of the pair looked at last", async () => {
    show(matchOf(3));
    expect(screen.getByRole("region", { name: "Evidence for A and B" }).textContent).toContain("prior and three attributes, adds up");
    await press("ArrowRight", { shiftKey: true });
    await press("ArrowRight", { shiftKey: true });
    expect(screen.getByRole("region", { name: "Evidence for B and C" })).toBeTruthy();
  });

  it("pass axe with groups and golden records", async () => {
    const { container } = show(matchOf(5));
    for (const digit of ["1", "1", "2", "2", "3"]) await press(digit);
    expect(screen.getByRole("heading", { name: "Golden records" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
});

describe("six and more records", () => {
  it("stand as rows, with the attributes that tell them apart and the weights beside", () => {
    show(matchOf(8));
    const table = screen.getByRole("grid", { name: "Records and their groups" });
    expect(within(table).getAllByRole("columnheader").map((head) => head.textContent).slice(0, 4)).toEqual(["Group", "Name", "Phone", "Source"]);
    expect(screen.getByText("City Leith, where given")).toBeTruthy();
    expect(within(table).getByTitle("a and b: +5.7, 98.1 %, not grouped yet")).toBeTruthy();
    expect(within(table).getByTitle("a and c: never compared")).toBeTruthy();
  });

  it("are grouped by number keys, and the matrix says how the groups stand to the score", async () => {
    show(matchOf(8));
    for (const digit of ["1", "1", "2", "2", "2", "3", "3", "3"]) await press(digit);
    const table = screen.getByRole("grid", { name: "Records and their groups" });
    expect(within(table).getByTitle(/^a and b: .*together, score agrees$/)).toBeTruthy();
    expect(within(table).getByTitle(/^b and c: .*apart against the score$/)).toBeTruthy();
    expect(within(table).getByTitle(/^c and d: .*together against the score$/)).toBeTruthy();
    const meaning = screen.getByRole("region", { name: "What these groups mean" });
    expect(within(meaning).getAllByRole("row").slice(1).map((row) => row.textContent?.slice(0, 2))).toEqual(["12", "23", "33"]);
    await press("Enter");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2"], ["r3", "r4", "r5"], ["r6", "r7", "r8"]] });
  });

  it("move by record with the arrows", async () => {
    show(matchOf(8));
    await press("ArrowDown");
    await press("ArrowDown");
    await press("4");
    expect(screen.getByRole("button", { name: "Record c is in group 4" })).toBeTruthy();
  });

  it("are compared each with each by keys alone, and the pair is what the table has in focus", async () => {
    show(matchOf(8));
    await act(async () => {});
    const table = screen.getByRole("grid", { name: "Records and their groups" });
    const card = screen.getByRole("region", { name: "Evidence for a and b" });
    const met = new Set<string>();
    const look = () => {
      const here = document.getElementById(table.getAttribute("aria-activedescendant") ?? "");
      const evidence = card.getAttribute("aria-label") ?? "";
      expect(here?.getAttribute("aria-current")).toBe("true");
      expect(evidence).toBe(`Evidence for ${here?.getAttribute("aria-label")?.split(":")[0]}`);
      met.add(evidence);
    };
    for (let record = 0; record < 8; record += 1) {
      for (const key of ["ArrowUp", ...Array<string>(7).fill("ArrowDown")]) {
        await press(key, { shiftKey: true });
        look();
      }
      await press("ArrowDown");
    }
    expect(met.size).toBe(28);
  });

  it("leave a pair in doubt by L, which is seen on the pair, said in the bar, and goes with the decision", async () => {
    show(matchOf(8));
    await act(async () => {});
    await press("ArrowDown", { shiftKey: true });
    await press("l");
    const table = screen.getByRole("grid", { name: "Records and their groups" });
    expect(within(table).getByRole("gridcell", { name: "a and c: never compared, can’t be told" }).textContent).toBe("?");
    expect(screen.getByRole("button", { name: "Can’t tell this pair: a and c", pressed: true })).toBeTruthy();
    expect(within(bar()).getByText("1 pair can’t be told")).toBeTruthy();
    for (const digit of ["1", "1", "2", "2", "2", "3", "3", "3"]) await press(digit);
    await press("Enter");
    expect(committed()?.verdict).toEqual({ clusters: [["r1", "r2"], ["r3", "r4", "r5"], ["r6", "r7", "r8"]], unsure: [["r1", "r3"]] });
  });

  it("can be left in doubt where the machine's view is hidden, as far as they don't lie in one group", async () => {
    show(matchOf(8, { blind: true }), { show_machine: false, suggestion: null });
    expect(screen.getByRole("region", { name: "The pair a and b" }).textContent).not.toMatch(/[+−]\d/);
    for (const digit of ["1", "1"]) await press(digit);
    await press("ArrowUp");
    await press("ArrowUp");
    await press("ArrowUp", { shiftKey: true });
    expect(screen.getByRole("button", { name: "Can’t tell this pair: a and b" }).getAttribute("title")).toBe("They lie in one group");
    await press("l");
    expect(screen.queryByText("1 pair can’t be told")).toBeNull();
  });

  it("all stand there in the end, also fifty", async () => {
    show(matchOf(50));
    await act(async () => {});
    expect(within(screen.getByRole("grid", { name: "Records and their groups" })).getAllByRole("row")).toHaveLength(51);
  });

  it("pass axe", async () => {
    const { container } = show(matchOf(8));
    for (const digit of ["1", "2", "1"]) await press(digit);
    expect(await findings(container)).toEqual([]);
  });
});

it.each([2, 8])("hidden characters in the names of attributes are drawn: %i records", async (count) => {
  const view = matchOf(count);
  const rows = view.rows.map((row) => ({ ...row, label: `${row.label}\u202E` }));
  const { container } = show({ ...view, rows, equal_in_all: [{ attribute: "city", words: "City\u202E", masked_words: null }] });
  if (count === 8) for (const digit of ["1", "1"]) await press(digit);
  expect(screen.getByRole("region", { name: "Golden record" }).textContent).toContain("U+202E");
  expect(container.textContent).not.toContain("\u202E");
});

/** With the values of this attribute masked, as the desk says it. */
function masking(view: MatchView, attribute: string): MatchView {
  const rows = view.rows.map((row) => (row.attribute === attribute ? { ...row, sensitivity: "confidential" as const, masked: true } : row));
  return { ...view, rows, equal_in_all: view.equal_in_all.map((equal) => (equal.attribute === attribute ? { ...equal, masked_words: "City, where given" } : equal)) };
}

describe("what is masked", () => {
  it.each([2, 4, 8])("is covered in table and golden record until it is asked for, and then goes with the decision: %i records", async (count) => {
    const { container } = show(masking(matchOf(count), "phone"));
    expect(container.textContent).not.toContain("555 0142");
    expect(await findings(container)).toEqual([]);
    await press(count > 5 ? "ArrowRight" : "ArrowDown", { shiftKey: count > 5 });
    await press("t");
    expect(screen.queryByRole("textbox")).toBeNull();
    await press(".");
    expect(container.textContent).toContain("555 0142");
    await press("n");
    expect(onCommit.mock.calls[0]?.[0].revealed).toEqual(["phone"]);
  });

  it("stays covered where something else is in focus, and nothing is said to have been seen", async () => {
    const { container } = show(masking(matchOf(2), "phone"));
    await press(".");
    expect(container.textContent).not.toContain("555 0142");
    expect(screen.getAllByText("masked, equal")).toHaveLength(2);
    await press("s");
    expect(onCommit.mock.calls[0]?.[0].revealed).toEqual([]);
  });

  it("and equal in all is shown by a button, since it has no column", async () => {
    const { container } = show(masking(matchOf(8), "city"));
    expect(container.textContent).not.toContain("Leith");
    await userEvent.click(screen.getByRole("button", { name: "Show City, where given" }));
    expect(screen.getByText("City Leith, where given")).toBeTruthy();
    await press("n");
    expect(onCommit.mock.calls[0]?.[0].revealed).toEqual(["city"]);
  });
});
