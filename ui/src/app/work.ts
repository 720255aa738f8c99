// The cases this window holds, per queue: the one on the screen first, the next ones behind it. Pure: what the desk answers goes
// in, what is shown comes out.
import type { CaseOnScreen, Idle, Work } from "../ipc/types.gen";

/** How many cases are held, the shown one included: enough that the next is always there. */
export const HELD = 3;

export interface Held {
  cases: readonly CaseOnScreen[];
  left: number | undefined;
  idle: Idle | undefined;
  /** Being asked for the first time. */
  loading: boolean;
  /** A decision or skip is being written. */
  busy: boolean;
  /** What went wrong or happened to the case on the screen, in words. */
  note: { words: string; tone: "bad" | "warn" } | undefined;
}

export const NOTHING: Held = { cases: [], left: undefined, idle: undefined, loading: true, busy: false, note: undefined };

const idsOf = (cases: readonly CaseOnScreen[]) => new Set(cases.map((c) => c.id));

/** What the desk hands over goes behind what is held; nothing is held twice. */
export function taken(held: Held, work: Work): Held {
  const known = idsOf(held.cases);
  const cases = [...held.cases, ...work.cases.filter((c) => !known.has(c.id))];
  return { ...held, cases, left: work.left, idle: work.idle ?? undefined, loading: false };
}

/** The case on the screen is done with: the next one takes its place. */
export function passed(held: Held, caseId: string, work: Work): Held {
  return taken({ ...held, cases: held.cases.filter((c) => c.id !== caseId), busy: false, note: undefined }, work);
}

/** A case is put on the screen before the others. */
export function fronted(held: Held, shown: CaseOnScreen): Held {
  return { ...held, cases: [shown, ...held.cases.filter((c) => c.id !== shown.id)].slice(0, HELD + 1), loading: false, note: undefined };
}

function sameTalk({ comments }: CaseOnScreen, before: CaseOnScreen): boolean {
  return comments.length === before.comments.length && comments.every(({ id, text }, index) => before.comments[index]?.id === id && before.comments[index]?.text === text);
}

function sameLookers({ looking }: CaseOnScreen, before: CaseOnScreen): boolean {
  return looking.length === before.looking.length && looking.every(({ name }, index) => before.looking[index]?.name === name);
}

/** The case on the screen again, as it is now: under the reviewer it may have been revised, or closed. */
export function renewed(held: Held, now: CaseOnScreen | { gone: string }): Held {
  const [shown, ...rest] = held.cases;
  if (shown === undefined) return held;
  if ("gone" in now) return { ...held, cases: rest, busy: false, note: { words: `${shown.title}: ${now.gone}`, tone: "warn" } };
  if (now.id !== shown.id || (now.content_hash === shown.content_hash && now.revision === shown.revision && now.state === shown.state && sameTalk(now, shown) && sameLookers(now, shown))) return held;
  const words = now.content_hash === shown.content_hash ? undefined : `This case changed while you looked at it: you now see revision ${now.revision}.`;
  return { ...held, cases: [now, ...rest], note: words === undefined ? held.note : { words, tone: "warn" } };
}

/** The cases behind the one on the screen, fetched again. */
export function refilled(held: Held, work: Work): Held {
  return taken({ ...held, cases: held.cases.slice(0, 1) }, work);
}
