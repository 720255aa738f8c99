import { describe, expect, it } from "vitest";
import { matchOf } from "./fixtures";
import { allDifferent, allSame, initial, pairKey, reduce, verdictOf, type MatchEvent, type MatchState } from "./reducer";

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
    expect(allDifferent(pair, state)).toEqual({ clusters: [["r1"], ["r2"]] });
  });

  it("moves within its cells only", () => {
    const state = after(pair, [{ type: "attribute", step: -1 }, { type: "record", step: -1 }, { type: "attribute", step: 1 }, { type: "record", step: 1 }, { type: "record", step: 1 }]);
    expect([state.attribute, state.record]).toEqual([1, 1]);
  });
});

it("what was shown of what is masked is remembered once", () => {
  const state = after(pair, [{ type: "reveal", attribute: "phone" }, { type: "reveal", attribute: "phone" }]);
  expect(state.revealed).toEqual(["phone"]);
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

  it("compares the record in focus with any other, and never with itself", () => {
    const down: MatchEvent = { type: "against", step: 1 };
    const up: MatchEvent = { type: "against", step: -1 };
    const from = after(four, [{ type: "record", step: 1 }]);
    expect([from.record, from.against]).toEqual([1, 0]);
    expect(after(four, [down], from).against).toBe(2);
    expect(after(four, [down, down, down], from).against).toBe(3);
    expect(after(four, [down, down, up, up, up], from).against).toBe(0);
    expect(after(four, [down, up, down], from).record).toBe(1);
  });

  it("reaches every pair by these two", () => {
    const eight = matchOf(8);
    const met = new Set<string>();
    let state = initial(eight, null);
    for (let record = 0; record < 8; record += 1) {
      for (const step of [...Array<-1>(7).fill(-1), ...Array<1>(7).fill(1)]) {
        met.add(pairKey(state.record, state.against));
        state = after(eight, [{ type: "against", step }], state);
      }
      met.add(pairKey(state.record, state.against));
      state = after(eight, [{ type: "record", step: 1 }], state);
    }
    expect(met.size).toBe(28);
  });

  it("leaves the pair in focus in doubt, and takes it back when asked again", () => {
    const doubt = after(four, [put(1), put(1), put(2), put(3), { type: "focus", record: 0 }, { type: "against", step: -1 }, { type: "unsure" }]);
    expect(verdictOf(four, doubt)).toEqual({ clusters: [["r1", "r2"], ["r3"], ["r4"]], unsure: [["r1", "r3"]] });
    expect(initial(four, verdictOf(four, doubt)).unsure).toEqual(doubt.unsure);
    expect(allDifferent(four, doubt)).toEqual({ clusters: [["r1"], ["r2"], ["r3"], ["r4"]], unsure: [["r1", "r3"]] });
    expect(allSame(four, doubt)).toEqual({ clusters: [["r1", "r2", "r3", "r4"]] });
    expect(verdictOf(four, after(four, [{ type: "unsure" }], doubt))).toEqual({ clusters: [["r1", "r2"], ["r3"], ["r4"]] });
  });

  it("keeps a doubt from before anything was grouped, and drops that of a pair put together", () => {
    const doubt = after(four, [{ type: "unsure" }]);
    expect(verdictOf(four, doubt)).toEqual({ clusters: [], unsure: [["r1", "r2"]] });
    expect(verdictOf(four, after(four, [put(1), put(1)], doubt))).toEqual({ clusters: [["r1", "r2"]] });
    expect(after(four, [put(1, 0), put(1, 1), { type: "focus", record: 0, against: 1 }, { type: "unsure" }]).unsure).toEqual([]);
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
