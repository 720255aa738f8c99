// What a person has chosen for each call of a proposed action so far. Pure. It makes the verdict's JSON; what may be committed,
// what is faulty and what can't be undone is said by the desk.
import type { ActionView, Answered, CallView, JsonValue } from "../../ipc/types.gen";
import { isObject } from "./pointer";

export interface Answering {
  answered: Answered | undefined;
  /** The whole edited arguments; kept when another answer is chosen, so that nothing typed is lost. */
  edited: JsonValue | undefined;
  /** Why it is rejected. */
  why: string;
  /** The answer instead of the action. */
  reply: string;
}

export interface ActionState {
  /** The call being worked on, from 0. */
  at: number;
  /** In the order of the case's calls. */
  calls: readonly Answering[];
}

export type ActionAction =
  | { do: "answer"; answered: Answered }
  | { do: "edit"; arguments: JsonValue }
  | { do: "say"; text: string }
  | { do: "move"; to: number };

const NOTHING: Answering = { answered: undefined, edited: undefined, why: "", reply: "" };
const ANSWERS: readonly Answered[] = ["approve", "edit", "reject", "respond"];

/** From the draft that lies on disk, when there is one. */
export function start(view: ActionView, verdict: JsonValue | null): ActionState {
  const answers = isObject(verdict ?? undefined) ? (verdict as { [key in string]: JsonValue })["actions"] : undefined;
  const calls = view.calls.map((call) => {
    const answer = Array.isArray(answers) ? answers.find((a) => isObject(a) && a["id"] === call.id) : undefined;
    return isObject(answer) ? answeringFrom(answer) : NOTHING;
  });
  return { at: Math.max(0, calls.findIndex((call) => call.answered === undefined)), calls };
}

function answeringFrom(answer: { [key in string]: JsonValue }): Answering {
  const answered = ANSWERS.find((one) => one === answer["type"]);
  const message = typeof answer["message"] === "string" ? answer["message"] : "";
  return {
    answered,
    edited: isObject(answer["arguments"]) ? answer["arguments"] : undefined,
    why: answered === "reject" ? message : "",
    reply: answered === "respond" ? message : "",
  };
}

export function reduce(view: ActionView, state: ActionState, action: ActionAction): ActionState {
  if (action.do === "move") return { ...state, at: Math.max(0, Math.min(view.calls.length - 1, action.to)) };
  const call = view.calls[state.at];
  const before = state.calls[state.at];
  if (call === undefined || before === undefined) return state;
  const after = change(call, before, action);
  return after === before ? state : { ...state, calls: state.calls.map((one, index) => (index === state.at ? after : one)) };
}

function change(call: CallView, before: Answering, action: Exclude<ActionAction, { do: "move" }>): Answering {
  switch (action.do) {
    case "answer":
      if (!call.allowed.includes(action.answered)) return before;
      return { ...before, answered: action.answered, ...(action.answered === "edit" && before.edited === undefined ? { edited: call.arguments } : {}) };
    case "edit":
      return before.answered === "edit" ? { ...before, edited: action.arguments } : before;
    case "say":
      if (before.answered === "reject") return { ...before, why: action.text };
      return before.answered === "respond" ? { ...before, reply: action.text } : before;
  }
}

/** The arguments that would be called with, as far as the person has come. */
export function finalArguments(call: CallView, answering: Answering): JsonValue {
  return answering.answered === "edit" ? (answering.edited ?? call.arguments) : call.arguments;
}

export function verdictOf(view: ActionView, state: ActionState): JsonValue | null {
  const actions = view.calls.flatMap((call, index): JsonValue[] => {
    const one = state.calls[index];
    switch (one?.answered) {
      case undefined: return [];
      case "approve": return [{ id: call.id, type: "approve" }];
      case "edit": return [{ id: call.id, type: "edit", arguments: one.edited ?? call.arguments }];
      case "reject": return [{ id: call.id, type: "reject", ...(one.why.trim() === "" ? {} : { message: one.why }) }];
      case "respond": return [{ id: call.id, type: "respond", message: one.reply }];
    }
  });
  return actions.length === 0 ? null : { actions };
}

/** Where `↵` goes: from an answered call to the next open one; when all are answered, to the one that is refused. */
export function goesTo(state: ActionState, pointer: string | null | undefined): number | undefined {
  if (state.calls[state.at]?.answered === undefined) return undefined;
  const named = /^\/actions\/(\d+)/.exec(pointer ?? "")?.[1];
  const faulty = named === undefined ? undefined : Number(named);
  const open = nextOpen(state);
  if (open !== undefined) return open;
  return faulty === undefined || faulty === state.at || faulty >= state.calls.length ? undefined : faulty;
}

/** The next call without an answer, looking on from this one and round; none when all have one. */
export function nextOpen(state: ActionState): number | undefined {
  const count = state.calls.length;
  for (let step = 1; step <= count; step += 1) {
    const index = (state.at + step) % count;
    if (state.calls[index]?.answered === undefined) return index;
  }
  return undefined;
}
