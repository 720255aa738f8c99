import { describe, expect, it } from "vitest";
import { actionView, MAIL, REFUND, REFUND_ARGUMENTS } from "../fixtures";
import type { JsonValue } from "../../ipc/types.gen";
import { goesTo, nextOpen, reduce, start, verdictOf, type ActionAction } from "./reducer";

const view = actionView([REFUND, MAIL]);
const after = (actions: readonly ActionAction[]) => actions.reduce((s, action) => reduce(view, s, action), start(view, null));
const verdict = (...actions: ActionAction[]) => verdictOf(view, after(actions));

describe("the answers to the calls", () => {
  it("are none at first", () => {
    expect(verdict()).toBeNull();
    expect(nextOpen(after([]))).toBe(1);
  });

  it("stand in the order of the calls, each by its id", () => {
    expect(verdict({ do: "move", to: 1 }, { do: "answer", answered: "approve" }, { do: "move", to: 0 }, { do: "answer", answered: "reject" })).toEqual({
      actions: [{ id: "a1", type: "reject" }, { id: "m1", type: "approve" }],
    });
  });

  it("are never one that the call doesn't allow", () => {
    const before = after([]);
    expect(reduce(view, before, { do: "answer", answered: "respond" })).toBe(before);
  });

  it("carry the whole edited object, and keep it while another answer is tried", () => {
    const edited = { ...(REFUND_ARGUMENTS as object), amount: 40 } as JsonValue;
    const actions: ActionAction[] = [{ do: "answer", answered: "edit" }, { do: "edit", arguments: edited }];
    expect(verdict(...actions)).toEqual({ actions: [{ id: "a1", type: "edit", arguments: edited }] });
    expect(verdict(...actions, { do: "answer", answered: "approve" })).toEqual({ actions: [{ id: "a1", type: "approve" }] });
    expect(verdict(...actions, { do: "answer", answered: "approve" }, { do: "answer", answered: "edit" })).toEqual({ actions: [{ id: "a1", type: "edit", arguments: edited }] });
  });

  it("are only edited while they are being edited", () => {
    expect(verdict({ do: "answer", answered: "approve" }, { do: "edit", arguments: {} })).toEqual({ actions: [{ id: "a1", type: "approve" }] });
  });

  it("say why, or what instead, each kept apart", () => {
    const at: ActionAction = { do: "move", to: 1 };
    const said = [at, { do: "answer", answered: "reject" }, { do: "say", text: "Not agreed" }, { do: "answer", answered: "respond" }, { do: "say", text: "Ask her first" }] as ActionAction[];
    expect(verdict(...said)).toEqual({ actions: [{ id: "m1", type: "respond", message: "Ask her first" }] });
    expect(verdict(...said, { do: "answer", answered: "reject" })).toEqual({ actions: [{ id: "m1", type: "reject", message: "Not agreed" }] });
  });
});

it("a draft on disk comes back as it was", () => {
  for (const json of [
    { actions: [{ id: "a1", type: "edit", arguments: { booking: "X" } }] }, { actions: [{ id: "a1", type: "reject", message: "no" }, { id: "m1", type: "respond", message: "later" }] },
  ] as JsonValue[]) expect(verdictOf(view, start(view, json))).toEqual(json);
});

it("a draft that can't be read is no answer", () => {
  for (const json of ["x", [], { actions: {} }, { actions: [{ id: "other", type: "approve" }] }, { actions: [{ id: "a1", type: "delete" }] }] as JsonValue[]) {
    expect(verdictOf(view, start(view, json))).toBeNull();
  }
});

it("Enter goes to the next open call, then to the one that is refused, and else commits", () => {
  const first = after([{ do: "answer", answered: "edit" }]);
  expect(goesTo(first, null)).toBe(1);
  const both = [{ do: "answer", answered: "edit" }, { do: "move", to: 1 }, { do: "answer", answered: "approve" }] as ActionAction[];
  expect(goesTo(after(both), "/actions/0/arguments/amount")).toBe(0);
  expect(goesTo(after([...both, { do: "move", to: 0 }]), "/actions/0/arguments/amount")).toBeUndefined();
  expect(goesTo(after(both), null)).toBeUndefined();
  expect(goesTo(after([]), null)).toBeUndefined();
});
