// What the person has done to a match so far: which cell and which pair have the focus, which record lies in which group, which
// values survive, which pairs can't be told. Pure. It names groups and survivors; whether that is a verdict is the desk's to say.
import type { JsonValue, MatchView } from "../../ipc/types.gen";

/** Which value survives: a record's, or one that was typed. As a verdict carries it. */
export type Survivor = { record: string } | { value: JsonValue };
type Golden = Readonly<Record<string, Survivor>>;

export interface MatchState {
  /** The attribute in focus, into the view's rows. */
  attribute: number;
  /** The record in focus, into the view's records. */
  record: number;
  /** The other record of the pair in focus: the one looked at before, or whichever was chosen. */
  against: number;
  /** What moved last: the focus itself, or what it is compared with. */
  moved: "focus" | "against";
  /** Number of each record's group, from 1, in record order; 0: in none yet. */
  groups: readonly number[];
  /** By number of the group: attribute to survivor. */
  kept: Readonly<Record<number, Golden>>;
  /** Pairs that can't be told, as `pairKey` writes them. */
  unsure: readonly string[];
  /** Masked attributes that were shown, by name. */
  revealed: readonly string[];
}

/** A pair of records by their places, in whichever order they are named. */
export const pairKey = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

function placesOf(pair: string): [number, number] {
  const [a = 0, b = 0] = pair.split("-").map(Number);
  return [a, b];
}

export type MatchEvent =
  | { type: "attribute"; step: -1 | 1 }
  | { type: "record"; step: -1 | 1 }
  | { type: "against"; step: -1 | 1 }
  | { type: "focus"; attribute?: number; record?: number; against?: number }
  | { type: "group"; number: number; record?: number }
  | { type: "keep" }
  | { type: "unsure" }
  | { type: "reveal"; attribute: string }
  | { type: "typed"; attribute: string; group: number; survivor: Survivor | undefined };

/** A pair is one group while its golden record is made; three and more lie in none until somebody says so. */
export function initial(view: MatchView, verdict: JsonValue | null): MatchState {
  const ids = view.records.map((r) => r.id);
  const pair = ids.length === 2;
  const { clusters, survivors, unsure } = readVerdict(verdict);
  const kept: Record<number, Golden> = {};
  survivors.forEach((golden, index) => {
    if (golden !== null && Object.keys(golden).length > 0) kept[index + 1] = golden;
  });
  const groups = ids.map((id) => (pair ? 1 : clusters.findIndex((cluster) => cluster.includes(id)) + 1));
  // As rows, attributes that are equal in all records have no column to stand in.
  const attribute = view.layout === "rows" ? Math.max(0, view.rows.findIndex((row) => !row.equal)) : 0;
  const places = unsure.map(([a, b]) => [ids.indexOf(a ?? ""), ids.indexOf(b ?? "")] as const);
  const pairs = places.filter(([a, b]) => a !== -1 && b !== -1 && a !== b).map(([a, b]) => pairKey(a, b));
  return { attribute, record: 0, against: 1, moved: "focus", groups, kept, unsure: [...new Set(pairs)], revealed: [] };
}

interface Written {
  clusters: readonly (readonly string[])[];
  survivors: readonly (Golden | null)[];
  unsure: readonly (readonly string[])[];
}

function readVerdict(verdict: JsonValue | null): Written {
  const { clusters, survivors, unsure } = (verdict ?? {}) as Partial<Written>;
  const listed = <T,>(list: readonly T[] | undefined): readonly T[] => (Array.isArray(list) ? list : []);
  return { clusters: listed(clusters), survivors: listed(survivors), unsure: listed(unsure) };
}

const within = (value: number, length: number) => Math.min(Math.max(value, 0), Math.max(length - 1, 0));

export function reduce(view: MatchView, state: MatchState, event: MatchEvent): MatchState {
  switch (event.type) {
    case "attribute":
      return { ...state, moved: "focus", attribute: within(state.attribute + event.step, view.rows.length) };
    case "record":
      return at(view, state, state.record + event.step);
    case "against":
      return compared(view, state, event.step);
    case "focus": {
      const moved = event.record === undefined ? state : at(view, state, event.record);
      const attribute = within(event.attribute ?? state.attribute, view.rows.length);
      return event.against === undefined ? { ...moved, attribute, moved: "focus" } : { ...moved, attribute, against: event.against, moved: "against" };
    }
    case "group":
      return grouped(view, state, event.record ?? state.record, event.number);
    case "keep":
      return keep(view, state);
    case "unsure":
      return inDoubt(state);
    case "reveal":
      return state.revealed.includes(event.attribute) ? state : { ...state, revealed: [...state.revealed, event.attribute] };
    case "typed":
      return withKept(state, event.group, event.attribute, event.survivor);
  }
}

function at(view: MatchView, state: MatchState, wanted: number): MatchState {
  const record = within(wanted, view.records.length);
  return record === state.record ? state : { ...state, record, against: state.record, moved: "focus" };
}

/** The next record that the one in focus is compared with; never with itself. */
function compared(view: MatchView, state: MatchState, step: -1 | 1): MatchState {
  const next = state.against + step === state.record ? state.record + step : state.against + step;
  // Where there is no further one, it is still the pair that was asked for.
  return { ...state, against: next < 0 || next >= view.records.length ? state.against : next, moved: "against" };
}

/** Whether the pair in focus lies in one group: then nobody is in doubt about it. */
export function together({ groups, record, against }: Pick<MatchState, "groups" | "record" | "against">): boolean {
  return (groups[record] ?? 0) > 0 && groups[record] === groups[against];
}

/** Leaves the pair in focus in doubt; the same again takes that back. */
function inDoubt(state: MatchState): MatchState {
  if (together(state)) return state;
  const pair = pairKey(state.record, state.against);
  return { ...state, unsure: state.unsure.includes(pair) ? state.unsure.filter((other) => other !== pair) : [...state.unsure, pair] };
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

type Chosen = Pick<MatchState, "groups" | "kept" | "unsure">;

/** The verdict as far as it has come: groups without the records that lie in none, survivors where two or more share a group. */
export function verdictOf(view: MatchView, { groups, kept, unsure }: Chosen): JsonValue | null {
  const numbers = numbersOf(groups);
  const open = doubts(view, groups, unsure);
  if (numbers.length === 0 && open.length === 0) return null;
  const clusters = numbers.map((number) => view.records.filter((_, index) => groups[index] === number).map((r) => r.id));
  const survivors = numbers.map((number, index) => survivorsOf(kept[number], clusters[index] ?? []));
  return { clusters, ...(survivors.some((golden) => golden !== null) ? { survivors } : {}), ...(open.length > 0 ? { unsure: open } : {}) };
}

/** Pairs put into one group since are no longer in doubt. */
function doubts(view: MatchView, groups: readonly number[], unsure: readonly string[]): string[][] {
  return unsure.map(placesOf)
    .filter(([record, against]) => !together({ groups, record, against }))
    .map((places) => places.map((place) => view.records[place]?.id ?? ""));
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
  return verdictOf(view, { groups: view.records.map(() => 1), kept: { 1: golden }, unsure: [] });
}

/** Each alone, but for the pairs that can't be told. */
export function allDifferent(view: MatchView, { unsure }: Pick<MatchState, "unsure">): JsonValue | null {
  return verdictOf(view, { groups: view.records.map((_, index) => index + 1), kept: {}, unsure });
}
