// What the person has done to a match so far: which cell has the focus, which record lies in which group, which values survive.
// Pure. It names groups and survivors; whether that is a verdict is the desk's to say.
import type { JsonValue, MatchView } from "../../ipc/types.gen";

/** Which value survives: a record's, or one that was typed. As a verdict carries it. */
export type Survivor = { record: string } | { value: JsonValue };
type Golden = Readonly<Record<string, Survivor>>;

export interface MatchState {
  /** The attribute in focus, into the view's rows. */
  attribute: number;
  /** The record in focus, into the view's records. */
  record: number;
  /** The record looked at before: with the one in focus it makes the pair whose evidence is shown. */
  against: number;
  /** Number of each record's group, from 1, in record order; 0: in none yet. */
  groups: readonly number[];
  /** By number of the group: attribute to survivor. */
  kept: Readonly<Record<number, Golden>>;
}

export type MatchEvent =
  | { type: "attribute"; step: -1 | 1 }
  | { type: "record"; step: -1 | 1 }
  | { type: "focus"; attribute?: number; record?: number; against?: number }
  | { type: "group"; number: number; record?: number }
  | { type: "keep" }
  | { type: "typed"; attribute: string; group: number; survivor: Survivor | undefined };

/** A pair is one group while its golden record is made; three and more lie in none until somebody says so. */
export function initial(view: MatchView, verdict: JsonValue | null): MatchState {
  const ids = view.records.map((r) => r.id);
  const pair = ids.length === 2;
  const { clusters, survivors } = readVerdict(verdict);
  const kept: Record<number, Golden> = {};
  survivors.forEach((golden, index) => {
    if (golden !== null && Object.keys(golden).length > 0) kept[index + 1] = golden;
  });
  const groups = ids.map((id) => (pair ? 1 : clusters.findIndex((cluster) => cluster.includes(id)) + 1));
  // As rows, attributes that are equal in all records have no column to stand in.
  const attribute = view.layout === "rows" ? Math.max(0, view.rows.findIndex((row) => !row.equal)) : 0;
  return { attribute, record: 0, against: 1, groups, kept };
}

function readVerdict(verdict: JsonValue | null): { clusters: readonly (readonly string[])[]; survivors: readonly (Golden | null)[] } {
  const { clusters, survivors } = (verdict ?? {}) as { clusters?: string[][]; survivors?: (Golden | null)[] };
  return { clusters: Array.isArray(clusters) ? clusters : [], survivors: Array.isArray(survivors) ? survivors : [] };
}

const within = (value: number, length: number) => Math.min(Math.max(value, 0), Math.max(length - 1, 0));

export function reduce(view: MatchView, state: MatchState, event: MatchEvent): MatchState {
  switch (event.type) {
    case "attribute":
      return { ...state, attribute: within(state.attribute + event.step, view.rows.length) };
    case "record":
      return at(view, state, state.record + event.step);
    case "focus": {
      const moved = event.record === undefined ? state : at(view, state, event.record);
      return { ...moved, attribute: within(event.attribute ?? state.attribute, view.rows.length), against: event.against ?? moved.against };
    }
    case "group":
      return grouped(view, state, event.record ?? state.record, event.number);
    case "keep":
      return keep(view, state);
    case "typed":
      return withKept(state, event.group, event.attribute, event.survivor);
  }
}

function at(view: MatchView, state: MatchState, wanted: number): MatchState {
  const record = within(wanted, view.records.length);
  return record === state.record ? state : { ...state, record, against: state.record };
}

/** Puts a record in a group. One that was in none hands the focus on to the next that is in none; a correction stays where it is. */
function grouped(view: MatchView, state: MatchState, record: number, number: number): MatchState {
  const before = state.groups[record];
  const focused = at(view, state, record);
  if (before === undefined || before === number || number < 1) return focused;
  const groups = state.groups.map((group, index) => (index === record ? number : group));
  const next = before === 0 ? nextOpen(groups, record) : record;
  return { ...at(view, focused, next), groups };
}

function nextOpen(groups: readonly number[], from: number): number {
  for (let step = 1; step < groups.length; step += 1) {
    const index = (from + step) % groups.length;
    if (groups[index] === 0) return index;
  }
  return from;
}

/** Keeps the value in focus for the golden record of its group; the same again takes that back, and the default survives. */
function keep(view: MatchView, state: MatchState): MatchState {
  const row = view.rows[state.attribute];
  const record = view.records[state.record];
  const group = state.groups[state.record] ?? 0;
  if (row === undefined || record === undefined || group === 0 || row.cells[state.record]?.missing !== false) return state;
  const chosen = state.kept[group]?.[row.attribute];
  const again = chosen !== undefined && "record" in chosen && chosen.record === record.id;
  return withKept(state, group, row.attribute, again ? undefined : { record: record.id });
}

function withKept(state: MatchState, group: number, attribute: string, survivor: Survivor | undefined): MatchState {
  const golden = { ...state.kept[group] };
  if (survivor === undefined) delete golden[attribute];
  else golden[attribute] = survivor;
  const kept = { ...state.kept, [group]: golden };
  if (Object.keys(golden).length === 0) delete kept[group];
  return { ...state, kept };
}

/** The numbers in use, ascending: the order in which the groups stand in a verdict. */
export function numbersOf(groups: readonly number[]): number[] {
  return [...new Set(groups.filter((n) => n > 0))].sort((a, b) => a - b);
}

/** The verdict as far as it has come: groups without the records that lie in none, survivors where two or more share a group. */
export function verdictOf(view: MatchView, { groups, kept }: Pick<MatchState, "groups" | "kept">): JsonValue | null {
  const numbers = numbersOf(groups);
  if (numbers.length === 0) return null;
  const clusters = numbers.map((number) => view.records.filter((_, index) => groups[index] === number).map((r) => r.id));
  const survivors = numbers.map((number, index) => survivorsOf(kept[number], clusters[index] ?? []));
  return survivors.some((golden) => golden !== null) ? { clusters, survivors } : { clusters };
}

/** What was kept of records that have left the group since doesn't survive in it. */
function survivorsOf(kept: Golden | undefined, ids: readonly string[]): { [attribute: string]: Survivor } | null {
  if (kept === undefined || ids.length < 2) return null;
  const held = Object.entries(kept).filter(([, survivor]) => "value" in survivor || ids.includes(survivor.record));
  return held.length === 0 ? null : Object.fromEntries(held);
}

/** All in one group, with what was kept; where two groups kept something for the same attribute, the lower number's. */
export function allSame(view: MatchView, { kept }: Pick<MatchState, "kept">): JsonValue | null {
  const numbers = Object.keys(kept).map(Number).sort((a, b) => b - a);
  const golden: Golden = Object.assign({}, ...numbers.map((number) => kept[number]));
  return verdictOf(view, { groups: view.records.map(() => 1), kept: { 1: golden } });
}

/** Each alone. */
export function allDifferent(view: MatchView): JsonValue | null {
  return verdictOf(view, { groups: view.records.map((_, index) => index + 1), kept: {} });
}
