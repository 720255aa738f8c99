import { describe, expect, it } from "vitest";
import { matchOf } from "./fixtures";
import { allDifferent, allSame, initial, reduce, verdictOf, type MatchEvent, type MatchState } from "./reducer";

const pair = matchOf(2);
const four = matchOf(4);
const after = (view: typeof pair, events: readonly MatchEvent[], from: MatchState = initial(view, null)) => events.reduce((state, event) => reduce(view, state, event), from);
const put = (number: number, record?: number): MatchEvent => ({ type: "group", number, ...(record === undefined ? {} : { record }) });

describe("a pair", () => {
  it("begins with nothing kept and no verdict of the person's own", () => {
    const state = initial(pair, null);
    expect(state.kept).toEqual({});
    expect([state.attribute, state.record]).toEqual([0, 0]);
  });

  it("keeps the cell in focus, and takes it back when it is kept again", () => {
    const kept = after(pair, [{ type: "record", step: 1 }, { type: "keep" }]);
    expect(verdictOf(pair, kept)).toEqual({ clusters: [["r1", "r2"]], survivors: [{ name: { record: "r2" } }] });
    expect(verdictOf(pair, after(pair, [{ type: "keep" }], kept))).toEqual({ clusters: [["r1", "r2"]] });
  });

  it("does not keep an empty cell", () => {
    const state = after(pair, [{ type: "focus", attribute: 2, record: 1 }, { type: "keep" }]);
    expect(state.kept).toEqual({});
  });

  it("carries what was kept when it is decided to be the same, and not when it is two", () => {
    const state = after(pair, [{ type: "keep" }, { type: "typed", attribute: "phone", group: 1, survivor: { value: "555 0100" } }]);
    expect(allSame(pair, state)).toEqual({ clusters: [["r1", "r2"]], survivors: [{ name: { record: "r1" }, phone: { value: "555 0100" } }] });
    expect(allDifferent(pair)).toEqual({ clusters: [["r1"], ["r2"]] });
  });

  it("moves within its cells only", () => {
    const state = after(pair, [{ type: "attribute", step: -1 }, { type: "record", step: -1 }, { type: "attribute", step: 1 }, { type: "record", step: 1 }, { type: "record", step: 1 }]);
    expect([state.attribute, state.record]).toEqual([1, 1]);
  });
});

describe("a group", () => {
  it("puts no record into a group before somebody does", () => {
    expect(initial(four, null).groups).toEqual([0, 0, 0, 0]);
    expect(verdictOf(four, initial(four, null))).toBeNull();
  });

  it("hands the focus on to the next record without a group", () => {
    const state = after(four, [put(1), put(1), put(2)]);
    expect(state.groups).toEqual([1, 1, 2, 0]);
    expect(state.record).toBe(3);
    expect(verdictOf(four, state)).toEqual({ clusters: [["r1", "r2"], ["r3"]] });
  });

  it("stays on a record whose group is corrected", () => {
    const state = after(four, [put(1), put(1), put(1), put(1), put(2, 1)]);
    expect([state.groups, state.record]).toEqual([[1, 2, 1, 1], 1]);
  });

  it("keeps the numbers a person gave, and hands over the groups in their order", () => {
    const state = after(four, [put(3, 0), put(1, 1), put(3, 2), put(1, 3)]);
    expect(state.groups).toEqual([3, 1, 3, 1]);
    expect(verdictOf(four, state)).toEqual({ clusters: [["r2", "r4"], ["r1", "r3"]] });
  });

  it("forgets in the verdict what was kept of a record that left the group", () => {
    const state = after(four, [put(1), put(1), put(1), put(1), { type: "focus", record: 1, attribute: 0 }, { type: "keep" }]);
    expect(verdictOf(four, state)).toEqual({ clusters: [["r1", "r2", "r3", "r4"]], survivors: [{ name: { record: "r2" } }] });
    expect(verdictOf(four, after(four, [put(2, 1)], state))).toEqual({ clusters: [["r1", "r3", "r4"], ["r2"]] });
  });

  it("keeps nothing for a record that lies in no group", () => {
    expect(after(four, [{ type: "keep" }]).kept).toEqual({});
  });

  it("makes a pair of the two records looked at last", () => {
    const state = after(four, [{ type: "focus", record: 3 }, { type: "focus", record: 1 }]);
    expect([state.record, state.against]).toEqual([1, 3]);
  });

  it("opens with the groups and survivors of a draft", () => {
    const draft = { clusters: [["r1", "r4"], ["r2"]], survivors: [{ name: { record: "r4" } }, null] };
    const state = initial(four, draft);
    expect(state.groups).toEqual([1, 2, 0, 1]);
    expect(verdictOf(four, state)).toEqual(draft);
  });

  it("makes one of all with the survivors of the groups there were", () => {
    const state = after(four, [put(1), put(1), put(2), put(2), { type: "focus", record: 3, attribute: 1 }, { type: "keep" }]);
    expect(allSame(four, state)).toEqual({ clusters: [["r1", "r2", "r3", "r4"]], survivors: [{ phone: { record: "r4" } }] });
  });

  it("begins as rows at an attribute that has a column", () => {
    const eight = matchOf(8);
    const turned = { ...eight, rows: eight.rows.toReversed() };
    expect(initial(turned, null).attribute).toBe(1);
  });
});
