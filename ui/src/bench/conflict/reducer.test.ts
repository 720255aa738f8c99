import { describe, expect, it } from "vitest";
import { ARRIVAL, ONE, PLATFORM, TWO } from "../fixtures";
import type { JsonValue } from "../../ipc/types.gen";
import { answerWords, goesTo, isAnswered, nextOpen, reduce, start, typedValue, verdictOf, type ConflictAction, type ConflictState } from "./reducer";

const after = (actions: readonly ConflictAction[], view = ONE, state: ConflictState = start(view, null)) => actions.reduce((s, action) => reduce(view, s, action), state);
const verdict = (actions: readonly ConflictAction[], view = ONE) => verdictOf(view, after(actions, view));
const arrival = (answer: JsonValue) => ({ values: { arrival: answer } });

describe("the answer to an attribute", () => {
  it("is nothing at first: no suggestion is chosen beforehand", () => {
    expect(verdict([])).toBeNull();
  });

  it("is the value of the group chosen, with all its claims", () => {
    expect(verdict([{ do: "choose", option: 1 }])).toEqual(arrival({ answer: "value", value: "21:11", claims: ["c0", "c1", "c2"] }));
    expect(verdict([{ do: "choose", option: 1 }, { do: "choose", option: 3 }])).toEqual(arrival({ answer: "value", value: "21:20", claims: ["c5"] }));
  });

  it("stays when a key names no group", () => {
    const before = after([{ do: "choose", option: 1 }]);
    expect(reduce(ONE, before, { do: "choose", option: 9 })).toBe(before);
  });

  it("is what was typed, without claims", () => {
    expect(verdict([{ do: "type" }])).toBeNull();
    expect(verdict([{ do: "typed", text: " 21:15 " }])).toEqual(arrival({ answer: "value", value: "21:15", claims: [] }));
  });

  it("is several values once several are wanted, and one of them again after", () => {
    const both: ConflictAction[] = [{ do: "choose", option: 3 }, { do: "several" }, { do: "choose", option: 1 }];
    expect(verdict(both)).toEqual(arrival({ answer: "several", values: ["21:11", "21:20"], claims: ["c0", "c1", "c2", "c5"] }));
    expect(verdict([...both, { do: "choose", option: 3 }, { do: "several" }])).toEqual(arrival({ answer: "value", value: "21:11", claims: ["c0", "c1", "c2"] }));
    expect(verdict([...both, { do: "several" }])).toBeNull();
  });

  it("is a question to an owner, and what was typed before is kept", () => {
    const asked = after([{ do: "typed", text: "21:15" }, { do: "ask" }, { do: "asked", system: "operator" }, { do: "asked", question: "Which?" }]);
    expect(verdictOf(ONE, asked)).toEqual(arrival({ answer: "ask_owner", system: "operator", question: "Which?" }));
    expect(verdictOf(ONE, reduce(ONE, asked, { do: "type" }))).toEqual(arrival({ answer: "value", value: "21:15", claims: [] }));
  });
});

describe("marks", () => {
  it("are for every claim of the group, and go when given again", () => {
    const mark: ConflictAction = { do: "mark", option: 2, mark: "less_specific" };
    expect(verdict([{ do: "choose", option: 3 }, mark])).toEqual(arrival({ answer: "value", value: "21:20", claims: ["c5"], marks: { c3: "less_specific", c4: "less_specific" } }));
    expect(verdict([{ do: "choose", option: 3 }, mark, mark])).toEqual(arrival({ answer: "value", value: "21:20", claims: ["c5"] }));
  });

  it("never stand on what is the answer", () => {
    expect(verdict([{ do: "mark", option: 3, mark: "wrong" }, { do: "choose", option: 3 }])).toEqual(arrival({ answer: "value", value: "21:20", claims: ["c5"] }));
  });
});

describe("several attributes", () => {
  it("are answered one by one, the next open one being the next in order and round", () => {
    const first = after([{ do: "choose", option: 1 }], TWO);
    expect(nextOpen(TWO, first)).toBe(1);
    const both = after([{ do: "move", to: 1 }, { do: "unknown" }], TWO, first);
    expect(nextOpen(TWO, both)).toBeUndefined();
    expect(isAnswered(TWO, both, 0)).toBe(true);
    expect(Object.keys((verdictOf(TWO, both) as { values: object }).values)).toEqual(["arrival", "platform"]);
  });

  it("are not left by moving past the last", () => {
    expect(after([{ do: "move", to: 7 }], TWO).at).toBe(1);
    expect(after([{ do: "move", to: -1 }], TWO).at).toBe(0);
  });
});

describe("a draft on disk", () => {
  const verdicts: [string, ConflictAction[]][] = [
    ["a value", [{ do: "choose", option: 2 }, { do: "mark", option: 1, mark: "stale" }]],
    ["a typed value", [{ do: "typed", text: "20:59" }]],
    ["several", [{ do: "several" }, { do: "choose", option: 1 }, { do: "choose", option: 2 }]],
    ["unknown", [{ do: "unknown" }]],
    ["a question", [{ do: "ask" }, { do: "asked", system: "operator", question: "Which?" }]],
  ];
  it.each(verdicts)("comes back as it was: %s", (_, actions) => {
    const json = verdict(actions);
    expect(verdictOf(ONE, start(ONE, json))).toEqual(json);
  });

  it("that can't be read is no answer", () => {
    for (const json of [null, "x", [], { values: [] }, { values: { arrival: null } }, { values: { arrival: { answer: "__proto__" } } }] as JsonValue[]) {
      expect(verdictOf(ONE, start(ONE, json))).toBeNull();
    }
  });

  it("finds its group by claims where the value is written otherwise", () => {
    const state = start(ONE, arrival({ answer: "value", value: "21:20:00", claims: ["c5"] }) as JsonValue);
    expect(answerWords(ARRIVAL, state.chosen[0]!)).toBe("21:20");
  });

  it("begins at the first attribute without an answer", () => {
    expect(start(TWO, arrival({ answer: "unknown" }) as JsonValue).at).toBe(1);
  });
});

it("a typed number is a number where the claims are numbers, if a double holds it", () => {
  expect(typedValue(PLATFORM, "12")).toBe(12);
  expect(typedValue(PLATFORM, "4.50")).toBe(4.5);
  expect(typedValue(PLATFORM, "0.12345678901234567")).toBe("0.12345678901234567");
  expect(typedValue(PLATFORM, "3a")).toBe("3a");
  expect(typedValue(ARRIVAL, "12")).toBe("12");
});

describe("where Enter goes", () => {
  const asked = after([{ do: "ask" }], TWO);
  it("stays at an answer that the desk finds not whole", () => {
    expect(goesTo(TWO, asked, "/values/arrival/system")).toBeUndefined();
    expect(goesTo(TWO, asked, "/values")).toBe(1);
  });
  it("goes to what is refused once nothing is open", () => {
    const both = after([{ do: "move", to: 1 }, { do: "unknown" }], TWO, asked);
    expect(goesTo(TWO, both, "/values/arrival/system")).toBe(0);
    expect(goesTo(TWO, both, null)).toBeUndefined();
    expect(goesTo(TWO, both, "/values/elsewhere")).toBeUndefined();
  });
});
