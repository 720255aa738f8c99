import { describe, expect, it } from "vitest";
import { matchOf } from "./fixtures";
import { landing, onGroup, onRecord, OWN } from "./landing";
import { initial, reduce, verdictOf, type MatchState } from "./reducer";

const view = matchOf(5);
/** The groups after the record was dropped there, by the reducer that number keys go through. */
function dropped(groups: readonly number[], record: number, place: string): MatchState {
  const from: MatchState = { ...initial(view, null), groups };
  return (landing(groups, record, place)?.puts ?? []).reduce((state, put) => reduce(view, state, put), from);
}
/** Every way four records can lie in three groups and in none. */
const numbers = [0, 1, 2, 3];
const everyway = numbers.flatMap((a) => numbers.flatMap((b) => numbers.flatMap((c) => numbers.map((d) => [a, b, c, d]))));

describe("a record that is dropped", () => {
  it("on another goes into the other's group", () => {
    expect(dropped([1, 1, 2, 0, 0], 3, onRecord(2)).groups).toEqual([1, 1, 2, 2, 0]);
    expect(dropped([1, 1, 2, 0, 0], 0, onRecord(2)).groups).toEqual([2, 1, 2, 0, 0]);
  });

  it("on one in no group makes a new group of the two", () => {
    expect(dropped([0, 0, 0, 0, 0], 3, onRecord(1)).groups).toEqual([0, 1, 0, 1, 0]);
    expect(dropped([1, 1, 0, 3, 3], 4, onRecord(2)).groups).toEqual([1, 1, 2, 3, 2]);
  });

  it("takes one in no group into the group where it lies alone", () => {
    expect(dropped([4, 0, 0, 0, 0], 0, onRecord(1)).groups).toEqual([4, 4, 0, 0, 0]);
  });

  it("on a group's number goes into that group", () => {
    expect(dropped([1, 1, 2, 0, 0], 4, onGroup(2)).groups).toEqual([1, 1, 2, 0, 2]);
  });

  it("apart gets the lowest number that no other has", () => {
    expect(dropped([1, 1, 3, 0, 0], 3, OWN).groups).toEqual([1, 1, 3, 2, 0]);
    expect(dropped([1, 1, 1, 1, 1], 2, OWN).groups).toEqual([1, 1, 2, 1, 1]);
  });

  it("where it lies already stays, and nothing is sent", () => {
    expect(landing([1, 1, 2, 0, 0], 0, onRecord(0))).toBeUndefined();
    expect(landing([1, 1, 2, 0, 0], 3, onRecord(3))).toBeUndefined();
    expect(landing([1, 1, 2, 0, 0], 0, onRecord(1))).toBeUndefined();
    expect(landing([1, 1, 2, 0, 0], 0, onGroup(1))).toBeUndefined();
    expect(landing([1, 1, 2, 0, 0], 2, OWN)).toBeUndefined();
  });

  it("lies with whom it was said to, and nobody else's group changes but of one that had none", () => {
    for (const groups of everyway) {
      for (const place of [...groups.map((_, at) => onRecord(at)), ...[1, 2, 3].map(onGroup), OWN]) {
        const said = landing(groups, 0, place);
        if (said === undefined) continue;
        const { groups: after } = dropped(groups, 0, place);
        const company = after.flatMap((group, at) => (at > 0 && group === after[0] ? [at] : []));
        expect({ number: after[0], company }).toEqual({ number: said.number, company: said.company });
        for (let other = 1; other < groups.length; other += 1) {
          if (groups[other] !== 0) expect(after[other]).toBe(groups[other]);
          else if (place !== onRecord(other)) expect(after[other]).toBe(0);
        }
      }
    }
  });
});

it("a drop is the same as the numbers pressed", () => {
  const pressed = [1, 1, 2, 2, 3].reduce((state, number) => reduce(view, state, { type: "group", number }), initial(view, null));
  let state = initial(view, null);
  for (const [record, place] of [[1, onRecord(0)], [2, OWN], [3, onRecord(2)], [4, OWN]] as const) {
    for (const put of landing(state.groups, record, place)?.puts ?? []) state = reduce(view, state, put);
  }
  expect(verdictOf(view, state)).toEqual(verdictOf(view, pressed));
});
