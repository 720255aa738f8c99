// Holds the cases of each queue for this window and talks to the desk about them. Outside React, so that from the desk's answer
// to the next case on the screen there is nothing to wait for. The rules are the desk's; what is held is computed in work.ts.
import { asCallError, call as theCall, CallError } from "../ipc/call";
import type { CaseOnScreen, Decided, Draft, EscalateTo, Shown, Undone, Work } from "../ipc/types.gen";
import { fronted, HELD, NOTHING, passed, refilled, renewed, taken, type Held } from "./work";

export interface Commit {
  /** The case it was made on: another one that came to the screen meanwhile isn't decided by it. */
  of: Pick<CaseOnScreen, "id" | "content_hash">;
  draft: Draft;
  shown: Shown;
  activeMs: number;
}

/** How many cases to ask for with a decision or skip, beside those held behind it: none while there is one after the next, since what
 * comes with the answer is read and parsed before the next case shows. The page asks for more once that is painted. */
const wanted = (rest: readonly CaseOnScreen[]): number => (rest.length > 1 ? 0 : HELD - rest.length);

/** From here on a person would wonder whether the key was heard. */
const SLOW_MS = 120;

const CHANGED = new CallError({ code: "case_changed", message: "The case on the screen changed before this was done. Nothing was decided; look again.", pointer: null });

export class WorkDesk {
  private readonly queues = new Map<string, Held>();
  private readonly listeners = new Set<() => void>();
  private readonly refreshing = new Map<string, { again: boolean }>();
  /** Cases that were on the screen before, newest last, for `←`. */
  private readonly seen: { queue: string; id: string }[] = [];

  constructor(private readonly call: typeof theCall = theCall) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get(queue: string): Held {
    return this.queues.get(queue) ?? NOTHING;
  }

  private set(queue: string, held: Held): void {
    this.queues.set(queue, held);
    for (const listener of this.listeners) listener();
  }

  /** Sets what will rarely be seen: a decision is on disk long before the page has said that it is being written. */
  private setSoon(queue: string, held: Held): void {
    this.queues.set(queue, held);
    setTimeout(() => {
      if (this.get(queue) === held) this.set(queue, { ...held });
    }, SLOW_MS);
  }

  private update(queue: string, change: (held: Held) => Held): void {
    this.set(queue, change(this.get(queue)));
  }

  /** Asks for cases unless enough are held. */
  async open(queue: string): Promise<void> {
    const held = this.get(queue);
    if (held.cases.length >= HELD) return;
    try {
      const work = await this.call("work", { queue, have: held.cases.map((c) => c.id), limit: HELD - held.cases.length });
      this.update(queue, (now) => taken(now, work));
    } catch (thrown) {
      this.failed(queue, thrown);
    }
  }

  /** What was asked for before there was a page. */
  take(queue: string, work: Work): void {
    this.update(queue, (now) => taken(now, work));
  }

  async decide(queue: string, { of, draft, shown, activeMs }: Commit): Promise<Decided> {
    const held = this.get(queue);
    const [current, ...rest] = held.cases;
    if (current === undefined || held.busy) throw asCallError(new Error("There is no case to decide."));
    if (current.id !== of.id || current.content_hash !== of.content_hash) {
      this.failed(queue, CHANGED);
      throw CHANGED;
    }
    this.setSoon(queue, { ...held, busy: true, note: undefined });
    try {
      const decided = await this.call("decide", {
        case_id: current.id, content_hash: current.content_hash, draft, active_ms: activeMs, shown, have: rest.map((c) => c.id), limit: wanted(rest),
      });
      this.seen.push({ queue, id: current.id });
      this.update(queue, (now) => passed(now, current.id, decided.work));
      return decided;
    } catch (thrown) {
      const error = asCallError(thrown);
      this.failed(queue, error);
      // The case may not be what it was: shown is what the desk holds now.
      void this.renew(queue);
      throw error;
    }
  }

