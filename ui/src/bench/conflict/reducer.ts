// What a person has chosen in a conflict so far: one answer per attribute, and marks on claims that are not the answer. Pure. It
// makes the verdict's JSON; whether that may be committed is said by the desk.
import type { AttributeClaims, ConflictView, JsonValue, ValueGroup } from "../../ipc/types.gen";

export const MARKS = ["less_specific", "stale", "wrong"] as const;
export type Mark = (typeof MARKS)[number];
export type Mode = "none" | "one" | "type" | "several" | "unknown" | "ask";

export interface Chosen {
  mode: Mode;
  /** Options chosen: one for `one`, any number for `several`. */
  options: readonly number[];
  /** Kept when another mode is chosen, so that nothing typed is lost. */
  typed: string;
  system: string;
  question: string;
  /** By claim. */
  marks: Readonly<Record<string, Mark>>;
}

export interface ConflictState {
  /** The attribute being worked on, from 0. */
  at: number;
  /** In the order of the case's attributes. */
  chosen: readonly Chosen[];
}

export type ConflictAction =
  | { do: "choose"; option: number }
  | { do: "type" }
  | { do: "typed"; text: string }
  | { do: "several" }
  | { do: "unknown" }
  | { do: "ask" }
  | { do: "asked"; system?: string; question?: string }
  | { do: "mark"; option: number; mark: Mark }
  | { do: "move"; to: number };

export type Answer =
  | { answer: "value"; value: JsonValue; claims: string[]; marks?: Record<string, Mark> }
  | { answer: "several"; values: JsonValue[]; claims: string[]; marks?: Record<string, Mark> }
  | { answer: "unknown"; marks?: Record<string, Mark> }
  | { answer: "ask_owner"; system: string; question: string; marks?: Record<string, Mark> };

const NOTHING: Chosen = { mode: "none", options: [], typed: "", system: "", question: "", marks: {} };

/** From the draft that lies on disk, when there is one. */
export function start(view: ConflictView, verdict: JsonValue | null): ConflictState {
  const values = member(verdict, "values");
  const chosen = view.attributes.map((attribute) => chosenFrom(attribute, member(values, attribute.name)));
  const open = chosen.findIndex((one) => one.mode === "none");
  return { at: Math.max(0, open), chosen };
}

export function reduce(view: ConflictView, state: ConflictState, action: ConflictAction): ConflictState {
  if (action.do === "move") return { ...state, at: Math.max(0, Math.min(view.attributes.length - 1, action.to)) };
  const attribute = view.attributes[state.at];
  const before = state.chosen[state.at];
  if (attribute === undefined || before === undefined) return state;
  const after = change(attribute, before, action);
  return after === before ? state : { ...state, chosen: state.chosen.map((one, index) => (index === state.at ? after : one)) };
}

function change(attribute: AttributeClaims, before: Chosen, action: Exclude<ConflictAction, { do: "move" }>): Chosen {
  switch (action.do) {
    case "choose": {
      if (!attribute.groups.some((group) => group.option === action.option)) return before;
      if (before.mode !== "several") return { ...before, mode: "one", options: [action.option] };
      const options = before.options.includes(action.option) ? before.options.filter((o) => o !== action.option) : [...before.options, action.option];
      return { ...before, options: options.sort((a, b) => a - b) };
    }
    case "type": return { ...before, mode: "type", options: [] };
    case "typed": return { ...before, mode: "type", options: [], typed: action.text };
    case "several": return before.mode === "several" ? leaveSeveral(before) : { ...before, mode: "several", options: before.mode === "one" ? before.options : [] };
    case "unknown": return { ...before, mode: "unknown", options: [] };
    case "ask": return { ...before, mode: "ask", options: [] };
    case "asked": return { ...before, mode: "ask", options: [], system: action.system ?? before.system, question: action.question ?? before.question };
    case "mark": {
      const group = attribute.groups.find((g) => g.option === action.option);
      if (group === undefined) return before;
      const on = markOf(group, before) !== action.mark;
      const others = Object.entries(before.marks).filter(([claim]) => !group.claims.some((c) => c.id === claim));
      return { ...before, marks: Object.fromEntries([...others, ...(on ? group.claims.map((c) => [c.id, action.mark] as const) : [])]) };
    }
  }
}

function leaveSeveral(before: Chosen): Chosen {
  return before.options.length === 1 ? { ...before, mode: "one" } : { ...before, mode: "none", options: [] };
}

/** The mark that all claims of a group have. */
export function markOf(group: ValueGroup, chosen: Chosen): Mark | undefined {
  const first = chosen.marks[group.claims[0]?.id ?? ""];
  return group.claims.every((claim) => chosen.marks[claim.id] === first) ? first : undefined;
}

export function answerOf(attribute: AttributeClaims, chosen: Chosen): Answer | null {
  const groups = attribute.groups.filter((group) => chosen.options.includes(group.option));
  const claims = groups.flatMap((group) => group.claims.map((claim) => claim.id));
  // A claim that is the answer has nothing the matter with it.
  const marks = Object.entries(chosen.marks).filter(([claim]) => !claims.includes(claim));
  const marked = marks.length === 0 ? {} : { marks: Object.fromEntries(marks) };
  switch (chosen.mode) {
    case "none": return null;
    case "one": return groups[0] === undefined ? null : { answer: "value", value: groups[0].value, claims, ...marked };
    case "type": return chosen.typed.trim() === "" ? null : { answer: "value", value: typedValue(attribute, chosen.typed), claims: [], ...marked };
    case "several": return groups.length === 0 ? null : { answer: "several", values: groups.map((group) => group.value), claims, ...marked };
    case "unknown": return { answer: "unknown", ...marked };
    case "ask": return { answer: "ask_owner", system: chosen.system, question: chosen.question, ...marked };
  }
}