  async skip(queue: string, caseId: string): Promise<void> {
    const held = this.get(queue);
    const [current, ...rest] = held.cases;
    if (current === undefined || held.busy) return;
    if (current.id !== caseId) {
      this.failed(queue, CHANGED);
      return;
    }
    this.setSoon(queue, { ...held, busy: true, note: undefined });
    try {
      const work = await this.call("skip", { case_id: current.id, have: rest.map((c) => c.id), limit: wanted(rest) });
      this.seen.push({ queue, id: current.id });
      this.update(queue, (now) => passed(now, current.id, work));
    } catch (thrown) {
      this.failed(queue, thrown);
    }
  }

  /** Hands the case on the screen over, or escalates it; the next one takes its place. */
  async passOn(queue: string, caseId: string, how: { to: string; note: string | null } | { reason: string; up: EscalateTo | null }): Promise<void> {
    const held = this.get(queue);
    const rest = held.cases.filter((c) => c.id !== caseId);
    if (held.busy) throw asCallError(new Error("The decision is being written"));
    const after = { case_id: caseId, have: rest.map((c) => c.id), limit: Math.max(0, HELD - rest.length) };
    const work = "to" in how ? await this.call("hand_over", { ...after, to: how.to, note: how.note }) : await this.call("escalate", { ...after, reason: how.reason, to: how.up });
    this.update(queue, (now) => passed(now, caseId, work));
  }

  /** The case before this one, when it is still at hand. */
  async back(queue: string): Promise<void> {
    const before = this.seen.findLast((seen) => seen.queue === queue && seen.id !== this.get(queue).cases[0]?.id);
    if (before === undefined) throw asCallError(new Error("There is no case before this one."));
    const shown = await this.call("case", { case_id: before.id });
    this.seen.splice(this.seen.indexOf(before), 1);
    this.update(queue, (now) => fronted(now, shown));
  }

  /** Takes a decision back; its case, when at hand, is on the screen again with what was decided as its draft. */
  async undo(decisionId: string | null, reason: string | null): Promise<Undone> {
    const undone = await this.call("undo", { decision_id: decisionId, reason });
    if (undone.case !== null) this.show(undone.case);
    return undone;
  }

  show(shown: CaseOnScreen): void {
    this.update(shown.queue, (now) => fronted(now, shown));
  }

  /** The case on the screen, as it is now. */
  async renew(queue: string): Promise<void> {
    const shown = this.get(queue).cases[0];
    if (shown === undefined || this.get(queue).busy) return;
    try {
      const now = await this.call("case", { case_id: shown.id });
      this.update(queue, (held) => (held.cases[0]?.id === shown.id && !held.busy ? renewed(held, now) : held));
    } catch (thrown) {
      const gone = asCallError(thrown).message;
      this.update(queue, (held) => (held.cases[0]?.id === shown.id && !held.busy ? renewed(held, { gone }) : held));
      void this.open(queue);
    }
  }

  /** Something changed behind the window: the shown case and those behind it are fetched again. What changes while they are being
   * fetched is fetched after that, once for all of it: a sync tells of each case it brings. */
  async refresh(queue: string): Promise<void> {
    const before = this.refreshing.get(queue);
    if (before !== undefined) {
      before.again = true;
      return;
    }
    const now = { again: true };
    this.refreshing.set(queue, now);
    try {
      while (now.again) {
        now.again = false;
        await this.fetchedAgain(queue);
      }
    } finally {
      this.refreshing.delete(queue);
    }
  }

  private async fetchedAgain(queue: string): Promise<void> {
    await this.renew(queue);
    const held = this.get(queue);
    if (held.busy) return;
    const shown = held.cases.slice(0, 1).map((c) => c.id);
    try {
      const work = await this.call("work", { queue, have: shown, limit: HELD - shown.length });
      this.update(queue, (now) => (now.busy || now.cases[0]?.id !== shown[0] ? now : refilled(now, work)));
    } catch (thrown) {
      this.failed(queue, thrown);
    }
  }

  dismiss(queue: string): void {
    this.update(queue, (held) => ({ ...held, note: undefined }));
  }

  private failed(queue: string, thrown: unknown): void {
    const words = asCallError(thrown).message;
    this.update(queue, (held) => ({ ...held, busy: false, loading: false, note: { words, tone: "bad" } }));
  }
}