/** Typed text in the JSON type that the claims of this attribute have; text where it doesn't fit that type. */
export function typedValue(attribute: AttributeClaims, text: string): JsonValue {
  const typed = text.trim();
  const types = new Set(attribute.groups.filter((group) => group.value !== null).map((group) => typeof group.value));
  if (types.size !== 1) return typed;
  if (types.has("number") && /^-?\d{1,15}(\.\d{1,10})?$/.test(typed) && plain(String(Number(typed))) === plain(typed)) return Number(typed);
  if (types.has("boolean") && (typed === "true" || typed === "false")) return typed === "true";
  return typed;
}

/** A plain decimal without what doesn't change its value, to see that a double holds it. */
function plain(decimal: string): string {
  const short = decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
  return short.replace(/^(-?)0+(?=\d)/, "$1").replace(/^-0$/, "0");
}

export function verdictOf(view: ConflictView, state: ConflictState): JsonValue | null {
  const answers = view.attributes.flatMap((attribute, index) => {
    const chosen = state.chosen[index];
    const answer = chosen === undefined ? null : answerOf(attribute, chosen);
    return answer === null ? [] : [[attribute.name, answer as unknown as JsonValue] as const];
  });
  return answers.length === 0 ? null : { values: Object.fromEntries(answers) };
}

/** The next attribute without an answer, looking on from one and round; none when all have one. */
export function nextOpen(view: ConflictView, state: ConflictState, from: number = state.at): number | undefined {
  const count = view.attributes.length;
  for (let step = 1; step <= count; step += 1) {
    const index = (from + step) % count;
    if (!isAnswered(view, state, index)) return index;
  }
  return undefined;
}

/** The attribute that a refusal points into, from 0; none when it is about none in particular. */
export function pointedAt(view: ConflictView, pointer: string | null | undefined): number | undefined {
  const name = /^\/values\/([^/]*)/.exec(pointer ?? "")?.[1]?.replace(/~1/g, "/").replace(/~0/g, "~");
  const index = view.attributes.findIndex((attribute) => attribute.name === name);
  return index === -1 ? undefined : index;
}

/** Where `↵` goes: an answer that isn't whole holds it here, then comes what is open, then what is refused elsewhere. */
export function goesTo(view: ConflictView, state: ConflictState, pointer: string | null | undefined): number | undefined {
  const faulty = pointedAt(view, pointer);
  if (faulty === state.at || !isAnswered(view, state, state.at)) return undefined;
  return nextOpen(view, state) ?? faulty;
}

export function isAnswered(view: ConflictView, state: ConflictState, index: number): boolean {
  const attribute = view.attributes[index];
  const chosen = state.chosen[index];
  return attribute !== undefined && chosen !== undefined && answerOf(attribute, chosen) !== null;
}

/** The answer in words, for an attribute that is folded up. */
export function answerWords(attribute: AttributeClaims, chosen: Chosen): string | undefined {
  const answer = answerOf(attribute, chosen);
  const texts = attribute.groups.filter((group) => chosen.options.includes(group.option)).map((group) => group.text);
  switch (answer?.answer) {
    case undefined: return undefined;
    case "unknown": return "Unknown";
    case "ask_owner": return answer.system === "" ? "Ask the owner" : `Ask ${answer.system}`;
    default: return chosen.mode === "type" ? chosen.typed.trim() : texts.join(", ");
  }
}

function chosenFrom(attribute: AttributeClaims, json: JsonValue | undefined): Chosen {
  const marks = Object.entries(asObject(member(json, "marks"))).filter((pair): pair is [string, Mark] => MARKS.includes(pair[1] as Mark));
  const base: Chosen = { ...NOTHING, marks: Object.fromEntries(marks) };
  const claims = asArray(member(json, "claims"));
  const holding = (value: JsonValue | undefined) =>
    attribute.groups.find((g) => g.claims.some((c) => claims.includes(c.id)) && same(g.value, value)) ?? attribute.groups.find((g) => same(g.value, value));
  switch (member(json, "answer")) {
    case "value": {
      const value = member(json, "value");
      // Claims may stand for a value that is written otherwise: 21:53 and 21:53:00.
      const group = claims.length === 0 ? undefined : (holding(value) ?? attribute.groups.find((g) => g.claims.some((c) => claims.includes(c.id))));
      return group === undefined ? { ...base, mode: "type", typed: typeof value === "string" ? value : JSON.stringify(value ?? null) } : { ...base, mode: "one", options: [group.option] };
    }
    case "several": {
      const options = asArray(member(json, "values")).flatMap((value) => holding(value)?.option ?? []);
      return { ...base, mode: "several", options: [...new Set(options)].sort((a, b) => a - b) };
    }
    case "unknown": return { ...base, mode: "unknown" };
    case "ask_owner": return { ...base, mode: "ask", system: asText(member(json, "system")), question: asText(member(json, "question")) };
    default: return base;
  }
}

const asText = (json: JsonValue | undefined): string => (typeof json === "string" ? json : "");
const asArray = (json: JsonValue | undefined): JsonValue[] => (Array.isArray(json) ? json : []);
const asObject = (json: JsonValue | undefined): Record<string, JsonValue> => (typeof json === "object" && json !== null && !Array.isArray(json) ? json : {});
const member = (json: JsonValue | null | undefined, name: string): JsonValue | undefined => (Object.hasOwn(asObject(json ?? undefined), name) ? asObject(json ?? undefined)[name] : undefined);
const same = (a: JsonValue, b: JsonValue | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
